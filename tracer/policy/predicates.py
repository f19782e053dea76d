"""What rules can ask: a closed set of pure functions over facts and a pack's parameters.

Each gives None when the rule is kept, else a :class:`Broken`: what was seen, what to do, and from when on
time alone may mend it. A fact that is not known raises :class:`~tracer.policy.facts.Missing`. The semantics
are shared/reference/law.md §3: half-open hours, calendar days in every zone the debtor may be in, the day of
a talk or a consent is day 1.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracer.policy.broken import NOT, STATE, WAIT, Broken, Predicate, midnight, text, texts, whole
from tracer.policy.counts import cooldown, pattern, rolling_count
from tracer.policy.facts import Facts, Missing
from tracer.policy.hours import every_zone, hours
from tracer.policy.pack import Clause
from tracer.words import N_

# ---- Flags and words


def fact_true(facts: Facts, clause: Clause) -> Broken | None:
    """The fact is so."""
    name = text(clause, "fact")
    if facts.flag(name):
        return None
    return Broken(sentence=N_("Not so: {fact}."), remedy=STATE, params=(("fact", name),))


def fact_false(facts: Facts, clause: Clause) -> Broken | None:
    """The fact is not so."""
    name = text(clause, "fact")
    if not facts.flag(name):
        return None
    return Broken(sentence=N_("So it is: {fact}."), remedy=NOT, params=(("fact", name),))


def word_in(facts: Facts, clause: Clause) -> Broken | None:
    """The word is one of those allowed: by the pack, by another fact, or by how it begins."""
    name = text(clause, "fact")
    word = facts.word(name)
    by, prefix = text(clause, "allowed_by"), text(clause, "prefix")
    allowed = facts.words(by) if by else frozenset(texts(clause, "allowed"))
    if word in allowed or (prefix and word.startswith(prefix)):
        return None
    return Broken(
        sentence=N_("{fact} is {value}."),
        remedy=N_("Allowed: {allowed}."),
        params=(("fact", name), ("value", word), ("allowed", ", ".join(sorted(allowed)) or prefix or "-")),
    )


def word_not_in(facts: Facts, clause: Clause) -> Broken | None:
    """The word is none of those barred."""
    name = text(clause, "fact")
    word = facts.word(name)
    by = text(clause, "barred_by")
    barred = facts.words(by) if by else frozenset(texts(clause, "barred"))
    if word not in barred:
        return None
    return Broken(
        sentence=N_("{fact} is {value}."),
        remedy=N_("Barred: {barred}."),
        params=(("fact", name), ("value", word), ("barred", ", ".join(sorted(barred)))),
    )


def role_in(facts: Facts, clause: Clause) -> Broken | None:
    """Whoever is meant has one of the roles allowed."""
    role = facts.word("role")
    allowed = frozenset(texts(clause, "allowed"))
    if role in allowed:
        return None
    return Broken(
        sentence=N_("A {role} is not among those this may be said to."),
        remedy=N_("Allowed: {allowed}."),
        params=(("role", role), ("allowed", ", ".join(sorted(allowed)))),
    )


def fields_subset(facts: Facts, clause: Clause) -> Broken | None:
    """Nothing is asked for beyond what is allowed."""
    name, by = text(clause, "fact"), text(clause, "allowed_by")
    allowed = facts.words(by) if by else frozenset(texts(clause, "allowed"))
    extra = facts.words(name) - allowed
    if not extra:
        return None
    return Broken(
        sentence=N_("Too much is asked for: {extra}."),
        remedy=N_("Leave it out; allowed: {allowed}."),
        params=(("extra", ", ".join(sorted(extra))), ("allowed", ", ".join(sorted(allowed)) or "-")),
    )


def at_most(facts: Facts, clause: Clause) -> Broken | None:
    """A figure does not exceed its limit."""
    name, by = text(clause, "fact"), text(clause, "most_by")
    most = facts.count(by) if by else whole(clause, "most")
    count = facts.count(name)
    if count <= most:
        return None
    return Broken(
        sentence=N_("{fact} is {count}; {most} is the most."),
        remedy=N_("Do not go on, or state what lifts the limit."),
        params=(("fact", name), ("count", str(count)), ("most", str(most))),
    )


# ---- Days


def later(day: dt.date, clause: Clause) -> dt.date:
    """Give a day moved by the pack's years, months and days; 29 February becomes 1 March, never earlier."""
    months = whole(clause, "years", 0) * 12 + whole(clause, "months", 0)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    moved = dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(1 if day.day > last else 0)
    return moved + dt.timedelta(whole(clause, "days", 0))


def fresh(facts: Facts, clause: Clause) -> Broken | None:
    """The day is no more than ``days`` ago, and has come."""
    name, most = text(clause, "fact"), whole(clause, "days")
    day = facts.day(name)
    if 0 <= (facts.today - day).days <= most:
        return None
    return Broken(
        sentence=N_("{fact} is {day}; {days} days is the most."),
        remedy=N_("Do it again and note the day."),
        params=(("fact", name), ("day", day.isoformat()), ("days", str(most))),
    )


def waited(facts: Facts, clause: Clause) -> Broken | None:
    """So many days have gone by since the day."""
    name = text(clause, "fact")
    day = facts.day(name)
    first = later(day, clause)
    if facts.today >= first:
        return None
    return Broken(
        sentence=N_("{fact} is {day}, which is too soon."),
        remedy=WAIT,
        params=(("fact", name), ("day", day.isoformat()), ("until", first.isoformat())),
        until=dt.datetime.combine(first, dt.time(), facts.at.tzinfo),
    )


