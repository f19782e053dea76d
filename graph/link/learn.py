"""Learn a model from the rows alone: expectation–maximisation over all pairs that blocking found.

u, what two persons have in common, comes from pairs drawn at random and from counting values, and stays fixed
within a round; only m and the prior are fitted, from starting values that hold them where few matches speak.
So the method cannot settle on households instead of persons: what a household has in common is u.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graph.link.kinds import Style, style
from graph.link.levels import (
    ALIKE,
    CLASH,
    CLOSE,
    DIFFERENT,
    EXACT,
    LEVELS,
    MASKED,
    NEAR,
    NONE,
    ONE,
    PART,
    POSSIBLE,
    SHORT,
    Compared,
    Levels,
    Places,
)
from graph.link.rarity import Rarity
from graph.link.score import (
    KIN_EXACT,
    MOST_FOR_MISSING,
    Floats,
    Model,
    moved_bits,
    of_a_place,
    of_kin,
    probability,
)
from graph.link.table import Table

RANDOM_PAIRS = 100_000
POOL = 600_000
"""Pairs that learning looks at, at most: enough for three digits of every m."""
_CODE_BITS, _LEVEL_BITS = 62, 4
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
_MOST_CLASHING = 1e-3
"""At most so often one person's two records have two ids whose check digits are right (judged)."""
_PERSONAL = ("name.given", "born")
_MOST_WRONG = 0.3
"""At most so often two records of one person have different given names, or dates of birth (judged)."""
_MOVED, _MOST_MOVED = 0.1, 0.9
"""The starting share of people who moved between two records (judged), and the most that is believed."""


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Pairs by how they agree: the levels of each comparison for each pattern of levels that occurs, and
    which pattern each pair has. A million pairs have some thousand patterns."""

    levels: dict[str, Levels]
    of: npt.NDArray[np.int32]

    @classmethod
    def found(cls, levels: Mapping[str, Levels]) -> Patterns:
        """Give the patterns of pairs."""
        code = np.zeros(len(next(iter(levels.values()))), dtype=np.int64)
        room = _CODE_BITS
        for column in levels.values():
            if room < _LEVEL_BITS:
                code = np.unique(code, return_inverse=True)[1].astype(np.int64)
                room = _CODE_BITS - int(code.max(initial=0)).bit_length()
            code = code << _LEVEL_BITS | column
            room -= _LEVEL_BITS
        _codes, first, of = np.unique(code, return_index=True, return_inverse=True)
        return cls({name: column[first] for name, column in levels.items()}, of.astype(np.int32))

    def weighed(self, weight: Floats) -> Floats:
        """Give the sum of the weights of the pairs of each pattern."""
        size = len(next(iter(self.levels.values())))
        return np.asarray(np.bincount(self.of, weights=weight, minlength=size))


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Pairs to learn from: the levels of each comparison and what their values say."""

    patterns: Patterns
    extra: Floats
    place: Floats
    """The part of ``extra`` that is of addresses' parts."""
    known: Floats
    """1 and 0 where a person has judged, NaN elsewhere."""

    def at(self, places: slice) -> Pool:
        """Give some of the pairs."""
        patterns = Patterns(self.patterns.levels, self.patterns.of[places])
        return Pool(patterns, self.extra[places], self.place[places], self.known[places])


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
    return with_rarity(
        Model(prior=_odds(matches / pairs), moved=_MOVED, m=m, u=u, kin={}, rarity=rarity), table, rarity
    )


def with_rarity(model: Model, table: Table, rarity: Rarity) -> Model:
    """Give the model with the chance of equal values as counted."""
    u = {name: levels.copy() for name, levels in model.u.items()}
    for field in table.fields:
        u[field.name][EXACT] = rarity.exact(field)
    return replace(model, u=u, kin=_among_kin(u), rarity=rarity)


def likely(levels: Mapping[str, npt.NDArray[np.int8]]) -> npt.NDArray[np.bool_]:
    """Tell which pairs are probably one person, before anything is learned: three kinds of thing agree, at
    most one that persons have for themselves does not, and the given name is not another one.

    Only counting starts from this: who shares a home and has another first name is another person.
    """
    size = len(next(iter(levels.values())))
    nothing = np.full(size, NONE, dtype=np.int8)

    def some(names: Sequence[str], wanted: tuple[int, ...]) -> npt.NDArray[np.bool_]:
        found = np.zeros(size, dtype=np.bool_)
        for name in names:
            found |= np.isin(levels.get(name, nothing), wanted)
        return found

    agree, differ = (EXACT, NEAR, SHORT), (ALIKE, PART, DIFFERENT, CLASH)
    own = [name for name in levels if name.partition(".")[0] in {"id", "phone", "email"}]
    ids = [name for name in own if name.startswith("id")]
    homes = [name for name in ("address", "address.street", "address.postcode") if name in levels]
    given, family, born = (some([name], agree) for name in ("name.given", "name.family", "born"))
    for_it = given.astype(np.int8) + family + born
    if "name.firm" in levels:
        for_it += 2 * some(["name.firm"], (EXACT, NEAR))
    if own:
        for_it += some(own, (EXACT,))
    if homes:
        for_it += some(homes, (EXACT, NEAR))
    against = sum(
        some([name], differ).astype(np.int8) for name in ("name.given", "name.family", "born", *ids)
    )
    other = some(["name.given"], differ)
    return np.asarray((for_it >= 3) & (against <= 1) & ~other)


