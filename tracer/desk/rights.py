"""What people ask by right: registered with its deadline, decided with a reason, and given effect at once.

A disputed value and an objection count from the moment they are registered, not from the day somebody finds
time for them; turning one down takes a reason (PIPL articles 44-50, GDPR articles 12-22). Who asks is checked
by a person; how is a coded word in the log, and the log holds nothing else about it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NoReturn

from tracer.desk import contacts, disputes
from tracer.desk.numbers import one_number
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.policy.areas import within
from tracer.policy.contact import applicable
from tracer.policy.facts import Facts
from tracer.policy.pack import Pack
from tracer.policy.predicates import later
from tracer.policy.question import Ruling
from tracer.store.cases import CaseFile
from tracer.store.rights import (
    ACCESS,
    CORRECT,
    DONE,
    ERASE,
    OBJECT,
    OPEN,
    REFUSED,
    WRONG_PERSON,
    Disputed,
    Hold,
    Wish,
)
from tracer.words import N_

KINDS = (ACCESS, CORRECT, OBJECT, ERASE, WRONG_PERSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when a request is to be answered, and the rule that says so; None where no pack names a day."""

    on: dt.date | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishLine:
    """One request as a list shows it; ``case`` is empty once the case was returned or erased, its pseudonym
    is not."""

    wish: Wish
    client: str
    case: str = field(repr=False)
    pseudonym: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLine:
    """One hold as a list shows it."""

    hold: Hold
    client: str
    case: str = field(repr=False)
    pseudonym: str = field(repr=False)


def deadline(office: Office, case: CaseFile, received: dt.date) -> Due:
    """Give the earliest day by which the packs that may apply want an answer.

    A rule that only warns (a house's own figure inside the law's time) counts too: it is earlier on purpose.
    """
    found = [
        (later(received, clause), clause.verdict is not Ruling.WARN, clause.id)
        for pack in packs_of(office, case.client)
        for clause in pack.clauses
        if clause.predicate == "due"
        and clause.params.get("fact") == "access_asked_on"
        and clause.in_force(received)
    ]
    if not found:
        return Due()
    day, _hard, rule = min(found)
    return Due(on=day, rule=rule)


def packs_of(office: Office, client: str) -> tuple[Pack, ...]:
    """Give the packs that apply to a client's cases by where people, lender and agency are."""
    settings = office.config.policy
    lives = settings.residence.get(client) or frozenset({office.config.region_of(client)})
    places = {
        inner
        for place in (*lives, settings.seat, settings.client_seats.get(client))
        if place
        for inner in within(place)
    }
    licence = settings.licences.get(client)
    facts = Facts(
        {
            "places": frozenset(places),
            **({"licence": str(licence)} if licence else {}),
            **({"collector_kind": str(settings.collector)} if settings.collector else {}),
        }
    )
    return applicable(office.packs, facts)


def register(
    office: Office,
    case: CaseFile,
    kind: str,
    *,
    identity: str,
    reason: str = "",
    received_on: dt.date | None = None,
    disputed: Disputed | None = None,
) -> Wish:
    """Register a request. ``identity`` is how it was checked who asks, ``reason`` why he does: coded words.

    Raises WrongUse for a case that is gone, a day to come, or a request of the kind that is open already.
    """
    _ = case.unsealed
    received = received_on or office.today()
    if received > office.today():
        raise WrongUse(
            N_("{day} has not come yet"),
            N_("Give the day on which the request came in."),
            day=received.isoformat(),
        )
    for one in office.store.rights.of(case, kind=kind):
        if one.state == OPEN and (disputed is None or one.disputed == disputed):
            raise WrongUse(
                N_("The same is being asked already: request {number}"),
                N_("Decide that one first: tracer rights decide {number} --accept, or --refuse REASON"),
                number=one.id,
            )
    due = deadline(office, case, received)
    entry = office.write(
        "rights_asked",
        case=case,
        body={
            "kind": kind,
            "basis": identity,
            "reason": reason or None,
            "due_on": due.on.isoformat() if due.on else None,
            "rules": [due.rule] if due.rule else [],
            "fields": [disputed.kind] if disputed else [],
        },
    )
    number = office.store.rights.ask(
        case,
        kind,
        received_on=received,
        due_on=due.on,
        rule=due.rule,
        reason=reason,
        by=office.actor,
        entry=entry.seq,
        disputed=disputed,
    )
    return next(one for one in office.store.rights.of(case, kind=kind) if one.id == number)


def correct(
    office: Office,
    case: CaseFile,
    kind: str,
    wrong: str,
    right: str,
    *,
    identity: str,
    reason: str = "",
    received_on: dt.date | None = None,
) -> Wish:
    """Register that a value is disputed; it is not used from now on. ``right`` is what should stand instead.

    ``wrong`` is the value as the case holds it, or a number's token. Raises WrongUse when the case holds no
    such value of its debtor, or the new one cannot be read.
    """
    if kind not in disputes.KINDS:
        raise WrongUse(
            N_("{kind} is nothing that can be corrected"),
            N_("Give one of: {known}"),
            kind=kind[:40],
            known=", ".join(disputes.KINDS),
        )
    seen = contacts.known(office, case).findings
    held = disputes.held(seen, kind, case.pseudonym)
    meant = one_number(office, case, wrong).key if kind == "phone" else wrong.strip()
    if meant not in held:
        raise WrongUse(
            N_("The case holds no such value of its debtor"),
            N_("Values held of this kind: {count}. His own copy shows them: tracer rights access CASE"),
            count=len(held),
        )
    if right:
        right = _read(office, case, kind, right)
    return register(
        office,
        case,
        CORRECT,
        identity=identity,
        reason=reason,
        received_on=received_on,
        disputed=Disputed(kind=kind, wrong=meant, right=right),
    )


