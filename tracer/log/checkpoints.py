"""Checkpoints: what the log commits to under its signature, kept beside it and handed to witnesses.

One is written in the same transaction as the entries that make it due, so it costs no sync of its own, and
one when a process ends. They are no part of the tree: a witness finds out who removes them, they do not.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.log.signer import Signer
from tracer.proof import Checkpoint, Note, Unsound

EVERY = 100  # entries: the window that shared/reference/audit-and-privacy.md §3 proposes …
SECONDS = 60.0  # … and its time


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint as it lies in the database: when it was written, and the signed note."""

    at: dt.datetime
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """What it says."""
        return Checkpoint.read(self.note.text)


class Notary:
    """Decides when a checkpoint is due and writes it, within the transaction of whoever asks."""

    def __init__(self, signer: Signer, *, every: int = EVERY, seconds: float = SECONDS) -> None:
        self.signer = signer
        self._every = every
        self._age = dt.timedelta(seconds=seconds)

    def attend(
        self, connection: sqlite3.Connection, size: int, at: str, root: bytes, *, now: bool = False
    ) -> bool:
        """Write a checkpoint of ``size`` entries if one is due, or if it is wanted ``now``; tells whether.

        ``at`` is the time of the last entry as the log writes it. None is written twice for one size.
        """
        last = connection.execute("SELECT size, at FROM log_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        since, then = last or (0, "")
        if size <= since:
            return False
        young = bool(then) and _time(at) - _time(then) < self._age
        if not now and size - since < self._every and young:
            return False
        note = self.signer.sign(str(Checkpoint(self.signer.key.name, size, root)))
        connection.execute(
            "INSERT INTO log_checkpoint (size, at, note) VALUES (?, ?, ?)", (size, at, str(note))
        )
        return True


def kept(connection: sqlite3.Connection, *, after: int = 0, last: bool = False) -> Iterator[Kept]:
    """Give the checkpoints of more than ``after`` entries, smallest first; with ``last`` only the largest.

    Raises Unsound for one that was changed so that it is no checkpoint any more.
    """
    order = "DESC LIMIT 1" if last else "ASC"
    for size, at, text in connection.execute(
        f"SELECT size, at, note FROM log_checkpoint WHERE size > ? ORDER BY size {order}",  # noqa: S608
        (after,),
    ):
        found = Kept(at=_time(at), note=Note.read(text))
        if found.checkpoint.size != size:
            raise Unsound("a checkpoint of the log speaks of another size than it is kept under")
        yield found


def _time(at: str) -> dt.datetime:
    return dt.datetime.fromisoformat(at)
