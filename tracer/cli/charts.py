"""Pictures of one number: its life over time, its reasons as a waterfall; in a file or in the terminal."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.models import calibrated, watched_json
from tracer.cli.session import Session, session
from tracer.desk.charting import CALIBRATION
from tracer.desk.wording import reason
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Numbers")


class ChartKind(StrEnum):
    """Which picture."""

    TIMELINE = "timeline"
    WATERFALL = "waterfall"


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(
        "chart",
        help=_(
            "Draw one number: its evidence over time, or its reasons in bits; in the terminal without --out."
        ),
        rich_help_panel=_(PANEL),
    )(chart)


def chart(
    context: typer.Context,
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE|calibration",
            help=_(
                "The case, by number or client/number; or calibration, for what was predicted and came true."
            ),
        ),
    ],
    number: Annotated[
        str | None, typer.Option(help=_("The number, by its token; else the first of the case."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=_("The SVG file to write; numbers are masked in it."))
    ] = None,
    kind: Annotated[ChartKind, typer.Option(help=_("Over time, or reason by reason."))] = ChartKind.WATERFALL,
) -> None:
    here = session(context)
    if case == CALIBRATION:
        _calibration(here, out)
        return
    with here.desk() as desk:
        if out is not None:
            drawn = desk.chart(case, out, kind.value, number or "")
        else:
            if kind is not ChartKind.WATERFALL:
                raise WrongUse(
                    N_("A timeline needs a file"), N_("Name one with --out, for example --out number.svg")
                )
            drawn, rows = desk.chart_rows(case, number or "")
    if out is None and here.json:
        show.as_json(
            {
                "number": drawn.token,
                "p": drawn.ranked.p,
                "reasons": [
                    {"code": one.code, "bits": one.bits, "detail": reason(one)}
                    for one in drawn.ranked.reasons
                ],
            }
        )
    elif out is None:
        cells = [(bits, bar, escape(text)) for bits, bar, text in rows]
        title = f"{drawn.token} {escape(drawn.phone.shown)}  {drawn.ranked.p:.1%}"
        show.table(
            here.out, (_("bits"), _("against │ for"), _("reason")), cells, title, whole=(_("against │ for"),)
        )
    else:
        if here.json:
            show.as_json({"file": str(out), "number": drawn.token, "kind": kind.value})
        here.say(_("{token} is drawn in {file}.", token=drawn.token, file=out))


def _calibration(here: Session, out: Path | None) -> None:
    with here.desk() as desk:
        found = desk.models.chart(out)
    if here.json:
        show.as_json({"file": str(out) if out else None, **watched_json(found)})
    elif out is None:
        calibrated(here, found)
    else:
        here.say(_("What was predicted and what came true is drawn in {file}.", file=out))
