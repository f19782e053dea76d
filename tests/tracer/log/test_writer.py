"""Nothing that was acknowledged is ever lost, and nothing that could not be written is acknowledged."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tracer.clock import Clock
from tracer.errors import LogUnavailable
from tracer.log import Draft, Log, turn

SCRIPT = Path(__file__).with_name("crash.py")


def run(*words: object, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, SCRIPT, *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_after_fifty_kills_everything_acknowledged_is_there_and_what_was_open_is_known(
    tmp_path: Path,
) -> None:
    found = run("kill", tmp_path / "log.db", 50, "durable")

    assert (found["lost"], found["wrongly_open"]) == (0, 0)
    assert (found["verifies"], found["contiguous"]) == (True, True)
    # Else nothing was put to the test.
    assert isinstance(found["open"], int)
    assert found["open"] > 20
    assert isinstance(found["acknowledged"], int)
    assert found["acknowledged"] > 200


def test_the_same_kills_do_find_a_log_that_acknowledges_too_early(tmp_path: Path) -> None:
    found = run("kill", tmp_path / "log.db", 25, "early")

    assert isinstance(found["lost"], int)
    assert found["lost"] > 0


def test_eight_processes_leave_no_gap_and_no_number_twice_and_nobody_waits_a_second(tmp_path: Path) -> None:
    found = run("race", tmp_path / "log.db", 8, 60)

    assert found["numbers"] == list(range(1, 481))
    assert (found["in_order"], found["verifies"]) == (True, True)
    assert isinstance(found["longest"], float)
    assert found["longest"] < _second(tmp_path)


def _second(folder: Path) -> float:
    # A second, on a disk that syncs a hundred times in it; more on one that is slower just now.
    with (folder / "raw").open("wb", buffering=0) as file:
        start = time.monotonic()
        for _ in range(20):
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
        return max(1.0, (time.monotonic() - start) / 20 * 100)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_nothing_is_acknowledged_and_with_room_again_the_log_goes_on(small_disk: Path) -> None:
    _goes_on(run("full", small_disk / "log.db", "disk"), "Make room on the disk")


def test_when_files_may_not_grow_nothing_is_acknowledged_and_afterwards_the_log_goes_on(
    tmp_path: Path,
) -> None:
    _goes_on(run("full", tmp_path / "log.db", "limit"), "the log in")


def test_when_the_disk_fails_to_sync_nothing_is_acknowledged_and_afterwards_the_log_goes_on(
    tmp_path: Path,
) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("failing syncs need a C compiler")
    source = tmp_path / "fail.c"
    source.write_text(
        "#include <errno.h>\n#include <stdlib.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n"
        'static int bad(void) { const char *f = getenv("FAIL_SYNC_WHILE"); return f && !access(f, F_OK); }\n'
        "static int fail(void) { errno = EIO; return -1; }\n"
        "int fdatasync(int fd) { return bad() ? fail() : syscall(SYS_fdatasync, fd); }\n"
        "int fsync(int fd) { return bad() ? fail() : syscall(SYS_fsync, fd); }\n"
    )
    library = tmp_path / "fail.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True, capture_output=True)

    found = run(
        "full",
        tmp_path / "log.db",
        "sync",
        LD_PRELOAD=str(library),
        FAIL_SYNC_WHILE=str(tmp_path / "failing"),
    )

    _goes_on(found, "the log in")
    assert found["kept"] == 1


def _goes_on(found: dict[str, object], remedy: str) -> None:
    assert found["refused"] == 3
    assert remedy.lower() in str(found["said"]).lower()
    assert found["size"] == found["kept"]
    assert found["after"] == found["numbers"] == int(str(found["kept"])) + 1
    assert found["verifies"] is True


def test_a_folder_that_cannot_be_written_is_said_so_and_nothing_is_acknowledged(
    database: Path, sign_in: Draft
) -> None:
    Log.create(database).close()
    # Root may write anywhere, so the queue's place is taken instead.
    (database.parent / "tracer.db-queue").mkdir()

    with Log.open(database) as log:
        with pytest.raises(LogUnavailable, match="cannot be used"):
            log.append(sign_in)
        (database.parent / "tracer.db-queue").rmdir()

        assert log.append(sign_in).seq == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_home_can_still_be_read(database: Path, sign_in: Draft) -> None:
    with Log.create(database) as log:
        log.append(sign_in)
    database.chmod(0o400)

    with Log.open(database) as log, pytest.raises(LogUnavailable, match="writable"):
        log.append(sign_in)


def test_a_store_held_too_long_is_an_error_and_leaves_nothing(database: Path, sign_in: Draft) -> None:
    holder = sqlite3.connect(database, isolation_level=None)

    with Log.create(database, patience=0.2) as log:
        holder.execute("BEGIN IMMEDIATE")
        promises = [log.submit(sign_in) for _ in range(3)]
        for promise in promises:
            with pytest.raises(LogUnavailable, match="locked"):
                promise.result()
        holder.execute("ROLLBACK")

        assert log.append(sign_in).seq == 1
        assert log.verify().ok
    holder.close()


def test_a_queue_that_does_not_move_is_an_error_for_all_who_wait_in_it(
    database: Path, sign_in: Draft
) -> None:
    with Log.create(database, patience=0.3) as log:
        log.append(sign_in)
        start = time.monotonic()
        with turn(database):
            promises = [log.submit(sign_in) for _ in range(3)]
            for promise in promises:
                with pytest.raises(LogUnavailable, match="was busy"):
                    promise.result(timeout=10)
        waited = time.monotonic() - start

        assert log.append(sign_in).seq == 2
        assert 0.3 <= waited < 3


def test_an_unexpected_fault_is_an_error_for_everyone_and_does_not_stop_the_log(
    database: Path, sign_in: Draft
) -> None:
    faults = [RuntimeError("the clock broke")]

    def clock() -> object:
        from tracer.clock import now

        if faults:
            raise faults.pop()
        return now()

    with Log.create(database, clock) as log:  # type: ignore[arg-type]
        with pytest.raises(LogUnavailable, match="the clock broke"):
            log.append(sign_in)

        assert log.append(sign_in).seq == 1


def test_another_process_writing_between_is_seen(
    log: Log, database: Path, clock: Clock, sign_in: Draft
) -> None:
    with Log.open(database, clock) as other:
        seqs = [writer.append(sign_in).seq for writer in (log, other, other, log, other, log)]

    assert seqs == [1, 2, 3, 4, 5, 6]
    assert log.verify().ok


def test_a_log_opened_before_a_fork_is_refused_after_it(log: Log, sign_in: Draft) -> None:
    log._writer._process += 1

    with pytest.raises(LogUnavailable, match="another process"):
        log.submit(sign_in)
    log._writer._process -= 1


def test_what_waits_together_is_one_commit(log: Log, database: Path, sign_in: Draft) -> None:
    log.append(sign_in)
    commits = sqlite3.connect(database)
    before = _frames(database)
    held = sqlite3.connect(database, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    first = log.submit(sign_in)
    rest = [log.submit(sign_in) for _ in range(200)]
    held.execute("ROLLBACK")
    for promise in (first, *rest):
        promise.result()

    # A commit writes each page it touched once: 201 commits would have written more than 201 pages.
    assert _frames(database) - before < 100
    commits.close()
    held.close()


def _frames(database: Path) -> int:
    return (database.with_name(database.name + "-wal").stat().st_size - 32) // 4120


def test_the_writing_connection_is_as_durable_as_promised(log: Log, sign_in: Draft) -> None:
    log.append(sign_in)
    connection = log._writer._connection
    assert connection is not None

    told = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _PROMISED}

    assert told == _PROMISED


_PROMISED = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_many_threads_submitting_and_cancelling_leave_a_whole_log(
    log: Log, asked: Callable[..., Draft]
) -> None:
    def work() -> None:
        for number in range(60):
            promise = log.submit(asked())
            if number % 3 == 0:
                promise.cancel()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = log.append(asked())

    assert [entry.seq for entry in log.entries()] == list(range(1, last.seq + 1))
    assert log.verify().ok


def test_a_mistake_in_the_writing_thread_leaves_nobody_waiting(
    log: Log, sign_in: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append(sign_in)
    monkeypatch.setattr(log._writer, "_commit", lambda items: 1 / 0)
    monkeypatch.setattr("threading.excepthook", lambda _: None)

    with pytest.raises(LogUnavailable):
        log.submit(sign_in).result(timeout=10)
    with pytest.raises(LogUnavailable):
        log.submit(sign_in)
