"""Call notes (催记): one contact attempt, its three facts, the words, and the bar it may bring."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from graph.model import Identity, Line, Outcome, Party, Phone
from graph.outcomes import CODES, Coded, bars_of, lists_of, read_code
from tracer.config import Operation
from tracer.desk import hindsight
from tracer.desk.debtors import debtor_keys
from tracer.desk.numbers import one_number
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.store.cases import CaseFile
from tracer.store.notes import NewNote, Note
from tracer.words import N_

# What the log calls a call that the other side made.
INBOUND = "inbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNote:
    """What a collector writes down after a call. ``code`` is a code of a known list, or empty when the three
    facts are given themselves. ``inbound``: the other side called."""

    number: str = field(repr=False)
    code: str
    at: dt.datetime
    line: Line | None = None
    party: Party | None = None
    identity: Identity | None = None
    list_name: str | None = None
    person: str = field(default="", repr=False)
    relation: str = ""
    text: str = field(default="", repr=False)
    promised_on: dt.date | None = None
    promised_amount: int | None = None
    follow_up_on: dt.date | None = None
    inbound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What became of a call note: its log entry, the facts it was read as, and the bars it put on the number.

    ``entry`` is 0 when this very attempt was stored before: nothing changed.
    """

    entry: int
    number: str
    line: Line
    party: Party
    identity: Identity
    bars: tuple[str, ...]


def record(office: Office, case: CaseFile, note: CallNote) -> Noted:
    """Store one contact attempt under its log entry. Raises WrongUse for a code no list knows, Refused."""
    office.require(Operation.OUTCOME, case.client, case=case)
    return store(office, case, one_number(office, case, note.number), note)


def store(office: Office, case: CaseFile, phone: Phone, note: CallNote) -> Noted:
    """Store an attempt on a number that was read already; policy has been asked."""
    if note.at > office.clock() + dt.timedelta(minutes=5):
        raise WrongUse(
            N_("The attempt is dated {at}, which has not come yet"),
            N_("Give the time the call was made."),
            at=note.at.isoformat(timespec="minutes"),
        )
    coded = read(note.code, note.list_name) if note.code else None
    outcome = outcome_of(phone, note, coded)
    new = NewNote(
        outcome=outcome,
        person=note.person,
        relation=note.relation,
        text=note.text,
        promised_on=note.promised_on,
        promised_amount=note.promised_amount,
        follow_up_on=note.follow_up_on,
    )
    bars = tuple(bar.code for bar in bars_of([outcome]))
    token = office.store.notes.number_token(case, phone)
    seen = Noted(
        entry=0, number=token, line=outcome.line, party=outcome.party, identity=outcome.identity, bars=bars
    )
    if office.store.notes.has(case, new):
        return seen
    entry = office.write(
        "outcome",
        case=case,
        body={
            "number": office.number_name(case, phone),
            "line": str(outcome.line),
            "party": str(outcome.party),
            "identity": str(outcome.identity),
            "list": coded.list_name if coded else None,
            "promised": note.promised_on is not None or bool(coded and coded.promise),
            "follow_up": note.follow_up_on.isoformat() if note.follow_up_on else None,
            **({"kind": INBOUND} if note.inbound else {}),
        },
    )
    office.store.notes.add(
        case, [new], entry.seq, [(phone, bar) for bar in bars], debtor=debtor_keys(office, case)
    )
    # Only now: a call is noted, with the bar it brings, whatever becomes of what was predicted.
    # Nobody chose a number to dial when they called us: nothing was predicted.
    if not note.inbound:
        hindsight.predict(office, case, [(office.store.notes.note_blind(case, new), outcome)], entry.seq)
    return Noted(
        entry=entry.seq,
        number=token,
        line=outcome.line,
        party=outcome.party,
        identity=outcome.identity,
        bars=bars,
    )


def outcome_of(phone: Phone, note: CallNote, coded: Coded | None) -> Outcome:
    """Give the three facts of a call note: what it says itself, else what its code says."""
    return Outcome(
        phone=phone,
        at=note.at,
        line=note.line or (coded.line if coded else Line.UNKNOWN),
        party=note.party or (coded.party if coded else Party.UNKNOWN),
        identity=note.identity or (coded.identity if coded else Identity.NOT_CHECKED),
        code=f"{coded.list_name}:{coded.code}" if coded else "",
        inbound=note.inbound,
    )


def read(code: str, list_name: str | None = None) -> Coded:
    """Read an outcome code; WrongUse says which lists there are, or which two disagree about it."""
    if list_name is not None and list_name not in CODES:
        raise WrongUse(
            N_("There is no code list {name}"),
            N_("Known lists: {known}"),
            name=list_name,
            known=", ".join(CODES),
        )
    found = read_code(code, list_name)
    if found is not None:
        return found
    lists = lists_of(code)
    shown = code if len(code) <= 20 else code[:20] + "…"
    if lists:
        raise WrongUse(
            N_("The code {code} means different things in different lists"),
            N_("Say which list: {options}"),
            code=shown,
            options=", ".join(f"{name}:{shown}" for name in lists),
        )
    raise WrongUse(
        N_("No code list knows the outcome {code}"),
        N_("See the lists with: tracer outcome --codes. Or give --line, --party and --identity instead."),
        code=shown,
    )


def notes(office: Office, case: CaseFile) -> tuple[Note, ...]:
    """Give the case's call notes that stand, oldest first."""
    return office.store.notes.of(case)


def undo(office: Office, case: CaseFile, note_id: int | None = None) -> Note:
    """Take back a call note (the last one entered, unless another is named) and the bars it brought.

    The note stays in the store as undone, and both entries stay in the log.
    """
    standing = notes(office, case)
    chosen = max(standing, key=lambda note: note.id, default=None)
    if note_id is not None:
        chosen = next((note for note in standing if note.id == note_id), None)
    if chosen is None:
        raise WrongUse(N_("There is no such call note to take back"), N_("See them with: tracer notes CASE"))
    entry = office.write(
        "outcome_undone",
        case=case,
        about=chosen.outcome.entry,
        body={"number": office.number_name(case, chosen.outcome.phone), "undoes": chosen.outcome.entry},
    )
    office.store.notes.undo(case, chosen.id, entry.seq, debtor_keys(office, case))
    return chosen
