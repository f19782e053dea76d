"""Look-ups at a provider who charges for each, in a process that is killed again and again.

A program of its own, so that it can fork before any thread exists: a provider on loopback who counts what he
charged, and lives of a house that asks him, each ended by kill -9 at a random moment. The next life closes
what was left open and a person asks that again. Two controls must fail: a house that writes its log after the
call, and one whose provider takes no idempotency key. What was learned is printed as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.request
from collections.abc import Generator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from graph.model import FactKind, LineFact, Phone, Role
from sources.contract import Answer, Ask, Channel, Field, HttpCall, Outcome, Reply, Rows, Subject, Terms
from tracer.config import Config, read
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, Timing, network
from tracer.log import Draft, Entry, Log
from tracer.policy import Policy

MODES = ("ours", "late_log", "no_key")
AT_ONCE = 8
TERMS = Terms(
    channel=Channel.CARRIER,
    subject=Subject.NUMBER,
    roles=frozenset({Role.DEBTOR}),
    sends=frozenset({Field.PHONE}),
    needs=frozenset({Field.PHONE}),
    intrusion=1,
    billed_when=frozenset({Outcome.ANSWERED}),
    idempotent=True,
)


@dataclass(frozen=True)
class Carrier:
    terms: Terms
    name: str = "carrier"

    def lookup(self, ask: Ask) -> Generator[HttpCall | Rows, Reply, Answer]:
        assert ask.phone is not None
        reply = yield HttpCall(method="POST", path="/check", json={"phoneNumber": ask.phone.e164})
        if reply.status != 200:
            return Answer(outcome=Outcome.UNAVAILABLE)
        fact = LineFact(
            kind=FactKind.LINE_STATUS, value="active", phone=ask.phone, source="carrier", as_of=ask.today
        )
        return Answer(outcome=Outcome.ANSWERED, facts=(fact,))


class LateLog(Log):
    """The control that must fail: it says "asked" is durable and writes it only when the answer is there."""

    def submit(self, draft: Draft) -> Future[Entry]:
        held: dict[int, Draft] = self.__dict__.setdefault("held", {})
        if draft.event == "asked":
            seq = 1_000_000_000 + len(held)
            held[seq] = draft
            promise: Future[Entry] = Future()
            text = json.dumps({"actor": draft.actor})
            now = Timing().now()
            promise.set_result(
                Entry(
                    seq=seq,
                    at=now,
                    event="asked",
                    about=None,
                    body={"actor": draft.actor},
                    leaf=b"",
                    text=text,
                )
            )
            return promise
        if draft.about in held:
            if draft.event in ("called", "replied"):
                return self.submit(held[draft.about])
            real = super().submit(held[draft.about]).result().seq
            return super().submit(
                Draft(
                    draft.event,
                    actor=draft.actor,
                    purpose=draft.purpose,
                    case=draft.case,
                    about=real,
                    body=draft.body,
                )
            )
        return super().submit(draft)


def pseudonym(kind: str, text: str) -> str:
    digest = hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:28]
    return f"{kind}_" + "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in digest)


def number(which: int) -> Phone:
    return Phone(e164=f"+86154{which:08d}")


def config(port: int, folder: Path, at_once: int = 64) -> Config:
    dates = {"from": "2020-01-01", "until": "2099-12-31"}
    document = {
        "purposes": ["contact_repair"],
        "clients": {
            "northbank": {
                "name": "North Bank (fictional)",
                "agreement": "NB-1",
                "operations": ["lookup"],
                "purposes": ["contact_repair"],
                **dates,
            }
        },
        "sources": [
            {
                "use": "carrier",
                "authorisation": "SBX-2026-7",
                "purposes": ["contact_repair"],
                "roles": ["debtor"],
                "fields": ["phone"],
                "base_url": f"http://127.0.0.1:{port}",
                "rate": 10_000.0,
                "concurrency": at_once,
                "daily": 10_000_000,
                "timeout": 5.0,
                "price": 30,
                **dates,
            }
        ],
    }
    return read(document, file=folder / "config.toml")


# The provider


async def _provide(port_out: int) -> None:
    charges: dict[str, list[str]] = {}
    seen: set[str] = set()
    dice = random.Random(7)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                headers = {
                    line.partition(":")[0].lower(): line.partition(":")[2].strip()
                    for line in head.split("\r\n")[1:]
                    if ":" in line
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if head.startswith("GET /count "):
                    said = str(len(charges)).encode()
                elif head.startswith("GET"):
                    said = json.dumps(charges).encode()
                else:
                    phone = json.loads(body)["phoneNumber"]
                    key = headers.get("idempotency-key", "")
                    await asyncio.sleep(dice.uniform(0, 0.006))
                    # Charged now, whether or not anybody is there to hear the answer.
                    if not key or key not in seen:
                        charges.setdefault(phone, []).append(key)
                    seen.add(key)
                    await asyncio.sleep(dice.uniform(0, 0.006))
                    said = b"{}"
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(said) + said)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    os.write(port_out, f"{server.sockets[0].getsockname()[1]}\n".encode())
    await server.serve_forever()


def _provider() -> tuple[int, int]:
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        asyncio.run(_provide(tell))
        os._exit(0)
    os.close(tell)
    with os.fdopen(told) as source:
        return child, int(source.readline())


# The house


def _live(database: Path, port: int, mode: str, start: int, before: int, out: int) -> None:
    log = (LateLog if mode == "late_log" else Log).open(database)
    terms = replace(TERMS, idempotent=mode != "no_key")
    settings = config(port, database.parent)
    log.recover("system")
    by_name = {pseudonym("number", number(which).key): which for which in range(max(0, start - 2000), start)}
    unknown = {}
    for entry in log.entries(after=before):
        name = str(entry.body.get("number") or "")
        if entry.event == "asked" and name in by_name:
            unknown[name] = by_name[name]
        elif entry.event == "answered" and entry.about is not None:
            asked = log.entry(entry.about)
            unknown.pop(str(asked.body.get("number")) if asked else "", None)
    waiting = [*unknown.values()]
    fresh = iter(range(start, start + 100_000))

    async def ask(gateway: Gateway) -> None:
        while True:
            which = waiting.pop() if waiting else next(fresh)
            found = await gateway.lookup(
                LookupRequest(
                    source=Carrier(terms),
                    settings=settings.sources[0],
                    case=CaseFacts(ref="C-1", client="northbank", open=True, pseudonym=pseudonym),
                    subject=SubjectFacts(role=Role.DEBTOR, ref="debtor", phone=number(which)),
                    actor="li.ming",
                    purpose="contact_repair",
                    # Without keys the gateway asks no second time by itself: the control has it asked.
                    again=mode == "no_key",
                )
            )
            if found.outcome is Outcome.ANSWERED:
                os.write(out, f"{which} {found.entries[0]}\n".encode())

    async def work() -> None:
        async with Gateway(
            policy=Policy(settings), log=log, http=network(), rows=_NoRows(), timing=Timing()
        ) as gateway:
            await asyncio.gather(*(ask(gateway) for _ in range(AT_ONCE)))

    asyncio.run(work())


class _NoRows:
    async def read(self, rows: Rows) -> tuple[dict[str, object], ...]:
        return ()


def kills(database: Path, times: int, mode: str, seed: int) -> dict[str, object]:
    """Live and be killed ``times`` times; give what the provider charged and what the log knows of it."""
    provider, port = _provider()
    Log.create(database).close()
    dice = random.Random(seed)
    start, before, acknowledged, lost = 0, 0, 0, 0
    try:
        for _ in range(times):
            told, tell = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(told)
                _live(database, port, mode, start, before, tell)
                os._exit(0)
            os.close(tell)
            with os.fdopen(told) as source:
                first = source.readline()
                time.sleep(dice.uniform(0.0, 0.03))
                os.kill(child, signal.SIGKILL)
                lines = [first, *source]
            os.waitpid(child, 0)
            said = [line.split() for line in lines if line.endswith("\n")]
            with Log.open(database) as log:
                # One life back is enough: what was left open there was asked again in this one.
                entries = {entry.seq: entry for entry in log.entries(after=before)}
                ended = {entry.about for entry in entries.values() if entry.event == "answered"}
                if mode != "late_log":
                    lost += sum(int(seq) not in ended for _, seq in said)
                names = {str(entry.body.get("number")) for entry in entries.values()}
                before = min((entry.seq for entry in log.unfinished()), default=log.head().size + 1) - 1
            acknowledged += len(said)
            known = {pseudonym("number", number(which).key): which for which in range(start, start + 3000)}
            # In the control nothing is known of those left open: go on behind all that were charged.
            start = max([start, *(known[name] + 1 for name in names if name in known)])
            if mode == "late_log":
                start += AT_ONCE * 2
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as reply:
            charges: dict[str, list[str]] = json.load(reply)
    finally:
        os.kill(provider, signal.SIGKILL)
        os.waitpid(provider, 0)
    with Log.open(database) as log:
        log.recover("system")
        known_numbers = {str(entry.body.get("number")) for entry in log.entries(event="asked")}
        verifies = log.verify().ok
    return {
        "kills": times,
        "charged": len(charges),
        "unlogged": sum(pseudonym("number", phone) not in known_numbers for phone in charges),
        "twice": sum(len(keys) > 1 for keys in charges.values()),
        "acknowledged": acknowledged,
        "lost": lost,
        "verifies": verifies,
    }


def main() -> None:
    """``paying.py DATABASE KILLS MODE SEED``."""
    database, times, mode, seed = sys.argv[1:]
    assert threading.active_count() == 1
    assert mode in MODES
    print(json.dumps(kills(Path(database), int(times), mode, int(seed))))


if __name__ == "__main__":
    main()
