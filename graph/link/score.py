"""A learned model, and pairs of rows → bits: the pure function that a case of two rows and a table of a
million go through alike, batch by batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from graph.link.kinds import Style, style
from graph.link.levels import (
    ALIKE,
    CLASH,
    CLOSE,
    CODES,
    DIFFERENT,
    EXACT,
    LEVELS,
    MASKED,
    NEAR,
    ONE,
    PART,
    PIECE,
    POSSIBLE,
    SHORT,
    Compared,
    Places,
    compare_all,
)
from graph.link.rarity import Rarity
from graph.link.spread import Spread, one_by_one, slices
from graph.link.table import Field, Table
from graph.weights import DEFAULT

Floats = npt.NDArray[np.float64]

FUZZY = (NEAR, CLOSE)
KIN_EXACT = {"born": 0.015, "name.given": 0.015}
"""Twins among two of a household (31 of 1,000 births, CDC NVSR 2021; of two siblings somewhat less), and
fathers and sons of one name (judged)."""
MOST_FOR_MISSING = 2.0
"""Bits that all missing values together may add or take: they miss together (a source has no addresses), so
one by one they would be counted many times. Judged."""
DOUBTFUL, CLEAR, MOST_TAUGHT = 5.0, 10.0, 4.0
"""Verdicts are asked of doubtful pairs and say nothing about clear ones: what they taught counts whole up to
so many bits for or against, fades out from there, and is never more than so many. Judged, and such that of
two pairs the one with more bits keeps more."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned: ``prior`` in bits, for each comparison the chances of each level for one person (m)
    and for two (u), how rare values are, and how often one person's two addresses are two places (``moved``).
    ``kin`` is u among two persons of one household, for what a household does not have in common: twins share
    a date of birth, fathers and sons a name."""

    prior: float
    moved: float
    m: dict[str, Floats]
    u: dict[str, Floats]
    kin: dict[str, Floats]
    rarity: Rarity
    taught: dict[str, Floats] = dataclasses.field(default_factory=dict)
    """What verdicts have taught: by comparison the correction of each level in bits; under "" that of all."""
    ready: dict[tuple[str, bool], Floats] = dataclasses.field(default_factory=dict, init=False, repr=False)
    """Weights worked out before."""

    def weights(self, name: str, *, kin: bool = False) -> Floats:
        """Give the bits of each level of a comparison: log2(m / u), never more for less agreement. ``kin`` is
        against two persons of one household instead of any two."""
        known = self.ready.get((name, kin))
        if known is None:
            known = self.ready[name, kin] = self._weights(name, kin)
        return known.copy()

    def _weights(self, name: str, kin: bool) -> Floats:
        if name not in self.m:
            return self.weights("id") if "id" in self.m and style(name) is Style.ID else np.zeros(LEVELS)
        chances = self.kin[name] if kin and name in self.kin else self.u[name]
        bits = np.log2(self.m[name] / chances)
        if name == "name.generation":
            # Junior beside senior is too rare to be learned, and says two persons all the more.
            bits[:] = 0.0
            bits[DIFFERENT] = DEFAULT.by_code["name.generation.different"].bits
            return bits
        if name == "name.order":
            # That crossed names agree is in their bars, as if two persons' did so as often as straight ones;
            # they do so less where family names are not given names.
            bits[:] = 0.0
            both = self.m[name][EXACT] + self.m[name][ALIKE]
            for level in (EXACT, ALIKE):
                bits[level] = np.log2(self.m[name][level] / both)
            bits[ALIKE] += self.rarity.crossing()
            return bits
        ordered = [level for level in POSSIBLE[style(name)] if level not in (SHORT, PART)]
        # Neighbours that stand in the wrong order are one level (pool adjacent violators).
        pools: list[tuple[float, float, list[int]]] = []
        for level in ordered:
            pools.append((float(self.m[name][level]), float(chances[level]), [level]))
            while len(pools) > 1 and pools[-1][0] * pools[-2][1] > pools[-2][0] * pools[-1][1]:
                m, u, levels = pools.pop()
                pools[-1] = (pools[-1][0] + m, pools[-1][1] + u, pools[-1][2] + levels)
        for m, u, levels in pools:
            bits[levels] = np.log2(m / u)
        for level in (SHORT, PART):
            bits[level] = min(bits[level], bits[EXACT])
        bits[DIFFERENT : CLASH + 1] = np.minimum(bits[DIFFERENT : CLASH + 1], 0.0)
        # What a mask shows is weighed by itself; that the hidden value is the same is as likely as ever.
        whole = self.m[name][EXACT : CLASH + 1].sum()
        bits[MASKED] = np.log2((self.m[name][EXACT] + self.m[name][NEAR]) / whole)
        return bits


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """One piece of evidence over all pairs: its bits, and for a comparison the level at each pair."""

    code: str
    bits: Floats
    level: npt.NDArray[np.int8] | None = None

    def code_at(self, place: int) -> str:
        """Give the code at a pair: ``born.near``, ``name.family.value``, ``missing``."""
        return self.code if self.level is None else f"{self.code}.{CODES[self.level[place]]}"


def bars(model: Model, table: Table, left: Places, right: Places) -> list[Bar]:
    """Give the evidence on pairs of rows; the bits of all bars add up to the pair's."""
    compared = compare_all(table, left, right)
    found = [Bar("prior", np.full(len(left), model.prior))]
    if not table.fields:
        return found
    missing = np.zeros(len(left))
    place = np.zeros(len(left))
    kin = of_kin({name: column.level for name, column in compared.items()})
    for name, column in compared.items():
        bits = model.weights(name)[column.level]
        if name in model.kin:
            bits = np.where(kin, model.weights(name, kin=True)[column.level], bits)
        missing += np.where(column.level <= ONE, bits, 0.0)
        found.append(Bar(name, bits, column.level))
        if of_a_place(name):
            place += np.where(column.level > ONE, bits, 0.0)
    found.append(Bar("missing", np.clip(missing, -MOST_FOR_MISSING, MOST_FOR_MISSING) - missing))
    values = value_bars(model, table, compared, left, right)
    for bar in values:
        if of_a_place(bar.code.removesuffix(".value")):
            place += bar.bits
    found += [*values, Bar("moved", moved_bits(place, model.moved))]
    caps = model.rarity.caps(table, compared, _by_comparison(found))
    found += [Bar(code, bits) for code, bits in caps.items()]
    if model.taught:
        levels = {name: column.level for name, column in compared.items()}
        bits = np.sum([bar.bits for bar in found], axis=0)
        found.append(Bar("verdicts", taught_bits(model.taught, levels, bits)))
    return found


