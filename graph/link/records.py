"""Records of cases → the table that is scored: the same comparisons as of a file's columns, from values that
were cleaned when they came in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from graph import frequency
from graph.forms import SELF_CHECKING, personal
from graph.link.cleaning import address_text, name_parts
from graph.link.table import Field, Table, field_of
from graph.model import LineType, Phone, Record

NAMES = ("name.given", "name.middle", "name.family", "name.generation")
MOST_VALUES = 32
"""Values of one kind compared per record; a record with more is no person's (the first in order)."""
PERSONAL, LINE = 1, 2
"""Marks of telephones: one person carries it; it stands in a home or a firm. 0 is not known."""
_LINES = frozenset({LineType.LANDLINE, LineType.VOIP, LineType.VIRTUAL})
_DATE_IN_ID = re.compile(r"[\d*]{6}((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[\dX*]{4}!?")
_Parts = tuple[str, str, str, str]


def table_of(records: Sequence[Record]) -> Table:
    """Give the table of these records, row by row. Of a record with more than ``MOST_VALUES`` values of a
    kind the first in order are compared."""
    lines = {phone.key: phone for record in records for phone in record.phones}
    ids = [_ids(record) for record in records]
    fields = _names(records)
    for name in sorted({name for of in ids for name in of}):
        fields += _field(name, [of.get(name, ()) for of in ids])
    fields += _field("born", [_born(record, of) for record, of in zip(records, ids, strict=True)])
    fields += _field(
        "phone",
        [sorted({p.key for p in record.phones}, key=lambda key: _of_one(lines[key])) for record in records],
        lambda text: _mark(lines[text]),
    )
    fields += _field("address", [[address_text(a.text) for a in record.addresses] for record in records])
    fields += _field(
        "employer", [[e.key.casefold() or e.name.casefold() for e in r.employers] for r in records]
    )
    fields += _field("email", [[email.casefold() for email in record.emails] for record in records])
    shown = {
        name: np.array([any(map(_date_in, of.get(name, ()))) for of in ids]) for name in _schemes(fields)
    }
    dated = {name: rows for name, rows in shown.items() if rows.any()}
    fields.sort(key=lambda field: field.name)
    return Table(len(records), np.zeros(len(records), dtype=np.int8), tuple(fields), dated)


def _schemes(fields: Sequence[Field]) -> list[str]:
    return [field.name for field in fields if field.name.startswith("id.")]


def _names(records: Sequence[Record]) -> list[Field]:
    """Give the parts of names: the first columns hold the first name of each record, and so on."""
    held = [_in_order([name_parts(name) for name in record.names]) for record in records]
    wide = max(map(len, held), default=0)
    vocabularies: tuple[dict[str, int], ...] = ({},) * 3 + ({},)
    columns = np.full((len(NAMES), wide, len(records)), -1, dtype=np.int32)
    for row, of in enumerate(held):
        for at, parts in enumerate(of):
            for part, text in enumerate(parts):
                if text:
                    known = vocabularies[part]
                    columns[part, at, row] = known.setdefault(text, len(known))
    return [
        field_of(name, tuple(columns[part]), tuple(vocabularies[part]))
        for part, name in enumerate(NAMES)
        if (columns[part] >= 0).any()
    ]


def _in_order(names: list[_Parts]) -> list[_Parts]:
    return names if len(names) < 2 else sorted(set(names), key=_rarest_first)[:MOST_VALUES]


def _rarest_first(parts: _Parts) -> tuple[float, _Parts]:
    given, _middle, family, _generation = parts
    return -frequency.part_bits(family, "name.family") - frequency.part_bits(given, "name.given"), parts


def _field(
    name: str, held: Sequence[Sequence[str]], mark: Callable[[str], int] | None = None
) -> tuple[Field, ...]:
    """Give the comparison of these values, row by row, or none where nobody has any."""
    wide = min(max(map(len, held), default=0), MOST_VALUES)
    if not wide:
        return ()
    places: dict[str, int] = {}
    columns = np.full((wide, len(held)), -1, dtype=np.int32)
    for row, of in enumerate(held):
        at = 0
        for text in (of if mark is not None else sorted(set(of)))[:MOST_VALUES]:
            if text:
                columns[at, row] = places.setdefault(text, len(places))
                at += 1
    if not places:
        return ()
    field = field_of(name, tuple(columns), tuple(places))
    if mark is not None:
        field.marks[:] = [mark(text) for text in places]
    return (field,)


def _ids(record: Record) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in record.ids:
        if one.value:
            checked = one.sound and not one.masked and one.scheme in SELF_CHECKING
            found.setdefault(f"id.{one.scheme}", []).append(one.value + ("!" if checked else ""))
    return found


def _born(record: Record, ids: dict[str, list[str]]) -> list[str]:
    if record.born is not None:
        born = record.born
        return [f"{born.year:04d}{born.month or 0:02d}{born.day or 0:02d}"]
    return [date for of in ids.values() for text in of if (date := _date_in(text))]


def _date_in(text: str) -> str:
    """Give the date of birth in a Chinese id, also where the rest is masked."""
    match = _DATE_IN_ID.fullmatch(text)
    return match[1] if match else ""


def _of_one(phone: Phone) -> tuple[bool, bool, str]:
    """Order numbers: the whole before the masked, those that one person carries before lines."""
    return phone.masked, _mark(phone) != PERSONAL, phone.key


def _mark(phone: Phone) -> int:
    if personal(phone):
        return PERSONAL
    return LINE if phone.extension or phone.line_type in _LINES else 0
