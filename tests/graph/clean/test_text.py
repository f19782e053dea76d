"""Cells as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.clean.text import blank, dashed, has_han, simplified, tidy


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("１５４－１２３４", "154-1234", id="full-width"),
        pytest.param("'15412345678", "15412345678", id="apostrophe"),
        pytest.param("\t15412345678", "15412345678", id="tab"),
        pytest.param('="057188881234"', "057188881234", id="formula"),
        pytest.param("154\u200b1234\ufeff", "1541234", id="zero-width"),
        pytest.param("a\u00a0\u3000 b", "a b", id="spaces"),
        pytest.param("a\r\nb", "a\nb", id="line-break"),
        pytest.param("a\x00b", "ab", id="nul"),
        pytest.param("'t Hooft", "'t Hooft", id="dutch-name"),
    ],
)
def test_tidy_gives_the_cell_as_it_was_meant(cell: str, expected: str) -> None:
    assert tidy(cell) == expected


@given(st.text())
def test_tidying_twice_is_tidying_once_for_what_spreadsheets_write(cell: str) -> None:
    once = tidy(cell.replace('"', "").replace("=", ""))

    assert tidy(once) == once


@pytest.mark.parametrize(
    "cell",
    ["", " ", "无", "無", "-", "—", "/", "N/A", "null", "NULL", "None", "0", "0.0", "　", "－", "#N/A"],
)
def test_what_means_nothing_is_blank(cell: str) -> None:
    assert blank(cell)


@pytest.mark.parametrize("cell", ["张三", "1", "00001", "无锡", "x", "-" * 30 + "1" + "-" * 30, "Nancy"])
def test_what_says_something_is_not_blank(cell: str) -> None:
    assert not blank(cell)


def test_zero_is_a_value_where_amounts_are_read() -> None:
    assert not blank("0", zero=False)


def test_a_long_row_of_dashes_is_blank() -> None:
    assert blank("-" * 10_000)


def test_half_a_character_does_not_stop_the_conversion_of_the_rest() -> None:
    assert simplified("張\ud800偉") == "张?伟"


def test_simplified_is_a_key_for_both_scripts() -> None:
    assert simplified("張偉鍾馗") == simplified("张伟钟馗") == "张伟钟馗"


def test_every_dash_becomes_one() -> None:
    assert dashed("0571—8888–1234−1") == "0571-8888-1234-1"


def test_chinese_characters_are_told_from_latin_letters() -> None:
    assert has_han("Zhang 三")
    assert not has_han("Zhāng")
