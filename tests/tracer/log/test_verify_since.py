"""Verifying only what came after a checkpoint: new entries wholly, old ones as far as hashes go."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tracer.log import Draft, Fault, Head, Log, Notary, Signer, Verification, tree
from tracer.log.entry import COLUMNS, entry_text
from tracer.log.tables import TRIGGER_NAMES, TRIGGERS

SIGNER = Signer("look-up-log/test", bytes(32))
SIZE = 23


@pytest.fixture
def log(database: Path, clock: object) -> Iterator[Log]:
    with Log.create(database, clock, notary=Notary(SIGNER, every=5)) as opened:  # type: ignore[arg-type]
        for number in range(SIZE):
            opened.append(Draft("reveal", actor="li.ming", body={"counts": {"calls": number}}))
        yield opened


def head(log: Log, size: int) -> Head:
    return Head(size=size, root=log.root(size))


def changed(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        for name in TRIGGER_NAMES:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for trigger in TRIGGERS:
            connection.execute(trigger)
        connection.commit()


def codes(found: Verification) -> set[tuple[str, int]]:
    assert found.ok is (not found.faults)
    return {(fault.code, fault.seq) for fault in found.faults}


@pytest.mark.parametrize("size", [0, 1, 7, 8, 16, 22, 23])
def test_an_untouched_log_is_whole_from_every_checkpoint_on(log: Log, size: int) -> None:
    since = head(log, size)

    found = log.verify(since=since, earlier=[head(log, one) for one in (1, 8, 15, 23)])

    assert (found.ok, found.size, found.root, found.since) == (True, SIZE, log.head().root, size)
    assert found.earlier == 5
    assert found.anchored == SIZE


@pytest.mark.parametrize("chunk", [1, 2, 5])
def test_the_pieces_it_is_read_in_make_no_difference(
    log: Log, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("tracer.log.verify._CHUNK", chunk)

    assert log.verify(since=head(log, 6)).root == log.head().root


def test_a_change_behind_the_checkpoint_is_found_as_in_the_whole(log: Log, database: Path) -> None:
    since = head(log, 8)
    changed(database, "UPDATE log_entry SET actor = 'zhang.san' WHERE seq = 14")

    assert ("changed", 14) in codes(log.verify(since=since))
    assert codes(log.verify(since=head(log, 15))) == set()


def test_a_change_before_it_with_its_hashes_is_found_by_the_fold(log: Log, database: Path) -> None:
    since = head(log, 16)
    changed(database, "UPDATE log_node SET hash = zeroblob(32) WHERE level = 4 AND idx = 0")

    assert ("head", 16) in codes(log.verify(since=since))


def test_an_earlier_head_before_it_is_compared_too(log: Log) -> None:
    lie = Head(size=5, root=bytes(32))

    assert codes(log.verify(since=head(log, 16), earlier=[lie])) == {("head", 5)}


def test_a_log_shorter_than_the_checkpoint_is_found(log: Log) -> None:
    since = Head(size=SIZE + 4, root=bytes(32))

    assert log.verify(since=since).faults == (Fault(code="head", seq=SIZE, last=SIZE + 4),)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM log_entry WHERE seq = 12", ("gap", 12)),
        ("DELETE FROM log_node WHERE level = 1 AND idx = 6", ("missing_subtree", 13)),
        ("UPDATE log_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 6", ("subtree", 13)),
        ("UPDATE log_entry SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 9", ("clock", 9)),
        ("UPDATE log_checkpoint SET note = 'x' WHERE size = 21", ("checkpoint", 21)),
    ],
    ids=["gap", "missing-hash", "wrong-hash", "time", "checkpoint"],
)
def test_whatever_is_wrong_behind_it_is_named(
    log: Log, database: Path, statement: str, found: tuple[str, int]
) -> None:
    since = head(log, 8)
    changed(database, statement)

    assert found in codes(log.verify(since=since))


def test_a_rewritten_end_is_found_by_the_signed_checkpoints_behind_it(
    log: Log, database: Path, read_row: Callable[[sqlite3.Connection, int], tuple[object, ...]]
) -> None:
    since = head(log, 8)
    with closing(sqlite3.connect(database)) as connection:
        for name in TRIGGER_NAMES:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE log_entry SET actor = 'zhang.san' WHERE seq = 19")
        row = read_row(connection, 19)
        leaf = tree.leaf_hash(entry_text(*row).encode())  # type: ignore[arg-type]
        connection.execute("UPDATE log_entry SET leaf = ? WHERE seq = 19", (leaf,))
        connection.execute("DELETE FROM log_node")
        frontier = tree.Frontier()
        for (one,) in connection.execute("SELECT leaf FROM log_entry ORDER BY seq").fetchall():
            connection.executemany("INSERT INTO log_node VALUES (?, ?, ?)", list(frontier.add(one)))
        for trigger in TRIGGERS:
            connection.execute(trigger)
        connection.commit()

    assert codes(log.verify(since=since)) == {("checkpoint", 21)}


@pytest.fixture
def read_row() -> Callable[[sqlite3.Connection, int], tuple[object, ...]]:
    def read(connection: sqlite3.Connection, seq: int) -> tuple[object, ...]:
        found: tuple[object, ...] = connection.execute(
            f"SELECT {COLUMNS} FROM log_entry WHERE seq = ?", (seq,)
        ).fetchone()
        return found

    return read
