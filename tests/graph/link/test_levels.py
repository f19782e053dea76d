"""Levels of agreement, value pair by value pair, beside those of the case engine."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.clean.ids import read_id
from graph.link.dates import date_text
from graph.link.levels import CODES, compare_all, shown_bits
from graph.link.table import build
from graph.model import PartialDate
from graph.value_levels import BORN, ID, born_score, id_score

DATES = st.dates(min_value=dt.date(1930, 1, 2), max_value=dt.date(2005, 12, 31))
BESIDE = {
    "born.exact": "exact", "born.swapped": "short", "born.digit": "near", "born.generation": "clash",
}  # fmt: skip


def _level(raws, kind, a, b):
    table = build(raws([(a,), (b,)], (kind,)), np.zeros(2, dtype=np.int8))
    compared = compare_all(table, np.array([0]), np.array([1]))
    name = {"name": "name.given"}.get(kind, kind)
    return CODES[compared[name].level[0]]


@pytest.mark.parametrize(
    ("kind", "a", "b", "level"),
    [
        ("name.given", "Anna", "anna", "exact"),
        ("name.given", "Jose", "José", "exact"),
        ("name.given", "michaela", "micheala", "near"),
        ("name.given", "robert", "bob", "short"),
        ("name.given", "robert", "r", "short"),
        ("name.given", "anna maria", "maria", "part"),
        ("name.given", "anna", "peter", "different"),
        ("name.given", "伟", "玮", "near"),
        ("name.given", "偉", "伟", "exact"),
        ("name.given", "伟", "wei", "masked"),
        ("name.given", "伟", "david", "one"),
        ("name.given", "晓明", "晓东", "alike"),
        ("name.given", "晓晴", "晓睛", "close"),
        ("name.given", "建国", "建围", "alike"),
        ("name.given", "志洁", "志浩", "close"),
        ("name.family", "张", "chang", "close"),
        ("name.family", "hsieh", "xie", "close"),
        ("name.family", "wong", "王", "close"),
        ("employer", "杭州虚构科技", "虚构科技", "short"),
        ("address", "浙江省杭州文三路100号", "杭州文三路100号", "near"),
        ("address", "杭州文三路100号3幢201室", "杭州文三路100号", "close"),
        ("address", "杭州文三路100号", "杭州文三路102号", "alike"),
        ("email", "w***@example.org", "weiz@example.org", "one"),
        ("phone", "1**********", "15450663558", "one"),
        ("name", "张*", "张伟", "masked"),
        ("name", "张*明", "张晓东", "different"),
        ("born", "1980-03-04", "04.03.1980", "exact"),
        ("born", "1980-03-04", "1980-04-03", "short"),
        ("born", "1980-03-04", "1980", "masked"),
        ("born", "1980-03-04", "1981", "alike"),
        ("born", "19310175", "19310715", "near"),
        ("born", "1980-03-04", "1961-11-23", "clash"),
        ("id", "1234567", "1234576", "near"),
        ("id", "1234567", "7654321", "different"),
        ("phone", "(212) 555-0101", "+1 212 555 0101", "exact"),
        ("phone", "154****3557", "15450663557", "masked"),
        ("phone", "154****3557", "15450663558", "different"),
        ("address.street", "Oak Street", "oak st", "exact"),
        ("sex", "female", "F", "exact"),
        ("sex", "男", "M", "exact"),
    ],
)
def test_two_values_stand_at_their_level(raws, kind, a, b, level):
    assert _level(raws, kind, a, b) == level


@given(DATES, DATES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_dates_stand_where_the_case_engine_puts_them(raws, a, b):
    left, right = (PartialDate(year=day.year, month=day.month, day=day.day) for day in (a, b))
    level, _rarity = born_score(left, right)
    code = BORN[level - 1]
    expected = BESIDE.get(code)
    if code == "born.year" and (a.month, a.day) == (b.month, b.day) == (1, 1):
        expected = "exact"

    found = _level(raws, "born", a.isoformat(), b.isoformat())

    if expected is None:
        assert found in {"part", "alike", "different"}
    else:
        assert found == expected or (code == "born.generation" and found == "different")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("359999********5898", "359999199702165898"),
        ("35999919970216****", "359999199702165898"),
        ("359999********5898", "35999919970216****"),
    ],
)
def test_a_masked_id_shows_the_bits_it_shows_in_a_case(raws, a, b):
    _level_there, bits = id_score(read_id(a).value, read_id(b).value)
    table = build(raws([(a,), (b,)], ("id.prc_id",)), np.zeros(2, dtype=np.int8))
    field = table.field("id.prc_id")

    found = shown_bits(field, np.array([0]), np.array([1]))

    assert found[0] == pytest.approx(min(bits, 20.0))


def test_two_sound_ids_that_differ_clash_as_in_a_case(raws):
    a, b = "440000199001010046", "440000199001010062"
    level, _bits = id_score(read_id(a).value, read_id(b).value)

    found = _level(raws, "id.prc_id", a, b)

    assert (ID[level - 1] == "id.conflict") == (found == "clash")


def test_of_two_telephones_the_best_pair_counts(raws):
    rows = [("2125550101", "2125550102"), ("2125550103", "2125550101")]
    table = build(raws(rows, ("phone", "phone")), np.zeros(2, dtype=np.int8))

    found = compare_all(table, np.array([0]), np.array([1]))["phone"]

    assert CODES[found.level[0]] == "exact"


def test_missing_on_one_side_and_on_both_are_two_levels(raws):
    rows = [("anna", ""), ("", ""), ("", "hill")]
    table = build(raws(rows, ("name.given", "name.family")), np.zeros(3, dtype=np.int8))

    found = compare_all(table, np.array([0, 1]), np.array([1, 2]))

    assert [CODES[level] for level in found["name.given"].level] == ["one", "none"]


@pytest.mark.parametrize("text", ["", "0", "00000000", "n/a", "unknown", "?"])
def test_no_date_is_no_date(text):
    assert date_text(text, day_first=False) == ""
