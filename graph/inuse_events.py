"""What is known of one number, as dated observations of its hidden state.

Sources copy each other, re-stamp dates and repeat themselves; a dialler calls ten times a week. Here each
item gets its date and the share of its face value it is worth, so that the filter may take items as
independent.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from graph.hidden import Vector, tempered
from graph.inuse_weights import Model
from graph.model import Claim, Identity, Line, NumberEvidence, Outcome, Party, StatedUser
from graph.outcomes import utc

# Claims of one source that say the same again within this time say it once (half a year: the pace at which
# bureaus and vendors re-deliver their files; hand).
SAME_DELIVERY = 180
# Calls of one kind this close together are hardly independent (the same week, the same mood). Hand.
SAME_SPELL = 30

# How surely it was the debtor who answered, where only the word of the check is known. Hand: see SURE.
_STRENGTH = {
    Identity.VERIFIED: 0.95,
    Identity.STATED: 0.75,
    Identity.NOT_CHECKED: 0.60,
    Identity.UNVERIFIED: 0.35,
}
# A right-party call of strength 1/2 and more is believed. Development data: under 0.4 one in fourteen was the
# debtor's number in the end, at 0.5 eleven in thirteen, above 0.6 nine in ten.
SURE = 0.5


class Event(NamedTuple):
    """One observation: when, how likely it is in each hidden state, and what to call it.

    ``on`` is when it takes effect, ``said`` the date to show with it, both as proleptic ordinals (``said`` 0:
    it has none). Events sort as they are: by day, then by content, so that the order of input cannot matter.
    """

    on: int
    code: str
    source: str
    params: tuple[tuple[str, str], ...]
    likelihood: Vector
    entry: int
    said: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The dates between which something ties the number to the debtor; None when nothing does."""

    first: dt.date | None = None
    last: dt.date | None = None
    right_party: dt.date | None = None


@lru_cache(maxsize=4096)
def earlier(day: dt.date, days: float) -> dt.date:
    """Give the day so many days before, or the first of the calendar."""
    room = (day - dt.date.min).days
    return day - dt.timedelta(days=min(round(days), room))


def source_class(claim: Claim, model: Model) -> str:
    """Give how the claim's source comes by its claims: own_word, kept, told, vendor or unknown."""
    return model.source_class.get(claim.source, "unknown")


# What claims of a stated user, class of source, name match and weight are worth under one model.
Seen = dict[tuple[StatedUser, str, float, float], Vector]
_STAMPERS = frozenset({"vendor", "unknown"})
_TIES = frozenset({StatedUser.DEBTOR, StatedUser.HOUSEHOLD})
_LOOSE = Tie()
# Whose claims speak of the debtor's own life, so that their date says something of him today.
_OF_HIM = frozenset({StatedUser.DEBTOR, StatedUser.HOUSEHOLD, StatedUser.UNKNOWN})


def claim_day(claim: Claim, as_of: dt.date, model: Model) -> dt.date | None:
    """Give the day up to ``as_of`` a claim is evidence for; None when it has none or its date says nothing.

    That a number is a reference's or a firm's does not make it more the debtor's when it is said afresh: such
    claims all count as equally old, so that freshness alone can never lift them over his own. First-hand
    sources date what they say. Vendors and unknown sources re-stamp: theirs is the earlier of first-seen and
    date (shared/in-use.md §2, lesson 4).
    """
    if claim.stated_user not in _OF_HIM:
        return None
    first, date = claim.first_seen, claim.date
    if first is not None and first > as_of:
        first = None
    if date is not None and date > as_of:
        date = None
    if first is None or date is None:
        return date or first
    return min(first, date) if source_class(claim, model) in _STAMPERS else date


def tie(
    evidence: NumberEvidence, as_of: dt.date, model: Model, days: Sequence[dt.date | None] | None = None
) -> Tie:
    """Give the days on which first and last something says the debtor has this number.

    ``days`` are the claims' own (:func:`claim_day`), where they are known already.
    """
    if days is None:
        days = [claim_day(claim, as_of, model) for claim in evidence.claims]
    tied = [
        day
        for claim, day in zip(evidence.claims, days, strict=True)
        if day is not None and claim.stated_user in _TIES
    ]
    spoken = [
        at
        for one in evidence.outcomes
        if one.party is Party.SELF and strength(one) >= SURE and (at := utc(one.at).date()) <= as_of
    ]
    tied += spoken
    if not tied:
        return _LOOSE
    return Tie(first=min(tied), last=max(tied), right_party=max(spoken, default=None))


