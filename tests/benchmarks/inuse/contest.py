"""Ours beside the peers on one market: data made, labels given bit by bit, all scored on the same cases."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.benchmarks.inuse.drawn import random_market
from tests.benchmarks.inuse.score import Floats, Ints, losses, order, scores
from tests.benchmarks.inuse.world import MARKETS, cases, write
from tests.benchmarks.matching.peers import Failed, measured

US = "tracer"
RULES = ("recency", "source count", "last confirmed")
HERE = Path(__file__).resolve().parent
LABELS = (0, 200, 1_000, 20_000)
TEST = 4_000
SEED = 20_261_124
DRAWN = 5_000_000
"""Seeds of the drawn markets from which the peers without labels learn; far from anybody else's."""
POOL = (200, 40)
"""How many markets those are, and cases of each."""
SLICES = ("own", "second", "suspended", "drawer", "handed_down", "desk", "home")
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
DEVELOPMENT = "development"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A market's files, and what is true of every number of the test cases in the file's order."""

    name: str
    folder: Path
    labels: tuple[int, ...]
    y: Floats
    case: Ints
    part: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one contestant did with so many labelled cases. ``p`` may be a mere score (``ordered``)."""

    market: str
    contestant: str
    labels: int
    figures: dict[str, float]
    p: Floats = field(repr=False)
    ordered: bool = False
    fit_seconds: float = 0.0
    rank_seconds: float = 0.0
    problem: str = ""


def _dump(path: Path, rows: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)


def pool(folder: Path, scale: float) -> Path:
    """Write the cases of many drawn markets, mixed, for contestants who have no label from the market."""
    where = folder / "pool"
    where.mkdir(parents=True, exist_ok=True)
    markets, each = max(int(POOL[0] * scale), 10), POOL[1]
    made = [
        one for seed in range(markets) for one in cases(random_market(DRAWN + seed), each, 1, lookups=False)
    ]
    _dump(where / "evidence.jsonl", (one.evidence for one in made))
    _dump(where / "truth.jsonl", (row for one in made for row in one.truth))
    return where


def made(name: str, folder: Path, scale: float, seed: int = SEED) -> Played:
    """Make a market's training and test cases; ``scale`` makes them fewer."""
    where = folder / name
    labels = tuple(sorted({int(count * scale) if count > 1000 else count for count in LABELS}))
    market = MARKETS[name]
    write(market, max(labels), seed, where / "train")
    (where / "train" / "evidence.jsonl").replace(where / "train.jsonl")
    (where / "train" / "truth.jsonl").replace(where / "train-truth.jsonl")
    test = list(cases(market, max(int(TEST * scale), 400), seed + 1, lookups=False))
    _dump(where / "test.jsonl", (one.evidence for one in test))
    return Played(
        name=name,
        folder=where,
        labels=labels,
        y=np.array([bool(row["debtor_uses"]) for one in test for row in one.truth], dtype=float),
        case=np.array([place for place, one in enumerate(test) for _ in one.truth]),
        part=tuple(part for one in test for part in one.parts),
    )


