"""What a look-up may answer, and how likely each answer is in each state of the number.

The planner's picture of the world is coarser than the in-use model's: it has to say only what is worth
asking. What an answer then means is the in-use model's word. Columns are in the order of :class:`Fate`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from graph.model import (
    Claim,
    FactKind,
    Line,
    LineFact,
    NumberEvidence,
    Party,
    Ranked,
    StatedUser,
)

Vector = tuple[float, ...]


class Fate(IntEnum):
    """What became of a number: the states the planner tells apart."""

    IN_USE = 0  # the debtor answers it
    IDLE = 1  # his, but suspended or in a drawer
    ASSOCIATE = 2  # somebody he knows has it
    STRANGER = 3  # somebody else has it
    OUT = 4  # nobody has it


FATES = len(Fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerModel:
    """P(answer | fate) of one kind of look-up: a likelihood per answer, in the order of :class:`Fate`.

    ``kinds`` are the facts such an answer is kept as: what was answered before is likely to come again. Make
    one with :func:`answer_model`, which sees to it that each fate's shares add up to one.
    """

    name: str
    answers: tuple[str, ...]
    likelihoods: tuple[Vector, ...]
    kinds: tuple[FactKind, ...] = ()

    def __repr__(self) -> str:
        return f"AnswerModel({len(self.answers)} answers)"


# How much of its face value an answer keeps: the in-use model tempers carriers' answers too, and a planner
# that believes them more than the model does buys what then changes nothing. Hand; 0.7 to 1 give the same.
KEPT = 0.85


def answer_model(name: str, shares: Mapping[str, Vector], *kinds: FactKind) -> AnswerModel:
    """Give the model of rounded shares, each fate's brought to a sum of one, then softened.

    Raises ValueError for an answer without a share for each fate, one below nought, or a fate without any.
    """
    if any(len(row) != FATES or not min(row) >= 0.0 for row in shares.values()):
        raise ValueError("an answer has one share a fate, none negative")
    totals = [math.fsum(column) for column in zip(*shares.values(), strict=True)]
    if not shares or not all(0.0 < total < math.inf for total in totals):
        raise ValueError("a fate has to have an answer")
    faces = [[share / total for share, total in zip(row, totals, strict=True)] for row in shares.values()]
    rows = tuple(
        tuple(KEPT * share + (1.0 - KEPT) * math.fsum(face) / FATES for share in face) for face in faces
    )
    return AnswerModel(name=name, answers=tuple(shares), likelihoods=rows, kinds=kinds)


# Shares counted on shared/data (one fictional market), rounded and softened: no look-up is surer than one in
# fifty, for vendors claim 5 % error (shared/in-use.md §1). That market has no idle lines: their column is by
# hand. The CAMARA questions are the same registers asked since a day; their 404 ("not our customer") is
# "not_served". A guess of every figure being off by a third changes which look-up comes first, not what an
# answer means.
_STATUS = {
    "active": (0.84, 0.38, 0.85, 0.84, 0.05),
    "suspended": (0.02, 0.25, 0.01, 0.01, 0.08),
    "empty": (0.02, 0.05, 0.02, 0.02, 0.74),
    "powered_off": (0.04, 0.22, 0.04, 0.04, 0.04),
    "unknown": (0.10, 0.10, 0.10, 0.10, 0.10),
}
_HOLDER = {
    "yes": (0.64, 0.62, 0.09, 0.05, 0.07),
    "no": (0.25, 0.25, 0.80, 0.83, 0.08),
    "unknown": (0.11, 0.13, 0.11, 0.12, 0.85),
}
_RECYCLED = {
    "no": (0.62, 0.60, 0.66, 0.14, 0.18),
    "before": (0.20, 0.20, 0.22, 0.06, 0.10),
    "after": (0.08, 0.10, 0.04, 0.70, 0.64),
    "unknown": (0.10, 0.10, 0.10, 0.10, 0.08),
}
_TENURE = {
    "before": (0.60, 0.56, 0.82, 0.12, 0.07),
    "between": (0.22, 0.21, 0.04, 0.08, 0.03),
    "after": (0.08, 0.08, 0.04, 0.68, 0.05),
    "none": (0.10, 0.15, 0.10, 0.12, 0.85),
}
_CHANGED_SINCE = {
    "no": (0.78, 0.76, 0.84, 0.20, 0.24),
    "yes": (0.12, 0.14, 0.06, 0.70, 0.46),
    "not_served": (0.10, 0.10, 0.10, 0.10, 0.30),
}
_HELD_SINCE = {
    "yes": (0.66, 0.62, 0.80, 0.14, 0.06),
    "no": (0.24, 0.28, 0.10, 0.76, 0.14),
    "not_served": (0.10, 0.10, 0.10, 0.10, 0.80),
}
_IN_SERVICE = {
    "active": (0.86, 0.40, 0.86, 0.86, 0.05),
    "suspended": (0.04, 0.48, 0.04, 0.04, 0.25),
    "not_served": (0.10, 0.12, 0.10, 0.10, 0.70),
}
# Hand, after the shares of calls in graph/inuse_weights.py. A sealed call discloses nothing; few answer it.
_SEALED_CALL = {
    "himself": (0.14, 0.03, 0.005, 0.003, 0.001),
    "another": (0.03, 0.03, 0.22, 0.20, 0.004),
    "no_answer": (0.79, 0.60, 0.74, 0.75, 0.225),
    "dead": (0.04, 0.34, 0.035, 0.047, 0.77),
}
# Hand: a letter that asks him to confirm the number; most stay unanswered.
_LETTER = {
    "confirmed": (0.08, 0.06, 0.01, 0.004, 0.004),
    "denied": (0.01, 0.02, 0.03, 0.04, 0.04),
    "silence": (0.91, 0.92, 0.96, 0.956, 0.956),
}
# A source nobody has described: it may tell a little.
_UNKNOWN = {
    "for": (0.45, 0.40, 0.25, 0.20, 0.15),
    "against": (0.25, 0.25, 0.45, 0.50, 0.55),
    "nothing": (0.30, 0.35, 0.30, 0.30, 0.30),
}

_STATUS_KINDS = (FactKind.LINE_STATUS, FactKind.REACHABILITY)
_TENURE_KINDS = (FactKind.TENURE, FactKind.TENURE_SINCE)

UNKNOWN = answer_model("unknown", _UNKNOWN)
LETTER = answer_model("letter", _LETTER)
SEALED_CALL = answer_model("sealed_call", _SEALED_CALL)

ANSWERS: Mapping[str, AnswerModel] = MappingProxyType(
    {
        # The plain files' words (data/in-use-format.md) …
        "carrier_status": answer_model("carrier_status", _STATUS, *_STATUS_KINDS),
        "carrier_tenure": answer_model("carrier_tenure", _TENURE, *_TENURE_KINDS),
        "realname": answer_model("realname", _HOLDER, FactKind.ATTRIBUTE_MATCH),
        "recycled": answer_model("recycled", _RECYCLED, FactKind.HOLDER_CHANGED_SINCE),
        # … and the sources'.
        "camara.number-recycling": answer_model(
            "camara.number-recycling", _CHANGED_SINCE, FactKind.HOLDER_CHANGED_SINCE
        ),
        "camara.kyc-tenure": answer_model("camara.kyc-tenure", _HELD_SINCE, *_TENURE_KINDS),
        "camara.kyc-match": answer_model("camara.kyc-match", _HOLDER, FactKind.ATTRIBUTE_MATCH),
        "camara.subscription-status": answer_model("camara.subscription-status", _IN_SERVICE, *_STATUS_KINDS),
        "sealed_call": SEALED_CALL,
        "letter": LETTER,
    }
)
"""The answer models that come with the program, by look-up or source; anything else is ``UNKNOWN``."""

# What a fact already known says of the answer to come, by its value; what is not listed says nothing.
_SAME: Mapping[FactKind, Mapping[str, tuple[str, ...]]] = {
    FactKind.LINE_STATUS: {
        "active": ("active",),
        "partly_suspended": ("suspended",),
        "suspended": ("suspended",),
        "cancelled": ("empty", "not_served"),
        "not_assigned": ("empty", "not_served"),
        "suspected_not_assigned": ("empty", "not_served"),
    },
    FactKind.REACHABILITY: {"powered_off": ("powered_off",), "reachable": ("active",)},
    FactKind.ATTRIBUTE_MATCH: {
        "exact": ("yes",),
        "high": ("yes",),
        "none": ("no",),
        "no_data": ("unknown",),
    },
    FactKind.HOLDER_CHANGED_SINCE: {"no": ("no",), "yes": ("yes", "before", "after")},
    FactKind.TENURE: {"no_data": ("none", "not_served")},
    FactKind.TENURE_SINCE: {"yes": ("yes", "before"), "no": ("no", "after")},
}
# Chance that a register says the same again on the same day, and the days after which that has fallen to a
# third. Hand: vendors serve answers up to a month old (survey), lines move within a year.
_SAME_AGAIN, _FADES = 0.95, 365.0


def repeated(model: AnswerModel, piece: NumberEvidence, as_of: dt.date) -> AnswerModel:
    """Give the model of asking again what is partly known: the newest answer of its kind may be repeated."""
    known = [
        (fact.as_of, fact)
        for fact in piece.facts
        if fact.kind in model.kinds and fact.as_of is not None and fact.as_of <= as_of
    ]
    if not known:
        return model
    said_on, newest = max(known, key=lambda one: (one[0], one[1].kind, one[1].value))
    same = _category(newest, piece)
    places = [place for place, answer in enumerate(model.answers) if answer in same]
    # To the nearest month, so that the tables made of it are few.
    age = round((as_of - said_on).days / 30.0) * 30.0
    again = _SAME_AGAIN * math.exp(-age / _FADES)
    rows = [[share * (1.0 - again) for share in row] for row in model.likelihoods]
    for column in range(FATES):
        if places:
            for place in places:
                rows[place][column] += again / len(places)
        else:
            for place, row in enumerate(model.likelihoods):
                rows[place][column] += again * math.fsum(row) / FATES
    return AnswerModel(
        name=model.name, answers=model.answers, likelihoods=tuple(map(tuple, rows)), kinds=model.kinds
    )


def _category(fact: LineFact, piece: NumberEvidence) -> tuple[str, ...]:
    """Which answers of a table the fact stands for; several when only their group is known."""
    if fact.kind in {FactKind.HOLDER_CHANGED_SINCE, FactKind.TENURE} and fact.anchor is not None:
        placed = _placed(fact.anchor, piece.claims)
        if fact.kind is FactKind.TENURE:
            return (placed, "yes") if placed == "before" else (placed, "no")
        if fact.value == "yes":
            return ("before", "no") if placed == "before" else ("after", "yes")
    return _SAME.get(fact.kind, {}).get(fact.value, ())


def _placed(day: dt.date, claims: Iterable[Claim]) -> str:
    ties = [
        seen
        for claim in claims
        if claim.stated_user is StatedUser.DEBTOR and (seen := claim.first_seen or claim.date) is not None
    ]
    if not ties or day <= min(ties):
        return "before"
    return "between" if day <= max(ties) else "after"


# Of the numbers that are not his: whose they are before anything else is known, and how many times likelier
# evidence is with an associate, a stranger, nobody. Development data, rounded (4/3 of the shares in
# graph/inuse_weights.py); it decides only what is asked first.
_NOT_HIS = (0.18, 0.48, 0.34)
_THIRD_PARTY_CLAIM = (8.0, 1.0, 1.0)
_HEARD: Mapping[str, Vector] = {
    "third_party": (8.0, 1.0, 0.2),
    "wrong_party": (1.0, 3.0, 0.4),
    "self": (1.0, 0.7, 0.7),
    "dead": (0.4, 0.6, 6.0),
    "alive": (1.3, 1.3, 0.6),
}
_ALIVE = frozenset({Line.NO_ANSWER, Line.BUSY, Line.REJECTED, Line.VOICEMAIL, Line.CONNECTED})
_DEAD = frozenset({Line.VACANT, Line.SUSPENDED, Line.NUMBER_CHANGED, Line.UNREACHABLE})
# Calls older than this say nothing of today; no more than so many of a kind count. Hand.
_CALL_DAYS, _CALLS_COUNT = 365, 3


def fate(ranked: Ranked, piece: NumberEvidence, as_of: dt.date) -> Vector:
    """Give how likely each fate is: his share is the ranking's own, the rest is split by the evidence."""
    weights = list(_NOT_HIS)

    def heard(times: Vector, weight: float = 1.0) -> None:
        for place, more in enumerate(times):
            weights[place] *= more**weight

    if any(claim.stated_user not in {StatedUser.DEBTOR, StatedUser.UNKNOWN} for claim in piece.claims):
        heard(_THIRD_PARTY_CLAIM)
    counts: dict[str, int] = {}
    for outcome in piece.outcomes:
        if not 0 <= (as_of - outcome.at.date()).days <= _CALL_DAYS:
            continue
        if outcome.party in {Party.SELF, Party.THIRD_PARTY, Party.WRONG_PARTY}:
            word = outcome.party.value
        elif outcome.line in _ALIVE | _DEAD:
            word = "dead" if outcome.line in _DEAD else "alive"
        else:
            continue
        counts[word] = counts.get(word, 0) + 1
    for word, count in sorted(counts.items()):
        heard(_HEARD[word], min(count, _CALLS_COUNT))
    for fact in piece.facts:
        if fact.as_of is not None and fact.as_of <= as_of:
            fresh = math.exp(-(as_of - fact.as_of).days / _FADES)
            for row in _rows(fact, piece):
                heard(row[Fate.ASSOCIATE :], fresh)
    total = math.fsum(weights)
    p = ranked.p
    in_use = min(max(ranked.reachable, 0.0), p)
    return (in_use, p - in_use, *((1.0 - p) * weight / total for weight in weights))


_OF_A_KIND: Mapping[FactKind, str] = {
    FactKind.LINE_STATUS: "carrier_status",
    FactKind.REACHABILITY: "carrier_status",
    FactKind.ATTRIBUTE_MATCH: "realname",
    FactKind.HOLDER_CHANGED_SINCE: "recycled",
    FactKind.TENURE: "carrier_tenure",
    FactKind.TENURE_SINCE: "carrier_tenure",
}


def _rows(fact: LineFact, piece: NumberEvidence) -> tuple[Vector, ...]:
    """The likelihood row a fact stands for; none when it says nothing."""
    if fact.kind not in _OF_A_KIND:
        return ()
    model = ANSWERS[_OF_A_KIND[fact.kind]]
    said = [answer for answer in _category(fact, piece) if answer in model.answers]
    return (model.likelihoods[model.answers.index(said[0])],) if said else ()
