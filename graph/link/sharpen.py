"""Verdicts → corrections of the weights: what a few judged pairs say about all that look like them.

The rows alone cannot tell how often two of a household with a like name are one person; a reviewer can. Each
comparison's levels get a correction in bits, fitted to the verdicts on top of what was learned from the rows
(logistic regression with those bits as offset). It is held near nought by a Gaussian prior, so that twenty
verdicts move little and a level that nobody judged moves not at all; and it allows for mistaken verdicts, so
that one that much speaks against is taken for a slip and not for a rule.

Pairs are judged because they are doubtful, not at random. Given what is compared the verdict hardly depends
on why it was asked for, so that this fit is not misled by it as counting levels among the judged would be.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from graph.link.levels import LEVELS
from graph.link.score import Floats, probability

PRIOR_BITS = 0.4
"""How far a correction is believed to be from nought (standard deviation, judged)."""
MISTAKEN = 0.03
"""How many verdicts are believed to be wrong (judged; clerical reviewers disagree on 2 to 5 % of pairs)."""
_ROUNDS, _STEPS, _SETTLED = 8, 20, 1e-8
_LN2 = float(np.log(2.0))


def corrections(
    levels: Mapping[str, npt.NDArray[np.int8]], bits: Floats, judged: npt.NDArray[np.bool_]
) -> dict[str, Floats]:
    """Give for each comparison the correction of each level in bits, from judged pairs: their ``levels``, the
    ``bits`` they have without any, and the verdicts (True same). Nothing where nobody has judged."""
    if not len(judged):
        return {}
    names, places, columns = _columns(levels, len(judged))
    # What all judged pairs have in common is no rule: which were asked depends on more than is compared.
    mean = columns[:, 1:].mean(axis=0)
    columns[:, 1:] -= mean
    found = np.zeros(columns.shape[1])
    target = np.where(judged, 1.0 - MISTAKEN, MISTAKEN)
    for _round in range(_ROUNDS):
        before, found = found, _fitted(columns, bits, target, found)
        p = probability(bits + columns @ found)
        # How likely each verdict is to be right, now that like pairs have spoken.
        right = np.where(judged, p, 1.0 - p) * (1.0 - MISTAKEN)
        right /= right + np.where(judged, 1.0 - p, p) * MISTAKEN
        target = np.where(judged, right, 1.0 - right)
        if np.abs(found - before).max() < _SETTLED:
            break
    found[0] -= found[1:] @ mean
    told: dict[str, Floats] = {}
    for name, level, bit in zip(names, places, found.tolist(), strict=True):
        told.setdefault(name, np.zeros(LEVELS))[level] = bit
    return told


def _columns(levels: Mapping[str, npt.NDArray[np.int8]], size: int) -> tuple[list[str], list[int], Floats]:
    names, places, columns = [""], [0], [np.ones(size)]
    for name, column in levels.items():
        for level in np.unique(column).tolist():
            names.append(name)
            places.append(level)
            columns.append((column == level).astype(np.float64))
    return names, places, np.stack(columns, axis=1)


def _fitted(columns: Floats, offset: Floats, target: Floats, start: Floats) -> Floats:
    """Give the corrections of most posterior probability (Newton's method on a concave function)."""
    at = start
    ridge = 1.0 / PRIOR_BITS**2
    for _step in range(_STEPS):
        p = probability(offset + columns @ at)
        slope = _LN2 * columns.T @ (target - p) - ridge * at
        curve = _LN2**2 * (columns.T * (p * (1.0 - p))) @ columns + ridge * np.eye(len(at))
        step = np.linalg.solve(curve, slope)
        at = at + step
        if np.abs(step).max() < _SETTLED:
            break
    return np.asarray(at)
