"""Whoever owes nothing is shielded: a refusal is for ever, one person at a time, and no more than a few."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from graph.model import Line
from tracer.desk import outcomes
from tracer.desk.lawful import Asked, MayContact, may_contact

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
