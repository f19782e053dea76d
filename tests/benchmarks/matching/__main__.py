"""Measure identity matching, ours beside the peers, and write docs/matching-figures.md.

    .venv/bin/python -m tests.benchmarks.matching [--quick] [--only SET …] [--scale N …]
                                                 [--no-peers] [--no-ours] [--folder FOLDER]

The peers live in an environment of their own (tests/benchmarks/matching/peers.py): it is made on first use,
which needs a package registry; without one only our own figures are measured, and the page says so. The febrl
sets come with a peer's package and are left out with it. Near ten minutes with one million records, most of
it the peers'. With --quick, --only, --scale, --no-peers or --no-ours the figures are printed and no page is
written.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.matching import contest, labels, page, peers, sets
from tests.benchmarks.matching.contest import Result
from tests.benchmarks.matching.table import Labelled
from tests.benchmarks.measuring import machine

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "matching-figures.md"
SCALE = (10_000, 50_000, 100_000, 250_000, 1_000_000)
PORTFOLIO = 100_000


def main() -> int:
    """Run the contest; 0 also where a contestant could not run (the tables say why)."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = (*sets.FEBRL, *sets.DEVELOPMENT, "cn_placement")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, no page")
    parser.add_argument("--only", nargs="+", choices=names, help="these sets, no scaling, no page")
    parser.add_argument("--scale", nargs="*", type=int, help="only the scaling, at these sizes, no page")
    parser.add_argument("--seed", type=int, default=sets.SEED, help="of our own sets; another writes no page")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-ours", action="store_true")
    parser.add_argument("--folder", type=Path, help="where sets are kept and used again (a temporary folder)")
    parser.add_argument("--json", type=Path, help="also write the results as JSON lines")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        where, start = machine(folder), _commit()
        print(where, flush=True)
        python, missing = _environment(chosen.no_peers)
        accuracy = [] if chosen.scale is not None else _accuracy(chosen, folder, python)
        held = [] if _in_part(chosen) else _accuracy(_held(chosen), folder, python)
        scaling = [] if chosen.only else _scaling(chosen, folder, python)
        gains = [] if _in_part(chosen) else labels.measure(folder)
    if chosen.json:
        contest.save([*accuracy, *held, *scaling], chosen.json)
    if not _in_part(chosen):
        text = page.render(
            accuracy, held, scaling, gains, where=where, commit=_between(start, _commit()), missing=missing
        )
        PAGE.write_text(text, encoding="utf-8")
    return 0


def _in_part(chosen: argparse.Namespace) -> bool:
    """Whether less is measured than the page shows."""
    other = chosen.no_peers or chosen.no_ours or chosen.seed != sets.SEED
    return bool(chosen.quick or chosen.only or chosen.scale is not None or other)


def _held(chosen: argparse.Namespace) -> argparse.Namespace:
    """The same, for our own sets of the seed that nobody worked with."""
    own = [*sets.DEVELOPMENT, "cn_placement"]
    return argparse.Namespace(**vars(chosen) | {"seed": sets.HELD_SEED, "only": own})


def _environment(refused: bool) -> tuple[Path | None, str]:
    if refused:
        return None, "--no-peers"
    try:
        return peers.environment(), ""
    except peers.Failed as error:
        print(error, file=sys.stderr)
        return None, str(error)


def _labelled(chosen: argparse.Namespace, folder: Path, python: Path | None) -> list[Labelled]:
    wanted = chosen.only or (*sets.FEBRL, *sets.DEVELOPMENT, "cn_placement")
    febrl = folder / "febrl"
    if python and set(wanted) & set(sets.FEBRL):
        peers.febrl(python, febrl)
    found = [
        Labelled(name, febrl / name) for name in sets.FEBRL if name in wanted and (febrl / name).exists()
    ]
    for name, size in (sets.DEVELOPMENT | {"cn_placement": PORTFOLIO}).items():
        if name in wanted:
            found.append(_made(name, size // 10 if chosen.quick else size, folder, chosen.seed))
    return found


def _made(name: str, size: int, folder: Path, seed: int) -> Labelled:
    place = folder / (f"{name}-{size}" if seed == sets.SEED else f"{name}-{size}-seed{seed}")
    labelled = Labelled(name, place)
    return labelled if labelled.columns.exists() else sets.generate(name, size, place, seed)


def _accuracy(chosen: argparse.Namespace, folder: Path, python: Path | None) -> list[Result]:
    results = []
    for labelled in _labelled(chosen, folder, python):
        work = labelled.folder
        if not chosen.no_ours:
            results.append(_told(contest.US, labelled, partial(contest.ours, labelled, work)))
        if not python:
            continue
        for settings in contest.SETTINGS[labelled.name]:
            run = partial(contest.splink, python, settings, labelled, work)
            results.append(_told(f"splink ({settings})", labelled, run))
        if labelled.name != "cn_placement":
            results.append(_told("recordlinkage ECM", labelled, partial(contest.ecm, python, labelled, work)))
    return results


def _scaling(chosen: argparse.Namespace, folder: Path, python: Path | None) -> list[Result]:
    sizes = chosen.scale or ([size // 10 for size in SCALE] if chosen.quick else SCALE)
    results = []
    for size in sizes:
        labelled = _made("cn_placement", size, folder, chosen.seed)
        if not chosen.no_ours:
            results.append(_told(contest.US, labelled, partial(contest.ours, labelled, labelled.folder)))
        for settings in ("cn_placement", "cn_placement_wide") if python else ():
            run = partial(contest.splink, python, settings, labelled, labelled.folder)
            results.append(_told(f"splink ({settings})", labelled, run))
    return results


def _told(what: str, labelled: Labelled, run: partial[Result]) -> Result:
    result = contest.attempt(what, labelled, run)
    print(result.line(), flush=True)
    return result


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], capture_output=True, text=True, cwd=ROOT, check=False
    ).stdout.strip()


def _commit() -> str:
    """Give the last commit of what links, and whether it has been changed since."""
    what = ("graph", "tracer/desk/link.py", "tracer/cli/link.py")
    changed = _git("status", "--porcelain", "--", *what)
    last = _git("log", "-1", "--format=%h", "--", *what) or "unknown"
    return last + (" with changes not committed" if changed else "")


def _between(start: str, end: str) -> str:
    return start if start == end else f"{start} (at the end {end}: rows may be of either)"


if __name__ == "__main__":
    sys.exit(main())
