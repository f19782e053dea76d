"""A circuit breaker: a vendor that does not answer is left alone a while, and then tried with one look-up.

Closed: everybody may ask. Open, after so many silences in a row: nobody may, for a time that doubles with
every failed try. Half open, when the time is over: one look-up goes through, and its end decides. The state
is in the log too (a source's newest endings), so a program that starts again does not begin by hammering.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sources.contract import Outcome
from tracer.log import Entry
from tracer.log.vocabulary import ENDINGS

# So many look-ups in a row without an answer from the host, and the circuit opens.
FAILURES_IN_A_ROW = 10
# Entries read to see it: ten look-ups of three attempts, with their requests.
NEWEST = 120
# Seconds it stays open at first, and at most. Our own choice: a restart takes seconds, an outage minutes.
OPEN_FOR, LONGEST = 30.0, 600.0
# Outcomes after which nobody has heard the vendor itself: silence, or a proxy in front of it.
DEAF = frozenset({Outcome.UNAVAILABLE, Outcome.UNKNOWN, Outcome.NOT_ENTITLED})
_NOT_ASKED = str(Outcome.REFUSED)


class State(StrEnum):
    """Whether a source may be asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(slots=True)
class Circuit:
    """The circuit of one source. All times are monotonic seconds, handed in."""

    failures: int = 0
    until: float = float("-inf")
    openings: int = 0
    probing: bool = False

    def state(self, now: float) -> State:
        """Say how it stands."""
        if not self.openings:
            return State.CLOSED
        return State.OPEN if now < self.until else State.HALF_OPEN

    def left(self, now: float) -> float:
        """Give the seconds until it is tried again; 0 when it may be asked, or when a try is under way."""
        return max(0.0, self.until - now) if self.openings else 0.0

    def admit(self, now: float) -> bool:
        """Say whether one look-up may go through now. When half open that is one, until :meth:`count`."""
        state = self.state(now)
        if state is State.HALF_OPEN and not self.probing:
            self.probing = True
            return True
        return state is State.CLOSED

    def count(self, *, answered: bool, now: float) -> None:
        """Take in the end of a look-up that was asked."""
        self.probing = False
        if answered:
            self.failures, self.openings, self.until = 0, 0, float("-inf")
            return
        self.failures += 1
        # Those that were under way when it opened say the same again: they do not double the time.
        if self.failures >= FAILURES_IN_A_ROW and now >= self.until:
            self.until = now + min(LONGEST, OPEN_FOR * 2**self.openings)
            self.openings += 1

    def release(self) -> None:
        """Give the try back: the look-up that had it was not asked after all."""
        self.probing = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How a source has been silent lately, as its log entries tell: how often in a row, and when last."""

    failures: int
    last: dt.datetime | None

    @property
    def broken(self) -> bool:
        """True when so many silences in a row opened its circuit."""
        return self.failures >= FAILURES_IN_A_ROW


def silence(newest: Iterable[Entry]) -> Silence:
    """Read the silences in a row off a source's entries, newest first; as far as to the first answer."""
    failures, last = 0, None
    for entry in newest:
        if entry.event not in ENDINGS or entry.event == _NOT_ASKED or entry.body.get("interrupted"):
            continue
        if Outcome(entry.event) not in DEAF:
            break
        failures, last = failures + 1, last or entry.at
    return Silence(failures=failures, last=last)


def resumed(found: Silence, at: dt.datetime, now: float) -> Circuit:
    """Give the circuit a program begins with: open for what is left of the time, then to be tried."""
    if not found.broken or found.last is None:
        return Circuit(failures=found.failures)
    ago = max(0.0, (at - found.last).total_seconds())
    return Circuit(failures=found.failures, openings=1, until=now + max(0.0, OPEN_FOR - ago))
