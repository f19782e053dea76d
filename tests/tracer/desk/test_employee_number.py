"""The employee number of a placement: carried to the employer's roster, sealed, and the newest one counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sources.contract import Outcome

WITH_NUMBER = ("案件编号", "客户姓名", "手机号", "放款时间", "工号")
ROW = ("NB000001", "欧阳清岚", "15400000001", "2024-05-01", "E-1007")


@pytest.fixture
def roster(desk: Any, tmp_path: Path) -> None:
    """A roster with two people of one name, of whom nothing but their number tells who is who."""
    path = tmp_path / "people.csv"
    path.write_text(
        "工号,姓名,手机,更新日期\nE-1007,欧阳清岚,16400000007,2026-10-01\nE-2008,欧阳清岚,16400000008,2026-10-01\n",
        encoding="utf-8",
    )
    desk.configure(lambda text: re.sub(r"path = '[^']*roster\.csv'", f"path = '{path}'", text))


def rostered(desk: Any) -> set[str]:
    found = desk.office.store.evidence.found(desk.case("NB000001"))
    return {claim.phone.key for claim in found.claims if claim.source == "employer"}


def test_the_roster_is_asked_by_the_employee_number_of_the_placement(desk: Any, roster: None) -> None:
    desk.take(desk.table(ROW, header=WITH_NUMBER))

    report = desk.trace()

    assert rostered(desk) == {"+8616400000007"}
    assert {one.source: one.outcome for one in report.cases[0].lookups}["employer"] is Outcome.ANSWERED


def test_without_a_number_two_namesakes_are_left_alone(desk: Any, roster: None) -> None:
    desk.take(desk.table(ROW[:4], header=WITH_NUMBER[:4]))

    desk.trace()

    assert rostered(desk) == set()


@pytest.mark.parametrize("header", ["Employee ID", "员工编号", "职工号", "Staff No."])
def test_the_column_is_known_by_its_usual_names(desk: Any, roster: None, header: str) -> None:
    desk.take(desk.table(ROW, header=(*WITH_NUMBER[:4], header)))

    desk.trace()

    assert rostered(desk) == {"+8616400000007"}


def test_the_newest_row_that_says_a_number_counts(desk: Any, roster: None) -> None:
    desk.take(desk.table(ROW, header=WITH_NUMBER))
    desk.take(desk.table(("NB000001", "E-2008", "2026-11-20"), header=("案件编号", "工号", "更新日期")))
    desk.take(desk.table(("NB000001", "无", "2026-11-21"), header=("案件编号", "工号", "更新日期")))

    desk.trace()

    assert rostered(desk) == {"+8616400000008"}


def test_the_number_stands_nowhere_in_clear(desk: Any, roster: None) -> None:
    desk.take(desk.table(ROW, header=WITH_NUMBER))
    desk.trace()

    desk.office.close()

    assert not [path for path in desk.home.rglob("*") if path.is_file() and b"E-1007" in path.read_bytes()]
