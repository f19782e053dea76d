"""What sources say of one debtor's numbers, each in its own way of being wrong.

Forms are filled in with the number he had or no longer has; archives run behind; vendors know many of his
numbers and some of others, stamp old rows with new dates and take rows over from each other, errors too.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from tests.benchmarks.inuse.lives import (
    ASSOCIATE,
    DEBTOR,
    DESK,
    HOME,
    STRANGER,
    YEAR,
    Line,
    Person,
    dead_line,
    iso,
    others_line,
    own_lines,
    wait,
)
from tests.benchmarks.inuse.market import Market, Source, Way

Item = dict[str, object]


class Told:
    """The claims of one case, number by number, in the order in which they were made."""

    def __init__(
        self, rng: random.Random, market: Market, debtor: Person, opened: int, today: int, serial: int
    ) -> None:
        self.rng, self.market, self.debtor = rng, market, debtor
        self.opened, self.today = opened, today
        self.applied = opened - rng.randint(*market.applied)
        self.own = own_lines(rng, market, debtor, today)
        self.lines: dict[str, Line] = {}
        self.items: dict[str, list[Item]] = {}
        self.known: dict[str, int] = {}  # the day a number came to the file
        self.rows: dict[str, list[tuple[Line, int, str, float | None, str]]] = {}  # what each source holds
        self.fits = 0.9 + 0.07 * rng.random()
        self.serial = serial * 100
        self.firms: list[tuple[int, int, Line]] = []
        vendors = any(source.way is Way.VENDOR for source in market.sources)
        self.mistakable = self._mistakable() if vendors else []
        for source in market.sources:
            self.rows[source.name] = []
            _WAYS[source.way](self, source)
            if source.copies:
                self._copy(source)

    def _mistakable(self) -> list[tuple[Line, int, int, bool]]:
        """Numbers that a vendor may take for his, and from when to when they were seen near him: relatives'
        and namesakes', the same for all vendors."""
        rng, market = self.rng, self.market
        found = []
        for mean, kin in ((market.kin, True), (market.namesakes, False)):
            for _ in range(min(int(wait(rng, mean + 0.4)), 6)):
                seen = self.today - int(rng.uniform(0.05, 9) * YEAR)
                last = min(seen + int(wait(rng, 2.2 * YEAR)), self.today)
                who, part = (ASSOCIATE, "kin") if kin else (STRANGER, "namesake")
                line = others_line(rng, market, seen, self.today, who, part)
                if kin and rng.random() < market.voip * 4:
                    line.kind = "voip"
                elif kin and rng.random() < 0.06:  # the family's line, which he answers too
                    line.kind = "landline"
                    _his_until(line, HOME, self.today + 1)
                found.append((line, seen, last, kin))
        return found

    def current(self, day: int, stale: float) -> Line | None:
        """The number he would give that day: mostly the newest in use, sometimes one he had before."""
        now = None
        second = None
        before = None
        for line in self.own:
            who = line.holder(day)
            if who == DEBTOR:
                if line.part == "second":
                    second = line
                else:
                    before, now = now or before, line
            elif line.spans and any(held == DEBTOR and first <= day for first, held in line.spans):
                before = line
        luck = self.rng.random()
        if before is not None and luck < stale:
            return before
        if second is not None and (now is None or luck > 0.86):
            return second
        return now or before

    def match(self, low: bool = False) -> float:
        """How well the name fits; ``low`` for relatives, who share the family name."""
        rng = self.rng
        if low:
            return round(min(1.0, 0.4 + 0.35 * rng.random() + 0.3 * rng.random()), 2)
        return round(max(0.6, min(1.0, self.fits + 0.1 * (rng.random() + rng.random() - 1.0))), 2)

    def say(
        self,
        source: Source,
        line: Line,
        day: int,
        user: str,
        match: float | None,
        first: int,
        told: str = "",
        dates: list[int] | None = None,
    ) -> None:
        """Put a record of a source down with its repeats, on the days of ``dates`` if they are given."""
        rng, today = self.rng, self.today
        if day > today:
            return
        if rng.random() < source.wrong:
            line = dead_line(rng, self.market, today)
        if source.unnamed and rng.random() < source.unnamed:
            match = None
        self.serial += 1
        record = f"R{self.serial}"
        self.rows[source.name].append((line, day, user, match, record))
        firsts = iso(first) if source.first_seen and rng.random() < source.first_seen else ""
        days = [day] if dates is None else dates
        while dates is None and source.restamp and len(days) < 4 and rng.random() < source.restamp:
            # A list is kept by dating old rows anew: some of them near today, true or not.
            day = day + int(wait(rng, 420)) + 10 if rng.random() < 0.5 else today - int(wait(rng, 60))
            if not days[0] < day <= today:
                break
            days.append(day)
        if source.twice and rng.random() < source.twice:
            days.append(days[0])
        name = line.name
        for at in days:
            if rng.random() >= self.market.keep:
                continue
            if match is not None and len(days) > 1:
                match = round(min(1.0, max(0.3, match + 0.1 * (rng.random() - 0.5))), 2)
            item: Item = {
                "kind": "claim",
                "date": None if rng.random() < source.undated else iso(at),
                "source": source.name,
                "stated_user": user,
                "name_match": match,
                "record_id": record,
            }
            if firsts:
                item["first_seen"] = firsts
            if told:
                item["upstream"] = told
            if source.way is Way.DETAIL:
                item["contact_count"] = 1 + int(wait(rng, 40))
            if name not in self.items:
                if len(self.items) >= self.market.most:
                    return
                self.items[name], self.lines[name], self.known[name] = [], line, at
            self.items[name].append(item)
            if at < self.known[name]:
                self.known[name] = at

    def own_claim(self, source: Source, day: int, first: int | None = None, restamp: int = 0) -> None:
        """Let a source say which number is his on ``day``."""
        line = self.current(day, source.stale)
        if line is not None:
            self.say(source, line, day + restamp, "debtor", self.match(), day if first is None else first)

    def _copy(self, source: Source) -> None:
        rng = self.rng
        for line, day, user, match, record in self.rows.get(source.of, ()):
            if rng.random() < source.copies and (user == "debtor" or source.way is Way.VENDOR):
                then = min(day + int(wait(rng, 250)) + 5, self.today)
                date = day if rng.random() < 0.4 else then  # under its own date, or as if found anew
                self.say(source, line, date, user, match, then, record if rng.random() < source.told else "")


