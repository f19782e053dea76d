"""Receipts and exports on the command line, and their check where there is no home at all."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

NOWHERE = Path("/nonexistent/home")


@pytest.fixture
def receipt(at_town: Any, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    assert at_town("log", "prove", 3, "--out", path).code == 0
    return path


def test_a_receipt_is_checked_without_a_home_or_a_key(tracer: Any, receipt: Path) -> None:
    found = tracer("log", "verify", "--receipt", receipt, "--json", home=NOWHERE)

    assert (found.code, found.document["ok"], found.document["entries"]) == (0, True, 1)
    assert not NOWHERE.exists()


def test_a_receipt_is_checked_against_what_was_kept(at_town: Any, tracer: Any, tmp_path: Path) -> None:
    kept, key = tmp_path / "kept.txt", tmp_path / "key.txt"
    assert at_town("log", "checkpoint", "--out", kept).code == 0
    key.write_text(at_town("log", "key").out, encoding="utf-8")
    receipt = tmp_path / "receipt.json"
    assert at_town("log", "prove", 3, "--out", receipt, "--checkpoint", kept).code == 0

    for given in (key.read_text(encoding="utf-8").strip(), key):
        found = tracer(
            "log",
            "verify",
            "--receipt",
            receipt,
            "--checkpoint",
            kept,
            "--key",
            given,
            "--json",
            home=NOWHERE,
        )
        assert (found.code, found.document["anchored"], len(found.document["signers"])) == (0, True, 1)


def test_a_changed_receipt_is_not_proved_and_the_exit_code_says_so(tracer: Any, receipt: Path) -> None:
    text = receipt.read_text(encoding="utf-8")
    receipt.write_text(text.replace("li", "lo", 1) if "li" in text else text[:-20], encoding="utf-8")

    found = tracer("log", "verify", "--receipt", receipt, home=NOWHERE)

    assert (found.code, found.out.startswith("Not proved: ")) == (1, True)


def test_a_receipt_that_is_not_there_is_wrong_use(tracer: Any, tmp_path: Path) -> None:
    found = tracer("log", "verify", "--receipt", tmp_path / "none.json", home=NOWHERE)

    assert found.code == 2
    assert "none.json" in found.err


def test_without_a_file_the_receipt_itself_is_printed(at_town: Any) -> None:
    found = at_town("log", "prove", 3)

    assert (found.code, found.document["format"]) == (0, "look-up-receipt/1")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_comes_with_its_receipt_beside_it(
    at_town: Any, town: Any, tmp_path: Path, language: str
) -> None:
    case = town.cases()[0]
    page = tmp_path / "page.pdf"

    found = at_town(
        "--lang", language, "log", "prove", "--case", f"{case.client}/{case.number}", "--pdf", page
    )

    assert found.code == 0
    assert page.read_bytes().startswith(b"%PDF-")
    assert json.loads((tmp_path / "page.json").read_text(encoding="utf-8"))["format"] == "look-up-receipt/1"
    assert page.stat().st_mode & 0o077 == 0


def test_nothing_or_two_things_to_prove_is_wrong_use(at_town: Any) -> None:
    assert at_town("log", "prove").code == 2
    assert at_town("log", "prove", 3, "--case", "NB1").code == 2
    assert at_town("log", "prove", 999_999).code == 2


def test_a_bundle_checks_itself_and_tells_how(at_town: Any, tracer: Any, tmp_path: Path) -> None:
    path = tmp_path / "log.zip"

    made = at_town("log", "export", "--out", path, "--json")
    found = tracer("log", "verify", "--receipt", path, "--json", home=NOWHERE)

    assert found.document["entries"] == made.document["rows"]
    with zipfile.ZipFile(path) as archive:
        assert "python proof.py" in archive.read("README.en.txt").decode()


def test_an_export_takes_the_filters_of_the_list(at_town: Any, tmp_path: Path) -> None:
    filters = ("--event", "asked", "--client", "northbank", "--source", "employer", "--from", "2026-11-01")
    path = tmp_path / "log.csv"

    listed = at_town("log", "list", *filters, "--limit", 1000, "--json").document["entries"]
    assert at_town("log", "export", "--out", path, *filters).code == 0

    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert [int(row["seq"]) for row in rows] == [entry["seq"] for entry in listed]


def test_an_export_of_another_format_is_refused(at_town: Any, tmp_path: Path) -> None:
    assert at_town("log", "export", "--out", tmp_path / "log.doc").code == 2


def test_a_place_that_cannot_be_written_leaves_nothing(at_town: Any, town: Any, tmp_path: Path) -> None:
    assert at_town("log", "export", "--out", tmp_path / "none" / "log.zip").code == 2
    assert at_town("log", "prove", 3, "--out", tmp_path / "none" / "r.json").code == 2
    town.again()
    assert town.entries("log_exported") == []


def test_the_list_finds_a_person_by_number_and_never_repeats_it(at_town: Any, town: Any) -> None:
    case = town.cases()[0]
    number = town.contacts(f"{case.client}/{case.number}").numbers[0].phone.key

    found = at_town("log", "list", "--subject", number)

    assert found.code == 0
    assert number.removeprefix("+86") not in found.out + found.err