def strength(outcome: Outcome) -> float:
    """Give how surely the debtor himself answered (0..1); 0 when somebody else or nobody did."""
    if outcome.party is not Party.SELF:
        return 0.0
    if outcome.strength is not None and math.isfinite(outcome.strength):
        return min(max(outcome.strength, 0.0), 1.0)
    return _STRENGTH[outcome.identity]


def claim_events(
    claims: Sequence[Claim],
    as_of: dt.date,
    model: Model,
    days: Sequence[dt.date | None] | None = None,
    seen: Seen | None = None,
) -> list[Event]:
    """Give the observations that claims are worth, dated up to ``as_of``.

    Claims that share a record or an upstream count about once; a source that says the same again within half
    a year adds little; a second vendor is worth half, for vendors copy each other without saying so. ``days``
    are the claims' own (:func:`claim_day`), where they are known already; ``seen`` keeps what claims of one
    kind are worth from one number to the next.
    """
    seen = {} if seen is None else seen
    if not claims:
        return []
    if days is None:
        days = [claim_day(claim, as_of, model) for claim in claims]
    today, undated = as_of.toordinal(), earlier(as_of, model.undated_age).toordinal()
    roots = _roots(claims)
    dated = []
    for index, (claim, own) in enumerate(zip(claims, days, strict=True)):
        first = claim.first_seen.toordinal() if claim.first_seen is not None else 0
        date = claim.date.toordinal() if claim.date is not None else 0
        # The first day somebody had the claim; nought when nobody says.
        said_on = min(first, date) if first and date else first or date
        if said_on > today:
            continue
        on = own.toordinal() if own is not None else 0
        match = -1.0 if claim.name_match is None else claim.name_match
        dated.append(
            (
                *(on or undated, date or undated, claim.source, claim.record, claim.stated_user),
                *(claim.upstream, match, first, claim.entry, index, on, said_on),
            )
        )
    dated.sort()
    temper, classes = model.tempers, model.source_class
    events: list[Event] = []
    of_others: dict[str, int] = {}
    last_of_root: dict[tuple[str, str], int] = {}
    last_of_source: dict[tuple[str, StatedUser], int] = {}
    vendors: dict[str, str] = {}
    for day, _, source, _, user, _, match, _, entry, index, on, said_on in dated:
        kind = classes.get(source, "unknown")
        root, said, his = roots[index], (source, user), user in _OF_HIM
        weight, code = temper.claim, f"claim.{source or 'unknown'}"
        if root in last_of_root:
            fresh = kind not in _STAMPERS and day - last_of_root[root] >= SAME_DELIVERY
            weight *= temper.again if fresh else temper.copy
            code = code if fresh else "copy"
        elif not his:
            # However many say it, it is the one fact that the number is somebody else's.
            weight *= temper.again ** of_others.get(user, 0)
        elif said in last_of_source and day - last_of_source[said] < SAME_DELIVERY:
            weight *= temper.again
        elif kind == "vendor" and vendors.get(user, source) != source:
            weight *= temper.other_vendor
        if not said_on and his:
            weight *= temper.undated
        of_others[user] = of_others.get(user, 0) + 1
        last_of_root[root] = day
        last_of_source[said] = day
        if kind == "vendor":
            vendors.setdefault(user, source)
        key = (user, kind, match, weight)
        likelihood = seen.get(key)
        if likelihood is None:
            face = _claim_likelihood(claims[index], kind, model)
            likelihood = seen[key] = tempered(face, round(weight, 4))
        events.append(Event(day, code, source, _params(user, not said_on), likelihood, entry, on or said_on))
    return events


@lru_cache(maxsize=64)
def _params(user: StatedUser, undated: bool) -> tuple[tuple[str, str], ...]:
    said = (("stated_user", user.value),)
    return (*said, ("undated", "yes")) if undated else said


def _claim_likelihood(claim: Claim, kind: str, model: Model) -> Vector:
    user = claim.stated_user
    face = model.claims.get(_of_class(user, kind)) or model.claims.get(user) or model.claims["unknown"]
    if claim.stated_user is not StatedUser.DEBTOR or claim.name_match is None:
        return face
    if not math.isfinite(claim.name_match):
        return face
    # From 0.7 (a namesake) to 0.9 (the same name, spelt another way): development data, see MISMATCH.
    fits = round(min(max((claim.name_match - 0.7) / 0.2, 0.0), 1.0), 2)
    if fits == 1.0:
        return face
    pulled = zip(tempered(face, fits), tempered(model.mismatch, round(1.0 - fits, 2)), strict=True)
    return tuple([left * right for left, right in pulled])


