"""Measure the in-use model, ours beside the peers, and write docs/in-use-figures.md.

    .venv/bin/python -m tests.benchmarks.inuse [--quick] [--only MARKET …] [--no-peers] [--folder FOLDER]

The peers live in an environment of their own, found or made like those of the matching benchmark (numpy,
scikit-learn, lightgbm); without one only our own figures are measured. Half an hour on two cores. With
--quick, --only or --no-peers the figures are printed and no page is written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.inuse import contest, page
from tests.benchmarks.inuse.contest import DEVELOPMENT, Played, Result
from tests.benchmarks.inuse.speed import speed
from tests.benchmarks.inuse.world import MARKETS
from tests.benchmarks.matching.peers import Failed, environment
from tests.benchmarks.measuring import machine

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "in-use-figures.md"
PACKAGES = ("numpy==2.4.6", "scikit-learn==1.9.1", "lightgbm==4.7.0")
QUICK = 0.05


def main() -> int:
    """Run the contest; 1 when ours could not run somewhere."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a twentieth of the cases, no page")
    parser.add_argument("--only", nargs="+", choices=(*MARKETS, DEVELOPMENT), help="these markets, no page")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where files are kept, and what the peers said is used again (a temporary one)",
    )
    chosen = parser.parse_args()
    # Ours and the peers are processes of their own: what they import is this tree.
    os.environ["PYTHONPATH"] = str(ROOT)
    # One thread each: threads that wait for one another on a busy machine cost many times their work.
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        where, commit = machine(folder), _commit()
        print(where, flush=True)
        played, results = _contest(chosen, folder)
    text = page.render(results, played, speed(), where, commit, dt.datetime.now(dt.UTC))
    if chosen.quick or chosen.only or chosen.no_peers:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return int(any(one.problem for one in results))


def _contest(chosen: argparse.Namespace, folder: Path) -> tuple[list[Played], list[Result]]:
    scale = QUICK if chosen.quick else 1.0
    python = None if chosen.no_peers else _python()
    played: list[Played] = []
    for name in chosen.only or (*MARKETS, DEVELOPMENT):
        one = contest.development(folder) if name == DEVELOPMENT else contest.made(name, folder, scale)
        if one is None:
            print(f"skipped: {contest.DATA} is absent", flush=True)
        else:
            played.append(one)
    results: list[Result] = []
    if python:
        try:
            contest.cold_peers(played, contest.pool(folder, scale), python)
            for one in played:
                found = contest.peers(one, python)
                for result in found:
                    _tell(result)
                results += found
        except Failed as problem:
            print(f"the peers: {problem}", file=sys.stderr, flush=True)
    for one in played:
        for count in one.labels:
            results.append(contest.ours(one, count))
            _tell(results[-1])
    return played, results


def _tell(one: Result) -> None:
    figures = ", ".join(f"{name} {value:.4f}" for name, value in one.figures.items() if name != "pairs")
    print(f"{one.market} {one.labels:,} {one.contestant}: {figures or one.problem}", flush=True)


def _python() -> Path | None:
    try:
        return environment(PACKAGES, "inuse-peers")
    except Failed as problem:
        print(problem, file=sys.stderr, flush=True)
        return None


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], capture_output=True, text=True, cwd=ROOT, check=False)
        return done.stdout.strip()

    changed = bool(git("status", "--porcelain", "--untracked-files=no", "--", "graph", "tracer"))
    return f"commit {git('rev-parse', '--short', 'HEAD') or 'unknown'}" + (
        " with changes not committed" if changed else ""
    )


if __name__ == "__main__":
    sys.exit(main())
