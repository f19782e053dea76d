"""The look-up log as people read it: listed, shown, verified; reading it is an entry too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from pathlib import Path

from tracer.desk.health import beginning, outside
from tracer.desk.office import Office, a_moment
from tracer.desk.persons import persons
from tracer.errors import NotThere, WrongUse
from tracer.log import Entry, Query, Verification
from tracer.log.entry import JSON
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as a screen shows it. ``leaf`` is its hash in the tree, hexadecimal."""

    seq: int
    at: dt.datetime
    event: str
    about: int | None
    actor: str
    source: str
    outcome: str
    purpose: str
    leaf: str
    body: Mapping[str, JSON] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries somebody wants, as he types it; None is any. ``since``, ``until``: days or times."""

    event: str | None = None
    case: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    actor: str | None = None
    client: str | None = None
    source: str | None = None
    purpose: str | None = None
    outcome: str | None = None
    verdict: str | None = None
    rule: str | None = None
    since: str | None = field(default=None, repr=False)
    until: str | None = field(default=None, repr=False)

    @property
    def named(self) -> tuple[str, ...]:
        """The names of the filters that are set, for the log: never what they are set to."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is not None)


ALL = Wanted()


def query(office: Office, wanted: Wanted) -> Query:
    """Give what the log is asked for. Looking for a person by number or id is an entry of its own.

    A day given as ``until`` is included. Raises WrongUse for a case, person or time that is none.
    """
    who = persons(office, case=wanted.case, subject=wanted.subject)
    return Query(
        event=wanted.event or "",
        actor=wanted.actor or "",
        source=wanted.source or "",
        client=wanted.client or "",
        purpose=wanted.purpose or "",
        outcome=wanted.outcome or "",
        verdict=wanted.verdict or "",
        rule=wanted.rule or "",
        cases=who.pseudonyms,
        tokens=who.tokens,
        since=a_moment(office, wanted.since) if wanted.since else None,
        until=_end(office, wanted.until) if wanted.until else None,
    )


def _end(office: Office, text: str) -> dt.datetime:
    found = a_moment(office, text)
    return found + dt.timedelta(days=1) if len(text.strip()) == len("2026-12-31") else found


def listed(
    office: Office,
    *,
    wanted: Wanted,
    after: int = 0,
    limit: int = 50,
) -> tuple[Line, ...]:
    """Give the entries that fit, the newest last; without filters the last ``limit``. Writes ``log_read``."""
    found = office.log.search(query(office, wanted), after=after, newest=after == 0)
    return shown_lines(office, islice(found, limit))[:: -1 if after == 0 else 1]


def shown_lines(office: Office, entries: Iterable[Entry]) -> tuple[Line, ...]:
    """Give entries as a screen shows them, in their order. Writes ``log_read``."""
    lines = tuple(_line(entry) for entry in entries)
    _read(office, lines)
    return lines


def shown(office: Office, seq: int) -> tuple[Line, ...]:
    """Give one entry and those that are about it: a question with its ending. Writes ``log_read``."""
    entry = office.log.entry(seq)
    if entry is None:
        raise NotThere(
            N_("There is no entry {seq}; the log has {size}"),
            N_("List the entries with: tracer log list"),
            seq=seq,
            size=office.log.head().size,
        )
    return shown_lines(office, (entry, *office.log.entries(about=seq)))


def head(office: Office) -> tuple[int, str]:
    """Give the size of the log and the root of its tree, hexadecimal: keep it where nobody here can write."""
    found = office.log.head()
    return found.size, found.root.hex()


def verify(
    office: Office,
    progress: Callable[[int, int], None] | None = None,
    *,
    checkpoints: Sequence[Path] = (),
    since: str = "",
) -> Verification:
    """Recompute the log from its bytes and compare it with what witnesses hold and ``checkpoints`` say.

    With ``since`` (a checkpoint's file or size) only what came after it is read. The check itself is written
    down afterwards. Raises WrongUse for a file without a checkpoint or a size that was not signed.
    """
    known = outside(office, checkpoints)
    begun = beginning(office, since) if since else None
    found = office.log.verify(progress, earlier=known.heads, since=begun.heads[0] if begun else None)
    faults = known.faults + (begun.faults if begun else ())
    if faults:
        together = sorted({*found.faults, *faults}, key=lambda fault: (fault.seq, fault.code))
        found = replace(found, ok=False, faults=tuple(together))
    body: dict[str, JSON] = {"size": found.size, "root": found.root.hex(), "problems": len(found.faults)}
    if begun:
        body["first"] = found.since + 1
    office.write("log_verified", body=body)
    return found


def unfinished(office: Office) -> tuple[Line, ...]:
    """Give the questions that have no ending: a crash in the middle, or one being asked right now."""
    return tuple(_line(entry) for entry in office.log.unfinished())


def recover(office: Office) -> int:
    """Close what a crash left open as ``unknown``; nothing is asked again. Gives how many."""
    return office.log.recover(office.actor)


def clock_corrected(office: Office) -> None:
    """Let the log go on after a clock was set back, and say so in it."""
    last = office.log.entry(office.log.head().size)
    if last is not None and last.at <= office.clock():
        raise WrongUse(
            N_("The clock is not behind the log"), N_("Nothing is to be corrected, and nothing was written.")
        )
    office.write("clock_corrected")


def _read(office: Office, lines: Sequence[Line]) -> None:
    if lines:
        numbers = [line.seq for line in lines]
        office.write("log_read", body={"first": min(numbers), "last": max(numbers), "rows": len(lines)})


def _line(entry: Entry) -> Line:
    return Line(
        seq=entry.seq,
        at=entry.at,
        event=entry.event,
        about=entry.about,
        actor=entry.actor,
        source=entry.source,
        outcome=entry.outcome,
        purpose=entry.purpose,
        leaf=entry.leaf.hex(),
        body=entry.body,
    )