def development(folder: Path) -> Played | None:
    """Give the development market: the even cases may be learned from, the odd ones are scored."""
    if not DATA.is_dir():
        return None
    where = folder / DEVELOPMENT
    where.mkdir(parents=True, exist_ok=True)

    def lines(kind: str) -> list[dict[str, object]]:
        with gzip.open(DATA / f"in-use-dev-{kind}.jsonl.gz", "rt", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    evidence, truth = lines("evidence"), lines("truth")
    learned = {one["case_id"] for one in evidence[::2]}
    _dump(where / "train.jsonl", evidence[::2])
    _dump(where / "train-truth.jsonl", (row for row in truth if row["case_id"] in learned))
    _dump(where / "test.jsonl", evidence[1::2])
    uses = {(row["case_id"], row["number"]): bool(row["debtor_uses"]) for row in truth}
    pairs = [
        (place, uses[one["case_id"], number["number"]])
        for place, one in enumerate(evidence[1::2])
        for number in one["numbers"]  # type: ignore[attr-defined]
    ]
    return Played(
        name=DEVELOPMENT,
        folder=where,
        labels=(0, 200, 1_000, len(learned)),
        y=np.array([used for _, used in pairs], dtype=float),
        case=np.array([place for place, _ in pairs]),
    )


def ours(played: Played, labels: int) -> Result:
    """Fit on so many labelled cases, then rank the test cases, by the commands; for none, as shipped."""
    tracer = Path(sys.executable).parent / "tracer"
    where = played.folder
    fitted: list[str | Path] = []
    seconds = 0.0
    try:
        if labels:
            some = where / f"train-{labels}.jsonl"
            with (where / "train.jsonl").open(encoding="utf-8") as file:
                some.write_text("".join(line for _, line in zip(range(labels), file, strict=False)), "utf-8")
            model = where / f"model-{labels}.json"
            learn: list[str | Path] = [tracer, "fit", some, where / "train-truth.jsonl", "--out", model]
            seconds = measured(learn, where / f"fit-{labels}.log").wall
            fitted = ["--model", model]
        out = where / f"ours-{labels}.jsonl"
        cost = measured([tracer, "rank", where / "test.jsonl", "--out", out, *fitted], where / "rank.log")
    except Failed as problem:
        return Result(
            market=played.name, contestant=US, labels=labels, figures={}, p=np.array([]), problem=str(problem)
        )
    p = _read(out, played)
    return Result(
        market=played.name,
        contestant=US,
        labels=labels,
        figures=scores(p, played.y, played.case),
        p=p,
        fit_seconds=seconds,
        rank_seconds=cost.wall,
    )


def _read(out: Path, played: Played) -> Floats:
    with out.open(encoding="utf-8") as file:
        said = {(row["case_id"], row["number"]): row["p"] for row in map(json.loads, file)}
    with (played.folder / "test.jsonl").open(encoding="utf-8") as file:
        found = [
            said[case["case_id"], number["number"]]
            for case in map(json.loads, file)
            for number in case["numbers"]
        ]
    return np.array(found, dtype=float)


def cold_peers(played: Sequence[Played], away: Path, python: Path) -> None:
    """Let the peers learn from drawn markets once, for all markets, unless they already did."""
    folders = [one.folder for one in played]
    files = [away / "evidence.jsonl", *(folder / "test.jsonl" for folder in folders)]
    command: list[str | Path] = [python, "-m", "tests.benchmarks.inuse.peers", "cold", away, *folders]
    _once(command, files, [folder / "cold.npz" for folder in folders], away / "cold.log")


def peers(played: Played, python: Path) -> list[Result]:
    """Let the peers learn from the market's labels, unless they already did, and score them."""
    where = played.folder
    labels = [str(count) for count in played.labels if count]
    files = [where / "train.jsonl", where / "train-truth.jsonl", where / "test.jsonl"]
    command: list[str | Path] = [python, "-m", "tests.benchmarks.inuse.peers", "warm", where, *labels]
    _once(command, files, [where / "warm.npz"], where / "warm.log")
    found = []
    for kind in ("cold", "warm"):
        with np.load(where / f"{kind}.npz") as said:
            for key in said.files:
                name, count = key.rsplit("|", 1)
                p = said[key].astype(float)
                mere = name in RULES and count == "0"
                figures = (order if mere else scores)(p, played.y, played.case)
                found.append(
                    Result(
                        market=played.name,
                        contestant=name,
                        labels=int(count),
                        figures=figures,
                        p=p,
                        ordered=mere,
                    )
                )
    return found


def _once(command: Sequence[str | Path], files: Sequence[Path], made: Sequence[Path], log: Path) -> None:
    """Run the peers, unless the same code already made the same of the same files."""
    seen = hashlib.sha256("\n".join(map(str, command)).encode())
    for path in (*files, HERE / "peers.py", HERE / "features.py"):
        seen.update(path.read_bytes())
    mark = log.with_suffix(".sha256")
    if all(path.exists() for path in made) and mark.exists() and mark.read_text() == seen.hexdigest():
        return
    measured(command, log, limit=7200.0)
    mark.write_text(seen.hexdigest())


def difference(left: Result, right: Result, played: Played) -> tuple[float, float]:
    """Give how much lower the log-loss of ``left`` is, and the standard error of that, paired by case."""
    gain = losses(right.p, played.y) - losses(left.p, played.y)
    starts = np.flatnonzero(np.r_[True, np.diff(played.case) != 0])
    sums = np.add.reduceat(gain, starts)
    return float(gain.mean()), float(sums.std(ddof=1) * np.sqrt(len(sums)) / len(gain))


def sliced(result: Result, played: Played) -> dict[str, tuple[int, float, float, float]]:
    """Give, for each kind of number, how many, the share in use, the mean probability, the log-loss."""
    parts = np.array(played.part)
    found = {}
    loss = losses(result.p, played.y)
    for name in SLICES:
        here = parts == name
        if here.any():
            found[name] = (
                int(here.sum()),
                float(played.y[here].mean()),
                float(result.p[here].mean()),
                float(loss[here].mean()),
            )
    return found


def best_peer(results: Sequence[Result], market: str, labels: int) -> Result | None:
    """Give the peer with the lowest log-loss there."""
    some = [
        one
        for one in results
        if one.market == market and one.labels == labels and one.contestant != US and not one.ordered
    ]
    return min(some, key=lambda one: one.figures["log_loss"], default=None)
