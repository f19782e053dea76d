"""The log's own connections to the database, and the queue in which processes wait for their turn to write.

The log shares a file with the store but never a connection: an entry must be durable whatever becomes of the
store's transaction.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import StaticPool, create_engine
from sqlmodel import SQLModel

from tracer.errors import LogUnavailable
from tracer.log.tables import TABLES, TRIGGERS
from tracer.words import N_

# What reading a damaged file raises: its own words about itself need not be UTF-8 either.
DAMAGE = (sqlite3.Error, UnicodeError)


def connect(database: Path, *, patience: float, write: bool = False) -> sqlite3.Connection:
    """Open a connection to a database that is there. Transactions are begun by hand.

    Durability: WAL with synchronous=FULL syncs once a commit; what was committed survives a power cut.
    """
    try:
        connection = sqlite3.connect(
            f"{database.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=patience,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=64,
        )
        try:
            if write:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA foreign_keys=ON")
            else:
                connection.execute("PRAGMA query_only=ON")
        except BaseException:
            connection.close()
            raise
    except DAMAGE as error:
        raise unavailable(database, error) from error
    return connection


def make(database: Path, *, patience: float) -> None:
    """Make the log's tables and triggers where they are missing; what is there stays as it is."""
    try:
        connection = sqlite3.connect(
            database, timeout=patience, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise unavailable(database, error) from error
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        with engine.begin() as transaction:
            SQLModel.metadata.create_all(transaction, tables=TABLES)
        for trigger in TRIGGERS:
            connection.execute(trigger)
    except Exception as error:
        cause = getattr(error, "orig", error)
        if isinstance(cause, DAMAGE):
            raise unavailable(database, cause) from error
        raise
    finally:
        engine.dispose()
        connection.close()


def unavailable(database: Path, error: Exception) -> LogUnavailable:
    """Say why the log cannot be used, and what to do."""
    said = str(error)
    name = getattr(error, "sqlite_errorname", "") or type(error).__name__
    if "full" in said or "No space" in said:
        remedy = N_("Make room on the disk and run the command again. Nothing was asked meanwhile.")
    elif "readonly" in said or "read-only" in said or isinstance(error, PermissionError):
        remedy = N_("Make the home writable for this user, or name another with --home.")
    elif "no such table" in said:
        remedy = N_("This database has no log. Make a home with: tracer init.")
    elif "locked" in said or "busy" in said:
        remedy = N_("Another process holds the store. Wait until it is done and run the command again.")
    elif "unable to open" in said:
        remedy = N_("See that the file and its folder are there and may be read and written by this user.")
    elif "malformed" in said or "not a database" in said or isinstance(error, UnicodeError):
        remedy = N_("The file is damaged. Keep it, restore the last backup and run: tracer log verify.")
    else:
        remedy = N_("See the disk and the system's own log, then run the command again.")
    return LogUnavailable(
        N_("The log in {database} cannot be used: {said} ({name})"),
        remedy,
        database=database,
        said=said,
        name=name,
    )


def queue_file(database: Path) -> Path:
    """The file whose lock is a process's turn to write."""
    return database.with_name(database.name + "-queue")


@contextmanager
def turn(database: Path) -> Iterator[None]:
    """Hold the turn to write, waiting in line for it: for other writers of the same file.

    SQLite's own waiting is no line: with 8 processes some waited 5 s (shared/reference/audit-and-privacy.md
    §3). Never append to the log while holding the turn.
    """
    handle = os.open(queue_file(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
