"""Names of staff: read in the house, absent from what an entry's hash is over, provable with their salt."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tracer.log import Draft, Log
from tracer.log.tables import STAFF_TRIGGERS
from tracer.proof import staff


def test_an_entrys_text_names_nobody_and_a_reader_here_is_told_who(log: Log) -> None:
    entry = log.append(Draft("case_assigned", actor="li.ming", body={"assigned_to": "zhang.san"}))

    assert "li.ming" not in entry.text
    assert "zhang.san" not in entry.text
    assert (entry.actor, entry.body["assigned_to"]) == ("li.ming", "zhang.san")
    read = log.entry(entry.seq)
    assert read is not None
    assert (read.actor, read.body["assigned_to"]) == ("li.ming", "zhang.san")


def test_a_name_and_its_salt_prove_who_it_was(log: Log, sign_in: Draft) -> None:
    entry = log.append(sign_in)

    (opening,) = log.staff.openings()
    token, name, salt = opening
    assert token in entry.text
    assert staff(name, salt) == token
    assert staff("zhang.san", salt) != token


def test_one_person_is_one_commitment_in_every_process(
    log: Log, database: Path, clock: Callable[[], object], sign_in: Draft
) -> None:
    log.append(sign_in)

    with Log.open(database, clock) as other:  # type: ignore[arg-type]
        entry = other.append(sign_in)

    assert len(log.staff.openings()) == 1
    assert [one.seq for one in log.entries(actor="li.ming")] == [1, 2]
    assert entry.actor == "li.ming"


def test_a_name_changed_behind_the_logs_back_is_not_believed(
    log: Log, database: Path, sign_in: Draft
) -> None:
    log.append(sign_in)
    connection = sqlite3.connect(database)
    for trigger in STAFF_TRIGGERS:
        connection.execute(f"DROP TRIGGER {trigger.split()[5]}")
    connection.execute("UPDATE log_staff SET name = 'zhang.san'")
    connection.commit()
    connection.close()

    with Log.open(database) as again:
        (entry,) = again.entries()

    assert entry.actor.startswith("staff_")


def test_an_entry_from_before_there_were_commitments_keeps_its_name(log: Log, sign_in: Draft) -> None:
    log.append(sign_in)

    assert log.staff.name("li.ming") == "li.ming"
    assert log.staff.tokens("zhang.san") == ("zhang.san",)
