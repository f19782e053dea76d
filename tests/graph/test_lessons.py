"""What a call teaches, and how calls are cut into rounds."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from graph.lessons import Lesson, lesson, levelled, round_lesson, rounds, taught
from graph.model import Identity, Line, Outcome, Party, Phone

PHONE = Phone(e164="+8615400000001")
NOON = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def call(
    line: Line = Line.CONNECTED,
    party: Party = Party.NOBODY,
    identity: Identity = Identity.NOT_CHECKED,
    *,
    days: float = 0.0,
    phone: Phone = PHONE,
    strength: float | None = None,
) -> Outcome:
    return Outcome(
        phone=phone,
        at=NOON + dt.timedelta(days=days),
        line=line,
        party=party,
        identity=identity,
        strength=strength,
    )


def test_every_outcome_there_can_be_teaches_something_and_nothing_for_certain() -> None:
    for line in Line:
        for party in Party:
            for identity in Identity:
                for shared in (True, False):
                    one = lesson(call(line, party, identity), shared=shared)
                    assert 0.02 < one.label < 0.995


def test_a_checked_identity_is_believed_more_either_way() -> None:
    order = [Identity.VERIFIED, Identity.STATED, Identity.NOT_CHECKED, Identity.UNVERIFIED]

    himself = [lesson(call(party=Party.SELF, identity=one)).label for one in order]
    wrong = [lesson(call(party=Party.WRONG_PARTY, identity=one)).label for one in order]

    assert himself == sorted(himself, reverse=True)
    assert wrong == sorted(wrong)


def test_a_number_for_the_check_replaces_its_word() -> None:
    sure = lesson(call(party=Party.SELF, identity=Identity.UNVERIFIED, strength=0.9))
    doubted = lesson(call(party=Party.SELF, identity=Identity.VERIFIED, strength=0.1))

    assert sure.label > 0.9 > 0.6 > doubted.label
    assert (sure.settled, doubted.settled) == (True, False)


def test_a_wrong_party_on_a_sure_number_may_be_a_dodger() -> None:
    wrong = lesson(call(party=Party.WRONG_PARTY))

    assert taught(0.97, wrong) > 0.7
    assert taught(0.3, wrong) < 0.05


def test_a_third_party_on_a_shared_line_says_nothing() -> None:
    one = lesson(call(party=Party.THIRD_PARTY), shared=True)

    assert taught(0.37, one) == pytest.approx(0.37)


def test_a_round_ends_after_its_length_and_the_next_begins_with_a_call() -> None:
    calls = [call(days=day) for day in (0, 3, 13.9, 14.1, 40)]

    found = rounds(calls)

    assert [len(one.calls) for one in found] == [3, 1, 1]
    assert [one.began for one in found] == [calls[0].at, calls[3].at, calls[4].at]


def test_the_order_of_calls_does_not_matter() -> None:
    calls = [call(days=day * 5.0, line=line) for day, line in enumerate(Line)]
    shuffled = random.Random(3).sample(calls, len(calls))

    assert rounds(shuffled) == rounds(calls)


def test_the_first_call_that_settles_it_is_the_lesson() -> None:
    calls = [
        call(Line.NO_ANSWER),
        call(party=Party.SELF, identity=Identity.STATED, days=1),
        call(party=Party.WRONG_PARTY, days=2),
    ]

    found, which = round_lesson(calls)

    assert which is calls[1]
    assert found == lesson(calls[1])


def test_ten_unanswered_calls_are_one_lesson() -> None:
    many = [call(Line.NO_ANSWER, days=place / 10) for place in range(10)]

    assert round_lesson(many)[0] == lesson(many[0])


def test_calls_of_two_numbers_stay_apart() -> None:
    other = Phone(e164="+8616400000002")

    (one,) = rounds([call(), call(phone=other, days=1), call(days=2)])

    assert {number: len(calls) for number, calls in one.by_number.items()} == {PHONE.key: 2, other.key: 1}


def heard(count: int, seed: int, slope: float, offset: float) -> list[tuple[float, Lesson]]:
    """Beliefs and calls where the truth has ``slope`` and ``offset`` more bits than is believed."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        bits = dice.uniform(-4, 3)
        his = dice.random() < 1 / (1 + 2 ** -(slope * bits + offset))
        drawn = dice.random()
        if drawn < (0.50 if his else 0.39):
            one = lesson(call(Line.NO_ANSWER))
        elif drawn < (0.945 if his else 0.404):
            one = lesson(call(party=Party.SELF, identity=Identity.STATED))
        else:
            one = lesson(call(party=Party.WRONG_PARTY))
        found.append((1 / (1 + 2**-bits), one))
    return found


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (1.0, 2.0), (0.5, -1.0)])
def test_a_model_too_sure_or_too_shy_is_levelled_by_what_was_heard(slope: float, offset: float) -> None:
    found = levelled(heard(3000, 4, slope, offset))

    assert found == pytest.approx((slope, offset), abs=0.35)


def test_few_calls_level_little_and_none_nothing() -> None:
    slope, offset = levelled(heard(6, 4, 1.0, 3.0))

    assert abs(slope - 1.0) < 0.3
    assert abs(offset) < 2.0
    assert levelled([]) == (1.0, 0.0)
