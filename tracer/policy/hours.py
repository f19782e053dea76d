"""Hours: half-open windows on the wall clock of every zone, weekends, national holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache, lru_cache

from tracer.policy.broken import WAIT, Broken, moment, text, texts
from tracer.policy.facts import Facts, zone_of
from tracer.policy.pack import Clause
from tracer.policy.question import Ruling
from tracer.words import N_


@cache
def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _easter(year: int) -> dt.date:
    # The Gregorian computus in the form of Meeus, Jones and Butcher.
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    m = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    n = h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114
    return dt.date(year, n // 31, n % 31 + 1)


def _holiday(day: dt.date, clause: Clause) -> bool:
    """National holidays by the pack's parameters: fixed days, days from Easter, and their substitutes."""
    fixed = texts(clause, "holidays")
    if not fixed:
        return False
    offsets = clause.params.get("easter", ())
    if not isinstance(offsets, list):
        raise TypeError("easter")
    return _one_of(day, fixed, tuple(offsets), texts(clause, "substitute"))


# The same few days are asked about by every rule and decision, and a pack's list of holidays seldom changes.
@lru_cache(maxsize=1024)
def _one_of(
    day: dt.date, fixed: tuple[str, ...], offsets: tuple[object, ...], substitute: tuple[str, ...]
) -> bool:
    if f"{day:%m-%d}" in fixed or (day - _easter(day.year)).days in offsets:
        return True
    # A holiday on a weekend is kept on the next working day that is none itself.
    return day.weekday() < 5 and day in {
        _kept(dt.date(day.year, int(one[:2]), int(one[3:])), substitute) for one in substitute
    }


def _kept(day: dt.date, substitute: Sequence[str]) -> dt.date:
    if day.weekday() < 5:
        return day
    kept = day + dt.timedelta(7 - day.weekday())
    if f"{day - dt.timedelta(1):%m-%d}" in substitute and day.weekday() == 6:
        kept += dt.timedelta(1)  # the day before took the Monday
    elif f"{kept:%m-%d}" in substitute:
        kept += dt.timedelta(1)
    return kept


def _windows(day: dt.date, clause: Clause) -> tuple[tuple[int, int], ...]:
    """The half-open windows of a day, in minutes, in which contact is open."""
    shut = text(clause, "shut_from")
    if shut:
        return ((0, _minutes(shut)), (_minutes(text(clause, "shut_until")), 24 * 60))
    weekend = day.weekday() >= 5
    if _holiday(day, clause) or (weekend and clause.params.get("weekdays") is True):
        return ()
    opens, closes = text(clause, "open"), text(clause, "close")
    if weekend:
        opens, closes = text(clause, "weekend_open", opens), text(clause, "weekend_close", closes)
    return ((_minutes(opens), _minutes(closes)),)


def _open(local: dt.datetime, clause: Clause) -> bool:
    minute = local.hour * 60 + local.minute
    return any(first <= minute < last for first, last in _windows(local.date(), clause))


def _opens(local: dt.datetime, clause: Clause, zone: str) -> dt.datetime:
    """The next opening after a wall-clock time that is shut."""
    minute = local.hour * 60 + local.minute
    for ahead in range(15):
        day = local.date() + dt.timedelta(ahead)
        for first, _last in _windows(day, clause):
            if ahead or first > minute:
                return dt.datetime.combine(day, dt.time(first // 60, first % 60), zone_of(zone))
    raise ValueError("never open")


def hours(facts: Facts, clause: Clause) -> Broken | None:
    """It is within hours on the wall clock of every zone meant."""
    shut = [
        (zone, local)
        for zone in facts.zones(text(clause, "zone"))
        if not _open(local := facts.local(zone), clause)
    ]
    if not shut:
        return None
    until = max(_opens(local, clause, zone) for zone, local in shut)
    zone, local = shut[0]
    return Broken(
        sentence=N_("It is {local} in {zone}."),
        remedy=WAIT,
        params=(("local", f"{local:%Y-%m-%d %H:%M}"), ("zone", zone), ("until", moment(until))),
        until=until,
    )


def every_zone(facts: Facts, clause: Clause) -> Broken | None:
    """There is one zone; where there are several, the hour must be right in each, and that is said."""
    zones = facts.zones("candidates")
    if len(zones) < 2:
        return None
    shut = [(zone, local) for zone in zones if not _open(local := facts.local(zone), clause)]
    until = max((_opens(local, clause, zone) for zone, local in shut), default=None)
    return Broken(
        sentence=N_("The debtor may be in several zones: {zones}."),
        remedy=N_("Ask him where he is and note it; until then the hour must be right in each."),
        params=(("zones", ", ".join(zones)),),
        until=until,
        verdict=None if shut else Ruling.WARN,
    )
