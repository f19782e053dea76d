"""Which run of the program asked what, and whether that run is still alive.

Each process that writes the log holds a lock on a file of its own for as long as it lives; the system lets go
of the lock when the process dies, however it dies. So a question without an ending is known to be abandoned,
and recovery never closes what another process is asking right now. Locks are seen on one machine only.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

_LETTERS = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
_NAME = re.compile(r"run_[bcdfghjklmnpqrst]{16}")


class Run:
    """This process's run: its ``name``, which is no secret and names nobody, and its lock."""

    def __init__(self, database: Path) -> None:
        self.name = "run_" + os.urandom(8).hex().translate(_LETTERS)
        self._folder = _folder(database)
        self._handle = -1

    def start(self) -> None:
        """Take the lock; from now on others see this run as alive. Raises OSError."""
        while self._handle < 0:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path = self._folder / self.name
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _same(handle, path):
                self._handle = handle
            else:
                # Between its making and our lock somebody took the file for a dead run's and cleared it away.
                os.close(handle)

    def end(self, *, finished: bool = True) -> None:
        """Let go. Unless all that was asked is ``finished``, the file stays: the mark of a run that died."""
        if self._handle >= 0:
            if finished:
                (self._folder / self.name).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1


def alive(database: Path, name: str) -> bool:
    """Tell whether the run called ``name`` still lives."""
    if not _NAME.fullmatch(name):
        return False
    path = _folder(database) / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def died(database: Path) -> tuple[str, ...]:
    """Name the runs that are gone and left their file: what they asked may be without an ending.

    Quick, however long the log is: a run that ends in order leaves nothing. Raises OSError.
    """
    try:
        names = sorted(os.listdir(_folder(database)))
    except FileNotFoundError:
        return ()
    return tuple(name for name in names if _NAME.fullmatch(name) and not alive(database, name))


def clear(database: Path, name: str) -> None:
    """Take away the file of a run that is gone; one that lives is left alone."""
    if not _NAME.fullmatch(name):
        return
    path = _folder(database) / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return
    finally:
        os.close(handle)


def _same(handle: int, path: Path) -> bool:
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(handle), there)


def _folder(database: Path) -> Path:
    return database.with_name(database.name + "-runs")
