"""People go to a vendor under random tokens, decided and logged; what comes back is matched or forgotten."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tracer.desk.data_files import DataFiles, Made, Taken
from tracer.desk.life import close, give_back
from tracer.errors import WrongUse
from tracer.log import Log
from tracer.store.files import Files

Row = Callable[..., dict[str, str]]
VENDOR = "file.skip-trace"
_SETTINGS = """
[[sources]]
use = "file.skip-trace"
authorisation = "Processor agreement 4"
from = 2026-01-01
until = 2027-12-31
purposes = ["contact_repair"]
roles = ["debtor"]
fields = ["name", "id_number"]
price = 50
"""
BACK = ["ref", "full_name", "phone_1", "phone_2", "address", "last_seen", "result"]


@pytest.fixture
def town3(desk: Any, debtor: Row) -> Any:
    """A home with three open cases and a vendor that takes files."""
    desk.configure(lambda text: text + _SETTINGS)
    desk.place(debtor(1), debtor(2), debtor(3))
    return desk


def send(bench: Any, name: str = "send.csv", refs: Sequence[str] = ()) -> tuple[Made, list[dict[str, str]]]:
    out = bench.folder / name
    cases = [bench.case(ref) for ref in refs] or bench.cases()
    made = DataFiles(bench.office).send(VENDOR, cases, "contact_repair", out)
    with out.open(encoding="utf-8", newline="") as file:
        return made, list(csv.DictReader(file))


def back(bench: Any, *rows: dict[str, str], name: str = "back.csv", encoding: str = "utf-8") -> Path:
    path = bench.folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, BACK, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def receive(bench: Any, path: Path) -> Taken:
    return DataFiles(bench.office).receive(VENDOR, path)


def of(rows: list[dict[str, str]], who: str) -> dict[str, str]:
    """The row of somebody, as a vendor answers it."""
    row = next(row for row in rows if row["full_name"] == who)
    return {"ref": row["ref"], "full_name": row["full_name"], "result": "hit"}


def test_a_file_holds_a_token_and_what_manifest_and_document_allow_and_nothing_of_the_case(
    town3: Any,
) -> None:
    made, rows = send(town3)

    assert made.rows == 3
    assert set(rows[0]) == {"ref", "full_name", "document"}
    text = (town3.folder / "send.csv").read_text(encoding="utf-8")
    for secret in ("NB0000", "15400000001", "12000", "northbank", "contact_repair", "case_"):
        assert secret not in text
    assert len({row["ref"] for row in rows}) == 3
    assert (town3.folder / "send.csv").stat().st_mode & 0o077 == 0


def test_the_order_of_the_rows_is_not_that_of_the_cases(town3: Any, debtor: Row) -> None:
    town3.place(*(debtor(which) for which in range(4, 40)))

    _made, rows = send(town3)

    documents = [row["document"] for row in rows]
    assert documents != sorted(documents)
    assert documents != sorted(documents, reverse=True)


def test_every_row_is_in_the_log_before_there_is_a_file(town3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = Log.append, list[str]()

    def watch(log: Log, draft: Any) -> Any:
        seen.append(f"{draft.event} {(town3.folder / 'send.csv').exists()}")
        return real(log, draft)

    monkeypatch.setattr(Log, "append", watch)
    send(town3)

    assert seen[-1] == "file_sent False"
    queued = town3.entries("row_queued")
    assert len(queued) == 3
    assert all(one.body["fields_sent"] == ["id_number", "name"] for one in queued)


def test_what_policy_refuses_is_not_in_the_file_and_is_in_the_log(town3: Any) -> None:
    close(town3.office, town3.case("NB000002"), "paid")

    made, rows = send(town3)

    assert (made.rows, dict(made.left)) == (2, {"refused": 1})
    assert len(rows) == 2
    assert "case.open" in town3.entries("refused")[-1].body["fired"]


def test_a_file_without_rows_is_not_written(town3: Any) -> None:
    for ref in ("NB000001", "NB000002", "NB000003"):
        close(town3.office, town3.case(ref), "paid")

    made = DataFiles(town3.office).send(VENDOR, town3.cases(), "contact_repair", town3.folder / "send.csv")

    assert made.rows == 0
    assert not (town3.folder / "send.csv").exists()
    assert DataFiles(town3.office).listed() == ()


def test_an_answer_becomes_claims_that_hang_on_its_own_entry(town3: Any) -> None:
    _made, rows = send(town3)
    path = back(town3, {**of(rows, "欧阳清岚"), "phone_1": "15400000077", "last_seen": "2026-10-01"})

    taken = receive(town3, path)

    assert dict(taken.outcomes) == {"answered": 1}
    claims = town3.office.store.evidence.found(town3.case("NB000001")).claims
    entry = town3.entries("row_taken")[-1]
    assert [(one.phone.e164, one.date, one.source, one.entry) for one in claims] == [
        ("+8615400000077", dt.date(2026, 10, 1), VENDOR, entry.seq)
    ]
    assert "+8615400000077" in town3.order("NB000001")
    assert entry.about in {one.seq for one in town3.entries("row_queued")}
    assert town3.office.store.evidence.spent(town3.case("NB000001")) == 50


def test_rows_that_are_nobodys_are_counted_and_neither_kept_nor_logged(town3: Any) -> None:
    _made, rows = send(town3)
    stranger = {"full_name": "陌生人甲", "phone_1": "15400000099", "result": "hit"}
    path = back(
        town3,
        {**stranger, "ref": "t_bbbbbbbbbbbbbbbb"},
        {**stranger, "ref": ""},
        {**stranger, "ref": "NB000001"},
        {"ref": rows[0]["ref"], "result": "no hit"},
    )

    taken = receive(town3, path)

    assert dict(taken.left) == {"strangers": 1, "without_token": 2}
    assert dict(taken.outcomes) == {"no_record": 1}
    raw = town3.database.read_bytes() + town3.database.with_name("tracer.db-wal").read_bytes()
    assert "陌生人甲".encode() not in raw
    assert b"15400000099" not in raw
    assert all("+8615400000099" not in town3.order(ref) for ref in ("NB000001", "NB000002", "NB000003"))


def test_rows_that_slipped_give_no_strangers_number_to_a_debtor(town3: Any) -> None:
    _made, rows = send(town3)
    first, second = of(rows, "欧阳清岚"), of(rows, "司徒墨言")
    path = back(
        town3,
        {**first, "ref": second["ref"], "phone_1": "15400000077"},
        {**second, "ref": first["ref"], "phone_1": "15400000088"},
    )

    taken = receive(town3, path)

    assert dict(taken.outcomes) == {"protocol_error": 2}
    for ref in ("NB000001", "NB000002"):
        assert town3.office.store.evidence.found(town3.case(ref)).claims == ()


def test_the_same_file_twice_is_refused_and_the_same_row_again_counts_once(town3: Any) -> None:
    _made, rows = send(town3)
    row = {**of(rows, "欧阳清岚"), "phone_1": "15400000077"}
    path = back(town3, row)
    receive(town3, path)

    with pytest.raises(WrongUse):
        receive(town3, path)

    again = receive(town3, back(town3, row, {"ref": "another row"}, name="again.csv"))
    assert dict(again.left) == {"repeated": 1, "without_token": 1}
    assert len(town3.office.store.evidence.found(town3.case("NB000001")).claims) == 1


def test_a_token_said_twice_differently_is_taken_from_neither(town3: Any) -> None:
    _made, rows = send(town3)
    row = of(rows, "欧阳清岚")
    path = back(town3, {**row, "phone_1": "15400000077"}, {**row, "phone_1": "15400000088"})

    taken = receive(town3, path)

    assert (dict(taken.outcomes), dict(taken.left)) == ({}, {"doubled": 1})


def test_an_answer_after_its_time_is_not_taken(town3: Any) -> None:
    _made, rows = send(town3)
    path = back(town3, {**of(rows, "欧阳清岚"), "phone_1": "15400000077"})
    town3.clock.move(days=31)

    assert dict(receive(town3, path).left) == {"too_late": 1}


@pytest.mark.parametrize("how", ["closed", "returned"])
def test_an_answer_for_a_case_that_is_over_is_not_taken(town3: Any, how: str) -> None:
    _made, rows = send(town3)
    path = back(town3, {**of(rows, "欧阳清岚"), "phone_1": "15400000077"})
    if how == "closed":
        close(town3.office, town3.case("NB000001"), "paid")
    else:
        give_back(town3.office, [town3.case("NB000001")], "recalled")

    assert dict(receive(town3, path).left) == {"case_over": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_the_encodings_vendors_use_and_totals_are_passed_over(
    town3: Any, encoding: str
) -> None:
    _made, rows = send(town3)
    path = back(
        town3,
        {**of(rows, "欧阳清岚"), "phone_1": "15400000077", "address": "虚构省虚构市清河县河湾村12号"},
        {"ref": "合计", "phone_1": "1"},
        encoding=encoding,
    )

    taken = receive(town3, path)

    assert (dict(taken.outcomes), dict(taken.left)) == ({"answered": 1}, {})


def test_formulas_in_what_came_back_are_no_values(town3: Any) -> None:
    _made, rows = send(town3)
    row = {**of(rows, "欧阳清岚"), "address": '=HYPERLINK("http://x","y")', "phone_1": "=1+1"}

    taken = receive(town3, back(town3, row))

    assert dict(taken.outcomes) == {"no_record": 1}


def test_what_a_spreadsheet_would_calculate_is_not_sent(town3: Any, debtor: Row) -> None:
    from tracer.manifests import shipped_text

    text = shipped_text(VENDOR).decode().replace("[send]", '[send]\naddress = "last_address"')
    (town3.home / "mine.toml").write_text(text, encoding="utf-8")
    town3.configure(
        lambda text: text.replace(
            f'use = "{VENDOR}"', f'use = "manifest:mine.toml"\nid = "{VENDOR}"'
        ).replace('fields = ["name", "id_number"]\nprice', 'fields = ["name", "id_number", "address"]\nprice')
    )
    town3.place(debtor(4, 住宅地址="=HYPERLINK(1)虚构路5号"), debtor(5, 客户姓名="@SUM(A1)"))

    made = DataFiles(town3.office).send(VENDOR, town3.cases(), "contact_repair", town3.folder / "send.csv")

    with (town3.folder / "send.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert dict(made.left) == {"unfit": 1}
    assert "last_address" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_file_without_the_tokens_column_is_refused_whole(town3: Any) -> None:
    send(town3)
    path = town3.folder / "back.csv"
    path.write_text("full_name,phone_1\n欧阳清岚,15400000077\n", encoding="utf-8")

    with pytest.raises(WrongUse) as caught:
        receive(town3, path)

    assert "ref" in caught.value.shown()


def test_somebody_who_is_out_or_was_answered_lately_is_not_sent_again(town3: Any) -> None:
    _made, rows = send(town3, refs=["NB000001", "NB000002"])
    receive(town3, back(town3, {**of(rows, "欧阳清岚"), "result": "none"}))

    made, again = send(town3, "second.csv")

    assert dict(made.left) == {"out_or_fresh": 2}
    assert len(again) == 1


def test_tokens_of_two_files_have_nothing_in_common(town3: Any) -> None:
    _made, first = send(town3)
    town3.clock.move(days=200)

    _made, second = send(town3, "second.csv")

    assert len(second) == 3
    assert not {row["ref"] for row in first} & {row["ref"] for row in second}


def test_a_crash_before_the_file_is_there_leaves_what_the_next_run_goes_on_with(
    town3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Files, "lines", crash)
    with pytest.raises(KeyboardInterrupt):
        send(town3)
    assert not list(town3.folder.glob("*send.csv*"))
    monkeypatch.undo()

    made, rows = send(town3)

    assert (made.rows, made.resumed) == (3, True)
    assert len(rows) == 3
    assert len(town3.entries("row_queued")) == 3


def test_a_crash_half_way_through_a_returned_file_loses_and_doubles_nothing(
    town3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made, rows = send(town3)
    answers = [
        {"ref": row["ref"], "phone_1": f"1540000008{place}", "result": "hit"}
        for place, row in enumerate(rows)
    ]
    path = back(town3, *answers)
    real = Files.taken_up

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Files, "taken_up", crash)
    with pytest.raises(KeyboardInterrupt):
        receive(town3, path)
    monkeypatch.setattr(Files, "taken_up", real)

    taken = receive(town3, path)

    assert dict(taken.left) == {"repeated": 3}
    counts = [len(town3.office.store.evidence.found(case).claims) for case in town3.cases()]
    assert counts == [1, 1, 1]


def test_a_source_that_takes_no_files_is_named(town3: Any) -> None:
    with pytest.raises(WrongUse) as caught:
        DataFiles(town3.office).send("case_file", town3.cases(), "contact_repair", town3.folder / "a.csv")

    assert "case_file" in caught.value.shown()


def test_what_was_sent_is_gone_with_the_cases_key(town3: Any) -> None:
    send(town3)
    give_back(town3.office, [town3.case("NB000001")], "recalled")

    files = {one.id: one for one in town3.office.store.cases.many([1, 2, 3])}

    assert len(town3.office.store.files.lines(1, files)) == 2
