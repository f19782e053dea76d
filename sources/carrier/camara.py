"""Four questions to a mobile operator in the CAMARA form: yes or no, on one number, for a declared purpose.

Written from the published definitions NumberRecycling r2.2 (0.2.0), Tenure r2.2 (0.2.0),
KnowYourCustomerMatch r1.2 (0.4.0) and SubscriptionStatus r1.2 (0.1.0), Apache-2.0. Two-legged access
(client credentials): the number is in the body, the operator's agreement covers the purpose. The world is
closed: an answer the definition does not list is a protocol error, never a guess. 404 means "not this
operator's customer", never "no such number".
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import ClassVar

from graph.model import FactKind, Identifier, LineFact, PartialDate, Phone, Role
from sources.carrier.facts import CAMARA_ERRORS, fact, retry_after
from sources.contract import Answer, Ask, Channel, Field, Flow, HttpCall, Outcome, Reply, Subject, Terms

# W3C DPV 2 has no term for collecting a debt: the agreement with the operator says which one to declare. A
# purpose that is a DPV term already ("dpv:CustomerSolvencyMonitoring") is declared as it is.
PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "contact_repair": "dpv:FulfilmentOfContractualObligation",
        "debt_collection": "dpv:FulfilmentOfContractualObligation",
        "identity_verification": "dpv:IdentityVerification",
    }
)

# Jaro-Winkler, the definition's own algorithm. The cuts are ours: a slip of the pen in a Latin name stays
# above 0.90; a Chinese name of three characters with the last one wrong has 0.82. The score is kept beside
# the word.
SCORE_HIGH = 0.90
SCORE_PARTIAL = 0.80

Body = Mapping[str, object]
_Said = Callable[..., LineFact]

_DPV = re.compile(r"dpv:[A-Z][A-Za-z]{1,63}")
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")  # PhoneNumber of the four definitions
_CONTRACTS = {"PAYG": "prepaid", "PAYM": "postpaid", "Business": "business"}
_DOCUMENT_TYPES = {  # graph.clean.ids' schemes; in the order in which an operator is likely to hold them
    "prc_id": "national_id_card",
    "hk_id": "national_id_card",
    "tw_id": "national_id_card",
    "us_ssn": "social_security_id",
    "passport": "passport",
    "driver_licence": "driver_licence",
}


class _CannotAsk(Exception):
    """The question cannot be put to an operator; the code says why."""


class _Unmapped(Exception):
    """The answer says something the definition does not list. Names the property, never its value."""


def _terms(*fields: Field, needs: frozenset[Field], fresh_for: dt.timedelta) -> Terms:
    # Not idempotent: the definitions have no idempotency key, so a repeated call may be billed twice.
    return Terms(
        channel=Channel.CARRIER,
        subject=Subject.NUMBER,
        roles=frozenset({Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR}),
        sends=frozenset({Field.PHONE, *fields}),
        needs=frozenset({Field.PHONE}) | needs,
        intrusion=1,
        billed_when=frozenset({Outcome.ANSWERED}),
        idempotent=False,
        fresh_for=fresh_for,
    )


# The kit's checks of a vendor's definition. These four are code: the definitions are held against them in
# tests/sources/carrier/test_camara_definitions.py, and against their twins in TOML in tests/sources/manifest.
QUALITY: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(
        ("values", "examples", "request", "signature", "gated", "billing", "provenance", "scenarios"), "done"
    )
)


@dataclass(frozen=True, slots=True)
class NumberRecycling:
    """Has the number changed hands since the last documented contact?

    The operator says yes also when nobody held the number on that date. So the anchor has to be a day on
    which the debtor was known to have it: a guessed date fakes a recycled number.
    """

    name: str = "camara.number-recycling"
    quality: ClassVar[Mapping[str, str]] = QUALITY
    # 31 days: how often numbers are to be scrubbed for reassignment (Hylton v. Titlemax; the US database).
    terms: ClassVar[Terms] = _terms(
        Field.ANCHOR_DATE, needs=frozenset({Field.ANCHOR_DATE}), fresh_for=dt.timedelta(days=31)
    )

    def lookup(self, ask: Ask) -> Flow:
        """Ask with number and anchor date; gives ``holder_changed_since`` yes or no."""
        return _converse(
            self.name,
            ask,
            path="/number-recycling/v0.2/check",
            scope="number-recycling:check",
            asks=lambda ask: {"specifiedDate": _anchor(ask)},
            means=_means_recycled,
        )


@dataclass(frozen=True, slots=True)
class Tenure:
    """Has one subscription held the number without a break since the last documented contact?

    "No" is no sign of a new holder: tenure starts again when a number is ported in.
    """

    name: str = "camara.kyc-tenure"
    quality: ClassVar[Mapping[str, str]] = QUALITY
    terms: ClassVar[Terms] = _terms(
        Field.ANCHOR_DATE, needs=frozenset({Field.ANCHOR_DATE}), fresh_for=dt.timedelta(days=31)
    )

    def lookup(self, ask: Ask) -> Flow:
        """Ask with number and anchor date; gives ``tenure_since`` yes or no, and ``contract`` if said."""
        return _converse(
            self.name,
            ask,
            path="/kyc-tenure/v0.2/check-tenure",
            scope="kyc-tenure:check-tenure",
            asks=lambda ask: {"tenureDate": _anchor(ask)},
            means=_means_tenure,
        )


@dataclass(frozen=True, slots=True)
class KycMatch:
    """Is the registered holder of the number the person we know: by name, identity number, date of birth?

    It tells the operator whom we look for, so it sends no more than these three, and nothing that is
    masked. An operator may refuse because the identity number differs: that is ``precondition_failed``, not
    a fact.
    """

    name: str = "camara.kyc-match"
    quality: ClassVar[Mapping[str, str]] = QUALITY
    terms: ClassVar[Terms] = _terms(
        Field.NAME,
        Field.ID_NUMBER,
        Field.BORN,
        needs=frozenset({Field.NAME}),
        fresh_for=dt.timedelta(days=90),
    )

    def lookup(self, ask: Ask) -> Flow:
        """Ask with what is known whole; gives one ``attribute_match`` for each of name, id and born."""
        return _converse(
            self.name,
            ask,
            path="/kyc-match/v0.4/match",
            scope="kyc-match:match",
            asks=_known,
            means=_means_match,
        )


@dataclass(frozen=True, slots=True)
class SubscriptionStatus:
    """Is the subscription in service today: calls in, calls out?"""

    name: str = "camara.subscription-status"
    quality: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            **QUALITY,
            "scenarios": "exempt: they ask at another path than the definition has (retrieve-, retrive-)",
        }
    )
    # A line is suspended for arrears and back within days; our own choice.
    terms: ClassVar[Terms] = _terms(needs=frozenset(), fresh_for=dt.timedelta(days=7))

    def lookup(self, ask: Ask) -> Flow:
        """Ask with the number alone; gives ``line_status``; ``reachability`` if only calls in are off."""
        return _converse(
            self.name,
            ask,
            # "retrive" is what the definition says; its test scenarios spell it right and would get 404.
            path="/subscription-status/v0.1/retrive-subscription-status",
            scope="subscription-status:retrive-subscription-status",
            asks=lambda ask: {},
            means=_means_status,
        )


# What the four have in common


def _converse(
    source: str,
    ask: Ask,
    *,
    path: str,
    scope: str,
    asks: Callable[[Ask], dict[str, str]],
    means: Callable[[_Said, Ask, Body], Iterator[LineFact]],
) -> Flow:
    """Put one question and read its answer. One that cannot be put is bad_input, and nothing is asked."""
    try:
        phone = _phone(ask)
        body = {"phoneNumber": phone.e164, **asks(ask)}
        scopes = f"{_purpose(ask)} {scope}"
    except _CannotAsk as why:
        return Answer(outcome=Outcome.BAD_INPUT, raw=str(why))
    reply = yield HttpCall(method="POST", path=path, json=body, scope=scopes)
    if reply.status != 200:
        return refusal(reply)
    # Every fact of the answer is about the number asked, observed on the day of asking.
    said = partial(fact, phone=phone, source=source, as_of=ask.today)
    try:
        return Answer(outcome=Outcome.ANSWERED, facts=tuple(means(said, ask, _object(reply))), raw="200")
    except _Unmapped as what:
        return Answer(outcome=Outcome.PROTOCOL_ERROR, raw=f"200 {what}")


def refusal(reply: Reply) -> Answer:
    """Give the outcome of a reply that is not 200, by its status and error code; it never holds a fact.

    Without a documented body only 401, 429 and 5xx keep a meaning: proxies answer these in their own words,
    and they speak of the call, not of the number. Everything else is a protocol error.
    """
    try:
        body = _object(reply)
    except _Unmapped:
        body = {}
    code = body.get("code")
    if isinstance(code, str) and body.get("status") == reply.status:
        outcome = CAMARA_ERRORS.get((reply.status, code))
        if outcome is not None:
            return Answer(outcome=outcome, raw=f"{reply.status} {code}", retry_after=retry_after(reply))
    alone = {401: Outcome.AUTH_FAILED, 429: Outcome.RATE_LIMITED}
    fallback = Outcome.UNAVAILABLE if 500 <= reply.status <= 599 else Outcome.PROTOCOL_ERROR
    return Answer(
        outcome=alone.get(reply.status, fallback), raw=str(reply.status), retry_after=retry_after(reply)
    )


def _object(reply: Reply) -> Body:
    try:
        body = json.loads(reply.body, object_pairs_hook=_no_name_twice, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise _Unmapped("body") from None
    if not isinstance(body, dict):
        raise _Unmapped("body")
    return body


def _no_name_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a property is said twice")
    return body


def _not_json(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _phone(ask: Ask) -> Phone:
    if ask.phone is None:
        raise _CannotAsk("number_missing")
    if ask.phone.masked:
        raise _CannotAsk("number_masked")
    if ask.phone.extension:
        raise _CannotAsk("number_behind_switchboard")  # the subscription is the employer's
    if not _E164.fullmatch(ask.phone.e164):
        raise _CannotAsk("number_malformed")
    return ask.phone


def _anchor(ask: Ask) -> str:
    if ask.anchor_date is None:
        raise _CannotAsk("anchor_date_missing")
    if ask.anchor_date > ask.today:
        raise _CannotAsk("anchor_date_in_future")
    return ask.anchor_date.isoformat()


def _purpose(ask: Ask) -> str:
    purpose = PURPOSES.get(ask.purpose, ask.purpose)
    if not _DPV.fullmatch(purpose):
        raise _CannotAsk("purpose_without_dpv_term")
    return purpose


# What each answer means


def _means_recycled(said: _Said, ask: Ask, body: Body) -> Iterator[LineFact]:
    value, raw = _yes_or_no(body, "phoneNumberRecycled")
    yield said(FactKind.HOLDER_CHANGED_SINCE, value, raw=raw, anchor=ask.anchor_date)


def _means_tenure(said: _Said, ask: Ask, body: Body) -> Iterator[LineFact]:
    value, raw = _yes_or_no(body, "tenureDateCheck")
    yield said(FactKind.TENURE_SINCE, value, raw=raw, anchor=ask.anchor_date)
    if "contractType" in body:
        contract = _one_of(body, "contractType", _CONTRACTS)
        yield said(FactKind.CONTRACT, _CONTRACTS[contract], raw=f"contractType={contract}")


def _means_status(said: _Said, ask: Ask, body: Body) -> Iterator[LineFact]:
    calls_in = _one_of(body, "voiceSmsIn", ("active", "suspended"))
    calls_out = _one_of(body, "voiceSmsOut", ("active", "suspended"))
    data = _one_of(body, "dataService", ("active", "suspended", "throttled"))
    raw = f"voiceSmsIn={calls_in} voiceSmsOut={calls_out} dataService={data}"
    # Data is no part of it: a subscription without data is still one that rings.
    value = calls_in if calls_in == calls_out else "partly_suspended"
    yield said(FactKind.LINE_STATUS, value, raw=raw)
    if calls_in == "suspended" and calls_out == "active":
        # Which half is off matters to whoever dials. When both are, line_status has said it already.
        yield said(FactKind.REACHABILITY, "barred", raw=raw)


def _known(ask: Ask) -> dict[str, str]:
    if ask.name is None:
        raise _CannotAsk("name_missing")
    asked: dict[str, str] = {}
    if not ask.name.masked and ask.name.text.strip():
        asked["name"] = ask.name.text
    whole = sorted((one for one in ask.ids if not one.masked and one.sound), key=_document_order)
    if whole:
        asked["idDocument"] = whole[0].value
        if whole[0].scheme in _DOCUMENT_TYPES:
            # Without the type, "differs" might only mean that the operator registered another document.
            asked["idDocumentType"] = _DOCUMENT_TYPES[whole[0].scheme]
    born = _day(ask.born)
    if born is not None:
        asked["birthdate"] = born.isoformat()
    if not asked:
        raise _CannotAsk("nothing_whole_to_compare")
    return asked


def _document_order(one: Identifier) -> tuple[int, str]:
    known = list(_DOCUMENT_TYPES)
    return (known.index(one.scheme) if one.scheme in known else len(known), one.value)


def _day(born: PartialDate | None) -> dt.date | None:
    if born is None or born.month is None or born.day is None:
        return None
    try:
        return dt.date(born.year, born.month, born.day)
    except ValueError:
        return None


def _means_match(said: _Said, ask: Ask, body: Body) -> Iterator[LineFact]:
    asked = _known(ask)
    answered = False
    for given, attribute in (("name", "name"), ("idDocument", "id"), ("birthdate", "born")):
        answer = f"{given}Match"
        if given not in asked or answer not in body:
            continue  # never read what was not asked, never make "no data" of silence
        answered = True
        same = _one_of(body, answer, ("true", "false", "not_available"))
        score = _score(body, answer, same) if given == "name" else None
        value = {"true": "exact", "false": _likeness(score), "not_available": "no_data"}[same]
        raw = f"{answer}={same}"
        if given == "idDocument" and same == "false" and body.get("idDocumentTypeMatch") == "false":
            # Two documents of one person have two numbers: that they differ says nothing.
            value, raw = "no_data", f"{raw} idDocumentTypeMatch=false"
        yield said(FactKind.ATTRIBUTE_MATCH, value, raw=raw, attribute=attribute, score=score)
    if not answered:
        raise _Unmapped("no attribute")


def _likeness(score: float | None) -> str:
    if score is None or score < SCORE_PARTIAL:
        return "none"
    return "high" if score >= SCORE_HIGH else "partial"


def _score(body: Body, answer: str, same: str) -> float | None:
    score = body.get(f"{answer}Score")
    if score is None and f"{answer}Score" not in body:
        return None  # optional, and never there for an exact match
    if type(score) is not int or not 0 <= score <= 99 or same != "false":
        raise _Unmapped(f"{answer}Score")
    return score / 100


def _yes_or_no(body: Body, prop: str) -> tuple[str, str]:
    value = body.get(prop)
    if not isinstance(value, bool):
        raise _Unmapped(prop)
    return ("yes", f"{prop}=true") if value else ("no", f"{prop}=false")


def _one_of(body: Body, prop: str, values: Collection[str]) -> str:
    value = body.get(prop)
    if not isinstance(value, str) or value not in values:
        raise _Unmapped(prop)
    return value
