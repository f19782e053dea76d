"""The evidence of many numbers as columns, so that what it says is counted for all of them at once.

One pass over the values takes out days, codes and shares; whoever reads the columns works on arrays. Items
dated after the as-of date are left out here. Days are proleptic ordinals; 0 stands for "no date".
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from graph.inuse_events import SURE, strength
from graph.inuse_facts import DAY_ITSELF
from graph.model import FactKind, Line, LineFact, LineType, NumberEvidence, Party, StatedUser

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# How sources come by their claims, in the order of their codes (see Model.source_class).
CLASSES = ("own_word", "kept", "told", "vendor", "unknown")
USERS = tuple(StatedUser)
_USER = {user: place for place, user in enumerate(USERS)}


class Heard(IntEnum):
    """What came of a call, as far as the learned part tells calls apart."""

    SELF = 0  # him, believably checked
    WEAK = 1  # somebody said so
    THIRD = 2
    WRONG = 3
    VACANT = 4
    OFF = 5  # switched off, suspended, out of reach
    SILENT = 6  # it rings, or would


class Said(IntEnum):
    """What a carrier said of a line."""

    ACTIVE = 0
    EMPTY = 1
    STOPPED = 2
    HIS = 3
    NOT_HIS = 4
    NO_HOLDER = 5
    UNCHANGED = 6
    CHANGED = 7
    BEGAN = 8
    NO_TENURE = 9


_LINES = {
    Line.VACANT: Heard.VACANT,
    Line.NUMBER_CHANGED: Heard.VACANT,
    Line.POWERED_OFF: Heard.OFF,
    Line.UNREACHABLE: Heard.OFF,
    Line.SUSPENDED: Heard.OFF,
    Line.BARRED: Heard.OFF,
    Line.NO_ANSWER: Heard.SILENT,
    Line.BUSY: Heard.SILENT,
    Line.REJECTED: Heard.SILENT,
    Line.VOICEMAIL: Heard.SILENT,
    Line.CONNECTED: Heard.SILENT,
}
_PARTIES = {Party.THIRD_PARTY: Heard.THIRD, Party.WRONG_PARTY: Heard.WRONG}
_STATUS = {
    "active": Said.ACTIVE,
    "reachable": Said.ACTIVE,
    "busy": Said.ACTIVE,
    "not_assigned": Said.EMPTY,
    "cancelled": Said.EMPTY,
    "suspected_not_assigned": Said.EMPTY,
    "suspended": Said.STOPPED,
    "partly_suspended": Said.STOPPED,
    "off_network": Said.STOPPED,
    "on_network_unusable": Said.STOPPED,
    "inactive": Said.STOPPED,
    "powered_off": Said.STOPPED,
    "suspected_off": Said.STOPPED,
    "absent": Said.STOPPED,
    "unreachable": Said.STOPPED,
    "barred": Said.STOPPED,
}
_HOLDER = {"exact": Said.HIS, "high": Said.HIS, "none": Said.NOT_HIS, "no_data": Said.NO_HOLDER}


@dataclass(frozen=True, slots=True)
class Claims:
    """One row a claim: ``number`` row it is about, ``day`` and ``first`` seen (0: none), class of source,
    ``source`` place in ``Columns.sources``, stated ``user``, name ``match`` (-1: none), ``record`` code."""

    number: Ints
    day: Ints
    first: Ints
    kind: Ints
    source: Ints
    user: Ints
    match: Floats
    record: Ints


@dataclass(frozen=True, slots=True)
class Calls:
    """One row a call: what was :class:`Heard` when, and how surely it was him."""

    number: Ints
    day: Ints
    heard: Ints
    sure: Floats


@dataclass(frozen=True, slots=True)
class Facts:
    """One row an answer of a carrier: what was :class:`Said`, when, and the ``change`` day it names or 0."""

    number: Ints
    day: Ints
    said: Ints
    change: Ints


@dataclass(frozen=True, slots=True)
class Columns:
    """The numbers of many cases, case by case; ``case`` is non-decreasing. ``person`` tells the persons of a
    case apart; ``digits`` are the last ten of each number, -1 where there are fewer."""

    case: Ints
    today: Ints
    line: Ints
    shared: Ints
    person: Ints
    digits: NDArray[np.int8]
    claims: Claims
    calls: Calls
    facts: Facts
    sources: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many numbers."""
        return len(self.case)


LINES = (LineType.MOBILE, LineType.LANDLINE, LineType.VOIP, LineType.UNKNOWN)
_LINE = {
    LineType.MOBILE: 0,
    LineType.LANDLINE: 1,
    LineType.VOIP: 2,
    LineType.VIRTUAL: 2,
}


