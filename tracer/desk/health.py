"""How well the log is witnessed: what nobody outside has seen yet, since when, and what is wrong with whom.

And what is known of the log from outside: the heads it is verified against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracer.config_log import WitnessSettings
from tracer.desk.office import Office
from tracer.desk.witnessing import file_of, known, noted
from tracer.errors import LogUnavailable, WrongUse
from tracer.log import Fault, Head
from tracer.log.witness import ALARMS, Said, WitnessFile, compared
from tracer.log.witnessed import Witnessed
from tracer.proof import Checkpoint, Key, Note, Unsound
from tracer.words import N_, _


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something a compliance officer should see to: a code, and a sentence in the reader's language."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessHealth:
    """What a witness holds of the log as far as that can be told here: ``size`` entries, since ``at``.

    ``wrong`` is empty, or what is wrong with it (tracer.log.witness.Said).
    """

    name: str
    kind: str
    size: int
    at: dt.datetime | None
    cosigned: bool
    wrong: str = ""

    @property
    def accuses(self) -> bool:
        """Whether it accuses the log, or is no witness of it any more."""
        return self.wrong in ALARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The log's size, its last checkpoint, what its witnesses hold, and the window none of them has seen.

    ``unwitnessed`` entries are in that window, the oldest of them ``seconds`` old.
    """

    size: int
    signed: int
    signed_at: dt.datetime | None
    witnesses: tuple[WitnessHealth, ...]
    witnessed: int
    unwitnessed: int
    seconds: float
    warnings: tuple[Caution, ...]


def health(office: Office) -> Health:
    """Look at the log and its witnesses; nobody is handed anything. Raises LogUnavailable."""
    head = office.log.head()
    last = office.log.checkpoints(last=True)
    before = known(office)
    seen = tuple(_seen(office, one, before.get(one.name), head) for one in office.config.witnesses)
    witnessed = max((one.size for one in seen if one.wrong in ("", Said.DOWN)), default=0)
    unwitnessed = head.size - witnessed
    seconds = 0.0
    if unwitnessed:
        first = office.log.entry(witnessed + 1)
        seconds = max(0.0, (office.clock() - first.at).total_seconds()) if first else 0.0
    return Health(
        size=head.size,
        signed=last[0].checkpoint.size if last else 0,
        signed_at=last[0].at if last else None,
        witnesses=seen,
        witnessed=witnessed,
        unwitnessed=unwitnessed,
        seconds=seconds,
        warnings=tuple(_warnings(office, seen, unwitnessed, seconds)),
    )


def _seen(office: Office, settings: WitnessSettings, before: Witnessed | None, head: Head) -> WitnessHealth:
    size, wrong, cosigned = before.size if before else 0, "", False
    key = office.log.key
    file = file_of(settings, key) if key else None
    if file is not None:
        size, wrong = _in_file(file, before, office, head)
    elif before is not None:
        checkpoint, _near = noted(office, before.size)
        if checkpoint is None or not _ours(office, checkpoint.checkpoint):
            wrong = str(Said.SPLIT)
        elif settings.verifier is not None:
            line = before.line
            cosigned = line is not None and settings.verifier.signed(checkpoint.note.text, line.signature)
            wrong = "" if cosigned else str(Said.UNSIGNED)
    return WitnessHealth(
        name=settings.name,
        kind=str(settings.kind),
        size=size,
        at=before.at if before else None,
        cosigned=cosigned,
        wrong=wrong,
    )


def _in_file(file: WitnessFile, before: Witnessed | None, office: Office, head: Head) -> tuple[int, str]:
    try:
        note = file.last()
        empty = not file.path.stat().st_size
    except FileNotFoundError:
        if before is None:
            return 0, ""
        # Where its disk is not there today, what it took before is all that is known, as of any other kind.
        gone = file.path.parent.is_dir()
        return (0, str(Said.FORGOTTEN)) if gone else (before.size, str(Said.DOWN))
    except OSError:
        return before.size if before else 0, str(Said.DOWN)
    if note is None:
        return 0, "" if empty else str(Said.OTHER_LOG)
    last = Checkpoint.read(note.text)
    assert office.log.key is not None
    now = Checkpoint(office.log.key.name, head.size, head.root)
    found = compared(file.name, last, now, office.log)
    return last.size, str(found.said) if found and found.alarm else ""


def _ours(office: Office, checkpoint: Checkpoint) -> bool:
    try:
        return office.log.root(checkpoint.size) == checkpoint.root
    except (ValueError, LogUnavailable):
        return False


WRONG = {
    "split": N_("Witness {witness} holds another history than this log: it was changed."),
    "rollback": N_("Witness {witness} holds more entries than this log has: its end is missing."),
    "other_log": N_("What witness {witness} holds is of another log, or signed with another key."),
    "forgotten": N_("Witness {witness} took checkpoints before and holds none now. Is its disk mounted?"),
    "forged": N_("Witness {witness} gave a signature that is not good."),
    "unsigned": N_("Witness {witness} gave no cosignature with its configured key."),
    "refused": N_("Witness {witness} refused the checkpoint ({why}). Does it know this log's key?"),
    "down": N_("Witness {witness} could not be reached ({why}). It is tried again."),
}


