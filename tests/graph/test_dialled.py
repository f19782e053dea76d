"""Weights for numbers that were unlikely to be dialled."""

from __future__ import annotations

import random

import pytest

from graph.dialled import LEAST_CHANCE, Shown, balanced, dialling, effective


def shown(place: int, *, dialled: bool, chance: float | None = None, bits: float = 0.0) -> Shown:
    return Shown(
        bits=bits,
        place=place,
        others=3,
        first=place == 0,
        chance=float(place == 0) if chance is None else chance,
        dialled=dialled,
    )


def test_first_numbers_are_found_to_be_dialled_more() -> None:
    dice = random.Random(1)
    rows = [
        shown(place, dialled=dice.random() < (0.9 if place == 0 else 0.2), bits=2.0 - place)
        for _ in range(300)
        for place in range(4)
    ]

    found = dialling(rows).chances

    first = [chance for row, chance in zip(rows, found, strict=True) if row.place == 0]
    last = [chance for row, chance in zip(rows, found, strict=True) if row.place == 3]
    assert min(first) == pytest.approx(0.9, abs=0.06)
    assert max(last) == pytest.approx(0.2, abs=0.06)


def test_weighting_gives_back_the_share_of_all_numbers() -> None:
    # Likely numbers are dialled often, unlikely ones seldom: dialled ones alone tell too good a story.
    dice = random.Random(2)
    rows, his = [], []
    for _ in range(4000):
        bits = dice.uniform(-3, 3)
        p = 1 / (1 + 2**-bits)
        rows.append(shown(0, dialled=dice.random() < 0.1 + 0.8 * p, bits=bits))
        his.append(dice.random() < p)
    chances = dialling(rows).chances
    picked = [place for place, row in enumerate(rows) if row.dialled]

    naive = sum(his[place] for place in picked) / len(picked)
    weights = balanced([chances[place] for place in picked], [1.0] * len(picked))
    mended = sum(weight * his[place] for weight, place in zip(weights, picked, strict=True)) / sum(weights)

    truth = sum(his) / len(his)
    assert naive - truth > 0.08
    assert mended == pytest.approx(truth, abs=0.03)


def test_a_drawn_first_place_uses_the_known_chance() -> None:
    dice = random.Random(3)
    rows = []
    for _ in range(2000):
        drawn = dice.randrange(2)
        for place in range(2):
            first = place == drawn
            rows.append(
                Shown(
                    bits=0.0,
                    place=place,
                    others=1,
                    first=first,
                    chance=0.5,
                    dialled=dice.random() < (0.9 if first else 0.1),
                )
            )

    found = dialling(rows).chances

    assert min(found) == pytest.approx(max(found), abs=0.05)
    assert sum(found) / len(found) == pytest.approx(0.5, abs=0.05)


def test_no_chance_is_below_the_least_and_those_are_counted() -> None:
    rows = [shown(0, dialled=True, bits=8.0) for _ in range(500)]
    rows += [shown(3, dialled=False, bits=-8.0) for _ in range(500)]

    found = dialling(rows)

    assert min(found.chances) == LEAST_CHANCE
    assert found.clipped == 500


@pytest.mark.parametrize(
    ("rows", "chances"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param((shown(0, dialled=True),), (1.0,), id="all dialled"),
        pytest.param((shown(0, dialled=False),), (LEAST_CHANCE,), id="none dialled"),
    ],
)
def test_nothing_to_compare_is_no_error(rows: tuple[Shown, ...], chances: tuple[float, ...]) -> None:
    assert dialling(rows).chances == chances


def test_weights_keep_their_sum_and_few_heavy_ones_are_worth_few() -> None:
    weights = balanced([0.05, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0])

    assert sum(weights) == pytest.approx(4.0)
    assert effective([1.0] * 7) == pytest.approx(7.0)
    assert 1.0 < effective(weights) < 2.0
    assert effective([]) == 0.0
