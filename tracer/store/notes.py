"""Call notes (催记), bars, verdicts and refresh requests: what people did and decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, insert, select, update
from sqlmodel import col

from graph.model import Bar, Identity, Judgement, Line, Outcome, Party, Phone, Verdict
from graph.outcomes import bars_of
from tracer.store.cases import CaseFile, place
from tracer.store.codec import pack, unpack
from tracer.store.database import Database
from tracer.tables import BarRow, OutcomeRow, RefreshRequest, Suppression, VerdictRow

# A suppressed pair is found by a whole index: a truncated one would bar other people's numbers by chance.
PAIR_BITS = 63
# These bars hold for the number and the debtor wherever the two meet: whoever answered has said it once.
FOLLOWS = frozenset({"wrong_party", "third_party_refused"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """What is sealed of a call note: the number, who was spoken to, how related, and the words."""

    phone: Phone
    person: str = field(default="", repr=False)
    relation: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    inbound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One contact attempt as it stands in the store."""

    id: int
    number: str
    outcome: Outcome
    promised_on: dt.date | None
    promised_amount: int | None
    follow_up_on: dt.date | None
    text: NoteText = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNote:
    """A call note to be stored: one attempt, and what was said."""

    outcome: Outcome
    person: str = ""
    relation: str = ""
    text: str = ""
    promised_on: dt.date | None = None
    promised_amount: int | None = None
    follow_up_on: dt.date | None = None

    def __repr__(self) -> str:
        return f"NewNote({self.outcome!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A collector's wish for refreshed contacts, and the answer to it."""

    id: int
    case_id: int
    requested_by: str
    reason: str
    priority: str
    due_on: dt.date | None
    requested_at: dt.datetime
    state: str
    answer: str
    answered_by: str
    answered_at: dt.datetime | None
    entry: int
    answer_entry: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    text: str = field(repr=False)
    undoes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A verdict as it was given, by its log ``entry``; ``undoes`` is the entry of one that it takes back."""

    verdict: Verdict
    entry: int
    undoes: int


class Notes:
    """What people did and decided, of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def number_token(self, case: CaseFile, phone: Phone) -> str:
        """The name a number has on screens and in the log: the same within a case, and only there."""
        return case.unsealed.token("number", phone.key)

    def note_blind(self, case: CaseFile, note: NewNote) -> int:
        """The same attempt entered twice gives the same value."""
        one = note.outcome
        at = one.at.astimezone(dt.UTC).isoformat()
        text = f"{case.pseudonym}|{one.phone.key}|{at}|{one.code}|{one.line}|{one.party}"
        return self._database.vault.blind("note", text, bits=63)

    def has(self, case: CaseFile, note: NewNote) -> bool:
        """True when this very attempt is stored already and was not undone."""
        with self._database.read() as connection:
            return (
                connection.execute(
                    select(col(OutcomeRow.id)).where(
                        col(OutcomeRow.case_id) == case.id,
                        col(OutcomeRow.note_blind) == self.note_blind(case, note),
                        col(OutcomeRow.undone_by).is_(None),
                    )
                ).first()
                is not None
            )

    def add(
        self,
        case: CaseFile,
        notes: Sequence[NewNote],
        entry: int,
        bars: Iterable[tuple[Phone, str]] = (),
        debtor: Iterable[str] = (),
    ) -> None:
        """Store call notes of one case with the bars they put on numbers, under one log entry.

        A wrong party, and a third party who refuses, bars the number for this debtor (named by the identity
        keys ``debtor``) in every case and every later batch: whoever answered has said it once.
        """
        key = case.unsealed
        with self._database.write() as connection:
            connection.execute(insert(OutcomeRow), [self._row(case, note, entry) for note in notes])
            for phone, code in bars:
                at = max(note.outcome.at for note in notes)
                connection.execute(
                    insert(BarRow),
                    {
                        "case_id": case.id,
                        "number": key.token("number", phone.key),
                        "code": code,
                        "at": at,
                        "entry": entry,
                    },
                )
                if code in FOLLOWS and not phone.masked:
                    for pair in self._pairs(phone, debtor):
                        connection.execute(
                            insert(Suppression), {"pair_blind": pair, "code": code, "at": at, "entry": entry}
                        )

    def bar(self, case: CaseFile, phone: Phone | None, code: str, at: dt.datetime, entry: int) -> None:
        """Bar one number of a case, or with None the whole case."""
        number = case.unsealed.token("number", phone.key) if phone else ""
        with self._database.write() as connection:
            connection.execute(
                insert(BarRow), {"case_id": case.id, "number": number, "code": code, "at": at, "entry": entry}
            )

    def undo(self, case: CaseFile, note_id: int, entry: int, debtor: Iterable[str] = ()) -> None:
        """Take back one call note together with the bars it brought, and no other note's.

        The notes of one file share their log entry, so the bars of ``debtor`` (as in :meth:`add`) are told
        apart by case and number; one that another standing note of the number brought too stays.
        """
        standing = self.of(case)
        note = next(one for one in standing if one.id == note_id)
        others = [
            one.outcome
            for one in standing
            if one.id != note_id and one.number == note.number and one.outcome.entry == note.outcome.entry
        ]
        kept = {bar.code for bar in bars_of(others)}
        lifted = [bar.code for bar in bars_of([note.outcome]) if bar.code not in kept]
        with self._database.write() as connection:
            connection.execute(
                update(OutcomeRow).where(col(OutcomeRow.id) == note_id).values(undone_by=entry)
            )
            connection.execute(
                update(BarRow)
                .where(
                    col(BarRow.case_id) == case.id,
                    col(BarRow.number) == note.number,
                    col(BarRow.entry) == note.outcome.entry,
                    col(BarRow.code).in_(lifted),
                )
                .values(undone_by=entry)
            )
            brought = and_(col(Suppression.entry) == note.outcome.entry, col(Suppression.code).in_(lifted))
            notes = select(func.count()).where(col(OutcomeRow.entry) == note.outcome.entry)
            if connection.execute(notes).scalar_one() > 1:
                brought = and_(
                    brought, col(Suppression.pair_blind).in_(self._pairs(note.outcome.phone, debtor))
                )
            connection.execute(update(Suppression).where(brought).values(undone_by=entry))

    def of(self, case: CaseFile) -> tuple[Note, ...]:
        """Give the case's call notes that stand, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(OutcomeRow.__table__)  # type: ignore[attr-defined]
                .where(col(OutcomeRow.case_id) == case.id, col(OutcomeRow.undone_by).is_(None))
                .order_by(col(OutcomeRow.at), col(OutcomeRow.id))
            ).all()
        key = case.unsealed
        notes = []
        for row in rows:
            text = unpack(NoteText, key.open(row.sealed, place("contact_outcome", case.pseudonym)))
            notes.append(
                Note(
                    id=row.id,
                    number=row.number,
                    outcome=Outcome(
                        phone=text.phone,
                        at=row.at,
                        line=Line(row.line),
                        party=Party(row.party),
                        identity=Identity(row.identity),
                        code=row.code,
                        entry=row.entry,
                        inbound=text.inbound,
                    ),
                    promised_on=row.promised_on,
                    promised_amount=row.promised_amount,
                    follow_up_on=row.follow_up_on,
                    text=text,
                )
            )
        return tuple(notes)

    def bars(
        self, case: CaseFile, phones: Sequence[Phone], debtor: Sequence[str] = ()
    ) -> dict[str, tuple[Bar, ...]]:
        """Give the bars on the case's numbers by ``phone.key``; those on the whole case under ""."""
        found: dict[str, list[Bar]] = {}
        key = case.unsealed
        tokens = {key.token("number", phone.key): phone.key for phone in phones}
        pairs = {
            pair: phone.key for phone in phones if not phone.masked for pair in self._pairs(phone, debtor)
        }
        with self._database.read() as connection:
            for row in connection.execute(
                select(BarRow.__table__).where(  # type: ignore[attr-defined]
                    col(BarRow.case_id) == case.id, col(BarRow.undone_by).is_(None)
                )
            ):
                if not row.number or row.number in tokens:
                    name = tokens[row.number] if row.number else ""
                    found.setdefault(name, []).append(Bar(code=row.code, at=row.at, entry=row.entry))
            for row in connection.execute(
                select(Suppression.__table__).where(  # type: ignore[attr-defined]
                    col(Suppression.pair_blind).in_(list(pairs)), col(Suppression.undone_by).is_(None)
                )
            ):
                bar = Bar(code=row.code, at=row.at, entry=row.entry)
                if bar not in found.setdefault(pairs[row.pair_blind], []):
                    found[pairs[row.pair_blind]].append(bar)
        return {name: tuple(bars) for name, bars in found.items()}

    def states(self, ids: Sequence[int]) -> Iterator[tuple[int, tuple[Outcome, ...]]]:
        """Give each case's attempts without who or which number in clear: enough for its first-pass state."""
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                part = list(ids[start : start + 500])
                grouped: dict[int, list[Outcome]] = {one: [] for one in part}
                numbers: dict[str, Phone] = {}
                for row in connection.execute(
                    select(OutcomeRow.__table__).where(  # type: ignore[attr-defined]
                        col(OutcomeRow.case_id).in_(part), col(OutcomeRow.undone_by).is_(None)
                    )
                ):
                    # A stand-in number per token: attempts are grouped by number, and none is opened for it.
                    phone = numbers.setdefault(row.number, Phone(e164=f"+999{len(numbers):09d}"))
                    grouped[row.case_id].append(
                        Outcome(
                            phone=phone,
                            at=row.at,
                            line=Line(row.line),
                            party=Party(row.party),
                            identity=Identity(row.identity),
                            code=row.code,
                        )
                    )
                for case_id, outcomes in grouped.items():
                    yield case_id, tuple(outcomes)

    def judge(self, case: CaseFile, verdict: Verdict, reason: str, entry: int, undoes: int = 0) -> None:
        """Store a person's verdict on two records; the pair's earlier one is superseded, not overwritten."""
        left, right = sorted((verdict.left, verdict.right))
        with self._database.write() as connection:
            connection.execute(
                insert(VerdictRow),
                {
                    "case_id": case.id,
                    "left_ref": left,
                    "right_ref": right,
                    "judgement": verdict.judgement.value,
                    "actor": verdict.by,
                    "at": verdict.at,
                    "sealed": case.unsealed.seal(
                        pack(_Reason(text=reason, undoes=undoes)), place("verdict", case.pseudonym)
                    ),
                    "entry": entry,
                },
            )

    def verdicts(self, refs: Iterable[str]) -> tuple[Verdict, ...]:
        """Give the verdicts that stand between records of ``refs``: the newest of each pair."""
        wanted = sorted(set(refs))
        newest: dict[tuple[str, str], Verdict] = {}
        with self._database.read() as connection:
            for start in range(0, len(wanted), 500):
                for row in connection.execute(
                    select(VerdictRow.__table__)  # type: ignore[attr-defined]
                    .where(col(VerdictRow.left_ref).in_(wanted[start : start + 500]))
                    .order_by(col(VerdictRow.id))
                ):
                    newest[row.left_ref, row.right_ref] = Verdict(
                        left=row.left_ref,
                        right=row.right_ref,
                        judgement=Judgement(row.judgement),
                        by=row.actor,
                        at=row.at,
                    )
        known = set(wanted)
        return tuple(verdict for pair, verdict in sorted(newest.items()) if pair[1] in known)

    def given(self, case: CaseFile) -> tuple[Given, ...]:
        """Give every verdict of a case, the oldest first, those taken back and those that took back too."""
        with self._database.read() as connection:
            rows = connection.execute(
                select(VerdictRow.__table__)  # type: ignore[attr-defined]
                .where(col(VerdictRow.case_id) == case.id)
                .order_by(col(VerdictRow.id))
            ).all()
        key = case.unsealed
        where = place("verdict", case.pseudonym)
        return tuple(
            Given(
                verdict=Verdict(
                    left=row.left_ref,
                    right=row.right_ref,
                    judgement=Judgement(row.judgement),
                    by=row.actor,
                    at=row.at,
                ),
                entry=row.entry,
                undoes=unpack(_Reason, key.open(row.sealed, where)).undoes,
            )
            for row in rows
        )

    def ask_refresh(
        self,
        case: CaseFile,
        *,
        by: str,
        reason: str,
        priority: str,
        due_on: dt.date | None,
        at: dt.datetime,
        entry: int,
    ) -> int:
        """Store a request for refreshed contacts; gives its number."""
        with self._database.write() as connection:
            return _number(
                connection.execute(
                    insert(RefreshRequest).returning(col(RefreshRequest.id)),
                    {
                        "case_id": case.id,
                        "requested_by": by,
                        "reason": reason,
                        "priority": priority,
                        "due_on": due_on,
                        "requested_at": at,
                        "state": "open",
                        "answer": "",
                        "answered_by": "",
                        "entry": entry,
                    },
                ).scalar_one()
            )

    def answer_refresh(self, request: int, *, answer: str, by: str, at: dt.datetime, entry: int) -> None:
        """Store the answer to a request."""
        with self._database.write() as connection:
            connection.execute(
                update(RefreshRequest)
                .where(col(RefreshRequest.id) == request)
                .values(state="answered", answer=answer, answered_by=by, answered_at=at, answer_entry=entry)
            )

    def requests(
        self,
        *,
        request: int | None = None,
        state: str | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> tuple[Request, ...]:
        """Give the refresh requests that fit, oldest first, from behind number ``after``."""
        query = (
            select(RefreshRequest.__table__)  # type: ignore[attr-defined]
            .where(col(RefreshRequest.id) > after)
            .order_by(col(RefreshRequest.id))
            .limit(limit if limit is not None else -1)
        )
        if request is not None:
            query = query.where(col(RefreshRequest.id) == request)
        if state is not None:
            query = query.where(col(RefreshRequest.state) == state)
        with self._database.read() as connection:
            return tuple(Request(**row._mapping) for row in connection.execute(query))

    def requests_of(self, case: CaseFile) -> tuple[Request, ...]:
        """Give the refresh requests of a case, oldest first."""
        with self._database.read() as connection:
            return tuple(
                Request(**row._mapping)
                for row in connection.execute(
                    select(RefreshRequest.__table__)  # type: ignore[attr-defined]
                    .where(col(RefreshRequest.case_id) == case.id)
                    .order_by(col(RefreshRequest.id))
                )
            )

    def _pairs(self, phone: Phone, debtor: Iterable[str]) -> list[int]:
        blind = self._database.vault.blind
        return [blind("suppressed", f"{phone.key}|{text}", bits=PAIR_BITS) for text in sorted(set(debtor))]

    def _row(self, case: CaseFile, note: NewNote, entry: int) -> dict[str, object]:
        key = case.unsealed
        one = note.outcome
        text = NoteText(
            phone=one.phone,
            person=note.person,
            relation=note.relation,
            text=note.text,
            inbound=one.inbound,
        )
        return {
            "case_id": case.id,
            "number": key.token("number", one.phone.key),
            "at": one.at,
            "line": one.line.value,
            "party": one.party.value,
            "identity": one.identity.value,
            "code": one.code,
            "promised_on": note.promised_on,
            "promised_amount": note.promised_amount,
            "follow_up_on": note.follow_up_on,
            "note_blind": self.note_blind(case, note),
            "sealed": key.seal(pack(text), place("contact_outcome", case.pseudonym)),
            "entry": entry,
        }


def _number(value: int | None) -> int:
    assert value is not None, "a row that was stored has a number"
    return value
