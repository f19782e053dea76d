from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from graph.outcomes import read_code
from tracer import config, intake
from tracer.demo import columns
from tracer.demo.bulk import write_simple
from tracer.demo.files import Files, write_files
from tracer.demo.world import COUNTRY, HARBORCREDIT, NORTHBANK, World

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(1200, 7, TODAY)


@pytest.fixture(scope="module")
def files(world: World, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_files(world, tmp_path_factory.mktemp("files") / "new")


def _rows(path: Path, encoding: str) -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_equal_worlds_give_equal_bytes(world: World, files: Files, tmp_path: Path) -> None:
    again = write_files(World.build(1200, 7, TODAY), tmp_path)

    first = {path.name: path.read_bytes() for path in files.folder.iterdir()}
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == first


def test_the_bank_placement_has_every_case_a_total_and_one_row_without_a_number(
    world: World, files: Files
) -> None:
    rows = _rows(files.placements[NORTHBANK], "gb18030")

    numbers = [row["案件编号"] for row in rows]
    assert list(rows[0]) == list(columns.NORTHBANK)
    assert len(columns.NORTHBANK) == 57
    assert numbers[-1] == "合计"
    assert numbers.count("") == 1
    assert set(numbers) - {"", "合计"} == {case.number for case in world.cases if case.client == NORTHBANK}


@pytest.mark.parametrize(
    ("column", "pattern"),
    [
        pytest.param("手机号", r"\d{11}[/、;， ]\d{11}", id="several in a cell"),
        pytest.param("公司电话", r"\d{11}转\d{4}", id="extension"),
        pytest.param("手机号", r"[０-９]{11}", id="full width"),
        pytest.param("手机号", r"1\.[56]\dE\+10", id="rounded phone"),
        pytest.param("证件号码", r"\d\.\d+E\+17", id="rounded id"),
        pytest.param("公司名称", "无", id="nothing"),
        pytest.param("手机号", r"1[56]4\*{4}\d{4}", id="masked phone"),
        pytest.param("证件号码", r"\d{4}\*{10}\d{3}[\dX]", id="masked id"),
        pytest.param("客户姓名", r".{1,2}\*+", id="masked name"),
        pytest.param("放款时间", r"\d{4}-02-30", id="a day that is not"),
        pytest.param("放款时间", r"4\d{4}", id="serial day"),
        pytest.param("手机号", r"['\t]\d{11}", id="quote or tab in front"),
    ],
)
def test_the_bank_placement_shows_the_usual_damage(files: Files, column: str, pattern: str) -> None:
    rows = _rows(files.placements[NORTHBANK], "gb18030")

    assert any(re.fullmatch(pattern, row[column]) for row in rows)


def test_the_lender_sends_a_workbook_with_every_case(world: World, files: Files) -> None:
    book = openpyxl.load_workbook(files.placements[HARBORCREDIT], read_only=True)
    header, *rows = book["Placement"].iter_rows(values_only=True)

    assert header == columns.HARBORCREDIT
    assert [row[0] for row in rows] == [case.number for case in world.cases if case.client == HARBORCREDIT]
    assert isinstance(rows[0][header.index("Open Date")], dt.datetime)
    book.close()


def test_update_files_bring_new_numbers_for_known_cases(world: World, files: Files) -> None:
    bank = _rows(files.updates[NORTHBANK], "gb18030")
    lender = _rows(files.updates[HARBORCREDIT], "utf-8-sig")

    numbers = {case.number for case in world.cases}
    assert {row["案件编号"] for row in bank} | {row["Case Number"] for row in lender} <= numbers
    assert any(row["手机号"] for row in bank)
    assert any(row["Mobile Phone"] for row in lender)


def test_every_outcome_code_is_one_of_the_lists_and_every_number_one_of_the_case(
    world: World, files: Files
) -> None:
    bank = _rows(files.outcomes[NORTHBANK], "gb18030")
    lender = _rows(files.outcomes[HARBORCREDIT], "utf-8")

    codes = {row["联络结果"] for row in bank}
    shown = {case.number: {number[3:] for number in case.shown} for case in world.cases}
    assert any(code.isdecimal() for code in codes)
    assert any(code.isalpha() for code in codes)
    assert all(read_code(code) for code in codes | {row["Result Code"] for row in lender})
    assert all(row["号码"] in shown[row["案件编号"]] for row in bank)


@pytest.mark.parametrize("client", [NORTHBANK, HARBORCREDIT])
def test_the_program_reads_from_a_placement_what_the_market_says_it_shows(
    world: World, files: Files, client: str
) -> None:
    cases = {case.number: case for case in world.cases if case.client == client}
    path = files.placements[client]
    mapping = intake.inspect(path, region=COUNTRY[client], today=TODAY).mapping

    read = list(intake.read(path, mapping, today=TODAY))

    placements = [row for row in read if isinstance(row, intake.Placement)]
    refused = [row.code for row in read if isinstance(row, intake.Problem)]
    assert {row.case for row in placements} == set(cases)
    assert sorted(refused) == (["row.no_case", "row.total"] if client == NORTHBANK else [])
    for row in placements:
        case = cases[row.case]
        board = {case.debtor.workplace.switchboard} if case.debtor.workplace else set()
        numbers = {phone.e164 for person in row.people for phone in person.record.phones if phone.e164}
        assert numbers - board == case.shown - board


def test_the_roster_is_the_same_in_both_formats(world: World, files: Files) -> None:
    rows = _rows(files.roster, "utf-8")

    table = pq.read_table(files.roster_parquet).to_pylist()

    assert rows == table
    assert len(rows) == len(world.roster) > 0


def test_the_configuration_is_one_the_program_accepts(files: Files, tmp_path: Path) -> None:
    text = files.config(
        base_url="http://127.0.0.1:8765",
        token_url="http://127.0.0.1:8765/token",
        client_id="tracer-demo",
        secret_env="TRACER_DEMO_SECRET",
    )
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    loaded = config.load(path)

    assert set(loaded.clients) == {NORTHBANK, HARBORCREDIT}
    assert all(client.in_force(TODAY) for client in loaded.clients.values())
    assert all(source.in_force(TODAY) for source in loaded.sources)
    assert loaded.tables["rosters"].path == files.roster
    assert len(loaded.sources) == 7


def test_an_empty_world_still_gives_whole_files(tmp_path: Path) -> None:
    files = write_files(World.build(0, 1, TODAY), tmp_path)

    assert len(_rows(files.placements[NORTHBANK], "gb18030")) == 1
    assert pq.read_table(files.roster_parquet).num_rows == 0


def test_a_simple_placement_has_as_many_rows_as_asked_and_is_repeatable(tmp_path: Path) -> None:
    first = write_simple(tmp_path / "a.csv", 500, 4, TODAY)
    second = write_simple(tmp_path / "b.csv", 500, 4, TODAY)

    rows = _rows(first, "utf-8")
    assert len({row["案件编号"] for row in rows}) == 500
    assert first.read_bytes() == second.read_bytes()
