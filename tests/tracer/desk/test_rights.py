"""What people ask by right: registered with its deadline, in force at once, answered, never about others."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Outcome
from tracer.desk import rights, rights_page, wrong_person
from tracer.errors import WrongUse
from tracer.words import speak


def numbers(desk: Any, ref: str) -> dict[str, str]:
    return {
        one.phone.key: one.ranked.barred.code if one.ranked.barred else ""
        for one in desk.contacts(ref).numbers
    }


def test_a_request_has_the_earliest_deadline_of_the_packs_that_apply(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    wish = rights.register(desk.office, desk.case("NB000001"), "object", identity="id_seen")

    assert (wish.due_on, wish.rule) == (dt.date(2026, 12, 8), "CN-PIPL-45-ACCESS")
    (entry,) = desk.entries("rights_asked")
    assert entry.body["kind"] == "object"
    assert entry.body["basis"] == "id_seen"


def test_an_objection_stops_look_ups_and_calls_until_it_is_turned_down_with_a_reason(
    desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1))
    desk.trace()
    wish = rights.register(desk.office, desk.case("NB000001"), "object", identity="id_seen")

    report = desk.trace(again=True)
    during = numbers(desk, "NB000001")
    with pytest.raises(WrongUse, match="without a reason"):
        rights.decide(desk.office, wish.id, accept=False)
    rights.decide(desk.office, wish.id, accept=False, reason="compelling_grounds")

    assert {one.outcome for case in report.cases for one in case.lookups} == {Outcome.REFUSED}
    assert set(during.values()) == {"objection"}
    assert set(numbers(desk, "NB000001").values()) == {""}


def test_a_disputed_number_is_barred_at_once_and_replaced_when_he_is_right(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    case = desk.case("NB000001")

    wish = rights.correct(desk.office, case, "phone", "15400000001", "16400000009", identity="call_back")
    during = numbers(desk, "NB000001")
    rights.decide(desk.office, wish.id, accept=True)

    assert during == {"+8615400000001": "disputed"}
    assert numbers(desk, "NB000001") == {"+8616400000009": ""}


def test_a_correction_that_is_refused_leaves_everything_as_it_was(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    before = numbers(desk, "NB000001")

    wish = rights.correct(
        desk.office, desk.case("NB000001"), "phone", "15400000001", "", identity="call_back"
    )
    rights.decide(desk.office, wish.id, accept=False, reason="unfounded")

    assert numbers(desk, "NB000001") == before
    with pytest.raises(WrongUse, match="was decided"):
        rights.decide(desk.office, wish.id, accept=True)


@pytest.mark.parametrize(
    ("kind", "value"), [("phone", "15400000002"), ("name", "欧阳一白"), ("shoe_size", "44")]
)
def test_only_a_value_that_is_held_can_be_disputed(desk: Any, debtor: Any, kind: str, value: str) -> None:
    desk.place(debtor(1))
    desk.trace()

    with pytest.raises(WrongUse):
        rights.correct(desk.office, desk.case("NB000001"), kind, value, "", identity="id_seen")

    assert desk.entries("rights_asked") == []


def test_a_corrected_name_is_the_one_that_counts(desk: Any, debtor: Any) -> None:
    from tracer.desk import contacts, disputes

    desk.place(debtor(1))
    desk.trace()
    case = desk.case("NB000001")
    wish = rights.correct(desk.office, case, "name", "欧阳清岚", "欧阳清兰", identity="id_seen")

    open_ = disputes.held(contacts.known(desk.office, case).findings, "name", case.pseudonym)
    rights.decide(desk.office, wish.id, accept=True)

    assert open_ == ()
    found = disputes.held(contacts.known(desk.office, case).findings, "name", case.pseudonym)
    assert found == ("欧阳清兰",)


# The copy


def test_the_copy_shows_what_is_held_and_nothing_of_others_or_staff(desk: Any, debtor: Any) -> None:
    desk.place(
        debtor(
            1, 配偶姓名="司徒墨言", 配偶手机="16400000001", 联系人1姓名="上官云舒", 联系人1电话="16400000002"
        )
    )
    desk.trace()
    desk.note(
        "NB000001", "16400000001", "TT", list_name="us_latitude", person="司徒墨言", text="wife answered"
    )
    out = desk.folder / "copy.json"

    made = rights_page.access(desk.office, desk.case("NB000001"), out, identity="id_seen")

    text = out.read_text(encoding="utf-8")
    assert json.loads(text) == made.document
    for others in ("司徒墨言", "上官云舒", "16400000001", "16400000002", "wife", "li.ming"):
        assert others not in text
    assert "+8615400000001" in text
    assert "欧阳清岚" in text
    assert {one["source"] for one in json.loads(text)["look_ups"]} == {"case_file", "references", "employer"}
    assert made.wish.state == "done"


@pytest.mark.parametrize(("language", "heading"), [("en", "Look-ups made about you"), ("zh", "对您的")])
def test_the_page_speaks_the_readers_language_and_loads_nothing(
    desk: Any, debtor: Any, language: str, heading: str
) -> None:
    desk.place(debtor(1, 客户姓名="<script>alert(1)</script>"))
    desk.trace()
    out = desk.folder / "copy.html"
    speak(language)
    try:
        rights_page.access(desk.office, desk.case("NB000001"), out, identity="id_seen")
    finally:
        speak("en")

    page = out.read_text(encoding="utf-8")

    assert "<script" not in page
    assert "http://" not in page
    assert f'lang="{language}"' in page
    if language == "en":
        assert heading in page


def test_a_copy_that_cannot_be_written_is_not_said_to_be_given(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    with pytest.raises(WrongUse):
        rights_page.access(desk.office, desk.case("NB000001"), Path("/nowhere/copy.json"), identity="id_seen")

    assert desk.entries("rights_decided") == []


# The wrong person


def test_one_word_of_a_stranger_bars_the_number_in_every_case_of_that_debtor_now_and_later(
    desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1))
    desk.trace()

    told = wrong_person.wrong_person(desk.office, "154 0000 0001")
    desk.place(debtor(1, 案件编号="HC000009", 手机号="+8615400000001"), client="harborcredit")
    desk.trace("harborcredit/HC000009")

    assert (told.barred, told.before) == (1, 0)
    assert numbers(desk, "NB000001") == {"+8615400000001": "wrong_party"}
    assert numbers(desk, "harborcredit/HC000009") == {"+8615400000001": "wrong_party"}


def test_a_name_and_a_number_are_enough_to_know_the_debtor_again(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 证件号码=""))
    desk.trace()
    wrong_person.wrong_person(desk.office, "15400000001")

    desk.place(debtor(1, 案件编号="NB000077", 证件号码=""))
    desk.trace("NB000077")

    assert numbers(desk, "NB000077") == {"+8615400000001": "wrong_party"}


def test_the_number_stays_free_for_the_debtor_whose_own_it_is(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1), debtor(2, 手机号="16400000005", 联系人1姓名="上官云舒", 联系人1电话="15400000001"))
    desk.trace()

    told = wrong_person.wrong_person(desk.office, "15400000001")

    assert told.barred == 1
    assert numbers(desk, "NB000002")["+8615400000001"] == ""


def test_a_token_says_the_same_without_any_number(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    token = wrong_person.notice(desk.office, desk.case("NB000001"), "15400000001")

    told = wrong_person.wrong_person(desk.office, f" {token[:5].lower()} {token[5:]} ")

    assert told.barred == 1
    assert numbers(desk, "NB000001") == {"+8615400000001": "wrong_party"}
    kept = b"".join(path.read_bytes() for path in desk.home.rglob("*") if path.is_file())
    assert token.encode() not in kept


@pytest.mark.parametrize("said", ["ABCDEFGHJK", "hello", "138****0001"])
def test_what_is_neither_a_number_nor_a_token_bars_nothing(desk: Any, debtor: Any, said: str) -> None:
    desk.place(debtor(1))

    with pytest.raises(WrongUse):
        wrong_person.wrong_person(desk.office, said)

    assert desk.entries("outcome") == []
