"""Carrier answers as observations of a number's hidden state.

A tenure or a change of holder is an interval: the change lies somewhere in it. What it says of the debtor
depends on whether it lies before, between or after the dates that tie the number to him, and a contract that
began anew may only have been ported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from graph.hidden import STATES, Vector, tempered
from graph.inuse_events import Event, Tie, earlier
from graph.inuse_weights import Model
from graph.model import FactKind, LineFact

# Two dates this close are one event: registers are updated with a delay (hand; a vendor's cache is up to a
# month old, survey).
SLACK = 30
MONTH = 30.4375
# An open tenure bucket ("24 months and more") is taken to reach this far back, in months. Hand.
OPEN_BUCKET = 120.0

# Answers to questions about one day come from one look at one register: a second kind of answer on the same
# day is worth this share. Hand; survey lesson 10: untempered, asking everything was worse than asking
# nothing.
_SAME_LOOK = 0.7
# The same answer again within a month is the vendor's cache. Hand; survey: cached up to one month.
_CACHED = 0.15
_CACHE_DAYS = 31

# Once the register names his id as the holder's, when that contract began is the same contract again, and a
# change of holder was a change to him. Hand; on the development look-ups log-loss falls from 0.150 to 0.147.
_HIS_CONTRACT = 0.5
_OF_THE_CONTRACT = frozenset({FactKind.HOLDER_CHANGED_SINCE, FactKind.TENURE, FactKind.TENURE_SINCE})
_ID = frozenset({"id", "id_number", "identifier"})

# ``attribute`` of a change whose ``anchor`` is the day of the change, not the day it was asked about.
DAY_ITSELF = "day_of_change"

# Numbers of which nothing was known are not made suspect by that.
_SILENT = frozenset({"unknown", ""})


def fact_events(
    facts: Sequence[LineFact], known: Tie, as_of: dt.date, model: Model, *, shared: bool = False
) -> list[Event]:
    """Give the observations that carrier answers are worth, up to ``as_of``.

    Those that say nothing are left out. ``shared`` is True for a line that a household or a firm shares with
    the debtor.
    """
    if not facts:
        return []
    undated = earlier(as_of, model.undated_age)
    events: list[Event] = []
    said_on: dict[dt.date, set[FactKind]] = {}
    last_said: dict[tuple[FactKind, str, str], dt.date] = {}
    ordered = sorted(facts, key=_order)
    held = [
        fact.as_of
        for fact in ordered
        if fact.kind is FactKind.ATTRIBUTE_MATCH
        and fact.value == "exact"
        and _asked(fact) & _ID
        and fact.as_of is not None
        and fact.as_of <= as_of
    ]
    for fact in ordered:
        day = fact.as_of or undated
        if day > as_of:
            continue
        likelihood = _likelihood(fact, day, known, shared, model)
        if likelihood is None:
            continue
        weight = model.tempers.fact
        if fact.as_of is None:
            weight *= model.tempers.undated
        # A match before the change says nothing of who took the number over.
        if fact.kind in _OF_THE_CONTRACT and held and _gap(held[-1], _over_by(fact, day)) <= SLACK:
            weight *= _HIS_CONTRACT
        same = (fact.kind, fact.attribute, fact.value)
        if same in last_said and (day - last_said[same]).days <= _CACHE_DAYS:
            weight *= _CACHED
        elif day in said_on and (len(said_on[day]) > 1 or fact.kind not in said_on[day]):
            weight *= _SAME_LOOK
        last_said[same] = day
        said_on.setdefault(day, set()).add(fact.kind)
        softer = tempered(likelihood, round(weight, 4))
        told = fact.as_of.toordinal() if fact.as_of is not None else 0
        code = _CODE[fact.kind]
        events.append(Event(day.toordinal(), code, fact.source, _params(fact), softer, fact.entry, told))
    return events


# What the reason of a carrier's answer is called. Looked up: making the text takes longer.
_CODE = {kind: f"fact.{kind.value}" for kind in FactKind}


def _params(fact: LineFact) -> tuple[tuple[str, str], ...]:
    params = [("value", fact.value)]
    if fact.attribute:
        params.append(("attribute", fact.attribute))
    if fact.anchor is not None:
        params.append(("anchor", fact.anchor.isoformat()))
    return tuple(params)


# The line itself first: what else was answered that day is then worth less.
_FIRST = {FactKind.LINE_STATUS: 0, FactKind.REACHABILITY: 1}


def _order(fact: LineFact) -> tuple[dt.date, int, str, str, str, str, dt.date, int]:
    return (
        fact.as_of or dt.date.min,
        _FIRST.get(fact.kind, 2),
        fact.kind,
        fact.value,
        fact.attribute,
        fact.source,
        fact.anchor or dt.date.min,
        fact.entry,
    )


def _likelihood(fact: LineFact, day: dt.date, known: Tie, shared: bool, model: Model) -> Vector | None:
    if fact.kind in {FactKind.LINE_STATUS, FactKind.REACHABILITY, FactKind.DISCONNECTED_SINCE}:
        if fact.kind is FactKind.DISCONNECTED_SINCE and fact.anchor is not None:
            return _changed(fact, day, known, model)
        return model.facts.get(f"{fact.kind.value}.{fact.value}")
    if fact.kind is FactKind.ATTRIBUTE_MATCH:
        return _holder(fact, shared, model)
    if fact.kind is FactKind.HOLDER_CHANGED_SINCE:
        return _changed(fact, day, known, model)
    if fact.kind in {FactKind.TENURE, FactKind.TENURE_SINCE}:
        return _tenure(fact, day, known, model)
    return None


def _asked(fact: LineFact) -> set[str]:
    return set(fact.attribute.split("+")) if fact.attribute else {"name"}


def _over_by(fact: LineFact, day: dt.date) -> dt.date:
    """The day by which the change or the beginning that ``fact`` tells of was over."""
    exact = fact.attribute == DAY_ITSELF or fact.kind is FactKind.TENURE
    return fact.anchor if exact and fact.anchor is not None else day


def _holder(fact: LineFact, shared: bool, model: Model) -> Vector | None:
    # Whose name the contract is in. A name alone is weaker than the id behind it: many share it.
    name = f"attribute_match.{fact.value}"
    face = model.facts.get(name)
    if shared:
        face = model.facts.get(f"{name}.shared", face)
    asked = _asked(fact)
    if face is None or not asked & {"name", *_ID}:
        return None
    return face if asked - {"name"} else tempered(face, 0.8)


def _changed(fact: LineFact, day: dt.date, known: Tie, model: Model) -> Vector | None:
    if fact.value == "no":
        if fact.kind is FactKind.DISCONNECTED_SINCE:
            return model.facts.get("disconnected_since.no")
        # "No change since" a day after the last tie says only that whoever held it then still does.
        late = known.last is not None and fact.anchor is not None and _gap(known.last, fact.anchor) > SLACK
        face = model.facts.get("holder_changed.no")
        return tempered(face, 0.4) if face and late else face
    if fact.value != "yes":
        return None
    if fact.anchor is None:
        face = model.facts.get("holder_changed.after")
        return tempered(face, 0.5) if face else None
    # An answer to "since the anchor?" puts the change anywhere behind it; some files give the day itself.
    high = fact.anchor if fact.attribute == DAY_ITSELF else max(day, fact.anchor)
    return _placed("holder_changed", fact.anchor, high, known, model)


def _tenure(fact: LineFact, day: dt.date, known: Tie, model: Model) -> Vector | None:
    if fact.kind is FactKind.TENURE_SINCE:
        if fact.anchor is None or fact.value not in {"yes", "no"}:
            return None
        if fact.value == "yes":
            # It began before the anchor, nobody knows how long before.
            begun = earlier(fact.anchor, OPEN_BUCKET * MONTH)
            return _placed("tenure", begun, fact.anchor, known, model)
        return _placed("tenure", fact.anchor, max(day, fact.anchor), known, model)
    if fact.value == "no_data":
        return model.facts.get("tenure.no_data")
    if fact.anchor is not None:
        return _placed("tenure", fact.anchor, fact.anchor, known, model)
    months = _months(fact.value)
    if months is None:
        return None
    least, most = months
    return _placed("tenure", earlier(day, most * MONTH), earlier(day, least * MONTH), known, model)


def _months(text: str) -> tuple[float, float] | None:
    """Read ``[6,12)`` or ``[24,)``; None when it is no bucket."""
    body = text.strip()
    if body in _SILENT or not (body.startswith("[") and body[-1] in ")]" and body.count(",") == 1):
        return None
    low, high = (part.strip() for part in body[1:-1].split(","))
    try:
        least = float(low)
        most = float(high) if high else max(OPEN_BUCKET, least)
    except ValueError:
        return None
    return (least, most) if 0 <= least <= most < 2000 else None


def _placed(name: str, low: dt.date, high: dt.date, known: Tie, model: Model) -> Vector | None:
    """Mix the three places of a change by how much of its interval ``low..high`` lies in each."""
    if known.first is None or known.last is None:
        return None
    tables = [model.facts.get(f"{name}.{place}") for place in ("before", "between", "after")]
    to_first, to_last = _gap(low, known.first) + SLACK, _gap(low, known.last) + SLACK
    length = _gap(low, high)
    if length <= 0:
        before, upto_last = float(to_first >= 0), float(to_last >= 0)
    else:
        # The change is anywhere in low..high with equal chance.
        before, upto_last = (min(max(days / length, 0.0), 1.0) for days in (to_first, to_last))
    shares = (before, upto_last - before, 1.0 - upto_last)
    mixed = [0.0] * STATES
    for share, table in zip(shares, tables, strict=True):
        if table is None:
            return None
        for state, like in enumerate(table):
            mixed[state] += share * like
    return tuple(mixed)


def _gap(early: dt.date, late: dt.date) -> int:
    return (late - early).days
