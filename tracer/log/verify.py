"""Recompute the whole log from its bytes and say where it does not fit.

What can be told without anything from outside: an entry whose content was changed, a number left out, a
subtree that is wrong, missing or too much, a time that runs back, a guard that was removed. Whoever rewrites
entries, leaves and subtrees alike is found by an earlier head kept elsewhere (``earlier``), and only so.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from tracer.log.database import DAMAGE, connect, unavailable
from tracer.log.entry import COLUMNS, Row, entry_text
from tracer.log.format import check_columns
from tracer.log.tables import TRIGGERS
from tracer.log.tree import HASH_SIZE, Frontier, fold, node_hash, perfect
from tracer.log.vocabulary import CLOCK_CORRECTED
from tracer.proof import STAFF, Checkpoint, Key, Note, Unsound, staff

_LEVELS = 15
_CHUNK = 1 << _LEVELS
_MOST_FAULTS = 1000
_ROWS = f"SELECT {COLUMNS} FROM log_entry WHERE seq > ? AND seq <= ? ORDER BY seq"  # noqa: S608

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How many entries there are and the root over them: who kept one can prove what came after."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in the log that does not fit, at entry ``seq`` (up to ``last`` where it is more than one).

    ``code``: changed (the content is not what was hashed), gap (numbers are missing), clock (the time runs
    back), about (it points at no earlier entry), subtree (a stored hash does not fit its children),
    missing_subtree, extra (rows that belong to no tree of this size), guard (a trigger is missing or not
    ours), unreadable (the file is damaged here), head (it is not the log whose earlier head was kept),
    staff (who did it cannot be told any more: the name behind the commitment was changed or is gone),
    checkpoint (a signed checkpoint kept beside the log is of another log, or is none), signature (one is not
    signed with the log's key), origin (a checkpoint kept elsewhere is of another log or was signed with
    another key), witness (a witness's file is damaged).
    """

    code: str
    seq: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found: the size, the root over the entries' bytes, and what does not fit (at most 1000).

    ``anchored`` is the largest of the earlier heads it was compared with, ``earlier`` how many they were.
    The first ``since`` entries were not read: only that the hashes kept of them make the head given.
    """

    ok: bool
    size: int
    root: bytes
    faults: tuple[Fault, ...]
    checkpoints: int = 0
    signed: int = 0
    earlier: int = 0
    anchored: int = 0
    since: int = 0


def verify(
    database: Path,
    *,
    patience: float,
    progress: Progress | None = None,
    earlier: Sequence[Head] = (),
    key: Key | None = None,
    since: Head | None = None,
) -> Verification:
    """Recompute every leaf, subtree and the root. ``progress`` is told how many of how many are done.

    With ``since`` only the entries behind that head are read; that the log began with it is shown by the
    subtrees that are kept, which must fold to its root.

    ``earlier`` are heads kept outside: the log must have had each. The checkpoints kept beside the log
    must be of it, and signed with ``key`` if one is given. LogUnavailable: the database cannot be read.
    """
    connection = connect(database, patience=patience)
    try:
        # One look at one moment; others may append meanwhile.
        connection.execute("BEGIN")
        check_columns(connection)
        check = _Check(connection)
        return check.run(progress, earlier, key) if since is None else check.tail(since, earlier, key)
    except DAMAGE as error:
        raise unavailable(database, error) from error
    finally:
        connection.close()


class _Check:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._faults: list[Fault] = []
        self._at = ""
        self._unreadable: set[int] = set()

    def run(self, progress: Progress | None, earlier: Sequence[Head], key: Key | None) -> Verification:
        size = int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM log_entry").fetchone()[0])
        self._guards()
        self._names()
        self._extras(size)
        tops: list[bytes] = []
        signed = self._signed(key)
        wanted = [*((head, "head") for head in earlier), *((head, "checkpoint") for head in signed)]
        wanted.sort(key=lambda one: one[0].size)
        tail: list[list[bytes]] = []
        for start in range(0, size, _CHUNK):
            end = min(start + _CHUNK, size)
            tail = self._chunk(start, end)
            self._earlier(wanted, tops, tail, start, end)
            if end - start == _CHUNK:
                tops.append(tail[-1][0])
                tail = []
            if progress is not None:
                progress(end, size)
        self._above(tops)
        root = _root(tops, tail, size)
        for head, code in wanted:
            if head.size > size or (head.size == 0 and head.root != fold(())):
                self._found(code, min(head.size, size), head.size)
        return self._result(size, root, signed, earlier)

    def tail(self, since: Head, earlier: Sequence[Head], key: Key | None) -> Verification:
        """Check what came after ``since``; what is older only as far as the kept subtrees go."""
        size = int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM log_entry").fetchone()[0])
        self._guards()
        self._extras(size)
        signed = self._signed(key)
        wanted = [*((head, "head") for head in (since, *earlier)), *((head, "checkpoint") for head in signed)]
        for head, code in wanted:
            if head.size > size:
                self._found(code, size, head.size)
        start = min(since.size, size)
        frontier = Frontier(start, [self._kept(level, index) for level, index in perfect(start)])
        found = self._connection.execute("SELECT at FROM log_entry WHERE seq = ?", (start,)).fetchone()
        self._at = str(found[0]) if found else ""
        expected: dict[int, list[tuple[Head, str]]] = {}
        for head, code in wanted:
            if start <= head.size <= size:
                expected.setdefault(head.size, []).append((head, code))
            elif head.size < start and code == "head":
                nodes = [self._kept(level, index) for level, index in perfect(head.size)]
                self._meet([(head, code)], Frontier(head.size, nodes))
        self._meet(expected.get(start, ()), frontier)
        for first in range(start, size, _CHUNK):
            last = min(first + _CHUNK, size)
            leaves = self._quick(first, last)
            leaves = self._slow(first, last)[0] if leaves is None else leaves
            for leaf in leaves:
                for level, index, made in frontier.add(leaf):
                    self._compared(level, index, made)
                self._meet(expected.get(frontier.size, ()), frontier)
        return self._result(size, frontier.root(), signed, (since, *earlier), since=start)

    def _kept(self, level: int, index: int) -> bytes:
        sql, values = (
            ("SELECT hash FROM log_node WHERE level = ? AND idx = ?", (level, index))
            if level
            else ("SELECT leaf FROM log_entry WHERE seq = ?", (index + 1,))
        )
        row = self._connection.execute(sql, values).fetchone()
        return row[0] if row and isinstance(row[0], bytes) else _MISSING

    def _compared(self, level: int, index: int, made: bytes) -> None:
        stored = self._kept(level, index)
        if stored != made:
            code = "missing_subtree" if stored is _MISSING else "subtree"
            self._found(code, (index << level) + 1, (index + 1) << level)

    def _meet(self, heads: Sequence[tuple[Head, str]], frontier: Frontier) -> None:
        if heads:
            root = frontier.root()
            for head, code in heads:
                if head.root != root:
                    self._found(code, head.size)

    def _result(
        self, size: int, root: bytes, signed: list[Head], earlier: Sequence[Head], since: int = 0
    ) -> Verification:
        faults = tuple(sorted(self._faults, key=lambda fault: (fault.seq, fault.code))[:_MOST_FAULTS])
        return Verification(
            ok=not faults,
            size=size,
            root=root,
            faults=faults,
            checkpoints=len(signed),
            signed=signed[-1].size if signed else 0,
            earlier=len(earlier),
            anchored=max((head.size for head in earlier if head.size <= size), default=0),
            since=since,
        )

    def _signed(self, key: Key | None) -> list[Head]:
        """The checkpoints kept beside the log, as far as they are any, smallest first."""
        found = []
        for size, text in self._connection.execute("SELECT size, note FROM log_checkpoint ORDER BY size"):
            try:
                note = Note.read(text)
                said = Checkpoint.read(note.text)
            except (Unsound, TypeError, AttributeError):
                self._found("checkpoint", size)
                continue
            if said.size != size:
                self._found("checkpoint", size)
                continue
            if key is not None and not _by(note, key):
                self._found("signature", size)
            found.append(Head(size=size, root=said.root))
        return found

    def _found(self, code: str, seq: int, last: int = 0) -> None:
        if len(self._faults) < _MOST_FAULTS * 4:
            self._faults.append(Fault(code=code, seq=seq, last=max(seq, last)))

    def _guards(self) -> None:
        there = {
            sql for (sql,) in self._connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        }
        for trigger in TRIGGERS:
            if trigger.replace("IF NOT EXISTS ", "") not in there:
                self._found("guard", 0)

    def _names(self) -> None:
        """The names behind the commitments: each fits its own, and none that an entry needs is gone."""
        try:
            kept = self._connection.execute("SELECT token, name, salt FROM log_staff").fetchall()
            used = self._connection.execute(
                "SELECT min(seq), actor FROM log_entry WHERE actor >= ? AND actor < ? GROUP BY actor",
                (STAFF, STAFF + "\uffff"),
            ).fetchall()
        except DAMAGE:
            # Where entries cannot be read, the reading of them says so by number.
            self._found("unreadable", 0)
            return
        known = {token for token, name, salt in kept if _opens(token, name, salt)}
        for seq, token in used:
            if token not in known:
                self._found("staff", seq)

    def _extras(self, size: int) -> None:
        low = self._connection.execute("SELECT min(seq) FROM log_entry").fetchone()[0]
        if low is not None and low < 1:
            self._found("extra", low)
        expected = {level: size >> level for level in range(1, size.bit_length())}
        for level, count, first, last in self._connection.execute(
            "SELECT level, count(*), min(idx), max(idx) FROM log_node GROUP BY level"
        ):
            most = expected.get(level, 0) if isinstance(level, int) else 0
            if count > most or first < 0 or last >= most:
                self._found("extra", size + 1)

    def _chunk(self, start: int, end: int) -> list[list[bytes]]:
        # Gives the levels over entries start+1..end as computed from their content, leaves first.
        leaves = self._quick(start, end)
        stored = leaves
        if leaves is None or stored is None:
            leaves, stored = self._slow(start, end)
        levels, kept = [leaves], [stored]
        while len(levels) <= _LEVELS and len(levels[-1]) > 1:
            levels.append(_parents(levels[-1]))
            kept.append(self._nodes(len(levels) - 1, start, end))
        if kept != levels:
            self._compare(kept, 0, start)
        return levels

    def _quick(self, start: int, end: int) -> list[bytes] | None:
        # Recompute the leaves while all is well; None when something is not: then _slow says what.
        leaves: list[bytes] = []
        at, wanted = self._at, start
        try:
            for row in self._connection.execute(_ROWS, (start, end)):
                wanted += 1
                leaf = sha256(b"\x00" + entry_text(*row).encode()).digest()
                # Where the time runs back it says so in the slow way, also when the clock was put right.
                if leaf != row[9] or row[0] != wanted or row[1] < at:
                    return None
                if row[3] is not None and not 0 < row[3] < wanted:
                    return None
                at = row[1]
                leaves.append(leaf)
        except (sqlite3.Error, TypeError, ValueError):
            return None
        if wanted != end:
            return None
        self._at = at
        return leaves

    def _slow(self, start: int, end: int) -> tuple[list[bytes], list[bytes]]:
        rows = self._rows(start, end)
        if [row[0] for row in rows] != list(range(start + 1, end + 1)):
            rows = list(self._filled(rows, start, end))
        leaves = []
        for row in rows:
            leaf = sha256(b"\x00" + entry_text(*row).encode(errors="surrogateescape")).digest()
            leaves.append(leaf)
            if row[9] is _MISSING:
                continue
            if row[9] != leaf:
                self._found("changed", row[0])
            if row[3] is not None and not (isinstance(row[3], int) and 0 < row[3] < row[0]):
                self._found("about", row[0])
            if str(row[1]) < self._at and row[2] != CLOCK_CORRECTED:
                self._found("clock", row[0])
            self._at = str(row[1])
        return leaves, [row[9] if isinstance(row[9], bytes) else b"" for row in rows]

    def _rows(self, start: int, end: int) -> list[Row]:
        # Text that is not UTF-8 was put in by somebody else: read it as it is, so that it can be named.
        self._connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        found: list[Row] = []
        try:
            found = self._connection.execute(_ROWS, (start, end)).fetchall()
        except DAMAGE:
            for seq in range(start, end):
                try:
                    found += self._connection.execute(_ROWS, (seq, seq + 1)).fetchall()
                except DAMAGE:
                    self._unreadable.add(seq + 1)
                    self._found("unreadable", seq + 1)
        finally:
            self._connection.text_factory = str
        return found

    def _filled(self, rows: list[Row], start: int, end: int) -> Iterator[Row]:
        # Puts a row that holds nothing where a number is missing.
        there = {row[0]: row for row in rows}
        gap = 0
        for seq in range(start + 1, end + 1):
            if seq in there or seq in self._unreadable:
                if gap:
                    self._found("gap", gap, seq - 1)
                gap = 0
            else:
                gap = gap or seq
            yield there.get(seq, (seq, "", "", None, "", "", None, None, "", _MISSING))
        if gap:
            self._found("gap", gap, end)

    def _nodes(self, level: int, start: int, end: int, *, report: bool = True) -> list[bytes]:
        first, past = start >> level, end >> level
        found = self._connection.execute(
            "SELECT idx, hash FROM log_node WHERE level = ? AND idx >= ? AND idx < ? ORDER BY idx",
            (level, first, past),
        ).fetchall()
        if len(found) == past - first:
            return [row[1] for row in found]
        there = dict(found)
        for index in range(first, past):
            if report and index not in there:
                self._found("missing_subtree", (index << level) + 1, (index + 1) << level)
        return [there.get(index, _MISSING) for index in range(first, past)]

    def _compare(self, kept: list[list[bytes]], level: int, start: int) -> None:
        # Each stored subtree against its stored children (``kept`` begins with ``level``), so that one change
        # is one fault and not one at every level above it.
        for above, (children, stored) in enumerate(pairwise(kept), start=level + 1):
            for place, (made, found) in enumerate(zip(_parents(children), stored, strict=True)):
                missing = found is _MISSING or _MISSING in children[2 * place : 2 * place + 2]
                if made != found and not missing:
                    index = (start >> above) + place
                    self._found("subtree", (index << above) + 1, (index + 1) << above)

    def _above(self, tops: list[bytes]) -> None:
        # The levels over whole chunks.
        computed, kept = [tops], [tops]
        end = len(tops) << _LEVELS
        while len(computed[-1]) > 1:
            computed.append(_parents(computed[-1]))
            kept.append(self._nodes(_LEVELS + len(computed) - 1, 0, end))
        if kept != computed:
            self._compare([self._nodes(_LEVELS, 0, end, report=False), *kept[1:]], _LEVELS, 0)

    def _earlier(
        self,
        wanted: list[tuple[Head, str]],
        tops: list[bytes],
        levels: list[list[bytes]],
        start: int,
        end: int,
    ) -> None:
        first = bisect_right(wanted, start, key=lambda one: one[0].size)
        last = bisect_right(wanted, end, key=lambda one: one[0].size)
        for head, code in wanted[first:last]:
            if _root(tops, levels, head.size) != head.root:
                self._found(code, head.size)


_MISSING = b"?" * HASH_SIZE


def _opens(token: object, name: object, salt: object) -> bool:
    return isinstance(name, str) and isinstance(salt, bytes) and staff(name, salt) == token


def _by(note: Note, key: Key) -> bool:
    try:
        return note.by(key) is not None
    except Unsound:
        return False


def _parents(level: list[bytes]) -> list[bytes]:
    # The complete pairs only: a lone right child has no parent yet.
    return [
        sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
    ]


def _root(tops: list[bytes], levels: list[list[bytes]], size: int) -> bytes:
    # The root of the first ``size`` entries: whole chunks in ``tops``, the rest in the last chunk's levels.
    def at(level: int, index: int) -> bytes:
        if level <= _LEVELS and index << level >= len(tops) << _LEVELS:
            return levels[level][index - (len(tops) << _LEVELS >> level)]
        if level == _LEVELS:
            return tops[index]
        return node_hash(at(level - 1, 2 * index), at(level - 1, 2 * index + 1))

    return fold(at(level, index) for level, index in perfect(size))
