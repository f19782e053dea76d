"""Which look-up is worth its price and its intrusion next, and when to stop asking.

Value of information: an answer is worth what it is expected to change in whom one calls. The planner weighs
single look-ups, and sets of them that only together decide, by the expectation over all their answers, and
puts first what brings most for what it costs. It never sees an answer; what was answered goes into the
evidence, and the planner is asked again.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.inuse import rank
from graph.inuse_weights import DEFAULT, Model
from graph.model import Advice, NumberEvidence, Party, Ranking, StatedUser
from graph.plan_answers import Vector, fate, repeated
from graph.plan_table import MOST_LOOKUPS, table
from graph.plan_weigh import Candidate, Lookup, Number, candidates

__all__ = ["ORDER_ONLY", "Lookup", "Plan", "Step", "Stop", "Then", "Why", "Worth", "askable", "plan"]

# Intrusion of a look-up about somebody who owes nothing: never planned, whatever it would bring.
THIRD_PARTY = 4


class Why(StrEnum):
    """Why nothing more is asked."""

    NOT_WORTH = "not_worth_its_price"
    NOTHING_LEFT = "nothing_left_to_ask"
    BUDGET = "budget"


class Then(StrEnum):
    """What to do instead of asking."""

    CALL = "call"
    REVIEW = "review"
    LETTER = "write_a_letter"
    RETURN = "return_the_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What answers are good for, all in minor units of money.

    ``right_party`` is the worth of talking to the debtor, ``wrong_party`` the harm of calling somebody else,
    ``attempt`` the price of a call, ``idle`` the share of ``right_party`` that his own line is worth while it
    does not ring, ``information`` the worth of one bit of doubt less about any number, even if nobody is
    called for it. ``intrusion`` is what each level costs beside its price; levels beyond it, and third
    parties, are never planned. A letter costs ``letter`` and is answered with chance ``letter_answered``.
    The defaults are a judgement: $60, $90 and $1 as in the in-use model's own costs.
    """

    right_party: float = 6000.0
    wrong_party: float = 9000.0
    attempt: float = 100.0
    idle: float = 0.0
    information: float = 0.0
    intrusion: tuple[float, ...] = (0.0, 10.0, 100.0, 300.0)
    letter: float = 300.0
    letter_answered: float = 0.06

    def __post_init__(self) -> None:
        amounts = (
            self.wrong_party,
            self.attempt,
            self.idle,
            self.information,
            *self.intrusion,
            self.letter,
            self.letter_answered,
        )
        if not all(math.isfinite(one) and one >= 0.0 for one in (self.right_party, *amounts)):
            raise ValueError("a worth or a harm is a number from nought up")
        if self.right_party <= 0.0:
            raise ValueError("talking to the right party has to be worth something")

    @property
    def payoff(self) -> Vector:
        """What a call is worth, by the number's fate."""
        return (
            self.right_party - self.attempt,
            self.right_party * self.idle - self.attempt,
            -self.wrong_party - self.attempt,
            -self.wrong_party - self.attempt,
            -self.attempt,
        )


