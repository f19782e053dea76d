"""What is known of one number, as dated observations of its hidden state.

Sources copy each other, re-stamp dates and repeat themselves; a dialler calls ten times a week. Here each
item gets its date and the share of its face value it is worth, so that the filter may take items as
independent.
"""

from __future__ import annotations

import datetime as dt
import math
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

    ``on`` is when it takes effect, ``said`` the date to show with it (None: it has none). Events are sorted
    by all but ``said``: by day, then by content, so that the order of input cannot matter.
    """

    on: dt.date
    code: str
    source: str
    params: tuple[tuple[str, str], ...]
    likelihood: Vector
    entry: int
    said: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """The dates between which something ties the number to the debtor; None when nothing does."""

    first: dt.date | None = None
    last: dt.date | None = None
    right_party: dt.date | None = None


def earlier(day: dt.date, days: float) -> dt.date:
    """Give the day so many days before, or the first of the calendar."""
    room = (day - dt.date.min).days
    return day - dt.timedelta(days=min(round(days), room))


def source_class(claim: Claim, model: Model) -> str:
    """Give how the claim's source comes by its claims: own_word, kept, told, vendor or unknown."""
    return model.source_class.get(claim.source, "unknown")


# Whose claims speak of the debtor's own life, so that their date says something of him today.
_OF_HIM = frozenset({StatedUser.DEBTOR, StatedUser.HOUSEHOLD, StatedUser.UNKNOWN})


def claim_day(claim: Claim, as_of: dt.date, model: Model) -> dt.date | None:
    """Give the day up to ``as_of`` a claim is evidence for; None when it has none or its date says nothing.

    That a number is a reference's or a firm's does not make it more the debtor's when it is said afresh: such
    claims all count as equally old, so that freshness alone can never lift them over his own. First-hand
    sources date what they say. Vendors and unknown sources re-stamp: theirs is the earlier of first-seen and
    date (shared/in-use.md §2, lesson 4).
    """
    known = [day for day in (claim.first_seen, claim.date) if day is not None and day <= as_of]
    if not known or claim.stated_user not in _OF_HIM:
        return None
    return min(known) if source_class(claim, model) in {"vendor", "unknown"} else known[-1]


def tie(evidence: NumberEvidence, as_of: dt.date, model: Model) -> Tie:
    """Give the days on which first and last something says the debtor has this number."""
    days: list[dt.date] = []
    for claim in evidence.claims:
        if claim.stated_user in {StatedUser.DEBTOR, StatedUser.HOUSEHOLD}:
            day = claim_day(claim, as_of, model)
            if day is not None:
                days.append(day)
    spoken = [
        at for one in evidence.outcomes if strength(one) >= SURE and (at := utc(one.at).date()) <= as_of
    ]
    days.extend(spoken)
    return Tie(
        first=min(days, default=None),
        last=max(days, default=None),
        right_party=max(spoken, default=None),
    )


def strength(outcome: Outcome) -> float:
    """Give how surely the debtor himself answered (0..1); 0 when somebody else or nobody did."""
    if outcome.party is not Party.SELF:
        return 0.0
    if outcome.strength is not None and math.isfinite(outcome.strength):
        return min(max(outcome.strength, 0.0), 1.0)
    return _STRENGTH[outcome.identity]


