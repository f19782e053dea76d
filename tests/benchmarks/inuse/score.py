"""The figures of shared/data/in-use-format.md for predictions about (case, number) pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 15
# No probability counts as surer than this: log-loss would else be decided by a single slip.
SUREST = 1e-6
_GAIN = 1.0 / np.log2(np.arange(2, 5))


def scores(p: Floats, y: Floats, case: Ints) -> dict[str, float]:
    """Give all figures for probabilities ``p``, truth ``y`` (0 or 1) and the case each pair belongs to.

    ``case`` may be any numbers, equal ones beside each other. Adds ``pairs`` and the log-loss of always
    saying the share in use.
    """
    sure = np.clip(p, SUREST, 1.0 - SUREST)
    base = y.mean()
    return {
        "pairs": float(len(p)),
        "log_loss": float(losses(p, y).mean()),
        "base_log_loss": float(-(base * np.log(base) + (1 - base) * np.log(1 - base))),
        "brier": float(np.mean((sure - y) ** 2)),
        "ece": calibration_error(p, y),
    } | order(p, y, case)


def losses(p: Floats, y: Floats) -> Floats:
    """Give the log-loss of each pair."""
    sure = np.clip(p, SUREST, 1.0 - SUREST)
    return -np.where(y > 0.5, np.log(sure), np.log1p(-sure))


def calibration_error(p: Floats, y: Floats) -> float:
    """Give the expected calibration error over bins of equal mass."""
    bins = np.array_split(np.argsort(p, kind="stable"), min(BINS, len(p)))
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in bins) / len(p))


def order(p: Floats, y: Floats, case: Ints) -> dict[str, float]:
    """Give the figures that need an order only: AUC (ties count half), P@1, top-1 hit and NDCG@3.

    ``top1_hit`` and ``ndcg_at_3`` are over the cases that have a number in use. Of numbers with the same
    ``p`` the one first in the file counts first.
    """
    _, rank, count = np.unique(p, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    good, bad = y.sum(), len(y) - y.sum()
    auc = (middle[rank][y > 0.5].sum() - good * (good + 1) / 2) / (good * bad)
    starts = np.flatnonzero(np.r_[True, np.diff(case) != 0])
    sorted_by = np.lexsort(
        (np.arange(len(p)), -p, np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(p)])))
    )
    ordered = y[sorted_by]
    first = ordered[starts]
    has = np.add.reduceat(y, starts)
    place = np.arange(len(p)) - np.repeat(starts, np.diff(np.r_[starts, len(p)]))
    weight = np.where(place < 3, _GAIN[np.minimum(place, 2)], 0.0)
    gained = np.add.reduceat(ordered * weight, starts)
    best = np.cumsum(_GAIN)[np.minimum(has, 3).astype(int) - 1]
    some = has > 0
    return {
        "auc": float(auc),
        "p_at_1": float(first.mean()),
        "top1_hit": float(first[some].mean()),
        "ndcg_at_3": float((gained[some] / best[some]).mean()),
    }
