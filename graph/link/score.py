"""A learned model, and pairs of rows → bits: the pure function that a case of two rows and a table of a
million go through alike, batch by batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.link.kinds import household
from graph.link.levels import (
    ALIKE,
    CLASH,
    CLOSE,
    CODES,
    DIFFERENT,
    EXACT,
    NEAR,
    ONE,
    PART,
    Compared,
    Places,
    compare_all,
)
from graph.link.rarity import Rarity, groups
from graph.link.table import Table

Floats = npt.NDArray[np.float64]

FUZZY = (NEAR, CLOSE)
MOST_FOR_MISSING = 2.0
"""Bits that all missing values together may add or take: they miss together (a source has no addresses), so
one by one they would be counted many times. Judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned: ``prior`` in bits, for each comparison the chances of each level for one person (m)
    and for two (u), and how rare values are."""

    prior: float
    m: dict[str, Floats]
    u: dict[str, Floats]
    rarity: Rarity

    def weights(self, name: str) -> Floats:
        """Give the bits of each level of a comparison: log2(m / u), never more for less agreement."""
        bits = np.log2(self.m[name] / self.u[name])
        bits[EXACT + 1 :] = np.minimum(bits[EXACT + 1 :], bits[EXACT])
        for worse, better in ((CLOSE, NEAR), (ALIKE, CLOSE)):
            bits[worse] = min(bits[worse], bits[better])
        bits[DIFFERENT] = min(bits[DIFFERENT], bits[ALIKE], bits[PART], 0.0)
        bits[CLASH] = min(bits[CLASH], bits[DIFFERENT])
        return bits


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """One piece of evidence over all pairs: its bits, and for a comparison the level at each pair."""

    code: str
    bits: Floats
    level: npt.NDArray[np.int8] | None = None

    def code_at(self, place: int) -> str:
        """Give the code at a pair: ``born.near``, ``name.family.value``, ``missing``."""
        return self.code if self.level is None else f"{self.code}.{CODES[self.level[place]]}"


def bars(model: Model, table: Table, left: Places, right: Places) -> list[Bar]:
    """Give the evidence on pairs of rows; the bits of all bars add up to the pair's."""
    compared = compare_all(table, left, right)
    found = [Bar("prior", np.full(len(left), model.prior))]
    missing = np.zeros(len(left))
    for name, column in compared.items():
        bits = model.weights(name)[column.level]
        missing += np.where(column.level <= ONE, bits, 0.0)
        found.append(Bar(name, bits, column.level))
    found.append(Bar("missing", np.clip(missing, -MOST_FOR_MISSING, MOST_FOR_MISSING) - missing))
    return found + value_bars(model.rarity, table, compared, left, right)


def value_bars(
    rarity: Rarity,
    table: Table,
    compared: dict[str, Compared],
    left: Places,
    right: Places,
    *,
    shared_only: bool = False,
) -> list[Bar]:
    """Give what the values themselves say beside their levels; it does not depend on m. ``shared_only`` gives
    only what a household's common values say."""
    others = rarity.person[left] != rarity.person[right]
    found = [
        Bar(f"{field.name}.value", rarity.value_bits(field, compared[field.name], others, FUZZY))
        for field in table.fields
        if not shared_only or household(field.name)
    ]
    for group in groups(table):
        if shared_only and not household(group[0]):
            continue
        found.append(Bar(f"together.{group[0]}", rarity.together(table, group, compared, others)))
    return found


def score(model: Model, table: Table, left: Places, right: Places, batch: int = 500_000) -> Floats:
    """Give the bits of each pair."""
    found = np.zeros(len(left))
    for start in range(0, len(left), batch):
        here = slice(start, start + batch)
        for bar in bars(model, table, left[here], right[here]):
            found[here] += bar.bits
    return found


def probability(bits: Floats) -> Floats:
    """Give log odds to the base 2 as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -1000.0, 1000.0))))
