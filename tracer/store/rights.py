"""What people asked for by right, what must not be destroyed, notice tokens, certificates of destruction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Row, insert, or_, select, update
from sqlmodel import col

from tracer.store.cases import CaseFile, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.tables import Destruction, HoldRow, NoticeToken, RightsRequest
from tracer.vault import EXACT_BITS

ACCESS, CORRECT, OBJECT, ERASE, WRONG_PERSON = "access", "correct", "object", "erase", "wrong_person"
OPEN, DONE, REFUSED = "open", "done", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """What is said to be wrong, and what should stand instead (empty: nothing). Sealed under the case's key.

    ``kind`` is phone, name, born, id, address, employer or email; a phone is in E.164, the rest as cleaned.
    """

    kind: str = ""
    wrong: str = field(default="", repr=False)
    right: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One request of a person by right, and what became of it. ``due_on`` is the packs' earliest deadline."""

    id: int
    case_id: int
    kind: str
    state: str
    received_on: dt.date
    due_on: dt.date | None
    rule: str
    reason: str
    asked_by: str
    decided_by: str
    decided_at: dt.datetime | None
    entry: int
    decided_entry: int | None
    disputed: Disputed = field(default_factory=Disputed, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A reason not to destroy a case for now."""

    id: int
    case_id: int
    reason: str
    until: dt.date | None
    at: dt.datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice token that was given out: the case and the number's token it stands for."""

    case_id: int
    number: str
    until: dt.date
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate of destruction as it was signed."""

    id: int
    digest: str
    text: str = field(repr=False)
    cases: int
    at: dt.datetime
    entry: int


class Rights:
    """The requests, holds, tokens and certificates of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(
        self,
        case: CaseFile,
        kind: str,
        *,
        received_on: dt.date,
        due_on: dt.date | None,
        rule: str,
        reason: str,
        by: str,
        entry: int,
        disputed: Disputed | None = None,
    ) -> int:
        """Store a request; gives its number."""
        sealed = None
        if disputed is not None:
            sealed = case.unsealed.seal(pack(disputed), place("rights_request", case.pseudonym))
        with self._database.write() as connection:
            number = connection.execute(
                insert(RightsRequest).returning(col(RightsRequest.id)),
                {
                    "case_id": case.id,
                    "kind": kind,
                    "state": OPEN,
                    "received_on": received_on,
                    "due_on": due_on,
                    "rule": rule,
                    "reason": reason,
                    "asked_by": by,
                    "decided_by": "",
                    "sealed": sealed,
                    "entry": entry,
                },
            ).scalar_one()
        assert number is not None, "a row that was stored has a number"
        return int(number)

    def decide(self, number: int, state: str, *, by: str, at: dt.datetime, entry: int) -> None:
        """Store what became of a request."""
        with self._database.write() as connection:
            connection.execute(
                update(RightsRequest)
                .where(col(RightsRequest.id) == number)
                .values(state=state, decided_by=by, decided_at=at, decided_entry=entry)
            )

    def of(self, case: CaseFile, *, kind: str | None = None) -> tuple[Wish, ...]:
        """Give the requests of a case, oldest first, with what is disputed."""
        query = select(RightsRequest.__table__).where(col(RightsRequest.case_id) == case.id)  # type: ignore[attr-defined]
        if kind is not None:
            query = query.where(col(RightsRequest.kind) == kind)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(col(RightsRequest.id))).all()
        return tuple(_wish(row, case) for row in rows)

    def listed(self, *, number: int | None = None, state: str | None = None) -> tuple[Wish, ...]:
        """Give requests of all cases, those due first, without what is disputed."""
        query = select(RightsRequest.__table__)  # type: ignore[attr-defined]
        if number is not None:
            query = query.where(col(RightsRequest.id) == number)
        if state is not None:
            query = query.where(col(RightsRequest.state) == state)
        query = query.order_by(
            col(RightsRequest.due_on).is_(None), col(RightsRequest.due_on), col(RightsRequest.id)
        )
        with self._database.read() as connection:
            return tuple(_wish(row, None) for row in connection.execute(query))

    def hold(self, case: CaseFile, reason: str, until: dt.date | None, at: dt.datetime, entry: int) -> None:
        """Put a hold on a case."""
        with self._database.write() as connection:
            connection.execute(
                insert(HoldRow),
                {"case_id": case.id, "reason": reason, "until": until, "at": at, "entry": entry},
            )

    def release(self, hold: int, entry: int) -> None:
        """Lift a hold."""
        with self._database.write() as connection:
            connection.execute(update(HoldRow).where(col(HoldRow.id) == hold).values(lifted_by=entry))

    def holds(self, today: dt.date, case: CaseFile | None = None) -> tuple[Hold, ...]:
        """Give the holds in force on a day, of one case or of all, oldest first."""
        query = select(HoldRow.__table__).where(  # type: ignore[attr-defined]
            col(HoldRow.lifted_by).is_(None), or_(col(HoldRow.until).is_(None), col(HoldRow.until) >= today)
        )
        if case is not None:
            query = query.where(col(HoldRow.case_id) == case.id)
        with self._database.read() as connection:
            return tuple(
                Hold(
                    id=row.id,
                    case_id=row.case_id,
                    reason=row.reason,
                    until=row.until,
                    at=row.at,
                    entry=row.entry,
                )
                for row in connection.execute(query.order_by(col(HoldRow.id)))
            )

    def give_notice(self, case: CaseFile, number: str, token: str, until: dt.date, entry: int) -> None:
        """Keep the blind index of a notice token; the token itself is on the letter only."""
        with self._database.write() as connection:
            connection.execute(
                insert(NoticeToken),
                {
                    "token_blind": self._token(token),
                    "case_id": case.id,
                    "number": number,
                    "until": until,
                    "entry": entry,
                },
            )

    def notice(self, token: str) -> Notice | None:
        """Give what a notice token stands for, or None when none was given out like that."""
        with self._database.read() as connection:
            row = connection.execute(
                select(NoticeToken.__table__).where(col(NoticeToken.token_blind) == self._token(token))  # type: ignore[attr-defined]
            ).one_or_none()
        if row is None:
            return None
        return Notice(case_id=row.case_id, number=row.number, until=row.until, used=row.used_by is not None)

    def use_notice(self, token: str, entry: int) -> None:
        """Mark a token as used: it says what it has to say once."""
        with self._database.write() as connection:
            connection.execute(
                update(NoticeToken)
                .where(col(NoticeToken.token_blind) == self._token(token))
                .values(used_by=entry)
            )

    def certify(self, *, digest: str, text: str, cases: int, at: dt.datetime, entry: int) -> None:
        """Keep a certificate of destruction."""
        with self._database.write() as connection:
            connection.execute(
                insert(Destruction),
                {"digest": digest, "text": text, "cases": cases, "at": at, "entry": entry},
            )

    def certificates(self) -> Iterator[Certificate]:
        """Give the certificates, oldest first."""
        with self._database.read() as connection:
            for row in connection.execute(
                select(Destruction.__table__).order_by(col(Destruction.id))  # type: ignore[attr-defined]
            ):
                yield Certificate(**row._mapping)

    def _token(self, token: str) -> int:
        return self._database.vault.blind("notice", token, bits=EXACT_BITS)


def _wish(row: Row[tuple[object, ...]], case: CaseFile | None) -> Wish:
    disputed = Disputed()
    if case is not None and case.key is not None and row.sealed is not None:
        disputed = unpack(Disputed, case.key.open(row.sealed, place("rights_request", case.pseudonym)))
    return Wish(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        state=row.state,
        received_on=row.received_on,
        due_on=row.due_on,
        rule=row.rule,
        reason=row.reason,
        asked_by=row.asked_by,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        entry=row.entry,
        decided_entry=row.decided_entry,
        disputed=disputed,
    )
