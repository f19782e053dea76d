"""Where the header is."""

from __future__ import annotations

import pytest

from tracer.errors import WrongUse
from tracer.intake.header import find_header, is_header_again
from tracer.intake.rows import Row


def rows(*cells: list[str]) -> list[Row]:
    return [Row(number, row) for number, row in enumerate(cells, 1)]


def test_titles_and_blank_lines_above_the_header_are_passed_over() -> None:
    header = find_header(
        rows(
            ["某银行委案清单", "", ""],
            ["", "", ""],
            ["制表:2026-01-01"],
            ["案件编号", "姓名", "手机号"],
            ["A1", "张伟", "15412345678"],
        )
    )

    assert header.rows == (4,)
    assert header.columns == ("案件编号", "姓名", "手机号")


def test_two_merged_rows_are_one_header() -> None:
    header = find_header(
        rows(
            ["案件编号", "客户信息", "", "联系人1", "", "", "配偶", ""],
            ["", "姓名", "手机号", "姓名", "关系", "电话", "姓名", "手机"],
            ["A1", "张伟", "15412345678", "李娜", "同事", "16400000001", "", ""],
        )
    )

    assert header.rows == (1, 2)
    assert header.columns == (
        "案件编号",
        "姓名",
        "手机号",
        "联系人1 姓名",
        "联系人1 关系",
        "联系人1 电话",
        "配偶 姓名",
        "配偶 手机",
    )


def test_columns_of_one_name_are_told_apart_and_nameless_ones_numbered() -> None:
    header = find_header(rows(["案件编号", "姓名", "", "姓名", "备注", ""]))

    assert header.columns == ("案件编号", "姓名", "#3", "姓名#2", "备注")
    assert header.width == 6


def test_a_file_without_header_is_refused_and_nobody_is_shown() -> None:
    with pytest.raises(WrongUse) as caught:
        find_header(rows(["A1", "张伟", "15412345678"], ["A2", "李娜", "15400000001"]))

    assert "张伟" not in caught.value.shown()
    assert "15412345678" not in caught.value.shown()
    assert "header_row" in caught.value.shown()


def test_a_mapping_says_where_the_header_is() -> None:
    table = rows(["x", "y"], ["foo", "bar"], ["1", "2"])

    assert find_header(table, row=2).columns == ("foo", "bar")
    assert find_header(table, wanted=frozenset({"foo", "bar"})).rows == (2,)


def test_a_header_row_behind_the_file_is_refused() -> None:
    with pytest.raises(WrongUse, match="Row 9"):
        find_header(rows(["案件编号", "姓名"]), row=9)


def test_the_header_once_more_is_known_and_a_row_of_data_is_not_taken_for_it() -> None:
    assert is_header_again(["案件编号", "姓名", "手机号"])
    assert not is_header_again(["甲", "张伟", "15412345678"])
