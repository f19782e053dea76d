"""Values of which a part can be compared (masks, another script, a year alone): what both show, in bits."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from graph import frequency
from graph.clean.masks import compatible
from graph.clean.text import has_han
from graph.link.han import WIDTH
from graph.link.kinds import Codes, Style
from graph.link.sieve import seen_through, signatures
from graph.link.table import Field, sound
from graph.weights import DEFAULT

Places = npt.NDArray[np.int64]

FEW = 1_000
"""From so many pairs on it pays to look at whole columns first; the answers are the same."""
PRC_BITS = (1.0,) * 6 + (0.2, 0.8, 1.1, 3.2) + (0.9, 2.7) + (1.7, 3.2) + (3.3,) * 4
"""Of an 18-character PRC id a digit of the region says 1 bit (portfolios are local), year 5.3, month 3.6 and
day 4.9 bits over their digits, sequence and check digit 3.3 each. Judged from the format."""
_DIGIT = math.log2(10)
_OWN_DIGITS = 8
YEARS_BITS, MONTHS_BITS = 4.9, 8.5
"""A year in thirty, the ages that borrow, and its months (``graph.weights``)."""
_OF_CHARACTERS = np.cumsum([0.0] + [frequency.character_bits()] * WIDTH)
"""Of so many characters that two Chinese names show in common."""
_NEAR_SHOWN = 8
_LEAST_SHOWN = 3


def fits(kind: Style, a: str, b: str) -> bool | None:
    """Tell whether one value could be behind both, of which one at least is masked; None when they show too
    little of each other to say."""
    if kind is Style.ID:
        # Masks of another length may be another style of masking: nothing can be said place by place.
        if len(a) != len(b):
            return None
        shown = [x == y for x, y in zip(a, b, strict=True) if "*" not in (x, y)]
        wrong = shown.count(False)
        return not wrong or (wrong == 1 and len(shown) >= _NEAR_SHOWN)
    if kind is Style.CODE and compatible(a, b) and _both_show(a, b) < _LEAST_SHOWN:
        return None
    return compatible(a, b, loose=kind is Style.NAME)


def fitting(field: Field, a: Codes, b: Codes) -> npt.NDArray[np.int8] | None:
    """Do the same for whole columns of codes: 1 they fit, 0 they do not, −1 too little is shown; None where
    codes are not kept sign by sign."""
    seen = seen_through(field, a, b) if field.style in {Style.ID, Style.CODE} else None
    if seen is None:
        return None
    shown, wrong, same_size = seen
    if field.style is Style.ID:
        fit = (wrong == 0) | ((wrong == 1) & (shown.sum(axis=1) >= _NEAR_SHOWN))
        return np.where(same_size, fit.astype(np.int8), np.int8(-1))
    fit = same_size & (wrong == 0)
    return np.where(fit & (_own(field, a, shown) < _LEAST_SHOWN), np.int8(-1), fit.astype(np.int8))


def fitting_names(field: Field, a: Codes, b: Codes) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Say of which pairs of names columns tell whether they fit, and whether they do."""
    masks = signatures(field).masks
    if masks is None:
        nothing = np.zeros(len(a), dtype=np.bool_)
        return nothing, nothing
    known = masks.known(a, b)
    fit = np.zeros(len(a), dtype=np.bool_)
    fit[known] = masks.fit(a[known], b[known])
    return known, fit


def _own(field: Field, a: Codes | Places, shown: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Count the places shown among the last eight."""
    first = signatures(field).size[a] - _OWN_DIGITS
    return np.asarray((shown & (np.arange(shown.shape[1]) >= first[:, None])).sum(axis=1))


def _shown_by_code(field: Field, a: Places, b: Places) -> npt.NDArray[np.float64] | None:
    seen = seen_through(field, a, b) if field.style in {Style.ID, Style.CODE} else None
    if seen is None:
        return None
    shown, wrong, same_size = seen
    if field.style is Style.CODE:
        return np.where(same_size, _DIGIT * _own(field, a, shown), 0.0)
    worth = np.full(shown.shape[1], _DIGIT)
    long = signatures(field).size[a] == len(PRC_BITS)
    prc = np.zeros(shown.shape[1])
    prc[: len(PRC_BITS)] = PRC_BITS[: shown.shape[1]]
    bits = np.where(shown, np.where(long[:, None], prc, worth), 0.0).sum(axis=1)
    return np.where(same_size & (wrong == 0), np.minimum(bits, DEFAULT.masked_id_cap), 0.0)


def shown_bits(field: Field, a: Places, b: Places) -> npt.NDArray[np.float64]:
    """Give for pairs of values that stand at ``masked`` the bits of what both show."""
    by_code = _shown_by_code(field, a, b)
    if by_code is not None:
        return by_code
    bits = np.zeros(len(a))
    rest = np.arange(len(a))
    masks = signatures(field).masks if field.style is Style.NAME and len(a) >= FEW else None
    if masks is not None:
        known = masks.known(a, b)
        bits[known] = _OF_CHARACTERS[masks.shown(a[known], b[known])]
        rest = np.flatnonzero(~known)
    bits[rest] = _shown_one_by_one(field, a[rest], b[rest])
    return bits


def _shown_one_by_one(field: Field, a: Places, b: Places) -> npt.NDArray[np.float64]:
    packed, inverse = np.unique(a * len(field.values) + b, return_inverse=True)
    left, right = field.values.at(packed // len(field.values)), field.values.at(packed % len(field.values))
    bits = [_shown(field, x, y) for x, y in zip(left, right, strict=True)]
    return np.array(bits, dtype=np.float64)[inverse]


def _shown(field: Field, a: str, b: str) -> float:
    kind = field.style
    a, b = a.rstrip("!"), b.rstrip("!")
    if kind is Style.DATE:
        return MONTHS_BITS if a[4:6] != "00" and b[4:6] != "00" else YEARS_BITS
    if kind is Style.NAME:
        if "*" not in a + b:
            return frequency.sound_bits(sound(a if has_han(a) else b, field.name), field.name)
        seen = [x for x, y in zip(a, b, strict=False) if "*" not in (x, y) and x == y]
        if not seen:
            return 0.0
        return (
            sum(frequency.character_bits() for x in seen) if has_han(a) else frequency.bits(frequency.INITIAL)
        )
    if kind is Style.ID:
        if len(a) != len(b):
            return 0.0
        shown = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if "*" not in (x, y)]
        if any(a[place] != b[place] for place in shown):
            return 0.0
        long = len(a) == len(PRC_BITS)
        bits = sum(PRC_BITS[place] if long else _DIGIT for place in shown)
        return min(bits, DEFAULT.masked_id_cap)
    return _DIGIT * _both_show(a, b)


def _both_show(a: str, b: str) -> int:
    """Count the characters that two codes both show: of the last eight of a number, for the first ones name a
    country and a network; of the own part of an e-mail address."""
    if len(a) != len(b):
        return 0
    own = range(len(a.partition("@")[0])) if "@" in a else range(max(len(a) - _OWN_DIGITS, 0), len(a))
    return sum("*" not in (a[place], b[place]) for place in own)
