"""What the fictional operator answers from its books."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tracer.demo.carrier import (
    MATCH,
    OPERATIONS,
    RECYCLING,
    STATUS,
    TENURE,
    Contract,
    Holding,
    Line,
    LineState,
    Operation,
    SandboxWorld,
    answer,
    jaro_winkler,
)

TODAY = dt.date(2026, 11, 23)
NUMBER = "+8615477000001"
FIRST = Holding(
    holder_name="赵未名",
    holder_id="A-1",
    since=dt.date(2019, 1, 1),
    until=dt.date(2023, 1, 1),
    holder_born=dt.date(1970, 1, 1),
)
SECOND = Holding(
    holder_name="钱子虚", holder_id="B-2", since=dt.date(2024, 6, 1), holder_born=dt.date(1980, 2, 2)
)
CAMARA = Path(__file__).parents[4] / "shared" / "specs" / "camara"
FILES = (
    "NumberRecycling-r2.2/code/API_definitions/number-recycling.yaml",
    "Tenure-r2.2/code/API_definitions/kyc-tenure.yaml",
    "KnowYourCustomerMatch-r1.2/code/API_definitions/kyc-match.yaml",
    "SubscriptionStatus-r1.2/code/API_definitions/subscription-status.yaml",
)


def world(**changes: Any) -> SandboxWorld:
    line = Line(**{"holder_history": (FIRST, SECOND), **changes})
    return SandboxWorld(today=TODAY, lines={NUMBER: line})


def ask(
    operation: Operation, books: SandboxWorld | None = None, **body: object
) -> tuple[int, dict[str, Any]]:
    said = answer(operation, {"phoneNumber": NUMBER, **body}, books or world())
    return said.status, dict(said.body)


def code(operation: Operation, body: object, books: SandboxWorld | None = None) -> tuple[int, object]:
    said = answer(operation, body, books or world())
    return said.status, said.body.get("code")


@pytest.mark.parametrize(
    ("day", "recycled"),
    [
        ("2024-06-01", False),
        ("2026-11-23", False),
        ("2022-12-31", True),
        ("2019-01-01", True),
        ("2023-06-01", True),
        ("2010-01-01", True),
    ],
    ids=["his first day", "today", "her last day", "her first day", "nobody's", "before everybody"],
)
def test_a_number_is_recycled_if_another_or_nobody_held_it_then(day: str, recycled: bool) -> None:
    assert ask(RECYCLING, specifiedDate=day) == (200, {"phoneNumberRecycled": recycled})


@pytest.mark.parametrize(("day", "held"), [("2024-06-01", True), ("2024-05-31", False)])
def test_tenure_is_counted_from_the_holders_first_day(day: str, held: bool) -> None:
    assert ask(TENURE, tenureDate=day) == (200, {"tenureDateCheck": held, "contractType": "PAYM"})


def test_tenure_starts_again_at_port_in_though_the_holder_is_the_same() -> None:
    ported = world(active_since=dt.date(2026, 1, 1), contract=None)

    assert ask(TENURE, ported, tenureDate="2025-01-01") == (200, {"tenureDateCheck": False})
    assert ask(RECYCLING, ported, specifiedDate="2025-01-01") == (200, {"phoneNumberRecycled": False})


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LineState.ACTIVE, ("active", "active", "active")),
        (LineState.SUSPENDED, ("suspended", "suspended", "suspended")),
        (LineState.OUTGOING_SUSPENDED, ("active", "suspended", "suspended")),
        (LineState.THROTTLED, ("active", "active", "throttled")),
    ],
)
def test_the_state_of_a_line(state: LineState, said: tuple[str, str, str]) -> None:
    status, body = ask(STATUS, world(status=state))

    assert (status, tuple(body.values())) == (200, said)


def test_a_match_answers_what_was_asked_and_scores_only_what_differs() -> None:
    status, body = ask(
        MATCH, name="钱 子虚", idDocument="b-2", birthdate="1980-02-03", email="a@b.example", country="CN"
    )

    assert status == 200
    assert body == {
        "nameMatch": "true",
        "idDocumentMatch": "true",
        "birthdateMatch": "false",
        "emailMatch": "not_available",
        "countryMatch": "not_available",
    }
    assert ask(MATCH, name="钱子需")[1] == {"nameMatch": "false", "nameMatchScore": 82}


def test_an_operator_that_needs_the_document_refuses_without_it_and_if_it_differs() -> None:
    strict = SandboxWorld(today=TODAY, lines=world().lines, id_document_required=True)

    assert ask(MATCH, strict, name="钱子虚")[1]["code"] == "KNOW_YOUR_CUSTOMER.ID_DOCUMENT_REQUIRED"
    assert ask(MATCH, strict, name="钱子虚", idDocument="A-1")[0] == 403
    assert ask(MATCH, strict, name="钱子虚", idDocument="B-2")[0] == 200


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.scope)
@pytest.mark.parametrize(
    "books",
    [
        SandboxWorld(today=TODAY),
        world(operator_served=False),
        world(status=LineState.CANCELLED),
        world(holder_history=(FIRST,)),
    ],
    ids=["unknown", "another operator's", "cancelled", "nobody's"],
)
def test_who_is_no_customer_is_not_found(operation: Operation, books: SandboxWorld) -> None:
    body = full(operation)

    assert code(operation, body, books) == (404, "IDENTIFIER_NOT_FOUND")


def full(operation: Operation) -> dict[str, object]:
    more: dict[str, object] = {"name": "钱子虚"} if operation is MATCH else {}
    if operation.dated:
        more[operation.dated] = "2024-07-01"
    return {"phoneNumber": NUMBER, **more}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.scope)
def test_a_line_the_service_is_not_for_is_said_to_be_one(operation: Operation) -> None:
    assert code(operation, full(operation), world(applicable=False)) == (422, "SERVICE_NOT_APPLICABLE")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.scope)
@pytest.mark.parametrize(
    "change",
    [
        {"phoneNumber": "15477000001"},
        {"phoneNumber": "+0154"},
        {"phoneNumber": 8615477000001},
        {"phoneNumber": None},
        {"somethingElse": "x"},
    ],
)
def test_a_body_that_is_not_the_definitions_is_an_invalid_argument(
    operation: Operation, change: dict[str, object]
) -> None:
    assert code(operation, {**full(operation), **change}) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.scope)
@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_no_body_or_no_object_is_an_invalid_argument(operation: Operation, body: object) -> None:
    assert code(operation, body) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda one: one.scope)
def test_an_empty_object_lacks_what_the_scenarios_say_it_lacks(operation: Operation) -> None:
    expected = (422, "MISSING_IDENTIFIER") if operation is STATUS else (400, "INVALID_ARGUMENT")

    assert code(operation, {}) == expected


@pytest.mark.parametrize("operation", [RECYCLING, TENURE, MATCH], ids=lambda one: one.scope)
def test_a_body_without_the_number_lacks_its_identifier(operation: Operation) -> None:
    body = full(operation)
    del body["phoneNumber"]

    assert code(operation, body) == (422, "MISSING_IDENTIFIER")


@pytest.mark.parametrize("operation", [RECYCLING, TENURE], ids=lambda one: one.scope)
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-24", "OUT_OF_RANGE"),
        ("2024-02-30", "INVALID_ARGUMENT"),
        ("20240201", "INVALID_ARGUMENT"),
        ("2024-02-01T00:00:00Z", "INVALID_ARGUMENT"),
        (20240201, "INVALID_ARGUMENT"),
    ],
)
def test_a_date_is_a_calendar_date_and_not_to_come(operation: Operation, day: object, said: str) -> None:
    assert code(operation, {"phoneNumber": NUMBER, operation.dated: day}) == (400, said)


def test_a_match_of_nothing_is_an_invalid_combination() -> None:
    assert code(MATCH, {"phoneNumber": NUMBER}) == (400, "KNOW_YOUR_CUSTOMER.INVALID_PARAM_COMBINATION")


def _inlined(document: dict[str, Any], part: Any) -> Any:
    if isinstance(part, dict):
        if "$ref" in part:
            found: Any = document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            return _inlined(document, found)
        return {key: _inlined(document, value) for key, value in part.items()}
    return [_inlined(document, value) for value in part] if isinstance(part, list) else part


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.rsplit("/")[-1])
def test_whatever_it_says_is_what_the_published_definition_allows(file: str) -> None:
    if not (CAMARA / file).is_file():
        pytest.skip(f"the published definition is not here: ../shared/specs/camara/{file}")
    document = yaml.safe_load((CAMARA / file).read_text("utf-8"))
    ((path, item),) = document["paths"].items()
    operation = OPERATIONS[document["servers"][0]["url"].removeprefix("{apiRoot}") + path]
    responses = _inlined(document, item["post"]["responses"])
    books = [
        world(),
        world(contract=Contract.PREPAID, status=LineState.SUSPENDED),
        world(applicable=False),
        world(operator_served=False),
        SandboxWorld(today=TODAY, lines=world().lines, id_document_required=True),
    ]
    bodies = [full(operation), {}, {"phoneNumber": NUMBER}, {"phoneNumber": "x"}, None]
    if operation is MATCH:
        bodies += [{**full(operation), "idDocument": "Q", "name": "钱子需"}]
    if operation.dated:
        bodies += [{"phoneNumber": NUMBER, operation.dated: "2030-01-01"}]

    said = [answer(operation, body, book) for body in bodies for book in books]

    assert item["post"]["security"][0]["openId"] == [operation.scope]
    assert {one.status for one in said} >= {200, 400, 404, 422}
    for one in said:
        schema = responses[str(one.status)]["content"]["application/json"]["schema"]
        OAS30Validator(schema, format_checker=oas30_format_checker).validate(dict(one.body))


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        ("martha", "marhta", 0.9611),
        ("dixon", "dicksonx", 0.8133),
        ("dwayne", "duane", 0.84),
        ("赵未名", "赵未明", 0.8222),
        ("a", "b", 0.0),
        ("", "b", 0.0),
        ("same", "same", 1.0),
    ],
)
def test_likeness_is_jaro_and_winklers(left: str, right: str, likeness: float) -> None:
    # The first three are the examples of Winkler (1990), as every text on it repeats them.
    assert jaro_winkler(left, right) == pytest.approx(likeness, abs=1e-4)
    assert jaro_winkler(right, left) == pytest.approx(likeness, abs=1e-4)


def test_nothing_of_it_shows_a_person() -> None:
    books = world()

    shown = repr((books, books.lines[NUMBER], FIRST, answer(STATUS, full(STATUS), books)))

    assert "赵未名" not in shown
    assert NUMBER not in shown
