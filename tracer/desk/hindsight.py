"""Looking back: what was said of a case's numbers at a call, from what was in hand before it and no more."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.inuse import rank
from graph.inuse_weights import DEFAULT, Model
from graph.lessons import Round, rounds
from graph.model import NumberEvidence, Outcome, Ranking
from tracer.desk import contacts, exploring
from tracer.desk.barring import OBJECTION, stopped
from tracer.desk.models import InUse, ModelDamaged, in_use
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.evidence import Moment
from tracer.store.learned import Prediction

# A probability this near to 0 or 1 is kept as this: what it is said to be is worked with as odds.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A case as it stood before a call: its evidence by number, in the order of the ranking's making."""

    moment: Moment
    pieces: tuple[NumberEvidence, ...] = field(repr=False)

    def ranked(self, model: Model) -> Ranking:
        """The case's numbers in order, as ``model`` would have had them that day."""
        return rank(self.pieces, self.moment.day, model)


def before(office: Office, case: CaseFile, call: Outcome, entry: int) -> Before:
    """Give what was in hand before a call that was noted under ``entry``."""
    moment = Moment(at=call.at, zone=office.config.zone, entry=entry)
    seen = contacts.known(office, case, moment)
    return Before(moment=moment, pieces=contacts.evidence(seen, contacts.persons(seen)))


def rounds_back(
    office: Office, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[CaseFile, Round, Before]]:
    """Give every round of calls of every case, with what was in hand before it.

    Cases that were returned cannot be read any more, and of who objected to being processed nothing is
    learned: both are left out. ``progress`` hears how many cases of how many were gone through.
    """
    total = office.store.cases.count()
    for done, case in enumerate(office.store.cases.listed()):
        if progress:
            progress(done, total)
        if case.key is None:
            continue
        calls = [note.outcome for note in office.store.notes.of(case)]
        if not calls or OBJECTION in stopped(office, case):
            continue
        for one in rounds(calls):
            yield case, one, before(office, case, one.calls[0], min(call.entry for call in one.calls))


def predict(office: Office, case: CaseFile, calls: Sequence[tuple[int, Outcome]], entry: int) -> None:
    """Keep what the model in use said of each number before it was called; ``calls`` with their notes' index.

    Calls of numbers that nothing was known of, and calls from before anything was looked up, have no
    prediction. A damaged model predicts nothing, and keeps nobody from noting a call.
    """
    try:
        ranker = in_use(office)
    except ModelDamaged:
        return
    if not office.store.evidence.lookups(case):
        return
    days: dict[dt.date, _Day] = {}
    made = []
    for note, call in sorted(calls, key=lambda one: (one[1].at, one[0])):
        day = call.at.astimezone(office.config.zone).date()
        if day not in days:
            # Calls of one day are chosen from one list: that before the first of them.
            then = before(office, case, call, entry)
            ranking = then.ranked(ranker.model)
            days[day] = _Day(
                ranking=ranking,
                shipped=ranking if ranker.number is None else then.ranked(DEFAULT),
                first=exploring.first(office, case, ranking, day),
            )
        prediction = _prediction(office, case, note, call, day, days[day], ranker)
        if prediction is not None:
            made.append(prediction)
    office.store.learned.predicted(case, made, office.clock(), entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    ranking: Ranking
    shipped: Ranking
    first: exploring.First


def _prediction(
    office: Office, case: CaseFile, note: int, call: Outcome, day: dt.date, then: _Day, ranker: InUse
) -> Prediction | None:
    ranking, first = then.ranking, then.first
    places = {one.phone.key: place for place, one in enumerate(ranking.numbers)}
    place = places.get(call.phone.key)
    if place is None:
        return None
    return Prediction(
        note=note,
        number=office.store.notes.number_token(case, call.phone),
        model=ranker.number,
        as_of=day,
        p=_kept(ranking.numbers[place].p),
        shipped=_kept(next(one.p for one in then.shipped.numbers if one.phone.key == call.phone.key)),
        place=place,
        others=len(ranking.numbers) - 1,
        explore=first.explore,
        chance=first.chances.get(call.phone.key, 0.0),
        first=first.key == call.phone.key,
    )


def _kept(p: float) -> float:
    return min(max(p, _LEAST), 1.0 - _LEAST) if math.isfinite(p) else 0.5
