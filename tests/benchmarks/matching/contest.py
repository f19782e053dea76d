"""One contestant on one labelled set: run as a process, then scored against the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from tests.benchmarks.matching import peers, score
from tests.benchmarks.matching.peers import Cost, Failed, measured
from tests.benchmarks.matching.prepare import prepare, seconds
from tests.benchmarks.matching.table import Labelled

US = "tracer link"
CUTS = (0.5, 0.95)
"""Thresholds nobody tuned: even odds, and what Splink's examples cluster at."""
_GRID = (0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one contestant did.

    ``pairs`` and ``b_cubed`` are F1 by cut ("0.5", "0.95", "best"); for ours ``b_cubed["own"]`` is that of
    the clusters it gave. ``recall`` and ``calibration`` are of the pairs that it wrote. ``cleaning`` is CPU
    seconds spent on the columns before a peer started; ours are in ``cpu``.
    """

    contestant: str
    dataset: str
    records: int
    pairs: dict[str, float] = field(default_factory=dict)
    b_cubed: dict[str, float] = field(default_factory=dict)
    closure: float | None = None
    purity: float | None = None
    recall: float = 0.0
    best_at: float = 0.0
    calibration: float = 0.0
    wall: float = 0.0
    cpu: float = 0.0
    rss: float = 0.0
    cleaning: float = 0.0
    problem: str = ""

    def line(self) -> str:
        """Give the result as one line of text."""
        if self.problem:
            return f"{self.dataset} {self.records} {self.contestant}: {self.problem}"
        pairs = ", ".join(f"{cut} {value:.4f}" for cut, value in self.pairs.items())
        cubed = ", ".join(f"{cut} {value:.4f}" for cut, value in self.b_cubed.items())
        whole = "" if self.closure is None else f"; closure F1 {self.closure:.4f}"
        return (
            f"{self.dataset} {self.records:,} {self.contestant}: pair F1 {pairs} "
            f"(best from p {self.best_at:.6f}); B3 F1 {cubed}{whole}; "
            f"pairs written hold {self.recall:.4f} of the true ones; "
            f"calibration error {self.calibration:.4f}; "
            f"{self.cpu:.1f} CPU s (cleaning before: {self.cleaning:.1f}), {self.wall:.1f} s, "
            f"{self.rss:,.0f} MB"
        )


def judge(
    contestant: str, labelled: Labelled, pairs: Path, cost: Cost, clusters: Path | None = None
) -> Result:
    """Score what a contestant wrote. The best B-cubed cut is sought on a grid and at the best pair cut."""
    truth = score.read_truth(labelled.truth, labelled.tables if len(labelled.tables) == 2 else ())
    left, right, p = score.read_pairs(pairs, truth)
    at, best = score.best_threshold(truth, left, right, p)
    shown, cubed = {}, {}
    for cut in CUTS:
        said = p >= cut
        shown[str(cut)] = score.pair_score(truth, left[said], right[said]).f1
    shown["best"] = best.f1
    grid = CUTS if len(truth.person) > 200_000 else (*_GRID, at)
    for cut in (*grid, at):
        said = p >= cut
        made = score.closure(truth, left[said], right[said])
        cubed[str(cut)] = score.cluster_score(truth, made).b_cubed.f1
    cubed = {str(cut): cubed[str(cut)] for cut in CUTS} | {"best": max(cubed.values())}
    own = None
    if clusters:
        own = score.cluster_score(truth, score.read_clusters(clusters, truth))
        cubed = {"own": own.b_cubed.f1} | cubed
    return Result(
        contestant=contestant, dataset=labelled.name, records=len(truth.person), pairs=shown,
        b_cubed=cubed,
        closure=own.pairs.f1 if own else None, purity=own.purity if own else None,
        recall=score.pair_score(truth, left, right).recall, best_at=at,
        calibration=score.calibration(truth, left, right, p).error,
        wall=cost.wall, cpu=cost.cpu, rss=cost.rss,
    )  # fmt: skip


def tracer() -> list[str]:
    """Give the command that links. Raises Failed, saying why, while there is none."""
    script = Path(sys.executable).parent / "tracer"
    command = [str(script), "link"]
    if not script.exists():
        raise Failed("tracer is not installed in this environment (make develop)")
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed("this tracer has no link command yet")
    return command


def ours(labelled: Labelled, work: Path) -> Result:
    """Run ``tracer link`` at its defaults: the column kinds are all it is told.

    It writes the pairs from its threshold that its clusters kept, so recall, calibration and the best
    threshold are of those only. A lower ``--threshold`` clusters otherwise and is no way to see the rest.
    """
    pairs, clusters = work / "ours-pairs.csv", work / "ours-clusters.csv"
    for path in (pairs, clusters):
        path.unlink(missing_ok=True)
    command = [
        *tracer(), *labelled.tables, "--columns", labelled.columns, "--out-pairs", pairs,
        "--out-clusters", clusters,
    ]  # fmt: skip
    return judge(US, labelled, pairs, measured(command, work / "ours.log"), clusters)


SETTINGS = {
    "households_us": ("households_us", "households_tuned"),
    "names_dob": ("names_dob",),
    "mixed": ("mixed",),
    "historical": ("historical",),
    "cn_placement": ("cn_placement",),
} | dict.fromkeys(("febrl1", "febrl2", "febrl3", "febrl4"), ("febrl", "febrl_all"))
"""The Splink settings that run on each set; the better one counts as Splink's best."""
LARGEST_ECM = 20_000


def splink(python: Path, settings: str, labelled: Labelled, work: Path) -> Result:
    """Run one of Splink's settings on a set; preparing its columns is not charged to it."""
    prepare(labelled.name, labelled.folder)
    out = work / f"splink-{settings}.parquet"
    cost = peers.splink(python, settings, labelled.folder, out)
    return replace(judge(f"splink ({settings})", labelled, out, cost), cleaning=seconds(labelled.folder))


def ecm(python: Path, labelled: Labelled, work: Path) -> Result:
    """Run recordlinkage's ECM on a set."""
    prepare(labelled.name, labelled.folder)
    settings = "febrl" if labelled.name.startswith("febrl") else labelled.name
    out = work / "recordlinkage.parquet"
    cost = peers.recordlinkage(python, settings, labelled.folder, out)
    return replace(judge("recordlinkage ECM", labelled, out, cost), cleaning=seconds(labelled.folder))


def attempt(what: str, labelled: Labelled, run: Callable[[], Result]) -> Result:
    """Run a contestant; a failure is a result with a problem, not an end of the contest."""
    try:
        return run()
    except (Failed, ValueError, OSError) as error:
        return Result(
            contestant=what, dataset=labelled.name, records=_count(labelled), problem=str(error).strip()
        )


def _count(labelled: Labelled) -> int:
    with labelled.truth.open("rb") as file:
        return sum(1 for _ in file) - 1


def save(results: list[Result], path: Path) -> None:
    """Keep results as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one), default=_plain) + "\n" for one in results)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no JSON")


def load() -> float:
    """Give the machine's load, for a figure taken beside other work."""
    return os.getloadavg()[0]
