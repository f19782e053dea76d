"""Carrier repair with the number sealed: first how many there are, then a virtual number bound to one caller.

The steps and names are those of the SDK of Ant Chain's ``realperson`` (init, query, bind; read through
shared/reference/product.md §1.6): the vendor answers a count, and on binding gives ``mobile_x``, a virtual
number. How its requests are signed and wrapped is not public; this speaks JSON with a bearer token, as a
reseller's facade would, and was proved on fictional replies only.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from graph.model import Role
from sources.contract import (
    Answer,
    Ask,
    Auth,
    AuthKind,
    Channel,
    Field,
    Flow,
    HttpCall,
    Outcome,
    Reply,
    SourceBroken,
    SourceError,
    Subject,
    Terms,
)
from sources.manifest.body import parsed
from sources.virtual import Pool, RealNumber, SealedCount, VirtualNumber

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NO_RECORD = frozenset({"NO_RECORD", "NOT_FOUND"})

TERMS = Terms(
    channel=Channel.CARRIER,
    subject=Subject.BY_HAND,
    roles=frozenset({Role.DEBTOR}),
    sends=frozenset({Field.NAME, Field.ID_NUMBER}),
    needs=frozenset({Field.NAME, Field.ID_NUMBER}),
    intrusion=2,
    billed_when=frozenset({Outcome.ANSWERED}),
    fresh_for=dt.timedelta(days=30),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRepair:
    """How many numbers do the carriers have of the debtor? A count and nothing else.

    ``order`` is our random number for the vendor's files. A count says nothing of whose numbers they are by
    now, nor that he uses one of them.
    """

    order: str = field(default="", repr=False)
    name: str = "sealed.repair"

    @property
    def terms(self) -> Terms:
        """What it may be told, about whom and at what price."""
        return TERMS

    def lookup(self, ask: Ask) -> Flow:
        """Open a process and ask it for the count."""
        if ask.name is None or not ask.ids:
            return Answer(outcome=Outcome.BAD_INPUT, raw="need_missing")
        begun = yield from _said(
            "/repairmobile/init",
            {"outer_order_no": self.order, "cert_no": ask.ids[0].value, "name": ask.name.text},
        )
        reference = begun.get("process_id")
        if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="no_process")
        told = yield from _said("/repairmobile/query", {"process_id": reference})
        count = told.get("count")
        if (
            isinstance(count, bool)
            or not isinstance(count, int)
            or set(told) & {"mobile", "mobiles", "phone"}
        ):
            # A vendor that says numbers here breaks the promise; what it says is not looked at.
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="not_a_count")
        if count == 0:
            return Answer(outcome=Outcome.NO_RECORD)
        try:
            sealed = SealedCount(count=count, reference=reference)
        except ValueError:
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="not_a_count")
        return Answer(outcome=Outcome.ANSWERED, sealed=sealed, raw=f"count.{count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Bind one of the numbers to a caller: gives a virtual number that rings it, until a moment.

    ``which`` counts from 1; ``caller`` is the line of this house that will call (E.164); ``pool`` are the
    vendor's virtual numbers by contract.
    """

    reference: str = field(repr=False)
    which: int
    caller: str = field(repr=False)
    until: dt.datetime
    pool: Pool = field(repr=False)
    name: str = "sealed.repair"

    @property
    def terms(self) -> Terms:
        """What it may be told, about whom and at what price."""
        return TERMS

    def lookup(self, ask: Ask) -> Flow:
        """Bind it. A number that is not of the pool is somebody's own: a protocol error, and dropped."""
        if not ask.ids:
            return Answer(outcome=Outcome.BAD_INPUT, raw="need_missing")
        told = yield from _said(
            "/repairmobile/bind",
            {
                "process_id": self.reference,
                "cert_no": ask.ids[0].value,
                "mobile_num": self.which,
                "mobile_a": self.caller,
                "expires_at": self.until.astimezone(dt.UTC).isoformat(timespec="seconds"),
            },
        )
        number = told.get("mobile_x")
        try:
            sealed = VirtualNumber(number=str(number), pool=self.pool, until=self.until)
        except RealNumber:
            return Answer(outcome=Outcome.PROTOCOL_ERROR, raw="not_a_virtual_number")
        return Answer(outcome=Outcome.ANSWERED, sealed=sealed)


def _said(path: str, body: Mapping[str, object]) -> Generator[HttpCall, Reply, Mapping[str, object]]:
    """Ask one step and give what it said; raises SourceError or SourceBroken."""
    reply = yield HttpCall(method="POST", path=path, json=body, auth=Auth(kind=AuthKind.BEARER))
    if reply.status in (401, 403):
        outcome = Outcome.AUTH_FAILED if reply.status == 401 else Outcome.NOT_ENTITLED
        raise SourceBroken(outcome, f"status_{reply.status}")
    if reply.status == 429:
        raise SourceError(Outcome.RATE_LIMITED, "status_429")
    if reply.status >= 500:
        raise SourceError(Outcome.UNAVAILABLE, f"status_{reply.status}")
    found = parsed(reply.body)
    if not isinstance(found, dict):
        raise SourceError(Outcome.PROTOCOL_ERROR, "no_object")
    if found.get("result_code") in _NO_RECORD:
        raise SourceError(Outcome.NO_RECORD, "no_record")
    if reply.status != 200:
        raise SourceError(Outcome.PROTOCOL_ERROR, f"status_{reply.status}")
    return found
