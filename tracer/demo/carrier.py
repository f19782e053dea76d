"""What a fictional operator knows of its lines, and how it answers the four CAMARA questions about one.

Pure: a question and the operator's books give a status and a body; ``sandbox`` puts this behind real HTTP.
The rules are those of the published definitions and test scenarios (CAMARA NumberRecycling r2.2, Tenure
r2.2, KnowYourCustomerMatch r1.2, SubscriptionStatus r1.2). Checked in this order: syntax, identifier,
range, customer, service. Stricter than the definitions in one thing: a property they do not list is
refused, so that a connector that tells an operator more than it needs is found out.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
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
    """One person's time as registered holder of a number: from ``since`` up to, not including, ``until``."""

    holder_name: str
    holder_id: str
    since: dt.date
    until: dt.date | None = None
    holder_born: dt.date | None = None
    document_type: str = "national_id_card"

    def __repr__(self) -> str:
        return "Holding(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the operator has in its books about one number.

    ``holder_history`` is what this operator's books show, in order of ``since``, without overlap: a holder
    from before the number was ported in may be missing. ``active_since`` is what tenure is counted from: it
    starts again at port-in, so it may be later than the holder's first day. ``operator_served`` False:
    another operator's number (404 IDENTIFIER_NOT_FOUND). ``applicable`` False: the service is not offered
    for it (422).
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
    ``id_document_required`` the operator compares the identity number first and refuses (403) when it
    differs.
    """

    today: dt.date
    lines: Mapping[str, Line] = field(default_factory=dict)
    id_document_required: bool = False

    def __repr__(self) -> str:
        return f"SandboxWorld({len(self.lines)} lines)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A status and the JSON body that goes with it."""

    status: int
    body: Mapping[str, object]

    def __repr__(self) -> str:
        return f"Said({self.status})"


