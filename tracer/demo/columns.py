"""The headers of the fictional files.

northbank's placement has the 55 columns of a consumer-finance list (shared/reference/product.md §6.1), with
the case number in front and the employee's number at the end.
"""

from __future__ import annotations

CONTACTS = 9

_NORTHBANK = """
案件编号 渠道类型 产品简称 分配机构 逾期时段 委案日期 退案日期 借据号 客户姓名 用户号 证件号码 贷款余额 手机号
委案金额 产品名称 还款银行 放款金额 放款期限 放款时间 逾期天数 公司名称 公司电话 公司地址 住宅地址 配偶姓名
配偶手机 解除逾期状态所需金额 当前欠款总额 当前应扣本金 合同编号 身份证地址 应还款日 应还利息 应还手续费 罚息
月供 最大逾期天数 最近还款日期
"""
_HARBORCREDIT = """
Case Number|Account Number|Name|SSN|DOB|Mobile Phone|Work Phone|Address|Employer|Employer Address|
Employee ID|Balance|Currency|Product|Open Date|Date Placed|Return Date|Last Payment Date|Days Past Due|
Spouse Name|Spouse Phone
"""
_NORTHBANK_CALLS = (
    "案件编号 号码 对象姓名 关系 联络结果 催收时间 催收记录 承诺金额 承诺日期 下次跟进日期 操作人"
)
_HARBORCREDIT_CALLS = (
    "Case Number|Number Dialed|Contact Name|Relation|Result Code|Call Time|Call Note|Next Follow Up|Agent"
)
_SIMPLE = """
案件编号 客户姓名 证件号码 手机号 委案金额 委案日期 退案日期 放款时间 公司名称 公司电话 住宅地址
配偶姓名 配偶手机 联系人1姓名 联系人1电话 联系人2姓名 联系人2电话 工号
"""

NORTHBANK = (
    *_NORTHBANK.split(),
    *(f"联系人{n}{what}" for n in range(1, CONTACTS + 1) for what in ("姓名", "电话")),
    "工号",
)
HARBORCREDIT = (
    *_HARBORCREDIT.replace("\n", "").split("|"),
    *(f"Contact {n} {what}" for n in range(1, 4) for what in ("Name", "Relation", "Phone")),
)
NORTHBANK_UPDATE = ("案件编号", "当前欠款总额", "手机号", "备注", "更新日期")
HARBORCREDIT_UPDATE = ("Case Number", "Balance", "Mobile Phone", "Updated")
NORTHBANK_CALLS = tuple(_NORTHBANK_CALLS.split())
HARBORCREDIT_CALLS = tuple(_HARBORCREDIT_CALLS.split("|"))
ROSTER = ("employee_id", "name", "mobile", "employer", "updated")
SIMPLE = tuple(_SIMPLE.split())
