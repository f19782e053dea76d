"""Employers' rosters: whose row it is, and what its numbers are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from graph.clean.names import read_name
from graph.model import Identifier, Name, PartialDate, Role, StatedUser
from sources.contract import Ask, Outcome, Reply
from sources.employer import COLUMNS, Employer, same_name
from sources.testing import Driven, an_ask, check_digit, check_source, drive, fictional

WHO = fictional()
# Born on his day and where he was, and somebody else.
ANOTHER = "99999919700101001" + check_digit("99999919700101001")


def known(**changes: Any) -> Ask:
    name = read_name(WHO.name.text).value
    return an_ask(**{"name": name, "region": "CN", **changes})


def row(**changes: str) -> dict[str, str]:
    cells = {
        "_row": "roster.csv:17",
        "工号": WHO.employee_id,
        "姓名": WHO.name.text,
        "手机号码": "15477000000",
        "单位名称": WHO.employer,
        "更新日期": "2026-10-01",
    }
    return {key: value for key, value in {**cells, **changes}.items() if value != "-drop-"}


def look(*replies: tuple[dict[str, str], ...], ask: Ask | None = None) -> Driven:
    return drive(Employer().lookup(ask or known()), *(Reply(rows=rows) for rows in replies))


def test_it_has_the_manners_of_a_source() -> None:
    check_source(Employer(), Reply(rows=(row(),)))


def test_a_row_with_his_employee_number_and_his_name_is_his() -> None:
    driven = look((row(),))

    (record,) = driven.answer.records
    (claim,) = driven.answer.claims
    assert driven.rows.key == {"employee_id": "E-55000"}
    assert (record.ref, record.role, record.seen_on) == (
        "employer:roster.csv:17",
        Role.DEBTOR,
        dt.date(2026, 10, 1),
    )
    assert (claim.phone.e164, claim.stated_user, claim.date, claim.name_match) == (
        "+8615477000000",
        StatedUser.DEBTOR,
        dt.date(2026, 10, 1),
        1.0,
    )


def test_without_an_employee_number_he_is_asked_for_by_name() -> None:
    driven = look((row(),), ask=known(employee_id=""))

    assert driven.rows.key == {"name": WHO.name.text}
    assert driven.answer.outcome is Outcome.ANSWERED


def test_when_his_employee_number_is_somebody_elses_he_is_asked_for_by_name() -> None:
    stranger = row(姓名="钱子虚")
    moved = row(工号="E-90001", 单位名称="另一家有限公司", 身份证号=WHO.ids[0].value)

    driven = look((stranger,), (moved,))

    assert [list(asked.key) for asked in driven.asked] == [["employee_id"], ["name"]]  # type: ignore[union-attr]
    assert [record.employers[0].name for record in driven.answer.records] == ["另一家有限公司"]


def test_the_row_of_a_namesake_is_never_handed_in() -> None:
    namesake = row(工号="E-90001", 单位名称="另一家有限公司")

    answer = look((namesake,), ask=known(employee_id="")).answer

    assert (answer.outcome, answer.raw, answer.records) == (Outcome.NO_RECORD, "namesake", ())


@pytest.mark.parametrize(
    "cells",
    [
        {"身份证号": ANOTHER},
        {"出生日期": "1983-05-06"},
        {"工号": "E-55001"},
        {"姓名": "赵未*"},
        {"姓名": ""},
        {"姓名": "赵未名/钱子虚"},
    ],
    ids=[
        "another id",
        "another birthday",
        "another number in the same house",
        "masked",
        "empty",
        "two names",
    ],
)
def test_a_row_that_contradicts_what_is_known_is_not_his(cells: dict[str, str]) -> None:
    answer = look((row(**cells),), ()).answer

    assert (answer.outcome, answer.claims) == (Outcome.NO_RECORD, ())


@pytest.mark.parametrize(
    "cells",
    [
        {"身份证号": WHO.ids[0].value},
        {"出生日期": "1970-01-01"},
        {"出生日期": "1970年1月", "单位名称": WHO.employer},
        {"单位名称": "子虚第0机械有限责任公司"},
    ],
    ids=["id", "birthday", "employer and month of birth", "employer written otherwise"],
)
def test_a_name_and_one_more_thing_of_his_make_a_row_his(cells: dict[str, str]) -> None:
    rows = row(**{"工号": "", "单位名称": "", **cells})

    assert look((rows,), ask=known(employee_id="")).answer.outcome is Outcome.ANSWERED


def test_two_people_it_could_be_are_nobody() -> None:
    one, other = row(工号="E-1"), row(工号="E-2", _row="roster.csv:18")

    answer = look((one, other), ask=known(employee_id="")).answer

    assert (answer.outcome, answer.raw) == (Outcome.NO_RECORD, "ambiguous")


def test_two_rows_of_one_employee_are_both_his() -> None:
    desk = row(手机号码="-drop-", 办公电话="0571-87654321转8012", _row="roster.csv:18")

    answer = look((row(), desk)).answer

    assert [record.record for record in answer.records] == ["roster.csv:17", "roster.csv:18"]
    assert [(claim.phone.key, claim.stated_user) for claim in answer.claims] == [
        ("+8615477000000", StatedUser.DEBTOR),
        ("+8657187654321;ext=8012", StatedUser.WORKPLACE),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "key", "user"),
    [
        ("手机", "154 7700 0009", "+8615477000009", StatedUser.DEBTOR),
        ("电话", "15477000009", "+8615477000009", StatedUser.DEBTOR),
        ("电话", "0571-87654321", "+8657187654321", StatedUser.WORKPLACE),
        ("办公电话", "15477000009", "+8615477000009", StatedUser.WORKPLACE),
        ("总机", "0571-87654321", "+8657187654321", StatedUser.WORKPLACE),
        ("Work Phone", "0571-87654321-8012", "+8657187654321;ext=8012", StatedUser.WORKPLACE),
        ("Mobile-Phone", "+1 415 555 0123", "+14155550123", StatedUser.DEBTOR),
    ],
)
def test_a_number_is_his_or_his_workplaces_by_its_column_and_kind(
    column: str, cell: str, key: str, user: StatedUser
) -> None:
    answer = look((row(手机号码="-drop-", **{column: cell}),)).answer

    assert [(claim.phone.key, claim.stated_user) for claim in answer.claims] == [(key, user)]


def test_an_extension_in_a_column_of_its_own_belongs_to_the_desk_and_not_to_the_mobile() -> None:
    answer = look((row(办公电话="0571-87654321", 分机="8012"),)).answer

    assert [claim.phone.key for claim in answer.claims] == ["+8615477000000", "+8657187654321;ext=8012"]


def test_who_has_left_keeps_his_mobile_and_not_the_desk() -> None:
    answer = look((row(办公电话="0571-87654321", 离职日期="2025-01-31"),)).answer

    (claim,) = answer.claims
    assert (claim.phone.e164, claim.date) == ("+8615477000000", dt.date(2025, 1, 31))


def test_emergency_contacts_are_not_looked_at() -> None:
    answer = look((row(紧急联系人="钱子虚", 紧急联系人电话="15477000099", 配偶手机="15477000098"),)).answer

    assert [claim.phone.e164 for claim in answer.claims] == ["+8615477000000"]
    assert not [column for column in COLUMNS if "紧急" in column or "配偶" in column or "emergency" in column]


def test_a_date_to_come_says_nothing_of_when_the_number_was_true() -> None:
    answer = look((row(更新日期="2027-01-01"),)).answer

    assert (answer.records[0].seen_on, answer.claims[0].date) == (None, None)


def american(**cells: str) -> tuple[dict[str, str], Ask]:
    name = read_name("John Q Sample").value
    ask = an_ask(name=name, employee_id="7731", ids=(), born=None, employer="", region="")
    return {"_row": "r:1", "employee_id": "7731", "full_name": "Sample, John Q", **cells}, ask


def test_a_number_without_a_country_is_not_read_as_another_countrys() -> None:
    cells, ask = american(mobile="(415) 555-0123")

    silent = look((cells,), ask=ask).answer
    told = look(({**cells, "country": "US"},), ask=ask).answer
    case = look(
        (cells,), ask=an_ask(name=ask.name, employee_id="7731", ids=(), born=None, region="US")
    ).answer

    assert silent.outcome is Outcome.ANSWERED
    assert silent.claims == ()
    assert [claim.phone.e164 for claim in (*told.claims, *case.claims)] == ["+14155550123", "+14155550123"]


def test_a_roster_without_a_column_for_names_is_not_understood() -> None:
    answer = look((row(姓名="-drop-"),)).answer

    assert (answer.outcome, answer.raw) == (Outcome.PROTOCOL_ERROR, "row_without_name_column")


@pytest.mark.parametrize("name", [None, Name(text="赵*", masked=True)], ids=["none", "masked"])
def test_without_a_whole_name_nothing_is_asked(name: Name | None) -> None:
    driven = look(ask=known(name=name))

    assert (driven.asked, driven.answer.outcome) == ((), Outcome.BAD_INPUT)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("张伟", "张伟", True),
        ("張偉", "张伟", True),
        ("张伟", "张玮", False),
        ("张伟", "伟张", False),
        ("John Q Sample", "SAMPLE, John Q", True),
        ("John Sample", "John Sampel", False),
        ("张伟", "Zhang Wei", True),
        ("张伟", "Zhang Lei", False),
    ],
)
def test_two_names_are_one(left: str, right: str, same: bool) -> None:
    names = [read_name(text).value for text in (left, right)]

    assert names[0] is not None
    assert names[1] is not None
    assert same_name(names[0], names[1]) is same
    assert same_name(names[1], names[0]) is same


def test_a_masked_id_in_the_roster_may_be_his_and_is_not_enough_alone() -> None:
    masked = WHO.ids[0].value[:6] + "*" * 8 + WHO.ids[0].value[14:]
    cells = row(工号="", 单位名称="", 身份证号=masked)
    ask = known(
        employee_id="",
        ids=(Identifier(scheme="prc_id", value=WHO.ids[0].value, born=PartialDate(year=1970)),),
    )

    answer = look((cells,), ask=ask).answer

    assert (answer.outcome, answer.raw) == (Outcome.NO_RECORD, "namesake")


def test_two_masked_ids_that_look_alike_are_not_one_document() -> None:
    masked = WHO.ids[0].value[:6] + "*" * 8 + WHO.ids[0].value[14:]
    cells = row(工号="", 单位名称="", 身份证号=masked)
    ask = known(employee_id="", born=None, ids=(Identifier(scheme="prc_id", value=masked, masked=True),))

    answer = look((cells,), ask=ask).answer

    assert (answer.outcome, answer.raw) == (Outcome.NO_RECORD, "namesake")


def test_what_a_mask_leaves_of_a_name_is_not_the_name() -> None:
    cells, _ = american(full_name="S***** John")
    ask = an_ask(name=Name(text="John", family="John"), employee_id="7731", ids=(), born=None, region="US")

    assert look((cells,), (), ask=ask).answer.outcome is Outcome.NO_RECORD
