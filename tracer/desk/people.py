"""People who work here: added, changed, given links and tokens. Every change is an entry of the log."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.log.entry import JSON
from tracer.log.vocabulary import ACTOR
from tracer.policy.roles import May, Role, may
from tracer.store.people import ApiToken, User
from tracer.words import N_

LINK_GOOD_FOR = dt.timedelta(hours=24)
TOKEN_PREFIX = "trc_"  # noqa: S105  so that scanners of leaked secrets know one when they see it
LONGEST_TOKEN = dt.timedelta(days=366)
# What a token may be given; nothing that a person must do himself.
SCOPES = (
    May.CASE_READ, May.CASE_LIST, May.CALL, May.OUTCOME, May.ASK_REFRESH, May.ANSWER_REFRESH, May.TRACE,
    May.IMPORT, May.LOG_READ, May.POLICY_READ, May.SOURCES_READ, May.FIGURES, May.REVEAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A secret as it is shown once, and until when it is good."""

    secret: str = field(repr=False)
    until: dt.date


def add(office: Office, name: str, role: str, *, clients: Collection[str] = (), team: str = "") -> User:
    """Add a person; a sign-in link lets him choose his password. Raises WrongUse for a bad name or role."""
    if not ACTOR.fullmatch(name):
        raise WrongUse(
            N_("{name} is no name the log takes"),
            N_("1 to 64 characters without blanks and quotes, for example wang.fang."),
            name=name[:64],
        )
    chosen = _role(role)
    _known_clients(office, clients)
    if office.store.people.named(name) is not None:
        raise _taken(name)
    entry = office.write(
        "user_added", body={"assigned_to": name, "role": str(chosen), "client": _listed(clients)}
    )
    try:
        return office.store.people.add(name, str(chosen), clients, team, office.clock(), entry.seq)
    except KeyError as error:
        raise _taken(name) from error


def change(
    office: Office,
    name: str,
    *,
    role: str | None = None,
    clients: Collection[str] | None = None,
    team: str | None = None,
    active: bool | None = None,
) -> User:
    """Change a person's role, clients, team, or whether he may sign in; whatever he had open ends.

    Raises WrongUse for the last administrator who would go.
    """
    user = one(office, name)
    chosen = _role(role) if role is not None else None
    if clients is not None:
        _known_clients(office, clients)
    goes = user.role == Role.ADMIN and user.active and (active is False or chosen not in (None, Role.ADMIN))
    if goes and sum(other.role == Role.ADMIN and other.active for other in office.store.people.users()) == 1:
        raise WrongUse(N_("{name} is the last administrator"), N_("Make somebody else one first."), name=name)
    what = [
        word
        for word, given in (("role", role), ("client", clients), ("team", team), ("state", active))
        if given is not None
    ]
    office.write(
        "user_changed",
        body={
            "assigned_to": name,
            "role": str(chosen or user.role),
            "changed": _listed(what),
            **({"state": "active" if active else "closed"} if active is not None else {}),
            **({"client": _listed(clients)} if clients is not None else {}),
        },
    )
    office.store.people.change(
        user.id, role=str(chosen) if chosen else None, clients=clients, team=team, active=active
    )
    return one(office, name)


def one(office: Office, name: str) -> User:
    """Give the user of that name; raises WrongUse."""
    found = office.store.people.named(name)
    if found is None:
        raise WrongUse(N_("There is no user {name}"), N_("See: tracer users list"), name=name[:64])
    return found


def link(office: Office, name: str) -> Made:
    """Give a sign-in link's token, good once and for a day; it also lets him choose a new password."""
    user = one(office, name)
    if not user.active:
        raise WrongUse(
            N_("{name} may not sign in"),
            N_("Let him in first: tracer users change {name} --active"),
            name=name,
        )
    token = secrets.token_urlsafe(32)
    until = office.clock() + LINK_GOOD_FOR
    office.write("user_changed", body={"assigned_to": name, "role": user.role, "changed": ["link"]})
    office.store.people.give_link(user.id, token, until)
    return Made(secret=token, until=until.date())


def token(office: Office, name: str, scopes: Iterable[str], days: int) -> Made:
    """Give a token for the REST interface that acts as the user, within the scopes; shown once.

    Raises WrongUse for a scope that is none or that his role does not have.
    """
    user = one(office, name)
    wanted = sorted(set(scopes))
    wrong = [scope for scope in wanted if scope not in SCOPES or not may(Role(user.role), May(scope))]
    if wrong or not wanted:
        raise WrongUse(
            N_("{scope} is nothing a token of {name} can be given"),
            N_("Scopes: {known}"),
            scope=", ".join(wrong)[:80] or "—",
            name=name,
            known=", ".join(one for one in SCOPES if may(Role(user.role), one)) or "—",
        )
    until = (office.clock() + min(dt.timedelta(days=days), LONGEST_TOKEN)).date()
    made = TOKEN_PREFIX + secrets.token_urlsafe(32)
    entry = office.write(
        "token_made", body={"assigned_to": name, "scope": [*wanted], "until": until.isoformat()}
    )
    office.store.people.give_token(user.id, made, wanted, office.clock(), until, entry.seq)
    return Made(secret=made, until=until)


def revoke(office: Office, number: int) -> None:
    """Revoke a token; raises WrongUse when there is none like it in force."""
    found = next((one for one in office.store.people.tokens() if one.id == number), None)
    user = office.store.people.get(found.user) if found else None
    if found is None or user is None or found.revoked:
        raise WrongUse(
            N_("There is no token {number} in force"), N_("See: tracer tokens list"), number=number
        )
    office.write("token_revoked", body={"assigned_to": user.name})
    office.store.people.revoke(number, office.clock())


def tokens(office: Office) -> tuple[tuple[ApiToken, str], ...]:
    """Give all tokens with the names of their users."""
    names = {user.id: user.name for user in office.store.people.users()}
    return tuple((one, names.get(one.user, "")) for one in office.store.people.tokens())


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise WrongUse(
            N_("{role} is no role"), N_("Roles: {known}"), role=text[:40], known=", ".join(Role)
        ) from None


def _known_clients(office: Office, clients: Collection[str]) -> None:
    wrong = sorted(set(clients) - office.config.clients.keys())
    if wrong:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Known: {known}"),
            client=wrong[0][:40],
            known=", ".join(sorted(office.config.clients)) or "—",
        )


def _listed(words: Iterable[str]) -> list[JSON]:
    return [*sorted(words)]


def _taken(name: str) -> WrongUse:
    return WrongUse(N_("There is a user {name} already"), N_("See: tracer users list"), name=name)
