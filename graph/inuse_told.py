"""The story of one number: every reason in a line of bits, what the trees add told where it belongs.

The chain's word comes item by item. What the learned part makes of the same evidence is added to the lines
of the items it looked at; where there are none, for silence says something too, it gets a line of its own.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import NamedTuple, cast

from graph.inuse_events import Event
from graph.model import Reason

# A line of few bits takes its part of what the trees say of its kind too: as much as one of so many bits.
_LEAST_SHARE = 0.25
# What the trees make of there being no such evidence at all.
_SILENCE = {"claim": "claims", "call": "calls", "fact": "facts"}

Params = tuple[tuple[str, str], ...]


class Line(NamedTuple):
    """A reason as the chain alone sees it."""

    code: str
    bits: float
    params: Params = ()
    source: str = ""
    as_of: dt.date | None = None
    entry: int = 0


def told(
    events: Sequence[Event],
    said: Sequence[float],
    prior: float,
    time: float,
    days: int,
    begun: dt.date,
    linked: Sequence[Line],
) -> list[Line]:
    """Give the chain's reasons: the prior first, then the items by their first day, then time and ``linked``.

    Reasons of one kind and source are one line: a thousand unanswered calls are one; answers of a carrier
    stay apart by what they said.
    """
    found: dict[tuple[str, str, Params], list[int]] = {}
    for place, event in enumerate(events):
        found.setdefault(event[1:4], []).append(place)
    lines = [Line("prior", prior)]
    for (code, source, params), places in found.items():
        last = events[places[-1]]
        bits = said[places[0]]
        if len(places) > 1:
            bits = math.fsum([said[place] for place in places])
            params = (*params, ("count", str(len(places))))
        on = dt.date.fromordinal(last[6]) if last[6] else None
        lines.append(Line(code, bits, params, source, on, last[5]))
    if days > 0:
        lines.append(Line("time", time, (("days", str(days)), ("since", begun.isoformat()))))
    lines += linked
    return lines


# A frozen value's own ``__init__`` looks every field up anew. A batch has a hundred thousand reasons: setting
# their slots directly takes a third of the time.
_NEW = object.__new__
_CODE, _BITS, _PARAMS, _SOURCE, _AS_OF, _ENTRY = (
    cast("Callable[[Reason, object], None]", Reason.__dict__[one.name].__set__) for one in fields(Reason)
)


class Folding:
    """Puts what the trees add into the lines it belongs to.

    A group is ``<kind>`` or ``<kind>:<which>``: all calls, the calls nobody answered. Its bits go to the
    lines of that very group, else to all of the kind, in proportion to the bits they have.
    """

    def __init__(self, groups: Sequence[str], source_class: Mapping[str, str]) -> None:
        self._groups = [(group, group.partition(":")[0]) for group in groups]
        self._class = source_class
        self._where: dict[tuple[str, str], tuple[str, str]] = {}

    def reasons(self, lines: Sequence[Line], steps: Sequence[float]) -> tuple[list[Reason], float]:
        """Give the reasons, and the bits that belong to none of them and are calibration's.

        ``steps`` has the bits of each group, then of all.
        """
        of, shares = [], []
        total: dict[str, float] = {}
        for line in lines:
            where = self._where.get((line[0], line[3])) or self._place(line[0], line[3])
            share = abs(line[1]) + _LEAST_SHARE
            of.append(where)
            shares.append(share)
            kind, group = where
            total[kind] = total.get(kind, 0.0) + share
            if group:
                total[group] = total.get(group, 0.0) + share
        rate: dict[str, float] = {"": 0.0}
        loose: dict[str, float] = {}
        for (group, kind), bits in zip(self._groups, steps, strict=False):
            if group in total:
                rate[group] = rate.get(group, 0.0) + bits / total[group]
            elif kind in total:
                rate[kind] = rate.get(kind, 0.0) + bits / total[kind]
            elif bits:
                loose[kind] = loose.get(kind, 0.0) + bits
        reasons = []
        for (code, bits, params, source, as_of, entry), share, (kind, group) in zip(
            lines, shares, of, strict=True
        ):
            bits += share * (rate.get(kind, 0.0) + rate.get(group, 0.0))
            one = _NEW(Reason)
            _CODE(one, code)
            _BITS(one, bits)
            _PARAMS(one, params)
            _SOURCE(one, source)
            _AS_OF(one, as_of)
            _ENTRY(one, entry)
            reasons.append(one)
        rest = steps[-1]
        for kind, bits in loose.items():
            if kind in _SILENCE:
                reasons.append(Reason(code="silence", bits=bits, params=(("what", _SILENCE[kind]),)))
            elif kind == "other_numbers":
                reasons.append(Reason(code=kind, bits=bits))
            else:
                rest += bits
        return reasons, rest

    def _place(self, code: str, source: str) -> tuple[str, str]:
        kind, _, which = code.partition(".")
        if kind == "copy":
            kind = "claim"
        if kind == "claim":
            which = self._class.get(source, "unknown")
        self._where[code, source] = (kind, f"{kind}:{which}" if which else "")
        return self._where[code, source]
