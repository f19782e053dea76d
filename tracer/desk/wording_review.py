"""The words for what a review shows: each pattern as a reason to look, and what would explain it."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.log.flags import Flag
from tracer.words import N_, _

STRENGTHS: Mapping[str, str] = {
    "weak": N_("weak"),
    "medium": N_("medium"),
    "strong": N_("strong"),
}

CONCLUSIONS: Mapping[str, str] = {
    "fine": N_("fine"),
    "follow-up": N_("follow up"),
    "breach": N_("breach"),
}

DRAWN: Mapping[str, str] = {
    "chance": N_("by chance"),
    "actor": N_("for the person"),
    "source": N_("for the source"),
}

# Pattern, or pattern and how it was done → why it is worth a look, and what would explain it.
PATTERNS: Mapping[str, tuple[str, str]] = {
    "not_assigned": (
        N_(
            "Worth a look because {count} look-ups or reveals ({percent} of his) were on {cases} cases that "
            "were assigned to somebody else"
        ),
        N_(
            "He covered for a colleague, or works on the whole portfolio: then name him in "
            "review.whole_portfolio."
        ),
    ),
    "outside_hours.by_hand": (
        N_(
            "Worth a look because {count} look-ups or reveals on {cases} cases were made by hand outside the "
            "house's hours, on {days} days"
        ),
        N_("A shift, overtime or another time zone: then set the hours under [review]."),
    ),
    "outside_hours.list": (
        N_(
            "Worth a look because commands over lists of cases ran outside the house's hours on {days} days: "
            "{count} look-ups, {cases} cases"
        ),
        N_("A job that is meant to run at night."),
    ),
    "many_people.by_hand": (
        N_(
            "Worth a look because {cases} cases were opened one after the other by hand within {minutes} "
            "minutes"
        ),
        N_("A list worked through quickly, as in a first pass of calls."),
    ),
    "many_people.list": (
        N_("Worth a look because commands over lists asked about {cases} cases: {count} look-ups"),
        N_("This is what tracing a batch looks like."),
    ),
    "same_surname": (
        N_(
            "Worth a look because the people of {cases} cases he looked up have his surname; chance alone "
            "lets expect {expected}"
        ),
        N_("A common surname; many who share one are no relations."),
    ),
    "same_address": (
        N_("Worth a look because somebody in {cases} cases he looked up has or had his address"),
        N_("A former tenant, or a large building under one number."),
    ),
    "opened_for_one": (
        N_(
            "Worth a look because {cases} cases were opened, looked into and closed again within a day, all "
            "by the same person"
        ),
        N_("A payment or complaint that came in after the case was closed."),
    ),
    "borrowed_case": (
        N_(
            "Worth a look because he gave himself {cases} cases, looked into them, and gave them away again "
            "within a day"
        ),
        N_("Work shared out anew, or help for a colleague who was away."),
    ),
    "refused_then_rephrased": (
        N_(
            "Worth a look because on {cases} cases a refusal was followed within {minutes} minutes by the "
            "same person asking in other words: another purpose, client or source"
        ),
        N_("The first was a slip, and the second what was meant from the start."),
    ),
    "returned_case.made": (
        N_(
            "Worth a look because {count} look-ups or reveals were made on {cases} cases after they "
            "were closed or returned"
        ),
        N_("None is known: policy allows look-ups on open cases only. See how this one came about."),
    ),
    "returned_case.refused": (
        N_(
            "Worth a look because {count} look-ups on {cases} cases that were closed or returned were tried; "
            "they were refused"
        ),
        N_("He did not know that the case was over."),
    ),
    "source_overuse": (
        N_(
            "Worth a look because {source} was asked {count} times for {cases} cases: {times} times what his "
            "peers' rate lets expect"
        ),
        N_("Cases of another kind, for example all those with a number to be checked."),
    ),
    "reveal_without_call": (
        N_(
            "Worth a look because numbers of {cases} cases were shown whole {count} times ({percent} of his "
            "reveals) and no call was noted within {days} days"
        ),
        N_("The call was made and not noted, or an address was needed and no call."),
    ),
    "log_reading": (
        N_("Worth a look because the log itself was read {count} times, {rows} entries in all"),
        N_("Preparing an audit or answering a debtor: reviewers are named in review.reviewers."),
    ),
}


def said(flag: Flag) -> tuple[str, str]:
    """Give why a pattern is worth a look and what would explain it, in the reader's language."""
    how = flag.params.get("how")
    reason, innocent = PATTERNS[f"{flag.pattern}.{how}" if how else flag.pattern]
    return _(reason, **flag.params), _(innocent)
