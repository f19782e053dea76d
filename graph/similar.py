"""How alike two texts are, one pair or whole columns of pairs. The only user of rapidfuzz.

Everything counts characters, not bytes: 张伟 and 张玮 are one edit apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA, Indel, JaroWinkler
from rapidfuzz.process import cpdist

_CLOSE_LATIN = 0.92
"""Jaro–Winkler similarity from which two names in letters are taken for one with a slip (judged)."""
_LEAST_LETTERS = 4


def close(a: str, b: str) -> bool:
    """Tell whether two names in letters may be one with a slip of the finger."""
    if min(len(a), len(b)) < _LEAST_LETTERS:
        return False
    return OSA.distance(a, b, score_cutoff=1) <= 1 or JaroWinkler.similarity(a, b) >= _CLOSE_LATIN


def indel(a: str, b: str) -> float:
    """Give the share of two texts that is a common subsequence, 0 to 1."""
    return Indel.normalized_similarity(a, b)


def indels(left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.float32]:
    """Give ``indel`` for each place of two columns."""
    return np.asarray(cpdist(left, right, scorer=Indel.normalized_similarity, dtype=np.float32))


def jaro_winklers(left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.float32]:
    """Give the Jaro–Winkler similarity for each place of two columns, 0 to 1."""
    return np.asarray(cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32))


def edits(left: Sequence[str], right: Sequence[str], most: int) -> npt.NDArray[np.uint8]:
    """Give how many edits part the texts at each place (an exchange of neighbours is one); ``most`` + 1 for
    more."""
    return np.asarray(cpdist(left, right, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8))
