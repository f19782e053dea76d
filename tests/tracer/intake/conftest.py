"""A client's file in a few lines."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.intake import Mapping, OutcomeRow, Placement, Problem, inspect, read

Item = Placement | OutcomeRow | Problem
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def intake(tmp_path: Path) -> Callable[..., list[Item]]:
    """Write a header and rows to a CSV file and read it, under the proposed mapping or changes to it."""

    def take(
        header: str, *rows: list[str] | str, start_row: int = 0, region: str = "CN", **changes: object
    ) -> list[Item]:
        path = tmp_path / "来案.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header.split("|"))
            writer.writerows(row.split("|") if isinstance(row, str) else row for row in rows)
        found = inspect(path, today=TODAY, region=region).mapping
        mapping = Mapping.model_validate({**found.model_dump(), **changes})
        return list(read(path, mapping, start_row=start_row, today=TODAY))

    return take
