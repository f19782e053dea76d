"""A real gateway, a real log, and a carrier on loopback that misbehaves as told."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from graph.model import FactKind, LineFact, Phone, Role
from sources.contract import Answer, Ask, Channel, Field, HttpCall, Outcome, Reply, Rows, Subject, Terms
from sources.testing import fictional
from tracer.config import Config, read
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, Timing, network
from tracer.log import Entry, Log
from tracer.policy import Policy
from tracer.vault import CaseKey

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
SECRET = "TRACER_TEST_SECRET"
KEY = CaseKey(bytes(32), b"")

CARRIER_TERMS = Terms(
    channel=Channel.CARRIER,
    subject=Subject.NUMBER,
    roles=frozenset({Role.DEBTOR}),
    sends=frozenset({Field.PHONE, Field.ANCHOR_DATE}),
    needs=frozenset({Field.PHONE}),
    intrusion=1,
    billed_when=frozenset({Outcome.ANSWERED}),
)

Lookup = Callable[[Ask], Generator[HttpCall | Rows, Reply, Answer]]


@dataclass(frozen=True)
class Scripted:
    """A source whose look-up is a function of the test."""

    script: Lookup
    terms: Terms = CARRIER_TERMS
    name: str = "carrier"

    def lookup(self, ask: Ask) -> Generator[HttpCall | Rows, Reply, Answer]:
        return self.script(ask)


def changed_hands(ask: Ask, value: str = "no") -> LineFact:
    assert ask.phone is not None
    return LineFact(
        kind=FactKind.HOLDER_CHANGED_SINCE,
        value=value,
        phone=ask.phone,
        source="carrier",
        as_of=ask.today,
        anchor=ask.anchor_date,
    )


def asks_once(ask: Ask) -> Generator[HttpCall | Rows, Reply, Answer]:
    """A well-mannered carrier source: one POST, a yes or no."""
    assert ask.phone is not None
    reply = yield HttpCall(method="POST", path="/check", json={"phoneNumber": ask.phone.e164})
    if reply.status == 429:
        return Answer(outcome=Outcome.RATE_LIMITED)
    if reply.status >= 500:
        return Answer(outcome=Outcome.UNAVAILABLE)
    if reply.status != 200:
        return Answer(outcome=Outcome.PROTOCOL_ERROR, raw=str(reply.status))
    try:
        recycled = json.loads(reply.body)["phoneNumberRecycled"]
    except (ValueError, KeyError, TypeError):
        return Answer(outcome=Outcome.PROTOCOL_ERROR)
    return Answer(outcome=Outcome.ANSWERED, facts=(changed_hands(ask, "yes" if recycled else "no"),))


def asks_with_token(ask: Ask) -> Generator[HttpCall | Rows, Reply, Answer]:
    assert ask.phone is not None
    reply = yield HttpCall(method="POST", path="/check", json={"phoneNumber": ask.phone.e164}, scope="a:read")
    if reply.status == 401:
        return Answer(outcome=Outcome.AUTH_FAILED)
    return Answer(outcome=Outcome.ANSWERED, facts=(changed_hands(ask),))


class Moments:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []
        self.day = NOW

    def timing(self) -> Timing:
        return Timing(now=self.now, monotonic=lambda: self.seconds, sleep=self.sleep)

    def now(self) -> dt.datetime:
        return self.day + dt.timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class House:
    """Everything a look-up needs, and the log to read afterwards."""

    log: Log
    moments: Moments
    folder: Path
    settings: dict[str, object] = field(default_factory=dict)
    config_changes: dict[str, object] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    read_rows: list[Rows] = field(default_factory=list)

    def config(self) -> Config:
        document: dict[str, object] = {
            "purposes": ["contact_repair"],
            "clients": {
                "northbank": {
                    "name": "North Bank (fictional)",
                    "agreement": "NB-1",
                    "from": dt.date(2026, 1, 1),
                    "until": dt.date(2026, 12, 31),
                    "operations": ["lookup"],
                    "purposes": ["contact_repair"],
                }
            },
            "sources": [
                {
                    "use": "carrier",
                    "authorisation": "SBX-2026-7",
                    "from": dt.date(2026, 1, 1),
                    "until": dt.date(2026, 12, 31),
                    "purposes": ["contact_repair"],
                    "roles": ["debtor"],
                    "fields": ["phone", "anchor_date"],
                    "rate": 1000.0,
                    "timeout": 5.0,
                    "price": 30,
                    **self.settings,
                }
            ],
            **self.config_changes,
        }
        return read(document, file=self.folder / "config.toml")

    def gateway(self, http: httpx.AsyncBaseTransport | None = None) -> Gateway:
        provider = _Provider(self)
        return Gateway(
            policy=Policy(self.config()),
            log=self.log,
            http=http or network(),
            rows=provider,
            timing=self.moments.timing(),
        )

    def request(
        self, script: Lookup = asks_once, terms: Terms = CARRIER_TERMS, **changes: object
    ) -> LookupRequest:
        who = fictional(1)
        case = {
            "ref": "C-880017",
            "client": "northbank",
            "open": True,
            "pseudonym": pseudonym,
            "seal": KEY.seal,
            "unseal": KEY.open,
        }
        subject = {
            "role": Role.DEBTOR,
            "phone": who.phone,
            "anchor_date": dt.date(2023, 2, 17),
            "name": who.name,
        }
        for name, value in changes.items():
            (case if name in {"ref", "client", "open"} else subject)[name] = value
        purpose = subject.pop("purpose", "contact_repair")
        return LookupRequest(
            source=Scripted(script, terms),
            settings=self.config().sources[0],
            case=CaseFacts(**case),  # type: ignore[arg-type]
            subject=SubjectFacts(**subject),  # type: ignore[arg-type]
            actor="li.ming",
            purpose=str(purpose),
        )

    def entries(self) -> list[Entry]:
        return list(self.log.entries())

    def events(self) -> list[str]:
        return [entry.event for entry in self.entries()]


@dataclass
class _Provider:
    house: House

    async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        self.house.read_rows.append(rows)
        return tuple(self.house.rows[rows.table])


def pseudonym(kind: str, text: str) -> str:
    digest = hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()[:28]
    return f"{kind}_" + "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in digest)


@pytest.fixture
def moments() -> Moments:
    return Moments()


@pytest.fixture
def house(tmp_path: Path, moments: Moments, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv(SECRET, "not-a-real-secret")
    log = Log.create(tmp_path / "store.sqlite", moments.now)
    yield House(log=log, moments=moments, folder=tmp_path)
    log.close()


# A carrier on loopback


Step = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Teller:
    """Answers requests on loopback with ``steps`` in order (the last again and again); keeps what came."""

    steps: list[Step]
    requests: list[bytes] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.requests.append(head + await reader.readexactly(length))
            step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
            await step(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort() if writer.transport.is_closing() else writer.close()


@asynccontextmanager
async def teller(*steps: Step) -> AsyncIterator[Teller]:
    told = Teller(list(steps))
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()
        # Steps that never answer are ended here; wait_closed would wait for them.
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "Teller.serve" in repr(task.get_coro()):
                task.cancel()
        await asyncio.sleep(0)


def says(status: int, body: bytes, **headers: str) -> Step:
    async def step(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return step


OK = says(200, b'{"phoneNumberRecycled": false}')
TOKEN = says(200, b'{"access_token": "t-one", "token_type": "Bearer", "expires_in": 3600}')


@pytest.fixture
def phone() -> Phone:
    return fictional(1).phone


@pytest.fixture
def kit() -> object:
    """This module, for tests that need more of it than fixtures."""
    return types.SimpleNamespace(**globals())
