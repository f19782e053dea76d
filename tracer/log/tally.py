"""How many entries there are of what, on which day: counted once, and from then on only what is new.

The log only grows, so what was counted stays right. A million entries take some seconds the first time and
fall into some ten thousand rows; a question is then answered from the rows, and the entries themselves are
looked for only where the rows say that they are.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracer.log.database import DAMAGE, connect, unavailable
from tracer.log.vocabulary import ENDINGS

FACETS = ("event", "actor", "source", "purpose", "outcome")
REFUSED = "refused"
_PAGE = 50_000
_TENTH = len("2026-03-02T09:3")  # ten minutes: clocks are set forward and back on such a moment everywhere
_QUERY = (
    "SELECT seq, at, event, actor, coalesce(source, ''), coalesce(json_extract(body, '$.purpose'), ''), "  # noqa: S608
    f"coalesce(outcome, ''), CASE WHEN event = '{REFUSED}' THEN json_extract(body, '$.fired') END "
    "FROM log_entry WHERE seq > ? ORDER BY seq"
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Picked = Flags | slice
Chosen = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of the first ``size`` entries; days are those of the house's zone.

    ``refused`` says how often each rule fired in a refusal, by day and rule.
    """

    size: int
    said: Mapping[str, Ints] = field(repr=False)  # by facet, places in ``words``
    day: Ints = field(repr=False)
    reached: Ints = field(repr=False)  # the latest day there was by then: a clock may have been set back
    count: Ints = field(repr=False)
    first: Ints = field(repr=False)
    last: Ints = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    refused: Mapping[tuple[dt.date, str], int] = field(repr=False)

    def counts(
        self, facet: str, chosen: Chosen, since: dt.date | None = None, until: dt.date | None = None
    ) -> tuple[tuple[str, int], ...]:
        """Give the words of a facet with their numbers among what was chosen otherwise, the most first."""
        rows = self._picked({name: word for name, word in chosen.items() if name != facet}, since, until)
        sums = np.bincount(self.said[facet][rows], weights=self.count[rows])
        found = [(self.words[code], int(sums[code])) for code in np.flatnonzero(sums).tolist() if code]
        return tuple(sorted(found, key=lambda one: (-one[1], one[0])))

    def days(
        self, chosen: Chosen, since: dt.date | None = None, until: dt.date | None = None
    ) -> tuple[tuple[dt.date, int], ...]:
        """Give how many entries of what was chosen each day has, oldest first; empty days are left out."""
        begun, sums = self._by_day(self.day, self._picked(chosen, since, until))
        return tuple(
            (dt.date.fromordinal(begun + day), int(sums[day])) for day in np.flatnonzero(sums).tolist()
        )

    def ranges(
        self,
        chosen: Chosen,
        since: dt.date | None = None,
        until: dt.date | None = None,
        *,
        before: int,
        wanted: int,
    ) -> tuple[tuple[int, int], ...]:
        """Give where the newest ``wanted`` entries of what was chosen lie, before entry ``before``.

        Ranges of numbers, both ends included, the newest first, which hold them all and others beside them.
        What was written when a later day had been reached has a higher number.
        """
        rows = self._picked(chosen, since, until)
        begun, sums = self._by_day(self.reached, _both(rows, self.last < before))
        sure = np.cumsum(sums[::-1])
        enough = len(sure) - 1 - int(np.searchsorted(sure, wanted))
        rows = _both(rows, (self.first < before) & (self.reached >= begun + enough if enough > 0 else True))
        spans: list[tuple[int, int]] = []
        for first, last in sorted(
            zip(self.first[rows].tolist(), self.last[rows].tolist(), strict=True), key=lambda one: -one[1]
        ):
            low, high = first, min(last, before - 1)
            if spans and high >= spans[-1][0] - 1:
                spans[-1] = (min(low, spans[-1][0]), spans[-1][1])
            else:
                spans.append((low, high))
        return tuple(spans)

    def _by_day(self, days: Ints, rows: Picked) -> tuple[int, NDArray[np.float64]]:
        mine = days[rows]
        begun = int(mine.min()) if len(mine) else 1
        return begun, np.bincount(mine - begun, weights=self.count[rows]).astype(np.float64)

    def _picked(self, chosen: Chosen, since: dt.date | None, until: dt.date | None) -> Picked:
        found: Picked = slice(None)
        for name, word in chosen.items():
            found = _both(found, self.said[name] == self._code(word))
        if since is not None:
            found = _both(found, self.day >= since.toordinal())
        if until is not None:
            found = _both(found, self.day <= until.toordinal())
        return found

    def _code(self, word: str) -> int:
        try:
            return self.words.index(word)
        except ValueError:
            return -1


