"""The program's sentences in the reader's language: gettext catalogues, chosen once at the start.

Sentences are written in English where they are said, with named places: ``_("Case {case} is closed")``.
``N_`` marks one that is looked up later (a table of messages). Chinese is in locale/zh/LC_MESSAGES.

What fills a place may be a word of the program too: the state of a case, a role, why something failed. The
name of the place tells: see :data:`CODES` (codes that are typed, such as ``returned``), :data:`WORDS` and
:data:`CLAUSES`. Whoever says a sentence passes the plain code and need not think of it.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("en", "zh")

_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=gettext.NullTranslations())  # noqa: B039
_language: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str) -> None:
    """Choose the language of everything said from here on (``en`` or ``zh``)."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    found: gettext.NullTranslations = gettext.NullTranslations()
    if language != "en":
        found = gettext.translation("tracer", Path(__file__).parent / "locale", [language])
    _catalogue.set(found)
    _language.set(language)


def language() -> str:
    """The language being spoken."""
    return _language.get()


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogue without translating it yet."""
    return sentence


def _(sentence: str, /, **values: object) -> str:
    """Give the sentence in the reader's language with its places filled in, those too as he reads them."""
    text = _said(sentence)
    return (
        text.format(**{place: _filled(place, value) for place, value in values.items()}) if values else text
    )


def _said(text: str) -> str:
    # gettext answers an empty text with the catalogue's own header.
    return _catalogue.get().gettext(text) if text else ""


def _filled(place: str, value: object) -> object:
    """Give what stands in a place: a code is named, and kept behind its name where somebody types it."""
    if _language.get() == "en" or not (place in CODES or place in WORDS or place in CLAUSES):
        return value
    text = str(value)
    if place in CLAUSES and (said := _said(text)) != text:
        return said
    if place in WORDS:
        return _said(WORDS[place].get(text, text))
    return _said(_COMMA).join(_named(code, CODES.get(place, ())) for code in text.split(_COMMA))


def _named(code: str, tables: tuple[Mapping[str, str], ...]) -> str:
    for table in tables:
        if code in table:
            return _said(_NAMED).format(word=_said(table[code]), code=code)
    return code


_COMMA = N_(", ")
_NAMED = N_("{word} ({code})")

STATES: Mapping[str, str] = {
    "open": N_("open"),
    "closed": N_("closed"),
    "returned": N_("returned"),
    "self_reachable": N_("debtor reachable"),
    "third_party_reachable": N_("third party reachable"),
    "semi_lost": N_("half lost"),
    "fully_lost": N_("lost"),
    "new": N_("new"),
}
"""The states of a case and the first-pass states (graph.reach)."""

ROLES: Mapping[str, str] = {
    "debtor": N_("debtor"),
    "guarantor": N_("guarantor"),
    "co_debtor": N_("co-debtor"),
    "spouse": N_("spouse"),
    "parent": N_("parent"),
    "child": N_("child"),
    "relative": N_("relative"),
    "colleague": N_("colleague"),
    "friend": N_("friend"),
    "reference": N_("reference"),
    "employer": N_("employer"),
    "other": N_("other person"),
}
"""Who somebody is in a case (graph.model.Role)."""

OPERATIONS: Mapping[str, str] = {
    "import": N_("importing files"),
    "lookup": N_("looking up"),
    "contact": N_("calling the debtor"),
    "outcome": N_("noting outcomes of calls"),
    "export": N_("exporting files"),
    "overlap": N_("checking for overlap"),
}
"""What an agreement may cover (tracer.config.Operation)."""

PURPOSES: Mapping[str, str] = {"contact_repair": N_("contact repair")}
"""Purposes that have a name of their own; a house may have others, which are shown as typed."""

FIELDS: Mapping[str, str] = {
    "case": N_("case number"),
    "phone": N_("telephone number"),
    "anchor_date": N_("date to compare with"),
    "name": N_("name"),
    "id_number": N_("id number"),
    "born": N_("date of birth"),
    "address": N_("address"),
    "employer": N_("employer"),
    "employee_id": N_("employee number"),
}
"""What a source may be told (sources.contract.Field)."""

FACTS: Mapping[str, str] = {
    "client": N_("whose case it is"),
    "source": N_("which source is meant"),
    "terms": N_("the terms of the source"),
    "role": N_("who the person is in the case"),
    "purpose": N_("the purpose"),
    "case_open": N_("whether the case is open"),
}
"""What a policy rule may find missing (tracer.policy.rules)."""

STATUSES: Mapping[str, str] = {
    "unemployed": N_("without work"),
    "self_employed": N_("self-employed"),
    "retired": N_("retired"),
    "student": N_("student"),
    "farming": N_("farming"),
    "homemaker": N_("keeping house"),
    "odd_jobs": N_("odd jobs"),
}
"""What stands in an employer's place and is none (graph.clean.employers)."""

