"""Exit codes, each provoked for real; and messages that name value and remedy but no person."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def test_done_is_zero_and_problems_are_one(at_desk: Any, desk: Any, debtor: Any) -> None:
    assert at_desk("import", desk.table(debtor(1)), "--client", "northbank").code == 0
    assert at_desk("import", desk.table(debtor(2, 手机号="1.54E+10")), "--client", "northbank").code == 1


WRONG = [
    ("contacts", "CASE is missing"),
    ("contacts NB1 b c", "Too much stands behind it: b c"),
    ("contacts NOPE", "There is no case NOPE"),
    ("contacts northbnk/NB000001", "northbnk/NB000001"),
    ("contacts 15400000001", "not by a telephone number"),
    ("contacts NB000001 --reasn x", "--reason"),
    ("contcts NB000001", "contacts"),
    ("problems 999", "There is no batch 999"),
    ("problems abc", "must be a whole number"),
    ("cases --state lost", "fully_lost"),
    ("cases --client northbnk", "northbank"),
    ("cases --limit 0", "--limit must be 1 or more"),
    ("trace --purpose contact_repair", "It is not clear which cases are meant"),
    ("trace NB000001", "--purpose is missing"),
    ("trace NB000001 --purpose contact_repair --sources crystal_ball", "case_file"),
    ("import FOLDER --client northbank", "is a folder"),
    ("import nothing.csv --client northbank", "There is no file nothing.csv"),
    ("import OLD.xls --client northbank", "save it as CSV UTF-8"),
    ("import FILE --client northbnk", "northbank"),
    ("export --client northbank --out result.pdf", ".xlsx"),
    ("export --client northbank --out FOLDER", "is no format for an export"),
    ("export --client northbank --out /proc/nowhere/r.csv", "cannot be written"),
    ("graph NB000001 --out case.pdf", ".svg"),
    ("outcome", "tracer outcome CASE NUMBER CODE"),
    ("outcome PTP NB000001 n_x", "The order is: tracer outcome CASE NUMBER CODE"),
    ("outcome n_x NB000001 PTP", "The order is: tracer outcome CASE NUMBER CODE"),
    ("outcome NB000001 n_zzz PTP", "tracer contacts CASE"),
    ("outcome NB000001 16400000001 XYZ", "--codes"),
    ("outcome NB000001 16400000001 PTP --at yesterday", "2026-12-31T10:15"),
    ("outcome NB000001 16400000001 PTP --at 2030-01-01", "has not come yet"),
    ("outcome NB000001 16400000001 PTP --party nobodyy", "third_party"),
    ("outcome NB000001 - PTP", "Standard input held no number"),
    ("outcome NB000001 --undo", "tracer notes CASE"),
    ("judge NB000001 a b", "The case has no record a"),
    ("judge NB000001 a b perhaps", "same, different or unsure"),
    ("judge NB000001 a b same", "tracer judge CASE"),
    ("close NB000001 --reason paid-in-full-by-him-at-last!", "--reason takes one coded word"),
    ("return", "--client, --batch or --case"),
    ("return --case NB000001", "--yes"),
    ("return --batch 999 --yes", "There is no batch 999"),
    ("request new NB000001 --reason foo", "wrong_number"),
    ("request answer 9 FOUND", "tracer request list"),
    ("request list --state opn", "open, answered"),
    ("log show 99999", "There is no entry 99999"),
    ("log list --event foo", "refused"),
    ("log clock", "The clock is not behind the log"),
    ("sources show nope", "case_file"),
    ("--lang fr cases", "en or zh"),
    ("init", "There is a home at"),
    ("rank nothing.jsonl --out out.jsonl", "nothing.jsonl"),
]


def test_wrong_use_says_what_and_what_to_do(
    at_desk: Any, desk: Any, debtor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.place(debtor(1))
    monkeypatch.chdir(desk.folder)
    (desk.folder / "OLD.xls").write_bytes(OLE + bytes(4000))
    known = {"FOLDER": str(desk.folder), "FILE": str(desk.files[0])}
    unlike = []

    for line, said in WRONG:
        words = [known.get(word, word) for word in line.split()]
        text = at_desk(*words)
        told = at_desk(*words, "--json")
        good = (
            (text.code, told.code, text.out, told.err) == (2, 2, "", "")
            and said in " ".join(text.err.split())
            and len(text.err.strip().splitlines()) > 1
            and not re.search(r"1[56]400000001", text.err + told.out)
            and told.document["exit_code"] == 2
            and told.document["error"]
            and told.document["remedy"]
        )
        if not good:
            unlike.append(f"{line}: {text.code} {told.code} {text.out}{text.err}{told.out}{told.err}")

    assert unlike == []


def test_nobody_typed_by_mistake_is_repeated(at_desk: Any, desk: Any, debtor: Any) -> None:
    row = debtor(1)
    desk.place(row)

    for word in (row["客户姓名"], row["证件号码"], row["手机号"]):
        for words in (["contacts", word], ["contacts", "NB000001", word], ["outcome", word, word, "PTP"]):
            found = at_desk(*words)
            assert found.code == 2
            assert word not in found.err
            assert row["手机号"][3:] not in found.err


def test_refused_is_three(at_desk: Any, desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))

    whole = at_desk("trace", "NB000001", "--purpose", "marketing", "--json")
    desk.configure(lambda text: text.replace('"export", ', "").replace(', "export"', ""))
    export = at_desk("export", "--client", "northbank", "--out", desk.folder / "out.csv", "--json")

    assert whole.code == 3
    assert export.code == 3
    assert export.document["exit_code"] == 3
    assert not (desk.folder / "out.csv").exists()


def test_a_key_that_is_gone_is_four(at_desk: Any, desk: Any, debtor: Any) -> None:
    desk.place(debtor(1))
    for key in (desk.home / "keys").glob("epoch-*.key"):
        key.unlink()

    found = at_desk("contacts", "NB000001", "--json")

    assert found.code == 4
    assert found.document["remedy"]


def test_a_key_everybody_can_read_is_four(at_desk: Any, desk: Any) -> None:
    for key in (desk.home / "keys").glob("epoch-*.key"):
        key.chmod(0o644)

    found = at_desk("cases")

    assert found.code == 4
    assert "600" in found.err


def test_a_log_that_cannot_be_written_is_four_and_asks_nothing(at_town: Any, town: Any, market: Any) -> None:
    # As root a file's mode stops nobody: the database itself refuses, as a full or read-only disk does.
    with sqlite3.connect(town.database) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    connection.close()
    before = sum(market.carrier.requests.values())

    found = at_town("trace", "--all", "--purpose", "contact_repair", "--again", "--json")

    assert found.code == 4
    assert found.document["exit_code"] == 4
    assert sum(market.carrier.requests.values()) == before


def test_a_broken_source_is_five(at_town: Any, town: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_TEST_SANDBOX", "wrong")

    found = at_town("trace", "--all", "--purpose", "contact_repair", "--again")

    assert found.code == 5
    assert "tracer sources check" in found.out


def test_a_mistake_of_ours_tells_where_and_never_what(at_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "欧阳清岚 15400000001"

    def burst(*_: object, **__: object) -> None:
        who = secret
        raise RuntimeError(who)

    monkeypatch.setattr("tracer.cli.cases.show.as_json", burst)
    found = at_desk("cases", "--json")
    monkeypatch.undo()
    monkeypatch.setattr("tracer.desk.life.lines", burst)
    text = at_desk("cases", "--state", "open")

    assert found.code == text.code == 70
    assert "RuntimeError" in text.err
    assert "test_errors.py" in text.err
    assert secret not in found.out + found.err + text.out + text.err
    assert "欧阳" not in text.err


def test_who_acts_must_be_known(tracer: Any, desk: Any) -> None:
    found = tracer("cases", "--actor", "li ming", home=desk.home)

    assert found.code == 2
    assert "--actor NAME" in found.err


def test_no_home_says_how_to_make_one(tracer: Any, tmp_path: Path) -> None:
    found = tracer("cases", home=tmp_path / "nowhere")

    assert found.code == 2
    assert "tracer init" in found.err


def test_a_folder_that_takes_no_files_is_said(at_desk: Any, desk: Any, debtor: Any, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        folder = Path("/proc/self")
        file = folder / "status"
    else:
        folder = tmp_path / "locked"
        folder.mkdir()
        file = Path(shutil.copy(desk.table(debtor(1)), folder))
        folder.chmod(0o500)

    found = at_desk("import", file, "--client", "northbank", "--preview")

    assert found.code == 2
    assert found.err.strip()
