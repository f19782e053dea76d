"""Weigh sets of look-ups by the expectation over all their answers: what they bring, what they cost.

Money per right decision, no dates and no evidence: numbers are beliefs over fates here, look-ups are tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.plan_answers import AnswerModel, Vector
from graph.plan_table import Floats, Table

# Numbers among which pairs of look-ups are weighed: further down the list no pair turns the order round.
PAIRED = 3
# Below this a gain is rounding.
NOTHING = 1e-9
# What a free look-up is taken to cost, so that a rate exists.
_FREE = 1e-6
_HIS = np.array([1.0, 1.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A look-up that may be made: of which source, about which number, at what price (minor units)."""

    source: str
    number: str = field(repr=False)
    price: float
    intrusion: int
    answers: AnswerModel = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Number:
    """A number that may be asked about: the belief in its fate and its look-ups, in step with the table."""

    key: str = field(repr=False)
    belief: Vector
    prices: tuple[float, ...]
    costs: tuple[float, ...]
    table: Table
    offers: tuple[Lookup, ...]

    def worth(self, payoff: Vector) -> float:
        """What calling it now is worth."""
        return float(np.dot(self.belief, payoff))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """A look-up as the first of the set it does best in; ``rest`` follows where it is still worth it then.

    ``gain`` and ``cost`` are expectations in money; ``rate`` is gain for cost.
    """

    number: Number
    first: int
    rest: tuple[tuple[Number, int], ...]
    gain: float
    cost: float

    @property
    def rate(self) -> float:
        """What it brings for each unit of cost."""
        return self.gain / max(self.cost, _FREE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Weighed:
    """A number's rows under its belief: ``p`` how likely, ``n`` worth of calling it, ``h`` doubt left."""

    number: Number
    p: Floats
    n: Floats
    h: Floats
    now: float
    doubt: float


def candidates(
    numbers: Sequence[Number], *, rival: float, payoff: Vector, information: float, budget: float | None
) -> list[Candidate]:
    """Give every affordable look-up with a gain, each as the first of the set that brings most for its cost.

    ``rival`` is what the best call among the other numbers is worth, ``budget`` what may be spent: a set that
    is dearer is not thought of.
    """
    weighed = [_weighed(number, np.array(payoff), information) for number in numbers]
    best: dict[tuple[str, int], Candidate] = {}

    def offer(one: Candidate) -> None:
        known = best.get((one.number.key, one.first))
        if one.gain > NOTHING and (known is None or one.rate > known.rate * (1.0 + NOTHING)):
            best[one.number.key, one.first] = one

    rivals = [max([rival, *(other.now for other in weighed if other is not one)]) for one in weighed]
    valued = [_valued(one, against) for one, against in zip(weighed, rivals, strict=True)]
    # What a unit of cost brings elsewhere in the case: a look-up follows another only if it brings as much.
    rate = 0.0
    for one, (values, base) in zip(weighed, valued, strict=True):
        gains, costs = _sets(one, values, base, budget)
        if len(gains):
            rate = max(rate, float(np.max(gains / np.maximum(costs, _FREE))))
        for place, (gain, cost) in enumerate(zip(gains.tolist(), costs.tolist(), strict=True)):
            if len(one.number.table.sets[place]) == 1:
                first = one.number.table.sets[place][0]
                offer(Candidate(number=one.number, first=first, rest=(), gain=gain, cost=cost))
    for one, (values, base) in zip(weighed, valued, strict=True):
        for made in _orders(one, values, base, rate, budget):
            offer(made)
    order = sorted(range(len(weighed)), key=lambda place: (-weighed[place].now, weighed[place].number.key))
    for left in order[:PAIRED]:
        for right in order[:PAIRED]:
            if left != right:
                others = max(
                    [rival, *(one.now for place, one in enumerate(weighed) if place not in (left, right))]
                )
                for made in _pairs(weighed[left], weighed[right], valued[left][0], others, rate, budget):
                    offer(made)
    return list(best.values())


def _weighed(number: Number, payoff: Floats, information: float) -> _Weighed:
    belief = np.array(number.belief)
    both = number.table.rows @ np.stack([belief, belief * payoff, belief * _HIS], axis=1)
    p, n, his = both[:, 0], both[:, 1], both[:, 2]
    now = float(belief @ payoff)
    if information <= 0.0:
        return _Weighed(number=number, p=p, n=n, h=np.zeros_like(p), now=now, doubt=0.0)
    share = float(belief @ _HIS)
    doubt = _doubt(np.array([1.0]), np.array([share]))[0]
    return _Weighed(
        number=number, p=p, n=n, h=information * _doubt(p, his), now=now, doubt=information * float(doubt)
    )


def _doubt(p: Floats, his: Floats) -> Floats:
    """The entropy in bits of "is it his" behind each row, times how likely the row is."""
    others = p - his
    tiny = 1e-300
    said: Floats = -(
        his * np.log2(np.maximum(his, tiny) / np.maximum(p, tiny))
        + others * np.log2(np.maximum(others, tiny) / np.maximum(p, tiny))
    )
    return said


def _valued(one: _Weighed, against: float) -> tuple[Floats, float]:
    """What the best call is worth behind each row, times how likely it is, less the doubt left; and now."""
    return np.maximum(one.n, against * one.p) - one.h, max(one.now, against) - one.doubt


def _sets(one: _Weighed, values: Floats, base: float, budget: float | None) -> tuple[Floats, Floats]:
    """Gain and cost of each set of look-ups when all of it is asked, whatever the answers."""
    laid = one.number.table
    gains = np.add.reduceat(values, laid.starts) - base
    costs = laid.members @ np.array(one.number.costs)
    if budget is not None:
        gains = np.where(laid.members @ np.array(one.number.prices) <= budget, gains, 0.0)
    return np.where(gains > NOTHING, gains, 0.0), costs


def _orders(one: _Weighed, values: Floats, base: float, rate: float, budget: float | None) -> list[Candidate]:
    """Sets of which the rest is asked only where the first answer leaves it worth it."""
    laid = one.number.table
    if not laid.orders:
        return []
    costs, prices = np.array(one.number.costs), np.array(one.number.prices)
    first_cost = costs[laid.order_first]
    rest_cost = (laid.members @ costs)[laid.order_set] - first_cost
    alone, p = values[laid.block_single], one.p[laid.block_single]
    behind = np.add.reduceat(values[laid.order_rows], laid.block_starts)
    rest_of_block = rest_cost[laid.block_order]
    follow = behind - alone > rate * rest_of_block * p
    gains = np.add.reduceat(np.where(follow, behind, alone), laid.order_starts) - base
    spent = first_cost + np.add.reduceat(np.where(follow, rest_of_block * p, 0.0), laid.order_starts)
    follows = np.add.reduceat(follow.astype(np.intp), laid.order_starts) > 0
    good = follows & (gains > NOTHING)
    if budget is not None:
        good &= (laid.members @ prices)[laid.order_set] <= budget
    # Of the orders that begin with one look-up only the best for its cost can be the answer.
    rates = np.where(good, gains / np.maximum(spent, _FREE), -1.0)
    found = []
    for first in range(len(costs)):
        mine = np.flatnonzero(laid.order_first == first)
        place = int(mine[np.argmax(rates[mine])]) if len(mine) else -1
        if place >= 0 and rates[place] > 0.0:
            members = laid.sets[int(laid.order_set[place])]
            found.append(
                Candidate(
                    number=one.number,
                    first=first,
                    rest=tuple((one.number, member) for member in members if member != first),
                    gain=float(gains[place]),
                    cost=float(spent[place]),
                )
            )
    return found


def _pairs(
    one: _Weighed, other: _Weighed, values: Floats, others: float, rate: float, budget: float | None
) -> list[Candidate]:
    """A look-up about ``one``, then, where its answer leaves it worth it, one about ``other``."""
    ends, other_ends = one.number.table.single_rows, other.number.table.single_rows
    p, n, h = one.p[:ends], one.n[:ends], one.h[:ends]
    q, m, g = other.p[:other_ends], other.n[:other_ends], other.h[:other_ends]
    both = np.maximum(np.outer(n, q), np.outer(p, m))
    both = np.maximum(both, others * np.outer(p, q)) - np.outer(h, q) - np.outer(p, g)
    second_starts = other.number.table.starts[: len(other.number.costs)]
    behind = np.add.reduceat(both, second_starts, axis=1)
    alone = (values[:ends] - p * other.doubt)[:, None]
    cost = np.array(other.number.costs)[None, :]
    follow = behind - alone > rate * cost * p[:, None]
    first_starts = one.number.table.starts[: len(one.number.costs)]
    base = max(one.now, other.now, others) - one.doubt - other.doubt
    gains = np.add.reduceat(np.where(follow, behind, alone), first_starts, axis=0) - base
    spent = np.array(one.number.costs)[:, None] + np.add.reduceat(
        np.where(follow, cost * p[:, None], 0.0), first_starts, axis=0
    )
    follows = np.add.reduceat(follow.astype(np.intp), first_starts, axis=0) > 0
    good = follows & (gains > NOTHING)
    if budget is not None:
        good &= np.add.outer(one.number.prices, other.number.prices) <= budget
    rates = np.where(good, gains / np.maximum(spent, _FREE), -1.0)
    found = []
    for first in range(len(one.number.costs)):
        second = int(np.argmax(rates[first]))
        if rates[first, second] > 0.0:
            found.append(
                Candidate(
                    number=one.number,
                    first=first,
                    rest=((other.number, second),),
                    gain=float(gains[first, second]),
                    cost=float(spent[first, second]),
                )
            )
    return found
