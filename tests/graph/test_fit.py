"""Learning the in-use model from labelled cases."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from dataclasses import replace

import pytest

from graph.fit import LabelledCase, fit
from graph.inuse import rank
from graph.inuse_weights import DEFAULT
from graph.model import Claim, NumberEvidence, Phone, StatedUser, probability
from graph.model_file import model_from_json, model_to_json

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


def _sourced(count: int, seed: int) -> tuple[LabelledCase, ...]:
    """Give one-number cases of two sources no other home has: one is always right, the other always wrong."""
    dice = random.Random(seed)
    cases = []
    for index in range(count):
        phone, good = Phone(e164=f"+86154{index:08d}"), dice.random() < 0.5
        claim = Claim(
            phone=phone,
            source="our_app" if good else "our_list",
            record="r",
            stated_user=StatedUser.DEBTOR,
            date=TODAY - dt.timedelta(days=dice.randrange(900)),
        )
        number = NumberEvidence(phone=phone, claims=(claim,))
        cases.append(LabelledCase(numbers=(number,), as_of=TODAY, labels=(float(good),), weights=(1.0,)))
    return tuple(cases)


def test_sources_that_only_this_home_has_are_told_apart() -> None:
    cases = _sourced(400, 11)

    fitted = fit(cases[:200])

    assert fitted.report.stage == "trees"
    assert fitted.model.learned[-1].sources == ("our_app", "our_list")
    said = [(case.labels, rank(case.numbers, TODAY, fitted.model).numbers[0].p) for case in cases[200:]]
    assert min(p for labels, p in said if labels == (1.0,)) > 0.8
    assert max(p for labels, p in said if labels == (0.0,)) < 0.2


def test_a_fitted_model_still_explains_itself_exactly_and_survives_its_file() -> None:
    cases = _sourced(150, 12)
    model = fit(cases).model

    back = model_from_json(json.loads(json.dumps(model_to_json(model))))

    (one,) = rank(cases[0].numbers, TODAY, back).numbers
    assert back == model
    assert math.fsum(reason.bits for reason in one.reasons) == pytest.approx(
        math.log2(one.p) - math.log2(1 - one.p), abs=1e-9
    )


@pytest.mark.parametrize(
    ("count", "stage"), [(20, "calibration"), (80, "sources"), (150, "trees")], ids=["few", "some", "many"]
)
def test_the_more_labels_the_more_is_learned(count: int, stage: str) -> None:
    assert fit(_sourced(count, 13)).report.stage == stage


def test_cases_of_one_debtor_are_one_where_errors_are_reckoned() -> None:
    cases = _cases(90, 14, twist=-3.0)
    grouped = tuple(replace(case, group=f"d{at // 3}") for at, case in enumerate(cases))

    apart, together = fit(cases).report, fit(grouped).report

    assert (apart.cases, together.cases) == (90, 30)
    assert apart.numbers == together.numbers == 90
