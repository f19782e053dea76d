"""Sealed contacts of one store: counts, and virtual numbers until they run out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Row, insert, select
from sqlmodel import col

from sources.virtual import Pool, SealedCount, VirtualNumber
from tracer.store.cases import CaseFile, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.store.sealed_tables import SealedContactRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A count as it stands: how many, whose answer, when, and the reference by which one can be bound."""

    source: str = field(repr=False)
    at: dt.datetime
    entry: int
    sealed: SealedCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A virtual number as it stands, with the caller it is bound to and who had it bound."""

    source: str = field(repr=False)
    actor: str = field(repr=False)
    which: int
    caller: str = field(repr=False)
    at: dt.datetime
    entry: int
    sealed: VirtualNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leads:
    """What is sealed of a virtual number."""

    number: str = field(repr=False)
    prefixes: tuple[str, ...] = field(repr=False)
    caller: str = field(repr=False)


class SealedContacts:
    """The sealed contacts of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(
        self, case: CaseFile, source: str, sealed: SealedCount, at: dt.datetime, actor: str, entry: int
    ) -> None:
        """Store a count under its log entry."""
        self._add(case, source, pack(sealed), at, actor, entry, count=sealed.count)

    def bound(
        self,
        case: CaseFile,
        source: str,
        sealed: VirtualNumber,
        at: dt.datetime,
        actor: str,
        entry: int,
        *,
        which: int,
        caller: str,
    ) -> None:
        """Store a virtual number under its log entry. Its type let no other in."""
        leads = _Leads(number=sealed.number, prefixes=sealed.pool.prefixes, caller=caller)
        self._add(case, source, pack(leads), at, actor, entry, count=0, which=which, until=sealed.until)

    def _add(
        self,
        case: CaseFile,
        source: str,
        plain: bytes,
        at: dt.datetime,
        actor: str,
        entry: int,
        *,
        count: int,
        which: int | None = None,
        until: dt.datetime | None = None,
    ) -> None:
        with self._database.write() as connection:
            connection.execute(
                insert(SealedContactRow),
                {
                    "case_id": case.id,
                    "source": source,
                    "count": count,
                    "which": which,
                    "actor": actor,
                    "until": until,
                    "at": at,
                    "sealed": case.unsealed.seal(plain, place("sealed_contact", case.pseudonym)),
                    "entry": entry,
                },
            )

    def count(self, case: CaseFile, source: str) -> Counted | None:
        """Give the newest count of a source, or None."""
        rows = [row for row in self._rows(case) if row.source == source and row.which is None]
        if not rows:
            return None
        newest = rows[-1]
        return Counted(
            source=newest.source,
            at=newest.at,
            entry=newest.entry,
            sealed=unpack(SealedCount, self._open(case, newest)),
        )

    def counts(self, case: CaseFile) -> tuple[Counted, ...]:
        """Give the newest count of every source."""
        sources = dict.fromkeys(row.source for row in self._rows(case) if row.which is None)
        return tuple(one for source in sources if (one := self.count(case, source)) is not None)

    def callable(self, case: CaseFile, at: dt.datetime) -> tuple[Bound, ...]:
        """Give the virtual numbers that still ring at a moment, oldest first."""
        found = []
        for row in self._rows(case):
            if row.which is None or row.until <= at:
                continue
            leads = unpack(_Leads, self._open(case, row))
            found.append(
                Bound(
                    source=row.source,
                    actor=row.actor,
                    which=row.which,
                    caller=leads.caller,
                    at=row.at,
                    entry=row.entry,
                    sealed=VirtualNumber(number=leads.number, pool=Pool(leads.prefixes), until=row.until),
                )
            )
        return tuple(found)

    def _rows(self, case: CaseFile) -> list[Row[tuple[object, ...]]]:
        query = (
            select(SealedContactRow.__table__)  # type: ignore[attr-defined]
            .where(col(SealedContactRow.case_id) == case.id)
            .order_by(col(SealedContactRow.id))
        )
        with self._database.read() as connection:
            return list(connection.execute(query))

    @staticmethod
    def _open(case: CaseFile, row: Row[tuple[object, ...]]) -> bytes:
        return case.unsealed.open(row.sealed, place("sealed_contact", case.pseudonym))
