"""What the log remembers of its witnesses, kept beside it: a convenience, and no proof of anything.

Whoever writes the database writes this too. What counts is what the witnesses hold, and the cosignatures,
which only their keys can make.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tracer.log.checkpoints import Kept, kept
from tracer.log.database import DAMAGE, connect, turn, unavailable
from tracer.log.entry import stamp
from tracer.proof import Line, Note, Unsound

_LAST = (
    "SELECT witness, size, at, line FROM log_witnessed AS mine WHERE id = "
    "(SELECT id FROM log_witnessed WHERE witness = mine.witness ORDER BY size DESC, line = '', id LIMIT 1)"
)
_NEW = (
    "INSERT INTO log_witnessed (witness, size, at, line) SELECT ?, ?, ?, ? WHERE NOT EXISTS "
    "(SELECT 1 FROM log_witnessed WHERE witness = ? AND size = ? AND line = ?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """The last checkpoint a witness took: how many entries, when, and its cosignature where it gave one."""

    witness: str
    size: int
    at: dt.datetime
    line: Line | None


def remember(
    database: Path, patience: float, witness: str, size: int, at: dt.datetime, lines: tuple[Line, ...]
) -> None:
    """Write that a witness took the checkpoint of ``size`` entries; once, however often it is said.

    Raises LogUnavailable when it cannot be written.
    """
    try:
        with turn(database), closing(connect(database, patience=patience, write=True)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for line in [str(line) for line in lines] or [""]:
                values = (witness, size, stamp(at), line)
                connection.execute(_NEW, (*values, witness, size, line))
            connection.execute("COMMIT")
    except (*DAMAGE, OSError) as error:
        raise unavailable(database, error) from error


def remembered(database: Path, patience: float) -> Mapping[str, Witnessed]:
    """Give the last checkpoint each witness took, by its name. Raises LogUnavailable."""
    try:
        with closing(connect(database, patience=patience)) as connection:
            rows = connection.execute(_LAST).fetchall()
    except DAMAGE as error:
        raise unavailable(database, error) from error
    return {
        witness: Witnessed(witness=witness, size=size, at=dt.datetime.fromisoformat(at), line=_line(line))
        for witness, size, at, line in rows
    }


def cosigned(database: Path, patience: float, checkpoint: Kept) -> Note:
    """Give a checkpoint's note with all cosignatures it was given under it. Raises LogUnavailable."""
    try:
        with closing(connect(database, patience=patience)) as connection:
            rows = connection.execute(
                "SELECT DISTINCT line FROM log_witnessed WHERE size = ? AND line != '' ORDER BY line",
                (checkpoint.checkpoint.size,),
            ).fetchall()
    except DAMAGE as error:
        raise unavailable(database, error) from error
    lines = [line for (text,) in rows if (line := _line(text))]
    return Note(checkpoint.note.text, (*checkpoint.note.lines, *lines))


def of_size(database: Path, patience: float, size: int) -> tuple[Kept | None, int]:
    """Give the checkpoint of just ``size`` entries, if there is one, and the largest size not above it."""
    try:
        with closing(connect(database, patience=patience)) as connection:
            (near,) = connection.execute(
                "SELECT coalesce(max(size), 0) FROM log_checkpoint WHERE size <= ?", (size,)
            ).fetchone()
            found = next(kept(connection, after=size - 1), None) if near == size else None
    except Unsound:
        return None, 0
    except DAMAGE as error:
        raise unavailable(database, error) from error
    return found, int(near)


def _line(text: str) -> Line | None:
    try:
        return Note.read(f"-\n\n{text}").lines[0] if text else None
    except (Unsound, IndexError):
        return None
