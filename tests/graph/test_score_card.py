"""Rates of sources, drawn to the mean: few calls prove little."""

from __future__ import annotations

import pytest

from graph.score_card import interval, rates


def test_three_of_three_is_no_perfect_source() -> None:
    found = rates({"new": (3, 3), "old": (120, 400), "older": (180, 400), "oldest": (60, 400)})

    assert found["new"].rate < 0.75
    assert found["new"].high - found["new"].low > 0.3
    assert found["old"].rate == pytest.approx(0.3, abs=0.01)


def test_many_calls_outweigh_the_others() -> None:
    found = rates({"one": (900, 1000), "two": (100, 1000)})

    assert found["one"].rate == pytest.approx(0.9, abs=0.01)
    assert found["two"].rate == pytest.approx(0.1, abs=0.01)


def test_a_source_never_called_has_the_mean_and_much_doubt() -> None:
    found = rates({"never": (0, 0), "one": (40, 100), "two": (60, 100)})

    assert found["never"].rate == pytest.approx(0.5, abs=0.02)
    assert found["never"].low < found["one"].low
    assert found["never"].high > found["two"].high


def test_no_call_at_all_is_no_error() -> None:
    assert rates({}) == {}
    assert rates({"one": (0, 0)})["one"].rate == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        # Quantiles of the beta distribution at 0.05 and 0.95 (closed form where b or a is 1: x = q^(1/a)).
        pytest.param(1.0, 1.0, 0.05, 0.95, id="uniform"),
        pytest.param(2.0, 1.0, 0.05**0.5, 0.95**0.5, id="rising"),
        pytest.param(1.0, 9.0, 1 - 0.95 ** (1 / 9), 1 - 0.05 ** (1 / 9), id="falling"),
        pytest.param(0.5, 0.5, 0.006156, 0.993844, id="arcsine"),
    ],
)
def test_the_interval_is_that_of_the_beta_distribution(a: float, b: float, low: float, high: float) -> None:
    assert interval(a, b) == pytest.approx((low, high), abs=0.004)
