"""One look-up as values: what is wanted, of whom, what the source is told of it, and what may be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from graph.model import (
    Address,
    Claim,
    FactKind,
    Identifier,
    LineFact,
    Name,
    PartialDate,
    Phone,
    Record,
    Role,
)
from sources.carrier.facts import fact
from sources.contract import (
    Answer,
    Ask,
    Channel,
    Field,
    Outcome,
    Reply,
    Rows,
    Source,
    SourceError,
    Subject,
    Terms,
)
from tracer.config import SourceSettings
from tracer.policy import Decision

# The claims and records of these come from our own store and keep the name they have there.
_OWN = frozenset({Channel.CREDITOR_FILE, Channel.DEBTOR_STATEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The case a look-up is for. ``open`` None means not known, which counts as no.

    ``ref`` is what the rows of our own tables are asked by and what every record found is stamped with: the
    case's keyed pseudonym, never the client's number.

    ``pseudonym(kind, text)`` is the case key's (vault): what the log may call a person, a number or the case.
    ``token`` is the case's name in the log where it has one already; else it is worked out from ``ref``.
    ``barred`` is why nothing may be looked up for its debtor any more; empty when nothing forbids it.
    ``approved`` are the rules that want a second person's approval and have it for this look-up.

    ``seal`` and ``unseal`` are the case key's too, each with the place a value is sealed for: they keep what
    a vendor calls a question that it answers later. Without them such a question cannot be taken up again.
    """

    ref: str
    client: str
    open: bool | None
    pseudonym: Callable[[str, str], str] = field(repr=False)
    token: str = ""
    barred: frozenset[str] = field(default=frozenset(), repr=False)
    approved: frozenset[str] = field(default=frozenset(), repr=False)
    seal: Callable[[bytes, str], bytes] | None = field(default=None, repr=False)
    unseal: Callable[[bytes, str], bytes] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFacts:
    """Whoever is asked about and what is held about them. ``ref`` tells persons of one role apart."""

    role: Role
    ref: str = ""
    phone: Phone | None = None
    anchor_date: dt.date | None = None
    name: Name | None = None
    ids: tuple[Identifier, ...] = ()
    born: PartialDate | None = None
    address: Address | None = None
    employer: str = ""
    employee_id: str = ""

    @property
    def available(self) -> frozenset[Field]:
        """The kinds of information that are there to be sent."""
        held: dict[Field, object] = {
            Field.CASE: True,
            Field.PHONE: self.phone,
            Field.ANCHOR_DATE: self.anchor_date,
            Field.NAME: self.name,
            Field.ID_NUMBER: self.ids,
            Field.BORN: self.born,
            Field.ADDRESS: self.address,
            Field.EMPLOYER: self.employer,
            Field.EMPLOYEE_ID: self.employee_id,
        }
        return frozenset(kind for kind, value in held.items() if value)

    def __repr__(self) -> str:
        return f"SubjectFacts({self.role})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupRequest:
    """What somebody wants looked up, where, for what.

    ``delivered`` is an answer that came by itself, to a question that was left pending. ``again`` says that a
    person wants a billed question put once more although nobody knows whether it was answered before.
    """

    source: Source
    settings: SourceSettings
    case: CaseFacts
    subject: SubjectFacts
    actor: str
    purpose: str
    delivered: Reply | None = field(default=None, repr=False)
    again: bool = False

    def __repr__(self) -> str:
        return f"LookupRequest({self.settings.id}, {self.subject.role}, {self.purpose})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What came of it: the outcome, the answer (findings only if answered), its log entries in order.

    ``broken`` is a word when the source is not asked now (stopped for the run, or silent), else empty.
    ``spent`` is minor units of money; None when nobody knows whether the carrier counted it.
    """

    outcome: Outcome
    answer: Answer
    entries: tuple[int, ...]
    decision: Decision
    broken: str = ""
    spent: int | None = 0


class RowsProvider(Protocol):
    """Gives the rows of a table by key: the store's own and the configured ones (tracer/rows.py)."""

    async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
        """Give the rows; raises SourceError or SourceBroken."""
        ...


