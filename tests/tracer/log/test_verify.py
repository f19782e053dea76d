"""Whatever is done to the database behind the log's back, verification says where.

Each attack runs with the triggers taken out first, as whoever administers the database can. Those rewriting
everything consistently are shown to pass without an earlier head, and to fail with one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tracer.errors import LogUnavailable
from tracer.log import Draft, Fault, Head, Log, tree
from tracer.log.entry import COLUMNS, entry_text
from tracer.log.tables import TRIGGER_NAMES, TRIGGERS

SIZE = 11
CASE = "case_bcdfghjklmnpqrstbcdfghjklmnp"


@pytest.fixture
def filled(database: Path, log: Log, asked: Callable[..., Draft]) -> Path:
    for _ in range(5):
        seq = log.append(asked()).seq
        log.append(
            Draft("answered", actor="li.ming", case=CASE, about=seq, body={"source": "camara.kyc-tenure"})
        )
    log.append(Draft("reveal", actor="wang.fang", body={"reason": "PROMISE"}))
    log.close()
    return database


@contextmanager
def tampering(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database)
    for name in TRIGGER_NAMES:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    for trigger in TRIGGERS:
        connection.execute(trigger)
    connection.commit()
    connection.close()


def faults(database: Path, *earlier: Head) -> list[Fault]:
    with Log.open(database) as log:
        found = log.verify(earlier=earlier)
        assert found.ok is (not found.faults)
        return list(found.faults)


def fault(code: str, seq: int, last: int = 0) -> Fault:
    return Fault(code=code, seq=seq, last=last or seq)


def test_an_untouched_log_has_no_fault_and_its_root_is_the_head(filled: Path) -> None:
    with Log.open(filled) as log:
        done: list[tuple[int, int]] = []

        found = log.verify(lambda sofar, size: done.append((sofar, size)))

        assert (found.ok, found.size, found.root) == (True, SIZE, log.head().root)
        assert done == [(SIZE, SIZE)]


def test_an_empty_log_has_no_fault(log: Log) -> None:
    assert log.verify().ok
    assert log.verify(earlier=[Head(size=0, root=tree.EMPTY_ROOT)]).ok


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'zhang.san'",
        "at = '2026-03-02T09:30:00.001Z'",
        "event = 'refused'",
        "source = NULL",
        "source = 'references'",
        "outcome = 'answered'",
        "\"case\" = ''",
        "about = NULL",
        "about = 3",
        "body = replace(body, 'camara', 'twilio') || ' '",
        "body = CAST(body AS BLOB)",
        "body = x'ff'",
        "body = CAST(x'7bff7d' AS TEXT)",
        "leaf = x'00'",
        "leaf = 'text'",
    ],
)
def test_a_changed_column_is_found_at_its_entry(filled: Path, change: str) -> None:
    with tampering(filled) as connection:
        connection.execute(f"UPDATE log_entry SET {change} WHERE seq = 6")

    found = faults(filled)

    assert fault("changed", 6) in found
    assert {one.seq for one in found} <= {5, 6, 7}


def test_a_change_with_its_leaf_rehashed_is_found_in_the_subtree_above(filled: Path) -> None:
    with tampering(filled) as connection:
        _rewrite(connection, 6)

    assert faults(filled) == [fault("subtree", 5, 6)]


def test_a_change_of_the_last_entry_that_no_subtree_covers_needs_an_earlier_head(filled: Path) -> None:
    with Log.open(filled) as log:
        head = log.head()
    with tampering(filled) as connection:
        _rewrite(connection, 11)

    assert faults(filled) == []
    assert faults(filled, head) == [fault("head", 11)]


def test_a_history_rewritten_with_its_whole_tree_needs_an_earlier_head(filled: Path) -> None:
    with Log.open(filled) as log:
        heads = [Head(size=size, root=log.root(size)) for size in (0, 5, 8, 11)]
    with tampering(filled) as connection:
        _rewrite(connection, 6)
        connection.execute("DELETE FROM log_node")
        frontier = tree.Frontier()
        for (leaf,) in connection.execute("SELECT leaf FROM log_entry ORDER BY seq").fetchall():
            connection.executemany("INSERT INTO log_node VALUES (?, ?, ?)", list(frontier.add(leaf)))

    assert faults(filled) == []
    assert faults(filled, *heads) == [fault("head", 8), fault("head", 11)]


def _rewrite(connection: sqlite3.Connection, seq: int) -> None:
    connection.execute("UPDATE log_entry SET actor = 'zhang.san' WHERE seq = ?", (seq,))
    row = connection.execute(f"SELECT {COLUMNS} FROM log_entry WHERE seq = ?", (seq,)).fetchone()
    leaf = tree.leaf_hash(entry_text(*row).encode())
    connection.execute("UPDATE log_entry SET leaf = ? WHERE seq = ?", (leaf, seq))


def test_a_removed_entry_is_a_gap(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("DELETE FROM log_entry WHERE seq IN (4, 5, 9)")

    found = faults(filled)

    assert [one for one in found if one.code == "gap"] == [fault("gap", 4, 5), fault("gap", 9)]


def test_a_log_cut_short_has_subtrees_too_many(filled: Path) -> None:
    with Log.open(filled) as log:
        head = log.head()
    with tampering(filled) as connection:
        connection.execute("DELETE FROM log_entry WHERE seq > 7")

    assert [one.code for one in faults(filled)] == ["extra"] * 3
    assert fault("head", 7, 11) in faults(filled, head)


def test_a_log_cut_short_with_its_subtrees_needs_an_earlier_head(filled: Path) -> None:
    with Log.open(filled) as log:
        head = log.head()
    with tampering(filled) as connection:
        connection.execute("DELETE FROM log_entry WHERE seq > 7")
        connection.execute("DELETE FROM log_node WHERE (idx + 1) << level > 7")

    assert faults(filled) == []
    assert faults(filled, head) == [fault("head", 7, 11)]


def test_entries_changed_about_are_both_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE log_entry SET seq = 100 WHERE seq = 2")
        connection.execute("UPDATE log_entry SET seq = 2 WHERE seq = 10")
        connection.execute("UPDATE log_entry SET seq = 10 WHERE seq = 100")

    found = [one.seq for one in faults(filled) if one.code == "changed"]

    assert found == [2, 10]


def test_an_entry_slipped_in_before_the_first_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute(
            'INSERT INTO log_entry SELECT 0, at, event, NULL, actor, "case", source, outcome, body, leaf '
            "FROM log_entry WHERE seq = 1"
        )

    assert fault("extra", 0) in faults(filled)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE log_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 2",
            [("subtree", 5, 6), ("subtree", 5, 8)],
        ),
        ("UPDATE log_node SET hash = zeroblob(32) WHERE level = 3", [("subtree", 1, 8)]),
        ("DELETE FROM log_node WHERE level = 2 AND idx = 1", [("missing_subtree", 5, 8)]),
        ("INSERT INTO log_node VALUES (1, 77, zeroblob(32))", [("extra", 12, 12)]),
        ("INSERT INTO log_node VALUES (9, 0, zeroblob(32))", [("extra", 12, 12)]),
    ],
    ids=["a lower one", "the top", "one gone", "one too many", "a level too many"],
)
def test_a_subtree_that_does_not_fit_is_found_with_the_entries_it_covers(
    filled: Path, statement: str, expected: list[tuple[str, int, int]]
) -> None:
    with tampering(filled) as connection:
        connection.execute(statement)

    assert faults(filled) == [fault(*one) for one in expected]


def test_time_running_back_between_entries_is_found(filled: Path) -> None:
    with tampering(filled) as connection:
        connection.execute("UPDATE log_entry SET at = '2026-03-03T00:00:00.000Z' WHERE seq = 3")

    assert fault("clock", 4) in faults(filled)


@pytest.mark.parametrize("name", TRIGGER_NAMES)
def test_a_guard_taken_away_or_replaced_by_one_that_guards_nothing_is_found(filled: Path, name: str) -> None:
    connection = sqlite3.connect(filled)
    connection.execute(f"DROP TRIGGER {name}")
    connection.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON log_node BEGIN SELECT 1; END")
    connection.commit()
    connection.close()

    assert faults(filled) == [fault("guard", 0)]


def test_a_page_of_the_file_that_was_overwritten_is_found_and_does_not_stop_verification(
    filled: Path, sign_in: Draft
) -> None:
    with Log.open(filled) as log:
        [log.submit(sign_in) for _ in range(2000)][-1].result()
        size = log.head().size
    _overwrite_a_page(filled)

    found = faults(filled)

    assert found
    assert {one.code for one in found} <= {
        "unreadable",
        "changed",
        "gap",
        "missing_subtree",
        "subtree",
        "extra",
    }
    assert all(one.seq <= size + 1 for one in found)


def _overwrite_a_page(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    page_size = connection.execute("PRAGMA page_size").fetchone()[0]
    body = connection.execute("SELECT body FROM log_entry WHERE seq = 1000").fetchone()[0]
    connection.close()
    data = bytearray(database.read_bytes())
    place = data.find(b"Zsign_in", len(data) // 2) // page_size * page_size
    assert body
    assert place > 0
    data[place : place + page_size] = b"\xff" * page_size
    database.write_bytes(data)


def test_chunks_and_the_levels_above_them_are_checked_like_the_rest(
    database: Path, log: Log, sign_in: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracer.log import verify

    monkeypatch.setattr(verify, "_LEVELS", 2)
    monkeypatch.setattr(verify, "_CHUNK", 4)
    roots = {}
    for size in range(1, 40):
        log.append(sign_in)
        roots[size] = log.head()
        found = log.verify(earlier=list(roots.values()))
        assert (found.ok, found.root) == (True, roots[size].root)
    log.close()
    with tampering(database) as connection:
        connection.execute("UPDATE log_node SET hash = zeroblob(32) WHERE level = 4 AND idx = 0")
        connection.execute("UPDATE log_node SET hash = zeroblob(32) WHERE level = 1 AND idx = 15")
        connection.execute("DELETE FROM log_node WHERE level = 3 AND idx = 3")

    assert faults(database) == [
        fault("subtree", 1, 16),
        fault("subtree", 1, 32),
        fault("missing_subtree", 25, 32),
        fault("subtree", 29, 32),
        fault("subtree", 31, 32),
    ]


@pytest.mark.parametrize("change", ["body = 'no JSON'", "body = '[]'", "at = 'yesterday'", "body = x'ff'"])
def test_an_entry_that_was_spoilt_is_named_and_never_shown(filled: Path, change: str) -> None:
    with tampering(filled) as connection:
        connection.execute(f"UPDATE log_entry SET {change} WHERE seq = 6")

    with Log.open(filled) as log, pytest.raises(LogUnavailable, match="Entry 6") as caught:
        list(log.entries())

    assert "verify" in caught.value.shown()
    assert "yesterday" not in caught.value.shown()


def test_a_file_whose_own_description_is_spoilt_is_said_to_be_damaged(filled: Path) -> None:
    # SQLite names the table it cannot make out, and the name is no text any more.
    spoilt = filled.read_bytes().replace(b"log_entrylog_entry", b"\xfaog_entrylog_entry", 1)
    filled.write_bytes(spoilt.replace(b"CREATE TABLE log_entry", b"CREAT\xc5 TABLE log_entry", 1))

    with pytest.raises(LogUnavailable) as caught:
        Log.open(filled)

    assert "backup" in caught.value.shown()
