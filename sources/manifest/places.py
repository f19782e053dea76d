"""Where in a TOML text a key stands, so that a fault can be pointed at. It looks; tomllib reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*="""
)
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")


def lines_of(text: str) -> Mapping[Place, int]:
    """Give the line (from 1) of every table header and of every key that begins a line.

    A key inside an inline table is at the line of the key that holds the table.
    """
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    table: Place = ()
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if header and not key:
            table = _within(_parts(header[2]), counts, again=header[1] == "[[")
            found.setdefault(table, number)
        elif key:
            found.setdefault((*table, *_parts(key[1])), number)
            for quotes in ('"""', "'''"):
                if line.count(quotes) % 2:
                    closing = quotes
    return found


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Give the line of ``place``, or of the nearest thing that holds it; 0 when nothing does."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return 0


def _parts(dotted: str) -> Place:
    return tuple(hit[1] or hit[2] or hit[3] or "" for hit in _PART.finditer(dotted))


def _within(parts: Place, counts: dict[Place, int], *, again: bool) -> Place:
    """The place of a table: behind the name of an array of tables stands which of them it is."""
    place: Place = ()
    for number, part in enumerate(parts):
        place = (*place, part)
        if again and number == len(parts) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place
