"""What every reader gives: a row of text with its number, and what was wrong with its cells already."""

from __future__ import annotations

from typing import NamedTuple

# Excel's own limit (Microsoft, "Excel specifications and limits"); no field of a placement needs more.
MAX_CELL = 32_767
MAX_COLUMNS = 4_096


class CellFault(NamedTuple):
    """Something wrong with one cell (``column`` from 0) or, at -1, with the row as a whole."""

    column: int
    code: str
    detail: str = ""


class Row(NamedTuple):
    """One row of text. ``number`` is what Excel or an editor shows at its side, from 1."""

    number: int
    cells: list[str]
    faults: tuple[CellFault, ...] = ()

    def __repr__(self) -> str:
        return f"Row({self.number}, {len(self.cells)} cells)"


def cap(cells: list[str]) -> tuple[list[str], tuple[CellFault, ...]]:
    """Cut cells that are longer than a cell can be, and rows wider than a sheet anybody fills in."""
    faults: list[CellFault] = []
    if len(cells) > MAX_COLUMNS:
        faults.append(CellFault(-1, "row.too_wide", str(len(cells))))
        cells = cells[:MAX_COLUMNS]
    if any(len(cell) > MAX_CELL for cell in cells):
        faults.extend(
            CellFault(column, "cell.too_long", str(len(cell)))
            for column, cell in enumerate(cells)
            if len(cell) > MAX_CELL
        )
        cells = [cell[:MAX_CELL] for cell in cells]
    return cells, tuple(faults)


def number_text(value: float) -> str:
    """Write a spreadsheet's number as the text a person meant, without inventing digits.

    Spreadsheets keep 15 significant digits (IEEE 754 double; Excel writes no more): at 10**15 and above the
    last digits are lost, so it is written as ``3.40827199001011E+17`` and the reader of the field says so.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value == int(value):
        if abs(value) < 1e15:
            return str(int(value))
        mantissa, _, exponent = f"{value:.14E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    text = f"{value:.15g}"
    return text.replace("e", "E")