def claim_events(claims: Sequence[Claim], as_of: dt.date, model: Model) -> list[Event]:
    """Give the observations that claims are worth, dated up to ``as_of``.

    Claims that share a record or an upstream count about once; a source that says the same again within half
    a year adds little; a second vendor is worth half, for vendors copy each other without saying so.
    """
    undated = earlier(as_of, model.undated_age)
    roots = _roots(claims)
    dated = []
    for index, claim in enumerate(claims):
        on = claim_day(claim, as_of, model)
        dated.append((on or undated, claim.date or undated, claim.source, claim.record, index, on))
    dated.sort(key=lambda item: (item[:4], _content(claims[item[4]])))
    events: list[Event] = []
    of_others: dict[str, int] = {}
    last_of_root: dict[tuple[str, str], dt.date] = {}
    last_of_source: dict[tuple[str, StatedUser], dt.date] = {}
    vendors: dict[str, str] = {}
    for day, _, _, _, index, on in dated:
        claim = claims[index]
        said_on = _said_on(claim)
        if said_on is not None and said_on > as_of:
            continue
        temper, kind = model.tempers, source_class(claim, model)
        root, said = roots[index], (claim.source, claim.stated_user)
        weight, code = temper.claim, f"claim.{claim.source or 'unknown'}"
        if root in last_of_root:
            fresh = kind not in {"vendor", "unknown"} and (day - last_of_root[root]).days >= SAME_DELIVERY
            weight *= temper.again if fresh else temper.copy
            code = code if fresh else "copy"
        elif claim.stated_user not in _OF_HIM:
            # However many say it, it is the one fact that the number is somebody else's.
            weight *= temper.again ** of_others.get(claim.stated_user, 0)
        elif said in last_of_source and (day - last_of_source[said]).days < SAME_DELIVERY:
            weight *= temper.again
        elif kind == "vendor" and vendors.get(claim.stated_user, claim.source) != claim.source:
            weight *= temper.other_vendor
        if said_on is None and claim.stated_user in _OF_HIM:
            weight *= temper.undated
        of_others[claim.stated_user] = of_others.get(claim.stated_user, 0) + 1
        last_of_root[root] = day
        last_of_source[said] = day
        if kind == "vendor":
            vendors.setdefault(claim.stated_user, claim.source)
        likelihood = tempered(_claim_likelihood(claim, kind, model), round(weight, 4))
        params = _params(claim.stated_user, said_on is None)
        events.append(Event(day, code, claim.source, params, likelihood, claim.entry, on or said_on))
    return events


def _said_on(claim: Claim) -> dt.date | None:
    """Give the first day somebody had the claim; None when nobody says."""
    first, date = claim.first_seen, claim.date
    return min(first, date) if first is not None and date is not None else first or date


@lru_cache(maxsize=64)
def _params(user: StatedUser, undated: bool) -> tuple[tuple[str, str], ...]:
    said = (("stated_user", user.value),)
    return (*said, ("undated", "yes")) if undated else said


def _content(claim: Claim) -> tuple[str, str, float, str, int]:
    match = -1.0 if claim.name_match is None else claim.name_match
    return (claim.stated_user, claim.upstream, match, str(claim.first_seen), claim.entry)


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
    spells: dict[str, tuple[dt.date, float]] = {}
    events: list[Event] = []
    for outcome in sorted(outcomes, key=_when):
        day = utc(outcome.at).date()
        key, likelihood = _heard(outcome, shared, model)
        if day > as_of or likelihood is None:
            continue
        last, count = spells.get(key, (day, 0.0))
        count *= 0.5 ** ((day - last).days / SAME_SPELL)
        spells[key] = (day, count + 1.0)
        weight = model.tempers.outcome / (1.0 + model.tempers.repeat * count)
        tempered_by = round(weight, 3)
        events.append(Event(day, _CALL[key], "", (), tempered(likelihood, tempered_by), outcome.entry, day))
    return events


def _when(outcome: Outcome) -> tuple[dt.datetime, str, str, str, float, int]:
    said = -1.0 if outcome.strength is None else outcome.strength
    return (utc(outcome.at), outcome.party, outcome.line, outcome.identity, said, outcome.entry)


def _heard(outcome: Outcome, shared: bool, model: Model) -> tuple[str, Vector | None]:
    party = outcome.party
    if party is Party.SELF:
        return party, _right_party(strength(outcome), model.calls["self"])
    if party is Party.THIRD_PARTY or party is Party.WRONG_PARTY:
        usual = model.calls.get(party)
        return party, model.calls.get(f"{party.value}.shared", usual) if shared else usual
    if outcome.line is Line.UNKNOWN:
        return outcome.line, None
    return outcome.line, model.calls.get(outcome.line)


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
