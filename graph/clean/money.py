"""Amounts of money as minor units: ``￥12,345.67`` → 1234567."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from graph.clean.fault import Fault, Reading
from graph.clean.masks import mask_value
from graph.clean.text import blank, dashed, tidy

_DECORATION = re.compile(
    r"人民币|美元|港币|港元|元整|圆整|元|圆|整|rmb|cny|cnh|usd|hkd|us\$|hk\$|[¥$€£]|\s|(?<=\d)['’](?=\d)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_CONTINENTAL = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d{1,2}|[+-]?\d+,\d{2}")
_SCIENTIFIC = re.compile(r"([+-]?)(\d(?:\.\d+)?)e([+-]?\d{1,2})", re.IGNORECASE)
_UNITS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000, "千": 1_000, "百": 100}
_LIMIT = 10**15
_NOISE = Decimal("0.0001")


def read_amount(text: str) -> Reading[int]:
    """Give an amount in minor units (hundredths, whatever the currency).

    Understands currency signs and words, thousands separators, 万 and 亿, accounting brackets, ``1.234,56``.
    A third decimal is rounded half up and noted. Scientific notation that no longer holds the cents is lost.
    """
    if len(text) > 80:
        return _unreadable(text)
    if blank(text, zero=False):
        return Reading(None)
    cell = _DECORATION.sub("", dashed(tidy(text)))
    negative = False
    if cell.startswith("(") and cell.endswith(")"):
        negative, cell = True, cell[1:-1]
    elif cell.endswith("-"):
        negative, cell = True, cell[:-1]
    factor = 1
    if cell and cell[-1] in _UNITS:
        factor, cell = _UNITS[cell[-1]], cell[:-1]
    scientific = _SCIENTIFIC.fullmatch(cell)
    if scientific:
        kept = len(scientific[2].replace(".", ""))
        # Excel shows 1234567.89 as 1.23E+06: only a mantissa that reaches the cents says the amount.
        if kept < int(scientific[3]) + 3 and Decimal(scientific[2]) != 0:
            return Reading(None, (Fault("amount.scientific", (("kept", str(kept)),), lost=True),))
    elif _THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", "")
    elif _CONTINENTAL.fullmatch(cell):
        cell = cell.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(cell):
        return _unreadable(text)
    minor = Decimal(cell) * factor * 100
    if abs(minor) >= _LIMIT:
        return Reading(None, (Fault("amount.out_of_range", lost=True),))
    whole = minor.quantize(Decimal(1), ROUND_HALF_UP)
    # 12345.670000000001 is the noise of a float, not a third decimal.
    notes = () if abs(minor - whole) < _NOISE else (Fault("amount.rounded"),)
    return Reading(-int(whole) if negative else int(whole), notes)


def _unreadable(text: str) -> Reading[int]:
    return Reading(None, (Fault("amount.unreadable", (("shown", mask_value(text[:200])),), lost=True),))
