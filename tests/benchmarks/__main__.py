"""Run the benchmarks one after the other, each in a process of its own, and write docs/benchmarks.md.

    .venv/bin/python -m tests.benchmarks [--quick] [--folder FOLDER] [--only NAME] [--matching] [--inuse]

About a quarter of an hour at full size. ``--quick`` is a hundredth of it, to see that all of it still runs;
then, and with ``--only``, the figures are printed and no page is written.

``--matching`` measures identity matching beside its peers instead and writes docs/matching-figures.md;
``--inuse`` the in-use model beside its own, and writes docs/in-use-figures.md. They are asked for by name
because they may need the network: the peers are installed into environments of their own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measuring import Figure, machine

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Bench:
    """A script of this folder and its size at full length and in a hurry."""

    name: str
    full: int
    quick: int

    def command(self, size: int) -> str:
        """What reproduces it, without where Python is."""
        return f"python -m tests.benchmarks.{self.name} {size}"


BENCHES = (
    Bench("import_rows", 1_000_000, 10_000),
    Bench("trace_local", 10_000, 100),
    Bench("contacts_latency", 100_000, 1_000),
    Bench("overlap_latency", 1_000_000, 10_000),
    Bench("lookups", 5, 1),
    Bench("log_review", 1_000_000, 10_000),
    Bench("log_proofs", 1_000_000, 10_000),
    Bench("policy", 5_000, 500),
    Bench("pages", 100_000, 1_000),
)


@dataclass(frozen=True, slots=True)
class Done:
    """What one benchmark gave, and when it was through."""

    command: str
    figures: tuple[Figure, ...]
    at: dt.datetime
    load: float


def run(bench: Bench, size: int, folder: Path | None) -> Done:
    """Run one benchmark in a process of its own. Raises CalledProcessError when it fails."""
    command = bench.command(size)
    said = subprocess.run(
        [sys.executable, *command.split()[1:], "--json", *_folder(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    figures = tuple(Figure(**one) for one in json.loads(said.stdout))
    return Done(command, figures, dt.datetime.now(dt.UTC), os.getloadavg()[0])


def _folder(folder: Path | None) -> list[str]:
    return ["--folder", str(folder)] if folder else []


def page(done: list[Done], where: str, commit: str) -> str:
    """Give the page as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        "`make bench` runs them at full size, one after the other, and writes this page; each line's command "
        "runs one alone. The home is a real one, sealed, on disk, its log durable before anything is asked; "
        "the people are fictional. Nothing here is a test: no time decides whether a build is good.",
        "",
        f"Measured {done[-1].at:%Y-%m-%d} at {commit} on {where}.",
        "",
        "Other work ran on the machine too (its load after each benchmark is given; "
        f"{os.cpu_count()} is all processors busy), so these are what it did that day and not its best. "
        "Memory is the largest resident size of the process in MB of 10⁶ bytes.",
        "",
        "| What | Figure | Beside it | Command | Load |",
        "|---|---|---|---|---|",
    ]
    for one in done:
        for index, figure in enumerate(one.figures):
            first = index == 0
            cells = (
                figure.what.strip() if first else f"… {figure.what.strip()}",
                figure.figure,
                figure.beside,
                f"`{one.command}`" if first else "",
                f"{one.load:.1f}" if first else "",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_MORE]) + "\n"


_MORE = (
    "More, printed and not kept here: `python tests/benchmarks/log_appends.py` (the log against the disk's "
    "own sync), `python tests/benchmarks/intake_read.py` (reading alone, by encoding and format), "
    "`python -m tests.benchmarks.inuse_dev` (how well numbers are ranked on the development data). Identity "
    "matching beside its peers has a page of its own, [matching-figures.md](matching-figures.md): "
    "`python -m tests.benchmarks --matching`; so has the in-use model, "
    "[in-use-figures.md](in-use-figures.md): "
    "`python -m tests.benchmarks --inuse`.",
)


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, cwd=ROOT, check=False)
        return done.stdout.strip()

    changed = bool(git("status", "--porcelain", "--untracked-files=no", "--", "graph", "sources", "tracer"))
    return f"commit {git('rev-parse', '--short', 'HEAD') or 'unknown'}" + (
        " with changes not committed" if changed else ""
    )


def main() -> int:
    """Run what was chosen; 1 when a benchmark failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of the size; writes no page")
    parser.add_argument("--only", choices=[bench.name for bench in BENCHES])
    parser.add_argument("--folder", type=Path, help="where to work (a disk, not tmpfs)")
    parser.add_argument(
        "--matching", action="store_true", help="matching beside its peers (may need network)"
    )
    parser.add_argument(
        "--inuse", action="store_true", help="the in-use model beside its peers (may need network)"
    )
    chosen = parser.parse_args()
    if chosen.matching or chosen.inuse:
        words = [*(["--quick"] if chosen.quick else []), *_folder(chosen.folder)]
        contest = "matching" if chosen.matching else "inuse"
        command = [sys.executable, "-m", f"tests.benchmarks.{contest}", *words]
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    commit = _commit()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        where = machine(Path(name))
    print(where, flush=True)
    done: list[Done] = []
    for bench in BENCHES:
        if chosen.only in (None, bench.name):
            try:
                done.append(run(bench, bench.quick if chosen.quick else bench.full, chosen.folder))
            except subprocess.CalledProcessError:
                print(f"{bench.name} failed", file=sys.stderr)
                return 1
            for figure in done[-1].figures:
                print(f"{figure.what}: {figure.figure}   {figure.beside}", flush=True)
    if not chosen.quick and chosen.only is None:
        PAGE.write_text(page(done, where, commit), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
