"""The kit for tests of sources: driving by hand, fictional people."""

from __future__ import annotations

from dataclasses import fields

import pytest

from graph.clean.ids import read_id
from graph.clean.names import read_name
from graph.clean.phones import read_phones
from sources.contract import Answer, Flow, HttpCall, Outcome, Reply, Rows
from sources.testing import an_ask, drive, fictional


def two_steps() -> Flow:
    first = yield HttpCall(method="POST", path="/a")
    second = yield Rows(table="t", key={"k": "v"})
    return Answer(outcome=Outcome.NO_RECORD, raw=f"{first.status} {second.status}")


def test_a_look_up_is_played_through_with_its_replies_in_order() -> None:
    driven = drive(two_steps(), Reply(status=1), Reply(status=2))

    assert driven.answer.raw == "1 2"
    assert [type(asked) for asked in driven.asked] == [HttpCall, Rows]


def test_too_few_replies_and_too_many_are_both_a_fault_of_the_test() -> None:
    with pytest.raises(AssertionError, match="once more"):
        drive(two_steps(), Reply())
    with pytest.raises(AssertionError, match="1 replies"):
        drive(two_steps(), Reply(), Reply(), Reply())


def test_fictional_people_are_always_the_same_and_have_nothing_in_common() -> None:
    people = [fictional(number) for number in range(2000)]

    assert fictional(7) == people[7]
    for part in ("name", "ids", "born", "phone", "address", "employer", "employee_id"):
        assert len({getattr(person, part) for person in people}) == 2000, part


def test_fictional_people_are_read_by_our_own_cleaners_and_cannot_exist() -> None:
    for number in (0, 29, 30, 9999):
        person = fictional(number)
        read = read_id(person.ids[0].value).value

        assert read_phones(person.phone.e164, "CN").value == (person.phone,)
        assert read_name(person.name.text).value is not None
        assert read is not None
        assert read.value == person.ids[0].value
        assert person.phone.e164.startswith("+86154")


@pytest.mark.parametrize("number", [-1, 10_000])
def test_there_are_ten_thousand_of_them(number: int) -> None:
    with pytest.raises(ValueError, match="0 to 9999"):
        fictional(number)


def test_a_question_tells_everything_there_is_unless_it_is_changed() -> None:
    ask = an_ask(fictional(3), employer="")

    empty = [part.name for part in fields(ask) if not getattr(ask, part.name)]
    assert empty == ["employer", "region", "waiting"]
    assert ask.name == fictional(3).name
