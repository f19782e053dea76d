"""Dates as files write them."""

from __future__ import annotations

import datetime as dt

import pytest

from graph.clean.dates import read_date, read_day
from graph.model import PartialDate


def codes(text: str) -> list[str]:
    return [fault.code for fault in read_date(text).faults]


@pytest.mark.parametrize(
    "text",
    [
        "20250315",
        "2025/3/15",
        "2025-03-15",
        "2025.3.15",
        "2025年3月15日",
        "2025年03月15号",
        "2025-03-15T10:00:00Z",
        "2025-03-15 00:00:00",
        "2025/3/15 10:00",
        "20250315093000",
        "45731",
        "45731.5",
        "民国114年3月15日",
        "二〇二五年三月十五日",
        "Mar 15, 2025",
        "15 March 2025",
        "15-Mar-2025",
        "Sat, 15 Mar 2025",
        "15/03/2025",
        "03/15/2025",
        "２０２５／３／１５",
        "2025年3月15日 上午10:00",
    ],
)
def test_every_way_of_writing_a_day_is_one_day(text: str) -> None:
    assert read_day(text).value == dt.date(2025, 3, 15)


def test_a_serial_number_is_noted_as_such() -> None:
    assert codes("45731") == ["date.serial"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025", PartialDate(year=2025)),
        ("2025年", PartialDate(year=2025)),
        ("2025年3月", PartialDate(year=2025, month=3)),
        ("202503", PartialDate(year=2025, month=3)),
        ("2025-03", PartialDate(year=2025, month=3)),
        ("03/2025", PartialDate(year=2025, month=3)),
        ("March 2025", PartialDate(year=2025, month=3)),
        ("1990-00-00", PartialDate(year=1990)),
        ("1990-03-00", PartialDate(year=1990, month=3)),
        ("1990年3月7日出生", PartialDate(year=1990, month=3, day=7)),
    ],
)
def test_what_is_not_said_stays_unknown(text: str, expected: PartialDate) -> None:
    assert read_date(text).value == expected


def test_a_day_is_not_made_of_a_month() -> None:
    reading = read_day("2025年3月")

    assert reading.value is None
    assert [fault.code for fault in reading.faults] == ["date.day_unknown"]


def test_day_and_month_are_not_guessed_but_taken_from_the_files_order() -> None:
    assert codes("03/04/2025") == ["date.ambiguous"]
    assert read_day("03/04/2025", day_first=True).value == dt.date(2025, 4, 3)
    assert read_day("03/04/2025", day_first=False).value == dt.date(2025, 3, 4)
    assert read_day("04/04/2025").value == dt.date(2025, 4, 4)


def test_a_short_year_is_in_the_past_of_the_day_given() -> None:
    today = dt.date(2026, 1, 1)

    assert read_day("900307", today=today).value == dt.date(1990, 3, 7)
    assert read_day("300307", today=today).value == dt.date(1930, 3, 7)
    assert read_day("250307", today=today).value == dt.date(2025, 3, 7)
    assert read_day("300307").value == dt.date(2030, 3, 7)
    assert codes("900307") == ["date.century_assumed"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-02-30", "date.impossible"),
        ("20251301", "date.impossible"),
        ("1850-01-01", "date.out_of_range"),
        ("9999-12-31", "date.placeholder"),
        ("0000-00-00", "date.placeholder"),
        ("yesterday", "date.unreadable"),
        ("07/03/90", "date.ambiguous"),
        ("1710460800000", "date.unreadable"),
        ("²⁰²⁵x", "date.unreadable"),
    ],
)
def test_what_is_no_date_is_lost_with_its_reason(text: str, code: str) -> None:
    reading = read_date(text)

    assert reading.value is None
    assert [(fault.code, fault.lost) for fault in reading.faults] == [(code, True)]


@pytest.mark.parametrize("text", ["", "无", "-", "0", "null"])
def test_an_empty_cell_is_no_fault(text: str) -> None:
    assert read_date(text).value is None
    assert read_date(text).faults == ()
