"""Look-ups a second against the sandbox operator that takes 50 ms: the configured rate must be what limits.

    .venv/bin/python -m tests.benchmarks.lookups [seconds]

The sandbox runs in a process of its own and speaks HTTP with OAuth2 on loopback. For each configured rate it
says the look-ups a second that were answered, and the durable log entries that came with them. The last rate
is one nobody reaches: it shows what we ourselves can do.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from graph.model import Role
from sources.carrier.camara import SubscriptionStatus
from sources.contract import Outcome, Rows
from sources.testing import fictional
from tests.benchmarks.measuring import Figure, arguments, tell
from tracer.config import read
from tracer.demo.sandbox import Holding, Line, Sandbox, SandboxWorld
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, network
from tracer.log import Log
from tracer.policy import Policy

LATENCY = 0.05
RATES = ((20, 4), (100, 16), (400, 64), (10_000, 64))
SECRET = "TRACER_BENCH_SECRET"


def _operate(pipe: Connection) -> None:
    held = Holding(holder_name="", holder_id="", since=dt.date(2020, 1, 1))
    lines = {fictional(number).phone.key: Line(holder_history=(held,)) for number in range(10_000)}
    with Sandbox(SandboxWorld(today=dt.date.today(), lines=lines), latency=LATENCY) as operator:
        pipe.send((operator.base_url, operator.token_url, operator.client_id, operator.client_secret))
        pipe.recv()


@contextmanager
def sandbox() -> Iterator[tuple[str, str, str]]:
    """Run the operator in a process of its own; give its address, its token's and the client id."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_operate, args=(there,))
    process.start()
    base_url, token_url, client_id, secret = here.recv()
    os.environ[SECRET] = secret
    try:
        yield base_url, token_url, client_id
    finally:
        here.send("stop")
        process.join()


class NoRows:
    """No tables: a carrier needs none."""

    async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        """Give nothing."""
        return ()


def pseudonym(kind: str, text: str) -> str:
    """Stand in for a case key."""
    digest = hashlib.sha256(f"{kind}{text}".encode()).hexdigest()[:28]
    return f"{kind}_" + "".join("bcdfghjklmnpqrst"[int(digit, 16)] for digit in digest)


async def measure(operator: tuple[str, str, str], rate: float, concurrency: int, seconds: float) -> Figure:
    """Ask for about ``seconds`` at ``rate``; give what came of it."""
    base_url, token_url, client_id = operator
    dates = {"from": dt.date(2020, 1, 1), "until": dt.date(2099, 12, 31), "purposes": ["contact_repair"]}
    client = {"name": "North Bank (fictional)", "agreement": "NB-1", "operations": ["lookup"], **dates}
    source = {
        "use": "camara.subscription-status",
        "authorisation": "SBX-1",
        "roles": ["debtor"],
        "fields": ["phone"],
        "base_url": base_url,
        "token_url": token_url,
        "client_id": client_id,
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
    assert answered == count, set(outcomes)
    limit = min(rate, concurrency / LATENCY)
    limited = rate < concurrency / LATENCY
    return Figure(
        what=f"Look-ups against the sandbox, {LATENCY * 1e3:.0f} ms, "
        + (f"rate {rate:,.0f}/s, {concurrency} at once" if limited else f"no rate, {concurrency} at once"),
        figure=f"{answered / taken:,.0f} look-ups/s ({answered / taken / limit:.0%} of the limit)",
        beside=f"{'the configured rate' if limited else 'the latency'} allows {limit:,.0f}/s; "
        f"{entries / taken:,.0f} durable log entries/s",
    )


def main() -> None:
    """Measure at several rates."""
    chosen = arguments(__doc__ or "", 5, "seconds for each rate")
    with sandbox() as operator:
        figures = [
            asyncio.run(measure(operator, rate, concurrency, chosen.size)) for rate, concurrency in RATES
        ]
    tell(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
