"""Takes the screens of docs/desk.md from the running desk: ``.venv/bin/python docs/make_screens.py``.

A fictional market is imported and traced in a temporary home, the desk is served on a free port of this
machine, and Chromium (``apt-get install chromium fonts-wqy-microhei``) looks at its pages in both languages.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
import uvicorn
from playwright.sync_api import Page, sync_playwright

from tracer.clock import now
from tracer.demo.files import write_files
from tracer.demo.sandbox import Sandbox
from tracer.demo.world import World
from tracer.desk import intake, life, passwords, people, side_by_side, trace
from tracer.desk.office import Office, create, open_office
from tracer.web.app import create_app

SCREENS = Path(__file__).resolve().parent / "images" / "screens"
SECRET = "TRACER_SCREEN_SECRET"  # noqa: S105  the name of the variable
PASSWORD = "five quiet words for screens"  # noqa: S105  of people who end with the temporary home
NAMES = ("chromium", "chromium-browser", "google-chrome")
ROLES = ("specialist", "compliance", "manager")
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SIZE = {"width": 1100, "height": 580}  # a screen stays below 120 kB


def main() -> None:
    """Write every screen in each language."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="screens-") as folder,
        _worked(Path(folder)) as office,
        _served(office) as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES)), None)
        )
        for language, locale in LOCALES.items():
            for role in ROLES:
                page = browser.new_context(viewport=SIZE, locale=locale).new_page()
                _sign_in(office, page, base, f"{role}.{language}")
                for name in _shown(office, page, base, role):
                    page.screenshot(path=SCREENS / f"{name}.{language}.png")
        browser.close()


def _shown(office: Office, page: Page, base: str, role: str) -> Iterator[str]:
    """Lead the browser from screen to screen; gives the name of each."""
    cases = list(office.store.cases.listed(assigned_to="specialist.en"))
    case = f"{base}/cases/{cases[0].pseudonym}"
    if role == "specialist":
        yield "work"
        page.goto(case)
        yield "case"
        page.keyboard.press("e")
        page.locator("section[aria-labelledby=why] figure svg").nth(1).wait_for()
        page.locator("section[aria-labelledby=why]").scroll_into_view_if_needed()
        yield "why"
        every = office.store.cases.listed()
        doubtful = next(one for one in every if side_by_side.review(office, one).item is not None)
        page.goto(f"{base}/cases/{doubtful.pseudonym}/pairs")
        yield "pairs"
    elif role == "compliance":
        page.goto(f"{base}/log")
        yield "log"
    elif role == "manager":
        page.goto(f"{base}/figures")
        yield "figures"


@contextmanager
def _worked(folder: Path) -> Iterator[Office]:
    """A home in which the main job was done."""
    market = World.build(40, 7, now().date())
    files = write_files(market, folder / "files")
    with Sandbox(market.sandbox()) as carrier:
        os.environ[SECRET] = carrier.client_secret
        settings = files.config(
            base_url=carrier.base_url,
            token_url=carrier.token_url,
            client_id=carrier.client_id,
            secret_env=SECRET,
        )
        create(folder / "home", now, "demo", settings)
        office = open_office(folder / "home", None, now, "demo")
        for paths in (files.placements, files.updates, files.outcomes):
            for client, path in paths.items():
                intake.import_file(office, path, client)
        cases = list(office.store.cases.listed())
        trace.trace(office, cases, "contact_repair")
        for language in LOCALES:
            for role in ROLES:
                _employ(office, f"{role}.{language}", role)
        life.assign(office, cases[:6], "specialist.en")
        yield office


def _employ(office: Office, name: str, role: str) -> None:
    made = people.add(office, name, role, clients=list(office.config.clients) if role == "specialist" else [])
    office.store.people.change(made.id, password=passwords.hashed(PASSWORD), totp=pyotp.random_base32())


def _sign_in(office: Office, page: Page, base: str, name: str) -> None:
    user = office.store.people.named(name)
    assert user is not None
    page.goto(f"{base}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=code]", pyotp.TOTP(user.totp).now())
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")


@contextmanager
def _served(office: Office) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(office), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


if __name__ == "__main__":
    main()