@lru_cache(maxsize=64)
def _of_class(user: StatedUser, kind: str) -> str:
    return f"{user.value}.{kind}"


def _roots(claims: Sequence[Claim]) -> list[tuple[str, str]]:
    """Give for each claim the record it comes from in the end, along ``upstream``."""
    if not any(claim.upstream for claim in claims):
        return [(claim.source, claim.record) for claim in claims]
    known: dict[str, tuple[str, str]] = {}
    parent: dict[tuple[str, str], str] = {}
    for claim in sorted(claims, key=lambda one: (one.source, one.record, one.upstream)):
        own = (claim.source, claim.record)
        known.setdefault(claim.record, own)
        known.setdefault(f"{claim.source}:{claim.record}", own)
        if claim.upstream:
            parent.setdefault(own, claim.upstream)
    roots: list[tuple[str, str]] = []
    for claim in claims:
        at, seen = (claim.source, claim.record), set[tuple[str, str]]()
        while at in parent and at not in seen:
            seen.add(at)
            at = known.get(parent[at], ("", parent[at]))
        # A ring of records that name each other has no first: its smallest member stands for it.
        roots.append(min(seen) if at in seen else at)
    return roots


def shared_line(evidence: NumberEvidence) -> bool:
    """True when the number is said to be a household's or a firm's: others answer and pay for it too."""
    return any(claim.stated_user in {StatedUser.HOUSEHOLD, StatedUser.WORKPLACE} for claim in evidence.claims)


def call_events(
    outcomes: Iterable[Outcome], as_of: dt.date, model: Model, *, shared: bool = False
) -> list[Event]:
    """Give the observations that contact attempts are worth, up to ``as_of``. ``shared``: see shared_line.

    Attempts of one kind within a month of each other are worth less and less: ten unanswered calls in a week
    are not ten observations.
    """
    spells: dict[str, tuple[int, float]] = {}
    events: list[Event] = []
    today, calls = as_of.toordinal(), model.calls
    worth, repeat = model.tempers.outcome, model.tempers.repeat
    for at, party, line, _, _, entry, outcome in sorted(map(_when, outcomes), key=_ORDER):
        day = at.toordinal()
        if day > today:
            break
        key: Party | Line = party
        if party is Party.SELF:
            likelihood: Vector | None = _right_party(strength(outcome), calls["self"])
        elif party is Party.THIRD_PARTY or party is Party.WRONG_PARTY:
            likelihood = calls.get(party)
            if shared:
                likelihood = calls.get(f"{party.value}.shared", likelihood)
        else:
            key = line
            likelihood = calls.get(line) if line is not Line.UNKNOWN else None
        if likelihood is None:
            continue
        count = 0.0
        if key in spells:
            last, count = spells[key]
            count *= 0.5 ** ((day - last) / SAME_SPELL)
        spells[key] = (day, count + 1.0)
        tempered_by = round(worth / (1.0 + repeat * count), 3)
        events.append(Event(day, _CALL[key], "", (), tempered(likelihood, tempered_by), entry, day))
    return events


_ORDER = operator.itemgetter(0, 1, 2, 3, 4, 5)


def _when(outcome: Outcome) -> tuple[dt.datetime, Party, Line, Identity, float, int, Outcome]:
    said = -1.0 if outcome.strength is None else outcome.strength
    return utc(outcome.at), outcome.party, outcome.line, outcome.identity, said, outcome.entry, outcome


# What the reason of a call is called, by party or line. Looked up: making the text takes longer.
_CALL = {key: f"call.{key.value}" for key in (*Party, *Line)}


@lru_cache(maxsize=1024)
def _right_party(sure: float, face: Vector) -> Vector:
    """Mix "it was him" with "somebody said so": what an unsure check says of the ones who answered."""
    believed = round(min(max((sure - 0.2) / 0.4, 0.0), 1.0) * (0.5 + 0.5 * sure), 2)
    # Whoever says "it is me" and cannot show it is as often a joker or a relative; the line lives anyhow.
    doubted = (0.4, 0.1, 1.0, 1.0, 0.02, 0.02, 0.8)
    pulled = zip(tempered(face, believed), tempered(doubted, round(1.0 - believed, 2)), strict=True)
    return tuple([left * right for left, right in pulled])