def with_random(model: Model, patterns: Patterns, p: Floats) -> Model:
    """Give the model with u from random pairs of which ``p`` says how likely they are matches after all;
    equal values stay as counted."""
    weight = patterns.weighed(1.0 - p)
    u = {name: _frequencies(column, weight) for name, column in patterns.levels.items()}
    for name in u:
        if name != "name.order":
            u[name][EXACT] = model.u[name][EXACT]
    return replace(model, u=u, kin=_among_kin(u))


def fit(model: Model, pool: Pool, pairs: float, least: float) -> tuple[Model, Floats]:
    """Give the model with m and prior fitted, and p of the pool. ``pairs`` is how many pairs there are in
    all, ``least`` how many matches are assumed at least, so that a prior stays finite."""
    places = any(map(of_a_place, pool.patterns.levels))
    p = _p(model, pool)
    for _round in range(_ROUNDS):
        m = {}
        moved = model.moved
        whole = staying = pool.patterns.weighed(p)
        if places:
            stays, seen_places = _stays(model, pool)
            moved = (float((p * (1.0 - stays))[seen_places].sum()) + _MOVED * _STRENGTH) / (
                float(p[seen_places].sum()) + _STRENGTH
            )
            staying = pool.patterns.weighed(p * stays)
        for name, column in pool.patterns.levels.items():
            weight = staying if of_a_place(name) else whole
            seen = np.bincount(column, weights=weight, minlength=LEVELS)
            start = _start(name, model.u[name]) * _STRENGTH
            m[name] = _sound(name, (seen + start) / (weight.sum() + _STRENGTH))
        prior = _odds(max(float(whole.sum()), least) / pairs)
        model = replace(model, m=m, moved=min(moved, _MOST_MOVED), prior=prior)
        before, p = p, _p(model, pool)
        if np.abs(p - before).sum() < _SETTLED * max(p.sum(), 1.0):
            break
    return model, p


def pool_bits(model: Model, pool: Pool) -> Floats:
    """Give the bits of the pairs of a pool, the same as ``score`` gives."""
    levels = pool.patterns.levels
    bits = np.full(len(next(iter(levels.values()))), model.prior)
    missing = np.zeros(len(bits))
    kin = of_kin(levels)
    for name, column in levels.items():
        weights = model.weights(name)
        bits += weights[column]
        if name in model.kin:
            bits[kin] += (model.weights(name, kin=True) - weights)[column[kin]]
        absent = weights.copy()
        absent[EXACT:] = 0.0
        missing += absent[column]
    bits += np.clip(missing, -MOST_FOR_MISSING, MOST_FOR_MISSING) - missing
    found = bits[pool.patterns.of] + pool.extra
    if any(map(of_a_place, levels)):
        found += moved_bits(_place(model, pool), model.moved)
    return np.asarray(found)


def _sound(name: str, m: Floats) -> Floats:
    """Keep m within what one person's two records can be: else a household might be learned as a person."""
    if style(name) is Style.ID:
        m[CLASH] = min(m[CLASH], _MOST_CLASHING)
    if name not in _PERSONAL:
        return m
    wrong = m[DIFFERENT] + m[CLASH]
    most = _MOST_WRONG * m[EXACT:MASKED].sum()
    if wrong > most:
        right = m[EXACT:DIFFERENT].sum()
        m[EXACT:DIFFERENT] *= (right + wrong - most) / max(right, _FEW)
        m[DIFFERENT:MASKED] *= most / wrong
    return m


def _among_kin(u: Mapping[str, Floats]) -> dict[str, Floats]:
    """Give u among two persons of one household, where it is not that of any two. It is not learned: rows
    that share a home and all else may be one person's or not, and the rows alone cannot say which."""
    found = {}
    for name, least in KIN_EXACT.items():
        if name in u and u[name][EXACT] < least:
            kin = u[name].copy()
            kin[EXACT] = least
            found[name] = kin
    return found


def _place(model: Model, pool: Pool) -> Floats:
    """Give what the parts of addresses say, one by one."""
    levels = pool.patterns.levels
    place = np.zeros(len(next(iter(levels.values()))))
    for name, column in levels.items():
        if of_a_place(name):
            weights = model.weights(name)
            weights[:EXACT] = 0.0
            place += weights[column]
    return np.asarray(pool.place + place[pool.patterns.of])


def _stays(model: Model, pool: Pool) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give how likely the two addresses of one person are one place, and where there are two to compare."""
    place = _place(model, pool)
    seen = place != 0.0
    stays = probability(np.log2((1.0 - model.moved) / model.moved) + place)
    return np.where(seen, stays, 1.0), seen


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
    levels = (EXACT, ALIKE) if name == "name.order" else POSSIBLE[style(name)]
    start = _START_BY_NAME.get(name, _START)
    all_of_it = sum(start[level] for level in levels)
    for level in levels:
        m[level] = start[level] / all_of_it * here
    return m
