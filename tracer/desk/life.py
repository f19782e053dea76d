"""The life of a case: listed with its state, assigned, checked for overlap, closed, returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.reach import Reach, reach
from tracer.config import Operation
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import CLOSED, OPEN, RETURNED, CaseFile
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line of the case list. ``state`` is open, closed or returned; ``reach`` the first-pass state."""

    case: str = field(repr=False)
    client: str
    state: str
    reach: Reach
    assigned_to: str | None
    placed_on: dt.date | None
    return_by: dt.date | None
    currency: str
    amount_due: int | None
    looked_up: int
    attempts: int


def lines(
    office: Office,
    *,
    client: str | None = None,
    state: str | None = None,
    assigned_to: str | None = None,
    limit: int | None = None,
) -> Iterator[CaseLine]:
    """Give the cases that fit, oldest first. ``state`` is a state of the case or a first-pass state."""
    known = {*(str(one) for one in Reach), OPEN, CLOSED, RETURNED}
    if state is not None and state not in known:
        raise WrongUse(
            N_("There is no state {state}"),
            N_("Use one of: {known}"),
            state=state,
            known=", ".join(sorted(known)),
        )
    if client is not None and client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Known: {known}"),
            client=client,
            known=", ".join(sorted(office.config.clients)) or "—",
        )
    kept = state if state in {OPEN, CLOSED, RETURNED} else None
    wanted = Reach(state) if state is not None and kept is None else None
    given = 0
    page: list[CaseFile] = []
    for case in office.store.cases.listed(client=client, state=kept, assigned_to=assigned_to):
        page.append(case)
        if len(page) < 500:
            continue
        for line in _lines(office, page, wanted):
            yield line
            given += 1
            if limit is not None and given >= limit:
                return
        page = []
    for line in _lines(office, page, wanted):
        if limit is not None and given >= limit:
            return
        yield line
        given += 1


def _lines(office: Office, cases: Sequence[CaseFile], wanted: Reach | None) -> Iterator[CaseLine]:
    attempts = dict(office.store.notes.states([case.id for case in cases]))
    looked_up = office.store.evidence.counts([case.id for case in cases])
    for case in cases:
        outcomes = attempts.get(case.id, ())
        found = reach(outcomes)
        if wanted is not None and found is not wanted:
            continue
        yield CaseLine(
            case=case.number,
            client=case.client,
            state=case.state,
            reach=found,
            assigned_to=case.assigned_to,
            placed_on=case.placed_on,
            return_by=case.return_by,
            currency=case.currency,
            amount_due=case.amount_due,
            looked_up=looked_up.get(case.id, 0),
            attempts=len(outcomes),
        )


def told(office: Office, cases: Sequence[CaseFile]) -> Iterator[CaseLine]:
    """Give the line of each of these cases, in their order."""
    return _lines(office, cases, None)


def assign(office: Office, cases: Sequence[CaseFile], to: str) -> int:
    """Give cases to a person (分案), each under an entry of the log; gives how many."""
    for case in cases:
        office.write("case_assigned", case=case, body={"assigned_to": to})
    office.store.cases.assign([case.id for case in cases], to)
    return len(cases)


def close(office: Office, case: CaseFile, reason: str) -> None:
    """Close a case (结案): nothing may be looked up for it any more. ``reason`` is a coded word."""
    if case.state != OPEN:
        raise WrongUse(N_("The case is {state} already"), N_("Nothing was changed."), state=case.state)
    office.write("case_closed", case=case, body={"reason": reason})
    office.store.cases.set_state([case.id], CLOSED)


def reopen(office: Office, case: CaseFile, reason: str) -> None:
    """Open a closed case again; a returned one cannot be: its key is gone."""
    if case.state != CLOSED:
        raise WrongUse(N_("The case is {state}, not closed"), N_("Nothing was changed."), state=case.state)
    office.write("case_reopened", case=case, body={"reason": reason})
    office.store.cases.set_state([case.id], OPEN)


def to_return(
    office: Office, *, client: str | None, batch: int | None, cases: Sequence[CaseFile]
) -> tuple[CaseFile, ...]:
    """Give the cases that fit all that is said: of a client, of a batch, or named; none returned already.

    Raises WrongUse for a client or batch that is not there, and for a named case that does not fit the rest.
    """
    if client is not None and client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Known: {known}"),
            client=client,
            known=", ".join(sorted(office.config.clients)) or "—",
        )
    if batch is not None and office.store.batches.get(batch) is None:
        raise WrongUse(
            N_("There is no batch {batch}"), N_("tracer import prints a batch's number."), batch=batch
        )
    chosen = tuple(cases) or tuple(office.store.cases.listed(client=client))
    fitting = tuple(
        case
        for case in chosen
        if (client is None or case.client == client) and (batch is None or case.batch == batch)
    )
    if cases and len(fitting) < len(cases):
        raise WrongUse(
            N_("{count} of the cases named are not of that client or batch"),
            N_("Nothing was changed."),
            count=len(cases) - len(fitting),
        )
    return tuple(case for case in fitting if case.state != RETURNED)


def give_back(
    office: Office, cases: Sequence[CaseFile], reason: str, progress: Callable[[int, int], None] | None = None
) -> int:
    """Return cases to their client (退案) and destroy their data keys; gives how many.

    With the last case of a file goes the file's key, and with it the rows that could not go in. The entry is
    written first: a crash between the two leaves a case that says it was returned in the log and can still be
    read; running the return again finishes it. Raises WrongUse when another program keeps older pages alive.
    """
    open_cases = [case for case in cases if case.state != RETURNED]
    for done, case in enumerate(open_cases, 1):
        office.write("case_returned", case=case, body={"reason": reason})
        if progress:
            progress(done, len(open_cases))
    if open_cases:
        batches = office.store.cases.shred([case.id for case in open_cases])
        for case in open_cases:
            office.write("key_destroyed", case=case)
        for batch in batches:
            office.write("key_destroyed", body={"batch": batch})
    # Last, and also when all was returned before: an earlier return may have found somebody reading.
    office.store.cases.empty_wal()
    return len(open_cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What the overlap check of one case gave: the cases it may use, and how many it may not know of."""

    linked: tuple[CaseFile, ...]
    clients: tuple[str, ...]
    entry: int


def overlap(office: Office, case: CaseFile, purpose: str = "") -> Overlap | None:
    """Look for other cases of the same debtor (碰案), write it in the log and let the case use them.

    Within the case's own client if its agreement covers it; with another client's only if both agreements
    allow. Clients that do not allow it are not searched at all. None when nothing may be searched.
    """
    clients = tuple(
        other
        for other in sorted(office.config.clients)
        if office.decide(
            Operation.OVERLAP,
            case.client,
            purpose=purpose or None,
            other_client=other if other != case.client else None,
        ).allowed
    )
    if not clients:
        return None
    found = office.store.evidence.sharing(case, clients)
    entry = office.write(
        "overlap",
        case=case,
        purpose=purpose,
        body={
            "operation": "overlap",
            "client": list(clients),
            "hits": len(found),
            "other_case": [other.pseudonym for other in found[:50]],
        },
    )
    office.store.evidence.link(case, found, entry.seq)
    return Overlap(linked=found, clients=clients, entry=entry.seq)
