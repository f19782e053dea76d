"""How right a linkage is: pairs, clusters and probabilities against the truth, without writing pairs out.

    python -m tests.benchmarks.matching.score TRUTH.csv [--pairs P.csv] [--clusters K.csv] [--threshold p]

TRUTH.csv is id,cluster; P.csv left,right,p; K.csv id,cluster (CSV or Parquet). Records that K.csv does not
name stand alone. Everything is counted from tables of (cluster, person) cells: a million records take some
seconds and no pair is made that was not given.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prf:
    """Precision, recall, and their harmonic mean. Nothing said is precision 1, nothing true recall 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """2PR / (P + R)."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (P {self.precision:.4f}, R {self.recall:.4f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterScore:
    """``pairs``: pairs of one cluster (the closure). ``purity``: the share in their cluster's majority."""

    pairs: Prf
    b_cubed: Prf
    purity: float
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decile:
    """Pairs with p in one tenth of 0…1: how many, their mean p, and the share that is truly one person."""

    low: float
    pairs: int
    mean: float
    true: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """``error`` is the expected calibration error over the deciles; ``brier`` the mean squared error of p."""

    deciles: tuple[Decile, ...]
    error: float
    brier: float


@dataclass(frozen=True, slots=True)
class Truth:
    """Who is who: ``person[i]`` of the record ``ids[i]``; ``side`` is its table when two are linked."""

    ids: pa.Array
    person: Ints
    side: Ints | None = None

    @property
    def pairs(self) -> int:
        """How many pairs of records are one person (of two tables: pairs across them)."""
        if self.side is None:
            return _choose(np.bincount(self.person))
        left = np.bincount(self.person[self.side == 0], minlength=int(self.person.max()) + 1)
        right = np.bincount(self.person[self.side == 1], minlength=int(self.person.max()) + 1)
        return int((left * right).sum())

    def index(self, ids: pa.ChunkedArray) -> Ints:
        """Give the places of ids. Raises ValueError for an id that the truth does not have."""
        found = pc.index_in(ids, value_set=self.ids)
        if found.null_count:
            first = ids.filter(pc.is_null(found))[0]
            raise ValueError(f"{found.null_count} ids are not in the truth, the first {first}")
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _choose(counts: Ints) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _codes(values: pa.ChunkedArray) -> Ints:
    encoded = pc.dictionary_encode(values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values)
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def read(path: Path, text: tuple[str, ...]) -> pa.Table:
    """Read a CSV or Parquet file, the columns of ``text`` as text (ids keep their leading zeros)."""
    if path.suffix == ".parquet":
        table = pa.parquet.read_table(path)
        for name in text:
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, table[name].cast(pa.string()))
        return table
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(text, pa.string()), strings_can_be_null=False)
    return pa.csv.read_csv(path, convert_options=options)


def read_truth(path: Path, tables: tuple[Path, ...] = (), identifier: str = "rec_id") -> Truth:
    """Read id,cluster. With two ``tables`` only pairs across them are asked for."""
    table = read(path, ("id", "cluster"))
    ids = table["id"].combine_chunks()
    side = None
    if len(tables) == 2:
        first = read(tables[0], (identifier,))[identifier]
        side = np.asarray(pc.invert(pc.is_in(ids, value_set=first.combine_chunks())), dtype=np.int64)
    return Truth(ids, _codes(table["cluster"]), side)


def read_pairs(path: Path, truth: Truth) -> tuple[Ints, Ints, Floats]:
    """Give (left, right, p) of each pair once, by places in the truth; given twice, the higher p counts.

    Raises:
        ValueError: a pair of a record with itself, an id that the truth does not have, a p outside 0…1.
    """
    table = read(path, ("left", "right"))
    left, right = truth.index(table["left"]), truth.index(table["right"])
    if (left == right).any():
        raise ValueError(f"{int((left == right).sum())} pairs are of a record with itself")
    p = np.asarray(table["p"].to_numpy(), dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"{int((~((p >= 0) & (p <= 1))).sum())} pairs have a p that is no probability")
    key = np.minimum(left, right) * len(truth.person) + np.maximum(left, right)
    order = np.lexsort((-p, key))
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[order][1:] != key[order][:-1]
    kept = order[first]
    return left[kept], right[kept], p[kept]


def read_clusters(path: Path, truth: Truth) -> Ints:
    """Give the cluster of each record of the truth. Raises ValueError for a record in two clusters."""
    table = read(path, ("id", "cluster"))
    at, cluster = truth.index(table["id"]), _codes(table["cluster"])
    if len(np.unique(at)) != len(at):
        raise ValueError("a record is in the clusters' file twice")
    # Records that are not named get numbers of their own behind the others.
    out = np.arange(len(truth.person), dtype=np.int64) + len(cluster) + 1
    out[at] = cluster
    return out


def pair_score(truth: Truth, left: Ints, right: Ints) -> Prf:
    """Score distinct pairs said to be one person; the pairs never compared count as missed."""
    hits = int((truth.person[left] == truth.person[right]).sum())
    return Prf(hits / len(left) if len(left) else 1.0, hits / truth.pairs if truth.pairs else 1.0)


