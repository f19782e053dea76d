"""Look-ups a second against the sandbox operator that takes 50 ms: the configured rate must be what limits.

    .venv/bin/python -m tests.benchmarks.lookups [seconds]

The sandbox runs in a process of its own and speaks HTTP with OAuth2 on loopback. For each configured rate it
says the look-ups a second that were answered, and the durable log entries that came with them; the last rate
is one nobody reaches: it shows what we ourselves can do. Then 1, 10 and 50 sources at once, each with a limit
of its own; what a look-up costs beside the vendor's time, and in which parts; and the time to a first answer.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
import timeit
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from graph.model import Role
from sources.carrier.camara import SubscriptionStatus
from sources.contract import Outcome, Reply, Rows
from sources.testing import an_ask, drive, fictional
from tests.benchmarks.measuring import Figure, arguments, tell
from tracer.config import Config, Operation, read
from tracer.demo.sandbox import Holding, Line, Sandbox, SandboxWorld
from tracer.gateway import CaseFacts, Gateway, LookupRequest, SubjectFacts, network
from tracer.log import Draft, Log
from tracer.log.entry import JSON
from tracer.policy import Policy, Question

LATENCY = 0.05
RATES = ((20, 4), (100, 16), (400, 64), (10_000, 64))
# Sources at once, each with this rate and so many look-ups in work: 50 of them may make 1,000 a second.
SOURCES, RATE_EACH, AT_ONCE_EACH = (1, 10, 50), 20, 2
ONE_BY_ONE = 40
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


def configured(
    operator: tuple[str, str, str], folder: str, rate: float, concurrency: int, sources: int = 1
) -> Config:
    """Give a configuration of so many sources at the operator, each with a limit of its own."""
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
    several = [{**source, "id": f"operator-{number}"} for number in range(sources)]
    return read(
        {"purposes": ["contact_repair"], "clients": {"northbank": client}, "sources": several},
        file=Path(folder, "config.toml"),
    )


def asked(config: Config, number: int) -> LookupRequest:
    """Give the ``number``-th look-up, of the sources in turn."""
    return LookupRequest(
        source=SubscriptionStatus(),
        settings=config.sources[number % len(config.sources)],
        case=CaseFacts(ref=f"C-{number}", client="northbank", open=True, pseudonym=pseudonym),
        subject=SubjectFacts(role=Role.DEBTOR, phone=fictional(number % 10_000).phone),
        actor="bench",
        purpose="contact_repair",
    )


async def together(operator: tuple[str, str, str], sources: int, seconds: float) -> Figure:
    """Ask many sources at once, each at its own rate; give the look-ups a second of all."""
    limit = sources * RATE_EACH
    with tempfile.TemporaryDirectory() as folder:
        config = configured(operator, folder, RATE_EACH, AT_ONCE_EACH, sources)
        with Log.create(Path(folder, "store.sqlite")) as log:
            gateway = Gateway(policy=Policy(config), log=log, http=network(), rows=NoRows())
            count = max(sources, round(limit * seconds / 2))
            start = time.perf_counter()
            found = await asyncio.gather(*(gateway.lookup(asked(config, n)) for n in range(count)))
            taken = time.perf_counter() - start
            await gateway.aclose()
    assert all(one.outcome is Outcome.ANSWERED for one in found)
    return Figure(
        what=f"Look-ups of {sources} source{'s' * (sources > 1)} at once, {LATENCY * 1e3:.0f} ms, rate "
        f"{RATE_EACH}/s and {AT_ONCE_EACH} at a time each",
        figure=f"{count / taken:,.0f} look-ups/s ({count / taken / limit:.0%} of the limit)",
        beside=f"the configured rates allow {limit:,}/s",
    )


async def alone(operator: tuple[str, str, str]) -> list[Figure]:
    """One look-up after the other: what it takes beside the vendor's time, in which parts, and the first."""
    with tempfile.TemporaryDirectory() as folder:
        config = configured(operator, folder, 10_000, 1)
        begun = time.perf_counter()
        with Log.create(Path(folder, "store.sqlite")) as log:
            gateway = Gateway(policy=Policy(config), log=log, http=network(), rows=NoRows())
            await gateway.lookup(asked(config, 0))
            first = time.perf_counter() - begun
            took, spent = [], time.process_time()
            for number in range(1, ONE_BY_ONE + 1):
                start = time.perf_counter()
                await gateway.lookup(asked(config, number))
                took.append(time.perf_counter() - start)
            processor = (time.process_time() - spent) / ONE_BY_ONE
            await gateway.aclose()
            parts = {"policy": _policy(config), "log": _log(log), "parsing": _parsing()}
    own = statistics.median(took) - LATENCY
    shares = ", ".join(f"{name} {seconds * 1e3:.2f} ms" for name, seconds in parts.items())
    return [
        Figure(
            what="What a look-up takes beside the vendor's 50 ms, one after the other",
            figure=f"{own * 1e3:.1f} ms ({own / (own + LATENCY):.0%} of the look-up)",
            beside=f"{shares} (two durable entries); {processor * 1e3:.1f} ms of processor in all",
        ),
        Figure(
            what="Time to the first answer: a log made, a token had, the vendor asked",
            figure=f"{first * 1e3:.0f} ms",
            beside=f"of which the vendor's answer is {LATENCY * 1e3:.0f} ms",
        ),
    ]


def _policy(config: Config) -> float:
    policy, terms = Policy(config), SubscriptionStatus().terms
    question = Question(
        operation=Operation.LOOKUP,
        client="northbank",
        purpose="contact_repair",
        case_open=True,
        source=config.sources[0].id,
        terms=terms,
        role=Role.DEBTOR,
        available=terms.sends,
        sends=terms.sends,
    )
    return timeit.timeit(lambda: policy.decide(question, dt.date.today()), number=500) / 500


def _log(log: Log) -> float:
    def both() -> None:
        body: dict[str, JSON] = {"source": "operator-0"}
        entry = log.append(Draft("asked", actor="bench", purpose="contact_repair", body=body))
        log.append(Draft("answered", actor="bench", about=entry.seq, body=body))

    return timeit.timeit(both, number=40) / 40


def _parsing() -> float:
    said = {"voiceSmsIn": "active", "voiceSmsOut": "active", "dataService": "active"}
    reply = Reply(status=200, body=json.dumps(said).encode())
    source, ask = SubscriptionStatus(), an_ask()
    return timeit.timeit(lambda: drive(source.lookup(ask), reply), number=500) / 500


async def measure(operator: tuple[str, str, str], rate: float, concurrency: int, seconds: float) -> Figure:
    """Ask for about ``seconds`` at ``rate``; give what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        config = configured(operator, folder, rate, concurrency)
        with Log.create(Path(folder, "store.sqlite")) as log:
            gateway = Gateway(policy=Policy(config), log=log, http=network(), rows=NoRows())
            count = max(20, round(min(rate, concurrency / LATENCY, 400) * seconds))

            async def one(number: int) -> Outcome:
                return (await gateway.lookup(asked(config, number))).outcome

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
        figures += [asyncio.run(together(operator, sources, chosen.size)) for sources in SOURCES]
        figures += asyncio.run(alone(operator))
    tell(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
