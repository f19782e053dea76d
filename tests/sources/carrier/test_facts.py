"""The one vocabulary of carriers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from graph.model import FactKind, Phone
from sources.carrier.facts import (
    ANCHORED,
    CAMARA_ERRORS,
    FORMS,
    GATED,
    RETRY,
    VALUES,
    Retry,
    fact,
    retry_after,
)
from sources.contract import Outcome, Reply

COMMON = Path(__file__).parents[4] / "shared/specs/camara/commonalities-artifacts/common/CAMARA_common.yaml"
PHONE = Phone(e164="+8615477000000")
TODAY = dt.date(2026, 11, 23)


def make(kind: FactKind, value: str, **more: object) -> object:
    return fact(kind, value, phone=PHONE, source="x", as_of=TODAY, **more)  # type: ignore[arg-type]


def test_every_kind_has_its_values_or_its_form_and_never_both() -> None:
    assert set(VALUES) | set(FORMS) == set(FactKind)
    assert not set(VALUES) & set(FORMS)


def test_every_listed_value_makes_a_fact() -> None:
    for kind, values in VALUES.items():
        for value in values:
            anchor = dt.date(2024, 3, 1) if kind in ANCHORED else None
            attribute = "name" if kind is FactKind.ATTRIBUTE_MATCH else ""

            made = make(kind, value, anchor=anchor, attribute=attribute)

            assert (made.kind, made.value) == (kind, value)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FactKind.LINE_STATUS, "alive"),
        (FactKind.LINE_STATUS, "Active"),
        (FactKind.LINE_STATUS, ""),
        (FactKind.TENURE, "24"),
        (FactKind.TENURE, "[3,6]"),
        (FactKind.CARRIER, "China Mobile"),
        (FactKind.PORTED, "true"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused_without_repeating_it(kind: FactKind, value: str) -> None:
    with pytest.raises(ValueError, match="no such value") as refused:
        make(kind, value)

    assert not value or value not in str(refused.value).split()


@pytest.mark.parametrize("value", ["[0,3)", "[24,)"])
def test_a_tenure_is_months_from_and_up_to(value: str) -> None:
    assert make(FactKind.TENURE, value)


@pytest.mark.parametrize("kind", sorted(ANCHORED))
def test_a_since_needs_its_day_and_not_one_to_come(kind: FactKind) -> None:
    with pytest.raises(ValueError, match="counted from"):
        make(kind, "yes")
    with pytest.raises(ValueError, match="after it was observed"):
        make(kind, "yes", anchor=dt.date(2027, 1, 1))


def test_a_match_says_what_was_compared_and_nothing_else_does() -> None:
    with pytest.raises(ValueError, match="compared"):
        make(FactKind.ATTRIBUTE_MATCH, "exact")
    with pytest.raises(ValueError, match="compared"):
        make(FactKind.LINE_STATUS, "active", attribute="name")


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan")])
def test_a_score_runs_from_0_to_1(score: float) -> None:
    with pytest.raises(ValueError, match="score"):
        make(FactKind.ATTRIBUTE_MATCH, "none", attribute="name", score=score)


def test_no_kind_of_fact_is_one_of_the_gated() -> None:
    assert not GATED & {kind.value for kind in FactKind}


def test_every_common_error_of_camara_has_an_outcome_that_finds_nothing() -> None:
    if not COMMON.is_file():
        pytest.skip(f"the published definition is not here: {COMMON}")
    responses = yaml.safe_load(COMMON.read_text("utf-8"))["components"]["responses"]
    examples = [
        (example["value"]["status"], example["value"]["code"])
        for response in responses.values()
        for example in response["content"]["application/json"]["examples"].values()
    ]

    assert len(examples) > 20
    for key in examples:
        assert CAMARA_ERRORS[key] not in {
            Outcome.ANSWERED,
            Outcome.NO_RECORD,
            Outcome.REFUSED,
            Outcome.UNKNOWN,
        }


def test_only_what_a_repeat_can_change_is_repeated() -> None:
    assert Retry.NEVER not in RETRY.values()
    assert not set(RETRY) & {Outcome.ANSWERED, Outcome.BAD_INPUT, Outcome.NOT_SERVED, Outcome.UNKNOWN}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "99999999999999"}, None),
        (
            {"retry-after": "Mon, 23 Nov 2026 10:01:00 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"},
            60.0,
        ),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 2026 10:01:00 GMT"}, None),
        ({"retry-after": "Mon, 23 Nov 2026 10:01:00 GMT", "date": "Mon, 23 Nov 2026 10:00:00 -0000"}, None),
    ],
)
def test_how_long_to_wait_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Reply(status=429, headers=headers)) == seconds