def best_threshold(truth: Truth, left: Ints, right: Ints, p: Floats) -> tuple[float, Prf]:
    """Give the p from which pairs had best be taken, chosen with the truth in hand, and the score there."""
    if not len(p):
        return 1.0, pair_score(truth, left, right)
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(truth.person[left[order]] == truth.person[right[order]])
    said = np.arange(1, len(p) + 1)
    f1 = 2 * hits / (said + max(truth.pairs, 1))
    # A threshold cannot part pairs of one p: only the last of each counts.
    last = np.append(p[order][1:] != p[order][:-1], True)
    at = int(np.argmax(np.where(last, f1, -1.0)))
    return float(p[order][at]), Prf(hits[at] / said[at], hits[at] / max(truth.pairs, 1))


def closure(truth: Truth, left: Ints, right: Ints) -> Ints:
    """Give the clusters that the pairs make when everything joined is one (connected components)."""
    label = np.arange(len(truth.person), dtype=np.int64)
    while len(left):
        one, other = label[left], label[right]
        least = np.minimum(one, other)
        np.minimum.at(label, one, least)
        np.minimum.at(label, other, least)
        above = label[label]
        while (above != label).any():
            label, above = above, above[above]
        apart = label[left] != label[right]
        left, right = left[apart], right[apart]
    return label


def cluster_score(truth: Truth, cluster: Ints) -> ClusterScore:
    """Score clusters: the closure's pairs, B-cubed, purity, the largest cluster's size."""
    cluster = np.unique(cluster, return_inverse=True)[1].astype(np.int64)
    persons = int(truth.person.max()) + 1
    cells, counts = np.unique(cluster * persons + truth.person, return_counts=True)
    sizes, people = np.bincount(cluster), np.bincount(truth.person)
    total = len(cluster)
    squares = counts.astype(np.float64) ** 2
    b_cubed = Prf(
        float((squares / sizes[cells // persons]).sum() / total),
        float((squares / people[cells % persons]).sum() / total),
    )
    best = np.zeros(len(sizes), dtype=np.int64)
    np.maximum.at(best, cells // persons, counts)
    return ClusterScore(
        pairs=_closure_pairs(truth, cluster, cells, counts),
        b_cubed=b_cubed,
        purity=float(best.sum() / total),
        largest=int(sizes.max()),
    )


def _closure_pairs(truth: Truth, cluster: Ints, cells: Ints, counts: Ints) -> Prf:
    if truth.side is None:
        hits, said = _choose(counts), _choose(np.bincount(cluster))
    else:
        persons = int(truth.person.max()) + 1
        keys = cluster * persons + truth.person
        place = np.searchsorted(cells, keys)
        ours = [np.bincount(place[truth.side == side], minlength=len(cells)) for side in (0, 1)]
        whole = [
            np.bincount(cluster[truth.side == side], minlength=int(cluster.max()) + 1) for side in (0, 1)
        ]
        hits, said = int((ours[0] * ours[1]).sum()), int((whole[0] * whole[1]).sum())
    return Prf(hits / said if said else 1.0, hits / truth.pairs if truth.pairs else 1.0)


def calibration(truth: Truth, left: Ints, right: Ints, p: Floats) -> Calibration:
    """Compare p with how often it came true, over the pairs that were given a p."""
    same = (truth.person[left] == truth.person[right]).astype(np.float64)
    at = np.minimum((p * 10).astype(np.int64), 9)
    counts = np.bincount(at, minlength=10)
    means = np.bincount(at, weights=p, minlength=10)
    trues = np.bincount(at, weights=same, minlength=10)
    deciles = tuple(
        Decile(
            low=low / 10, pairs=int(counts[low]), mean=means[low] / counts[low], true=trues[low] / counts[low]
        )
        for low in range(10)
        if counts[low]
    )
    total = max(len(p), 1)
    return Calibration(
        deciles=deciles,
        error=float(np.abs(means - trues).sum() / total),
        brier=float(((p - same) ** 2).sum() / total),
    )


def main() -> None:
    """Score what a command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--clusters", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5, help="pairs from this p are said to be one")
    parser.add_argument("--tables", type=Path, nargs=2, default=(), help="two tables were linked")
    chosen = parser.parse_args()
    truth = read_truth(chosen.truth, tuple(chosen.tables))
    if chosen.pairs:
        left, right, p = read_pairs(chosen.pairs, truth)
        said = p >= chosen.threshold
        print(f"pairs at p ≥ {chosen.threshold}: {pair_score(truth, left[said], right[said])}")
        at, best = best_threshold(truth, left, right, p)
        print(f"best with the truth in hand, at p ≥ {at:.6f}: {best}")
        print(f"all pairs given: {pair_score(truth, left, right)}")
        shown = calibration(truth, left, right, p)
        print(f"calibration error {shown.error:.4f}, Brier {shown.brier:.4f}")
        for one in shown.deciles:
            print(f"  p {one.low:.1f}+: {one.pairs} pairs, mean p {one.mean:.3f}, true {one.true:.3f}")
    if chosen.clusters:
        score = cluster_score(truth, read_clusters(chosen.clusters, truth))
        print(f"clusters: pairs {score.pairs}; B-cubed {score.b_cubed}; purity {score.purity:.4f}; "
              f"largest {score.largest}")  # fmt: skip


if __name__ == "__main__":
    main()
