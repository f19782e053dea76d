"""The probability that the debtor uses a number today, and the same as a sum of reasons.

Each number is filtered forward in time over seven hidden states; the kind of line, the portfolio's other
persons and the person's other numbers each add their line. Trees that were grown on many markets then correct
what the chain says, each correction in the lines of the evidence it looks at. Every line is in bits, and the
lines of a number add up to the log2 odds of its probability exactly. Bars filter; they never weigh.
"""

from __future__ import annotations

import datetime as dt
import gc
import itertools
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.hidden import State
from graph.inuse_chain import filtered
from graph.inuse_columns import columns
from graph.inuse_events import (
    SURE,
    Event,
    Seen,
    Tie,
    call_events,
    claim_day,
    claim_events,
    shared_line,
    strength,
    tie,
)
from graph.inuse_facts import fact_events
from graph.inuse_learned import CHAIN, GROUPS, Figures, figures, steps, total
from graph.inuse_others import LEAST, held, without_others
from graph.inuse_person import Alone, other_numbers
from graph.inuse_told import Folding, Line, told
from graph.inuse_weights import DEFAULT, Costs, Model
from graph.model import (
    Advice,
    Bar,
    FactKind,
    LineType,
    NumberEvidence,
    Party,
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

# Cases ranked at once.
_BATCH = 1000

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
    "silence",
    "calibration",
)
Floats = NDArray[np.float64]


