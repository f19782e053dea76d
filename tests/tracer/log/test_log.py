"""The log as those who use it see it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.errors import LogUnavailable
from tracer.log import Draft, Head, Log, NotForTheLog, tree

CASE = "case_bcdfghjklmnpqrstbcdfghjklmnp"
OTHER = "case_tsrqpnmlkjhgfdcbtsrqpnmlkjhg"


def ended(seq: int, how: str = "answered") -> Draft:
    return Draft(how, actor="li.ming", about=seq, body={"source": "camara.kyc-tenure"})


def test_what_was_appended_is_there_for_another_connection_at_once(
    log: Log, database: Path, sign_in: Draft
) -> None:
    entry = log.append(sign_in)

    with Log.open(database) as other:
        assert other.entry(entry.seq) == entry
        assert other.head() == log.head() == Head(size=1, root=entry.leaf)


def test_numbers_run_from_one_without_a_gap_whoever_writes(log: Log, sign_in: Draft) -> None:
    threads = [threading.Thread(target=lambda: [log.append(sign_in) for _ in range(25)]) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [entry.seq for entry in log.entries()] == list(range(1, 201))
    assert log.verify().ok


def test_drafts_of_one_thread_are_written_in_its_order(log: Log, sign_in: Draft) -> None:
    promises = [log.submit(sign_in) for _ in range(3000)]

    assert [promise.result().seq for promise in promises] == list(range(1, 3001))


def test_the_head_is_the_root_over_all_entries(log: Log, sign_in: Draft) -> None:
    frontier = tree.Frontier()

    for size in range(1, 20):
        list(frontier.add(log.append(sign_in).leaf))
        assert log.head() == Head(size=size, root=frontier.root())
    assert log.root(7) == tree.root(7, _leaves(log))
    assert log.root(0) == tree.EMPTY_ROOT
    with pytest.raises(ValueError, match="the log has 19 entries"):
        log.root(20)


def _leaves(log: Log) -> tree.Node:
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return next(entry.leaf for entry in log.entries(after=index, limit=1))
        return tree.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def test_every_entry_can_be_proved_and_every_beginning(log: Log, sign_in: Draft) -> None:
    entries = [log.append(sign_in) for _ in range(13)]
    head = log.head()

    for entry in entries:
        proof = log.inclusion(entry.seq)
        assert tree.verify_inclusion(entry.seq - 1, 13, entry.leaf, head.root, proof)
        assert tree.verify_consistency(
            entry.seq, 13, log.root(entry.seq), head.root, log.consistency(entry.seq)
        )
    assert log.inclusion(3, size=5) == tree.inclusion_proof(2, 5, _leaves(log))


def test_entries_are_found_by_what_is_named(log: Log, asked: Callable[..., Draft], sign_in: Draft) -> None:
    first = log.append(asked()).seq
    log.append(ended(first))
    log.append(Draft("reveal", actor="wang.fang", case=OTHER))
    log.append(asked("references"))
    log.append(sign_in)

    def found(**named: object) -> list[int]:
        return [entry.seq for entry in log.entries(**named)]  # type: ignore[arg-type]

    assert found(event="asked") == [1, 4]
    assert found(case=CASE) == [1, 4]
    assert found(actor="wang.fang") == [3]
    assert found(source="camara.kyc-tenure") == [1, 2]
    assert found(about=1) == [2]
    assert found(event="asked", source="references") == [4]
    assert found(after=3) == [4, 5]
    assert found(limit=2) == [1, 2]
    assert found(newest=True, limit=2) == [5, 4]
    assert found(newest=True, after=3) == [5, 4]
    assert found(case="case_of_nobody") == []
    assert log.entry(6) is None


def test_entries_longer_than_a_page_come_whole_in_both_directions(log: Log, sign_in: Draft) -> None:
    promises = [log.submit(sign_in) for _ in range(1203)]
    promises[-1].result()

    assert [entry.seq for entry in log.entries()] == list(range(1, 1204))
    assert [entry.seq for entry in log.entries(newest=True, limit=1100)] == list(range(1203, 103, -1))
    assert list(log.entries(limit=0)) == []


def test_an_asked_without_an_ending_is_unfinished_until_it_has_one(
    log: Log, asked: Callable[..., Draft]
) -> None:
    first, second = log.append(asked()), log.append(asked())
    assert log.unfinished() == (first, second)

    log.append(ended(first.seq, "unavailable"))
    assert log.unfinished() == (second,)

    log.append(ended(second.seq))
    third = log.append(asked())
    assert log.unfinished() == (third,)


def test_an_attempt_about_another_does_not_end_it(log: Log, asked: Callable[..., Draft]) -> None:
    first = log.append(asked())

    again = log.append(Draft("asked", actor="li.ming", about=first.seq, body={"attempt": 2}))

    assert log.unfinished() == (first, again)


def test_what_a_process_that_is_gone_left_open_is_closed_as_unknown(
    database: Path, asked: Callable[..., Draft]
) -> None:
    with Log.create(database) as before:
        seqs = [before.append(asked()).seq for _ in range(3)]
        before.append(ended(seqs[1]))

    with Log.open(database) as after:
        closed = after.recover("system")

        assert closed == 2
        assert after.unfinished() == ()
        endings = list(after.entries(event="unknown"))
        assert [entry.about for entry in endings] == [seqs[0], seqs[2]]
        assert all(entry.case == CASE and entry.source == "camara.kyc-tenure" for entry in endings)
        assert all(entry.body["interrupted"] is True for entry in endings)
        assert after.recover("system") == 0


def test_a_log_closed_in_order_leaves_no_sign_and_one_with_open_questions_does(
    database: Path, asked: Callable[..., Draft]
) -> None:
    with Log.create(database) as orderly:
        orderly.append(ended(orderly.append(asked()).seq))
    with Log.open(database) as after:
        assert not after.left_open()
        after.append(asked())

    with Log.open(database) as last:
        assert last.left_open()
        assert last.recover("system") == 1
        assert not last.left_open()


def test_recovery_leaves_alone_what_a_living_process_is_asking(
    database: Path, asked: Callable[..., Draft]
) -> None:
    with Log.create(database) as busy, Log.open(database) as other:
        entry = busy.append(asked())

        assert other.unfinished() == (entry,)
        assert other.abandoned() == ()
        assert other.recover("system") == 0
        assert busy.recover("system") == 0
        assert busy.append(ended(entry.seq)).outcome == "answered"


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Draft("answered", actor="a"), "must say which entry it ends"),
        (ended(9), "no entry 9"),
        (ended(1), "has its ending already"),
        (ended(2), "asked nothing"),
        (Draft("reveal", actor="a", about=9), "no entry 9"),
    ],
    ids=["of nothing", "of what is not there", "twice", "of an ending", "about what is not there"],
)
def test_what_does_not_fit_the_past_is_refused_and_the_rest_of_the_commit_is_written(
    log: Log, asked: Callable[..., Draft], sign_in: Draft, draft: Draft, why: str
) -> None:
    log.append(ended(log.append(asked()).seq))

    promises = [log.submit(sign_in), log.submit(draft), log.submit(sign_in)]

    with pytest.raises(NotForTheLog, match=why):
        promises[1].result()
    assert [promises[0].result().seq, promises[2].result().seq] == [3, 4]
    assert log.verify().ok


def test_two_endings_in_one_commit_are_one_too_many(log: Log, asked: Callable[..., Draft]) -> None:
    seq = log.append(asked()).seq

    promises = [log.submit(ended(seq)), log.submit(ended(seq, "unknown"))]

    assert promises[0].result().outcome == "answered"
    with pytest.raises(NotForTheLog):
        promises[1].result()


def test_a_clock_that_runs_back_a_little_does_not_turn_time_back(
    log: Log, clock: Callable[[], dt.datetime], sign_in: Draft
) -> None:
    first = log.append(sign_in)

    clock.move(minutes=-4)  # type: ignore[attr-defined]

    assert log.append(sign_in).at == first.at
    assert log.verify().ok


def test_a_clock_that_runs_back_far_stops_the_log_until_somebody_has_looked(
    log: Log, clock: Callable[[], dt.datetime], sign_in: Draft
) -> None:
    log.append(sign_in)
    clock.move(minutes=-6)  # type: ignore[attr-defined]

    with pytest.raises(LogUnavailable, match="The clock says 2026-03-02T09:24"):
        log.append(sign_in)
    assert log.head().size == 1

    log.append(Draft("clock_corrected", actor="li.ming"))
    assert log.append(sign_in).seq == 3
    assert log.verify().ok


def test_a_log_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="unable to open"):
        Log.open(tmp_path / "absent.db")

    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_log_is_told_from_one_with_an_empty_log(database: Path) -> None:
    sqlite3.connect(database).execute("CREATE TABLE other (x)").connection.close()

    with pytest.raises(LogUnavailable, match="no such table") as raised:
        Log.open(database)

    assert "tracer init" in raised.value.shown()


def test_a_file_that_is_no_database_is_named_as_damaged(database: Path) -> None:
    database.write_bytes(b"not a database, and longer than a page header" * 100)

    with pytest.raises(LogUnavailable) as raised:
        Log.open(database)

    assert "backup" in raised.value.shown()


def test_making_a_log_again_changes_nothing(database: Path, sign_in: Draft) -> None:
    with Log.create(database) as log:
        head = Head(size=1, root=log.append(sign_in).leaf)

    with Log.create(database) as again:
        assert again.head() == head
        assert again.verify().ok


def test_a_closed_log_takes_nothing_and_has_written_what_it_took(database: Path, sign_in: Draft) -> None:
    log = Log.create(database)
    promises = [log.submit(sign_in) for _ in range(50)]

    log.close()
    log.close()

    assert promises[-1].result(timeout=0).seq == 50
    with pytest.raises(LogUnavailable, match="closed"):
        log.submit(sign_in)
    assert [path.name for path in database.parent.iterdir() if path.is_dir()] == ["tracer.db-runs"]
    assert list((database.parent / "tracer.db-runs").iterdir()) == []


def test_a_promise_cancelled_before_its_turn_leaves_nothing(log: Log, database: Path, sign_in: Draft) -> None:
    log.append(sign_in)
    blocker = sqlite3.connect(database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    first = log.submit(sign_in)
    while not first.running():
        pass

    second = log.submit(sign_in)
    cancelled = second.cancel()
    blocker.execute("ROLLBACK")

    assert cancelled
    assert first.result().seq == 2
    assert log.append(sign_in).seq == 3
