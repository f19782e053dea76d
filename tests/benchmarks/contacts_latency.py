"""How long `contacts` takes on a large store, and how long a new process takes to open it.

    .venv/bin/python -m tests.benchmarks.contacts_latency [cases]

Imports the cases, traces a random tenth of the groups of eight that share an employer (at most 500 groups)
with local sources, and asks for the contacts of up to 500 of the traced cases in random order, each once.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measuring import (
    ACTOR,
    CLIENT,
    LOCAL,
    PURPOSE,
    SEED,
    Figure,
    arguments,
    home,
    percentile,
    placement,
    roster,
    tell,
)
from tracer.clock import now
from tracer.desk.contacts import contacts
from tracer.desk.intake import import_file
from tracer.desk.office import open_office
from tracer.desk.trace import trace

TOGETHER = 8  # debtors of one employer follow each other in the file (tracer/demo/bulk.py)
ASKED = 500
STARTS = 7


def main() -> None:
    """Measure and print."""
    chosen = arguments(__doc__ or "", 100_000, "cases in the store")
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = Path(name)
        office = home(folder, roster(folder, chosen.size))
        import_file(office, placement(folder, chosen.size), CLIENT)
        cases = tuple(office.store.cases.listed(client=CLIENT))
        groups = [cases[start : start + TOGETHER] for start in range(0, len(cases), TOGETHER)]
        picked = dice.sample(groups, min(ASKED, max(1, len(groups) // 10)))
        traced = [case for group in picked for case in group]
        trace(office, traced, PURPOSE, only=LOCAL)
        asked = [case.number for case in dice.sample(traced, min(ASKED, len(traced)))]
        office.close()

        start = time.perf_counter()
        office = open_office(folder / "home", None, now, ACTOR)
        opened = time.perf_counter() - start
        took, numbers = [], 0
        for ref in asked:
            start = time.perf_counter()
            found = contacts(office, office.case(f"{CLIENT}/{ref}"))
            took.append(time.perf_counter() - start)
            numbers += len(found.numbers)
        office.close()
        cold = [_cold(folder / "home", ref) for ref in asked[:STARTS]]
    tell(
        [
            Figure(
                what=f"`contacts` on a store of {chosen.size:,} cases, in an open program",
                figure=f"p50 {percentile(took, 50) * 1e3:,.1f} ms, p95 {percentile(took, 95) * 1e3:,.1f} ms",
                beside=f"{len(took)} cases of {len(traced):,} traced, "
                f"{numbers / len(took):.1f} numbers a case; slowest {max(took) * 1e3:,.0f} ms; "
                "p95 below 100 ms is what a person calls at once",
            ),
            Figure(
                what="  a new process: start, open the home, contacts of one case",
                figure=f"p50 {percentile(cold, 50):,.2f} s, slowest {max(cold):,.2f} s",
                beside=f"{len(cold)} starts; opening the home alone, in this process: {opened * 1e3:,.0f} ms",
            ),
        ],
        as_json=chosen.json,
    )


_ONE = """
import sys
from pathlib import Path
from tracer.clock import now
from tracer.desk.contacts import contacts
from tracer.desk.office import open_office
office = open_office(Path(sys.argv[1]), None, now, sys.argv[2])
assert contacts(office, office.case(sys.argv[3])).numbers
office.close()
"""


def _cold(home: Path, ref: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", _ONE, str(home), ACTOR, f"{CLIENT}/{ref}"], check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
