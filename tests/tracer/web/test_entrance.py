"""Signing in: a password and a code, five tries, links good once, sessions that end."""

from __future__ import annotations

import re
from typing import Any

import pyotp
import pytest

from tracer.desk import people

PASSWORD = "five quiet words for tests"


def tried(screen: Any, name: str, password: str, code: str) -> Any:
    return screen.anybody().post("/sign-in", data={"name": name, "password": password, "code": code})


def right_code(screen: Any, name: str) -> str:
    office = screen.bench.office
    return pyotp.TOTP(office.store.people.named(name).totp).at(office.clock())


def offered_code(screen: Any, browser: Any, link: str) -> str:
    """Give the code of the second factor that the link's page offers, as an authenticator would."""
    secret = re.search(r"secret: ([A-Z2-7]+)", browser.get(f"/link/{link}").text)
    assert secret is not None
    return pyotp.TOTP(secret.group(1)).at(screen.bench.office.clock())


def test_a_second_factor_somebody_saw_before_is_not_the_one_that_counts(screen: Any) -> None:
    people.add(screen.bench.office, "wang.fang", "specialist")
    link = people.link(screen.bench.office, "wang.fang").secret
    seen_by_the_giver = offered_code(screen, screen.anybody(), link)
    browser = screen.anybody()
    browser.get(f"/link/{link}")

    answer = browser.post(
        f"/link/{link}", data={"password": PASSWORD, "again": PASSWORD, "code": seen_by_the_giver}
    )

    assert answer.status_code == 400


def test_a_name_that_is_not_there_is_answered_like_a_wrong_password(screen: Any) -> None:
    name = screen.user("collector")

    wrong, nobody = tried(screen, name, "x" * 20, "000000"), tried(screen, "no.body", "x" * 20, "000000")

    assert wrong.status_code == nobody.status_code == 401
    assert wrong.text == nobody.text
    assert [entry.body["kind"] for entry in screen.bench.entries("sign_in_failed")] == ["wrong", "wrong"]


def test_the_password_alone_is_not_enough(screen: Any) -> None:
    name = screen.user("collector")

    assert tried(screen, name, PASSWORD, "000000").status_code == 401


def test_a_code_is_good_once(screen: Any) -> None:
    name = screen.user("collector")
    code = right_code(screen, name)

    first, second = tried(screen, name, PASSWORD, code), tried(screen, name, PASSWORD, code)

    assert (first.status_code, second.status_code) == (303, 401)


def test_after_five_failures_even_the_right_password_waits(screen: Any) -> None:
    name = screen.user("collector")
    for _try in range(5):
        tried(screen, name, "x" * 20, "000000")

    during = tried(screen, name, PASSWORD, right_code(screen, name))
    screen.bench.clock.move(minutes=2)
    after = tried(screen, name, PASSWORD, right_code(screen, name))

    assert (during.status_code, after.status_code) == (401, 303)


def test_the_cookie_is_closed_to_scripts_and_other_sites(screen: Any) -> None:
    name = screen.user("collector")

    cookie = tried(screen, name, PASSWORD, right_code(screen, name)).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie


@pytest.mark.parametrize(("away", "alive"), [({"minutes": 29}, True), ({"minutes": 31}, False)])
def test_a_session_ends_half_an_hour_after_its_last_use(
    screen: Any, away: dict[str, float], alive: bool
) -> None:
    browser = screen.signed_in("collector")

    screen.bench.clock.move(**away)

    assert (browser.get("/").status_code == 200) is alive


def test_a_session_ends_after_twelve_hours_however_busy(screen: Any) -> None:
    browser = screen.signed_in("collector")
    for _hour in range(26):
        screen.bench.clock.move(minutes=28)
        last = browser.get("/").status_code

    assert last == 303


def test_signing_out_ends_the_session_for_good(screen: Any) -> None:
    browser = screen.signed_in("collector")
    cookie = browser.cookies["tracer"]

    browser.post("/sign-out")
    browser.cookies.set("tracer", cookie)

    assert browser.get("/").status_code == 303
    assert len(screen.bench.entries("sign_out")) == 1


def test_a_link_is_good_once_and_leads_in(screen: Any) -> None:
    people.add(screen.bench.office, "wang.fang", "specialist")
    link = people.link(screen.bench.office, "wang.fang").secret
    browser = screen.anybody()
    form = {"password": PASSWORD, "again": PASSWORD, "code": offered_code(screen, browser, link)}

    entered = browser.post(f"/link/{link}", data=form)
    again = screen.anybody().get(f"/link/{link}")

    assert entered.status_code == 303
    assert browser.get("/").status_code == 200
    assert again.status_code == 404


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "aaaaaaaaaaaaaaaa", "wang.fang is me"],
    ids=["short", "known", "one", "name"],
)
def test_a_weak_password_is_refused_and_the_link_stays_good(screen: Any, password: str) -> None:
    people.add(screen.bench.office, "wang.fang", "specialist")
    link = people.link(screen.bench.office, "wang.fang").secret
    browser = screen.anybody()
    code = offered_code(screen, browser, link)

    answer = browser.post(f"/link/{link}", data={"password": password, "again": password, "code": code})

    assert answer.status_code == 400
    assert screen.anybody().get(f"/link/{link}").status_code == 200


def test_closing_an_account_ends_what_is_open(screen: Any) -> None:
    browser = screen.signed_in("collector")

    people.change(screen.bench.office, "collector.one", active=False)

    assert browser.get("/").status_code == 303


def test_a_role_taken_away_ends_the_session_that_had_it(screen: Any) -> None:
    browser = screen.signed_in("specialist")

    people.change(screen.bench.office, "specialist.one", role="collector")

    assert browser.get("/").status_code == 303


def test_the_language_is_the_browsers_until_somebody_chooses(screen: Any) -> None:
    asked = screen.anybody().get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    assert 'lang="zh-CN"' in asked.text
