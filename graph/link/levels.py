"""Pairs of rows → levels of agreement, one column of small integers a comparison.

Every distinct pair of values is looked at once, however many pairs of rows hold it. The levels stand from the
strongest agreement to the strongest disagreement; that a value is missing on one side, or on both, is a level
of its own, because what it says is learned like everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph import frequency, similar
from graph.clean.diminutives import formal
from graph.clean.masks import compatible
from graph.clean.text import has_han
from graph.link.dates import digits
from graph.link.kinds import Codes, Style
from graph.link.table import Field, Table
from graph.value_levels import PRC_BITS
from graph.weights import DEFAULT

Levels = npt.NDArray[np.int8]
Places = npt.NDArray[np.int64]

NONE, ONE, EXACT, NEAR, SHORT, CLOSE, PART, ALIKE, DIFFERENT, CLASH, MASKED = range(11)
CODES = ("none", "one", "exact", "near", "short", "close", "part", "alike", "different", "clash", "masked")
"""``none`` neither row has a value, ``one`` only one has. ``near`` is a slip of one character or another
writing of the same sound; ``short`` an initial, a diminutive, a mask that fits, a date exchanged; ``close``
two slips; ``part`` a word in common, for dates the year and one part; ``alike`` looks similar, for dates the
year or nearly; ``different``; ``clash`` rules one person out nearly (two sound ids, a generation apart);
``masked`` what both show agrees,
and ``shown_bits`` says how much that is."""
LEVELS = len(CODES)

POSSIBLE = {
    Style.NAME: (EXACT, NEAR, SHORT, CLOSE, PART, ALIKE, DIFFERENT),
    Style.TEXT: (EXACT, NEAR, SHORT, CLOSE, ALIKE, DIFFERENT),
    Style.CODE: (EXACT, NEAR, SHORT, CLOSE, DIFFERENT),
    Style.ID: (EXACT, NEAR, SHORT, CLOSE, DIFFERENT, CLASH),
    Style.DATE: (EXACT, NEAR, SHORT, PART, ALIKE, DIFFERENT, CLASH),
    Style.ADDRESS: (EXACT, NEAR, CLOSE, ALIKE, DIFFERENT),
    Style.EQUAL: (EXACT, DIFFERENT),
}
"""The levels that two values can stand at."""

_CLOSE, _ALIKE = 0.92, 0.8
_MAY_BE_EDITED = 0.65
"""Jaro–Winkler similarities: close and alike as in ``graph.similar``; below the last, two edits of a word of
four letters cannot have made one of the other, so edits are not counted."""
_ADDRESS_NEAR, _ADDRESS_ALIKE = 0.85, 0.7
_NEAR_SHOWN = 8
_OWN_DIGITS = 8
_DIGIT = 3.321928094887362
"""A digit is worth log2(10) bits; of a telephone number the last eight are its own."""
_GENERATION_YEARS = 15
_FEW_YEARS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A comparison over all pairs: the level, the values (places, −1 for none) that decided it, and what
    masked values show of each other, in bits (None where nothing is masked)."""

    level: Levels
    left: Codes
    right: Codes
    shown: npt.NDArray[np.float32] | None = None

    def at(self, places: npt.NDArray[np.intp]) -> Compared:
        """Give some of the pairs."""
        shown = None if self.shown is None else self.shown[places]
        return Compared(self.level[places], self.left[places], self.right[places], shown)


def joined(parts: Sequence[Compared]) -> Compared:
    """Give the pairs of several comparisons of one kind, one after the other."""
    shown = [part.shown for part in parts if part.shown is not None]
    return Compared(
        np.concatenate([part.level for part in parts]),
        np.concatenate([part.left for part in parts]),
        np.concatenate([part.right for part in parts]),
        np.concatenate(shown) if shown else None,
    )


def compare(field: Field, left: Places, right: Places) -> Compared:
    """Compare rows ``left`` with rows ``right``; of several columns of a kind the best two values count."""
    best: Compared | None = None
    for ours in field.columns:
        for theirs in field.columns:
            a, b = ours[left], theirs[right]
            level = _levels(field, a, b)
            found = Compared(level, a, b, _shown_at(field, level, a, b))
            best = found if best is None else _better(best, found)
    assert best is not None
    return best


