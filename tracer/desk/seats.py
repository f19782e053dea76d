"""A seat at the desk: somebody with a role, what he may do, and whose cases he may touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tracer.desk.office import Office
from tracer.policy.roles import May, Reach, Role, may, reach
from tracer.store.cases import CaseFile, NoCase
from tracer.store.people import User
from tracer.words import N_

__all__ = ["NoCase", "Seat", "bearer", "seat_of"]

_NONE = N_("There is no case {ref}")
_LIST = N_("Your cases are listed on the first page.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who sits here. ``scopes`` narrow what a token may do; None for a person who signed in."""

    name: str
    role: Role
    clients: frozenset[str] = frozenset()
    team: str = ""
    scopes: frozenset[str] | None = None

    def may(self, what: May) -> bool:
        """Tell whether he may do something at all."""
        return may(self.role, what) and (self.scopes is None or str(what) in self.scopes)

    def reaches(self, office: Office, case: CaseFile) -> bool:
        """Tell whether a case is one of those he may touch."""
        match reach(self.role):
            case Reach.ALL:
                return True
            case Reach.OWN:
                return case.assigned_to == self.name
            case Reach.ASSIGNED:
                return (
                    case.assigned_to == self.name
                    or case.client in self.clients
                    or any(one.state == "open" for one in office.store.notes.requests_of(case))
                )
            case _:
                return False

    def case(self, office: Office, ref: str) -> CaseFile:
        """Give a case by its pseudonym, its number, or client/number (``client~number`` in an address).

        Raises NoCase for one that is not there and, in the same words, for one that is not his.
        """
        found = office.store.cases.by_pseudonym(ref) if ref.startswith("case_") else None
        if found is None:
            found = office.case(ref.replace("~", "/", 1))
        if not self.reaches(office, found):
            raise NoCase(_NONE, _LIST, ref=ref if ref.startswith("case_") else "…")
        return found

    def cases(
        self, office: Office, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> Iterator[CaseFile]:
        """Give the cases he may touch, oldest first, in pages; ``after`` is the id of the last one seen."""
        match reach(self.role):
            case Reach.OWN:
                yield from office.store.cases.listed(
                    state=state, assigned_to=self.name, after=after, limit=limit
                )
            case Reach.ASSIGNED:
                yield from office.store.cases.reached(
                    self.name, sorted(self.clients), state=state, after=after, limit=limit
                )
            case Reach.ALL:
                yield from office.store.cases.listed(state=state, after=after, limit=limit)
            case _:
                return


def seat_of(user: User) -> Seat:
    """Give the seat of somebody who signed in."""
    return Seat(name=user.name, role=Role(user.role), clients=user.clients, team=user.team)


def bearer(office: Office, token: str) -> Seat | None:
    """Give the seat of a token of the REST interface; None when it is none, has ended or was revoked."""
    found = office.store.people.token(token)
    if found is None:
        return None
    kept, user = found
    if kept.revoked or kept.ends_on < office.today() or not user.active:
        return None
    if kept.seen_at is None or (office.clock() - kept.seen_at).total_seconds() > 60:
        office.store.people.token_seen(kept.id, office.clock())
    return replace(seat_of(user), scopes=kept.scopes)
