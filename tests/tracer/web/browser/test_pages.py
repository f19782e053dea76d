"""Every page that links lead to, for every role: readable by everybody, quiet, no wider than the screen."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

ROLES = ("collector", "specialist", "compliance", "manager", "admin")
PLACES = (
    (re.compile(r"case_[a-z0-9]+"), "{case}"),
    (re.compile(r"n_[a-z0-9]+"), "{number}"),
    (re.compile(r"/\d+"), "/{n}"),
    (re.compile(r"/rules/[^/]+"), "/rules/{rule}"),
    (re.compile(r"/sources/[^/]+"), "/sources/{source}"),
)
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


NOT_PAGES = ("/api/openapi.json", "#main")


def kind(path: str) -> str:
    """Give the page an address is one of: names and numbers left out."""
    for found, place in PLACES:
        path = found.sub(place, path)
    return path


@pytest.fixture(scope="module")
def seen() -> set[tuple[str, str]]:
    """The pages looked at, and how: one that is the same to whoever may open it is looked at once."""
    return set()


def walk(room: Any, page: Any, seen: set[tuple[str, str]], how: str) -> dict[str, list[str]]:
    """Open one page of each kind that links lead to; gives what is wrong with each."""
    waiting, found = ["/"], {}
    while waiting:
        path = waiting.pop(0)
        own = path == "/" or path.startswith("/cases")
        if kind(path) in found or (not own and (kind(path), how) in seen):
            continue
        seen.add((kind(path), how))
        answer = page.goto(room.base + path)
        if answer is None or answer.status != 200:
            found[kind(path)] = ["a link that leads nowhere"]
            continue
        wrong = room.violations(page)
        wider = page.evaluate(WIDER)
        found[kind(path)] = wrong + ([f"{wider} px wider than the screen"] if wider > 0 else [])
        links = page.locator("a[href]:not([download])").evaluate_all("all => all.map(one => one.href)")
        waiting += [
            urlsplit(one).path for one in links if one.startswith(room.base) and not one.endswith(NOT_PAGES)
        ]
    return found


@pytest.mark.parametrize("how", ["laptop, light, English", "tablet, dark, Chinese"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_can_be_read_by_everybody(
    room: Any, seen: set[tuple[str, str]], role: str, how: str
) -> None:
    tablet = how.startswith("tablet")
    page = room.sit(
        role, size=(820, 1180) if tablet else (1366, 768), dark=tablet, language="zh" if tablet else "en"
    )

    found = walk(room, page, seen, how)

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    if role in {"collector", "specialist"}:
        assert {"/", "/cases/{case}", "/cases/{case}/graph", "/cases/{case}/numbers/{number}"} <= set(found)


@pytest.mark.parametrize("path", ["/sign-in", "/link/nothing", "/nothing"])
def test_the_entrance_can_be_read_by_everybody(room: Any, path: str) -> None:
    page = room.page()

    page.goto(room.base + path)

    assert room.violations(page) == []
    room.faults[:] = [one for one in room.faults if "status of 404" not in one]  # which is what it should be


def test_what_cannot_be_read_is_found(room: Any) -> None:
    page = room.page()
    page.goto(f"{room.base}/sign-in")

    page.evaluate("() => document.querySelector('input[name=name]').parentElement.replaceWith('')")
    page.evaluate("() => document.querySelector('input[name=password]').parentElement.childNodes[0].remove()")

    assert [one.partition(":")[0] for one in room.violations(page)] == ["label"]


def test_a_case_on_paper_is_whole_and_has_no_buttons(room: Any) -> None:
    case = next(iter(room.office.store.cases.listed(assigned_to="collector.one")))
    page = room.sit("collector")
    page.goto(f"{room.base}/cases/{case.pseudonym}")
    rows = page.locator("#numbers ~ .wide tbody tr:not(.under)").count()

    page.emulate_media(media="print")

    assert page.locator("#numbers ~ .wide tbody tr:not(.under):visible").count() == rows > 0
    assert page.locator("button:visible, header:visible, select:visible").count() == 0
