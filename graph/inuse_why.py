"""What a number's probability hangs on: what it would be without each reason, and what could change it most.

A reason's bits are what it added when its turn came. Left out of all the evidence it may be missed more, or
hardly at all, because others say the same: then it is redundant, and nobody should lean on it twice.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graph.inuse import rank_many
from graph.inuse_weights import DEFAULT, Model
from graph.model import (
    FactKind,
    Identity,
    Line,
    LineFact,
    NumberEvidence,
    Outcome,
    Party,
    Ranked,
    Ranking,
)

# A line of fewer bits is not worth a flag; a reason is redundant when leaving it out takes less than this
# share of its bits away. Hand.
NOTEWORTHY = 0.5
REDUNDANT = 0.3
_ITEMS = frozenset({"claim", "copy", "call", "fact"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A reason of ``code`` and ``source``: the bits it has in the story, and those that go when its items are
    left out of the evidence. ``redundant``: it has many there and takes few along."""

    code: str
    source: str
    bits: float
    missed: float
    redundant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What could be learned next, and what ``p`` would be then. ``code`` is the reason it would be told as,
    ``outcome`` what is said."""

    code: str
    outcome: str
    p: float
    gain: float


def left_out(
    evidence: Sequence[NumberEvidence], as_of: dt.date, place: int, model: Model = DEFAULT
) -> tuple[LeftOut, ...]:
    """Give for each reason of the number at ``place`` what its items are worth beside all others.

    Reasons that are no items (prior, time, other numbers…) cannot be left out and are not listed.
    """
    one = evidence[place]
    here = _find(rank_many([(evidence, as_of)], model)[0], one)
    told: dict[tuple[str, str], float] = {}
    for reason in here.reasons:
        if reason.code.partition(".")[0] in _ITEMS:
            # What a source says again goes with what it said first.
            code = f"claim.{reason.source or 'unknown'}" if reason.code == "copy" else reason.code
            key = (code, reason.source)
            told[key] = told.get(key, 0.0) + reason.bits
    kept = {key: _without(one, *key) for key in told}
    cases = [([*evidence[:place], kept[key], *evidence[place + 1 :]], as_of) for key in told]
    whole = _bits(here.p)
    found = []
    for (code, source), ranking in zip(told, rank_many(cases, model), strict=True):
        bits, missed = told[code, source], whole - _bits(_find(ranking, one).p)
        redundant = abs(bits) >= NOTEWORTHY and abs(missed) < REDUNDANT * abs(bits)
        found.append(LeftOut(code=code, source=source, bits=bits, missed=missed, redundant=redundant))
    return tuple(found)


def changes(
    evidence: Sequence[NumberEvidence], as_of: dt.date, place: int, model: Model = DEFAULT
) -> tuple[Change, ...]:
    """Give what could be learned of the number at ``place`` on ``as_of``, what would change it most first."""
    one = evidence[place]
    now = _find(rank_many([(evidence, as_of)], model)[0], one).p
    possible = list(_possible(one, as_of))
    cases = [([*evidence[:place], item, *evidence[place + 1 :]], as_of) for _, _, item in possible]
    found = [
        Change(code=code, outcome=value, p=(p := _find(ranking, one).p), gain=p - now)
        for (code, value, _), ranking in zip(possible, rank_many(cases, model), strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.gain), one.code, one.outcome)))


def _possible(one: NumberEvidence, as_of: dt.date) -> Iterable[tuple[str, str, NumberEvidence]]:
    at = dt.datetime.combine(as_of, dt.time(12), dt.UTC)
    for line, party, identity in (
        (Line.CONNECTED, Party.SELF, Identity.VERIFIED),
        (Line.CONNECTED, Party.THIRD_PARTY, Identity.NOT_CHECKED),
        (Line.CONNECTED, Party.WRONG_PARTY, Identity.NOT_CHECKED),
        (Line.NO_ANSWER, Party.NOBODY, Identity.NOT_CHECKED),
        (Line.VACANT, Party.NOBODY, Identity.NOT_CHECKED),
        (Line.POWERED_OFF, Party.NOBODY, Identity.NOT_CHECKED),
    ):
        call = Outcome(phone=one.phone, at=at, line=line, party=party, identity=identity)
        said = party.value if line is Line.CONNECTED else line.value
        yield f"call.{said}", said, replace(one, outcomes=(*one.outcomes, call))
    for kind, value in (
        (FactKind.LINE_STATUS, "active"),
        (FactKind.LINE_STATUS, "not_assigned"),
        (FactKind.ATTRIBUTE_MATCH, "exact"),
        (FactKind.ATTRIBUTE_MATCH, "none"),
        (FactKind.HOLDER_CHANGED_SINCE, "yes"),
        (FactKind.HOLDER_CHANGED_SINCE, "no"),
    ):
        attribute = "name+id" if kind is FactKind.ATTRIBUTE_MATCH else ""
        fact = LineFact(
            kind=kind, value=value, phone=one.phone, source="carrier", as_of=as_of, attribute=attribute
        )
        yield f"fact.{kind.value}", value, replace(one, facts=(*one.facts, fact))


def _without(one: NumberEvidence, code: str, source: str) -> NumberEvidence:
    kind, _, which = code.partition(".")
    if kind == "fact":
        return replace(
            one, facts=tuple(fact for fact in one.facts if (fact.kind, fact.source) != (which, source))
        )
    if kind == "call":
        return replace(one, outcomes=tuple(call for call in one.outcomes if _heard(call) != which))
    return replace(one, claims=tuple(claim for claim in one.claims if claim.source != source))


def _heard(call: Outcome) -> str:
    if call.party in {Party.SELF, Party.THIRD_PARTY, Party.WRONG_PARTY}:
        return call.party.value
    return call.line.value


def _find(ranking: Ranking, one: NumberEvidence) -> Ranked:
    return next(
        each for each in ranking.numbers if (each.phone.key, each.person) == (one.phone.key, one.person)
    )


def _bits(p: float) -> float:
    return math.log2(p) - math.log2(1.0 - p)
