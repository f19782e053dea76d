"""What the four questions to an operator send, and what its answers mean."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from graph.model import FactKind, Identifier, Name, PartialDate, Phone
from sources.carrier.camara import KycMatch, NumberRecycling, SubscriptionStatus, Tenure
from sources.contract import Answer, Ask, Outcome, Reply, Source
from sources.testing import an_ask, check_source, drive, fictional

FOUR = [NumberRecycling(), Tenure(), KycMatch(), SubscriptionStatus()]
GOOD = {
    "camara.number-recycling": {"phoneNumberRecycled": False},
    "camara.kyc-tenure": {"tenureDateCheck": True, "contractType": "PAYG"},
    "camara.kyc-match": {"nameMatch": "true", "idDocumentMatch": "true", "birthdateMatch": "true"},
    "camara.subscription-status": {"voiceSmsIn": "active", "voiceSmsOut": "active", "dataService": "active"},
}
each = pytest.mark.parametrize("source", FOUR, ids=lambda source: source.name)


def reply(body: object, status: int = 200, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(
        status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}, body=raw
    )


def error(status: int, code: str, **headers: str) -> Reply:
    return reply({"status": status, "code": code, "message": "…"}, status, **headers)


def answer_of(source: Source, said: Reply, ask: Ask | None = None) -> Answer:
    return drive(source.lookup(ask or an_ask()), said).answer


@each
def test_it_has_the_manners_of_a_source(source: Source) -> None:
    check_source(source, reply(GOOD[source.name]))


@each
def test_a_fact_says_which_number_who_said_it_and_when(source: Source) -> None:
    answer = answer_of(source, reply(GOOD[source.name]))

    for fact in answer.facts:
        assert (fact.phone, fact.source, fact.as_of) == (
            fictional().phone,
            source.name,
            dt.date(2026, 11, 23),
        )
        assert fact.raw


# The meaning traps of reference/carriers.md §2.4


@each
def test_404_is_another_operators_customer_and_never_a_number_that_does_not_exist(source: Source) -> None:
    answer = answer_of(source, error(404, "IDENTIFIER_NOT_FOUND"))

    assert (answer.outcome, answer.facts) == (Outcome.NOT_SERVED, ())


def test_a_match_is_said_in_strings_and_a_boolean_is_not_understood() -> None:
    said = answer_of(KycMatch(), reply({"nameMatch": "false"}))
    bare = answer_of(KycMatch(), reply({"nameMatch": False}))

    assert [fact.value for fact in said.facts] == ["none"]
    assert (bare.outcome, bare.raw) == (Outcome.PROTOCOL_ERROR, "200 nameMatch")


def test_a_recycled_number_is_said_in_booleans_and_a_string_is_not_understood() -> None:
    answer = answer_of(NumberRecycling(), reply({"phoneNumberRecycled": "false"}))

    assert answer.outcome is Outcome.PROTOCOL_ERROR


def test_an_exact_match_has_no_score_and_none_is_made_up() -> None:
    (fact,) = answer_of(KycMatch(), reply({"nameMatch": "true"})).facts

    assert (fact.value, fact.score) == ("exact", None)


def test_a_score_beside_an_exact_match_contradicts_it() -> None:
    answer = answer_of(KycMatch(), reply({"nameMatch": "true", "nameMatchScore": 12}))

    assert answer.outcome is Outcome.PROTOCOL_ERROR


@pytest.mark.parametrize(
    ("score", "word"),
    [(99, "high"), (90, "high"), (89, "partial"), (80, "partial"), (79, "none"), (0, "none")],
)
def test_a_score_makes_a_name_more_or_less_alike_and_is_kept(score: int, word: str) -> None:
    (fact,) = answer_of(KycMatch(), reply({"nameMatch": "false", "nameMatchScore": score})).facts

    assert (fact.value, fact.score) == (word, score / 100)


@pytest.mark.parametrize("score", [100, -1, 0.9, "90", True, None])
def test_a_score_outside_the_definition_is_not_understood(score: object) -> None:
    answer = answer_of(KycMatch(), reply({"nameMatch": "false", "nameMatchScore": score}))

    assert answer.outcome is Outcome.PROTOCOL_ERROR


def test_a_refusal_because_the_id_differs_is_a_refusal_and_not_a_fact() -> None:
    answer = answer_of(KycMatch(), error(403, "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH"))

    assert (answer.outcome, answer.facts) == (Outcome.PRECONDITION_FAILED, ())
    assert answer.raw == "403 KNOW_YOUR_CUSTOMER.ID_DOCUMENT_MISMATCH"


def test_another_document_having_another_number_says_nothing() -> None:
    (fact,) = answer_of(KycMatch(), reply({"idDocumentMatch": "false", "idDocumentTypeMatch": "false"})).facts

    assert (fact.attribute, fact.value) == ("id", "no_data")


def test_the_same_document_having_another_number_does_not_match() -> None:
    (fact,) = answer_of(KycMatch(), reply({"idDocumentMatch": "false", "idDocumentTypeMatch": "true"})).facts

    assert (fact.attribute, fact.value) == ("id", "none")


@pytest.mark.parametrize("source", [NumberRecycling(), Tenure()], ids=lambda source: source.name)
def test_without_a_documented_contact_date_nothing_is_asked(source: Source) -> None:
    missing = drive(source.lookup(an_ask(anchor_date=None)))
    future = drive(source.lookup(an_ask(anchor_date=dt.date(2026, 11, 24))))

    assert (missing.answer.outcome, missing.answer.raw) == (Outcome.BAD_INPUT, "anchor_date_missing")
    assert (future.answer.outcome, future.answer.raw) == (Outcome.BAD_INPUT, "anchor_date_in_future")
    assert missing.asked == future.asked == ()


@pytest.mark.parametrize(("said", "value"), [(True, "yes"), (False, "no")])
def test_a_recycled_number_is_counted_from_the_anchor(said: bool, value: str) -> None:
    driven = drive(NumberRecycling().lookup(an_ask()), reply({"phoneNumberRecycled": said}))

    (fact,) = driven.answer.facts
    assert driven.call.json == {"phoneNumber": "+8615477000000", "specifiedDate": "2023-02-17"}
    assert (fact.kind, fact.value, fact.anchor) == (
        FactKind.HOLDER_CHANGED_SINCE,
        value,
        dt.date(2023, 2, 17),
    )


def test_a_short_tenure_is_no_sign_of_a_new_holder() -> None:
    answer = answer_of(Tenure(), reply({"tenureDateCheck": False, "contractType": "PAYM"}))

    assert [(fact.kind, fact.value) for fact in answer.facts] == [
        (FactKind.TENURE_SINCE, "no"),
        (FactKind.CONTRACT, "postpaid"),
    ]


# The line's state


@pytest.mark.parametrize(
    ("calls_in", "calls_out", "data", "facts"),
    [
        ("active", "active", "active", [("line_status", "active")]),
        ("active", "active", "throttled", [("line_status", "active")]),
        ("active", "active", "suspended", [("line_status", "active")]),
        ("active", "suspended", "active", [("line_status", "partly_suspended")]),
        (
            "suspended",
            "active",
            "active",
            [("line_status", "partly_suspended"), ("reachability", "barred")],
        ),
        ("suspended", "suspended", "active", [("line_status", "suspended")]),
    ],
)
def test_the_state_of_a_line_is_that_of_its_calls(
    calls_in: str, calls_out: str, data: str, facts: list[tuple[str, str]]
) -> None:
    body = {"voiceSmsIn": calls_in, "voiceSmsOut": calls_out, "dataService": data}

    answer = answer_of(SubscriptionStatus(), reply(body))

    assert [(fact.kind.value, fact.value) for fact in answer.facts] == facts


# What is told


def test_a_match_sends_only_what_is_known_whole() -> None:
    ask = an_ask(
        name=Name(text="赵*", masked=True),
        ids=(
            Identifier(scheme="prc_id", value="9999991970****0005", masked=True),
            Identifier(scheme="other", value="AB-778812"),
            Identifier(scheme="prc_id", value="999999197001010000", sound=False),
        ),
        born=PartialDate(year=1970, month=1),
    )

    driven = drive(KycMatch().lookup(ask), reply({"idDocumentMatch": "true"}))

    assert driven.call.json == {"phoneNumber": "+8615477000000", "idDocument": "AB-778812"}


def test_a_match_with_nothing_whole_to_compare_is_not_asked() -> None:
    ask = an_ask(name=Name(text="赵*", masked=True), ids=(), born=PartialDate(year=1970))

    driven = drive(KycMatch().lookup(ask))

    assert (driven.asked, driven.answer.raw) == ((), "nothing_whole_to_compare")


def test_a_citizens_number_is_told_before_any_other_document() -> None:
    ask = an_ask(ids=(Identifier(scheme="passport", value="E77665544"), *fictional().ids))

    call = drive(KycMatch().lookup(ask), Reply(status=503)).call

    assert call.json is not None
    assert call.json["idDocument"] == fictional().ids[0].value
    assert call.json["idDocumentType"] == "national_id_card"


def test_what_was_not_asked_is_not_read() -> None:
    ask = an_ask(ids=(), born=None)

    answer = answer_of(
        KycMatch(), reply({"nameMatch": "true", "idDocumentMatch": "false", "emailMatch": "false"}), ask
    )

    assert [fact.attribute for fact in answer.facts] == ["name"]


def test_an_operator_that_answers_nothing_we_asked_is_not_understood() -> None:
    assert answer_of(KycMatch(), reply({})).outcome is Outcome.PROTOCOL_ERROR


@each
@pytest.mark.parametrize(
    ("phone", "why"),
    [
        (Phone(pattern="+86154****1234"), "number_masked"),
        (Phone(e164="+8657187654321", extension="8012"), "number_behind_switchboard"),
        (Phone(e164="+0123456"), "number_malformed"),
    ],
    ids=["masked", "desk", "malformed"],
)
def test_a_number_that_is_not_one_whole_subscription_is_not_asked_about(
    source: Source, phone: Phone, why: str
) -> None:
    driven = drive(source.lookup(an_ask(phone=phone)))

    assert (driven.asked, driven.answer.outcome, driven.answer.raw) == ((), Outcome.BAD_INPUT, why)


@each
def test_the_purpose_is_declared_as_a_scope_and_one_without_a_term_is_not_asked_for(source: Source) -> None:
    own = drive(source.lookup(an_ask(purpose="dpv:CustomerSolvencyMonitoring")), Reply(status=503))
    none = drive(source.lookup(an_ask(purpose="curiosity dpv:X")))

    assert own.call.scope.split()[0] == "dpv:CustomerSolvencyMonitoring"
    assert (none.asked, none.answer.raw) == ((), "purpose_without_dpv_term")


# What can go wrong


@each
@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (400, "INVALID_ARGUMENT", Outcome.BAD_INPUT),
        (400, "OUT_OF_RANGE", Outcome.BAD_INPUT),
        (401, "UNAUTHENTICATED", Outcome.AUTH_FAILED),
        (403, "PERMISSION_DENIED", Outcome.NOT_ENTITLED),
        (404, "NOT_FOUND", Outcome.PROTOCOL_ERROR),
        (422, "SERVICE_NOT_APPLICABLE", Outcome.NOT_SERVED),
        (429, "QUOTA_EXCEEDED", Outcome.QUOTA_EXHAUSTED),
        (503, "UNAVAILABLE", Outcome.UNAVAILABLE),
    ],
)
def test_a_refusal_has_its_outcome(source: Source, status: int, code: str, outcome: Outcome) -> None:
    assert answer_of(source, error(status, code)).outcome is outcome


@each
def test_too_many_requests_says_how_long_to_wait(source: Source) -> None:
    answer = answer_of(source, error(429, "TOO_MANY_REQUESTS", retry_after="12"))

    assert (answer.outcome, answer.retry_after) == (Outcome.RATE_LIMITED, 12.0)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (reply(b"<html>nginx</html>", 502), Outcome.UNAVAILABLE),
        (reply(b"<html>slow down</html>", 429, retry_after="3"), Outcome.RATE_LIMITED),
        (reply(b"Unauthorized", 401), Outcome.AUTH_FAILED),
        (reply(b"<html>not here</html>", 404), Outcome.PROTOCOL_ERROR),
        (reply(b"<html>welcome</html>"), Outcome.PROTOCOL_ERROR),
        (reply(b'{"phoneNumberRecycled": tru'), Outcome.PROTOCOL_ERROR),
        (reply(b'{"phoneNumberRecycled": true, "phoneNumberRecycled": false}'), Outcome.PROTOCOL_ERROR),
        (reply(b'{"phoneNumberRecycled": NaN}'), Outcome.PROTOCOL_ERROR),
        (reply(b"[" * 100_000), Outcome.PROTOCOL_ERROR),
        (reply(b'{"a": ' + b"9" * 5000 + b"}"), Outcome.PROTOCOL_ERROR),
        (reply([True]), Outcome.PROTOCOL_ERROR),
        (reply({"phoneNumberRecycled": 1}), Outcome.PROTOCOL_ERROR),
        (reply({"phoneNumberRecycled": None}), Outcome.PROTOCOL_ERROR),
        (reply({"phoneNumberRecycled": True}, 201), Outcome.PROTOCOL_ERROR),
        (reply(b"", 302, location="https://elsewhere.example"), Outcome.PROTOCOL_ERROR),
        (reply({"type": "about:blank", "status": 404, "title": "no route"}, 404), Outcome.PROTOCOL_ERROR),
        (reply({"status": 404, "code": "SOMETHING_NEW", "message": ""}, 404), Outcome.PROTOCOL_ERROR),
        (
            reply({"status": 403, "code": "IDENTIFIER_NOT_FOUND", "message": ""}, 404),
            Outcome.PROTOCOL_ERROR,
        ),
        (reply({"status": 200, "code": "IDENTIFIER_NOT_FOUND", "message": ""}), Outcome.PROTOCOL_ERROR),
    ],
    ids=lambda part: part.body[:24].decode("ascii", "replace") if isinstance(part, Reply) else part.value,
)
def test_what_the_definition_does_not_list_is_never_guessed_at(said: Reply, outcome: Outcome) -> None:
    answer = answer_of(NumberRecycling(), said)

    assert (answer.outcome, answer.facts) == (outcome, ())


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (Tenure(), {"tenureDateCheck": True, "contractType": "payg"}),
        (Tenure(), {"tenureDateCheck": True, "contractType": None}),
        (Tenure(), {"contractType": "PAYG"}),
        (KycMatch(), {"nameMatch": "TRUE"}),
        (KycMatch(), {"nameMatch": "unknown"}),
        (SubscriptionStatus(), {"voiceSmsIn": "active", "voiceSmsOut": "active"}),
        (SubscriptionStatus(), {"voiceSmsIn": "throttled", "voiceSmsOut": "active", "dataService": "active"}),
    ],
)
def test_a_value_outside_the_definitions_list_is_not_understood(source: Source, body: object) -> None:
    assert answer_of(source, reply(body)).outcome is Outcome.PROTOCOL_ERROR


def test_a_hostile_code_does_not_reach_the_log() -> None:
    answer = answer_of(NumberRecycling(), error(400, "+8615477000000 赵未名"))

    assert (answer.outcome, answer.raw) == (Outcome.PROTOCOL_ERROR, "400")