Cases = Sequence[tuple[Sequence[NumberEvidence], dt.date]]
# By identity of the number, which is held so that nothing else gets its place, and day.
Read = dict[tuple[int, dt.date], tuple[NumberEvidence, Tie, list[Event]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The numbers of many cases as the chain sees them: what the trees are then shown, and learn from.

    ``starts`` is where each case begins. ``told`` has each number's reasons so far; ``chain`` the columns of
    ``graph.inuse_learned.CHAIN``; ``weights`` of the states a row a number.
    """

    numbers: list[NumberEvidence]
    starts: list[int]
    told: list[list[Line]]
    weights: Floats
    figures: Figures
    chain: Floats


def rank(evidence: Sequence[NumberEvidence], as_of: dt.date, model: Model = DEFAULT) -> Ranking:
    """Give the numbers of one case, likeliest in use by the debtor first, barred ones last.

    Evidence dated after ``as_of`` is ignored. The order of the input does not matter. Unknown sources count
    as weak ones; kinds and values the model has no weight for say nothing. A number given twice for one
    person is one number. ``nobody`` is 1.0 when there is no number at all.
    """
    return rank_many([(evidence, as_of)], model)[0]


def rank_many(cases: Cases, model: Model = DEFAULT) -> list[Ranking]:
    """Give for each case (its numbers, its as-of date) what :func:`rank` gives, much quicker a case."""
    found: list[Ranking] = []
    # What is held at once stays small, however many cases there are.
    for first in range(0, len(cases), _BATCH):
        with _uncollected():
            found += _ranked_batch(cases[first : first + _BATCH], model)
    return found


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no reference cycles meanwhile: a batch is a hundred thousand values without one, and looking
    through them again and again took nearly half of the time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _ranked_batch(cases: Cases, model: Model) -> list[Ranking]:
    read: Read = {}
    judged = judge(cases, model, read)
    added = steps(judged.figures, model.learned)
    folding = Folding(GROUPS, model.source_class)
    most = _most(judged, [as_of for _, as_of in cases], added, model, read)
    ranked = [
        _ranked(one, lines, *folding.reasons(lines, more), weights, most.get(row, SUREST), model)
        for row, (one, lines, more, weights) in enumerate(
            zip(judged.numbers, judged.told, added.tolist(), judged.weights.tolist(), strict=True)
        )
    ]
    found = []
    for first, end in itertools.pairwise([*judged.starts, len(ranked)]):
        case = sorted(ranked[first:end], key=_in_order)
        found.append(Ranking(numbers=tuple(case), nobody=_nobody([one.p for one in case], model)))
    return found


def _most(
    judged: Judged, days: Sequence[dt.date], added: Floats, model: Model, read: Read
) -> dict[int, float]:
    """Give by row the bits of numbers at which others answered, were it not for their answers."""
    bits = model.slope * (judged.chain[:, 1] + added.sum(axis=1)) + model.offset
    rows, cases = [], []
    likely = (bits > math.log2(LEAST / (1.0 - LEAST))).tolist()
    for (first, end), as_of in zip(itertools.pairwise([*judged.starts, len(likely)]), days, strict=True):
        for row in range(first, end):
            if likely[row] and (other := without_others(judged.numbers[row], as_of)) is not None:
                rows.append((row, row - first))
                numbers = judged.numbers[first:end]
                cases.append(([*numbers[: row - first], other, *numbers[row - first + 1 :]], as_of))
    if not cases:
        return {}
    again = judge(cases, model, read)
    without = model.slope * (again.chain[:, 1] + total(again.figures, model.learned)) + model.offset
    found = {}
    for (row, place), first in zip(rows, again.starts, strict=True):
        found[row] = float(without[first + place])
    return found


def _in_order(one: Ranked) -> tuple[bool, float, str, str]:
    return (one.barred is not None, -one.p, one.phone.key, one.person)


def judge(cases: Cases, model: Model, read: Read | None = None) -> Judged:
    """Run every number of the cases through the chain, and lay out what the trees look at.

    ``read`` keeps what was read from a number, for the same number in another case of the same day.
    """
    read = {} if read is None else read
    once = [(_once(evidence), as_of) for evidence, as_of in cases]
    numbers = [(one, as_of) for evidence, as_of in once for one in evidence]
    lines = [_line_type(one, as_of) for one, as_of in numbers]
    seen: Seen = {}
    ties, events = [], []
    for one, as_of in numbers:
        key = (id(one), as_of)
        if key not in read:
            days = [claim_day(claim, as_of, model) for claim in one.claims]
            known = tie(one, as_of, model, days)
            read[key] = (one, known, _events(one, days, known, as_of, model, seen))
        ties.append(read[key][1])
        events.append(read[key][2])
    rates = [model.rates.get(line) or model.rates[LineType.UNKNOWN] for line in lines]
    today = np.array([as_of.toordinal() for _, as_of in numbers], dtype=np.int64)
    chain = filtered(events, today, rates, model.initial)
    said, at = chain.said.tolist(), 0
    stories: list[list[Line]] = []
    for place, (one, as_of) in enumerate(numbers):
        own = events[place]
        stories.append(
            told(
                own,
                said[at : at + len(own)],
                chain.prior,
                float(chain.time[place]),
                int(chain.days[place]),
                dt.date.fromordinal(own[0].on) if own else as_of,
                _linked(one, lines[place], model),
            )
        )
        at += len(own)
    starts = np.cumsum([0, *(len(evidence) for evidence, _ in once)])[:-1].tolist()
    bits = [math.fsum([line.bits for line in story]) for story in stories]
    others: list[float] = []
    for first, end in itertools.pairwise([*starts, len(numbers)]):
        alone = [
            Alone(person=one.person, own=_own(one, as_of), p=probability(bits[place]), known=ties[place])
            for place, (one, as_of) in enumerate(numbers[first:end], first)
        ]
        others += other_numbers(alone, model)
    for story, more in zip(stories, others, strict=True):
        if more:
            story.append(Line("other_numbers", more))
    own_bits, coupling = np.array(bits), np.array(others)
    weights = chain.weights
    figure = np.stack(
        [
            own_bits,
            own_bits + coupling,
            *(weights[:, state] for state in (State.IDLE, State.ASSOCIATE, State.STRANGER)),
            weights[:, State.AGEING] + weights[:, State.RELEASED],
            weights[:, State.NEVER],
            coupling,
        ],
        axis=1,
    ).reshape(len(numbers), len(CHAIN))
    have = columns(once, model.source_class, lines)
    return Judged([one for one, _ in numbers], starts, stories, weights, figures(have, figure), figure)


def _events(
    one: NumberEvidence, days: Sequence[dt.date | None], known: Tie, as_of: dt.date, model: Model, seen: Seen
) -> list[Event]:
    shared = shared_line(one)
    events = claim_events(one.claims, as_of, model, days, seen)
    events += call_events(one.outcomes, as_of, model, shared=shared)
    events += fact_events(one.facts, known, as_of, model, shared=shared)
    events.sort()
    return events


def _linked(one: NumberEvidence, line_type: LineType, model: Model) -> list[Line]:
    found = []
    if model.line_type.get(line_type, 0.0):
        params = (("line_type", line_type.value),)
        found.append(Line("line_type", model.line_type[line_type], params))
    if one.shared_with > 0:
        bits = model.shared_first + model.shared_more * math.log2(one.shared_with)
        found.append(Line("shared", bits, (("persons", str(one.shared_with)),)))
    return found


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
    return LineType(value) if value and value in set(LineType) else LineType.UNKNOWN


def _own(one: NumberEvidence, as_of: dt.date) -> bool:
    """True when somebody says the number is the debtor's, or he was spoken to on it."""
    return any(claim.stated_user is StatedUser.DEBTOR for claim in one.claims) or any(
        outcome.party is Party.SELF and strength(outcome) >= SURE and utc(outcome.at).date() <= as_of
        for outcome in one.outcomes
    )


def _stated_user(one: NumberEvidence) -> StatedUser:
    """Whose number it is said to be: the debtor's if anybody says so, else what most claims say."""
    said = [claim.stated_user for claim in one.claims]
    if StatedUser.DEBTOR in said:
        return StatedUser.DEBTOR
    if not said:
        return StatedUser.UNKNOWN
    places = {user: place for place, user in enumerate(StatedUser)}
    return max(said, key=lambda user: (said.count(user), -places[user]))


def _ranked(
    one: NumberEvidence,
    lines: list[Line],
    reasons: list[Reason],
    rest: float,
    weights: list[float],
    most: float,
    model: Model,
) -> Ranked:
    told = math.fsum([reason.bits for reason in reasons])
    bits = min(max(model.slope * (told + rest) + model.offset, -SUREST), SUREST)
    reasons.append(Reason(code="calibration", bits=bits - told))
    most = max(most, -SUREST)
    if bits > most:
        reasons, bits = held(reasons, bits - most), most
    doubt = math.sqrt(
        model.least_doubt**2 + model.reason_doubt**2 * math.fsum([line[1] ** 2 for line in lines])
    )
    p = probability(bits)
    low, high = probability(bits - WIDTH * doubt), probability(bits + WIDTH * doubt)
    at_hand = weights[State.IN_USE] / (weights[State.IN_USE] + weights[State.IDLE])
    live = weights[State.ASSOCIATE] + weights[State.STRANGER] + weights[State.NEVER]
    live_share = live / (live + weights[State.AGEING] + weights[State.RELEASED])
    barred = min(one.bars, key=_first_bar, default=None)
    worth = _worth(p, at_hand, live_share, model.costs)
    advice = Advice.SEND
    if worth <= 0.0:
        # A person looks when a call might be worth it, at the upper end.
        better = _worth(high, at_hand, live_share, model.costs) > 0.0
        advice = Advice.REVIEW if better else Advice.SKIP
    if barred is not None:
        advice = Advice.SKIP
    elif one.phone.masked and advice is Advice.SEND:
        advice = Advice.REVIEW
    return Ranked(
        phone=one.phone,
        person=one.person,
        p=p,
        low=low,
        high=high,
        reachable=p * at_hand,
        reasons=tuple(reasons),
        advice=advice,
        stated_user=_stated_user(one),
        barred=barred,
        worth=worth,
    )


def _first_bar(bar: Bar) -> tuple[str, str, int]:
    return (bar.at.isoformat() if bar.at else "", bar.code, bar.entry)


def _worth(p: float, at_hand: float, live_share: float, costs: Costs) -> float:
    """Give the expected worth of one call: a dead line harms nobody, a stranger's does."""
    return p * at_hand * costs.right_party - (1.0 - p) * live_share * costs.wrong_party - costs.attempt


def _nobody(shares: Sequence[float], model: Model) -> float:
    """Give the probability that none is in use, within what the single probabilities allow."""
    if not shares:
        return 1.0
    ordered = sorted(shares)
    # Between numbers that know nothing of each other and a person who never has two.
    apart = math.prod(1.0 - share for share in ordered)
    one_only = max(1.0 - math.fsum(ordered), 0.0)
    return apart + model.one_only * (one_only - apart)
