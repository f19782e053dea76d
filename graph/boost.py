"""Boosted trees on log2 odds, small and exact: every level of a tree asks one question of all its rows.

Such a tree of depth D is D questions ("is this figure above that threshold?") and a value for each of the
2^D answers; it is quick to evaluate for many rows at once and hard to overfit. Going down a tree, each
question moves the forecast from the mean of all rows that came so far to the mean of those that go on; that
step is what the figure added, so the steps add up to the forecast. Numpy only; the same rows and seed give
the same trees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]

LN2 = math.log(2.0)
# Values of a figure are told apart by at most this many steps.
BINS = 64
# Rows evaluated at once: what a tree level needs of them stays in the processor's cache.
_CHUNK = 512


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees of one depth over rows of figures. ``feature`` and ``threshold`` have a row a tree and a column a
    level: a row goes right where the figure is above the threshold. ``value`` is in bits, a column an answer;
    the first question is its highest binary digit. ``cover`` is how much of the learning rows gave each
    answer (0..1)."""

    feature: Ints
    threshold: Floats
    value: Floats
    cover: Floats

    @property
    def count(self) -> int:
        """How many trees."""
        return len(self.feature)

    @property
    def depth(self) -> int:
        """How many questions a tree asks."""
        return int(self.feature.shape[1])

    def bits(self, rows: Floats) -> Floats:
        """Give the sum of all trees for each row."""
        out = np.zeros(len(rows))
        flat, base = self.value.ravel(), np.arange(self.count)[:, None] << self.depth
        for first in range(0, len(rows), _CHUNK):
            figures = np.ascontiguousarray(rows[first : first + _CHUNK].T)
            place = np.zeros((self.count, figures.shape[1]), dtype=np.int64)
            for level in range(self.depth):
                place += place
                place += figures[self.feature[:, level]] > self.threshold[:, level, None]
            out[first : first + _CHUNK] = flat[place + base].sum(axis=0)
        return out

    def steps(self, rows: Floats, groups: Ints, count: int) -> Floats:
        """Give what each group of figures adds to each row, in bits; the last column is what all rows get.

        ``groups[figure]`` is the group (0..count-1) of a figure.
        """
        out = np.zeros((count + 1, len(rows)))
        means = self._means()
        out[count] = means[0].sum()
        plan = []
        for level in range(self.depth):
            group = groups[self.feature[:, level]]
            order = np.argsort(group, kind="stable")
            heads = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0]) if self.count else order
            base = (np.arange(self.count)[:, None] << (level + 1)).astype(np.int64)
            # What the answer adds to the mean of those who were asked.
            gained = (means[level + 1] - np.repeat(means[level], 2, axis=1)).ravel()
            plan.append((order, heads, group[order][heads], base[order], gained))
        for first in range(0, len(rows) if self.count else 0, _CHUNK):
            figures = np.ascontiguousarray(rows[first : first + _CHUNK].T)
            part = out[:, first : first + _CHUNK]
            place = np.zeros((self.count, figures.shape[1]), dtype=np.int64)
            for level, (order, heads, group, base, gained) in enumerate(plan):
                place += place
                place += figures[self.feature[:, level]] > self.threshold[:, level, None]
                part[group] += np.add.reduceat(gained[place[order] + base], heads, axis=0)
        return out.T

    def _means(self) -> list[Floats]:
        """Give the mean value below each place, level by level: a column for all, then two, four…"""
        cover = self.cover + 1e-9
        weighed = self.value * cover
        found = [self.value]
        for _ in range(self.depth):
            cover = cover[:, ::2] + cover[:, 1::2]
            weighed = weighed[:, ::2] + weighed[:, 1::2]
            found.append(weighed / cover)
        return found[::-1]

    def part(self, first: int, end: int) -> Forest:
        """Give the trees from ``first`` up to ``end``."""
        own = slice(first, end)
        return Forest(self.feature[own], self.threshold[own], self.value[own], self.cover[own])

    def scaled(self, factor: float) -> Forest:
        """Give the forest with all values times ``factor``."""
        return Forest(self.feature, self.threshold, self.value * factor, self.cover)


