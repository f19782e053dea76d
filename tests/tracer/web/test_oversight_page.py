"""Overseeing on screen: the log's health, a sample nobody chose, and conclusions nobody draws on himself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest


def test_health_tells_what_is_missing(placed: Any) -> None:
    page = placed.signed_in("compliance").get("/health").text

    assert "No witness is configured" in page
    assert placed.bench.office.log.head().root.hex() in page


def test_the_checkpoint_that_is_downloaded_is_the_logs_own(placed: Any) -> None:
    note = placed.signed_in("compliance").post("/health/checkpoint").text

    kept = placed.bench.office.log.checkpoints(last=True)[0]
    assert note.splitlines()[:3] == str(kept.note).splitlines()[:3]


def test_a_sample_is_drawn_and_that_is_an_entry(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    page = browser.post("/review", data={"assurance": "95", "tolerable": "5"}).text

    drawn = placed.bench.entries("review_drawn")
    assert len(drawn) == 1
    assert drawn[0].body["rows"] == page.count('id="conclude-') - drawn[0].body["found"]
    assert "NB000001" not in page


def test_the_same_sample_comes_again_from_the_same_size(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    size = placed.bench.office.log.head().size

    pages = [browser.post("/review", data={"size": str(size)}).text for _time in range(2)]

    drawn = [re.findall(r'id="conclude-(\d+)"', page) for page in pages]
    assert drawn[0]
    assert drawn[0] == drawn[1]


def test_a_conclusion_is_written_and_shown_next_time(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    asked = placed.bench.entries("asked")[0].seq

    answer = browser.post(
        "/review/conclude", data={"what": str(asked), "conclusion": "fine", "reason": "debt_checked"}
    )

    entry = placed.bench.entries("reviewed")[-1]
    assert answer.status_code == 200
    assert (entry.about, entry.body["conclusion"], entry.actor) == (asked, "fine", "compliance.one")


def test_nobody_concludes_on_himself(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    office = replace(placed.bench.office, actor="compliance.one")
    own = office.write("sign_out").seq

    answer = browser.post("/review/conclude", data={"what": str(own), "conclusion": "fine", "reason": "mine"})

    assert answer.status_code == 403
    assert placed.bench.entries("reviewed") == []


@pytest.mark.parametrize("role", ["collector", "specialist", "manager", "admin"])
def test_nobody_else_reviews(placed: Any, role: str) -> None:
    browser = placed.signed_in(role)

    assert browser.post("/review").status_code == 403


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("collector", 403), ("manager", 403)])
def test_health_is_for_those_who_see_to_it(placed: Any, role: str, status: int) -> None:
    assert placed.signed_in(role).get("/health").status_code == status
