"""Rows of one or two plain tables → pairs with probabilities, and persons; all is learned from the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.link.block import block
from graph.link.cluster import cluster, components, one_row_each
from graph.link.kept import Columns, Kept, Nothing, flat, texts, unflat, words
from graph.link.kinds import Raw
from graph.link.learn import (
    POOL,
    Patterns,
    Pool,
    fit,
    likely,
    pool_bits,
    random_pairs,
    starting_model,
    with_random,
    with_rarity,
)
from graph.link.levels import PIECE, Compared, Places, compare_all, joined
from graph.link.rarity import Rarity
from graph.link.recall import Used, estimated
from graph.link.score import (
    Bar,
    Floats,
    Model,
    bars,
    of_a_place,
    probability,
    score,
    taught_bits,
    value_bars,
)
from graph.link.sharpen import corrections
from graph.link.spread import Spread, one_by_one, slices
from graph.link.table import Table, build
from graph.link.texts import Texts, mask

Tell = Callable[[str, int, int], None]
NOTHING = Nothing()

ROUNDS = 5
"""How often who-is-who is guessed, values counted anew by person, and weights fitted."""
SURE = 0.8
"""From which p on two rows are one person while counting."""
_HOPELESS = -14.0
"""Pairs whose levels alone give fewer bits are not looked at again: no value is rare enough to save them."""
_DOUBTFUL = -8.0
"""Pairs with fewer bits in the end cannot speak for joining; the rest go to clustering."""
_OPEN = 10.0
"""Pairs further from the threshold than so many bits are not open to doubt: nobody need be asked of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's judgement on two rows (places in the input)."""

    left: int
    right: int
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was done: ``found`` is the estimated share of all matches that blocking found."""

    rows: int
    pairs: int
    keys: tuple[str, ...] = field(repr=False)
    found: float
    matches: int
    clusters: int
    one_row_each: tuple[bool, bool]
    refused: int


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    """The matches (rows are places in the input; ``bits`` are log2 odds, after the whole group was heard),
    each row's cluster (the place of one of its rows), and what is needed to explain any pair. ``open_*`` are
    the pairs near the threshold, joined or not, those joined with their own bits, and ``firm`` the groups of
    rows that hang together by more than those: what ``doubts`` chooses from."""

    left: Places
    right: Places
    bits: Floats
    p: Floats
    clusters: Places
    summary: Summary
    model: Model
    table: Table
    order: Places
    resolved: dict[tuple[int, int], float]
    firm: Places
    open_left: Places
    open_right: Places
    open_bits: Floats

    @staticmethod
    def probability(bits: float) -> float:
        """Give log odds to the base 2 as a probability."""
        return float(probability(np.array([bits]))[0])

    def places(self, left: int, right: int) -> tuple[int, int]:
        """Give the places in ``table`` of two rows of the input."""
        return int(np.flatnonzero(self.order == left)[0]), int(np.flatnonzero(self.order == right)[0])

    def explain(self, left: int, right: int) -> tuple[tuple[str, float], ...]:
        """Give the evidence on two rows of the input as (code, bits), the prior first; bits add up to the
        pair's. ``others`` is what the other rows of their groups said."""
        a, b = sorted(self.places(left, right))
        found = bars(self.model, self.table, np.array([a]), np.array([b]))
        told = [(bar.code_at(0), float(bar.bits[0])) for bar in found if bar.level is not None or bar.bits[0]]
        others = self.resolved.get((a, b), 0.0)
        return tuple(told) + ((("others", others),) if others else ())


def link(
    raws: Sequence[Raw],
    ids: Sequence[str],
    source: npt.NDArray[np.int8],
    *,
    labels: Sequence[Label] = (),
    threshold: float = 0.5,
    region: str = "",
    tell: Tell = lambda step, done, total: None,
    kept: Kept = NOTHING,
    spread: Spread = one_by_one,
) -> Linked:
    """Link rows. ``ids`` name them within their file (``source`` 0 or 1); ``threshold`` is the p from which
    two rows are one person. The answer does not depend on the order of the rows. ``kept`` holds the finished
    steps of the same work that was broken off, and ``spread`` may use several processors: the answer is the
    same.

    Raises ValueError when two rows of one file have one id.
    """
    rows = len(ids)
    order = _in_order(Texts.of(ids), source)
    tell("clean", 0, 1)
    numbered = list(spread(lambda raw: _renumbered(raw, order), raws))
    table = build(numbered, source[order], region, spread)
    place = np.empty(rows, dtype=np.int64)
    place[order] = np.arange(rows)
    known = _known(labels, place)
    learned = _learned(table, known, tell, kept, spread)
    return _resolved(table, order, learned, known, threshold, tell, spread)


