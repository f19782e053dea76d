"""Who a row names and whose each number is said to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.model import Role, StatedUser
from tracer.intake import Named, Placement

Take = Callable[..., list[Placement]]
CONTACT = "案件编号|姓名|联系人1姓名|联系人1关系|联系人1电话"


def people(placement: Placement) -> dict[str, Named]:
    return {named.record.record: named for named in placement.people}


def users(named: Named) -> dict[str, StatedUser]:
    return {claim.phone.key: claim.stated_user for claim in named.claims}


def test_each_column_says_whose_number_it_holds(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|手机号|住宅电话|单位名称|单位电话|配偶姓名|配偶手机|配偶单位电话|担保人姓名|担保人手机|共债人姓名|共债人电话|"
        "父亲姓名|父亲电话|联系人1姓名|联系人1电话",
        "A1|张伟|15400000001|0571-88880001|虚构公司|0571-88880002|李娜|15400000003|0571-88880004|王强|15400000005|赵敏|15400000006|"
        "张大山|15400000007|陈静|15400000008",
    )  # fmt: skip

    found = people(row)
    assert users(found["debtor"]) == {
        "+8615400000001": StatedUser.DEBTOR,
        "+8657188880001": StatedUser.HOUSEHOLD,
        "+8657188880002": StatedUser.WORKPLACE,
    }
    assert users(found["spouse"]) == {
        "+8615400000003": StatedUser.HOUSEHOLD,
        "+8657188880004": StatedUser.CONTACT,
    }
    assert users(found["guarantor"]) == {"+8615400000005": StatedUser.GUARANTOR}
    assert users(found["co_debtor"]) == {"+8615400000006": StatedUser.GUARANTOR}
    assert users(found["father"]) == {"+8615400000007": StatedUser.CONTACT}
    assert users(found["contact1"]) == {"+8615400000008": StatedUser.REFERENCE}
    assert {name: (named.record.role, named.record.source) for name, named in found.items()} == {
        "debtor": (Role.DEBTOR, "case_file"),
        "spouse": (Role.SPOUSE, "references"),
        "guarantor": (Role.GUARANTOR, "case_file"),
        "co_debtor": (Role.CO_DEBTOR, "case_file"),
        "father": (Role.PARENT, "references"),
        "contact1": (Role.REFERENCE, "references"),
    }
    assert [name for name, named in found.items() if named.named_by_debtor] == ["contact1"]
    assert {named.record.case for named in found.values()} == {"A1"}


def test_a_switchboard_is_claimed_and_is_no_sign_of_who_somebody_is(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|手机号|单位电话", "A1|张伟|15400000001|0571-88880002转801")

    debtor = row.people[0]

    assert [phone.key for phone in debtor.record.phones] == ["+8615400000001"]
    assert [claim.phone.key for claim in debtor.claims] == ["+8615400000001", "+8657188880002;ext=801"]


def test_several_numbers_in_a_cell_are_several_claims(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|手机号", "A1|张伟|15400000001、１５４００００００２3；15400000001")

    assert list(users(row.people[0])) == ["+8615400000001", "+8615400000023"]


def test_a_remark_beside_a_number_says_whose_it_is(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|手机号", "A1|张伟|15400000001/15400000002(父亲)")

    debtor = row.people[0]

    assert users(debtor) == {"+8615400000001": StatedUser.DEBTOR, "+8615400000002": StatedUser.CONTACT}
    assert [phone.key for phone in debtor.record.phones] == ["+8615400000001"]


@pytest.mark.parametrize(
    ("relation", "role"),
    [
        ("配偶", Role.SPOUSE),
        ("父亲", Role.PARENT),
        ("同事", Role.COLLEAGUE),
        ("朋友", Role.FRIEND),
        ("其他", Role.REFERENCE),
        ("", Role.REFERENCE),
        ("债主", Role.REFERENCE),
    ],
)
def test_a_contacts_relation_is_read(intake: Take, relation: str, role: Role) -> None:
    (row,) = intake(CONTACT, f"A1|张伟|陈静|{relation}|15400000008")

    assert people(row)["contact1"].record.role is role
    assert [problem.code for problem in row.problems] == (["relation.unknown"] if relation == "债主" else [])


def test_a_cell_cannot_make_a_contact_liable(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|联系人1姓名|联系人1关系|联系人1电话", "A1|张伟|陈静|担保人|15400000008")

    assert people(row)["contact1"].record.role is Role.REFERENCE
    assert [problem.code for problem in row.problems] == ["relation.liable"]


def test_a_contact_who_is_the_debtor_gives_him_his_number(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|手机号|联系人1姓名|联系人1关系|联系人1电话",
        "A1|张伟|15400000001|张伟|本人|15400000008",
    )

    assert list(people(row)) == ["debtor"]
    assert users(row.people[0]) == {"+8615400000001": StatedUser.DEBTOR, "+8615400000008": StatedUser.DEBTOR}
    assert row.people[0].claims[1].source == "case_file"


def test_a_number_in_the_names_cell_is_found(intake: Take) -> None:
    (row,) = intake("案件编号|姓名|联系人1", "A1|张伟|陈静 15400000008")

    contact = people(row)["contact1"]

    assert [name.text for name in contact.record.names] == ["陈静"]
    assert users(contact) == {"+8615400000008": StatedUser.REFERENCE}


def test_one_row_a_person_makes_one_case_of_several_people(intake: Take) -> None:
    rows = intake(
        "案件编号|姓名|关系|电话",
        "A1|张伟|本人|15400000001",
        "A1|李娜|配偶|15400000002",
        "A1|陈静|朋友|15400000003",
        "A1|王强|朋友|15400000004",
    )  # fmt: skip

    records = [row.people[0].record for row in rows]
    assert [record.role for record in records] == [Role.DEBTOR, Role.SPOUSE, Role.FRIEND, Role.FRIEND]
    assert len({record.record for record in records}) == 4


def test_a_file_of_cosigners_is_said_so_by_its_mapping(intake: Take) -> None:
    (row,) = intake(
        "Acct|Cosigner Name|Phone", "77|Ann Example|415 555 0133", region="US", kind="placement",
        columns={"Acct": "case", "Cosigner Name": "name", "Phone": "phone"}, constants={"role": "cosigner"},
    )  # fmt: skip

    assert row.people[0].record.role is Role.GUARANTOR
    assert users(row.people[0]) == {"+14155550133": StatedUser.GUARANTOR}


def test_names_and_addresses_in_parts_are_put_together(intake: Take) -> None:
    (row,) = intake(
        "Client number|Last Name|First Name|Address|City|State|Zip",
        "7|Example|Ann|12 Fictional Street|Springfield|IL|62701",
        region="US",
    )

    record = row.people[0].record
    assert [(name.family, name.given) for name in record.names] == [("Example", "Ann")]
    assert record.addresses[0].text == "12 Fictional Street, Springfield, IL, 62701"
    assert (record.addresses[0].region, record.addresses[0].postcode) == ("IL", "62701")


def test_where_somebody_works_is_not_where_he_lives(intake: Take) -> None:
    (row,) = intake(
        "案件编号|姓名|单位地址|住宅地址|户籍地址", "A1|张伟|杭州市虚构路1号|杭州市虚构路2号|杭州市虚构路3号"
    )

    named = row.people[0]

    assert [address.text for address in named.record.addresses] == ["杭州市虚构路2号", "杭州市虚构路3号"]
    assert named.work_addresses == ("杭州市虚构路1号",)