def _form(told: Told, source: Source) -> None:
    rng, market = told.rng, told.market
    if rng.random() >= source.rate:
        return
    day = told.applied
    told.own_claim(source, day)
    if told.own[-1].part == "second" and told.own[-1].holder(day) == DEBTOR and rng.random() < 0.25:
        told.say(source, told.own[-1], day, "debtor", told.match(), day)
    for _ in range(min(int(wait(rng, market.references + 0.35)), 5)):
        friend = others_line(rng, market, day, told.today, ASSOCIATE, "reference")
        told.say(source, friend, day, "reference", None, day)
    if rng.random() < market.household:
        told.say(source, _home(told, day), day, "household", None, day)
    if rng.random() < market.workplace:
        told.say(source, _firm(told, day), day, "workplace", None, day)


def _home(told: Told, day: int) -> Line:
    rng, market = told.rng, told.market
    kind = "landline" if rng.random() < market.landline else "mobile"
    line = others_line(rng, market, day, told.today, ASSOCIATE, "home", kind)
    if kind == "landline" and rng.random() < market.home_used:
        moved = day + int(wait(rng, YEAR / (told.debtor.loss * 0.5)))
        _his_until(line, HOME, moved)
    return line


def _firm(told: Told, day: int) -> Line:
    """The switchboard or desk line of the firm he worked for that day."""
    for first, last, line in told.firms:
        if first <= day < last:
            return line
    rng, market = told.rng, told.market
    kind = "landline" if rng.random() < market.landline else "voip" if rng.random() < 0.3 else "mobile"
    line = others_line(rng, market, day, told.today, ASSOCIATE, "desk", kind)
    left = day + int(wait(rng, YEAR / market.jobs))
    if rng.random() < market.desk_used:
        _his_until(line, DESK, left)
    told.firms.append((day - 400, left, line))
    return line


def _his_until(line: Line, who: str, day: int) -> None:
    """Say that he answers the line of others too, until ``day``."""
    spans: list[tuple[int, str]] = []
    for at, (first, held) in enumerate(line.spans):
        if held != ASSOCIATE:
            spans.append((first, held))
            continue
        spans.append((first, who))
        ends = line.spans[at + 1][0] if at + 1 < len(line.spans) else day + 1
        if first < day < ends:
            spans.append((day, ASSOCIATE))
    line.spans = spans


