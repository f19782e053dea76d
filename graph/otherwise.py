"""What would be said of two records were one thing otherwise: had they the same id, or no common telephone.

Nothing is estimated: the records are changed and weighed again, so that an answer holds everything that hangs
together with the change (what a household shares, what an id says of the date of birth).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.forms import sound_ids, two_persons
from graph.model import (
    Address,
    Employer,
    Identifier,
    LineType,
    Match,
    PartialDate,
    Phone,
    Record,
    probability,
)
from graph.weigh import match
from graph.weights import THRESHOLD

SAME, WITHOUT = "same", "without"
"""How a thing might be otherwise: both have the same, or one of them has none."""
_NOTHING = 0.01
"""Bits below which a change is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """What two records would come to, were ``what`` (``id``, ``phone``…) the ``same`` or ``without``, in
    ``bits``, and whether that turns the decision."""

    what: str
    how: str
    bits: float
    turns: bool

    @property
    def p(self) -> float:
        """The probability that both would be one person."""
        return probability(self.bits)


_DAY = dt.date(1985, 6, 15)
_COMMON: Mapping[str, object] = {
    "ids": (Identifier(scheme="prc_id", value="110101198506150018"),),
    "born": PartialDate(year=_DAY.year, month=_DAY.month, day=_DAY.day),
    "phones": (Phone(e164="+8615400000000", line_type=LineType.MOBILE),),
    "addresses": (Address(text="幸福路12号3栋401室", country="CN"),),
    "employers": (Employer(name="某某贸易有限公司", key="某某贸易"),),
    "emails": ("someone@example.com",),
}
"""What two records are given that both have none: values of no rarity of their own."""
_KINDS = {
    "name": "names",
    "id": "ids",
    "born": "born",
    "phone": "phones",
    "address": "addresses",
    "employer": "employers",
    "email": "emails",
}


def otherwise(records: Sequence[Record], left: str, right: str) -> tuple[Otherwise, ...]:
    """Give what the match of two of the records would come to, one change at a time, those that turn the
    decision first and then by the bits they change. Raises KeyError for a ref that is none of the records'.

    ``without`` takes the thing from the record named second, ``same`` gives it that of the other; what both
    lack is given to both. The other records stay as they are: they say how common a value is.
    """
    place = {record.ref: at for at, record in enumerate(records)}
    a, b = place[left], place[right]
    now = _weighed(records, a, b)
    found = []
    for what, field in _KINDS.items():
        ours, theirs = getattr(records[a], field), getattr(records[b], field)
        value = ours or theirs or _COMMON.get(field)
        if value:
            same = _with(records, {a: {field: value}, b: {field: value}})
            found.append((what, SAME, same))
        if ours and theirs:
            found.append((what, WITHOUT, _with(records, {b: {field: None if field == "born" else ()}})))
    answers = []
    for what, how, changed in found:
        bits = _weighed(changed, a, b).bits
        if abs(bits - now.bits) >= _NOTHING:
            turns = decided(changed, a, b, bits) != decided(records, a, b, now.bits)
            answers.append(Otherwise(what=what, how=how, bits=bits, turns=turns))
    answers.sort(key=lambda one: (not one.turns, -abs(one.bits - now.bits), one.what, one.how))
    return tuple(answers)


def decided(records: Sequence[Record], a: int, b: int, bits: float) -> bool:
    """Tell whether scores alone make two records one person: enough bits, and no two ids given once in a
    life."""
    return bits >= THRESHOLD and not two_persons(sound_ids(records[a]), sound_ids(records[b]))


def _with(records: Sequence[Record], changes: Mapping[int, Mapping[str, object]]) -> list[Record]:
    changed = list(records)
    for at, fields in changes.items():
        changed[at] = replace(changed[at], **fields)  # type: ignore[arg-type]
    return changed


def _weighed(records: Sequence[Record], a: int, b: int) -> Match:
    return match(records, np.array([[a, b]], dtype=np.intp))[0]