def _in_order(ids: Texts, source: npt.NDArray[np.int8]) -> Places:
    """Give the rows in the order of their files and ids. Raises ValueError when two rows have one id."""
    table = pa.table({"source": source, "id": ids.arrow})
    by_id = pc.sort_indices(table, sort_keys=[("source", "ascending"), ("id", "ascending")])
    order = np.asarray(by_id.to_numpy(), dtype=np.int64)
    sorted_ids = ids.arrow.take(by_id)
    same = np.append(mask(pc.equal(sorted_ids[1:], sorted_ids[:-1])), False)
    same[:-1] &= source[order][1:] == source[order][:-1]
    if same.any():
        raise ValueError("two rows of one file have one id")
    return order


def _renumbered(raw: Raw, order: Places) -> Raw:
    """Put a column's rows in order and number its texts as they then come, so that nothing depends on which
    came first in the file."""
    codes = raw.codes[order]
    first = np.full(len(raw.values), len(codes), dtype=np.int64)
    places = np.flatnonzero(codes >= 0)[::-1]
    first[codes[places]] = places
    by_place = np.argsort(first, kind="stable")
    by_place = by_place[: int((first < len(codes)).sum())]
    number = np.full(len(raw.values) + 1, -1, dtype=np.int32)
    number[by_place] = np.arange(len(by_place))
    return Raw(kind=raw.kind, codes=number[codes], values=Texts(Texts.of(raw.values).arrow.take(by_place)))


def _known(labels: Sequence[Label], place: Places) -> dict[tuple[int, int], bool]:
    found: dict[tuple[int, int], bool] = {}
    for label in labels:
        a, b = sorted((int(place[label.left]), int(place[label.right])))
        if a != b:
            # Judged both ways: different, because a wrong merge costs more than a missed one.
            found[a, b] = found.get((a, b), True) and label.same
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    model: Model
    left: Places
    right: Places
    bits: Floats
    compared: int
    keys: tuple[Used, ...]


