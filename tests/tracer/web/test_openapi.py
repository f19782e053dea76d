"""The description of REST is true: whatever it allows is answered as it says, and never with a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from tracer.desk import people
from tracer.desk.people import SCOPES
from tracer.policy.roles import Role, may
from tracer.web.rest.pacing import Pace

REF = "northbank~NB000001"
CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
    "missing_required_header",
    "ignored_auth",
)
QUICK = settings(
    max_examples=6,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def described(placed: Any) -> Any:
    """The interface as it describes itself, over a home with two cases; nobody is told to wait."""
    placed.app.state.pace = Pace(at_once=1e9)
    return schemathesis.openapi.from_asgi("/api/openapi.json", placed.app)


def token(screen: Any, role: str) -> dict[str, str]:
    """Give the header of a program with all that a token of this role may have."""
    name = screen.user(role, "", ("northbank",) if role == "specialist" else ())
    scopes = tuple(str(one) for one in SCOPES if may(Role(role), one))
    return {"Authorization": f"Bearer {people.token(screen.bench.office, name, scopes, 30).secret}"}


def real(screen: Any) -> dict[str, str]:
    """Give path parameters that lead somewhere."""
    from tracer.desk import refresh

    office, case = screen.bench.office, screen.bench.case("NB000001")
    number = refresh.ask(office, case, reason="vacant").id
    seq = screen.bench.entries("asked")[0].seq
    shown = screen.bench.contacts("NB000001").numbers[0].token
    return {
        "ref": REF,
        "token": shown,
        "number": str(number),
        "seq": str(seq),
        "which": "last",
        "rule": a_rule(),
    }


def operations(described: Any) -> Iterator[Any]:
    for found in described.get_all_operations():
        yield found.ok()


def tried(operation: Any, headers: dict[str, str], mode: GenerationMode, **fixed: Any) -> set[int]:
    """Try one operation with what its description allows (or does not), and check each answer against it."""
    checks = [check for check in CHECKS.get_all() if check.__name__ in CHECKED]
    seen = set()

    @QUICK
    @given(case=operation.as_strategy(mode, **fixed))
    def once(case: Any) -> None:
        answer = case.call(headers=headers)
        seen.add(answer.status_code)
        case.validate_response(answer, checks=checks, headers=headers)

    once()
    return seen


def sent(operation: Any, headers: dict[str, str], **parts: Any) -> int:
    """Send one good request and check its answer against the description."""
    checks = [check for check in CHECKS.get_all() if check.__name__ in CHECKED]
    case = operation.Case(**parts)
    answer = case.call(headers=headers)
    case.validate_response(answer, checks=checks, headers=headers)
    return int(answer.status_code)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.COMPLIANCE])
def test_whatever_is_asked_is_answered_as_described(placed: Any, described: Any, role: Role) -> None:
    headers = token(placed, role)
    known = real(placed)
    seen: dict[str, set[int]] = {}

    for operation in operations(described):
        named = {one.name: known[one.name] for one in operation.path_parameters if one.name in known}
        fixed = {"path_parameters": named} if named else {}
        seen[operation.label] = tried(operation, headers, GenerationMode.POSITIVE, **fixed)

    assert len(seen) > 20
    # What the role may do was done, not only refused.
    refused = {label for label, statuses in seen.items() if statuses == {403}}
    assert len(refused) < len(seen) * 2 / 3


def test_what_is_not_as_described_is_refused_and_breaks_nothing(placed: Any, described: Any) -> None:
    headers = token(placed, "specialist")

    for operation in operations(described):
        tried(operation, headers, GenerationMode.NEGATIVE)


def test_good_requests_are_answered_with_the_documents_described(placed: Any, described: Any) -> None:
    specialist, auditor = token(placed, "specialist"), token(placed, "compliance")
    known = real(placed)
    number = known["token"]
    every = {operation.label: operation for operation in operations(described)}
    case = {"ref": REF}
    good: list[tuple[str, dict[str, str], dict[str, Any]]] = [
        ("GET /api/cases", specialist, {}),
        ("GET /api/cases/{ref}", specialist, {"path_parameters": case}),
        ("GET /api/cases/{ref}/contacts", specialist, {"path_parameters": case}),
        ("GET /api/cases/{ref}/graph", specialist, {"path_parameters": case}),
        (
            "POST /api/cases/{ref}/contacts/{token}/reveal",
            specialist,
            {"path_parameters": {**case, "token": number}, "body": {"reason": "call"}},
        ),
        ("GET /api/may-contact", specialist, {"query": {"case": REF, "number": number}}),
        ("POST /api/may-contact", specialist, {"body": {"case": REF, "number": number, "reserve": True}}),
        (
            "POST /api/cases/{ref}/outcomes",
            specialist,
            {"path_parameters": case, "body": {"number": number, "code": "plain:WRONG_PARTY"}},
        ),
        ("GET /api/cases/{ref}/outcomes", specialist, {"path_parameters": case}),
        (
            "DELETE /api/cases/{ref}/outcomes/{which}",
            specialist,
            {"path_parameters": {**case, "which": "last"}},
        ),
        ("GET /api/cases/{ref}/refresh-requests", specialist, {"path_parameters": case}),
        ("GET /api/refresh-requests", specialist, {}),
        (
            "POST /api/refresh-requests/{number}/answer",
            specialist,
            {"path_parameters": {"number": known["number"]}, "body": {"answer": "FOUND"}},
        ),
        ("GET /api/refresh-requests/{number}", specialist, {"path_parameters": {"number": known["number"]}}),
        (
            "POST /api/cases/{ref}/refresh-requests",
            specialist,
            {"path_parameters": case, "body": {"reason": "vacant", "due_on": "2026-12-01"}},
        ),
        ("GET /api/imports/{number}", specialist, {"path_parameters": {"number": "1"}}),
        ("GET /api/policy/packs", specialist, {}),
        ("GET /api/policy/rules/{rule}", specialist, {"path_parameters": {"rule": a_rule()}}),
        ("GET /api/log/entries", auditor, {"query": {"event": "asked"}}),
        ("GET /api/log/entries/{seq}", auditor, {"path_parameters": {"seq": known["seq"]}}),
        ("GET /api/log/proofs/{seq}", auditor, {"path_parameters": {"seq": known["seq"]}}),
        ("GET /api/log/checkpoint", auditor, {}),
    ]

    statuses = {label: sent(every[label], headers, **parts) for label, headers, parts in good}

    assert {label for label, status in statuses.items() if status not in {200, 201}} == set()
    assert set(every) - {label for label, _headers, _parts in good} == {"POST /api/imports"}


def a_rule() -> str:
    from tracer.policy.pack import shipped

    return shipped()[0].clauses[0].id


def test_every_operation_says_which_scope_it_needs(placed: Any) -> None:
    described = placed.app.openapi()

    told = {
        (path, method): operation.get("x-scope", "")
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }

    assert [place for place, scope in told.items() if scope not in set(SCOPES)] == []


def test_every_body_is_shown_by_an_example(placed: Any) -> None:
    described = placed.app.openapi()

    lacking = [
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
        and "example" not in described["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
    ]

    assert lacking == []
