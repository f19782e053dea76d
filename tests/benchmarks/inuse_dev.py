"""Score the shipped in-use model on the fictional development market of ../shared/data.

    .venv/bin/python -m tests.benchmarks.inuse_dev [--lookups] [--json]

Log-loss and Brier over all (case, number) pairs, ECE over 15 bins of equal mass, AUC, P@1 and top-1 hit, each
for the even cases (the global constants were tuned there) and the odd ones (they were not; but the likelihood
tables lean on shares counted over all of them, so neither half is a market the model has never seen).
``--lookups`` adds what every look-up would have answered. Says why and stops when ../shared is absent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graph.inuse import rank_many
from graph.inuse_weights import DEFAULT, Model
from graph.plain import PlainCase, read_case
from tests.benchmarks.inuse.score import scores

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One case with its truth, number by number."""

    case: PlainCase
    uses: tuple[bool, ...]


def lines(path: Path) -> Iterator[dict[str, object]]:
    """Give the objects of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def load(lookups: bool = False) -> list[Labelled]:
    """Read the development cases with their truth, and the answers of all look-ups if asked for."""
    uses = {(row["case_id"], row["number"]): bool(row["debtor_uses"]) for row in truth()}
    answers: dict[tuple[object, object], list[object]] = {}
    if lookups:
        for row in lines(DATA / "in-use-dev-lookups.jsonl.gz"):
            answers.setdefault((row["case_id"], row["number"]), []).append(row["answer"])
    found = []
    for raw in lines(DATA / "in-use-dev-evidence.jsonl.gz"):
        for number in raw["numbers"]:  # type: ignore[attr-defined]
            number["evidence"] += answers.get((raw["case_id"], number["number"]), [])
        case = read_case(raw)
        found.append(Labelled(case, tuple(uses[case.case, number] for number in case.numbers)))
    return found


def truth() -> Iterator[dict[str, object]]:
    """Give the truth rows."""
    return lines(DATA / "in-use-dev-truth.jsonl.gz")


def evaluate(cases: Sequence[Labelled], model: Model = DEFAULT) -> dict[str, float]:
    """Rank the cases and score them; adds numbers a second of processor time and how ``nobody`` did."""
    p: list[float] = []
    y: list[bool] = []
    at: list[int] = []
    nobody: list[float] = []
    began = time.process_time()
    rankings = rank_many([(one.case.evidence, one.case.as_of) for one in cases], model)
    took = time.process_time() - began
    for place, (one, ranking) in enumerate(zip(cases, rankings, strict=True)):
        said = {ranked.phone.key: ranked.p for ranked in ranking.numbers}
        p += [said[evidence.phone.key] for evidence in one.case.evidence]
        y += one.uses
        at += [place] * len(one.uses)
        nobody.append(ranking.nobody)
    none = np.array([not any(one.uses) for one in cases], dtype=float)
    figures = scores(np.array(p), np.array(y, dtype=float), np.array(at))
    expected = np.array(nobody)
    return figures | {
        "nobody_mean": float(expected.mean()),
        "nobody_true": float(none.mean()),
        "nobody_brier": float(np.mean((expected - none) ** 2)),
        "numbers_per_second": len(p) / took,
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lookups", action="store_true", help="add the answers of all look-ups")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent (the development data is not part of the repository)")
        return 0
    cases = load(options.lookups)
    result = {"tuned on (even)": evaluate(cases[::2]), "held out (odd)": evaluate(cases[1::2])}
    if options.json:
        print(json.dumps({"at": dt.datetime.now(dt.UTC).isoformat(), **result}, indent=1))
        return 0
    for name in next(iter(result.values())):
        print(f"{name:20}" + "".join(f"{figures[name]:14.4f}" for figures in result.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
