"""Boosted trees, and the text they are kept as."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

import numpy as np
import pytest

from graph.boost import Binned, Forest, Growth, binned, empty, grow
from graph.inuse_learned import FIGURES, SIGNS, BadForest, packed, read_forest, unpacked
from graph.inuse_weights import DEFAULT

GROWTH = Growth(trees=40, depth=3, rate=0.3, rows=1.0, columns=1.0, ridge=1.0)


def _rows(count: int = 600, width: int = 4) -> np.ndarray:
    return np.random.default_rng(5).normal(size=(count, width))


def _grown(rows: np.ndarray, labels: np.ndarray, growth: Growth = GROWTH, **more: np.ndarray) -> Forest:
    nought = np.zeros(len(rows))
    return grow(binned(rows), labels, nought, np.ones(len(rows)), growth, more.get("signs"))


def _either(rows: np.ndarray) -> np.ndarray:
    return np.asarray((rows[:, 0] > 0) != (rows[:, 1] > 0), dtype=float)


def test_what_only_two_figures_together_tell_is_learned() -> None:
    rows = _rows()

    forest = _grown(rows, _either(rows))

    assert ((forest.bits(rows) > 0) == (_either(rows) > 0)).mean() > 0.95


def test_the_steps_of_the_figures_add_up_to_the_forecast() -> None:
    rows = _rows()
    forest = _grown(rows, _either(rows))

    steps = forest.steps(rows, np.array([0, 1, 2, 2]), 3)

    assert steps.shape == (600, 4)
    assert np.allclose(steps.sum(axis=1), forest.bits(rows), atol=1e-12)
    assert np.unique(steps[:, 3]).size == 1


def test_a_figure_that_nothing_depends_on_gets_hardly_a_step() -> None:
    rows = _rows()
    forest = _grown(rows, (rows[:, 0] > 0).astype(float), replace(GROWTH, trees=10))

    steps = np.abs(forest.steps(rows, np.arange(4), 4)).mean(axis=0)

    assert steps[0] > 20 * steps[1:4].max()


def test_one_row_is_forecast_as_it_is_among_many() -> None:
    rows = _rows(1300)
    forest = _grown(rows, _either(rows))

    alone = np.concatenate([forest.steps(rows[at : at + 1], np.arange(4), 4) for at in (0, 511, 512, 1299)])

    assert (alone == forest.steps(rows, np.arange(4), 4)[[0, 511, 512, 1299]]).all()


def test_the_same_seed_grows_the_same_trees_and_another_does_not() -> None:
    rows = _rows()
    some = replace(GROWTH, rows=0.5, columns=0.5)

    first, again = (_grown(rows, _either(rows), some) for _ in range(2))
    other = _grown(rows, _either(rows), replace(some, seed=8))

    assert (first.value == again.value).all()
    assert not (first.value == other.value).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_figure_with_a_sign_never_speaks_the_other_way(sign: int) -> None:
    rows = _rows()
    noisy = (np.random.default_rng(1).random(600) < 0.5 + 0.2 * np.sin(3 * rows[:, 0])).astype(float)
    forest = _grown(rows, noisy, signs=np.array([sign, 0, 0, 0]))
    line = np.repeat(rows[:20], 50, axis=0)
    line[:, 0] = np.tile(np.linspace(-3, 3, 50), 20)

    rising = np.diff(forest.bits(line).reshape(20, 50), axis=1) * sign

    assert rising.min() >= -1e-9
    assert rising.max() > 0


def test_a_label_without_weight_teaches_nothing() -> None:
    rows = _rows()
    labels, weights = _either(rows), np.ones(600)
    weights[300:] = 0.0
    turned = np.where(weights > 0, labels, 1 - labels)
    nought = np.zeros(600)

    forests = [grow(binned(rows), said, nought, weights, GROWTH) for said in (labels, turned)]

    assert (forests[0].value == forests[1].value).all()


def test_nothing_to_learn_from_gives_no_trees() -> None:
    flat = np.ones((10, 2))

    assert _grown(flat, np.ones(10)).count == 0
    assert (empty(3).bits(flat) == 0).all()
    assert (empty(3).steps(flat, np.array([0, 1]), 2) == 0).all()


def test_other_rows_are_coded_between_the_same_thresholds() -> None:
    rows = _rows()
    data: Binned = binned(rows)

    again = binned(rows[::-1], data.edges)

    assert (again.codes == data.codes[::-1]).all()


def _forest(width: int) -> Forest:
    rows = _rows(200, width)
    return _grown(rows, _either(rows))


def test_trees_survive_the_way_through_text() -> None:
    forest, rows = _forest(5), _rows(200, 5)

    back = unpacked(packed(forest), 5)

    assert np.allclose(back.bits(rows), forest.bits(rows), atol=1e-5)
    assert np.allclose(back.steps(rows, np.arange(5), 5), forest.steps(rows, np.arange(5), 5), atol=0.2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("not base64!", "damaged", id="no base64"),
        pytest.param(base64.b64encode(b"nothing").decode(), "damaged", id="not packed"),
        pytest.param(base64.b64encode(zlib.compress(b"short")).decode(), "damaged", id="cut off"),
        pytest.param(base64.b64encode(zlib.compress(b"\0" * 12)).decode(), "damaged", id="no depth"),
        pytest.param(packed(_forest(9)), "other_figures", id="figures that are not there"),
        pytest.param(packed(_forest(4).scaled(float("nan"))), "not_a_number", id="not a number"),
        pytest.param(packed(_forest(4).scaled(1e9)), "not_a_number", id="beyond reason"),
    ],
)
def test_a_text_that_is_no_forest_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadForest) as caught:
        unpacked(text, 4 if code != "other_figures" else 1)

    assert caught.value.code == code


def test_the_shipped_trees_look_at_the_figures_there_are() -> None:
    (learned,) = DEFAULT.learned

    forest = read_forest(learned)

    assert forest.count > 100
    assert forest.feature.max() < len(FIGURES) == len(SIGNS)
