"""The law on screen: packs and rules with citations, what each refused, and the register of sources."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def refused(placed: Any) -> str:
    """A rule that refused look-ups of a closed case."""
    from tracer.desk import life

    life.close(placed.bench.office, placed.bench.case("NB000002"), "settled")
    placed.bench.trace("NB000002", only=("references", "employer"))
    entries = placed.bench.entries("refused")
    assert entries
    assert all("case.open" in entry.body["fired"] for entry in entries)
    return "case.open"


def test_what_a_rule_refused_this_month_is_counted_and_leads_to_the_entries(
    placed: Any, refused: str
) -> None:
    browser = placed.signed_in("compliance")

    page = browser.get("/policy").text
    link = re.search(rf'href="(/log\?event=refused&amp;rule={refused}[^"]*)">(\d+)<', page)
    listed = browser.get(link.group(1).replace("&amp;", "&")).text

    entries = placed.bench.entries("refused")
    assert int(link.group(2)) == len(entries)
    assert re.findall(r'<tr><td class="figure"><a href="/log/(\d+)', listed) == [
        str(entry.seq) for entry in entries[::-1]
    ]


def test_what_was_refused_before_the_month_is_not_counted(placed: Any, refused: str) -> None:
    placed.bench.clock.move(days=9)

    page = placed.signed_in("compliance").get("/policy/rules/case.open").text

    assert "It refused 0 times" in page


def test_a_rule_shows_its_citation(placed: Any) -> None:
    from tracer.policy.pack import shipped

    clause = next(one for pack in shipped() for one in pack.clauses if one.id == "CN-PIPL-21-END")

    page = placed.signed_in("compliance").get("/policy/rules/CN-PIPL-21-END").text

    assert clause.citation in page


def test_every_rule_of_every_pack_has_its_page(placed: Any) -> None:
    from tracer.policy.pack import shipped

    browser = placed.signed_in("collector")
    names = sorted({one.id for pack in shipped() for one in pack.clauses})[::15]

    statuses = {browser.get(f"/policy/rules/{name}").status_code for name in names}

    assert statuses == {200}


def test_collectors_read_the_rules_and_not_what_they_refused(placed: Any, refused: str) -> None:
    page = placed.signed_in("collector").get("/policy").text

    assert "case.open" in page
    assert "/log?" not in page


def test_a_rule_or_pack_that_is_not_there_is_told(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    assert browser.get("/policy/rules/NO-SUCH").status_code == 400
    assert browser.get("/policy/packs/nothing").status_code == 400


def test_the_past_is_judged_again(placed: Any) -> None:
    placed.bench.note("NB000001", "15400000001", "plain:NO_ANSWER")

    page = placed.signed_in("compliance").post("/policy/replay").text

    assert "1 past contacts" in page


def test_a_file_that_is_no_pack_is_told_and_kept_nowhere(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    answer = browser.post("/policy/replay", files={"pack": ("x.toml", b"not a pack", "text/plain")})

    assert answer.status_code == 400
    assert list((placed.bench.home / "incoming").iterdir()) == []


def test_sources_show_their_documents_and_when_they_end(placed: Any) -> None:
    page = placed.signed_in("compliance").get("/sources").text

    for settings in placed.bench.office.config.sources:
        assert settings.authorisation in page


def test_a_record_is_given_as_a_file_and_is_an_entry(placed: Any) -> None:
    answer = placed.signed_in("compliance").post("/sources/records", data={"kind": "processing"})

    assert answer.headers["content-disposition"].startswith("attachment")
    assert placed.bench.entries("record_made")[-1].body["kind"] == "processing"


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("manager", 200), ("collector", 403)])
def test_the_register_is_for_those_who_may(placed: Any, role: str, status: int) -> None:
    assert placed.signed_in(role).get("/sources").status_code == status
