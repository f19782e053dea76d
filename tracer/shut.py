"""What keeps a question from being put although policy allows it: its source, and how it went before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sources.contract import Outcome, Terms
from tracer.config import SourceSettings
from tracer.ledger import Before
from tracer.lookups import LookupRequest
from tracer.pace import Lane
from tracer.policy import Fired
from tracer.words import N_

_SAID: Mapping[str, tuple[str, str]] = {
    "source.stopped": (
        N_("Source {source} was stopped for this run: {why}."),
        N_("See what the log says of it, put it right, and run again."),
    ),
    "source.silent": (
        N_("Source {source} has not answered many times in a row; it is tried again in {seconds} seconds."),
        N_("Nothing to do: one look-up tries it then, and an answer opens it again for all."),
    ),
    "source.held": (
        N_("Source {source} asked to be left alone for {seconds} seconds more."),
        N_("Run again later; what was answered is kept."),
    ),
    "source.budget": (
        N_("Source {source} was asked {limit} times today, which is its daily budget."),
        N_("Go on tomorrow, or raise `daily` in its section of the configuration."),
    ),
    "source.cooldown": (
        N_("Source {source} was asked about this number within the last {hours} hours."),
        N_("Its operator wants each number left alone for so long; ask again later."),
    ),
    "source.fate_unknown": (
        N_("Source {source} was asked this before, and nobody knows whether it answered and charged for it."),
        N_("Ask the vendor, or have it asked again on purpose with --again: it may be charged twice."),
    ),
    "source.not_waiting": (
        N_("Nothing is waiting for an answer of source {source} about this."),
        N_("It was answered before, has run out, or was never asked: nothing is kept of it."),
    ),
    "source.settings": (
        N_("The settings handed in for source {source} are not the configured ones."),
        N_("This is a fault of the program: take them from the configuration."),
    ),
}


def fired(rule: str, source: str, **params: str) -> Fired:
    """Give one of these rules, with its places filled."""
    sentence, remedy = _SAID[rule]
    return Fired(rule=rule, sentence=sentence, remedy=remedy, params=(("source", source), *params.items()))


def closed(request: LookupRequest, settings: SourceSettings, lane: Lane, now: float) -> Fired | None:
    """Give the rule that keeps a source shut, if there is one; ``now`` is in monotonic seconds."""
    if settings != request.settings:
        return fired("source.settings", settings.id)
    if lane.stopped:
        return fired("source.stopped", settings.id, why=lane.stopped)
    left = lane.held_until - now
    return fired("source.held", settings.id, seconds=str(round(left))) if left > 0 else None


def unsettled(
    request: LookupRequest,
    settings: SourceSettings,
    terms: Terms,
    earlier: Before | None,
    now: dt.datetime,
) -> Fired | None:
    """Give the rule that keeps a question from being put because of how it went before, if there is one."""
    waiting = earlier is not None and bool(earlier.reference)
    if request.delivered is not None and not waiting:
        return fired("source.not_waiting", settings.id)
    if earlier is None or waiting or not terms.billed_when or terms.idempotent or request.again:
        return None
    taken = earlier.ended == Outcome.PENDING and earlier.kind == "answer"  # its reference has run out
    if (earlier.unknown or taken) and now - earlier.asked.at < terms.fresh_for:
        # Put once more it may be charged twice. Only a person may want that.
        return fired("source.fate_unknown", settings.id)
    return None
