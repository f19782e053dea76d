"""What to say when somebody answers, and how many who owe nothing were touched."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import session
from tracer.desk import casework
from tracer.desk.exposure import Exposed, exposure
from tracer.desk.reasons import coded
from tracer.desk.scripts import How, script
from tracer.words import N_, _, language

PANEL = N_("Numbers")
# Of each kind, the first so many are shown; --json has all.
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command(
        "script",
        help=_("What to say on one number: to the debtor once he is known, and to anybody else."),
        rich_help_panel=_(PANEL),
    )(script_)
    app.command(
        "exposure",
        help=_("People who owe nothing and were touched: by case, client, day and collector."),
        rich_help_panel=_("People's rights"),
    )(exposure_)


def script_(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The number, or its token n_… ."))],
    spoken: Annotated[
        str | None, typer.Option("--language", help=_("zh or en; else that of the screen."))
    ] = None,
    how: Annotated[How, typer.Option("--kind", help=_("call, sms or letter."))] = How.CALL,
    reveal: Annotated[
        str, typer.Option(metavar="REASON", help=_("Show the number itself, for this reason; it is logged."))
    ] = "",
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = script(desk.office, desk.case(case), number, spoken or language(), how)
        whole = ""
        if reveal:
            whole = casework.revealed(desk.office, desk.case(case), found.number, coded(reveal, "--reveal"))
    if here.json:
        show.as_json(
            {
                "number": found.number, "shown": whole or found.phone.shown, "role": found.role,
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
    here.out.print(escape(whole or found.phone.shown), style="bold")
    for heading, text in parts:
        if text:
            if heading:
                here.out.print(f"\n{escape(heading)}", style="bold")
            here.out.print(escape(text), soft_wrap=True)


def exposure_(
    context: typer.Context,
    client: Annotated[str | None, typer.Option(help=_("Only this client's cases."))] = None,
    since: Annotated[str | None, typer.Option(help=_("Only from this day on, as 2026-12-31."))] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = exposure(desk.office, client=client, since=desk.day(since))
    groups = {
        "cases": (_("case"), found.cases),
        "clients": (_("client"), found.clients),
        "days": (_("day"), found.days),
        "collectors": (_("collector"), found.collectors),
    }
    if here.json:
        show.as_json(
            {
                "people": found.people, "touches": found.touches, "ceiling": found.ceiling,
                **{key: [_line(one) for one in lines] for key, (_heading, lines) in groups.items()},
                "over": [_line(one) for one in found.over],
            }
        )  # fmt: skip
        return
    if not found.touches:
        here.say(_("Nobody who owes nothing was touched."))
        return
    for heading, lines in groups.values():
        rows = [(escape(one.name), str(one.people), str(one.touches)) for one in lines[:_SHOWN]]
        show.table(here.out, (heading, _("people"), _("times")), rows)
    here.say(_("{people} people who owe nothing, {times} times.", people=found.people, times=found.touches))
    if found.over:
        here.say(
            _(
                "More than {ceiling} people within a week: {cases}",
                ceiling=found.ceiling,
                cases=", ".join(one.name for one in found.over),
            ),
            "red",
        )


def _line(one: Exposed) -> dict[str, object]:
    return {"name": one.name, "people": one.people, "touches": one.touches}
