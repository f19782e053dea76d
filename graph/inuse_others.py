"""What somebody else answered must never make a number more the debtor's.

That a stranger or a relative picks up shows that the line lives, and a model that learns from shares may take
a living line for a better one. Whoever answers and is not the debtor would then be called again for having
answered. So a number at which others answered is also judged as if they had not, and is held to that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from graph.inuse_events import shared_line
from graph.model import NumberEvidence, Party, Reason
from graph.outcomes import utc

# Below this probability nobody calls a number whatever was answered: it is not judged twice. Hand.
LEAST = 0.02


def without_others(one: NumberEvidence, as_of: dt.date) -> NumberEvidence | None:
    """Give the number as if nobody else had answered on it up to ``as_of``; None when nobody did.

    On a line that a household or a firm shares, somebody else often answers for him: there only those count
    who do not know him.
    """
    parties = {outcome.party for outcome in one.outcomes}
    if not parties & {Party.WRONG_PARTY, Party.THIRD_PARTY}:
        return None
    others = {Party.WRONG_PARTY} if shared_line(one) else {Party.WRONG_PARTY, Party.THIRD_PARTY}
    kept = tuple(
        outcome for outcome in one.outcomes if outcome.party not in others or utc(outcome.at).date() > as_of
    )
    return replace(one, outcomes=kept) if len(kept) < len(one.outcomes) else None


def held(reasons: Sequence[Reason], over: float) -> list[Reason]:
    """Give the reasons with the ``over`` bits that a number may not have taken from what others answered."""
    found = list(reasons)
    for place, reason in enumerate(found):
        if reason.code in {"call.third_party", "call.wrong_party"}:
            found[place] = replace(reason, bits=reason.bits - over)
            break
    return found
