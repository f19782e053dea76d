"""The learned part of the in-use model: trees over the figures of a number, kept as text.

What they say is added to the chain's word in bits. A forest belongs to the figures it was grown on: a text
made with others is refused.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graph.boost import Forest
from graph.inuse_case import CASE, COUPLED, Group, case_features, coupled_features
from graph.inuse_columns import Columns
from graph.inuse_features import ALONE, Alone, alone, source_features
from graph.inuse_weights import Learned

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What the chain of hidden states makes of the number; ``chain`` is by itself, ``joint`` beside the others.
CHAIN: tuple[tuple[str, str], ...] = (
    ("chain", "calibration"),
    ("joint", "calibration"),
    ("idle", "calibration"),
    ("associate", "calibration"),
    ("stranger", "calibration"),
    ("out", "calibration"),
    ("never", "calibration"),
    ("coupling", "other_numbers"),
)
FIGURES = ALONE + CASE + CHAIN + COUPLED
NAMES = tuple(name for name, _ in FIGURES)
GROUPS = tuple(dict.fromkeys(group for _, group in FIGURES))
# A source that a home's own trees look at besides has so many figures more.
PER_SOURCE = 3

# Figures of which more can only speak for the number (+1) or against it (-1), whatever else is known.
_RISING = frozenset(
    {"chain", "joint", "self_count", "self_lately", "self_most", "self_sum", "third_age", "wrong_age"}
    | {"vacant_age", "not_his_said", "empty_said"}
)
_FALLING = frozenset(
    {"third_count", "third_lately", "wrong_count", "wrong_lately", "vacant_count", "vacant_lately"}
    | {"bad_since_self", "vacant_since_live", "self_age", "his_said", "shared_with", "associate"}
    | {"own_word_newest", "kept_newest", "unknown_newest", "application_form_newest", "app_account_newest"}
    | {"tie_last", "firsthand_last"}
)
SIGNS: Ints = np.array([(name in _RISING) - (name in _FALLING) for name in NAMES], dtype=np.int64)


class BadForest(ValueError):
    """A text that is no forest over these figures. ``code`` is damaged, other_figures or not_a_number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Figures:
    """The rows trees look at, and what their sources' own figures are taken from."""

    have: Columns
    rows: Floats

    def of(self, learned: Learned) -> Floats:
        """Give the rows one forest looks at: all figures, and those of the sources it names."""
        if not learned.sources:
            return self.rows
        return np.concatenate([self.rows, source_features(self.have, learned.sources)], axis=1)


def figures(have: Columns, chain: Floats) -> Figures:
    """Give the figures of every number. ``chain`` has the columns of ``CHAIN``."""
    known: Alone = alone(have)
    group = Group(have, known)
    within = case_features(have, known, group)
    coupled = coupled_features(chain[:, 1], group)
    return Figures(have, np.concatenate([known.rows, within, chain, coupled], axis=1))


def steps(found: Figures, learned: Sequence[Learned]) -> Floats:
    """Give what each of ``GROUPS`` adds to each number, in bits, and in the last column what all get.

    What a source's own figures add is counted among the claims.
    """
    total = np.zeros((len(found.rows), len(GROUPS) + 1))
    for one in learned:
        groups = np.concatenate([_GROUP, np.full(PER_SOURCE * len(one.sources), GROUPS.index("claim"))])
        total += read_forest(one).steps(found.of(one), groups, len(GROUPS))
    return total


def total(found: Figures, learned: Sequence[Learned]) -> Floats:
    """Give what all trees together add to each number, in bits: the sum of :func:`steps`, quicker."""
    added = np.zeros(len(found.rows))
    for one in learned:
        added += read_forest(one).bits(found.of(one))
    return added


def read_forest(learned: Learned) -> Forest:
    """Give the trees. Raises :class:`BadForest`."""
    return unpacked(learned.packed, len(FIGURES) + PER_SOURCE * len(learned.sources))


_GROUP: Ints = np.array([GROUPS.index(group) for _, group in FIGURES], dtype=np.int64)


_HEAD = np.dtype("<u4")
# A forest larger than this is none of ours, and would fill the memory.
_LARGEST = 64 * 1024 * 1024
# Nothing a tree says is worth more bits than this; a file that says so is damaged.
_MOST_BITS = 64.0


def _mark() -> int:
    return zlib.crc32("\n".join(NAMES).encode())


def packed(forest: Forest) -> str:
    """Give the forest as text."""
    head = np.array([_mark(), forest.depth, forest.count], dtype=_HEAD).tobytes()
    cover = np.clip(np.round(np.log2(forest.cover + 2.0**-31) * 8.0), -248, 0) + 248
    body = (
        forest.feature.astype("<u2").tobytes()
        + forest.threshold.astype("<f4").tobytes()
        + forest.value.astype("<f4").tobytes()
        + cover.astype(np.uint8).tobytes()
    )
    return base64.b64encode(zlib.compress(head + body, 9)).decode("ascii")


@lru_cache(maxsize=8)
def unpacked(text: str, width: int) -> Forest:
    """Read what :func:`packed` wrote. Raises :class:`BadForest` when it is none over ``width`` figures."""
    opener = zlib.decompressobj()
    try:
        raw = opener.decompress(base64.b64decode(text, validate=True), _LARGEST)
        mark, depth, count = (int(one) for one in np.frombuffer(raw[:12], dtype=_HEAD))
    except (ValueError, binascii.Error, zlib.error) as error:
        raise BadForest("damaged") from error
    leaves = 1 << min(depth, 16)
    sizes = [count * depth * 2, count * depth * 4, count * leaves * 4, count * leaves]
    if not 1 <= depth <= 10 or len(raw) != 12 + sum(sizes):
        raise BadForest("damaged")
    at = np.cumsum([12, *sizes])
    feature = np.frombuffer(raw[at[0] : at[1]], dtype="<u2").astype(np.int64).reshape(count, depth)
    threshold = np.frombuffer(raw[at[1] : at[2]], dtype="<f4").astype(np.float64).reshape(count, depth)
    value = np.frombuffer(raw[at[2] : at[3]], dtype="<f4").astype(np.float64).reshape(count, leaves)
    cover = np.frombuffer(raw[at[3] : at[4]], dtype=np.uint8).astype(np.float64).reshape(count, leaves)
    if mark != _mark() or int(feature.max(initial=0)) >= width:
        raise BadForest("other_figures")
    if not (np.isfinite(threshold).all() and (np.abs(value) <= _MOST_BITS).all()):
        raise BadForest("not_a_number")
    return Forest(feature, threshold, value, np.exp2((cover - 248.0) / 8.0))
