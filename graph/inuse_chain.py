"""Filtering many numbers forward in time at once, and what every event and the time between them said.

The hidden life of a number is ``graph.hidden``'s; here its chain is run over arrays, the longest histories
first, one event of each number a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.hidden import STATES, Rates, Vector, after, bits, normal
from graph.inuse_events import Event

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Filtered:
    """What became of the numbers: ``weights`` of the states today, a row a number; ``prior`` bits they all
    begin with; ``time`` the bits that the passing of time added to each; ``days`` over which; ``said`` the
    bits of each event, in the order of the numbers and their events."""

    weights: Floats
    prior: float
    time: Floats
    days: Ints
    said: Floats


def filtered(
    events: Sequence[Sequence[Event]], today: Ints, rates: Sequence[Rates], initial: Vector
) -> Filtered:
    """Run the chain over each number's events, in their order, and on to its ``today``."""
    many = len(events)
    counts = np.array([len(own) for own in events], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    flat = [event for own in events for event in own]
    on = np.array([event.on.toordinal() for event in flat], dtype=np.int64)
    likelihood = np.array([event.likelihood for event in flat], dtype=np.float64).reshape(-1, STATES)
    kinds = list(dict.fromkeys(rates))
    kind = np.array([kinds.index(one) for one in rates], dtype=np.int64)
    first = np.array(initial, dtype=np.float64)
    weights = np.tile(normal(first[None, :]), (many, 1))
    prior = float(bits(weights[:1])[0]) if many else 0.0
    time, said = np.zeros(many), np.zeros(len(flat))
    now = np.where(counts > 0, on[np.minimum(starts, max(len(on) - 1, 0))] if len(on) else 0, today)
    begun = now.copy()
    order = np.argsort(-counts, kind="stable")
    for step in range(int(counts.max(initial=0))):
        rows = order[: int(np.searchsorted(-counts[order], -step, side="left"))]
        at = starts[rows] + step
        before = bits(weights[rows])
        if step:
            weights[rows] = _passed(weights[rows], on[at] - now[rows], kind[rows], kinds)
            now[rows] = on[at]
            later = bits(weights[rows])
            time[rows] += later - before
            before = later
        weights[rows] = normal(weights[rows] * likelihood[at])
        said[at] = bits(weights[rows]) - before
    before = bits(weights)
    weights = _passed(weights, today - now, kind, kinds)
    time += bits(weights) - before
    return Filtered(weights, prior, time, today - begun, said)


def _passed(weights: Floats, days: Ints, kind: Ints, kinds: Sequence[Rates]) -> Floats:
    out = weights
    for place, rates in enumerate(kinds):
        rows = np.flatnonzero(kind == place)
        if len(rows):
            out[rows] = after(out[rows], days[rows], rates)
    return out