def _read(office: Office, case: CaseFile, kind: str, right: str) -> str:
    if kind == "phone":
        return one_number(office, case, right).key
    made = Wish(
        id=0, case_id=case.id, kind=CORRECT, state=DONE, received_on=office.today(), due_on=None, rule="",
        reason="", asked_by="", decided_by="", decided_at=None, entry=0, decided_entry=None,
        disputed=Disputed(kind=kind, right=right),
    )  # fmt: skip
    found = disputes.put_right(made, case.pseudonym, office.config.region_of(case.client))
    values = disputes.held(found, kind, case.pseudonym)
    if not values:
        raise WrongUse(
            N_("The new value cannot be read"), N_("Write it as the file of a client would have it.")
        )
    return right.strip()


def decide(office: Office, number: int, *, accept: bool, reason: str = "") -> Wish:
    """Decide a request: accepted, or refused for a reason, a coded word (PIPL article 50).

    An accepted correction puts the new value in place of the old one; an accepted objection stays in force.
    Access and erasure are not decided here: they are done (``rights_page``, ``erasing``) or refused.
    """
    wish, case = one(office, number)
    if wish.state != OPEN:
        _decided(wish)
    # An erasure that a crash cut off after the keys were gone has only this left to be said.
    if accept and wish.kind in (ACCESS, ERASE) and case.key is not None:
        raise WrongUse(
            N_("That request is granted by doing it"),
            N_("Run: tracer rights {kind} CASE. This command can refuse it, for a reason."),
            kind=wish.kind,
        )
    if not accept and not reason:
        raise WrongUse(
            N_("A request is not refused without a reason"),
            N_("Give one in a coded word: --refuse unfounded"),
        )
    finish(office, case, wish, DONE if accept else REFUSED, reason=reason)
    return one(office, number)[0]


def finish(
    office: Office, case: CaseFile, wish: Wish, state: str, *, reason: str = "", file_digest: str = ""
) -> int:
    """Write down and store what became of a request; gives the entry."""
    entry = office.write(
        "rights_decided",
        case=case,
        about=wish.entry,
        body={
            "kind": wish.kind,
            "answer": state,
            "reason": reason or None,
            **({"file_digest": file_digest} if file_digest else {}),
        },
    )
    office.store.rights.decide(wish.id, state, by=office.actor, at=office.clock(), entry=entry.seq)
    if wish.kind == CORRECT and wish.disputed.kind == "phone" and wish.disputed.right and state == DONE:
        office.store.evidence.index(case, [f"phone:{wish.disputed.right}"])
    return entry.seq


def one(office: Office, number: int) -> tuple[Wish, CaseFile]:
    """Give a request with its case; raises WrongUse when there is none, or its case is gone."""
    found = office.store.rights.listed(number=number)
    if not found:
        raise WrongUse(
            N_("There is no request {number}"), N_("See them with: tracer rights list"), number=number
        )
    case = office.store.cases.get(found[0].case_id)
    if case.key is not None:
        wish = next(one for one in office.store.rights.of(case) if one.id == number)
        return wish, case
    return found[0], case


def listed(office: Office, *, state: str | None = None) -> tuple[WishLine, ...]:
    """Give the requests, those due first."""
    found = office.store.rights.listed(state=state)
    cases = {case.id: case for case in office.store.cases.many(sorted({one.case_id for one in found}))}
    return tuple(
        WishLine(
            wish=one,
            client=cases[one.case_id].client if one.case_id in cases else "",
            case=cases[one.case_id].number if one.case_id in cases else "",
            pseudonym=cases[one.case_id].pseudonym if one.case_id in cases else "",
        )
        for one in found
    )


def _decided(wish: Wish) -> NoReturn:
    raise WrongUse(
        N_("Request {number} was decided on {day}"),
        N_("Nothing was changed. A new request may be registered."),
        number=wish.id,
        day=wish.decided_at.date().isoformat() if wish.decided_at else "?",
    )


# Holds


def hold(office: Office, case: CaseFile, reason: str, until: dt.date | None = None) -> Hold:
    """Keep a case from being destroyed, for a reason (a coded word), until a day or until it is lifted."""
    _ = case.unsealed
    entry = office.write(
        "held", case=case, body={"reason": reason, "until": until.isoformat() if until else None}
    )
    office.store.rights.hold(case, reason, until, office.clock(), entry.seq)
    return next(one for one in office.store.rights.holds(office.today(), case) if one.entry == entry.seq)


def release(office: Office, case: CaseFile, reason: str) -> int:
    """Lift the holds on a case; gives how many there were. Raises WrongUse when there is none."""
    found = office.store.rights.holds(office.today(), case)
    if not found:
        raise WrongUse(N_("There is no hold on this case"), N_("Nothing was changed."))
    for one in found:
        entry = office.write(
            "released", case=case, about=one.entry, body={"reason": reason, "undoes": one.entry}
        )
        office.store.rights.release(one.id, entry.seq)
    return len(found)


def holds(office: Office) -> tuple[HoldLine, ...]:
    """Give the holds in force."""
    found = office.store.rights.holds(office.today())
    cases = {case.id: case for case in office.store.cases.many([one.case_id for one in found])}
    return tuple(
        HoldLine(
            hold=one,
            client=cases[one.case_id].client,
            case=cases[one.case_id].number,
            pseudonym=cases[one.case_id].pseudonym,
        )
        for one in found
    )
