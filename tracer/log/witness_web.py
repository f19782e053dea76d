"""Witnesses at a web address: a C2SP witness (c2sp.org/tlog-witness), or one that only keeps what is posted.

Nothing is sent here: the caller hands in how to post (the gateway's, the one door). What is sent holds no
person: a name, a size, hashes and signatures.
"""

from __future__ import annotations

import re
from base64 import b64encode

from tracer.errors import LogUnavailable
from tracer.log.witness import History, Post, Posted, Said, Testimony, signature_lines, undone
from tracer.proof import Checkpoint, Line, Note

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_SIZE_KIND = "text/x.tlog.size"
_MOST_HASHES = 63  # of a consistency proof: the specification's limit


class WitnessAddress:
    """Posts the checkpoint to an address; any 2xx means that it is kept there. It compares nothing."""

    def __init__(self, name: str, url: str, post: Post, seconds: float) -> None:
        self.name = name
        self._url = url
        self._post = post
        self._seconds = seconds

    def take(self, note: Note, history: History, known: int) -> Testimony:
        """Post it; signature lines in the reply are given, the rest is let go."""
        offered = Checkpoint.read(note.text)
        size = offered.size
        if found := undone(self.name, offered, history):
            return found
        reply = self._post(self._url, str(note).encode(), self._seconds)
        if 200 <= reply.status < 300:
            lines = signature_lines(reply.body)
            return Testimony(witness=self.name, said=Said.TAKEN, size=size, held=size, lines=lines)
        return Testimony(witness=self.name, said=_no(reply), size=size, why=_why(reply))


class WitnessService:
    """A C2SP witness: it remembers the last checkpoint it signed, and signs only a true extension of it."""

    def __init__(self, name: str, url: str, post: Post, seconds: float) -> None:
        self.name = name
        self._url = url.rstrip("/") + "/add-checkpoint"
        self._post = post
        self._seconds = seconds

    def take(self, note: Note, history: History, known: int) -> Testimony:
        """Ask for a cosignature. Where the witness holds another size than we thought, once more from there.

        A witness that answers 422, or 409 for the size it holds, accuses the log: our own proof was right
        for what we have, and what it holds is something else.
        """
        offered = Checkpoint.read(note.text)

        def say(said: Said, held: int = 0, lines: tuple[Line, ...] = (), why: str = "") -> Testimony:
            return Testimony(witness=self.name, said=said, size=offered.size, held=held, lines=lines, why=why)

        if found := undone(self.name, offered, history):
            return found
        # What we remember of it can be more than is offered now: another process handed over a later one.
        old = known if known <= offered.size else 0
        for last in (False, True):
            try:
                reply = self._ask(old, offered.size, note, history)
            except (LogUnavailable, ValueError):
                return say(Said.SPLIT, old)  # our own hashes are missing: it cannot be shown any more
            if reply.status == 200:
                return say(Said.TAKEN, offered.size, signature_lines(reply.body))
            if reply.status == 422:
                return say(Said.SPLIT, old)
            if reply.status != 409:
                return say(_no(reply), why=_why(reply))
            size = _held(reply)
            if size is None or size == old:
                # The same size and another root: the specification asks for 409 here too.
                return say(Said.SPLIT, old) if old == offered.size else say(Said.REFUSED, why="status_409")
            if size > offered.size:
                return self._ahead(offered, size, history)
            if not size and known:
                return say(Said.FORGOTTEN)
            old = size
            if last:
                break
        return say(Said.DOWN, old, why="busy")  # somebody else is handing over at the same time

    def _ask(self, old: int, size: int, note: Note, history: History) -> Posted:
        proof = history.consistency(old, size) if 0 < old < size else ()
        if len(proof) > _MOST_HASHES:
            raise ValueError("the proof has too many hashes")
        hashes = "".join(f"{b64encode(step).decode()}\n" for step in proof)
        body = f"old {old}\n{hashes}\n{note}"
        return self._post(self._url, body.encode(), self._seconds)

    def _ahead(self, offered: Checkpoint, size: int, history: History) -> Testimony:
        # It holds more than is offered. Another process may have written and handed over meanwhile; a log
        # that has not so many entries was cut, and a root nobody can compare here is for the next time.
        try:
            cut = size > history.head().size
        except LogUnavailable:
            cut = True
        said = Said.ROLLBACK if cut else Said.DOWN
        return Testimony(
            witness=self.name, said=said, size=offered.size, held=size, why="" if cut else "later_held"
        )


def _held(reply: Posted) -> int | None:
    kind = reply.kind.partition(";")[0].strip().lower()
    found = _SIZE.fullmatch(reply.body)
    return int(found.group(1)) if kind == _SIZE_KIND and found else None


def _no(reply: Posted) -> Said:
    return Said.REFUSED if 400 <= reply.status < 500 and reply.status not in (408, 429) else Said.DOWN


def _why(reply: Posted) -> str:
    return reply.why or f"status_{reply.status}"
