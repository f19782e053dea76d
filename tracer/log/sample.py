"""Which look-ups an auditor should see: how many for a stated assurance, and drawn so that nobody chose them.

Discovery sampling (zero-defect attribute sampling): if not one of the sample is wrong, then with the stated
assurance fewer than the tolerable share of all is wrong. Pure: no log, no clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from tracer.log.columns import Columns, Ints

_PURPOSE = b"look-up log review sample/1"
_CLOSE = 1e-12  # what rounding may do to a sum of logarithms: exact ties count as reached


def sample_size(population: int, assurance: float, tolerable: float) -> int:
    """Give how many of ``population`` to draw (percent, percent): the fewest that reach the assurance.

    With K = ⌈tolerable · N⌉ wrong ones among N (at least one), a draw of n without replacement misses all of
    them with the hypergeometric probability C(N-K, n) / C(N, n) = Π_{i<n} (N-K-i)/(N-i); n is the smallest
    for which that is at most 1 - assurance. This is the zero-error row of the attribute sampling tables
    (AICPA Audit Guide *Audit Sampling*, appendix A: 59 for 95 % and 5 %), which give the binomial limit for
    large N, and the acceptance-number-zero plan of Schilling & Neubauer, *Acceptance Sampling in Quality
    Control*, computed exactly for a finite population. Raises ValueError for shares outside 0 … 100.
    """
    if not (0 < assurance < 100 and 0 < tolerable < 100):
        raise ValueError("assurance and tolerable share are percentages between 0 and 100")
    if population <= 0:
        return 0
    # Rounded first: 5 % of 100 must be 5, and not 6 because 0.05 is a little more than a twentieth.
    wrong = max(1, math.ceil(round(population * tolerable / 100, 9)))
    missed, limit = 0.0, math.log1p(-assurance / 100)
    for drawn in range(population):
        if missed <= limit + _CLOSE:
            return drawn
        if population - drawn <= wrong:
            return drawn + 1
        missed += math.log1p(-wrong / (population - drawn))
    return population


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One look-up of the sample. ``why`` is chance; actor or source when added so that each appears."""

    seq: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample and all that it follows from: with these anybody draws the same again."""

    size: int  # entries of the log at whose head it was drawn
    root: bytes
    assurance: float
    tolerable: float
    population: int
    by_chance: int
    drawn: tuple[Drawn, ...]


def draw(lookups: Columns, *, size: int, root: bytes, assurance: float, tolerable: float) -> Sample:
    """Draw from the look-ups given (the population), by a seed that the log's head alone decides.

    The first part is a simple random sample of ``sample_size``: the assurance rests on it. To it comes one
    look-up, drawn the same way, of every actor and every source that chance left out. Larger samples from
    the same head contain the smaller ones.
    """
    count = sample_size(len(lookups), assurance, tolerable)
    seed = sha256(_PURPOSE + size.to_bytes(8, "big") + root).digest()
    chosen = {int(lookups.seq[place]): "chance" for place in shuffled(seed, len(lookups), count)}
    for why, column in (("actor", lookups.actor), ("source", lookups.source)):
        there = set(column[np.isin(lookups.seq, list(chosen))].tolist())
        for code in sorted(set(np.unique(column).tolist()) - there, key=lambda code: lookups.words[code]):
            places = np.flatnonzero(column == code)
            own = sha256(seed + f"{why}:{lookups.words[code]}".encode()).digest()
            chosen.setdefault(int(lookups.seq[places[shuffled(own, len(places), 1)[0]]]), why)
    return Sample(
        size=size,
        root=root,
        assurance=assurance,
        tolerable=tolerable,
        population=len(lookups),
        by_chance=count,
        drawn=tuple(Drawn(seq=seq, why=why) for seq, why in sorted(chosen.items())),
    )


def shuffled(seed: bytes, population: int, count: int) -> Sequence[int]:
    """Give the first ``count`` places of a shuffle of ``population`` places that ``seed`` alone decides.

    Fisher and Yates, with numbers from SHA-256(seed, counter) in place of dice: the same in any language.
    """
    moved: dict[int, int] = {}
    found = []
    rolls = 0
    for place in range(min(count, population)):
        left = population - place
        while True:
            roll = int.from_bytes(sha256(seed + rolls.to_bytes(8, "big")).digest()[:8], "big")
            rolls += 1
            # Past the last whole multiple some places would come up more often than others.
            if roll < 2**64 // left * left:
                break
        other = place + roll % left
        found.append(moved.get(other, other))
        moved[other] = moved.get(place, place)
    return found


def places_of(columns: Columns, seqs: Sequence[int]) -> Ints:
    """Give where in the columns these entries are."""
    return np.searchsorted(columns.seq, np.array(seqs, dtype=np.int64)).astype(np.int64)
