"""Learning the in-use model from labelled cases: what a home's own outcomes, or a file of truth, teach it.

Whatever is learned starts from a model that works and is shrunk towards it: the fewer labels, the less
changes. How much better the learned model is, is measured on cases it has not seen, case by case.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.boost import Forest, Growth, binned, empty, grow
from graph.inuse import judge
from graph.inuse_features import NAMED
from graph.inuse_learned import packed, total
from graph.inuse_weights import DEFAULT, Learned, Model
from graph.model import NumberEvidence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Tell = Callable[[str, float], None]

LN2 = math.log(2.0)
# Parts the cases are split into to measure what was learned on cases it was not learned from.
FOLDS = 5
# "Better" is said at this confidence (one-sided, paired by case).
SURE_ENOUGH = 0.95
# From so many labelled cases on: questions one at a time; trees; larger trees, checked on one part only.
FEW, SOME, MANY = 40, 120, 5_000
# Trees are counted in steps of so many when it is chosen how many are kept.
STEP = 10
# Sources of a home that are looked at one by one: named on so many numbers at least, and at most so many.
OFTEN, MOST_SOURCES = 30, 16
# Cases taken in at once.
_BATCH = 1000
# Pull of slope and offset towards the model's own, as if so many labels had already said so. Hand.
PULL = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCase:
    """One case and what is known of its numbers.

    ``labels`` are in step with ``numbers``: how surely the debtor uses it on ``as_of`` (0..1; None: nobody
    knows, for nobody dialled it). ``weights`` say how much each label counts (1.0: one number; more for a
    number that was unlikely to be dialled). Cases of one ``group`` are one debtor at several dates: they are
    never split between learning and checking, and count as one where errors are reckoned.
    """

    numbers: tuple[NumberEvidence, ...]
    as_of: dt.date
    labels: tuple[float | None, ...]
    weights: tuple[float, ...]
    group: str = ""

    def __repr__(self) -> str:
        return f"LabelledCase({len(self.numbers)} numbers)"

    def __post_init__(self) -> None:
        if not len(self.numbers) == len(self.labels) == len(self.weights):
            raise ValueError("one label and one weight a number")
        if any(label is not None and not 0.0 <= label <= 1.0 for label in self.labels):
            raise ValueError("a label is from 0 to 1")
        if not all(math.isfinite(weight) and weight >= 0.0 for weight in self.weights):
            raise ValueError("a weight is a number from nought up")


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """How well the learned model does on cases it has not seen, beside the one it began with.

    ``log_loss_*`` are means per labelled number (natural logarithm), ``gain`` their difference and ``error``
    its standard error, paired by case; ``ece_*`` the calibration error over 15 bins of equal mass.
    ``confidence`` is the chance that the gain is real, ``better`` whether that is enough to install it.
    ``stage`` says how much there was to learn from: none, calibration, sources, trees.
    """

    cases: int
    numbers: int
    folds: int
    stage: str
    log_loss_before: float
    log_loss_after: float
    gain: float
    error: float
    ece_before: float
    ece_after: float
    confidence: float
    better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A learned model and how far to trust it."""

    model: Model
    report: FitReport


@dataclass(frozen=True, slots=True)
class _Rows:
    """The labelled numbers as columns: the model's own log2 odds, and what trees look at."""

    bits: Floats
    figures: Floats
    label: Floats
    weight: Floats
    case: NDArray[np.int64]


def fit(
    cases: Sequence[LabelledCase], start: Model = DEFAULT, *, seed: int = 0, tell: Tell | None = None
) -> Fitted:
    """Give a model learned from ``cases`` and how it does on cases kept from it.

    The same cases and seed give the same model. With nothing to learn from it gives ``start`` back. ``tell``
    hears what is being done and which share of it is done.
    """
    say = tell or (lambda _what, _share: None)
    labelled = [case for case in cases if any(_counts(case))]
    sources = _sources(labelled, start)
    rows = _rows(labelled, start, sources, say)
    counted = len(np.unique(rows.case))
    if counted < 2 or not 0.0 < float(rows.label.mean()) < 1.0:
        return Fitted(model=start, report=_nothing(rows))
    part = _parts(rows.case, min(FOLDS, counted), seed)
    # With many cases one part is enough to check on, and time is short.
    checked = range(int(part.max()) + 1 if counted < MANY else 1)
    held = np.isin(part, checked)
    growth = _growth(counted, seed)
    best, added = 0, np.zeros(len(rows.bits))
    if growth is not None:
        best, added = _how_many(rows, part, checked, growth, say)
    seen = rows.bits + added
    after = np.zeros(len(rows.bits))
    for fold in checked:
        # Each part's slope and offset come from the others, so that the report stays honest.
        mine = part == fold
        slope, offset = _line(seen, rows, held & ~mine if len(checked) > 1 else _half(rows.case, mine))
        after[mine] = slope * seen[mine] + offset
    # Slope and offset are learned on forecasts for cases that the trees had not seen.
    slope, offset = _line(seen, rows, held)
    stage, forest = "calibration", empty()
    if growth is not None and best:
        say("trees", 0.0)
        stage = "sources" if growth.depth == 1 else "trees"
        forest = _grown(rows, np.ones(len(rows.bits), dtype=bool), replace(growth, trees=best))
    say("done", 1.0)
    report = _report(_only(rows, held), rows.bits[held], after[held], len(checked), stage)
    learned = start.learned
    if forest.count:
        learned += (Learned(packed=packed(forest.scaled(1.0 / start.slope)), sources=sources),)
    model = replace(
        start,
        name="fitted",
        learned=learned,
        slope=start.slope * slope,
        offset=start.offset * slope + offset,
        fitted_on=len(rows.bits),
    )
    return Fitted(model=model, report=replace(report, numbers=len(rows.bits), cases=counted))


