"""Grow the shipped forest of the in-use model on many fictional markets, and write graph/inuse_forest.py.

    nice .venv/bin/python -m tests.benchmarks.inuse.train [--markets N] [--cases N] [--trees N] [--out FILE]

Every market is drawn at random (tests/benchmarks/inuse/drawn.py), so that no habit of a single one is
learned; the named markets and the development data are not among them. What is printed are scores on
markets kept aside. The same arguments give the same forest.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import random
import sys
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.boost import Growth, binned, grow
from graph.inuse import judge
from graph.inuse_learned import SIGNS, packed
from graph.inuse_weights import DEFAULT
from graph.model import NumberEvidence
from graph.plain import read_case
from tests.benchmarks.inuse.score import scores
from tests.benchmarks.inuse.world import cases, random_market

Floats = NDArray[np.float64]

# Markets of these numbers are kept aside, for the scores.
ASIDE = range(24)
FIRST = 1000
# The share of cases that are learned from a second time, with less evidence. Hand.
THIN = 0.5
OUT = Path(__file__).resolve().parents[3] / "graph" / "inuse_forest.py"


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of one market: what trees look at, the chain's joint bits, the truth, the case."""

    figures: Floats
    joint: Floats
    used: Floats
    case: NDArray[np.int64]


def market_rows(task: tuple[int, int]) -> Rows:
    """Give the rows of a random market: its number and how many cases."""
    number, count = task
    made: list[tuple[Sequence[NumberEvidence], dt.date]] = []
    used = []
    dice = random.Random(number)
    for case in cases(random_market(number), count, number, lookups=False):
        plain = read_case(case.evidence)
        truth = {str(row["number"]): bool(row["debtor_uses"]) for row in case.truth}
        by_key = {one.phone.key: truth[name] for name, one in zip(plain.numbers, plain.evidence, strict=True)}
        made.append((plain.evidence, plain.as_of))
        used.append(by_key)
        if dice.random() < THIN:
            made.append((thinned(plain.evidence, dice), plain.as_of))
            used.append(by_key)
    judged = judge(made, replace(DEFAULT, learned=()))
    of = np.repeat(np.arange(len(made)), np.diff([*judged.starts, len(judged.numbers)]))
    truths = [used[at][one.phone.key] for at, one in zip(of, judged.numbers, strict=True)]
    # Single precision: half the memory, and thresholds are kept so too.
    rows: Floats = judged.figures.rows.astype(np.float32)
    return Rows(rows, judged.chain[:, 1], np.array(truths, dtype=np.float64), of)


def thinned(evidence: Sequence[NumberEvidence], dice: random.Random) -> list[NumberEvidence]:
    """Give a case of which less is known: at its beginning, or in a home that asks and calls little."""
    calls, facts = dice.choice((0.0, 0.0, 0.1, 0.3, 1.0)), dice.choice((0.0, 0.0, 0.3, 1.0))
    claims = dice.uniform(0.3, 1.0)
    kept = dice.sample(evidence, min(dice.choice((1, 1, 2, 3, 6)), len(evidence)))
    return [
        replace(
            one,
            claims=tuple(item for item in one.claims if dice.random() < claims),
            facts=tuple(item for item in one.facts if dice.random() < facts),
            outcomes=tuple(item for item in one.outcomes if dice.random() < calls),
        )
        for one in kept
    ]


def joined(parts: list[Rows]) -> Rows:
    """Give the rows of many markets as one, every case with a number of its own."""
    starts = np.cumsum([0, *(int(one.case.max(initial=-1)) + 1 for one in parts)])
    return Rows(
        np.concatenate([one.figures for one in parts]),
        np.concatenate([one.joint for one in parts]),
        np.concatenate([one.used for one in parts]),
        np.concatenate([one.case + start for one, start in zip(parts, starts, strict=False)]),
    )


def main() -> int:
    """Make the markets, grow the trees, score them on markets kept aside, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--markets", type=int, default=900)
    parser.add_argument("--cases", type=int, default=100, help="of each market")
    parser.add_argument("--trees", type=int, default=360)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    began = time.monotonic()
    tasks = [(FIRST + at, options.cases) for at in range(options.markets)]
    with multiprocessing.Pool(options.workers) as pool:
        learned = joined(pool.map(market_rows, tasks, chunksize=4))
        aside = joined(pool.map(market_rows, [(at, 200) for at in ASIDE], chunksize=1))
    print(f"{len(learned.used)} numbers of {options.markets} markets, {time.monotonic() - began:.0f} s")
    growth = Growth(
        trees=options.trees, depth=6, rate=0.08, rows=0.3, columns=0.2, ridge=40.0, seed=options.seed
    )
    margin = DEFAULT.slope * learned.joint + DEFAULT.offset
    forest = grow(binned(learned.figures), learned.used, margin, np.ones(len(margin)), growth, SIGNS)
    print(f"{forest.count} trees, {time.monotonic() - began:.0f} s")
    before = DEFAULT.slope * aside.joint + DEFAULT.offset
    for name, bits in (("chain", before), ("chain and trees", before + forest.bits(aside.figures))):
        p = 1.0 / (1.0 + np.exp2(-np.clip(bits, -15.0, 15.0)))
        figures = scores(p, aside.used, aside.case)
        said = " ".join(f"{key} {figures[key]:.4f}" for key in ("log_loss", "top1_hit", "ece"))
        print(f"{name:16} {said}")
    # The model's slope is applied to the sum of chain and trees.
    text = packed(forest.scaled(1.0 / DEFAULT.slope))
    lines = "\n".join(f'    "{line}"' for line in textwrap.wrap(text, 100))
    told = f"{options.markets} random markets of {options.cases} cases, {options.trees} trees"
    head = "The shipped forest of the in-use model, grown by ``python -m tests.benchmarks.inuse.train``."
    options.out.write_text(
        f'"""{head}\n\n{told}, seed {options.seed}: data, not to be edited.\n"""\n\nFOREST = (\n{lines}\n)\n',
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
