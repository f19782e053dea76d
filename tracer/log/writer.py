"""The one thread of a process that writes the log: everything waiting goes into one durable commit.

A future is resolved after its entry is on disk and never before; when the commit fails, every future of the
commit fails and nothing of it was written. A crash at any line of this file leaves either the whole commit or
nothing of it, and nobody was told of an entry that is not there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

from tracer.clock import Clock
from tracer.errors import LogUnavailable
from tracer.log.batch import Batch, Edge
from tracer.log.checkpoints import Notary
from tracer.log.database import connect, queue_file, unavailable
from tracer.log.entry import Entry, NotForTheLog, Ready
from tracer.log.runs import Run
from tracer.log.vocabulary import ASKED, ENDINGS
from tracer.words import N_

# So many entries go into one commit at most: some 200 kB of them.
MOST = 1024
_LONGEST_GATHERING = 0.002  # seconds
_NAP = 0.0005  # seconds between two looks at a store that somebody else is writing


@dataclass(slots=True, eq=False)
class _Item:
    ready: Ready
    until: float  # monotonic time after which nobody waits any more
    future: Future[Entry] = field(default_factory=Future)


class Writer:
    """Takes checked drafts from any thread and writes them in the order they came."""

    def __init__(
        self,
        database: Path,
        clock: Clock,
        run: Run,
        patience: float,
        notary: Notary | None = None,
        named: Callable[[str], str] = str,
    ) -> None:
        self._database = database
        self._named = named
        self._clock = clock
        self._run = run
        self._patience = patience
        self._notary = notary
        self._waiting: deque[_Item] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._watch: threading.Thread | None = None
        self._process = os.getpid()
        # What follows belongs to the writing thread alone.
        self._connection: sqlite3.Connection | None = None
        self._queue = -1
        self._edge: Edge | None = None
        self._asked: set[int] = set()  # what this run asked and has not ended
        self.wrote = False  # whether anything is waiting for a checkpoint that this process owes
        self._taken: list[_Item] = []  # what is being written now
        self._unsure = False  # a commit failed: nobody knows what of it is on disk

    def submit(self, ready: Ready) -> Future[Entry]:
        """Put a draft in line. Its future gives the entry once that is durable, or raises LogUnavailable."""
        item = _Item(ready, time.monotonic() + self._patience)
        with self._changed:
            self.check_open()
            if self._thread is None:
                # A daemon, so that a program that forgot to close can end; what was promised is on disk.
                self._thread = threading.Thread(target=self._work, name="log-writer", daemon=True)
                self._thread.start()
            self._waiting.append(item)
            if len(self._waiting) == 1:
                self._changed.notify_all()
        return item.future

    def check_open(self) -> None:
        """Raise LogUnavailable where nothing can be written any more: closed, or another process's."""
        if self._closed or os.getpid() != self._process:
            raise LogUnavailable(
                N_("The log was closed, or opened by another process than this one"),
                N_("Open it anew in the process that writes."),
            )

    def close(self) -> None:
        """Write what is waiting and let go of everything. May be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if os.getpid() == self._process:
            for thread in (self._thread, self._watch):
                if thread is not None:
                    thread.join(self._patience * 2)

    def _work(self) -> None:
        try:
            self._serve()
        except BaseException as error:
            # A mistake of ours must not leave anybody waiting for ever: nothing more is taken, and all who
            # wait are told.
            with self._changed:
                self._closed = True
                left = [*self._taken, *self._waiting]
                self._waiting.clear()
            for item in left:
                if not item.future.done():
                    item.future.set_exception(unavailable(self._database, Exception(type(error).__name__)))
            raise

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._closed:
                    self._changed.wait()
                if not self._waiting:
                    break
            try:
                self._stand_in_line()
            except OSError as error:
                _fail(self._take(), unavailable(self._database, error))
                continue
            items = self._taken = self._take()
            begun = time.monotonic()
            try:
                written = self._commit(items)
            except LogUnavailable as error:
                _fail(items, error)
                continue
            finally:
                fcntl.flock(self._queue, fcntl.LOCK_UN)
            for item, result in zip(items, written, strict=True):
                if isinstance(result, NotForTheLog):
                    item.future.set_exception(result)
                else:
                    if result.event == ASKED:
                        self._asked.add(result.seq)
                    elif result.event in ENDINGS and result.about is not None:
                        self._asked.discard(result.about)
                    item.future.set_result(result)
            self._gather(len(items), time.monotonic() - begun)
        self._forget()
        self._run.end(finished=not self._asked and not self._unsure)
        if self._queue >= 0:
            os.close(self._queue)
            self._queue = -1

    def _gather(self, written: int, took: float) -> None:
        # Those just served come again at once. Without a moment for them half of the clients would always
        # wait for the commit of the other half; a tenth of what a commit takes may be spent to save one.
        goal = written + len(self._waiting)
        if goal > 1:
            until = time.monotonic() + min(took / 10, _LONGEST_GATHERING)
            while len(self._waiting) < goal and time.monotonic() < until:
                time.sleep(_NAP / 5)

    def _stand_in_line(self) -> None:
        if self._queue < 0:
            self._queue = os.open(queue_file(self._database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another process is writing. The wait below has no time limit of its own; the watch sees to it
            # that nobody who waits for us waits longer than was promised.
            if self._watch is None:
                self._watch = threading.Thread(target=self._expire, name="log-watch", daemon=True)
                self._watch.start()
            fcntl.flock(self._queue, fcntl.LOCK_EX)

    def _take(self) -> list[_Item]:
        with self._changed:
            found = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        # Who was cancelled before this point is not written; who is cancelled later is, and stays unfinished.
        return [item for item in found if item.future.set_running_or_notify_cancel()]

    def _commit(self, items: list[_Item]) -> list[Entry | NotForTheLog]:
        if not items:
            return []
        try:
            self._run.start()
            if self._connection is None:
                self._connection = connect(self._database, patience=self._patience, write=True)
                self._connection.execute("PRAGMA busy_timeout=0")
            batch = Batch(self._connection, self._edge, self._clock, self._named)
            self._begin(self._connection)
            written = batch.write([item.ready for item in items])
            if self._notary is not None and batch.edge is not None and batch.edge.frontier.size:
                edge = batch.edge
                self._notary.attend(self._connection, edge.frontier.size, edge.at, edge.frontier.root())
            self._connection.execute("COMMIT")
            self._edge = batch.edge
            self.wrote = True
        except Exception as error:
            # Whatever went wrong, nothing of this commit is acknowledged, and the next one starts from what
            # is on disk: an error at COMMIT leaves open what the connection believes.
            self._unsure = True
            self._forget()
            if isinstance(error, LogUnavailable):
                raise
            raise unavailable(self._database, error) from error
        return written

    def _begin(self, connection: sqlite3.Connection) -> None:
        # The store writes the same file and need not stand in our line. SQLite's own waiting sleeps up to
        # 0.1 s between tries and hardly ever finds a busy store free: 88 appends in 5 s, so 30,000.
        until = time.monotonic() + self._patience
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                # The low byte is the primary code: an extended one says which kind of busy.
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or time.monotonic() > until:
                    raise
            time.sleep(_NAP)

    def _forget(self) -> None:
        self._edge = None
        if self._connection is not None:
            # Closing rolls back what was begun.
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _expire(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                self._changed.wait(min(0.25, self._patience / 4))
                now = time.monotonic()
                late = [item for item in self._waiting if item.until < now]
                for item in late:
                    self._waiting.remove(item)
            _fail(
                [item for item in late if item.future.set_running_or_notify_cancel()],
                LogUnavailable(
                    N_("The log in {database} was busy for {seconds} seconds"),
                    N_("Another process holds the log. Wait until it is done and run the command again."),
                    database=self._database,
                    seconds=self._patience,
                ),
            )


def _fail(items: list[_Item], error: LogUnavailable) -> None:
    for item in items:
        if item.future.running():
            item.future.set_exception(error)
