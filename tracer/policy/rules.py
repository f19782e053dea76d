"""The rules: each looks at one thing and says yes, no (with what it saw) or that a fact is missing.

They carry the demands of the law's records on any look-up: a permitted purpose, a mandate in force, a source
that may answer, no more told than needed, nobody asked about who owes nothing (PIPL arts 6, 13 and 21, GDPR
art 5(1)(b)-(c), Reg F 12 CFR 1006.10; shared/reference/law.md section 2.1 names the record each leaves).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph.model import Role
from sources.contract import Terms
from tracer.config import Client, Config, Operation, SourceSettings
from tracer.policy.question import Question
from tracer.words import N_


class Missing(Exception):
    """A rule needs a fact that is not there."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


# None: satisfied. A mapping: broken, and these are the places of the sentence.
Test = Callable[[Question, Config, dt.date], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: its id, the operations it is about, what it says and what to do, and its test."""

    id: str
    operations: frozenset[Operation]
    sentence: str
    remedy: str
    test: Test


EVERY = frozenset(Operation)
LOOKUP = frozenset({Operation.LOOKUP})
# What is done for one debtor needs a case that is still open; files and comparisons are about many cases.
ON_A_CASE = frozenset({Operation.LOOKUP, Operation.CONTACT, Operation.OUTCOME})
# What reaches out to anybody needs a purpose.
WITH_PURPOSE = frozenset({Operation.LOOKUP, Operation.CONTACT})


def _client(question: Question, config: Config) -> Client:
    found = config.clients.get(question.client or "")
    if found is None:
        raise Missing("client")
    return found


def _settings(question: Question, config: Config) -> SourceSettings:
    found = config.source(question.source or "")
    if found is None:
        raise Missing("source")
    return found


def _terms(question: Question) -> Terms:
    if question.terms is None:
        raise Missing("terms")
    return question.terms


def _role(question: Question) -> Role:
    if question.role is None:
        raise Missing("role")
    return question.role


def _purpose(question: Question) -> str | None:
    """The purpose; None where the operation needs none and none was given."""
    if question.purpose:
        return question.purpose
    if question.operation in WITH_PURPOSE:
        raise Missing("purpose")
    return None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(str(word) for word in words)) or "-"


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else "?"


def purpose_allowed(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The purpose is one of those allowed in this house."""
    purpose = _purpose(question)
    if purpose is None or purpose in config.purposes:
        return None
    return {"purpose": purpose, "allowed": _listed(config.purposes)}


def case_open(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The case it is done for is still open."""
    if question.case_open is None:
        raise Missing("case_open")
    return None if question.case_open else {}


def case_barred(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """Nothing says that this debtor is not to be looked for: death, counsel, an objection, a complaint."""
    return {"bars": _listed(question.case_barred)} if question.case_barred else None


def client_known(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The client is one the configuration names."""
    if question.client and question.client in config.clients:
        return None
    return {"client": question.client or "?", "allowed": _listed(config.clients)}


def agreement_named(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The client's agreement has a name by which it can be found."""
    return None if _client(question, config).agreement else {"client": str(question.client)}


def agreement_in_force(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The client's agreement is in force today."""
    client = _client(question, config)
    if client.in_force(today):
        return None
    return {
        "client": str(question.client),
        "agreement": client.agreement or "?",
        "start": _day(client.from_),
        "end": _day(client.until),
        "day": today.isoformat(),
    }


def agreement_operation(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The client's agreement covers what is to be done."""
    client = _client(question, config)
    if question.operation in client.operations:
        return None
    return {
        "client": str(question.client),
        "operation": str(question.operation),
        "allowed": _listed(client.operations),
    }


def agreement_purpose(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The client's agreement covers the purpose."""
    client = _client(question, config)
    purpose = _purpose(question)
    if purpose is None or purpose in client.purposes:
        return None
    return {"client": str(question.client), "purpose": purpose, "allowed": _listed(client.purposes)}


def overlap_across(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """Debtors of two clients are compared only when both agreements allow it and are in force."""
    other = question.other_client
    if other is None or other == question.client:
        return None
    for name in (str(question.client), other):
        client = config.clients.get(name)
        if (
            client is None
            or not client.overlap_across_clients
            or Operation.OVERLAP not in client.operations
            or not client.agreement
            or not client.in_force(today)
        ):
            return {"client": name}
    return None


def source_configured(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The source is one the configuration names."""
    if question.source and config.source(question.source):
        return None
    return {"source": question.source or "?", "allowed": _listed(settings.id for settings in config.sources)}


def authorisation_named(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The source has a document that allows asking it."""
    settings = _settings(question, config)
    return None if settings.authorisation else {"source": settings.id}


def authorisation_in_force(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """That document is in force today."""
    settings = _settings(question, config)
    if settings.in_force(today):
        return None
    return {
        "source": settings.id,
        "authorisation": settings.authorisation or "?",
        "start": _day(settings.from_),
        "end": _day(settings.until),
        "day": today.isoformat(),
    }


def authorisation_purpose(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """That document covers the purpose."""
    settings = _settings(question, config)
    purpose = _purpose(question)
    if purpose in settings.purposes:
        return None
    return {"source": settings.id, "purpose": str(purpose), "allowed": _listed(settings.purposes)}


def authorisation_role(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """That document covers whoever is asked about."""
    settings = _settings(question, config)
    role = _role(question)
    if role in settings.roles:
        return None
    return {"source": settings.id, "role": role, "allowed": _listed(settings.roles)}


def terms_role(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """The source itself is meant for whoever is asked about."""
    terms, role = _terms(question), _role(question)
    if role in terms.roles:
        return None
    return {"source": question.source or "?", "role": role, "allowed": _listed(terms.roles)}


def third_party(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """Nobody who owes nothing is looked up, unless source and document both name that role.

    The two rules above say the same today. This one stands by itself so that loosening one of them for
    debtors can never open the door to their families.
    """
    terms, settings, role = _terms(question), _settings(question, config), _role(question)
    if not role.third_party or (role in terms.roles and role in settings.roles):
        return None
    return {"source": settings.id, "role": role}


def fields_allowed(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """Nothing is sent beyond what the document and the source's terms list."""
    terms, settings = _terms(question), _settings(question, config)
    extra = question.sends - (terms.sends & settings.fields)
    return {"source": settings.id, "fields": _listed(extra)} if extra else None


def fields_needed(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """What the source cannot do without is allowed to be sent."""
    terms, settings = _terms(question), _settings(question, config)
    short = terms.needs - settings.fields
    return {"source": settings.id, "fields": _listed(short)} if short else None


def fields_held(question: Question, config: Config, today: dt.date) -> Mapping[str, str] | None:
    """What the source cannot do without is known about the subject."""
    terms = _terms(question)
    short = terms.needs - question.available
    return {"source": question.source or "?", "fields": _listed(short)} if short else None


_WRITE_DATES = N_("Write the dates of the document in force into the configuration, or do not do this.")

RULES: tuple[Rule, ...] = (
    Rule(
        id="purpose.allowed",
        operations=EVERY,
        sentence=N_("Purpose {purpose} is not allowed here."),
        remedy=N_("Allowed: {allowed}. Purposes are listed under `purposes` in the configuration."),
        test=purpose_allowed,
    ),
    Rule(
        id="case.open",
        operations=ON_A_CASE,
        sentence=N_("The case is closed or returned."),
        remedy=N_("Only an open case may be worked on; the creditor must place it again."),
        test=case_open,
    ),
    Rule(
        id="case.barred",
        operations=LOOKUP,
        sentence=N_("Nothing is looked up for this debtor: {bars}."),
        remedy=N_("Leave the case. A wrong entry is taken back: tracer suppress list, tracer rights list."),
        test=case_barred,
    ),
    Rule(
        id="client.known",
        operations=EVERY,
        sentence=N_("Client {client} is not configured."),
        remedy=N_("Known clients: {allowed}. Add it under [clients] with its agreement."),
        test=client_known,
    ),
    Rule(
        id="agreement.named",
        operations=EVERY,
        sentence=N_("No agreement is named for client {client}."),
        remedy=N_("Write the document's name as `agreement` in the client's section."),
        test=agreement_named,
    ),
    Rule(
        id="agreement.in_force",
        operations=EVERY,
        sentence=N_("Agreement {agreement} of client {client} runs from {start} to {end}, not on {day}."),
        remedy=_WRITE_DATES,
        test=agreement_in_force,
    ),
    Rule(
        id="agreement.operation",
        operations=EVERY,
        sentence=N_("The agreement of client {client} does not cover {operation}."),
        remedy=N_("Covered: {allowed}. Ask the client, then add it to `operations`."),
        test=agreement_operation,
    ),
    Rule(
        id="agreement.purpose",
        operations=EVERY,
        sentence=N_("The agreement of client {client} does not cover purpose {purpose}."),
        remedy=N_("Covered: {allowed}. Ask the client, then add it to the client's `purposes`."),
        test=agreement_purpose,
    ),
    Rule(
        id="overlap.across",
        operations=frozenset({Operation.OVERLAP}),
        sentence=N_("Client {client} does not allow its debtors to be compared with another client's."),
        remedy=N_("Both agreements must say so (`overlap_across_clients`, operation `overlap`)."),
        test=overlap_across,
    ),
    Rule(
        id="source.configured",
        operations=LOOKUP,
        sentence=N_("Source {source} is not configured."),
        remedy=N_("Configured: {allowed}. Add it under [[sources]] with its authorisation."),
        test=source_configured,
    ),
    Rule(
        id="authorisation.named",
        operations=LOOKUP,
        sentence=N_("No document is named that allows asking source {source}."),
        remedy=N_("Write its name as `authorisation` in the source's section."),
        test=authorisation_named,
    ),
    Rule(
        id="authorisation.in_force",
        operations=LOOKUP,
        sentence=N_(
            "Authorisation {authorisation} of source {source} runs from {start} to {end}, not on {day}."
        ),
        remedy=_WRITE_DATES,
        test=authorisation_in_force,
    ),
    Rule(
        id="authorisation.purpose",
        operations=LOOKUP,
        sentence=N_("The authorisation of source {source} does not cover purpose {purpose}."),
        remedy=N_("Covered: {allowed}."),
        test=authorisation_purpose,
    ),
    Rule(
        id="authorisation.role",
        operations=LOOKUP,
        sentence=N_("The authorisation of source {source} does not cover asking about a {role}."),
        remedy=N_("Covered: {allowed}."),
        test=authorisation_role,
    ),
    Rule(
        id="terms.role",
        operations=LOOKUP,
        sentence=N_("Source {source} may not be asked about a {role}."),
        remedy=N_("It is meant for: {allowed}."),
        test=terms_role,
    ),
    Rule(
        id="third_party",
        operations=LOOKUP,
        sentence=N_("A {role} owes nothing and is not looked up at source {source}."),
        remedy=N_("Look up the debtor instead."),
        test=third_party,
    ),
    Rule(
        id="fields.allowed",
        operations=LOOKUP,
        sentence=N_("Source {source} may not be told: {fields}."),
        remedy=N_("Leave it out, or have the authorisation extended and add it to `fields`."),
        test=fields_allowed,
    ),
    Rule(
        id="fields.needed",
        operations=LOOKUP,
        sentence=N_("Source {source} cannot be asked without {fields}, which it may not be told."),
        remedy=N_("Have the authorisation extended and add it to `fields`, or do without this source."),
        test=fields_needed,
    ),
    Rule(
        id="fields.held",
        operations=LOOKUP,
        sentence=N_("Source {source} cannot be asked without {fields}, which the case does not hold."),
        remedy=N_("Ask the creditor for it, or do without this source."),
        test=fields_held,
    ),
)
