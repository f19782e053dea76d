"""Files taken in: each chunk of rows goes in whole, together with how far the file has been read.

A crash in the middle of a file leaves the chunks before it stored and ``rows_done`` at the last of them; the
next run goes on there. A row seen before changes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import col

from graph.block import keys
from graph.model import Claim, Record, Role
from tracer.intake.placements import Placement
from tracer.intake.problems import Problem
from tracer.store.cases import CLOSED, OPEN, Cases, place, sealed_name
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.store.rewrap import same_epoch
from tracer.store.shredding import DESTROYED
from tracer.tables import Batch, Case, CaseKey, Placed, ProblemRow, RejectedRow
from tracer.vault import CaseKey as DataKey

RUNNING, DONE = "running", "done"
ROW_BITS = 63
# Enough that a fsync is shared by many rows, small enough that the log never waits long for the file.
CHUNK = 2000
SHELF_BITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPerson:
    """One person as a placed row names him; ``employee_id`` is his number with his employer."""

    record: Record
    claims: tuple[Claim, ...] = ()
    employee_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """What is sealed of one row: the texts as received, and the people it names as cleaned."""

    received: tuple[tuple[str, str], ...] = field(repr=False)
    people: tuple[PlacedPerson, ...]
    placed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """A batch as it stands. ``file_name`` is empty once its last case was returned."""

    id: int
    client: str
    kind: str
    state: str
    rows_done: int
    counts: Mapping[str, int]
    entry: int
    started_at: dt.datetime
    finished_at: dt.datetime | None
    file_name: str = field(repr=False)


@dataclass(slots=True)
class Applied:
    """What a chunk did, by name: new, updated, unchanged, rejected; and the cases it touched."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)

    def add(self, name: str, count: int = 1) -> None:
        """Count one more."""
        self.counts[name] = self.counts.get(name, 0) + count


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileName:
    name: str = field(repr=False)


