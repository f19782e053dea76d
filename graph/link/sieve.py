"""Which pairs of values need no closer look: what is known of them from sums over whole columns.

Most pairs of two persons' values are plainly different: numbers with other digits, names without a character
in common. To see that takes a few machine words a value; only the rest is compared letter by letter
(``graph.link.levels.unequal``). The sieve never changes an answer: a test holds the two to the same levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from graph.link.han import Masks
from graph.link.kinds import Codes, Style
from graph.link.table import Field
from graph.link.texts import Arrow, letters
from graph.link.writings import HAN

Bools = npt.NDArray[np.bool_]
Sums = npt.NDArray[np.int32]

_WIDEST = 24
_MOST_SIGNS = 14
"""Codes of more kinds of signs (e-mail) have too many differences that two edits can make."""
_SUM_BITS = 20
_STAR, _AT = ord("*"), ord("@")
_SPACE = ord(" ")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PIECE = 100_000
_MOST_ALIKE = 0.65
"""Below this similarity (Jaro–Winkler) words are different, see ``levels``."""
_LEAST_OF_ADDRESSES = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Signatures:
    """What is known of each value of a field: how long it is, which characters it has (a bit each, 64 in
    all), and for codes their signs one by one (``square``, 0 behind the end), a sum of them, and which
    differences of sums two edits can make; for names what short Chinese ones show (``masks``)."""

    size: npt.NDArray[np.int32]
    has: npt.NDArray[np.uint64]
    square: npt.NDArray[np.uint8] | None
    sums: Sums | None
    near: Bools | None
    masks: Masks | None = None


_KNOWN: WeakKeyDictionary[Field, Signatures] = WeakKeyDictionary()


def signatures(field: Field) -> Signatures:
    """Give the signatures of a field's values; they are kept as long as the field."""
    found = _KNOWN.get(field)
    if found is None:
        found = _KNOWN[field] = _signatures(field)
    return found


def plainly_different(field: Field, a: Codes, b: Codes) -> Bools:
    """Tell which pairs of unequal values, none of them masked, ``levels.unequal`` surely finds ``different``
    (ids: or a clash). Of the others nothing is said."""
    nothing = np.zeros(len(a), dtype=np.bool_)
    if field.style in {Style.DATE, Style.EQUAL}:
        return nothing
    known = signatures(field)
    if field.style in {Style.CODE, Style.ID}:
        if known.sums is None or known.near is None:
            return nothing
        apart = ~known.near[known.sums[a] - known.sums[b] & (1 << _SUM_BITS) - 1]
        return np.asarray(apart | (np.abs(known.size[a] - known.size[b]) > 2))
    size_a, size_b = known.size[a], known.size[b]
    own_a, own_b = (
        np.bitwise_count(one & ~other).astype(np.int32)
        for one, other in ((known.has[a], known.has[b]), (known.has[b], known.has[a]))
    )
    within = (own_a == 0) | (own_b == 0)
    if field.style is Style.ADDRESS:
        # Each character that only one has must be taken out: so many steps apart they are at least.
        most = 1.0 - (own_a + own_b) / np.maximum(size_a + size_b, 1)
        return np.asarray((most < _LEAST_OF_ADDRESSES) & ~within)
    common = np.minimum(size_a - own_a, size_b - own_b)
    other_mark = field.marks[a] != field.marks[b]
    if field.style is Style.NAME:
        if not len(field.scripts):
            return nothing
        han = (field.scripts[a] == HAN) & (field.scripts[b] == HAN)
        ways_a, ways_b = field.ways[a], field.ways[b]
        shared = ((ways_a == ways_b) & (ways_a >= 0)).any(axis=1)
        return np.asarray(han & (common <= 0) & other_mark & ~shared)
    most = (common / np.maximum(size_a, 1) + common / np.maximum(size_b, 1) + 1.0) / 3.0
    short = np.minimum(size_a, size_b) <= 2
    return np.asarray(((common <= 0) | ((most < _MOST_ALIKE) & ~short)) & other_mark & ~within)


def shows_other(field: Field, masked: Codes, whole: Codes) -> Bools:
    """Tell where a masked name shows a character that a whole one has not."""
    known = signatures(field)
    return np.asarray((known.has[masked] & ~known.has[whole]) != 0)


