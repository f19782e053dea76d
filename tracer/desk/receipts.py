"""Receipts: entries of the log with the proof that they are in it, for one who trusts nobody here.

A receipt shows nothing about another person and names no member of staff (shared/reference/law.md §2.4).
Entries that would are left out and counted; what remains is the whole text that was hashed, because anything
less would prove nothing. The making of a receipt is an entry too, written before anybody has the receipt.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import is_zipfile

from graph.model import Role
from tracer.desk import witnessing
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.persons import Persons, persons
from tracer.errors import LogUnavailable, WrongUse
from tracer.log import Entry, Kept, Query
from tracer.log.vocabulary import STAFF_KEYS
from tracer.proof import (
    STAFF,
    Checkpoint,
    Finding,
    Item,
    Key,
    Line,
    Note,
    Receipt,
    Unsound,
    check,
    check_bundle,
)
from tracer.words import N_

# Why an entry is not in a receipt.
STAFF_NAMED, OTHERS = "staff", "others"
LEFT_OUT: Mapping[str, str] = {
    STAFF_NAMED: N_("written before names of staff were sealed: its text names a member of staff"),
    OTHERS: N_("about another person, or about several cases at once"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A receipt, the entries in it, how many were left out and why, and the entry that says it was made."""

    receipt: Receipt
    entries: tuple[Entry, ...]
    left_out: Mapping[str, int]
    entry: int

    @property
    def size(self) -> int:
        """How many entries the checkpoint covers."""
        return Checkpoint.read(self.receipt.note.text).size

    @property
    def text(self) -> str:
        """The receipt as it is handed out."""
        return f"{self.receipt}\n"

    @property
    def digest(self) -> str:
        """SHA-256 over the bytes of the receipt, hexadecimal."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of checking a receipt or bundle: the finding, or why it proves nothing."""

    finding: Finding | None = None
    why: str = ""


def prove(
    office: Office,
    *,
    seq: int | None = None,
    case: str | None = None,
    subject: str | None = None,
    size: int | None = None,
    checkpoint: Path | None = None,
) -> Proved:
    """Make a receipt for one entry, for a case, or for whom ``subject`` means; logged before it is given.

    It is proved against the checkpoint in the file ``checkpoint``, that of ``size`` entries, or the newest
    one that covers all; one is signed if none does. Raises WrongUse when there is nothing to prove, the
    checkpoint is none of this log's, or the one entry asked for would show another person or a name of staff.
    """
    if (seq is not None) + bool(case or subject) != 1:
        raise WrongUse(
            N_("Say what is to be proved: an entry, a case or a person"),
            N_("For example: tracer log prove 17, or tracer log prove --case CASE"),
        )
    who = persons(office, case=case, subject=subject, debtor=True) if seq is None else None
    anchor = _anchor(office, size, checkpoint)
    most = Checkpoint.read(anchor.text).size if anchor else office.log.head().size
    found = _one(office, seq) if seq is not None else _all(office, who)
    found = [entry for entry in found if entry.seq <= most]
    chosen, left_out = _shown(found, asked_for=seq)
    if not chosen:
        raise WrongUse(
            N_("There is nothing to prove: no entry fits that the checkpoint covers"),
            N_("List the entries with: tracer log list. A newer checkpoint covers more."),
        )
    if anchor is None:
        anchor = witnessing.signed(office, _newest(office, chosen[-1].seq))
    covered = Checkpoint.read(anchor.text).size
    note, keys = checkable(office, anchor)
    receipt = Receipt(
        tuple(Item(entry.text, entry.seq - 1, office.log.inclusion(entry.seq, covered)) for entry in chosen),
        note,
        keys,
    )
    _sound(receipt)
    text = f"{receipt}\n"
    entry = office.write(
        "proved",
        case=who.cases[0] if who and len(who.cases) == 1 else None,
        about=seq,
        body={
            "first": chosen[0].seq,
            "last": chosen[-1].seq,
            "rows": len(chosen),
            "dropped": sum(left_out.values()),
            "size": covered,
            "root": Checkpoint.read(anchor.text).root.hex(),
            "file_digest": sha256(text.encode()).hexdigest(),
        },
    )
    return Proved(receipt=receipt, entries=tuple(chosen), left_out=left_out, entry=entry.seq)


def checked(file: Path, checkpoints: Sequence[Path] = (), keys: Sequence[str] = ()) -> Checked:
    """Check a receipt or a bundle as an outsider does (``tracer.proof``): without a home, a log or our key.

    ``keys`` are verifier keys, or files that hold them. Every checkpoint and key given must bear it out.
    """
    try:
        found = None
        known = [key for text in keys for key in _keys(text)]
        kept = [Note.read(path.read_text(encoding="utf-8")) for path in checkpoints]
        for note in kept or (None,):
            if is_zipfile(file):
                found = check_bundle(file, known, note)
            else:
                found = check(Receipt.read(file.read_text(encoding="utf-8")), known, note)
    except Unsound as error:
        return Checked(why=str(error))
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(
            N_("{path} cannot be read: {why}"),
            N_("Name the receipt, and checkpoints and keys as files of text."),
            path=str(getattr(error, "filename", None) or file),
            why=type(error).__name__,
        ) from error
    return Checked(finding=found)


