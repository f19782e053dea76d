"""How many matches the keys find is told about as it is."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graph.link.block import block
from graph.link.recall import Used, estimated
from graph.link.table import build


def _people(slip: float, rows: int = 6_000) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """Two rows of each fictional person; a value is another's with chance ``slip``, one in 4 is missing."""
    rng = random.Random(8)

    def value(place: int, number: int) -> str:
        return (f"g{number % 601:03d}", f"f{number % 499:03d}", f"19{10 + number % 80}0{1 + number % 9}15",
                f"street{number % 887:04d}", f"{number * 7919 % 10**9:09d}")[place]  # fmt: skip

    def row(person: int) -> tuple[str, ...]:
        told = [value(place, rng.randrange(10**6) if rng.random() < slip else person) for place in range(5)]
        return tuple("" if rng.random() < 0.25 else text for text in told)

    person = np.repeat(np.arange(rows // 2), 2)
    return [row(one) for one in person.tolist()], person


@pytest.mark.parametrize("slip", [0.1, 0.35])
def test_the_share_of_matches_that_keys_find_is_estimated_from_those_found(raws, slip):
    rows, person = _people(slip)
    kinds = ("name.given", "name.family", "born", "address.street", "other.number")
    table = build(raws(rows, kinds), np.zeros(len(rows), dtype=np.int8))
    found = block(table, lambda left, right: np.ones(len(left)))
    assert not found.complete

    true = person[found.left] == person[found.right]
    told = estimated(table, found.keys, found.left[true], found.right[true])

    assert told == pytest.approx(true.sum() / (len(rows) // 2), abs=0.25 * slip)
    assert told < 1.0


def test_where_nothing_was_found_or_all_rows_were_compared_nothing_is_missed(raws):
    table = build(raws([("anna", "b")], ("name.given", "name.family")), np.zeros(1, dtype=np.int8))
    none = np.zeros(0, dtype=np.int64)

    assert estimated(table, (Used(atoms=("name.given~sound",), share=1.0),), none, none) == 1.0
    assert estimated(table, (), np.zeros(1, np.int64), np.zeros(1, np.int64)) == 1.0
