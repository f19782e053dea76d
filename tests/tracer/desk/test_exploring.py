"""Chance puts a safe number first in a small share of cases, the same however often one looks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tracer.desk.contacts import contacts
from tracer.desk.contacts import ranking as ranked
from tracer.desk.exploring import first
from tracer.desk.hindsight import before
from tracer.errors import WrongUse

FIRST, SECOND = "+8615400000001", "+8616400000002"


@pytest.fixture
def two(desk: Any, debtor: Any) -> Any:
    """One case with two numbers of the debtor that are both worth a call, and a wife's."""
    desk.configure(
        lambda text: f"{text}\n[model]\nexplore = 0.1\n[model.costs]\nwrong_party = 0\nattempt = 0\n"
    )
    desk.place(
        debtor(
            1,
            手机号="15400000001/16400000002",
            配偶姓名="诸葛青松",
            配偶手机="16400000003",
            放款时间="2026-05-01",
        )
    )
    desk.trace()
    return desk


def ranking(bench: Any) -> Any:
    return ranked(bench.office, bench.case("NB000001"))[0]


def weeks(bench: Any, count: int, share: float | None = None) -> list[Any]:
    """What is advised to be called first in each of so many weeks."""
    case, found = bench.case("NB000001"), ranking(bench)
    today = bench.office.today()
    return [
        first(bench.office, case, found, today + dt.timedelta(weeks=week), share) for week in range(count)
    ]


def test_about_as_many_weeks_are_drawn_as_the_configuration_says(two: Any) -> None:
    drawn = [one for one in weeks(two, 600) if one.token]

    assert 30 <= len(drawn) <= 95
    assert {one.key for one in drawn} >= {FIRST, SECOND}


def test_the_chances_of_all_numbers_add_up_to_one(two: Any) -> None:
    (one,) = weeks(two, 1)

    assert sum(one.chances.values()) == pytest.approx(1.0)
    assert max(one.chances.values()) > 0.9
    assert min(one.chances.values()) > 0.0


def test_looking_again_draws_the_same(two: Any) -> None:
    assert weeks(two, 20) == weeks(two, 20)


def test_a_barred_number_is_never_drawn(two: Any) -> None:
    two.note("NB000001", SECOND, "NOSE")

    assert all(SECOND not in one.chances and one.key != SECOND for one in weeks(two, 300, 0.1))


def test_a_number_that_is_not_worth_a_call_is_never_drawn(two: Any) -> None:
    two.configure(lambda text: text.replace("wrong_party = 0", "wrong_party = 9000000"))

    assert all(one.key == "" and one.chances == {} for one in weeks(two, 50))


def test_without_a_share_nothing_is_drawn_and_the_best_is_first(two: Any) -> None:
    two.configure(lambda text: text.replace("explore = 0.1", "explore = 0.0"))

    found = weeks(two, 300)

    assert {one.token for one in found} == {""}
    assert {one.key for one in found} == {ranking(two).numbers[0].phone.key}


def test_what_chance_did_is_kept_with_the_call(two: Any) -> None:
    two.clock.move(days=1)
    two.note("NB000001", SECOND, "NOAS")

    (kept,) = two.office.store.learned.tested()

    assert kept.prediction.explore == 0.1
    assert 0.0 < kept.prediction.chance < 1.0
    assert kept.prediction.others == 2


def test_the_drawn_number_is_named_on_the_screen(two: Any) -> None:
    for _ in range(200):
        shown = contacts(two.office, two.case("NB000001"))
        if shown.first:
            break
        two.clock.move(days=7)

    assert shown.first in {one.token for one in shown.numbers}
    assert 0.0 < shown.first_chance < 1.0


def test_more_than_a_tenth_is_refused(two: Any) -> None:
    with pytest.raises(WrongUse, match="explore"):
        two.configure(lambda text: text.replace("explore = 0.1", "explore = 0.5"))


def test_a_call_before_the_trace_has_nothing_in_hand(two: Any) -> None:
    noted = two.note("NB000001", FIRST, "PTP", at=two.clock() - dt.timedelta(days=9))
    (note,) = two.office.store.notes.of(two.case("NB000001"))

    assert before(two.office, two.case("NB000001"), note.outcome, noted.entry).pieces == ()
    assert two.office.store.learned.tested() == ()
