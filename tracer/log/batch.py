"""What one commit puts into the database: entries in a row without a gap, and the subtrees they complete."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.clock import Clock
from tracer.errors import LogUnavailable
from tracer.log.entry import COLUMNS, Entry, NotForTheLog, Ready, Row, numbered, read, stamp
from tracer.log.tree import Frontier, perfect
from tracer.log.vocabulary import ASKED, CLOCK_CORRECTED, ENDINGS
from tracer.words import N_

# A clock that a time server puts right moves by less; one that runs back further is wrong, or was.
TOLERATED = dt.timedelta(minutes=5)

_INSERT = f"INSERT INTO log_entry ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608
_INSERT_NODE = "INSERT INTO log_node (level, idx, hash) VALUES (?,?,?)"
_HEAD = "SELECT seq, at, leaf FROM log_entry ORDER BY seq DESC LIMIT 1"
IS_ENDING = f"event IN ({','.join(repr(word) for word in sorted(ENDINGS))})"
_ENDED = f"SELECT 1 FROM log_entry WHERE about = ? AND {IS_ENDING} LIMIT 1"  # noqa: S608
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

    def __init__(self, connection: sqlite3.Connection, edge: Edge | None, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._known = edge
        self._ended: set[int] = set()
        self.edge = edge

    def write(self, drafts: Sequence[Ready]) -> list[Entry | NotForTheLog]:
        """Number, time and insert the drafts; one that does not fit the log's past gives NotForTheLog."""
        edge = self.edge = _edge(self._connection, self._known)
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
            results.append(read(row))
        self._connection.executemany(_INSERT, rows)
        self._connection.executemany(_INSERT_NODE, nodes)
        return results

    def _misplaced(self, draft: Ready) -> NotForTheLog | None:
        if draft.about is None:
            if draft.event in ENDINGS and draft.event != _REFUSED:
                return NotForTheLog(N_("{event} must say which entry it ends"), event=draft.event)
            return None
        found = self._connection.execute(
            "SELECT event FROM log_entry WHERE seq = ?", (draft.about,)
        ).fetchone()
        if found is None:
            return NotForTheLog(N_("There is no entry {seq} to write about"), seq=draft.about)
        if draft.event in ENDINGS:
            if found[0] != ASKED:
                return NotForTheLog(N_("Entry {seq} asked nothing, so nothing ends it"), seq=draft.about)
            ended = draft.about in self._ended or self._connection.execute(_ENDED, (draft.about,)).fetchone()
            if ended:
                return NotForTheLog(N_("Entry {seq} has its ending already"), seq=draft.about)
            self._ended.add(draft.about)
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


def _edge(connection: sqlite3.Connection, known: Edge | None) -> Edge:
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
