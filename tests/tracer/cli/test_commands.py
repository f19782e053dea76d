"""Every command of a working day, in text and as one JSON document."""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tracer.words import speak

# Not within a hash, whose digits fall as they fall.
PHONE = re.compile(r"(?<![0-9a-f])(?:\+86)?1[3-9]\d{9}(?![0-9a-f])")


def some_case(town: Any, **wanted: Any) -> str:
    """A case of northbank with at least two numbers and a call note."""
    for case in town.cases():
        if case.client == "northbank" and len(town.contacts(case.number).numbers) > 1:
            return f"{case.client}/{case.number}"
    raise AssertionError("the market has no such case")


# What can be run on a home without changing it: the words behind `tracer`, CASE standing for a case.
READING = [
    "cases",
    "cases --state open --limit 3",
    "contacts CASE",
    "contacts CASE --explain",
    "notes CASE",
    "judge CASE",
    "overlap CASE",
    "problems 1",
    "request list",
    "sources list",
    "sources check",
    "sources show camara.kyc-match",
    "policy rules",
    "outcome --codes",
    "log list",
    "log list --case CASE",
    "log show 1",
    "log head",
    "log verify",
    "log unfinished",
    "log recover",
]


def test_reading_commands_work_in_text_and_as_one_json_document(at_town: Any, town: Any) -> None:
    case = some_case(town)

    for line in READING:
        words = [case if word == "CASE" else word for word in line.split()]
        text = at_town(*words)
        told = at_town(*words, "--json")

        assert (text.code, told.code) == (0, 0), line + text.err + told.err
        assert text.out.strip(), line
        assert isinstance(told.document, dict), line
        assert told.out.count("\n") == 1, line
        assert told.err == "", line
        assert not PHONE.search(text.out + told.out), line


def test_the_contacts_document_has_the_agreed_shape_and_its_bits_add_up(at_town: Any, town: Any) -> None:
    found = at_town("contacts", some_case(town), "--json").document

    assert {"case", "as_of", "model", "numbers", "nobody", "third_parties_touched", "entries"} <= set(found)
    assert set(found["model"]) == {"name", "version", "fitted_on"}
    for number in found["numbers"]:
        assert {
            "token", "masked", "kind", "p", "low", "high", "verdict", "barred", "stated_user", "person",
            "reasons",
        } <= set(number)  # fmt: skip
        assert "number" not in number
        assert number["verdict"] in {"send", "review", "skip"}
        assert number["low"] <= number["p"] <= number["high"]
        assert any(reason["code"].startswith("prior") for reason in number["reasons"])
        for reason in number["reasons"]:
            assert set(reason) == {"code", "bits", "detail", "source", "as_of", "entry"}
        bits = sum(reason["bits"] for reason in number["reasons"])
        assert bits == pytest.approx(math.log2(number["p"] / (1 - number["p"])), abs=1e-6)


def test_a_whole_number_is_told_for_a_reason_only_and_is_an_entry(at_town: Any, town: Any) -> None:
    case = some_case(town)
    before = at_town("log", "head", "--json").document["size"]

    refused = at_town("contacts", case, "--reveal")
    free = at_town("contacts", case, "--reveal", "--reason", "the bank asked")
    halfway = at_town("contacts", case, "--reason", "call")
    told = at_town("contacts", case, "--reveal", "--reason", "call", "--json")

    assert [refused.code, free.code, halfway.code, told.code] == [2, 2, 2, 0]
    assert "--reason the_bank_asked" in free.err
    shown = [one for one in told.document["numbers"] if "number" in one]
    assert all(re.fullmatch(r"\+\d{8,15}", one["number"]) for one in shown)
    assert shown
    assert at_town("log", "head", "--json").document["size"] == before + 1
    entry = at_town("log", "list", "--event", "reveal", "--json").document["entries"][-1]
    assert entry["body"]["reason"] == "call"


