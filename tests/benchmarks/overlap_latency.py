"""How long one case takes against a store of a million records: who else in it is this person (碰案)?

    .venv/bin/python -m tests.benchmarks.overlap_latency [records]

Imports fictional placements until the store holds so many records of people, then asks for up to 500 cases
in random order what `tracer trace` asks: the keys of the case's people are looked for under their blind
indexes, what is found is opened and compared in clear, and the answer is logged. Each case is asked once.
"""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measuring import (
    CLIENT,
    PURPOSE,
    SEED,
    Figure,
    arguments,
    fsync_latency,
    home,
    percentile,
    placement,
    size_of,
    tell,
)
from tracer.desk.intake import import_file
from tracer.desk.life import overlap

ASKED = 500
RECORDS_A_ROW = 2.3
"""People a row names in the mean: the debtor, spouses, contacts (tracer/demo/bulk.py)."""


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 1_000_000, "records in the store")
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        office = home(folder)
        import_file(office, placement(folder, max(1, round(chosen.size / RECORDS_A_ROW))), CLIENT)
        listed = tuple(office.store.cases.listed(client=CLIENT))
        asked = dice.sample(listed, min(ASKED, len(listed)))
        records = sum(len(office.store.evidence.people(case)) for case in asked) / len(asked) * len(listed)
        took, opened, hits = [], [], 0
        evidence = office.store.evidence
        for case in asked:
            opened.append(len(evidence.candidates(case)))
            start = time.perf_counter()
            found = overlap(office, case, PURPOSE)
            took.append(time.perf_counter() - start)
            hits += len(found.linked) if found else 0
        disk = percentile(fsync_latency(folder), 50)
        size = size_of(folder / "home")
        office.close()
    tell(
        [
            Figure(
                what=f"One case against a store of {round(records):,} records ({len(listed):,} cases)",
                figure=f"p50 {percentile(took, 50) * 1e3:.1f} ms, p95 {percentile(took, 95) * 1e3:.1f} ms",
                beside=f"{len(asked)} cases asked once, {hits} links; strangers' cases opened: "
                f"{percentile(opened, 50):.0f} in the median, {percentile(opened, 95):.0f} at p95; a durable "
                f"log entry is part of it (the disk syncs in {disk * 1e3:.1f} ms); {size / 1e9:.1f} GB",
            )
        ],
        as_json=chosen.json,
    )


if __name__ == "__main__":
    main()
