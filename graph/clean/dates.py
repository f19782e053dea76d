"""Dates as files write them: ISO, compact, Chinese, 民国, English months, Excel serials, partial ones.

Day and month are never guessed: ``03/04/2025`` is ambiguous unless the file's order is given.
"""

from __future__ import annotations

import datetime as dt
import re

from graph.clean.fault import Fault, Reading
from graph.clean.masks import mask_value
from graph.clean.text import blank, dashed, tidy
from graph.model import PartialDate

EARLIEST, LATEST = 1880, 2100
# Excel's day 1 is 1900-01-01 and it believes in 1900-02-29 (ECMA-376 part 1 §18.17.4.1), so from March 1900
# a serial counts from 1899-12-30. Five digits are read as serials, from 1927 to 2100.
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = range(10_000, 73_051)
# The Republic of China calendar counts from 1912 = year 1.
_MINGUO = 1911
# POSIX strptime %y: 69-99 are 1969-1999, 00-68 are 2000-2068. Used when no "today" says more.
_PIVOT = 69

_CLOCK = re.compile(r"(?<=\d)(?:[T\s]+(?:上午|下午)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}秒?)?(?:[.,]\d+)?"
                    r"\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?|分)\s*$", re.IGNORECASE)  # fmt: skip
_CLOCK_AFTER_DAY = re.compile(r"(?<=[日号])\s*(?:上午|下午|星期.|周.)?\s*(?:\d{1,2}[:时点].*)?$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?")
_HAN_DATE = re.compile(r"(\d{2}|\d{4})年(?:(\d{1,2})月(?:份|(\d{1,2})[日号]?)?)?(?:生|出生)?")
_MINGUO_DATE = re.compile(r"(?:中华)?(?:民国|民國)(\d{1,3}|元)[年./-](?:(\d{1,2})[月./-](?:(\d{1,2})日?)?)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_YEAR_SHORT = re.compile(r"(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})")
_WORDS_DAY_FIRST = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:of )?)?([a-z]{3,9})\.?[\s\-/.,]*(\d{4}|\d{2})"
)
_WORDS_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]+(\d{4}|\d{2})")
_WEEKDAY = re.compile(
    r"^(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?[,.\s]+"
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_HAN_NUMBER = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?")
_NEVER = frozenset(
    {(0, 0, 0), (1, 1, 1), (9999, 12, 31), (2999, 12, 31), (1900, 1, 0), (1899, 12, 30), (1899, 12, 31)}
)


def read_date(
    text: str, *, day_first: bool | None = None, today: dt.date | None = None
) -> Reading[PartialDate]:
    """Give the date of a cell, or the year, or year and month, when no more is said.

    ``day_first`` is the order the file is known to use; without it ``03/04/2025`` is lost as ambiguous.
    ``today`` places two-digit years in the past of that day (for births); without it POSIX's rule is used.
    """
    if blank(text):
        return Reading(None)
    cell = dashed(tidy(text))
    if len(cell) > 60:
        return _unreadable(cell[:60])
    iso = _ISO.match(cell)
    if iso and (len(cell) == 10 or cell[10] in "T "):
        return _checked(int(iso[1]), int(iso[2]), int(iso[3]))
    cell = _CLOCK_AFTER_DAY.sub("", _CLOCK.sub("", cell)).strip(" .,'约")
    if cell.isdigit():
        return _of_digits(cell, today)
    return (
        _of_han(cell, today)
        or _of_numbers(cell, day_first, today)
        or _of_words(cell, today)
        or _unreadable(cell)
    )


def read_day(text: str, *, day_first: bool | None = None, today: dt.date | None = None) -> Reading[dt.date]:
    """Give a whole date; one without a day is lost as ``date.day_unknown``. Otherwise as ``read_date``."""
    reading = read_date(text, day_first=day_first, today=today)
    date = reading.value
    if date is None:
        return Reading(None, reading.faults)
    if date.month is None or date.day is None:
        return Reading(None, (*reading.faults, Fault("date.day_unknown", lost=True)))
    return Reading(dt.date(date.year, date.month, date.day), reading.faults)


def _of_digits(cell: str, today: dt.date | None) -> Reading[PartialDate]:
    """20250315, 202503, 2025, 250315, 20250315093000, and Excel's 45731."""
    if len(cell) in {12, 14} and EARLIEST <= int(cell[:4]) <= LATEST:
        cell = cell[:8]
    match len(cell):
        case 8:
            return _checked(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
        case 6:
            if EARLIEST <= int(cell[:4]) <= LATEST and 1 <= int(cell[4:]) <= 12:
                return _checked(int(cell[:4]), int(cell[4:]), None)
            return _short_year(int(cell[:2]), int(cell[2:4]), int(cell[4:]), today)
        case 4 if EARLIEST <= int(cell) <= LATEST:
            return _checked(int(cell), None, None)
        case 5 if int(cell) in _SERIALS:
            return _of_serial(int(cell))
        case _:
            return _unreadable(cell)


def _of_serial(serial: int) -> Reading[PartialDate]:
    date = _EXCEL_EPOCH + dt.timedelta(days=serial)
    return Reading(PartialDate(year=date.year, month=date.month, day=date.day), (Fault("date.serial"),))


def _of_han(cell: str, today: dt.date | None) -> Reading[PartialDate] | None:
    if cell.isascii():
        return None
    plain = _HAN_NUMBER.sub(_han_number, cell).translate(_HAN_DIGITS).replace(" ", "")
    minguo = _MINGUO_DATE.fullmatch(plain)
    if minguo:
        year = 1 if minguo[1] == "元" else int(minguo[1])
        return _checked(year + _MINGUO, *_parts(minguo[2], minguo[3]))
    match = _HAN_DATE.fullmatch(plain)
    if not match:
        return None
    month, day = _parts(match[2], match[3])
    if len(match[1]) == 2:
        return _short_year(int(match[1]), month, day, today)
    return _checked(int(match[1]), month, day)


def _han_number(match: re.Match[str]) -> str:
    tens, _, ones = match[0].partition("十")
    digits = (tens or "一").translate(_HAN_DIGITS) + (ones or "〇").translate(_HAN_DIGITS)
    return digits


def _parts(month: str | None, day: str | None) -> tuple[int | None, int | None]:
    return (int(month) if month else None, int(day) if day else None)


def _of_numbers(cell: str, day_first: bool | None, today: dt.date | None) -> Reading[PartialDate] | None:
    match = _YEAR_FIRST.fullmatch(cell)
    if match:
        return _checked(int(match[1]), *_parts(match[2], match[3]))
    match = _YEAR_LAST.fullmatch(cell)
    if match:
        return _by_order(int(match[1]), int(match[2]), int(match[3]), day_first)
    match = _MONTH_YEAR.fullmatch(cell)
    if match:
        return _checked(int(match[2]), int(match[1]), None)
    match = _YEAR_SHORT.fullmatch(cell)
    if match:
        return _three_short(int(match[1]), int(match[2]), int(match[3]), day_first, today)
    match = _SERIAL.fullmatch(cell)
    if match and int(match[1]) in _SERIALS:
        return _of_serial(int(match[1]))
    return None


def _by_order(first: int, second: int, year: int, day_first: bool | None) -> Reading[PartialDate]:
    """A day and a month in one of two orders."""
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        return _checked(year, month, day)
    if first == second:
        return _checked(year, first, second)
    if day_first is None:
        return Reading(None, (Fault("date.ambiguous", lost=True),))
    return _checked(year, second, first) if day_first else _checked(year, first, second)


def _three_short(
    first: int, second: int, third: int, day_first: bool | None, today: dt.date | None
) -> Reading[PartialDate]:
    """Three numbers of two digits: 90/03/07 or 07/03/90. Only what allows one reading is read."""
    if day_first is not None:
        year = _century(third, today)
        reading = _by_order(first, second, year, day_first)
        return _with_note(reading, Fault("date.century_assumed", (("year", str(year)),)))
    if first > 31 and third <= 31:
        return _short_year(first, second, third, today)
    if third > 31 and first <= 31:
        reading = _by_order(first, second, _century(third, today), None)
        return _with_note(reading, Fault("date.century_assumed", (("year", str(_century(third, today))),)))
    return Reading(None, (Fault("date.ambiguous", lost=True),))


def _of_words(cell: str, today: dt.date | None) -> Reading[PartialDate] | None:
    words = _WEEKDAY.sub("", cell.lower())
    match = _WORDS_MONTH_FIRST.fullmatch(words)
    if match:
        name, day, year = match[1], match[2], match[3]
    else:
        match = _WORDS_DAY_FIRST.fullmatch(words)
        if not match:
            return None
        day, name, year = match[1], match[2], match[3]
    month = next(
        (n for n, full in enumerate(_MONTHS, start=1) if full.startswith(name) or (n, name) == (9, "sept")),
        None,
    )
    if month is None:
        return None
    if len(year) == 2:
        return _short_year(int(year), month, int(day) if day else None, today)
    return _checked(int(year), month, int(day) if day else None)


def _century(short: int, today: dt.date | None) -> int:
    if today is None:
        return short + (1900 if short >= _PIVOT else 2000)
    year = today.year // 100 * 100 + short
    return year if year <= today.year else year - 100


def _short_year(
    short: int, month: int | None, day: int | None, today: dt.date | None
) -> Reading[PartialDate]:
    year = _century(short, today)
    return _with_note(_checked(year, month, day), Fault("date.century_assumed", (("year", str(year)),)))


def _with_note(reading: Reading[PartialDate], note: Fault) -> Reading[PartialDate]:
    return reading if reading.value is None else Reading(reading.value, (*reading.faults, note))


def _checked(year: int, month: int | None, day: int | None) -> Reading[PartialDate]:
    """The date if it can be one. A month or day of 00 is how some systems write "unknown"."""
    if (year, month or 0, day or 0) in _NEVER:
        return Reading(None, (Fault("date.placeholder", lost=True),))
    if not EARLIEST <= year <= LATEST:
        return Reading(None, (Fault("date.out_of_range", (("year", str(year)),), lost=True),))
    if not month:
        return (
            Reading(PartialDate(year=year))
            if not day
            else Reading(None, (Fault("date.impossible", lost=True),))
        )
    if not day:
        return (
            Reading(PartialDate(year=year, month=month))
            if month <= 12
            else Reading(None, (Fault("date.impossible", lost=True),))
        )
    try:
        dt.date(year, month, day)
    except ValueError:
        return Reading(None, (Fault("date.impossible", lost=True),))
    return Reading(PartialDate(year=year, month=month, day=day))


def _unreadable(cell: str) -> Reading[PartialDate]:
    return Reading(None, (Fault("date.unreadable", (("shown", mask_value(cell)),), lost=True),))
