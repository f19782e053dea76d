"""The probability that the debtor uses a number today, and the same as a sum of reasons.

Each number is filtered forward in time over seven hidden states; then the kind of line, the portfolio's other
persons, the person's other numbers and the calibration each add their line. Every line is in bits, and the
lines of a number add up to the log2 odds of its probability exactly. Bars filter; they never weigh.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.hidden import Belief, Rates, State, start
from graph.inuse_events import SURE, Event, call_events, claim_events, shared_line, strength, tie
from graph.inuse_facts import fact_events
from graph.inuse_person import Alone, other_numbers
from graph.inuse_weights import DEFAULT, Costs, Model
from graph.model import (
    Advice,
    Bar,
    FactKind,
    LineType,
    NumberEvidence,
    Ranked,
    Ranking,
    Reason,
    StatedUser,
    probability,
)
from graph.outcomes import utc

# Nothing is surer than this, in bits of odds (about 1 in 30,000): the model is not, and the sum of the
# reasons stays exact in double precision.
SUREST = 15.0
# Width of the interval: 1.28 standard deviations, so that four in five are meant to lie inside.
WIDTH = 1.28

# Reason codes a screen keeps a sentence for. ``claim.<source>``, ``call.<what was heard>`` and
# ``fact.<kind>`` are families: the part behind the first dot is the source, the party or line, the kind.
REASON_CODES = (
    "prior",
    "claim",
    "copy",
    "fact",
    "call",
    "time",
    "line_type",
    "shared",
    "other_numbers",
    "calibration",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """One number by itself, before the others are heard."""

    evidence: NumberEvidence
    reasons: tuple[Reason, ...]
    belief: Belief
    alone: Alone


def rank(evidence: Sequence[NumberEvidence], as_of: dt.date, model: Model = DEFAULT) -> Ranking:
    """Give the numbers of one case, likeliest in use by the debtor first, barred ones last.

    Evidence dated after ``as_of`` is ignored. The order of the input does not matter. Unknown sources count
    as weak ones; kinds and values the model has no weight for say nothing. A number given twice for one
    person is one number. ``nobody`` is 1.0 when there is no number at all.
    """
    judged = [_judge(one, as_of, model) for one in _once(evidence)]
    others = other_numbers([one.alone for one in judged], model)
    ranked = [_ranked(one, bits, model) for one, bits in zip(judged, others, strict=True)]
    ranked.sort(key=lambda one: (one.barred is not None, -one.p, one.phone.key, one.person))
    return Ranking(numbers=tuple(ranked), nobody=_nobody([one.p for one in ranked], model))


def _once(evidence: Sequence[NumberEvidence]) -> list[NumberEvidence]:
    """Give one evidence a number and person, by number."""
    found: dict[tuple[str, str], NumberEvidence] = {}
    for one in evidence:
        key = (one.phone.key, one.person)
        found[key] = _joined(found[key], one) if key in found else one
    return [found[key] for key in sorted(found)]


def _joined(left: NumberEvidence, right: NumberEvidence) -> NumberEvidence:
    # An item that both have is the same item twice; which of the two line types is known does not depend on
    # who came first.
    phone = min((left.phone, right.phone), key=lambda one: (one.line_type is LineType.UNKNOWN, one.line_type))
    return NumberEvidence(
        phone=phone,
        claims=tuple(dict.fromkeys((*left.claims, *right.claims))),
        facts=tuple(dict.fromkeys((*left.facts, *right.facts))),
        outcomes=tuple(dict.fromkeys((*left.outcomes, *right.outcomes))),
        bars=tuple(dict.fromkeys((*left.bars, *right.bars))),
        shared_with=max(left.shared_with, right.shared_with),
        person=left.person,
    )


def _judge(one: NumberEvidence, as_of: dt.date, model: Model) -> _Judged:
    known, shared = tie(one, as_of, model), shared_line(one)
    line_type = _line_type(one, as_of)
    rates = model.rates.get(line_type) or model.rates[LineType.UNKNOWN]
    events = claim_events(one.claims, as_of, model)
    events += call_events(one.outcomes, as_of, model, shared=shared)
    events += fact_events(one.facts, known, as_of, model, shared=shared)
    events.sort(key=lambda event: event.order)

    day = events[0].on if events else as_of
    belief = start(model.initial)
    lines = _Lines(since=day)
    lines.add(Reason(code="prior", bits=belief.bits))
    for event in events:
        belief = lines.pass_time(belief, (event.on - day).days, rates)
        day = event.on
        seen = belief.seen(event.likelihood)
        lines.add(_reason(event, seen.bits - belief.bits))
        belief = seen
    belief = lines.pass_time(belief, (as_of - day).days, rates)

    if model.line_type.get(line_type, 0.0):
        params = (("line_type", line_type.value),)
        lines.add(Reason(code="line_type", bits=model.line_type[line_type], params=params))
    if one.shared_with > 0:
        linked = model.shared_first + model.shared_more * math.log2(one.shared_with)
        lines.add(Reason(code="shared", bits=linked, params=(("persons", str(one.shared_with)),)))
    reasons = lines.reasons()
    alone = Alone(
        person=one.person,
        own=_own(one, as_of),
        p=probability(math.fsum(reason.bits for reason in reasons)),
        known=known,
    )
    return _Judged(evidence=one, reasons=reasons, belief=belief, alone=alone)


class _Lines:
    """The story of one number: reasons of one kind and source in one line, time in a line of its own."""

    def __init__(self, since: dt.date) -> None:
        self._since = since
        self._found: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[Reason]] = {}
        self._time: list[float] = []
        self._days = 0

    def add(self, reason: Reason) -> None:
        """Put one more reason on the list."""
        # A thousand unanswered calls are one line; answers of a carrier stay apart by what they said.
        self._found.setdefault((reason.code, reason.source, reason.params), []).append(reason)

    def pass_time(self, belief: Belief, days: int, rates: Rates) -> Belief:
        """Let days pass and keep what that took from the number or gave it."""
        if days <= 0:
            return belief
        later = belief.after(days, rates)
        self._time.append(later.bits - belief.bits)
        self._days += days
        return later

    def reasons(self) -> tuple[Reason, ...]:
        """Give the reasons in order of their first day, the prior first and the passing of time last."""
        told = [_told(group) for group in self._found.values()]
        if self._time:
            params = (("days", str(self._days)), ("since", self._since.isoformat()))
            told.append(Reason(code="time", bits=math.fsum(self._time), params=params))
        return tuple(told)


def _told(group: Sequence[Reason]) -> Reason:
    if len(group) == 1:
        return group[0]
    last = group[-1]
    bits = math.fsum(reason.bits for reason in group)
    return replace(last, bits=bits, params=(*last.params, ("count", str(len(group)))))


def _reason(event: Event, bits: float) -> Reason:
    return Reason(
        code=event.code,
        bits=bits,
        params=event.params,
        source=event.source,
        as_of=event.said,
        entry=event.entry,
    )


def _line_type(one: NumberEvidence, as_of: dt.date) -> LineType:
    """What the number itself tells, else the newest answer of a carrier."""
    if one.phone.line_type is not LineType.UNKNOWN:
        return one.phone.line_type
    said = [
        (fact.as_of or dt.date.min, fact.value)
        for fact in one.facts
        if fact.kind is FactKind.LINE_TYPE and (fact.as_of is None or fact.as_of <= as_of)
    ]
    value = max(said)[1] if said else ""
    return LineType(value) if value in set(LineType) else LineType.UNKNOWN


def _own(one: NumberEvidence, as_of: dt.date) -> bool:
    """True when somebody says the number is the debtor's, or he was spoken to on it."""
    return any(claim.stated_user is StatedUser.DEBTOR for claim in one.claims) or any(
        strength(outcome) >= SURE and utc(outcome.at).date() <= as_of for outcome in one.outcomes
    )


