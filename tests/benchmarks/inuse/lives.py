"""Fictional lives of people and their numbers: who holds which number when, by mechanisms, day by day.

None of this is what the in-use model assumes: durations are Weibull with a frailty per person and a break
when he falls into arrears; changes wait for a season; a number goes by a switch (old and new run beside each
other), by an unpaid bill (first stopped, then deleted, then nothing for a while), into a drawer (sometimes to
wake) or to a relative. Deleted numbers age and are sold again, more than once.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass

from tests.benchmarks.inuse.market import Market

YEAR = 365.25
FIRST = dt.date(1990, 1, 1).toordinal()
ISO = tuple(dt.date.fromordinal(day).isoformat() for day in range(FIRST, dt.date(2032, 1, 1).toordinal()))

# Holders of a line.
DEBTOR, DRAWER, HOME, DESK = "debtor", "drawer", "home", "desk"
ASSOCIATE, STRANGER, NONE = "associate", "stranger", "none"
USED = frozenset((DEBTOR, HOME, DESK))


def iso(day: int) -> str:
    """Write a day number as the plain files do."""
    return ISO[day - FIRST]


def wait(rng: random.Random, mean: float) -> float:
    """Draw an exponential time."""
    return -math.log(1.0 - rng.random()) * mean


class Line:
    """One number's life: ``spans`` of (first day, holder), ``stops`` of (first, past the last) day suspended,
    ``contracts`` of (first day, in whose name). ``part`` is what it was to the debtor at first."""

    __slots__ = ("contracts", "kind", "name", "part", "spans", "stops")

    def __init__(self, rng: random.Random, part: str, kind: str = "mobile") -> None:
        self.name = f"+999{int(rng.random() * 1e9):09d}"
        self.part = part
        self.kind = kind
        self.spans: list[tuple[int, str]] = []
        self.stops: list[tuple[int, int]] = []
        self.contracts: list[tuple[int, str]] = []

    def holder(self, day: int) -> str:
        """Who holds it that day."""
        found = NONE
        for first, who in self.spans:
            if first > day:
                break
            found = who
        return found

    def stopped(self, day: int) -> bool:
        """Whether it is suspended that day."""
        return any(first <= day < last for first, last in self.stops)

    def contract(self, day: int) -> tuple[int, str]:
        """When the running contract began and in whose name it is."""
        found = (0, NONE)
        for row in self.contracts:
            if row[0] > day:
                break
            found = row
        return found

    def freed(self, day: int) -> int | None:
        """The last day up to ``day`` on which a holder gave it up."""
        found = None
        for first, who in self.contracts:
            if first > day:
                break
            if who == NONE:
                found = first
        return found


@dataclass(slots=True)
class Person:
    """A debtor as far as his telephone habits go."""

    band: int
    migrant: bool
    loss: float  # his own rate of giving numbers up
    arrears: float  # his own rate of suspensions
    dodges: float  # chance that he denies being himself
    answers: float  # chance that he picks up
    trouble: int  # the day he fell into arrears


def person(rng: random.Random, market: Market, opened: int) -> Person:
    """Draw one; careless people lose numbers, do not pay bills and do not pick up, all at once."""
    band = rng.choices((0, 1, 2, 3), market.ages)[0]
    migrant = rng.random() < market.migrants
    frail = rng.gammavariate(1.0 / market.frailty, market.frailty)
    loss = market.loss * frail * (1.35, 1.05, 0.9, 0.75)[band] * (market.migrant_loss if migrant else 1.0)
    careless = 0.5 + 0.5 * frail
    shy = market.desk.dodgers
    picks_up = market.desk.answer * rng.gammavariate(3.0, 1 / 3.0) * (1.15 - 0.15 * careless) + 0.01
    return Person(
        band=band,
        migrant=migrant,
        loss=loss + 0.005,
        arrears=market.arrears * careless * rng.gammavariate(1.2, 1 / 1.2),
        dodges=rng.uniform(0.3, 0.95) if rng.random() < shy else 0.03,
        answers=min(max(picks_up, 0.01), 0.9),
        trouble=opened - int(rng.uniform(60, 320)),
    )


def own_lines(rng: random.Random, market: Market, debtor: Person, today: int) -> list[Line]:
    """Give the debtor's own numbers up to ``today``, his first one first; second SIMs come last."""
    day = today - int(rng.uniform(4, 10) * YEAR)
    lines: list[Line] = []
    while day < today and len(lines) < 9:
        line = Line(rng, "own", "voip" if rng.random() < market.voip / 3 else "mobile")
        end = _season(rng, market, _kept(rng, market, debtor, day, 1.0))
        day = _live(rng, market, debtor, line, day, end, today)
        lines.append(line)
    if rng.random() < market.second:
        first = today - int(wait(rng, 3.0) * YEAR) - 20
        line = Line(rng, "second")
        _live(rng, market, debtor, line, first, _kept(rng, market, debtor, first, 0.6), today)
        lines.append(line)
    return lines


def _kept(rng: random.Random, market: Market, debtor: Person, first: int, longer: float) -> int:
    lasts = YEAR / debtor.loss * longer * (-math.log(1.0 - rng.random())) ** (1.0 / market.shape)
    lasts = min(lasts, 40 * YEAR)
    before = debtor.trouble - first
    if before < lasts:
        free = max(before, 0)
        lasts = free + (lasts - free) / market.trouble
    return first + 15 + int(lasts)


def _season(rng: random.Random, market: Market, end: int) -> int:
    if rng.random() >= market.season:
        return end
    month = (end - FIRST) / YEAR % 1.0 * 12
    return end + int(((market.peak - 1 - month) % 12) * 30.4 + rng.uniform(0, 30))


