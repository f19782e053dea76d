"""How fast, and in how much memory, a placement file goes into a sealed home: read, cleaned, sealed, stored.

    .venv/bin/python -m tests.benchmarks.import_rows [rows]

Writes a fictional CSV of 18 columns into a temporary folder, makes a home and imports it through the desk.
Beside it stands the same file read and cleaned only, and read by Python's csv module and by nothing else.
"""

from __future__ import annotations

import csv
import tempfile
from collections import deque
from pathlib import Path

from tests.benchmarks.measuring import (
    CLIENT,
    Figure,
    arguments,
    forget_peak,
    home,
    peak,
    placement,
    size_of,
    tell,
    timed,
)
from tracer import intake
from tracer.desk.intake import ImportReport, import_file


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 1_000_000, "rows of the file")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        path = placement(folder, chosen.size)
        office = home(folder)
        forget_peak()
        before = peak()
        reports: list[ImportReport] = []
        whole = timed(lambda: reports.append(import_file(office, path, CLIENT)))
        memory = peak()
        again = timed(lambda: reports.append(import_file(office, path, CLIENT)))
        assert reports[0].counts.get("new") == chosen.size, reports[0].counts
        assert reports[1].seen_before
        office.close()
        stored = size_of(folder / "home")
        share = path if chosen.size <= 100_000 else placement(folder, 100_000)
        rows = min(chosen.size, 100_000)
        mapping = intake.inspect(share).mapping
        bytes_a_row = share.stat().st_size / rows
        cleaned = timed(lambda: deque(intake.read(share, mapping), maxlen=0))
        raw = timed(lambda: _raw(share))
    tell(
        [
            Figure(
                what=f"Import of {chosen.size:,} rows into a sealed home",
                figure=f"{chosen.size / whole.seconds:,.0f} rows/s ({whole.seconds:,.0f} s, "
                f"{whole.processor:,.0f} s of processor)",
                beside=f"read and cleaned only: {rows / cleaned.seconds:,.0f} rows/s; "
                f"Python's csv module alone: {rows / raw.seconds:,.0f} rows/s",
            ),
            Figure(
                what="  largest memory of that import",
                figure=f"{memory:,.0f} MB",
                beside=f"{before:,.0f} MB before it began; the gate is 500 MB",
            ),
            Figure(
                what="  the home on disk after it",
                figure=f"{stored / chosen.size:,.0f} bytes a case",
                beside=f"the file itself: {bytes_a_row:,.0f} bytes a row",
            ),
            Figure(what="  the same file again (nothing changes)", figure=f"{again.seconds:,.2f} s"),
        ],
        as_json=chosen.json,
    )


def _raw(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        deque(csv.reader(file), maxlen=0)


if __name__ == "__main__":
    main()
