"""The first pass (首催): who was dialled after the placement, and what the line and the people did."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tracer.demo.carrier import Line, LineState
from tracer.demo.world import HARBORCREDIT, PlacedCase, World

Draw = Callable[[], float]

RELATIONS = {
    "self": "本人",
    "spouse": "配偶",
    "parent": "父母",
    "relative": "亲属",
    "friend": "朋友",
    "colleague": "同事",
}

_NOTES: dict[str, tuple[str, str]] = {
    "self": ("{name}接听，已告知欠款情况。", "Spoke with {name} about the balance."),
    "hung_up": ("接听后挂断，未确认身份。", "Hung up before giving a name."),
    "silent": ("未接通，改日再拨。", "No contact, try again."),
    "suspended": ("提示已停机。", "Out of service."),
    "vacant": ("提示空号。", "Not in service."),
    "third": ("{name}接听，非本人。", "Spoke with {name}, not the customer."),
    "wrong": ("对方称打错，不认识客户。", "Says wrong number."),
}

# Shares of cases that had a first pass, and of calls where the right party says
# "wrong number" (in-use.md lesson 8: dodgers say it). Ours.
_DIALLED = 0.6
_DODGED = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One attempt. ``code`` is a letter or dialler code (northbank) or a US result code (harborcredit)."""

    case: PlacedCase
    number: str
    at: dt.datetime
    code: str
    relation: str
    person: str
    note: str
    promised: int = 0
    promised_on: dt.date | None = None
    follow_up_on: dt.date | None = None

    def __repr__(self) -> str:
        return f"Call({self.code})"


# What was met -> (code, chance) for northbank, with dialler numbers among the letters, and for harborcredit.
_CODES: dict[str, tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]] = {
    "self": (
        (("PTP", 0.35), ("KNOW", 0.3), ("INSY", 0.2), ("ALPA", 0.1), ("停催", 0.05)),
        (("TT", 0.97), ("AT", 0.03)),
    ),
    "hung_up": ((("CUT_UNVERIFIED", 0.5), ("CUT", 0.3), ("6", 0.2)), (("HU", 1.0),)),
    "silent": (
        (("NOAS", 0.45), ("15", 0.15), ("BUSY", 0.15), ("9", 0.05), ("OFF", 0.12), ("2", 0.08)),
        (("NA", 0.5), ("AM", 0.35), ("LB", 0.15)),
    ),
    "suspended": ((("STOP", 0.7), ("4", 0.2), ("16", 0.1)), (("TD", 1.0),)),
    "vacant": ((("LOOO", 0.7), ("3", 0.3)), (("NA", 0.4), ("TD", 0.6))),
    "third": ((("MESS", 0.55), ("NOTK", 0.25), ("QUIT", 0.2)), (("TW", 0.5), ("LM", 0.3), ("NH", 0.2))),
    "wrong": ((("NOSE", 1.0),), (("WN", 1.0),)),
}  # fmt: skip


def first_pass(world: World) -> Iterator[Call]:
    """Give the attempts of the first pass, case after case; the same for the same world."""
    # Text seeds are hashed with SHA-512 by random itself, so this does not depend on the process.
    draw = random.Random(f"calls-{world.seed}").random
    lines = world.sandbox().lines
    for case in world.cases:
        if draw() >= _DIALLED:
            continue
        debtor = case.debtor
        own = [n for n in dict.fromkeys([debtor.given, *(o.number for o in debtor.own)]) if n in case.shown]
        others = [
            (c.number, c.relation, c.person.name) for c in (debtor.spouse, *debtor.contacts) if c is not None
        ]
        reached = False
        at = dt.datetime.combine(case.placed_on + dt.timedelta(days=1), dt.time(9, 0))
        for number in own:
            at = _later(draw, at)
            met = _met(draw, case, number, lines.get(number))
            reached = reached or met == "self"
            yield _call(draw, case, number, at, met, "self", debtor.person.name)
        if others and not reached and draw() < 0.5:
            number, relation, name = others[int(draw() * len(others))]
            if number in case.shown and number not in own:
                yield _call(
                    draw,
                    case,
                    number,
                    _later(draw, at),
                    _met(draw, case, number, lines.get(number)),
                    relation,
                    name,
                )


def _met(draw: Draw, case: PlacedCase, number: str, line: Line | None) -> str:
    debtor, roll = case.debtor, draw()
    if number in debtor.used:
        if roll < _DODGED:
            return "wrong"
        return "self" if roll < 0.42 else "hung_up" if roll < 0.52 else "silent"
    if line is None or line.status is LineState.CANCELLED:
        return "vacant" if roll < 0.92 else "silent"
    if line.status is LineState.SUSPENDED:
        return "suspended"
    named = {contact.number for contact in (debtor.spouse, *debtor.contacts) if contact and contact.true}
    if number in named:
        return "third" if roll < 0.5 else "silent"
    return "wrong" if roll < 0.45 else "hung_up" if roll < 0.6 else "silent"


def _call(
    draw: Draw, case: PlacedCase, number: str, at: dt.datetime, met: str, relation: str, person: str
) -> Call:
    american = case.client == HARBORCREDIT
    code = _drawn(draw, _CODES[met][american])
    promised = code == "PTP"
    day = at.date()
    return Call(
        case=case,
        number=number,
        at=at,
        code=code,
        relation=relation if american else RELATIONS[relation],
        person=person,
        note=_NOTES[met][american].format(name=person),
        promised=case.monthly if promised else 0,
        promised_on=day + dt.timedelta(days=5) if promised else None,
        follow_up_on=day + dt.timedelta(days=3) if met in {"self", "third", "silent"} else None,
    )


def _drawn(draw: Draw, choices: Sequence[tuple[str, float]]) -> str:
    roll = draw()
    for code, chance in choices:
        roll -= chance
        if roll < 0:
            return code
    return choices[-1][0]


def _later(draw: Draw, at: dt.datetime) -> dt.datetime:
    # Working hours of the next day or two, never two attempts in one hour.
    day = at.date() + dt.timedelta(days=int(draw() * 3))
    if day == at.date() and at.hour < 17:
        return at + dt.timedelta(minutes=61 + int(draw() * 60))
    day = max(day, at.date() + dt.timedelta(days=1))
    return dt.datetime.combine(day, dt.time(9 + int(draw() * 9), int(draw() * 60), int(draw() * 60)))