def _by_comparison(found: Sequence[Bar]) -> dict[str, Floats]:
    """Give what each comparison says so far: its level's bits and its value's."""
    bits: dict[str, Floats] = {}
    for bar in found:
        name = bar.code.removesuffix(".value")
        bits[name] = bits[name] + bar.bits if name in bits else bar.bits
    return bits


def taught_bits(
    taught: Mapping[str, Floats], levels: Mapping[str, npt.NDArray[np.int8]], bits: Floats
) -> Floats:
    """Give what verdicts taught about pairs that have ``bits`` without: the sum of the corrections of their
    levels, whole for a doubtful pair and nothing for a clear one."""
    told = np.zeros(len(bits))
    for name, by_level in taught.items():
        told += by_level[levels[name]] if name else by_level[0]
    doubt = np.clip((CLEAR - np.abs(bits)) / (CLEAR - DOUBTFUL), 0.0, 1.0)
    return np.asarray(np.clip(told, -MOST_TAUGHT, MOST_TAUGHT) * doubt)


def of_kin(levels: Mapping[str, npt.NDArray[np.int8]]) -> npt.NDArray[np.bool_]:
    """Tell which pairs look like one household: the family name, and a street, postcode, address or line."""
    size = len(next(iter(levels.values())))
    if "name.family" not in levels:
        return np.zeros(size, dtype=np.bool_)
    home = np.zeros(size, dtype=np.bool_)
    for name in ("address", "address.street", "address.postcode", "phone"):
        if name in levels:
            home |= levels[name] == EXACT
    family = levels["name.family"]
    return np.asarray(home & ((family == EXACT) | (family == NEAR)))


def of_a_place(name: str) -> bool:
    """Tell whether a comparison is of a part of an address: they change all at once, when somebody moves."""
    return name.startswith("address.")


def moved_bits(place: Floats, moved: float) -> Floats:
    """Give what is given back because parts of an address differ together (≥ log2(1 − moved)): one person's
    two addresses are either one place, or two that agree no more than two persons' do."""
    nothing = place == 0.0
    stays, moves = np.log2(1.0 - moved), np.log2(moved)
    either = np.logaddexp2(stays + place, np.where(nothing, -np.inf, moves))
    return np.asarray(either - place - np.where(nothing, stays, 0.0))


def value_bars(
    model: Model,
    table: Table,
    compared: dict[str, Compared],
    left: Places,
    right: Places,
    p: Floats | None = None,
    spread: Spread = one_by_one,
) -> list[Bar]:
    """Give what the values themselves say beside their levels; it does not depend on m. ``p`` only while
    learning: see ``Rarity.together``."""
    rarity = model.rarity
    others = rarity.others(left, right)
    kin = of_kin({name: column.level for name, column in compared.items()})

    def alone(field: Field) -> Bar:
        column = compared[field.name]
        bits = rarity.value_bits(field, column, others, FUZZY)
        if field.name in KIN_EXACT:
            # A rare first name is no rarer between father and son, nor a rare birthday between twins.
            rate = max(float(model.u[field.name][EXACT]), KIN_EXACT[field.name])
            same = kin & (column.level == EXACT)
            bits[same] = np.minimum(bits[same], np.log2(rate / KIN_EXACT[field.name]))
        return Bar(f"{field.name}.value", bits)

    def together(group: tuple[str, ...]) -> Bar:
        bits = rarity.together(table, group, compared, others, model.u, p)
        return Bar(f"together.{group[0]}", bits)

    # The groups first, for they take longest.
    groups = rarity.groups(table)
    found = list(spread(lambda one: one(), [*(partial(together, g) for g in groups),
                                            *(partial(alone, f) for f in table.fields)]))  # fmt: skip
    return [*found[len(groups) :], *found[: len(groups)]]


def score(
    model: Model,
    table: Table,
    left: Places,
    right: Places,
    spread: Spread = one_by_one,
    *,
    batch: int = PIECE,
) -> Floats:
    """Give the bits of each pair; so many are weighed at once, which changes none."""

    def piece(here: slice) -> Floats:
        bits = np.zeros(len(left[here]))
        for bar in bars(model, table, left[here], right[here]):
            bits += bar.bits
        return bits

    return np.concatenate(list(spread(piece, slices(len(left), batch))))


def probability(bits: Floats) -> Floats:
    """Give log odds to the base 2 as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -1000.0, 1000.0))))