def narrowed(request: LookupRequest, fields: frozenset[Field], today: dt.date, region: str = "") -> Ask:
    """Build the question a source is given: of the subject, ``fields`` and nothing else.

    ``region`` is whose way of writing numbers the case's client uses; it says nothing of the person.
    """
    subject = request.subject
    return Ask(
        case=request.case.ref if Field.CASE in fields else "",
        purpose=request.purpose,
        role=subject.role,
        today=today,
        phone=subject.phone if Field.PHONE in fields else None,
        anchor_date=subject.anchor_date if Field.ANCHOR_DATE in fields else None,
        name=subject.name if Field.NAME in fields else None,
        ids=subject.ids if Field.ID_NUMBER in fields else (),
        born=subject.born if Field.BORN in fields else None,
        address=subject.address if Field.ADDRESS in fields else None,
        employer=subject.employer if Field.EMPLOYER in fields else "",
        employee_id=subject.employee_id if Field.EMPLOYEE_ID in fields else "",
        region=region,
    )


# What a vendor's reference is sealed for: it opens nowhere else.
_PLACE = "log.reference"
_LETTERS = "bcdfghjklmnpqrst"


def sealed(case: CaseFacts, reference: str) -> str:
    """Give a vendor's reference as the log may hold it: sealed under the case's key, spelled in letters.

    Raises SourceError for a case without a key to seal with, and for what is no reference.
    """
    if case.seal is None:
        raise SourceError(Outcome.PROTOCOL_ERROR, "no_key_for_later")
    if not isinstance(reference, str) or not 0 < len(reference.encode()) <= 1000:
        raise SourceError(Outcome.PROTOCOL_ERROR, "reference_unfit")
    return "".join(_LETTERS[int(digit, 16)] for digit in case.seal(reference.encode(), _PLACE).hex())


def unsealed(case: CaseFacts, reference: str) -> str:
    """Give back what :func:`sealed` sealed; raises what the case's key raises, SourceError without one."""
    if case.unseal is None:
        raise SourceError(Outcome.PROTOCOL_ERROR, "no_key_for_later")
    digits = "".join(f"{_LETTERS.index(letter):x}" for letter in reference)
    return case.unseal(bytes.fromhex(digits), _PLACE).decode()


def log_names(request: LookupRequest, terms: Terms | None) -> dict[str, str]:
    """Give the pseudonyms an entry may carry: ``case``, ``subject`` and, if one is asked, ``number``."""
    case, subject = request.case, request.subject
    names = {
        "case": case.token or case.pseudonym("case", case.ref),
        "subject": case.pseudonym("subject", f"{subject.role}|{subject.ref}"),
    }
    if terms is not None and terms.subject is Subject.NUMBER and subject.phone is not None:
        names["number"] = case.pseudonym("number", subject.phone.key)
    return names


def kept(
    answer: Answer, ask: Ask, terms: Terms, settings: SourceSettings, entry: int, case: str
) -> tuple[Answer, int]:
    """Give the answer with every finding tied to its log entry, source and case, and how many were dropped.

    The case is the one asked about (``CaseFacts.ref``), whatever the source says: most are never told it.

    Dropped are facts outside the one vocabulary of kinds and values, facts about another number than the one
    asked, and whatever a carrier says beyond facts (a subscriber's details, a new number): those need an
    authorisation of their own. Raises TypeError when it is no Answer of known parts.
    """
    if not isinstance(answer, Answer) or not isinstance(answer.outcome, Outcome):
        raise TypeError("a source must return an Answer")
    own = terms.channel in _OWN
    carrier = terms.channel is Channel.CARRIER
    facts = tuple(
        replace(item, source=settings.id, entry=entry) for item in answer.facts if _sound(item, ask, terms)
    )
    records: list[Record] = []
    claims: list[Claim] = []
    for record in () if carrier else answer.records:
        if not isinstance(record, Record):
            raise TypeError("records are Records")
        source = record.source if own else settings.id
        records.append(replace(record, source=source, case=case, entry=entry))
    for claim in () if carrier else answer.claims:
        if not isinstance(claim, Claim):
            raise TypeError("claims are Claims")
        claims.append(replace(claim, source=claim.source if own else settings.id, entry=entry))
    before = len(answer.facts) + len(answer.records) + len(answer.claims)
    dropped = before - len(facts) - len(records) - len(claims)
    return replace(answer, facts=facts, records=tuple(records), claims=tuple(claims)), dropped


def _sound(item: object, ask: Ask, terms: Terms) -> bool:
    if not isinstance(item, LineFact) or not isinstance(item.kind, FactKind):
        return False
    if (
        terms is not None
        and terms.subject is Subject.NUMBER
        and (ask.phone is None or item.phone != ask.phone)
    ):
        return False
    try:
        fact(
            item.kind,
            item.value,
            phone=item.phone,
            source=item.source,
            as_of=item.as_of or ask.today,
            anchor=item.anchor,
            attribute=item.attribute,
            score=item.score,
        )
    except (ValueError, TypeError):
        return False
    return True