def _keys(text: str) -> list[Key]:
    path = Path(text)
    lines = path.read_text(encoding="utf-8").split() if path.is_file() else [text]
    return [Key.read(line) for line in lines]


def save(proved: Proved, out: Path) -> None:
    """Write a receipt to a file, whole or not at all. Raises WrongUse."""
    with whole(out) as draft:
        draft.write_text(proved.text, encoding="utf-8", newline="\n")


def withheld(entry: Entry) -> str:
    """Tell why an entry may not be handed to the person it is about; nothing when it may."""
    said = json.loads(entry.text)
    body = said["body"]
    named = [said["actor"], *(body[key] for key in STAFF_KEYS & body.keys())]
    if not all(isinstance(name, str) and name.startswith(STAFF) for name in named if name is not None):
        return STAFF_NAMED
    cases = _listed(body.get("cases")) + _listed(body.get("other_case"))
    if body.get("role") not in (None, str(Role.DEBTOR)) or any(case != said["case"] for case in cases):
        return OTHERS
    return ""


def _shown(entries: Iterable[Entry], *, asked_for: int | None) -> tuple[list[Entry], Counter[str]]:
    chosen: list[Entry] = []
    left_out: Counter[str] = Counter()
    hidden: dict[int, str] = {}
    for entry in entries:
        # What was said about a question that is not shown is not shown either.
        why = withheld(entry) or hidden.get(entry.about or 0, "")
        if not why:
            chosen.append(entry)
            continue
        if entry.seq == asked_for:
            raise WrongUse(
                N_("Entry {seq} cannot be handed out: {why}"),
                N_("Give an auditor a bundle instead: tracer log export --out FILE.zip"),
                seq=entry.seq,
                why=LEFT_OUT[why],
            )
        hidden[entry.seq] = why
        left_out[why] += 1
    return chosen, left_out


def _one(office: Office, seq: int) -> list[Entry]:
    entry = office.log.entry(seq)
    if entry is None:
        raise WrongUse(
            N_("There is no entry {seq}; the log has {size}"),
            N_("List the entries with: tracer log list"),
            seq=seq,
            size=office.log.head().size,
        )
    return [entry]


def _all(office: Office, who: Persons | None) -> list[Entry]:
    assert who is not None
    found: dict[int, Entry] = {}
    for entry in office.log.search(Query(cases=who.pseudonyms, tokens=who.tokens)):
        found[entry.seq] = entry
        if who.tokens is not None:
            # A question names the number and its ending need not.
            found.update((other.seq, other) for other in office.log.entries(about=entry.seq))
    return [found[seq] for seq in sorted(found)]


def _anchor(office: Office, size: int | None, file: Path | None) -> Note | None:
    """Give the checkpoint that was asked for, after seeing that this log is the one it speaks of."""
    if file is not None:
        try:
            note = Note.read(file.read_text(encoding="utf-8"))
            said = Checkpoint.read(note.text)
        except (OSError, UnicodeDecodeError, Unsound) as error:
            raise WrongUse(
                N_("{path} holds no checkpoint"),
                N_("A checkpoint is what tracer log checkpoint prints, and what witnesses keep."),
                path=str(file),
            ) from error
        key = office.log.key
        ours = key is not None and said.origin == key.name and _good(note, key) is not None
        if not ours or not 0 < said.size <= office.log.head().size or office.log.root(said.size) != said.root:
            raise WrongUse(
                N_("The checkpoint in {path} is not one of this log"),
                N_("If it should be, history was changed: run tracer log verify --checkpoint FILE."),
                path=str(file),
            )
        return note
    if size is None:
        return None
    found, near = witnessing.noted(office, size)
    if found is None:
        raise WrongUse(
            N_("There is no checkpoint of {size} entries; the nearest before it is of {near}"),
            N_("Leave --size away for the newest, or name the file with --checkpoint."),
            size=size,
            near=near,
        )
    return witnessing.signed(office, found)


def _newest(office: Office, last: int) -> Kept:
    found = office.log.checkpoints(last=True)
    if found and found[0].checkpoint.size >= last:
        return found[0]
    return office.log.checkpoint()


def checkable(office: Office, note: Note) -> tuple[Note, tuple[Key, ...]]:
    """Give the note with those signatures only that a key of ours or of a configured witness makes good."""
    known = [office.log.key, *(witness.verifier for witness in office.config.witnesses)]
    keys: list[Key] = []
    lines = []
    for key in known:
        line = _good(note, key) if key is not None and key not in keys else None
        if key is not None and line is not None:
            keys.append(key)
            lines.append(line)
    return Note(note.text, tuple(lines)), tuple(keys)


def _good(note: Note, key: Key) -> Line | None:
    try:
        return note.by(key)
    except Unsound:
        return None


def _sound(receipt: Receipt) -> None:
    """Check a receipt as who gets it will: what does not hold is not handed out."""
    try:
        check(Receipt.read(str(receipt)))
    except Unsound as error:
        raise LogUnavailable(
            N_("The log gives no receipt that holds: it was damaged or changed"),
            N_("Keep a copy of the home as it is, and run: tracer log verify."),
        ) from error


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
