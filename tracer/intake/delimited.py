"""CSV, TSV and TXT as rows of text: one pass, constant memory, nothing a cell can do stops it."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tracer.intake.rows import MAX_CELL, CellFault, Row, cap

# A record longer than this, or over more lines, is a quotation mark that was never closed. Excel's cell holds
# 32,767 characters and 253 line breaks (Microsoft, "Excel specifications and limits").
MAX_RECORD = 1 << 25
MAX_LINES = 254
_DELIMITERS = (",", "\t", ";", "|", "，")
_LINE = 1 << 24
_CHUNK = 1 << 18
# Stands for a line that was not kept. No line of a file equals it by accident, and one that does is no loss.
_TOO_LONG = "\0\0\n"


class _Unclosed(Exception):
    """A quotation mark swallowed the lines that follow it."""


def sniff_delimiter(path: Path, codec: str) -> str:
    """Tell the delimiter from the first lines: the one that cuts most of them into as many cells."""
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=codec, errors="replace", newline="") as text:
        lines = [
            line.replace("\0", "") for line in (text.readline(1 << 16) for _ in range(60)) if line.strip()
        ]
    best, best_score = ("\t" if path.suffix.lower() in {".tsv", ".tab"} else ","), 0.0
    for delimiter in _DELIMITERS:
        try:
            widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = wide.count(usual) / len(widths) * 100 + min(usual, 50)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def read_delimited(
    path: Path, codec: str, delimiter: str, tell: Callable[[int], None] = lambda done: None
) -> Iterator[Row]:
    """Yield each record with its number as Excel counts it (a blank line is one, a quoted break not).

    Faults of a row: ``cell.nul`` (NULs removed), ``cell.too_long`` (cut to Excel's limit, not to be used),
    ``cell.damaged`` (bytes that could not be read), ``row.unclosed_quote`` and ``row.too_long`` (no cells
    of use). ``tell`` hears the bytes read so far.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD + _LINE))
    with (
        path.open("rb", buffering=_CHUNK) as raw,
        io.TextIOWrapper(raw, codec, "replace", newline="") as text,
    ):
        yield from _records(text, delimiter, lambda: tell(raw.tell()))


def _records(text: io.TextIOWrapper, delimiter: str, tell: Callable[[], None]) -> Iterator[Row]:
    read_line = partial(text.readline, _LINE)
    backlog: deque[str] = deque()
    pending: list[str] = []
    number = 0
    marks: set[str] = set()

    def feed() -> Iterator[str]:
        held = 0
        while True:
            line = backlog.popleft() if backlog else read_line()
            if not line:
                return
            if len(line) >= _LINE and line[-1] not in "\r\n":
                # Read past the rest of an endless line without keeping it.
                while (rest := read_line()) and rest[-1] not in "\r\n":
                    pass
                line = _TOO_LONG
            pending.append(line)
            if "\0" in line:
                marks.add("row.too_long" if line == _TOO_LONG else "cell.nul")
                line = line.replace("\0", "")
            if len(line) >= MAX_CELL:
                marks.add("long")
            if len(pending) > 1:
                held = sum(map(len, pending)) if len(pending) == 2 else held + len(line)
                if len(pending) > MAX_LINES or held > MAX_RECORD:
                    raise _Unclosed
            yield line

    reader = csv.reader(feed(), delimiter=delimiter)
    while True:
        broken = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            if not pending:
                return
            broken = "row.bad_csv"
        except _Unclosed:
            broken = "row.unclosed_quote"
        except csv.Error:
            broken = "row.bad_csv"
        if len(pending) > 1 and not broken and _malformed(pending, delimiter):
            broken = "row.unclosed_quote"
        number += 1
        if broken:
            # Give the first line up and go on with the next one: what it swallowed are good rows.
            backlog.extendleft(reversed(pending[1:]))
            first = pending[0].replace("\0", "") if pending else ""
            cells = next(csv.reader([first.replace('"', "")], delimiter=delimiter), [])
            cells, _ = cap(cells)
            yield Row(number, cells, (CellFault(-1, broken),))
            reader = csv.reader(feed(), delimiter=delimiter)
        elif marks or len(pending) > 1 or "�" in pending[0]:
            yield _marked(number, cells, marks, pending)
        else:
            yield Row(number, cells, ())
        pending.clear()
        marks.clear()
        if not number & 1023:
            tell()


def _malformed(pending: list[str], delimiter: str) -> bool:
    """True when a record over several lines is none: its quotation marks do not pair."""
    try:
        for _ in csv.reader([line.replace("\0", "") for line in pending], delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False


def _marked(number: int, cells: list[str], marks: set[str], pending: list[str]) -> Row:
    faults: list[CellFault] = []
    if "row.too_long" in marks:
        return Row(number, [], (CellFault(-1, "row.too_long"),))
    if "cell.nul" in marks:
        faults.append(CellFault(-1, "cell.nul"))
    if "long" in marks or len(pending) > 1:
        cells, cut = cap(cells)
        faults.extend(cut)
    for column, cell in enumerate(cells):
        if "�" in cell:
            faults.append(CellFault(column, "cell.damaged"))
    return Row(number, cells, tuple(faults))
