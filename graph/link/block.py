"""Which rows of a table are worth comparing: many keys, each cut to size by the data themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from graph.clean.text import has_han
from graph.link.dates import digits
from graph.link.kinds import Codes
from graph.link.table import Field, Table

Keys = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]

ALL_PAIRS = 1_500_000
"""Up to so many pairs every row is compared with every other."""
PER_ROW = 6
"""Pairs a row may cost on average beyond that; the budget is this times the rows, at least ``ALL_PAIRS``."""
_SHARE_OF_ONE_KEY = 0.25
_SHARE_OF_AN_ATOM = 0.05
_NONE = np.zeros(0, dtype=np.int64)
_MOST_IN_BLOCK = 400
_SOUNDEX = str.maketrans("bfpvcgjkqsxzdtlmnr", "111122222222334556")


@dataclass(frozen=True, slots=True, eq=False)
class Blocked:
    """The pairs (left < right, each once, in order), how many keys found each, and the keys used."""

    left: Pairs
    right: Pairs
    found_by: npt.NDArray[np.uint8]
    keys: tuple[str, ...]
    complete: bool


def block(table: Table) -> Blocked:
    """Give the pairs worth comparing. Of two files only pairs across them."""
    rows = table.rows
    second = int(table.source.sum())
    total = (rows - second) * second if table.linking else rows * (rows - 1) // 2
    if total <= ALL_PAIRS:
        left, right = np.triu_indices(rows, k=1)
        if table.linking:
            across = table.source[left] != table.source[right]
            left, right = left[across], right[across]
        return Blocked(left, right, np.full(len(left), 255, dtype=np.uint8), ("all",), True)
    budget = max(ALL_PAIRS, PER_ROW * rows)
    found = _Found(budget)
    used = []
    keys = list(_keys(table, budget))
    # The keys that give the fewest pairs are the most telling; what is left of the budget goes to the others.
    costs = sorted((_cost(_both(table.rows, *parts)), place) for place, (_name, parts) in enumerate(keys))
    for _pairs_given, place in costs:
        name, parts = keys[place]
        most = min(found.room(), int(budget * _SHARE_OF_ONE_KEY))
        pairs = _pairs(_both(table.rows, *parts), table, most) if most > 0 else _NONE
        if len(pairs):
            found.add(pairs)
            used.append(name)
    found.settle()
    packed = found.pairs
    return Blocked(packed // rows, packed % rows, found.times, tuple(used), False)


class _Found:
    """Pairs found so far, each once, with how many keys found it."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.pairs = _NONE
        self.times = np.zeros(0, dtype=np.uint8)
        self.fresh: list[Pairs] = []
        self.waiting = 0

    def room(self) -> int:
        """Give how many more pairs the budget allows."""
        if len(self.pairs) + self.waiting > self.budget * (1.0 - _SHARE_OF_ONE_KEY):
            self.settle()
        return self.budget - len(self.pairs) - self.waiting

    def add(self, pairs: Pairs) -> None:
        """Take the pairs of a key."""
        self.fresh.append(pairs)
        self.waiting += len(pairs)

    def settle(self) -> None:
        """Sort what is waiting in among the rest."""
        if not self.fresh:
            return
        new = np.concatenate(self.fresh)
        self.fresh, self.waiting = [], 0
        new.sort()
        first = np.flatnonzero(np.concatenate(([True], new[1:] != new[:-1])))
        times = np.minimum(np.diff(np.append(first, len(new))), 255).astype(np.uint8)
        new = new[first]
        at = np.searchsorted(self.pairs, new)
        known = np.zeros(len(new), dtype=np.bool_)
        inside = at < len(self.pairs)
        known[inside] = self.pairs[at[inside]] == new[inside]
        old = at[known]
        self.times[old] = np.minimum(self.times[old].astype(np.int32) + times[known], 255).astype(np.uint8)
        both = np.concatenate([self.pairs, new[~known]])
        order = np.argsort(both, kind="stable")
        self.pairs, self.times = both[order], np.concatenate([self.times, times[~known]])[order]


def missed(found_by: npt.NDArray[np.uint8], p: npt.NDArray[np.float64]) -> float:
    """Estimate the share of matches that no key found, from how many only one and only two keys found (Chao's
    lower bound for unseen species, A. Chao 1984); 0 where all pairs were compared."""
    once, twice = (float(p[found_by == times].sum()) for times in (1, 2))
    seen = float(p.sum())
    if seen == 0 or once == 0:
        return 0.0
    unseen = once * (once - 1) / (2 * (twice + 1)) if once > 1 else 0.0
    return unseen / (seen + unseen)


def _keys(table: Table, budget: int) -> Iterator[tuple[str, tuple[Keys, ...]]]:
    """Give keys as their parts: what tells enough by itself, whole names, and any two of the other things."""
    atoms = _atoms(table)
    enough = set()
    for name in sorted(atoms):
        if name in _COMMON or name.endswith("~first"):
            continue
        cost = _cost(atoms[name], whole=True)
        telling = cost <= budget * _SHARE_OF_AN_ATOM
        if telling or (cost <= budget * _SHARE_OF_ONE_KEY and "~" not in name):
            yield name, (atoms[name],)
        if telling:
            # Whatever else two rows share, this key finds them already.
            enough.add(name)
    given, family = table.field("name.given"), table.field("name.family")
    if given is not None and family is not None:
        # In no order, so that exchanged names meet.
        a, b = atoms["name.given~sound"][: table.rows], atoms["name.family~sound"][: table.rows]
        yield "name", (np.minimum(a, b), np.maximum(a, b))
    for one, other in combinations(sorted(set(atoms) - enough), 2):
        if one.partition("~")[0] == other.partition("~")[0]:
            continue
        yield f"{one}+{other}", (atoms[one], atoms[other])
    if family is not None:
        # A firm, or somebody of whom one name is known.
        alone = family.columns[0].astype(np.int64)
        yield "name.family", (alone if given is None else np.where(given.columns[0] < 0, alone, -1),)


