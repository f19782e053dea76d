"""Fictional cases of fictional markets in the format of shared/data/in-use-format.md, with the truth.

    .venv/bin/python -m tests.benchmarks.inuse.world MARKET CASES SEED FOLDER

writes ``evidence.jsonl``, ``truth.jsonl`` and ``lookups.jsonl``. MARKET is a name of ``MARKETS``, or
``random:N``. The same market, seed and place in the row give the same case, however many are made.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.inuse.desk import COSTS, LOOKUPS, answer, dial, look_up
from tests.benchmarks.inuse.drawn import random_market
from tests.benchmarks.inuse.lives import (
    ASSOCIATE,
    DEBTOR,
    DRAWER,
    HOME,
    NONE,
    STRANGER,
    USED,
    Line,
    iso,
    person,
)
from tests.benchmarks.inuse.market import MARKETS, Market
from tests.benchmarks.inuse.sources import Item, Told

__all__ = ["MARKETS", "Case", "Market", "cases", "generate", "market_named", "random_market"]

BANDS = ("18-29", "30-39", "40-49", "50+")
_FROM = dt.date(2019, 1, 1).toordinal()
_DAYS = 2190


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what may be read, the truth, what look-ups would answer, and in ``parts`` what each number
    really is today: own, second, drawer, suspended, handed_down, desk, home, associate, stranger, dead."""

    evidence: Item
    truth: list[Item]
    lookups: list[Item]
    parts: tuple[str, ...]


def market_named(name: str) -> Market:
    """Give a market by name, or ``random:N``. Raises KeyError."""
    return random_market(int(name.removeprefix("random:"))) if name.startswith("random:") else MARKETS[name]


def cases(market: Market, count: int, seed: int, *, lookups: bool = True, start: int = 0) -> Iterator[Case]:
    """Make cases; without ``lookups`` those lists are empty, which is faster."""
    for index in range(start, start + count):
        yield _case(market, seed, index, lookups)


def generate(
    market: Market, cases: int, seed: int, *, lookups: bool = True, start: int = 0
) -> Iterator[tuple[Item, list[Item], list[Item]]]:
    """Give the evidence object, the truth rows and the look-up rows of each case."""
    for index in range(start, start + cases):
        one = _case(market, seed, index, lookups)
        yield one.evidence, one.truth, one.lookups


def _case(market: Market, seed: int, index: int, lookups: bool) -> Case:
    rng = random.Random(f"{market.name}/{seed}/{index}")
    while True:  # a case without any number is not one
        today = _FROM + int(rng.random() * _DAYS)
        opened = today - rng.randint(*market.age)
        debtor = person(rng, market, opened)
        told = Told(rng, market, debtor, opened, today, index + 1)
        if told.items:
            break
    dial(told)
    look_up(told)
    name = f"{market.name}-{seed}-{index:06d}"
    numbers: list[Item] = []
    truth: list[Item] = []
    parts = []
    primary = _primary(told)
    for number in sorted(told.items):
        line = told.lines[number]
        told.items[number].sort(key=_by_date)
        numbers.append(
            {
                "number": number,
                "line_type": "unknown" if rng.random() < market.no_line_type else line.kind,
                "shared_with": _shared(rng, market, line, today),
                "evidence": told.items[number],
            }
        )
        part = _part(line, today)
        parts.append(part)
        truth.append(
            {
                "case_id": name,
                "number": number,
                "debtor_uses": part in _IN_USE,
                "state": _STATES[part],
                "shared_use": part == "home",
                "primary": line is primary,
            }
        )
    asked: list[Item] = []
    if lookups:
        asked = [
            {
                "case_id": name,
                "number": number,
                "lookup": kind,
                "cost": COSTS[kind],
                "answer": answer(told, told.lines[number], kind, today),
            }
            for number in sorted(told.items)
            for kind in LOOKUPS
        ]
    evidence: Item = {
        "case_id": name,
        "regime": market.regime,
        "as_of": iso(today),
        "opened": iso(opened),
        "debtor": {"age_band": BANDS[debtor.band], "migrant": debtor.migrant},
        "numbers": numbers,
    }
    return Case(evidence, truth, asked, tuple(parts))


_IN_USE = frozenset(("own", "second", "desk", "home"))
_STATES = {
    "own": "debtor",
    "second": "debtor",
    "desk": "debtor",
    "home": "debtor",
    "suspended": "out_of_service",
    "drawer": "out_of_service",
    "handed_down": "associate",
    "associate": "associate",
    "stranger": "stranger",
    "dead": "out_of_service",
}


def _by_date(item: Item) -> str:
    return str(item["date"] or "9")


def _part(line: Line, today: int) -> str:
    who = line.holder(today)
    if who == NONE:
        return "dead"
    if who == STRANGER:
        return "stranger"
    if who == DRAWER:
        return "drawer"
    if who == ASSOCIATE:
        return "handed_down" if line.part in ("own", "second") else "associate"
    if who != DEBTOR:
        return "home" if who == HOME else "desk"
    if line.stopped(today):
        return "suspended"
    return "second" if line.part == "second" else "own"


def _primary(told: Told) -> Line | None:
    """His main number today: the newest of the ordinary ones he holds, else his second SIM."""
    held = [line for line in told.own if line.holder(told.today) == DEBTOR]
    ordinary = [line for line in held if line.part == "own"]
    return ordinary[-1] if ordinary else held[-1] if held else None


def _shared(rng: random.Random, market: Market, line: Line, today: int) -> int:
    """How many other people of the portfolio have the number: relatives, agents, switchboards."""
    who = line.holder(today)
    share = market.shared_own if who in USED else market.shared
    if line.part in ("own", "second"):
        share = market.shared_own * (3 if who == STRANGER else 1)
    if rng.random() >= share:
        return 0
    return min(int(1.0 / (1.0 - rng.random())), 30) if rng.random() < 0.8 else rng.randint(5, 25)


def write(market: Market, count: int, seed: int, folder: Path) -> None:
    """Write the three files of a market."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "evidence.jsonl").open("w", encoding="utf-8") as evidence,
        (folder / "truth.jsonl").open("w", encoding="utf-8") as truth,
        (folder / "lookups.jsonl").open("w", encoding="utf-8") as asked,
    ):
        for case in cases(market, count, seed):
            evidence.write(_line(case.evidence))
            truth.writelines(map(_line, case.truth))
            asked.writelines(map(_line, case.lookups))


def _line(value: Item) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def main() -> int:
    """Write the files that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("market", help=f"{', '.join(MARKETS)} or random:N")
    parser.add_argument("cases", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write(market_named(options.market), options.cases, options.seed, options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
