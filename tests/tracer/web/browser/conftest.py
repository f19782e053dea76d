"""The desk in a real browser: the application on a port of this machine, and Chromium in front of it.

Each module has a home of its own (a copy of the demonstration's) and a Chromium of its own: Playwright's loop
runs in this thread, so it is stopped before other tests want one. What a page says on its console, asks of
another host or is refused by its content policy is a fault of every test that sees it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyotp
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from tracer.desk.office import Office
    from tracer.log import Entry

PASSWORD = "five quiet words for tests"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = "no Chromium: apt-get install chromium fonts-wqy-microhei, or: .venv/bin/playwright install chromium"
AXE = Path(__file__).parents[4] / "tracer" / "web" / "node_modules" / "axe-core" / "axe.min.js"
LAPTOP, TABLET = (1366, 768), (820, 1180)
OURS = """
[enquiry]
sender = "林晓岚"
reply_to = "虚构市虚构路1号302室"
phone = "010-5555 0100"
"""
MONDAY = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)  # five in the afternoon in Shanghai: calls are lawful


def missing(what: str) -> None:
    """Skip where a browser need not be, fail where it must (in CI)."""
    if os.environ.get("CI") or os.environ.get("TRACER_NEED_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)


class Clock:
    """The application's clock, moved by hand: no test waits for a code to change."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Room:
    """The application as it is served, and a browser to open it in."""

    office: Office
    clock: Clock
    base: str
    browser: Browser
    faults: list[str] = field(default_factory=list)

    def page(self, *, size: tuple[int, int] = LAPTOP, dark: bool = False, language: str = "en") -> Page:
        """Open a browser of its own in which nobody is signed in; what goes wrong in it is a fault."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if language == "zh" else "en-GB",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.route("**/*", self._only_here)
        found = context.new_page()
        found.set_default_timeout(10_000)
        found.on("console", lambda said: self._heard(said.type, said.text))
        found.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        return found

    def sit(self, role: str, **how: Any) -> Page:
        """Sign somebody of a role in, through the form, and give his first page."""
        found = self.page(**how)
        found.goto(f"{self.base}/sign-in")
        found.fill("input[name=name]", f"{role}.one")
        found.fill("input[name=password]", PASSWORD)
        found.fill("input[name=code]", self.code(f"{role}.one"))
        found.keyboard.press("Enter")
        found.wait_for_url(f"{self.base}/")
        return found

    def code(self, name: str) -> str:
        """Give the next code of somebody's authenticator; none is good twice."""
        self.clock.now += dt.timedelta(seconds=31)
        user = self.office.store.people.named(name)
        assert user is not None
        return pyotp.TOTP(user.totp).at(self.clock())

    def entries(self, event: str) -> list[Entry]:
        """Give what the log says of an event."""
        return list(self.office.log.entries(event=event))

    def violations(self, page: Page) -> list[str]:
        """Give what axe finds serious or critical on a page: rule and place, never a text of the page."""
        if not AXE.is_file():
            missing(f"no axe-core: npm ci --ignore-scripts --prefix {AXE.parents[2]}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{one['id']}: {' '.join(one['nodes'][0]['target'])}"
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]

    def _only_here(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in {"127.0.0.1", None}:
            route.continue_()
        else:
            self.faults.append(f"asked elsewhere: {urlsplit(route.request.url).hostname}")
            route.abort()

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console: {text}")


@pytest.fixture(scope="module")
def home(made_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home in which the demonstration was run."""
    found = tmp_path_factory.mktemp("browser") / "home"
    shutil.copytree(made_town, found)
    with (found / "config.toml").open("a", encoding="utf-8") as config:
        config.write(OURS)
    return found


@pytest.fixture(scope="module")
def rooms(home: Path) -> Iterator[Room]:
    """The application served from that home, with somebody of every role, and Chromium."""
    from tracer.desk import life
    from tracer.desk.office import open_office

    path = next(filter(None, map(shutil.which, NAMES)), None)
    clock = Clock()
    office = open_office(home, None, clock, "li.ming")
    for role in ("collector", "specialist", "compliance", "manager", "admin"):
        _employ(office, role)
    own = [one for one in office.store.cases.listed() if one.client == "northbank"][:4]
    life.assign(office, own, "collector.one")
    with _served(office) as base, _chromium(path) as browser:
        yield Room(office=office, clock=clock, base=base, browser=browser)


@pytest.fixture
def room(rooms: Room) -> Iterator[Room]:
    """The same for one test, which fails when a page said, asked or was refused something it should not."""
    rooms.faults.clear()
    yield rooms
    for context in rooms.browser.contexts:
        context.close()
    assert rooms.faults == []


def _employ(office: Office, role: str) -> None:
    from tracer.desk import passwords, people

    clients = ("northbank", "harborcredit") if role == "specialist" else ()
    made = people.add(replace(office, actor="tests"), f"{role}.one", role, clients=clients)
    office.store.people.change(made.id, password=passwords.hashed(PASSWORD), totp=pyotp.random_base32())


@contextmanager
def _served(office: Office) -> Iterator[str]:
    import uvicorn

    from tracer.web.app import create_app

    listening = socket.create_server(("127.0.0.1", 0))  # it takes connections before the server is up
    server = uvicorn.Server(
        uvicorn.Config(create_app(office), log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


@contextmanager
def _chromium(path: str | None) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        if path is None and not Path(playwright.chromium.executable_path).is_file():
            missing(HELP)
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()