def _touch(told: Told, source: Source) -> None:
    rng = told.rng
    day = told.opened - source.back + wait(rng, YEAR / source.rate)
    bound: Line | None = None
    for _ in range(12):
        if day > told.today:
            return
        # An account stays bound to a number for a while after it was given up.
        if bound is None or (bound.holder(int(day)) != DEBTOR and rng.random() >= source.stale):
            bound = told.current(int(day), 0.02)
        if bound is not None:
            match = round(told.match() - 0.12 * rng.random(), 2)
            told.say(source, bound, int(day) + int(wait(rng, source.lag)), "debtor", match, int(day))
        day += wait(rng, YEAR / source.rate)


def _archive(told: Told, source: Source) -> None:
    rng = told.rng
    day = told.opened - rng.uniform(3, 8) * YEAR + wait(rng, YEAR / source.rate)
    for _ in range(12):
        if day > told.today:
            return
        told.own_claim(source, int(day), restamp=int(wait(rng, source.lag)))
        day += wait(rng, YEAR / source.rate)


def _roster(told: Told, source: Source) -> None:
    rng = told.rng
    for hired in (told.opened - int(rng.uniform(-700, 1200)), told.applied - int(wait(rng, 1200))):
        if rng.random() < source.rate and hired < told.today:
            told.own_claim(source, hired, restamp=int(wait(rng, source.lag)))
            if rng.random() < 0.2:
                told.say(source, _firm(told, hired), hired, "workplace", None, hired)
        if rng.random() < 0.5:
            return


def _friend(told: Told, source: Source) -> None:
    rng = told.rng
    span = (told.today - told.opened) / YEAR
    while rng.random() > math.exp(-source.rate * span):
        day = told.opened + int(wait(rng, 300))  # they are asked early
        if day < told.today:
            told.own_claim(source, day - int(wait(rng, source.lag)))


def _vendor(told: Told, source: Source) -> None:
    rng, today = told.rng, told.today
    for line in told.own:
        if rng.random() < source.rate:
            first, last = _his_days(line, today)
            _sold(told, source, line, first, last, "debtor", told.match())
    for line, first, last, kin in told.mistakable:
        if rng.random() < (source.kin if kin else source.strangers):
            user = "household" if kin and rng.random() < 0.4 else "debtor"
            _sold(told, source, line, first, last, user, told.match(kin))


def _his_days(line: Line, today: int) -> tuple[int, int]:
    """From when until when a number was his, as far as anybody can see."""
    first = last = 0
    for at, (day, who) in enumerate(line.spans):
        if who == DEBTOR:
            first = first or day
            last = line.spans[at + 1][0] if at + 1 < len(line.spans) else today
    return first, min(last, today)


def _sold(told: Told, source: Source, line: Line, first: int, last: int, user: str, match: float) -> None:
    """Sell a number that somebody was seen with from ``first`` to ``last``, by the last day he was seen."""
    rng, today = told.rng, told.today
    first += int(wait(rng, source.lag * 2))
    if first >= last:
        if rng.random() < 0.7:
            return
        first = last
    newest = max(last - int(wait(rng, source.lag)), first)
    if rng.random() < source.restamp:  # dated anew without anybody having been seen
        newest = min(newest + int(wait(rng, 330)), today - int(wait(rng, 70)))
    dates = [max(newest, first)]
    while len(dates) < 3 and rng.random() < 0.45:
        dates.append(first + int((newest - first) * rng.random() ** 0.6) if newest > first else first)
    told.say(source, line, newest, user, match, first, dates=dates)


def _detail(told: Told, source: Source) -> None:
    rng, market = told.rng, told.market
    if rng.random() < 0.3:
        return
    for _ in range(min(1 + int(wait(rng, source.rate)), 6)):
        luck = rng.random()
        line: Line | None
        if luck < 0.04:  # his other SIM, rung to find it
            line = told.current(told.applied, 0.5)
        else:
            who = ASSOCIATE if luck < 0.75 else STRANGER
            line = others_line(rng, market, told.applied, told.today, who, "contact")
        if line is not None:
            told.say(source, line, told.applied, "contact", None, told.applied)


_WAYS: dict[Way, Callable[[Told, Source], None]] = {
    Way.FORM: _form,
    Way.TOUCH: _touch,
    Way.ARCHIVE: _archive,
    Way.ROSTER: _roster,
    Way.FRIEND: _friend,
    Way.VENDOR: _vendor,
    Way.DETAIL: _detail,
}
