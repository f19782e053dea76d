"""Who uses a source far more than his peers do: a rate against the rates of the others, shrunk to them.

Chosen: Poisson–gamma (a negative binomial for what the peers' rate lets expect), leaving out the person
himself. Median and absolute deviation need five people or more to mean anything; a house has two or four.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tracer.log.columns import Ints

PEERS = 2  # others who worked on cases: with one alone, nobody knows which of the two is unusual
UNLIKELY = 0.001  # how rarely the peers' rate gives as many
TWICE = 2.0  # and at least so many times what it lets expect
LEAST = 10  # and no fewer look-ups than this
# People differ: a gamma of this shape spreads rates by 1/√shape = 32 %. Judged, for there is nothing to learn
# it from; fewer look-ups of the peers than this spread it further.
SHAPE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlike:
    """Somebody's use of a source: how many times what his peers' rate lets expect of his cases."""

    actor: int
    source: int
    asked: int
    cases: int
    ratio: float


def unlike_peers(actor: Ints, case: Ints, source: Ints) -> Iterator[Unlike]:
    """Give who asked a source far more often, for the cases he worked on, than the others did."""
    if not len(actor):
        return
    many = int(max(actor.max(), case.max(), source.max())) + 1
    cases = np.bincount(np.unique(actor * many + case) // many, minlength=many).astype(np.float64)
    pairs, asked = np.unique(actor * many + source, return_counts=True)
    workers = int((cases > 0).sum())
    if workers <= PEERS:
        return
    by_source: dict[int, float] = {}
    for pair, count in zip(pairs.tolist(), asked.tolist(), strict=True):
        by_source[pair % many] = by_source.get(pair % many, 0.0) + count
    whole = float(cases.sum())
    for pair, count in zip(pairs.tolist(), asked.tolist(), strict=True):
        who, which = divmod(pair, many)
        others = by_source[which] - count
        # Half a look-up is Jeffreys' prior of a rate: a source that nobody else uses is rare, not impossible.
        expected = (others + 0.5) / (whole - cases[who]) * cases[who]
        if count < LEAST or count < TWICE * expected:
            continue
        if chance_of(count, expected, min(SHAPE, others + 0.5)) < UNLIKELY:
            yield Unlike(actor=who, source=which, asked=count, cases=int(cases[who]), ratio=count / expected)


def chance_of(count: int, mean: float, shape: float) -> float:
    """Give the chance of ``count`` or more: negative binomial, a rate that is gamma of this shape and mean.

    The upper tail is summed term by term while it lasts, so small chances do not vanish in 1 - rest.
    """
    q = mean / (mean + shape)
    start = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1)
    term = math.exp(start + shape * math.log1p(-q) + count * math.log(q))
    total, step = 0.0, count
    while term > total * 1e-12 and term > 0.0:
        total += term
        term *= (step + shape) / (step + 1) * q
        step += 1
    return min(1.0, total)
