"""Four eyes (law.md section 2.1): what one person asks to be allowed, another allows; once, for exactly that.

An approval is bound to the SHA-256 of what is to be done and of the rules that asked for it: another number,
another channel, another rule is another request. It is good for a day at most, is used up in the step that
uses it, and is never given by whoever asked. Nothing that is denied can be approved.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tracer.desk.office import Office
from tracer.errors import Refused, WrongUse
from tracer.log.entry import JSON
from tracer.policy.roles import May, Role, may
from tracer.store.approvals import DENIED, GRANTED, Approval
from tracer.store.cases import CaseFile
from tracer.words import N_

__all__ = ["Approval", "ApprovalLine", "ask", "decide", "granted", "listed", "request_of", "use"]

GOOD_FOR = dt.timedelta(hours=24)
CONTACT, LOOKUP = "contact", "lookup"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLine:
    """One approval as a list shows it; ``case`` is empty once the case was returned, its pseudonym is not."""

    approval: Approval
    client: str
    case: str = field(repr=False)
    pseudonym: str = field(repr=False)


def request_of(operation: str, case: CaseFile, rules: Iterable[str], **what: str) -> str:
    """Give the hash of what is to be done: operation, case, what of it, and the rules that want approval."""
    said = {"operation": operation, "case": case.pseudonym, "rules": sorted(set(rules)), **what}
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def ask(
    office: Office, operation: str, case: CaseFile, rules: Iterable[str], reason: str, what: Mapping[str, str]
) -> Approval:
    """Ask for an approval; one that waits already is given again. ``reason`` is a coded word."""
    wanted = tuple(sorted(set(rules)))
    request = request_of(operation, case, wanted, **what)
    waiting = office.store.approvals.listed(state="asked", case_id=case.id)
    known = next((one for one in waiting if one.request == request and one.asked_by == office.actor), None)
    if known is not None:
        return known
    listed_rules: list[JSON] = [*wanted]
    entry = office.write(
        "approval_asked",
        case=case,
        body={"operation": operation, "reason": reason, "query": request, "rules": listed_rules},
    )
    number = office.store.approvals.ask(
        request=request,
        operation=operation,
        case_id=case.id,
        rules=wanted,
        by=office.actor,
        reason=reason,
        at=office.clock(),
        entry=entry.seq,
    )
    return one(office, number)


def decide(office: Office, number: int, *, grant: bool, reason: str = "") -> Approval:
    """Grant or deny what was asked. Raises WrongUse for what is decided, Refused for one's own wish.

    Where people sign in, whoever grants needs a role that may (compliance, manager).
    """
    found = one(office, number)
    if found.state != "asked":
        raise WrongUse(N_("Approval {number} is decided already"), N_("Nothing was changed."), number=number)
    if found.asked_by.casefold() == office.actor.casefold():
        raise Refused(N_("Nobody approves what he asked for himself"), N_("Ask somebody else to look at it."))
    user = office.store.people.named(office.actor)
    if office.store.people.count() and (
        user is None or not user.active or not may(Role(user.role), May.APPROVE)
    ):
        raise Refused(N_("{name} may not approve"), N_("Compliance and managers may."), name=office.actor)
    case = office.store.cases.get(found.case_id) if found.case_id is not None else None
    until = office.clock() + GOOD_FOR if grant else None
    entry = office.write(
        "approval_granted" if grant else "approval_denied",
        case=case,
        about=found.entry,
        body={
            "query": found.request,
            "approver": office.actor,
            "operation": found.operation,
            "reason": reason or None,
            **({"until": until.date().isoformat()} if until else {}),
        },
    )
    done = office.store.approvals.decide(
        number,
        GRANTED if grant else DENIED,
        by=office.actor,
        at=office.clock(),
        ends_at=until,
        entry=entry.seq,
    )
    if not done:
        raise WrongUse(N_("Approval {number} is decided already"), N_("Nothing was changed."), number=number)
    return one(office, number)


def use(office: Office, number: int, request: str) -> Approval:
    """Use an approval up. Raises Refused when it is for something else, has ended, or was used."""
    found = one(office, number)
    if not office.store.approvals.use(number, request, office.clock()):
        raise Refused(
            N_("Approval {number} does not cover this"),
            N_("It may be for another number or rule, denied, used or too old. Ask again."),
            number=number,
        )
    return found


def granted(office: Office, case: CaseFile, operation: str) -> tuple[Approval, ...]:
    """Give the approvals of a case that could be used now."""
    now = office.clock()
    return tuple(
        one
        for one in office.store.approvals.listed(state=GRANTED, case_id=case.id, operation=operation)
        if one.ends_at is not None and one.ends_at > now
    )


def listed(office: Office, *, state: str | None = None) -> tuple[ApprovalLine, ...]:
    """Give the approvals, oldest first, with their cases."""
    found = office.store.approvals.listed(state=state)
    ids = sorted({one.case_id for one in found if one.case_id is not None})
    cases = {case.id: case for case in office.store.cases.many(ids)}
    return tuple(
        ApprovalLine(
            approval=one,
            client=cases[one.case_id].client if one.case_id in cases else "",
            case=cases[one.case_id].number if one.case_id in cases else "",
            pseudonym=cases[one.case_id].pseudonym if one.case_id in cases else "",
        )
        for one in found
    )


def one(office: Office, number: int) -> Approval:
    """Give an approval; raises WrongUse when there is none."""
    found = office.store.approvals.get(number)
    if found is None:
        raise WrongUse(
            N_("There is no approval {number}"), N_("See them with: tracer approve list"), number=number
        )
    return found
