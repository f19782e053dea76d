"""Receipts and exports of the demonstration's home: they prove, show nobody else, and outlive a return."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.model import FactKind
from tracer.desk import Desk, life, log_export, receipt_page, receipts
from tracer.desk.logbook import Wanted, query
from tracer.desk.persons import persons
from tracer.errors import WrongUse
from tracer.log import Draft, Query
from tracer.proof import Checkpoint, Note, Receipt, check, check_bundle
from tracer.words import speak


def busiest(town: Any) -> Any:
    """The case with the most calls noted: one about which there is much to prove."""
    return max(town.cases(), key=lambda case: len(town.office.store.notes.of(case)))


def people(world: Any) -> list[str]:
    """Everybody's names, numbers and ids as they might stand in a text."""
    names = {
        name for name in world.names() if len(re.findall(r"[\u3400-\u9fff]", name)) >= 2 or len(name) >= 8
    }
    phones = {phone for number in world.phones() for phone in (number, number.removeprefix("+86"))}
    return sorted(names | {one for one in phones if len(one) >= 8} | world.ids())


def named(world: Any, text: str) -> list[str]:
    return [who for who in people(world) if who in text]


def test_a_receipt_of_a_case_holds_every_question_about_the_debtor_with_its_ending(town: Any) -> None:
    case = busiest(town)
    asked = [entry for entry in town.office.log.entries(case=case.pseudonym) if entry.event == "asked"]

    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")

    proved = {entry.seq for entry in made.entries}
    assert asked
    assert {entry.seq for entry in asked} <= proved
    assert all({other.seq for other in town.office.log.entries(about=one.seq)} <= proved for one in asked)
    assert all(entry.case == case.pseudonym for entry in made.entries)
    found = check(Receipt.read(made.text), (town.office.log.key,))
    assert found.entries == len(made.entries)


def test_the_making_of_a_receipt_is_in_the_log_with_its_digest(town: Any) -> None:
    made = receipts.prove(town.office, seq=3)

    (entry,) = town.entries("proved")
    assert (entry.seq, entry.about, entry.body["file_digest"]) == (made.entry, 3, made.digest)


def test_a_receipt_names_no_member_of_staff_and_none_of_the_people(town: Any, market: Any) -> None:
    case = busiest(town)
    life.assign(town.office, [case], "zhang.san")

    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")

    assert "case_assigned" in {entry.event for entry in made.entries}
    assert "li.ming" not in made.text
    assert "zhang.san" not in made.text
    assert case.number not in made.text
    assert named(market.world, made.text) == []


def test_entries_about_others_are_left_out_counted_and_not_given_one_by_one(town: Any) -> None:
    case = busiest(town)
    ask = Draft(
        "asked", actor="li.ming", case=case.pseudonym, body={"source": "references", "role": "spouse"}
    )
    other = town.office.log.append(ask)
    ending = town.office.log.append(
        Draft(
            "no_record", actor="li.ming", case=case.pseudonym, about=other.seq, body={"source": "references"}
        )
    )

    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")

    assert not {other.seq, ending.seq} & {entry.seq for entry in made.entries}
    assert made.left_out[receipts.OTHERS] >= 2
    with pytest.raises(WrongUse, match="another person"):
        receipts.prove(town.office, seq=other.seq)


def test_a_debtor_is_found_by_number_or_id_and_the_search_is_in_the_log(town: Any) -> None:
    case = next(case for case in town.cases() if town.office.store.evidence.people(case)[0][0].ids)
    debtor = town.office.store.evidence.people(case)[0][0]
    number = debtor.ids[0].value

    made = receipts.prove(town.office, subject=number)

    assert case.pseudonym in {entry.case for entry in made.entries}
    search = town.entries("log_read")[-1]
    assert search.body["fields"] == ["id_number"]
    assert number not in search.text


def test_a_number_that_only_a_contact_of_the_debtor_has_gives_no_receipt(desk: Any, debtor: Any) -> None:
    desk.place(debtor(1, 配偶姓名="王小燕", 配偶手机="15400000099"))
    desk.trace("NB000001")

    with pytest.raises(WrongUse, match="nothing to prove"):
        receipts.prove(desk.office, subject="15400000099")


