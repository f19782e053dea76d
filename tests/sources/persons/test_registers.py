"""Registers by manifest: asked for one person, namesakes never handed in, footing and limits always said."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sources.persons
from graph.clean.ids import read_id
from graph.clean.names import read_name
from graph.model import PartialDate, Role, StatedUser
from sources.contract import Ask, Field, HttpCall, Outcome, Reply, Rows, SourceBroken, SourceError, Subject
from sources.persons import PersonFault, Register, Way, read, source
from sources.testing import check_source, drive

FOLDER = Path(sources.persons.__file__).parent / "manifests"
SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}
ID = "110101199003070118"
ASK = Ask(
    case="case_x",
    purpose="contact_repair",
    role=Role.DEBTOR,
    today=dt.date(2026, 11, 23),
    name=read_name("欧阳清岚").value,
    ids=(one,) if (one := read_id(ID).value) else (),
    born=PartialDate(year=1990, month=3, day=7),
    employer="虚构市远帆机械有限公司",
    region="CN",
)
JANE = replace(ASK, name=read_name("Jane Fictional").value, ids=(), region="GB", employer="")


def register(name: str) -> Register:
    found = source(read(SHIPPED[name]))
    assert isinstance(found, Register)
    return found


def rows(*cells: dict[str, str]) -> Reply:
    return Reply(rows=tuple({**row, "_row": f"file.csv:{place}"} for place, row in enumerate(cells, 2)))


def listed(*items: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps({"items": list(items)}).encode())


@pytest.mark.parametrize("name", SHIPPED)
def test_every_manifest_says_its_footing_its_limit_and_on_what_it_was_proved(name: str) -> None:
    about = read(SHIPPED[name]).person

    assert about.id == name
    assert len(about.lawful_basis) > 40
    assert len(about.use_limit) > 40
    assert "fictional" in about.proved


@pytest.mark.parametrize("name", SHIPPED)
def test_every_manifest_passes_the_checks_of_any_source(name: str) -> None:
    check_source(source(read(SHIPPED[name])))


@pytest.mark.parametrize("key", ["lawful_basis", "use_limit", "proved", "spec"])
def test_a_manifest_without_its_footing_is_refused(key: str) -> None:
    lines = [line for line in SHIPPED["cn.enforcement-list"].splitlines() if not line.startswith(f"{key} =")]

    with pytest.raises(PersonFault) as caught:
        read("\n".join(lines))

    assert caught.value.places == (f"person.{key} (missing)",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('way = "table"', 'way = "scrape"', id="another way"),
        pytest.param('[send]\nname = "姓名"', '[send]\nname = "姓名"\nphone = "电话"', id="telling a number"),
        pytest.param(
            '[send]\nname = "姓名"', '[send]\nid_number = "身份证号码"', id="asking by the document"
        ),
        pytest.param('lists = "enforcement"', 'roles = ["spouse"]', id="a third party"),
        pytest.param("[table]\nname", '[http]\npath = "/"\nitems = "x"\n[table]\nname', id="two ways"),
        pytest.param('name = "姓名"\nid', "id", id="a row without a name"),
        pytest.param('seen_on = "发布时间"', 'seen_on = "=HYPERLINK(1)"', id="a column that calculates"),
        pytest.param('seen_on = "发布时间"', 'wife = "配偶"', id="something more"),
    ],
)
def test_what_a_register_may_not_be_cannot_be_written(old: str, new: str) -> None:
    text = SHIPPED["cn.enforcement-list"]
    assert old in text

    with pytest.raises(PersonFault):
        read(text.replace(old, new, 1))


def test_a_listed_debtor_is_known_by_name_and_all_that_his_masked_document_shows() -> None:
    reply = rows(
        {
            "案号": "（2026）虚0105执17号",
            "姓名": "欧阳清岚",
            "身份证号码": "1101011990****0118",
            "发布时间": "2026-05-01",
        },
        {"案号": "（2026）虚0105执18号", "姓名": "欧阳清岚", "身份证号码": "3201021985****0118"},
    )

    driven = drive(register("cn.enforcement-list").lookup(ASK), reply)

    assert driven.asked == (Rows(table="cn_enforcement", key={"姓名": "欧阳清岚"}),)
    assert driven.answer.outcome is Outcome.ANSWERED
    assert driven.answer.raw == "listed.enforcement"
    assert [(one.record, one.seen_on) for one in driven.answer.records] == [
        ("file.csv:2", dt.date(2026, 5, 1))
    ]


@pytest.mark.parametrize(
    ("row", "raw"),
    [
        ({"姓名": "欧阳清岚", "身份证号码": "3201021985****0118"}, ""),
        ({"姓名": "欧阳清岚", "身份证号码": ""}, "namesake"),
        ({"姓名": "欧阳清岚", "身份证号码": "1****************8"}, "namesake"),
        ({"姓名": "欧阳*", "身份证号码": "1101011990****0118"}, "namesake"),
        ({"姓名": "司徒墨言", "身份证号码": "1101011990****0118"}, ""),
    ],
)
def test_a_namesake_is_never_handed_in(row: dict[str, str], raw: str) -> None:
    answer = drive(register("cn.enforcement-list").lookup(ASK), rows(row)).answer

    assert (answer.outcome, answer.records) == (Outcome.NO_RECORD, ())
    assert answer.raw == raw


def test_two_people_it_could_be_are_nobody() -> None:
    document = {"姓名": "欧阳清岚", "身份证号码": "1101011990****0118"}

    answer = drive(
        register("cn.enforcement-list").lookup(ASK),
        rows(document, {**document, "身份证号码": "110101199003****18"}),
    ).answer

    assert (answer.outcome, answer.raw) == (Outcome.NO_RECORD, "ambiguous")


def test_the_month_of_birth_tells_an_officer_from_another_and_a_year_alone_does_not() -> None:
    born = {
        "title": "Jane FICTIONAL",
        "date_of_birth": {"month": 3, "year": 1990},
        "address_snippet": "1 Mill Lane",
    }
    year = {"title": "Jane Fictional", "date_of_birth": {"year": 1990}, "address_snippet": "2 Mill Lane"}

    answer = drive(register("uk.companies-house-officers").lookup(JANE), listed(born, year)).answer

    assert [address.text for record in answer.records for address in record.addresses] == ["1 Mill Lane"]


def test_an_interface_is_asked_with_the_name_in_a_place_the_log_keeps_empty() -> None:
    driven = drive(register("uk.companies-house-officers").lookup(JANE), listed())

    call = driven.asked[0]
    assert isinstance(call, HttpCall)
    assert call.query["q"] == "{name}"
    assert call.told == {"name": "Jane Fictional"}
    assert "Fictional" not in f"{call.path} {call.query}"
    assert register("uk.companies-house-officers").terms.in_url
    assert driven.answer.outcome is Outcome.NO_RECORD


@pytest.mark.parametrize(
    ("reply", "error", "outcome"),
    [
        (Reply(status=401), SourceBroken, Outcome.AUTH_FAILED),
        (Reply(status=403), SourceBroken, Outcome.NOT_ENTITLED),
        (Reply(status=429), SourceError, Outcome.RATE_LIMITED),
        (Reply(status=503), SourceError, Outcome.UNAVAILABLE),
        (Reply(status=200, body=b"<html>"), SourceError, Outcome.PROTOCOL_ERROR),
        (Reply(status=200, body=b'{"items": {}}'), SourceError, Outcome.PROTOCOL_ERROR),
        (Reply(status=200, body=b'{"items": ' + b"[" * 5000), SourceError, Outcome.PROTOCOL_ERROR),
    ],
)
def test_a_reply_that_is_no_list_is_no_answer(reply: Reply, error: type[Exception], outcome: Outcome) -> None:
    with pytest.raises(error) as caught:
        drive(register("uk.companies-house-officers").lookup(JANE), reply)

    assert caught.value.outcome is outcome  # type: ignore[attr-defined]


def test_a_companys_number_is_the_workplaces_and_never_his_own() -> None:
    row = {
        "法定代表人": "欧阳清岚", "企业名称": "远帆机械有限公司", "企业联系电话": "010-55550100",
        "住所": "虚构路1号", "统一社会信用代码": "91FICTIONAL0000000",
    }  # fmt: skip
    ask = replace(ASK, employer="远帆机械有限公司", ids=())

    answer = drive(register("cn.company-register").lookup(ask), rows(row)).answer

    assert {one.stated_user for one in answer.claims} == {StatedUser.WORKPLACE}


def test_a_formula_in_a_cell_is_no_value() -> None:
    row = {
        "name": "Jane Fictional",
        "date_of_birth": "1990-03-07",
        "address": '=HYPERLINK("http://x")',
        "notice": "N1",
    }

    answer = drive(register("uk.insolvency-notices").lookup(JANE), rows(row)).answer

    assert answer.outcome is Outcome.ANSWERED
    assert answer.records[0].addresses == ()


def test_what_is_compared_stays_here_and_only_the_name_is_sent() -> None:
    found = register("cn.enforcement-list")

    driven = drive(found.lookup(ASK), rows())

    assert found.terms.subject is Subject.CASE
    assert found.terms.sends == {Field.NAME, Field.ID_NUMBER}
    assert driven.asked == (Rows(table="cn_enforcement", key={"姓名": "欧阳清岚"}),)


def test_a_name_of_hundreds_is_no_person() -> None:
    row = {"姓名": "欧阳清岚", "身份证号码": "1101011990****0118"}

    answer = drive(register("cn.enforcement-list").lookup(ASK), rows(*([row] * 201))).answer

    assert (answer.outcome, answer.raw) == (Outcome.NO_RECORD, "too_many_namesakes")


def test_every_way_is_shipped_once_at_least() -> None:
    assert {read(text).person.way for text in SHIPPED.values()} == set(Way)
