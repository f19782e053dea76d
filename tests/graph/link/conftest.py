"""Fictional rows for the tests of graph.link, handed over by fixtures: persons with slips, two to a home."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from graph.link.engine import Label, Linked, link
from graph.link.kinds import Raw

GIVEN = (
    "anna", "bert", "carla", "david", "emma", "frank", "gina", "hugo", "iris", "jonas", "karla", "lukas",
    "mona", "nils", "olga", "paul", "rosa",
)  # fmt: skip
FAMILY = tuple(
    f"{start}{end}"
    for start in ("win", "har", "mel", "bar", "cal", "dor")
    for end in ("wood", "field", "stone", "ley", "ton")
)
STREETS = tuple(f"{name} street" for name in ("oak", "elm", "mill", "church", "station", "garden", "river"))
KINDS = ("name.given", "name.family", "born", "address.number", "address.street", "address.postcode", "phone")

Row = tuple[str, ...]


def _raws(rows: Sequence[Row], kinds: Sequence[str] = KINDS) -> list[Raw]:
    """Give the rows as columns; "" is a missing value."""
    columns = []
    for place, kind in enumerate(kinds):
        texts = [row[place] for row in rows]
        values = list(dict.fromkeys(text for text in texts if text))
        at = {text: number for number, text in enumerate(values)}
        codes = np.array([at.get(text, -1) for text in texts], dtype=np.int32)
        columns.append(Raw(kind=kind, codes=codes, values=tuple(values)))
    return columns


def _linked(
    rows: Sequence[Row],
    ids: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS,
    second: int | None = None,
    labels: Sequence[Label] = (),
    threshold: float = 0.5,
) -> Linked:
    """Link rows; those from ``second`` on are of the second table."""
    names = ids or [f"r{number:05d}" for number in range(len(rows))]
    source = np.zeros(len(rows), dtype=np.int8)
    if second is not None:
        source[second:] = 1
    return link(_raws(rows, kinds), names, source, labels=labels, threshold=threshold)


def _village(persons: int, seed: int = 1) -> tuple[list[Row], list[int]]:
    """Give rows of persons living two and two, one to three rows each with slips, and who each row is."""
    rng = random.Random(seed)
    rows: list[Row] = []
    who: list[int] = []
    for person in range(persons):
        if person % 2 == 0:
            family = rng.choice(FAMILY) + rng.choice("aeiou")
            home = (str(rng.randint(1, 90)), rng.choice(STREETS), f"{rng.randint(10000, 10150)}")
        given = rng.choice(GIVEN)
        born = f"{rng.randint(1940, 2000)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
        phone = f"+1212555{rng.randint(100, 199):04d}"
        for _copy in range(rng.randint(1, 3)):
            row = [given, family, born, *home, phone]
            slip = rng.randrange(4)
            if slip == 0:
                row[0] = given[:-1]
            elif slip == 1:
                row[2] = ""
            elif slip == 2:
                row[6] = ""
            rows.append(tuple(row))
            who.append(person)
    return rows, who


def _by_id(found: Linked, ids: Sequence[str]) -> dict[tuple[str, str], float]:
    """Give the matches by id."""
    return {
        tuple(sorted((ids[a], ids[b]))): bits  # type: ignore[misc]
        for a, b, bits in zip(found.left.tolist(), found.right.tolist(), found.bits.tolist(), strict=True)
    }


@pytest.fixture
def linked() -> Callable[..., Linked]:
    """Link rows of texts: ``linked(rows, ids, kinds, second, labels, threshold)``."""
    return _linked


@pytest.fixture
def village() -> Callable[..., tuple[list[Row], list[int]]]:
    """Make rows of so many persons, and who each row is."""
    return _village


@pytest.fixture
def by_id() -> Callable[[Linked, Sequence[str]], dict[tuple[str, str], float]]:
    """Give the bits of the matches by id."""
    return _by_id


@pytest.fixture
def raws() -> Callable[..., list[Raw]]:
    """Give rows of texts as columns."""
    return _raws
