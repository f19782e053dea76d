"""Witnesses: who is handed the log's checkpoints, where the database's administrator cannot write.

Each kind answers in the same words (``Testimony``). One that remembers what it took (a file, a C2SP witness)
finds out by itself when the log is no extension of it; a command or a plain address only keeps what it is
given, and somebody compares. What cannot be expected to work (a disk not mounted, a host that is down) is a
value, never an exception: a witness never stops anybody's work.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tracer.errors import LogUnavailable
from tracer.log.verify import Head
from tracer.proof import Checkpoint, Key, Line, Note, Unsound, verify_consistency

_LARGEST_OUTPUT = 64 * 1024  # bytes of a command's output or a witness's reply that are looked at
_SIGNATURE = 64  # bytes of the log's own signature
_LOOKS_LIKE_ONE = re.compile(rb"^[^\n]+\n(0|[1-9][0-9]{0,18})\n[A-Za-z0-9+/]{43}=\n\n", re.MULTILINE)


class Said(StrEnum):
    """What came of handing a checkpoint to a witness. See ``ALARMS`` for those that accuse the log."""

    TAKEN = "taken"  # it holds the checkpoint now
    HELD = "held"  # it held this one, or a later one of the same log, already
    DOWN = "down"  # it could not be reached, or could not write
    REFUSED = "refused"  # it does not know this log or its key, or the request was not to its liking
    UNSIGNED = "unsigned"  # it gave no cosignature of the configured key
    FORGED = "forged"  # it gave one in that key's name that is not good
    SPLIT = "split"  # the log is no extension of what it holds: history was changed
    ROLLBACK = "rollback"  # it holds more of the log than there is: the end was cut off, or a backup restored
    OTHER_LOG = "other_log"  # it holds another log's checkpoints, or some signed with another key
    FORGOTTEN = "forgotten"  # it took checkpoints of this log before and holds none now


TAKEN = frozenset({Said.TAKEN, Said.HELD})
ALARMS = frozenset({Said.FORGED, Said.SPLIT, Said.ROLLBACK, Said.OTHER_LOG, Said.FORGOTTEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """What a witness said of a checkpoint of ``size`` entries; ``held`` is what it holds, where it tells.

    ``lines`` are signatures it gave, not checked by anybody yet; ``why`` is a word (``no_connection``).
    """

    witness: str
    said: Said
    size: int
    held: int = 0
    lines: tuple[Line, ...] = ()
    why: str = ""

    @property
    def taken(self) -> bool:
        """Whether it holds the checkpoint."""
        return self.said in TAKEN

    @property
    def alarm(self) -> bool:
        """Whether it accuses the log, or is no witness of it any more."""
        return self.said in ALARMS


class History(Protocol):
    """The log, as far as a witness looks into it. Each raises LogUnavailable where it is damaged."""

    def head(self) -> Head:
        """How many entries there are now."""
        ...

    def root(self, size: int) -> bytes:
        """The root over the first ``size``; ValueError beyond the end."""
        ...

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """The proof that the first ``old`` are the beginning of the first ``new``."""
        ...


class Witness(Protocol):
    """Somebody who is handed checkpoints."""

    @property
    def name(self) -> str:
        """What the configuration calls it."""
        ...

    def take(self, note: Note, history: History, known: int) -> Testimony:
        """Hand over a checkpoint; ``known`` is the largest size it took before, as the log remembers."""
        ...


def undone(name: str, offered: Checkpoint, history: History) -> Testimony | None:
    """Tell whether the log still has what it signed: a checkpoint beside it can be newer than its entries."""
    try:
        if offered.size > history.head().size:
            said = Said.ROLLBACK
        elif history.root(offered.size) != offered.root:
            said = Said.SPLIT
        else:
            return None
    except (LogUnavailable, ValueError):
        said = Said.SPLIT
    return Testimony(witness=name, said=said, size=offered.size)


def compared(name: str, held: Checkpoint, offered: Checkpoint, history: History) -> Testimony | None:
    """Compare what a witness holds with the log; None when the checkpoint offered is a true extension."""

    def say(said: Said) -> Testimony:
        return Testimony(witness=name, said=said, size=offered.size, held=held.size)

    if held.origin != offered.origin:
        return say(Said.OTHER_LOG)
    try:
        if held.size > offered.size:
            # Another process may have handed over a later one meanwhile.
            if held.size > history.head().size:
                return say(Said.ROLLBACK)
            return say(Said.HELD if history.root(held.size) == held.root else Said.SPLIT)
        if held.size == offered.size:
            return say(Said.HELD if held.root == offered.root else Said.SPLIT)
        if not held.size:
            return None
        proof = history.consistency(held.size, offered.size)
    except (LogUnavailable, ValueError):
        return say(Said.SPLIT)  # hashes are missing: it cannot show any more that it extends what was held
    good = verify_consistency(held.size, offered.size, held.root, offered.root, proof)
    return None if good else say(Said.SPLIT)


# A file on another path


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a witness file holds, in its order; ``damaged`` counts pieces that are no checkpoint."""

    notes: tuple[Note, ...] = ()
    damaged: int = 0

    @property
    def heads(self) -> tuple[Head, ...]:
        """The checkpoints as heads, for ``Log.verify(earlier=…)``."""
        read = (Checkpoint.read(note.text) for note in self.notes)
        return tuple(Head(size=one.size, root=one.root) for one in read)


