"""Data files of one store: what was sent under which token, what of it came back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, or_, select, update
from sqlmodel import col

from tracer.store.cases import CaseFile, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.store.evidence import Evidence, Findings, LookupDone
from tracer.store.file_tables import SentFileRow, SentPersonRow, TakenFileRow

MAKING, SENT = "making", "sent"
# Tokens and files are found by whole indexes: a truncated one would match strangers by chance.
_BITS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """What is sealed of a row: its cells by column, in their order, the token among them."""

    cells: tuple[Cell, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a row."""

    column: str = field(repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One file of people: its number, source, state, and how many rows it has and were answered."""

    id: int
    source: str = field(repr=False)
    state: str = field(repr=False)
    begun_at: dt.datetime
    sent_at: dt.datetime | None
    expires_on: dt.date
    entry: int
    rows: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPerson:
    """One row that was sent: whose case, until when its answer is taken, whether it came already."""

    id: int
    case_id: int
    entry: int
    expires_on: dt.date
    taken: bool


class Files:
    """The data files of one store."""

    def __init__(self, database: Database, evidence: Evidence) -> None:
        self._database = database
        self._evidence = evidence

    def unfinished(self, source: str) -> SentFile | None:
        """Give the file of a source that is still being made: a crash left it, or nobody finished it."""
        return next((one for one in self.listed(source) if one.state == MAKING), None)

    def begin(self, source: str, actor: str, at: dt.datetime, expires_on: dt.date, entry: int) -> int:
        """Begin a file; gives its number."""
        with self._database.write() as connection:
            number = connection.execute(
                insert(SentFileRow).returning(col(SentFileRow.id)),
                {
                    "source": source,
                    "state": MAKING,
                    "actor": actor,
                    "begun_at": at,
                    "expires_on": expires_on,
                    "entry": entry,
                },
            ).scalar_one()
        assert number is not None, "a row that was stored has a number"
        return number

    def add(self, file: int, rows: Sequence[tuple[CaseFile, str, Mapping[str, str], int]]) -> None:
        """Store rows of a file: case, token, cells and log entry of each."""
        if not rows:
            return
        with self._database.write() as connection:
            connection.execute(
                insert(SentPersonRow),
                [
                    {
                        "file_id": file,
                        "case_id": case.id,
                        "token_blind": self._token(token),
                        "sealed": case.unsealed.seal(
                            pack(
                                SentLine(
                                    cells=tuple(Cell(column=name, text=text) for name, text in cells.items())
                                )
                            ),
                            place("sent_person", case.pseudonym),
                        ),
                        "entry": entry,
                    }
                    for case, token, cells, entry in rows
                ],
            )

    def cases_in(self, file: int) -> frozenset[int]:
        """The cases that have a row in a file."""
        with self._database.read() as connection:
            query = select(col(SentPersonRow.case_id)).where(col(SentPersonRow.file_id) == file)
            return frozenset(connection.scalars(query))

    def busy(self, source: str, today: dt.date, since: dt.datetime) -> frozenset[int]:
        """The cases whose row is out and may still come back, or was answered since a time."""
        query = (
            select(col(SentPersonRow.case_id))
            .join(SentFileRow, col(SentFileRow.id) == col(SentPersonRow.file_id))
            .where(
                col(SentFileRow.source) == source,
                or_(
                    col(SentPersonRow.taken_at).is_(None) & (col(SentFileRow.expires_on) >= today),
                    col(SentPersonRow.taken_at) >= since,
                ),
            )
            .distinct()
        )
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def lines(self, file: int, cases: Mapping[int, CaseFile]) -> list[dict[str, str]]:
        """Give a file's rows, opened; those of cases returned meanwhile are gone."""
        query = (
            select(col(SentPersonRow.case_id), col(SentPersonRow.sealed))
            .where(col(SentPersonRow.file_id) == file)
            .order_by(col(SentPersonRow.token_blind))
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        found = []
        for row in rows:
            case = cases[row.case_id]
            if case.key is not None:
                line = unpack(SentLine, case.key.open(row.sealed, place("sent_person", case.pseudonym)))
                found.append({cell.column: cell.text for cell in line.cells})
        return found

    def finish(self, file: int, at: dt.datetime, entry: int) -> None:
        """Say that a file is written."""
        with self._database.write() as connection:
            connection.execute(
                update(SentFileRow)
                .where(col(SentFileRow.id) == file)
                .values(state=SENT, sent_at=at, sent_entry=entry)
            )

    def drop(self, file: int) -> None:
        """Forget a file that got no row."""
        with self._database.write() as connection:
            connection.execute(delete(SentFileRow).where(col(SentFileRow.id) == file))

    def matched(self, source: str, tokens: Sequence[str]) -> dict[str, SentPerson]:
        """Give the rows these tokens stand for, of files of this source that were sent."""
        blind = {self._token(token): token for token in tokens}
        values = sorted(blind)
        found: dict[str, SentPerson] = {}
        with self._database.read() as connection:
            for start in range(0, len(values), 500):
                for row in connection.execute(
                    select(
                        col(SentPersonRow.id),
                        col(SentPersonRow.case_id),
                        col(SentPersonRow.token_blind),
                        col(SentPersonRow.entry),
                        col(SentPersonRow.taken_at),
                        col(SentFileRow.expires_on),
                    )
                    .join(SentFileRow, col(SentFileRow.id) == col(SentPersonRow.file_id))
                    .where(
                        col(SentFileRow.source) == source,
                        col(SentFileRow.state) == SENT,
                        col(SentPersonRow.token_blind).in_(values[start : start + 500]),
                    )
                ):
                    found[blind[row.token_blind]] = SentPerson(
                        id=row.id,
                        case_id=row.case_id,
                        entry=row.entry,
                        expires_on=row.expires_on,
                        taken=row.taken_at is not None,
                    )
        return found

    def take(self, pieces: Sequence[tuple[SentPerson, CaseFile, LookupDone, Findings]]) -> None:
        """Store answers and that they came, all of these or none."""
        if not pieces:
            return
        with self._database.write() as connection:
            for row, _case, done, _findings in pieces:
                connection.execute(
                    update(SentPersonRow)
                    .where(col(SentPersonRow.id) == row.id)
                    .values(taken_at=done.at, taken_entry=done.entry)
                )
            self._evidence.keep_within(
                connection, [(case, done, findings) for _row, case, done, findings in pieces]
            )

    def taken(self, source: str, digest: str) -> bool:
        """Tell whether a file with this SHA-256 was taken to its end."""
        with self._database.read() as connection:
            query = select(col(TakenFileRow.id)).where(
                col(TakenFileRow.file_blind) == self._file(source, digest)
            )
            return connection.execute(query).first() is not None

    def taken_up(self, source: str, digest: str, at: dt.datetime, entry: int) -> None:
        """Say that a file was taken to its end."""
        with self._database.write() as connection:
            connection.execute(
                insert(TakenFileRow),
                {"source": source, "file_blind": self._file(source, digest), "at": at, "entry": entry},
            )

    def listed(self, source: str | None = None) -> tuple[SentFile, ...]:
        """Give the files that were made, oldest first, with their counts."""
        query = select(SentFileRow.__table__).order_by(col(SentFileRow.id))  # type: ignore[attr-defined]
        if source is not None:
            query = query.where(col(SentFileRow.source) == source)
        counts = select(
            col(SentPersonRow.file_id),
            func.count().label("rows"),
            func.count(col(SentPersonRow.taken_at)).label("taken"),
        ).group_by(col(SentPersonRow.file_id))
        with self._database.read() as connection:
            many = {row.file_id: (row.rows, row.taken) for row in connection.execute(counts)}
            return tuple(
                SentFile(
                    id=row.id,
                    source=row.source,
                    state=row.state,
                    begun_at=row.begun_at,
                    sent_at=row.sent_at,
                    expires_on=row.expires_on,
                    entry=row.entry,
                    rows=many.get(row.id, (0, 0))[0],
                    taken=many.get(row.id, (0, 0))[1],
                )
                for row in connection.execute(query)
            )

    def _token(self, token: str) -> int:
        return self._database.vault.blind("sent_token", token, bits=_BITS)

    def _file(self, source: str, digest: str) -> int:
        return self._database.vault.blind("taken_file", f"{source}|{digest}", bits=_BITS)
