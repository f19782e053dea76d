"""Processes that write the log and are killed, or find it unwritable: test_writer.py runs one job a time.

It is a program of its own so that it can fork before any thread exists. What it learns it prints as JSON.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tracer.errors import LogUnavailable
from tracer.log import Draft, Log

ACTOR = "li.ming"
PLENTY = 64 * 1024 * 1024


def asked() -> Draft:
    return Draft("asked", actor=ACTOR, purpose="contact_repair", body={"source": "camara.kyc-tenure"})


def answered(seq: int) -> Draft:
    return Draft("answered", actor=ACTOR, about=seq, body={"source": "camara.kyc-tenure"})


def kill(database: Path, times: int, early: bool) -> dict[str, object]:
    """Kill -9 a process that asks and answers from four threads, many times; then look at what is left.

    ``early`` is the control that must fail: it acknowledges what is only promised.
    """
    Log.create(database).close()
    rng = random.Random(20261123)
    lost, asked_open, wrong_open, acknowledged = 0, 0, 0, 0
    for _ in range(times):
        before = _head(database)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _ask_for_ever(database, writer, early)
        os.close(writer)
        with os.fdopen(reader) as told:
            first = told.readline()  # it works
            time.sleep(rng.uniform(0.0, 0.03))
            os.kill(child, signal.SIGKILL)
            lines = [first, *told]
        os.waitpid(child, 0)
        said = [line.split() for line in lines if line.endswith("\n")]
        acknowledged += len(said)
        with Log.open(database) as log:
            there = {entry.seq: entry.event for entry in log.entries(after=before)}
            if early:
                lost += max(0, len(said) - len(there))
            else:
                lost += sum(there.get(int(seq)) != event for event, seq in said)
            ended = {entry.about for entry in log.entries(after=before) if entry.event != "asked"}
            expected = {seq for seq, event in there.items() if event == "asked"} - ended
            found = {entry.seq for entry in log.unfinished()}
            wrong_open += found != expected
            asked_open += len(found)
            log.recover("system")
            wrong_open += bool(log.unfinished())
    with Log.open(database) as log:
        return {
            "acknowledged": acknowledged,
            "lost": lost,
            "open": asked_open,
            "wrongly_open": wrong_open,
            "verifies": log.verify().ok,
            "contiguous": [entry.seq for entry in log.entries()] == list(range(1, log.head().size + 1)),
        }


def _head(database: Path) -> int:
    with Log.open(database) as log:
        return log.head().size


def _ask_for_ever(database: Path, out: int, early: bool) -> None:
    log = Log.open(database)

    def work() -> None:
        while True:
            if early:
                promise = log.submit(asked())
                os.write(out, b"asked 0\n")
                log.submit(answered(promise.result().seq))
                os.write(out, b"answered 0\n")
                continue
            seq = log.append(asked()).seq
            os.write(out, f"asked {seq}\n".encode())
            os.write(out, f"answered {log.append(answered(seq)).seq}\n".encode())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    threads[0].join()


def race(database: Path, processes: int, each: int) -> dict[str, object]:
    """Let several processes append at once; give the numbers each got and its longest wait."""
    Log.create(database).close()
    pipes = []
    for _ in range(processes):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(reader)
            log = Log.open(database)
            got, longest = [], 0.0
            for _ in range(each):
                start = time.monotonic()
                got.append(log.append(Draft("sign_in", actor=ACTOR)).seq)
                longest = max(longest, time.monotonic() - start)
            log.close()
            with os.fdopen(writer, "w") as out:
                json.dump([got, longest], out)
            os._exit(0)
        os.close(writer)
        pipes.append(reader)
    told = []
    for reader in pipes:
        with os.fdopen(reader) as source:
            told.append(json.load(source))
    for _ in range(processes):
        os.wait()
    with Log.open(database) as log:
        return {
            "numbers": sorted(seq for got, _ in told for seq in got),
            "in_order": all(got == sorted(got) for got, _ in told),
            "longest": max(longest for _, longest in told),
            "verifies": log.verify().ok,
        }


def full(database: Path, how: str) -> dict[str, object]:
    """Fill the disk under an open log, make room, go on; tell what was promised and what is there."""
    log = Log.create(database)
    log.append(asked())
    fill, empty = _FILLS[how](database)
    fill()
    kept, refused = 1, 0
    said = ""
    for _ in range(3):
        for _ in range(2000):
            try:
                log.append(asked())
                kept += 1
            except LogUnavailable as error:
                refused += 1
                said = error.shown()
                break
    size = log.head().size
    empty()
    after = log.append(Draft("sign_in", actor=ACTOR)).seq
    found = log.verify()
    log.close()
    return {
        "kept": kept,
        "refused": refused,
        "said": said,
        "size": size,
        "after": after,
        "verifies": found.ok,
        "numbers": found.size,
    }


def _small_disk(database: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    ballast = database.with_name("ballast")

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    return fill, ballast.unlink


def _file_limit(database: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    # No file of this process may grow beyond what the write-ahead log has already.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    grown = database.with_name(database.name + "-wal").stat().st_size

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (grown, resource.RLIM_INFINITY))

    def empty() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return fill, empty


def _bad_sync(database: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    # The library that test_writer.py preloads fails every sync while this file is there.
    flag = Path(os.environ["FAIL_SYNC_WHILE"])
    return flag.touch, flag.unlink


_FILLS = {"disk": _small_disk, "limit": _file_limit, "sync": _bad_sync}


def main() -> None:
    """Do the job that is named."""
    job, database, *more = sys.argv[1:]
    path = Path(database)
    if job == "kill":
        found = kill(path, int(more[0]), more[1] == "early")
    elif job == "race":
        found = race(path, int(more[0]), int(more[1]))
    elif job == "full":
        found = full(path, more[0])
    else:
        raise SystemExit(errno.EINVAL)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
