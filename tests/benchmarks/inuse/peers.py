"""The peers of the in-use model: rules of thumb, logistic regression, gradient boosting with good features.

    python -m tests.benchmarks.inuse.peers cold POOL FOLDER…
    python -m tests.benchmarks.inuse.peers warm FOLDER LABELS…

runs in an environment of its own (numpy, scikit-learn, lightgbm; nothing of ours but features.py). FOLDER
holds train.jsonl, train-truth.jsonl and test.jsonl of a market; POOL the cases of many drawn markets, for
those who have no label from this one. What is written (cold.npz, warm.npz in FOLDER) has an array
``name|labels`` for each contestant: a probability for every number of test.jsonl, or, for a rule without
labels, a score that only orders them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.benchmarks.inuse.features import NEVER, table

Floats = NDArray[np.float64]
RULES = ("recency", "source count", "last confirmed")
SEED = 7


@dataclass(frozen=True, slots=True)
class Set:
    """Features, truth and the case each row belongs to."""

    x: NDArray[np.float32]
    y: Floats
    case: NDArray[np.int64]
    names: tuple[str, ...]

    def first(self, cases: int) -> Set:
        """The first so many cases."""
        some = self.case < cases
        return Set(self.x[some], self.y[some], self.case[some], self.names)


def read(evidence: Path, truth: Path | None) -> Set:
    """Read a set; without truth it is all noughts."""
    with evidence.open(encoding="utf-8") as file:
        raw = [json.loads(line) for line in file]
    uses: dict[tuple[str, str], bool] = {}
    if truth:
        with truth.open(encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                uses[row["case_id"], row["number"]] = row["debtor_uses"]
    y = [uses.get((one["case_id"], number["number"]), False) for one in raw for number in one["numbers"]]
    case = [place for place, one in enumerate(raw) for _ in one["numbers"]]
    x, names = table(raw)
    return Set(x, np.array(y, dtype=float), np.array(case), names)


def rule(name: str, data: Set) -> Floats:
    """Give a rule's score; ties go to the newer claim."""
    column = {label: data.x[:, place].astype(float) for place, label in enumerate(data.names)}
    newest = -column["own_age"] - 0.01 * column["claim_age"]
    if name == "recency":
        return newest
    if name == "source count":
        return column["sources"] + 0.01 * newest
    confirmed = np.minimum(column["call_age:right_party"], np.where(column["named"] > 0, 1.0, NEVER))
    return np.where(confirmed < NEVER, 2 * NEVER - confirmed, newest)


def calibrated(score: Floats, y: Floats, at: Floats) -> Floats:
    """Turn a score into a probability by a logistic curve learned from labels."""
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(score[:, None], y)
    return np.asarray(model.predict_proba(at[:, None])[:, 1])


def shaped(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ages and counts matter by their ratio, and whether there is one at all."""
    return np.hstack([np.sign(x) * np.log1p(np.abs(x)), (x >= NEVER).astype(np.float32)])


def regressed(train: Set) -> Callable[[Set], Floats]:
    """Learn by logistic regression, the penalty chosen on cases kept back; gives what predicts."""

    def fitted(penalty: float, data: Set) -> Callable[[Set], Floats]:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=400))
        model.fit(shaped(data.x), data.y)
        return lambda test: np.asarray(model.predict_proba(shaped(test.x))[:, 1])

    some = folds(train.first(3000), 3)
    best = min(
        (0.003, 0.02, 0.1, 1.0),
        key=lambda penalty: sum(loss(held.y, fitted(penalty, kept)(held)) for kept, held in some),
    )
    return fitted(best, train)


def folds(data: Set, parts: int) -> list[tuple[Set, Set]]:
    """Split by case."""
    found = []
    for kept, held in GroupKFold(parts).split(data.x, data.y, data.case):
        found.append(
            tuple(Set(data.x[part], data.y[part], data.case[part], data.names) for part in (kept, held))
        )
    return found  # type: ignore[return-value]


def loss(y: Floats, p: Floats) -> float:
    """Mean log-loss."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def boosted(train: Set) -> Callable[[Set], Floats]:
    """Learn by boosting; gives what predicts."""
    best: tuple[float, dict[str, object], int] | None = None
    large = train.case.max() > 3000
    split = list(GroupKFold(5).split(train.x, train.y, train.case))
    shapes = ((31, 60, 0.06),) if large else ((6, 20, 0.06), (15, 30, 0.05))
    for leaves, least, rate in shapes:
        told = {
            "objective": "binary",
            "metric": "binary_logloss",
            "num_leaves": leaves,
            "min_data_in_leaf": least,
            "learning_rate": rate,
            "feature_fraction": 0.4,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "verbose": -1,
            "num_threads": 1,
            "seed": SEED,
        }
        history = lgb.cv(
            told,
            lgb.Dataset(train.x, train.y),
            1200,
            folds=split[:1] if large else split,
            callbacks=[lgb.early_stopping(40, verbose=False)],
        )
        reached = history["valid binary_logloss-mean"]
        if best is None or reached[-1] < best[0]:
            best = (reached[-1], told, len(reached))
    assert best is not None
    model = lgb.train(best[1], lgb.Dataset(train.x, train.y), int(best[2] * 1.05))
    return lambda test: np.asarray(model.predict(test.x))


LEARNERS = {"logistic regression": regressed, "gradient boosting": boosted}


def cold(pool: Path, folders: list[Path]) -> None:
    """Let every peer predict without a label from the market."""
    away = read(pool / "evidence.jsonl", pool / "truth.jsonl")
    learned = {name: learner(away) for name, learner in LEARNERS.items()}
    for folder in folders:
        test = read(folder / "test.jsonl", None)
        said = {f"{name}|0": rule(name, test) for name in RULES}
        said |= {f"{name}|0": predict(test) for name, predict in learned.items()}
        np.savez(folder / "cold.npz", **said)  # type: ignore[arg-type]


def warm(folder: Path, labels: list[int]) -> None:
    """Let every peer learn from so many labelled cases of the market."""
    train = read(folder / "train.jsonl", folder / "train-truth.jsonl")
    test = read(folder / "test.jsonl", None)
    said: dict[str, Floats] = {}
    for count in labels:
        here = train.first(count)
        for name in RULES:
            said[f"{name}|{count}"] = calibrated(rule(name, here), here.y, rule(name, test))
        for name, learner in LEARNERS.items():
            said[f"{name}|{count}"] = learner(here)(test)
    np.savez(folder / "warm.npz", **said)  # type: ignore[arg-type]


def main() -> int:
    """Write what the peers say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("how", choices=("cold", "warm"))
    parser.add_argument("where", type=Path)
    parser.add_argument("rest", nargs="+")
    chosen = parser.parse_args()
    if chosen.how == "cold":
        cold(chosen.where, [Path(folder) for folder in chosen.rest])
    else:
        warm(chosen.where, [int(count) for count in chosen.rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
