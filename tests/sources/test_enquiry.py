"""What an enquiry may be told, that no run of look-ups puts it, and what its answer becomes."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.clean.phones import read_phones
from graph.model import Name, StatedUser
from sources.contract import Channel, Field, Outcome, Subject
from sources.enquiry import ASKS, Addressee, Enquiry, Told, found
from sources.testing import an_ask, check_source, drive

NAME = Name(text="欧阳清岚")


@pytest.mark.parametrize("to", Addressee)
def test_an_enquiry_is_a_source_by_hand_that_asks_nothing_itself(to: Addressee) -> None:
    source = Enquiry(addressee=to)

    driven = drive(source.lookup(an_ask()))

    assert driven.asked == ()
    assert driven.answer.outcome is Outcome.NOT_SERVED
    assert source.terms.subject is Subject.BY_HAND
    assert source.terms.channel is Channel.ENQUIRY


@pytest.mark.parametrize("to", Addressee)
def test_an_enquiry_passes_the_checks_of_any_source(to: Addressee) -> None:
    check_source(Enquiry(addressee=to))


@pytest.mark.parametrize("to", [one for one in Addressee if one.third_party])
def test_a_third_party_is_never_told_a_number_an_id_or_a_birthday(to: Addressee) -> None:
    told = Enquiry(addressee=to).terms.sends

    assert told.isdisjoint({Field.PHONE, Field.ID_NUMBER, Field.BORN, Field.CASE, Field.EMPLOYEE_ID})
    assert Enquiry(addressee=to).terms.intrusion == 4


def test_everybody_can_be_asked_something() -> None:
    assert {to for to, asks in ASKS.items() if asks} == set(Addressee)


def test_numbers_told_become_claims_of_their_owner_dated_the_day_they_were_said() -> None:
    own = (read_phones("15400000077", "CN").value or ())[0]
    work = (read_phones("010-55550100", "CN").value or ())[0]
    day = dt.date(2026, 11, 20)

    records, claims = found(
        Told(own=(own,), work=(work,)),
        source="enquiry.employer",
        reference="Q-BCDFG-HJKLM",
        name=NAME,
        case="case_x",
        day=day,
        entry=7,
    )

    assert [(one.phone, one.stated_user, one.date, one.entry) for one in claims] == [
        (own, StatedUser.DEBTOR, day, 7),
        (work, StatedUser.WORKPLACE, day, 7),
    ]
    assert [one.record for one in records] == ["Q-BCDFG-HJKLM"]


def test_an_answer_that_says_nothing_becomes_no_record() -> None:
    nothing = found(
        Told(note="no such person"),
        source="enquiry.committee",
        reference="Q-BCDFG-HJKLM",
        name=NAME,
        case="case_x",
        day=dt.date(2026, 11, 20),
        entry=7,
    )

    assert nothing == ((), ())
