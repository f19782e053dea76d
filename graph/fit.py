"""Learning the in-use model from labelled cases: what a home's own outcomes, or a file of truth, teach it.

Whatever is learned starts from a model that works and is shrunk towards it: the fewer labels, the less
changes. How much better the learned model is, is measured on cases it has not seen, case by case.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graph.inuse import rank
from graph.inuse_weights import DEFAULT, Model
from graph.model import NumberEvidence

Floats = NDArray[np.float64]
Tell = Callable[[str, float], None]

LN2 = math.log(2.0)
# Parts the cases are split into to measure what was learned on cases it was not learned from.
FOLDS = 5
# "Better" is said at this confidence (one-sided, paired by case).
SURE_ENOUGH = 0.95
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
    """The labelled numbers as columns; ``bits`` are the model's own log2 odds before calibration."""

    bits: Floats
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
    say("rank", 0.0)
    rows = _rows(cases, start)
    counted = len(set(rows.case.tolist()))
    folds = min(FOLDS, counted)
    if folds < 2 or not 0.0 < float(rows.label.mean()) < 1.0:
        return Fitted(model=start, report=_nothing(rows, counted, start))
    part = _parts(rows.case, folds, seed)
    before = _calibrated(rows.bits, start.slope, start.offset)
    after = np.empty_like(before)
    for fold in range(folds):
        say("check", fold / folds)
        held = part == fold
        slope, offset = _line(rows, ~held, start)
        after[held] = _calibrated(rows.bits[held], slope, offset)
    slope, offset = _line(rows, np.ones(len(rows.bits), dtype=bool), start)
    model = replace(start, slope=slope, offset=offset, fitted_on=len(rows.bits), name="fitted")
    say("done", 1.0)
    return Fitted(model=model, report=_report(rows, before, after, counted, folds, "calibration"))


def _rows(cases: Sequence[LabelledCase], model: Model) -> _Rows:
    bits: list[float] = []
    label: list[float] = []
    weight: list[float] = []
    at: list[int] = []
    groups: dict[str, int] = {}
    for place, case in enumerate(cases):
        whose = groups.setdefault(case.group, place) if case.group else place
        if not any(one is not None for one in case.labels):
            continue
        ranking = rank(case.numbers, case.as_of, model)
        raw = {
            (one.phone.key, one.person): math.fsum(
                reason.bits for reason in one.reasons if reason.code != "calibration"
            )
            for one in ranking.numbers
        }
        for number, said, counts in zip(case.numbers, case.labels, case.weights, strict=True):
            if said is not None and counts > 0.0:
                bits.append(raw[number.phone.key, number.person])
                label.append(said)
                weight.append(counts)
                at.append(whose)
    return _Rows(np.array(bits), np.array(label), np.array(weight), np.array(at, dtype=np.int64))


def _parts(case: NDArray[np.int64], folds: int, seed: int) -> NDArray[np.int64]:
    """Give each row the part its case is in: all numbers of a case stay together."""
    known, place = np.unique(case, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(known))
    return np.asarray((order % folds)[place], dtype=np.int64)


def _calibrated(bits: Floats, slope: float, offset: float) -> Floats:
    return np.asarray(slope * bits + offset, dtype=np.float64)


def _line(rows: _Rows, used: NDArray[np.bool_], start: Model) -> tuple[float, float]:
    """Give slope and offset by Newton's method, pulled towards the start's."""
    x = np.stack([rows.bits[used], np.ones(int(used.sum()))], axis=1)
    own = np.array([start.slope, start.offset])
    # A unit of slope moves a number of ten bits by ten: it is pulled accordingly.
    pull = PULL * np.diag([4.0, 0.25])
    now = own.copy()
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp2(-np.clip(x @ now, -60.0, 60.0)))
        weight = rows.weight[used]
        slope = LN2 * x.T @ (weight * (rows.label[used] - p)) - pull @ (now - own)
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


def _report(rows: _Rows, before: Floats, after: Floats, cases: int, folds: int, stage: str) -> FitReport:
    loss_before, loss_after = _losses(before, rows.label), _losses(after, rows.label)
    total = float(rows.weight.sum())
    gained = rows.weight * (loss_before - loss_after)
    gain = float(gained.sum()) / total
    _, place = np.unique(rows.case, return_inverse=True)
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


def _nothing(rows: _Rows, cases: int, start: Model) -> FitReport:
    if not cases:
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
    bits = _calibrated(rows.bits, start.slope, start.offset)
    return _report(rows, bits, bits, cases, 0, "none")
