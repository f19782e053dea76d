"""What a home's own calls teach: rounds of calls become labelled cases, and a better model is put in use.

A label is what a round of calls brought to light of a number (graph.lessons); evidence is what was in hand
before the round (desk.hindsight). Numbers that were unlikely to be dialled count for more (graph.dialled),
notes that have nothing to do with the evidence are set aside (graph.recorders), and nothing is put in use
that is not better, with confidence, on cases kept back.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.dialled import Shown, balanced, dialling, effective
from graph.fit import Fitted, LabelledCase, fit
from graph.inuse_events import shared_line
from graph.inuse_weights import Model
from graph.lessons import Lesson, Round, levelled, round_lesson, taught
from graph.model import NumberEvidence, Ranking
from graph.recorders import Note, SetAside, set_aside
from tracer.desk import exploring
from tracer.desk.hindsight import Before, rounds_back
from tracer.desk.models import in_use
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.notes import NewNote

Progress = Callable[[int, int], None]

# Fewer cases with a label than this support nothing (shared/in-use.md §2, lesson 7: about fifty support
# recalibration).
FEWEST_CASES = 50
# Labels the weighted ones must be worth, and settled labels of each kind there must be. Hand.
FEWEST_EFFECTIVE = 30.0
FEWEST_OF_A_KIND = 10
# Of somebody who wrote more than this share of labels it is asked whether the model is better without him.
LARGE_SHARE = 0.25
# Shares of the progress: reading the home, learning.
_READING, PARTS = 700, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """One number called in one round: where it stands in its case, what it taught, whose note it was."""

    place: int
    lesson: Lesson
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """One round of one case."""

    numbers: tuple[NumberEvidence, ...]
    then: Before
    group: str
    shown: tuple[Shown, ...]
    candidates: tuple[int, ...]
    labels: tuple[_Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What there is to learn from.

    ``cases`` are labelled rounds, ``people`` the debtors they are of. ``calls`` were noted in all; ``early``
    are rounds before anything was looked up, and ``strange`` called numbers nobody had known of: neither
    teaches. ``settled`` labels came from somebody who spoke or a dead line. ``effective`` is how many equal
    labels the weighted ones are worth, ``clipped`` how many chances of being dialled were raised to the
    least. ``aside`` are notes not learned from, ``largest`` the share of whoever wrote most labels,
    ``sources`` those whose claims were in hand.
    """

    cases: tuple[LabelledCase, ...] = field(repr=False)
    without_largest: tuple[LabelledCase, ...] = field(repr=False)
    people: int
    calls: int
    early: int
    strange: int
    labels: int
    settled: int
    his: int
    effective: float
    clipped: int
    explored: int
    aside: tuple[SetAside, ...]
    largest: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What was learned, and why it may not be put in use (``refusals``, by code; empty: it may)."""

    lessons: Lessons
    fitted: Fitted
    refusals: tuple[str, ...]


def learn(
    office: Office, *, start: Model | None = None, seed: int = 0, progress: Progress | None = None
) -> Learned:
    """Learn from the home's calls, beginning at ``start``, else at the model in use. Nothing is changed."""
    base = start or in_use(office).model
    lessons = gather(office, base, progress=progress)

    def tell(_what: str, share: float) -> None:
        if progress:
            progress(_READING + round(share * (PARTS - _READING)), PARTS)

    fitted = fit(lessons.cases, base, seed=seed, tell=tell)
    refusals = _refusals(lessons, fitted)
    if not refusals and lessons.largest > LARGE_SHARE and lessons.without_largest:
        without = fit(lessons.without_largest, base, seed=seed).report
        if without.cases >= FEWEST_CASES and without.gain <= 0.0:
            refusals = ("one_person",)
    return Learned(lessons=lessons, fitted=fitted, refusals=refusals)


def _refusals(lessons: Lessons, fitted: Fitted) -> tuple[str, ...]:
    found = []
    if lessons.people < FEWEST_CASES:
        found.append("few_cases")
    if lessons.effective < FEWEST_EFFECTIVE:
        found.append("few_labels")
    if min(lessons.his, lessons.settled - lessons.his) < FEWEST_OF_A_KIND:
        found.append("one_kind")
    if not fitted.report.better:
        found.append("not_better")
    return tuple(found)


def gather(office: Office, model: Model, *, progress: Progress | None = None) -> Lessons:
    """Give what the home's calls teach, judged beside ``model``."""
    recorders = _recorders(office)
    taken: list[_Taken] = []
    calls = early = strange = explored = 0
    groups = _Groups()

    def reading(done: int, total: int) -> None:
        if progress:
            progress(round(_READING * done / max(total, 1)), PARTS)

    for case, one, then in rounds_back(office, reading):
        calls += len(one.calls)
        groups.join(case.pseudonym, [other.pseudonym for other in office.store.evidence.linked(case)])
        if not then.pieces:
            early += 1
            continue
        shares = office.store.learned.explored(case)
        blinds = [office.store.notes.note_blind(case, NewNote(outcome=call)) for call in one.calls]
        share = max(shares.get(blind, 0.0) for blind in blinds)
        explored += share > 0.0
        made, unknown = _round(office, case, one, then, model, share, recorders)
        strange += unknown
        if made is not None:
            taken.append(made)
    aside = set_aside([label.note for one in taken for label in one.labels if label.lesson.settled])
    return _weighed(
        taken,
        aside,
        groups,
        counts={"calls": calls, "early": early, "strange": strange, "explored": explored},
    )


