"""One number's script: identity before the debt, a call back from others, none for whom nobody may call."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from graph.model import Line
from tracer.desk.scripts import How, Script, script
from tracer.errors import Refused, WrongUse
from tracer.letters import NotForThirdParties, speaks_of_debt

OWN, WIFE = "+8615400000001", "+8616400000009"
OURS = """
[enquiry]
sender = "林晓岚"
reply_to = "虚构市虚构路1号302室"
phone = "010-5555 0100"

[policy.facts]
line_recorded = true
"""


@pytest.fixture
def placed(desk: Any, debtor: Any) -> Any:
    """One case: the debtor's number and his wife's; it is 17:00 in Shanghai."""
    desk.configure(lambda text: text + OURS)
    desk.place(debtor(1, 手机号="15400000001", 配偶姓名="林小夏", 配偶手机="16400000009"))
    desk.trace()
    return desk


def of(home: Any, number: str = OWN, language: str = "zh", how: How = How.CALL) -> Script:
    return script(home.office, home.case("NB000001"), number, language, how)


def lose(home: Any) -> None:
    """Three dials failed yesterday: the debtor is out of reach."""
    for hours in (26, 25, 24):
        home.note("NB000001", OWN, at=home.clock() - dt.timedelta(hours=hours), line=Line.NO_ANSWER)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_debtor_is_known_before_the_debt_is_mentioned(placed: Any, language: str) -> None:
    found = of(placed, language=language)

    questions, told = found.if_debtor.split("\n\n")
    assert not speaks_of_debt(f"{found.opening}\n{questions}\n{found.if_other}")
    assert "CNY 12,000.50" in told
    assert "欧阳清岚" in found.opening


def test_the_answers_are_held_against_the_file_and_never_shown_whole(placed: Any, debtor: Any) -> None:
    found = of(placed)

    number = debtor(1)["证件号码"]
    notes = "\n".join(found.notes)
    assert "1983" not in found.opening + found.if_debtor
    assert number[-4:] in notes
    assert number not in notes
    assert OWN not in notes + found.opening + found.if_debtor + found.if_other


def test_where_nothing_is_on_file_to_know_him_by_the_debt_is_never_mentioned(desk: Any, debtor: Any) -> None:
    desk.configure(lambda text: text + OURS)
    desk.place(debtor(1, 手机号="15400000001", 证件号码=""))
    desk.trace()

    assert of(desk).if_debtor == ""


def test_a_wife_has_no_script_while_the_debtor_can_be_reached(placed: Any) -> None:
    with pytest.raises(Refused) as caught:
        of(placed, WIFE)

    assert "CN-CBA26-LOST" in caught.value.shown()


def test_a_wife_is_asked_for_a_call_back_once_the_debtor_is_out_of_reach(placed: Any) -> None:
    lose(placed)

    found = of(placed, WIFE)

    assert found.role == "spouse"
    assert not speaks_of_debt(f"{found.opening}\n{found.if_other}")
    assert "北岸" not in found.opening + found.if_other
    assert "林小夏" not in found.opening + found.if_other


def test_a_third_party_who_refused_has_no_script(placed: Any) -> None:
    lose(placed)
    placed.note("NB000001", WIFE, "QUIT")

    with pytest.raises(Refused):
        of(placed, WIFE)


def test_a_stranger_has_no_script(placed: Any) -> None:
    placed.note("NB000001", OWN, "WRONG_PARTY")

    with pytest.raises(Refused):
        of(placed)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_message_says_no_more_than_who_asks_for_whom(placed: Any, language: str) -> None:
    found = of(placed, language=language, how=How.SMS)

    assert not speaks_of_debt(found.opening)
    assert (found.if_debtor, found.if_other) == ("", "")


def test_a_letter_to_the_debtor_names_the_debt_and_one_to_his_wife_does_not(placed: Any) -> None:
    lose(placed)

    assert "12,000.50" in of(placed, how=How.LETTER).opening
    assert not speaks_of_debt(of(placed, WIFE, how=How.LETTER).opening)


def test_a_name_that_carries_a_debt_stops_the_script(desk: Any, debtor: Any) -> None:
    desk.configure(lambda text: text + OURS)
    desk.place(debtor(1, 客户姓名="欧阳清岚欠款", 手机号="15400000001"))
    desk.trace()

    with pytest.raises(NotForThirdParties):
        of(desk)


def test_a_script_shows_nobody_when_it_is_printed(placed: Any) -> None:
    assert "欧阳" not in repr(of(placed))


def test_without_a_sender_there_is_no_script(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="15400000001"))
    desk.trace()

    with pytest.raises(WrongUse):
        of(desk)


@pytest.mark.parametrize("language", ["", "fr", "zh-CN"])
def test_there_are_two_languages(placed: Any, language: str) -> None:
    with pytest.raises(WrongUse):
        of(placed, language=language)
