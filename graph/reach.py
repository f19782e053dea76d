"""Who of a case can be reached, as its outcomes tell: the first-pass state of a case.

The levels follow the conclusion levels of the Chinese letter codes (shared/reference/product.md §6.3): a
vacant or stopped number, a wrong party and a fax are lost; busy, unanswered, cut off or switched off is half
lost; and who talked decides between the debtor himself and a third party who passes messages on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from graph.model import Identity, Line, Outcome, Party
from graph.outcomes import read_code, utc


class Reach(StrEnum):
    """Who can be reached: 本人可联, 三方可联, 半失联, 失联, 新案."""

    SELF_REACHABLE = "self_reachable"
    THIRD_PARTY_REACHABLE = "third_party_reachable"
    SEMI_LOST = "semi_lost"
    FULLY_LOST = "fully_lost"
    NEW = "new"


# Best first: a case is as reachable as its best number.
_ORDER = (
    Reach.SELF_REACHABLE,
    Reach.THIRD_PARTY_REACHABLE,
    Reach.SEMI_LOST,
    Reach.FULLY_LOST,
    Reach.NEW,
)
_RANK = {state: place for place, state in enumerate(_ORDER)}

_DEAD_LINES = frozenset({Line.VACANT, Line.SUSPENDED, Line.BARRED, Line.NUMBER_CHANGED, Line.FAX})
_LIVE_LINES = frozenset(
    {
        Line.CONNECTED,
        Line.NO_ANSWER,
        Line.BUSY,
        Line.REJECTED,
        Line.VOICEMAIL,
        Line.POWERED_OFF,
        Line.UNREACHABLE,
    }
)
# Below this an "it is me" was not believed by whoever wrote it down. Set by hand, checked on the development
# data: of numbers whose last call was a right party, those under 0.4 were never the debtor's.
BELIEVED = 0.4


def reach_of_outcome(outcome: Outcome) -> Reach:
    """Give what one attempt says of its number alone; NEW when it says nothing."""
    if outcome.party is Party.SELF:
        doubted = outcome.identity is Identity.UNVERIFIED
        if outcome.strength is not None:
            doubted = outcome.strength < BELIEVED
        return Reach.SEMI_LOST if doubted else Reach.SELF_REACHABLE
    if outcome.party is Party.THIRD_PARTY:
        read = read_code(outcome.code) if outcome.code else None
        relays = read is None or read.relays
        return Reach.THIRD_PARTY_REACHABLE if relays else Reach.SEMI_LOST
    if outcome.party is Party.WRONG_PARTY or outcome.line in _DEAD_LINES:
        return Reach.FULLY_LOST
    if outcome.line in _LIVE_LINES:
        return Reach.SEMI_LOST
    return Reach.NEW


def reach(outcomes: Iterable[Outcome]) -> Reach:
    """Give the state of a case from all its outcomes, in any order; NEW when none says anything.

    Per number the last word counts, except that an unanswered call takes nobody back: a debtor who was talked
    to and then did not pick up is still reachable himself, and a number of a stranger stays one. A dead line
    after a talk does end it. The case is as reachable as its best number.
    """
    numbers: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        numbers.setdefault(outcome.phone.key, []).append(outcome)
    states = [_number(attempts) for attempts in numbers.values()]
    return min(states, key=_RANK.__getitem__, default=Reach.NEW)


def _number(attempts: list[Outcome]) -> Reach:
    state, by_person = Reach.NEW, False
    for attempt in sorted(attempts, key=_when):
        said = reach_of_outcome(attempt)
        somebody_spoke = attempt.party in {Party.SELF, Party.THIRD_PARTY, Party.WRONG_PARTY}
        if said is Reach.NEW or (said is Reach.SEMI_LOST and by_person and not somebody_spoke):
            continue
        state, by_person = said, somebody_spoke
    return state


def _when(outcome: Outcome) -> tuple[dt.datetime, int, str, str]:
    """Time first; of two at one moment the better is said last, so that the order of input cannot matter."""
    return (utc(outcome.at), -_RANK[reach_of_outcome(outcome)], outcome.party, outcome.line)
