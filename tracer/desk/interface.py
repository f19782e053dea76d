"""What programs ask over REST beside what the desk offers anyway: lists in pages, a batch, a checkpoint."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tracer.desk import life, logbook, witnessing
from tracer.desk.intake import problems
from tracer.desk.life import CaseLine
from tracer.desk.office import Office
from tracer.desk.seats import Seat
from tracer.errors import NotThere
from tracer.intake import Problem
from tracer.store.batches import BatchFile
from tracer.store.cases import CaseFile
from tracer.store.notes import Request
from tracer.words import N_

# The value it hands out that lives in the store: callers need its type, never the store.
__all__ = [
    "BatchFile",
    "Signed",
    "batch",
    "batch_problems",
    "case_lines",
    "checkpoint",
    "entries",
    "requests",
]

_PAGE = 200


def case_lines(office: Office, cases: Sequence[CaseFile]) -> tuple[CaseLine, ...]:
    """Give what the case list says of each of these cases, in their order."""
    return tuple(life.told(office, cases))


def requests(
    office: Office, seat: Seat, *, state: str | None = None, after: int = 0, limit: int = 100
) -> tuple[tuple[Request, CaseFile], ...]:
    """Give the refresh requests of cases somebody may touch, oldest first, from behind number ``after``."""
    found = (
        (one, case)
        for page in _pages(office, state, after)
        for one, case in zip(page, office.store.cases.many([one.case_id for one in page]), strict=True)
        if seat.reaches(office, case)
    )
    return tuple(islice(found, limit))


def _pages(office: Office, state: str | None, after: int) -> Iterator[tuple[Request, ...]]:
    while page := office.store.notes.requests(state=state, after=after, limit=_PAGE):
        yield page
        after = page[-1].id


def batch(office: Office, seat: Seat, number: int) -> BatchFile:
    """Give a batch of a client that is somebody's; raises NotThere."""
    found = office.store.batches.get(number)
    if found is None or found.client not in seat.clients:
        raise NotThere(
            N_("There is no batch {batch}"), N_("tracer import prints a batch's number."), batch=number
        )
    return found


def batch_problems(office: Office, number: int, *, after: int, limit: int) -> tuple[Problem, ...]:
    """Give the problems of a batch from behind the ``after``-th, in the order of its file."""
    return tuple(islice(problems(office, number), after, after + limit))


def entries(
    office: Office, wanted: logbook.Wanted, *, after: int | None, limit: int
) -> tuple[logbook.Line, ...]:
    """Give entries of the log in their order: those behind ``after``, or the last ones. Writes log_read."""
    if after is None:
        return logbook.listed(office, wanted=wanted, limit=limit)
    found = office.log.search(logbook.query(office, wanted), after=after, limit=limit)
    return logbook.shown_lines(office, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The last signed checkpoint: of how many entries, their root, when, and the note with cosignatures."""

    size: int
    root: str = field(repr=False)
    at: dt.datetime
    note: str = field(repr=False)
    key: str = field(repr=False)


def checkpoint(office: Office) -> Signed:
    """Give the last checkpoint that was signed, with its cosignatures; raises NotThere before the first."""
    last = office.log.checkpoints(last=True)
    if not last:
        raise NotThere(
            N_("No checkpoint of the log was signed yet"), N_("Sign one with: tracer log checkpoint")
        )
    said = last[0].checkpoint
    return Signed(
        size=said.size,
        root=said.root.hex(),
        at=last[0].at,
        note=str(witnessing.signed(office, last[0])),
        key=str(office.log.key or ""),
    )
