"""Approvals as the store keeps them: what was asked, who decided, and that it is used once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Row, insert, select, update
from sqlmodel import col

from tracer.store.database import Database
from tracer.tables import ApprovalRow

ASKED, GRANTED, DENIED, USED = "asked", "granted", "denied", "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One approval. ``request`` is the SHA-256 of what is to be done; it counts until ``ends_at``."""

    id: int
    request: str
    operation: str
    case_id: int | None
    rules: tuple[str, ...]
    asked_by: str
    reason: str
    asked_at: dt.datetime
    state: str
    decided_by: str
    decided_at: dt.datetime | None
    ends_at: dt.datetime | None
    entry: int
    decided_entry: int | None


class Approvals:
    """The approvals of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(
        self,
        *,
        request: str,
        operation: str,
        case_id: int | None,
        rules: tuple[str, ...],
        by: str,
        reason: str,
        at: dt.datetime,
        entry: int,
    ) -> int:
        """Store what is asked; gives its number."""
        with self._database.write() as connection:
            number = connection.execute(
                insert(ApprovalRow).returning(col(ApprovalRow.id)),
                {
                    "request": request,
                    "operation": operation,
                    "case_id": case_id,
                    "rules": " ".join(rules),
                    "asked_by": by,
                    "reason": reason,
                    "asked_at": at,
                    "state": ASKED,
                    "decided_by": "",
                    "entry": entry,
                },
            ).scalar_one()
        assert number is not None, "a row that was stored has a number"
        return int(number)

    def decide(
        self, number: int, state: str, *, by: str, at: dt.datetime, ends_at: dt.datetime | None, entry: int
    ) -> bool:
        """Store a decision; False when somebody decided before."""
        with self._database.write() as connection:
            done = connection.execute(
                update(ApprovalRow)
                .where(col(ApprovalRow.id) == number, col(ApprovalRow.state) == ASKED)
                .values(state=state, decided_by=by, decided_at=at, ends_at=ends_at, decided_entry=entry)
            )
            return bool(done.rowcount)

    def use(self, number: int, request: str, at: dt.datetime) -> bool:
        """Use an approval up for exactly this request, in one step: of two who try, one gets it."""
        with self._database.write() as connection:
            done = connection.execute(
                update(ApprovalRow)
                .where(
                    col(ApprovalRow.id) == number,
                    col(ApprovalRow.state) == GRANTED,
                    col(ApprovalRow.request) == request,
                    col(ApprovalRow.ends_at) > at,
                )
                .values(state=USED)
            )
            return bool(done.rowcount)

    def used(self, number: int, entry: int) -> None:
        """Note under which entry it was used."""
        with self._database.write() as connection:
            connection.execute(
                update(ApprovalRow).where(col(ApprovalRow.id) == number).values(used_entry=entry)
            )

    def get(self, number: int) -> Approval | None:
        """Give one."""
        with self._database.read() as connection:
            row = connection.execute(
                select(ApprovalRow.__table__).where(col(ApprovalRow.id) == number)  # type: ignore[attr-defined]
            ).one_or_none()
        return None if row is None else _approval(row)

    def listed(
        self, *, state: str | None = None, case_id: int | None = None, operation: str | None = None
    ) -> tuple[Approval, ...]:
        """Give those that fit, oldest first."""
        query = select(ApprovalRow.__table__).order_by(col(ApprovalRow.id))  # type: ignore[attr-defined]
        if state is not None:
            query = query.where(col(ApprovalRow.state) == state)
        if case_id is not None:
            query = query.where(col(ApprovalRow.case_id) == case_id)
        if operation is not None:
            query = query.where(col(ApprovalRow.operation) == operation)
        with self._database.read() as connection:
            return tuple(_approval(row) for row in connection.execute(query))


def _approval(row: Row[tuple[object, ...]]) -> Approval:
    return Approval(
        id=row.id,
        request=row.request,
        operation=row.operation,
        case_id=row.case_id,
        rules=tuple(row.rules.split()),
        asked_by=row.asked_by,
        reason=row.reason,
        asked_at=row.asked_at,
        state=row.state,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        ends_at=row.ends_at,
        entry=row.entry,
        decided_entry=row.decided_entry,
    )
