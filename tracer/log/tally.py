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
_DAY = len(FACETS)
_COUNT, _FIRST, _LAST = _DAY + 1, _DAY + 2, _DAY + 3
_PAGE = 50_000
_TENTH = len("2026-03-02T09:3")  # ten minutes: clocks are set forward and back on such a moment everywhere
_QUERY = (
    "SELECT seq, at, event, actor, coalesce(source, ''), coalesce(json_extract(body, '$.purpose'), ''), "  # noqa: S608
    f"coalesce(outcome, ''), CASE WHEN event = '{REFUSED}' THEN json_extract(body, '$.fired') END "
    "FROM log_entry WHERE seq > ? ORDER BY seq"
)

Ints = NDArray[np.int64]
Chosen = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted of the first ``size`` entries; days are those of the house's zone.

    ``refused`` says how often each rule fired in a refusal, by day and rule.
    """

    size: int
    rows: Ints = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    refused: Mapping[tuple[dt.date, str], int] = field(repr=False)

    def counts(
        self, facet: str, chosen: Chosen, since: dt.date | None = None, until: dt.date | None = None
    ) -> tuple[tuple[str, int], ...]:
        """Give the words of a facet with their numbers among what was chosen otherwise, the most first."""
        column = FACETS.index(facet)
        rows = self._picked({name: word for name, word in chosen.items() if name != facet}, since, until)
        codes, back = np.unique(rows[:, column], return_inverse=True)
        sums = np.bincount(back, weights=rows[:, _COUNT], minlength=len(codes))
        found = [(self.words[code], int(n)) for code, n in zip(codes.tolist(), sums.tolist(), strict=True)]
        return tuple(sorted((one for one in found if one[0]), key=lambda one: (-one[1], one[0])))

    def days(
        self, chosen: Chosen, since: dt.date | None = None, until: dt.date | None = None
    ) -> tuple[tuple[dt.date, int], ...]:
        """Give how many entries of what was chosen each day has, oldest first; empty days are left out."""
        rows = self._picked(chosen, since, until)
        days, back = np.unique(rows[:, _DAY], return_inverse=True)
        sums = np.bincount(back, weights=rows[:, _COUNT], minlength=len(days))
        return tuple(
            (dt.date.fromordinal(day), int(count))
            for day, count in zip(days.tolist(), sums.tolist(), strict=True)
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
        """
        rows = self._picked(chosen, since, until)
        rows = rows[rows[:, _FIRST] < before]
        rows = rows[np.argsort(-rows[:, _LAST])]
        # A row that reaches past ``before`` may have all but its first there: it counts for that one.
        sure = np.where(rows[:, _LAST] < before, rows[:, _COUNT], 1)
        enough = int(np.searchsorted(np.cumsum(sure), wanted)) + 1
        edge = 0
        if enough < len(rows):
            # Rows overlap: one that begins further back may hold entries newer than those of the last one.
            edge = int(rows[:enough, _FIRST].min())
            rows = rows[rows[:, _LAST] >= edge]
        spans: list[tuple[int, int]] = []
        for first, last in rows[:, (_FIRST, _LAST)].tolist():
            low, high = max(first, edge), min(last, before - 1)
            if spans and high >= spans[-1][0] - 1:
                spans[-1] = (min(low, spans[-1][0]), spans[-1][1])
            else:
                spans.append((low, high))
        return tuple(spans)

    def _picked(self, chosen: Chosen, since: dt.date | None, until: dt.date | None) -> Ints:
        kept = np.ones(len(self.rows), dtype=bool)
        for name, word in chosen.items():
            kept &= self.rows[:, FACETS.index(name)] == self._code(word)
        if since is not None:
            kept &= self.rows[:, _DAY] >= since.toordinal()
        if until is not None:
            kept &= self.rows[:, _DAY] <= until.toordinal()
        found: Ints = self.rows[kept]
        return found

    def _code(self, word: str) -> int:
        try:
            return self.words.index(word)
        except ValueError:
            return -1


class Counted:
    """The counting of one log, kept in memory from one question to the next. Any thread may use it."""

    def __init__(self, database: Path, patience: float, name: Callable[[str], str], zone: dt.tzinfo) -> None:
        self._database, self._patience, self._name, self._zone = database, patience, name, zone
        self._lock = threading.Lock()
        self._size = 0
        self._places: dict[tuple[int, ...], int] = {}
        self._keys = tuple(array("q") for _ in range(_COUNT))
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
                rows=np.array((*self._keys, self._counts, self._firsts, self._lasts), dtype=np.int64).T,
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
        # As tracer.log.query has it: an ending is an outcome by its own name and by no other.
        outcome = event if event in ENDINGS else "" if outcome in ENDINGS else outcome
        said = (event, self._name(actor), source, purpose, outcome)
        day = self._day(at)
        key = (*(self._words.setdefault(word, len(self._words)) for word in said), day)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self._places)
            for column, value in zip(self._keys, key, strict=True):
                column.append(value)
            self._counts.append(0)
            self._firsts.append(seq)
            self._lasts.append(seq)
        self._counts[place] += 1
        self._lasts[place] = seq
        if fired:
            rules = json.loads(fired) if fired.startswith("[") else [fired]
            self._refused.update((dt.date.fromordinal(day), str(rule)) for rule in set(rules))

    def _day(self, at: str) -> int:
        head = at[:_TENTH]
        if head not in self._days:
            moment = dt.datetime.fromisoformat(f"{head}0").replace(tzinfo=dt.UTC)
            self._days[head] = moment.astimezone(self._zone).date().toordinal()
        return self._days[head]
