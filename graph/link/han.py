"""Short Chinese names of a whole column, character by character: how they sound, and what their masks show.

Names of Chinese persons have one to four characters in each part. What takes a name at a time elsewhere
(``graph.link.table.sound``, ``graph.clean.masks.compatible``) is done here for columns of them; for all
other texts nothing is said. The answers are the same: tests hold the two ways to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.clean.pinyin import syllable
from graph.clean.surnames import READING
from graph.link.texts import Arrow, mask

Characters = npt.NDArray[np.uint32]
Places = npt.NDArray[np.integer[Any]]

WIDTH = 4
_FIRST, _LAST = 0x4E00, 0x9FFF
_STAR = ord("*")
_PIECE = 100_000


def characters(values: Arrow) -> Characters:
    """Give the code points of texts of up to four signs, Chinese characters and stars, 0 behind the end; rows
    of zeros for all other texts."""
    found = np.zeros((len(values), WIDTH), dtype=np.uint32)
    sizes = pc.utf8_length(values).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    short = np.flatnonzero((sizes > 0) & (sizes <= WIDTH))
    for start in range(0, len(short), _PIECE):
        here = short[start : start + _PIECE]
        text = "".join(values.take(pa.array(here)).to_pylist())
        codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
        size = sizes[here]
        first = np.cumsum(size) - size
        right = ((codes >= _FIRST) & (codes <= _LAST)) | (codes == _STAR)
        fit = np.logical_and.reduceat(right, first)
        for place in range(WIDTH):
            rows = np.flatnonzero(fit & (size > place))
            found[here[rows], place] = codes[first[rows] + place]
    return found


def sounds(values: Arrow, *, family: bool) -> Arrow:
    """Give the pinyin of whole names as ``graph.clean.pinyin`` has it, joined; a gap for every other text,
    and with ``family`` for surnames that are read in a way of their own."""
    signs = characters(values)
    whole = (signs[:, 0] != 0) & (signs != _STAR).all(axis=1)
    if family and whole.any():
        whole &= ~mask(pc.is_in(values, pa.array(sorted(READING))))
    heard, silent = _by_character(signs, syllable)
    return pc.if_else(pa.array(whole & ~silent), heard, pa.scalar(None, pa.string()))


def drawn(values: Arrow, turned: Callable[[str], str]) -> Arrow:
    """Give the texts with each character turned into another; "" for texts that are no short names."""
    return _by_character(characters(values), turned)[0]


def _by_character(signs: Characters, of: Callable[[str], str]) -> tuple[Arrow, npt.NDArray[np.bool_]]:
    """Join what ``of`` gives for each character; say also which rows have one for which that is nothing."""
    there = np.flatnonzero(np.bincount(signs.ravel(), minlength=1))
    given = ["" if code == 0 else of(chr(code)) for code in there.tolist()]
    place = np.searchsorted(there, signs)
    nothing = np.array([code != 0 and not text for code, text in zip(there.tolist(), given, strict=True)])
    texts = pa.array(given, pa.string())
    parts = [texts.take(pa.array(place[:, at])) for at in range(WIDTH)]
    return pc.binary_join_element_wise(*parts, ""), np.asarray(nothing[place].any(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """What short names show: their signs, how many there are, and how many of them stand before and behind
    the stars (all of them, where there are none). Rows of zeros are texts of which nothing is said."""

    signs: Characters
    size: npt.NDArray[np.int8]
    before: npt.NDArray[np.int8]
    after: npt.NDArray[np.int8]

    @classmethod
    def of(cls, values: Arrow) -> Masks:
        """Look at a column; names with two runs of stars are left out."""
        signs = characters(values)
        size = (signs != 0).sum(axis=1)
        star = signs == _STAR
        stars = star.sum(axis=1)
        before = np.where(stars > 0, star.argmax(axis=1), size)
        after = np.where(stars > 0, size - before - stars, size)
        at = np.arange(WIDTH)
        broken = (star & ((at < before[:, None]) | (at >= (before + stars)[:, None]))).any(axis=1)
        signs[broken] = 0
        return cls(signs, *(count.astype(np.int8) for count in (size, before, after)))

    def known(self, a: Places, b: Places) -> npt.NDArray[np.bool_]:
        """Tell of which pairs, one of them masked at least, the other methods give the answer."""
        there = (self.signs[a, 0] != 0) & (self.signs[b, 0] != 0)
        return np.asarray(there & ((self.before[a] < self.size[a]) | (self.before[b] < self.size[b])))

    def fit(self, a: Places, b: Places) -> npt.NDArray[np.bool_]:
        """Tell whether one name could be behind both: stars stand for one character or more."""
        x, y, size_a, size_b = self.signs[a], self.signs[b], self.size[a], self.size[b]
        before = np.minimum(self.before[a], self.before[b])
        after = np.minimum(self.after[a], self.after[b])
        fits = np.ones(len(x), dtype=np.bool_)
        for one, other in ((a, b), (b, a)):
            whole = self.before[other] == self.size[other]
            fits &= ~whole | (self.size[other] > self.before[one] + self.after[one])
        for place in range(WIDTH):
            fits &= (place >= before) | (x[:, place] == y[:, place])
            ends = [
                np.take_along_axis(signs, np.maximum(size[:, None] - 1 - place, 0), axis=1)[:, 0]
                for signs, size in ((x, size_a), (y, size_b))
            ]
            fits &= (place >= after) | (ends[0] == ends[1])
        return fits

    def shown(self, a: Places, b: Places) -> npt.NDArray[np.int64]:
        """Count the places, from the first, at which both show the same character."""
        x, y = self.signs[a], self.signs[b]
        return np.asarray(((x == y) & (x != _STAR) & (x != 0)).sum(axis=1))
