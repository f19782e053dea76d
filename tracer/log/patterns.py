"""Patterns in the log that are worth a second look, with how strong each is. It accuses nobody.

Pure: from the columns of the log and the house's habits. Each pattern has innocent causes, said beside it
wherever it is shown (tracer/desk/wording_review.py). A flag is a group of entries of one person, not a line
for each: a reviewer who is shown everything sees nothing.

The limits here are judged, not learned: there is no labelled log to learn from. What a house should set
itself is in ``Habits``; DECISIONS.md says which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from tracer.log import columns as events
from tracer.log.columns import Columns, Flags, Ints
from tracer.log.flags import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Flag,
    Habits,
    Strength,
    before,
    flag,
    groups,
    local,
    percent,
)
from tracer.log.overuse import unlike_peers

BATCH = 10  # so many cases in one run, faster than PACE each, and it is a command over a list
PACE = 5 * SECOND  # nobody opens a case, reads and goes on in less
ONE_COMMAND = 3 * SECOND  # within this, decisions on one case belong to one command
OFTEN = 5  # days outside hours, readings of the log, reveals: what is rarer than this is weaker
MANY_READ = 500  # entries of the log read
WITHIN = 24 * HOUR  # a case opened and closed, or borrowed and given away, within this


PATTERNS = (
    "not_assigned",
    "outside_hours",
    "many_people",
    "same_surname",
    "same_address",
    "opened_for_one",
    "borrowed_case",
    "refused_then_rephrased",
    "returned_case",
    "source_overuse",
    "reveal_without_call",
    "log_reading",
)


def find(
    log: Columns,
    habits: Habits,
    *,
    since: int = 0,
    now: int,
    called: Mapping[str, Collection[int]] | None = None,
) -> tuple[Flag, ...]:
    """Give the flags of what happened at ``since`` (milliseconds, UTC) or later, the strongest first.

    What came before is read too, for what a case was then: assigned, returned. ``now`` is when the log was
    read; ``called`` are the times of calls, by case, that reached us in files and are no entries of the log.
    """
    done = _done(log) & (log.at >= since)
    runs = _runs(log, done)
    found = [
        *_not_assigned(log, done, habits),
        *_outside_hours(log, done, runs, habits),
        *_many_people(log, done, runs, habits),
        *_opened_for_one(log, done),
        *_rephrased(log, done, habits),
        *_returned(log, since),
        *_overuse(log, log.lookups() & (log.at >= since)),
        *_without_call(log, since, now, habits, called or {}),
        *_log_reading(log, since, habits),
    ]
    return in_order(found)


def in_order(found: Sequence[Flag]) -> tuple[Flag, ...]:
    """Give flags with the strongest first, then by pattern and person."""
    order = {strength: place for place, strength in enumerate(reversed(Strength))}
    return tuple(
        sorted(
            found,
            key=lambda one: (order[one.strength], PATTERNS.index(one.pattern), one.actor, one.entries[:1]),
        )
    )


def _done(log: Columns) -> Flags:
    # What shows a person to somebody: a look-up, and a number shown whole.
    return (log.lookups() | log.of(events.REVEAL)) & (log.case > 0)


def _runs(log: Columns, done: Flags) -> Flags:
    """Tell of each entry whether it belongs to one command over a list of cases."""
    places = np.flatnonzero(done & (log.session > 0))
    told = np.zeros(len(log), dtype=np.bool_)
    if not len(places):
        return told
    session = log.session[places]
    many = len(log.words)
    cases = np.bincount(np.unique(session * many + log.case[places]) // many, minlength=many)
    first = np.full(many, np.iinfo(np.int64).max)
    last = np.zeros(many, dtype=np.int64)
    np.minimum.at(first, session, log.at[places])
    np.maximum.at(last, session, log.at[places])
    listed = (cases >= BATCH) & (last - first <= PACE * cases)
    told[places] = listed[session]
    return told


def _not_assigned(log: Columns, done: Flags, habits: Habits) -> Iterator[Flag]:
    everywhere = [log.code(actor) for actor in habits.whole_portfolio]
    places = np.flatnonzero(done & ~np.isin(log.actor, everywhere))
    last = before(log, log.of(events.ASSIGNED), places)
    other = np.zeros(len(log), dtype=np.bool_)
    other[places] = (
        (last >= 0) & (log.to[np.maximum(last, 0)] != log.actor[places]) & (log.to[np.maximum(last, 0)] > 0)
    )
    own = np.bincount(log.actor[places], minlength=len(log.words))
    for group in groups(log, other):
        count, all_his = len(group), int(own[log.actor[group[0]]])
        cases = len(np.unique(log.case[group]))
        share = count / all_his
        # One whose work is mostly on others' cases is probably meant to; a few among his own stand out.
        strength = Strength.WEAK if share > 0.5 else Strength.MEDIUM
        if share <= 0.1 and bool((log.event[group] == log.code(events.REVEAL)).any()):
            strength = Strength.STRONG
        yield flag(log, group, "not_assigned", strength, cases=cases, percent=percent(share))


def _outside_hours(log: Columns, done: Flags, runs: Flags, habits: Habits) -> Iterator[Flag]:
    minute, weekday, day = local(log.at, habits.zone)
    if habits.opens <= habits.closes:
        closed = (minute < habits.opens) | (minute >= habits.closes)
    else:
        closed = (minute < habits.opens) & (minute >= habits.closes)
    outside = done & (closed | ~np.isin(weekday, list(habits.days)))
    for by_hand in (True, False):
        for group in groups(log, outside & (runs != by_hand)):
            days = len(np.unique(day[group]))
            revealed = bool((log.event[group] == log.code(events.REVEAL)).any())
            strength = Strength.MEDIUM
            if not by_hand:
                strength = Strength.WEAK
            elif revealed and days < OFTEN:
                # Who always works then has such a shift; a few numbers shown on a few nights stand out.
                strength = Strength.STRONG
            yield flag(
                log,
                group,
                "outside_hours",
                strength,
                cases=len(np.unique(log.case[group])),
                days=days,
                mark="by_hand" if by_hand else "list",
                how="by_hand" if by_hand else "list",
            )


def _many_people(log: Columns, done: Flags, runs: Flags, habits: Habits) -> Iterator[Flag]:
    """Windows of ``minutes`` that begin every half of it, joined where they touch."""
    half = max(1, habits.minutes * MINUTE // 2)
    for by_hand in (True, False):
        for group in groups(log, done & (runs != by_hand)):
            slot = log.at[group] // half
            many = len(log.words)
            seen = np.unique(np.concatenate((slot, slot - 1)) * many + np.tile(log.case[group], 2))
            windows, cases = np.unique(seen // many, return_counts=True)
            full = windows[cases >= habits.people]
            if not len(full):
                continue
            inside = np.isin(slot, full) | np.isin(slot - 1, full)
            told = group[inside]
            breaks = np.flatnonzero(np.diff(slot[inside]) > 1) + 1
            bursts = np.split(told, breaks)
            for burst in bursts if by_hand else [told]:
                yield flag(
                    log,
                    burst,
                    "many_people",
                    Strength.MEDIUM if by_hand else Strength.WEAK,
                    cases=len(np.unique(log.case[burst])),
                    minutes=max(1, int((log.at[burst[-1]] - log.at[burst[0]]) // MINUTE)),
                    mark=str(int(log.seq[burst[0]])) if by_hand else "list",
                    how="by_hand" if by_hand else "list",
                )


def _opened_for_one(log: Columns, done: Flags) -> Iterator[Flag]:
    """Cases opened, looked into by him who opened them and nobody else, and closed again within a day; and
    cases that somebody gave himself, looked into, and gave away within a day."""
    opening = log.of(events.REOPENED, events.PLACED)
    assigned = log.of(events.ASSIGNED)
    himself = assigned & (log.to == log.actor)
    if not (opening.any() or himself.any()):
        return
    order = np.argsort(log.case, kind="stable")
    sorted_cases = log.case[order]
    closing = log.of(events.CLOSED, events.RETURNED)
    for pattern, starts, ends in (
        ("opened_for_one", opening, closing),
        ("borrowed_case", himself, assigned & ~himself),
    ):
        told: dict[int, list[Ints]] = {}
        for start in np.flatnonzero(starts & (log.case > 0)):
            low = np.searchsorted(sorted_cases, log.case[start], side="left")
            high = np.searchsorted(sorted_cases, log.case[start], side="right")
            after = order[low:high]
            after = after[(after > start) & (log.at[after] <= log.at[start] + WITHIN)]
            stop = after[ends[after]]
            if not len(stop):
                continue
            between = after[(after < stop[0]) & done[after]]
            if len(between) and bool((log.actor[between] == log.actor[start]).all()):
                told.setdefault(int(log.actor[start]), []).append(between)
        for visits in told.values():
            entries = np.sort(np.concatenate(visits))
            strength = Strength.STRONG if len(visits) >= OFTEN else Strength.MEDIUM
            yield flag(log, entries, pattern, strength, cases=len(visits))


def _rephrased(log: Columns, done: Flags, habits: Habits) -> Iterator[Flag]:
    """A refusal, and within minutes the same case by the same person with another purpose, source or client.

    A command asks source after source, and one refused among them is no attempt: another source counts only
    when it comes later than one command lasts, and was not asked for this case by him before.
    """
    refused = log.of(events.REFUSED)
    places = np.flatnonzero(done)
    last = before(log, refused, places, by=(log.actor,))
    places, last = places[last >= 0], last[last >= 0]
    gap = log.at[places] - log.at[last]
    purpose = (log.purpose[places] != log.purpose[last]) & (log.purpose[last] > 0) & (log.purpose[places] > 0)
    client = (log.client[places] != log.client[last]) & (log.client[last] > 0) & (log.client[places] > 0)
    source = (log.source[places] != log.source[last]) & (log.source[last] > 0) & (log.source[places] > 0)
    source &= gap > ONE_COMMAND
    asked_before = before(log, log.lookups(), places, by=(log.actor, log.source), until=last) >= 0
    source &= ~asked_before
    near = gap <= habits.rephrased_minutes * MINUTE
    chosen = np.zeros(len(log), dtype=np.bool_)
    harder = np.zeros(len(log), dtype=np.bool_)
    chosen[places[near & (purpose | client | source)]] = True
    harder[places[near & (purpose | client)]] = True
    for group in groups(log, chosen):
        strong = bool(harder[group].any())
        yield flag(
            log,
            group,
            "refused_then_rephrased",
            Strength.STRONG if strong else Strength.MEDIUM,
            cases=len(np.unique(log.case[group])),
            minutes=habits.rephrased_minutes,
        )


def _returned(log: Columns, since: int) -> Iterator[Flag]:
    states = log.of(events.RETURNED, events.CLOSED, events.REOPENED, events.PLACED)
    tried = (_done(log) | log.of(events.REFUSED)) & (log.case > 0) & (log.at >= since)
    places = np.flatnonzero(tried)
    last = before(log, states, places)
    over = np.isin(log.event[np.maximum(last, 0)], [log.code(events.RETURNED), log.code(events.CLOSED)])
    told = np.zeros(len(log), dtype=np.bool_)
    told[places] = (last >= 0) & over
    refused = log.of(events.REFUSED)
    for made in (True, False):
        for group in groups(log, told & (refused != made)):
            yield flag(
                log,
                group,
                "returned_case",
                Strength.STRONG if made else Strength.WEAK,
                cases=len(np.unique(log.case[group])),
                mark="made" if made else "refused",
                how="made" if made else "refused",
            )


def _overuse(log: Columns, lookups: Flags) -> Iterator[Flag]:
    for found in unlike_peers(log.actor[lookups], log.case[lookups], log.source[lookups]):
        where = lookups & (log.actor == found.actor) & (log.source == found.source)
        yield flag(
            log,
            where,
            "source_overuse",
            Strength.STRONG if found.ratio >= 4 else Strength.MEDIUM,
            mark=log.words[found.source],
            source=log.words[found.source],
            times=f"{found.ratio:.1f}",
            cases=found.cases,
        )


def uncalled(log: Columns, since: int, now: int, habits: Habits) -> Flags:
    """Tell of each entry whether it is a reveal after which no call on that case was noted in time."""
    window = habits.call_within_days * DAY
    reveals = log.of(events.REVEAL) & (log.case > 0) & (log.at >= since) & (log.at <= now - window)
    told = np.zeros(len(log), dtype=np.bool_)
    calls = np.flatnonzero(log.of(*events.CALLS))
    # Looked at from the call: which reveals of the case lie before it is what "none after" is the rest of.
    order = calls[np.argsort(log.case[calls], kind="stable")]
    places = np.flatnonzero(reveals)
    if not len(order):
        told[places] = True
        return told
    wide = len(log) + 1
    keys = log.case[order] * wide + order
    at = np.searchsorted(keys, log.case[places] * wide + places)
    following = order[np.minimum(at, len(order) - 1)]
    called = (at < len(order)) & (log.case[following] == log.case[places])
    called &= log.at[following] - log.at[places] <= window
    told[places] = ~called
    return told


def _without_call(
    log: Columns, since: int, now: int, habits: Habits, called: Mapping[str, Collection[int]]
) -> Iterator[Flag]:
    lone = uncalled(log, since, now, habits)
    window = habits.call_within_days * DAY
    if called:
        for place in np.flatnonzero(lone):
            at = int(log.at[place])
            lone[place] = not any(
                at - HOUR <= one <= at + window for one in called.get(log.words[int(log.case[place])], ())
            )
    all_his = np.bincount(log.actor[log.of(events.REVEAL) & (log.at >= since)], minlength=len(log.words))
    for group in groups(log, lone):
        share = len(group) / int(all_his[log.actor[group[0]]])
        strength = (
            Strength.WEAK if len(group) < OFTEN else Strength.MEDIUM if share < 0.8 else Strength.STRONG
        )
        yield flag(
            log,
            group,
            "reveal_without_call",
            strength,
            cases=len(np.unique(log.case[group])),
            days=habits.call_within_days,
            percent=percent(share),
        )


def _log_reading(log: Columns, since: int, habits: Habits) -> Iterator[Flag]:
    readers = [log.code(actor) for actor in habits.reviewers]
    read = log.of(events.LOG_READ) & (log.at >= since) & ~np.isin(log.actor, readers)
    at_work = set(np.unique(log.actor[_done(log)]).tolist())
    for group in groups(log, read):
        rows = int(log.rows[group].sum())
        if len(group) < OFTEN and rows < MANY_READ:
            continue
        works = int(log.actor[group[0]]) in at_work
        yield flag(log, group, "log_reading", Strength.MEDIUM if works else Strength.WEAK, rows=rows)
