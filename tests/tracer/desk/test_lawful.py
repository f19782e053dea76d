"""May this number be called now? From a home: its people, notes, bars, reservations and configuration."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from graph.model import Line
from tracer.desk import approvals, lawful
from tracer.desk.lawful import Asked, may_contact
from tracer.desk.replaying import replay
from tracer.errors import Refused, WrongUse
from tracer.policy import Ruling

OWN, SPOUSE = "+8615400000001", "+8616400000009"
STATED = '\n[policy.facts]\nline_recorded = true\n\n[policy.licences]\nnorthbank = "bank"\n'


@pytest.fixture
def placed(desk: Any, debtor: Any) -> Any:
    """One case: the debtor's number and his wife's, traced; it is 17:00 in Shanghai."""
    desk.configure(lambda text: text + STATED)
    desk.place(debtor(1, 手机号="15400000001", 配偶姓名="林小夏", 配偶手机="16400000009"))
    desk.trace()
    return desk


def asked(home: Any, number: str = OWN, at: dt.datetime | None = None, **more: Any) -> lawful.MayContact:
    reserve = more.pop("reserve", False)
    return may_contact(
        home.office, home.case("NB000001"), number, at or home.clock(), Asked(**more), reserve=reserve
    )


def test_the_debtor_may_be_called_by_day(placed: Any) -> None:
    found = asked(placed)

    assert found.opinion.allowed
    assert found.opinion.rules == ("CN-NUM-RECYCLE",)
    assert {"cn-gbt-45251", "cn-cba-2026", "trade-conduct"} <= {pack.id for pack in found.opinion.packs}


def test_at_night_the_next_morning_is_named(placed: Any) -> None:
    found = asked(placed, at=dt.datetime(2026, 11, 23, 23, 0, tzinfo=placed.office.config.zone))

    assert found.opinion.verdict is Ruling.DENY
    assert found.opinion.next_lawful == dt.datetime(2026, 11, 24, 8, 0, tzinfo=placed.office.config.zone)


def test_a_wife_is_not_asked_while_the_debtor_can_be_reached(placed: Any) -> None:
    assert "CN-CBA26-LOST" in asked(placed, SPOUSE).opinion.rules


def test_a_wife_may_be_asked_the_day_after_three_failed_dials(placed: Any) -> None:
    for hours in (26, 25, 24):
        placed.note("NB000001", OWN, at=placed.clock() - dt.timedelta(hours=hours), line=Line.NO_ANSWER)

    assert asked(placed, SPOUSE).opinion.allowed


def test_three_answered_calls_a_day_are_the_most_over_all_numbers(placed: Any) -> None:
    for hours in (3, 2, 1):
        placed.note("NB000001", OWN, "PTP", at=placed.clock() - dt.timedelta(hours=hours))

    found = asked(placed, "15400000777", role="debtor")

    assert "CN-GB45251-3DAY" in found.opinion.rules


def test_a_note_that_is_taken_back_is_counted_no_more(placed: Any) -> None:
    from tracer.desk.outcomes import undo

    for hours in (3, 2, 1):
        placed.note("NB000001", OWN, "PTP", at=placed.clock() - dt.timedelta(hours=hours))
    undo(placed.office, placed.case("NB000001"))

    assert "CN-GB45251-3DAY" not in asked(placed).opinion.rules


def test_a_barred_number_is_not_called(placed: Any) -> None:
    placed.note("NB000001", OWN, "WRONG_PARTY")

    found = asked(placed)

    assert {"TRADE-BARRED", "TRADE-STRANGER"} <= set(found.opinion.rules)
    assert found.opinion.next_lawful is None


def test_a_number_nobody_knows_needs_to_be_said_whose_it_is(placed: Any) -> None:
    found = asked(placed, "15400000777")

    assert found.opinion.verdict is Ruling.DENY
    assert "role" in found.opinion.missing


def test_the_house_itself_must_allow_contact(placed: Any) -> None:
    placed.configure(lambda text: text.replace('"contact", ', ""))

    found = asked(placed)

    assert "agreement.operation" in found.opinion.rules
    assert found.opinion.verdict is Ruling.DENY


def test_an_american_number_asks_for_american_packs_and_their_facts(placed: Any) -> None:
    found = asked(placed, "+16175550101", role="debtor")

    assert {"us-fdcpa", "us-ma", "cn-gbt-45251"} <= {pack.id for pack in found.opinion.packs}
    assert "validation_notice" in found.opinion.missing


def test_a_reserved_call_is_in_the_log_with_packs_and_without_a_number(placed: Any) -> None:
    found = asked(placed, reserve=True)

    entry = placed.office.log.entry(found.entry)

    assert entry.event == "contact"
    assert entry.body["packs"] == {pack.id: pack.sha256 for pack in found.opinion.packs}
    assert "15400000001" not in str(entry)


def test_of_many_who_ask_at_once_only_as_many_as_the_law_allows_get_the_call(placed: Any) -> None:
    def one(_: int) -> bool:
        try:
            return asked(placed, reserve=True).entry is not None
        except Refused:
            return False

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(one, range(6)))

    assert sum(got) == 3
    assert len(placed.entries("contact")) == 3


def test_a_bar_on_file_is_not_talked_away(placed: Any) -> None:
    placed.note("NB000001", OWN, "WRONG_PARTY")

    found = asked(placed, said={"barred_on_file": False, "wrong_party_on_file": False})

    assert {"TRADE-BARRED", "TRADE-STRANGER"} <= set(found.opinion.rules)


def test_a_wife_is_not_called_a_debtor(placed: Any) -> None:
    assert "CN-CBA26-LOST" in asked(placed, SPOUSE, role="debtor").opinion.rules


def test_what_the_asker_answers_for_is_in_the_log(placed: Any) -> None:
    found = asked(placed, said={"agreed_hours": True}, reserve=True)

    assert placed.office.log.entry(found.entry).body["basis"] == ["agreed_hours:true"]


def test_a_refused_reservation_is_in_the_log(placed: Any) -> None:
    placed.note("NB000001", OWN, "CEASE")

    with pytest.raises(Refused):
        asked(placed, reserve=True)

    assert "TRADE-BARRED" in placed.entries("refused")[-1].body["fired"]


def test_a_reservation_and_the_note_of_its_call_are_one_attempt(placed: Any) -> None:
    for _ in range(2):
        asked(placed, reserve=True)
        placed.note("NB000001", OWN, "PTP", at=placed.clock())

    assert asked(placed).opinion.allowed


@pytest.mark.parametrize("more", [{"role": "boss"}, {"zone": "Moon/Sea"}, {"said": {"colour": True}}])
def test_what_is_stated_must_be_something_the_law_asks(placed: Any, more: dict[str, Any]) -> None:
    with pytest.raises(WrongUse):
        asked(placed, **more)


def test_a_replay_judges_what_was_done_and_names_what_the_log_lacks(placed: Any) -> None:
    for _ in range(4):
        placed.note("NB000001", OWN, "PTP", at=placed.clock())
        placed.clock.move(minutes=5)

    found = list(replay(placed.office))

    assert [one.now for one in found] == [Ruling.ALLOW, Ruling.ALLOW, Ruling.ALLOW, Ruling.DENY]
    assert found[-1].changed
    assert "CN-GB45251-3DAY" in found[-1].rules
    assert "role" in found[-1].lacks


def test_calls_of_the_debtors_own_are_not_counted_but_a_talk_starts_its_seven_days(placed: Any) -> None:
    placed.configure(lambda text: text + '\n[policy.residence]\nnorthbank = ["US-MA"]\n')
    for hours in (3, 2, 1):
        placed.note("NB000001", OWN, "PTP", at=placed.clock() - dt.timedelta(hours=hours), inbound=True)

    rules = asked(placed).opinion.rules

    assert "CN-GB45251-3DAY" not in rules
    assert "US-MA-2IN7" not in rules
    assert "US-REGF-14B-CONV" in rules


def test_a_debtor_who_calls_is_not_out_of_reach(placed: Any) -> None:
    for hours in (28, 27, 26):
        placed.note("NB000001", OWN, at=placed.clock() - dt.timedelta(hours=hours), line=Line.NO_ANSWER)
    assert "CN-CBA26-LOST" not in asked(placed, SPOUSE).opinion.rules

    placed.note("NB000001", OWN, "PTP", inbound=True)

    assert "CN-CBA26-LOST" in asked(placed, SPOUSE).opinion.rules


def test_a_replay_judges_no_call_that_the_other_side_made(placed: Any) -> None:
    placed.note("NB000001", OWN, "PTP", inbound=True)

    assert list(replay(placed.office)) == []


def test_nobody_waives_anything_on_his_own_word(placed: Any) -> None:
    for said in ({}, {"waiver_authorised": True}):
        found = asked(placed, waives=True, said=said)

        assert found.opinion.verdict is Ruling.APPROVE
        assert "TRADE-09" in found.opinion.rules
    with pytest.raises(Refused):
        asked(placed, waives=True, reserve=True)


def test_a_waiver_is_offered_once_a_second_person_agreed_and_only_that_once(placed: Any) -> None:
    case, at = placed.case("NB000001"), placed.clock()
    wish = lawful.ask_approval(placed.office, case, OWN, at, Asked(waives=True), "hardship")
    approvals.decide(replace(placed.office, actor="zhao.min"), wish.id, grant=True)

    found = may_contact(placed.office, case, OWN, at, Asked(waives=True), reserve=True, approval=wish.id)

    assert found.entry
    with pytest.raises(Refused):
        may_contact(placed.office, case, OWN, at, Asked(waives=True), reserve=True, approval=wish.id)