def _both(one: Picked, other: Flags) -> Picked:
    """Give the rows that are among both; a slice is all of them."""
    return other if isinstance(one, slice) else one & other


class Counted:
    """The counting of one log, kept in memory from one question to the next. Any thread may use it."""

    def __init__(self, database: Path, patience: float, name: Callable[[str], str], zone: dt.tzinfo) -> None:
        self._database, self._patience, self._name, self._zone = database, patience, name, zone
        self._lock = threading.Lock()
        self._size = self._reached = 0
        self._places: dict[tuple[int, ...], int] = {}
        self._said: dict[tuple[str, str, str, str, str, int, int], int] = {}
        self._keys = tuple(array("q") for _ in (*FACETS, "day", "reached"))
        self._counts, self._firsts, self._lasts = array("q"), array("q"), array("q")
        self._words: dict[str, int] = {"": 0}
        self._days: dict[str, int] = {}
        self._refused: Counter[tuple[dt.date, str]] = Counter()

    def now(self) -> Tally:
        """Count what is new and give it all. Raises LogUnavailable."""
        with self._lock:
            self._read()
            return Tally(
                size=self._size,
                said={name: _copied(self._keys[place]) for place, name in enumerate(FACETS)},
                day=_copied(self._keys[-2]),
                reached=_copied(self._keys[-1]),
                count=_copied(self._counts),
                first=_copied(self._firsts),
                last=_copied(self._lasts),
                words=tuple(self._words),
                refused=dict(self._refused),
            )

    def _read(self) -> None:
        try:
            connection = connect(self._database, patience=self._patience)
            try:
                cursor = connection.execute(_QUERY, (self._size,))
                while page := cursor.fetchmany(_PAGE):
                    for row in page:
                        self._add(row)
                    self._size = page[-1][0]
            finally:
                connection.close()
        except (*DAMAGE, sqlite3.Error, ValueError, TypeError) as error:
            raise unavailable(self._database, error) from error

    def _add(self, row: tuple[int, str, str, str, str, str, str, str | None]) -> None:
        seq, at, event, actor, source, purpose, outcome, fired = row
        day = self._days.get(at[:_TENTH]) or self._day(at)
        if day > self._reached:
            self._reached = day
        # Most entries say the same words as one before them: those cost one look into a dictionary.
        words = (event, self._name(actor), source, purpose, outcome, day, self._reached)
        place = self._said.get(words)
        if place is None:
            place = self._said[words] = self._place(seq, words)
        self._counts[place] += 1
        self._lasts[place] = seq
        if fired:
            rules = json.loads(fired) if fired.startswith("[") else [fired]
            self._refused.update((dt.date.fromordinal(day), str(rule)) for rule in set(rules))

    def _place(self, seq: int, words: tuple[str, str, str, str, str, int, int]) -> int:
        event, name, source, purpose, outcome, day, reached = words
        # As tracer.log.query has it: an ending is an outcome by its own name and by no other.
        outcome = event if event in ENDINGS else "" if outcome in ENDINGS else outcome
        said = (event, name, source, purpose, outcome)
        key = (*(self._words.setdefault(word, len(self._words)) for word in said), day, reached)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            for column, value in zip(self._keys, key, strict=True):
                column.append(value)
            self._counts.append(0)
            self._firsts.append(seq)
            self._lasts.append(seq)
        return place

    def _day(self, at: str) -> int:
        head = at[:_TENTH]
        if head not in self._days:
            moment = dt.datetime.fromisoformat(f"{head}0").replace(tzinfo=dt.UTC)
            self._days[head] = moment.astimezone(self._zone).date().toordinal()
        return self._days[head]


def _copied(column: array[int]) -> Ints:
    return np.frombuffer(column, dtype=np.int64).copy() if column else np.zeros(0, dtype=np.int64)
