"""Workbooks: numbers without damage, and files that must not be opened."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tracer.errors import WrongUse
from tracer.intake.readers import open_table
from tracer.intake.workbook import OLE, Workbook, cell_text


def workbook(path: Path, rows: list[list[object]], sheet: str = "来案") -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value)
    book.close()
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(15412345678.0, "15412345678", id="phone"),
        pytest.param(1234.56, "1234.56", id="amount"),
        pytest.param(0.1 + 0.2, "0.3", id="noise of a double"),
        pytest.param(340827199001011234.0, "3.40827199001011E+17", id="id beyond 15 digits"),
        pytest.param(999999999999999.0, "999999999999999", id="15 digits are whole"),
        pytest.param(-5.0, "-5", id="negative"),
        pytest.param(True, "TRUE", id="boolean"),
        pytest.param(dt.date(2025, 3, 15), "2025-03-15", id="date"),
        pytest.param(dt.datetime(2025, 3, 15, 10, 20), "2025-03-15 10:20:00", id="time"),
        pytest.param(dt.datetime(2025, 3, 15), "2025-03-15", id="midnight is a date"),
    ],
)
def test_a_value_becomes_the_text_somebody_would_have_typed(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_rows_and_columns_stand_where_the_screen_shows_them(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [[], ["", "", "姓名"], [], ["", "", "张伟"]])

    rows = list(Workbook(path).rows("来案"))

    assert [(row.number, row.cells) for row in rows if any(row.cells)] == [
        (2, ["", "", "姓名"]),
        (4, ["", "", "张伟"]),
    ]


def test_a_formula_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
    book.add_worksheet().write_string(0, 0, "=cmd|' /C calc'!A0")
    book.close()

    rows = list(Workbook(path).rows("Sheet1"))

    assert rows[0].cells == ["=cmd|' /C calc'!A0"]


def test_an_unknown_sheet_is_refused_and_the_sheets_are_listed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [["姓名"]])

    with pytest.raises(WrongUse) as caught:
        open_table(path, sheet="nope")

    assert "来案" in caught.value.shown()


@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_a_workbook_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = workbook(tmp_path / "f.xlsx", [["案件编号", "姓名"], ["A1", "张伟"]])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(WrongUse, match="damaged or cut off"):
        open_table(path)


def test_a_workbook_with_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [["案件编号", "姓名"], *[[f"A{n}", f"x{n}"] for n in range(500)]])
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))

    with pytest.raises(WrongUse, match="damaged or cut off"):
        open_table(path)


def _bomb(path: Path, sheet_xml: bytes, pad: int = 0) -> Path:
    workbook(path, [["案件编号", "姓名"], ["A1", "张伟"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet_xml
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if pad:
            with archive.open("xl/media/pad.bin", "w", force_zip64=True) as part:
                for _ in range(pad):
                    part.write(bytes(1 << 20))
    return path


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = _bomb(tmp_path / "f.xlsx", b"<worksheet/>", pad=200)
    assert path.stat().st_size < 1_000_000

    with pytest.raises(WrongUse, match="unpacks to more than"):
        open_table(path)


def test_a_bomb_that_lies_about_its_size_is_refused_too(tmp_path: Path) -> None:
    path = _bomb(tmp_path / "f.xlsx", b"<worksheet/>", pad=200)
    content = path.read_bytes()
    size = (200 << 20).to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))

    with pytest.raises(WrongUse, match=r"unpacks to more than|damaged"):
        open_table(path)


def test_one_cell_at_the_far_corner_does_not_ask_for_half_a_terabyte(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    path = _bomb(tmp_path / "f.xlsx", sheet)

    with pytest.raises(WrongUse, match="hardly a cell filled"):
        open_table(path)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(b'<row r="1048576" ht="15"></row>', id="a formatted row without cells"),
        pytest.param(b'<row r="1048576"><c r="XFD1048576" s="1"/></row>', id="a styled cell without content"),
    ],
)
def test_formats_behind_the_table_do_no_harm(tmp_path: Path, row: bytes) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row>' + row + b"</sheetData></worksheet>"
    )
    path = _bomb(tmp_path / "f.xlsx", sheet)

    rows = list(open_table(path).rows())

    assert [each.cells for each in rows if any(each.cells)] == [["1"]]


def test_a_far_row_whose_cells_do_not_say_where_they_are_is_seen_too(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'
    )
    path = _bomb(tmp_path / "f.xlsx", sheet)

    with pytest.raises(WrongUse, match="hardly a cell filled"):
        open_table(path)


def test_a_workbook_that_lost_its_beginning_is_torn(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [["案件编号"], ["A1"]])
    content = path.read_bytes()
    path.write_bytes(content[:40] + content[340:])

    with pytest.raises(WrongUse):
        open_table(path)


def test_a_password_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))

    with pytest.raises(WrongUse, match="password"):
        open_table(path)


def test_an_archive_that_is_no_workbook_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("placement.csv", "case,name\n")

    with pytest.raises(WrongUse, match="ZIP archive") as caught:
        open_table(path)

    assert "Unpack" in caught.value.shown()


def test_the_sheet_with_known_columns_is_taken_and_the_others_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("说明").write(0, 0, "请阅读")
    page = book.add_worksheet("案件")
    page.write_row(0, 0, ["案件编号", "姓名", "手机号"])
    book.close()

    opened = open_table(path, prefer=lambda each: any("案件编号" in row.cells for row in each.rows()))

    assert opened.sheet == "案件"
    assert opened.sheets == ("说明", "案件")