@pytest.mark.parametrize("what", ["王小燕", "1540000", "nonsense", "n_bcdfg"])
def test_what_is_no_person_of_the_log_is_refused_and_not_repeated(desk: Any, what: str) -> None:
    with pytest.raises(WrongUse) as error:
        receipts.prove(desk.office, subject=what)

    assert what not in str(error.value)


def test_a_receipt_is_proved_against_the_checkpoint_that_was_kept(town: Any, tmp_path: Path) -> None:
    kept = town.office.log.checkpoint()
    file = tmp_path / "kept.txt"
    file.write_text(str(kept.note), encoding="utf-8")
    town.office.write("sign_in")
    town.office.log.checkpoint()

    against_file = receipts.prove(town.office, seq=3, checkpoint=file)
    against_size = receipts.prove(town.office, seq=3, size=kept.checkpoint.size)

    for made in (against_file, against_size):
        assert made.size == kept.checkpoint.size
        assert check(made.receipt, (), Note.read(file.read_text(encoding="utf-8"))).anchored


def test_an_entry_newer_than_every_checkpoint_gets_one_signed_for_it(town: Any) -> None:
    entry = town.office.write("sign_in")

    made = receipts.prove(town.office, seq=entry.seq)

    assert made.size >= entry.seq
    assert check(made.receipt, (town.office.log.key,)).signers


def test_a_checkpoint_of_another_log_or_history_is_refused(town: Any, tmp_path: Path) -> None:
    said = town.office.log.checkpoint().checkpoint
    signer = town.office.log._notary.signer
    forged = signer.sign(str(Checkpoint(said.origin, said.size, bytes(32))))
    file = tmp_path / "kept.txt"

    for text in (str(forged), str(forged).replace(said.origin, "other.example"), "nothing"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongUse):
            receipts.prove(town.office, seq=3, checkpoint=file)
    assert town.entries("proved") == []


def test_after_the_return_of_the_case_a_receipt_still_holds_and_points_to_nobody(town: Any) -> None:
    case = busiest(town)
    debtor = town.office.store.evidence.people(case)[0][0]
    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")

    life.give_back(town.office, [case], "contract_ended")

    assert check(Receipt.read(made.text), (town.office.log.key,)).entries == len(made.entries)
    again = receipts.prove(town.office, subject=case.pseudonym, size=made.size)
    assert again.text == made.text
    # Whoever types his number or his id finds no way to these entries any more.
    for typed in (debtor.phones[0].key, debtor.ids[0].value):
        assert case.pseudonym not in (persons(town.office, subject=typed).pseudonyms or ())


def test_an_entry_that_was_changed_gives_no_receipt(town: Any) -> None:
    entry = town.office.write("sign_in")
    town.office.log.checkpoint()
    with sqlite3.connect(town.database) as connection:
        connection.execute("DROP TRIGGER log_entry_refuses_update")
        connection.execute("UPDATE log_entry SET event = 'sign_out' WHERE seq = ?", (entry.seq,))
    connection.close()

    with pytest.raises(Exception, match="no receipt that holds"):
        receipts.prove(town.office, seq=entry.seq)