def test_global_options_stand_before_or_behind_the_command(at_town: Any, town: Any, tracer: Any) -> None:
    case = some_case(town)

    before = tracer("--json", "--lang", "en", "--home", town.home, "notes", case)
    behind = tracer("notes", case, "--json", "--lang=en", f"--home={town.home}")

    assert before.code == behind.code == 0
    assert before.document == behind.document


def test_a_day_of_work_changes_what_it_says(at_desk: Any, desk: Any, debtor: Any, tmp_path: Path) -> None:
    file = desk.table(debtor(1), debtor(2), debtor(3, 手机号="1.54E+10"))
    mapping = tmp_path / "file1.mapping.toml"

    look = at_desk("import", file, "--client", "northbank", "--preview", "--json").document
    taken = at_desk("import", file, "--client", "northbank", "--mapping", mapping, "--json")
    again = at_desk("import", file, "--client", "northbank", "--mapping", mapping, "--json")

    assert look["mapping"] == str(mapping)
    assert look["missing"] == []
    assert taken.code == 1
    assert taken.document["counts"]["new"] == 3
    assert {"row", "column", "problem", "remedy", "value"} <= set(taken.document["problems"][0])
    assert again.document["seen_before"] is True

    assigned = at_desk("assign", "NB000001", "NB000002", "--to", "wang.fang", "--json").document
    mine = at_desk("cases", "--assigned-to", "wang.fang", "--json").document["cases"]
    traced = at_desk(
        "trace", "NB000001", "--purpose", "contact_repair", "--sources", "case_file,references", "--json"
    )
    token = at_desk("contacts", "NB000001", "--json").document["numbers"][0]["token"]
    noted = at_desk(
        "outcome", "NB000001", token, "PTP", "--at", "2026-11-23T10:15", "--text", "下周", "--json"
    )
    notes = at_desk("notes", "NB000001").out
    undone = at_desk("outcome", "NB000001", "--undo", "--json")

    assert assigned == {"assigned": 2, "to": "wang.fang"}
    assert {one["case"] for one in mine} == {"NB000001", "NB000002"}
    assert traced.code == 0
    assert traced.document["outcomes"] == {"answered": 1, "no_record": 1}
    assert noted.document["number"] == token
    assert noted.document["new_number"] is False
    # Read and shown in the zone of the configuration, whatever the machine's is.
    assert "2026-11-23 10:15" in notes
    assert "下周" in notes
    assert undone.document["number"] == token

    asked = at_desk("request", "new", "NB000001", "--reason", "vacant", "--json").document
    answer = at_desk("request", "answer", asked["request"], "found", "--json").document
    drawn = at_desk("graph", "NB000001", "--out", tmp_path / "case.svg", "--json").document
    export = at_desk("export", "--client", "northbank", "--out", tmp_path / "out.csv", "--json").document
    closed = at_desk("close", "NB000002", "--reason", "paid", "--json").document
    warned = at_desk("contacts", "NB000002").out
    reopened = at_desk("reopen", "NB000002", "--reason", "mistake", "--json").document
    returned = at_desk("return", "--case", "NB000003", "--yes", "--json").document

    assert answer["answer"] == "FOUND"
    assert (tmp_path / "case.svg").read_text(encoding="utf-8").startswith("<")
    assert drawn["nodes"] > 1
    assert export["rows"] == 3
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as out:
        assert next(csv.reader(out))[0] == "案件编号"
    assert closed["state"] == "closed"
    assert "This case is closed" in warned
    assert reopened["state"] == "open"
    assert returned["returned"] == 1
    assert at_desk("contacts", "NB000003").code == 2


def test_a_verdict_is_taken(at_town: Any, town: Any) -> None:
    case = some_case(town)
    records = [one["record"] for one in at_town("judge", case, "--json").document["records"]]
    assert len(records) > 1

    made = at_town("judge", case, records[0], records[1], "different", "--reason", "两个人", "--json")

    assert made.code == 0
    assert made.document["verdict"] == "different"
    pairs = at_town("judge", case, "--json").document["pairs"]
    assert "different" in {one["verdict"] for one in pairs}


