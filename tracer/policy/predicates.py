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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracer.policy.facts import Contact, Facts, Missing, fits_role, zone_of
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
_WAIT = N_("Wait until {until}.")
_STATE = N_("Only where {fact} is so; state it if it is.")
_NOT = N_("Not while {fact} stands.")


def _texts(clause: Clause, key: str) -> tuple[str, ...]:
    found = clause.params.get(key, ())
    if not isinstance(found, list | tuple):
        raise TypeError(key)
    return tuple(str(one) for one in found)


def _text(clause: Clause, key: str, default: str = "") -> str:
    found = clause.params.get(key, default)
    if not isinstance(found, str):
        raise TypeError(key)
    return found


def _whole(clause: Clause, key: str, default: int | None = None) -> int:
    found = clause.params.get(key, default)
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(key)
    return found


def _moment(at: dt.datetime) -> str:
    return at.isoformat(timespec="minutes")


def _midnight(day: dt.date, zone: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone_of(zone))


# ---- Flags and words


def fact_true(facts: Facts, clause: Clause) -> Broken | None:
    """The fact is so."""
    name = _text(clause, "fact")
    if facts.flag(name):
        return None
    return Broken(sentence=N_("Not so: {fact}."), remedy=_STATE, params=(("fact", name),))


def fact_false(facts: Facts, clause: Clause) -> Broken | None:
    """The fact is not so."""
    name = _text(clause, "fact")
    if not facts.flag(name):
        return None
    return Broken(sentence=N_("So it is: {fact}."), remedy=_NOT, params=(("fact", name),))


def word_in(facts: Facts, clause: Clause) -> Broken | None:
    """The word is one of those allowed: by the pack, by another fact, or by how it begins."""
    name = _text(clause, "fact")
    word = facts.word(name)
    by, prefix = _text(clause, "allowed_by"), _text(clause, "prefix")
    allowed = facts.words(by) if by else frozenset(_texts(clause, "allowed"))
    if word in allowed or (prefix and word.startswith(prefix)):
        return None
    return Broken(
        sentence=N_("{fact} is {value}."),
        remedy=N_("Allowed: {allowed}."),
        params=(("fact", name), ("value", word), ("allowed", ", ".join(sorted(allowed)) or prefix or "-")),
    )


def word_not_in(facts: Facts, clause: Clause) -> Broken | None:
    """The word is none of those barred."""
    name = _text(clause, "fact")
    word = facts.word(name)
    by = _text(clause, "barred_by")
    barred = facts.words(by) if by else frozenset(_texts(clause, "barred"))
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
    allowed = frozenset(_texts(clause, "allowed"))
    if role in allowed:
        return None
    return Broken(
        sentence=N_("A {role} is not among those this may be said to."),
        remedy=N_("Allowed: {allowed}."),
        params=(("role", role), ("allowed", ", ".join(sorted(allowed)))),
    )


def fields_subset(facts: Facts, clause: Clause) -> Broken | None:
    """Nothing is asked for beyond what is allowed."""
    name, by = _text(clause, "fact"), _text(clause, "allowed_by")
    allowed = facts.words(by) if by else frozenset(_texts(clause, "allowed"))
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
    name, most = _text(clause, "fact"), _whole(clause, "most")
    count = facts.count(name)
    if count <= most:
        return None
    return Broken(
        sentence=N_("{fact} is {count}; {most} is the most."),
        remedy=N_("Do not go on, or state what lifts the limit."),
        params=(("fact", name), ("count", str(count)), ("most", str(most))),
    )


