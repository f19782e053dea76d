"""What was predicted against what calls showed later: is the model still right about its doubt?

Calls are noisy witnesses (graph.lessons), so a share "that came true" is the one that makes what was heard
likeliest, and a score is the likelihood of what was heard. Numbers nobody dialled say nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Predictions are sorted into so many bins of equal mass, fewer where a bin would have fewer than LEAST. Hand.
BINS = 10
LEAST = 20
# Fewer predictions than this are no ground for an alarm, in either direction. Hand.
ENOUGH = 100
# Draws of the bands; both are of one-sided 95 %, so an alarm by chance is one in twenty looks.
DRAWS = 400
_SURE = 0.95
_STEPS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One prediction and what the call after it was worth: ``p`` then, ``shipped`` what the shipped model
    said then, ``bits`` for his (graph.lessons.Lesson.bits); ``group`` says whose case it was."""

    p: float
    shipped: float
    bits: float
    group: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Predictions of about the same height: their mean, the share calls showed true, its 95 % interval."""

    said: float
    true: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How predictions did.

    ``ece`` is the mean distance of prediction and truth over the bins, ``low`` to ``high`` its interval
    (90 %), ``chance`` what it would exceed once in twenty times if the model were right. ``log_loss`` and
    ``shipped_log_loss`` are the mean surprise at what was heard; ``gain`` the difference and ``error`` its
    standard error by case. ``alarm`` is "" or why to look: miscalibrated, worse_than_shipped, or too_few
    (nothing can be said yet).
    """

    predictions: int
    cases: int
    bins: tuple[Bin, ...]
    ece: float
    low: float
    high: float
    chance: float
    log_loss: float
    shipped_log_loss: float
    gain: float
    error: float
    alarm: str


