"""Dates of birth of plain tables: any writing → eight digits, 0 where the month or day is not known.

A date that cannot be (19310175) keeps its digits: they are one person's date with a slip, and comparing digit
by digit finds it again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from graph.clean.dates import read_date
from graph.clean.text import blank

_EIGHT = re.compile(r"\d{8}")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_SHORT = re.compile(r"\D*(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})\D*")
_MONTHS = 12
_WHEN_UNKNOWN = dt.date(2026, 1, 1)
"""Two-digit years are read as in the hundred years before this day."""


def day_comes_first(texts: Sequence[str]) -> bool:
    """Tell whether ``03/04/1980`` is the third of April here: True when no date of the column forbids it and
    one demands it, or when months are never first."""
    first = second = 0
    for text in texts:
        match = _SHORT.fullmatch(text)
        if match:
            first += int(match[1]) > _MONTHS
            second += int(match[2]) > _MONTHS
    return first > second


def date_text(text: str, day_first: bool) -> str:
    """Give the date as ``yyyymmdd`` ("" for none)."""
    if _EIGHT.fullmatch(text) and text != "00000000":
        return text
    iso = _ISO.fullmatch(text)
    if iso:
        return f"{iso[1]}{int(iso[2]):02d}{int(iso[3]):02d}"
    if blank(text):
        return ""
    # With dots between the day comes first everywhere (DIN 5008 and its neighbours).
    date = read_date(text, day_first=day_first or "." in text, today=_WHEN_UNKNOWN).value
    return "" if date is None else f"{date.year:04d}{date.month or 0:02d}{date.day or 0:02d}"


def digits(values: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Give the dates as an (n, 8) array of digits."""
    return np.frombuffer("".join(values).encode("ascii"), dtype=np.uint8).reshape(-1, 8) - ord("0")
