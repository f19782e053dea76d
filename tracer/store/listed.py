"""Suppression lists: who must not be contacted, found by blind index and never read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, insert, or_, select, update
from sqlmodel import col

from graph.clean.text import has_han, simplified
from graph.model import Bar, Name, PartialDate, Record
from tracer.store.database import Database
from tracer.tables import ListedRow
from tracer.vault import EXACT_BITS

_PAGE = 400
PHONE = "phone:"


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One loading of a list: ``entry`` names it; ``ended`` of its ``values`` count no more."""

    entry: int
    code: str
    client: str
    values: int
    ended: int
    at: dt.datetime


def person_key(name: Name, born: PartialDate) -> str:
    """Give the key of a whole name with a whole date of birth; empty where one of them is not whole.

    Exact on purpose: characters as written (simplified), or the sorted words of a Latin name. A likeness of
    names is the matcher's business; a list bars nobody for sounding like somebody.
    """
    words = _words(name)
    if not words or born.month is None or born.day is None:
        return ""
    return f"person:{words}|{born.year:04d}-{born.month:02d}-{born.day:02d}"


def whole_names(record: Record) -> frozenset[str]:
    """Give a record's whole names in the form a list compares them in."""
    return frozenset(_words(name) for name in record.names) - {""}


def _words(name: Name) -> str:
    if name.masked:
        return ""
    text = simplified(name.text).casefold()
    return "".join(text.split()) if has_han(text) else " ".join(sorted(text.replace("-", " ").split()))


def keys_of(record: Record) -> frozenset[str]:
    """Give the keys under which a list may know somebody: whole numbers, ids, and name with birth date."""
    found = {f"{PHONE}{phone.key}" for phone in record.phones if not phone.masked}
    found |= {f"id:{one.scheme}:{one.value}" for one in record.ids if not one.masked and one.value}
    born = [record.born]
    born += [
        PartialDate(year=day.year, month=day.month, day=day.day)
        for one in record.ids
        if (day := one.born) is not None
    ]
    found |= {person_key(name, day) for name in record.names for day in born if day is not None}
    return frozenset(found - {""})


class Lists:
    """The suppression lists of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _blind(self, text: str) -> int:
        return self._database.vault.blind("listed", text, bits=EXACT_BITS)

    def add(
        self,
        values: Iterable[tuple[str, dt.date | None]],
        *,
        code: str,
        client: str,
        at: dt.datetime,
        entry: int,
    ) -> int:
        """Store the keys of a list, all or none, each once; gives how many. ``client`` empty: for all."""
        latest: dict[int, dt.date | None] = {}
        for text, until in values:
            value = self._blind(text)
            known = latest.get(value, until)
            # Twice in a file: without an end wins, then the later end.
            latest[value] = None if known is None or until is None else max(known, until)
        rows = [
            {"value_blind": value, "code": code, "client": client, "until": until, "at": at, "entry": entry}
            for value, until in latest.items()
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(insert(ListedRow), rows)
        return len(rows)

    def bars(self, texts: Sequence[str], client: str, today: dt.date) -> dict[str, tuple[Bar, ...]]:
        """Give the bars that lists put on keys, for a client and a day, by the key."""
        blinds = {self._blind(text): text for text in texts}
        found: dict[str, list[Bar]] = {}
        wanted = sorted(blinds)
        with self._database.read() as connection:
            for start in range(0, len(wanted), _PAGE):
                rows = connection.execute(
                    select(
                        col(ListedRow.value_blind),
                        col(ListedRow.code),
                        col(ListedRow.at),
                        col(ListedRow.entry),
                    )
                    .where(
                        col(ListedRow.value_blind).in_(wanted[start : start + _PAGE]),
                        col(ListedRow.undone_by).is_(None),
                        col(ListedRow.client).in_(["", client]),
                        or_(col(ListedRow.until).is_(None), col(ListedRow.until) >= today),
                    )
                    .order_by(col(ListedRow.id))
                )
                for row in rows:
                    found.setdefault(blinds[row.value_blind], []).append(
                        Bar(code=row.code, at=row.at, entry=row.entry)
                    )
        return {text: tuple(bars) for text, bars in found.items()}

    def lists(self, today: dt.date) -> tuple[List, ...]:
        """Give the loadings that stand, oldest first."""
        ended = func.sum(case((col(ListedRow.until) < today, 1), else_=0))
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    col(ListedRow.entry),
                    col(ListedRow.code),
                    col(ListedRow.client),
                    func.count().label("many"),
                    ended.label("ended"),
                    func.min(col(ListedRow.at)).label("at"),
                )
                .where(col(ListedRow.undone_by).is_(None))
                .group_by(col(ListedRow.entry), col(ListedRow.code), col(ListedRow.client))
                .order_by(col(ListedRow.entry))
            ).all()
        return tuple(
            List(
                entry=row.entry,
                code=row.code,
                client=row.client,
                values=row.many,
                ended=row.ended or 0,
                at=row.at,
            )
            for row in rows
        )

    def take_off(self, entry: int, by: int) -> int:
        """Take a whole loading back under the log entry ``by``; gives how many keys it had."""
        with self._database.write() as connection:
            done = connection.execute(
                update(ListedRow)
                .where(col(ListedRow.entry) == entry, col(ListedRow.undone_by).is_(None))
                .values(undone_by=by)
            )
            return int(done.rowcount)
