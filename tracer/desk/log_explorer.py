"""The log as a page explores it: the newest entries of a choice, facets with counts, and when they were.

What is asked for by words is counted from the log's tally and read only where the tally says it lies, so a
million entries answer as quickly as a hundred. Of one case every entry is read: there are few.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from tracer.desk import logbook
from tracer.desk.logbook import Line, Wanted
from tracer.desk.office import Office, whole_day
from tracer.errors import LogUnavailable
from tracer.log import Entry
from tracer.log.tally import FACETS, Tally

PAGE = 50
_CASE = 5_000  # entries of one case that are read at most
_BARS = 60  # bars of a timeline at most
_BEYOND = 2**62
_SHOWN = 40  # words of a facet


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A span of days, both included, and how many entries it has."""

    since: dt.date
    until: dt.date
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """The newest entries of a choice before some entry, how many there are in all, and how they divide.

    ``facets`` says of each facet how many entries each of its words has among what was chosen otherwise.
    ``older`` is the entry before which the next page begins, None on the last. ``counted`` is False where
    only the page is known: of a choice by rule.
    """

    lines: tuple[Line, ...]
    total: int
    counted: bool
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    bars: tuple[Bar, ...]
    older: int | None

    @property
    def most(self) -> int:
        """The longest bar of the timeline."""
        return max((bar.count for bar in self.bars), default=0)


def explore(office: Office, wanted: Wanted, *, before: int = _BEYOND, limit: int = PAGE) -> Explored:
    """Give a page of the entries that fit, the newest first. Writes ``log_read``.

    ``wanted.subject`` may be a case's pseudonym; days are the house's. Raises WrongUse, LogUnavailable.
    """
    since = whole_day(wanted.since) if wanted.since else None
    until = whole_day(wanted.until) if wanted.until else None
    query = logbook.query(office, wanted)
    chosen = {name: word for name in FACETS if (word := getattr(wanted, name))}
    if query.cases is not None or query.tokens is not None:
        every = list(office.log.search(query, newest=True, limit=_CASE))
        page = [entry for entry in every if entry.seq < before][: limit + 1]
        found = _counted(every, office.config.zone)
        facets = {name: tuple(found[name].most_common(_SHOWN)) for name in FACETS}
        days = sorted((dt.date.fromordinal(int(day)), count) for day, count in found["day"].items())
        total, counted = len(every), len(every) < _CASE
    else:
        tally = office.log.tally(office.config.zone)
        facets = {name: tally.counts(name, chosen, since, until)[:_SHOWN] for name in FACETS}
        days = list(tally.days(chosen, since, until))
        total, counted = sum(count for _day, count in days), not wanted.rule
        if wanted.rule:
            days = _refusals(tally, wanted.rule, since, until)
            page = list(office.log.search(query, newest=True, before=before, limit=limit + 1))
        else:
            spans = tally.ranges(chosen, since, until, before=before, wanted=limit + 1)
            page = list(
                islice(
                    (
                        entry
                        for low, high in spans
                        for entry in office.log.search(query, newest=True, after=low - 1, before=high + 1)
                    ),
                    limit + 1,
                )
            )
    lines = logbook.shown_lines(office, page[:limit])
    return Explored(
        lines=lines,
        total=total,
        counted=counted,
        facets=facets,
        bars=_bars(days),
        older=page[limit - 1].seq if len(page) > limit else None,
    )


def warm(office: Office) -> None:
    """Count the log beforehand, so that the first who explores it does not wait."""
    with suppress(LogUnavailable):  # whoever explores it is told
        office.log.tally(office.config.zone)


def refused(office: Office, since: dt.date) -> Mapping[str, int]:
    """Give how often each rule refused something from a day on."""
    found: Counter[str] = Counter()
    for (day, rule), count in office.log.tally(office.config.zone).refused.items():
        if day >= since:
            found[rule] += count
    return found


def _refusals(
    tally: Tally, rule: str, since: dt.date | None, until: dt.date | None
) -> list[tuple[dt.date, int]]:
    return sorted(
        (day, count)
        for (day, one), count in tally.refused.items()
        if one == rule and (since is None or day >= since) and (until is None or day <= until)
    )


def _counted(entries: Iterable[Entry], zone: dt.tzinfo) -> Mapping[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in (*FACETS, "day")}
    for entry in entries:
        for name in FACETS:
            if word := str(getattr(entry, name)):
                found[name][word] += 1
        found["day"][str(entry.at.astimezone(zone).date().toordinal())] += 1
    return found


def _bars(days: Sequence[tuple[dt.date, int]]) -> tuple[Bar, ...]:
    """Put days into spans of equal length, as many as a picture can show; a day each where they fit."""
    if not days:
        return ()
    first, last = days[0][0], days[-1][0]
    length = max(1, -(-((last - first).days + 1) // _BARS))
    sums: Counter[int] = Counter()
    for day, count in days:
        sums[(day - first).days // length] += count
    return tuple(
        Bar(
            since=first + dt.timedelta(days=place * length),
            until=min(last, first + dt.timedelta(days=(place + 1) * length - 1)),
            count=sums[place],
        )
        for place in range((last - first).days // length + 1)
    )
