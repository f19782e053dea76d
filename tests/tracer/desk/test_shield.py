"""Whoever owes nothing is shielded: a refusal is for ever, one person at a time, and no more than a few."""

from __future__ import annotations

import datetime as dt
import json
import typing
from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Line, Phone, Record, Role
from tracer.cli.program import build
from tracer.desk import lawful, outcomes, wrong_person
from tracer.desk.casework import revealed
from tracer.desk.contacts import reveal
from tracer.desk.export import export
from tracer.desk.exposure import exposure, others
from tracer.desk.lawful import Asked, MayContact, may_contact
from tracer.desk.life import give_back
from tracer.desk.scripts import script
from tracer.errors import Refused

OWN, WIFE, WIFES_OTHER = "+8615400000001", "+8616400000009", "+8616400000010"


@pytest.fixture
def lost(desk: Any, debtor: Any) -> Any:
    """A debtor out of reach since yesterday, and his wife with two numbers; it is 17:00 in Shanghai."""
    desk.configure(lambda text: text + "\n[policy.facts]\nline_recorded = true\n")
    desk.place(
        debtor(1, 手机号="15400000001", 配偶姓名="林小夏", 配偶手机="16400000009/16400000010"),
    )
    desk.trace()
    lose(desk)
    return desk


def lose(home: Any, ref: str = "NB000001", number: str = OWN) -> None:
    for hours in (26, 25, 24):
        home.note(ref, number, at=home.clock() - dt.timedelta(hours=hours), line=Line.NO_ANSWER)


def asked(home: Any, number: str, ref: str = "NB000001", **more: Any) -> MayContact:
    return may_contact(home.office, home.case(ref), number, home.clock(), Asked(**more))


def barred(home: Any, ref: str) -> dict[str, str]:
    return {
        one.phone.key: one.ranked.barred.code if one.ranked.barred else ""
        for one in home.contacts(ref).numbers
    }


def test_a_wife_may_be_asked_once_the_debtor_is_out_of_reach(lost: Any) -> None:
    assert asked(lost, WIFE).opinion.allowed


def test_who_refused_on_one_number_has_refused_on_all_of_them(lost: Any) -> None:
    lost.note("NB000001", WIFE, "QUIT")

    for number in (WIFE, WIFES_OTHER):
        assert {"TRADE-BARRED", "CN-CBA26-3P-STOP"} <= set(asked(lost, number).opinion.rules)


@pytest.mark.parametrize("client", ["northbank", "harborcredit"])
def test_a_refusal_holds_in_every_later_batch_of_every_client(lost: Any, debtor: Any, client: str) -> None:
    lost.note("NB000001", WIFE, "QUIT")

    lost.place(
        debtor(1, 案件编号="NB000091", 手机号="15400000005", 配偶姓名="林小夏", 配偶手机="+8616400000009"),
        client=client,
    )
    lost.trace(f"{client}/NB000091")
    lose(lost, f"{client}/NB000091", "+8615400000005")

    assert "TRADE-BARRED" in asked(lost, WIFE, f"{client}/NB000091").opinion.rules


def test_a_refusal_is_about_one_debtor_and_bars_her_number_for_no_other(lost: Any, debtor: Any) -> None:
    lost.note("NB000001", WIFE, "QUIT")

    lost.place(debtor(2, 手机号="15400000002", 联系人1姓名="林小夏", 联系人1电话="16400000009"))
    lost.trace("NB000002")
    lose(lost, "NB000002", "+8615400000002")

    assert not {"TRADE-BARRED", "CN-CBA26-3P-STOP"} & set(asked(lost, WIFE, "NB000002").opinion.rules)


def test_a_refusal_that_was_noted_by_mistake_is_taken_back(lost: Any, debtor: Any) -> None:
    lost.note("NB000001", WIFE, "QUIT")
    outcomes.undo(lost.office, lost.case("NB000001"))

    lost.place(debtor(1, 案件编号="NB000091", 配偶姓名="林小夏", 配偶手机="16400000009"))
    lost.trace("NB000091")

    assert barred(lost, "NB000091").get(WIFE) in (None, "")


