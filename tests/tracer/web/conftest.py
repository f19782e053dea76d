"""A desk on screen to test: an app over a home of the test's own, and people of every role signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

PASSWORD = "five quiet words for tests"
ROLES = ("collector", "specialist", "compliance", "manager", "admin")


@dataclass
class Screen:
    """The application, and somebody's way in."""

    app: FastAPI
    bench: Any
    clients: list[TestClient] = field(default_factory=list)

    def anybody(self) -> TestClient:
        """A browser in which nobody is signed in."""
        from starlette.testclient import TestClient

        found = TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)
        self.clients.append(found)
        return found

    def user(self, role: str, name: str = "", clients: tuple[str, ...] = ()) -> str:
        """Add somebody of a role who has his password and second factor; gives his name."""
        from tracer.desk import passwords, people

        name = name or f"{role}.one"
        office = replace(self.bench.office, actor="tests")
        if office.store.people.named(name) is None:
            made = people.add(office, name, role, clients=clients)
            office.store.people.change(
                made.id, password=passwords.hashed(PASSWORD), totp=pyotp.random_base32()
            )
        return name

    def signed_in(self, role: str, name: str = "", clients: tuple[str, ...] = ()) -> TestClient:
        """A browser in which somebody of a role is signed in; it sends the session's token by itself."""
        name = self.user(role, name, clients)
        office = self.bench.office
        # Each sign-in takes a code of its own; the clock moves on so that none is used twice.
        self.bench.clock.move(seconds=31)
        code = pyotp.TOTP(office.store.people.named(name).totp).at(office.clock())
        browser = self.anybody()
        answer = browser.post("/sign-in", data={"name": name, "password": PASSWORD, "code": code})
        assert answer.status_code == 303, answer.text
        session = office.store.people.session(browser.cookies["tracer"])
        browser.headers["X-CSRF-Token"] = session.csrf
        return browser


@pytest.fixture
def screen(desk: Any) -> Iterator[Screen]:
    """The application over an empty home."""
    from tracer.web.app import create_app

    found = Screen(app=create_app(desk.office), bench=desk)
    yield found
    for client in found.clients:
        client.close()


@pytest.fixture
def placed(screen: Screen, debtor: Callable[..., dict[str, str]]) -> Screen:
    """The same with two cases traced: NB000001 of collector.one, NB000002 of nobody."""
    from tracer.desk import life

    screen.bench.place(debtor(1, 配偶姓名="司徒墨言", 配偶手机="16400000001"), debtor(2))
    screen.bench.trace()
    life.assign(screen.bench.office, [screen.bench.case("NB000001")], "collector.one")
    return screen
