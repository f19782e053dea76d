"""What a call teaches about a number, and the rounds of calls that lessons are taken from.

Labels come only from numbers somebody dialled, and a right-party contact does not last. So calls are cut into
rounds: a round begins with a call, everything known before it is evidence, and what the calls of the round
bring to light first of each number is its lesson. What came later is no evidence, what came earlier no label.

No call says for certain who uses a number: debtors say "wrong number", relatives say "it is me". A lesson is
therefore a likelihood ratio, and a label is what was believed before, moved by it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from graph.model import Identity, Line, Outcome, Party, probability
from graph.outcomes import utc

# A round is as long as a collector takes to try the numbers of a case; of what is true of a number today half
# is still true after years, so that two weeks change little. Hand.
ROUND = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """How surely the debtor uses the number (0..1) after one call, had it been as likely as not before.

    ``settled`` is True where the call ends the question for this round: somebody spoke, or the line is dead.
    """

    label: float
    settled: bool = True

    @property
    def bits(self) -> float:
        """What the call adds to the log2 odds that the number is his."""
        return math.log2(self.label) - math.log2(1.0 - self.label)


# The labels follow from the call likelihoods of graph/inuse_weights.py (there with their provenance), his own
# numbers in use and idle 85 to 15, all others associates, strangers and out of service 28 to 42 to 30 (shares
# of the development market). How identity was checked: of right-party calls there with a strength under 0.4
# one in fourteen was on a number that was his in the end, at 0.5 eleven in thirteen, above 0.6 nine in ten.
_SELF: Mapping[Identity, Lesson] = MappingProxyType(
    {
        Identity.VERIFIED: Lesson(label=0.99),
        Identity.STATED: Lesson(label=0.97),
        Identity.NOT_CHECKED: Lesson(label=0.93),
        Identity.UNVERIFIED: Lesson(label=0.55, settled=False),
    }
)
# Who dodges says "wrong number" (shared/in-use.md §2, lesson 8), so that it is never sharper than one in ten;
# who had his identity asked and failed it is believed more. Hand.
_WRONG: Mapping[Identity, Lesson] = MappingProxyType(
    {
        Identity.VERIFIED: Lesson(label=0.03),
        Identity.STATED: Lesson(label=0.09),
        Identity.NOT_CHECKED: Lesson(label=0.09),
        Identity.UNVERIFIED: Lesson(label=0.12),
    }
)
_THIRD = Lesson(label=0.17)
# On a line the household or the firm shares, that somebody else answered says nothing.
_THIRD_SHARED = Lesson(label=0.50, settled=False)
_LINES: Mapping[Line, Lesson] = MappingProxyType(
    {
        Line.VACANT: Lesson(label=0.14),
        Line.NUMBER_CHANGED: Lesson(label=0.10),
        Line.FAX: Lesson(label=0.20),
        Line.SUSPENDED: Lesson(label=0.46, settled=False),
        Line.BARRED: Lesson(label=0.43, settled=False),
        Line.NO_ANSWER: Lesson(label=0.56, settled=False),
        Line.BUSY: Lesson(label=0.54, settled=False),
        Line.REJECTED: Lesson(label=0.63, settled=False),
        Line.VOICEMAIL: Lesson(label=0.58, settled=False),
        Line.POWERED_OFF: Lesson(label=0.64, settled=False),
        Line.UNREACHABLE: Lesson(label=0.43, settled=False),
        Line.CONNECTED: Lesson(label=0.55, settled=False),
    }
)
_NOTHING = Lesson(label=0.50, settled=False)
# Levelling (``levelled``) is pulled to none as if by so many labels, and never turns the order round. Hand.
_PULL = 10.0
_LEAST_SLOPE = 0.1
_STEPS = 200
# Between "hardly believed" and "surely him", where a number and not a word says how well it was checked.
_DOUBTED, _SURE = 0.2, 0.6


def lesson(outcome: Outcome, *, shared: bool = False) -> Lesson:
    """Give what one call teaches, by line, party and how identity was checked.

    ``shared`` is True for a line that a household or a firm shares with him.
    """
    if outcome.party is Party.SELF:
        return _himself(outcome)
    if outcome.party is Party.WRONG_PARTY:
        return _WRONG[outcome.identity]
    if outcome.party is Party.THIRD_PARTY:
        return _THIRD_SHARED if shared else _THIRD
    return _LINES.get(outcome.line, _NOTHING)


def _himself(outcome: Outcome) -> Lesson:
    sure = outcome.strength
    if sure is None or not math.isfinite(sure):
        return _SELF[outcome.identity]
    share = min(max((sure - _DOUBTED) / (_SURE - _DOUBTED), 0.0), 1.0)
    low, high = _SELF[Identity.UNVERIFIED], _SELF[Identity.STATED]
    return Lesson(label=low.label + share * (high.label - low.label), settled=share > 0.5)


def taught(p: float, one: Lesson, slope: float = 1.0, offset: float = 0.0) -> float:
    """Give how surely the number is his after the call, when ``p`` (above 0, below 1) was believed before.

    ``slope`` and ``offset`` level that belief first (see :func:`levelled`).
    """
    return probability(slope * (math.log2(p) - math.log2(1.0 - p)) + offset + one.bits)


def levelled(heard: Sequence[tuple[float, Lesson]]) -> tuple[float, float]:
    """Give slope and offset (of log2 odds) under which what was heard of numbers is likeliest.

    ``heard`` are what was believed of each number before its call and what the call taught. Where a model is
    too sure or too shy as a whole, labels moved from its own beliefs would bear it out; moved from levelled
    ones they do not. By expectation-maximisation, pulled towards (1, 0), which is given for nothing heard.
    """
    x = np.array([[math.log2(p / (1.0 - p)), 1.0] for p, _ in heard]).reshape(-1, 2)
    bits = np.array([one.bits for _, one in heard])
    own = np.array([1.0, 0.0])
    now = own.copy()
    pull = _PULL * np.diag([4.0, 0.25])
    for _ in range(_STEPS):
        score = np.clip(x @ now, -40.0, 40.0)
        p = 1.0 / (1.0 + np.exp2(-score))
        after = 1.0 / (1.0 + np.exp2(-np.clip(score + bits, -60.0, 60.0)))
        slope = math.log(2.0) * x.T @ (after - p) - pull @ (now - own)
        curve = math.log(2.0) ** 2 * (x * (p * (1.0 - p))[:, None]).T @ x + pull
        step = np.clip(np.linalg.solve(curve, slope), -1.0, 1.0)
        now = now + step
        if float(np.abs(step).max()) < 1e-6:
            break
    return max(float(now[0]), _LEAST_SLOPE), float(now[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The calls of one round, oldest first. ``began`` is when the first was made, in UTC."""

    began: dt.datetime
    calls: tuple[Outcome, ...]

    @property
    def by_number(self) -> dict[str, tuple[Outcome, ...]]:
        """The calls by the key of the number dialled, each oldest first."""
        found: dict[str, list[Outcome]] = {}
        for call in self.calls:
            found.setdefault(call.phone.key, []).append(call)
        return {number: tuple(calls) for number, calls in found.items()}


def rounds(outcomes: Iterable[Outcome], length: dt.timedelta = ROUND) -> tuple[Round, ...]:
    """Cut the calls of one case into rounds, in any order of input.

    A round begins with the first call that is in none yet, and takes in what is made within ``length``.
    """
    ordered = sorted(outcomes, key=lambda one: (utc(one.at), one.entry, one.phone.key, one.code))
    found: list[list[Outcome]] = []
    for one in ordered:
        if not found or utc(one.at) - utc(found[-1][0].at) >= length:
            found.append([])
        found[-1].append(one)
    return tuple(Round(began=utc(calls[0].at), calls=tuple(calls)) for calls in found)


def round_lesson(calls: Iterable[Outcome], *, shared: bool = False) -> tuple[Lesson, Outcome]:
    """Give what a number's calls of one round teach, and which of them: the first that settles it, else the
    first.

    Unanswered calls of one round are one observation, not many. Raises ValueError without a call.
    """
    heard = [(lesson(call, shared=shared), call) for call in calls]
    if not heard:
        raise ValueError("a round without a call teaches nothing")
    return next((one for one in heard if one[0].settled), heard[0])
