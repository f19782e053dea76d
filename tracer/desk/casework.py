"""What the page of a case shows and does: one view for those who work on it, and fewer words for others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from graph.model import Role
from tracer.config import Operation
from tracer.desk import barring, charting, contacts, disputes, lawful, outcomes, picture, refresh, scripts
from tracer.desk.contacts import Contacts
from tracer.desk.office import Office
from tracer.desk.outcomes import CallNote, Noted
from tracer.errors import WrongUse
from tracer.policy.contact import Opinion
from tracer.store.cases import OPEN, CaseFile
from tracer.store.notes import Note, Request
from tracer.words import N_

__all__ = ["CallNote", "CaseFile", "Note", "Request", "View", "number", "revealed", "view"]

# What a collector picks from after a call, in the trade's order: code of the built-in list, key, words.
QUICK: tuple[tuple[str, str, str], ...] = (
    ("cn_letters:PTP", "p", N_("promised to pay")),
    ("plain:RIGHT_PARTY_VERIFIED", "r", N_("spoke with him, identity checked")),
    ("plain:THIRD_PARTY", "t", N_("somebody else answered who knows him")),
    ("plain:NO_ANSWER", "n", N_("no answer")),
    ("plain:POWERED_OFF", "o", N_("powered off")),
    ("plain:VACANT", "v", N_("number out of service")),
    ("plain:WRONG_PARTY", "w", N_("wrong person")),
    ("plain:CEASE", "x", N_("asked not to be called")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of the debtor: what kind, the value (masked where that is enough), and from whom."""

    kind: str
    value: str = field(repr=False)
    source: str
    on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A case as its page shows it."""

    case: CaseFile = field(repr=False)
    facts: tuple[Fact, ...] = field(repr=False)
    contacts: Contacts
    may: Mapping[str, Opinion]
    notes: tuple[Note, ...] = field(repr=False)
    requests: tuple[Request, ...]
    stopped: frozenset[str]


def view(office: Office, case: CaseFile, *, planned: bool) -> View:
    """Give what the page of a case shows; ``planned`` adds what is worth asking next."""
    if case.key is None:
        raise WrongUse(
            N_("This case was returned; what was known of it cannot be read any more"),
            N_("Ask the client for a new placement."),
        )
    seen = contacts.known(office, case)
    shown = contacts.contacts(office, case, planned=planned, seen=seen)
    here = lawful.now_for(office, case, {one.token: one.phone for one in shown.numbers}, seen)
    return View(
        case=case,
        facts=tuple(_facts(case, seen)),
        contacts=shown,
        may=here,
        notes=office.store.notes.of(case)[::-1],
        requests=office.store.notes.requests_of(case),
        stopped=barring.stopped(office, case),
    )


def _facts(case: CaseFile, seen: contacts.Known) -> list[Fact]:
    found: dict[tuple[str, str], Fact] = {}
    for record in (*seen.placed, *(one for one in seen.findings.records if one.case == case.pseudonym)):
        if record.role is not Role.DEBTOR:
            continue
        values = {
            "name": [one.text for one in record.names],
            "born": [disputes.shown(record.born)] if record.born else [],
            "id": [_masked(one.value) for one in record.ids],
            "address": [one.text for one in record.addresses],
            "employer": [disputes.shown(one) for one in record.employers],
            "email": [_masked(one) for one in record.emails],
        }
        for kind, each in values.items():
            for value in each:
                found.setdefault(
                    (kind, value), Fact(kind=kind, value=value, source=record.source, on=record.seen_on)
                )
    return list(found.values())


def _masked(value: str) -> str:
    return f"{value[:3]}…{value[-2:]}" if len(value) > 6 else "…"


def number(office: Office, case: CaseFile, token: str) -> contacts.Number:
    """Give one ranked number of a case by its token; raises WrongUse."""
    return charting.number(office, case, token)


def drawn(office: Office, case: CaseFile, one: contacts.Number, kind: str) -> str:
    """Give the picture of one number as SVG."""
    return charting.svg(office, case, kind, one)


def graph(office: Office, case: CaseFile) -> str:
    """Give the contact graph as SVG."""
    return picture.svg(contacts.graph(office, case))


def revealed(office: Office, case: CaseFile, token: str, reason: str) -> str:
    """Give one number whole, for a reason (a coded word), under an entry of the log; barred ones never."""
    if not reason:
        raise WrongUse(N_("Numbers are revealed for a reason"), N_("Choose one."))
    one = number(office, case, token)
    if one.ranked.barred is not None or one.phone.masked:
        raise WrongUse(N_("This number is not shown: nobody may call it"), N_("See why beside it."))
    # Somebody who owes nothing is shown only when he may be approached: the debtor is out of reach, and he
    # was not asked before.
    scripts.approachable(lawful.may_contact(office, case, token, office.clock(), lawful.Asked()))
    purpose = office.only_purpose(case.client)
    office.require(Operation.CONTACT, case.client, purpose=purpose or None, case=case)
    office.write(
        "reveal",
        case=case,
        purpose=purpose,
        body={"reason": reason, "numbers": [office.number_name(case, one.phone)]},
    )
    return one.phone.key


def noted(office: Office, case: CaseFile, note: CallNote) -> Noted:
    """Note the outcome of a call."""
    return outcomes.record(office, case, note)


def undone(office: Office, case: CaseFile) -> Note:
    """Take the last call note back."""
    return outcomes.undo(office, case)


def reserve(office: Office, case: CaseFile, token: str) -> lawful.MayContact:
    """Write a call down before it is dialled, if it is allowed now; raises Refused otherwise."""
    return lawful.may_contact(office, case, token, office.clock(), lawful.Asked(), reserve=True)


def asked(office: Office, case: CaseFile, reason: str, priority: str, due_on: dt.date | None) -> Request:
    """Ask for refreshed contacts."""
    return refresh.ask(office, case, reason=reason, priority=priority, due_on=due_on)


def workable(case: CaseFile) -> bool:
    """Tell whether anything may be done on a case."""
    return case.state == OPEN


def as_user(office: Office, name: str) -> Office:
    """Give the office with somebody else acting in it."""
    return replace(office, actor=name)
