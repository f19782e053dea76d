"""Files in and out: placements, updates, recalls and call notes; results for the client."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, Session, leave, session
from tracer.desk import Desk, shapes
from tracer.desk.intake import ImportReport
from tracer.desk.wording import ROLES, word
from tracer.errors import WrongUse
from tracer.intake import Inspection, OutcomeRow, Placement, Problem, Progress
from tracer.words import N_, _

PANEL = N_("Files")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command(
        "import",
        help=_("Take in a placement, update, recall or call-note file: CSV, XLSX, Parquet or JSON lines."),
        rich_help_panel=panel,
    )(import_)
    app.command(
        "problems",
        help=_("Everything a batch could not use: row, column, what was wrong, what to do."),
        rich_help_panel=panel,
    )(problems)
    app.command(
        "export",
        help=_(
            "Write a client's results: his own columns first, ours after. A disclosure, and logged as one."
        ),
        rich_help_panel=panel,
    )(export)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file as it came."))],
    client: Annotated[str, typer.Option(help=_("The client it came from."))],
    mapping: Annotated[
        Path | None,
        typer.Option(help=_("A mapping of its columns (TOML); else one is proposed from the header.")),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help=_("The sheet of a workbook; else the first with data."))
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help=_("The encoding of a text file; else it is recognised."))
    ] = None,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview",
            help=_(
                "Take nothing in: show how the file would be understood, and write the proposed "
                "mapping beside it."
            ),
        ),
    ] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        if preview:
            _preview(here, desk, file, client, mapping, sheet, encoding)
            return
        with here.progress(_("Reading {file}", file=file.name)) as told:

            def heard(now: Progress) -> None:
                told(now.done, now.size)

            report = desk.import_file(
                file, client, mapping=mapping, sheet=sheet, encoding=encoding, progress=heard
            )
        if report.resumed:
            # What was found before the interruption is a problem of this file too.
            whole = (
                replace(one, place=replace(one.place, file=report.file))
                for one in islice(desk.problems(report.batch), 1000)
            )
            report = replace(report, problems=tuple(whole))
        said(here, report)
    leave(DONE if not report.problems and not report.counts.get("rejected") else WITH_PROBLEMS)


def said(here: Session, report: ImportReport, limit: int = 20) -> None:
    """Say what came of a file."""
    counts = report.counts
    if here.json:
        show.as_json(shapes.import_report(report))
        return
    if report.seen_before:
        here.say(
            _(
                "This very file was taken in before, as batch {batch}. Nothing was changed.",
                batch=report.batch,
            )
        )
        return
    if report.resumed:
        here.say(_("An interrupted import went on behind row {row}.", row=report.resumed))
    here.say(
        _(
            "Batch {batch}: {new} new, {updated} updated, {unchanged} unchanged, {notes} call "
            "notes, {rejected} rejected, {problems} problems",
            batch=report.batch,
            new=counts.get("new", 0),
            updated=counts.get("updated", 0),
            unchanged=counts.get("unchanged", 0),
            notes=counts.get("notes", 0),
            rejected=counts.get("rejected", 0),
            problems=counts.get("problems", 0),
        ),
        "bold",
    )
    print_problems(here.out, report.problems, limit, batch=report.batch, total=counts.get("problems", 0))


def _preview(
    here: Session,
    desk: Desk,
    file: Path,
    client: str,
    mapping: Path | None,
    sheet: str | None,
    encoding: str | None,
) -> None:
    look = desk.preview(file, client, mapping=mapping, sheet=sheet, encoding=encoding)
    proposed = None if mapping else _write_mapping(file, look)
    if here.json:
        show.as_json(
            {
                "file": look.file,
                "format": look.format,
                "encoding": look.encoding or None,
                "sheet": look.sheet or None,
                "sheets": look.sheets,
                "kind": str(look.mapping.kind),
                "columns": dict(look.mapping.columns),
                "unmapped": look.unmapped,
                "missing": look.missing,
                "mapping": str(proposed) if proposed else None,
                "rows": [row_json(one) for one in look.preview if not isinstance(one, Problem)],
                "problems": [shapes.problem(one) for one in _problems(look)],
            }
        )
        leave(WITH_PROBLEMS if look.missing else DONE)
    parts = [look.format, look.encoding, look.sheet and _("sheet {sheet}", sheet=look.sheet)]
    here.say(f"{look.file}: {', '.join(part for part in parts if part)} · {look.mapping.kind}", "bold")
    rows = [(escape(column), escape(field)) for column, field in look.mapping.columns.items()]
    rows += [(escape(column), f"[dim]{_('kept as received, not used')}[/]") for column in look.unmapped]
    show.table(here.out, (_("column"), _("understood as")), rows)
    print_preview(here.out, [one for one in look.preview if isinstance(one, Placement | OutcomeRow)])
    print_problems(here.out, _problems(look))
    if look.missing:
        here.say(_("Not recognised, and needed: {missing}", missing=", ".join(look.missing)), "bold red")
    if proposed:
        here.say(
            _(
                "The proposed mapping is in {path}. Correct it if need be, then: tracer import "
                "{file} --client {client} --mapping {path}",
                path=proposed,
                file=file,
                client=client,
            )
        )
    here.say(_("Nothing was taken in."))
    leave(WITH_PROBLEMS if look.missing else DONE)


def _problems(look: Inspection) -> list[Problem]:
    rows = [one for item in look.preview for one in ((item,) if isinstance(item, Problem) else item.problems)]
    return [*look.problems, *rows]


def _write_mapping(file: Path, look: Inspection) -> Path:
    """Write the proposed mapping beside the file under a name that is free: none is overwritten."""
    places = (file.with_name(f"{file.stem}.mapping{number or ''}.toml") for number in ("", *range(2, 1000)))
    for place in places:
        try:
            with place.open("x", encoding="utf-8") as out:
                out.write(look.mapping.toml(look.unmapped))
        except FileExistsError:
            continue
        except OSError as error:
            raise WrongUse(
                N_("{path} cannot be written: {why}"),
                N_(
                    "The preview writes a mapping beside the file: copy the file to a folder you "
                    "may write to."
                ),
                path=place,
                why=os.strerror(error.errno) if error.errno else type(error).__name__,
            ) from error
        return place
    raise WrongUse(N_("{path} cannot be written: {why}"), "", path=file, why="EEXIST")


def problems(
    context: typer.Context,
    batch: Annotated[
        int, typer.Argument(metavar="BATCH", help=_("The batch's number, as tracer import prints it."))
    ],
    limit: Annotated[int, typer.Option(min=1, help=_("How many to show at most."))] = 1000,
) -> None:
    here = session(context)
    with here.desk() as desk:
        if desk.office.store.batches.get(batch) is None:
            raise WrongUse(
                N_("There is no batch {batch}"), N_("tracer import prints a batch's number."), batch=batch
            )
        found = list(islice(desk.problems(batch), limit))
        if here.json:
            show.as_json({"batch": batch, "problems": [shapes.problem(one) for one in found]})
        elif found:
            print_problems(here.out, found, limit=limit)
        else:
            here.say(_("Batch {batch} has no problems.", batch=batch))


def export(
    context: typer.Context,
    client: Annotated[str, typer.Option(help=_("Whose open cases."))],
    out: Annotated[Path, typer.Option(help=_("The file to write: .csv, .xlsx, .parquet or .jsonl."))],
    top: Annotated[int, typer.Option(min=1, max=20, help=_("How many numbers a case, best first."))] = 3,
) -> None:
    here = session(context)
    with here.desk() as desk, here.progress(_("Writing {file}", file=out.name)) as told:
        report = desk.export(client, out, top=top, progress=told)
    if here.json:
        show.as_json(
            {"file": str(out), "rows": report.rows, "numbers": report.numbers, "entry": report.entry}
        )
    here.say(
        _(
            "{rows} cases with {numbers} numbers are in {file}; log entry {entry} says so.",
            rows=report.rows,
            numbers=report.numbers,
            file=out,
            entry=report.entry,
        )
    )


def print_problems(
    console: Console, found: Iterable[Problem], limit: int = 20, *, batch: int | None = None, total: int = 0
) -> None:
    """Print problems with where they are, what was wrong and what to do."""
    listed = list(found)
    if not listed:
        return
    total = max(total, len(listed))
    rows = [
        (
            escape(one.sheet),
            str(one.row) if one.row else "",
            escape(one.column),
            escape(one.shown),
            escape(one.sentence),
            escape(one.remedy),
        )
        for one in listed[:limit]
    ]
    headings = (_("sheet"), _("row"), _("column"), _("value"), _("what was wrong"), _("what to do"))
    show.table(console, headings, rows, _("Problems: {count}", count=total))
    if total > limit and batch is not None:
        console.print(_("… and {count} more: tracer problems {batch}", count=total - limit, batch=batch))


def print_preview(console: Console, rows: Sequence[Placement | OutcomeRow]) -> None:
    """Print the first rows of a file as they were understood, masked: a preview discloses nobody."""
    shown = []
    for row in rows:
        if isinstance(row, OutcomeRow):
            number = row.phone.shown if row.phone else ""
            shown.append(
                (str(row.place.row), escape(row.case), number, escape(row.code), show.moment(row.at))
            )
            continue
        people = ", ".join(
            " ".join([word(ROLES, str(one.record.role)), *(phone.shown for phone in one.record.phones)])
            for one in row.people
        )
        placed = row.placed_on.isoformat() if row.placed_on else ""
        shown.append(
            (
                str(row.place.row),
                escape(row.case),
                show.money(row.amount_due, row.currency),
                placed,
                escape(people),
            )
        )
    if not shown:
        return
    if isinstance(rows[0], OutcomeRow):
        headings = (_("row"), _("case"), _("number"), _("code"), _("time"))
    else:
        headings = (_("row"), _("case"), _("due"), _("placed on"), _("people and their numbers, masked"))
    show.table(console, headings, shown, _("The first rows, as understood"))


def row_json(row: Placement | OutcomeRow) -> dict[str, object]:
    """A row of a preview as JSON, masked."""
    if isinstance(row, OutcomeRow):
        return {
            "row": row.place.row,
            "case": row.case,
            "number": row.phone.shown if row.phone else None,
            "code": row.code or None,
            "at": row.at,
        }
    return {
        "row": row.place.row,
        "case": row.case,
        "amount_due": row.amount_due,
        "currency": row.currency or None,
        "placed_on": row.placed_on,
        "people": [
            {"role": str(one.record.role), "numbers": [phone.shown for phone in one.record.phones]}
            for one in row.people
        ],
    }