# The page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_the_same_bytes_each_time_and_names_nobody(
    town: Any, market: Any, tmp_path: Path, language: str
) -> None:
    case = busiest(town)
    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")
    speak(language)
    try:
        for name in ("a.pdf", "b.pdf"):
            receipt_page.save(town.office, made, "receipt.json", tmp_path / name)
    finally:
        speak("en")

    first, second = ((tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"li.ming" not in first
    text = first.decode("latin-1")
    assert named(market.world, text) == []


def test_what_stands_on_a_page_names_nobody(town: Any, market: Any, tmp_path: Path, monkeypatch: Any) -> None:
    case = busiest(town)
    made = receipts.prove(town.office, case=f"{case.client}/{case.number}")
    said: list[str] = []
    paragraph = receipt_page._text
    monkeypatch.setattr(
        receipt_page, "_text", lambda text, *style: said.append(text) or paragraph(text, *style)
    )

    receipt_page.save(town.office, made, "receipt.json", tmp_path / "a.pdf")

    text = "\n".join(said)
    assert made.digest in text
    assert "contact repair" in text
    assert "li.ming" not in text
    assert "staff_" not in text
    assert named(market.world, text) == []


def test_every_kind_of_answer_has_a_name_on_the_page() -> None:
    assert set(receipt_page.KINDS) == {str(kind) for kind in FactKind}


def test_a_font_that_cannot_be_embedded_is_refused(town: Any, tmp_path: Path) -> None:
    made = receipts.prove(town.office, seq=3)
    font = tmp_path / "font.ttf"
    font.write_bytes(b"no font")

    with pytest.raises(WrongUse, match="no TrueType font"):
        receipt_page.save(town.office, made, "receipt.json", tmp_path / "a.pdf", font)
    assert not (tmp_path / "a.pdf").exists()


# Exports


def export(town: Any, out: Path, names: bool = False, **wanted: str) -> log_export.LogExport:
    chosen = Wanted(**wanted)
    return log_export.export(town.office, query(town.office, chosen), out, filters=chosen.named, names=names)


def test_a_bundle_proves_the_whole_log_and_names_nobody(town: Any, market: Any, tmp_path: Path) -> None:
    made = export(town, tmp_path / "log.zip")

    found = check_bundle(tmp_path / "log.zip", (town.office.log.key,))
    assert (found.entries, found.checkpoint.size) == (made.rows, made.size)
    with zipfile.ZipFile(tmp_path / "log.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) >= {"proof.py", "README.en.txt", "README.zh.txt", "entries.jsonl", "checkpoint.txt"}
    assert "staff.jsonl" not in texts
    assert texts["tree.txt"] == ""
    for text in texts.values():
        assert named(market.world, text) == []
        assert "li.ming" not in text


def test_equal_input_gives_equal_bytes(town: Any, tmp_path: Path, monkeypatch: Any) -> None:
    checkpoint = town.office.log.checkpoint()
    monkeypatch.setattr(town.office.log, "checkpoint", lambda: checkpoint)

    for name in ("a.zip", "b.zip"):
        town.clock.move(hours=1)
        export(town, tmp_path / name, client="northbank")

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_choice_is_proved_and_an_export_is_in_the_log_with_its_filters(town: Any, tmp_path: Path) -> None:
    made = export(town, tmp_path / "log.zip", event="asked", client="northbank")

    assert 0 < made.rows < made.size
    assert check_bundle(tmp_path / "log.zip").entries == made.rows
    (entry,) = town.entries("log_exported")
    assert (entry.body["fields"], entry.body["rows"]) == (["event", "client"], made.rows)


def test_lines_are_the_texts_that_were_hashed(town: Any, tmp_path: Path) -> None:
    made = export(town, tmp_path / "log.jsonl")

    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert lines == [entry.text for entry in town.entries()[: made.size]]


def test_a_table_has_a_row_for_each_entry_and_names_staff_only_when_told(town: Any, tmp_path: Path) -> None:
    export(town, tmp_path / "bare.csv", event="asked")
    export(town, tmp_path / "named.csv", True, event="asked")

    bare, told = (
        list(csv.DictReader(io.StringIO((tmp_path / name).read_text(encoding="utf-8-sig"))))
        for name in ("bare.csv", "named.csv")
    )
    assert len(bare) == len(town.entries("asked"))
    assert {row["actor"][:6] for row in bare} == {"staff_"}
    assert {row["actor"] for row in told} == {"li.ming"}
    assert all(json.loads(row["body"])["purpose"] == row["purpose"] for row in bare)


def test_a_table_holds_nothing_a_spreadsheet_would_run(town: Any, tmp_path: Path) -> None:
    town.office.log.append(Draft("sign_in", actor="=cmd()"))

    export(town, tmp_path / "log.csv", True, event="sign_in")

    (row,) = csv.DictReader(io.StringIO((tmp_path / "log.csv").read_text(encoding="utf-8-sig")))
    assert row["actor"] == "'=cmd()"


@pytest.mark.parametrize("name", ["log.zip", "log.csv", "log.jsonl"])
def test_an_export_that_fails_leaves_nothing_and_is_not_in_the_log(
    town: Any, tmp_path: Path, monkeypatch: Any, name: str
) -> None:
    entry = town.office.log.entry(1)

    def broken(*_: object, **__: object) -> Any:
        yield entry
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(town.office.log, "search", broken)

    with pytest.raises(WrongUse, match="cannot be written"):
        export(town, tmp_path / name)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith((".log", "log"))] == []
    assert town.entries("log_exported") == []


# Filters


def chosen(town: Any, **wanted: Any) -> list[Any]:
    return list(town.office.log.search(query(town.office, Wanted(**wanted))))


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"actor": "li.ming"}, lambda entry: entry.actor == "li.ming"),
        ({"actor": "nobody"}, lambda _: False),
        ({"source": "case_file"}, lambda entry: entry.source == "case_file"),
        ({"purpose": "contact_repair"}, lambda entry: entry.purpose == "contact_repair"),
        ({"outcome": "answered"}, lambda entry: entry.event == "answered"),
        ({"verdict": "allow"}, lambda entry: entry.event == "asked"),
        ({"event": "asked", "source": "employer"}, lambda e: (e.event, e.source) == ("asked", "employer")),
        ({"until": "2026-11-22"}, lambda _: False),
        ({"since": "2026-11-23", "until": "2026-11-23"}, lambda _: True),
        ({"since": "2026-11-24T00:00"}, lambda _: False),
    ],
    ids=str,
)
def test_a_filter_gives_what_looking_at_each_entry_gives(town: Any, wanted: Any, fits: Any) -> None:
    expected = [entry.seq for entry in town.entries() if fits(entry)]

    assert [entry.seq for entry in chosen(town, **wanted)] == expected