def problem(status: int, code: str, message: str) -> Said:
    """Give CAMARA's error body: status, code, message."""
    return Said(status=status, body={"status": status, "code": code, "message": message})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the scope its token needs, the properties it knows, and how it is answered."""

    scope: str
    properties: Mapping[str, Callable[[object], bool]]
    required: frozenset[str]
    dated: str
    answer: Callable[[Mapping[str, object], Line, Holding, SandboxWorld], Said]


def answer(operation: Operation, body: object, world: SandboxWorld) -> Said:
    """Answer one question about one number as the test scenarios demand. ``body`` is parsed JSON, or None."""
    if not isinstance(body, dict) or not set(body) <= set(operation.properties):
        return _INVALID
    if not operation.required <= set(body) or not all(operation.properties[k](v) for k, v in body.items()):
        return _INVALID
    if operation is MATCH and not body:
        return _INVALID
    if "phoneNumber" not in body:
        return problem(422, "MISSING_IDENTIFIER", "The phone number cannot be identified")
    if operation is MATCH and len(body) == 1:
        return problem(
            400, "KNOW_YOUR_CUSTOMER.INVALID_PARAM_COMBINATION", "Indicated parameter combination is invalid"
        )
    if operation.dated and dt.date.fromisoformat(str(body[operation.dated])) > world.today:
        return problem(400, "OUT_OF_RANGE", "Client specified an invalid range.")
    line = world.lines.get(str(body["phoneNumber"]))
    held = line.holding_on(world.today) if line is not None else None
    if line is None or held is None or not line.operator_served or line.status is LineState.CANCELLED:
        return problem(404, "IDENTIFIER_NOT_FOUND", "Phone number not found.")
    if not line.applicable:
        return problem(422, "SERVICE_NOT_APPLICABLE", "The service is not available for this phone number")
    return operation.answer(body, line, held, world)


_INVALID = problem(
    400, "INVALID_ARGUMENT", "Client specified an invalid argument, request body or query param."
)
_E164 = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)


def _is_number(value: object) -> bool:
    return isinstance(value, str) and _E164.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return False
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _one_of(*values: str) -> Callable[[object], bool]:
    return lambda value: value in values


def _recycled(body: Mapping[str, object], line: Line, held: Holding, world: SandboxWorld) -> Said:
    then = line.holding_on(dt.date.fromisoformat(str(body["specifiedDate"])))
    # Nobody held it on that day: the definition says that is "true" as well.
    return Said(status=200, body={"phoneNumberRecycled": then is None or then.holder_id != held.holder_id})


def _tenure(body: Mapping[str, object], line: Line, held: Holding, world: SandboxWorld) -> Said:
    since = max(held.since, line.active_since or held.since)
    said: dict[str, object] = {
        "tenureDateCheck": since <= dt.date.fromisoformat(str(body["tenureDate"])),
    }
    if line.contract is not None:
        said["contractType"] = line.contract.value
    return Said(status=200, body=said)


def _status(body: Mapping[str, object], line: Line, held: Holding, world: SandboxWorld) -> Said:
    off = line.status is LineState.SUSPENDED
    out_off = off or line.status is LineState.OUTGOING_SUSPENDED
    slow = line.status is LineState.THROTTLED
    return Said(
        status=200,
        body={
            "voiceSmsIn": "suspended" if off else "active",
            "voiceSmsOut": "suspended" if out_off else "active",
            "dataService": "suspended" if out_off else "throttled" if slow else "active",
        },
    )


def _match(body: Mapping[str, object], line: Line, held: Holding, world: SandboxWorld) -> Said:
    if world.id_document_required and "idDocument" not in body:
        return problem(403, "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_REQUIRED", "The idDocument is required")
    if world.id_document_required and _plain(body["idDocument"]) != _plain(held.holder_id):
        return problem(403, "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH", "The idDocument needs to match")
    books: dict[str, str] = {
        "name": held.holder_name,
        "idDocument": held.holder_id,
        "idDocumentType": held.document_type,
        "birthdate": held.holder_born.isoformat() if held.holder_born else "",
    }
    said: dict[str, object] = {}
    for asked, value in body.items():
        if asked == "phoneNumber":
            continue
        known = books.get(asked, "")
        if not known:
            said[f"{asked}Match"] = "not_available"
        elif _plain(known) == _plain(value):
            said[f"{asked}Match"] = "true"
        else:
            said[f"{asked}Match"] = "false"
            if asked == "name":
                likeness = jaro_winkler(_plain(known), _plain(value))
                said["nameMatchScore"] = min(99, int(100 * likeness))
    return Said(status=200, body=said)


def _plain(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def jaro_winkler(left: str, right: str) -> float:
    """Give the Jaro–Winkler similarity, 0 to 1 (Winkler 1990: prefix weight 0.1, up to four characters)."""
    if left == right:
        return 1.0
    if not left or not right:
        return 0.0
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    taken = [False] * len(right)
    ours = []
    for i, character in enumerate(left):
        for j in range(max(0, i - reach), min(len(right), i + reach + 1)):
            if not taken[j] and right[j] == character:
                taken[j] = True
                ours.append(character)
                break
    theirs = [character for j, character in enumerate(right) if taken[j]]
    common = len(ours)
    if not common:
        return 0.0
    crossed = sum(a != b for a, b in zip(ours, theirs, strict=True)) / 2
    jaro = (common / len(left) + common / len(right) + (common - crossed) / common) / 3
    prefix = 0
    while prefix < min(4, len(left), len(right)) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


_MATCH_TEXTS = (
    "idDocument",
    "name",
    "givenName",
    "familyName",
    "nameKanaHankaku",
    "nameKanaZenkaku",
    "middleNames",
    "familyNameAtBirth",
    "address",
    "streetName",
    "streetNumber",
    "postalCode",
    "region",
    "locality",
    "country",
    "houseNumberExtension",
    "email",
    "cityOfBirth",
    "countryOfBirth",
    "nationality",
)
_MATCH_TYPES = (
    "passport",
    "national_id_card",
    "residence_permit",
    "diplomatic_id",
    "driver_licence",
    "social_security_id",
    "other",
)

RECYCLING = Operation(
    "number-recycling:check",
    {"phoneNumber": _is_number, "specifiedDate": _is_day},
    frozenset({"specifiedDate"}),
    "specifiedDate",
    _recycled,
)
TENURE = Operation(
    "kyc-tenure:check-tenure",
    {"phoneNumber": _is_number, "tenureDate": _is_day},
    frozenset({"tenureDate"}),
    "tenureDate",
    _tenure,
)
MATCH = Operation(
    "kyc-match:match",
    {
        "phoneNumber": _is_number,
        **dict.fromkeys(_MATCH_TEXTS, _is_text),
        "idDocumentType": _one_of(*_MATCH_TYPES),
        "idDocumentExpiryDate": _is_day,
        "birthdate": _is_day,
        "gender": _one_of("MALE", "FEMALE", "OTHER"),
    },
    frozenset(),
    "",
    _match,
)
STATUS = Operation(
    "subscription-status:retrive-subscription-status", {"phoneNumber": _is_number}, frozenset(), "", _status
)

OPERATIONS: Mapping[str, Operation] = {
    "/number-recycling/v0.2/check": RECYCLING,
    "/kyc-tenure/v0.2/check-tenure": TENURE,
    "/kyc-match/v0.4/match": MATCH,
    "/subscription-status/v0.1/retrive-subscription-status": STATUS,
}
"""The operations by path; the paths are the definitions' own, with their spelling."""