def compare_names(table: Table, left: Places, right: Places) -> dict[str, Compared]:
    """Compare given and family names, straight or exchanged, whichever agrees more; ``name.order`` says which
    (EXACT straight, ALIKE exchanged). Names in one column only are compared as they are."""
    given, family = table.field("name.given"), table.field("name.family")
    found = {f.name: compare(f, left, right) for f in (given, family) if f is not None}
    if given is None or family is None:
        return found
    straight_given, straight_family = found["name.given"], found["name.family"]
    order = np.where(
        (straight_given.level > ONE) & (straight_family.level > ONE), np.int8(EXACT), np.int8(ONE)
    )
    # Only where both names are far apart as they stand and a crossed pair looks equal is the rest compared.
    doubtful = np.flatnonzero((straight_given.level >= ALIKE) & (straight_family.level >= ALIKE))
    a, b = left[doubtful], right[doubtful]
    g, f = given.columns[0], family.columns[0]
    crossed_a = _levels(given, g[a], f[b])
    crossed_b = _levels(family, f[a], g[b])
    straight = straight_given.level[doubtful].astype(int) + straight_family.level[doubtful]
    # Both must agree somehow: one name in common crosswise is what strangers have.
    swapped = (crossed_a.astype(int) + crossed_b < straight) & (np.minimum(crossed_a, crossed_b) <= NEAR)
    swapped &= (np.minimum(crossed_a, crossed_b) > ONE) & (np.maximum(crossed_a, crossed_b) <= ALIKE)
    where = doubtful[swapped]
    order[where] = ALIKE
    for compared, level, values in (
        (straight_given, crossed_a, (g[a], f[b])),
        (straight_family, crossed_b, (f[a], g[b])),
    ):
        compared.level[where] = level[swapped]
        compared.left[where] = values[0][swapped]
        compared.right[where] = values[1][swapped]
    found["name.order"] = Compared(order, np.full(len(left), -1, np.int32), np.full(len(left), -1, np.int32))
    return found


def _better(a: Compared, b: Compared) -> Compared:
    """Take at each place the stronger agreement; a missing value gives way to any other."""
    rank_a = np.where(a.level <= ONE, LEVELS + 1 - a.level, a.level)
    rank_b = np.where(b.level <= ONE, LEVELS + 1 - b.level, b.level)
    second = rank_b < rank_a
    return Compared(
        np.where(second, b.level, a.level),
        np.where(second, b.left, a.left),
        np.where(second, b.right, a.right),
        None if a.shown is None or b.shown is None else np.where(second, b.shown, a.shown),
    )


def _shown_at(field: Field, level: Levels, a: Codes, b: Codes) -> npt.NDArray[np.float32] | None:
    if not field.masked.any():
        return None
    shown = np.zeros(len(level), dtype=np.float32)
    here = np.flatnonzero(level == MASKED)
    if here.size:
        shown[here] = shown_bits(field, a[here].astype(np.int64), b[here].astype(np.int64))
    return shown