def test_a_preview_overwrites_no_mapping(at_desk: Any, desk: Any, debtor: Any, tmp_path: Path) -> None:
    file = desk.table(debtor(1))
    (tmp_path / "file1.mapping.toml").write_text("mine", encoding="utf-8")

    found = at_desk("import", file, "--client", "northbank", "--preview")

    assert found.code == 0
    assert (tmp_path / "file1.mapping.toml").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "file1.mapping2.toml").exists()
    assert at_desk("cases", "--json").document["cases"] == []


def test_ranking_a_plain_file_needs_no_home(tracer: Any, tmp_path: Path) -> None:
    evidence, out = tmp_path / "evidence.jsonl", tmp_path / "out.jsonl"
    evidence.write_text('{"broken"\n', encoding="utf-8")

    text = tracer("rank", evidence, "--out", out)
    told = tracer("rank", evidence, "--out", out, "--json")

    assert text.code == told.code == 1
    assert told.document["problems"][0]["line"] == 1


def test_a_case_number_is_understood_as_careless_people_write_it(
    at_desk: Any, desk: Any, debtor: Any
) -> None:
    desk.place(debtor(1))

    for spelt in (
        "ＮＢ０００００１",
        "nb000001",
        " NB 000001 ",
        "northbank / NB000001",
        "northbank／nb000001",
    ):
        assert at_desk("contacts", spelt, "--json").document["case"] == "NB000001", spelt


def test_the_case_list_shows_two_hundred_and_says_that_there_are_more(
    at_desk: Any, desk: Any, debtor: Any
) -> None:
    desk.place(*[debtor(1, 案件编号=f"NB{which:06d}") for which in range(203)])

    text = at_desk("cases")
    told = at_desk("cases", "--json").document["cases"]

    assert text.out.count("northbank") == 200
    assert "200 are shown and there are more" in text.out
    assert len(told) == 203
    assert "there are more" not in at_desk("cases", "--limit", "203").out


def test_a_number_the_case_did_not_have_is_remarked_on(at_desk: Any, desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    found = at_desk("outcome", "NB000001", "16400000077", "PTP", "--at", "2026-11-23T10:15")

    assert found.code == 0
    assert "did not have this number before" in found.out
    assert "16400000077" not in found.out


def test_a_refusal_is_said_once_however_many_sources_it_stopped(at_town: Any, town: Any) -> None:
    found = at_town("trace", some_case(town), "--purpose", "marketing", "--again")

    assert found.code == 3
    assert found.out.count("Purpose marketing is not allowed here.") == 1
    assert "Next:" not in found.out


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


def test_chinese_output_keeps_to_eighty_columns_and_colours_no_file(
    at_town: Any, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = some_case(town)

    def narrow(as_json: bool) -> tuple[Console, Console]:
        return Console(quiet=as_json, width=80, highlight=False), Console(stderr=True, highlight=False)

    monkeypatch.setattr("tracer.cli.program.consoles", narrow)
    speak("zh")
    for line in READING:
        found = at_town(*[case if word == "CASE" else word for word in line.split()], "--lang", "zh")

        assert found.code == 0, line
        assert re.search(r"[\u4e00-\u9fff]", found.out) or line == "log head", line
        assert "\x1b" not in found.out + found.err, line
        tables = [part for part in found.out.splitlines() if "  " in part]
        assert [part for part in tables if _width(part.rstrip()) > 80] == [], line


def test_no_token_or_case_number_is_broken_in_a_narrow_table(
    at_town: Any, town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tracer.cli.program.consoles",
        lambda as_json: (Console(quiet=as_json, width=80, highlight=False), Console(stderr=True)),
    )
    case = some_case(town)
    tokens = [one["token"] for one in at_town("contacts", case, "--json").document["numbers"]]

    shown = at_town("contacts", case).out
    listed = at_town("cases").out

    assert all(token in shown for token in tokens)
    assert all(one.number in listed for one in town.cases())
