"""How likely another person has the same value, or the same values together, by counting persons.

Counts are of persons, not rows (a person's own duplicates make nobody's name common), so they need a guess of
who is one person: ``Rarity.count`` is called again as that guess improves. What was seen once has still to be
expected again: of a name a lot, of an identity number hardly ever. How much is told by how many values were
seen once and how many twice (absolute discounting, Ney, Essen & Kneser 1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from graph.link.kinds import Codes, Style, household
from graph.link.levels import CLOSE, EXACT, NEAR, Compared, Places
from graph.link.spread import Spread, one_by_one
from graph.link.table import Field, Table
from graph.weights import DEFAULT

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
Counted = tuple[Hashes, npt.NDArray[np.int64]]

LEAST = DEFAULT.by_code["id.exact"].u
"""Nothing is believed to be rarer than this, were it counted to be: values are copied, lent and invented."""
_AS_GOOD = 4.0
_MOST_COLUMNS = 3
_SOME_DOUBT = 0.01
_MOST_FOR_CROSSING = 6.0
_UNSEEN = 0.25
"""What is counted where no value was seen twice (judged; 0.5 would be Jeffreys')."""
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def groups(table: Table) -> tuple[tuple[str, ...], ...]:
    """Give the comparisons whose agreements are not independent of each other: what a household has in
    common; first name, middle name and sex."""
    names = [field.name for field in table.fields if len(field.columns) <= _MOST_COLUMNS]
    found = (
        tuple(name for name in names if household(name)),
        tuple(name for name in names if name in {"name.given", "name.middle", "sex"}),
    )
    return tuple(group for group in found if len(group) > 1)


@dataclass(frozen=True, slots=True, eq=False)
class Rarity:
    """How many persons have each value. ``person`` says who each row was taken for; ``one_each`` are rows
    that stand for their persons."""

    person: Places
    one_each: npt.NDArray[np.intp]
    holders: dict[str, npt.NDArray[np.int64]]
    discount: dict[str, float]
    split: dict[tuple[str, ...], float]
    """For values that go together, how many pairs of their holders are expected to be one person."""

    @classmethod
    def count(cls, table: Table, person: Places, spread: Spread = one_by_one) -> Rarity:
        """Count the persons among whom ``person`` divides the rows."""
        _persons, rows = np.unique(person, return_index=True)

        def counted(field: Field) -> npt.NDArray[np.int64]:
            held = np.concatenate([column[rows] for column in field.columns])
            return np.bincount(held[held >= 0], minlength=len(field.values))

        names = [field.name for field in table.fields]
        holders = dict(zip(names, spread(counted, table.fields), strict=True))
        discount = {name: _discount(counts) for name, counts in holders.items()}
        return cls(person, rows, holders, discount, {})

    def others(self, left: Places, right: Places) -> npt.NDArray[np.bool_]:
        """Tell of which pairs of rows we took the rows for two persons while counting."""
        return np.asarray(self.person[left] != self.person[right])

    def groups(self, table: Table) -> tuple[tuple[str, ...], ...]:
        """Give the comparisons whose agreements were counted together."""
        return groups(table)

    def caps(
        self, table: Table, compared: Mapping[str, Compared], bits: Mapping[str, Floats]
    ) -> dict[str, Floats]:
        """Give by code what is taken off whatever the counts say: nothing, where there are counts."""
        return {}

    def chances(self, name: str, values: Codes, others: npt.NDArray[np.bool_]) -> Floats:
        """Give the chance that another person has these values. Where ``others`` says that the pair was taken
        for two persons, one of them is not counted: he is who we ask about."""
        return _shares(self.holders[name][values] - others, len(self.one_each), self.discount[name])

    def exact(self, field: Field) -> float:
        """Give the chance that two different persons have the same value."""
        held = field.columns[0][self.one_each]
        held = held[held >= 0]
        chances = self.chances(field.name, held, np.zeros(len(held), dtype=np.bool_))
        return max(float(chances.sum()) / max(len(self.one_each), 1), LEAST)

    def crossing(self) -> float:
        """Give how many times rarer it is that two persons' names agree crosswise than straight, in bits."""
        if "name.given" not in self.holders or "name.family" not in self.holders:
            return 0.0
        given, family = self.holders["name.given"].astype(float), self.holders["name.family"].astype(float)
        straight = float((given * given).sum() * (family * family).sum())
        crosswise = max(float((given * family).sum()), 1.0) ** 2
        return min(max(float(np.log2(max(straight, 1.0) / crosswise)), 0.0), _MOST_FOR_CROSSING)

    def value_bits(
        self, field: Field, compared: Compared, others: npt.NDArray[np.bool_], fuzzy: tuple[int, ...]
    ) -> Floats:
        """Give what the value adds to its level: log2 of the average chance over this value's; for fuzzy
        levels of the commoner of the two, because a slip is nobody's name."""
        bits = np.zeros(len(compared.level))
        average = self.exact(field)
        here = np.flatnonzero(compared.level == EXACT)
        bits[here] = np.log2(average / self.chances(field.name, compared.left[here], others[here]))
        if field.style is not Style.EQUAL:
            here = np.flatnonzero(np.isin(compared.level, fuzzy))
            most = np.maximum(
                self.chances(field.name, compared.left[here], others[here]),
                self.chances(field.name, compared.right[here], others[here]),
            )
            bits[here] = np.minimum(np.log2(average / most), 0.0)
        if compared.shown is not None:
            bits += compared.shown
        return bits

    def together(
        self,
        table: Table,
        group: tuple[str, ...],
        compared: dict[str, Compared],
        others: npt.NDArray[np.bool_],
        u: Mapping[str, Floats],
        p: Floats | None = None,
    ) -> Floats:
        """Give what is taken off because values that agree often agree together (≤ 0 bits): the chance of
        their agreeing one by one over the chance that another person has them all.

        ``p``, while learning, says how likely the pairs are one person after all: those that were taken for
        two are then no whole sign that two persons share.
        """
        fields = [field for field in table.fields if field.name in group]
        size = len(others)
        off = np.zeros(size)
        pattern = np.zeros(size, dtype=np.int32)
        same = np.ones(size, dtype=np.bool_)
        alone = np.zeros(size)
        for place, field in enumerate(fields):
            column = compared[field.name]
            here = np.isin(column.level, _agreeing(u[field.name])) & _own_column(field, compared)
            pattern |= here.astype(np.int32) << place
            same &= ~here | (column.level == EXACT)
            chance = np.maximum(
                self.chances(field.name, column.left[here], others[here]),
                self.chances(field.name, column.right[here], others[here]),
            )
            alone[here] += np.log2(chance)
        persons = len(self.one_each)
        for found in np.flatnonzero(np.bincount(pattern)).tolist():
            chosen = [field for place, field in enumerate(fields) if found >> place & 1]
            if len(chosen) < 2:
                continue
            where = np.flatnonzero(pattern == found)
            counted = _counted(
                np.concatenate(
                    [
                        _hashed([column[self.one_each] for column in columns])
                        for columns in product(*(field.columns for field in chosen))
                    ]
                )
            )
            runs = counted[1]
            times = _times(counted, [compared[field.name].left[where] for field in chosen])
            unlike = np.flatnonzero(~same[where])
            times[unlike] = np.maximum(
                times[unlike],
                _times(counted, [compared[field.name].right[where[unlike]] for field in chosen]),
            )
            less = others[where] & same[where]
            names = tuple(field.name for field in chosen)
            if p is not None:
                self.split[names] = self._expected(
                    counted, chosen, compared, pattern, found, same & others, p
                )
            split = self.split.get(names, 0.0)
            shares = _shares(times - less, persons, _discount(runs, split))
            # Without the one we ask about two holders are one: this pair is no sign of sharing.
            pair = less & (times == 2)
            shares[pair] = _shares(np.ones(int(pair.sum())), persons, _discount(runs, split + 1.0))
            off[where] = np.minimum(alone[where] - np.log2(shares), 0.0)
        return off

    @staticmethod
    def _expected(
        counted: Counted,
        chosen: list[Field],
        compared: dict[str, Compared],
        pattern: npt.NDArray[np.int32],
        found: int,
        two: npt.NDArray[np.bool_],
        p: Floats,
    ) -> float:
        """Give how many of the pairs of holders of all these values are expected to be one person."""
        doubt = np.flatnonzero(two & (p > _SOME_DOUBT) & ((pattern & found) == found))
        times = _times(counted, [compared[field.name].left[doubt] for field in chosen])
        return float(p[doubt[times == 2]].sum())


def _agreeing(u: Floats) -> list[int]:
    """Give the levels that count as having the value in common: those hardly more frequent by chance than the
    very same."""
    return [EXACT, *(level for level in (NEAR, CLOSE) if u[level] <= _AS_GOOD * u[EXACT])]


def _times(counted: Counted, columns: list[Codes]) -> npt.NDArray[np.int64]:
    """Give how often the values of each row were counted together."""
    wanted = _hashed(columns)
    values, runs = counted
    if not len(values):
        return np.zeros(len(wanted), dtype=np.int64)
    # In order, for a search that jumps about waits for memory at every step.
    order = np.argsort(wanted)
    at = np.minimum(np.searchsorted(values, wanted[order]), len(values) - 1)
    found = np.empty(len(wanted), dtype=np.int64)
    found[order] = np.where(values[at] == wanted[order], runs[at], 0)
    return found


def _counted(hashes: Hashes) -> Counted:
    """Give each hash once, and how often it is there."""
    hashes.sort()
    first = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1])))[: len(hashes)]
    return hashes[first], np.diff(np.append(first, len(hashes)))


