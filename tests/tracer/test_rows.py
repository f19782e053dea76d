"""Rows by key: what is not a configured key of a configured table is not given, and never a whole table."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sources.contract import Outcome, Reply, Rows, SourceBroken, SourceError
from sources.employer import Employer
from sources.testing import an_ask
from tracer.config import Table
from tracer.rows import MOST_ROWS, Tables, Together, readable

COLUMNS = ("工号", "姓名", "电话")
PEOPLE = [("E-1", "赵未名", "+8615477000001"), ("E-2", "钱子虚", "+8615477000002"), ("E-3", "钱子虚", "")]


def csv_file(folder: Path, encoding: str = "utf-8", people: list[tuple[str, ...]] = PEOPLE) -> Path:
    path = folder / "roster.csv"
    path.write_bytes("\n".join(",".join(row) for row in [COLUMNS, *people]).encode(encoding))
    return path


def xlsx_file(folder: Path) -> Path:
    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, ["北方机械 花名册"])
        for place, row in enumerate([COLUMNS, *PEOPLE], start=1):
            sheet.write_row(place, 0, row)
    return path


def parquet_file(folder: Path) -> Path:
    path = folder / "roster.parquet"
    pq.write_table(pa.table({name: [row[at] for row in PEOPLE] for at, name in enumerate(COLUMNS)}), path)
    return path


def sqlite_file(folder: Path) -> Path:
    path = folder / "roster.db"
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE people ("工号" TEXT, "姓名" TEXT, "电话" TEXT)')
        database.executemany("INSERT INTO people VALUES (?,?,?)", PEOPLE)
    database.close()
    return path


MAKERS = {"csv": csv_file, "xlsx": xlsx_file, "parquet": parquet_file, "sqlite": sqlite_file}


def tables(path: Path, **settings: str) -> Tables:
    return Tables({"rosters": Table(path=path, keys=("工号", "姓名"), **settings)})


def read(provider: Tables | Together, table: str = "rosters", **key: str) -> tuple[Mapping[str, object], ...]:
    return asyncio.run(provider.read(Rows(table=table, key=key)))


@pytest.mark.parametrize("kind", MAKERS)
def test_every_format_gives_the_rows_of_a_key_and_their_places(tmp_path: Path, kind: str) -> None:
    provider = tables(MAKERS[kind](tmp_path))

    (one,) = read(provider, 工号="E-1")
    both = read(provider, 姓名="钱子虚")

    assert (one["姓名"], one["电话"]) == ("赵未名", "+8615477000001")
    assert [row["工号"] for row in both] == ["E-2", "E-3"]
    assert both[1]["电话"] == ""
    assert str(one["_row"]).startswith("roster.")
    assert read(provider, 工号="E-2", 姓名="钱子虚")[0]["工号"] == "E-2"
    assert read(provider, 工号="E-1", 姓名="钱子虚") == ()
    assert read(provider, 工号="E-9") == ()


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("keys", [("工号", "姓名"), ("employee_id", "name"), ("Staff No", "姓名")])
def test_a_source_asks_by_its_own_names_whatever_the_roster_calls_its_columns(
    tmp_path: Path, kind: str, keys: tuple[str, ...]
) -> None:
    provider = Tables({"rosters": Table(path=MAKERS[kind](tmp_path), keys=keys)})

    assert [row["姓名"] for row in read(provider, employee_id="E-1")] == ["赵未名"]
    assert [row["工号"] for row in read(provider, name="钱子虚")] == ["E-2", "E-3"]
    assert [row["工号"] for row in read(provider, name="钱子虚", employee_id="E-3")] == ["E-3"]
    with pytest.raises(SourceBroken):
        read(provider, phone="+8615477000001")


def test_a_name_that_two_columns_could_mean_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("姓名,员工姓名\n赵未名,钱子虚\n", encoding="utf-8")

    with pytest.raises(SourceBroken):
        read(Tables({"rosters": Table(path=path, keys=("name",))}), name="赵未名")
    assert len(read(Tables({"rosters": Table(path=path, keys=("员工姓名",))}), name="钱子虚")) == 1


@pytest.mark.parametrize("keys", [("工号", "employee_id"), ("工号",)])
def test_two_names_for_one_column_are_refused(tmp_path: Path, keys: tuple[str, ...]) -> None:
    provider = Tables({"rosters": Table(path=csv_file(tmp_path), keys=keys)})

    with pytest.raises(SourceBroken):
        read(provider, 工号="E-1", employee_id="E-2")


def test_the_employer_source_finds_its_person_in_a_chinese_roster(tmp_path: Path) -> None:
    ask = an_ask(employee_id="E-7")
    assert ask.name is not None
    path = csv_file(tmp_path, people=[*PEOPLE, ("E-7", ask.name.text, "+8615477000007")])
    flow = Employer().lookup(ask)
    asked = next(flow)
    assert isinstance(asked, Rows)

    with pytest.raises(StopIteration) as ended:
        flow.send(Reply(rows=asyncio.run(tables(path).read(asked))))

    assert [claim.phone.e164 for claim in ended.value.value.claims] == ["+8615477000007"]
    assert ended.value.value.records[0].record == "roster.csv:5"


@pytest.mark.parametrize("made", ["TABLE people", "VIEW shown"])
def test_every_row_of_a_database_has_a_name_of_its_own_that_stays(tmp_path: Path, made: str) -> None:
    path = sqlite_file(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW shown AS SELECT * FROM people")
    database.close()
    provider = tables(path, table=made.split()[1])

    (first,), (second, third) = read(provider, 工号="E-1"), read(provider, 姓名="钱子虚")

    assert len({row["_row"] for row in (first, second, third)}) == 3
    assert read(provider, 工号="E-3")[0]["_row"] == third["_row"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_files_in_the_encodings_of_spreadsheet_programs_are_read(tmp_path: Path, encoding: str) -> None:
    provider = tables(csv_file(tmp_path, encoding))

    assert [row["工号"] for row in read(provider, 姓名="赵未名")] == ["E-1"]


def test_blanks_case_and_full_width_forms_do_not_hide_a_row(tmp_path: Path) -> None:
    provider = tables(csv_file(tmp_path))

    assert [row["工号"] for row in read(provider, 工号=" ｅ－1 ".replace("－", "-"))] == ["E-1"]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize(
    ("table", "key"),
    [("rosters", {"电话": "+8615477000001"}), ("rosters", {"1=1 --": "x"}), ("people", {"工号": "E-1"})],
    ids=["not_a_key", "sql", "unknown_table"],
)
def test_what_is_no_configured_key_of_a_configured_table_breaks_the_source(
    tmp_path: Path, kind: str, table: str, key: dict[str, str]
) -> None:
    provider = tables(MAKERS[kind](tmp_path))

    with pytest.raises(SourceBroken):
        read(provider, table, **key)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("value", ["' OR 1=1 --", "%", "*", "E-"], ids=["sql", "percent", "star", "prefix"])
def test_a_key_is_compared_whole_and_never_as_a_pattern(tmp_path: Path, kind: str, value: str) -> None:
    assert read(tables(MAKERS[kind](tmp_path)), 工号=value) == ()


@pytest.mark.parametrize("kind", ["csv", "sqlite"])
def test_a_key_that_many_rows_share_is_no_key(tmp_path: Path, kind: str) -> None:
    path = MAKERS[kind](tmp_path)
    many = [(f"E-{n}", "同名", "") for n in range(MOST_ROWS + 1)]
    if kind == "csv":
        csv_file(tmp_path, people=many)
    else:
        with sqlite3.connect(path) as database:
            database.executemany("INSERT INTO people VALUES (?,?,?)", many)
        database.close()

    with pytest.raises(SourceError) as caught:
        read(tables(path), 姓名="同名")

    assert caught.value.outcome is Outcome.BAD_INPUT


def test_a_blank_key_is_refused_and_blank_cells_are_nobodys(tmp_path: Path) -> None:
    provider = tables(csv_file(tmp_path, people=[("", "甲", ""), (" ", "乙", "")]))

    with pytest.raises(SourceError):
        read(provider, 工号="　")
    assert read(provider, 姓名="甲", 工号="E-1") == ()


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = csv_file(tmp_path)
    provider = tables(path)
    read(provider, 工号="E-1")

    csv_file(tmp_path, people=[("E-1", "孙乌有", "")])
    os.utime(path, ns=(1, 1))

    assert read(provider, 工号="E-1")[0]["姓名"] == "孙乌有"


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\x00\x01\x02" * 99,
        b"PK\x03\x04 not a workbook",
        b"SQLite format 3\x00 cut off",
        b"a,b\n1,2\n",
    ],
    ids=["missing", "empty", "binary", "torn_xlsx", "torn_sqlite", "other_columns"],
)
def test_a_table_that_cannot_be_read_breaks_the_source_and_names_no_content(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "roster.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(SourceBroken):
        read(tables(path), 工号="E-1")


def test_a_database_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = sqlite_file(tmp_path)
    before = path.read_bytes()

    read(tables(path, table="people"), 工号="E-1")

    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["roster.db"]


def test_the_stores_own_tables_come_from_the_store(tmp_path: Path) -> None:
    class Own:
        async def read(self, rows: Rows) -> tuple[Mapping[str, object], ...]:
            return ({"record": rows.key["case"]},)

    provider = Together({"case_file": Own()}, tables(csv_file(tmp_path)))

    assert read(provider, "case_file", case="C-1") == ({"record": "C-1"},)
    assert len(read(provider, 工号="E-1")) == 1


def test_a_file_that_lost_its_key_column_and_got_it_back_is_readable_again(tmp_path: Path) -> None:
    path = csv_file(tmp_path)
    table = Table(path=path, keys=("工号",))
    seen = [readable(table)]
    path.write_text("姓名,电话\n赵未名,+8615477000001\n", encoding="utf-8")
    seen.append(readable(table))
    csv_file(tmp_path)
    seen.append(readable(table))

    assert seen == [True, False, True]
