"""The log on screen: choices, counts, one entry, proofs, bundles, and that reading it is an entry."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest


def numbers(page: str) -> list[int]:
    """Give the entries a page lists, in its order."""
    return [int(seq) for seq in re.findall(r'<tr><td class="figure"><a href="/log/(\d+)">\1</a>', page)]


def total(page: str) -> int:
    found = re.search(r"<strong>([\d,]+) entries", page)
    assert found is not None
    return int(found.group(1).replace(",", ""))


def test_the_newest_entries_come_first_and_the_rest_page_by_page(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    for _more in range(60):
        placed.bench.office.write("sign_out")
    size = placed.bench.office.log.head().size

    first = browser.get("/log").text
    second = browser.get(re.search(r'href="(/log\?before=\d+)"', first).group(1)).text

    assert numbers(first) == list(range(size, size - 50, -1))
    assert numbers(second) == list(range(size - 50, max(size - 100, 0), -1))


@pytest.mark.parametrize("name", ["event", "actor", "source", "purpose", "outcome"])
def test_every_word_a_facet_counts_leads_to_as_many_entries(placed: Any, name: str) -> None:
    from tracer.desk.log_explorer import explore
    from tracer.desk.logbook import Wanted, query

    office = placed.bench.office
    counts = explore(office, Wanted()).facets[name]

    # The first look wrote an entry of its own: what it counted is what was there before.
    size = next(entry.seq for entry in office.log.entries(event="log_read", newest=True))
    real = [
        (word, sum(entry.seq < size for entry in office.log.search(query(office, Wanted(**{name: word})))))
        for word, _count in counts
    ]

    assert counts
    assert list(counts) == real


def test_a_choice_shows_only_what_fits_it(placed: Any) -> None:
    page = placed.signed_in("compliance").get("/log?event=asked&source=case_file").text

    listed = [placed.bench.office.log.entry(seq) for seq in numbers(page)]
    assert listed
    assert {(entry.event, entry.source) for entry in listed} == {("asked", "case_file")}
    assert total(page) == len(listed)


def test_a_case_is_chosen_by_its_pseudonym_and_by_nothing_else(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    case = placed.bench.case("NB000001")

    chosen = browser.get(f"/log?case={case.pseudonym}")
    by_number = browser.get("/log?case=NB000001")

    assert {placed.bench.office.log.entry(seq).case for seq in numbers(chosen.text)} == {case.pseudonym}
    assert by_number.status_code == 400
    assert "NB000001" not in by_number.text


def test_a_person_is_found_by_what_he_gives_and_shown_by_pseudonym(placed: Any) -> None:
    browser = placed.signed_in("compliance")
    before = len(placed.bench.entries("log_read"))

    page = browser.post("/log/find", data={"said": "15400000001"}).text

    assert placed.bench.case("NB000001").pseudonym in page
    assert "NB000001" not in page
    assert "15400000001" not in page
    assert len(placed.bench.entries("log_read")) == before + 1


def test_an_entry_shows_what_is_about_it(placed: Any) -> None:
    asked = placed.bench.entries("asked")[0]
    ending = next(placed.bench.office.log.entries(about=asked.seq))

    page = placed.signed_in("compliance").get(f"/log/{asked.seq}").text

    assert asked.leaf.hex() in page
    assert f'href="/log/{ending.seq}"' in page


def test_an_entry_that_is_not_there_is_told(placed: Any) -> None:
    assert placed.signed_in("compliance").get("/log/9999999").status_code == 404


def test_the_proof_of_an_entry_proves_it(placed: Any, tmp_path: Any) -> None:
    from tracer.desk.receipts import checked

    asked = placed.bench.entries("asked")[0]

    answer = placed.signed_in("compliance").post(f"/log/{asked.seq}/proof")

    receipt = tmp_path / "receipt.json"
    receipt.write_text(answer.text, encoding="utf-8")
    assert "attachment" in answer.headers["content-disposition"]
    assert checked(receipt).finding is not None


def test_the_bundle_holds_the_choice_and_no_disk_keeps_it(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    answer = browser.post("/log/export", data={"format": ".zip", "event": "asked"})

    bundle = ZipFile(BytesIO(answer.content))
    lines = [json.loads(line) for line in bundle.read("entries.jsonl").decode().splitlines()]
    assert {line["event"] for line in lines} == {"asked"}
    assert len(lines) == len(placed.bench.entries("asked"))
    assert placed.bench.entries("log_exported")[-1].body["fields"] == ["event"]


@pytest.mark.parametrize("form", [".exe", "../../x.zip"])
def test_only_formats_that_are_known_are_written(placed: Any, form: str) -> None:
    assert placed.signed_in("compliance").post("/log/export", data={"format": form}).status_code in (400, 422)


def test_reading_the_log_is_written_in_it(placed: Any) -> None:
    browser = placed.signed_in("compliance")

    browser.get("/log?event=asked")

    read = placed.bench.entries("log_read")[-1]
    assert read.actor == "compliance.one"
    assert read.body["rows"] == len(placed.bench.entries("asked"))


@pytest.mark.parametrize("role", ["collector", "specialist", "manager", "admin"])
def test_nobody_else_reads_the_log(placed: Any, role: str) -> None:
    browser = placed.signed_in(role)

    assert browser.get("/log").status_code == 403
    assert browser.post("/log/export", data={"format": ".zip"}).status_code == 403
