"""Learning the in-use model from labelled cases."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from graph.fit import LabelledCase, fit
from graph.inuse import rank
from graph.inuse_weights import DEFAULT
from graph.model import Claim, NumberEvidence, Phone, StatedUser, probability

TODAY = dt.date(2026, 11, 23)


def _cases(count: int, seed: int, *, twist: float) -> tuple[LabelledCase, ...]:
    """Give one-number cases whose truth is drawn from the shipped model's odds times ``twist`` bits."""
    dice = random.Random(seed)
    cases = []
    for index in range(count):
        phone = Phone(e164=f"+86154{index:08d}")
        day = TODAY - dt.timedelta(days=dice.randrange(3000))
        claim = Claim(phone=phone, source="case_file", record="r", stated_user=StatedUser.DEBTOR, date=day)
        number = NumberEvidence(phone=phone, claims=(claim,))
        said = rank((number,), TODAY).numbers[0]
        bits = sum(reason.bits for reason in said.reasons) + twist
        label = 1.0 if dice.random() < probability(bits) else 0.0
        cases.append(LabelledCase(numbers=(number,), as_of=TODAY, labels=(label,), weights=(1.0,)))
    return tuple(cases)


def test_a_market_unlike_the_shipped_one_is_learned_and_found_better() -> None:
    fitted = fit(_cases(300, 1, twist=-3.0))

    assert fitted.report.better
    assert fitted.report.log_loss_after < fitted.report.log_loss_before
    assert fitted.report.cases == fitted.report.numbers == fitted.model.fitted_on == 300


def test_a_market_like_the_shipped_one_is_not_called_better() -> None:
    report = fit(_cases(300, 2, twist=0.0)).report

    assert not report.better


def test_the_same_cases_and_seed_give_the_same_model() -> None:
    cases = _cases(100, 3, twist=-2.0)

    assert fit(cases, seed=5) == fit(cases, seed=5)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param((), id="no case"),
        pytest.param(_cases(1, 4, twist=0.0), id="one case"),
    ],
)
def test_with_nothing_to_learn_from_the_model_stays(cases: tuple[LabelledCase, ...]) -> None:
    fitted = fit(cases)

    assert fitted.model == DEFAULT
    assert fitted.report.stage == "none"
    assert not fitted.report.better


def test_a_number_nobody_dialled_teaches_nothing() -> None:
    (case,) = _cases(1, 6, twist=0.0)
    silent = LabelledCase(numbers=case.numbers, as_of=TODAY, labels=(None,), weights=(1.0,))

    cases = _cases(60, 7, twist=-3.0)

    assert fit((*cases, silent)).report.numbers == 60


@pytest.mark.parametrize("label", [1.5, -0.1, float("nan")])
def test_a_label_beyond_certainty_is_refused(label: float) -> None:
    (case,) = _cases(1, 8, twist=0.0)

    with pytest.raises(ValueError, match="label"):
        LabelledCase(numbers=case.numbers, as_of=TODAY, labels=(label,), weights=(1.0,))
