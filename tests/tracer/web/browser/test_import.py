"""A file taken in from a page: understood, corrected, taken in, and given back with its reasons."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

HEADER = ["案件编号", "客户姓名", "手机号", "委案金额", "委案日期", "备注栏"]


def placement(folder: Path, *rows: list[str]) -> Path:
    path = folder / "placement.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def test_a_file_is_understood_corrected_taken_in_and_given_back_with_reasons(
    room: Any, tmp_path: Path
) -> None:
    path = placement(
        tmp_path,
        ["NB900001", "欧阳清岚", "15400000901", "100.00", "2026-11-10", "=1+1"],
        ["", "司徒墨言", "15400000902", "100.00", "2026-11-10", ""],
    )
    page = room.sit("specialist")
    page.goto(f"{room.base}/imports")
    page.locator("select[name=client]").select_option("northbank")
    page.set_input_files("input[name=file]", path)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_label("Field of the column 备注栏").wait_for()
    seen = room.violations(page)
    before = len(room.entries("import"))
    page.get_by_label("Field of the column 备注栏").fill("name")
    page.get_by_role("button", name="Understand it this way").click()
    page.wait_for_load_state()
    corrected = page.get_by_label("Field of the column 备注栏").input_value()
    page.get_by_label("Field of the column 备注栏").fill("")
    page.get_by_role("button", name="Understand it this way").click()
    page.wait_for_load_state()

    page.keyboard.press("t")
    page.wait_for_url("**/imports/*upload=*")
    found = room.violations(page)
    with page.expect_download() as given:
        page.get_by_role("button", name="Download the file with a column of reasons").click()
    rows = list(csv.reader(Path(given.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    page.get_by_role("button", name="Done: throw the upload away").click()
    page.wait_for_url("**/imports")

    assert seen == found == []
    assert corrected == "name"
    assert len(room.entries("import")) == before + 1
    assert room.office.case("northbank/NB900001").number == "NB900001"
    assert rows[0] == [*HEADER, "what was wrong"]
    assert rows[1][:-1] == ["NB900001", "欧阳清岚", "15400000901", "100.00", "2026-11-10", "'=1+1"]
    assert "formula" in rows[1][-1]
    assert rows[2][-1] != rows[1][-1] != ""
    assert list((room.office.home / "incoming").iterdir()) == []


def test_an_upload_of_somebody_else_is_not_there(room: Any, tmp_path: Path) -> None:
    from tracer.desk import uploading

    with placement(tmp_path, ["NB900009", "欧阳清岚", "15400000909", "1", "2026-11-10", ""]).open(
        "rb"
    ) as file:
        theirs = uploading.keep(room.office, "northbank", "placement.csv", file)
    page = room.sit("specialist")

    answer = page.request.get(f"{room.base}/imports/up/{theirs.token}")

    uploading.drop(theirs)
    assert answer.status == 404
