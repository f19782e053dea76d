"""Planning and drawing on the command line: what is worth asking, why not, and pictures without people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NUMBER = "+8615400000001"


@pytest.fixture
def plain(tmp_path: Path) -> list[object]:
    """The arguments of a plan over two small files."""
    claim = {
        "kind": "claim",
        "date": "2023-06-01",
        "source": "application_form",
        "stated_user": "debtor",
        "record_id": "R1",
    }
    case = {
        "case_id": "C1",
        "as_of": "2026-01-31",
        "numbers": [
            {"number": NUMBER, "evidence": [claim]},
            {"number": f"{NUMBER[:-1]}2", "evidence": [claim]},
        ],
    }
    sold = {
        "case_id": "C1",
        "number": NUMBER,
        "lookup": "realname",
        "cost": 3,
        "answer": {"kind": "realname", "date": "2026-01-30", "value": "yes"},
    }
    (tmp_path / "evidence.jsonl").write_text(json.dumps(case) + "\n")
    (tmp_path / "lookups.jsonl").write_text(json.dumps(sold) + "\n")
    return [
        "plan",
        tmp_path / "evidence.jsonl",
        "--lookups",
        tmp_path / "lookups.jsonl",
        "--out",
        tmp_path / "trace.jsonl",
        "--budget",
    ]


def test_a_plan_over_files_needs_no_home(tracer: Any, plain: list[object], tmp_path: Path) -> None:
    ran = tracer(*plain, "5", "--json")

    rows = [json.loads(line) for line in (tmp_path / "trace.jsonl").read_text().splitlines()]
    assert ran.code == 0
    assert (ran.document["paid"], ran.document["spent"], ran.document["budget"]) == (1, 3.0, 5.0)
    assert [row.get("lookup") for row in rows] == ["realname", None, None]
    assert [row["number"] for row in rows[1:]] == [NUMBER, f"{NUMBER[:-1]}2"]


def test_a_plan_says_in_words_why_asking_ended(tracer: Any, plain: list[object]) -> None:
    ran = tracer(*plain, "1")

    assert ran.code == 0
    assert "the budget is spent" in ran.out
    assert NUMBER not in ran.out


def test_a_budget_that_is_none_is_wrong_use(tracer: Any, plain: list[object]) -> None:
    ran = tracer(*plain, "much")

    assert ran.code == 2
    assert "much is no budget" in ran.err


def test_a_damaged_line_is_a_problem_and_not_the_end(
    tracer: Any, plain: list[object], tmp_path: Path
) -> None:
    with (tmp_path / "lookups.jsonl").open("a") as file:
        file.write("nonsense\n")

    ran = tracer(*plain, "5", "--json")

    assert ran.code == 1
    assert [(one["file"], one["line"], one["code"]) for one in ran.document["problems"]] == [
        ("lookups", 2, "not_json")
    ]


def test_contacts_say_what_is_worth_asking_next(at_desk: Any, desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 手机号="15400000001/15400000002"))
    desk.trace()
    prices = {settings.id: settings.price / 100 for settings in desk.office.config.sources}
    desk.office.close()

    said = at_desk("contacts", "NB000001")
    document = at_desk("contacts", "NB000001", "--json").document

    assert "Worth asking next:" in said.out
    tokens = {one["token"] for one in document["numbers"]}
    assert document["next"]
    for one in document["next"]:
        assert {"source", "number", "gain", "cost", "intrusion"} <= set(one)
        assert one["number"] in tokens
        assert one["gain"] > 0
        assert one["cost"] == prices[one["source"]]
    assert document["next_stop"] is None


def test_a_closed_case_has_nothing_worth_asking_and_says_so(at_desk: Any, desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    desk.trace()
    desk.office.close()
    at_desk("close", "NB000001", "--reason", "paid")

    document = at_desk("contacts", "NB000001", "--json").document

    assert document["next"] == []
    assert document["next_stop"]["why"] == "nothing_left_to_ask"


def test_a_trace_by_value_says_for_each_case_why_it_stopped(at_town: Any, town: Any) -> None:
    case = next(one for one in town.cases() if one.client == "northbank")

    ran = at_town(
        "trace", f"northbank/{case.number}", "--purpose", "contact_repair", "--plan", "value", "--json"
    )

    found = ran.document["cases"][0]
    assert found["stopped"] in {"not_worth_its_price", "nothing_left_to_ask"}
    assert found["then"] in {"call", "review", "write_a_letter", "return_the_case"}


def test_one_number_is_drawn_in_the_terminal_and_in_files(at_town: Any, town: Any, tmp_path: Path) -> None:
    case = next(one for one in town.cases() if town.contacts(f"{one.client}/{one.number}").numbers)
    ref = f"{case.client}/{case.number}"
    number = town.contacts(ref).numbers[0]

    said = at_town("chart", ref)
    document = at_town("chart", ref, "--number", number.token, "--json").document
    drawn = [
        at_town("chart", ref, "--out", tmp_path / f"{kind}.svg", "--kind", kind).code
        for kind in ("timeline", "waterfall")
    ]
    without_file = at_town("chart", ref, "--kind", "timeline")

    assert "█" in said.out
    assert number.phone.key[3:] not in said.out
    assert sum(one["bits"] for one in document["reasons"]) == pytest.approx(
        number.ranked.reasons and sum(each.bits for each in number.ranked.reasons)
    )
    assert drawn == [0, 0]
    assert all(
        number.phone.key[3:] not in (tmp_path / f"{kind}.svg").read_text()
        for kind in ("timeline", "waterfall")
    )
    assert without_file.code == 2