def test_a_clients_entries_are_those_that_name_him_and_those_about_them(town: Any) -> None:
    naming = {entry.seq for entry in town.entries() if "northbank" in str(entry.body.get("client"))}
    expected = [entry.seq for entry in town.entries() if entry.seq in naming or entry.about in naming]

    found = [entry.seq for entry in chosen(town, client="northbank")]

    assert found == expected
    assert len(found) > len(naming)


def test_a_rule_is_found_where_it_said_no(town: Any) -> None:
    town.configure(lambda text: text.replace('purposes = ["contact_repair"]', 'purposes = ["other"]', 1))
    town.trace(again=True)

    refused = town.entries("refused")
    assert refused
    assert chosen(town, rule="purpose.allowed") == [
        entry for entry in refused if "purpose.allowed" in entry.body["fired"]
    ]
    assert chosen(town, verdict="deny")


def test_a_reviewer_finds_the_questions_about_a_number_he_types(town: Any) -> None:
    asked = [entry for entry in town.entries("asked") if entry.body.get("number")]
    case = town.office.store.cases.by_pseudonym(asked[0].case)
    phones = {
        town.office.number_name(case, one.phone): one.phone
        for one in town.contacts(f"{case.client}/{case.number}").numbers
    }
    phone = phones[asked[0].body["number"]]

    found = chosen(town, subject=phone.key)

    assert asked[0].seq in {entry.seq for entry in found}
    assert all(entry.body["number"] in phones for entry in found if entry.case == case.pseudonym)
    assert town.entries("log_read")[-1].body["fields"] == ["phone"]


def test_a_search_for_somebody_who_is_not_here_is_in_the_log_too(town: Any) -> None:
    before = len(town.entries("log_read"))

    assert chosen(town, subject="15400000000") == []

    assert len(town.entries("log_read")) == before + 1


def test_reading_the_log_through_the_desk_says_which_entries_were_shown(town: Any) -> None:
    lines = Desk(town.office).log_list(Wanted(event="asked"), limit=5)

    last = town.entries("log_read")[-1]
    assert (last.body["first"], last.body["last"], last.body["rows"]) == (lines[0].seq, lines[-1].seq, 5)


def test_a_day_named_as_the_end_is_included(town: Any) -> None:
    town.clock.move(days=3)
    entry = town.office.write("sign_in")
    day = entry.at.astimezone(town.office.config.zone).date()

    assert entry.seq in {one.seq for one in chosen(town, until=day.isoformat())}
    assert entry.seq not in {one.seq for one in chosen(town, until=(day - timedelta(days=1)).isoformat())}


def test_the_case_index_is_used(town: Any) -> None:
    where, values = Query(cases=("case_bcdfghjk",)).where(lambda name: (name,))
    with sqlite3.connect(town.database) as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT seq FROM log_entry WHERE seq > 0{where} ORDER BY seq", values
        ).fetchall()
    connection.close()

    assert "ix_log_entry_case" in str(plan)
