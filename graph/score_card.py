"""How each source's numbers turned out: right party, wrong party, complaints, drawn to the mean of all.

A source with three calls and three right parties is not a perfect source. Rates are those of a beta-binomial
model whose prior is learned from all sources together (empirical Bayes), with its interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

# Half of what lies outside an interval is on each side of it: 90 % inside.
_TAIL = 0.05
_GRID = 4001
# The prior is worth so many calls at least and at most: sources differ, and are all sources. Hand.
LEAST_CALLS, MOST_CALLS = 4.0, 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``hits`` of ``calls``; ``rate`` drawn to the mean of all sources, between ``low`` and ``high``."""

    hits: float
    calls: float
    rate: float
    low: float
    high: float


def rates(counts: Mapping[str, tuple[float, float]]) -> dict[str, Rate]:
    """Give the rate of each name from its (hits, calls); a name without calls gets the mean and its doubt."""
    mean, worth = _prior([counts[name] for name in sorted(counts)])
    found = {}
    for name, (hits, calls) in counts.items():
        a, b = mean * worth + hits, (1.0 - mean) * worth + calls - hits
        low, high = interval(a, b)
        found[name] = Rate(hits=hits, calls=calls, rate=a / (a + b), low=low, high=high)
    return found


def interval(a: float, b: float) -> tuple[float, float]:
    """Give what lies between the outer twentieths of a beta distribution (``a``, ``b`` above 0)."""
    # In log odds both tails are smooth, however near 0 or 1 the mass lies.
    middle = math.log(a / b)
    width = 12.0 * math.sqrt(1.0 / a + 1.0 / b) + 12.0
    score = np.linspace(middle - width, middle + width, _GRID)
    # The density of the log odds: p^a (1-p)^b, without its constant.
    density = -a * np.logaddexp(0.0, -score) - b * np.logaddexp(0.0, score)
    mass = np.cumsum(np.exp(density - density.max()))
    at = np.searchsorted(mass, [_TAIL * mass[-1], (1.0 - _TAIL) * mass[-1]])
    low, high = (1.0 / (1.0 + math.exp(-float(score[min(int(place), _GRID - 1)]))) for place in at)
    return low, high


def _prior(counts: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The mean of all sources and how many calls that mean is worth, by moments."""
    calls = math.fsum(calls for _, calls in counts)
    if calls <= 0.0:
        return 0.5, LEAST_CALLS
    # Half a hit in one call keeps a mean of nothing away from nought.
    mean = (math.fsum(hits for hits, _ in counts) + 0.5) / (calls + 1.0)
    seen = [(hits, calls) for hits, calls in counts if calls > 0.0]
    if len(seen) < 2:
        return mean, LEAST_CALLS
    noise = mean * (1.0 - mean)
    between = math.fsum(n * (hits / n - mean) ** 2 for hits, n in seen) - (len(seen) - 1) * noise
    room = calls - math.fsum(n * n for _, n in seen) / calls
    spread = between / room if room > 0.0 else 0.0
    if spread <= 0.0:
        return mean, MOST_CALLS
    return mean, min(max(noise / spread - 1.0, LEAST_CALLS), MOST_CALLS)