@pytest.mark.parametrize(
    "more", [{"role": "debtor"}, {"said": {"refusal_on_file": False}}, {"channel": "sms"}]
)
def test_nothing_the_asker_says_lifts_a_refusal(lost: Any, more: dict[str, Any]) -> None:
    lost.note("NB000001", WIFE, "QUIT")

    assert "TRADE-BARRED" in asked(lost, WIFE, **more).opinion.rules


def family(home: Any, debtor: Any, client: str = "northbank") -> None:
    home.place(
        debtor(
            3, 手机号="15400000003", 配偶姓名="林小夏", 配偶手机="16400000031/16400000032",
            联系人1姓名="唐一舟", 联系人1电话="16400000033",
        ),
        client=client,
    )  # fmt: skip
    home.trace("NB000003")
    lose(home, "NB000003", "+8615400000003")


def test_somebody_who_owes_nothing_is_asked_once_on_whichever_number(lost: Any) -> None:
    lost.note("NB000001", WIFE, "THIRD_PARTY")

    for number in (WIFE, WIFES_OTHER):
        assert "TRADE-3P-ONCE" in asked(lost, number).opinion.rules
    assert "TRADE-3P-ONCE" not in asked(lost, WIFE, said={"person_asked": True}).opinion.rules


def test_a_call_she_did_not_take_is_not_the_one_she_is_asked_by(lost: Any) -> None:
    lost.note("NB000001", WIFE, at=lost.clock() - dt.timedelta(hours=3), line=Line.NO_ANSWER)

    assert "TRADE-3P-ONCE" not in asked(lost, WIFE).opinion.rules


def test_of_two_collectors_who_reserve_a_call_to_her_one_is_refused(lost: Any) -> None:
    may_contact(lost.office, lost.case("NB000001"), WIFE, lost.clock(), Asked(), reserve=True)

    for number in (WIFE, WIFES_OTHER):
        with pytest.raises(Refused) as caught:
            may_contact(lost.office, lost.case("NB000001"), number, lost.clock(), Asked(), reserve=True)
        assert "TRADE-3P-ONCE" in caught.value.shown()


def test_no_call_to_her_is_reserved_while_the_debtor_can_be_reached(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="15400000001", 配偶姓名="林小夏", 配偶手机="16400000009"))
    desk.trace()

    with pytest.raises(Refused) as caught:
        may_contact(desk.office, desk.case("NB000001"), WIFE, desk.clock(), Asked(), reserve=True)

    assert "CN-CBA26-LOST" in caught.value.shown()


@pytest.mark.parametrize(("ceiling", "allowed"), [(0, False), (1, False), (2, True)])
def test_beyond_the_ceiling_no_further_third_party_is_asked(
    lost: Any, debtor: Any, ceiling: int, allowed: bool
) -> None:
    lost.configure(
        lambda text: text.replace("[policy.facts]", f"[policy]\nexposure_ceiling = {ceiling}\n[policy.facts]")
    )
    family(lost, debtor)
    lost.note("NB000003", "+8616400000031", at=lost.clock() - dt.timedelta(hours=2), line=Line.NO_ANSWER)

    rules = asked(lost, "+8616400000033", "NB000003").opinion.rules

    assert ("TRADE-3P-CEILING" not in rules) is allowed


def test_a_week_later_the_ceiling_is_open_again(lost: Any, debtor: Any) -> None:
    lost.configure(
        lambda text: text.replace("[policy.facts]", "[policy]\nexposure_ceiling = 1\n[policy.facts]")
    )
    family(lost, debtor)
    lost.note("NB000003", "+8616400000031", at=lost.clock() - dt.timedelta(days=7), line=Line.NO_ANSWER)

    assert "TRADE-3P-CEILING" not in asked(lost, "+8616400000033", "NB000003").opinion.rules


def test_the_meter_counts_people_not_calls(lost: Any, debtor: Any) -> None:
    family(lost, debtor)
    lost.note("NB000001", WIFE, "THIRD_PARTY")
    for number in ("+8616400000031", "+8616400000032", "+8616400000033"):
        lost.note("NB000003", number, at=lost.clock() - dt.timedelta(hours=2), line=Line.NO_ANSWER)

    found = exposure(lost.office)

    assert (found.people, found.touches) == (3, 4)
    assert {one.name: (one.people, one.touches) for one in found.cases} == {
        "northbank/NB000001": (1, 1),
        "northbank/NB000003": (2, 3),
    }
    assert [(one.name, one.people) for one in found.collectors] == [("li.ming", 3)]
    assert exposure(lost.office, since=dt.date(2026, 11, 24)).touches == 0
    assert exposure(lost.office, client="harborcredit").people == 0


