"""What a fictional operator knows of its lines, and how it answers the four CAMARA questions about one.

Pure: a question and the operator's books give a status and a body. ``sandbox`` puts this behind real HTTP.
The rules are those of the published test scenarios (CAMARA NumberRecycling r2.2, Tenure r2.2, KnowYourCustomerMatch
r1.2 and SubscriptionStatus r1.2, Test_definitions/*.feature); the order of checks is syntax, identifier, range,
customer, service.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class LineState(StrEnum):
    """What the operator lets a line do today."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # 停机: neither in nor out
    OUTGOING_SUSPENDED = "outgoing_suspended"  # 单停: it can still be called
    THROTTLED = "throttled"  # slow data, calls as usual
    CANCELLED = "cancelled"  # 销号: nobody's line; asked about, the operator has no such customer


class Contract(StrEnum):
    """How the line is paid for, in CAMARA's words."""

    PREPAID = "PAYG"
    POSTPAID = "PAYM"
    BUSINESS = "Business"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One person's time as the registered holder of a number: from ``since`` up to, not including, ``until``."""

    holder_name: str
    holder_id: str
    since: dt.date
    until: dt.date | None = None
    holder_born: dt.date | None = None

    def __repr__(self) -> str:
        return "Holding(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the operator has in its books about one number.

    ``active_since`` is what tenure is counted from: it restarts when the number is ported in, so it may be later
    than the holder's first day. ``operator_served`` False: another operator's number (answered 404
    IDENTIFIER_NOT_FOUND). ``applicable`` False: a line the service is not offered for (422).
    ``holder_history`` is in order of ``since`` and does not overlap.
    """

    operator_served: bool = True
    active_since: dt.date | None = None
    holder_history: tuple[Holding, ...] = ()
    status: LineState = LineState.ACTIVE
    contract: Contract | None = Contract.POSTPAID
    applicable: bool = True

    def __repr__(self) -> str:
        return f"Line({self.status})"

    def holding_on(self, day: dt.date) -> Holding | None:
        """Give who held the number on ``day``, or None."""
        for holding in self.holder_history:
            if holding.since <= day and (holding.until is None or day < holding.until):
                return holding
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxWorld:
    """The lines of the fictional market by number (E.164 with plus), and the day it is there.

    A number that is not in ``lines`` is not this operator's: 404 IDENTIFIER_NOT_FOUND. With
    ``id_document_required`` the operator compares the identity number first and refuses (403) when it differs.
    """

    today: dt.date
    lines: Mapping[str, Line] = field(default_factory=dict)
    id_document_required: bool = False

    def __repr__(self) -> str:
        return f"SandboxWorld({len(self.lines)} lines)"
