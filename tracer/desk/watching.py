"""Is the model still right? Predictions made before calls, held against what the calls showed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.drift import Drift, Said, drift
from graph.lessons import round_lesson, rounds
from tracer.desk.models import ModelLine, current, listed
from tracer.desk.office import Office
from tracer.store.learned import Tested


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How the predictions of one model (None: of all) did; ``since`` is the first day that counts, if any."""

    drift: Drift
    model: ModelLine | None
    since: dt.date | None = field(default=None)


def watch(office: Office, *, every: bool = False, since: dt.date | None = None) -> Watched:
    """Hold the predictions of the model in use (``every``: of all) against the calls that followed."""
    number = current(office)
    tested = [
        one for one in office.store.learned.tested(since) if every or (one.prediction.model or 0) == number
    ]
    line = None if every else next(one for one in listed(office) if one.number == number)
    return Watched(drift=drift(_said(tested)), model=line, since=since)


def _said(tested: Sequence[Tested]) -> list[Said]:
    """One prediction a number and round: that before the round's first call, and what the round taught."""
    by: dict[tuple[int, str], list[Tested]] = {}
    for one in tested:
        by.setdefault((one.case, one.prediction.number), []).append(one)
    found = []
    for (case, _number), mine in sorted(by.items()):
        before = {id(one.outcome): one.prediction for one in mine}
        for round_ in rounds(one.outcome for one in mine):
            lesson, _call = round_lesson(round_.calls)
            prediction = before[id(round_.calls[0])]
            found.append(Said(p=prediction.p, shipped=prediction.shipped, bits=lesson.bits, group=str(case)))
    return found
