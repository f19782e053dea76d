"""Planning of look-ups on plain files: what is worth its price, and what it then shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, leave, session
from tracer.desk.plan_files import PlannedFile, plan_file
from tracer.desk.wording import word
from tracer.desk.wording_plan import THEN, WHY
from tracer.words import N_, _

PANEL = N_("Numbers")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(
        "plan",
        help=_(
            "Plan look-ups on plain files, without a home: answers are read only by paying their cost, best "
            "gain for its cost first."
        ),
        rich_help_panel=_(PANEL),
    )(plan)


def plan(
    context: typer.Context,
    evidence: Annotated[
        Path,
        typer.Argument(metavar="EVIDENCE", help=_("Evidence, one JSON object a case and line; .gz too.")),
    ],
    lookups: Annotated[
        Path,
        typer.Option(help=_("The look-ups to be had, one JSON object a line with cost and answer; .gz too.")),
    ],
    budget: Annotated[
        str,
        typer.Option(help=_("The most that is spent for all cases together, or a share of all costs: 10%.")),
    ],
    out: Annotated[
        Path,
        typer.Option(help=_("Where to write one line a look-up that was paid, then one line a number.")),
    ],
    per_case: Annotated[
        float | None, typer.Option(min=0.0, help=_("The most that is spent for one case."))
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help=_("A fitted model; else the one that comes with the program."))
    ] = None,
) -> None:
    here = session(context)
    with here.progress(_("Planning")) as told:
        report = plan_file(evidence, lookups, budget, out, model=model, per_case=per_case, progress=told)
    if here.json:
        show.as_json(plan_json(report))
    here.say(
        _(
            "{paid} look-ups for {cases} cases cost {spent} of {budget}; all would have cost {total}.",
            paid=report.paid,
            spent=f"{report.spent:g}",
            budget=f"{report.budget:g}",
            cases=report.cases,
            total=f"{report.total:g}",
        )
    )
    if not here.json:
        rows = [(word(WHY, why), word(THEN, then), str(count)) for why, then, count in report.stops]
        show.table(here.out, (_("why asking ended"), _("what to do then"), _("cases")), rows)
    found = [
        *((_("evidence"), one) for one in report.problems),
        *((_("look-ups"), one) for one in report.lookup_problems),
    ]
    if found:
        lines = [(name, str(one.line), escape(one.sentence), escape(one.remedy)) for name, one in found[:20]]
        show.table(
            here.err if here.json else here.out,
            (_("file"), _("row"), _("what was wrong"), _("what to do")),
            lines,
            _("Problems: {count}", count=len(found)),
        )
    leave(WITH_PROBLEMS if found else DONE)


def plan_json(report: PlannedFile) -> dict[str, object]:
    """The document of ``tracer plan --json``."""
    return {
        "cases": report.cases,
        "numbers": report.numbers,
        "paid": report.paid,
        "spent": report.spent,
        "budget": report.budget,
        "total": report.total,
        "stops": [{"why": why, "then": then, "cases": count} for why, then, count in report.stops],
        "problems": [
            {"file": name, "line": one.line, "code": one.code, "problem": one.sentence, "remedy": one.remedy}
            for name, found in (("evidence", report.problems), ("lookups", report.lookup_problems))
            for one in found
        ],
    }
