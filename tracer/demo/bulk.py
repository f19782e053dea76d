"""Placements of any size for the benchmarks: plain rows, written while they are made, in flat memory."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from tracer.demo.columns import SIMPLE
from tracer.demo.people import Registry


def simple_rows(cases: int, seed: int, today: dt.date) -> Iterator[tuple[str, ...]]:
    """Give ``cases`` clean rows of :data:`SIMPLE`, one debtor each; equal arguments give equal rows."""
    registry = Registry(seed, today.year)
    draw, number, person = registry.random.random, registry.number, registry.chinese
    placed, back = today.isoformat(), (today + dt.timedelta(days=90)).isoformat()
    first = today.toordinal() - 1500
    company, switchboard = registry.company("CN"), number("CN")[3:]
    spouse_name = spouse_phone = ""
    for index in range(cases):
        if index % 8 == 0:
            # Colleagues follow each other: eight debtors share an employer.
            company, switchboard = registry.company("CN"), number("CN")[3:]
        if index % 10_000 == 0:
            registry.forget()
        debtor = person()
        if draw() < 0.4:
            spouse_name, spouse_phone = person().name, number("CN")[3:]
        else:
            spouse_name = spouse_phone = ""
        yield (
            f"BK{seed % 1000:03d}{index:08d}",
            debtor.name,
            debtor.id,
            number("CN")[3:],
            f"{500 + int(draw() * 60_000)}.00",
            placed,
            back,
            dt.date.fromordinal(first + int(draw() * 1200)).isoformat(),
            company,
            switchboard,
            registry.address("CN"),
            spouse_name,
            spouse_phone,
            person().name,
            number("CN")[3:],
            "",
            "",
            f"B{index:08d}",
        )


def write_simple(path: Path, cases: int, seed: int, today: dt.date) -> Path:
    """Write a clean UTF-8 placement CSV of ``cases`` rows; give its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SIMPLE)
        writer.writerows(simple_rows(cases, seed, today))
    return path
