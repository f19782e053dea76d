"""The look-up log: append, read, prove, verify, and close what a crash left open."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tracer import clock as clocks
from tracer.clock import Clock
from tracer.errors import LogUnavailable
from tracer.log import database as files
from tracer.log import tree
from tracer.log.batch import IS_ENDING, edge_of, node
from tracer.log.checkpoints import Kept, Notary, kept
from tracer.log.entry import COLUMNS, Draft, Entry, NotForTheLog, Row, checked, nameless, read
from tracer.log.format import check_columns
from tracer.log.query import Query
from tracer.log.runs import Run, alive, clear, died
from tracer.log.staff import Staff
from tracer.log.tally import Counted, Tally
from tracer.log.verify import Head, Progress, Verification, verify
from tracer.log.vocabulary import ASKED, PENDING, UNKNOWN
from tracer.log.writer import Writer
from tracer.proof import Key, Unsound
from tracer.words import N_

PATIENCE = 10.0  # seconds anybody waits for the log before being told that it is not available
_PAGE = 500
_BEYOND = 2**62  # more entries than any log has
_OPEN = (
    f"SELECT {COLUMNS} FROM log_entry AS asked WHERE event = '{ASKED}' AND seq > ? AND NOT EXISTS "  # noqa: S608
    f"(SELECT 1 FROM log_entry AS ending WHERE ending.about = asked.seq AND ending.{IS_ENDING}) ORDER BY seq"
)
T = TypeVar("T")


class Log:
    """A log in a database file. Any thread may use it; after a fork it must be opened anew.

    There is no update, no delete, no bulk write and no way to turn it off.
    """

    def __init__(
        self, database: Path, clock: Clock, patience: float = PATIENCE, notary: Notary | None = None
    ) -> None:
        self._database = database
        self._patience = patience
        self._notary = notary
        self._run = Run(database)
        self.staff = Staff(database, patience)
        self._writer = Writer(database, clock, self._run, patience, notary, self.staff.name)
        self._reading = threading.Lock()
        self._reader = files.connect(database, patience=patience)
        self._floor = 0
        self._counting = threading.Lock()
        self._counted: Counted | None = None

    @classmethod
    def create(
        cls,
        database: Path,
        clock: Clock = clocks.now,
        patience: float = PATIENCE,
        notary: Notary | None = None,
    ) -> Log:
        """Make the log's tables in ``database`` where they are missing, and open it."""
        files.make(database, patience=patience)
        return cls.open(database, clock, patience, notary)

    @classmethod
    def open(
        cls,
        database: Path,
        clock: Clock = clocks.now,
        patience: float = PATIENCE,
        notary: Notary | None = None,
    ) -> Log:
        """Open the log in ``database``; with a ``notary`` it signs checkpoints as it grows.

        Raises LogUnavailable when there is none or it cannot be read.
        """
        found = cls(database, clock, patience, notary)
        try:
            found._read(lambda reader: reader.execute("SELECT seq, leaf FROM log_entry LIMIT 1").fetchone())
            found._read(check_columns)
        except LogUnavailable:
            found.close()
            raise
        return found

    @property
    def key(self) -> Key | None:
        """The public key its checkpoints are signed with; None when it was opened without a notary."""
        return self._notary.signer.key if self._notary else None

    @property
    def wrote(self) -> bool:
        """Whether anything was written through this object."""
        return self._writer.wrote

    def submit(self, draft: Draft) -> Future[Entry]:
        """Put a draft in line and give the promise of its entry, which comes when the entry is durable.

        Raises NotForTheLog at once for what may not be in the log. The promise raises NotForTheLog when the
        draft does not fit the log's past (it ends what was not asked, or was ended already), and
        LogUnavailable when it could not be written: then nothing of it is in the log. A promise that is
        cancelled while it is being written leaves its entry there all the same.
        """
        if draft.event == ASKED:
            draft = Draft(
                draft.event,
                actor=draft.actor,
                purpose=draft.purpose,
                case=draft.case,
                about=draft.about,
                body={**draft.body, "run": self._run.name},
            )
        ready = checked(draft)
        self._writer.check_open()
        try:
            ready = nameless(ready, self.staff.token)
        except LogUnavailable as error:
            failed: Future[Entry] = Future()
            failed.set_exception(error)
            return failed
        return self._writer.submit(ready)

    def append(self, draft: Draft) -> Entry:
        """Write a draft; it is durable when this returns. Raises as ``submit`` and its promise do."""
        return self.submit(draft).result()

    def entry(self, seq: int) -> Entry | None:
        """Give entry ``seq``, or None when there is none."""
        rows = self._rows(f"SELECT {COLUMNS} FROM log_entry WHERE seq = ?", (seq,))  # noqa: S608
        return rows[0] if rows else None

    def entries(
        self,
        *,
        event: str = "",
        case: str = "",
        actor: str = "",
        source: str = "",
        about: int | None = None,
        after: int = 0,
        limit: int | None = None,
        newest: bool = False,
    ) -> Iterator[Entry]:
        """Give the entries that fit all that is named, oldest first, those after number ``after``.

        With ``newest`` the latest come first. They are read in pages, so entries may be appended meanwhile.
        """
        query = Query(event=event, cases=(case,) if case else None, actor=actor, source=source, about=about)
        return self.search(query, after=after, limit=limit, newest=newest)

    def search(
        self,
        query: Query,
        *,
        after: int = 0,
        before: int = _BEYOND,
        limit: int | None = None,
        newest: bool = False,
    ) -> Iterator[Entry]:
        """Give the entries that ``query`` wants, as ``entries`` does; none from number ``before`` on."""
        where, values = query.where(self.staff.tokens)
        order, edge = ("DESC", "seq < ?") if newest else ("ASC", "seq > ?")
        position = before if newest else after
        left = limit if limit is not None else _BEYOND
        while left > 0:
            page = self._rows(
                f"SELECT {COLUMNS} FROM log_entry WHERE {edge} AND seq > ? AND seq < ?{where} "  # noqa: S608
                f"ORDER BY seq {order} LIMIT ?",
                (position, after, before, *values, min(_PAGE, left)),
            )
            yield from page
            if len(page) < min(_PAGE, left):
                return
            left -= len(page)
            position = page[-1].seq

    def tally(self, zone: dt.tzinfo) -> Tally:
        """Give how many entries there are of what by day; ``zone`` is the house's, the same every time."""
        with self._counting:
            if self._counted is None:
                self._counted = Counted(self._database, self._patience, self.staff.name, zone)
        return self._counted.now()

    def head(self) -> Head:
        """Give the number of entries and the root over them as they are on disk now."""

        def look(reader: sqlite3.Connection) -> Head:
            size = _size(reader)
            return Head(size=size, root=_root(reader, size))

        return self._read(look)

    def root(self, size: int) -> bytes:
        """Give the root over the first ``size`` entries. Raises ValueError beyond the log's end."""

        def look(reader: sqlite3.Connection) -> bytes:
            _within(size, _size(reader))
            return _root(reader, size)

        return self._read(look)

    def inclusion(self, seq: int, size: int | None = None) -> tuple[bytes, ...]:
        """Prove that entry ``seq`` is among the first ``size`` (all): tree.verify_inclusion(seq - 1, …)."""

        def look(reader: sqlite3.Connection) -> tuple[bytes, ...]:
            most = _size(reader)
            _within(size or most, most)
            return tree.inclusion_proof(
                seq - 1, size or most, lambda level, index: node(reader, level, index)
            )

        return self._read(look)

    def uncovered(self, leaves: Sequence[int], size: int) -> Iterator[bytes]:
        """Prove that entries (``leaves`` from 0, in order) are among the first ``size``, all in one.

        Gives the hashes of the parts of the tree without any of them: ``tracer.proof.root_with``.
        """
        places = tree.uncovered(leaves, size)
        while page := tuple(islice(places, _PAGE)):
            yield from self._read(lambda reader, page=page: [node(reader, *place) for place in page])  # type: ignore[misc]

    def consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Prove that the first ``old`` entries are the beginning of the first ``new`` (all)."""

        def look(reader: sqlite3.Connection) -> tuple[bytes, ...]:
            most = _size(reader)
            _within(new or most, most)
            return tree.consistency_proof(old, new or most, lambda level, index: node(reader, level, index))

        return self._read(look)

    def checkpoint(self) -> Kept:
        """Sign the log as it stands, unless the last checkpoint is of just that; durable when this returns.

        Raises LogUnavailable when it cannot be written, there is no entry, or no key to sign with.
        """
        if self._notary is None:
            raise LogUnavailable(
                N_("The log was opened without its signing key"), N_("Open the home as a whole.")
            )
        with files.turn(self._database):
            connection = files.connect(self._database, patience=self._patience, write=True)
            try:
                connection.execute("BEGIN IMMEDIATE")
                edge = edge_of(connection, None)
                size = edge.frontier.size
                self._notary.attend(connection, size, edge.at, edge.frontier.root(), now=True)
                connection.execute("COMMIT")
            except (*files.DAMAGE, OSError) as error:
                raise files.unavailable(self._database, error) from error
            finally:
                connection.close()
        found = self.checkpoints(last=True)
        if not found:
            raise LogUnavailable(N_("The log is empty: there is nothing to sign yet"), "")
        return found[0]

    def checkpoints(self, *, after: int = 0, last: bool = False) -> tuple[Kept, ...]:
        """Give the checkpoints of more than ``after`` entries, smallest first; with ``last`` the largest.

        Raises LogUnavailable when one was changed so that it cannot be read.
        """
        try:
            return self._read(lambda reader: tuple(kept(reader, after=after, last=last)))
        except Unsound as error:
            raise LogUnavailable(
                N_("A checkpoint of the log cannot be read: somebody or something changed it"),
                N_("Keep the file, restore the last backup, and run: tracer log verify."),
            ) from error

    def verify(
        self,
        progress: Progress | None = None,
        *,
        earlier: Sequence[Head] = (),
        since: Head | None = None,
    ) -> Verification:
        """Recompute everything from the bytes; ``earlier`` are heads kept elsewhere that it must have had.

        With ``since`` only what came after that head is read.
        """
        return verify(
            self._database,
            patience=self._patience,
            progress=progress,
            earlier=earlier,
            key=self.key,
            since=since,
        )

    def unfinished(self) -> tuple[Entry, ...]:
        """Give every "asked" that has no ending: being asked now, or left by a crash."""

        def look(reader: sqlite3.Connection) -> tuple[Entry, ...]:
            size = _size(reader)
            found = tuple(self._entry(row) for row in reader.execute(_OPEN, (self._floor,)))
            # All before the first open one have ended and never open again: they need not be looked at twice.
            self._floor = found[0].seq - 1 if found else size
            return found

        return self._read(look)

    def abandoned(self) -> tuple[Entry, ...]:
        """Give every "asked" without an ending whose process is gone: what ``recover`` would close."""
        living: dict[str, bool] = {}
        found = []
        for entry in self.unfinished():
            run = str(entry.body.get("run"))
            if run not in living:
                living[run] = run == self._run.name or alive(self._database, run)
            if not living[run]:
                found.append(entry)
        return tuple(found)

    def left_open(self) -> bool:
        """Tell, without reading the log, whether a run on this machine died and may have left questions."""
        try:
            return bool(died(self._database))
        except OSError as error:
            raise files.unavailable(self._database, error) from error

    def recover(self, actor: str) -> int:
        """Close what was asked by processes that are gone as ``unknown``; give how many. Never asks again.

        One that the vendor has and answers later is closed as ``pending``: its answer can still be fetched.
        """
        gone = died(self._database)
        promises = [
            self.submit(
                Draft(
                    PENDING if self._waits(entry) else UNKNOWN,
                    actor=actor,
                    purpose=entry.purpose,
                    case=entry.case,
                    about=entry.seq,
                    body={"source": entry.source or None, "interrupted": True},
                )
            )
            for entry in self.abandoned()
        ]
        closed = 0
        for promise in promises:
            try:
                promise.result()
                closed += 1
            except NotForTheLog:
                # Another process recovered it in the same moment.
                continue
        for name in gone:
            clear(self._database, name)
        return closed

    def _waits(self, entry: Entry) -> bool:
        """True when the vendor has this question and answers it later: nothing of it is lost."""
        after = [entry, *self.entries(about=entry.seq)]
        asked_holder = any(one.body.get("kind") == "holder" for one in after)
        agreed = asked_holder and any(one.event == "delivered" for one in after)
        return any(one.body.get("reference") for one in after) and not agreed

    def close(self) -> None:
        """Write what is waiting and let go of the database. May be called twice."""
        self._writer.close()
        if self._notary is not None and self._writer.wrote:
            # What this process wrote is signed before it goes. A failure loses no entry: the next one signs.
            with contextlib.suppress(LogUnavailable, OSError):
                self.checkpoint()
        with self._reading:
            self._reader.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[Entry]:
        return self._read(lambda reader: [self._entry(row) for row in reader.execute(sql, values)])

    def _entry(self, row: Row) -> Entry:
        try:
            return read(row, self.staff.name)
        except (ValueError, TypeError, OverflowError) as error:
            # What was put there behind the log's back is not repeated: nobody knows what it says.
            raise LogUnavailable(
                N_("Entry {seq} of the log cannot be read: somebody or something changed it"),
                N_("Keep the file, restore the last backup, and run: tracer log verify."),
                seq=row[0],
            ) from error

    def _read(self, look: Callable[[sqlite3.Connection], T]) -> T:
        with self._reading:
            try:
                self._reader.execute("BEGIN")
                try:
                    return look(self._reader)
                finally:
                    self._reader.execute("ROLLBACK")
            except files.DAMAGE as error:
                raise files.unavailable(self._database, error) from error


def _size(reader: sqlite3.Connection) -> int:
    return int(reader.execute("SELECT coalesce(max(seq), 0) FROM log_entry").fetchone()[0])


def _root(reader: sqlite3.Connection, size: int) -> bytes:
    return tree.root(size, lambda level, index: node(reader, level, index))


def _within(size: int, most: int) -> None:
    if not 0 <= size <= most:
        raise ValueError(f"the log has {most} entries, not {size}")