def _stated_user(one: NumberEvidence) -> StatedUser:
    """Whose number it is said to be: the debtor's if anybody says so, else what most claims say."""
    said = [claim.stated_user for claim in one.claims]
    if not said:
        return StatedUser.UNKNOWN
    places = {user: place for place, user in enumerate(StatedUser)}
    return max(said, key=lambda user: (user is StatedUser.DEBTOR, said.count(user), -places[user]))


def _ranked(judged: _Judged, others: float, model: Model) -> Ranked:
    reasons = list(judged.reasons)
    if others:
        reasons.append(Reason(code="other_numbers", bits=others))
    raw = math.fsum(reason.bits for reason in reasons)
    bits = min(max(model.slope * raw + model.offset, -SUREST), SUREST)
    reasons.append(Reason(code="calibration", bits=bits - raw))
    # What the reasons add up to is the truth; the last bit of a difference is not worth a second opinion.
    bits = math.fsum(reason.bits for reason in reasons)
    doubt = math.sqrt(
        model.least_doubt**2 + math.fsum((model.reason_doubt * reason.bits) ** 2 for reason in reasons)
    )
    p = probability(bits)
    low, high = (probability(bits + side * WIDTH * doubt) for side in (-1.0, 1.0))
    weights = judged.belief.weights
    at_hand = weights[State.IN_USE] / (weights[State.IN_USE] + weights[State.IDLE])
    live = weights[State.ASSOCIATE] + weights[State.STRANGER] + weights[State.NEVER]
    live_share = live / (live + weights[State.AGEING] + weights[State.RELEASED])
    barred = min(judged.evidence.bars, key=_first_bar, default=None)
    advice = _advice(p, high, at_hand, live_share, model.costs)
    if barred is not None:
        advice = Advice.SKIP
    elif judged.evidence.phone.masked and advice is Advice.SEND:
        advice = Advice.REVIEW
    return Ranked(
        phone=judged.evidence.phone,
        person=judged.evidence.person,
        p=p,
        low=low,
        high=high,
        reachable=p * at_hand,
        reasons=tuple(reasons),
        advice=advice,
        stated_user=_stated_user(judged.evidence),
        barred=barred,
        worth=_worth(p, at_hand, live_share, model.costs),
    )


def _first_bar(bar: Bar) -> tuple[str, str, int]:
    return (bar.at.isoformat() if bar.at else "", bar.code, bar.entry)


def _advice(p: float, high: float, at_hand: float, live_share: float, costs: Costs) -> Advice:
    """Send when a call is worth it at ``p``; let a person look when it might be, at the upper end."""
    if _worth(p, at_hand, live_share, costs) > 0:
        return Advice.SEND
    return Advice.REVIEW if _worth(high, at_hand, live_share, costs) > 0 else Advice.SKIP


def _worth(p: float, at_hand: float, live_share: float, costs: Costs) -> float:
    """Give the expected worth of one call: a dead line harms nobody, a stranger's does."""
    return p * at_hand * costs.right_party - (1.0 - p) * live_share * costs.wrong_party - costs.attempt


def _nobody(shares: Sequence[float], model: Model) -> float:
    """Give the probability that none is in use, within what the single probabilities allow."""
    if not shares:
        return 1.0
    ordered = sorted(shares)
    alone = math.prod(1.0 - share for share in ordered) ** model.nobody_power
    return min(max(alone, 1.0 - math.fsum(ordered), 0.0), 1.0 - ordered[-1])