def _own_column(field: Field, compared: dict[str, Compared]) -> npt.NDArray[np.bool_]:
    """Where the names were exchanged the given name agrees with a family name: no value of the group's."""
    order = compared.get("name.order")
    if order is None or not field.name.startswith("name."):
        return np.ones(len(compared[field.name].level), dtype=np.bool_)
    return np.asarray(order.level <= EXACT)


def _discount(counts: npt.NDArray[np.int64], less: float = 0.0) -> float:
    """Give how much of a count is luck; ``less`` pairs of holders are taken for single ones."""
    once, twice = float((counts == 1).sum()), float((counts == 2).sum())
    less = min(less, twice)
    return (once + less) / (once + less + 2 * (twice - less) + _UNSEEN)


def _shares(counts: npt.NDArray[np.int64] | Floats, persons: int, discount: float) -> Floats:
    return np.maximum((np.maximum(counts, 1) - discount) / max(persons, 1), LEAST)


def _hashed(columns: list[Codes]) -> Hashes:
    """Give one number for the values of each row that has all of them."""
    whole = np.ones(len(columns[0]), dtype=np.bool_)
    for column in columns:
        whole &= column >= 0
    mixed = np.zeros(int(whole.sum()), dtype=np.uint64)
    for column in columns:
        mixed = (mixed ^ column[whole].astype(np.uint64)) + _MIX[0]
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
        mixed ^= mixed >> np.uint64(31)
    return mixed
