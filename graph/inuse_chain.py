"""Filtering many numbers forward in time at once, and what every event and the time between them said.

The hidden life of a number is ``graph.hidden``'s; here its chain is run over arrays, the longest histories
first, one event of each number a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.hidden import STATES, Rates, Vector, bits, moved, normal, passages
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
    on = np.fromiter([event[0] for event in flat], np.int64, len(flat))
    # Few likelihoods are apart: each is laid out once. By identity, for comparing so many takes long.
    apart = {id(event[4]): event[4] for event in flat}
    places = {key: place for place, key in enumerate(apart)}
    likelihood = np.array(list(apart.values()), dtype=np.float64).reshape(-1, STATES)
    likelihood = likelihood[[places[id(event[4])] for event in flat]]
    kinds = list(dict.fromkeys(rates))
    kind = np.array([kinds.index(one) for one in rates], dtype=np.int64)
    first = np.array(initial, dtype=np.float64)
    weights = np.tile(normal(first[None, :]), (many, 1))
    prior = float(bits(weights[:1])[0]) if many else 0.0
    time, said = np.zeros(many), np.zeros(len(flat))
    last = starts + counts - 1
    first_day = on[np.minimum(starts, len(on) - 1)] if len(on) else today
    begun = np.where(counts > 0, first_day, today)
    # The days before each event, and behind the last one of each number.
    before = np.diff(on, prepend=on[:1])
    before[starts[counts > 0]] = 0
    behind = today - np.where(counts > 0, on[np.maximum(last, 0)] if len(on) else today, today)
    gaps = np.concatenate([before, behind])
    place, matrices = _passages(gaps, np.concatenate([np.repeat(kind, counts), kind]), kinds)
    order = np.argsort(-counts, kind="stable")
    bits_now = bits(weights)
    for step in range(int(counts.max(initial=0))):
        rows = order[: int(np.searchsorted(-counts[order], -step, side="left"))]
        at = starts[rows] + step
        held = weights[rows]
        later = gaps[at] > 0
        if later.any():
            held[later] = moved(held[later], matrices[place[at[later]]])
            now = bits(held)
            time[rows] += now - bits_now[rows]
            bits_now[rows] = now
        held = normal(held * likelihood[at])
        now = bits(held)
        said[at] = now - bits_now[rows]
        bits_now[rows] = now
        weights[rows] = held
    rows = np.flatnonzero(behind > 0)
    weights[rows] = moved(weights[rows], matrices[place[len(flat) + rows]])
    time += bits(weights) - bits_now
    return Filtered(weights, prior, time, today - begun, said)


def _passages(days: Ints, kind: Ints, kinds: Sequence[Rates]) -> tuple[Ints, Floats]:
    """Give for each number of days under rates of a kind which matrix of the second value is its."""
    place = np.zeros(len(days), dtype=np.int64)
    matrices = [np.zeros((0, STATES, STATES))]
    count = 0
    for own, rates in enumerate(kinds):
        rows = np.flatnonzero(kind == own)
        known, which = np.unique(days[rows], return_inverse=True)
        place[rows] = count + which
        matrices.append(passages(rates, known))
        count += len(known)
    return place, np.concatenate(matrices)
