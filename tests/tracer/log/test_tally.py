"""The tally: held against a plain count of the entries, whatever was chosen, also as the log grows."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracer.log import Draft, Log, Query
from tracer.log.tally import FACETS

ZONE = ZoneInfo("Asia/Shanghai")
EVENTS = ("asked", "reveal", "refused", "sign_in", "answered", "no_record")
ACTORS = ("li.ming", "wang.fang", "zhao.lei")
SOURCES = ("case_file", "camara.kyc-tenure")


@pytest.fixture
def written(log: Log, clock: Any) -> Log:
    """A log of 300 entries over twelve days, as chance has it."""
    chance = random.Random(7)
    for number in range(300):
        clock.move(minutes=chance.randrange(1, 116))
        event = chance.choice(EVENTS)
        body: dict[str, Any] = {"source": chance.choice(SOURCES)} if event != "sign_in" else {}
        about = None
        if event == "refused":
            body["fired"] = chance.sample(["case.open", "purpose.allowed", "CN-PIPL-13"], chance.randrange(3))
        if event in {"answered", "no_record"}:
            asked = log.append(Draft("asked", actor=ACTORS[0], purpose="contact_repair", body=body))
            about = asked.seq
        purpose = chance.choice(("contact_repair", "")) if event == "asked" else ""
        if number == 150:
            # Somebody set the clock right by six days: from here on time runs a second time.
            clock.move(days=-6)
            log.append(Draft("clock_corrected", actor="li.ming"))
        log.append(Draft(event, actor=chance.choice(ACTORS), purpose=purpose, about=about, body=body))
    return log


CHOICES: tuple[dict[str, str], ...] = (
    {},
    *({"event": event, "actor": actor} for event, actor in itertools.product(("asked", "refused"), ACTORS)),
    {"source": "case_file"},
    {"outcome": "answered"},
    {"purpose": "contact_repair", "source": "camara.kyc-tenure"},
    {"actor": "nobody"},
)


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda one: " ".join(one.values()) or "all")
def test_counts_are_those_of_the_entries(written: Log, chosen: dict[str, str]) -> None:
    tally = written.tally(ZONE)

    entries = list(written.search(Query(**chosen)))
    assert sum(count for _day, count in tally.days(chosen)) == len(entries)
    assert dict(tally.days(chosen)) == Counter(entry.at.astimezone(ZONE).date() for entry in entries)
    for facet in FACETS:
        others = {name: word for name, word in chosen.items() if name != facet}
        plain = Counter(str(getattr(entry, facet)) for entry in written.search(Query(**others)))
        del plain[""]
        assert dict(tally.counts(facet, chosen)) == plain


@pytest.mark.parametrize("chosen", CHOICES, ids=lambda one: " ".join(one.values()) or "all")
@pytest.mark.parametrize(("before", "wanted"), [(10_000, 5), (10_000, 1000), (200, 20), (7, 3)])
def test_the_newest_lie_where_the_ranges_say(
    written: Log, chosen: dict[str, str], before: int, wanted: int
) -> None:
    spans = written.tally(ZONE).ranges(chosen, before=before, wanted=wanted)

    inside = [
        entry.seq
        for low, high in spans
        for entry in written.search(Query(**chosen), after=low - 1, before=high + 1, newest=True)
    ]
    plain = [entry.seq for entry in written.search(Query(**chosen), before=before, newest=True)]
    assert inside[:wanted] == plain[:wanted]


def test_days_narrow_everything(written: Log) -> None:
    tally = written.tally(ZONE)
    day = tally.days({})[3][0]

    spans = tally.ranges({}, day, day, before=10_000, wanted=10_000)

    assert dict(tally.days({}, day, day)) == {day: dict(tally.days({}))[day]}
    for seq in spans[0]:
        entry = written.entry(seq)
        assert entry is not None
        assert entry.at.astimezone(ZONE).date() == day


def test_what_is_written_later_is_counted_too(written: Log) -> None:
    before = written.tally(ZONE)
    written.append(Draft("refused", actor="li.ming", body={"fired": ["case.open"]}))
    after = written.tally(ZONE)

    assert after.size == before.size + 1
    assert sum(after.refused.values()) == sum(before.refused.values()) + 1
    assert dict(after.counts("event", {}))["refused"] == dict(before.counts("event", {}))["refused"] + 1


def test_refusals_are_counted_by_rule_and_day(written: Log) -> None:
    plain: Counter[tuple[dt.date, str]] = Counter()
    for entry in written.search(Query(event="refused")):
        fired = entry.body.get("fired") or ()
        assert isinstance(fired, (list, tuple))
        plain.update((entry.at.astimezone(ZONE).date(), str(rule)) for rule in fired)

    assert plain
    assert written.tally(ZONE).refused == plain