def test_a_stranger_on_the_debtors_number_was_touched_too(lost: Any) -> None:
    lost.note("NB000001", OWN, "WRONG_PARTY")

    assert exposure(lost.office).people == 1


def test_a_reserved_call_is_a_touch_and_its_note_no_second_one(lost: Any) -> None:
    may_contact(lost.office, lost.case("NB000001"), WIFE, lost.clock(), Asked(), reserve=True)
    before = exposure(lost.office)

    lost.note("NB000001", WIFE, "THIRD_PARTY", at=lost.clock())

    assert [(one.people, one.touches) for one in (before, exposure(lost.office))] == [(1, 1), (1, 1)]


def test_the_meter_remembers_returned_cases_without_their_people(lost: Any) -> None:
    lost.note("NB000001", WIFE, "THIRD_PARTY")
    give_back(lost.office, [lost.case("NB000001")], "over")

    found = exposure(lost.office)

    assert (found.people, found.clients[0].name) == (1, "northbank")


def test_a_case_over_the_ceiling_is_named(lost: Any, debtor: Any) -> None:
    lost.configure(
        lambda text: text.replace("[policy.facts]", "[policy]\nexposure_ceiling = 1\n[policy.facts]")
    )
    family(lost, debtor)
    for number in ("+8616400000031", "+8616400000033"):
        lost.note("NB000003", number, at=lost.clock() - dt.timedelta(hours=2), line=Line.NO_ANSWER)

    assert [(one.name, one.people) for one in exposure(lost.office).over] == [("northbank/NB000003", 2)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=3), max_size=6))
def test_people_who_share_a_number_are_one_however_their_records_are_ordered(named: list[list[int]]) -> None:
    records = [
        Record(
            source="s", record=str(place), role=Role.SPOUSE, case="c", seen_on=dt.date(2026, 1, 1),
            phones=tuple(Phone(e164=f"+8616400000{one:03d}") for one in numbers),
        )
        for place, numbers in enumerate(named)
    ]  # fmt: skip

    assert others(records) == others(records[::-1])
    for record in records:
        assert len({others(records)[phone.key] for phone in record.phones}) == 1


def test_a_reveal_of_a_case_shows_no_number_of_those_who_owe_nothing(lost: Any) -> None:
    case = lost.case("NB000001")

    shown = reveal(lost.office, case, lost.contacts("NB000001"), "call")

    assert {one.number for one in shown.numbers} == {OWN, None}
    assert len(lost.entries("reveal")[-1].body["numbers"]) == 1


def test_one_number_of_a_third_party_is_shown_when_she_may_be_asked(lost: Any) -> None:
    case = lost.case("NB000001")
    token = lost.office.store.notes.number_token(case, Phone(e164=WIFE))

    assert revealed(lost.office, case, token, "call") == WIFE

    lost.note("NB000001", WIFE, "THIRD_PARTY")
    with pytest.raises(Refused):
        revealed(lost.office, case, token, "call")


def test_an_export_holds_no_number_of_those_who_owe_nothing(lost: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    export(lost.office, "northbank", out, top=9)

    row = json.loads(out.read_text(encoding="utf-8"))
    assert not {WIFE, WIFES_OTHER} & {value for key, value in row.items() if key.startswith("tracer_")}


def test_no_command_takes_more_than_one_number_to_be_approached() -> None:
    group: Any = typer.main.get_command(build())
    approach = {"may-contact", "script", "outcome"}

    for name in approach:
        (number,) = [one for one in group.commands[name].params if one.name == "number"]
        assert number.nargs == 1
        assert not number.multiple
    for function in (may_contact, script, revealed, wrong_person.notice, lawful.ask_approval):
        hints = typing.get_type_hints(function)
        assert hints.get("number", hints.get("token")) is str
