"""Four eyes on screen: another decides, once, and never on his own wish."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest


@pytest.fixture
def wished(placed: Any) -> int:
    """An approval that li.ming asked for."""
    from tracer.desk import approvals

    office = placed.bench.office
    case = placed.bench.case("NB000001")
    return approvals.ask(office, "lookup", case, ["CN-PIPL-13"], "urgent", {"source": "case_file"}).id


@pytest.mark.parametrize(
    ("role", "answer", "state"),
    [("compliance", "grant", "granted"), ("manager", "deny", "denied")],
)
def test_another_decides_and_it_is_an_entry(
    placed: Any, wished: int, role: str, answer: str, state: str
) -> None:
    browser = placed.signed_in(role)

    browser.post(f"/approvals/{wished}", data={"answer": answer, "reason": "seen"})

    found = placed.bench.office.store.approvals.get(wished)
    assert (found.state, found.decided_by) == (state, f"{role}.one")
    assert len(placed.bench.entries(f"approval_{state}")) == 1


def test_nobody_decides_on_his_own_wish(placed: Any, wished: int) -> None:
    from tracer.desk import approvals

    browser = placed.signed_in("compliance")
    office = replace(placed.bench.office, actor="compliance.one")
    case = placed.bench.case("NB000002")
    own = approvals.ask(office, "lookup", case, ["CN-PIPL-13"], "urgent", {"source": "case_file"}).id

    page = browser.get("/approvals").text
    answer = browser.post(f"/approvals/{own}", data={"answer": "grant"})

    assert f'action="/approvals/{wished}"' in page
    assert f'action="/approvals/{own}"' not in page
    assert answer.status_code == 403


def test_what_is_decided_stays_decided(placed: Any, wished: int) -> None:
    browser = placed.signed_in("compliance")

    first = browser.post(f"/approvals/{wished}", data={"answer": "deny"})
    again = browser.post(f"/approvals/{wished}", data={"answer": "grant"})

    assert (first.status_code, again.status_code) == (303, 400)


def test_a_manager_sees_what_waits_and_no_case(placed: Any, wished: int) -> None:
    page = placed.signed_in("manager").get("/approvals").text

    assert f'action="/approvals/{wished}"' in page
    assert "NB000001" not in page
    assert "/cases/" not in page


@pytest.mark.parametrize("role", ["collector", "specialist", "admin"])
def test_nobody_else_decides(placed: Any, wished: int, role: str) -> None:
    browser = placed.signed_in(role)

    assert browser.post(f"/approvals/{wished}", data={"answer": "grant"}).status_code == 403