def _counts(case: LabelledCase) -> list[bool]:
    return [
        label is not None and weight > 0.0 for label, weight in zip(case.labels, case.weights, strict=True)
    ]


def _sources(cases: Sequence[LabelledCase], start: Model) -> tuple[str, ...]:
    """Give the sources of this home that its trees look at one by one: often seen, and unknown elsewhere."""
    seen = Counter(
        source
        for case in cases
        for number in case.numbers
        for source in {claim.source for claim in number.claims}
        if source and source not in NAMED and source not in start.source_class
    )
    often = [source for source, count in sorted(seen.items()) if count >= OFTEN]
    return tuple(sorted(often, key=lambda source: (-seen[source], source))[:MOST_SOURCES])


def _rows(cases: Sequence[LabelledCase], model: Model, sources: tuple[str, ...], say: Tell) -> _Rows:
    bits: list[Floats] = []
    figures: list[Floats] = []
    label: list[float] = []
    weight: list[float] = []
    at: list[int] = []
    groups: dict[str, int] = {}
    for first in range(0, len(cases), _BATCH):
        say("rank", first / len(cases))
        batch = cases[first : first + _BATCH]
        judged = judge([(case.numbers, case.as_of) for case in batch], model)
        raw = judged.chain[:, 1] + total(judged.figures, model.learned)
        seen = judged.figures.of(Learned(packed="", sources=sources))
        kept = []
        ends = [*judged.starts[1:], len(judged.numbers)]
        for place, (case, begin, end) in enumerate(zip(batch, judged.starts, ends, strict=True), first):
            rows = {
                (one.phone.key, one.person): row for row, one in enumerate(judged.numbers[begin:end], begin)
            }
            whose = groups.setdefault(case.group, place) if case.group else place
            said = zip(case.numbers, case.labels, case.weights, strict=True)
            for number, answer, counts in said:
                if answer is not None and counts > 0.0:
                    kept.append(rows[number.phone.key, number.person])
                    label.append(answer)
                    weight.append(counts)
                    at.append(whose)
        bits.append(model.slope * raw[kept] + model.offset)
        figures.append(seen[kept])
    if not bits:
        none = np.zeros(0)
        return _Rows(none, np.zeros((0, 1)), none, none, np.zeros(0, dtype=np.int64))
    return _Rows(
        np.concatenate(bits),
        np.concatenate(figures),
        np.array(label),
        np.array(weight),
        np.array(at, dtype=np.int64),
    )


def _only(rows: _Rows, used: Flags) -> _Rows:
    return _Rows(rows.bits[used], rows.figures[used], rows.label[used], rows.weight[used], rows.case[used])