class WitnessFile:
    """Checkpoints one under the other in a file, an empty line after each. It only grows.

    The file is made, its folder is not: where a disk is not mounted nothing must be begun anew beside it.
    Nor is it made again once it had been taken from: who starts a new one makes it, empty, by hand.
    """

    def __init__(self, name: str, path: Path, key: Key) -> None:
        self.name = name
        self.path = path
        self._key = key

    def held(self) -> Holding:
        """Read all that is there. OSError when it cannot be read; FileNotFoundError when there is none."""
        return self._read(self.path.read_bytes())

    def last(self) -> Note | None:
        """Read the largest checkpoint that is there; None when there is none. OSError as ``held``.

        The largest, not the last written: whoever appends a smaller one by hand hides nothing.
        """
        return self._last(self.path.read_bytes())

    def take(self, note: Note, history: History, known: int) -> Testimony:
        """Append the checkpoint, on disk when this returns; or say why not, and leave the file as it is."""
        offered = Checkpoint.read(note.text)

        def say(said: Said, held: int = 0, lines: tuple[Line, ...] = (), why: str = "") -> Testimony:
            return Testimony(witness=self.name, said=said, size=offered.size, held=held, lines=lines, why=why)

        if found := undone(self.name, offered, history):
            return found
        fresh = not self.path.exists()
        if fresh and known and self.path.parent.is_dir():
            return say(Said.FORGOTTEN)
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            return say(Said.DOWN, why=type(error).__name__)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with os.fdopen(os.dup(handle), "rb") as file:
                written = file.read()
            last = self._last(written)
            if last is None and written.strip():
                return say(Said.OTHER_LOG)
            if last is not None:
                held = Checkpoint.read(last.text)
                if not _signed(last, self._key):
                    return say(Said.OTHER_LOG, held.size)
                found = compared(self.name, held, offered, history)
                if found is not None:
                    return say(found.said, held.size, last.lines if held == offered else ())
            # A crash in the middle of this leaves a piece that is no checkpoint; the next begins behind it.
            ahead = b"" if not written or written.endswith(b"\n\n") else b"\n\n"
            _append(handle, ahead + f"{note}\n".encode())
            if fresh:
                _sync_folder(self.path.parent)
        except OSError as error:
            return say(Said.DOWN, why=type(error).__name__)
        finally:
            os.close(handle)
        return say(Said.TAKEN, offered.size)

    def _last(self, written: bytes) -> Note | None:
        # Years of checkpoints are looked through at every command: only the largest is read strictly.
        places = [(int(found.group(1)), found.start()) for found in _LOOKS_LIKE_ONE.finditer(written)]
        for _size, start in sorted(places, key=lambda place: (-place[0], place[1])):
            signatures = written.find(b"\n\n", start) + 2
            end = written.find(b"\n\n", signatures)
            notes = self._read(written[start : end if end >= 0 else len(written)]).notes
            if notes:
                return notes[0]
        return None

    def _read(self, written: bytes) -> Holding:
        blocks = [block.strip("\n") for block in written.decode(errors="replace").split("\n\n")]
        blocks = [block for block in blocks if block]
        notes: list[Note] = []
        place = damaged = 0
        while place < len(blocks):
            try:
                note = Note.read(f"{blocks[place]}\n\n{blocks[place + 1]}\n")
                Checkpoint.read(note.text)
                if not any(len(line.signature) == _SIGNATURE for line in note.lines):
                    raise Unsound("cut short")
                notes.append(note)
                place += 2
            except (Unsound, IndexError):
                damaged += 1
                place += 1
        return Holding(notes=tuple(notes), damaged=damaged)


