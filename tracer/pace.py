"""How fast and how often a source may be asked: its rate, its daily budget, and whether it is stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from tracer.circuit import Circuit
from tracer.clock import Clock, now
from tracer.config import SourceSettings
from tracer.log import Entry

UNREACHABLE = "unreachable"
"""Why a source that did not answer many times in a row is not asked now (tracer.words.STOPS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The time of day, a clock for distances in seconds, and a way to wait; tests hand in their own."""

    now: Clock = now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Limiter:
    """Lets one request through every ``1 / rate`` seconds, in the order they came, without bursts.

    A vendor who counts requests in any window of a second never counts more than ``rate``, rounded up.
    """

    def __init__(self, rate: float, timing: Timing) -> None:
        self._step = 1.0 / rate
        self._timing = timing
        self._next = float("-inf")
        self._paused_until = float("-inf")

    async def turn(self) -> None:
        """Wait for the next place. A pause that begins while waiting is kept too."""
        while True:
            here = self._timing.monotonic()
            if here < self._paused_until:
                await self._timing.sleep(self._paused_until - here)
                continue
            # The place is taken before waiting for it, so that nobody else can take it meanwhile.
            place = max(here, self._next)
            self._next = place + self._step
            if place > here:
                await self._timing.sleep(place - here)
            if self._timing.monotonic() >= self._paused_until:
                return

    def pause(self, seconds: float) -> None:
        """Let nobody through for ``seconds``: the vendor asked for it."""
        self._paused_until = max(self._paused_until, self._timing.monotonic() + seconds)


class Budget:
    """Counts a source's look-ups of the day; those before a restart, or elsewhere, come from the log.

    ``asked(since, after)`` gives the "asked" entries of this source written since a time and after an entry;
    ``own`` tells those this process counted already.
    """

    # How long a count of what other processes asked may be used, in seconds.
    FRESH = 1.0

    def __init__(
        self,
        limit: int | None,
        asked: Callable[[dt.datetime, int], Iterator[Entry]],
        own: Callable[[Entry], bool],
        zone: dt.tzinfo,
        timing: Timing,
    ) -> None:
        self.limit = limit
        self._asked = asked
        self._own = own
        self._zone = zone
        self._timing = timing
        self._day: dt.date | None = None
        self._counted = 0
        self._seen = 0
        self._read_at = float("-inf")

    @property
    def spent(self) -> int:
        """Look-ups counted so far today."""
        return self._counted

    def take(self) -> bool:
        """Count one look-up if the day has one left; say whether it had."""
        if self.limit is None:
            return True
        self._refresh()
        if self._counted >= self.limit:
            return False
        self._counted += 1
        return True

    def give_back(self) -> None:
        """Take back a count: the look-up was not asked after all."""
        if self.limit is not None and self._counted:
            self._counted -= 1

    def _refresh(self) -> None:
        moment = self._timing.now().astimezone(self._zone)
        if moment.date() != self._day:
            self._day, self._counted, self._read_at = moment.date(), 0, float("-inf")
        here = self._timing.monotonic()
        if here - self._read_at < self.FRESH:
            return
        self._read_at = here
        midnight = dt.datetime.combine(moment.date(), dt.time(), self._zone)
        for entry in self._asked(midnight, self._seen):
            self._seen = max(self._seen, entry.seq)
            if entry.at >= midnight and not self._own(entry):
                self._counted += 1


@dataclass(slots=True)
class Month:
    """Counts a source's billed answers of a calendar month; ``before`` tells those there were in a month.

    Two programs at once each count their own from when they began: an invoice is held against the log.
    """

    before: Callable[[dt.date], int]
    first: dt.date | None = None
    count: int = 0

    def next(self, day: dt.date) -> int:
        """Count one, and give the how-manieth it is in the month of ``day``."""
        if day.replace(day=1) != self.first:
            self.first = day.replace(day=1)
            self.count = self.before(self.first)
        self.count += 1
        return self.count


@dataclass(slots=True)
class Lane:
    """All that is remembered of one source during a run."""

    settings: SourceSettings
    limiter: Limiter
    budget: Budget
    places: asyncio.Semaphore | None
    circuit: Circuit = field(default_factory=Circuit)
    month: Month = field(default_factory=lambda: Month(before=lambda first: 0))
    stopped: str = ""
    held_until: float = float("-inf")
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)
    token_turns: dict[str, asyncio.Lock] = field(default_factory=dict, repr=False)

    @property
    def broken(self) -> str:
        """Why the source is not asked now (a word): stopped for this run, or silent; else empty."""
        return self.stopped or (UNREACHABLE if self.circuit.openings else "")

    def stop(self, why: str) -> None:
        """Ask this source no more in this run. The first reason stays."""
        self.stopped = self.stopped or why

    def hold(self, until: float) -> None:
        """Leave this source alone until this monotonic time: it said so."""
        self.held_until = max(self.held_until, until)