def _warnings(
    office: Office, seen: Sequence[WitnessHealth], unwitnessed: int, seconds: float
) -> list[Caution]:
    limits = office.config.log
    found = []
    if not seen:
        found.append(
            Caution(
                code="no_witness",
                sentence=_(
                    "No witness is configured: whoever can write the database and has the signing key can "
                    "rewrite the whole log."
                ),
            )
        )
    found += [
        Caution(code=one.wrong, sentence=_(WRONG[one.wrong], witness=one.name, why="—"))
        for one in seen
        if one.wrong
    ]
    for one in seen:
        settings = next(known for known in office.config.witnesses if known.name == one.name)
        waiting = office.log.entry(one.size + 1) if not one.wrong and len(seen) > 1 else None
        age = (office.clock() - waiting.at).total_seconds() if waiting else 0.0
        if age > max(limits.warn_seconds, 2 * settings.every_seconds):
            sentence = _(
                "Witness {witness} has taken nothing for {count} seconds.", witness=one.name, count=int(age)
            )
            found.append(Caution(code="behind", sentence=sentence))
    if seen and unwitnessed > limits.warn_entries:
        sentence = _("{count} entries were seen by no witness yet.", count=unwitnessed)
        found.append(Caution(code="window_entries", sentence=sentence))
    if seen and unwitnessed and seconds > limits.warn_seconds:
        sentence = _("The oldest entry that no witness has seen is {count} seconds old.", count=int(seconds))
        found.append(Caution(code="window_seconds", sentence=sentence))
    return found


# What is known from outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Heads that somebody else kept, and what of theirs is wrong already."""

    heads: tuple[Head, ...] = ()
    faults: tuple[Fault, ...] = ()


def outside(office: Office, files: Sequence[Path]) -> Outside:
    """Gather what witness files hold and what was given by hand. WrongUse for a file that holds nothing.

    A checkpoint whose root is not the log's is believed only if it is signed with the log's key: somebody
    who can write a witness's file cannot accuse the log of what it never signed.
    """
    key = office.log.key
    heads: list[Head] = []
    faults: list[Fault] = []
    before = known(office)
    for settings in office.config.witnesses if key else ():
        file = file_of(settings, key) if key else None
        if file is None:
            faults += _cosigned(office, settings, before.get(settings.name))
            continue
        try:
            holding = file.held()
        except FileNotFoundError:
            # A disk that is not there today is no finding; a file gone from its folder is.
            if settings.name in before and file.path.parent.is_dir():
                faults.append(_fault("witness", 0))
            continue
        except OSError:
            continue
        if holding.damaged:
            faults.append(_fault("witness", 0))
        for note in holding.notes:
            _weigh(office, note, key, heads, faults)
    for path in files:
        for note in notes_of(path):
            _weigh(office, note, key, heads, faults)
    return Outside(heads=tuple(heads), faults=tuple(faults))


def notes_of(path: Path) -> tuple[Note, ...]:
    """Read the checkpoints of a file: one, or a witness's whole. Raises WrongUse."""
    try:
        found = WitnessFile("", path, _NOBODY).held()
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read ({why})."),
            N_("Check that it is a file and that you may read it."),
            file=path,
            why=type(error).__name__,
        ) from error
    if not found.notes:
        raise WrongUse(
            N_("There is no checkpoint in {file}"),
            N_("Give what `tracer log checkpoint --out` wrote, or the file of a witness."),
            file=path,
        )
    return found.notes


def beginning(office: Office, since: str) -> Outside:
    """Give the head that ``verify --since`` begins at: of a file, or of a size that was signed. WrongUse."""
    heads: list[Head] = []
    faults: list[Fault] = []
    if since.isascii() and since.isdigit():
        checkpoint, near = noted(office, int(since[:18]))
        if checkpoint is None:
            raise WrongUse(
                N_("There is no checkpoint of {size} entries; the nearest before it is of {near}"),
                N_("Name that size, or the file of a checkpoint."),
                size=since[:18],
                near=near,
            )
        note = checkpoint.note
    else:
        note = max(notes_of(Path(since)), key=lambda one: Checkpoint.read(one.text).size)
    _weigh(office, note, office.log.key, heads, faults)
    if not heads:
        # It is not the log's own: what it says is compared all the same, and the fault stands beside it.
        said = Checkpoint.read(note.text)
        heads.append(Head(size=said.size, root=said.root))
    return Outside(heads=tuple(heads), faults=tuple(faults))


def _weigh(office: Office, note: Note, key: Key | None, heads: list[Head], faults: list[Fault]) -> None:
    said = Checkpoint.read(note.text)
    if key is not None and (said.origin != key.name or not (_ours(office, said) or _by(note, key))):
        faults.append(_fault("origin", said.size))
    else:
        heads.append(Head(size=said.size, root=said.root))


def _cosigned(office: Office, settings: WitnessSettings, before: Witnessed | None) -> list[Fault]:
    # A cosignature kept beside the log must be of the checkpoint kept beside the log.
    verifier = settings.verifier
    if before is None or before.line is None or verifier is None:
        return []
    checkpoint, _near = noted(office, before.size)
    good = checkpoint is not None and verifier.signed(checkpoint.note.text, before.line.signature)
    return [] if good else [_fault("signature", before.size)]


def _by(note: Note, key: Key) -> bool:
    try:
        return note.by(key) is not None
    except Unsound:
        return False


def _fault(code: str, seq: int) -> Fault:
    return Fault(code=code, seq=seq, last=seq)


_NOBODY = Key("nobody", 1, bytes(32))
