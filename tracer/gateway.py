"""The one door: decide, log, ask, log. Nothing else in this program opens a connection.

The order is the promise. Policy decides; the intention is on disk before the source's code is even started;
the outcome is on disk before anything found is given back. A crash between the two leaves an "asked" without
an ending, which `tracer log unfinished` shows and recovery closes as unknown, never by asking again.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

import httpx

from sources.contract import Answer, Outcome, Reply, Source, Terms
from tracer import guard, shut
from tracer.asking import Asking, Tools
from tracer.circuit import NEWEST, Circuit, resumed, silence
from tracer.config import Operation, SourceSettings
from tracer.ledger import Before, asked_since, before, word_token
from tracer.log import Draft, Entry, Log
from tracer.log.entry import JSON
from tracer.lookups import (
    CaseFacts,
    Lookup,
    LookupRequest,
    RowsProvider,
    SubjectFacts,
    log_names,
    narrowed,
)
from tracer.pace import Budget, Lane, Limiter, Month, Timing
from tracer.policy import Decision, Fired, Policy, Question, Ruling
from tracer.tokens import Failed
from tracer.wire import Target

__all__ = [
    "CaseFacts",
    "Gateway",
    "Lookup",
    "LookupRequest",
    "RowsProvider",
    "SubjectFacts",
    "Timing",
    "Transport",
    "exchange",
    "network",
]

Transport = httpx.AsyncBaseTransport

# The most a reply may hold. Carriers answer in hundreds of bytes; the rest is a mistake or an attack.
LARGEST_REPLY = 1_000_000

# Connections kept open to one host for the next request, and for how many seconds. Short, because a billed
# request on a connection the vendor closed meanwhile would end as unknown.
MOST_IDLE = 64
IDLE_SECONDS = 2.0


def network(authorities: Path | None = None) -> httpx.AsyncBaseTransport:
    """Give the transport that speaks to the world: TLS checked, no proxies, no retries, no redirects.

    ``authorities`` is a file of certificates (PEM) of a house's own authority, believed beside the public
    ones. Raises OSError when it cannot be read or holds none.
    """
    return _Connections(authorities)


class _Connections(httpx.AsyncBaseTransport):
    """One connection a request, the last one used first.

    httpx's own pool looks at every connection and polls its socket whenever a request begins or ends: with 64
    of them that was 7.7 ms of processor time a look-up (2026-11-23), more than all the rest together.
    """

    def __init__(self, authorities: Path | None = None) -> None:
        self._tls = httpx.create_ssl_context(trust_env=False)
        if authorities is not None:
            self._tls.load_verify_locations(authorities)
        self._idle: dict[tuple[str, str, int | None], list[httpx.AsyncHTTPTransport]] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        idle = self._idle.setdefault((url.scheme, url.host, url.port), [])
        connection = idle.pop() if idle else self._new()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)

        async def done() -> None:
            if len(idle) < MOST_IDLE:
                idle.append(connection)
            else:
                await connection.aclose()

        response.stream = _Borrowed(response.stream, done)
        return response

    async def aclose(self) -> None:
        for idle in self._idle.values():
            while idle:
                await idle.pop().aclose()

    def _new(self) -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=1, keepalive_expiry=IDLE_SECONDS)
        return httpx.AsyncHTTPTransport(verify=self._tls, retries=0, trust_env=False, limits=limits)


class _Borrowed(httpx.AsyncByteStream):
    """A reply's bytes; closing them gives the connection back."""

    def __init__(self, stream: httpx.AsyncByteStream, done: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._done = done
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                await self._stream.aclose()
            finally:
                await self._done()


class Gateway:
    """Makes look-ups. It cannot be made without policy, log, transport and rows; nothing switches one off.

    ``http`` is an httpx transport (:func:`network`, or a test's own), ``rows`` gives keyed rows. Close it
    with ``async with`` or :meth:`aclose`. Any number may live in one process; each counts its own rates,
    and the daily budgets are counted over the log, which they share.
    """

    def __init__(
        self,
        *,
        policy: Policy,
        log: Log,
        http: httpx.AsyncBaseTransport,
        rows: RowsProvider,
        timing: Timing | None = None,
    ) -> None:
        for name, value in {"policy": policy, "log": log, "http": http, "rows": rows}.items():
            if value is None:
                raise TypeError(f"a gateway without {name} cannot be made")
        if not isinstance(policy, Policy):
            raise TypeError("policy must be a tracer.policy.Policy")
        if not isinstance(log, Log):
            raise TypeError("log must be a tracer.log.Log")
        self._policy = policy
        self._log = log
        self._http = http
        self._timing = timing or Timing()
        self._lanes: dict[str, Lane] = {}
        self._tools = Tools(
            log=log, rows=rows, send=self._send, timing=self._timing, session=word_token("session")
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def stopped(self) -> Mapping[str, str]:
        """The sources that are not asked now, and why (a word): stopped for this run, or silent."""
        return {name: lane.broken for name, lane in self._lanes.items() if lane.broken}

    async def lookup(self, request: LookupRequest) -> Lookup:
        """Decide, log, ask, log; give what came of it. A refusal is a value, and is logged.

        Raises:
            LogUnavailable: the log cannot be written. Nothing was asked, or nothing found is given back.
        """
        config = self._policy.config
        settings = config.source(request.settings.id)
        terms = _terms(request.source)
        lane = self._lane(settings) if settings else None
        # The place is taken before deciding, so that a decision is never older than the request it allows.
        async with (lane.places if lane else None) or contextlib.nullcontext():
            today = self._timing.now().astimezone(config.zone).date()
            held = request.subject.available
            fields = (terms.sends & held & settings.fields) if terms and settings else frozenset()
            decision = self._policy.decide(
                Question(
                    operation=Operation.LOOKUP,
                    client=request.case.client,
                    purpose=request.purpose,
                    case_open=request.case.open,
                    case_barred=request.case.barred,
                    approved=request.case.approved,
                    source=request.settings.id,
                    terms=terms,
                    role=request.subject.role,
                    available=held,
                    sends=fields,
                ),
                today,
            )
            if not decision.allowed or terms is None or settings is None or lane is None:
                return await self._refuse(request, terms, decision)
            closed = shut.closed(request, settings, lane, self._timing.monotonic())
            if closed is not None:
                return await self._refuse(request, terms, _denied(decision, closed))
            earlier = await self._before(request, settings, terms, tuple(sorted(fields)))
            waiting = earlier is not None and bool(earlier.reference)
            barred = shut.unsettled(request, settings, terms, earlier, self._timing.now())
            if barred is not None:
                return await self._refuse(request, terms, _denied(decision, barred))
            # Fetching an answer is no new question about the number.
            resting = None if waiting else await self._resting(request, settings, terms)
            if resting is not None:
                return await self._refuse(
                    request, terms, _denied(decision, resting), outcome=Outcome.NUMBER_COOLDOWN
                )
            now = self._timing.monotonic()
            if not lane.circuit.admit(now):
                seconds = str(round(lane.circuit.left(now)))
                silent = shut.fired("source.silent", settings.id, seconds=seconds)
                return await self._refuse(request, terms, _denied(decision, silent))
            if not lane.budget.take():
                lane.circuit.release()
                spent = shut.fired("source.budget", settings.id, limit=str(settings.budget))
                return await self._refuse(
                    request, terms, _denied(decision, spent), outcome=Outcome.QUOTA_EXHAUSTED
                )
            return await Asking(
                request=request,
                terms=terms,
                settings=settings,
                ask=narrowed(request, fields, today, config.region_of(request.case.client)),
                fields=tuple(sorted(fields)),
                decision=decision,
                lane=lane,
                tools=self._tools,
                before=earlier,
            ).run()

    async def _before(
        self, request: LookupRequest, settings: SourceSettings, terms: Terms, fields: tuple[str, ...]
    ) -> Before | None:
        """How this very question went when it was put last, where that matters."""
        if not settings.base_url and not terms.deferred:
            return None
        if not (terms.billed_when or terms.deferred or terms.idempotent):
            return None
        names, now = log_names(request, terms), self._timing.now()
        return await asyncio.to_thread(before, self._log, names, settings.id, fields, now)

    async def _resting(self, request: LookupRequest, settings: SourceSettings, terms: Terms) -> Fired | None:
        """The rule that leaves a number alone as long as its carrier wants, if it was asked about lately."""
        if not terms.cooldown:
            return None
        since = self._timing.now() - terms.cooldown
        names = log_names(request, terms)
        if not await asyncio.to_thread(asked_since, self._log, names, settings.id, since):
            return None
        hours = max(1, round(terms.cooldown.total_seconds() / 3600))
        return shut.fired("source.cooldown", settings.id, hours=str(hours))

    async def _refuse(
        self,
        request: LookupRequest,
        terms: Terms | None,
        decision: Decision,
        *,
        outcome: Outcome = Outcome.REFUSED,
    ) -> Lookup:
        names = log_names(request, terms)
        body: dict[str, JSON] = {
            "operation": "lookup",
            "source": request.settings.id,
            "outcome": str(outcome),
            "client": request.case.client,
            "role": str(request.subject.role),
            "subject": names["subject"],
            "verdict": str(decision.verdict),
            "fired": tuple(fired.rule for fired in decision.fired),
            "missing": decision.missing,
            "rules": decision.rules,
            "policy": decision.digest,
            "version": decision.version,
        }
        if "number" in names:
            body["number"] = names["number"]
        draft = Draft("refused", actor=request.actor, purpose=request.purpose, case=names["case"], body=body)
        entry = await asyncio.shield(asyncio.wrap_future(self._log.submit(draft)))
        lane = self._lanes.get(request.settings.id)
        return Lookup(
            outcome=outcome,
            answer=Answer(outcome=outcome),
            entries=(entry.seq,),
            decision=decision,
            broken=lane.broken if lane else "",
        )

    def _lane(self, settings: SourceSettings) -> Lane:
        found = self._lanes.get(settings.id)
        if found is None:
            found = Lane(
                settings=settings,
                limiter=Limiter(settings.rate, self._timing),
                budget=Budget(
                    settings.budget,
                    lambda since, after: self._asked(settings.id, since, after),
                    lambda entry: entry.body.get("session") == self._tools.session,
                    self._policy.config.zone,
                    self._timing,
                ),
                # Where nothing leaves the machine there is nothing to hold back.
                places=asyncio.Semaphore(settings.concurrency) if settings.base_url else None,
                circuit=self._circuit(settings),
                month=Month(before=lambda first: self._billed(settings.id, first)),
            )
            self._lanes[settings.id] = found
        return found

    def _billed(self, source: str, first: dt.date) -> int:
        """How many answers of a source were billed since the first of a month."""
        since = dt.datetime.combine(first, dt.time(), self._policy.config.zone)
        latest = self._log.entries(event="answered", source=source, newest=True)
        return sum(
            entry.body.get("billed") is True
            for entry in itertools.takewhile(lambda entry: entry.at >= since, latest)
        )

    def _circuit(self, settings: SourceSettings) -> Circuit:
        """How the source's circuit stands when a program begins: as its newest entries tell."""
        if not settings.base_url:
            return Circuit()
        newest = self._log.entries(source=settings.id, newest=True, limit=NEWEST)
        return resumed(silence(newest), self._timing.now(), self._timing.monotonic())

    def _asked(self, source: str, since: dt.datetime, after: int) -> Iterator[Entry]:
        """The "asked" entries of a source after an entry, or, when none is named, since a time."""
        if after:
            return self._log.entries(event="asked", source=source, after=after)
        latest = self._log.entries(event="asked", source=source, newest=True)
        return itertools.takewhile(lambda entry: entry.at >= since, latest)

    async def _send(self, target: Target, headers: Mapping[str, str], seconds: float) -> Reply | Failed:
        return await exchange(self._http, target, headers, seconds)


async def exchange(
    http: httpx.AsyncBaseTransport,
    target: Target,
    headers: Mapping[str, str],
    seconds: float,
    *,
    server_name: str = "",
    only_status: bool = False,
) -> Reply | Failed:
    """Send one request and read its reply: within ``seconds`` from start to last byte.

    Of no use to a source. ``server_name`` is whose certificate is wanted where ``target`` names an address;
    with ``only_status`` nothing of the reply's body is read.
    """
    reached: set[str] = set()

    async def trace(event: str, _: Mapping[str, object]) -> None:
        reached.add(event)

    def sent() -> bool:
        # A transport that does not tell (not httpcore's) may have sent it: assume the costlier case.
        return not reached or any(event.endswith("send_request_headers.started") for event in reached)

    request = httpx.Request(
        target.method,
        target.url,
        headers={**target.headers, **headers},
        content=target.body,
        extensions={
            "timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds),
            "trace": trace,
            **({"sni_hostname": server_name} if server_name else {}),
        },
    )
    try:
        async with asyncio.timeout(seconds):
            with guard.door(target.name):
                response = await http.handle_async_request(request)
                try:
                    return await _read(response, only_status=only_status)
                finally:
                    await response.aclose()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Failed(False, "no_connection")
    except (TimeoutError, httpx.TimeoutException):
        return Failed(sent(), "deadline")
    except httpx.LocalProtocolError:
        return Failed(False, "request_malformed", Outcome.PROTOCOL_ERROR)
    except (httpx.TransportError, OSError):
        return Failed(sent(), "connection_lost")


async def _read(response: httpx.Response, *, only_status: bool) -> Reply | Failed:
    status = response.status_code
    headers = {name.lower(): value for name, value in response.headers.items()}
    if 300 <= status < 400:
        # Somewhere else is nobody the authorisation names.
        return Failed(True, "redirect", Outcome.PROTOCOL_ERROR, status)
    if only_status:
        return Reply(status=status, headers=headers, body=b"")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        # Not asked for, and a small packed body can unpack to gigabytes.
        return Failed(True, "packed_reply", Outcome.PROTOCOL_ERROR, status)
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > LARGEST_REPLY:
            return Failed(True, "reply_too_large", Outcome.PROTOCOL_ERROR, status)
    return Reply(status=status, headers=headers, body=bytes(body))


def _terms(source: Source) -> Terms | None:
    """The source's terms; None when it has none worth the name, which policy treats as a missing fact."""
    try:
        terms = source.terms
    except Exception:
        return None
    return terms if isinstance(terms, Terms) else None


def _denied(decision: Decision, fired: Fired) -> Decision:
    return replace(
        decision, verdict=Ruling.DENY, fired=(*decision.fired, fired), rules=(*decision.rules, fired.rule)
    )
