"""What to say when somebody answers, and how many who owe nothing were touched."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import session
from tracer.desk.scripts import How, script
from tracer.words import N_, _, language

PANEL = N_("Numbers")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(
        "script",
        help=_("What to say on one number: to the debtor once he is known, and to anybody else."),
        rich_help_panel=_(PANEL),
    )(script_)


def script_(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The number, or its token n_… ."))],
    spoken: Annotated[
        str | None, typer.Option("--language", help=_("zh or en; else that of the screen."))
    ] = None,
    how: Annotated[How, typer.Option("--kind", help=_("call, sms or letter."))] = How.CALL,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = script(desk.office, desk.case(case), number, spoken or language(), how)
    if here.json:
        show.as_json(
            {
                "number": found.number, "shown": found.phone.shown, "role": found.role,
                "language": found.language, "kind": str(found.how), "opening": found.opening,
                "if_debtor": found.if_debtor or None, "if_other": found.if_other or None,
                "notes": list(found.notes),
            }
        )  # fmt: skip
        return
    parts = (
        ("", found.opening),
        (_("If it is the debtor"), found.if_debtor),
        (_("If it is anybody else"), found.if_other),
        (_("For you"), "\n".join(f"· {line}" for line in found.notes)),
    )
    here.out.print(escape(found.phone.shown), style="bold")
    for heading, text in parts:
        if text:
            if heading:
                here.out.print(f"\n{escape(heading)}", style="bold")
            here.out.print(escape(text), soft_wrap=True)
