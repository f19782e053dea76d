"""Masked values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.clean.masks import compatible, known, mask_value, starred
from graph.clean.text import tidy


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("+86154****1234", "+8615412341234", True),
        ("+86154****1234", "+8616412341234", False),
        ("+86154****1234", "+86154123*1234", True),
        ("+86154****1234", "+86154*1234", False),
        ("3301**********123X", "33010219900307123x", True),
        ("", "", True),
    ],
)
def test_patterns_agree_position_by_position(a: str, b: str, expected: bool) -> None:
    assert compatible(a, b) is expected
    assert compatible(b, a) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("张*", "张三丰", True),
        ("张*", "张", False),
        ("*三", "张三", True),
        ("*三", "张三丰", False),
        ("张*丰", "张三丰", True),
        ("张**", "*丰", True),
        ("李*", "张*", False),
    ],
)
def test_loosely_a_run_of_stars_is_one_or_more_characters(a: str, b: str, expected: bool) -> None:
    assert compatible(a, b, loose=True) is expected
    assert compatible(b, a, loose=True) is expected


@given(st.text(alphabet="ab", min_size=1, max_size=8), st.data())
def test_a_value_is_always_compatible_with_its_own_masks(value: str, data: st.DataObject) -> None:
    hidden = data.draw(st.lists(st.booleans(), min_size=len(value), max_size=len(value)))
    pattern = "".join("*" if hide else char for char, hide in zip(value, hidden, strict=True))

    assert compatible(pattern, value)
    assert compatible(pattern, value, loose=True)


def test_known_counts_what_is_not_masked() -> None:
    assert known("+86154****1234") == 9
    assert known("张*") == 1


@given(st.text())
def test_a_shown_value_has_at_most_its_first_and_last_character(cell: str) -> None:
    clean = tidy(cell).replace("\n", " ")

    shown = mask_value(cell)

    assert set(shown[1:-1]) <= {"*"}
    assert len(shown) <= 20
    if len(clean) < 3:
        assert shown[1:] in {"", "*"}
    if len(clean) == 1:
        assert shown == "*"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("154xxxx1234", "154****1234"),
        ("154●●●●1234", "154****1234"),
        ("123 x12", "123 x12"),
        ("Maxx Foxx", "Maxx Foxx"),
    ],
)
def test_masking_signs_become_stars_and_single_x_stays(text: str, expected: str) -> None:
    assert starred(text) == expected
