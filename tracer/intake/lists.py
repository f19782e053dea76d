"""Suppression files: numbers and persons nobody may call, one a row, from whoever keeps such a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graph.clean.text import blank
from graph.model import Identifier, Name, PartialDate, Phone
from tracer.errors import WrongUse
from tracer.intake.cells import Cells, forget
from tracer.intake.header import LOOK_AT, Header, find_header, is_header_again, named
from tracer.intake.problems import Place, Problem
from tracer.intake.readers import Opened, open_table
from tracer.intake.rows import Row
from tracer.intake.synonyms import header_key, header_words, is_total, outcome_field, person_field
from tracer.words import N_

# What a list calls the day until which its entry counts, beside the words a placement has for its columns.
_UNTIL = frozenset(
    header_key(word)
    for word in [
        "有效期至",
        "有效期",
        "失效日期",
        "到期日",
        "截止日期",
        "until",
        "expires",
        "expiry",
        "expireson",
        "expirydate",
        "validuntil",
    ]
)
_PHONES = frozenset({"phone", "mobile", "home_phone", "work_phone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow:
    """One row of a list: the numbers, ids, or name with birth date that are not to be contacted."""

    row: int
    phones: tuple[Phone, ...] = field(default=(), repr=False)
    ids: tuple[Identifier, ...] = field(default=(), repr=False)
    name: Name | None = field(default=None, repr=False)
    born: PartialDate | None = field(default=None, repr=False)
    until: dt.date | None = None
    problems: tuple[Problem, ...] = field(default=(), repr=False)


def read_list(
    path: Path, *, region: str, sheet: str | None = None, encoding: str | None = None, today: dt.date
) -> Iterator[ListedRow | Problem]:
    """Read a suppression file in any format an import takes, row by row in constant memory.

    Columns are known by their names (number, id, name with date of birth, valid until). Gives a row for each
    line that names somebody, a Problem for each that does not. Raises WrongUse, at once, when the file cannot
    be used or none of its columns names anybody.
    """
    opened, header = _open(path, sheet, encoding)
    places = _columns(header)
    if not (places["phone"] or places["id"] or (places["name"] and places["born"])):
        raise WrongUse(
            N_("No column of {file} names a number, an id, or a name with a date of birth"),
            N_("Call the columns number, id, name and born; valid until may stand beside them."),
            file=path.name,
        )
    return _rows(opened, header, places, region, today)


def _open(path: Path, sheet: str | None, encoding: str | None) -> tuple[Opened, Header]:
    def looks_right(candidate: Opened) -> bool:
        return any(header_words(row.cells) >= 1 for row in islice(candidate.rows(), LOOK_AT))

    opened = open_table(path, sheet=sheet, encoding=encoding, prefer=looks_right)
    if opened.columns:
        return opened, named(opened.columns)
    return opened, find_header(list(islice(opened.rows(), LOOK_AT + 2)))


def _columns(header: Header) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"phone": [], "id": [], "name": [], "born": [], "until": []}
    for place, column in enumerate(header.columns):
        column = column.partition("#")[0] or column
        if header_key(column) in _UNTIL:
            found["until"].append(place)
            continue
        kind = person_field(column)[1]
        if kind in _PHONES or outcome_field(column) == "number":
            found["phone"].append(place)
        elif kind in found:
            found[kind].append(place)
    return found


def _rows(
    opened: Opened, header: Header, places: dict[str, list[int]], region: str, today: dt.date
) -> Iterator[ListedRow | Problem]:
    place = Place(file=opened.path.name, sheet=opened.sheet)
    if opened.damaged:
        yield Problem(
            place=place,
            code="file.damaged",
            params=(("count", str(opened.damaged)), ("encoding", opened.encoding)),
        )
    try:
        for row in opened.rows():
            if row.number <= header.last_row or not any(map(str.strip, row.cells)):
                continue
            yield _row(opened, header, places, row, region, today)
    finally:
        forget()


def _row(
    opened: Opened, header: Header, places: dict[str, list[int]], row: Row, region: str, today: dt.date
) -> ListedRow | Problem:
    place = Place(file=opened.path.name, sheet=opened.sheet, row=row.number)
    if is_header_again(row.cells):
        return Problem(place=place, code="row.header_again")
    if is_total(row.cells):
        return Problem(place=place, code="row.total")
    cells = Cells(place, header.columns, row.cells, region=region, day_first=None, today=today)
    for fault in row.faults:
        if fault.column >= 0:
            cells.unusable.add(fault.column)
    phones = tuple(phone for at in places["phone"] for phone in cells.phones(at))
    ids = tuple(one for one in map(cells.identifier, places["id"]) if one is not None)
    name = next((one for one in map(cells.person_name, places["name"]) if one is not None), None)
    born = next((one for one in map(cells.born, places["born"]) if one is not None), None)
    until = next((one for one in map(cells.day, places["until"]) if one is not None), None)
    whole = tuple(phone for phone in phones if not phone.masked)
    sure = tuple(one for one in ids if not one.masked and one.value)
    full = name is not None and born is not None and born.day is not None
    if not (whole or sure or full):
        return Problem(place=place, code="row.names_nobody", lost=True, rejected=True)
    if places["until"] and until is None and any(not blank(cells.raw(at)) for at in places["until"]):
        # A date that cannot be read must not make an entry end: it counts until somebody takes it off.
        cells.note("list.no_end", places["until"][0], shown=cells.raw(places["until"][0]))
    return ListedRow(
        row=row.number,
        phones=whole,
        ids=sure,
        name=name if full else None,
        born=born if full else None,
        until=until,
        problems=tuple(cells.problems),
    )