class Batches:
    """The files one store has taken in."""

    def __init__(self, database: Database, cases: Cases) -> None:
        self._database = database
        self._cases = cases

    def find(self, client: str, file_digest: str, mapping_digest: str) -> BatchFile | None:
        """Give the batch of this very file under this very mapping, if it was begun before."""
        return self._one(
            col(Batch.client) == client,
            col(Batch.file_digest) == file_digest,
            col(Batch.mapping_digest) == mapping_digest,
        )

    def get(self, batch: int) -> BatchFile | None:
        """Give a batch by its number, if there is one."""
        return self._one(col(Batch.id) == batch)

    def _one(self, *where: ColumnElement[bool]) -> BatchFile | None:
        with self._database.read() as connection:
            row = connection.execute(
                select(Batch.__table__)  # type: ignore[attr-defined]
                .where(*where)
                .order_by(col(Batch.id).desc())
                .limit(1)
            ).one_or_none()
        if row is None:
            return None
        name = ""
        if row.wrapped_key != DESTROYED:
            sealed = self._database.vault.case_key(row.wrapped_key).open(row.sealed, "batch")
            name = unpack(_FileName, sealed).name
        return BatchFile(
            id=row.id,
            client=row.client,
            kind=row.kind,
            state=row.state,
            rows_done=row.rows_done,
            counts=json.loads(row.counts),
            entry=row.entry,
            started_at=row.started_at,
            finished_at=row.finished_at,
            file_name=name,
        )

    def begin(
        self,
        *,
        client: str,
        kind: str,
        file_digest: str,
        mapping_digest: str,
        file_name: str,
        at: dt.datetime,
        entry: int,
    ) -> int:
        """Begin a batch under its log entry; gives its id."""
        key = self._database.vault.new_case_key()
        with self._database.write() as connection:
            same_epoch(connection, self._database.vault.epoch)
            made = connection.execute(
                insert(Batch).returning(col(Batch.id)),
                {
                    "client": client,
                    "kind": kind,
                    "file_digest": file_digest,
                    "mapping_digest": mapping_digest,
                    "state": RUNNING,
                    "rows_done": 0,
                    "counts": "{}",
                    "started_at": at,
                    "wrapped_key": key.wrapped,
                    "sealed": key.seal(pack(_FileName(name=file_name)), "batch"),
                    "entry": entry,
                },
            ).scalar_one()
        assert made is not None, "a row that was stored has a number"
        return made

    def apply(
        self,
        batch: int,
        placements: Sequence[Placement],
        problems: Sequence[Problem],
        rejected: Sequence[tuple[int, Sequence[tuple[str, str]]]],
        rows_done: int,
        *,
        also: Mapping[str, int],
    ) -> Applied:
        """Store one chunk: cases, rows, keys, problems and how far the file is read. All or nothing.

        ``also`` are counts of what was stored elsewhere for this chunk.
        """
        applied = Applied(counts=dict(also))
        with self._database.write() as connection:
            same_epoch(connection, self._database.vault.epoch)
            row = connection.execute(
                select(col(Batch.client), col(Batch.counts), col(Batch.wrapped_key)).where(
                    col(Batch.id) == batch
                )
            ).one()
            self._apply(connection, batch, row.client, placements, applied)
            self._keep_rejected(connection, batch, row.wrapped_key, [*rejected, *_refused(applied)])
            _keep_problems(connection, batch, [*problems, *applied.problems])
            applied.add("rejected", len(rejected))
            applied.add("problems", len(problems) + len(applied.problems))
            counts = json.loads(row.counts)
            for name, count in applied.counts.items():
                counts[name] = counts.get(name, 0) + count
            connection.execute(
                update(Batch)
                .where(col(Batch.id) == batch)
                .values(rows_done=rows_done, counts=json.dumps(counts, sort_keys=True))
            )
        return applied

    def finish(self, batch: int, at: dt.datetime) -> None:
        """The whole file is in."""
        with self._database.write() as connection:
            connection.execute(update(Batch).where(col(Batch.id) == batch).values(state=DONE, finished_at=at))

    def problems(self, batch: int) -> Iterator[ProblemRow]:
        """Give a batch's problems in the order of the file."""
        with self._database.read() as connection:
            for row in connection.execute(
                select(ProblemRow.__table__)  # type: ignore[attr-defined]
                .where(col(ProblemRow.batch) == batch)
                .order_by(col(ProblemRow.row), col(ProblemRow.id))
            ):
                yield ProblemRow(**row._mapping)

    def _apply(
        self,
        connection: Connection,
        batch: int,
        client: str,
        placements: Sequence[Placement],
        applied: Applied,
    ) -> None:
        vault = self._database.vault
        blinds = [self._cases.number_blind(client, one.case) for one in placements]
        known = _existing(connection, client, blinds)
        fresh: dict[int, dict[str, object]] = {}
        data_keys: dict[int, DataKey] = {}
        for one, blind in zip(placements, blinds, strict=True):
            if blind in known or blind in fresh or one.kind != "placement":
                continue
            key = vault.new_case_key()
            pseudonym = key.pseudonym("case", one.case)
            data_keys[blind] = key
            fresh[blind] = {
                "client": client,
                "number_blind": blind,
                "pseudonym": pseudonym,
                "state": OPEN,
                "batch": batch,
                "wrapped_key": key.wrapped,
                "sealed": sealed_name(key, pseudonym, one.case, one.product),
                **_facts(one),
            }
        if fresh:
            made = connection.execute(
                insert(Case).returning(col(Case.id), sort_by_parameter_order=True), list(fresh.values())
            ).all()
            for (blind, values), row in zip(fresh.items(), made, strict=True):
                wrapped = data_keys[blind].wrapped
                known[blind] = _Known(row.id, str(values["pseudonym"]), OPEN, wrapped, fresh=True)
        self._rows(connection, batch, client, placements, blinds, known, data_keys, applied)

    def _rows(
        self,
        connection: Connection,
        batch: int,
        client: str,
        placements: Sequence[Placement],
        blinds: Sequence[int],
        known: dict[int, _Known],
        data_keys: dict[int, DataKey],
        applied: Applied,
    ) -> None:
        vault = self._database.vault
        seen = _rows_seen(connection, [found.id for found in known.values() if not found.fresh])
        placed: list[dict[str, object]] = []
        index: set[tuple[int, int]] = set()
        changes: list[dict[str, object]] = []
        states: dict[int, str] = {}
        first: dict[int, Record] = {}
        for one, blind in zip(placements, blinds, strict=True):
            found = known.get(blind)
            if found is None:
                applied.problems.append(one.problem("case.unknown", rejected=True))
                applied.add("rejected")
                continue
            if found.wrapped is None:
                applied.problems.append(one.problem("case.returned", rejected=True))
                applied.add("rejected")
                continue
            row_blind = vault.blind("placed_row", one.digest, bits=ROW_BITS)
            if (found.id, row_blind) in seen:
                applied.add("unchanged")
                continue
            key = data_keys.get(blind) or data_keys.setdefault(blind, vault.case_key(found.wrapped))
            debtor = _debtor(one)
            if debtor is not None:
                before = first.get(found.id) or (
                    None if found.fresh else self._debtor_of(connection, found, key)
                )
                if before is not None and _conflict(before, debtor):
                    applied.problems.append(one.problem("case.duplicate_conflict", rejected=True))
                    applied.add("rejected")
                    continue
                first.setdefault(found.id, debtor)
            seen.add((found.id, row_blind))
            row = PlacedRow(
                received=one.received,
                people=tuple(
                    PlacedPerson(record=who.record, claims=who.claims, employee_id=who.employee_id)
                    for who in one.people
                ),
                placed_on=one.placed_on,
            )
            placed.append(
                {
                    "case_id": found.id,
                    "batch": batch,
                    "row": one.place.row,
                    "row_blind": row_blind,
                    "sealed": key.seal(pack(row), place("placed", found.pseudonym)),
                }
            )
            for who in one.people:
                index.update((vault.blind("case_key", text), found.id) for text in keys(who.record))
            if one.kind in {"close", "recall"}:
                states[found.id] = CLOSED
            new_facts = {name: value for name, value in _facts(one).items() if value not in (None, "")}
            if not found.fresh and new_facts:
                changes.append({"case_id": found.id, **new_facts})
            applied.add("new" if found.fresh and found.id not in applied.touched else "updated")
            applied.touched.append(found.id)
        if placed:
            connection.execute(insert(Placed), placed)
        add_keys(connection, index)
        for change in changes:
            case_id = change.pop("case_id")
            connection.execute(
                update(Case).where(col(Case.id) == bindparam("b_id")).values(**change), {"b_id": case_id}
            )
        for case_id, state in states.items():
            connection.execute(update(Case).where(col(Case.id) == case_id).values(state=state))

    def _debtor_of(self, connection: Connection, found: _Known, key: DataKey) -> Record | None:
        rows = connection.execute(
            select(col(Placed.sealed)).where(col(Placed.case_id) == found.id).order_by(col(Placed.id))
        )
        for row in rows:
            for who in unpack(PlacedRow, key.open(row.sealed, place("placed", found.pseudonym))).people:
                if who.record.role is Role.DEBTOR and (who.record.ids or who.record.names):
                    return who.record
        return None

    def _keep_rejected(
        self,
        connection: Connection,
        batch: int,
        wrapped: bytes,
        rows: Sequence[tuple[int, Sequence[tuple[str, str]]]],
    ) -> None:
        if not rows:
            return
        if wrapped == DESTROYED:
            # Every case of its first part was returned before the file was read to its end.
            key = self._database.vault.new_case_key()
            name = key.seal(pack(_FileName(name="")), "batch")
            connection.execute(
                update(Batch).where(col(Batch.id) == batch).values(wrapped_key=key.wrapped, sealed=name)
            )
        else:
            key = self._database.vault.case_key(wrapped)
        connection.execute(
            insert(RejectedRow),
            [
                {
                    "batch": batch,
                    "row": row,
                    "sealed": key.seal(pack(PlacedRow(received=tuple(received), people=())), "rejected_row"),
                }
                for row, received in rows
            ],
        )