# For files without money: being right about the first number counts, calling nobody is no choice, and doubt
# about the others counts a little. Units are right first numbers.
ORDER_ONLY = Worth(
    right_party=1.0,
    wrong_party=0.0,
    attempt=0.0,
    idle=1.0,
    information=0.01,
    intrusion=(0.0, 0.0, 0.0, 0.0),
    letter=0.0,
    letter_answered=0.06,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A look-up worth making.

    ``gain`` is what it is expected to bring, in right-party contacts, together with ``together``: the
    look-ups that are to follow if its answer leaves them worth it. ``cost`` is its own price; ``rate`` is
    gain for cost in money, intrusion included: above 1 it is worth it.
    """

    lookup: Lookup
    gain: float
    cost: float
    rate: float
    together: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why asking ends, and what to do then."""

    why: Why
    then: Then


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is worth asking, best first: make the first, put its answer into the evidence, plan again.

    ``stop`` is set when there is no step.
    """

    steps: tuple[Step, ...]
    stop: Stop | None
    ranking: Ranking


def plan(
    evidence: Sequence[NumberEvidence],
    as_of: dt.date,
    lookups: Iterable[Lookup],
    *,
    worth: Worth | None = None,
    budget: float | None = None,
    model: Model = DEFAULT,
    least: float = 1.0,
    address: bool = True,
    ranking: Ranking | None = None,
) -> Plan:
    """Give the look-ups of a case that are worth their price, best first, or why there is none.

    Look-ups about numbers that are barred, masked, behind a switchboard or nobody says are the debtor's are
    never planned, nor those of the third party's intrusion. ``budget`` is what may still be spent in money;
    ``least`` the gain in money a step must bring for each unit it costs. ``address`` tells whether a letter
    could be sent. ``ranking`` saves ranking again. The order of the input does not matter.
    """
    worth = worth or Worth()
    ranking = ranking or rank(evidence, as_of, model)
    numbers = _numbers(evidence, as_of, lookups, ranking, worth)
    rival = _rival(evidence, as_of, ranking, worth, numbers)
    found = candidates(
        numbers, rival=rival, payoff=worth.payoff, information=worth.information, budget=budget
    )
    steps = _steps(found, worth, budget, least)
    if steps:
        return Plan(steps=steps, stop=None, ranking=ranking)
    why = Why.NOT_WORTH if numbers else Why.NOTHING_LEFT
    if why is Why.NOT_WORTH and budget is not None:
        free = candidates(
            numbers, rival=rival, payoff=worth.payoff, information=worth.information, budget=None
        )
        if any(one.rate > least for one in free):
            why = Why.BUDGET
    then = _then(
        evidence, ranking, worth, max([rival, *(number.worth(worth.payoff) for number in numbers)]), address
    )
    return Plan(steps=(), stop=Stop(why=why, then=then), ranking=ranking)


def askable(piece: NumberEvidence) -> bool:
    """Whether a number may be asked about at all: whole, not barred, and said to be the debtor's own."""
    if piece.bars or piece.phone.masked or piece.phone.extension:
        return False
    return any(claim.stated_user is StatedUser.DEBTOR for claim in piece.claims) or any(
        outcome.party is Party.SELF for outcome in piece.outcomes
    )


def _numbers(
    evidence: Sequence[NumberEvidence],
    as_of: dt.date,
    lookups: Iterable[Lookup],
    ranking: Ranking,
    worth: Worth,
) -> list[Number]:
    """Lay out the numbers that may be asked about, each with its look-ups, in an order of their own."""
    offered: dict[str, dict[str, Lookup]] = {}
    for lookup in lookups:
        if 0 <= lookup.intrusion < min(THIRD_PARTY, len(worth.intrusion)):
            known = offered.setdefault(lookup.number, {})
            # Offered twice at two prices: the cheaper is meant.
            if lookup.source not in known or lookup.price < known[lookup.source].price:
                known[lookup.source] = lookup
    ranked = {one.phone.key: one for one in reversed(ranking.numbers)}
    pieces: dict[str, list[NumberEvidence]] = {}
    for piece in evidence:
        pieces.setdefault(piece.phone.key, []).append(piece)
    numbers = []
    for key in sorted(offered):
        own = pieces.get(key, [])
        # Every reading of a number has to allow it: one bar is enough.
        if not own or any(piece.bars for piece in own) or not any(map(askable, own)):
            continue
        piece = min(filter(askable, own), key=lambda one: (one.person, len(one.claims)))
        chosen = tuple(sorted(offered[key].values(), key=lambda one: (one.price, one.source)))[:MOST_LOOKUPS]
        numbers.append(
            Number(
                key=key,
                belief=fate(ranked[key], piece, as_of),
                prices=tuple(float(one.price) for one in chosen),
                costs=tuple(float(one.price) + worth.intrusion[one.intrusion] for one in chosen),
                table=table(tuple(repeated(one.answers, piece, as_of) for one in chosen)),
                offers=chosen,
            )
        )
    return numbers


def _rival(
    evidence: Sequence[NumberEvidence],
    as_of: dt.date,
    ranking: Ranking,
    worth: Worth,
    numbers: Sequence[Number],
) -> float:
    """What the best call is worth without the numbers that may be asked about; nought: nobody is called."""
    asked = {number.key for number in numbers}
    pieces = {piece.phone.key: piece for piece in evidence}
    best = 0.0
    for one in ranking.numbers:
        if one.barred is None and not one.phone.masked and one.phone.key not in asked:
            belief = fate(one, pieces[one.phone.key], as_of)
            best = max(best, math.fsum(share * pay for share, pay in zip(belief, worth.payoff, strict=True)))
    return best


def _steps(found: Sequence[Candidate], worth: Worth, budget: float | None, least: float) -> tuple[Step, ...]:
    steps: list[Step] = []
    left = budget
    for one in sorted(found, key=lambda each: (-each.rate, each.number.key, each.first)):
        lookup = one.number.offers[one.first]
        if one.rate <= least or (left is not None and lookup.price > left):
            continue
        left = None if left is None else left - lookup.price
        steps.append(
            Step(
                lookup=lookup,
                gain=one.gain / worth.right_party,
                cost=lookup.price,
                rate=one.rate,
                together=tuple(number.offers[place] for number, place in one.rest),
            )
        )
    return tuple(steps)


# Who asked not to be contacted, or is represented, gets no letter either.
_NO_LETTER = frozenset({"ceased", "represented", "opted_out"})


def _then(
    evidence: Sequence[NumberEvidence], ranking: Ranking, worth: Worth, best: float, address: bool
) -> Then:
    # Without a harm every call seems worth it: the model's own advice says then whether one is.
    harmless = worth.wrong_party <= 0.0
    if best > 0.0 and (not harmless or any(one.advice is Advice.SEND for one in ranking.numbers)):
        return Then.CALL
    if any(one.advice is Advice.REVIEW and one.barred is None for one in ranking.numbers):
        return Then.REVIEW
    silent = bool(evidence) and all(any(bar.code in _NO_LETTER for bar in piece.bars) for piece in evidence)
    if address and not silent and worth.letter_answered * worth.right_party > worth.letter:
        return Then.LETTER
    return Then.RETURN
