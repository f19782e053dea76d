"""What a pattern is told as: entries of one person, how much they stand out, and what that is called.

Here is also what patterns are computed with: groups by person, the latest entry before another, local time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

import numpy as np

from tracer.log.columns import Columns, Flags, Ints

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
SHOWN = 50  # entries a flag names; it counts them all


class Strength(StrEnum):
    """How much a pattern stands out. It says nothing of guilt."""

    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is usual in this house. ``opens`` and ``closes`` are minutes of the day in ``zone``.

    Night shifts close before they open. ``days`` are weekdays, Monday 0. ``whole_portfolio`` names who works
    on everybody's cases, ``reviewers`` who reads the log for a living.
    """

    zone: dt.tzinfo
    opens: int = 8 * 60
    closes: int = 20 * 60
    days: frozenset[int] = frozenset(range(6))
    people: int = 30
    minutes: int = 10
    rephrased_minutes: int = 15
    call_within_days: int = 3
    whole_portfolio: frozenset[str] = field(default=frozenset(), repr=False)
    reviewers: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Entries of one person that are worth a look. ``entries`` are the first ``SHOWN`` of ``count``.

    ``mark`` tells flags of one pattern and one person apart, whatever part of the log is looked at: how it
    was done, the source, or the first entry of a burst.
    """

    pattern: str = field(repr=False)
    actor: str
    strength: Strength
    entries: tuple[int, ...]
    count: int
    last: int
    mark: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """Its name: the same whenever it is found again, in letters that no scan takes for a number."""
        text = f"{self.pattern}\n{self.actor}\n{self.mark}".encode()
        return "flag_" + "".join(
            "bcdfghjklmnpqrst"[int(digit, 16)] for digit in sha256(text).hexdigest()[:12]
        )


def flag(
    log: Columns, where: Flags | Ints, pattern: str, strength: Strength, *, mark: str = "", **params: object
) -> Flag:
    """Make a flag of the entries of one actor that are at ``where``."""
    seqs = log.seq[where]
    return Flag(
        pattern=pattern,
        actor=log.words[int(log.actor[where][0])],
        strength=strength,
        entries=tuple(int(seq) for seq in seqs[:SHOWN]),
        count=len(seqs),
        last=int(seqs[-1]),
        mark=mark,
        params={"count": str(len(seqs)), **{name: str(value) for name, value in params.items()}},
    )


def groups(log: Columns, where: Flags) -> Iterator[Ints]:
    """Give the places of each actor's entries, one actor after the other."""
    places = np.flatnonzero(where)
    order = places[np.argsort(log.actor[places], kind="stable")]
    if len(order):
        yield from np.split(order, np.flatnonzero(np.diff(log.actor[order])) + 1)


def before(
    log: Columns, these: Flags, places: Ints, *, by: Sequence[Ints] = (), until: Ints | None = None
) -> Ints:
    """Give for each place the latest entry of ``these`` before it on the same case (and alike in ``by``).

    Before ``until`` where that is given. -1 where there is none.
    """
    marks = np.flatnonzero(these)
    key = log.case[np.concatenate((marks, places))]
    for column in by:
        # Made small again each time: three words together need not fit into 64 bits.
        both = key * (int(column.max(initial=0)) + 1) + column[np.concatenate((marks, places))]
        key = np.unique(both, return_inverse=True)[1]
    held, wanted = key[: len(marks)], key[len(marks) :]
    order = np.argsort(held, kind="stable")  # by key, then by where they stand in the log
    held, marks = held[order], marks[order]
    if not len(marks):
        return np.full(len(places), -1, dtype=np.int64)
    wide = len(log) + 1
    at = np.searchsorted(held * wide + marks, wanted * wide + (places if until is None else until)) - 1
    found = np.maximum(at, 0)
    return np.where((at >= 0) & (held[found] == wanted), marks[found], -1)


def local(at: Ints, zone: dt.tzinfo) -> tuple[Ints, Ints, Ints]:
    """Give minute of the day, weekday (Monday 0) and day number of times, in a zone."""
    # An offset changes on a quarter of an hour at most: asked once for each that occurs.
    quarters, inverse = np.unique(at // (15 * MINUTE), return_inverse=True)
    offsets = np.array([_offset(int(quarter), zone) for quarter in quarters], dtype=np.int64)
    shifted = at + (offsets[inverse] if len(at) else 0)
    day = shifted // DAY
    return shifted % DAY // MINUTE, (day + 3) % 7, day  # 1970-01-01 was a Thursday


def _offset(quarter: int, zone: dt.tzinfo) -> int:
    moment = dt.datetime.fromtimestamp(quarter * 15 * 60, zone)
    offset = moment.utcoffset()
    return int(offset.total_seconds() * 1000) if offset is not None else 0


def percent(share: float) -> str:
    return f"{share:.0%}"
