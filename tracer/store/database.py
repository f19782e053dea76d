"""The database behind the store: one embedded SQLite file by default, opened, migrated and checked here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from tracer.errors import LogUnavailable, WrongUse
from tracer.log.database import turn
from tracer.vault import Vault
from tracer.words import N_

HEAD = "0010"


class Database:
    """An open store: the engine, and the vault that seals what goes in."""

    def __init__(self, path: Path, vault: Vault) -> None:
        self.path = path
        self.vault = vault
        self.engine = _engine(path)

    @classmethod
    def create(cls, path: Path, vault: Vault) -> Database:
        """Make the database at ``path`` with every migration applied. Raises WrongUse when one is there."""
        if path.exists():
            raise WrongUse(
                N_("{path} is there already"),
                N_("Choose another home, or use the one that is there."),
                path=path,
            )
        upgrade(path)
        return cls(path, vault)

    @classmethod
    def open(cls, path: Path, vault: Vault) -> Database:
        """Open the database at ``path``; bring an older one up to date."""
        if not path.exists():
            raise WrongUse(
                N_("There is no store at {path}"),
                N_("Make one with: tracer init. Or name the right home with --home or TRACER_HOME."),
                path=path,
            )
        found = cls(path, vault)
        version = found.version()
        if version != HEAD:
            if version > HEAD:
                raise WrongUse(
                    N_(
                        "The store at {path} was made by a newer program "
                        "(schema {version}; this one knows {head})"
                    ),
                    N_("Install the newer program; this one will not touch the store."),
                    path=path,
                    version=version,
                    head=HEAD,
                )
            upgrade(path)
        return found

    def version(self) -> str:
        """The schema version the database says it has; empty when it says none."""
        try:
            with self.engine.connect() as connection:
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
        except OperationalError:
            return ""
        except DatabaseError as error:
            raise LogUnavailable(
                N_("{path} is no store, or a damaged one: {said}"),
                N_("Restore it from a backup, or name the right home with --home or TRACER_HOME."),
                path=self.path,
                said=error.orig,
            ) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; what it sees does not change under it."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is stored, durably, or none. Never hold one across a look-up.

        The log writes on a connection of its own and would have to wait; both wait in one queue, because
        SQLite's busy handler starves one of two writers for seconds.
        """
        try:
            with turn(self.path), self.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.commit()
                except BaseException:
                    connection.rollback()
                    raise
        except OperationalError as error:
            raise unwritable(self.path, error) from error

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def unwritable(path: Path, error: OperationalError) -> LogUnavailable:
    """Say why the database could not be written, in words that help."""
    said = str(error.orig)
    if "full" in said:
        remedy = N_("Make room on the disk and run the command again; it goes on where it stopped.")
    elif "readonly" in said or "read-only" in said or "unable to open" in said:
        remedy = N_("Make the home writable for this user, or name another with --home.")
    else:
        remedy = N_("Another process may hold the store. Wait until it is done and run the command again.")
    return LogUnavailable(N_("The store at {path} cannot be written: {said}"), remedy, path=path, said=said)


def _engine(path: Path) -> Engine:
    # As many as threads that work at once: one more would be opened and set up anew each time.
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30}, pool_size=16)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # SQLAlchemy starts transactions itself: the driver's own implicit BEGIN would come too late.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=FAST",
            "cache_size=-32768",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def upgrade(path: Path) -> None:
    """Apply the migrations the database at ``path`` has not had."""
    # Alembic is heavy to import and needed once in a home's life.
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option(
        "script_location", str(Path(__file__).parent.parent / "migrations").replace("%", "%%")
    )
    engine = _engine(path)
    try:
        with engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    except OperationalError as error:
        raise unwritable(path, error) from error
    finally:
        engine.dispose()
