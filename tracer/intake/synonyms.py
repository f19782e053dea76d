"""What creditors call their columns, in Chinese and English, and which field of ours each one is.

The words come from the real column lists of reference/product.md §6.1, §6.2 and §6.5 (consumer-finance
placement, credit-card person and case sheets, US client files, call notes) and ordinary variants of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from graph.clean.text import simplified

# Fields of the case: field -> what it is called. The first word is how we write it ourselves.
CASE_FIELDS: dict[str, str] = {
    "case": (
        "案件编号 案件号 案号 案件序列号 委案编号 委案号 个案序列号 案件流水号 case casenumber "
        "caseno caseid caseref clientnumber clientref clientreference clientno debtorclacct "
        "debtornumber accountreference filenumber fileno reference referencenumber matter "
        "matternumber customerrecordid"
    ),
    "creditor_ref": "委托方单号 委托方档案号 委托方案件号 档案号 clientaccount creditorref creditorreference",
    "loan": "借据号 借据编号 借款编号 loanno loannumber loanid",
    "contract": (
        "合同编号 合同号 贷款合同号 合约编号 contract contractno contractnumber contractid agreementnumber"
    ),
    "account": (
        "帐号 账号 账户号 帐户号 客户帐号 acct acctno account accountno accountnumber accountid "
        "originalaccountnumber"
    ),
    "card": "卡号 信用卡号 卡片号 card cardno cardnumber",
    "customer": (
        "用户号 客户号 客户编号 用户编号 会员号 customerid customerno customernumber debtorid memberid"
    ),
    "batch": "批次 批次号 委案批次 batch batchno batchnumber placementbatch",
    "client_name": "委托方 委托机构 委托单位 creditor client clientname creditorname originalcreditor",
    "amount_due": (
        "委案金额 欠款 欠款金额 当前欠款总额 欠款总额 委托金额 委案金额人民币 欠款余额 未还金额 "
        "应还总额 逾期金额 逾期总额 结欠金额 amount amountdue balance balancedue amountowed "
        "totaldue currentbalance amountplaced placedamount outstanding outstandingbalance "
        "principalbalance"
    ),
    "currency": "币种 货币 currency ccy",
    "placed_on": (
        "委案日期 来案日期 委托日期 委外日期 派单日期 分案日期 placed placedon placementdate "
        "dateplaced dateassigned assigneddate listdate submissiondate datelisted"
    ),
    "return_by": (
        "退案日期 预计退案日期 委案到期日 委案到期日期 委托到期日 到期退案日 到期日期 "
        "留案到期日期 returnby returndate recalldate expirydate duedateback"
    ),
    "opened_on": (
        "开户日期 放款时间 放款日期 借款日期 发卡日期 贷款发放日 openedon opendate dateopened "
        "accountopendate loandate originationdate"
    ),
    "overdue_days": "逾期天数 当前逾期天数 overduedays dayspastdue dpd daysoverdue",
    "bucket": "逾期时段 逾期阶段 逾期账龄 账龄 拖欠级别 逾期期数 手别 bucket stage agingbucket",
    "product": (
        "产品名称 产品简称 产品 产品类型 贷款产品 卡类型 product productname producttype "
        "portfolio accounttype"
    ),
    "closed_on": "结案日期 结案时间 closedon closedate dateclosed",
    "close_reason": "结案原因 结案类型 closereason closecode closurereason",
    "recalled_on": "实际退案日期 退案时间 撤案日期 recalledon recalled recalledat",
    "recall_reason": "退案原因 撤案原因 recallreason returnreason recallcode",
    "retain_until": "留案日期 留案到期日 留案截止日期 留案期限 retainuntil keepuntil extensiondate",
    "updated_on": "更新日期 更新时间 updatedon updated updatedate lastupdated",
    "as_of": "数据日期 数据时间 截止日期 asof asofdate dataasof",
    "note": "备注 附注 说明 注释 note notes comment comments remark remarks memo",
    "prior_notes": "原催收记录 原催记 历史催记 催记内容 priornotes",
}

# Fields of a call note (催记), §6.5 and §6.3.
OUTCOME_FIELDS: dict[str, str] = {
    "number": (
        "号码 联系号码 拨打号码 被叫号码 被叫 联络号码 通话号码 外呼号码 number numberdialed "
        "numberdialled dialednumber diallednumber phonedialed callednumber calledno phonecalled"
    ),
    "code": (
        "联络结果 联系结果 通话结果 催收结果 拨打结果 外呼结果 催收代码 行动代码 结果代码 "
        "接通状态 号码状态 呼叫结果 code result outcome resultcode outcomecode disposition "
        "dispositioncode callresult callstatus"
    ),
    "action": "催收方式 催收状态 联络方式 action actioncode channel",
    "at": (
        "催收时间 联系时间 联络时间 拨打时间 通话时间 呼叫时间 操作时间 催记时间 registertime at "
        "time datetime calltime calledat contactedat contacttime callstart starttime calldatetime"
    ),
    "at_day": "催收日期 联系日期 拨打日期 通话日期 催记日期 calldate contactdate",
    "at_time": "通话时刻 拨打时刻 timeofday",
    "party": "接听人 接听方 接听人身份 party answeredby spoketo contactedparty",
    "target": "联络对象 催收对象 联系对象 电话类型 calltarget target phonetype",
    "identity": "身份核实 核实方式 是否核身 identity identitycheck verified verification",
    "party_name": "对象姓名 联系对象姓名 联系人姓名 联络人姓名 被联络人 contactname partyname",
    "party_relation": "关系 与本人关系 与客户关系 relation relationship",
    "text": (
        "催收记录 催记 联络记录 通话内容 联系内容 沟通内容 跟进内容 记录内容 callnote callnotes notetext text"
    ),
    "promise_amount": "承诺金额 承诺还款金额 promiseamount ptpamount promisetopayamount",
    "promise_on": "承诺日期 承诺还款日期 承诺时间 promiseon promisedate ptpdate",
    "follow_up_on": (
        "下次跟进日期 下次跟进时间 下次联系时间 下次跟进 followup followupon followupdate "
        "nextfollowup nextcontact nextcall"
    ),
    "paid_amount": "已还金额 还款金额 paidamount amountpaid payment paymentamount",
    "paid_on": "已还日期 最近还款日期 还款日期 paidon paymentdate lastpaymentdate",
    "actor": "操作人 催收员 坐席 跟进人 collector agent agentid operator user actor",
    "call_id": "通话id 通话编号 呼叫id callid",
}

# Fields of a person, whatever his slot.
PERSON_FIELDS: dict[str, str] = {
    "name": (
        "姓名 名字 名称 客户姓名 借款人姓名 债务人姓名 借款人 债务人 持卡人 持卡人姓名 主借人 "
        "用户姓名 本人姓名 中文姓名 name fullname customername debtorname debtor borrower "
        "borrowername consumername consumer accountholder patientname patient"
    ),
    "given_name": "名 firstname first givenname given forename debtorfirstname",
    "family_name": "姓 姓氏 lastname last surname familyname debtorlastname",
    "middle_name": "middlename middle middleinitial mi",
    "id": (
        "证件号 证件号码 身份证 身份证号 身分证 身分证号 身分证字号 身份证号码 身份证件号码 公民身份号码 "
        "id idno idnumber idcard nationalid ssn socialsecuritynumber socialsecurity taxid debtorssn"
    ),
    "id_scheme": "证件类型 证件种类 idtype",
    "born": "出生日期 出生年月 出生年月日 生日 born dob dateofbirth birthdate birthday debtordob",
    "sex": "性别 sex gender",
    "phone": (
        "电话 联络电话 联系电话 电话号码 联系方式 联系号码 tel telephone phone phonenumber phoneno "
        "contactphone userphone contactnumber phones debtorphone"
    ),
    "mobile": (
        "手机 手机号 手机号码 移动电话 行动电话 本人手机 客户手机 客户手机号 本人手机号 本人电话 客户电话 "
        "注册手机号 注册手机 绑定手机号 预留手机号 mobile mobilephone mobilenumber mobileno cell "
        "cellphone cellular cellnumber"
    ),
    "home_phone": (
        "住宅电话 家庭电话 宅电 家电 固定电话 固话 座机 homephone hometel residencephone "
        "residentialphone phonehome landline"
    ),
    "work_phone": (
        "单位电话 公司电话 办公电话 工作电话 单位联系电话 公司联系电话 workphone worktel "
        "officephone businessphone employerphone poephone phonework companyphone"
    ),
    "address": (
        "地址 联系地址 通讯地址 居住地址 现居住地址 现住址 现居地址 常住地址 address addr street "
        "streetaddress address1 addr1 addressline1 debtoraddress"
    ),
    "home_address": "住宅地址 家庭地址 家庭住址 住址 homeaddress residentialaddress residence",
    "work_address": (
        "单位地址 公司地址 工作地址 办公地址 workaddress employeraddress companyaddress poeaddress"
    ),
    "registered_address": (
        "户籍地址 户口地址 户籍所在地 户籍 户籍地 身份证地址 身份证住址 permanentaddress "
        "registeredaddress idaddress"
    ),
    "mail_address": "邮寄地址 账单地址 邮件地址 mailingaddress postaladdress billingaddress",
    "address2": "addr2 address2 addressline2 apt unit suite",
    "city": "城市 市 city town",
    "state": "省 省份 state province county region",
    "postcode": "邮编 邮政编码 zip zipcode postcode postalcode postal",
    "email": "邮箱 电子邮箱 电子邮件 email emailaddress mail",
    "employer": (
        "单位 单位名称 公司 公司名称 工作单位 工作单位名称 任职单位 employer employername company "
        "companyname poe placeofemployment workplace"
    ),
    "employee_id": (
        "工号 员工号 员工编号 职工号 职工编号 人员编号 employeeid employeeno employeenumber staffid staffno "
        "staffnumber personnelnumber"
    ),
    "relation": (
        "关系 与本人关系 与客户关系 与借款人关系 与持卡人关系 亲属关系 relation relationship "
        "relationtodebtor relationtype"
    ),
    "role": "角色 人员类型 客户类型 role partytype",
    "note": "备注 note notes",
}

# Slots: the people a row may speak of besides the debtor. Longest first when matched.
SLOTS: dict[str, str] = {
    "debtor": (
        "本人 客户 借款人 债务人 持卡人 主借人 主贷人 debtor borrower consumer customer primary accountholder"
    ),
    "spouse": "配偶 爱人 妻子 丈夫 spouse wife husband partner",
    "father": "父亲 father",
    "mother": "母亲 mother",
    "parent": "父母 parent",
    "child": "子女 child",
    "relative": "直系亲属 亲属 亲戚 家属 家庭成员 relative nearby familymember",
    "guarantor": "担保人 保证人 连带责任人 连带保证人 担保 guarantor surety",
    "co_debtor": (
        "共债人 共同债务人 共同借款人 共借人 联名人 cosigner cosignor coborrower codebtor "
        "coapplicant jointdebtor comaker secondaryborrower"
    ),
    "colleague": "同事 colleague coworker",
    "friend": "朋友 friend",
    "contact": (
        "紧急联系人 其他联系人 第联系人 联系人 联络人 紧急联络人 contacts contact contactperson "
        "emergencycontact"
    ),
    "reference": "推荐人 证明人 references reference ref personalreference",
}

NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

TOTALS = ("合计", "总计", "小计", "共计", "汇总", "total", "totals", "grandtotal", "subtotal", "sum")

_DROP = re.compile(r"[\s_\-*:：'\"`#./\\、,，;；?？!！★☆▲△※]+")
_BRACKETS = re.compile(r"[(\[{（【<《].*?[)\]}）】>》]")


def _table(fields: dict[str, str]) -> dict[str, str]:
    return {word: field for field, words in fields.items() for word in words.split()}


_CASE = _table(CASE_FIELDS)
_OUTCOME = _table(OUTCOME_FIELDS)
_PERSON = _table(PERSON_FIELDS)
_SLOT = sorted(_table(SLOTS).items(), key=lambda item: -len(item[0]))


@lru_cache(maxsize=65536)
def header_key(text: str) -> str:
    """Give the header without what people add to one: case, spaces, marks, full width, traditional script."""
    return _DROP.sub("", simplified(unicodedata.normalize("NFKC", text[:200])).lower())


@lru_cache(maxsize=65536)
def bare_key(text: str) -> str:
    """Give :func:`header_key` without bracketed remarks: 委案金额(元), Name (required)."""
    return header_key(_BRACKETS.sub("", unicodedata.normalize("NFKC", text[:200])))


@lru_cache(maxsize=65536)
def case_field(text: str) -> str:
    """Give the case field a header names, or nothing."""
    return _CASE.get(header_key(text)) or _CASE.get(bare_key(text)) or ""


@lru_cache(maxsize=65536)
def outcome_field(text: str) -> str:
    """Give the call-note field a header names, or nothing."""
    return _OUTCOME.get(header_key(text)) or _OUTCOME.get(bare_key(text)) or ""


@lru_cache(maxsize=65536)
def person_field(text: str) -> tuple[str, str, int, bool]:
    """Give (slot, field, number, numbered at the end) a header names; an empty field when it names none.

    The slot is empty where the header does not say whose the column is: ``手机号2`` is the second mobile of
    the debtor, or of contact 2 where the file writes its contacts so.
    """
    for key in dict.fromkeys((header_key(text), bare_key(text))):
        if found := _person(key):
            return found
    return "", "", 0, False


def _person(key: str) -> tuple[str, str, int, bool] | None:
    if not key:
        return None
    if key in _PERSON:
        return "", _PERSON[key], 0, False
    for word, slot in _SLOT:
        found = _slotted(key, word, slot)
        if found:
            return found
    stem, number = _trailing(key)
    if number and stem in _PERSON:
        return "", _PERSON[stem], number, True
    return None


def _slotted(key: str, word: str, slot: str) -> tuple[str, str, int, bool] | None:
    leading = ""
    if (found := re.match(rf"^第?([一二三四五六七八九十]|\d{{1,2}}){re.escape(word)}", key)) is not None:
        leading, rest = found.group(1), key[found.end() :]
    elif key.startswith(word):
        rest = key[len(word) :]
    else:
        return None
    number = _numeral(leading)
    if not number and (found := re.match(r"^([一二三四五六七八九十]|\d{1,2})(?!\d)", rest)) is not None:
        number, rest = _numeral(found.group(1)), rest[found.end() :]
    rest = rest.removeprefix("的").removeprefix("'s").removeprefix("之")
    if not rest:
        return slot, "name", number, False
    if rest in _PERSON:
        return slot, _PERSON[rest], number, False
    stem, trailing = _trailing(rest)
    if stem in _PERSON and trailing:
        # 联系人姓名2 numbers the person; 联系人1电话2 numbers his telephone.
        return (slot, _PERSON[stem], number or trailing, not number)
    return None


def _trailing(key: str) -> tuple[str, int]:
    found = re.search(r"([一二三四五六七八九十]|\d{1,2})$", key)
    if found is None:
        return key, 0
    return key[: found.start()], _numeral(found.group(1))


def _numeral(text: str) -> int:
    return NUMERALS.get(text) or (int(text) if text.isdecimal() else 0)


def known(text: str) -> bool:
    """True when the header is one we know in any of the tables."""
    return bool(case_field(text) or outcome_field(text) or person_field(text)[1])


def header_words(cells: Iterable[str]) -> int:
    """Count the different headers among ``cells`` that we know."""
    return len({cell for cell in cells if cell and len(cell) < 60 and known(cell)})


def is_total(cells: Iterable[str]) -> bool:
    """True when the first filled cell of a row says it is a sum."""
    for cell in cells:
        if cell and not cell.isspace():
            key = header_key(cell) if len(cell) < 40 else ""
            return any(key == word or (key.startswith(word) and not word.isascii()) for word in TOTALS)
    return False
