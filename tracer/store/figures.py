"""Counts over everything, made by the database: what was traced, spent, called and said. Nobody is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlmodel import col

from graph.model import Party
from graph.outcomes import BAR_CEASED, BAR_OPTED_OUT, BAR_THIRD_PARTY_REFUSED
from tracer.store.database import Database
from tracer.tables import BarRow, Case, LookupRow, OutcomeRow

# What somebody asked for who was called: what a complaint is here (tracer.desk.scoring has the same).
COMPLAINTS = (BAR_CEASED, BAR_OPTED_OUT, BAR_THIRD_PARTY_REFUSED)
_OTHERS = (str(Party.THIRD_PARTY), str(Party.WRONG_PARTY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What happened to one client's cases in one month (``month`` counts the starts that were given).

    ``traced`` cases were looked up for the first time in it, ``repaired`` of them had the debtor himself on
    the line afterwards, whenever that was; the rest is by its own day. ``touched`` are numbers on which
    somebody else answered for the first time, ``spent`` is minor units.
    """

    client: str
    month: int
    traced: int = 0
    repaired: int = 0
    lookups: int = 0
    spent: int = 0
    calls: int = 0
    right: int = 0
    wrong: int = 0
    complaints: int = 0
    touched: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many open cases of a client somebody has; ``assigned_to`` is empty for those nobody has."""

    client: str = field(repr=False)
    assigned_to: str = field(repr=False)
    cases: int


class Figures:
    """Counts over one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, starts: Sequence[dt.datetime]) -> tuple[Counts, ...]:
        """Give the counts by client and month; ``starts`` are the beginnings of the months, oldest first."""
        found: dict[tuple[str, int], dict[str, int]] = {}
        naive = [start.astimezone(dt.UTC).replace(tzinfo=None) for start in starts]
        with self._database.read() as connection:
            for names, rows in (
                (("traced", "repaired"), _traced(connection, naive)),
                (("lookups", "spent"), _spent(connection, naive)),
                (("calls", "right", "wrong"), _called(connection, naive)),
                (("complaints",), _complaints(connection, naive)),
                (("touched",), _touched(connection, naive)),
            ):
                for client, month, *values in rows:
                    if month >= 0:
                        line = found.setdefault((client, month), {})
                        line |= {name: int(n or 0) for name, n in zip(names, values, strict=True)}
        return tuple(
            Counts(client=client, month=month, **line) for (client, month), line in sorted(found.items())
        )

    def loads(self) -> tuple[Load, ...]:
        """Give how the open cases are shared out, by client and person."""
        query = (
            select(col(Case.client), func.coalesce(col(Case.assigned_to), ""), func.count())
            .where(col(Case.state) == "open")
            .group_by(col(Case.client), col(Case.assigned_to))
            .order_by(col(Case.client), col(Case.assigned_to))
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(Load(client=client, assigned_to=to, cases=count) for client, to, count in rows)


# A client, the number of a month, and counts.
_Rows = Sequence[tuple[Any, ...]]


def _month(at: SQLColumnExpression[dt.datetime], starts: Sequence[dt.datetime]) -> ColumnElement[int]:
    """Give the number of the month a time is in, -1 before the first."""
    return case(
        *((at >= literal(start), place) for place, start in reversed(list(enumerate(starts)))), else_=-1
    )


def _traced(connection: Connection, starts: Sequence[dt.datetime]) -> _Rows:
    first = (
        select(col(LookupRow.case_id).label("case_id"), func.min(col(LookupRow.at)).label("at"))
        .group_by(col(LookupRow.case_id))
        .subquery()
    )
    heard = exists().where(
        and_(
            col(OutcomeRow.case_id) == first.c.case_id,
            col(OutcomeRow.at) >= first.c.at,
            col(OutcomeRow.party) == str(Party.SELF),
            col(OutcomeRow.undone_by).is_(None),
        )
    )
    month = _month(first.c.at, starts)
    query = (
        select(col(Case.client), month, func.count(), func.sum(case((heard, 1), else_=0)))
        .join(first, first.c.case_id == col(Case.id))
        .group_by(col(Case.client), month)
    )
    return [tuple(row) for row in connection.execute(query)]


def _spent(connection: Connection, starts: Sequence[dt.datetime]) -> _Rows:
    month = _month(col(LookupRow.at), starts)
    query = (
        select(col(Case.client), month, func.count(), func.sum(col(LookupRow.price)))
        .join(Case, col(Case.id) == col(LookupRow.case_id))
        .group_by(col(Case.client), month)
    )
    return [tuple(row) for row in connection.execute(query)]


def _called(connection: Connection, starts: Sequence[dt.datetime]) -> _Rows:
    month = _month(col(OutcomeRow.at), starts)
    right = case((col(OutcomeRow.party) == str(Party.SELF), 1), else_=0)
    wrong = case((col(OutcomeRow.party) == str(Party.WRONG_PARTY), 1), else_=0)
    query = (
        select(col(Case.client), month, func.count(), func.sum(right), func.sum(wrong))
        .join(Case, col(Case.id) == col(OutcomeRow.case_id))
        .where(col(OutcomeRow.undone_by).is_(None))
        .group_by(col(Case.client), month)
    )
    return [tuple(row) for row in connection.execute(query)]


def _complaints(connection: Connection, starts: Sequence[dt.datetime]) -> _Rows:
    month = _month(col(BarRow.at), starts)
    query = (
        select(col(Case.client), month, func.count())
        .join(Case, col(Case.id) == col(BarRow.case_id))
        .where(col(BarRow.code).in_(COMPLAINTS), col(BarRow.undone_by).is_(None))
        .group_by(col(Case.client), month)
    )
    return [tuple(row) for row in connection.execute(query)]


def _touched(connection: Connection, starts: Sequence[dt.datetime]) -> _Rows:
    first = (
        select(col(OutcomeRow.case_id).label("case_id"), func.min(col(OutcomeRow.at)).label("at"))
        .where(col(OutcomeRow.party).in_(_OTHERS), col(OutcomeRow.undone_by).is_(None))
        .group_by(col(OutcomeRow.case_id), col(OutcomeRow.number))
        .subquery()
    )
    month = _month(first.c.at, starts)
    query = (
        select(col(Case.client), month, func.count())
        .join(first, first.c.case_id == col(Case.id))
        .group_by(col(Case.client), month)
    )
    return [tuple(row) for row in connection.execute(query)]
