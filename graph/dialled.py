"""Why some numbers were dialled and others not: the chance of each, and weights that make up for it.

A number that nobody would have dialled and somebody did speaks for all like it that were left alone (inverse
probability weighting). Where chance said which number was first, that chance is known and is used; the rest
is estimated from what the ranking showed the person who dialled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Nothing counts as less likely to be dialled than this: the few that are would drown all others. Hand.
LEAST_CHANCE = 0.1
# Pull of the estimate towards "everything is dialled alike", in rows. Hand.
_PULL = 5.0
_STEPS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One number as it was shown to whoever chose: its log2 odds, its place (0: first), how many others.

    ``first`` is True when it was advised to be called first, ``chance`` how likely that was: 1 or 0, unless
    it was drawn. ``dialled`` is what was done.
    """

    bits: float
    place: int
    others: int
    first: bool
    chance: float
    dialled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialling:
    """The chance of each number to be dialled, clipped; ``clipped`` is how many were below the least."""

    chances: tuple[float, ...]
    clipped: int


def dialling(shown: Sequence[Shown], least: float = LEAST_CHANCE) -> Dialling:
    """Estimate the chance of each number to have been dialled.

    A logistic curve over what was shown, pulled towards the mean; where ``first`` was drawn, the mean over
    what might have been drawn. With nothing to compare (none or all dialled) all chances are alike.
    """
    if not shown:
        return Dialling(chances=(), clipped=0)
    y = np.array([one.dialled for one in shown], dtype=np.float64)
    mean = float(y.mean())
    if mean in (0.0, 1.0):
        return Dialling(chances=tuple(max(mean, least) for _ in shown), clipped=0)
    weights = _logistic(_seen(shown, None), y)
    chance = np.array([one.chance for one in shown])
    said_first, said_later = (_curve(_seen(shown, first) @ weights) for first in (True, False))
    raw = chance * said_first + (1.0 - chance) * said_later
    return Dialling(
        chances=tuple(float(one) for one in np.clip(raw, least, 1.0)), clipped=int(np.sum(raw < least))
    )


def balanced(chances: Sequence[float], weights: Sequence[float]) -> tuple[float, ...]:
    """Give ``weights`` divided by their chances and scaled so that their sum stays the same."""
    raw = [weight / chance for weight, chance in zip(weights, chances, strict=True)]
    total = math.fsum(raw)
    if total <= 0.0:
        return tuple(raw)
    scale = math.fsum(weights) / total
    return tuple(one * scale for one in raw)


def effective(weights: Sequence[float]) -> float:
    """Give how many labels of equal weight these are worth (Kish): the sum squared by the sum of squares."""
    squares = math.fsum(weight * weight for weight in weights)
    return math.fsum(weights) ** 2 / squares if squares > 0.0 else 0.0


def _seen(shown: Sequence[Shown], first: bool | None) -> Floats:
    """What was shown, as columns; ``first`` says what if all (or none) had been advised first."""
    return np.array(
        [
            (
                1.0,
                float(one.first if first is None else first),
                min(max(one.bits, -8.0), 8.0) / 4.0,
                math.log1p(one.place),
                math.log1p(one.others),
            )
            for one in shown
        ]
    )


def _curve(score: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))), dtype=np.float64)


def _logistic(x: Floats, y: Floats) -> Floats:
    """Fit a logistic curve by Newton's method; all but the constant are pulled towards nought."""
    pull = np.diag([1e-3, *([_PULL] * (x.shape[1] - 1))])
    now = np.zeros(x.shape[1])
    now[0] = math.log(y.mean() / (1.0 - y.mean()))
    for _ in range(_STEPS):
        p = _curve(x @ now)
        slope = x.T @ (y - p) - pull @ now
        slope[0] += 1e-3 * now[0]
        step = np.linalg.solve((x * (p * (1.0 - p))[:, None]).T @ x + pull, slope)
        now = now + np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-8:
            break
    return np.asarray(now, dtype=np.float64)
