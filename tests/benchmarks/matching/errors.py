"""How names, dates and numbers go wrong between a person and a table: one seeded source of slips."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

LETTERS = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
# Neighbours on a QWERTY keyboard: most wrong letters are these.
_NEXT = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "kop", "m": "njk", "n": "bmh", "o": "ipl", "p": "ol",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cbf", "w": "qes", "x": "zcs",
    "y": "tuh", "z": "axs",
}  # fmt: skip


class Weighted(Generic[T]):
    """Values with weights, drawn in about a microsecond."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.values = tuple(weights)
        self._sums = list(accumulate(weights.values()))
        self._last = self._sums[-1]

    def draw(self, rng: random.Random) -> T:
        """Give one of the values."""
        return self.values[min(bisect(self._sums, rng.random() * self._last), len(self.values) - 1)]


def words(text: str) -> tuple[str, ...]:
    """Give the words of a text, in order."""
    return tuple(text.split())


def zipf(words: Sequence[str], exponent: float) -> dict[str, float]:
    """Give each word the weight 1 / (rank + 2) ** exponent: a few common, a long tail."""
    return {word: 1 / (rank + 3) ** exponent for rank, word in enumerate(words)}


class Slips:
    """Makes one mistake at a time, of the kinds typists make."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def chance(self, share: float) -> bool:
        """Say whether something that happens to a share of cases happens now."""
        return self.rng.random() < share

    def one(self, choices: Sequence[T]) -> T:
        """Give one of the choices, all alike."""
        return choices[int(self.rng.random() * len(choices))]

    def typo(self, word: str) -> str:
        """Give a word in Latin letters with one wrong, missing, doubled, or exchanged letter."""
        if len(word) < 2:
            return word
        at = int(self.rng.random() * len(word))
        kind = self.rng.random()
        letter = word[at].lower()
        if kind < 0.35:
            wrong = self.one(_NEXT.get(letter, LETTERS))
            wrong = wrong.upper() if word[at].isupper() else wrong
            return word[:at] + wrong + word[at + 1 :]
        if kind < 0.6:
            return word[:at] + word[at + 1 :]
        if kind < 0.8:
            return word[: at + 1] + letter + word[at + 1 :]
        at = min(at, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def digit(self, text: str, first: int = 0) -> str:
        """Give a number with one digit wrong, or two neighbours exchanged; digits before ``first`` stay."""
        places = [at for at in range(first, len(text)) if text[at].isdigit()]
        if not places:
            return text
        at = self.one(places)
        if self.chance(0.35) and at + 1 < len(text) and text[at + 1].isdigit() and text[at] != text[at + 1]:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        wrong = self.one([digit for digit in DIGITS if digit != text[at]])
        return text[:at] + wrong + text[at + 1 :]

    def date(self, day: dt.date) -> dt.date:
        """Give a date with day and month exchanged (where both can be), or day, month or year off."""
        kind = self.rng.random()
        if kind < 0.25 and day.day <= 12 and day.day != day.month:
            return day.replace(month=day.day, day=day.month)
        if kind < 0.6:
            return day.replace(day=1 + int(self.rng.random() * 28))
        if kind < 0.8:
            return day.replace(month=1 + int(self.rng.random() * 12), day=min(day.day, 28))
        years = self.one((-10, -2, -1, 1, 2, 10))
        return day.replace(year=day.year + years, day=min(day.day, 28))

    def day_between(self, first: int, last: int) -> dt.date:
        """Give a day of the years ``first`` … ``last``."""
        low, high = dt.date(first, 1, 1).toordinal(), dt.date(last, 12, 31).toordinal()
        return dt.date.fromordinal(low + int(self.rng.random() * (high - low + 1)))

    def sizes(self, shares: Sequence[float]) -> int:
        """Give 1 for the first share of cases, 2 for the second and so on; the rest is the longest."""
        left = self.rng.random()
        for size, share in enumerate(shares, 1):
            left -= share
            if left < 0:
                return size
        return len(shares)


class Reservoir(Generic[T]):
    """The last so many values seen, to draw an earlier one from: memory stays flat at a million records."""

    def __init__(self, limit: int = 4096) -> None:
        self._kept: list[T] = []
        self._limit = limit
        self._at = 0

    def add(self, value: T) -> None:
        """Remember a value, forgetting the oldest when full."""
        if len(self._kept) < self._limit:
            self._kept.append(value)
        else:
            self._kept[self._at] = value
            self._at = (self._at + 1) % self._limit

    def draw(self, rng: random.Random) -> T | None:
        """Give one of them, None while there is none."""
        return self._kept[int(rng.random() * len(self._kept))] if self._kept else None