def add_keys(connection: Connection, index: set[tuple[int, int]]) -> None:
    """Store which cases have which blind key, as ``(value, case id)``; what is known already changes nothing.

    They are the most numerous rows by far, so they go to the driver as they are; in the order of the table,
    so that each of its pages is written once a chunk.
    """
    if index:
        insertion = insert_or(CaseKey).on_conflict_do_nothing()
        words = insertion.compile(dialect=connection.dialect, column_keys=["shelf", "value", "case_id"])
        rows = sorted((case_id >> SHELF_BITS, value, case_id) for value, case_id in index)
        connection.exec_driver_sql(str(words), rows)


def holders(connection: Connection, values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the cases that have one of these blind keys, as ``(value, case id)``."""
    last = connection.execute(_LAST_CASE).scalar_one() or 0
    shelves = range((last >> SHELF_BITS) + 1)
    for start in range(0, len(values), 500):
        for row in connection.execute(
            _HOLDERS, {"shelves": list(shelves), "values": list(values[start : start + 500])}
        ):
            yield row.value, row.case_id


_LAST_CASE = select(func.max(col(Case.id)))
_HOLDERS = select(col(CaseKey.value), col(CaseKey.case_id)).where(
    col(CaseKey.shelf).in_(bindparam("shelves", expanding=True)),
    col(CaseKey.value).in_(bindparam("values", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    pseudonym: str
    state: str
    wrapped: bytes | None
    fresh: bool = False


def _facts(one: Placement) -> dict[str, object]:
    return {
        "placed_on": one.placed_on,
        "return_by": one.return_by,
        "opened_on": one.opened_on,
        "currency": one.currency,
        "amount_due": one.amount_due,
    }


def _existing(connection: Connection, client: str, blinds: Sequence[int]) -> dict[int, _Known]:
    found: dict[int, _Known] = {}
    wanted = sorted(set(blinds))
    for start in range(0, len(wanted), 500):
        for row in connection.execute(
            select(
                col(Case.id),
                col(Case.number_blind),
                col(Case.pseudonym),
                col(Case.state),
                col(Case.wrapped_key),
            ).where(col(Case.client) == client, col(Case.number_blind).in_(wanted[start : start + 500]))
        ):
            found[row.number_blind] = _Known(row.id, row.pseudonym, row.state, row.wrapped_key)
    return found


def _rows_seen(connection: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        for row in connection.execute(
            select(col(Placed.case_id), col(Placed.row_blind)).where(col(Placed.case_id).in_(part))
        ):
            seen.add((row.case_id, row.row_blind))
    return seen


def _debtor(one: Placement) -> Record | None:
    return next((who.record for who in one.people if who.record.role is Role.DEBTOR), None)


def _conflict(before: Record, now: Record) -> bool:
    """True when one case number stands for two people: two whole ids of one scheme that differ, or, where
    either row has no whole id, names that have nothing in common."""
    mine = {(one.scheme, one.value) for one in before.ids if not one.masked and one.sound}
    theirs = {(one.scheme, one.value) for one in now.ids if not one.masked and one.sound}
    if mine & theirs:
        return False
    if {scheme for scheme, _ in mine} & {scheme for scheme, _ in theirs}:
        return True
    if not before.names or not now.names or any(name.masked for name in (*before.names, *now.names)):
        return False
    return not (_words(before) & _words(now))


def _words(record: Record) -> frozenset[str]:
    return frozenset(
        word
        for name in record.names
        for word in (name.text, *name.romanised.split(), *name.text.lower().split())
    )


def _refused(applied: Applied) -> list[tuple[int, Sequence[tuple[str, str]]]]:
    return [(problem.row, problem.received) for problem in applied.problems if problem.rejected]


def _keep_problems(connection: Connection, batch: int, problems: Sequence[Problem]) -> None:
    if problems:
        connection.execute(
            insert(ProblemRow),
            [
                {
                    "batch": batch,
                    "sheet": problem.sheet,
                    "row": problem.row,
                    "column": problem.column,
                    "code": problem.code,
                    "shown": problem.shown,
                    "params": json.dumps(dict(problem.params), ensure_ascii=False),
                    "rejected": problem.rejected,
                }
                for problem in problems
            ],
        )
