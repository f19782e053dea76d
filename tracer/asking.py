"""One look-up in progress: each request has its log entry before it leaves, and every entry gets an ending.

What a crash leaves behind: before "asked" is durable, nothing; after it, an "asked" without an ending. Each
attempt is an "asked" of its own, ended before the next begins, so no request is ever behind the log's back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from sources.carrier.facts import retry_after
from sources.contract import (
    Answer,
    Ask,
    Flow,
    HttpCall,
    Later,
    Outcome,
    Reply,
    Rows,
    SourceBroken,
    SourceError,
    Terms,
)
from tracer.circuit import DEAF
from tracer.config import SourceSettings
from tracer.config_money import price_of
from tracer.errors import LogUnavailable
from tracer.granting import StillWaiting, Tokens
from tracer.granting import Tools as TokenTools
from tracer.guard import ConnectionForbidden
from tracer.ledger import Before, Ledger, word_token
from tracer.log import Log, loggable
from tracer.log.entry import JSON
from tracer.lookups import Lookup, LookupRequest, RowsProvider, kept, log_names, sealed, unsealed
from tracer.pace import Lane, Timing
from tracer.policy import Decision
from tracer.signed import signed
from tracer.tokens import Failed, Send
from tracer.wire import NotSent, Target, checked_host, nobodys, target

# Attempts for one look-up, the first included.
TRIES = 3
# The longest a look-up waits because the vendor asked for it, and the first pause after a failure; seconds.
LONGEST_WAIT = 30.0
# The longest a question may wait for its answer, in seconds; whatever the vendor promises.
LONGEST_LIFE = 30 * 86_400.0
BACK_OFF = 0.5
# Requests one look-up may make; a source that needs more is going round in circles.
MOST_CALLS = 10

_GATEWAYS_OWN = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})
# Something was sent and the answer cannot be read: the vendor may have counted it.
_PERHAPS_BILLED = frozenset({Outcome.UNKNOWN, Outcome.PROTOCOL_ERROR})
# Whose answer is waited for: the vendor's to the question, or the holder's whether he agrees to it.
_ANSWER, _HOLDER = "answer", "holder"
# What can happen to a question whose answer is only late, and does not make it a failed one.
_ONLY_LATE = frozenset({Outcome.UNAVAILABLE, Outcome.UNKNOWN, Outcome.RATE_LIMITED})
# After these there is no point in asking the next question.
_STOPS = frozenset({Outcome.AUTH_FAILED, Outcome.QUOTA_EXHAUSTED})


class _Unknown(Exception):
    """It was sent, it may have been billed, and nobody knows the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the gateway lends a look-up."""

    log: Log
    rows: RowsProvider
    send: Send
    timing: Timing
    session: str


class Asking:
    """Asks one question. Made by the gateway after policy allowed it; used once."""

    def __init__(
        self,
        *,
        request: LookupRequest,
        terms: Terms,
        settings: SourceSettings,
        ask: Ask,
        fields: tuple[str, ...],
        decision: Decision,
        lane: Lane,
        tools: Tools,
        before: Before | None = None,
    ) -> None:
        self._request = request
        self._terms = terms
        self._settings = settings
        self._ask = ask
        self._decision = decision
        self._lane = lane
        self._tools = tools
        self._names = log_names(request, terms)
        self._fields = fields
        self._ledger = Ledger(
            tools.log,
            actor=request.actor,
            purpose=request.purpose,
            case=self._names["case"],
            source=settings.id,
        )
        # A question whose fate nobody knows is put again under its own key: the vendor counts it once.
        unknown = before.idempotency if before and before.unknown else ""
        wants_key = terms.idempotent and bool(settings.base_url)
        self._idempotency = (unknown or word_token("idempotency")) if wants_key else ""
        # One the vendor has already is not put again: its answer is fetched, about the date it was put for.
        self._earlier = before if before and before.reference else None
        self._reference = self._earlier.reference if self._earlier else ""
        self._expires = self._earlier.expires if self._earlier else ""
        self._kind = self._earlier.kind if self._earlier else _ANSWER
        # The vendor has the question: what goes wrong now delays the answer, and nothing is put again.
        self._taken = self._earlier is not None and self._kind == _ANSWER
        # A billed question is asked twice only if the vendor promised to count it once.
        self._repeatable = terms.idempotent or not terms.billed_when
        self._attempt = 0
        self._calls = 0
        self._sent = False
        self._status = 0
        self._bytes = 0
        self._rows = 0
        self._reason = ""
        self._begun = 0.0
        self._vendors_name = ""
        self._delivered = request.delivered
        if self._earlier:
            self._ledger.asked = self._earlier.asked.seq
            if self._earlier.anchor is not None:
                self._ask = replace(ask, anchor_date=self._earlier.anchor)

    async def run(self) -> Lookup:
        """Ask, and give what came of it; its ending is durable when this returns.

        Raises:
            LogUnavailable: the log could not be written; nothing found is given back.
        """
        dropped = 0
        try:
            await self._begin()
            try:
                if self._earlier:
                    self._vendors_name = unsealed(self._request.case, self._earlier.reference)
                self._grants = Tokens(
                    TokenTools(
                        send=self._tools.send,
                        timing=self._tools.timing,
                        settings=self._settings,
                        lane=self._lane,
                        ledger=self._ledger,
                    ),
                    self._asked_holder,
                    self._vendors_name if self._kind == _HOLDER else "",
                )
                answer = await self._answer()
                answer, dropped = kept(
                    answer, self._ask, self._terms, self._settings, self._ledger.asked, self._request.case.ref
                )
                if answer.outcome in _GATEWAYS_OWN or (answer.outcome is Outcome.PENDING and not self._taken):
                    raise SourceError(Outcome.PROTOCOL_ERROR, "outcome_not_a_sources")
            except LogUnavailable:
                raise
            except Exception as error:
                answer = Answer(outcome=await self._outcome_of(error))
            if self._taken and answer.outcome in _ONLY_LATE:
                answer = Answer(outcome=Outcome.PENDING, raw=answer.raw)
            self._judge(answer)
            billed, spent = self._bill(answer)
            await self._end(answer, billed, spent, dropped)
        except BaseException:
            # Ctrl-C, a cancelled task, a log that fails: what can still be said is said before leaving.
            self._lane.circuit.release()
            self._abandon()
            raise
        return Lookup(
            outcome=answer.outcome,
            answer=replace(answer, billed=billed),
            entries=tuple(self._ledger.entries),
            decision=self._decision,
            broken=self._lane.broken,
            spent=spent,
        )

    async def _begin(self) -> None:
        self._attempt += 1
        self._sent = False
        self._status = self._bytes = 0
        self._begun = self._tools.timing.monotonic()
        settings, terms = self._settings, self._terms
        body: dict[str, JSON] = {
            "operation": "lookup",
            "client": self._request.case.client,
            "authorisation": settings.authorisation,
            "role": str(self._ask.role),
            "subject": self._names["subject"],
            "fields_sent": self._fields,
            "channel": str(terms.channel),
            "intrusion": terms.intrusion,
            "policy": self._decision.digest,
            "version": self._decision.version,
            "rules": self._decision.rules,
            "price": settings.price,
            "attempt": self._attempt,
            "session": self._tools.session,
            "today": self._ask.today.isoformat(),
        }
        if "number" in self._names:
            body["number"] = self._names["number"]
        if settings.base_url:
            body["host"] = checked_host(settings.base_url)[1]
        if terms.deferred and self._ask.anchor_date is not None:
            body["anchor_date"] = self._ask.anchor_date.isoformat()
        if self._reference:
            # In the same entry: a crash before the next one must not lose what the vendor calls it.
            body |= {"reference": self._reference, "expires": self._expires, "kind": self._kind}
        if self._idempotency:
            body["idempotency"] = self._idempotency
        await self._ledger.ask(body)

    async def _end(self, answer: Answer, billed: bool | None, spent: int | None, dropped: int) -> None:
        body: dict[str, JSON] = {
            **self._how(),
            "hits": {
                "records": len(answer.records),
                "claims": len(answer.claims),
                "facts": len(answer.facts),
            },
            "fields_returned": tuple(sorted({str(fact.kind) for fact in answer.facts})),
            "billed": billed,
            "price": spent,
        }
        if dropped:
            body["counts"] = {"dropped": dropped}
        raw = tuple(code for code in answer.raw.split() if loggable(code))[:8]
        if raw:
            body["raw"] = raw
        await self._ledger.end(answer.outcome, body)

    def _how(self) -> dict[str, JSON]:
        taken = (self._tools.timing.monotonic() - self._begun) * 1000
        body: dict[str, JSON] = {"attempt": self._attempt, "milliseconds": max(0, round(taken))}
        if self._status:
            body["status"] = self._status
            body["bytes"] = self._bytes
        if self._rows:
            body["rows"] = self._rows
        if self._reason and loggable(self._reason):
            body["reason"] = self._reason
        return body

    def _abandon(self) -> None:
        outcome = Outcome.UNKNOWN if self._sent else Outcome.UNAVAILABLE
        outcome = Outcome.PENDING if self._taken else outcome
        self._ledger.abandon(outcome, {**self._how(), "interrupted": True})

    # The question

    async def _answer(self) -> Answer:
        while True:
            answer = await self._converse()
            # A vendor may say "slower" inside a 200; the question is put again only if it was one request.
            wait = answer.retry_after if isinstance(answer, Answer) else None
            again = (
                wait is not None
                and answer.outcome is Outcome.RATE_LIMITED
                and 200 <= self._status < 300
                and self._calls == 1
                and self._may_repeat(wait)
            )
            if not again or wait is None:
                return answer
            await self._again(Outcome.RATE_LIMITED, wait)

    async def _converse(self) -> Answer:
        self._calls = 0
        # A holder's consent is waited for by the gateway: only the vendor's own reference is the source's.
        waiting = self._vendors_name if self._taken else ""
        flow: Flow = self._request.source.lookup(replace(self._ask, waiting=waiting))
        try:
            wanted = next(flow)
            while True:
                self._calls += not isinstance(wanted, Later)
                if self._calls > MOST_CALLS:
                    raise SourceError(Outcome.PROTOCOL_ERROR, "too_many_requests")
                wanted = flow.send(await self._reply(wanted))
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
        finally:
            with suppress(Exception):
                flow.close()

    async def _reply(self, wanted: object) -> Reply:
        if isinstance(wanted, Rows):
            return await self._read(wanted)
        if isinstance(wanted, HttpCall):
            return await self._exchange(wanted)
        if isinstance(wanted, Later):
            return await self._later(wanted)
        raise SourceError(Outcome.PROTOCOL_ERROR, "yielded_neither_call_nor_rows")

    async def _later(self, wanted: Later) -> Reply:
        if not self._terms.deferred:
            raise SourceBroken(Outcome.PROTOCOL_ERROR, "later_not_in_terms")
        if wanted.ref != self._vendors_name:
            await self._accepted(wanted.ref, wanted.life, _ANSWER)
            self._taken = True
        delivered, self._delivered = self._delivered, None
        if delivered is None:
            return Reply()
        await self._ledger.note("delivered", {"attempt": self._attempt, "bytes": len(delivered.body)})
        return delivered

    async def _asked_holder(self, reference: str, life: float) -> None:
        await self._accepted(reference, life, _HOLDER)

    async def _accepted(self, reference: str, life: float, kind: str) -> None:
        """Write down, sealed, what the vendor calls a question he answers later; durable when it returns."""
        self._reference = sealed(self._request.case, reference)
        until = self._tools.timing.now() + dt.timedelta(seconds=min(max(life, 0.0), LONGEST_LIFE))
        self._expires = until.isoformat(timespec="seconds")
        self._kind, self._vendors_name = kind, reference
        body: dict[str, JSON] = {"reference": self._reference, "expires": self._expires, "kind": kind}
        await self._ledger.note("accepted", {**body, "attempt": self._attempt})

    async def _read(self, wanted: Rows) -> Reply:
        if wanted.table not in self._terms.tables:
            raise SourceBroken(Outcome.PROTOCOL_ERROR, "table_not_in_terms")
        if "case" in wanted.key and wanted.key["case"] != self._ask.case:
            raise SourceBroken(Outcome.PROTOCOL_ERROR, "rows_of_another_case")
        if self._calls > 1:
            keys = tuple(sorted(word for word in wanted.key if loggable(word)))
            await self._ledger.note("called", {"table": wanted.table, "keys": keys, "attempt": self._attempt})
        try:
            rows = await self._tools.rows.read(wanted)
        except (SourceError, SourceBroken, LogUnavailable):
            raise
        except Exception as error:
            raise SourceError(Outcome.UNAVAILABLE, type(error).__name__) from error
        self._rows += len(rows)
        return Reply(rows=rows)

    async def _exchange(self, call: HttpCall) -> Reply:
        aim = target(
            call,
            self._settings.base_url,
            self._terms.hosts,
            person_in_url=self._terms.in_url and self._settings.person_in_url,
        )
        self._no_person_in(call)
        if call.wait > 0:
            await self._tools.timing.sleep(min(float(call.wait), LONGEST_WAIT))
        if self._calls > 1:
            await self._ledger.note(
                "called",
                {
                    "method": aim.method,
                    "host": aim.host,
                    "path": aim.path or "root",
                    "attempt": self._attempt,
                },
            )
        renewed = False
        while True:
            headers: dict[str, str] = {"idempotency-key": self._idempotency} if self._idempotency else {}
            token = await self._grants.of(call.auth, call.scope, self._attempt)
            if self._reference and self._kind == _HOLDER:
                # He agreed. From here the question itself is under way: the reference is used up.
                await self._ledger.note("delivered", {"attempt": self._attempt, "kind": _HOLDER})
                self._reference = ""
            if token:
                headers["authorization"] = f"Bearer {token}"
            # Anew for every attempt: a signature holds the time.
            ready = signed(aim, call.auth, self._settings, self._tools.timing.now()) if call.auth else aim
            got = await self._once(ready, headers)
            if isinstance(got, Failed):
                self._reason = got.why
                if got.outcome is not Outcome.UNAVAILABLE:
                    raise SourceError(got.outcome, got.why)
                if got.sent and not self._repeatable and not self._taken:
                    raise _Unknown
                wait = self._back_off()
                if not self._may_repeat(wait):
                    raise SourceError(Outcome.UNAVAILABLE, got.why)
                await self._again(Outcome.UNAVAILABLE, wait)
                continue
            if got.status == 401 and token and not renewed and self._may_repeat(0):
                renewed = True
                if not self._grants.refused(call.auth, call.scope, token):
                    return got
                await self._again(Outcome.AUTH_FAILED, 0)
                continue
            pause = self._pause(got)
            if pause is None or not self._may_repeat(pause):
                return got
            slower = got.status == 429
            await self._again(Outcome.RATE_LIMITED if slower else Outcome.UNAVAILABLE, pause)

    def _no_person_in(self, call: HttpCall) -> None:
        """What is said to be nobody's data in an address must not be the person's."""
        ask = self._ask
        whose = [ask.phone.e164[-8:] if ask.phone else "", ask.name.text if ask.name else "", ask.employee_id]
        whose += [one.value for one in ask.ids]
        for place, value in call.told.items():
            if nobodys(place) and any(one and one in value for one in whose):
                raise NotSent("person_in_url", bypass=True)

    def _pause(self, reply: Reply) -> float | None:
        """How long to wait before the same request may be repeated; None: it may not."""
        said = retry_after(reply)
        if reply.status in (429, 503) and said is not None:
            # Everybody who asks this source is meant, not only this look-up.
            if said <= LONGEST_WAIT:
                self._lane.limiter.pause(said)
            else:
                self._lane.hold(self._tools.timing.monotonic() + said)
            return said
        if reply.status == 503 or (reply.status in (500, 502, 504) and self._repeatable):
            # 503 says it was not served. The others leave open whether it was, and so whether it was billed.
            return self._back_off()
        return None

    def _back_off(self) -> float:
        return BACK_OFF * (1 << (self._attempt - 1))

    async def _once(self, aim: Target, headers: Mapping[str, str]) -> Reply | Failed:
        await self._lane.limiter.turn()
        # From here on a crash or Ctrl-C leaves it unknown; a failure known to be earlier takes it back.
        self._sent = True
        got = await self._tools.send(aim, headers, self._settings.timeout)
        self._status = got.status
        if isinstance(got, Failed):
            self._sent = got.sent
        else:
            self._bytes = len(got.body)
        return got

    def _may_repeat(self, wait: float) -> bool:
        now = self._tools.timing.monotonic()
        if (
            self._attempt >= TRIES
            or wait > LONGEST_WAIT
            or self._lane.stopped
            or self._lane.circuit.left(now)
        ):
            return False
        return self._lane.budget.take()

    async def _again(self, outcome: Outcome, wait: float) -> None:
        body = self._how()
        body["retry_after"] = round(wait)
        await self._ledger.end(outcome, body)
        self._reason = ""
        await self._tools.timing.sleep(wait)
        await self._begin()

    # What became of it

    async def _outcome_of(self, error: Exception) -> Outcome:
        if isinstance(error, _Unknown):
            return Outcome.UNKNOWN
        if isinstance(error, StillWaiting):
            return Outcome.PENDING
        if isinstance(error, SourceError | SourceBroken):
            self._reason = self._reason or str(error.detail)
            known = isinstance(error.outcome, Outcome) and error.outcome not in _GATEWAYS_OWN
            outcome = error.outcome if known else Outcome.PROTOCOL_ERROR
            outcome = Outcome.PROTOCOL_ERROR if outcome is Outcome.ANSWERED else outcome
            if isinstance(error, SourceBroken):
                self._lane.stop(str(outcome))
            return outcome
        self._reason = error.why if isinstance(error, NotSent) else type(error).__name__
        if isinstance(error, ConnectionForbidden) or (isinstance(error, NotSent) and error.bypass):
            # The source tried to reach something it may not: that is an entry, and the end of its run.
            self._lane.stop("bypass")
            await self._ledger.note("bypass", {"reason": self._reason})
        return Outcome.PROTOCOL_ERROR

    def _judge(self, answer: Answer) -> None:
        if answer.outcome in _STOPS:
            self._lane.stop(str(answer.outcome))
        if self._settings.base_url and (self._status or self._reason):
            now = self._tools.timing.monotonic()
            self._lane.circuit.count(answered=answer.outcome not in DEAF, now=now)
        else:
            self._lane.circuit.release()

    def _bill(self, answer: Answer) -> tuple[bool | None, int | None]:
        """Whether the look-up is billed and for how much; None when nobody knows."""
        billed: bool | None = answer.outcome in self._terms.billed_when
        if isinstance(answer.billed, bool):
            billed = answer.billed
        elif self._terms.billed_when and self._sent and answer.outcome in _PERHAPS_BILLED:
            billed = None
        if billed is None:
            return None, None
        return billed, self._price(answer) if billed else 0

    def _price(self, answer: Answer) -> int:
        """What this billed answer costs by the price list, the answers of the month before it counted."""
        settings = self._settings
        if not settings.prices:
            return settings.price
        codes = [word for part in answer.raw.split() for word in (part, part.rpartition("=")[2])]
        nth = self._lane.month.next(self._ask.today)
        return price_of(settings.prices, settings.price, self._ask.today, [answer.outcome, *codes], nth)
