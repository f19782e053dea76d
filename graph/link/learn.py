"""Learn a model from the rows alone: expectation–maximisation over all pairs that blocking found.

u, what two persons have in common, comes from pairs drawn at random and from counting values, and stays fixed
within a round; only m and the prior are fitted, from starting values that hold them where few matches speak.
So the method cannot settle on households instead of persons: what a household has in common is u.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graph.link.levels import (
    ALIKE,
    CLASH,
    CLOSE,
    DIFFERENT,
    EXACT,
    LEVELS,
    NEAR,
    NONE,
    ONE,
    PART,
    SHORT,
    Compared,
    Places,
)
from graph.link.rarity import Rarity
from graph.link.score import MOST_FOR_MISSING, Floats, Model, probability
from graph.link.table import Table

RANDOM_PAIRS = 400_000
POOL = 600_000
"""Pairs that learning looks at, at most: enough for three digits of every m."""
_SEED = 20_261_123
_ROUNDS = 25
_SETTLED = 1e-4
_STRENGTH = 20.0
"""How many matches' weight the starting values of m have (judged)."""
_START = {
    EXACT: 0.78,
    NEAR: 0.07,
    SHORT: 0.02,
    CLOSE: 0.03,
    PART: 0.02,
    ALIKE: 0.02,
    DIFFERENT: 0.058,
    CLASH: 0.002,
}
_START_BY_NAME = {"name.order": {EXACT: 0.98, ALIKE: 0.02}}
_FEW = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Pairs to learn from: the levels of each comparison and what their values say."""

    levels: dict[str, npt.NDArray[np.int8]]
    extra: Floats
    known: Floats
    """1 and 0 where a person has judged, NaN elsewhere."""


def random_pairs(table: Table) -> tuple[Places, Places]:
    """Give pairs drawn at random, the same for the same table."""
    rng = np.random.default_rng(_SEED)
    if table.linking:
        first, second = np.flatnonzero(table.source == 0), np.flatnonzero(table.source == 1)
        return (
            first[rng.integers(0, len(first), RANDOM_PAIRS)],
            second[rng.integers(0, len(second), RANDOM_PAIRS)],
        )
    left = rng.integers(0, table.rows, RANDOM_PAIRS)
    right = rng.integers(0, max(table.rows - 1, 1), RANDOM_PAIRS)
    right = right + (right >= left)
    inside = right < table.rows
    return left[inside], right[inside]


def starting_model(
    table: Table, compared: Mapping[str, Compared], rarity: Rarity, matches: float, pairs: float
) -> Model:
    """Give the model before anything was learned, from levels of random pairs."""
    u = {name: _frequencies(column.level, np.ones(len(column.level))) for name, column in compared.items()}
    m = {name: _start(name, u[name]) for name in u}
    return with_rarity(Model(prior=_odds(matches / pairs), m=m, u=u, rarity=rarity), table, rarity)


def with_rarity(model: Model, table: Table, rarity: Rarity) -> Model:
    """Give the model with the chance of equal values as counted."""
    u = {name: levels.copy() for name, levels in model.u.items()}
    for field in table.fields:
        u[field.name][EXACT] = rarity.exact(field)
    return replace(model, u=u, rarity=rarity)


def with_random(
    model: Model, levels: Mapping[str, npt.NDArray[np.int8]], p: Floats, keep: Callable[[str], bool]
) -> Model:
    """Give the model with u from random pairs of which ``p`` says how likely they are matches after all;
    where ``keep`` says so equal values stay as counted."""
    u = {name: _frequencies(column, 1.0 - p) for name, column in levels.items()}
    for name in u:
        if keep(name):
            u[name][EXACT] = model.u[name][EXACT]
    return replace(model, u=u)


def fit(model: Model, pool: Pool, pairs: float, least: float) -> tuple[Model, Floats]:
    """Give the model with m and prior fitted, and p of the pool. ``pairs`` is how many pairs there are in
    all, ``least`` how many matches are assumed at least, so that a prior stays finite."""
    p = _p(model, pool)
    for _round in range(_ROUNDS):
        m = {}
        for name, column in pool.levels.items():
            seen = np.bincount(column, weights=p, minlength=LEVELS)
            start = _start(name, model.u[name]) * _STRENGTH
            m[name] = (seen + start) / (p.sum() + _STRENGTH)
        model = replace(model, m=m, prior=_odds(max(float(p.sum()), least) / pairs))
        before, p = p, _p(model, pool)
        if np.abs(p - before).sum() < _SETTLED * max(p.sum(), 1.0):
            break
    return model, p


def pool_bits(model: Model, pool: Pool) -> Floats:
    """Give the bits of the pairs of a pool, the same as ``score`` gives."""
    bits = model.prior + pool.extra
    missing = np.zeros(len(bits))
    for name, column in pool.levels.items():
        weights = model.weights(name)
        bits += weights[column]
        absent = weights.copy()
        absent[EXACT:] = 0.0
        missing += absent[column]
    return np.asarray(bits + np.clip(missing, -MOST_FOR_MISSING, MOST_FOR_MISSING) - missing)


def _p(model: Model, pool: Pool) -> Floats:
    p = probability(pool_bits(model, pool))
    return np.where(np.isnan(pool.known), p, pool.known)


def _odds(share: float) -> float:
    share = min(max(share, 1e-15), 0.5)
    return float(np.log2(share / (1.0 - share)))


def _frequencies(level: npt.NDArray[np.int8], weight: Floats) -> Floats:
    seen = np.bincount(level, weights=weight, minlength=LEVELS)
    return np.asarray(np.maximum((seen + 0.1) / (weight.sum() + 1.0), _FEW))


def _start(name: str, u: Floats) -> Floats:
    """Give the starting m: what is missing is missing as often as for two persons."""
    m = np.full(LEVELS, 1e-6)
    m[NONE], m[ONE] = u[NONE], u[ONE]
    here = max(1.0 - u[NONE] - u[ONE], 1e-3)
    for level, share in _START_BY_NAME.get(name, _START).items():
        m[level] = share * here
    return m
