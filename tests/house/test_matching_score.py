"""The scorer behind docs/matching-figures.md against plain counting of every pair."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.matching import score

TRUTH = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b", "c1": "c"}


def _truth(folder: Path, people: dict[str, str]) -> score.Truth:
    path = folder / "truth.csv"
    path.write_text("id,cluster\n" + "".join(f"{one},{person}\n" for one, person in people.items()))
    return score.read_truth(path)


def _pairs(folder: Path, rows: list[tuple[str, str, float]]) -> Path:
    path = folder / "pairs.csv"
    path.write_text("left,right,p,bits\n" + "".join(f"{left},{right},{p},0\n" for left, right, p in rows))
    return path


def _clusters(folder: Path, clusters: dict[str, object]) -> Path:
    path = folder / "clusters.csv"
    path.write_text("id,cluster\n" + "".join(f"{one},{cluster}\n" for one, cluster in clusters.items()))
    return path


def _by_hand(people: dict[str, str], clusters: dict[str, object]) -> dict[str, float]:
    """Every pair looked at, every record's cluster compared with its person: the definitions themselves."""
    pairs = list(itertools.combinations(people, 2))
    said = {pair for pair in pairs if clusters[pair[0]] == clusters[pair[1]]}
    true = {pair for pair in pairs if people[pair[0]] == people[pair[1]]}
    precision, recall, majority = 0.0, 0.0, 0
    for one in people:
        mates = {other for other in people if clusters[other] == clusters[one]}
        person = {other for other in people if people[other] == people[one]}
        precision += len(mates & person) / len(mates)
        recall += len(mates & person) / len(person)
    for cluster in set(clusters.values()):
        inside = [people[one] for one in people if clusters[one] == cluster]
        majority += max(inside.count(person) for person in inside)
    return {
        "pair_precision": len(said & true) / len(said) if said else 1.0,
        "pair_recall": len(said & true) / len(true) if true else 1.0,
        "cubed_precision": precision / len(people),
        "cubed_recall": recall / len(people),
        "purity": majority / len(people),
    }


@pytest.mark.parametrize("seed", range(6))
def test_cluster_scores_equal_counting_every_pair(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    people = {f"r{at}": f"p{rng.randrange(12)}" for at in range(40)}
    clusters: dict[str, object] = {one: rng.randrange(15) for one in people}
    truth = _truth(tmp_path, people)

    found = score.cluster_score(truth, score.read_clusters(_clusters(tmp_path, clusters), truth))

    expected = _by_hand(people, clusters)
    assert found.pairs.precision == pytest.approx(expected["pair_precision"])
    assert found.pairs.recall == pytest.approx(expected["pair_recall"])
    assert found.b_cubed.precision == pytest.approx(expected["cubed_precision"])
    assert found.b_cubed.recall == pytest.approx(expected["cubed_recall"])
    assert found.purity == pytest.approx(expected["purity"])


def test_true_pairs_that_were_never_compared_are_missed(tmp_path: Path) -> None:
    truth = _truth(tmp_path, TRUTH)
    left, right, _ = score.read_pairs(_pairs(tmp_path, [("a1", "a2", 0.9), ("a1", "b1", 0.8)]), truth)

    found = score.pair_score(truth, left, right)

    assert (found.precision, found.recall) == (0.5, 0.25)


def test_the_best_threshold_does_not_part_pairs_of_one_probability(tmp_path: Path) -> None:
    truth = _truth(tmp_path, TRUTH)
    rows = [("a1", "a2", 0.9), ("a1", "a3", 0.7), ("a1", "b1", 0.7), ("a2", "c1", 0.2)]
    left, right, p = score.read_pairs(_pairs(tmp_path, rows), truth)

    at, best = score.best_threshold(truth, left, right, p)

    assert at == 0.7
    assert best.f1 == pytest.approx(2 * 2 / (3 + 4))


def test_a_pair_given_twice_counts_once_with_its_higher_probability(tmp_path: Path) -> None:
    truth = _truth(tmp_path, TRUTH)

    left, right, p = score.read_pairs(_pairs(tmp_path, [("a1", "a2", 0.3), ("a2", "a1", 0.9)]), truth)

    assert (len(left), len(right), list(p)) == (1, 1, [0.9])


def test_a_record_that_no_cluster_names_stands_alone(tmp_path: Path) -> None:
    truth = _truth(tmp_path, TRUTH)

    found = score.cluster_score(truth, score.read_clusters(_clusters(tmp_path, {"a1": 1, "a2": 1}), truth))

    assert (found.pairs.precision, found.pairs.recall, found.largest) == (1.0, 0.25, 2)


def test_linking_two_tables_asks_only_for_pairs_across_them(tmp_path: Path) -> None:
    people = {"x1": "a", "x2": "a", "y1": "a", "y2": "b"}
    _truth(tmp_path, people)
    tables = (tmp_path / "a.csv", tmp_path / "b.csv")
    tables[0].write_text("rec_id,name\nx1,\nx2,\n")
    tables[1].write_text("rec_id,name\ny1,\ny2,\n")
    truth = score.read_truth(tmp_path / "truth.csv", tables)
    clusters = score.read_clusters(_clusters(tmp_path, {"x1": 1, "x2": 2, "y1": 1, "y2": 1}), truth)

    found = score.cluster_score(truth, clusters)

    assert truth.pairs == 2
    assert (found.pairs.precision, found.pairs.recall) == (0.5, 0.5)


def test_the_closure_joins_what_a_chain_of_pairs_joins() -> None:
    rng = random.Random(3)
    edges = [(rng.randrange(300), rng.randrange(300)) for _ in range(220)]
    truth = score.Truth(None, np.zeros(300, dtype=np.int64))
    near = {at: {at} for at in range(300)}
    for one, other in edges:
        joined = near[one] | near[other]
        for member in joined:
            near[member] = joined

    label = score.closure(truth, *(np.array(side) for side in zip(*edges, strict=True)))

    assert [min(near[at]) for at in range(300)] == list(label)


def test_calibration_compares_the_mean_probability_with_what_came_true(tmp_path: Path) -> None:
    truth = _truth(tmp_path, TRUTH)
    rows = [("a1", "a2", 0.96), ("a1", "a3", 0.94), ("a1", "b1", 0.92), ("a1", "c1", 0.1)]

    found = score.calibration(truth, *score.read_pairs(_pairs(tmp_path, rows), truth))

    assert [(one.low, one.pairs) for one in found.deciles] == [(0.1, 1), (0.9, 3)]
    assert found.deciles[1].true == pytest.approx(2 / 3)
    assert found.error == pytest.approx((abs(0.1 - 0) + abs(2.82 - 2)) / 4)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("a1", "a1", 0.5), "with itself"),
        (("a1", "z9", 0.5), "not in the truth"),
        (("a1", "a2", 1.5), "no probability"),
        (("a1", "a2", float("nan")), "no probability"),
    ],
    ids=["itself", "unknown", "above one", "no number"],
)
def test_pairs_that_cannot_be_scored_are_refused(
    tmp_path: Path, row: tuple[str, str, float], said: str
) -> None:
    truth = _truth(tmp_path, TRUTH)

    with pytest.raises(ValueError, match=said):
        score.read_pairs(_pairs(tmp_path, [row]), truth)