def _levels(field: Field, a: Codes, b: Codes) -> Levels:
    level = np.where((a < 0) & (b < 0), np.int8(NONE), np.int8(ONE))
    both = (a >= 0) & (b >= 0)
    level[both & (a == b)] = EXACT
    if field.masked.any():
        level[both & (a == b) & field.masked[a]] = MASKED
    rest = np.flatnonzero(both & (a != b))
    if not rest.size:
        return level
    x, y = a[rest].astype(np.int64), b[rest].astype(np.int64)
    packed = np.minimum(x, y) * len(field.values) + np.maximum(x, y)
    unique, inverse = np.unique(packed, return_inverse=True)
    level[rest] = unequal(field, unique // len(field.values), unique % len(field.values))[inverse]
    return level


def unequal(field: Field, a: Places, b: Places) -> Levels:
    """Compare pairs of unequal values, given by their places in the vocabulary."""
    if field.style is Style.EQUAL:
        return np.full(len(a), DIFFERENT, dtype=np.int8)
    if field.style is Style.DATE:
        return _dates(field, a, b)
    left = [field.values[place] for place in a.tolist()]
    right = [field.values[place] for place in b.tolist()]
    if field.style is Style.ADDRESS:
        level = _addresses(field, a, b, left, right)
    elif field.style in {Style.CODE, Style.ID}:
        level = _codes(left, right)
    else:
        level = _words(field, a, b, left, right)
    if field.style is Style.ID:
        level[(field.marks[a] & field.marks[b]) == 1] = CLASH
    for place in np.flatnonzero(field.masked[a] | field.masked[b]).tolist():
        level[place] = _masked(field.style, left[place].rstrip("!"), right[place].rstrip("!"))
    return level


def _masked(kind: Style, a: str, b: str) -> int:
    if kind is Style.ID:
        # Masks of another length may be another style of masking: nothing can be said place by place.
        shown = [x == y for x, y in zip(a, b, strict=False) if "*" not in (x, y)] if len(a) == len(b) else []
        wrong = shown.count(False)
        return MASKED if not wrong or (wrong == 1 and len(shown) >= _NEAR_SHOWN) else DIFFERENT
    return MASKED if compatible(a, b, loose=kind is Style.NAME) else DIFFERENT


def shown_bits(field: Field, a: Places, b: Places) -> npt.NDArray[np.float64]:
    """Give for pairs of values that stand at ``masked`` the bits of what both show; as in the case engine
    (``graph.value_levels``, ``graph.name_levels``)."""
    packed, inverse = np.unique(a * len(field.values) + b, return_inverse=True)
    bits = [
        _shown(field.style, field.values[pair // len(field.values)], field.values[pair % len(field.values)])
        for pair in packed.tolist()
    ]
    return np.array(bits, dtype=np.float64)[inverse]


def _shown(kind: Style, a: str, b: str) -> float:
    a, b = a.rstrip("!"), b.rstrip("!")
    if kind is Style.NAME:
        seen = [x for x, y in zip(a, b, strict=False) if "*" not in (x, y) and x == y]
        if not seen:
            return 0.0
        return (
            sum(frequency.character_bits() for x in seen) if has_han(a) else frequency.bits(frequency.INITIAL)
        )
    if len(a) != len(b):
        return 0.0
    shown = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if "*" not in (x, y)]
    if kind is Style.ID:
        if any(a[place] != b[place] for place in shown):
            return 0.0
        long = len(a) == len(PRC_BITS)
        bits = sum(PRC_BITS[place] if long else _DIGIT for place in shown)
        return min(bits, DEFAULT.masked_id_cap)
    # The first digits of a number name a country and a network.
    return _DIGIT * sum(place >= len(a) - _OWN_DIGITS for place in shown)


def _words(field: Field, a: Places, b: Places, left: list[str], right: list[str]) -> Levels:
    level = np.full(len(a), DIFFERENT, dtype=np.int8)
    likeness = similar.jaro_winklers(left, right)
    level[likeness >= _ALIKE] = ALIKE
    level[likeness >= _CLOSE] = CLOSE
    size_a = np.fromiter(map(len, left), dtype=np.int32, count=len(left))
    size_b = np.fromiter(map(len, right), dtype=np.int32, count=len(right))
    short = np.minimum(size_a, size_b)
    # A Chinese given name of two characters with one in common; Jaro–Winkler is made for longer words.
    maybe = np.flatnonzero((likeness >= _MAY_BE_EDITED) | ((short == 2) & (likeness > 0)))
    if maybe.size:
        steps = similar.edits([left[i] for i in maybe.tolist()], [right[i] for i in maybe.tolist()], 2)
        level[maybe[(steps == 2) & (short[maybe] > 5)]] = CLOSE
        level[maybe[(steps == 1) & (short[maybe] > 1)]] = CLOSE
        level[maybe[(steps == 1) & (short[maybe] > 3)]] = NEAR
    level[field.marks[a] == field.marks[b]] = NEAR
    if field.style is not Style.NAME:
        return level
    _given_names(field, level, left, right, short)
    return level


def _given_names(
    field: Field, level: Levels, left: list[str], right: list[str], short: npt.NDArray[np.int32]
) -> None:
    """Find initials, diminutives and names that share a word, among pairs not found equal yet."""
    open_ = level > NEAR
    for place in np.flatnonzero(open_ & (short == 1)).tolist():
        x, y = left[place], right[place]
        if x[0] == y[0] and not has_han(x):
            level[place] = SHORT
    diminutive = _short_forms(field.values)
    for place in np.flatnonzero(open_ & (short > 1)).tolist():
        x, y = left[place], right[place]
        if " " in x or " " in y:
            words = set(x.split(" ")) & set(y.split(" "))
            if any(len(word) > 1 for word in words):
                level[place] = min(int(level[place]), PART)
        elif level[place] > SHORT and (
            diminutive.get(x, frozenset((x,))) & diminutive.get(y, frozenset((y,)))
        ):
            level[place] = SHORT


def _short_forms(values: tuple[str, ...]) -> dict[str, frozenset[str]]:
    found = {}
    for text in values:
        if " " not in text and text.isascii():
            names = formal(text)
            if names != frozenset((text,)):
                found[text] = names | {text}
    return found


def _codes(left: list[str], right: list[str]) -> Levels:
    """Numbers and addresses of mail: one slip, two slips in a longer one, else different."""
    level = np.full(len(left), DIFFERENT, dtype=np.int8)
    size = np.minimum(
        np.fromiter(map(len, left), dtype=np.int32, count=len(left)),
        np.fromiter(map(len, right), dtype=np.int32, count=len(right)),
    )
    steps = similar.edits(left, right, 2)
    level[(steps == 2) & (size > 5)] = CLOSE
    level[(steps == 1) & (size > 1)] = CLOSE
    level[(steps == 1) & (size > 3)] = NEAR
    return level


def _addresses(field: Field, a: Places, b: Places, left: list[str], right: list[str]) -> Levels:
    likeness = similar.indels(left, right)
    level = np.full(len(left), DIFFERENT, dtype=np.int8)
    level[likeness >= _ADDRESS_ALIKE] = ALIKE
    same_numbers = field.marks[a] == field.marks[b]
    level[same_numbers & (likeness >= _ADDRESS_ALIKE)] = CLOSE
    level[same_numbers & (likeness >= _ADDRESS_NEAR)] = NEAR
    return level


def _dates(field: Field, a: Places, b: Places) -> Levels:
    """Compare dates digit by digit and part by part; the lines are those of ``value_levels.born_score``."""
    table = digits(field.values)
    x, y = table[a], table[b]
    number = table.astype(np.int32) @ np.array(
        [10**7, 10**6, 10**5, 10**4, 10**3, 100, 10, 1], dtype=np.int32
    )
    year_x, month_x, day_x = _parts(number[a])
    year_y, month_y, day_y = _parts(number[b])
    apart = np.abs(year_x - year_y)
    level = np.full(len(a), DIFFERENT, dtype=np.int8)
    level[apart >= _GENERATION_YEARS] = CLASH
    level[apart <= _FEW_YEARS] = ALIKE
    whole = (month_x > 0) & (month_y > 0) & (day_x > 0) & (day_y > 0)
    same = (year_x == year_y).astype(np.int8) + (month_x == month_y) + (day_x == day_y)
    level[whole & (same == 2) & (apart < _GENERATION_YEARS)] = PART
    level[whole & (same == 2) & (apart >= _GENERATION_YEARS)] = DIFFERENT
    wrong = x != y
    many = wrong.sum(axis=1)
    neighbours = np.zeros(len(a), dtype=np.bool_)
    for place in range(7):
        neighbours |= (x[:, place] == y[:, place + 1]) & (x[:, place + 1] == y[:, place]) & wrong[:, place]
    level[(many == 2) & neighbours & (apart < _GENERATION_YEARS) & whole] = NEAR
    level[(many == 1) & (apart < _GENERATION_YEARS) & whole] = NEAR
    level[whole & (year_x == year_y) & (month_x == day_y) & (day_x == month_y)] = SHORT
    # One of them is partial: what both say agrees.
    fits = (year_x == year_y) & ((month_x == month_y) | (month_x == 0) | (month_y == 0))
    level[~whole & fits] = SHORT
    return level


def _parts(
    number: npt.NDArray[np.int32],
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    return number // 10_000, number // 100 % 100, number % 100


def compare_all(table: Table, left: Places, right: Places) -> dict[str, Compared]:
    """Compare rows in every way the table allows; keys in a fixed order."""
    found = compare_names(table, left, right)
    for field in table.fields:
        if field.name not in found:
            found[field.name] = compare(field, left, right)
    _dates_of_ids(table, found, left, right)
    return {name: found[name] for name in sorted(found)}


def _dates_of_ids(table: Table, found: dict[str, Compared], left: Places, right: Places) -> None:
    """Leave dates of birth out where two ids that hold them were compared: they are the same fact."""
    if "born" not in found or not table.dated:
        return
    for name, dated in table.dated.items():
        compared = found[name]
        both = dated[left] & dated[right] & np.isin(compared.level, (EXACT, NEAR, MASKED, CLASH))
        born = found["born"]
        level = born.level.copy()
        level[both & (level > ONE)] = MASKED
        found["born"] = Compared(level, born.left, born.right)
