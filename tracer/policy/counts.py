"""Counts and waits over earlier attempts: calendar days in every zone the debtor may be in."""

from __future__ import annotations

import datetime as dt

from tracer.policy.broken import WAIT, Broken, midnight, moment, text, texts, whole
from tracer.policy.facts import Contact, Facts, fits_role, zone_of
from tracer.policy.pack import Clause
from tracer.words import N_


def _alike(facts: Facts, clause: Clause) -> tuple[tuple[int, Contact], ...]:
    """The attempts of the same person, debt, collector …, as the rule counts them."""
    return facts.alike(texts(clause, "per"))


def _counted(facts: Facts, clause: Clause) -> frozenset[int]:
    """The places of the attempts that the rule counts."""
    params = clause.params
    only, consent = params.get("only"), "consent" in params
    channels, places = texts(clause, "channels"), texts(clause, "places")
    roles, exempt = frozenset(texts(clause, "roles")), texts(clause, "exempt")
    return frozenset(
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
    )


def _consented(facts: Facts, clause: Clause, zone: str, today: dt.date) -> bool:
    """Direct consent holds for seven days, its own the first."""
    if "consent" not in clause.params:
        return False
    there, days = zone_of(zone), whole(clause, "consent_days")
    return any(0 <= (today - given.astimezone(there).date()).days < days for given in facts.consents)


def rolling_count(facts: Facts, clause: Clause) -> Broken | None:
    """Fewer than ``max`` in the last ``days`` calendar days, today the last, in every zone meant."""
    most, window = whole(clause, "max"), whole(clause, "days")
    if facts.known("role") and facts.word("role") in texts(clause, "exempt"):
        return None
    counted: frozenset[int] | None = None
    worst: Broken | None = None
    for zone in facts.zones(text(clause, "zone")):
        today = facts.local(zone).date()
        if _consented(facts, clause, zone, today):
            continue
        # Too few of any kind are too few of the kind counted, and to tell kinds apart takes longest.
        near = facts.near(zone, window)
        if len(near) < most:
            continue
        if counted is None:
            counted = _counted(facts, clause)
        days = facts.days_of(zone)
        recent = sorted([days[place] for place in near if place in counted])
        if len(recent) < most:
            continue
        until = midnight(recent[-most] + dt.timedelta(window), zone)
        if worst is None or worst.until is None or until > worst.until:
            worst = Broken(
                sentence=N_("{count} in {days} days already; {most} is the most."),
                remedy=WAIT,
                params=(
                    ("count", str(len(recent))),
                    ("days", str(window)),
                    ("most", str(most)),
                    ("until", moment(until)),
                ),
                until=until,
            )
    return worst


def cooldown(facts: Facts, clause: Clause) -> Broken | None:
    """No talk in the last ``days`` calendar days, whoever began it; the day of the talk is the first."""
    window = whole(clause, "days")
    talks = [place for place, one in _alike(facts, clause) if one.conversation and one.channel == "voice"]
    worst: Broken | None = None
    for zone in facts.zones(text(clause, "zone")):
        today = facts.local(zone).date()
        if _consented(facts, clause, zone, today):
            continue
        days, near = facts.days_of(zone), facts.near(zone, window)
        recent = [days[place] for place in talks if place in near]
        if not recent:
            continue
        until = midnight(max(recent) + dt.timedelta(window), zone)
        if worst is None or worst.until is None or until > worst.until:
            worst = Broken(
                sentence=N_("The debt was talked about on {day}."),
                remedy=WAIT,
                params=(("day", max(recent).isoformat()), ("until", moment(until))),
                until=until,
            )
    return worst


def pattern(facts: Facts, clause: Clause) -> Broken | None:
    """Calls are not bunched: none unanswered in the last minutes, fewer than so many a day."""
    minutes, a_day = whole(clause, "minutes"), whole(clause, "a_day")
    calls = [
        (place, one) for place, one in _alike(facts, clause) if not one.inbound and one.channel == "voice"
    ]
    now = facts.at
    since = now - dt.timedelta(minutes=minutes)
    soon = [one.at for _place, one in calls if one.answered is not True and since < one.at <= now]
    if soon:
        until = max(soon) + dt.timedelta(minutes=minutes)
        return Broken(
            sentence=N_("An unanswered call was made less than {minutes} minutes ago."),
            remedy=WAIT,
            params=(("minutes", str(minutes)), ("until", moment(until))),
            until=until,
        )
    for zone in facts.zones(text(clause, "zone")):
        today, days = facts.local(zone).date(), facts.days_of(zone)
        if sum(days[place] == today for place, _one in calls) >= a_day - 1:
            until = midnight(today + dt.timedelta(1), zone)
            return Broken(
                sentence=N_("This would be call {a_day} of the day."),
                remedy=WAIT,
                params=(("a_day", str(a_day)), ("until", moment(until))),
                until=until,
            )
    return None
