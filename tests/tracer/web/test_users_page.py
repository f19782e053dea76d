"""The administrator's room: people and tokens, secrets shown once, nobody's data anywhere."""

from __future__ import annotations

import re
from typing import Any

import pytest


def test_somebody_is_added_with_a_link_that_is_shown_once(screen: Any) -> None:
    browser = screen.signed_in("admin")

    page = browser.post(
        "/users", data={"name": "wang.fang", "role": "specialist", "clients": ["northbank"], "team": "east"}
    ).text

    link = re.search(r"http://127\.0\.0\.1(/link/[\w-]+)", page).group(1)
    user = screen.bench.office.store.people.named("wang.fang")
    assert (user.role, user.clients, user.team) == ("specialist", frozenset({"northbank"}), "east")
    assert screen.anybody().get(link).status_code == 200
    assert link not in browser.get("/users").text


def test_a_role_is_changed_under_an_entry_that_says_what(screen: Any) -> None:
    screen.user("collector")
    browser = screen.signed_in("admin")

    browser.post("/users/change", data={"name": "collector.one", "role": "specialist"})

    assert screen.bench.office.store.people.named("collector.one").role == "specialist"
    assert screen.bench.entries("user_changed")[-1].body["changed"] == ["role"]


def test_a_form_sent_unchanged_changes_nothing_and_ends_no_session(screen: Any) -> None:
    other = screen.signed_in("collector")
    browser = screen.signed_in("admin")

    browser.post("/users/change", data={"name": "collector.one", "role": "collector"})

    assert screen.bench.entries("user_changed") == []
    assert other.get("/").status_code == 200


def test_an_account_is_closed_and_opened_again(screen: Any) -> None:
    other = screen.signed_in("collector")
    browser = screen.signed_in("admin")

    browser.post("/users/state", data={"name": "collector.one", "state": "closed"})
    closed = other.get("/").status_code
    browser.post("/users/state", data={"name": "collector.one", "state": "open"})

    assert closed == 303
    assert screen.bench.office.store.people.named("collector.one").active


def test_the_last_administrator_stays(screen: Any) -> None:
    browser = screen.signed_in("admin")

    answer = browser.post("/users/state", data={"name": "admin.one", "state": "closed"})

    assert answer.status_code == 400
    assert browser.get("/users").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"name": "two words", "role": "collector"},
        {"name": "wang.fang", "role": "king"},
        {"name": "wang.fang", "role": "specialist", "clients": ["elsewhere"]},
    ],
    ids=["name", "role", "client"],
)
def test_nonsense_adds_nobody(screen: Any, form: dict[str, Any]) -> None:
    browser = screen.signed_in("admin")
    before = len(screen.bench.office.store.people.users())

    assert browser.post("/users", data=form).status_code == 400
    assert len(screen.bench.office.store.people.users()) == before


def test_a_token_is_shown_once_and_works_until_it_is_revoked(screen: Any) -> None:
    screen.user("specialist")
    browser = screen.signed_in("admin")
    page = browser.post(
        "/tokens", data={"name": "specialist.one", "scopes": ["case.list"], "days": "30"}
    ).text
    secret = re.search(r"trc_[\w-]+", page).group(0)
    program = screen.anybody()
    program.headers["Authorization"] = f"Bearer {secret}"

    before = program.get("/api/cases").status_code
    listed = browser.get("/tokens").text
    number = re.search(r"/tokens/(\d+)/revoke", listed).group(1)
    browser.post(f"/tokens/{number}/revoke")

    assert before == 200
    assert secret not in listed
    assert program.get("/api/cases").status_code == 401


def test_a_token_can_do_no_more_than_its_person(screen: Any) -> None:
    screen.user("collector")
    browser = screen.signed_in("admin")

    answer = browser.post("/tokens", data={"name": "collector.one", "scopes": ["trace"], "days": "30"})

    assert answer.status_code == 400
    assert screen.bench.entries("token_made") == []


def test_an_administrator_sees_no_case(placed: Any) -> None:
    browser = placed.signed_in("admin")
    pseudonym = placed.bench.case("NB000001").pseudonym

    pages = [browser.get(path) for path in ("/", "/users", "/tokens", "/health", "/sources")]

    assert {page.status_code for page in pages} == {200}
    assert not any(re.search(r"NB00000|case_[a-z]{8}|欧阳", page.text) for page in pages)
    assert browser.get(f"/cases/{pseudonym}").status_code == 403


@pytest.mark.parametrize("role", ["collector", "specialist", "compliance", "manager"])
def test_nobody_else_sees_to_people_and_tokens(screen: Any, role: str) -> None:
    browser = screen.signed_in(role)

    assert browser.get("/users").status_code == 403
    assert browser.post("/users", data={"name": "wang.fang", "role": "admin"}).status_code == 403
    assert browser.get("/tokens").status_code == 403
