"""The log's connections, and its share of the file with the store."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from tracer.log import Draft, Log, turn
from tracer.log.database import connect, unavailable


def test_a_store_that_writes_without_pause_and_without_standing_in_line_does_not_starve_the_log(
    log: Log, database: Path, sign_in: Draft
) -> None:
    log.append(sign_in)
    stop = threading.Event()

    def write() -> None:
        store = sqlite3.connect(database, isolation_level=None, timeout=30)
        store.execute("CREATE TABLE other (x)")
        while not stop.is_set():
            store.execute("BEGIN IMMEDIATE")
            store.executemany("INSERT INTO other VALUES (?)", [(1,)] * 50)
            store.execute("COMMIT")
        store.close()

    thread = threading.Thread(target=write)
    thread.start()
    waits = []
    for _ in range(30):
        start = time.monotonic()
        log.append(sign_in)
        waits.append(time.monotonic() - start)
    stop.set()
    thread.join()

    assert sorted(waits)[len(waits) // 2] < 0.5
    assert log.verify().ok


def test_who_holds_the_turn_is_waited_for(log: Log, database: Path, sign_in: Draft) -> None:
    log.append(sign_in)

    with turn(database):
        promise = log.submit(sign_in)
        with pytest.raises(TimeoutError):
            promise.result(timeout=0.05)

    assert promise.result(timeout=10).seq == 2


def test_the_reading_connection_cannot_write(log: Log, database: Path) -> None:
    reader = connect(database, patience=1)

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("CREATE TABLE other (x)")
    reader.close()


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "writable"),
        ("no such table: log_entry", "tracer init"),
        ("database is locked", "Another process"),
        ("unable to open database file", "may be read and written"),
        ("database disk image is malformed", "backup"),
        ("disk I/O error", "the disk"),
    ],
)
def test_every_way_of_failing_has_its_remedy(database: Path, said: str, remedy: str) -> None:
    error = unavailable(database, sqlite3.OperationalError(said))

    assert said in str(error)
    assert remedy in error.shown()
