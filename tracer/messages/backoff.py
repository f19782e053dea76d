"""When a message that was not taken is tried again: later each time, never all at once, and not for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

FIRST = dt.timedelta(seconds=10)
FACTOR = 4
LONGEST = dt.timedelta(hours=12)
"""10 s, 40 s, 3 min, 11 min, 43 min, 3 h, 11 h, then every 12 h: nine attempts last a day and a half."""

CLAIMED = dt.timedelta(minutes=3)
"""For how long a message that is being sent is left alone by others: longer than any attempt may last."""


def wait(attempts: int, chance: Callable[[], float], asked: int | None = None) -> dt.timedelta:
    """Give how long to wait after so many attempts; ``chance`` gives a number from 0 to below 1.

    Half of the wait is left to chance, so that what failed together does not come back together. ``asked`` is
    what the receiver wants (Retry-After, in seconds): at least that, as far as the longest wait goes.
    """
    whole = min(FIRST * float(FACTOR ** min(attempts - 1, 16)), LONGEST)
    found = whole / 2 + whole / 2 * chance()
    return max(found, min(dt.timedelta(seconds=asked), LONGEST)) if asked else found
