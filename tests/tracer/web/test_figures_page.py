"""Figures on screen: by client and month, never by person; hindsight in the background; sharing out."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest


@pytest.fixture
def called(placed: Any) -> Any:
    """The two cases traced; the debtor of the first was reached, the second answered as somebody else."""
    placed.bench.note("NB000001", "15400000001", "plain:RIGHT_PARTY_VERIFIED")
    placed.bench.note("NB000001", "15400000001", "plain:NO_ANSWER", at=placed.bench.clock())
    placed.bench.note("NB000002", "15400000002", "plain:WRONG_PARTY")
    return placed


def shown(placed: Any, client: str = "") -> Any:
    from tracer.desk.figures import figures

    placed.bench.clock.move(minutes=6)
    return figures(placed.bench.office, client)


def test_each_count_is_what_was_done(called: Any) -> None:
    called.bench.clock.move(hours=2)

    total = shown(called).total

    assert (total.traced, total.calls, total.right, total.wrong, total.touched) == (2, 3, 1, 1, 1)
    assert total.lookups == called.bench.counted("lookup")


def test_a_case_is_repaired_by_what_was_heard_after_it_was_traced(called: Any) -> None:
    before = shown(called).total
    later = called.bench.clock() + dt.timedelta(minutes=1)
    called.bench.clock.move(hours=1)
    called.bench.note("NB000001", "15400000001", "plain:RIGHT_PARTY_VERIFIED", at=later)

    after = shown(called).total

    assert (before.repaired, after.repaired) == (0, 1)
    assert after.repair_rate == 0.5


def test_what_was_taken_back_does_not_count(called: Any) -> None:
    from tracer.desk import outcomes

    outcomes.undo(called.bench.office, called.bench.case("NB000002"))

    total = shown(called).total

    assert (total.calls, total.wrong, total.touched) == (2, 0, 0)


def test_months_and_clients_add_up_to_all(called: Any) -> None:
    found = shown(called)

    assert len(found.months) == 12
    assert found.months[-1].month == dt.date(2026, 11, 1)
    assert sum(one.calls for one in found.months) == found.total.calls
    assert sum(one.traced for _name, one in found.clients) == found.total.traced


def test_another_clients_figures_are_its_own(called: Any) -> None:
    other = sorted(set(called.bench.office.config.clients) - {"northbank"})[0]

    assert shown(called, other).total.calls == 0
    assert shown(called, "northbank").total.calls == 3


def test_the_figures_are_counted_once_in_five_minutes(called: Any) -> None:
    from tracer.desk.figures import figures

    first = shown(called)
    called.bench.note("NB000001", "15400000001", "plain:NO_ANSWER", at=called.bench.clock())
    soon = figures(called.bench.office)

    assert soon.total == first.total
    assert shown(called).total.calls == first.total.calls + 1


@pytest.mark.parametrize("role", ["manager", "compliance"])
def test_the_page_has_its_numbers_in_tables_and_names_nobody(called: Any, role: str) -> None:
    page = called.signed_in(role).get("/figures").text

    assert "<caption>By month</caption>" in page
    assert not re.search(r"NB00000|欧阳|154000000|collector\.one|li\.ming", page)


def test_a_client_that_is_none_is_told(called: Any) -> None:
    assert called.signed_in("manager").get("/figures?client=nobody").status_code == 400


def test_looking_back_runs_beside_the_desk_and_is_then_shown(called: Any) -> None:
    from tracer.desk.figures import looking_back

    browser = called.signed_in("manager")
    before = browser.get("/figures/hindsight").text
    browser.post("/figures/hindsight")
    looking_back(called.bench.office).wait()

    after = browser.get("/figures/hindsight").text

    assert "The case file" not in before
    assert "The case file" in after


def test_the_oldest_cases_that_nobody_has_are_given_out(placed: Any) -> None:
    placed.user("specialist")
    browser = placed.signed_in("manager")

    answer = browser.post("/assign", data={"client": "northbank", "count": "5", "to": "specialist.one"})

    assert answer.headers["location"] == "/assign?given=1"
    assert placed.bench.case("NB000002").assigned_to == "specialist.one"
    assert placed.bench.case("NB000001").assigned_to == "collector.one"
    entry = placed.bench.entries("case_assigned")[-1]
    assert (entry.actor, entry.body["assigned_to"]) == ("manager.one", "specialist.one")


@pytest.mark.parametrize(
    ("client", "count", "to"),
    [
        ("northbank", "0", "collector.one"),
        ("northbank", "1001", "collector.one"),
        ("northbank", "1", "manager.one"),
        ("northbank", "1", "nobody"),
        ("elsewhere", "1", "collector.one"),
    ],
    ids=["none", "too many", "a manager", "nobody", "no such client"],
)
def test_what_cannot_be_given_out_is_told(placed: Any, client: str, count: str, to: str) -> None:
    placed.user("collector")
    browser = placed.signed_in("manager")

    answer = browser.post("/assign", data={"client": client, "count": count, "to": to})

    assert answer.status_code == 400
    assert placed.bench.case("NB000002").assigned_to is None


@pytest.mark.parametrize("role", ["collector", "specialist", "compliance", "admin"])
def test_nobody_else_shares_out(placed: Any, role: str) -> None:
    browser = placed.signed_in(role)

    answer = browser.post("/assign", data={"client": "northbank", "count": "1", "to": "collector.one"})

    assert answer.status_code == 403
