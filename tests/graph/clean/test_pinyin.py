"""Pinyin of characters, surnames as surnames; diminutives; the table of places."""

from __future__ import annotations

import pytest

from graph.clean.diminutives import formal
from graph.clean.pinyin import surname, syllables
from graph.clean.places import CITIES, PROVINCES
from graph.clean.surnames import COMPOUND, PINYIN, READING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("单", "shan"),
        ("仇", "qiu"),
        ("解", "xie"),
        ("查", "zha"),
        ("区", "ou"),
        ("曾", "zeng"),
        ("朴", "piao"),
        ("任", "ren"),
    ],
)
def test_a_surname_is_read_as_a_surname(text: str, expected: str) -> None:
    assert surname(text) == expected


def test_u_umlaut_is_v() -> None:
    assert syllables("吕绿女") == "lvlvnv"


def test_every_reading_of_a_surname_is_pinyin() -> None:
    assert [name for name, reading in READING.items() if not PINYIN.fullmatch(reading)] == []
    assert all(len(name) == 2 for name in COMPOUND)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bob", {"robert"}),
        ("bill", {"william"}),
        ("peggy", {"margaret"}),
        ("mike", {"michael"}),
        ("ted", {"edward", "theodore"}),
        ("andrew", {"andrew"}),
        ("zzyzx", {"zzyzx"}),
    ],
)
def test_a_diminutive_stands_for_its_formal_names_only(name: str, expected: set[str]) -> None:
    assert formal(name) == expected


def test_every_city_names_a_province_that_exists() -> None:
    assert len(CITIES) > 320
    assert {province for _, province in CITIES.values()} <= set(PROVINCES)
