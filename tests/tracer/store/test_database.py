"""The schema is what tables.py says, the log in it only grows, and nothing found hangs in the air."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Integer, Table, create_engine
from sqlmodel import SQLModel

import tracer.tables
from tracer.errors import LogUnavailable, WrongUse
from tracer.log.tables import TRIGGER_NAMES
from tracer.store import Store
from tracer.store.database import HEAD, Database
from tracer.vault import Vault


@pytest.fixture
def raw(desk: Any) -> Iterator[sqlite3.Connection]:
    """The database as somebody with any SQLite program has it."""
    desk.office.write("import", body={"client": "northbank"})
    connection = sqlite3.connect(desk.database, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    yield connection
    connection.close()


def differences(path: Path) -> list[Any]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    engine.dispose()
    return [one for one in found if "alembic_version" not in repr(one)]


def test_the_migrations_give_exactly_the_tables_of_the_program(desk: Any) -> None:
    assert tracer.tables.Case.__tablename__ in SQLModel.metadata.tables

    assert differences(desk.database) == []


def test_a_column_without_a_migration_is_noticed(desk: Any) -> None:
    planted = Table("debt_case_planted", SQLModel.metadata, Column("id", Integer, primary_key=True))

    try:
        assert differences(desk.database)
    finally:
        SQLModel.metadata.remove(planted)


def test_the_log_has_all_its_triggers(raw: sqlite3.Connection) -> None:
    found = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}

    assert found >= set(TRIGGER_NAMES)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_entry SET actor = 'somebody.else' WHERE seq = 1",
        "DELETE FROM log_entry WHERE seq = 1",
        "INSERT OR REPLACE INTO log_entry SELECT * FROM log_entry WHERE seq = 1",
        "UPDATE log_node SET hash = x'00'",
        "DELETE FROM log_node",
    ],
)
def test_the_log_refuses_whatever_is_not_growth(raw: sqlite3.Connection, sql: str) -> None:
    before = raw.execute("SELECT * FROM log_entry").fetchall()
    assert before
    assert raw.execute("SELECT count(*) FROM log_node").fetchone()[0] > 0

    with pytest.raises(sqlite3.IntegrityError, match="the log only grows"):
        raw.execute(sql)

    assert raw.execute("SELECT * FROM log_entry").fetchall() == before


# Table -> the column that names the log entry under which a row was obtained.
ENTRIES = {
    "lookup": "entry",
    "contact_outcome": "entry",
    "bar": "entry",
    "suppression": "entry",
    "verdict": "entry",
    "case_link": "entry",
    "refresh_request": "entry",
    "batch": "entry",
}


@pytest.mark.parametrize("table", ENTRIES)
def test_whatever_was_found_or_decided_names_an_entry_of_the_log(raw: sqlite3.Connection, table: str) -> None:
    columns = {row[1]: row for row in raw.execute(f"PRAGMA table_info({table})")}
    keys = {(row[3], row[2], row[4]) for row in raw.execute(f"PRAGMA foreign_key_list({table})")}

    column = columns[ENTRIES[table]]

    assert column[3] or column[5], "NOT NULL, or the primary key"
    assert (ENTRIES[table], "log_entry", "seq") in keys


@pytest.mark.parametrize("entry", [None, 999_999])
def test_a_finding_without_its_log_entry_cannot_be_stored(
    desk: Any, raw: sqlite3.Connection, debtor: Any, entry: int | None
) -> None:
    desk.place(debtor(1))
    case = desk.case("NB000001")

    with pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL|FOREIGN KEY"):
        raw.execute(
            "INSERT INTO bar (case_id, number, code, at, entry) VALUES (?, '', 'ceased', '2026-11-23', ?)",
            (case.id, entry),
        )
    with pytest.raises(sqlite3.IntegrityError, match=r"NOT NULL|FOREIGN KEY"):
        raw.execute(
            "INSERT INTO contact_outcome"
            " (case_id, number, at, line, party, identity, code, note_blind, sealed, entry)"
            " VALUES (?, 'n_x', '2026-11-23', 'busy', 'nobody', 'not_checked', '', 1, x'00', ?)",
            (case.id, entry),
        )


def test_a_store_is_not_made_over_another(desk: Any) -> None:
    with pytest.raises(WrongUse, match="there already"):
        Store.create(desk.database, desk.office.vault)


def test_a_store_that_is_not_there_is_not_made_by_opening_it(desk: Any, tmp_path: Path) -> None:
    missing = tmp_path / "elsewhere.db"

    with pytest.raises(WrongUse, match="no store"):
        Store.open(missing, desk.office.vault)

    assert not missing.exists()


def test_a_store_of_a_newer_program_is_left_alone(desk: Any) -> None:
    vault: Vault = desk.office.vault
    with sqlite3.connect(desk.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(WrongUse, match="newer program"):
        Database.open(desk.database, vault)


def test_a_file_that_is_no_database_is_said_to_be_none(desk: Any, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"this is no database at all\n" * 100)

    with pytest.raises((WrongUse, LogUnavailable)):
        Database.open(path, desk.office.vault)


def test_opening_a_store_again_changes_nothing_of_its_schema(desk: Any) -> None:
    desk.again()

    assert desk.office.store.database.version() == HEAD
    assert differences(desk.database) == []


def test_a_transaction_that_fails_leaves_nothing(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    case = desk.case("NB000001")

    def breaks_off() -> None:
        with desk.office.store.database.write() as connection:
            connection.exec_driver_sql("UPDATE debt_case SET assigned_to = 'li.ming'")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        breaks_off()

    assert desk.office.store.cases.get(case.id).assigned_to is None