def _parts(case: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """Give each row the part its case is in: all numbers of a case stay together."""
    known, place = np.unique(case, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(known))
    return np.asarray((order % folds)[place], dtype=np.int64)


def _growth(cases: int, seed: int) -> Growth | None:
    """Give how trees are grown on so many cases; None: too few for any. Hand, on fictional markets."""
    if cases < FEW:
        return None
    if cases < SOME:
        return Growth(trees=150, depth=1, rate=0.05, ridge=20.0, columns=0.3, rows=0.8, seed=seed)
    if cases < MANY:
        return Growth(trees=300, depth=4, rate=0.05, ridge=10.0, columns=0.3, rows=0.7, seed=seed)
    return Growth(trees=500, depth=6, rate=0.08, ridge=10.0, columns=0.25, rows=0.5, seed=seed)


def _grown(rows: _Rows, used: Flags, growth: Growth) -> Forest:
    """Grow trees beside the model's own bits."""
    data = binned(rows.figures[used])
    return grow(data, rows.label[used], rows.bits[used], rows.weight[used], growth)


def _how_many(
    rows: _Rows, part: NDArray[np.int64], checked: range, growth: Growth, say: Tell
) -> tuple[int, Floats]:
    """Give how many trees do best on parts they were not grown on, and the bits they add there."""
    stops = range(STEP, growth.trees + 1, STEP)
    added = np.zeros((len(stops) + 1, len(rows.bits)), dtype=np.float32)
    for fold in checked:
        say("check", fold / len(checked))
        held = part == fold
        forest, figures = _grown(rows, ~held, growth), rows.figures[held]
        total = np.zeros(int(held.sum()))
        for place, stop in enumerate(stops, 1):
            total += forest.part(stop - STEP, stop).bits(figures)
            added[place, held] = total
    held = np.isin(part, checked)
    weight = rows.weight[held]
    losses = [
        float(np.average(_losses(rows.bits[held] + more[held], rows.label[held]), weights=weight))
        for more in added
    ]
    best = int(np.argmin(losses))
    return best * STEP, added[best].astype(np.float64)


def _half(case: NDArray[np.int64], used: Flags) -> Flags:
    """Give the rows of every other case among ``used``."""
    place = np.unique(case, return_inverse=True)[1]
    return np.asarray(used & (place % 2 == 0), dtype=np.bool_)


def _line(bits: Floats, rows: _Rows, used: Flags) -> tuple[float, float]:
    """Give slope and offset by Newton's method, pulled towards one and nought."""
    x = np.stack([bits[used], np.ones(int(used.sum()))], axis=1)
    own = np.array([1.0, 0.0])
    # A unit of slope moves a number of ten bits by ten: it is pulled accordingly.
    pull = PULL * np.diag([4.0, 0.25])
    now = own.copy()
    label, weight = rows.label[used], rows.weight[used]
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp2(-np.clip(x @ now, -60.0, 60.0)))
        slope = LN2 * x.T @ (weight * (label - p)) - pull @ (now - own)
        curve = LN2**2 * (x * (weight * p * (1.0 - p))[:, None]).T @ x + pull
        step = np.linalg.solve(curve, slope)
        now = now + np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max()) < 1e-9:
            break
    return max(float(now[0]), 0.05), float(now[1])


def _losses(bits: Floats, label: Floats) -> Floats:
    score = np.clip(bits, -15.0, 15.0) * LN2
    return np.asarray(np.logaddexp(0.0, score) - label * score, dtype=np.float64)


def _ece(bits: Floats, label: Floats, weight: Floats) -> float:
    p = 1.0 / (1.0 + np.exp2(-np.clip(bits, -15.0, 15.0)))
    off = 0.0
    for part in np.array_split(np.argsort(p, kind="stable"), 15):
        if len(part):
            off += abs(float(np.sum(weight[part] * (p[part] - label[part]))))
    return off / float(weight.sum())


def _report(rows: _Rows, before: Floats, after: Floats, folds: int, stage: str) -> FitReport:
    loss_before, loss_after = _losses(before, rows.label), _losses(after, rows.label)
    total = float(rows.weight.sum())
    gained = rows.weight * (loss_before - loss_after)
    gain = float(gained.sum()) / total
    known, place = np.unique(rows.case, return_inverse=True)
    cases = len(known)
    spread = np.bincount(place, gained - gain * rows.weight)
    error = math.sqrt(float(np.sum(spread**2)) * cases / max(cases - 1, 1)) / total
    confidence = 0.5 * math.erfc(-gain / error / math.sqrt(2.0)) if error > 0.0 else 0.5
    return FitReport(
        cases=cases,
        numbers=len(rows.bits),
        folds=folds,
        stage=stage,
        log_loss_before=float(np.sum(rows.weight * loss_before)) / total,
        log_loss_after=float(np.sum(rows.weight * loss_after)) / total,
        gain=gain,
        error=error,
        ece_before=_ece(before, rows.label, rows.weight),
        ece_after=_ece(after, rows.label, rows.weight),
        confidence=confidence,
        better=gain > 0.0 and confidence >= SURE_ENOUGH,
    )


def _nothing(rows: _Rows) -> FitReport:
    if len(rows.bits):
        return _report(rows, rows.bits, rows.bits, 0, "none")
    return FitReport(
        cases=0,
        numbers=0,
        folds=0,
        stage="none",
        log_loss_before=0.0,
        log_loss_after=0.0,
        gain=0.0,
        error=0.0,
        ece_before=0.0,
        ece_after=0.0,
        confidence=0.5,
        better=False,
    )
