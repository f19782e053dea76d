"""Enquiries of one store: drafted, sent, answered; their scanned papers; and who was asked about whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Row, insert, select, update
from sqlmodel import col

from sources.enquiry import Addressee, Asks, Kind, Told
from tracer.store.cases import CaseFile, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.store.evidence import Evidence, Findings, LookupDone
from tracer.tables import EnquiryPaper, EnquiryParty, EnquiryRow

DRAFTED, SENT, ANSWERED, REFUSED, WITHDRAWN = "drafted", "sent", "answered", "refused", "withdrawn"
# Told by the calendar, never stored: nobody need be at work for a day to pass.
EXPIRED, NO_ANSWER = "expired", "no_answer"
# Pairs and papers are found by whole indexes: a truncated one would refuse by chance.
_BITS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is sealed of an enquiry: whom it goes to, each line as it was drafted, how it was sent."""

    addressee: str = field(repr=False)
    postal: str = field(default="", repr=False)
    order: str = field(default="", repr=False)
    court: str = field(default="", repr=False)
    lines: tuple[WrittenLine, ...] = field(default=(), repr=False)
    how: str = field(default="", repr=False)
    tracking: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenLine:
    """One line of the document."""

    style: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnquiry:
    """An enquiry that policy allowed, to be stored."""

    reference: str
    source: str
    kind: Kind
    addressee: Addressee
    asks: Asks
    language: str
    actor: str
    at: dt.datetime
    due_on: dt.date
    expires_on: dt.date
    written: Written
    pairs: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquired:
    """One enquiry as it stands. ``written`` and ``told`` are None once the case was returned."""

    id: int
    case_id: int
    reference: str
    source: str
    kind: Kind
    addressee: Addressee
    asks: Asks
    language: str
    stored: str
    actor: str
    drafted_at: dt.datetime
    sent_at: dt.datetime | None
    due_on: dt.date
    expires_on: dt.date
    ended_at: dt.datetime | None
    entry: int
    written: Written | None = field(default=None, repr=False)
    told: Told | None = field(default=None, repr=False)

    def state(self, today: dt.date) -> str:
        """Where it stands on a day: as stored, or what the calendar made of it."""
        if today > self.expires_on and self.stored == DRAFTED:
            return EXPIRED
        return NO_ANSWER if today > self.expires_on and self.stored == SENT else self.stored

    def due(self, today: dt.date) -> bool:
        """Tell whether somebody has to look at it: not sent, or sent and overdue for an answer."""
        return self.stored in {DRAFTED, SENT} and today >= self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaper:
    """A scanned paper to be filed: what it is, its content, and the SHA-256 of it in hex."""

    media: str
    content: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A scanned paper, without its content."""

    id: int
    media: str
    size: int
    at: dt.datetime
    entry: int


class Enquiries:
    """The enquiries of one store."""

    def __init__(self, database: Database, evidence: Evidence) -> None:
        self._database = database
        self._evidence = evidence

    def pairs(self, addressee: str, debtor: Iterable[str]) -> tuple[int, ...]:
        """Give the blind indexes of an addressee together with each key of a debtor."""
        blind = self._database.vault.blind
        return tuple(sorted({blind("enquired", f"{addressee}|{key}", bits=_BITS) for key in debtor}))

    def add(self, case: CaseFile, new: NewEnquiry, entry: int) -> int:
        """Store a drafted enquiry under its log entry; gives its inner number."""
        with self._database.write() as connection:
            number = connection.execute(
                insert(EnquiryRow).returning(col(EnquiryRow.id)),
                {
                    "case_id": case.id,
                    "reference": new.reference,
                    "source": new.source,
                    "kind": str(new.kind),
                    "addressee": str(new.addressee),
                    "asks": str(new.asks),
                    "language": new.language,
                    "state": DRAFTED,
                    "actor": new.actor,
                    "drafted_at": new.at,
                    "due_on": new.due_on,
                    "expires_on": new.expires_on,
                    "sealed": case.unsealed.seal(pack(new.written), self._place(case, new.reference)),
                    "entry": entry,
                },
            ).scalar_one()
            assert number is not None, "a row that was stored has a number"
            if new.pairs:
                connection.execute(
                    insert(EnquiryParty), [{"enquiry_id": number, "pair_blind": one} for one in new.pairs]
                )
        return number

    def asked(self, pairs: Sequence[int]) -> tuple[Enquired, ...]:
        """Give every enquiry ever made at this addressee about this debtor, of any case, unopened."""
        if not pairs:
            return ()
        query = (
            select(EnquiryRow.__table__)  # type: ignore[attr-defined]
            .join(EnquiryParty, col(EnquiryParty.enquiry_id) == col(EnquiryRow.id))
            .where(col(EnquiryParty.pair_blind).in_(list(pairs)))
            .distinct()
            .order_by(col(EnquiryRow.id))
        )
        with self._database.read() as connection:
            return tuple(_enquired(row) for row in connection.execute(query))

    def of(self, case: CaseFile) -> tuple[Enquired, ...]:
        """Give the enquiries of a case, opened, oldest first."""
        query = (
            select(EnquiryRow.__table__)  # type: ignore[attr-defined]
            .where(col(EnquiryRow.case_id) == case.id)
            .order_by(col(EnquiryRow.id))
        )
        with self._database.read() as connection:
            return tuple(self._opened(row, case) for row in connection.execute(query))

    def listed(self, states: Sequence[str] = ()) -> tuple[Enquired, ...]:
        """Give all enquiries in these stored states (none: in any), unopened, oldest first."""
        query = select(EnquiryRow.__table__).order_by(col(EnquiryRow.id))  # type: ignore[attr-defined]
        if states:
            query = query.where(col(EnquiryRow.state).in_(list(states)))
        with self._database.read() as connection:
            return tuple(_enquired(row) for row in connection.execute(query))

    def by_reference(self, reference: str) -> Enquired | None:
        """Give the enquiry with this reference, unopened, or None."""
        query = select(EnquiryRow.__table__).where(col(EnquiryRow.reference) == reference)  # type: ignore[attr-defined]
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _enquired(row)

    def sent(self, case: CaseFile, one: Enquired, written: Written, at: dt.datetime, entry: int) -> bool:
        """Store that it was sent; False when it was not waiting to be (somebody else was first)."""
        sealed = case.unsealed.seal(pack(written), self._place(case, one.reference))
        with self._database.write() as connection:
            return self._step(
                connection, one, {DRAFTED}, state=SENT, sent_at=at, sent_entry=entry, sealed=sealed
            )

    def answered(
        self,
        case: CaseFile,
        one: Enquired,
        told: Told,
        scans: Sequence[NewPaper],
        kept: tuple[LookupDone, Findings],
    ) -> bool:
        """Store an answer, its papers and what it showed, all or none; False when it had ended already."""
        done, findings = kept
        key = case.unsealed
        with self._database.write() as connection:
            first = self._step(
                connection,
                one,
                {SENT},
                state=ANSWERED,
                ended_at=done.at,
                end_entry=done.entry,
                told=key.seal(pack(told), self._told_place(case, one.reference)),
            )
            if not first:
                return False
            if scans:
                connection.execute(
                    insert(EnquiryPaper),
                    [
                        {
                            "enquiry_id": one.id,
                            "media": scan.media,
                            "size": len(scan.content),
                            "paper_blind": self._paper(scan.digest),
                            "at": done.at,
                            "sealed": key.seal(scan.content, self._paper_place(case, one)),
                            "entry": done.entry,
                        }
                        for scan in scans
                    ],
                )
            self._evidence.keep_within(connection, [(case, done, findings)])
        return True

    def ended(self, one: Enquired, state: str, at: dt.datetime, entry: int) -> bool:
        """Store a refusal or withdrawal; False when it had ended already.

        A refusal needs no key: it is taken down when the case is long returned too.
        """
        before = {DRAFTED, SENT, ANSWERED, WITHDRAWN} if state == REFUSED else {DRAFTED}
        with self._database.write() as connection:
            return self._step(connection, one, before, state=state, ended_at=at, end_entry=entry)

    def filed_under(self, digest: str) -> str:
        """Give the reference of the enquiry that this very scan is filed under, or nothing."""
        with self._database.read() as connection:
            found = connection.execute(
                select(col(EnquiryRow.reference))
                .join(EnquiryPaper, col(EnquiryPaper.enquiry_id) == col(EnquiryRow.id))
                .where(col(EnquiryPaper.paper_blind) == self._paper(digest))
                .limit(1)
            ).scalar()
        return str(found or "")

    def papers(self, one: Enquired) -> tuple[Paper, ...]:
        """Give an enquiry's papers without their content."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(
                    col(EnquiryPaper.id),
                    col(EnquiryPaper.media),
                    col(EnquiryPaper.size),
                    col(EnquiryPaper.at),
                    col(EnquiryPaper.entry),
                )
                .where(col(EnquiryPaper.enquiry_id) == one.id)
                .order_by(col(EnquiryPaper.id))
            ).all()
        return tuple(Paper(**row._mapping) for row in rows)

    def content(self, case: CaseFile, one: Enquired, paper: Paper) -> bytes:
        """Open one paper."""
        with self._database.read() as connection:
            sealed = connection.execute(
                select(col(EnquiryPaper.sealed)).where(
                    col(EnquiryPaper.id) == paper.id, col(EnquiryPaper.enquiry_id) == one.id
                )
            ).scalar_one()
        return case.unsealed.open(sealed, self._paper_place(case, one))

    def opened(self, one: Enquired, case: CaseFile) -> Enquired:
        """Give an enquiry with what is sealed of it."""
        with self._database.read() as connection:
            row = connection.execute(
                select(EnquiryRow.__table__).where(col(EnquiryRow.id) == one.id)  # type: ignore[attr-defined]
            ).one()
        return self._opened(row, case)

    def _opened(self, row: Row[tuple[object, ...]], case: CaseFile) -> Enquired:
        key = case.unsealed
        written = unpack(Written, key.open(row.sealed, self._place(case, row.reference)))
        told = None
        if row.told is not None:
            told = unpack(Told, key.open(row.told, self._told_place(case, row.reference)))
        return _enquired(row, written, told)

    @staticmethod
    def _step(connection: Connection, one: Enquired, before: set[str], **values: object) -> bool:
        done = connection.execute(
            update(EnquiryRow)
            .where(col(EnquiryRow.id) == one.id, col(EnquiryRow.state).in_(sorted(before)))
            .values(**values)
        )
        return done.rowcount == 1

    def _paper(self, digest: str) -> int:
        return self._database.vault.blind("paper", digest, bits=_BITS)

    @staticmethod
    def _place(case: CaseFile, reference: str) -> str:
        return place("enquiry", f"{case.pseudonym}|{reference}")

    @staticmethod
    def _told_place(case: CaseFile, reference: str) -> str:
        return place("enquiry_told", f"{case.pseudonym}|{reference}")

    @staticmethod
    def _paper_place(case: CaseFile, one: Enquired) -> str:
        return place("enquiry_paper", f"{case.pseudonym}|{one.reference}")


def _enquired(
    row: Row[tuple[object, ...]], written: Written | None = None, told: Told | None = None
) -> Enquired:
    return Enquired(
        id=row.id,
        case_id=row.case_id,
        reference=row.reference,
        source=row.source,
        kind=Kind(row.kind),
        addressee=Addressee(row.addressee),
        asks=Asks(row.asks),
        language=row.language,
        stored=row.state,
        actor=row.actor,
        drafted_at=row.drafted_at,
        sent_at=row.sent_at,
        due_on=row.due_on,
        expires_on=row.expires_on,
        ended_at=row.ended_at,
        entry=row.entry,
        written=written,
        told=told,
    )
