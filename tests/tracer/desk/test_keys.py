"""The master key replaced: everything still opens, and what lies about under the old one does not."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tracer.desk import life
from tracer.desk.keys import rotate
from tracer.errors import LogUnavailable, WrongUse
from tracer.vault import Vault


def wrapped(home: Path) -> list[bytes]:
    with sqlite3.connect(home / "tracer.db") as connection:
        rows = connection.execute(
            "SELECT wrapped_key FROM debt_case UNION SELECT wrapped_key FROM batch"
        ).fetchall()
    connection.close()
    return [row[0] for row in rows if row[0]]


def everywhere(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def test_after_a_rotation_everything_still_opens(town: Any) -> None:
    before = {case.number: town.contacts(case.number).nobody for case in town.cases()[:10]}
    told = town.told()

    done = rotate(town.office)
    town.again()

    assert done.epoch == 2
    assert done.keys == len(wrapped(town.home))
    assert {number: town.contacts(number).nobody for number in before} == before
    assert town.told() == told
    assert town.office.log.verify().ok
    assert [entry.seq for entry in town.entries("rotated")] == [done.entry]


def test_no_old_key_is_left_and_a_backup_made_before_does_not_open(town: Any, tmp_path: Path) -> None:
    old_keys = wrapped(town.home)
    old_master = (town.home / "keys" / "epoch-1.key").read_bytes().strip()
    backup = tmp_path / "backup.db"
    shutil.copy(town.database, backup)
    returned = town.cases()[0]
    life.give_back(town.office, [returned], "recalled")

    rotate(town.office)
    town.office.close()

    found = everywhere(town.home)
    assert not [key for key in old_keys if key in found]
    assert old_master not in found
    # The backup of the day before, opened with the keys that are left: nothing of the returned case, or any.
    vault = Vault.open(town.home)
    with sqlite3.connect(backup) as connection:
        keys = [row[0] for row in connection.execute("SELECT wrapped_key FROM debt_case")]
    connection.close()
    for key in keys:
        with pytest.raises(LogUnavailable):
            vault.case_key(key)
    town.again()


def test_a_command_that_was_running_makes_no_key_under_the_old_one(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    running = Vault.open(desk.home)

    rotate(desk.office)
    desk.office.store.database.vault = running

    with pytest.raises(WrongUse, match="replaced while"):
        desk.place(debtor(2))
    desk.again()
    assert desk.place(debtor(2)).counts["new"] == 1


def test_a_crash_before_the_old_key_goes_leaves_all_readable_and_the_next_rotation_finishes(
    desk: Any, debtor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.place(debtor(1))

    def crash(*_: object) -> None:
        raise RuntimeError("the machine died")

    with monkeypatch.context() as broken:
        broken.setattr("tracer.desk.keys.rewrap", crash)
        with pytest.raises(RuntimeError):
            rotate(desk.office)
    desk.again()
    assert desk.contacts("NB000001").case == "NB000001"

    rotate(desk.office)
    desk.again()

    assert desk.contacts("NB000001").case == "NB000001"
    assert [path.name for path in sorted((desk.home / "keys").glob("epoch-*"))] == ["epoch-3.key"]