def _recorders(office: Office) -> Mapping[int, str]:
    """Who noted each call, by entry; of a file whoever took it in."""
    return {
        entry.seq: entry.actor for event in ("outcome", "import") for entry in office.log.entries(event=event)
    }


def _round(
    office: Office,
    case: CaseFile,
    one: Round,
    then: Before,
    model: Model,
    share: float,
    recorders: Mapping[int, str],
) -> tuple[_Taken | None, int]:
    """Give one round as it is learned from, and how many called numbers nobody had known of."""
    ranking = then.ranked(model)
    places = {piece.phone.key: place for place, piece in enumerate(then.pieces)}
    called = one.by_number
    first = exploring.first(office, case, ranking, then.moment.day, share)
    candidates, shown = _shown(ranking, places, called, first)
    said = {ranked.phone.key: ranked.p for ranked in ranking.numbers}
    labels = []
    for number, calls in called.items():
        place = places.get(number)
        # A number that was barred and called all the same is nobody's idea of a choice.
        if place is None or place not in candidates:
            continue
        lesson, call = round_lesson(calls, shared=shared_line(then.pieces[place]))
        p = min(max(said[number], 1e-6), 1.0 - 1e-6)
        note = Note(recorder=recorders.get(call.entry, ""), p=p, label=lesson.label, party=call.party)
        labels.append(_Label(place=place, lesson=lesson, note=note))
    unknown = sum(number not in places for number in called)
    if not labels:
        return None, unknown
    return (
        _Taken(
            numbers=then.pieces,
            then=then,
            group=case.pseudonym,
            shown=shown,
            candidates=candidates,
            labels=tuple(labels),
        ),
        unknown,
    )


def _shown(
    ranking: Ranking,
    places: Mapping[str, int],
    called: Mapping[str, object],
    first: exploring.First,
) -> tuple[tuple[int, ...], tuple[Shown, ...]]:
    """The numbers that could be called, as whoever chose saw them."""
    free = [one for one in ranking.numbers if one.barred is None and not one.phone.masked]
    shown = tuple(
        Shown(
            bits=math.fsum(reason.bits for reason in one.reasons),
            place=place,
            others=len(free) - 1,
            first=one.phone.key == first.key,
            chance=first.chances.get(one.phone.key, 0.0),
            dialled=one.phone.key in called,
        )
        for place, one in enumerate(free)
    )
    return tuple(places[one.phone.key] for one in free), shown


def _weighed(
    taken: Sequence[_Taken], aside: Sequence[SetAside], groups: _Groups, *, counts: Mapping[str, int]
) -> Lessons:
    out = {one.recorder for one in aside}
    chances = dialling([row for one in taken for row in one.shown])
    chance: list[dict[int, float]] = []
    at = 0
    for one in taken:
        chance.append(dict(zip(one.candidates, chances.chances[at : at + len(one.shown)], strict=True)))
        at += len(one.shown)
    kept = [
        (index, label)
        for index, one in enumerate(taken)
        for label in one.labels
        if label.note.recorder not in out
    ]
    weights = balanced([chance[index][label.place] for index, label in kept], [1.0] * len(kept))
    weight = {(index, label.place): value for (index, label), value in zip(kept, weights, strict=True)}
    wrote: Counter[str] = Counter(label.note.recorder for _, label in kept)
    most, count = min(wrote.items(), key=lambda one: (-one[1], one[0]), default=("", 0))
    settled = [label for _, label in kept if label.lesson.settled]
    level = levelled([(label.note.p, label.lesson) for _, label in kept])
    cases = _labelled(taken, weight, groups, out, level)
    return Lessons(
        cases=cases,
        without_largest=_labelled(taken, weight, groups, out | {most}, level) if len(wrote) > 1 else (),
        people=len({one.group for one in cases}),
        labels=len(kept),
        settled=len(settled),
        his=sum(label.note.label >= 0.5 for label in settled),
        effective=effective(weights),
        clipped=chances.clipped,
        aside=tuple(aside),
        largest=count / len(kept) if kept else 0.0,
        sources=tuple(
            sorted({claim.source for one in cases for piece in one.numbers for claim in piece.claims})
        ),
        calls=counts["calls"],
        early=counts["early"],
        strange=counts["strange"],
        explored=counts["explored"],
    )


def _labelled(
    taken: Sequence[_Taken],
    weight: Mapping[tuple[int, int], float],
    groups: _Groups,
    without: set[str],
    level: tuple[float, float],
) -> tuple[LabelledCase, ...]:
    found = []
    for index, one in enumerate(taken):
        labels: list[float | None] = [None] * len(one.numbers)
        weights = [0.0] * len(one.numbers)
        for label in one.labels:
            if label.note.recorder not in without:
                labels[label.place] = taught(label.note.p, label.lesson, *level)
                weights[label.place] = weight[index, label.place]
        if any(label is not None for label in labels):
            found.append(
                LabelledCase(
                    # Bars are for today's calls and say nothing of whose a number is.
                    numbers=tuple(replace(piece, bars=()) for piece in one.numbers),
                    as_of=one.then.moment.day,
                    labels=tuple(labels),
                    weights=tuple(weights),
                    group=groups.of(one.group),
                )
            )
    return tuple(found)


class _Groups:
    """Cases that may use each other's records are one debtor's, as far as learning goes."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Give the name that stands for a case and all that hang together with it."""
        while (above := self._parent.get(name, name)) != name:
            name = above
        return name

    def join(self, name: str, others: Sequence[str]) -> None:
        """Say that cases hang together."""
        for other in others:
            left, right = sorted((self.of(name), self.of(other)))
            if left != right:
                self._parent[right] = left
