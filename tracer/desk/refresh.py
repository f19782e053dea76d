"""A collector asks for refreshed contacts; a specialist traces and answers (product.md §6.6)."""

from __future__ import annotations

import datetime as dt

from tracer.desk.office import Office
from tracer.errors import NotThere, WrongUse
from tracer.store.cases import OPEN, CaseFile
from tracer.store.notes import Request
from tracer.words import N_

ANSWERS = ("FOUND", "CONFIRMED", "NOT_FOUND", "REFUSED", "ABSTAIN", "PARTIAL")
REASONS = ("wrong_number", "vacant", "no_answer", "third_party_only", "new_case", "before_return", "other")
PRIORITIES = ("low", "normal", "high")


def ask(
    office: Office, case: CaseFile, *, reason: str, priority: str = "normal", due_on: dt.date | None = None
) -> Request:
    """File a request for refreshed contacts. ``reason`` is a coded word: the log takes no free text."""
    _one_of(reason, REASONS)
    _one_of(priority, PRIORITIES)
    if case.state != OPEN:
        raise WrongUse(N_("The case is {state}: nothing may be looked up for it"), "", state=case.state)
    if any(one.case_id == case.id for one in office.store.notes.requests(state="open")):
        raise WrongUse(
            N_("There is an open request for this case already"), N_("See it with: tracer request list")
        )
    entry = office.write(
        "refresh_requested",
        case=case,
        body={"reason": reason, "priority": priority, "due_on": due_on.isoformat() if due_on else None},
    )
    number = office.store.notes.ask_refresh(
        case,
        by=office.actor,
        reason=reason,
        priority=priority,
        due_on=due_on,
        at=office.clock(),
        entry=entry.seq,
    )
    return one(office, number)


def answer(office: Office, request: Request, result: str) -> Request:
    """Answer a request; the numbers themselves are read with ``tracer contacts``."""
    _one_of(result, ANSWERS)
    if request.state != "open":
        raise WrongUse(
            N_("Request {number} was answered already"), N_("Nothing was changed."), number=request.id
        )
    case = office.store.cases.get(request.case_id)
    entry = office.write("refresh_answered", case=case, about=request.entry, body={"answer": result})
    office.store.notes.answer_refresh(
        request.id, answer=result, by=office.actor, at=office.clock(), entry=entry.seq
    )
    return one(office, request.id)


def one(office: Office, number: int) -> Request:
    """Give one request; WrongUse when there is none with this number."""
    found = office.store.notes.requests(request=number)
    if not found:
        raise NotThere(
            N_("There is no request {number}"), N_("See them with: tracer request list"), number=number
        )
    return found[0]


def listed(office: Office, state: str | None = None) -> tuple[tuple[Request, CaseFile], ...]:
    """Give the requests, oldest first, each with its case."""
    requests = office.store.notes.requests(state=state)
    cases = {case.id: case for case in office.store.cases.many([one.case_id for one in requests])}
    return tuple((one, cases[one.case_id]) for one in requests if one.case_id in cases)


def _one_of(word: str, known: tuple[str, ...]) -> None:
    if word not in known:
        raise WrongUse(
            N_("{word} is not one of the words used here"),
            N_("Use one of: {known}"),
            word=word,
            known=", ".join(known),
        )