def columns(
    cases: Sequence[tuple[Sequence[NumberEvidence], dt.date]],
    source_class: Mapping[str, str],
    lines: Sequence[LineType],
) -> Columns:
    """Give the columns of the cases' numbers. ``lines`` is the kind of line of each number, in order."""
    claims: list[tuple[int, int, int, int, int, int, float, int]] = []
    calls: list[tuple[int, int, int, float]] = []
    facts: list[tuple[int, int, int, int]] = []
    numbers: list[tuple[int, int, int, int]] = []
    digits: list[bytes] = []
    sources: dict[str, int] = {}
    records: dict[tuple[str, str], int] = {}
    classes = {
        name: CLASSES.index(kind) if kind in CLASSES else len(CLASSES) - 1
        for name, kind in source_class.items()
    }
    row = 0
    for place, (evidence, as_of) in enumerate(cases):
        today = as_of.toordinal()
        persons: dict[str, int] = {}
        records.clear()
        for one in evidence:
            numbers.append((place, today, one.shared_with, persons.setdefault(one.person, len(persons))))
            digits.append(_tail(one.phone.key))
            for claim in one.claims:
                day = claim.date.toordinal() if claim.date is not None else 0
                first = claim.first_seen.toordinal() if claim.first_seen is not None else 0
                if (min(first, day) if first and day else first or day) > today:
                    continue
                match = claim.name_match
                claims.append(
                    (
                        row,
                        # A date in the future is no date: the claim was first seen before.
                        day if day <= today else first,
                        first if first <= today else 0,
                        classes.get(claim.source, len(CLASSES) - 1),
                        sources.setdefault(claim.source, len(sources)),
                        _USER[claim.stated_user],
                        -1.0 if match is None or not math.isfinite(match) else match,
                        records.setdefault((claim.source, claim.record), len(records)),
                    )
                )
            for outcome in one.outcomes:
                at, party = outcome.at, outcome.party
                if at.tzinfo is not None and at.tzinfo is not dt.UTC:
                    at = at.astimezone(dt.UTC)
                day = at.toordinal()
                if day > today:
                    continue
                if party is Party.SELF:
                    sure = strength(outcome)
                    calls.append((row, day, Heard.SELF if sure >= SURE else Heard.WEAK, sure))
                elif (heard := _PARTIES.get(party) or _LINES.get(outcome.line)) is not None:
                    calls.append((row, day, heard, 0.0))
            for fact in one.facts:
                day = fact.as_of.toordinal() if fact.as_of is not None else today - 730
                if day <= today:
                    said = _said(fact)
                    if said is not None:
                        facts.append((row, day, said, _change(fact, day, said)))
            row += 1
    number = np.array(numbers, dtype=np.int64).reshape(-1, 4)
    claim_table = _table(claims, 8)
    call_table = _table(calls, 4)
    fact_table = _table(facts, 4).astype(np.int64)
    whole = claim_table.astype(np.int64).T
    heard_rows = call_table.astype(np.int64).T
    return Columns(
        case=number[:, 0],
        today=number[:, 1],
        line=np.array([_LINE.get(line, 3) for line in lines], dtype=np.int64),
        shared=number[:, 2],
        person=number[:, 3],
        digits=np.frombuffer(b"".join(digits), dtype=np.int8).reshape(-1, TAIL),
        claims=Claims(
            whole[0], whole[1], whole[2], whole[3], whole[4], whole[5], claim_table[:, 6].copy(), whole[7]
        ),
        calls=Calls(heard_rows[0], heard_rows[1], heard_rows[2], call_table[:, 3].copy()),
        facts=Facts(fact_table[:, 0], fact_table[:, 1], fact_table[:, 2], fact_table[:, 3]),
        sources=tuple(sources),
    )


def _table(rows: Sequence[tuple[float, ...]], wide: int) -> Floats:
    # Much quicker than to let numpy find out the shape of so many tuples.
    flat = itertools.chain.from_iterable(rows)
    return np.fromiter(flat, np.float64, len(rows) * wide).reshape(-1, wide)


TAIL = 10


def _tail(key: str) -> bytes:
    # Masked places stay as they are: a star is like no digit.
    text = key[-TAIL:].encode("ascii", "replace")
    return text.rjust(TAIL, b"\0")


def _said(fact: LineFact) -> int | None:
    kind = fact.kind
    if kind is FactKind.LINE_STATUS or kind is FactKind.REACHABILITY:
        return _STATUS.get(fact.value)
    if kind is FactKind.ATTRIBUTE_MATCH:
        return _HOLDER.get(fact.value)
    if kind is FactKind.HOLDER_CHANGED_SINCE or kind is FactKind.DISCONNECTED_SINCE:
        return {"yes": Said.CHANGED, "no": Said.UNCHANGED}.get(fact.value)
    if kind is FactKind.TENURE:
        if fact.value == "no_data":
            return Said.NO_TENURE
        return Said.BEGAN if fact.anchor is not None else None
    return None


def _change(fact: LineFact, day: int, said: int) -> int:
    """The day a change or a beginning is put at: the day itself, or the middle of where it may lie."""
    if said == Said.BEGAN and fact.anchor is not None:
        return fact.anchor.toordinal()
    if said != Said.CHANGED:
        return 0
    if fact.anchor is None:
        return 0
    anchor = fact.anchor.toordinal()
    return anchor if fact.attribute == DAY_ITSELF else (anchor + max(day, anchor)) // 2
