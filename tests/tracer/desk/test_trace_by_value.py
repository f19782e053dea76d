"""Tracing by value: the planner chooses within policy and budgets; a batch is asked as its cases alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tracer.desk.budgets import Purse
from tracer.desk.contacts import contacts
from tracer.desk.office import open_office
from tracer.desk.trace import trace
from tracer.desk.wording_plan import THEN, WHY
from tracer.errors import LogUnavailable

LOCAL = ("case_file", "references", "employer")
CARRIER = ("camara.number-recycling", "camara.kyc-tenure", "camara.kyc-match", "camara.subscription-status")


@pytest.fixture
def placed(desk: Any, market: Any) -> Any:
    """A home into which the market's placements were taken; its carrier answers, nothing was traced."""
    desk.configure(lambda text: text.replace("http://127.0.0.1:9", market.carrier.base_url))
    for client, path in market.files.placements.items():
        desk.take(path, client)
    return desk


@pytest.fixture
def copies(placed: Any, tmp_path: Path) -> Iterator[Any]:
    """Give copies of that home, open."""
    with ExitStack() as stack:
        placed.office.close()

        def copy(name: str, known: bool = False) -> Any:
            shutil.copytree(placed.home, tmp_path / name)
            office = open_office(tmp_path / name, None, placed.clock, "li.ming")
            stack.callback(office.close)
            if known:
                trace(office, list(office.store.cases.listed()), "contact_repair", only=LOCAL)
            return office

        yield copy
        placed.again()


def asked(report: Any) -> dict[str, list[tuple[str, str]]]:
    return {
        case.case: [(one.source, str(one.outcome)) for one in case.lookups if one.source in CARRIER]
        for case in report.cases
    }


def test_less_is_asked_than_in_order_and_every_case_says_why_it_stopped(copies: Any) -> None:
    by_value, in_order = copies("value"), copies("order")

    chosen = trace(by_value, list(by_value.store.cases.listed()), "contact_repair", by_value=True)
    everything = trace(in_order, list(in_order.store.cases.listed()), "contact_repair")

    assert 0 < chosen.spent < everything.spent / 2
    assert {case.stopped for case in chosen.cases} <= set(WHY)
    assert {case.then for case in chosen.cases} <= set(THEN)
    assert all(case.stopped and case.then for case in chosen.cases)
    assert by_value.log.verify().ok
    assert by_value.log.unfinished() == ()


def test_a_case_is_asked_the_same_alone_as_among_many(copies: Any) -> None:
    # What the files say of linked cases is evidence: the same of it has to be known here and there.
    batch = copies("batch", known=True)
    cases = list(batch.store.cases.listed())

    report = trace(batch, cases, "contact_repair", by_value=True)

    # Linked cases are where a batch could differ: one hears what the other's look-ups said.
    linked = [case.case for case in report.cases if case.linked][:4]
    together = asked(report)
    some = [*linked, *[name for name in together if together[name] and name not in linked][:4]]
    assert len(linked) > 1
    for name in some:
        office = copies(f"alone-{name}", known=True)
        found = [case for case in office.store.cases.listed() if case.number == name]
        assert asked(trace(office, found, "contact_repair", by_value=True))[name] == together[name]


def test_what_is_listed_as_next_is_what_is_asked_next(copies: Any) -> None:
    office = copies("next")
    cases = list(office.store.cases.listed())
    trace(office, cases, "contact_repair", only=LOCAL)
    told = {case.number: contacts(office, case, planned=True).next for case in cases}

    report = trace(office, cases, "contact_repair", by_value=True)

    firsts = {case: sources[0][0] for case, sources in asked(report).items() if sources}
    assert firsts == {case: said.steps[0].source for case, said in told.items() if said and said.steps}
    assert all(step.intrusion == 1 for said in told.values() if said for step in said.steps)


def test_nothing_is_asked_that_is_fresh(copies: Any) -> None:
    office = copies("fresh")
    cases = list(office.store.cases.listed())
    trace(office, cases, "contact_repair", by_value=True)

    again = trace(office, cases, "contact_repair", by_value=True)

    assert again.spent == 0
    assert not any(asked(again).values())


@pytest.mark.parametrize(
    ("limits", "most", "code"),
    [
        pytest.param("per_case = 30", None, "case_budget", id="a case"),
        pytest.param("per_client = 90", None, "client_budget", id="a client's day"),
        pytest.param("per_day = 120", None, "day_budget", id="a day"),
        pytest.param("", 100, "max_cost", id="a run"),
    ],
)
def test_budgets_are_kept_and_named(placed: Any, limits: str, most: int | None, code: str) -> None:
    placed.configure(lambda text: f"{text}\n[plan]\n{limits}\n")

    report = placed.trace(only=None, by_value=True, max_cost=most)

    assert code in {case.stopped for case in report.cases}
    for case in placed.cases():
        spent = placed.office.store.evidence.spent(case)
        assert spent <= (placed.office.config.plan.per_case or spent)
    by_client: dict[str, int] = {}
    for case in placed.cases():
        by_client[case.client] = by_client.get(case.client, 0) + placed.office.store.evidence.spent(case)
    assert all(spent <= (placed.office.config.plan.per_client or spent) for spent in by_client.values())
    assert report.spent <= (placed.office.config.plan.per_day or report.spent)
    assert report.spent <= (most or report.spent)


def test_a_budget_of_a_day_counts_what_was_spent_before_and_not_yesterday(placed: Any) -> None:
    placed.configure(lambda text: f"{text}\n[plan]\nper_day = 90\n")
    spent = placed.trace(only=None, by_value=True).spent
    case = placed.cases()[0]
    today = Purse(placed.office).left(case)

    placed.clock.move(days=1)

    assert 0 < spent <= 90
    assert today == (90 - spent, "day_budget")
    assert Purse(placed.office).left(case) == (90, "day_budget")


def test_what_policy_forbids_is_not_planned(placed: Any) -> None:
    placed.configure(lambda text: text.replace('"anchor_date"', '"case"'))

    report = placed.trace(only=None, by_value=True)

    sources = {source for lookups in asked(report).values() for source, _outcome in lookups}
    outcomes = {outcome for lookups in asked(report).values() for _source, outcome in lookups}
    assert sources <= {"camara.kyc-match", "camara.subscription-status"}
    assert "refused" not in outcomes


def test_numbers_of_others_and_barred_ones_are_never_asked_about(desk: Any, debtor: Any, market: Any) -> None:
    desk.configure(lambda text: text.replace("http://127.0.0.1:9", market.carrier.base_url))
    desk.place(debtor(1, 联系人1姓名="端木行舟", 联系人1电话="15400000009", 配偶手机="15400000008"))
    desk.trace()
    desk.note("NB000001", "+8615400000001", "WRONG_PARTY")

    shown = contacts(desk.office, desk.case("NB000001"), planned=True)
    report = desk.trace(only=None, by_value=True)

    assert shown.next is not None
    assert shown.next.steps == ()
    assert asked(report) == {"NB000001": []}
    assert report.cases[0].stopped == "nothing_left_to_ask"


def test_without_a_log_nothing_is_planned_into_the_dark(placed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_: object, **__: object) -> Any:
        raise LogUnavailable("The log cannot be written", "")

    monkeypatch.setattr(placed.office.log, "submit", dead)

    with pytest.raises(LogUnavailable):
        placed.trace(only=None, by_value=True)