def drift(said: Sequence[Said], *, seed: int = 0) -> Drift:
    """Hold predictions against what calls showed; the same predictions and seed give the same answer."""
    # Of equal predictions the case decides the bin, never what was heard.
    ordered = sorted(said, key=lambda one: (one.p, one.group, one.bits))
    p = _clipped([one.p for one in ordered])
    shipped = _clipped([one.shipped for one in ordered])
    bits = np.array([one.bits for one in ordered], dtype=np.float64)
    names = {name: place for place, name in enumerate(dict.fromkeys(one.group for one in ordered))}
    group = np.array([names[one.group] for one in ordered], dtype=np.int64)
    if not len(p):
        return Drift(
            predictions=0, cases=0, bins=(), ece=0.0, low=0.0, high=0.0, chance=0.0, log_loss=0.0,
            shipped_log_loss=0.0, gain=0.0, error=0.0, alarm="too_few",
        )  # fmt: skip
    parts = np.array_split(np.arange(len(p)), min(BINS, max(len(p) // LEAST, 1)))
    ece = _ece(p, bits, parts)
    dice = np.random.default_rng(seed)
    low, high = _resampled(p, bits, group, len(names), len(parts), dice)
    chance = _by_chance(p, bits, parts, dice)
    losses, theirs = _surprise(p, bits), _surprise(shipped, bits)
    gain, error = _paired(theirs - losses, group, len(names))
    alarm = ""
    if len(p) < ENOUGH:
        alarm = "too_few"
    elif gain < -1.64 * error and error > 0.0:
        alarm = "worse_than_shipped"
    elif ece > chance:
        alarm = "miscalibrated"
    return Drift(
        predictions=len(p),
        cases=len(names),
        bins=tuple(_bin(p[part], bits[part]) for part in parts),
        ece=ece,
        low=low,
        high=high,
        chance=chance,
        log_loss=float(losses.mean()),
        shipped_log_loss=float(theirs.mean()),
        gain=gain,
        error=error,
        alarm=alarm,
    )


def _clipped(shares: Sequence[float]) -> Floats:
    return np.clip(np.array(shares, dtype=np.float64), 1e-6, 1.0 - 1e-6)


def _surprise(p: Floats, bits: Floats) -> Floats:
    """The surprise at what was heard, in nats: -log p after a sure "his", -log(1-p) after "not his"."""
    odds = np.exp2(np.clip(bits, -60.0, 60.0))
    return np.asarray(-np.log((p * odds + 1.0 - p) / np.maximum(odds, 1.0)), dtype=np.float64)


def _shares(bits: Floats) -> Floats:
    """The share of numbers his that makes what was heard of them likeliest, a row (by expectation-
    maximisation)."""
    odds = np.exp2(np.clip(bits, -60.0, 60.0))
    share = np.full((len(bits), 1), 0.5)
    for _ in range(_STEPS):
        share = np.mean(share * odds / (share * odds + 1.0 - share), axis=1, keepdims=True)
    return np.asarray(share[:, 0], dtype=np.float64)


def _share(bits: Floats) -> float:
    return float(_shares(bits[None, :])[0])


def _ece(p: Floats, bits: Floats, parts: Sequence[NDArray[np.int64]]) -> float:
    return sum(len(part) * abs(float(p[part].mean()) - _share(bits[part])) for part in parts) / len(p)


def _bin(p: Floats, bits: Floats) -> Bin:
    true = _share(bits)
    # Wilson's interval, with as many calls as are worth a sure one: a noisy witness counts for less.
    odds = np.exp2(np.clip(bits, -60.0, 60.0))
    after = true * odds / (true * odds + 1.0 - true)
    known = 1.0 - float(np.mean(after * (1.0 - after))) / max(true * (1.0 - true), 1e-9)
    worth = max(len(p) * min(max(known, 0.0), 1.0), 1.0)
    z = 1.96
    middle = (true + z * z / (2.0 * worth)) / (1.0 + z * z / worth)
    half = z / (1.0 + z * z / worth) * math.sqrt(true * (1.0 - true) / worth + z * z / (4.0 * worth**2))
    return Bin(
        said=float(p.mean()),
        true=true,
        low=max(middle - half, 0.0),
        high=min(middle + half, 1.0),
        count=len(p),
    )


def _resampled(
    p: Floats, bits: Floats, group: NDArray[np.int64], cases: int, bins: int, dice: np.random.Generator
) -> tuple[float, float]:
    """The interval of the calibration error when cases are drawn again (bootstrap by case)."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(cases + 1))
    found = []
    for _ in range(DRAWS // 4):
        rows = np.concatenate(
            [order[starts[one] : starts[one + 1]] for one in dice.integers(0, cases, size=cases)]
        )
        rows = rows[np.argsort(p[rows], kind="stable")]
        found.append(_ece(p[rows], bits[rows], np.array_split(np.arange(len(rows)), bins)))
    return float(np.quantile(found, 0.05)), float(np.quantile(found, 0.95))


def _by_chance(
    p: Floats, bits: Floats, parts: Sequence[NDArray[np.int64]], dice: np.random.Generator
) -> float:
    """What the calibration error exceeds once in twenty times if the model is right.

    Who uses each number is drawn from the predictions; what is heard of it is drawn from what was heard of
    numbers that are as surely his, or not his.
    """
    his = np.exp2(np.clip(bits, -60.0, 60.0)) * p
    his = his / (his + 1.0 - p)
    of_his, of_others = np.cumsum(his), np.cumsum(1.0 - his)
    off = np.zeros(DRAWS)
    for part in parts:
        true = dice.random((DRAWS, len(part))) < p[part]
        at = np.where(
            true,
            np.searchsorted(of_his, dice.random((DRAWS, len(part))) * of_his[-1]),
            np.searchsorted(of_others, dice.random((DRAWS, len(part))) * of_others[-1]),
        )
        off += len(part) * np.abs(p[part].mean() - _shares(bits[np.minimum(at, len(p) - 1)]))
    return float(np.quantile(off / len(p), _SURE))


def _paired(better: Floats, group: NDArray[np.int64], cases: int) -> tuple[float, float]:
    """The mean and its standard error, by case."""
    gain = float(better.mean())
    spread = np.bincount(group, better - gain, minlength=cases)
    error = math.sqrt(float(np.sum(spread**2)) * cases / max(cases - 1, 1)) / len(better)
    return gain, error
