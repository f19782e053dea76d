"""The files themselves: one is written for a vendor, another read when it comes back."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import xlsxwriter

from graph.clean.text import tidy
from sources.persons import DataFile
from tracer.errors import WrongUse
from tracer.intake.readers import open_table
from tracer.intake.synonyms import is_total
from tracer.words import N_

_TOKEN = re.compile(r"t_[bcdfghjklmnpqrstvwxz]{16}")
_HEADER_WITHIN = 30  # rows; a vendor's title and notes stand above the header


def write(path: Path, source: DataFile, lines: Sequence[Mapping[str, str]]) -> None:
    """Write the file to send: the token first, then what the manifest sends. No cell is a formula."""
    part = source.manifest.file
    assert part is not None
    columns = [part.token, *source.manifest.send.values()]
    if part.format == "xlsx":
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(
                [columns, *([line.get(one, "") for one in columns] for line in lines)]
            ):
                for column, text in enumerate(row):
                    sheet.write_string(place, column, text)
        return
    with path.open("w", encoding=part.encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([line.get(one, "") for one in columns] for line in lines)


def returned(
    path: Path, source: DataFile, left: Counter[str]
) -> tuple[dict[str, dict[str, str]], frozenset[str], int]:
    """Give the rows by their token, tokens that stand twice with different rows, and how many rows there are.

    Raises WrongUse when no row names the token's column.
    """
    part = source.manifest.file
    assert part is not None
    rows: dict[str, dict[str, str]] = {}
    doubled: set[str] = set()
    count = 0
    for cells in _named(path, part.token):
        count += 1
        token = tidy(cells.get(part.token, "")).casefold()
        if not _TOKEN.fullmatch(token):
            left["without_token"] += 1
            continue
        if rows.setdefault(token, cells) != cells:
            doubled.add(token)
    for token in doubled:
        del rows[token]
    return rows, frozenset(doubled), count


def _named(path: Path, token: str) -> Iterator[dict[str, str]]:
    """Give a table's rows below its header by column; empty rows, totals and a second header are left."""
    opened = open_table(path)
    columns = [tidy(one) for one in opened.columns] or None
    for place, row in enumerate(opened.rows()):
        cells = [cell.strip() for cell in row.cells]
        if columns is None:
            if token in (tidied := [tidy(cell) for cell in cells]):
                columns = tidied
            elif place >= _HEADER_WITHIN:
                break
            continue
        if not any(cells) or is_total(cells) or [tidy(cell) for cell in cells] == columns:
            continue
        yield dict(zip(columns, cells, strict=False))
    if columns is None or token not in columns:
        raise WrongUse(
            N_("No row of {file} names the column {column}, by which rows are matched"),
            N_("Have the vendor give it back as it was sent; nothing was taken."),
            file=path.name,
            column=token,
        )


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file in hex; raises WrongUse when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WrongUse(
            N_("{file} cannot be read: {reason}"),
            N_("Check the path and its permissions."),
            file=path.name,
            reason=type(error).__name__,
        ) from None
