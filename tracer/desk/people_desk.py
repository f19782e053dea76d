"""The use cases about people who sign in, as the command line and the pages call them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tracer.desk import people
from tracer.desk.office import Office
from tracer.desk.people import Made
from tracer.store.people import ApiToken, User

# The values it hands out that live in the store: callers need their types, never the store.
__all__ = ["ApiToken", "Made", "PeopleDesk", "User"]


class PeopleDesk:
    """Users and tokens."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def add(self, name: str, role: str, *, clients: Collection[str] = (), team: str = "") -> User:
        """Add a person."""
        return people.add(self._office, name, role, clients=clients, team=team)

    def change(
        self,
        name: str,
        *,
        role: str | None = None,
        clients: Collection[str] | None = None,
        team: str | None = None,
        active: bool | None = None,
    ) -> User:
        """Change a person."""
        return people.change(self._office, name, role=role, clients=clients, team=team, active=active)

    def link(self, name: str) -> Made:
        """A sign-in link's token."""
        return people.link(self._office, name)

    def users(self) -> tuple[User, ...]:
        """Everybody, by name."""
        return self._office.store.people.users()

    def token(self, name: str, scopes: Iterable[str], days: int) -> Made:
        """A token for the REST interface."""
        return people.token(self._office, name, scopes, days)

    def tokens(self) -> tuple[tuple[ApiToken, str], ...]:
        """Every token with its user's name."""
        return people.tokens(self._office)

    def revoke(self, number: int) -> None:
        """Revoke a token."""
        people.revoke(self._office, number)
