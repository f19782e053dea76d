"""Planning look-ups over plain files: what to buy of which case with one budget for all of them.

The cases compete: what brings most for its price comes first, whosever case it is. An answer is read only by
paying for it (``tracer.desk.till``).
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.inuse import rank
from graph.inuse_weights import DEFAULT, Model
from graph.model import NumberEvidence, Ranking
from graph.plain import PlainCase, Unreadable, read_case
from graph.plan import ORDER_ONLY, Lookup, Plan, Worth, plan
from graph.plan_answers import ANSWERS, UNKNOWN
from tracer.desk.till import Offer, Till

# Files know no money: a unit of cost has to bring this share of a right first number, or asking ends. Hand.
LEAST = 0.0002
# The intrusion of what the files offer: all of them are yes-or-no questions to a carrier.
CARRIER = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A look-up that was bought: what it was expected to bring, what it cost, and what it answered."""

    offer: Offer
    gain: float
    rate: float
    spent: float
    answer: Mapping[str, object] = field(repr=False)


class Portfolio:
    """Cases with the evidence as it stands, their plans, and the till they all buy from."""

    def __init__(
        self,
        cases: Sequence[PlainCase],
        till: Till,
        *,
        model: Model = DEFAULT,
        worth: Worth = ORDER_ONLY,
        least: float = LEAST,
        per_case: float | None = None,
    ) -> None:
        self._cases = list(cases)
        self._till = till
        self._model = model
        self._worth = worth
        self._least = least
        self._per_case = per_case
        self._spent_on = [0.0] * len(self._cases)
        self._plans: dict[int, Plan] = {}
        self._rankings: dict[int, Ranking] = {}

    @property
    def cases(self) -> tuple[PlainCase, ...]:
        """The cases with the evidence bought so far."""
        return tuple(self._cases)

    def buy(self, progress: Callable[[int, int], None] | None = None) -> Iterator[Paid]:
        """Buy what is worth most for its price, again and again, until nothing is or the money is spent."""
        waiting: list[tuple[float, int]] = []
        for place in range(len(self._cases)):
            self._push(waiting, place)
            if progress:
                progress(place + 1, len(self._cases))
        while waiting:
            _rate, place = heapq.heappop(waiting)
            step = self._plans[place].steps[0]
            offer = self._offer(place, step.lookup)
            if offer.cost > self._left(place):
                # Others spent since this was planned: what the rest of the money is good for is another plan.
                self._push(waiting, place)
                continue
            answer = self._till.pay(offer)
            self._spent_on[place] += offer.cost
            self._cases[place] = heard(self._cases[place], offer.number, answer)
            self._rankings.pop(place, None)
            yield Paid(offer=offer, gain=step.gain, rate=step.rate, spent=self._till.spent, answer=answer)
            self._push(waiting, place)

    def stops(self) -> Counter[tuple[str, str]]:
        """Why asking ended, and what to do then, by how many cases: to be asked when buying is over."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self._plans.values():
            if one.stop is not None:
                found[one.stop.why.value, one.stop.then.value] += 1
        return found

    def predictions(self) -> Iterator[tuple[PlainCase, dict[str, float]]]:
        """Each case with the probability of each of its numbers, by the number's key."""
        for place, case in enumerate(self._cases):
            yield case, {one.phone.key: one.p for one in self._ranking(place).numbers}

    def _ranking(self, place: int) -> Ranking:
        if place not in self._rankings:
            case = self._cases[place]
            self._rankings[place] = rank(case.evidence, case.as_of, self._model)
        return self._rankings[place]

    def _left(self, place: int) -> float:
        left = self._till.left
        if self._per_case is not None:
            left = min(left, self._per_case - self._spent_on[place])
        return left

    def _push(self, waiting: list[tuple[float, int]], place: int) -> None:
        case = self._cases[place]
        made = plan(
            case.evidence,
            case.as_of,
            [lookup for lookup, _offer in self._lookups(place)],
            worth=self._worth,
            budget=self._left(place),
            model=self._model,
            least=self._least,
            ranking=self._ranking(place),
        )
        self._plans[place] = made
        if made.steps:
            heapq.heappush(waiting, (-made.steps[0].rate, place))

    def _lookups(self, place: int) -> list[tuple[Lookup, Offer]]:
        """What may be bought for a case, as the planner knows it; numbers the case lacks are left out."""
        case = self._cases[place]
        keys = {number: one.phone.key for number, one in zip(case.numbers, case.evidence, strict=True)}
        return [
            (
                Lookup(
                    source=offer.lookup,
                    number=keys[offer.number],
                    price=offer.cost,
                    intrusion=CARRIER,
                    answers=ANSWERS.get(offer.lookup, UNKNOWN),
                ),
                offer,
            )
            for offer in self._till.offers(case.case)
            if offer.number in keys
        ]

    def _offer(self, place: int, wanted: Lookup) -> Offer:
        return next(offer for lookup, offer in self._lookups(place) if lookup == wanted)


def heard(case: PlainCase, number: str, answer: Mapping[str, object]) -> PlainCase:
    """Give the case with an answer among the evidence of one of its numbers.

    An answer that cannot be read, or is dated after the case, leaves the case as it is: it was paid, and
    says nothing.
    """
    try:
        read = read_case(
            {
                "case_id": case.case,
                "as_of": case.as_of.isoformat(),
                "numbers": [{"number": number, "evidence": [answer]}],
            }
        ).evidence[0]
    except Unreadable:
        return case
    pieces = tuple(
        _with(piece, read) if name == number else piece
        for name, piece in zip(case.numbers, case.evidence, strict=True)
    )
    return replace(case, evidence=pieces)


def _with(piece: NumberEvidence, read: NumberEvidence) -> NumberEvidence:
    return replace(
        piece,
        claims=(*piece.claims, *(replace(one, phone=piece.phone) for one in read.claims)),
        facts=(*piece.facts, *(replace(one, phone=piece.phone) for one in read.facts)),
        outcomes=(*piece.outcomes, *(replace(one, phone=piece.phone) for one in read.outcomes)),
    )
