"""People who sign in, as the store keeps them: users, sessions, links, tokens (as hashes), repeats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from tracer.store.database import Database
from tracer.tables import LinkRow, RepeatRow, SessionRow, TokenRow, UserRow

REPEATED_WITHIN = dt.timedelta(days=1)
_SEAL_TOTP, _SEAL_ANSWER = "staff_user|totp", "api_repeat|answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who signs in. ``clients`` are those whose cases a specialist may open."""

    id: int
    name: str
    role: str
    clients: frozenset[str]
    team: str
    active: bool
    password: str = field(repr=False)
    totp: str = field(repr=False)
    failures: int
    locked_until: dt.datetime | None
    created_at: dt.datetime

    @property
    def ready(self) -> bool:
        """True once he chose a password and a second factor is set up, or his sign-in service knows him."""
        return bool(self.password)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session: whose, and its token against forged requests."""

    user: User
    csrf: str = field(repr=False)
    language: str
    made_at: dt.datetime
    seen_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token of the REST interface as a list shows it: its first letters, never more."""

    id: int
    user: int
    prefix: str
    scopes: frozenset[str]
    made_at: dt.datetime
    ends_on: dt.date
    seen_at: dt.datetime | None
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What a repeated request was answered; ``status`` is None while the first one is being worked on."""

    request: str
    status: int | None
    answer: bytes = field(repr=False)


def hashed(token: str) -> str:
    """Give a token as it is kept: 256 bits of chance need no salt and no slow hash."""
    return sha256(token.encode()).hexdigest()


class People:
    """The users of one store and their ways in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Users

    def add(
        self, name: str, role: str, clients: Iterable[str], team: str, at: dt.datetime, entry: int
    ) -> User:
        """Add a user; raises KeyError when the name is taken."""
        try:
            with self._database.write() as connection:
                connection.execute(
                    insert(UserRow),
                    {
                        "name": name,
                        "role": role,
                        "clients": " ".join(sorted(clients)),
                        "team": team,
                        "active": True,
                        "password": "",
                        "failures": 0,
                        "created_at": at,
                        "entry": entry,
                    },
                )
        except IntegrityError as error:
            raise KeyError(name) from error
        found = self.named(name)
        assert found is not None, "a user that was stored is there"
        return found

    def named(self, name: str) -> User | None:
        """Give the user of that name."""
        return self._one(col(UserRow.name) == name)

    def by_subject(self, subject: str) -> User | None:
        """Give the user whom a sign-in service calls that."""
        return self._one(col(UserRow.subject_blind) == self._subject(subject))

    def get(self, user: int) -> User | None:
        """Give a user by number."""
        return self._one(col(UserRow.id) == user)

    def users(self) -> tuple[User, ...]:
        """Give all users by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(UserRow.__table__).order_by(col(UserRow.name))).all()  # type: ignore[attr-defined]
        return tuple(map(self._user, rows))

    def count(self) -> int:
        """How many users there are."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(UserRow)).scalar_one())

    def change(
        self,
        user: int,
        *,
        role: str | None = None,
        clients: Iterable[str] | None = None,
        team: str | None = None,
        active: bool | None = None,
        password: str | None = None,
        totp: str | None = None,
        subject: str | None = None,
        failures: int | None = None,
        locked_until: dt.datetime | None = None,
    ) -> None:
        """Change what is given. A new password, role or standing ends every session of his."""
        values: dict[str, object] = {}
        if role is not None:
            values["role"] = role
        if clients is not None:
            values["clients"] = " ".join(sorted(clients))
        if team is not None:
            values["team"] = team
        if active is not None:
            values["active"] = active
        if password is not None:
            values["password"] = password
        if totp is not None:
            values["totp"] = self._database.vault.house.seal(totp.encode(), _SEAL_TOTP) if totp else None
        if subject is not None:
            values["subject_blind"] = self._subject(subject) if subject else None
        if failures is not None:
            values |= {"failures": failures, "locked_until": locked_until}
        with self._database.write() as connection:
            connection.execute(update(UserRow).where(col(UserRow.id) == user).values(**values))
            if {"role", "active", "password", "clients"} & values.keys():
                connection.execute(delete(SessionRow).where(col(SessionRow.user) == user))
            if active is False:
                connection.execute(
                    update(TokenRow)
                    .where(col(TokenRow.user) == user, col(TokenRow.revoked_at).is_(None))
                    .values(revoked_at=dt.datetime.now(dt.UTC))
                )

    # Sessions and links

    def begin(
        self, user: int, token: str, csrf: str, language: str, at: dt.datetime, ends_at: dt.datetime
    ) -> None:
        """Store a session; those that ended are swept."""
        with self._database.write() as connection:
            connection.execute(delete(SessionRow).where(col(SessionRow.ends_at) < at))
            connection.execute(
                insert(SessionRow),
                {
                    "token": hashed(token), "user": user, "csrf": csrf, "language": language,
                    "made_at": at, "seen_at": at, "ends_at": ends_at,
                },
            )  # fmt: skip

    def session(self, token: str) -> SignedIn | None:
        """Give the session of a cookie's token, whatever its age."""
        with self._database.read() as connection:
            row = connection.execute(
                select(SessionRow.__table__).where(col(SessionRow.token) == hashed(token))  # type: ignore[attr-defined]
            ).one_or_none()
        user = self.get(row.user) if row is not None else None
        if row is None or user is None:
            return None
        return SignedIn(
            user=user,
            csrf=row.csrf,
            language=row.language,
            made_at=row.made_at,
            seen_at=row.seen_at,
            ends_at=row.ends_at,
        )

    def seen(self, token: str, at: dt.datetime) -> None:
        """Note that a session is in use."""
        with self._database.write() as connection:
            connection.execute(
                update(SessionRow).where(col(SessionRow.token) == hashed(token)).values(seen_at=at)
            )

    def speak(self, token: str, language: str) -> None:
        """Note which language a session speaks."""
        with self._database.write() as connection:
            connection.execute(
                update(SessionRow).where(col(SessionRow.token) == hashed(token)).values(language=language)
            )

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(SessionRow).where(col(SessionRow.token) == hashed(token)))

    def give_link(self, user: int, token: str, ends_at: dt.datetime) -> None:
        """Store a sign-in link; earlier ones of the user are void."""
        with self._database.write() as connection:
            connection.execute(delete(LinkRow).where(col(LinkRow.user) == user))
            connection.execute(insert(LinkRow), {"token": hashed(token), "user": user, "ends_at": ends_at})

    def linked(self, token: str, at: dt.datetime) -> User | None:
        """Give the user a link is for, if it was not used and has not ended; it is not used up by that."""
        with self._database.read() as connection:
            row = connection.execute(
                select(LinkRow.__table__).where(  # type: ignore[attr-defined]
                    col(LinkRow.token) == hashed(token),
                    col(LinkRow.used_at).is_(None),
                    col(LinkRow.ends_at) > at,
                )
            ).one_or_none()
        return self.get(row.user) if row is not None else None

    def use_link(self, token: str, at: dt.datetime) -> bool:
        """Use a link up; False when somebody else was quicker."""
        with self._database.write() as connection:
            done = connection.execute(
                update(LinkRow)
                .where(col(LinkRow.token) == hashed(token), col(LinkRow.used_at).is_(None))
                .values(used_at=at)
            )
            return bool(done.rowcount)

    # Tokens

    def give_token(
        self, user: int, token: str, scopes: Iterable[str], at: dt.datetime, ends_on: dt.date, entry: int
    ) -> None:
        """Store a token of the REST interface."""
        with self._database.write() as connection:
            connection.execute(
                insert(TokenRow),
                {
                    "user": user, "prefix": token[:10], "token": hashed(token),
                    "scopes": " ".join(sorted(scopes)),
                    "made_at": at, "ends_on": ends_on, "entry": entry,
                },
            )  # fmt: skip

    def token(self, token: str) -> tuple[ApiToken, User] | None:
        """Give what a token is, with its user; None when there is none like it."""
        with self._database.read() as connection:
            row = connection.execute(
                select(TokenRow.__table__).where(col(TokenRow.token) == hashed(token))  # type: ignore[attr-defined]
            ).one_or_none()
        user = self.get(row.user) if row is not None else None
        return (_token(row), user) if row is not None and user is not None else None

    def tokens(self) -> tuple[ApiToken, ...]:
        """Give all tokens, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(TokenRow.__table__).order_by(col(TokenRow.id))).all()  # type: ignore[attr-defined]
        return tuple(map(_token, rows))

    def token_seen(self, token: int, at: dt.datetime) -> None:
        """Note that a token is in use."""
        with self._database.write() as connection:
            connection.execute(update(TokenRow).where(col(TokenRow.id) == token).values(seen_at=at))

    def revoke(self, token: int, at: dt.datetime) -> bool:
        """Revoke a token; False when it was already, or is not there."""
        with self._database.write() as connection:
            done = connection.execute(
                update(TokenRow)
                .where(col(TokenRow.id) == token, col(TokenRow.revoked_at).is_(None))
                .values(revoked_at=at)
            )
            return bool(done.rowcount)

    # Repeats

    def claim(self, key: str, request: str, at: dt.datetime) -> Repeat | None:
        """Claim an idempotency key: None when it is new and now ours, else what was answered to it before.

        Keys are kept for a day; older ones are swept.
        """
        try:
            with self._database.write() as connection:
                connection.execute(delete(RepeatRow).where(col(RepeatRow.at) < at - REPEATED_WITHIN))
                connection.execute(insert(RepeatRow), {"key": key, "request": request, "at": at})
            return None
        except IntegrityError:
            with self._database.read() as connection:
                row = connection.execute(
                    select(RepeatRow.__table__).where(col(RepeatRow.key) == key)  # type: ignore[attr-defined]
                ).one()
        house = self._database.vault.house
        return Repeat(
            request=row.request,
            status=row.status,
            answer=house.open(row.answer, _SEAL_ANSWER) if row.answer is not None else b"",
        )

    def answered(self, key: str, status: int, answer: bytes) -> None:
        """Keep what a request was answered."""
        sealed = self._database.vault.house.seal(answer, _SEAL_ANSWER)
        with self._database.write() as connection:
            connection.execute(
                update(RepeatRow).where(col(RepeatRow.key) == key).values(status=status, answer=sealed)
            )

    def release(self, key: str) -> None:
        """Give an idempotency key free again: the request failed before anything was done."""
        with self._database.write() as connection:
            connection.execute(
                delete(RepeatRow).where(col(RepeatRow.key) == key, col(RepeatRow.status).is_(None))
            )

    def _subject(self, subject: str) -> int:
        return self._database.vault.blind("subject", subject, bits=63)

    def _one(self, clause: object) -> User | None:
        with self._database.read() as connection:
            row = connection.execute(select(UserRow.__table__).where(clause)).one_or_none()  # type: ignore[attr-defined, arg-type]
        return None if row is None else self._user(row)

    def _user(self, row: Row[tuple[object, ...]]) -> User:
        totp = self._database.vault.house.open(row.totp, _SEAL_TOTP).decode() if row.totp is not None else ""
        return User(
            id=row.id,
            name=row.name,
            role=row.role,
            clients=frozenset(row.clients.split()),
            team=row.team,
            active=row.active,
            password=row.password,
            totp=totp,
            failures=row.failures,
            locked_until=row.locked_until,
            created_at=row.created_at,
        )


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=row.id,
        user=row.user,
        prefix=row.prefix,
        scopes=frozenset(row.scopes.split()),
        made_at=row.made_at,
        ends_on=row.ends_on,
        seen_at=row.seen_at,
        revoked=row.revoked_at is not None,
    )
