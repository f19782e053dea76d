"""The tables refuse every change, whoever tries."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from tracer.log import Draft, Log
from tracer.log.tables import TABLES, TRIGGERS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET actor = 'nobody' WHERE seq = 1",
        "UPDATE log_node SET hash = x'00'",
        "DELETE FROM log_entry WHERE seq = 1",
        "DELETE FROM log_node",
        "INSERT OR REPLACE INTO log_entry SELECT 1, at, event, about, 'nobody', \"case\", source, outcome, "
        "body, leaf FROM log_entry WHERE seq = 2",
        "INSERT OR REPLACE INTO log_node SELECT level, idx, x'00' FROM log_node",
        "REPLACE INTO log_entry SELECT * FROM log_entry WHERE seq = 2",
    ],
)
def test_no_row_can_be_changed_replaced_or_removed(
    log: Log, database: Path, sign_in: Draft, statement: str
) -> None:
    for _ in range(4):
        log.append(sign_in)
    other = sqlite3.connect(database)

    with pytest.raises(sqlite3.IntegrityError, match="the log only grows"):
        other.execute(statement)

    assert log.verify().ok
    other.close()


def test_an_entry_cannot_be_about_one_that_is_not_there(log: Log, database: Path, sign_in: Draft) -> None:
    log.append(sign_in)
    other = sqlite3.connect(database)
    other.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        other.execute(
            'INSERT INTO log_entry SELECT 2, at, event, 7, actor, "case", source, outcome, body, leaf '
            "FROM log_entry"
        )
    other.close()


def test_a_log_opens_in_tables_that_a_migration_made(database: Path, sign_in: Draft) -> None:
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection, tables=TABLES)
        for trigger in TRIGGERS:
            connection.exec_driver_sql(trigger)
    engine.dispose()

    with Log.open(database) as log:
        log.append(sign_in)
        assert log.verify().ok
    with Log.create(database) as log:
        assert log.head().size == 1
