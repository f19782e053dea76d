"""One vocabulary for all carriers: what they may say of a line, and what their refusals mean.

Two layers that are never mixed: an ``Outcome`` is what happened to the call, a ``LineFact`` is what an
answered call said. Both are closed: a value that is not listed here is a fault of the connector, not a new
kind of fact. Values and codes: carriers' published definitions, collected on 2026-11-23 (CAMARA
Commonalities CAMARA_common.yaml, CAMARA API definitions, Twilio Lookup v2, Tencent FaceID 2018-03-01,
Alibaba Dytnsapi 2020-02-17).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from types import MappingProxyType

from graph.model import FactKind, LineFact, Phone
from sources.contract import Outcome, Reply

_SINCE = frozenset({"yes", "no", "unknown"})

VALUES: Mapping[FactKind, frozenset[str]] = MappingProxyType(
    {
        FactKind.LINE_STATUS: frozenset(
            {
                "active",
                "suspended",
                "partly_suspended",
                "cancelled",
                "not_assigned",
                "suspected_not_assigned",
                "off_network",
                "on_network_unusable",
                "inactive",
                "unknown",
            }
        ),
        FactKind.REACHABILITY: frozenset(
            {
                "reachable",
                "powered_off",
                "suspected_off",
                "busy",
                "absent",
                "unreachable",
                "barred",
                "unknown",
            }
        ),
        FactKind.TENURE_SINCE: _SINCE,
        FactKind.HOLDER_CHANGED_SINCE: _SINCE,
        FactKind.DISCONNECTED_SINCE: _SINCE,
        FactKind.SIM_CHANGED_SINCE: _SINCE,
        FactKind.DEVICE_CHANGED_SINCE: _SINCE,
        FactKind.ATTRIBUTE_MATCH: frozenset({"exact", "high", "partial", "none", "no_data", "mixed"}),
        FactKind.LINE_TYPE: frozenset(
            {
                "mobile",
                "fixed",
                "fixed_or_mobile",
                "voip",
                "voip_fixed",
                "voip_non_fixed",
                "toll_free",
                "premium",
                "shared_cost",
                "personal",
                "pager",
                "uan",
                "voicemail",
                "virtual",
                "unknown",
            }
        ),
        FactKind.PORTED: frozenset({"yes", "no", "likely_yes", "likely_no", "unknown"}),
        FactKind.CONTRACT: frozenset({"prepaid", "postpaid", "business"}),
        FactKind.CALL_FORWARDING: frozenset(
            {
                "inactive",
                "unconditional",
                "conditional_busy",
                "conditional_no_answer",
                "conditional_not_reachable",
            }
        ),
        FactKind.NUMBER_FORMAT: frozenset({"valid", "invalid", "possible_only"}),
    }
)
"""The closed value sets. Kinds that are missing here have a form instead (:data:`FORMS`)."""

FORMS: Mapping[FactKind, re.Pattern[str]] = MappingProxyType(
    {
        # Months, half open, an open end left empty: "[3,6)", "[24,)".
        FactKind.TENURE: re.compile(r"\[\d{1,4},\d{0,4}\)"),
        # role:name, because a number's first carrier is not its present one (携号转网).
        FactKind.CARRIER: re.compile(r"(original|current|mvno):[\w .&()-]{1,60}"),
        FactKind.NUMBER_REGION: re.compile(r"[\w .,'-]{1,60}"),
    }
)

ANCHORED = frozenset(
    {
        FactKind.TENURE_SINCE,
        FactKind.HOLDER_CHANGED_SINCE,
        FactKind.DISCONNECTED_SINCE,
        FactKind.SIM_CHANGED_SINCE,
        FactKind.DEVICE_CHANGED_SINCE,
    }
)
"""Kinds that mean nothing without the date they are counted from."""

ATTRIBUTES = frozenset(
    {"name", "given_name", "family_name", "id", "born", "address", "postcode", "email", "name+id"}
)
"""What an ``attribute_match`` may have compared with the registered holder of the line."""

GATED = frozenset(
    {
        "subscriber_details",  # CAMARA fill-in, Twilio pre_fill, caller names: hands out a person
        "new_number",  # the number somebody moved to
        "roaming",
        "location",
        "serving_msc",
        "imsi",
    }
)
"""What carriers can hand out and no source of ours may keep: each would need an authorisation of its own."""


def fact(
    kind: FactKind,
    value: str,
    *,
    phone: Phone,
    source: str,
    as_of: dt.date,
    anchor: dt.date | None = None,
    attribute: str = "",
    score: float | None = None,
    raw: str = "",
    billed: bool | None = None,
) -> LineFact:
    """Give the fact, checked against the vocabulary.

    ``as_of`` is the day it was observed, ``anchor`` the date it is counted from, ``score`` a similarity
    from 0 to 1. Raises ValueError for a value that is not of its kind, a ``*_since`` without an anchor or
    with one after ``as_of``, a match that does not say what was compared, or a score outside 0..1. The
    message names the kind only: a value from outside could be anything.
    """
    known = VALUES.get(kind)
    form = FORMS.get(kind)
    if not (value in known if known is not None else form is not None and form.fullmatch(value)):
        raise ValueError(f"{kind} has no such value")
    if kind in ANCHORED and anchor is None:
        raise ValueError(f"{kind} needs the date it is counted from")
    if anchor is not None and anchor > as_of:
        raise ValueError(f"{kind} is counted from a day after it was observed")
    if (attribute in ATTRIBUTES) != (kind is FactKind.ATTRIBUTE_MATCH):
        raise ValueError(f"{kind} and what was compared do not go together")
    if score is not None and not (kind is FactKind.ATTRIBUTE_MATCH and 0.0 <= score <= 1.0):
        raise ValueError(f"{kind} cannot have that score")
    return LineFact(
        kind=kind,
        value=value,
        phone=phone,
        source=source,
        as_of=as_of,
        anchor=anchor,
        attribute=attribute,
        score=score,
        raw=raw,
        billed=billed,
    )


CAMARA_ERRORS: Mapping[tuple[int, str], Outcome] = MappingProxyType(
    {
        (400, "INVALID_ARGUMENT"): Outcome.BAD_INPUT,
        (400, "OUT_OF_RANGE"): Outcome.BAD_INPUT,
        (400, "KNOW_YOUR_CUSTOMER.INVALID_PARAM_COMBINATION"): Outcome.BAD_INPUT,
        (401, "UNAUTHENTICATED"): Outcome.AUTH_FAILED,
        (403, "PERMISSION_DENIED"): Outcome.NOT_ENTITLED,
        # The token stands for another subscriber than the body: a new token of the same kind would not help.
        (403, "INVALID_TOKEN_CONTEXT"): Outcome.NOT_ENTITLED,
        (403, "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_REQUIRED"): Outcome.PRECONDITION_FAILED,
        # It says something of the id number, but it is a refusal: no fact comes of it.
        (403, "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH"): Outcome.PRECONDITION_FAILED,
        # "Not a customer of this operator". Never "the number does not exist".
        (404, "IDENTIFIER_NOT_FOUND"): Outcome.NOT_SERVED,
        # The address we asked at is not there: our configuration, nothing about the number.
        (404, "NOT_FOUND"): Outcome.PROTOCOL_ERROR,
        (405, "METHOD_NOT_ALLOWED"): Outcome.PROTOCOL_ERROR,
        (406, "NOT_ACCEPTABLE"): Outcome.PROTOCOL_ERROR,
        (409, "ABORTED"): Outcome.UNAVAILABLE,
        (409, "ALREADY_EXISTS"): Outcome.PRECONDITION_FAILED,
        (409, "CONFLICT"): Outcome.PRECONDITION_FAILED,
        (409, "INCOMPATIBLE_STATE"): Outcome.PRECONDITION_FAILED,
        (410, "GONE"): Outcome.PROTOCOL_ERROR,
        (412, "FAILED_PRECONDITION"): Outcome.PRECONDITION_FAILED,
        (415, "UNSUPPORTED_MEDIA_TYPE"): Outcome.PROTOCOL_ERROR,
        (422, "SERVICE_NOT_APPLICABLE"): Outcome.NOT_SERVED,
        (422, "MISSING_IDENTIFIER"): Outcome.BAD_INPUT,
        (422, "UNSUPPORTED_IDENTIFIER"): Outcome.BAD_INPUT,
        (422, "UNNECESSARY_IDENTIFIER"): Outcome.BAD_INPUT,
        (429, "QUOTA_EXCEEDED"): Outcome.QUOTA_EXHAUSTED,
        (429, "TOO_MANY_REQUESTS"): Outcome.RATE_LIMITED,
        (500, "INTERNAL"): Outcome.UNAVAILABLE,
        (501, "NOT_IMPLEMENTED"): Outcome.NOT_SERVED,
        (502, "BAD_GATEWAY"): Outcome.UNAVAILABLE,
        (503, "UNAVAILABLE"): Outcome.UNAVAILABLE,
        (504, "TIMEOUT"): Outcome.UNAVAILABLE,
    }
)
"""What CAMARA's error codes mean: all of CAMARA_common.yaml and of the four APIs we ask."""


class Retry(StrEnum):
    """When the same question may be put again. Every retry is a log entry of its own."""

    NEVER = "never"
    AFTER_WAIT = "after_wait"  # as long as the carrier says (Retry-After)
    BACK_OFF = "back_off"  # seconds, doubling
    HOURS_LATER = "hours_later"
    NEW_TOKEN = "new_token"  # noqa: S105  (once, with a fresh access token)


RETRY: Mapping[Outcome, Retry] = MappingProxyType(
    {
        Outcome.RATE_LIMITED: Retry.AFTER_WAIT,
        Outcome.UNAVAILABLE: Retry.BACK_OFF,
        Outcome.NUMBER_COOLDOWN: Retry.HOURS_LATER,
        Outcome.AUTH_FAILED: Retry.NEW_TOKEN,
    }
)
"""Outcomes that a repeat can change; all others are :attr:`Retry.NEVER`."""


def retry_after(reply: Reply) -> float | None:
    """Give the seconds the carrier asks us to wait (``Retry-After``), or None when it does not say.

    Both forms of RFC 9110 §10.2.3: seconds, and a date, which is read against the reply's own ``Date``:
    nothing in here knows the time. Never negative.
    """
    said = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,7}", said, re.ASCII):
        return float(said)
    try:
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())
