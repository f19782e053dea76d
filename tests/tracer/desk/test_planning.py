"""Planning over plain files: answers are paid for, budgets kept, and nobody looks at what was not bought."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracer.desk.plan_files import plan_file
from tracer.desk.planning import Portfolio
from tracer.desk.till import Offer, Overdrawn, Till
from tracer.errors import WrongUse

KINDS = {"carrier_status": 1, "carrier_tenure": 2, "recycled": 2, "realname": 3}
ANSWERS: dict[str, dict[str, object]] = {
    "carrier_status": {"kind": "carrier_status", "date": "2026-01-31", "value": "active"},
    "carrier_tenure": {"kind": "carrier_tenure", "date": "2026-01-31", "activated": "2019-01-01"},
    "recycled": {"kind": "recycled", "date": "2026-01-31", "value": "no", "since": None},
    "realname": {"kind": "realname", "date": "2026-01-31", "value": "yes"},
}
OTHER: dict[str, dict[str, object]] = {
    "carrier_status": {"kind": "carrier_status", "date": "2026-01-31", "value": "empty"},
    "carrier_tenure": {"kind": "carrier_tenure", "date": "2026-01-31", "activated": None},
    "recycled": {"kind": "recycled", "date": "2026-01-31", "value": "yes", "since": "2025-12-01"},
    "realname": {"kind": "realname", "date": "2026-01-31", "value": "no"},
}


def number(which: int, user: str = "debtor") -> dict[str, object]:
    claim = {
        "kind": "claim",
        "date": f"{2020 + which}-06-01",
        "source": "application_form",
        "stated_user": user,
        "record_id": f"R{which}",
    }
    return {"number": f"+86154{which:08d}", "line_type": "mobile", "evidence": [claim]}


def evidence(cases: int = 4) -> list[dict[str, Any]]:
    return [
        {
            "case_id": f"C{case}",
            "as_of": "2026-01-31",
            "numbers": [number(1), number(2 + case % 3), number(9, "reference")],
        }
        for case in range(cases)
    ]


def lookups(cases: int = 4, answers: dict[str, dict[str, object]] = ANSWERS) -> list[dict[str, Any]]:
    return [
        {
            "case_id": case["case_id"],
            "number": one["number"],
            "lookup": kind,
            "cost": cost,
            "answer": answers[kind],
        }
        for case in evidence(cases)
        for one in case["numbers"]
        for kind, cost in KINDS.items()
    ]


class Files:
    """The two files and where the third goes."""

    def __init__(self, folder: Path) -> None:
        self.evidence, self.lookups, self.out = (
            folder / name for name in ("evidence.jsonl", "lookups.jsonl", "trace.jsonl")
        )
        self.write(evidence(), lookups())

    def write(self, cases: list[dict[str, Any]], sold: list[dict[str, Any]]) -> None:
        self.evidence.write_text("".join(f"{json.dumps(row)}\n" for row in cases))
        self.lookups.write_text("".join(f"{json.dumps(row)}\n" for row in sold))

    def run(self, budget: str = "20", **more: Any) -> Any:
        return plan_file(self.evidence, self.lookups, budget, self.out, **more)

    def rows(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        found = [json.loads(line) for line in self.out.read_text().splitlines()]
        return [row for row in found if "lookup" in row], [row for row in found if "p" in row]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def bought(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(row["case_id"], row["number"], row["lookup"]) for row in rows]


def test_paid_look_ups_come_first_then_every_number_in_the_order_of_the_file(files: Files) -> None:
    report = files.run()

    paid, said = files.rows()
    lines = files.out.read_text().splitlines()
    assert report.paid == len(paid) > 0
    assert all("lookup" in line for line in lines[: len(paid)])
    assert [(row["case_id"], row["number"]) for row in said] == [
        (case["case_id"], one["number"]) for case in evidence() for one in case["numbers"]
    ]
    assert all(set(row) == {"case_id", "number", "p"} for row in said)
    assert sum(row["cost"] for row in paid) == report.spent == paid[-1]["spent"]


@pytest.mark.parametrize("budget", ["0", "1", "2.5", "7", "20", "10%", "50%", "1e9"])
def test_a_budget_is_never_passed(files: Files, budget: str) -> None:
    report = files.run(budget)

    paid, said = files.rows()
    assert sum(row["cost"] for row in paid) <= report.budget
    assert len(said) == 12
    assert bool(paid) == (report.budget >= 1)


def test_a_case_may_have_a_bound_of_its_own(files: Files) -> None:
    files.run("1000", per_case=3.0)

    paid, _said = files.rows()
    for case in evidence():
        assert 0 < sum(row["cost"] for row in paid if row["case_id"] == case["case_id"]) <= 3.0


def test_what_was_not_bought_changes_nothing(files: Files) -> None:
    files.run("9")
    first, said = files.rows()
    known = set(bought(first))
    sold = [
        row
        if (row["case_id"], row["number"], row["lookup"]) in known
        else {**row, "answer": OTHER[row["lookup"]]}
        for row in lookups()
    ]
    assert sold != lookups()

    files.write(evidence(), sold)
    files.run("9")

    assert files.rows() == (first, said)


def test_what_was_bought_does(files: Files) -> None:
    files.run("9")
    before = files.rows()

    files.write(evidence(), lookups(answers=OTHER))
    files.run("9")

    after = files.rows()
    assert after[0][0]["number"] == before[0][0]["number"]
    assert after[1] != before[1]


def test_the_first_purchase_does_not_depend_on_any_answer(files: Files) -> None:
    files.run()
    first = bought(files.rows()[0])[0]

    files.write(evidence(), lookups(answers=OTHER))
    files.run()

    assert bought(files.rows()[0])[0] == first


def test_the_order_of_the_look_ups_in_the_file_does_not_matter(files: Files) -> None:
    files.run()
    before = files.rows()

    files.write(evidence(), lookups()[::-1])
    files.run()

    assert files.rows() == before


def test_numbers_of_third_parties_are_never_bought(files: Files) -> None:
    files.run("1e9")

    assert not {row["number"] for row in files.rows()[0]} & {"+8615400000009"}


def test_asking_ends_by_itself(files: Files) -> None:
    report = files.run("1e9")

    assert report.spent < report.total
    assert {why for why, _then, _count in report.stops} == {"not_worth_its_price"}
    assert sum(count for _why, _then, count in report.stops) == 4


def test_an_offer_tells_nothing_of_its_answer_and_the_till_has_no_other_door() -> None:
    offer = Offer(case="C", number="+8615400000001", lookup="realname", cost=3)
    till = Till([(offer, {"kind": "realname", "value": "yes-it-is-him"})], 3.0)

    told = [
        repr(till),
        repr(offer),
        str(till.offers("C")),
        *(repr(getattr(till, name)) for name in Till.__slots__),
    ]

    assert not any("yes-it-is-him" in text for text in told)
    assert till.pay(offer)["value"] == "yes-it-is-him"


def test_nothing_is_told_on_credit_or_twice() -> None:
    offer = Offer(case="C", number="+8615400000001", lookup="realname", cost=3)
    till = Till([(offer, {"value": "yes"})], 2.0)

    with pytest.raises(Overdrawn):
        till.pay(offer)

    rich = Till([(offer, {"value": "yes"})], 9.0)
    rich.pay(offer)
    assert (till.spent, till.left, rich.spent, rich.left) == (0.0, 2.0, 3.0, 6.0)
    assert rich.offers("C") == ()
    with pytest.raises(KeyError):
        rich.pay(offer)


def test_bad_lines_are_problems_and_the_others_are_bought(files: Files) -> None:
    good = lookups()[3]
    bad = [
        "nonsense",
        "[]",
        json.dumps({**good, "number": 7}),
        json.dumps({**good, "cost": -1}),
        json.dumps({**good, "cost": True}),
        json.dumps({**good, "answer": "yes"}),
        json.dumps(good),
        json.dumps(good),
        json.dumps({**good, "case_id": "nobody's"}),
        json.dumps({**good, "number": "+8615499999999"}),
    ]
    files.lookups.write_text("\n".join(bad) + "\n")

    report = files.run()

    assert [(one.line, one.code) for one in report.lookup_problems] == [
        (1, "not_json"),
        (2, "not_an_object"),
        (3, "bad_lookup"),
        (4, "bad_cost"),
        (5, "bad_cost"),
        (6, "bad_answer"),
        (8, "twice"),
    ]
    assert all(one.sentence and "154" not in one.sentence for one in report.lookup_problems)
    assert (report.paid, report.total) == (1, 3)


def test_an_answer_that_cannot_be_read_is_paid_and_says_nothing(files: Files) -> None:
    files.write(evidence(), [{**row, "answer": {"kind": "?"}} for row in lookups()])
    plain = Portfolio([], Till([], 0.0))

    report = files.run("1e9")

    assert report.paid > 0
    assert list(plain.buy()) == []


@pytest.mark.parametrize("budget", ["", "much", "-1", "nan", "%", "-5%"])
def test_a_budget_that_is_none_is_refused(files: Files, budget: str) -> None:
    with pytest.raises(WrongUse):
        files.run(budget)

    assert not files.out.exists()


def test_a_file_that_is_read_is_not_written(files: Files) -> None:
    files.out = files.lookups

    with pytest.raises(WrongUse):
        files.run()
