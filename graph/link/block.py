"""Which rows of a table are worth comparing: many keys, each cut to size by the data themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import numpy.typing as npt

from graph.link.atoms import Atom, atoms
from graph.link.recall import Used
from graph.link.spread import Spread, one_by_one
from graph.link.table import Table

Pairs = npt.NDArray[np.int64]
Likely = Callable[[Pairs, Pairs], npt.NDArray[np.float64]]
"""How likely pairs of rows are one person, as far as is known before anything is learned."""

ALL_PAIRS = 1_500_000
"""Up to so many pairs every row is compared with every other."""
PER_ROW = 6
"""Pairs a row may cost on average beyond that; the budget is this times the rows, at least ``ALL_PAIRS``."""
_SHARE_OF_ONE_KEY = 0.25
_SHARE_OF_AN_ATOM = 0.05
_TELLING_PER_ROW = 0.8
"""A value that so many pairs a row share at most is one that persons have for themselves."""
_NONE = np.zeros(0, dtype=np.int64)
_MOST_IN_BLOCK = 400
_SAMPLED_FROM = 50_000
_SAMPLE = 8
"""What a key costs is counted on every eighth of its values where there are many rows."""
_LEAST_YIELD = 1e-3
"""A key is left out where fewer of the pairs that only it finds are likely to be matches."""
_PROBES = 1_500
_WAVE = 12
"""Keys probed in one go. What a key adds is counted as if those before it in its wave were all taken."""
_THOROUGH = 20_000
"""Up to so many rows no key is left out: to look at all its pairs costs a second."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """The pairs (left < right, each once, in order), and the keys used; none where all rows were compared
    with all (``complete``)."""

    left: Pairs
    right: Pairs
    keys: tuple[Used, ...]
    complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    atoms: tuple[str, ...] = field(repr=False)
    parts: tuple[Atom, ...]


def block(table: Table, likely: Likely, spread: Spread = one_by_one) -> Blocked:
    """Give the pairs worth comparing. Of two files only pairs across them.

    The keys that give the fewest pairs come first: they are the most telling. What a key adds is probed:
    where hardly any of its new pairs is a likely match it is left out, unless the table is small.
    """
    rows = table.rows
    second = int(table.source.sum())
    total = (rows - second) * second if table.linking else rows * (rows - 1) // 2
    if total <= ALL_PAIRS:
        left, right = np.triu_indices(rows, k=1)
        if table.linking:
            across = table.source[left] != table.source[right]
            left, right = left[across], right[across]
        return Blocked(left, right, (), True)
    budget = max(ALL_PAIRS, PER_ROW * rows)
    keys = _keys(table, budget)
    costs = sorted(zip(spread(lambda key: _cost(key, rows), keys), range(len(keys)), strict=True))
    found = _Found(budget)
    used = []
    largest = int(budget * _SHARE_OF_ONE_KEY)
    order = [place for _pairs_given, place in costs]
    # Pairs are made ahead, on the other processors, as if there were room for them.
    ahead = spread(lambda place: _pairs(keys[place], table, largest), order)
    wave: list[tuple[Used, Pairs]] = []
    for place, (pairs, share) in zip(order, ahead, strict=True):
        waiting = sum(len(held) for _key, held in wave)
        if len(wave) >= _WAVE or waiting >= largest:
            used += found.take(wave, rows, likely)
            wave, waiting = [], 0
        room = found.room() - waiting
        if room < largest:
            pairs, share = _pairs(keys[place], table, max(room, 0))
        if len(pairs):
            pairs.sort()
            wave.append((Used(atoms=keys[place].atoms, share=share), pairs))
    used += found.take(wave, rows, likely)
    packed = found.all()
    return Blocked(packed // rows, packed % rows, tuple(used), False)


def _probes(pairs: Pairs) -> Pairs:
    """Give some of the pairs, the same ones of the same pairs."""
    if len(pairs) <= _PROBES:
        return pairs
    mixed = pairs.astype(np.uint64) * _MIX
    return pairs[mixed <= np.uint64(2**64 - 1) // np.uint64(len(pairs)) * np.uint64(_PROBES)]


class _Found:
    """Pairs found so far, each once."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.known = _NONE
        """Pairs in order."""
        self.fresh: list[Pairs] = []
        self.waiting = 0

    def room(self) -> int:
        """Give how many more pairs the budget allows."""
        if len(self.known) + self.waiting > self.budget * (1.0 - _SHARE_OF_ONE_KEY):
            self.settle()
        return self.budget - len(self.known) - self.waiting

    def take(self, wave: Sequence[tuple[Used, Pairs]], rows: int, likely: Likely) -> list[Used]:
        """Take those keys' pairs, each key's in order, that are worth it; give these keys."""
        taken = []
        for (key, pairs), share in zip(wave, self._yields(wave, rows, likely), strict=True):
            if share >= _LEAST_YIELD:
                taken.append(key)
                self.fresh.append(pairs)
                self.waiting += len(pairs)
                if self.waiting > self.budget:
                    self.settle()
        return taken

    def _yields(self, wave: Sequence[tuple[Used, Pairs]], rows: int, likely: Likely) -> list[float]:
        """Give the share of likely matches among some of the pairs that only each key finds; 1 where there
        are none, for then they cost nothing."""
        if rows <= _THOROUGH or not wave:
            return [1.0] * len(wave)
        held = [pairs for _key, pairs in wave]
        probes = [self._new(_probes(pairs), held[:place]) for place, pairs in enumerate(held)]
        every = np.concatenate(probes)
        if not len(every):
            return [1.0] * len(wave)
        ends = np.cumsum([len(pairs) for pairs in probes])
        parts = np.split(likely(every // rows, every % rows), ends[:-1])
        return [float(part.mean()) if len(part) else 1.0 for part in parts]

    def _new(self, pairs: Pairs, others: Sequence[Pairs]) -> Pairs:
        """Give those of the pairs that are neither found yet nor among ``others``."""
        if len(self.known):
            at = np.minimum(np.searchsorted(self.known, pairs), len(self.known) - 1)
            pairs = pairs[self.known[at] != pairs]
        for held in (*self.fresh, *others):
            at = np.minimum(np.searchsorted(held, pairs), len(held) - 1)
            pairs = pairs[held[at] != pairs]
        return pairs

    def settle(self) -> None:
        """Sort what is waiting in among the rest."""
        if not self.fresh:
            return
        every = np.concatenate([self.known, *self.fresh])
        self.fresh, self.waiting = [], 0
        every.sort()
        self.known = every[np.concatenate(([True], every[1:] != every[:-1]))]

    def all(self) -> Pairs:
        """Give the pairs."""
        self.settle()
        return self.known


def _keys(table: Table, budget: int) -> list[_Key]:
    """Give keys as their parts: what tells enough by itself, whole names, and any two of the other things."""
    found: list[_Key] = []
    known = atoms(table)
    enough = set()
    for name in sorted(known):
        if name in _COMMON or name.endswith("~first"):
            continue
        cost = _cost(_Key((name,), (known[name],)), table.rows, whole=True)
        telling = cost <= max(budget * _SHARE_OF_AN_ATOM, table.rows * _TELLING_PER_ROW)
        if telling or (cost <= budget * _SHARE_OF_ONE_KEY and "~" not in name):
            found.append(_Key((name,), (known[name],)))
        if telling:
            # Whatever else two rows share, this key finds them already.
            enough.add(name)
    given, family = known.get("name.given~sound"), known.get("name.family~sound")
    if given is not None and family is not None:
        # In no order, so that exchanged names meet.
        a, b = given.codes[: table.rows], family.codes[: table.rows]
        size = max(given.size, family.size)
        parts = (Atom(np.minimum(a, b), size), Atom(np.maximum(a, b), size))
        found.append(_Key(("name.family~sound", "name.given~sound"), parts))
    for one, other in combinations(sorted(set(known) - enough), 2):
        if one.partition("~")[0] != other.partition("~")[0]:
            found.append(_Key((one, other), (known[one], known[other])))
    whole = table.field("name.family")
    if whole is not None:
        # A firm, or somebody of whom one name is known.
        alone = whole.columns[0]
        other_name = table.field("name.given")
        if other_name is not None:
            alone = np.where(other_name.columns[0] < 0, alone, np.int32(-1))
        found.append(_Key(("name.family",), (Atom(alone, len(whole.values)),)))
    return found


_COMMON = frozenset({"address.region", "address.country", "address.city", "address.number"})


def _cost(key: _Key, rows: int, *, whole: bool = False) -> int:
    """Give how many pairs of rows share the key, in blocks that are not too large, or in all."""
    sample = _SAMPLE if rows >= _SAMPLED_FROM else 1
    values, _rows = _coded(key, rows, sample)
    values.sort()
    sizes = _sizes(values)[1]
    if not whole:
        sizes = sizes[sizes <= _MOST_IN_BLOCK]
    return int((sizes * (sizes - 1) // 2).sum()) * sample


def _coded(key: _Key, rows: int, sample: int = 1) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give one number for each row that has all parts of a key, and the row. Several columns of one kind meet
    crosswise. ``sample`` takes one in so many values of the first part."""
    first = key.parts[0]
    where = np.flatnonzero(first.codes >= 0)
    if sample > 1:
        mixed = first.codes[where].astype(np.uint64) * _MIX >> np.uint64(60)
        where = where[mixed < np.uint64(16 // sample)]
    codes = first.codes[where].astype(np.int64)
    row = where % rows
    for part in key.parts[1:]:
        held = [part.codes[start : start + rows][row] for start in range(0, len(part.codes), rows)]
        both = [one >= 0 for one in held]
        codes = np.concatenate(
            [codes[here] * part.size + one[here] for one, here in zip(held, both, strict=True)]
        )
        row = np.concatenate([row[here] for here in both])
    return codes, row


def _sizes(values: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give where each run of equal values starts, and how long it is."""
    if not len(values):
        return _NONE, _NONE
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    return starts, np.diff(np.append(starts, len(values)))


def _pairs(key: _Key, table: Table, most: int) -> tuple[Pairs, float]:
    """Give the pairs of rows that share a key, packed as left × rows + right; the largest blocks are left out
    until no more than ``most`` pairs remain. Says also which share of the rows that have their like is in the
    blocks that were kept."""
    rows = table.rows
    codes, row = _coded(key, rows)
    bits = max(rows - 1, 1).bit_length()
    if int(codes.max(initial=0)).bit_length() + bits < 63:
        packed = (codes << bits) | row
        packed.sort()
        values, order = packed >> bits, packed & ((1 << bits) - 1)
    else:
        by_code = np.lexsort((row, codes))
        values, order = codes[by_code], row[by_code]
    starts, sizes = _sizes(values)
    alike = int(sizes[sizes > 1].sum())
    keep = (sizes > 1) & (sizes <= _MOST_IN_BLOCK)
    starts, sizes = starts[keep], sizes[keep]
    cost = np.bincount(sizes, minlength=1).astype(np.int64)
    cost = np.cumsum(cost * np.arange(len(cost)) * (np.arange(len(cost)) - 1) // 2)
    largest = int(np.searchsorted(cost, most, side="right")) - 1
    small = sizes <= largest
    starts, sizes = starts[small], sizes[small]
    found = []
    # Rows of blocks of one size are pairs at the same offsets; rows stand in order, so left is the lower.
    for size in np.unique(sizes).tolist():
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, k=1)
        left, right = members[:, a].ravel(), members[:, b].ravel()
        if table.linking:
            across = table.source[left] != table.source[right]
            left, right = left[across], right[across]
        found.append(left * rows + right)
    if not found:
        return _NONE, 0.0
    pairs = np.concatenate(found)
    if len(codes) and any(len(part.codes) > rows for part in key.parts):
        # A row meets itself, and another row twice, where a kind has several columns.
        pairs = pairs[pairs // rows != pairs % rows]
        pairs.sort()
        pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))] if len(pairs) else pairs
    return pairs, float(sizes.sum()) / alike