OUTCOMES: Mapping[str, str] = {
    "answered": N_("answered"),
    "no_record": N_("no record"),
    "not_served": N_("not served by this source"),
    "refused_by_carrier": N_("refused by the carrier"),
    "consent_missing": N_("consent is missing"),
    "precondition_failed": N_("a precondition is not met"),
    "bad_input": N_("the question was not accepted"),
    "auth_failed": N_("credentials were not accepted"),
    "not_entitled": N_("the contract does not cover it"),
    "rate_limited": N_("asked too fast"),
    "number_cooldown": N_("this number was asked too often"),
    "quota_exhausted": N_("the quota is used up"),
    "unavailable": N_("the source is out of service"),
    "protocol_error": N_("the answer could not be understood"),
    "pending": N_("asked, the answer comes later"),
    "refused": N_("refused by policy"),
    "unknown": N_("asked, answer unknown"),
}
"""What came of a look-up (sources.contract.Outcome)."""

ANSWERS: Mapping[str, str] = {
    "FOUND": N_("new contact found"),
    "CONFIRMED": N_("contact confirmed"),
    "NOT_FOUND": N_("nothing found"),
    "REFUSED": N_("not allowed"),
    "ABSTAIN": N_("no statement"),
    "PARTIAL": N_("found in part"),
}
"""Answers to a collector's request (tracer.desk.refresh)."""

WISHES: Mapping[str, str] = {
    "wrong_number": N_("wrong number"),
    "vacant": N_("vacant number"),
    "no_answer": N_("nobody answers"),
    "third_party_only": N_("only third parties answer"),
    "new_case": N_("new case"),
    "before_return": N_("before the case is returned"),
    "other": N_("another reason"),
}
"""Why a collector asks for refreshed contacts (tracer.desk.refresh)."""

PRIORITIES: Mapping[str, str] = {
    "low": N_("low priority"),
    "normal": N_("normal priority"),
    "high": N_("high priority"),
}
"""How urgent a request is (tracer.desk.refresh)."""

STOPS: Mapping[str, str] = {
    **OUTCOMES,
    "bypass": N_("it tried to go round the policy"),
    "unreachable": N_("it could not be reached several times in a row"),
}
"""Why a source is not asked any more in a run (tracer.pace)."""

CODES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "state": (STATES,),
    "role": (ROLES,),
    "operation": (OPERATIONS,),
    "purpose": (PURPOSES,),
    "fields": (FIELDS,),
    "allowed": (ROLES, OPERATIONS, PURPOSES),
    "known": (STATES, ANSWERS, WISHES, PRIORITIES),
    "answer": (ANSWERS,),
    "why": (STOPS,),
}
"""Places that hold codes, or several with commas between, and the tables to name them from.

The codes are what a user types back, so they are kept behind their names; one that is in no table stands
alone. In English they are left as they are.
"""

WORDS: Mapping[str, Mapping[str, str]] = {
    "relation": {**ROLES, "unknown": N_("unknown")},
    "fact": FACTS,
    "status": STATUSES,
    "what": {"number": N_("number"), "text": N_("text")},
}
"""Places that hold codes nobody types: they are named and no more."""

CLAUSES = frozenset({"why", "reason", "said"})
"""Places that hold a clause: one that is in the catalogue (marked by ``N_``, here or there) is translated."""

# Clauses that the system and the libraries write. os.strerror is always English (LC_MESSAGES is not set).
_SYSTEM = (
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File exists"),
    N_("File name too long"),
    N_("No space left on device"),
    N_("Disk quota exceeded"),
    N_("Read-only file system"),
    N_("Input/output error"),
    N_("Too many open files"),
    # SQLite
    N_("attempt to write a readonly database"),
    N_("database disk image is malformed"),
    N_("database is locked"),
    N_("database or disk is full"),
    N_("disk I/O error"),
    N_("file is not a database"),
    N_("unable to open database file"),
    # pydantic, as it speaks of the settings and mappings we have
    N_("Extra inputs are not permitted"),
    N_("Field required"),
    N_("Input should be a finite number"),
    N_("Input should be a valid boolean, unable to interpret input"),
    N_("Input should be a valid date"),
    N_("Input should be a valid date or datetime, input is too short"),
    N_("Input should be a valid date or datetime, month value is outside expected range of 1-12"),
    N_("Input should be a valid date or datetime, day value is outside expected range"),
    N_("Input should be a valid dictionary"),
    N_("Input should be a valid dictionary or instance of Client"),
    N_("Input should be a valid frozenset"),
    N_("Input should be a valid integer"),
    N_("Input should be a valid integer, got a number with a fractional part"),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be a valid number"),
    N_("Input should be a valid number, unable to parse string as a number"),
    N_("Input should be a valid string"),
    N_("Input should be a valid tuple"),
    N_("Input should be greater than 0"),
    N_("Input should be greater than or equal to 0"),
    N_("Input should be greater than or equal to 1"),
    N_("Input should be less than or equal to 2"),
    N_("Input should be less than or equal to 256"),
    N_("Input should be less than or equal to 300"),
    N_("Input should be less than or equal to 10000"),
    N_("Input should be 'placement', 'update', 'close', 'recall', 'retain' or 'outcome'"),
    N_("Input should be 'ymd', 'dmy' or 'mdy'"),
    N_("String should have at least 1 character"),
    N_("String should have at most 1 character"),
    N_("String should match pattern '^[A-Z]{2}$'"),
    N_("String should match pattern '^([A-Z]{3})?$'"),
    N_("String should match pattern '^([A-Za-z_][A-Za-z0-9_]*)?$'"),
    N_("String should match pattern '^([0-9a-f]{64})?$'"),
    N_("Tuple should have at least 1 item after validation, not 0"),
)