def _append(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
    os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    # The new file's own name must be on disk too; some shares cannot, and the file itself was synced.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _signed(note: Note, key: Key) -> bool:
    try:
        return note.by(key) is not None
    except Unsound:
        return False


# A command


class WitnessCommand:
    """A command of the operator's: it gets the checkpoint on stdin, and exit code 0 means that it is taken.

    It may print signature lines. It is run without a shell, and gets no more of our environment than it
    needs to be found and to speak: no key of ours.
    """

    _PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "LOGNAME")

    def __init__(self, name: str, command: Sequence[str], seconds: float) -> None:
        self.name = name
        self._command = tuple(command)
        self._seconds = seconds

    def take(self, note: Note, history: History, known: int) -> Testimony:
        """Run it; what it prints besides signature lines is let go."""
        offered = Checkpoint.read(note.text)
        size = offered.size
        if found := undone(self.name, offered, history):
            return found
        environment = {name: os.environ[name] for name in self._PASSED_ON if name in os.environ}
        try:
            done = subprocess.run(  # noqa: S603  the operator's own command, as a list, without a shell
                self._command,
                input=str(note).encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
                env=environment,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return Testimony(witness=self.name, said=Said.DOWN, size=size, why="deadline")
        except (OSError, ValueError) as error:
            return Testimony(witness=self.name, said=Said.DOWN, size=size, why=type(error).__name__)
        if done.returncode:
            return Testimony(witness=self.name, said=Said.DOWN, size=size, why=f"exit_{done.returncode}")
        lines = signature_lines(done.stdout)
        return Testimony(witness=self.name, said=Said.TAKEN, size=size, held=size, lines=lines)


def signature_lines(output: bytes) -> tuple[Line, ...]:
    """Give the signature lines in what a witness said; what is none is left alone."""
    found: list[Line] = []
    for row in output[:_LARGEST_OUTPUT].decode(errors="replace").split("\n"):
        with suppress(Unsound):
            found += Note.read(f"-\n\n{row}\n").lines
    return tuple(found)


# What it is worth


def checked(testimony: Testimony, note: Note, key: Key | None, *, must_sign: bool) -> Testimony:
    """Give a testimony with no line in it but a good one of the configured key.

    A line in the key's name that is not good makes it FORGED; none where one is owed makes it UNSIGNED.
    """
    if not testimony.taken:
        return _with(testimony, testimony.said, ())
    ours = [line for line in testimony.lines if key and (line.name, line.hash) == (key.name, key.hash)]
    good = tuple(line for line in ours if key and key.signed(note.text, line.signature))
    if ours and not good:
        return _with(testimony, Said.FORGED, ())
    if must_sign and not good and testimony.said is Said.TAKEN:
        return _with(testimony, Said.UNSIGNED, ())
    return _with(testimony, testimony.said, good[:1])


def _with(testimony: Testimony, said: Said, lines: tuple[Line, ...]) -> Testimony:
    return Testimony(
        witness=testimony.witness,
        said=said,
        size=testimony.size,
        held=testimony.held,
        lines=lines,
        why=testimony.why,
    )


Post = Callable[[str, bytes, float], "Posted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What came of posting something: the status (0: no reply, and ``why``), kind of content, and body."""

    status: int
    kind: str = ""
    body: bytes = field(default=b"", repr=False)
    why: str = ""
