"""Data files: people sent to a vendor in a file, answers taken from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import WITH_PROBLEMS, leave, session
from tracer.desk.wording import word
from tracer.errors import WrongUse
from tracer.words import N_, OUTCOMES, _

PANEL = N_("Look-ups")
_LEFT: Mapping[str, str] = {
    "out_or_fresh": N_("sent earlier and not back yet, or answered lately"),
    "no_room": N_("no room in this file"),
    "refused": N_("refused by policy"),
    "unfit": N_("a value that a spreadsheet would calculate"),
    "without_token": N_("without a token"),
    "strangers": N_("with a token that is not ours"),
    "doubled": N_("said twice, differently"),
    "repeated": N_("answered before"),
    "too_late": N_("came too late"),
    "case_over": N_("case closed or returned"),
    "barred": N_("must not be looked for"),
}
_NAME = Annotated[str, typer.Argument(metavar="NAME", help=N_("The source's id in the configuration."))]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    group = typer.Typer(no_args_is_help=True)
    group.command(
        "send", help=_("Write a file of people for a vendor. Each row is decided and logged first.")
    )(send)
    group.command("receive", help=_("Take the file that came back; rows that are nobody's are forgotten."))(
        receive
    )
    group.command("list", help=_("The files that were sent, and what came back."))(list_)
    app.add_typer(
        group,
        name="datafile",
        help=_("Skip-trace vendors that take a file and give one back."),
        rich_help_panel=_(PANEL),
    )


def send(
    context: typer.Context,
    name: _NAME,
    out: Annotated[Path, typer.Option(help=_("Where to write the file."))],
    client: Annotated[str | None, typer.Option(help=_("All open cases of this client."))] = None,
    case: Annotated[list[str] | None, typer.Option(help=_("This case; may be given several times."))] = None,
    purpose: Annotated[str, typer.Option(help=_("What for, where more than one purpose is allowed."))] = "",
) -> None:
    here = session(context)
    if bool(client) == bool(case):
        raise WrongUse(
            N_("It is not said whose people to send"),
            N_("Name a client with --client, or cases with --case."),
        )
    with here.desk() as desk:
        chosen = desk.open_cases(client=client) if client else tuple(desk.case(ref) for ref in case or ())
        clients = {one.client for one in chosen}
        what_for = purpose or (desk.office.only_purpose(clients.pop()) if len(clients) == 1 else "")
        made = desk.data_files.send(name, chosen, what_for, out)
    if here.json:
        show.as_json(
            {
                "source": name,
                "file": str(out) if made.rows else None,
                "number": made.file or None,
                "rows": made.rows,
                "left": made.left,
                "expires_on": made.expires_on,
                "resumed": made.resumed,
            }
        )
    elif made.rows:
        here.say(
            _(
                "Written: {path}, {rows} rows. Answers are taken until {day}.",
                path=out,
                rows=made.rows,
                day=made.expires_on,
            )
        )
    else:
        here.say(_("No row may be sent, so no file was written."))
    _say_left(here.say, made.left)
    if not made.rows or made.left.get("refused"):
        leave(WITH_PROBLEMS)


def receive(
    context: typer.Context,
    name: _NAME,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file that came back."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        taken = desk.data_files.receive(name, file)
    if here.json:
        show.as_json(
            {
                "source": name,
                "rows": taken.rows,
                "outcomes": taken.outcomes,
                "left": taken.left,
                "entry": taken.entry,
            }
        )
    else:
        told = ", ".join(f"{word(OUTCOMES, one)} {many}" for one, many in sorted(taken.outcomes.items()))
        here.say(
            _(
                "Taken from {rows} rows: {told} (log entry {entry})",
                rows=taken.rows,
                told=told or "0",
                entry=taken.entry,
            )
        )
        _say_left(here.say, taken.left)
    if taken.left:
        leave(WITH_PROBLEMS)


def list_(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.data_files.listed()
        today = desk.office.today()
    if here.json:
        show.as_json(
            {
                "files": [
                    {
                        "number": one.id,
                        "source": one.source,
                        "state": one.state,
                        "rows": one.rows,
                        "taken": one.taken,
                        "sent_at": one.sent_at,
                        "expires_on": one.expires_on,
                        "entry": one.entry,
                    }
                    for one in found
                ]
            }
        )
        return
    if not found:
        here.say(_("No file was sent."))
        return
    rows = [
        (
            str(one.id),
            escape(one.source),
            show.moment(one.sent_at) if one.sent_at else _("not finished: run send again"),
            str(one.rows),
            str(one.taken),
            f"{one.expires_on}{' ' + _('over') if one.expires_on < today else ''}",
        )
        for one in found
    ]
    show.table(here.out, (_("file"), _("source"), _("sent"), _("rows"), _("answered"), _("until")), rows)


def _say_left(say: Callable[[str], None], left: Mapping[str, int]) -> None:
    for name, many in sorted(left.items()):
        say(_("Left: {count}, {why}", count=many, why=word(_LEFT, name)))
