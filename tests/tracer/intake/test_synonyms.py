"""The real column lists of reference/product.md §6, found."""

from __future__ import annotations

import pytest

from tracer.intake.mapping import Kind, propose

# Consumer finance, 55 columns (§6.1).
CONSUMER = [
    "渠道类型",
    "产品简称",
    "分配机构",
    "逾期时段",
    "委案日期",
    "退案日期",
    "借据号",
    "客户姓名",
    "用户号",
    "证件号码",
    "贷款余额",
    "手机号",
    "委案金额",
    "产品名称",
    "还款银行",
    "放款金额",
    "放款期限",
    "放款时间",
    "逾期天数",
    "公司名称",
    "公司电话",
    "公司地址",
    "住宅地址",
    "配偶姓名",
    "配偶手机",
    "解除逾期状态所需金额",
    "当前欠款总额",
    "当前应扣本金",
    "合同编号",
    "身份证地址",
    "应还款日",
    "应还利息",
    "应还手续费",
    "罚息",
    "月供",
    "最大逾期天数",
    "最近还款日期",
] + [f"联系人{number}{word}" for number in range(1, 10) for word in ("姓名", "电话")]
# Credit card, the sheet of persons (§6.1).
_OF_ONE = "证件号 移动电话 住宅电话 单位电话 单位名称 单位地址 户籍地址 住宅地址".split()  # noqa: SIM905
CARD = [
    *"姓名 证件类型 证件号 案件编号 帐号 卡号 性别 出生年月 移动电话 住宅电话 单位电话".split(),  # noqa: SIM905
    *"单位名称 单位地址".split(),  # noqa: SIM905
    *"户籍地址 住宅地址 邮件地址 邮寄地址".split(),  # noqa: SIM905
    *(f"配偶{word}" for word in ("姓名", *_OF_ONE)),
    *(f"直系亲属{word}" for word in ("姓名", "关系", *_OF_ONE)),
    *(f"{word}{number}" for number in range(1, 6) for word in ("联系人姓名", "关系", *_OF_ONE, "备注")),
]


def test_a_consumer_finance_file_is_understood() -> None:
    proposal = propose(CONSUMER)

    fields = proposal.mapping.columns
    assert proposal.missing == ()
    assert proposal.mapping.kind is Kind.PLACEMENT
    assert fields["借据号"] == "case"
    assert fields["客户姓名"] == "name"
    assert fields["手机号"] == "mobile"
    assert fields["公司电话"] == "work_phone"
    assert fields["配偶手机"] == "spouse.mobile"
    assert fields["身份证地址"] == "registered_address"
    assert fields["委案金额"] == "amount_due"
    assert fields["联系人9电话"] == "contact9.phone"
    assert set(proposal.unmapped) >= {"月供", "罚息", "还款银行"}


def test_a_credit_card_file_numbers_its_contacts_behind_the_word() -> None:
    proposal = propose(CARD)

    fields = proposal.mapping.columns
    assert proposal.missing == ()
    assert fields["案件编号"] == "case"
    assert fields["移动电话"] == "mobile"
    assert fields["直系亲属关系"] == "relative.relation"
    assert fields["配偶单位电话"] == "spouse.work_phone"
    assert fields["联系人姓名4"] == "contact4.name"
    assert fields["关系4"] == "contact4.relation"
    assert fields["移动电话4"] == "contact4.mobile"
    assert fields["单位名称5"] == "contact5.employer"


def test_numbered_telephones_without_contacts_are_the_debtors() -> None:
    fields = propose(["案件编号", "姓名", "手机号1", "手机号2", "电话3"]).mapping.columns

    assert [fields["手机号1"], fields["手机号2"], fields["电话3"]] == ["mobile", "mobile", "phone"]


def test_a_second_person_under_the_same_words_is_not_taken_for_the_debtor() -> None:
    proposal = propose(["案件编号", "姓名", "手机号", "姓名#2", "手机号#2"])

    assert proposal.unmapped == ("姓名#2", "手机号#2")


def test_a_second_number_under_the_same_word_is_the_debtors() -> None:
    assert propose(["案件编号", "姓名", "手机号", "手机号#2"]).mapping.columns["手机号#2"] == "mobile"


def test_an_american_file_is_understood() -> None:
    columns = [
        "Client number*",
        "Acct*",
        "Last Name",
        "First Name",
        "SSN",
        "DOB",
        "Address",
        "Addr 1",
        "City",
        "State",
        "Zip",
        "Home Phone",
        "Cell",
        "Employer",
        "Employer Phone",
        "Cosigner Name",
        "Cosigner Phone",
        "Reference 1 Name",
        "Reference 1 Phone",
        "Balance Due",
        "Date Listed",
    ]

    proposal = propose(columns, region="US")

    fields = proposal.mapping.columns
    assert proposal.unmapped == ()
    assert fields["Client number*"] == "case"
    assert fields["Last Name"] == "family_name"
    assert fields["Cosigner Phone"] == "co_debtor.phone"
    assert fields["Reference 1 Phone"] == "reference1.phone"
    assert fields["Employer Phone"] == "work_phone"
    assert (proposal.mapping.date_order, proposal.mapping.currency) == ("mdy", "USD")


@pytest.mark.parametrize(
    ("columns", "hint", "kind"),
    [
        ("案件编号 号码 联络结果 催收时间 催收记录", "", Kind.OUTCOME),
        ("case number result_code call_time notes", "", Kind.OUTCOME),
        ("批次号 案件编号 欠款 备注 更新日期", "", Kind.UPDATE),
        ("批次号 案件编号 结案日期 结案原因", "", Kind.CLOSE),
        ("批次号 案件编号 退案原因", "", Kind.RECALL),
        ("批次号 案件编号 姓名", "7月退案清单", Kind.RECALL),
        ("批次号 案件编号 留案到期日", "", Kind.RETAIN),
        ("案件编号 姓名 手机号 退案日期", "", Kind.PLACEMENT),
    ],
)
def test_the_kind_of_file_shows_in_its_columns_or_its_name(columns: str, hint: str, kind: Kind) -> None:
    assert propose(columns.split(), hint=hint).mapping.kind is kind


@pytest.mark.parametrize(
    "header",
    ["＊案件编号", "案件编号（必填）", " 案件 编号 ", "案件編號", "Case_Number", "CASE NO."],
)
def test_marks_width_script_and_case_do_not_hide_a_header(header: str) -> None:
    assert propose([header, "姓名", "手机号"]).mapping.columns[header] == "case"
