"""Results for the client: his columns as received, ours after them. A disclosure, logged first."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tracer.config import Operation
from tracer.desk import contacts
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.errors import WrongUse
from tracer.store.cases import CaseFile
from tracer.words import N_

FORMATS = (".csv", ".xlsx", ".parquet", ".jsonl")
# What a spreadsheet would evaluate. The client's own cells and ours get an apostrophe in front, which
# spreadsheets take for "this is text"; whole numbers with a sign are telephone numbers and stay.
_EVALUATED = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written: rows, numbers disclosed, and the log entry that says so."""

    rows: int
    numbers: int
    entry: int


def export(
    office: Office,
    client: str,
    out: Path,
    *,
    top: int = 3,
    progress: Callable[[int, int], None] | None = None,
) -> ExportReport:
    """Write the client's open cases with their best numbers to ``out``, whole or not at all.

    Barred numbers, those advised to skip and those of people who owe nothing are left out. Raises Refused
    when the agreement does not cover exports, WrongUse for a format that is not known.
    """
    if out.suffix.lower() not in FORMATS:
        raise WrongUse(
            N_("{suffix} is no format for an export"),
            N_("Name a file that ends with one of: {known}"),
            suffix=out.suffix or out.name or str(out),
            known=", ".join(FORMATS),
        )
    office.require(Operation.EXPORT, client)
    rows, disclosed = [], 0
    columns: dict[str, None] = {}
    cases = list(office.store.cases.listed(client=client, state="open"))
    for done, case in enumerate(cases, 1):
        if progress:
            progress(done, len(cases))
        row, count = _row(office, case, top)
        columns.update(dict.fromkeys(row))
        rows.append(row)
        disclosed += count
    ours = [name for name in columns if name.startswith("tracer_")]
    header = [name for name in columns if name not in ours] + ours
    entry = office.write(
        "export",
        body={
            "operation": "export",
            "client": client,
            "agreement": office.config.clients[client].agreement,
            "format": out.suffix.lower()[1:],
            "rows": len(rows),
            "top": top,
            "cases": [],
            "counts": {"numbers": disclosed},
        },
    )
    with whole(out) as draft:
        _write(draft, out.suffix.lower(), header, rows)
    return ExportReport(rows=len(rows), numbers=disclosed, entry=entry.seq)


def _row(office: Office, case: CaseFile, top: int) -> tuple[dict[str, str], int]:
    received = office.store.cases.received(case)
    row: dict[str, str] = {}
    for pairs in received[:1]:
        row.update(pairs)
    found = contacts.contacts(office, case)
    best = [
        one
        for one in found.numbers
        if one.ranked.barred is None
        and one.ranked.advice != "skip"
        and not one.phone.masked
        and one.token not in found.third_parties
    ][:top]
    row["tracer_case"] = case.number
    row["tracer_nobody"] = f"{found.nobody:.3f}"
    for place, one in enumerate(best, 1):
        row[f"tracer_number_{place}"] = one.phone.key
        row[f"tracer_p_{place}"] = f"{one.ranked.p:.3f}"
        row[f"tracer_advice_{place}"] = str(one.ranked.advice)
    return row, len(best)


def safe_cell(text: str) -> str:
    """Give a cell as a spreadsheet will not evaluate it."""
    if text.startswith(_EVALUATED) and not text[1:].replace(";ext=", "").isdigit():
        return "'" + text
    return text


def _write(path: Path, suffix: str, header: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    def cells() -> Iterator[list[str]]:
        for row in rows:
            yield [safe_cell(row.get(name, "")) for name in header]

    if suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([safe_cell(name) for name in header])
            writer.writerows(cells())
    elif suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    elif suffix == ".parquet":
        pq.write_table(
            pa.table({name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in header}),
            path,
        )
    else:
        book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        )
        sheet = book.add_worksheet("tracer")
        for number, line in enumerate([list(header), *cells()]):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text)
        book.close()