# ---- Hours


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
    fixed = _texts(clause, "holidays")
    if not fixed:
        return False
    offsets = clause.params.get("easter", ())
    if not isinstance(offsets, list):
        raise TypeError("easter")
    if f"{day:%m-%d}" in fixed or (day - _easter(day.year)).days in offsets:
        return True
    # A holiday on a weekend is kept on the next working day that is none itself.
    substitute = _texts(clause, "substitute")
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
    shut = _text(clause, "shut_from")
    if shut:
        return ((0, _minutes(shut)), (_minutes(_text(clause, "shut_until")), 24 * 60))
    weekend = day.weekday() >= 5
    if _holiday(day, clause) or (weekend and clause.params.get("weekdays") is True):
        return ()
    opens, closes = _text(clause, "open"), _text(clause, "close")
    if weekend:
        opens, closes = _text(clause, "weekend_open", opens), _text(clause, "weekend_close", closes)
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
        for zone in facts.zones(_text(clause, "zone"))
        if not _open(local := facts.local(zone), clause)
    ]
    if not shut:
        return None
    until = max(_opens(local, clause, zone) for zone, local in shut)
    zone, local = shut[0]
    return Broken(
        sentence=N_("It is {local} in {zone}."),
        remedy=_WAIT,
        params=(("local", f"{local:%Y-%m-%d %H:%M}"), ("zone", zone), ("until", _moment(until))),
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


# ---- Counts


def _alike(facts: Facts, clause: Clause) -> tuple[tuple[int, Contact], ...]:
    """The attempts of the same person, debt, collector …, as the rule counts them."""
    return facts.alike(_texts(clause, "per"))


def _counted(facts: Facts, clause: Clause) -> list[int]:
    """The places of the attempts that the rule counts."""
    params = clause.params
    only, consent = params.get("only"), "consent" in params
    channels, places = _texts(clause, "channels"), _texts(clause, "places")
    roles, exempt = frozenset(_texts(clause, "roles")), _texts(clause, "exempt")
    return [
        place
        for place, one in _alike(facts, clause)
        if not one.inbound
        and (not channels or one.channel in channels)
        and (not places or not one.place or one.place in places)
        and (not roles or fits_role(one.role, roles))
        and one.role not in exempt
        and not (only == "reached" and not one.reached)
        and not (only == "answered" and one.answered is False)
        and not (only == "unanswered" and one.answered is True)
        and not (consent and one.consented)
    ]


def _consented(facts: Facts, clause: Clause, zone: str, today: dt.date) -> bool:
    """Direct consent holds for seven days, its own the first."""
    if "consent" not in clause.params:
        return False
    there, days = zone_of(zone), _whole(clause, "consent_days")
    return any(0 <= (today - given.astimezone(there).date()).days < days for given in facts.consents)


def rolling_count(facts: Facts, clause: Clause) -> Broken | None:
    """Fewer than ``max`` in the last ``days`` calendar days, today the last, in every zone meant."""
    most, window = _whole(clause, "max"), _whole(clause, "days")
    if facts.known("role") and facts.word("role") in _texts(clause, "exempt"):
        return None
    counted = _counted(facts, clause)
    worst: Broken | None = None
    for zone in facts.zones(_text(clause, "zone")):
        today = facts.local(zone).date()
        if _consented(facts, clause, zone, today):
            continue
        days = facts.days_of(zone)
        first = today - dt.timedelta(window - 1)
        recent = sorted(days[place] for place in counted if first <= days[place] <= today)
        if len(recent) < most:
            continue
        until = _midnight(recent[-most] + dt.timedelta(window), zone)
        if worst is None or worst.until is None or until > worst.until:
            worst = Broken(
                sentence=N_("{count} in {days} days already; {most} is the most."),
                remedy=_WAIT,
                params=(
                    ("count", str(len(recent))),
                    ("days", str(window)),
                    ("most", str(most)),
                    ("until", _moment(until)),
                ),
                until=until,
            )
    return worst


def cooldown(facts: Facts, clause: Clause) -> Broken | None:
    """No talk in the last ``days`` calendar days, whoever began it; the day of the talk is the first."""
    window = _whole(clause, "days")
    talks = [place for place, one in _alike(facts, clause) if one.conversation and one.channel == "voice"]
    worst: Broken | None = None
    for zone in facts.zones(_text(clause, "zone")):
        today = facts.local(zone).date()
        if _consented(facts, clause, zone, today):
            continue
        days = facts.days_of(zone)
        first = today - dt.timedelta(window - 1)
        recent = [days[place] for place in talks if first <= days[place] <= today]
        if not recent:
            continue
        until = _midnight(max(recent) + dt.timedelta(window), zone)
        if worst is None or worst.until is None or until > worst.until:
            worst = Broken(
                sentence=N_("The debt was talked about on {day}."),
                remedy=_WAIT,
                params=(("day", max(recent).isoformat()), ("until", _moment(until))),
                until=until,
            )
    return worst


def pattern(facts: Facts, clause: Clause) -> Broken | None:
    """Calls are not bunched: none unanswered in the last minutes, fewer than so many a day."""
    minutes, a_day = _whole(clause, "minutes"), _whole(clause, "a_day")
    calls = [
        (place, one) for place, one in _alike(facts, clause) if not one.inbound and one.channel == "voice"
    ]
    soon = [
        one.at
        for _place, one in calls
        if one.answered is not True and dt.timedelta() <= facts.at - one.at < dt.timedelta(minutes=minutes)
    ]
    if soon:
        until = max(soon) + dt.timedelta(minutes=minutes)
        return Broken(
            sentence=N_("An unanswered call was made less than {minutes} minutes ago."),
            remedy=_WAIT,
            params=(("minutes", str(minutes)), ("until", _moment(until))),
            until=until,
        )
    for zone in facts.zones(_text(clause, "zone")):
        today, days = facts.local(zone).date(), facts.days_of(zone)
        if sum(days[place] == today for place, _one in calls) >= a_day - 1:
            until = _midnight(today + dt.timedelta(1), zone)
            return Broken(
                sentence=N_("This would be call {a_day} of the day."),
                remedy=_WAIT,
                params=(("a_day", str(a_day)), ("until", _moment(until))),
                until=until,
            )
    return None


# ---- Days


def _later(day: dt.date, clause: Clause) -> dt.date:
    """A day moved by the pack's years, months and days; 29 February becomes 1 March, never earlier."""
    months = _whole(clause, "years", 0) * 12 + _whole(clause, "months", 0)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    moved = dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(1 if day.day > last else 0)
    return moved + dt.timedelta(_whole(clause, "days", 0))


def fresh(facts: Facts, clause: Clause) -> Broken | None:
    """The day is no more than ``days`` ago, and has come."""
    name, most = _text(clause, "fact"), _whole(clause, "days")
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
    name = _text(clause, "fact")
    day = facts.day(name)
    first = _later(day, clause)
    if facts.today >= first:
        return None
    return Broken(
        sentence=N_("{fact} is {day}, which is too soon."),
        remedy=_WAIT,
        params=(("fact", name), ("day", day.isoformat()), ("until", first.isoformat())),
        until=dt.datetime.combine(first, dt.time(), facts.at.tzinfo),
    )


def due(facts: Facts, clause: Clause) -> Broken | None:
    """What was asked for on a day is not yet due."""
    name = _text(clause, "fact")
    day = facts.day(name)
    last = _later(day, clause)
    if facts.today < last:
        return None
    return Broken(
        sentence=N_("{fact} is {day}; it was due on {last}."),
        remedy=N_("Answer it now."),
        params=(("fact", name), ("day", day.isoformat()), ("last", last.isoformat())),
    )


def wish(facts: Facts, clause: Clause) -> Broken | None:
    """No wish on file that still holds: so many days, or for good once it is in writing."""
    name = _text(clause, "fact")
    if not facts.flag(f"{name}_file"):
        return None
    if facts.flag(_text(clause, "for_good")):
        return Broken(sentence=N_("So it is: {fact}."), remedy=_NOT, params=(("fact", name),))
    return waited(facts, clause)


def keep(facts: Facts, clause: Clause) -> Broken | None:
    """The time for which it must be kept is over; a record this rule does not bind has no anchor for it."""
    anchors = facts.anchors
    if clause.id not in anchors:
        return None
    anchor = anchors[clause.id]
    if anchor is None:
        raise Missing("anchors")
    end = _later(anchor, clause)
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
    lost, dials = facts.lost, _whole(clause, "dials")
    zone = _text(clause, "zone")
    today = facts.local(zone).date()
    enough = lost.failed_run >= dials and lost.failed_on is not None
    if (
        lost.invalid
        or (enough and lost.failed_on is not None and lost.failed_on < today)
        or lost.unreached_days >= _whole(clause, "days")
    ):
        return None
    until = _midnight(today + dt.timedelta(1), zone) if enough and lost.failed_on == today else None
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
    wanted = _text(clause, "answer")
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
    if resident_number(facts.word(_text(clause, "fact")), facts.today if facts.known("at") else None):
        return None
    return Broken(
        sentence=N_("The number does not fit {scheme}."),
        remedy=N_("Have it corrected; nothing is asked with it."),
        params=(("scheme", _text(clause, "scheme")),),
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
    "at_most": _known(at_most, "fact most"),
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
