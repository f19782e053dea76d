"""The door: every route is guarded, forged requests do nothing, and nobody learns what is not his."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tracer.web.door import Needs
from tracer.web.pages.entrance import PUBLIC


def guards(route: Any) -> list[Needs]:
    """Give the guards among a route's dependencies, however deep."""
    found = []
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        if isinstance(one.call, Needs):
            found.append(one.call)
    return found


def routes(found: Any) -> list[Any]:
    """Give every route of an application, those of the routers it includes too."""
    own = []
    for one in found.routes:
        own += routes(one.original_router) if hasattr(one, "original_router") else [one]
    return own


def test_every_route_has_a_guard_or_is_one_of_the_few_that_need_none(screen: Any) -> None:
    every = routes(screen.app)

    open_ones = {one.path for one in every if not hasattr(one, "dependant") or not guards(one)}

    assert len(every) > len(open_ones) + 3
    assert open_ones == PUBLIC


@pytest.mark.parametrize("path", ["/", "/cases/case_bcdfghjkbcdfghjkbcdfghjk"])
def test_whoever_is_not_signed_in_is_led_to_the_entrance(screen: Any, path: str) -> None:
    answer = screen.anybody().get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_rest_answers_a_stranger_with_a_problem(screen: Any) -> None:
    answer = screen.anybody().get("/api/cases")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 43},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil"},
    ],
    ids=["no token", "another token", "another site", "another origin"],
)
def test_a_forged_request_changes_nothing(placed: Any, headers: dict[str, str]) -> None:
    browser = placed.signed_in("collector")

    answer = browser.post("/sign-out", headers=headers)

    assert answer.status_code == 403
    assert browser.get("/").status_code == 200


def test_a_case_of_somebody_else_is_answered_like_one_that_is_not_there(placed: Any) -> None:
    browser = placed.signed_in("collector")
    other = placed.bench.case("NB000002").pseudonym

    his, nobodys = browser.get(f"/cases/{other}"), browser.get("/cases/NB999999")

    assert his.status_code == nobodys.status_code == 404
    assert "NB000002" not in his.text


def test_pages_may_load_nothing_from_elsewhere_and_stay_in_no_cache(placed: Any) -> None:
    answer = placed.signed_in("collector").get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/api/cases"])
def test_a_mistake_of_ours_says_nothing_about_anybody(
    placed: Any, path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = placed.signed_in("collector")

    def fails(*_given: Any, **_named: Any) -> None:
        raise ValueError("invalid literal: '15400000001'")

    monkeypatch.setattr("tracer.desk.seats.Seat.cases", fails)
    answer = browser.get(path)

    told = capsys.readouterr().err
    mark = re.search(r"[0-9a-f]{8}", answer.text)
    assert answer.status_code == 500
    assert answer.headers["cache-control"] == "no-store"
    assert mark is not None
    assert told.startswith(f"{mark[0]} ValueError: test_door.py:")
    assert "15400000001" not in answer.text + told
    assert "Traceback" not in told


def test_only_our_own_files_may_stay_in_a_cache(placed: Any) -> None:
    browser = placed.signed_in("collector")

    style, nothing = browser.get("/static/desk.css"), browser.get("/static/nothing.css")

    assert (style.status_code, style.headers["cache-control"]) == (200, "public, max-age=3600")
    assert (nothing.status_code, nothing.headers["cache-control"]) == (404, "no-store")
