"""How many cases a second are traced with local sources only: case file, references, the employers' roster.

    .venv/bin/python -m tests.benchmarks.trace_local [cases]

Every case has three look-ups and one overlap check; each is decided, logged durably, answered and stored.
Eight debtors share an employer, and a roster names every second one.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.measuring import (
    CLIENT,
    LOCAL,
    PURPOSE,
    Figure,
    arguments,
    forget_peak,
    fsync_latency,
    home,
    peak,
    percentile,
    placement,
    roster,
    tell,
    timed,
)
from tracer.desk.intake import import_file
from tracer.desk.trace import TraceReport, trace


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 10_000, "cases")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        office = home(folder, roster(folder, chosen.size))
        import_file(office, placement(folder, chosen.size), CLIENT)
        entries = office.log.head().size
        forget_peak()
        before = peak()
        cases = tuple(office.store.cases.listed(client=CLIENT, state="open"))
        reports: list[TraceReport] = []
        whole = timed(lambda: reports.append(trace(office, cases, PURPOSE, only=LOCAL)))
        memory = peak()
        again = timed(lambda: reports.append(trace(office, cases, PURPOSE, only=LOCAL)))
        entries = office.log.head().size - entries
        assert len(reports[0].cases) == chosen.size
        assert not reports[0].broken, reports[0].broken
        disk = 1 / percentile(fsync_latency(folder), 50)
        office.close()
    lookups = sum(reports[0].outcomes.values())
    linked = sum(one.linked for one in reports[0].cases)
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in reports[0].outcomes.items())
    tell(
        [
            Figure(
                what=f"Trace of {chosen.size:,} cases with local sources only",
                figure=f"{chosen.size / whole.seconds:,.0f} cases/s ({whole.seconds:,.0f} s, "
                f"{whole.processor:,.0f} s of processor)",
                beside=f"{lookups / whole.seconds:,.0f} look-ups/s: {said}; {linked:,} links to other cases; "
                f"the disk syncs {disk:,.0f} times/s",
            ),
            Figure(
                what="  largest memory of that trace",
                figure=f"{memory:,.0f} MB",
                beside=f"{before:,.0f} MB before it began",
            ),
            Figure(
                what="  the same trace again (all is fresh, nothing is asked)",
                figure=f"{chosen.size / again.seconds:,.0f} cases/s",
                beside=f"{entries:,} log entries of both",
            ),
        ],
        as_json=chosen.json,
    )


if __name__ == "__main__":
    main()
