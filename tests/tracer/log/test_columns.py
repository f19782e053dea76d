"""The log as columns says what its entries say."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tracer.errors import LogUnavailable
from tracer.log import PATIENCE, Draft, Log
from tracer.log.columns import Columns, load

CASE = "case_bcdfghjklmnpqrstbcdfghjklmnp"


def columns(log: Log, database: Path, size: int | None = None) -> Columns:
    return load(database, size=size or log.head().size, patience=PATIENCE, name=log.staff.name)


def test_columns_say_what_the_entries_say(log: Log, database: Path, asked: Callable[..., Draft]) -> None:
    first = log.append(asked(session="session_bcdfghjklmnp", client="northbank"))
    log.append(
        Draft("no_record", actor="li.ming", case=CASE, about=first.seq, body={"source": "camara.kyc-tenure"})
    )
    log.append(asked("employer"))
    log.append(Draft("case_assigned", actor="boss", case=CASE, body={"assigned_to": "li.ming"}))
    log.append(Draft("log_read", actor="wang.jun", body={"rows": 17, "first": 1, "last": 4}))

    read = columns(log, database)

    words = [
        [read.words[code] for code in column] for column in (read.event, read.actor, read.source, read.to)
    ]
    assert read.seq.tolist() == [1, 3, 4, 5]
    assert words == [
        ["asked", "asked", "case_assigned", "log_read"],
        ["li.ming", "li.ming", "boss", "wang.jun"],
        ["camara.kyc-tenure", "employer", "", ""],
        ["", "", "li.ming", ""],
    ]
    assert read.at.tolist() == [int(entry.at.timestamp() * 1000) for entry in log.entries() if entry.seq != 2]
    assert [read.words[code] for code in read.session] == ["session_bcdfghjklmnp", "", "", ""]
    assert [read.words[code] for code in read.purpose] == ["contact_repair", "contact_repair", "", ""]
    assert [read.words[code] for code in read.client] == ["northbank", "", "", ""]
    assert read.rows.tolist() == [0, 0, 0, 17]
    assert read.lookups().tolist() == [True, True, False, False]


def test_somebody_whom_the_log_knows_under_two_commitments_is_one_person(
    log: Log, database: Path, asked: Callable[..., Draft]
) -> None:
    log.append(asked())
    with Log.open(database) as other:
        other.staff._tokens.clear()
        other.staff._make("li.ming")
        again = {token for token, name, _ in other.staff.openings() if name == "li.ming"}
        other.append(asked())
    assert len(again) == 2

    read = columns(log, database)

    assert {read.words[code] for code in read.actor.tolist()} == {"li.ming"}
    assert len(set(read.actor.tolist())) == 1


def test_only_the_entries_of_the_size_wanted_are_read(
    log: Log, database: Path, asked: Callable[..., Draft]
) -> None:
    for _ in range(5):
        log.append(asked())

    assert columns(log, database, 3).seq.tolist() == [1, 2, 3]


def test_an_empty_log_gives_empty_columns(log: Log, database: Path) -> None:
    read = columns(log, database, 1)

    assert len(read) == 0
    assert read.lookups().tolist() == []
    assert read.picked(np.zeros(0, dtype=np.bool_)).seq.tolist() == []


def test_a_log_that_cannot_be_read_is_said_to_be_so(
    log: Log, database: Path, asked: Callable[..., Draft]
) -> None:
    log.append(asked())
    connection = sqlite3.connect(database)
    connection.execute("DROP TRIGGER log_entry_refuses_update")
    connection.execute("UPDATE log_entry SET body = '{'")
    connection.commit()
    connection.close()

    with pytest.raises(LogUnavailable):
        columns(log, database)
