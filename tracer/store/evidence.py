"""What was found of a case: the people its file names, each look-up with what it showed, cases it may use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Row, bindparam, func, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import col

from graph.block import keys
from graph.model import Claim, LineFact, Record, Role
from sources.contract import Outcome
from tracer.log.tables import LogEntry
from tracer.store.batches import PlacedRow, add_keys, holders
from tracer.store.cases import CaseFile, Cases, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.tables import Batch, Case, Link, LookupRow, Placed

# More cases than this sharing one key says the key is a switchboard's or a typing habit, not a person's.
TOO_COMMON = 50
KEYS_A_CASE = 8  # of a placement with a spouse and two contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What look-ups showed, each piece with the log entry it hangs on."""

    records: tuple[Record, ...] = ()
    claims: tuple[Claim, ...] = ()
    facts: tuple[LineFact, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            records=self.records + other.records,
            claims=self.claims + other.claims,
            facts=self.facts + other.facts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment to look back at: when a call was made, the house's zone, and the entry of the call's note.

    What was in hand then was in the log before the note, and not on a later day than the call. What was
    learned on the day itself counts: the hour of a call is written down by hand.
    """

    at: dt.datetime
    zone: dt.tzinfo
    entry: int

    @property
    def day(self) -> dt.date:
        """The day of the call."""
        return self.at.astimezone(self.zone).date()

    def had(self, entry: int, at: dt.datetime) -> bool:
        """True when what was logged as ``entry`` at ``at`` was in hand."""
        return entry < self.entry and at.astimezone(self.zone).date() <= self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupDone:
    """One look-up as it ended: its entry, source, subject (a number's token or empty), outcome and price."""

    entry: int
    source: str
    subject: str
    outcome: Outcome
    at: dt.datetime
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _RecordOnly:
    """A ``PlacedPerson`` without his claims."""

    record: Record = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowOfRecords:
    """A ``PlacedRow`` without what was received."""

    people: tuple[_RecordOnly, ...] = field(repr=False)


class Evidence:
    """The findings of one store."""

    def __init__(self, database: Database, cases: Cases) -> None:
        self._database = database
        self._cases = cases

    def people(self, case: CaseFile) -> tuple[tuple[Record, tuple[Claim, ...]], ...]:
        """Give the people the case's file names, one record each, with the claims on their numbers.

        A later row adds to an earlier one: the newest text of a field counts, and no number is forgotten. A
        claim is dated by the day somebody gave the number, as far as the files tell (see ``_given_on``): that
        a creditor writes an old number into this month's file does not make it this month's.
        """
        return self._people(case, self._placed([case.id]).get(case.id, ()))

    def _placed(self, ids: Sequence[int]) -> dict[int, list[Row[int, int, bytes, dt.datetime]]]:
        """Give the rows received for these cases, oldest first."""
        found: dict[int, list[Row[int, int, bytes, dt.datetime]]] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                for row in connection.execute(_PLACED, {"ids": list(ids[start : start + 500])}):
                    found.setdefault(row.case_id, []).append(row)
        return found

    @staticmethod
    def _people(
        case: CaseFile, rows: Sequence[Row[int, int, bytes, dt.datetime]]
    ) -> tuple[tuple[Record, tuple[Claim, ...]], ...]:
        key = case.unsealed
        records: dict[str, Record] = {}
        claims: dict[str, dict[tuple[object, ...], Claim]] = {}
        for row in rows:
            opened = unpack(PlacedRow, key.open(row.sealed, place("placed", case.pseudonym)))
            later = row.batch != rows[0].batch
            for who in opened.people:
                slot = who.record.record
                name = f"{case.id}.{slot}"
                record = replace(who.record, record=name, case=case.pseudonym)
                records[slot] = _merged(records[slot], record) if slot in records else record
                for claim in who.claims:
                    known = claims.setdefault(slot, {})
                    # The first row that names a number tells when it was given; the others repeat it.
                    known.setdefault(
                        (claim.phone, claim.stated_user),
                        replace(
                            claim, record=name, date=_given_on(claim, case, later, row.started_at.date())
                        ),
                    )
        return tuple((record, tuple(claims.get(slot, {}).values())) for slot, record in records.items())

    def keep_all(self, pieces: Sequence[tuple[CaseFile, LookupDone, Findings]]) -> None:
        """Store how look-ups ended and what they showed, in one transaction, with keys of those found."""
        rows, index = self._rows(pieces)
        with self._database.write() as connection:
            connection.execute(insert(LookupRow), rows)
            add_keys(connection, index)

    def keep_within(
        self, connection: Connection, pieces: Sequence[tuple[CaseFile, LookupDone, Findings]]
    ) -> None:
        """The same within a transaction that stores more."""
        rows, index = self._rows(pieces)
        connection.execute(insert(LookupRow), rows)
        add_keys(connection, index)

    def _rows(
        self, pieces: Sequence[tuple[CaseFile, LookupDone, Findings]]
    ) -> tuple[list[dict[str, object]], set[tuple[int, int]]]:
        blind = self._database.vault.blind
        rows: list[dict[str, object]] = []
        index: set[tuple[int, int]] = set()
        for case, done, findings in pieces:
            something = findings.records or findings.claims or findings.facts
            key = case.unsealed
            rows.append(
                {
                    "entry": done.entry,
                    "case_id": case.id,
                    "source": done.source,
                    "subject": done.subject,
                    "outcome": done.outcome.value,
                    "at": done.at,
                    "price": done.price,
                    "sealed": key.seal(pack(findings), place("lookup", case.pseudonym))
                    if something
                    else None,
                }
            )
            index |= {
                (blind("case_key", text), case.id) for record in findings.records for text in keys(record)
            }
        return rows, index

    def lookups(self, case: CaseFile) -> tuple[LookupDone, ...]:
        """Give every look-up made for the case, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(_LOOKUPS, {"id": case.id}).all()
        return tuple(
            LookupDone(
                entry=row.entry,
                source=row.source,
                subject=row.subject,
                outcome=Outcome(row.outcome),
                at=row.at,
                price=row.price,
            )
            for row in rows
        )

    def counts(self, ids: Sequence[int]) -> dict[int, int]:
        """How many look-ups were made for each of these cases; a case without any is left out."""
        found: dict[int, int] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                part = list(ids[start : start + 500])
                for row in connection.execute(
                    select(col(LookupRow.case_id), func.count().label("many"))
                    .where(col(LookupRow.case_id).in_(part))
                    .group_by(col(LookupRow.case_id))
                ):
                    found[row.case_id] = row.many
        return found

    def spent(self, case: CaseFile) -> int:
        """What look-ups have cost this case, in minor units."""
        with self._database.read() as connection:
            return int(
                connection.execute(
                    select(func.coalesce(func.sum(LookupRow.price), 0)).where(
                        col(LookupRow.case_id) == case.id
                    )
                ).scalar_one()
            )

    def spent_since(self, since: dt.datetime, client: str | None = None) -> int:
        """What look-ups have cost since a time, in minor units: a client's cases, or all."""
        wanted = select(func.coalesce(func.sum(LookupRow.price), 0)).where(col(LookupRow.at) >= since)
        if client is not None:
            wanted = wanted.join(Case, col(Case.id) == col(LookupRow.case_id)).where(
                col(Case.client) == client
            )
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def found(self, case: CaseFile, moment: Moment | None = None) -> Findings:
        """Give what the case's own look-ups showed; with ``moment`` only what was in hand then.

        Of a look-up about the whole case the last answer counts (the file was read again), also when it says
        that there is nothing (any more); one that failed says nothing. Of a look-up about a number all count:
        each is an observation on its own day.
        """
        with self._database.read() as connection:
            rows = connection.execute(_FOUND, {"id": case.id}).all()
        key = case.unsealed
        whole: dict[str, bytes | None] = {}
        sealed: list[bytes | None] = []
        for row in rows:
            if moment is not None and not moment.had(row.entry, row.at):
                continue
            if row.subject:
                sealed.append(row.sealed)
            else:
                whole[row.source] = row.sealed
        found = Findings()
        for one in [*whole.values(), *sealed]:
            if one is not None:
                found += unpack(Findings, key.open(one, place("lookup", case.pseudonym)))
        return found

    def sharing(self, case: CaseFile, clients: Iterable[str]) -> tuple[CaseFile, ...]:
        """Give the other cases of ``clients`` that share a whole key with this one (碰案), none returned.

        The blind index may bring a case that shares nothing; the clear keys are compared before it is given.
        """
        wanted = self._keys(case)
        allowed = frozenset(clients)
        others = [
            other
            for other in self._cases.many(self._candidates(case, wanted))
            if other.client in allowed and other.key is not None
        ]
        placed = self._placed([other.id for other in others])
        return tuple(other for other in others if self._shares(other, placed.get(other.id, ()), wanted))

    def _shares(
        self, case: CaseFile, rows: Sequence[Row[int, int, bytes, dt.datetime]], wanted: set[str]
    ) -> bool:
        if len(rows) == 1:
            # Most of what a blind index finds are strangers: of their only row nothing else need be read.
            sealed = case.unsealed.open(rows[0].sealed, place("placed", case.pseudonym))
            return any(wanted & keys(who.record) for who in unpack(_RowOfRecords, sealed).people)
        return any(wanted & keys(record) for record, _ in self._people(case, rows))

    def candidates(self, case: CaseFile) -> tuple[int, ...]:
        """Give the cases that ``sharing`` opens, whoever's they are: those under one of the case's blind
        values."""
        return self._candidates(case, self._keys(case))

    def _keys(self, case: CaseFile) -> set[str]:
        records = [*(record for record, _ in self.people(case)), *self.found(case).records]
        return {text for record in records for text in keys(record)}

    def _candidates(self, case: CaseFile, wanted: Iterable[str]) -> tuple[int, ...]:
        blind = self._database.vault.blind
        values = sorted({blind("case_key", text) for text in wanted})
        counts: dict[int, list[int]] = {}
        with self._database.read() as connection:
            for value, holder in holders(connection, values):
                if holder != case.id:
                    counts.setdefault(value, []).append(holder)
        too_common = TOO_COMMON + 4 * self._strangers()
        return tuple(sorted({one for ids in counts.values() if len(ids) <= too_common for one in ids}))

    def _strangers(self) -> int:
        """How many cases share a blind value by chance: no reason, in a large store, to pass a key over."""
        with self._database.read() as connection:
            last = connection.execute(select(func.max(col(Case.id)))).scalar() or 0
        return int(last * KEYS_A_CASE) >> self._database.vault.bits

    def having(self, key: str, *, debtor: bool = False) -> tuple[CaseFile, ...]:
        """Give the cases in which somebody has this whole key (``phone:…``, ``id:…:…``), none returned.

        With ``debtor`` only those whose debtor has it. The clear keys are compared, as in ``sharing``.
        """
        return tuple(case for case in self.perhaps_having(key) if self._has(case, key, debtor))

    def perhaps_having(self, key: str) -> tuple[CaseFile, ...]:
        """Give the cases that may hold this key, strangers among them: whoever asks compares clear values."""
        value = self._database.vault.blind("case_key", key)
        with self._database.read() as connection:
            ids = sorted({holder for _value, holder in holders(connection, [value])})
        return tuple(case for case in self._cases.many(ids) if case.key)

    def index(self, case: CaseFile, texts: Iterable[str]) -> None:
        """Let a case be found by keys that no file and no look-up brought: what its debtor put right."""
        blind = self._database.vault.blind
        with self._database.write() as connection:
            add_keys(connection, {(blind("case_key", text), case.id) for text in texts})

    def _has(self, case: CaseFile, key: str, debtor: bool) -> bool:
        records = [record for record, _claims in self.people(case)] + list(self.found(case).records)
        return any(key in keys(one) for one in records if not debtor or one.role is Role.DEBTOR)

    def link(self, case: CaseFile, others: Sequence[CaseFile], entry: int) -> None:
        """Let the case use other cases' records, under the log entry that decided it."""
        if others:
            with self._database.write() as connection:
                connection.execute(
                    insert_or(Link).on_conflict_do_nothing(),
                    [{"case_id": case.id, "other_id": other.id, "entry": entry} for other in others],
                )

    def linked(self, case: CaseFile, moment: Moment | None = None) -> tuple[CaseFile, ...]:
        """Give the cases whose records this one may use, those returned since left out.

        With ``moment`` only those it might use then.
        """
        with self._database.read() as connection:
            ids = [
                row.other_id
                for row in connection.execute(_LINKED, {"id": case.id})
                if moment is None or moment.had(row.entry, dt.datetime.fromisoformat(row.at))
            ]
        return tuple(other for other in self._cases.many(ids) if other.key is not None)


# Built once: putting a statement together takes longer than the database takes to answer it.
_PLACED = (
    select(col(Placed.case_id), col(Placed.batch), col(Placed.sealed), col(Batch.started_at))
    .join(Batch, col(Batch.id) == col(Placed.batch))
    .where(col(Placed.case_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Placed.id))
)
_LOOKUPS = (
    select(
        col(LookupRow.entry),
        col(LookupRow.source),
        col(LookupRow.subject),
        col(LookupRow.outcome),
        col(LookupRow.at),
        col(LookupRow.price),
    )
    .where(col(LookupRow.case_id) == bindparam("id"))
    .order_by(col(LookupRow.entry))
)
_FOUND = (
    select(
        col(LookupRow.entry),
        col(LookupRow.at),
        col(LookupRow.source),
        col(LookupRow.subject),
        col(LookupRow.sealed),
    )
    .where(
        col(LookupRow.case_id) == bindparam("id"),
        col(LookupRow.outcome).in_([Outcome.ANSWERED.value, Outcome.NO_RECORD.value]),
    )
    .order_by(col(LookupRow.entry))
)
_LINKED = (
    select(col(Link.other_id), col(Link.entry), col(LogEntry.at))
    .join(LogEntry, col(LogEntry.seq) == col(Link.entry))
    .where(col(Link.case_id) == bindparam("id"))
    .order_by(col(Link.other_id))
)


def _given_on(claim: Claim, case: CaseFile, later: bool, taken_in: dt.date) -> dt.date | None:
    """Give the day somebody gave the creditor a number of his file; None when nobody knows.

    The file a case comes with repeats what the debtor wrote when the account was opened. Without that day (or
    with one to come) only a date before the placement counts (``as_of``): the placement's own is the day of
    copying. A number that a later file brings is as fresh as that file; one that says no day of its own came
    when we took it in.
    """
    said, placed = claim.date, case.placed_on or dt.date.min
    if later:
        return min(said, taken_in) if said is not None and said > placed else taken_in
    if case.opened_on is not None and case.opened_on <= taken_in:
        return case.opened_on
    return said if said is not None and said < placed else None


def _merged(older: Record, newer: Record) -> Record:
    """One slot of two rows: what the newer says counts, what it leaves empty stays, nothing is doubled."""
    return replace(
        newer,
        role=newer.role if newer.role is not Role.OTHER else older.role,
        seen_on=newer.seen_on or older.seen_on,
        names=newer.names or older.names,
        ids=newer.ids or older.ids,
        born=newer.born or older.born,
        phones=tuple(dict.fromkeys((*older.phones, *newer.phones))),
        addresses=tuple(dict.fromkeys((*older.addresses, *newer.addresses))),
        employers=tuple(dict.fromkeys((*older.employers, *newer.employers))),
        emails=tuple(dict.fromkeys((*older.emails, *newer.emails))),
    )
