"""Fictional lives of people and their numbers: who holds which number when, day by day.

Mechanisms the in-use model does not assume: frailty per person, moving to a new number gradually, numbers that
sleep in a drawer and wake, arrears that stop a line at the month's end, hand-downs, contracts in a parent's
name, porting, ageing with a fixed least time. All people are drawn from a seed; the numbers are not diallable.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market's habits: rates a year, shares, days. See MARKETS in world.py."""

    name: str
    loss: float = 0.25  # a number is given up, per year
    frailty: float = 0.8  # spread of that between people
    second: float = 0.25  # of people who keep a second number
    hand_down: float = 0.08
    drawer: float = 0.12
    arrears: float = 0.35  # stops per year
    ageing: tuple[int, int] = (45, 90)
    resale: float = 1.6
    parents_contract: float = 0.08
    port: float = 0.06
    # sources
    form_refs: float = 1.0
    form_typo: float = 0.02
    form_old: float = 0.12
    fraud: float = 0.02
    accounts: float = 0.5
    bureau: float = 0.8
    vendors: float = 1.0
    misled: float = 0.18  # vendor rows that belong to somebody else
    restamp: float = 0.7
    copies: float = 0.3
    told_copy: float = 0.2
    employer: float = 0.15
    court: float = 0.08
    call_detail: float = 0.0
    household: float = 0.2
    workplace: float = 0.3
    voip: float = 0.02
    undated: float = 0.04
    no_first_seen: float = 0.1
    no_line_type: float = 0.08
    keep: float = 1.0  # of claims that reach the file at all
    # work
    calls: float = 10.0  # a year and case and number, roughly
    answer: float = 0.22
    dodge: float = 0.15
    checked: float = 0.75
    looked_up: float = 0.5
    wrong_fact: float = 0.05
    shared: float = 0.12


@dataclass(slots=True)
class Number:
    """One number's life: ``spans`` of (first day, holder), ``stops`` when its line was stopped."""

    name: str
    kind: str = "mobile"
    spans: list[tuple[int, str]] = field(default_factory=list)
    stops: list[tuple[int, int]] = field(default_factory=list)
    contracts: list[tuple[int, str]] = field(default_factory=list)
    other: str = "stranger"

    def holder(self, day: int) -> str:
        """Who holds it: debtor, drawer, associate, stranger or none."""
        found = "none"
        for first, who in self.spans:
            if first <= day:
                found = who
        return found

    def stopped(self, day: int) -> bool:
        """Whether the line is stopped for arrears that day."""
        return any(first <= day < last for first, last in self.stops)

    def contract(self, day: int) -> tuple[int, str]:
        """When the running contract began, and in whose name."""
        found = (0, "none")
        for first, who in self.contracts:
            if first <= day:
                found = (first, who)
        return found


def fresh(rng: random.Random) -> str:
    """Give a number that cannot be dialled."""
    return f"+999{rng.randrange(10**9):09d}"


def lived(rng: random.Random, market: Market, today: int) -> list[Number]:
    """Give the debtor's own numbers, oldest first, up to ``today``."""
    frail = rng.gammavariate(1.0 / market.frailty, market.frailty)
    rate = market.loss * (0.15 + 0.85 * frail) / YEAR
    day = today - int(rng.uniform(6, 12) * YEAR)
    numbers: list[Number] = []
    while day < today:
        lasts = int(rng.expovariate(rate)) + 20
        # The first months of a SIM are the riskiest.
        if rng.random() < 0.08:
            lasts = int(rng.uniform(15, 150))
        numbers.append(one_life(rng, market, day, lasts, today))
        gap = int(rng.gauss(-20, 60))  # mostly the new number comes before the old one goes
        day += max(lasts + gap, 10)
    if rng.random() < market.second:
        first = today - int(rng.uniform(0.2, 6) * YEAR)
        numbers.append(one_life(rng, market, first, int(rng.expovariate(rate * 1.3)) + 60, today))
    return numbers


def one_life(rng: random.Random, market: Market, first: int, lasts: int, today: int) -> Number:
    """Give one number from the day it becomes the debtor's."""
    number = Number(fresh(rng))
    if rng.random() < market.voip:
        number.kind = "voip"
    if rng.random() < 0.6:  # somebody had it before
        before = first - int(rng.uniform(150, 2500))
        number.spans += [(before, "stranger"), (first - rng.randint(50, 140), "none")]
        number.contracts += [(before, "stranger"), (first - 50, "none")]
    number.spans.append((first, "debtor"))
    whose = "family" if rng.random() < market.parents_contract else "debtor"
    number.contracts.append((first, whose))
    end = first + lasts
    day = float(first)
    while True:
        day += rng.expovariate(max(market.arrears, 1e-6)) * YEAR
        if day > min(end, today):
            break
        month_end = int(day) - int(day) % 30 + 30
        number.stops.append((month_end, month_end + int(rng.expovariate(1 / 25)) + 2))
    if rng.random() < market.port * lasts / YEAR:
        number.contracts.append((first + int(rng.random() * lasts), whose))
    if end < today:
        _afterwards(rng, market, number, end)
    return number


def _afterwards(rng: random.Random, market: Market, number: Number, end: int) -> None:
    luck = rng.random()
    if luck < market.hand_down:
        number.spans.append((end, "associate"))
        number.other = "family"
        if rng.random() < 0.3:
            number.contracts.append((end + 30, "family"))
        end += int(rng.expovariate(0.15) * YEAR)
    elif luck < market.hand_down + market.drawer:
        number.spans.append((end, "drawer"))
        end += int(rng.expovariate(0.8) * YEAR) + 60
        if rng.random() < 0.25:
            number.spans.append((end, "debtor"))
            end += int(rng.expovariate(0.5) * YEAR)
    released(rng, market, number, end)


def released(rng: random.Random, market: Market, number: Number, end: int) -> None:
    """Take the number out of service at ``end`` and sell it again in time."""
    number.spans.append((end, "none"))
    number.contracts.append((end + rng.randint(0, 30), "none"))
    sold = end + rng.randint(*market.ageing) + int(rng.expovariate(market.resale) * YEAR)
    number.spans.append((sold, "stranger"))
    number.contracts.append((sold, "stranger"))


def theirs(rng: random.Random, market: Market, today: int, who: str, kind: str = "mobile") -> Number:
    """Give a number of somebody else: an associate's or a stranger's."""
    first = today - int(rng.uniform(0.5, 12) * YEAR)
    number = Number(fresh(rng), kind, [(first, who)], [], [(first, who)], "family")
    end = first + int(rng.expovariate(0.13) * YEAR) + 100
    if end < today:
        released(rng, market, number, end)
    return number