def _learned(
    table: Table, known: dict[tuple[int, int], bool], tell: Tell, kept: Kept, spread: Spread
) -> _Learned:
    second = int(table.source.sum())
    rows = table.rows
    total = float((rows - second) * second if table.linking else rows * (rows - 1) / 2)
    guess = 0.5 * min(second, rows - second) if table.linking else 0.2 * rows
    rarity = Rarity.count(table, np.arange(rows), spread)
    if rows < 2 or total < 1 or not table.fields:
        nothing = np.zeros(0, dtype=np.int64)
        model = Model(prior=-1.0, moved=0.1, m={}, u={}, kin={}, rarity=rarity)
        return _Learned(model, nothing, nothing, np.zeros(0), 0, ())
    sampled = random_pairs(table)
    random = compare_all(table, *sampled, spread)
    model = starting_model(table, random, rarity, guess, total)
    found = _compared(table, model, known, tell, kept, spread)
    left, right, compared = found.left, found.right, found.compared
    judged = np.full(len(left), np.nan)
    if known:
        packed = left * rows + right
        for (a, b), same in known.items():
            judged[np.searchsorted(packed, a * rows + b)] = float(same)
    levels = {name: column.level for name, column in compared.items()}
    patterns = Patterns.found(levels)
    random_patterns = Patterns.found({name: column.level for name, column in random.items()})
    nothing_known = np.full(len(sampled[0]), np.nan)
    step = max(1, len(left) // POOL)
    bits = np.zeros(len(left))
    some = slice(None, None, step)
    first, model, bits = _last_round(kept, model, bits)
    for done in range(first, ROUNDS):
        tell("learn", done, ROUNDS)
        sure = probability(bits) >= SURE if done else likely(patterns.levels)[patterns.of]
        sure = np.where(np.isnan(judged), sure, judged == 1.0)
        before = probability(bits) if done else np.zeros(len(left))
        rarity = Rarity.count(table, components(rows, left[sure], right[sure]), spread)
        model = with_rarity(model, table, rarity)
        values = value_bars(model, table, random, *sampled, spread=spread)
        p = probability(pool_bits(model, _pool(random_patterns, values, nothing_known)))
        model = with_random(model, random_patterns, p)
        pool = _pool(patterns, value_bars(model, table, compared, left, right, before, spread), judged)
        model, _p = fit(model, pool.at(some), total / step, 1.0)
        bits = pool_bits(model, pool)
        if done + 1 < ROUNDS:
            kept.put("round", _of_round(done + 1, model, bits))
    said = np.flatnonzero(~np.isnan(judged))
    taught = corrections(
        {name: level[said] for name, level in levels.items()}, bits[said], judged[said] == 1.0
    )
    model = replace(model, taught=taught)
    if taught:
        bits += taught_bits(taught, levels, bits)
    return _Learned(model, left, right, bits, found.compared_pairs, found.keys)


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """The pairs that may be matches, how they agree, how many were compared to find them, and the keys."""

    left: Places
    right: Places
    compared: dict[str, Compared]
    compared_pairs: int
    keys: tuple[Used, ...]


def _compared(
    table: Table, model: Model, known: dict[tuple[int, int], bool], tell: Tell, kept: Kept, spread: Spread
) -> _Compared:
    before = kept.get("pairs")
    if before is not None:
        named = zip(words(before["keys"]), before["shares"].tolist(), strict=True)
        used = tuple(Used(atoms=tuple(name.split("+")), share=share) for name, share in named)
        return _Compared(before["left"], before["right"], unflat(before), int(before["compared"][0]), used)
    tell("block", 0, 1)
    blocked = block(
        table, lambda left, right: probability(_first_bits(model, compare_all(table, left, right))), spread
    )
    pairs = _with_known(blocked.left, blocked.right, known, table.rows)
    left, right, compared = _promising(table, model, *pairs, known, tell, spread)
    count, keys = len(blocked.left), blocked.keys
    columns: dict[str, npt.NDArray[Any]] = {"left": left, "right": right, "compared": np.array([count])}
    columns |= {"keys": texts(tuple(key.name for key in keys)), "shares": np.array([k.share for k in keys])}
    kept.put("pairs", columns | flat(compared))
    return _Compared(left, right, compared, count, keys)


def _of_round(done: int, model: Model, bits: Floats) -> Columns:
    """Give what a round of learning leaves to the next."""
    numbers = np.array([done, model.prior, model.moved])
    levels = {f"{which} {name}": row for which in "mu" for name, row in getattr(model, which).items()}
    return {"numbers": numbers, "bits": bits} | levels


def _last_round(kept: Kept, model: Model, bits: Floats) -> tuple[int, Model, Floats]:
    """Give the round to go on with, and what the one before left."""
    before = kept.get("round")
    if before is None:
        return 0, model, bits
    done, prior, moved = before["numbers"].tolist()
    m, u = ({name: before[f"{which} {name}"] for name in model.m} for which in "mu")
    return int(done), replace(model, prior=prior, moved=moved, m=m, u=u), before["bits"]


def _pool(patterns: Patterns, values: Sequence[Bar], judged: Floats) -> Pool:
    extra, place = np.zeros(len(judged)), np.zeros(len(judged))
    for bar in values:
        extra += bar.bits
        if of_a_place(bar.code.removesuffix(".value")):
            place += bar.bits
    return Pool(patterns, extra, place, judged)


def _with_known(
    left: Places, right: Places, known: dict[tuple[int, int], bool], rows: int
) -> tuple[Places, Places]:
    """Add judged pairs that blocking did not find."""
    if not known:
        return left, right
    judged = np.array([a * rows + b for a, b in known], dtype=np.int64)
    packed = np.union1d(left * rows + right, judged)
    return packed // rows, packed % rows


def _first_bits(model: Model, compared: dict[str, Compared]) -> Floats:
    """Give what levels alone say, before the values are counted."""
    bits = np.full(len(next(iter(compared.values())).level), model.prior)
    for name, column in compared.items():
        bits += model.weights(name)[column.level]
        if column.shown is not None:
            bits += column.shown
    return bits


def _promising(
    table: Table,
    model: Model,
    left: Places,
    right: Places,
    known: dict[tuple[int, int], bool],
    tell: Tell,
    spread: Spread,
) -> tuple[Places, Places, dict[str, Compared]]:
    """Compare all pairs, piece by piece, and keep those that may be matches."""
    judged = np.array(sorted(a * table.rows + b for a, b in known), dtype=np.int64)

    def piece(here: slice) -> tuple[npt.NDArray[np.intp], dict[str, Compared]]:
        compared = compare_all(table, left[here], right[here])
        keep = _first_bits(model, compared) >= _HOPELESS
        if len(judged):
            keep |= np.isin(left[here] * table.rows + right[here], judged)
        chosen = np.flatnonzero(keep)
        return chosen + here.start, {name: column.at(chosen) for name, column in compared.items()}

    kept: list[npt.NDArray[np.intp]] = []
    parts: list[dict[str, Compared]] = []
    for places, part in spread(piece, slices(len(left), PIECE)):
        tell("compare", len(kept) * PIECE, len(left))
        kept.append(places)
        parts.append(part)
    rows = np.concatenate(kept)
    compared = {name: joined([part[name] for part in parts]) for name in parts[0]}
    return left[rows], right[rows], compared


def _resolved(
    table: Table,
    order: Places,
    learned: _Learned,
    known: dict[tuple[int, int], bool],
    threshold: float,
    tell: Tell,
    spread: Spread,
) -> Linked:
    tell("cluster", 0, 1)
    rows = table.rows
    cut = float(np.log2(threshold / (1.0 - threshold)))
    near = learned.bits >= _DOUBTFUL
    left, right, bits = learned.left[near], learned.right[near], learned.bits[near]
    each = (False, False)
    apart = None
    if table.linking:
        strong = bits >= cut
        each = one_row_each(left[strong], right[strong], bits[strong], table.source)
        apart = np.zeros(rows, dtype=np.int8)
        for side, once in enumerate(each):
            apart[table.source == side] = side + 1 if once else 0
    found = cluster(
        rows,
        left,
        right,
        bits,
        cut,
        lambda a, b: score(learned.model, table, a, b, spread=spread),
        apart,
        tuple(pair for pair, same in known.items() if same),
        tuple(pair for pair, same in known.items() if not same),
    )
    inside = found.of[found.left] == found.of[found.right]
    final = found.bits.copy()
    refused = ~inside & (final >= cut)
    final[inside] = np.maximum(final[inside], cut + np.maximum(found.linkage[inside], 0.0))
    final[refused] = cut + np.minimum(found.linkage[refused], -0.1)
    told = (final != found.bits) & (inside | refused)
    resolved = {
        (int(a), int(b)): float(bit)
        for a, b, bit in zip(found.left[told], found.right[told], (final - found.bits)[told], strict=True)
    }
    show = inside
    if table.linking:
        show = inside & (table.source[found.left] != table.source[found.right])
    # Inside a group a pair's own bits: that its group is sure of it says nothing about the link between.
    own = np.where(inside, found.bits, final)
    doubtful = np.abs(own - cut) < _OPEN
    sure = inside & (own >= cut + _OPEN)
    firm = np.empty(rows, dtype=np.int64)
    firm[order] = order[components(rows, found.left[sure], found.right[sure])]
    summary = Summary(
        rows=rows,
        pairs=learned.compared,
        keys=tuple(dict.fromkeys(key.name for key in learned.keys)) or ("all",),
        found=estimated(table, learned.keys, found.left[show], found.right[show]),
        matches=int(show.sum()),
        clusters=len(np.unique(found.of)) if rows else 0,
        one_row_each=each,
        refused=int(refused.sum()),
    )
    clusters = np.empty(rows, dtype=np.int64)
    clusters[order] = order[found.of]
    return Linked(
        left=order[found.left[show]],
        right=order[found.right[show]],
        bits=final[show],
        p=probability(final[show]),
        clusters=clusters,
        summary=summary,
        model=learned.model,
        table=table,
        order=order,
        resolved=resolved,
        firm=firm,
        open_left=order[found.left[doubtful]],
        open_right=order[found.right[doubtful]],
        open_bits=own[doubtful],
    )
