"""What look-ups have cost: our own ledger of billed answers, which is the log, and sums over it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sources.contract import Outcome
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.log.vocabulary import ENDINGS
from tracer.words import N_

BY = ("source", "client", "month", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One look-up that was asked, and what it cost. ``billed`` None: nobody knows whether it was charged.

    ``number``, ``case`` and ``reference`` are the log's own names; nothing here names a person.
    """

    entry: int
    at: dt.datetime
    source: str
    client: str
    outcome: str
    billed: bool | None
    price: int
    case: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    reference: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One line of a report: so many look-ups, how many were billed or may have been, and their price."""

    key: str = field(repr=False)
    asked: int = 0
    answered: int = 0
    billed: int = 0
    unknown: int = 0
    price: int = 0


def charges(
    office: Office,
    *,
    source: str = "",
    client: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Iterator[Charge]:
    """Give every look-up that was asked and has ended, from the log, in the order of their endings.

    ``since`` and ``until`` are days (both included) in the house's zone. One without an ending is unknown.
    """
    zone = office.config.zone
    asked: dict[int, tuple[str, str, str, str, str]] = {}
    for entry in office.log.entries(source=source):
        if entry.event == "asked":
            body = entry.body
            asked[entry.seq] = (
                entry.source,
                str(body.get("client") or ""),
                entry.case,
                str(body.get("number") or ""),
                str(body.get("idempotency") or ""),
            )
            continue
        if entry.event not in ENDINGS or entry.about not in asked:
            continue
        of, whose, case, number, reference = asked.pop(entry.about)
        day = entry.at.astimezone(zone).date()
        if (since and day < since) or (until and day > until) or (client and whose != client):
            continue
        billed = entry.body.get("billed")
        price = entry.body.get("price")
        yield Charge(
            entry=entry.about,
            at=entry.at,
            source=of,
            client=whose,
            outcome=entry.event,
            # A crash closes a question without saying; what was asked may have been charged.
            billed=billed
            if isinstance(billed, bool)
            else None
            if entry.event in (Outcome.UNKNOWN, Outcome.PENDING, Outcome.PROTOCOL_ERROR)
            else False,
            price=price if isinstance(price, int) else 0,
            case=case,
            number=number,
            reference=reference,
        )


def spent(
    office: Office,
    *,
    by: str = "source",
    source: str = "",
    client: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> tuple[Sum, ...]:
    """Give what was spent, summed by source, client, month or outcome, in the order of the key."""
    if by not in BY:
        raise WrongUse(
            N_("Spending is not summed by {word}"), N_("Use one of: {known}"), word=by, known=", ".join(BY)
        )
    sums: dict[str, list[int]] = {}
    for one in charges(office, source=source, client=client, since=since, until=until):
        month = one.at.astimezone(office.config.zone).strftime("%Y-%m")
        key = {"source": one.source, "client": one.client, "month": month, "outcome": one.outcome}[by]
        line = sums.setdefault(key, [0, 0, 0, 0, 0])
        line[0] += 1
        line[1] += one.outcome == Outcome.ANSWERED
        line[2] += one.billed is True
        line[3] += one.billed is None
        line[4] += one.price
    return tuple(
        Sum(key=key, asked=n[0], answered=n[1], billed=n[2], unknown=n[3], price=n[4])
        for key, n in sorted(sums.items())
    )
