"""What is due to go, and by which rule: the shortest maximum of data, unless a hold is on.

The log is another matter: it only grows, and is kept for the longest of the minimum times that bind.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tracer.desk import destroying
from tracer.desk.office import Office
from tracer.desk.rights import packs_of
from tracer.log.entry import JSON
from tracer.policy.predicates import later
from tracer.store.cases import CLOSED, RETURNED, CaseFile

MANDATE_ENDED = "CN-PIPL-21-END"
UNUSED = "US-SAFE-DISPOSE"
HOUSE_CLOSED, HOUSE_UNUSED = "house.closed", "house.unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A case that is due to go, since when and by which rule; ``held`` when a hold keeps it."""

    case: CaseFile = field(repr=False)
    since: dt.date
    rule: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge found and did; ``log_until`` is the day until which the log must be kept, by client."""

    due: tuple[Due, ...]
    done: destroying.Destroyed | None
    log_until: Mapping[str, tuple[dt.date, str]]

    @property
    def rules(self) -> Mapping[str, int]:
        """How many cases each rule wants gone."""
        return dict(sorted(Counter(one.rule for one in self.due).items()))


def due(office: Office) -> Iterator[Due]:
    """Give the cases that some rule wants gone by today, each with the rule that came first."""
    today = office.today()
    holds = {one.case_id for one in office.store.rights.holds(today)}
    wanted = {client: dict(limits(office, client)) for client in office.config.clients}
    for case in office.store.cases.listed():
        if case.state == RETURNED:
            continue
        found = [
            (day, rule) for day, rule in _ends(office, case, wanted.get(case.client, {})) if day <= today
        ]
        if found:
            since, rule = min(found)
            yield Due(case=case, since=since, rule=rule, held=case.id in holds)


def purge(office: Office, *, really: bool, progress: Callable[[int, int], None] | None = None) -> Purged:
    """List what is due and, with ``really``, destroy it and certify that."""
    found = tuple(due(office))
    done = None
    if really:
        going = [one.case for one in found if not one.held]
        rules: list[JSON] = [*sorted({one.rule for one in found if not one.held})]
        office.write("purged", body={"counts": {"cases": len(going)}, "rules": rules})
        done = destroying.destroy(office, going, "retention", progress)
    return Purged(due=found, done=done, log_until=log_until(office))


def log_until(office: Office) -> dict[str, tuple[dt.date, str]]:
    """Give, by client, the day until which the log must be kept at least, and the rule that says so.

    Counted from today: Reg F's three years run from the last collection activity, and that may be today's.
    """
    found = {}
    today = office.today()
    for client in sorted(office.config.clients):
        keeping = [
            (later(today, clause), clause.id)
            for pack in packs_of(office, client)
            for clause in pack.clauses
            if clause.predicate == "keep" and "retention" in clause.operations and clause.in_force(today)
        ]
        if keeping:
            found[client] = max(keeping)
    return found


def limits(office: Office, client: str) -> Iterator[tuple[str, int]]:
    """Give the packs' own limits in days since the last use, by rule."""
    for pack in packs_of(office, client):
        for clause in pack.clauses:
            if clause.predicate == "fresh" and clause.params.get("fact") == "last_used_on":
                days = clause.params.get("days")
                if isinstance(days, int):
                    yield clause.id, days


def _ends(office: Office, case: CaseFile, most: Mapping[str, int]) -> Iterator[tuple[dt.date, str]]:
    settings = office.config.retention
    agreement = office.config.clients.get(case.client)
    ends = [day for day in (agreement.until if agreement else None, case.return_by) if day is not None]
    if ends:
        # The mandate covers its last day.
        yield min(ends) + dt.timedelta(days=1), MANDATE_ENDED
    if case.state == CLOSED and settings.closed is not None:
        closed = next(iter(office.log.entries(event="case_closed", case=case.pseudonym, newest=True)), None)
        if closed is not None:
            yield _day(office, closed.at) + dt.timedelta(days=settings.closed), HOUSE_CLOSED
    if most or settings.unused is not None:
        newest = next(iter(office.log.entries(case=case.pseudonym, newest=True)), None)
        if newest is not None:
            last = _day(office, newest.at)
            for rule, days in most.items():
                yield last + dt.timedelta(days=days + 1), rule
            if settings.unused is not None:
                yield last + dt.timedelta(days=settings.unused + 1), HOUSE_UNUSED


def _day(office: Office, at: dt.datetime) -> dt.date:
    return at.astimezone(office.config.zone).date()
