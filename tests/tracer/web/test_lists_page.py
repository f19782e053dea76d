"""Suppression lists on screen: taken in whole or not at all, counted, taken back, and never shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

LIST = "手机号\n15400000001\n".encode()


@pytest.fixture
def loaded(placed: Any) -> Any:
    """Compliance's browser after a list that names the debtor of NB000001 was taken in."""
    browser = placed.signed_in("compliance")
    answer = browser.post(
        "/lists", data={"code": "do_not_call"}, files={"file": ("list.csv", LIST, "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    assert "Taken in under entry" in answer.text
    assert "15400000001" not in answer.text
    return browser


def test_whom_a_list_names_is_barred_from_then_on(placed: Any, loaded: Any) -> None:
    barred = {one.phone.key: one.ranked.barred for one in placed.bench.contacts("NB000001").numbers}

    assert barred["+8615400000001"].code == "do_not_call"
    assert list((placed.bench.home / "incoming").iterdir()) == []


def test_a_list_is_taken_back_for_a_reason(placed: Any, loaded: Any) -> None:
    entry = re.search(r"/lists/(\d+)/take-off", loaded.get("/lists").text).group(1)

    bare = loaded.post(f"/lists/{entry}/take-off", data={"reason": "by mistake"})
    given = loaded.post(f"/lists/{entry}/take-off", data={"reason": "mistake"})

    assert (bare.status_code, given.status_code) == (400, 303)
    assert "No list was taken in" in loaded.get("/lists").text


def test_the_same_list_again_changes_nothing(placed: Any, loaded: Any) -> None:
    again = loaded.post(
        "/lists", data={"code": "do_not_call"}, files={"file": ("other.csv", LIST, "text/csv")}
    )

    assert "taken in before" in again.text
    assert len(placed.bench.entries("listed")) == 1


def test_a_file_of_no_use_is_told_and_kept_nowhere(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    answer = browser.post(
        "/lists", data={"code": "do_not_call"}, files={"file": ("x.csv", b"\x00\x01", "text/csv")}
    )

    assert answer.status_code == 400
    assert list((placed.bench.home / "incoming").iterdir()) == []


@pytest.mark.parametrize("role", ["collector", "specialist", "manager", "admin"])
def test_nobody_else_sees_to_lists(placed: Any, role: str) -> None:
    assert placed.signed_in(role).get("/lists").status_code == 403
