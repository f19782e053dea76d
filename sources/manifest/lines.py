"""Files of questions and of answers: lines as texts, put together and matched back. Nothing is opened here.

A line that was not asked for, or is there twice with different answers, is counted and otherwise forgotten.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sources.manifest.form import FilePart

# A cell that a spreadsheet would take for a formula is not sent: a vendor may open the file in one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"\+\d{5,15}")


class LineUnfit(Exception):
    """A value that cannot stand in a file; names the column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a file of answers says: a body for each line sent, by that line; and how many others there were.

    ``doubled`` lines said different things of one question: none of them is taken.
    """

    bodies: Mapping[str, bytes] = field(repr=False)
    strangers: int
    doubled: int
    rows: int


def written(part: FilePart, lines: Iterable[str]) -> Iterator[str]:
    """Give the file of questions, line by line. ``lines`` are the references of the questions (JSON objects).

    Raises LineUnfit for a value with a line break or one that a spreadsheet would calculate.
    """
    columns: tuple[str, ...] | None = None
    for line in lines:
        row: dict[str, str] = json.loads(line)
        for name, value in row.items():
            formula = value.startswith(_FORMULA) and not _NUMBER.fullmatch(value)
            if formula or "\n" in value or "\r" in value:
                raise LineUnfit(name)
        if columns is None:
            columns = tuple(row)
            if part.header:
                yield _line(part, columns)
        yield _line(part, [row.get(name, "") for name in columns])


def answers(part: FilePart, text: Iterable[str], lines: Iterable[str]) -> Answers | None:
    """Match a file of answers with the lines that were sent; None when it lacks a column to match by.

    ``text`` is the file line by line, its first line naming the columns.
    """
    rows = csv.DictReader(text, delimiter=part.separator, strict=True)
    names = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    if not set(part.match.values()) <= set(names):
        return None
    sent = {tuple(json.loads(line)[ours] for ours in part.match): line for line in lines}
    bodies: dict[str, bytes] = {}
    strangers, several, count = 0, set[str](), 0
    for row in rows:
        count += 1
        key = tuple((row.get(theirs) or "").strip() for theirs in part.match.values())
        line = sent.get(key)
        if line is None:
            strangers += 1
            continue
        body = json.dumps({name: (row.get(name) or "").strip() for name in names}, sort_keys=True).encode()
        if bodies.setdefault(line, body) != body:
            several.add(line)
    for line in several:
        del bodies[line]
    return Answers(bodies=bodies, strangers=strangers, doubled=len(several), rows=count)


def _line(part: FilePart, cells: Iterable[str]) -> str:
    quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if _needs(part, cell) else cell for cell in cells]
    return part.separator.join(quoted) + "\r\n"


def _needs(part: FilePart, cell: str) -> bool:
    return part.separator in cell or '"' in cell