def _live(
    rng: random.Random, market: Market, debtor: Person, line: Line, first: int, end: int, today: int
) -> int:
    """Write the life of one of his numbers; gives the day on which the next one begins."""
    carrier = market.carrier
    if rng.random() < carrier.used_before:
        freed = first - rng.randint(*carrier.ageing) - int(wait(rng, YEAR / carrier.resale))
        before = freed - int(wait(rng, 3 * YEAR)) - 30
        line.spans += [(before, STRANGER), (freed, NONE)]
        line.contracts += [(before, STRANGER), (freed, NONE)]
    line.spans.append((first, DEBTOR))
    whose = ASSOCIATE if rng.random() < carrier.others_contract else DEBTOR
    line.contracts.append((first, whose))
    if rng.random() < carrier.port * min((min(end, today) - first) / YEAR, 8.0):
        line.contracts.append((first + int(rng.random() * (end - first)), whose))
    _suspend(rng, market, debtor, line, first, min(end, today))
    if end >= today:
        return end
    if rng.random() < market.cut:
        stopped = rng.randint(*carrier.stopped_for)
        line.stops.append((end, end + stopped))
        line.spans.append((end + stopped, NONE))
        line.contracts.append((end + stopped, NONE))
        _sold(rng, market, line, end + stopped, today)
        return end + int(wait(rng, market.gap)) + 1
    begins = max(end - int(wait(rng, market.overlap)), first + 10)
    luck = rng.random()
    if luck < market.hand_down:
        line.spans.append((end, ASSOCIATE))
        if rng.random() < 0.3:
            line.contracts.append((end + rng.randint(0, 200), ASSOCIATE))
        end += int(wait(rng, YEAR / market.others_loss))
    elif luck < market.hand_down + market.drawer:
        line.spans.append((end, DRAWER))
        if rng.random() < 0.6:  # nobody tops it up: it is stopped before it goes
            line.stops.append((end + rng.randint(30, 250), end + 4000))
        end += int(wait(rng, 1.5 * YEAR)) + 40
        if rng.random() < market.wake and end < today:
            line.stops = [(a, min(b, end)) for a, b in line.stops if a < end]
            line.spans.append((end, DEBTOR))
            end += int(wait(rng, 1.5 * YEAR))
    if end < today:
        line.spans.append((end, NONE))
        line.contracts = [row for row in line.contracts if row[0] < end]
        line.contracts.append((end + int(wait(rng, 6)), NONE))
        line.stops = [(a, min(b, end)) for a, b in line.stops if a < end]
        _sold(rng, market, line, end, today)
    return begins


def _suspend(rng: random.Random, market: Market, debtor: Person, line: Line, first: int, end: int) -> None:
    day = float(max(first, debtor.trouble - 700))
    while True:
        rate = debtor.arrears * (market.trouble if day > debtor.trouble else 0.4) + 1e-9
        day += wait(rng, YEAR / rate)
        if day > end:
            return
        stop = int(day) - int(day) % 30 + 30  # bills fall due at the month's end
        if stop >= end:
            return
        day = stop + wait(rng, market.suspended) + 2
        line.stops.append((stop, int(day)))


def _sold(rng: random.Random, market: Market, line: Line, freed: int, today: int) -> None:
    """Let a deleted number age and go to strangers, one after the other."""
    carrier = market.carrier
    while rng.random() >= carrier.never:
        sold = freed + rng.randint(*carrier.ageing) + int(wait(rng, YEAR / carrier.resale))
        if sold > today:
            return
        line.spans.append((sold, STRANGER))
        line.contracts.append((sold, STRANGER))
        freed = sold + int(wait(rng, 3.5 * YEAR)) + 20
        if freed > today:
            return
        line.spans.append((freed, NONE))
        line.contracts.append((freed, NONE))


def others_line(
    rng: random.Random, market: Market, known: int, today: int, who: str, part: str, kind: str = "mobile"
) -> Line:
    """Give somebody else's number, held by ``who`` on the day ``known``."""
    line = Line(rng, part, kind)
    first = known - int(wait(rng, 4.5 * YEAR)) - 30
    if rng.random() < market.carrier.used_before * 0.6:
        freed = first - rng.randint(*market.carrier.ageing) - int(wait(rng, 200))
        line.spans += [(freed - 700, STRANGER), (freed, NONE)]
        line.contracts += [(freed - 700, STRANGER), (freed, NONE)]
    line.spans.append((first, who))
    own = who != STRANGER and rng.random() < market.carrier.own_contract
    whose = DEBTOR if own else STRANGER if who == STRANGER else ASSOCIATE
    line.contracts.append((first, whose))
    if rng.random() < market.carrier.port:
        line.contracts.append((first + int(rng.random() * (today - first)), whose))
    slower = 0.6 if kind == "landline" else 1.0
    end = known + int(wait(rng, YEAR / (market.others_loss * slower)))
    if end < today:
        line.spans.append((end, NONE))
        line.contracts = [row for row in line.contracts if row[0] < end]
        line.contracts.append((end, NONE))
        _sold(rng, market, line, end, today)
    return line


def dead_line(rng: random.Random, market: Market, today: int) -> Line:
    """Give the number that a slip of the pen makes: nobody's, or a stranger's."""
    line = Line(rng, "typo")
    if rng.random() < 0.6:
        line = others_line(rng, market, today - int(rng.uniform(0, 2000)), today, STRANGER, "typo")
    return line