def due(facts: Facts, clause: Clause) -> Broken | None:
    """What was asked for on a day is not yet due."""
    name = text(clause, "fact")
    day = facts.day(name)
    last = later(day, clause)
    if facts.today < last:
        return None
    return Broken(
        sentence=N_("{fact} is {day}; it was due on {last}."),
        remedy=N_("Answer it now."),
        params=(("fact", name), ("day", day.isoformat()), ("last", last.isoformat())),
    )


def wish(facts: Facts, clause: Clause) -> Broken | None:
    """No wish on file that still holds: so many days, or for good once it is in writing."""
    name = text(clause, "fact")
    if not facts.flag(f"{name}_file"):
        return None
    if facts.flag(text(clause, "for_good")):
        return Broken(sentence=N_("So it is: {fact}."), remedy=NOT, params=(("fact", name),))
    return waited(facts, clause)


def keep(facts: Facts, clause: Clause) -> Broken | None:
    """The time for which it must be kept is over; a record this rule does not bind has no anchor for it."""
    anchors = facts.anchors
    if clause.id not in anchors:
        return None
    anchor = anchors[clause.id]
    if anchor is None:
        raise Missing("anchors")
    end = later(anchor, clause)
    if facts.today >= end:
        return None
    return Broken(
        sentence=N_("It must be kept until {end}."),
        remedy=N_("Purge it from that day on."),
        params=(("end", end.isoformat()),),
        until=dt.datetime.combine(end, dt.time(), facts.at.tzinfo),
    )


# ---- Particular tests


def lost_contact(facts: Facts, clause: Clause) -> Broken | None:
    """The debtor is out of reach: number invalid, so many dials failed by yesterday, or so many days."""
    lost, dials = facts.lost, whole(clause, "dials")
    zone = text(clause, "zone")
    today = facts.local(zone).date()
    enough = lost.failed_run >= dials and lost.failed_on is not None
    if (
        lost.invalid
        or (enough and lost.failed_on is not None and lost.failed_on < today)
        or lost.unreached_days >= whole(clause, "days")
    ):
        return None
    until = midnight(today + dt.timedelta(1), zone) if enough and lost.failed_on == today else None
    return Broken(
        sentence=N_("The debtor is not out of reach: {dials} dials in a row failed."),
        remedy=N_("Try him first: an invalid number, {needed} failed dials and the next day, or three days."),
        params=(("dials", str(lost.failed_run)), ("needed", str(dials))),
        until=until,
    )


# The database has permanent disconnects since this day; before it "not listed" says nothing (FCC DA 21-1649).
_RND_SINCE = dt.date(2021, 1, 27)


def rnd_answer(listed: bool, disconnected: dt.date | None, query: dt.date) -> str:
    """Give what the reassigned-numbers database answers: ``yes``, ``no`` or ``no_data``."""
    if listed:
        if disconnected is None:
            raise Missing("rnd_disconnect")
        return "yes" if query <= disconnected else "no"
    return "no" if query >= _RND_SINCE else "no_data"


def reassigned(facts: Facts, clause: Clause) -> Broken | None:
    """Fires on the answer it is about; a "no" is no fault, but worth keeping."""
    wanted = text(clause, "answer")
    listed = facts.flag("rnd_listed")
    day = facts.day("rnd_disconnect") if listed else None
    answer = rnd_answer(listed, day, facts.day("rnd_query_date"))
    if answer != wanted:
        return None
    return Broken(
        sentence=N_("The reassigned-numbers database answers: {answer}."),
        remedy=N_("Keep the question, its date and the answer."),
        params=(("answer", answer),),
    )


_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(text: str, today: dt.date | None) -> bool:
    """Tell whether a PRC resident number has its form, a day of birth that has come, and its check digit."""
    if not _RESIDENT.fullmatch(text):
        return False
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    if today is not None and born > today:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17]


def script_check(facts: Facts, clause: Clause) -> Broken | None:
    """A number has the form its scheme asks for."""
    if resident_number(facts.word(text(clause, "fact")), facts.today if facts.known("at") else None):
        return None
    return Broken(
        sentence=N_("The number does not fit {scheme}."),
        remedy=N_("Have it corrected; nothing is asked with it."),
        params=(("scheme", text(clause, "scheme")),),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A predicate and the parameters a pack may give it."""

    test: Predicate
    params: frozenset[str]


def _known(test: Predicate, params: str) -> Known:
    return Known(test, frozenset(params.split()))


_HOURS = "zone open close weekend_open weekend_close weekdays holidays easter substitute shut_from shut_until"
_COUNT = "days max zone per channels places roles only exempt consent consent_days counters"
PREDICATES: Mapping[str, Known] = {
    "fact_true": _known(fact_true, "fact alarm items"),
    "fact_false": _known(fact_false, "fact alarm"),
    "word_in": _known(word_in, "fact allowed allowed_by prefix"),
    "basis_in": _known(word_in, "fact allowed prefix"),
    "source_channel": _known(word_in, "fact allowed"),
    "word_not_in": _known(word_not_in, "fact barred barred_by"),
    "role_in": _known(role_in, "allowed"),
    "fields_subset": _known(fields_subset, "fact allowed allowed_by"),
    "at_most": _known(at_most, "fact most most_by"),
    "hours": _known(hours, _HOURS),
    "every_zone": _known(every_zone, "open close"),
    "rolling_count": _known(rolling_count, _COUNT),
    "cooldown": _known(cooldown, "days zone per consent consent_days"),
    "pattern": _known(pattern, "minutes a_day zone per"),
    "fresh": _known(fresh, "fact days"),
    "waited": _known(waited, "fact days"),
    "due": _known(due, "fact days months"),
    "wish": _known(wish, "fact days for_good"),
    "keep": _known(keep, "days months years"),
    "lost_contact": _known(lost_contact, "dials days zone"),
    "reassigned": _known(reassigned, "answer"),
    "script_check": _known(script_check, "fact scheme"),
}