def seen_through(
    field: Field, a: npt.NDArray[Any], b: npt.NDArray[Any]
) -> tuple[Bools, npt.NDArray[np.int32], Bools] | None:
    """Give for pairs of codes of which a mask hides a part: the places that both show, how many of those
    differ, and whether both are of one length; None where the values are not kept sign by sign."""
    square = signatures(field).square
    if square is None:
        return None
    x, y = square[a], square[b]
    shown = (x != _STAR) & (y != _STAR) & (x != 0) & (y != 0)
    size = signatures(field).size
    return shown, ((x != y) & shown).sum(axis=1, dtype=np.int32), size[a] == size[b]


def _signatures(field: Field) -> Signatures:
    values = field.values.arrow
    if field.style is Style.ID:
        values = pc.utf8_rtrim(values, "!")
    size = pc.utf8_length(values).to_numpy(zero_copy_only=False).astype(np.int32)
    if field.style in {Style.CODE, Style.ID}:
        nothing = np.zeros(0, dtype=np.uint64)
        data, ends = letters(values)
        if len(data) and data.max() > 127:
            return Signatures(size, nothing, None, None, None)
        square = _square(data, ends) if int(size.max(initial=0)) <= _WIDEST and _AT not in data else None
        sums, near = _sums(data, ends)
        return Signatures(size, nothing, square, sums, near)
    masks = Masks.of(values) if field.style is Style.NAME else None
    return Signatures(size, _characters(values, size), None, None, None, masks)


def _characters(values: Arrow, size: npt.NDArray[np.int32]) -> npt.NDArray[np.uint64]:
    """Give for each value a bit for each character it has; spaces and stars have none."""
    found = np.zeros(len(size), dtype=np.uint64)
    for start in range(0, len(size), _PIECE):
        text = "".join(values[start : start + _PIECE].to_pylist())
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
        nothing = (codes == _SPACE) | (codes == _STAR)
        bits = np.where(nothing, np.uint64(0), np.uint64(1) << (codes * _MIX >> np.uint64(58)))
        ends = np.cumsum(size[start : start + _PIECE])
        found[start : start + _PIECE] = _over(np.bitwise_or, bits, ends)
    return found


def _square(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Give one row of signs for each value, 0 behind its end."""
    sizes = np.diff(ends)
    found = np.zeros((len(sizes), int(sizes.max(initial=1))), dtype=np.uint8)
    for size in np.unique(sizes).tolist():
        rows = np.flatnonzero(sizes == size)
        for start in range(0, len(rows), _PIECE):
            here = rows[start : start + _PIECE]
            found[here, :size] = data[ends[here][:, None] + np.arange(size)]
    return found


def _sums(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> tuple[Sums, Bools] | tuple[None, None]:
    """Give the sum of a number for each sign of each value, and which differences of such sums two edits can
    make: two signs more, and two less, at most."""
    there = np.zeros(256, dtype=np.bool_)
    there[data] = True
    signs = np.flatnonzero(there)
    if len(signs) > _MOST_SIGNS:
        return None, None
    number = (np.arange(256, dtype=np.uint64) * _MIX >> np.uint64(64 - _SUM_BITS)).astype(np.int32)
    found = np.zeros(len(ends) - 1, dtype=np.int32)
    for start in range(0, len(found), _PIECE):
        last = min(start + _PIECE, len(found))
        piece = number[data[ends[start] : ends[last]]]
        found[start:last] = _over(np.add, piece, ends[start + 1 : last + 1] - ends[start])
    either = [0, *number[signs].tolist()]
    two = np.unique([one + other for one, other in combinations_with_replacement(either, 2)])
    near = np.zeros(1 << _SUM_BITS, dtype=np.bool_)
    near[(two[:, None] - two[None, :] & (1 << _SUM_BITS) - 1).ravel()] = True
    return found, near


def _over(how: np.ufunc, items: npt.NDArray[Any], ends: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Put the items of each stretch together; a stretch may be empty."""
    starts = np.concatenate(([0], ends[:-1]))
    found = how.reduceat(np.append(items, items.dtype.type(0)), starts)
    return np.where(starts < ends, found, items.dtype.type(0))
