"""The model as a file."""

from __future__ import annotations

import json

import pytest

from graph.inuse_weights import DEFAULT
from graph.model import LineType
from graph.model_file import BadModel, model_from_json, model_to_json


def test_a_model_survives_the_way_through_json() -> None:
    assert model_from_json(json.loads(json.dumps(model_to_json(DEFAULT)))) == DEFAULT


def test_a_file_may_name_only_what_it_changes() -> None:
    model = model_from_json({"name": "fitted", "slope": 1, "rates": {"mobile": {"use_to_out": 0.5}}})

    assert (model.name, model.slope) == ("fitted", 1.0)
    assert model.rates[LineType.MOBILE].use_to_out == 0.5
    assert model.rates[LineType.LANDLINE] == DEFAULT.rates[LineType.LANDLINE]


def test_a_file_may_add_sources_and_likelihoods() -> None:
    model = model_from_json({"source_class": {"my_bureau": "kept"}, "facts": {"line_status.new": [0.5] * 7}})

    assert model.source_class["my_bureau"] == "kept"
    assert model.facts["line_status.new"] == (0.5,) * 7


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param([], "not_an_object: model", id="a list"),
        pytest.param({"format": 99}, "unknown_format: format", id="a later format"),
        pytest.param({"sloop": 1}, "unknown_name: sloop", id="unknown name"),
        pytest.param({"tempers": {"claims": 1}}, "unknown_name: tempers.claims", id="unknown inner name"),
        pytest.param({"rates": {"pigeon": {}}}, "unknown_name: rates.pigeon", id="unknown line type"),
        pytest.param({"slope": "1"}, "not_a_number: slope", id="text for a number"),
        pytest.param({"slope": True}, "not_a_number: slope", id="truth for a number"),
        pytest.param({"slope": float("nan")}, "not_a_number: slope", id="not a number"),
        pytest.param({"offset": 1e300}, "not_a_number: offset", id="beyond reason"),
        pytest.param({"tempers": {"claim": -0.1}}, "negative: tempers.claim", id="negative temper"),
        pytest.param({"undated_age": -5}, "negative: undated_age", id="negative age"),
        pytest.param({"initial": [1, 2]}, "wrong_length: initial", id="short vector"),
        pytest.param({"initial": [0] * 7}, "not_positive: initial", id="impossible state"),
        pytest.param({"name": 7}, "not_a_text: name", id="number for a text"),
    ],
)
def test_a_mistake_is_told_with_its_place(raw: object, said: str) -> None:
    with pytest.raises(BadModel) as caught:
        model_from_json(raw)

    assert str(caught.value).replace(".:", ":").rstrip(".") == said
