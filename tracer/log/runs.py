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
        if self._handle < 0:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._handle = os.open(self._folder / self.name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def end(self) -> None:
        """Let go."""
        if self._handle >= 0:
            (self._folder / self.name).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = -1


def alive(database: Path, name: str) -> bool:
    """Tell whether the run called ``name`` still lives; clears away the file of one that does not."""
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
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)


def _folder(database: Path) -> Path:
    return database.with_name(database.name + "-runs")
