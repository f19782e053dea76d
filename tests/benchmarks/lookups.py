"""Look-ups a second against a carrier on loopback that takes 50 ms: the configured rate must be what limits.

    .venv/bin/python tests/benchmarks/lookups.py [seconds]

For each rate it prints the look-ups a second that were answered, beside the rate, and the durable log entries
a second that came with them. The last line has a rate nobody reaches: it shows what we ourselves can do.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from graph.model import Role
from sources.carrier.camara import SubscriptionStatus
from sources.contract import Outcome, Rows
from sources.testing import fictional
from tracer.config import read
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, network
from tracer.log import Log
from tracer.policy import Policy

LATENCY = 0.05
SECRET = "TRACER_BENCH_SECRET"
ANSWER = b'{"voiceSmsIn":"active","voiceSmsOut":"active","dataService":"active"}'
TOKEN = b'{"access_token":"bench","token_type":"Bearer","expires_in":3600}'


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection, each after the latency."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            await asyncio.sleep(LATENCY)
            body = TOKEN if head.startswith(b"post /token") else ANSWER
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        writer.close()


class NoRows:
    """No tables: a carrier needs none."""

    async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        """Give nothing."""
        return ()


def pseudonym(kind: str, text: str) -> str:
    """Stand in for a case key."""
    digest = hashlib.sha256(f"{kind}{text}".encode()).hexdigest()[:28]
    return f"{kind}_" + "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in digest)


async def measure(rate: float, concurrency: int, seconds: float) -> None:
    """Ask for about ``seconds`` at ``rate`` and print what came of it."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    dates = {"from": dt.date(2020, 1, 1), "until": dt.date(2099, 12, 31), "purposes": ["contact_repair"]}
    client = {"name": "North Bank (fictional)", "agreement": "NB-1", "operations": ["lookup"], **dates}
    source = {
        "use": "camara.subscription-status",
        "authorisation": "SBX-1",
        "roles": ["debtor"],
        "fields": ["phone"],
        "base_url": url,
        "token_url": f"{url}/token",
        "client_id": "bench",
        "secret_env": SECRET,
        "rate": rate,
        "concurrency": concurrency,
        "daily": 10_000_000,
        **dates,
    }
    with tempfile.TemporaryDirectory() as folder:
        config = read(
            {"purposes": ["contact_repair"], "clients": {"northbank": client}, "sources": [source]},
            file=Path(folder, "config.toml"),
        )
        with Log.create(Path(folder, "store.sqlite")) as log:
            gateway = Gateway(policy=Policy(config), log=log, http=network(), rows=NoRows())
            count = max(20, round(min(rate, concurrency / LATENCY, 400) * seconds))

            async def one(number: int) -> Outcome:
                case = CaseFacts(ref=f"C-{number}", client="northbank", open=True, pseudonym=pseudonym)
                subject = SubjectFacts(role=Role.DEBTOR, phone=fictional(number % 10_000).phone)
                request = LookupRequest(
                    source=SubscriptionStatus(),
                    settings=config.sources[0],
                    case=case,
                    subject=subject,
                    actor="bench",
                    purpose="contact_repair",
                )
                return (await gateway.lookup(request)).outcome

            start = time.perf_counter()
            outcomes = await asyncio.gather(*(one(number) for number in range(count)))
            taken = time.perf_counter() - start
            answered = outcomes.count(Outcome.ANSWERED)
            entries = log.head().size
            await gateway.aclose()
    server.close()
    print(
        f"rate {rate:8.0f}/s  concurrency {concurrency:4d}  answered {answered}/{count}  "
        f"{answered / taken:8.1f} look-ups/s  {answered / taken / rate:6.1%} of the rate  "
        f"{entries / taken:8.0f} log entries/s"
    )


def main() -> None:
    """Measure at several rates."""
    os.environ[SECRET] = "bench"
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4.0
    for rate, concurrency in ((5, 4), (20, 4), (100, 16), (400, 64), (10_000, 64)):
        asyncio.run(measure(rate, concurrency, seconds))


if __name__ == "__main__":
    main()
