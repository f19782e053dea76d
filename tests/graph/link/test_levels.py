"""Levels of agreement, value pair by value pair."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.link.dates import date_text
from graph.link.levels import CODES, compare_all, shown_bits
from graph.link.masked import PRC_BITS
from graph.link.table import build

DATES = st.dates(min_value=dt.date(1930, 1, 2), max_value=dt.date(2005, 12, 31))


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
def test_two_dates_stand_where_their_digits_and_parts_put_them(raws, a, b):
    slips = sum(x != y for x, y in zip(f"{a:%Y%m%d}", f"{b:%Y%m%d}", strict=True))

    found = _level(raws, "born", a.isoformat(), b.isoformat())

    assert (found == "exact") == (a == b)
    if a.year == b.year and (a.month, a.day) == (b.day, b.month) != (b.month, b.day):
        assert found == "short"
    elif abs(a.year - b.year) >= 15:
        assert found in {"clash", "different"}
    elif slips == 1:
        assert found == "near"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("359999********5898", "359999199702165898"),
        ("35999919970216****", "359999199702165898"),
        ("359999********5898", "35999919970216****"),
    ],
)
def test_a_masked_id_shows_the_bits_of_what_both_show(raws, a, b):
    bits = sum(PRC_BITS[place] for place in range(18) if "*" not in (a[place], b[place]))
    table = build(raws([(a,), (b,)], ("id.prc_id",)), np.zeros(2, dtype=np.int8))
    field = table.field("id.prc_id")

    found = shown_bits(field, np.array([0]), np.array([1]))

    assert found[0] == pytest.approx(min(bits, 20.0))


@pytest.mark.parametrize(
    ("b", "level"),
    [
        ("440000199001010060", "clash"),
        ("440000199001010054", "near"),
        ("440000198507120010", "different"),
        ("440000900101004", "exact"),
    ],
)
def test_only_two_ids_whose_check_digits_are_right_clash(raws, b, level):
    assert _level(raws, "id.prc_id", "440000199001010044", b) == level


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
