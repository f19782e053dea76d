"""Where the column names are: titles above them, two merged rows, the same again further down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.errors import WrongUse
from tracer.intake.problems import masked
from tracer.intake.rows import Row
from tracer.intake.synonyms import header_words, known
from tracer.words import N_

# Titles, notes to the reader and a logo row: nobody puts more above a table.
LOOK_AT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns' names as a mapping calls them, and the sheet rows they stand in (none for named formats).

    Two columns of one name are told apart as ``姓名`` and ``姓名#2``; a column without one is ``#7``.
    ``width`` counts the header's cells, empty ones at its end too.
    """

    columns: tuple[str, ...]
    rows: tuple[int, ...] = ()
    width: int = 0

    @property
    def last_row(self) -> int:
        """The last row of the header; data begin behind it."""
        return self.rows[-1] if self.rows else 0


def find_header(
    rows: Sequence[Row], *, row: int = 0, depth: int = 0, wanted: frozenset[str] = frozenset()
) -> Header:
    """Find the header among the first rows.

    ``row`` (from 1) and ``depth`` say where it is when a mapping knows; ``wanted`` are column names a mapping
    expects, which count as known. Raises WrongUse with what was seen (masked) when no row looks like one.
    """
    by_number = {each.number: each.cells for each in rows}
    if row:
        if row not in by_number:
            raise WrongUse(
                N_("Row {row} cannot be the header: the file's first rows end at {last}"),
                N_("Correct header_row in the mapping."),
                row=row,
                last=max(by_number, default=0),
            )
        numbers = tuple(range(row, row + max(1, depth)))
        labels = by_number[row]
        if len(numbers) > 1:
            labels = _joined(by_number[row], by_number.get(row + 1, []))
        return Header(columns=_distinct(labels), rows=numbers, width=len(labels))
    best: tuple[float, tuple[int, ...], list[str]] = (0.0, (), [])
    for index, each in enumerate(rows[:LOOK_AT]):
        single = _score(each.cells, wanted)
        if single > best[0]:
            best = (single, (each.number,), each.cells)
        if index + 1 < len(rows) and rows[index + 1].number == each.number + 1:
            below = rows[index + 1].cells
            if _looks_like_data(below):
                continue
            labels = _joined(each.cells, below)
            pair = _score(labels, wanted)
            if pair > max(best[0], _score(below, wanted)):
                best = (pair, (each.number, each.number + 1), labels)
    if best[0] < 2:
        seen = next((each.cells for each in rows if any(cell.strip() for cell in each.cells)), [])
        raise WrongUse(
            N_(
                "No header row is recognised in the first {looked} rows; the first one with text reads: "
                "{seen}"
            ),
            N_("Give a mapping with header_row and [columns], or add a row with the columns' names."),
            looked=min(len(rows), LOOK_AT),
            seen=", ".join(cell if known(cell) else masked(cell) for cell in seen[:12] if cell.strip())
            or "-",
        )
    return Header(columns=_distinct(best[2]), rows=best[1], width=len(best[2]))


def named(columns: Sequence[str]) -> Header:
    """Give the header of a format whose columns have names of their own (Parquet, JSON lines)."""
    return Header(columns=_distinct(list(columns)), width=len(columns))


def is_header_again(cells: Sequence[str]) -> bool:
    """True when a row further down is the header once more, or its translation."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) > 1 and header_words(filled) * 2 > len(filled)


def _score(cells: Sequence[str], wanted: frozenset[str]) -> float:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return 0.0
    hits = sum(1 for cell in dict.fromkeys(filled) if cell in wanted or (len(cell) < 60 and known(cell)))
    # One known word in a wide row of others is a title or a data row; one of one or two columns is a header.
    if hits == 1 and len(filled) <= 2:
        return 2.0
    return float(hits) if hits * 4 >= len(filled) or hits >= 5 else 0.0


def _looks_like_data(cells: Sequence[str]) -> bool:
    return any(sum(character.isdigit() for character in cell) >= 5 for cell in cells)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join two header rows: a merged cell above several columns lends its text to each of them."""
    labels: list[str] = []
    group = ""
    for index in range(max(len(upper), len(lower))):
        top = _squeezed(upper[index]) if index < len(upper) else ""
        low = _squeezed(lower[index]) if index < len(lower) else ""
        if top:
            group = top
        elif not low:
            group = ""
        both = f"{group} {low}" if group and low and group != low else ""
        if both and known(both):
            labels.append(both)
        elif low:
            labels.append(low)
        else:
            labels.append(top)
    return labels


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _distinct(cells: Sequence[str]) -> tuple[str, ...]:
    labels: list[str] = []
    taken: dict[str, int] = {}
    last = max((index for index, cell in enumerate(cells) if cell.strip()), default=-1)
    for index, cell in enumerate(cells[: last + 1]):
        label = _squeezed(cell) or f"#{index + 1}"
        taken[label] = taken.get(label, 0) + 1
        labels.append(label if taken[label] == 1 else f"{label}#{taken[label]}")
    return tuple(labels)
