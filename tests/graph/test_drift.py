"""Predictions against what calls showed: quiet where the model is right, an alarm where it is not."""

from __future__ import annotations

import random

import pytest

from graph.drift import Said, drift

HEARD = (5.0, -3.3, 0.35)  # himself, a wrong party, no answer: bits as of graph.lessons


def said(count: int, seed: int, *, twist: float = 0.0, shipped_twist: float = 0.0) -> list[Said]:
    """Predictions of a model that is ``twist`` too high, with noisy calls behind them."""
    dice = random.Random(seed)
    found = []
    for place in range(count):
        true = dice.uniform(0.02, 0.9)
        his = dice.random() < true
        # Strangers and relatives pick up more often than he does; one in nine of his answers is a dodge.
        if dice.random() < (0.5 if his else 0.3):
            bits = HEARD[2]
        else:
            bits = HEARD[1] if not his or dice.random() < 0.09 else HEARD[0]
        found.append(
            Said(
                p=min(max(true + twist, 0.01), 0.99),
                shipped=min(max(true + shipped_twist, 0.01), 0.99),
                bits=bits,
                group=f"c{place // 2}",
            )
        )
    return found


def test_a_model_that_is_right_raises_no_alarm_most_of_the_time() -> None:
    alarms = [drift(said(300, seed), seed=seed).alarm for seed in range(10)]

    assert sum(bool(alarm) for alarm in alarms) <= 2


@pytest.mark.parametrize("twist", [0.2, -0.2])
def test_a_model_that_has_gone_wrong_raises_one(twist: float) -> None:
    found = drift(said(600, 1, twist=twist, shipped_twist=twist))

    assert found.alarm == "miscalibrated"
    assert found.ece > found.chance
    assert found.low < found.ece < found.high


def test_a_model_worse_than_the_shipped_one_says_so() -> None:
    found = drift(said(600, 2, twist=0.3))

    assert found.alarm == "worse_than_shipped"
    assert found.gain < 0.0
    assert found.log_loss > found.shipped_log_loss


def test_few_predictions_are_no_ground_for_an_alarm() -> None:
    assert drift(said(50, 3, twist=0.4)).alarm == "too_few"
    assert drift([]).alarm == "too_few"


def test_the_share_that_came_true_makes_up_for_noisy_calls() -> None:
    ones = [Said(p=0.8, shipped=0.8, bits=one.bits, group=one.group) for one in said(4000, 4)]

    found = drift(ones[:1000])

    # 0.46 of the numbers are his, though he himself was heard on 0.21 of them.
    assert sum(one.true * one.count for one in found.bins) / 1000 == pytest.approx(0.46, abs=0.06)
    assert all(one.low < 0.46 < one.high for one in found.bins[::3])


def test_bins_hold_every_prediction_once_and_rise() -> None:
    found = drift(said(500, 5))

    assert sum(one.count for one in found.bins) == 500
    assert [one.said for one in found.bins] == sorted(one.said for one in found.bins)
    assert all(0.0 <= one.low <= one.true <= one.high <= 1.0 for one in found.bins)


def test_the_order_of_predictions_does_not_matter() -> None:
    ones = said(200, 6)

    assert drift(random.Random(1).sample(ones, len(ones))).ece == pytest.approx(drift(ones).ece)
