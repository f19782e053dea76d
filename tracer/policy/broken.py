"""What a predicate answers when a rule is not kept, and how it reads the parameters of its clause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from tracer.policy.facts import Facts, zone_of
from tracer.policy.pack import Clause
from tracer.policy.question import Ruling
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that is not kept. ``until`` is the first moment at which time alone may have mended it."""

    sentence: str
    remedy: str
    params: tuple[tuple[str, str], ...] = ()
    until: dt.datetime | None = None
    verdict: Ruling | None = None


Predicate = Callable[[Facts, Clause], Broken | None]
WAIT = N_("Wait until {until}.")
STATE = N_("Only where {fact} is so; state it if it is.")
NOT = N_("Not while {fact} stands.")


def texts(clause: Clause, key: str) -> tuple[str, ...]:
    """Give a list of words of a clause's parameters, empty where there is none."""
    found = clause.params.get(key, ())
    if not isinstance(found, tuple):
        raise TypeError(key)
    return found


def text(clause: Clause, key: str, default: str = "") -> str:
    """Give a word of a clause's parameters."""
    found = clause.params.get(key, default)
    if not isinstance(found, str):
        raise TypeError(key)
    return found


def whole(clause: Clause, key: str, default: int | None = None) -> int:
    """Give a whole number of a clause's parameters; TypeError where there is none."""
    found = clause.params.get(key, default)
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(key)
    return found


def moment(at: dt.datetime) -> str:
    """Write a moment as a remedy shows it."""
    return at.isoformat(timespec="minutes")


def midnight(day: dt.date, zone: str) -> dt.datetime:
    """Give the first moment of a day in a zone."""
    return dt.datetime.combine(day, dt.time(), zone_of(zone))
