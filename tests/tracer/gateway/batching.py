"""A batch of look-ups at a provider who charges for each, in a process that is killed in the middle of it.

A program of its own, so that it can fork before any thread exists. Every life reads from the log what was
answered, closes what was left open, and asks the rest. The provider counts what he charged: one key once
where he takes keys, else every question. What was learned is printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from paying import TERMS, Carrier, _NoRows, _provide, config, pseudonym

from graph.model import Phone, Role
from sources.contract import Outcome
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, Timing, network
from tracer.log import Log
from tracer.policy import Policy

MODES = ("keyed", "keyless", "blind")
# Many, so that one flush of the disk serves many; a kill leaves at most so many open.
AT_ONCE = 192


def number(which: int) -> Phone:
    return Phone(e164=f"+86154{which:08d}")


def answered(log: Log, names: dict[str, int]) -> set[int]:
    """The numbers whose look-up has an answer in the log."""
    asked = {entry.seq: str(entry.body.get("number")) for entry in log.entries(event="asked")}
    return {
        names[asked[entry.about]]
        for entry in log.entries(event="answered")
        if entry.about in asked and asked[entry.about] in names
    }


def live(database: Path, port: int, mode: str, count: int, out: int) -> None:
    """Ask what is left of the batch; say how many were answered, refused and what is left open."""
    log = Log.open(database)
    log.recover("system")
    settings = config(port, database.parent, at_once=AT_ONCE)
    source = Carrier(replace(TERMS, idempotent=mode == "keyed"))
    done = answered(log, {pseudonym("number", number(which).key): which for which in range(count)})
    left = iter([which for which in range(count) if which not in done])
    open_still = 0
    os.write(out, f"started {len(done)}\n".encode())

    async def ask(gateway: Gateway) -> None:
        nonlocal open_still
        for which in left:
            found = await gateway.lookup(
                LookupRequest(
                    source=source,
                    settings=settings.sources[0],
                    case=CaseFacts(ref=f"C-{which}", client="northbank", open=True, pseudonym=pseudonym),
                    subject=SubjectFacts(role=Role.DEBTOR, ref="debtor", phone=number(which)),
                    actor="li.ming",
                    purpose="contact_repair",
                    # The control: a house that puts every question again, whatever became of it.
                    again=mode == "blind",
                )
            )
            open_still += found.outcome is Outcome.REFUSED

    async def work() -> None:
        async with Gateway(
            policy=Policy(settings), log=log, http=network(), rows=_NoRows(), timing=Timing()
        ) as gateway:
            await asyncio.gather(*(ask(gateway) for _ in range(AT_ONCE)))

    asyncio.run(work())
    log.close()
    os.write(out, f"finished {open_still}\n".encode())


def provider() -> tuple[int, int]:
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        asyncio.run(_provide(tell))
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as source:
        return child, int(source.readline())


def batch(database: Path, count: int, kills: int, mode: str, seed: int) -> dict[str, object]:
    """Make the batch, killed ``kills`` times on its way; give what was charged, answered and left open."""
    vendor, port = provider()
    Log.create(database).close()
    dice = random.Random(seed)
    start, killed, left, finished = time.monotonic(), 0, 0, False
    try:
        while not finished:
            told, tell = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(told)
                live(database, port, mode, count, tell)
                os._exit(0)
            os.close(tell)
            with os.fdopen(told) as source:
                first = source.readline()
                done = int(first.split()[1])
                if killed < kills:
                    # Somewhere in the next part of the batch; how quick the machine is does not matter.
                    share = count * (killed + 1) // (kills + 1)
                    _wait_until(port, max(done + 1, round(share * dice.uniform(0.9, 1.0))), child)
                    os.kill(child, signal.SIGKILL)
                    killed += 1
                said = source.read().split()
            os.waitpid(child, 0)
            finished = said[:1] == ["finished"]
            left = int(said[1]) if finished else 0
        charges = _charges(port)
    finally:
        os.kill(vendor, signal.SIGKILL)
        os.waitpid(vendor, 0)
    with Log.open(database) as log:
        names = {pseudonym("number", number(which).key): which for which in range(count)}
        known = len(answered(log, names))
        verifies = log.verify().ok
        entries = log.head().size
    twice = sum(len(keys) > 1 for keys in charges.values())
    return {
        "look_ups": count,
        "kills": killed,
        "charged": len(charges),
        "twice": twice,
        "answered": known,
        "left_open": left,
        "verifies": verifies,
        "entries": entries,
        "seconds": round(time.monotonic() - start),
    }


def _charges(port: int) -> dict[str, list[str]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as reply:
        found: dict[str, list[str]] = json.load(reply)
    return found


def _count(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count") as reply:
        return int(reply.read())


def _wait_until(port: int, charged: int, child: int) -> None:
    while _count(port) < charged:
        time.sleep(1.0)
        if os.waitpid(child, os.WNOHANG)[0]:
            raise RuntimeError("the batch ended before it was killed")


def main() -> None:
    """``batching.py DATABASE COUNT KILLS MODE SEED``."""
    database, count, kills, mode, seed = sys.argv[1:]
    assert threading.active_count() == 1
    assert mode in MODES
    print(json.dumps(batch(Path(database), int(count), int(kills), mode, int(seed))))


if __name__ == "__main__":
    main()
