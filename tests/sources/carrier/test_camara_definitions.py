"""What we send and read, held against the published definitions (skipped where they are not at hand)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure, refusal
from sources.carrier.facts import CAMARA_ERRORS
from sources.contract import Outcome, Reply, Source
from sources.testing import an_ask, drive

SOURCES = [NumberRecycling(), Tenure(), KycMatch(), SubscriptionStatus()]
ANSWERS = {
    "camara.number-recycling": [{"phoneNumberRecycled": True}, {"phoneNumberRecycled": False}],
    "camara.kyc-tenure": [
        {"tenureDateCheck": True, "contractType": kind} for kind in ("PAYG", "PAYM", "Business")
    ]
    + [{"tenureDateCheck": False}],
    "camara.kyc-match": [
        {"nameMatch": "true", "idDocumentMatch": "true", "birthdateMatch": "not_available"},
        {"nameMatch": "false", "nameMatchScore": 0, "idDocumentMatch": "false", "birthdateMatch": "false"},
        {"nameMatch": "false", "nameMatchScore": 99, "idDocumentMatch": "not_available"},
        {"nameMatch": "not_available", "birthdateMatch": "true"},
    ],
    "camara.subscription-status": [
        {"voiceSmsIn": a, "voiceSmsOut": b, "dataService": c}
        for a in ("active", "suspended")
        for b in ("active", "suspended")
        for c in ("active", "suspended", "throttled")
    ],
}
CASES = [(source, answer) for source in SOURCES for answer in ANSWERS[source.name]]
Defined = Callable[[str], Any]


def ok(body: object) -> Reply:
    return Reply(status=200, body=json.dumps(body).encode())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_request_is_the_one_the_definition_describes(source: Source, defined: Defined) -> None:
    definition = defined(source.name)

    call = drive(source.lookup(an_ask()), Reply(status=503)).call

    assert (call.method, call.path) == ("POST", definition.path)
    assert call.scope == f"dpv:FulfilmentOfContractualObligation {definition.scope}"
    definition.check(definition.request_schema, call.json)
    assert set(call.json or ()) <= set(definition.request_schema["properties"])


@pytest.mark.parametrize(("source", "answer"), CASES, ids=lambda part: str(getattr(part, "name", "")))
def test_every_answer_the_definition_allows_is_read(
    source: Source, answer: dict[str, object], defined: Defined
) -> None:
    definition = defined(source.name)
    definition.check(definition.response_schema(200), answer)

    read = drive(source.lookup(an_ask()), ok(answer)).answer

    assert read.outcome is Outcome.ANSWERED
    assert read.facts


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_value_the_definition_lists_has_been_tried(source: Source, defined: Defined) -> None:
    properties = defined(source.name).response_schema(200)["properties"]
    asked = {"nameMatch", "idDocumentMatch", "birthdateMatch"} if source.name == "camara.kyc-match" else None

    for name in asked or properties:
        schema = properties[name]
        listed = schema.get("enum") or [
            value for part in schema.get("allOf", ()) for value in part.get("enum", ())
        ]
        tried = {json.dumps(answer[name]) for answer in ANSWERS[source.name] if name in answer}
        expected = {json.dumps(value) for value in listed or [True, False]}
        assert tried == expected, name


def test_the_definitions_own_example_of_a_match_is_read_for_what_we_asked_and_nothing_else(
    defined: Defined,
) -> None:
    content = defined("camara.kyc-match").operation["responses"]["200"]["content"]["application/json"]
    example = content["examples"]["KYC_Match200Example"]["value"]

    answer = drive(KycMatch().lookup(an_ask()), ok(example)).answer

    assert [(fact.attribute, fact.value) for fact in answer.facts] == [
        ("name", "exact"),
        ("id", "exact"),
        ("born", "none"),
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_documented_error_has_an_outcome_and_no_finding(source: Source, defined: Defined) -> None:
    definition = defined(source.name)

    for status, body in definition.error_examples():
        definition.check(definition.response_schema(status), body)
        reply = Reply(status=status, body=json.dumps(body).encode())
        answer = drive(source.lookup(an_ask()), reply).answer

        assert answer.outcome is CAMARA_ERRORS[status, body["code"]]
        assert answer.outcome not in {Outcome.ANSWERED, Outcome.NO_RECORD}
        assert answer.raw == f"{status} {body['code']}"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_error_code_a_definition_lists_is_in_the_table(source: Source, defined: Defined) -> None:
    listed = {
        (status, code)
        for status in (400, 401, 403, 404, 422)
        for part in defined(source.name).response_schema(status)["allOf"]
        for code in part["properties"]["code"].get("enum", ())
    }

    assert listed
    assert listed <= set(CAMARA_ERRORS)


def test_an_error_body_at_another_status_is_a_protocol_error(defined: Defined) -> None:
    for status, body in defined("camara.kyc-match").error_examples():
        if status not in {401}:
            answer = refusal(Reply(status=418, body=json.dumps(body).encode()))

            assert answer.outcome is Outcome.PROTOCOL_ERROR