def empty(depth: int = 1) -> Forest:
    """Give a forest without trees."""
    return Forest(
        np.zeros((0, depth), dtype=np.int64),
        np.zeros((0, depth)),
        np.zeros((0, 1 << depth)),
        np.zeros((0, 1 << depth)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How trees are grown. ``rows`` and ``columns`` are the shares drawn for each tree; ``ridge`` is the pull
    of an answer towards nought, in units of Fisher information (a number at 1/2 has a quarter)."""

    trees: int = 200
    depth: int = 5
    rate: float = 0.08
    rows: float = 0.6
    columns: float = 0.4
    ridge: float = 8.0
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Binned:
    """Rows of figures as codes, and the thresholds between them."""

    codes: Codes
    edges: tuple[Floats, ...]


def binned(rows: Floats, edges: Sequence[Floats] | None = None) -> Binned:
    """Give the rows as codes, between thresholds of about equal mass unless they are given."""
    if edges is None:
        edges = tuple(_cuts(column) for column in rows.T)
    codes = np.empty(rows.shape, dtype=np.uint8, order="F")
    for place, edge in enumerate(edges):
        codes[:, place] = np.searchsorted(edge, rows[:, place], side="left")
    return Binned(codes, tuple(edges))


def _cuts(column: Floats) -> Floats:
    values, counts = np.unique(column, return_counts=True)
    if len(values) <= 1:
        return np.zeros(0)
    between = (values[1:] + values[:-1]) / 2.0
    if len(between) > BINS - 1:
        mass = np.cumsum(counts)[:-1] / len(column)
        wanted = np.linspace(0.0, 1.0, BINS + 1)[1:-1]
        between = between[np.unique(np.searchsorted(mass, wanted).clip(0, len(between) - 1))]
    # Thresholds are kept in single precision: what is learned and what is kept must be the same.
    return np.unique(between.astype(np.float32)).astype(np.float64)


def grow(
    data: Binned,
    labels: Floats,
    offset: Floats,
    weights: Floats,
    growth: Growth,
    signs: Ints | None = None,
) -> Forest:
    """Grow trees on ``labels`` (0..1) beside the ``offset``: the log2 odds already forecast for each row.

    ``signs[figure]`` +1 or -1 lets more of that figure only raise or only lower the forecast.
    """
    rng = np.random.default_rng(growth.seed)
    codes, edges = data.codes, data.edges
    useful = np.array([place for place, edge in enumerate(edges) if len(edge)], dtype=np.int64)
    many, answers = len(codes), 1 << growth.depth
    score = offset * LN2
    feature, threshold, value, cover = [], [], [], []
    for _ in range(growth.trees if len(useful) and many else 0):
        p = 1.0 / (1.0 + np.exp(-score))
        drawn = np.flatnonzero(rng.random(many) < growth.rows)
        picked = np.sort(rng.choice(useful, max(1, round(len(useful) * growth.columns)), replace=False))
        error = ((labels - p) * weights)[drawn]
        information = (p * (1.0 - p) * weights)[drawn]
        asked, cut, place = _questions(codes, drawn, picked, edges, error, information, growth, signs)
        total = np.bincount(place, error, answers)
        mass = np.bincount(place, information, answers)
        step: Floats = np.asarray(growth.rate * total / (mass + growth.ridge), dtype=np.float64)
        if signs is not None:
            pull = np.asarray(mass + growth.ridge, dtype=np.float64)
            step = _ordered(step, pull, signs[asked])
        feature.append(asked)
        threshold.append([float(edges[one][at]) for one, at in zip(asked, cut, strict=True)])
        value.append((step / LN2).astype(np.float32).astype(np.float64))
        cover.append(mass / max(float(mass.sum()), 1e-12))
        score += value[-1][_answers(codes, asked, cut)] * LN2
    if not feature:
        return empty(growth.depth)
    return Forest(np.array(feature), np.array(threshold), np.array(value), np.array(cover))


def _answers(codes: Codes, asked: Ints, cut: Ints) -> Ints:
    place = np.zeros(len(codes), dtype=np.int64)
    for one, at in zip(asked, cut, strict=True):
        place += place
        place += codes[:, one] > at
    return place


def _questions(
    codes: Codes,
    drawn: Ints,
    picked: Ints,
    edges: Sequence[Floats],
    error: Floats,
    information: Floats,
    growth: Growth,
    signs: Ints | None,
) -> tuple[Ints, Ints, Ints]:
    """Give the figures asked, after which code they are cut, and which answers the drawn rows give."""
    figures = [codes[:, one][drawn].astype(np.int64) for one in picked]
    place = np.zeros(len(drawn), dtype=np.int64)
    asked, cut = [], []
    for level in range(growth.depth):
        leaves = 1 << level
        found = (-math.inf, 0, 0)
        for at, one in enumerate(picked):
            wide = len(edges[one]) + 1
            index = place * wide + figures[at]
            left = np.bincount(index, error, leaves * wide).reshape(leaves, wide).cumsum(axis=1)
            mass = np.bincount(index, information, leaves * wide).reshape(leaves, wide).cumsum(axis=1)
            right, rest = left[:, -1:] - left[:, :-1], mass[:, -1:] - mass[:, :-1]
            left, mass = left[:, :-1], mass[:, :-1]
            low, high = left / (mass + growth.ridge), right / (rest + growth.ridge)
            gain = left * low + right * high
            if signs is not None and signs[one]:
                # What would go against the sign is as good as not asked.
                whole = left + right
                flat = whole * whole / (mass + rest + growth.ridge)
                gain = np.where((high - low) * signs[one] < 0.0, flat, gain)
            gain = gain.sum(axis=0)
            best = int(gain.argmax())
            if gain[best] > found[0]:
                found = (float(gain[best]), at, best)
        _, at, best = found
        asked.append(int(picked[at]))
        cut.append(best)
        place = 2 * place + (figures[at] > best)
    return np.array(asked), np.array(cut), place


def _ordered(step: Floats, mass: Floats, signs: Ints) -> Floats:
    """Give the nearest values that rise, or fall, with every question that has a sign."""
    depth = len(signs)
    shape = (2,) * depth
    values, weight = step.reshape(shape).copy(), mass.reshape(shape)
    for _ in range(50):
        clean = True
        for axis in np.flatnonzero(signs):
            low, high = np.moveaxis(values, axis, 0)
            wlow, whigh = np.moveaxis(weight, axis, 0)
            bad = (high - low) * signs[axis] < 0.0
            if bad.any():
                clean = False
                mean = (low * wlow + high * whigh) / (wlow + whigh)
                low[bad] = mean[bad]
                high[bad] = mean[bad]
        if clean:
            return values.reshape(-1)
    return np.full_like(step, float(np.average(step, weights=mass)))
