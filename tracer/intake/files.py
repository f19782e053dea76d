"""A client's file from its first byte to placements and call notes: look at it, read it, go on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from graph.clean.text import blank
from graph.model import Role
from tracer.errors import WrongUse
from tracer.intake.cells import Cells, forget
from tracer.intake.header import LOOK_AT, Header, find_header, is_header_again, named
from tracer.intake.mapping import Kind, Mapping, propose
from tracer.intake.outcomes_file import OutcomeRow, read_outcome
from tracer.intake.people import subject_role
from tracer.intake.placements import (
    LONGEST_CASE,
    Placement,
    read_case_number,
    read_placement,
    reject,
)
from tracer.intake.plan import Plan, make_plan
from tracer.intake.problems import Place, Problem
from tracer.intake.readers import Opened, open_table
from tracer.intake.rows import MAX_CELL, MAX_COLUMNS, Row
from tracer.intake.seen import Seen
from tracer.intake.synonyms import header_words, is_total
from tracer.words import N_

PREVIEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file has been read: ``done`` of ``size`` bytes or rows (``unit``), and the last row."""

    done: int
    size: int
    unit: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What a file is and how it would be understood. ``missing`` must be empty before it can be read.

    ``preview`` holds the first rows as :func:`read` would give them. ``unmapped`` columns are
    only kept as received.
    """

    file: str
    format: str
    encoding: str
    delimiter: str
    sheet: str
    sheets: tuple[str, ...]
    header: Header
    mapping: Mapping
    missing: tuple[str, ...]
    unmapped: tuple[str, ...]
    preview: tuple[Placement | OutcomeRow | Problem, ...]
    problems: tuple[Problem, ...]
    size: int
    unit: str


def inspect(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: Mapping | None = None,
    region: str = "CN",
    kind: Kind | None = None,
    today: dt.date | None = None,
    rows: int = PREVIEW,
) -> Inspection:
    """Look at a file: its format, header and first rows, with a mapping proposed where none is given.

    Raises WrongUse for what no mapping can mend (see :func:`tracer.intake.readers.open_table`), and when no
    header is recognised.
    """
    opened, header = _open(path, mapping, sheet, encoding)
    missing: tuple[str, ...] = ()
    if mapping is None:
        proposal = propose(header.columns, region=region, hint=f"{path.stem} {opened.sheet}", kind=kind)
        mapping, missing, unmapped = proposal.mapping, proposal.missing, proposal.unmapped
        if sheet:
            mapping = mapping.model_copy(update={"sheet": sheet})
    else:
        unmapped = make_plan(mapping, header.columns).unmapped
    preview: tuple[Placement | OutcomeRow | Problem, ...] = ()
    problems = tuple(_file_problems(opened))
    if not missing:
        plan = make_plan(mapping, header.columns)
        problems += tuple(_missing_columns(opened, plan))
        found: list[Placement | OutcomeRow | Problem] = []
        taken = 0
        for item in _rows(opened, header, plan, 0, today, None):
            found.append(item)
            taken += not isinstance(item, Problem) or item.rejected
            if taken >= rows or len(found) > 50 * rows:
                break
        preview = tuple(found)
    return Inspection(
        file=path.name,
        format=opened.format,
        encoding=opened.encoding,
        delimiter=opened.delimiter,
        sheet=opened.sheet,
        sheets=opened.sheets,
        header=header,
        mapping=mapping,
        missing=missing,
        unmapped=unmapped,
        preview=preview,
        problems=problems,
        size=opened.size,
        unit=opened.unit,
    )


def read(
    path: Path,
    mapping: Mapping,
    *,
    start_row: int = 0,
    sheet: str | None = None,
    encoding: str | None = None,
    today: dt.date | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Placement | OutcomeRow | Problem]:
    """Read a file under a mapping, row by row in constant memory.

    Gives placements or call notes, and a Problem for each row set aside or skipped; problems of cells are in
    the row's own ``problems``. Rows up to ``start_row`` are passed over (their case numbers still
    count as seen), so an interrupted import goes on behind the last row it kept. ``today`` settles years of
    two digits. Raises WrongUse, at once and not at the first row, when the file or mapping cannot be used.
    """
    try:
        Mapping.model_validate(mapping.model_dump())
    except ValidationError as error:
        raise WrongUse(
            N_("The mapping cannot be used: {reason}"),
            N_("Complete it; tracer import FILE --preview writes one to start from."),
            reason=error.errors()[0]["msg"].removeprefix("Value error, "),
        ) from error
    opened, header = _open(path, mapping, sheet, encoding)
    plan = make_plan(mapping, header.columns)
    return _all(opened, header, plan, start_row, today, progress)


def raw_rows(path: Path, seen: Inspection) -> Iterator[tuple[int, list[str]]]:
    """Give the rows behind the header as they were received, each with its number, of a file looked at."""
    opened, header = _open(path, seen.mapping, seen.sheet or None, seen.encoding or None)
    for row in opened.rows():
        if row.number > header.last_row:
            yield row.number, row.cells


def _all(
    opened: Opened,
    header: Header,
    plan: Plan,
    start_row: int,
    today: dt.date | None,
    progress: Callable[[Progress], None] | None,
) -> Iterator[Placement | OutcomeRow | Problem]:
    if start_row <= header.last_row:
        yield from _file_problems(opened)
        yield from _missing_columns(opened, plan)
    try:
        yield from _rows(opened, header, plan, start_row, today, progress)
    finally:
        forget()


def _open(
    path: Path, mapping: Mapping | None, sheet: str | None, encoding: str | None
) -> tuple[Opened, Header]:
    wanted = frozenset(mapping.columns) if mapping is not None else frozenset()
    row = mapping.header_row if mapping is not None else 0

    def looks_right(candidate: Opened) -> bool:
        first = list(islice(candidate.rows(), LOOK_AT))
        return any(header_words(each.cells) >= 2 or len(wanted & set(each.cells)) >= 2 for each in first)

    opened = open_table(
        path,
        sheet=sheet or (mapping.sheet if mapping is not None else "") or None,
        encoding=encoding or (mapping.encoding if mapping is not None else "") or None,
        delimiter=mapping.delimiter if mapping is not None else "",
        prefer=looks_right,
    )
    if opened.columns:
        return opened, named(opened.columns)
    first = list(islice(opened.rows(), max(LOOK_AT, row) + 2))
    depth = mapping.header_rows if mapping is not None else 0
    return opened, find_header(first, row=row, depth=depth, wanted=wanted)


def _file_problems(opened: Opened) -> Iterator[Problem]:
    place = Place(file=opened.path.name, sheet=opened.sheet)
    if opened.damaged:
        yield Problem(
            place=place,
            code="file.damaged",
            params=(("count", str(opened.damaged)), ("encoding", opened.encoding)),
        )
    others = [name for name in opened.sheets if name != opened.sheet]
    if others:
        yield Problem(place=place, code="sheet.not_read", params=(("sheets", ", ".join(others)),))


def _missing_columns(opened: Opened, plan: Plan) -> Iterator[Problem]:
    for column in plan.missing:
        yield Problem(
            place=Place(file=opened.path.name, sheet=opened.sheet),
            code="column.missing",
            column=column,
            lost=True,
        )


def _rows(
    opened: Opened,
    header: Header,
    plan: Plan,
    start_row: int,
    today: dt.date | None,
    progress: Callable[[Progress], None] | None,
) -> Iterator[Placement | OutcomeRow | Problem]:
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done = count
        if progress is not None:
            progress(Progress(done=count, size=opened.size, unit=opened.unit, row=number))

    number = 0
    seen = Seen()
    columns = list(plan.columns)
    start = blake2b(("\x1e".join(columns) + plan.stamp).encode(), digest_size=16)
    case_source = plan.case["case"]
    width = max(len(columns), header.width)
    named_by = next((slot for slot in plan.people if slot.slot == "debtor"), None)
    first_row = header.last_row
    for row in opened.rows(tell):
        number = row.number
        if number <= first_row:
            continue
        cells = row.cells
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        place = Place(file=opened.path.name, sheet=opened.sheet, row=number)
        skipped = number <= start_row
        for fault in row.faults:
            if fault.code == "column.new":
                columns.append(fault.detail)
                width += 1
                plan_columns = tuple(columns)
                if not skipped:
                    yield Problem(place=place, code="column.new", column=fault.detail)
        received = _received(columns, cells)
        if row.faults and (whole := next((f for f in row.faults if f.code in _WHOLE_ROW), None)):
            if not skipped:
                yield reject(place, whole.code, received)
            continue
        held = Cells(
            place, plan.columns if len(columns) == len(plan.columns) else plan_columns, cells,
            region=plan.region, day_first=plan.day_first, today=today,
        )  # fmt: skip
        if row.faults:
            _cell_faults(held, row)
        case_text = held.raw(case_source)
        if not case_text or not any(map(str.isdigit, case_text)):
            if is_total(cells):
                if not skipped:
                    yield Problem(place=place, code="row.total")
                continue
            if is_header_again(cells):
                if not skipped:
                    yield Problem(place=place, code="row.header_again")
                continue
        if len(cells) > width and any(map(str.strip, cells[width:])) and opened.format == "csv":
            if not skipped:
                yield reject(place, "row.too_many_cells", received, cells=len(cells), columns=width)
            continue
        if not case_text or blank(case_text):
            if not skipped:
                yield reject(place, "row.no_case", received, column=held.name_of(case_source))
            continue
        case, kept = read_case_number(case_text)
        if not case or len(case) > LONGEST_CASE:
            if not skipped:
                code = "case.precision_lost" if not case else "case.too_long"
                yield reject(
                    place, code, received, column=held.name_of(case_source), shown=case_text,
                    **({"kept": kept} if not case else {"length": len(case), "limit": LONGEST_CASE}),
                )  # fmt: skip
            continue
        hashed = start.copy()
        hashed.update("\x1f".join(cells).encode("utf-8", "surrogatepass"))
        digest = hashed.hexdigest()
        if plan.kind is Kind.OUTCOME:
            if not skipped:
                yield read_outcome(held, plan, case, received, digest)
            continue
        if plan.kind is Kind.PLACEMENT:
            role = subject_role(held, plan)
            name = (
                "".join(held.text(source) for source in (*named_by.names, *named_by.family, *named_by.given))
                if named_by
                else ""
            )
            if role is Role.DEBTOR:
                if not name and named_by is not None:
                    if not skipped:
                        yield reject(place, "row.no_name", received, column=_name_column(held, plan))
                    continue
                identity = "".join(held.text(source) for source in named_by.ids) if named_by else ""
                code, earlier = seen.meet(case, name.casefold(), identity.upper(), digest, number)
            else:
                code, earlier = "", 0
            held.problems.clear()
            if code and not skipped:
                if code == "case.duplicate_conflict":
                    yield reject(place, code, received, column=held.name_of(case_source), row=earlier)
                    continue
                if code == "case.duplicate_same":
                    yield Problem(place=place, code=code, params=(("row", str(earlier)),))
                    continue
                held.note(code, case_source, row=earlier)
            if row.faults:
                _cell_faults(held, row)
        if skipped:
            continue
        _hostile(held, cells)
        yield read_placement(held, plan, case, received, digest)
    if number <= first_row:
        yield Problem(place=Place(file=opened.path.name, sheet=opened.sheet, row=number), code="file.no_rows")
    if progress is not None:
        progress(Progress(done=opened.size, size=opened.size, unit=opened.unit, row=number))


_WHOLE_ROW = frozenset({"row.bad_csv", "row.bad_json", "row.unclosed_quote", "row.too_long"})


def _received(columns: list[str], cells: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = tuple(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        pairs += tuple(
            (f"#{index + 1}", cells[index]) for index in range(len(columns), len(cells)) if cells[index]
        )
    return pairs


def _name_column(held: Cells, plan: Plan) -> str:
    for slot in plan.people:
        if slot.slot == "debtor":
            return held.name_of((*slot.names, *slot.family, *slot.given, "")[0])
    return ""


def _cell_faults(held: Cells, row: Row) -> None:
    for fault in row.faults:
        if fault.code == "cell.too_long":
            held.unusable.add(fault.column)
            held.note(fault.code, fault.column, lost=True, length=fault.detail, limit=MAX_CELL)
        elif fault.code == "cell.damaged":
            held.unusable.add(fault.column)
            held.note(fault.code, fault.column, lost=True)
        elif fault.code == "cell.nul":
            held.note(fault.code)
        elif fault.code == "row.too_wide":
            held.note(fault.code, cells=fault.detail, columns=MAX_COLUMNS)


_FORMULA = re.compile(r"""=(?!")|@\s*\w+\s*\(|[+\-][^;/、]*[A-Za-z][^;/、]*[(|!]""")


def _hostile(held: Cells, cells: list[str]) -> None:
    """Note cells a spreadsheet would evaluate or has failed to: they stay text here."""
    for index, cell in enumerate(cells):
        if cell and cell[0] in "=@+-#\t\r":
            text = cell.lstrip("\t\r ")
            if text[:1] == "#":
                if held.is_error(text.strip()):
                    held.note("cell.error", index, lost=True)
            elif _FORMULA.match(text):
                held.note("cell.formula", index)