_COMMON = frozenset({"address.region", "address.country", "address.city", "address.number"})


def _atoms(table: Table) -> dict[str, Keys]:
    """Give what keys are made of: whole values, and coarse forms that survive a slip. Where a kind has
    several columns they stand one behind the other: one row's first telephone meets another's second."""
    atoms: dict[str, Keys] = {}
    sounds: dict[str, int] = {}
    for field in table.fields:
        columns = np.concatenate(field.columns).astype(np.int64)
        if field.name in {"sex", "address.country", "name.generation", "name.middle"}:
            continue
        if field.name in {"name.given", "name.family"}:
            atoms[f"{field.name}~sound"] = _coarse(field, _sound_code, sounds)
            atoms[f"{field.name}~first"] = _coarse(field, lambda text: text[:1])
            continue
        whole = np.append(field.masked, False)
        atoms[field.name] = np.where(whole[columns], -1, columns)
        if field.masked.any():
            # What masks leave: 3301**********1234, 138****1234.
            atoms[f"{field.name}~tail"] = _coarse(field, lambda text: _shown(text.rstrip("!")[-4:]))
            if field.name != "phone":
                atoms[f"{field.name}~head"] = _coarse(field, lambda text: _shown(text[:14]))
        if field.name == "born":
            table_of = digits(field.values).astype(np.int64)
            year = table_of[:, :4] @ np.array([1000, 100, 10, 1])
            day = table_of[:, 4:] @ np.array([1000, 100, 10, 1])
            for part, codes in (("year", year), ("day", np.where(day % 100 > 0, day, -1))):
                known = np.append(codes, -1)
                atoms[f"born~{part}"] = known[columns]
        elif field.name in {"address.street", "address.suburb", "address", "name.firm"}:
            atoms[f"{field.name}~start"] = _coarse(field, lambda text: text.replace(" ", "")[:5])
    return atoms


def _coarse(field: Field, form: Callable[[str], str], places: dict[str, int] | None = None) -> Keys:
    places = {} if places is None else places
    codes = [places.setdefault(key, len(places)) if (key := form(text)) else -1 for text in field.values]
    known = np.array([*codes, -1], dtype=np.int64)
    return np.asarray(known[np.concatenate(field.columns)])


def _sound_code(text: str) -> str:
    """Give the first letter and the next three consonant classes (Soundex, R. Russell 1918); for Chinese the
    characters themselves."""
    if "*" in text:
        return ""
    if has_han(text) or not text:
        return text
    word = text.replace(" ", "")
    rest = word[1:].translate(_SOUNDEX)
    code = word[0]
    last = word[0].translate(_SOUNDEX)
    for char in rest:
        if char.isdigit() and char != last:
            code += char
            if len(code) == 4:
                break
        if char not in "hw":
            last = char
    return code


def _shown(text: str) -> str:
    return "" if "*" in text else text


def _both(rows: int, a: Keys, b: Keys | None = None) -> Keys:
    """Give one key for one part or two, −1 where either is missing. Several columns meet crosswise."""
    if b is None:
        return a
    width = max(int(b.max(initial=-1)) + 1, 1)
    x, y = a.reshape(-1, 1, rows), b.reshape(1, -1, rows)
    return np.where((x >= 0) & (y >= 0), x * width + y, -1).ravel()


def _cost(key: Keys, *, whole: bool = False) -> int:
    """Give how many pairs of rows share the key, in blocks that are not too large, or in all."""
    values = np.sort(key[key >= 0])
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else values
    sizes = np.diff(np.append(starts, len(values)))
    if not whole:
        sizes = sizes[sizes <= _MOST_IN_BLOCK]
    return int((sizes * (sizes - 1) // 2).sum())


def _pairs(key: Keys | Codes, table: Table, most: int) -> Pairs:
    """Give the pairs of rows that share a key, packed as left × rows + right; the largest blocks are left out
    until no more than ``most`` pairs remain."""
    rows = np.flatnonzero(key >= 0)
    order = rows[np.argsort(key[rows], kind="stable")]
    values = key[order]
    order = order % table.rows
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))) if len(values) else values
    sizes = np.diff(np.append(starts, len(values)))
    keep = (sizes > 1) & (sizes <= _MOST_IN_BLOCK)
    starts, sizes = starts[keep], sizes[keep]
    cost = np.bincount(sizes, minlength=1).astype(np.int64)
    cost = np.cumsum(cost * np.arange(len(cost)) * (np.arange(len(cost)) - 1) // 2)
    largest = int(np.searchsorted(cost, most, side="right")) - 1
    small = sizes <= largest
    starts, sizes = starts[small], sizes[small]
    found = []
    # Rows of blocks of one size are pairs at the same offsets.
    for size in np.unique(sizes).tolist():
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        a, b = np.triu_indices(size, k=1)
        left, right = members[:, a].ravel(), members[:, b].ravel()
        if table.linking:
            across = table.source[left] != table.source[right]
            left, right = left[across], right[across]
        if len(key) > table.rows:
            two = left != right
            left, right = left[two], right[two]
        found.append(np.minimum(left, right) * table.rows + np.maximum(left, right))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def used_names(keys: Sequence[str]) -> tuple[str, ...]:
    """Give the names of keys, each once."""
    return tuple(dict.fromkeys(keys))
