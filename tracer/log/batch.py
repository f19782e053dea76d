"""What one commit puts into the database: entries in a row without a gap, and the subtrees they complete."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from tracer.clock import Clock
from tracer.errors import LogUnavailable
from tracer.log.entry import COLUMNS, Entry, NotForTheLog, Ready, Row, numbered, read, stamp
from tracer.log.tree import Frontier, perfect
from tracer.log.vocabulary import ASKED, CLOCK_CORRECTED, ENDINGS
from tracer.words import N_

# A clock that a time server puts right moves by less; one that runs back further is wrong, or was.
TOLERATED = dt.timedelta(minutes=5)
_AT_ONCE = 64  # rows of one INSERT: 640 values, below the 999 that old SQLite took

_HEAD = "SELECT seq, at, leaf FROM log_entry ORDER BY seq DESC LIMIT 1"
IS_ENDING = f"event IN ({','.join(repr(word) for word in sorted(ENDINGS))})"
# What a batch writes about, in one row: how many steps the database takes matters more than how long each is,
# because at every step this thread stands in line for the interpreter with all others.
_ABOUT = (
    "SELECT json_group_array(json_array(seq, event, EXISTS (SELECT 1 FROM log_entry AS ending "  # noqa: S608
    f"WHERE ending.about = log_entry.seq AND ending.{IS_ENDING}))) "
    "FROM log_entry WHERE seq IN (SELECT value FROM json_each(?))"
)
# The only ending that may stand alone: policy said no before anything was asked.
_REFUSED = "refused"


@dataclass(slots=True)
class Edge:
    """What the next entry hangs on: the time and leaf of the last one, and the right edge of the tree."""

    at: str
    leaf: bytes
    frontier: Frontier


class Batch:
    """The entries of one transaction, which the caller begins and commits."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        edge: Edge | None,
        clock: Clock,
        named: Callable[[str], str] = str,
    ) -> None:
        self._connection = connection
        self._named = named
        self._clock = clock
        self._known = edge
        self._about: dict[int, tuple[str, bool]] = {}
        self.edge = edge

    def write(self, drafts: Sequence[Ready]) -> list[Entry | NotForTheLog]:
        """Number, time and insert the drafts; one that does not fit the log's past gives NotForTheLog."""
        edge = self.edge = edge_of(self._connection, self._known)
        about = [draft.about for draft in drafts if draft.about is not None]
        if about:
            (found,) = self._connection.execute(_ABOUT, (json.dumps(about),)).fetchone()
            self._about = {seq: (event, bool(ended)) for seq, event, ended in json.loads(found)}
        results: list[Entry | NotForTheLog] = []
        rows: list[Row] = []
        nodes: list[tuple[int, int, bytes]] = []
        for draft in drafts:
            wrong = self._misplaced(draft)
            if wrong is not None:
                results.append(wrong)
                continue
            at = self._time(draft, edge.at)
            row = numbered(draft, edge.frontier.size + 1, at)
            edge.at, edge.leaf = at, row[-1]
            nodes.extend(edge.frontier.add(row[-1]))
            rows.append(row)
            results.append(read(row, self._named))
        _insert(self._connection, f"log_entry ({COLUMNS})", rows)
        _insert(self._connection, "log_node (level, idx, hash)", nodes)
        return results

    def _misplaced(self, draft: Ready) -> NotForTheLog | None:
        if draft.about is None:
            if draft.event in ENDINGS and draft.event != _REFUSED:
                return NotForTheLog(N_("{event} must say which entry it ends"), event=draft.event)
            return None
        if draft.about not in self._about:
            return NotForTheLog(N_("There is no entry {seq} to write about"), seq=draft.about)
        if draft.event in ENDINGS:
            event, ended = self._about[draft.about]
            if event != ASKED:
                return NotForTheLog(N_("Entry {seq} asked nothing, so nothing ends it"), seq=draft.about)
            if ended:
                return NotForTheLog(N_("Entry {seq} has its ending already"), seq=draft.about)
            self._about[draft.about] = (event, True)
        return None

    def _time(self, draft: Ready, last: str) -> str:
        moment = self._clock()
        at = stamp(moment)
        if at >= last or draft.event == CLOCK_CORRECTED:
            return at
        # A time that goes back by a moment is written as the last one: times in the log never decrease.
        if dt.datetime.fromisoformat(last) - moment <= TOLERATED:
            return last
        raise LogUnavailable(
            N_("The clock says {now}, but the log's last entry is of {last}"),
            N_("Set the computer's clock. If the earlier time was the wrong one: tracer log clock."),
            now=at,
            last=last,
        )


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    # In as few statements as have sizes of powers of two, so that few are ever prepared.
    start = 0
    while start < len(rows):
        size = min(_AT_ONCE, 1 << (len(rows) - start).bit_length() - 1)
        part: Iterable[object] = chain.from_iterable(rows[start : start + size])
        connection.execute(_statement(table, len(rows[start]), size), tuple(part))
        start += size


@cache
def _statement(table: str, columns: int, rows: int) -> str:
    places = f"({','.join('?' * columns)})"
    return f"INSERT INTO {table} VALUES {','.join([places] * rows)}"  # noqa: S608


def edge_of(connection: sqlite3.Connection, known: Edge | None) -> Edge:
    """Give the log's right edge as it is on disk; ``known`` if that is still it."""
    head = connection.execute(_HEAD).fetchone()
    size, at, leaf = head or (0, "", b"")
    if known is not None and known.frontier.size == size and known.leaf == leaf:
        return known
    frontier = Frontier(size, [node(connection, level, index) for level, index in perfect(size)])
    return Edge(at, leaf, frontier)


def node(connection: sqlite3.Connection, level: int, index: int) -> bytes:
    """Read the hash of one perfect subtree. Raises LogUnavailable when the log lacks it."""
    if level:
        rows = connection.execute("SELECT hash FROM log_node WHERE level = ? AND idx = ?", (level, index))
    else:
        rows = connection.execute("SELECT leaf FROM log_entry WHERE seq = ?", (index + 1,))
    found = rows.fetchone()
    if found is None:
        raise LogUnavailable(
            N_("The log lacks the subtree over entries {first} to {last}"),
            N_("It was damaged or changed. Keep a copy of it and run: tracer log verify."),
            first=(index << level) + 1,
            last=(index + 1) << level,
        )
    return bytes(found[0])
