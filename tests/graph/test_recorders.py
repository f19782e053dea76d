"""Notes that have nothing to do with the evidence are not learned from; honest ones in odd markets are."""

from __future__ import annotations

import random

import pytest

from graph.model import Party
from graph.recorders import Note, set_aside


def notes(who: str, count: int, seed: int, *, twist: float = 0.0, poison: float = 0.0) -> list[Note]:
    """Notes in a market where numbers are his with probability p + twist; ``poison`` are called wrong."""
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        p = dice.uniform(0.02, 0.95)
        his = dice.random() < min(max(p + twist, 0.01), 0.99)
        if dice.random() < poison:
            his = False
        found.append(
            Note(
                recorder=who,
                p=p,
                label=0.97 if his else 0.09,
                party=Party.SELF if his else Party.WRONG_PARTY,
            )
        )
    return found


def test_who_calls_every_number_wrong_is_set_aside() -> None:
    found = set_aside([*notes("li", 80, 1), *notes("wang", 40, 2, poison=1.0)])

    assert [(one.recorder, one.code, one.calls) for one in found] == [("wang", "one_sided", 40)]


def test_the_only_collector_who_calls_every_number_wrong_is_set_aside_too() -> None:
    found = set_aside(notes("wang", 40, 3, poison=1.0))

    assert [one.code for one in found] == ["one_sided"]


def test_who_calls_most_numbers_wrong_is_told_apart_by_the_others() -> None:
    found = set_aside([*notes("li", 150, 4), *notes("zhao", 150, 5), *notes("wang", 80, 6, poison=0.7)])

    assert [(one.recorder, one.code) for one in found] == [("wang", "far_from_others")]
    assert found[0].share > found[0].expected + 0.2


def test_notes_drawn_by_lot_do_not_follow_the_evidence() -> None:
    dice = random.Random(7)
    lots = [
        Note(recorder="wang", p=dice.random(), label=label, party=Party.SELF if label > 0.5 else Party.NOBODY)
        for label in (dice.choice([0.97, 0.14]) for _ in range(200))
    ]

    assert [one.code for one in set_aside(lots)] == ["unrelated"]


@pytest.mark.parametrize("seed", range(12))
def test_honest_notes_are_learned_from_also_where_the_model_is_far_off(seed: int) -> None:
    twist = (-0.35, 0.0, 0.35)[seed % 3]

    assert set_aside([*notes("li", 60, seed, twist=twist), *notes("zhao", 60, seed + 50, twist=twist)]) == ()


def test_who_called_numbers_that_are_all_alike_is_not_judged_by_their_order() -> None:
    dice = random.Random(8)
    alike = [
        Note(
            recorder="wang",
            p=dice.uniform(0.60, 0.66),
            label=0.97 if (his := dice.random() < 0.6) else 0.09,
            party=Party.SELF if his else Party.WRONG_PARTY,
        )
        for _ in range(200)
    ]

    assert set_aside(alike) == ()


def test_few_notes_are_not_judged() -> None:
    assert set_aside(notes("wang", 8, 9, poison=1.0)) == ()


def test_writing_under_many_names_does_not_help() -> None:
    many = [note for place in range(10) for note in notes(f"w{place}", 8, place, poison=1.0)]

    found = set_aside([*notes("li", 80, 1), *many])

    assert {one.recorder for one in found} == {f"w{place}" for place in range(10)}
    assert {one.code for one in found} == {"one_sided"}


def test_nobody_is_named_in_a_repr() -> None:
    (found,) = set_aside(notes("wang", 40, 3, poison=1.0))

    assert "wang" not in repr(found)
    assert "wang" not in repr(notes("wang", 1, 1))
