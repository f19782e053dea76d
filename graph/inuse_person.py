"""What a person's numbers say of each other: a newer one speaks against the older, an only one for itself.

The largest gain after filtering each number alone (shared/in-use.md §2, lesson 6). It is counted among the
numbers that are said to be the same person's; the numbers of references and firms neither give nor take.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from graph.inuse_events import Tie
from graph.inuse_weights import Model

# A number that appeared this much later than another is a newer one, not the same form filled in twice. Hand.
NEWER_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A number as judged by itself: whose it is said to be, its probability, the dates that tie it to him."""

    person: str
    own: bool
    p: float
    known: Tie


def other_numbers(numbers: Sequence[Alone], model: Model) -> list[float]:
    """Give for each number the bits that the person's other numbers add or take away."""
    return [_bits(place, numbers, model) for place in range(len(numbers))]


def _bits(place: int, numbers: Sequence[Alone], model: Model) -> float:
    mine = numbers[place]
    if not mine.own:
        return 0.0
    weights = model.coupling
    others = [
        other for at, other in enumerate(numbers) if at != place and other.own and other.person == mine.person
    ]
    if not others:
        return weights.only_number
    newer = [other.p for other in others if _later(mine.known.first, other.known.first, NEWER_DAYS)]
    spoken = [other.p for other in others if _later(mine.known.right_party, other.known.right_party, 0)]
    return (
        weights.among_others
        + weights.newer * min(_total(newer), weights.cap)
        + weights.others * min(_total([other.p for other in others]), weights.cap)
        + weights.right_party_elsewhere * max(spoken, default=0.0)
    )


def _total(shares: list[float]) -> float:
    # Sorted: a sum of floats must not depend on the order the numbers came in.
    return sum(sorted(shares))


def _later(mine: dt.date | None, other: dt.date | None, days: int) -> bool:
    if other is None:
        return False
    return mine is None or (other - mine).days > days
