"""The life of a case: listed, assigned, compared, closed, returned."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.retention import certified
from tracer.cli.session import WITH_PROBLEMS, leave, session
from tracer.desk import shapes
from tracer.desk.reasons import coded
from tracer.desk.wording import STATES, word
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Cases")
_SHOWN = 200  # cases listed unless more are asked for


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command("cases", help=_("The case list with first-pass states (过案)."), rich_help_panel=panel)(cases)
    app.command("assign", help=_("Give cases to a person (分案)."), rich_help_panel=panel)(assign)
    app.command(
        "overlap",
        help=_("Look for other cases of the same debtor (碰案), as far as the agreements allow."),
        rich_help_panel=panel,
    )(overlap)
    app.command(
        "close", help=_("Close a case (结案): nothing is looked up for it any more."), rich_help_panel=panel
    )(close)
    app.command("reopen", help=_("Open a closed case again."), rich_help_panel=panel)(reopen)
    app.command(
        "return",
        help=_("Return cases to their client (退案): their keys are destroyed, nobody can read them again."),
        rich_help_panel=panel,
    )(return_)


def cases(
    context: typer.Context,
    client: Annotated[str | None, typer.Option(help=_("Only this client's."))] = None,
    state: Annotated[
        str | None,
        typer.Option(
            help=_(
                "new, self_reachable, third_party_reachable, semi_lost, fully_lost; or open, "
                "closed, returned."
            )
        ),
    ] = None,
    assigned_to: Annotated[str | None, typer.Option(help=_("Only those given to this person."))] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=_("How many to show at most; else 200, and with --json all.")),
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        most = limit or (None if here.json else _SHOWN)
        # One more than is shown tells whether there are more; counting them all would mean reading them all.
        lines = list(
            desk.cases(client=client, state=state, assigned_to=assigned_to, limit=most + 1 if most else None)
        )
    more = most is not None and len(lines) > most
    lines = lines[:most]
    if here.json:
        show.as_json({"cases": [shapes.case_line(line) for line in lines]})
        return
    if not lines:
        here.say(_("No case fits."))
        return
    show.cases(here.out, lines)
    if more:
        here.say(
            _(
                "{count} are shown and there are more: narrow it with --client, --state or "
                "--assigned-to, or raise --limit.",
                count=len(lines),
            ),
            "yellow",
        )
        return
    counts: dict[str, int] = {}
    for line in lines:
        counts[str(line.reach)] = counts.get(str(line.reach), 0) + 1
    told = ", ".join(f"{word(STATES, name)} {count}" for name, count in counts.items())
    here.say(_("Cases: {count} ({told})", count=len(lines), told=told))


def assign(
    context: typer.Context,
    refs: Annotated[
        list[str], typer.Argument(metavar="CASE", help=_("The cases, by number or client/number."))
    ],
    to: Annotated[str, typer.Option(help=_("Whom to give them to."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        count = desk.assign(refs, to)
    if here.json:
        show.as_json({"assigned": count, "to": to})
    here.say(_("Cases now with {to}: {count}", count=count, to=to))


def overlap(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.overlap(case)
    if here.json:
        show.as_json(
            {
                "case": case,
                "allowed": found is not None,
                "clients": found.clients if found else (),
                "cases": [{"client": one.client, "case": one.number} for one in found.linked]
                if found
                else [],
                "entry": found.entry if found else None,
            }
        )
        return
    if found is None:
        here.say(
            _(
                "No agreement allows comparing this case with others: nothing was searched. See: "
                "tracer policy rules"
            )
        )
        return
    here.say(
        _(
            "Searched among the cases of: {clients} (log entry {entry})",
            clients=", ".join(found.clients),
            entry=found.entry,
        )
    )
    if not found.linked:
        here.say(_("No other case of this debtor was found."))
        return
    rows = [(escape(one.client), escape(one.number), word(STATES, one.state)) for one in found.linked]
    show.table(here.out, (_("client"), _("case"), _("state")), rows)


def close(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    reason: Annotated[
        str,
        typer.Option(help=_("Why, in one coded word, for example paid or withdrawn: it goes into the log.")),
    ],
) -> None:
    here = session(context)
    with here.desk() as desk:
        desk.close_case(case, coded(reason, "--reason"))
    if here.json:
        show.as_json({"case": case, "state": "closed"})
    here.say(_("The case is closed. tracer reopen takes that back."))


def reopen(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word: it goes into the log."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        desk.reopen_case(case, coded(reason, "--reason"))
    if here.json:
        show.as_json({"case": case, "state": "open"})
    here.say(_("The case is open again."))


def return_(
    context: typer.Context,
    client: Annotated[str | None, typer.Option(help=_("All of this client's cases."))] = None,
    batch: Annotated[int | None, typer.Option(help=_("All cases of this batch."))] = None,
    case: Annotated[list[str] | None, typer.Option(help=_("This case; may be given several times."))] = None,
    reason: Annotated[
        str, typer.Option(help=_("Why, in one coded word: it goes into the log."))
    ] = "recalled",
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Do not ask whether that is meant: there is no way back."))
    ] = False,
) -> None:
    here = session(context)
    if not (client or batch is not None or case):
        raise WrongUse(
            N_("It is not said which cases to return"), N_("Name them with --client, --batch or --case.")
        )
    coded(reason, "--reason")
    with here.desk() as desk:
        chosen = desk.to_return(client=client, batch=batch, refs=case or ())
        if chosen and not yes:
            if not sys.stdin.isatty():
                raise WrongUse(
                    N_("{count} cases would be destroyed for good"),
                    N_("Say that this is meant with --yes."),
                    count=len(chosen),
                )
            here.err.print(
                _(
                    "{count} cases will be destroyed for good: nobody, you included, can read them again.",
                    count=len(chosen),
                )
            )
            if not typer.confirm(_("Is that meant?"), err=True):
                here.say(_("Nothing was changed."))
                return
        with here.progress(_("Returning")) as told:
            done = desk.rights.destroy(chosen, reason, told)
    if here.json:
        show.as_json(
            {
                "returned": done.cases,
                "held": done.held,
                "reason": reason,
                "certificate": done.certificate.text if done.certificate else None,
            }
        )
    else:
        here.say(_("Cases returned, and their keys destroyed: {count}", count=done.cases))
        certified(here.say, done.certificate)
    if done.held:
        here.say(_("{count} of them are under a hold and stay.", count=done.held), "yellow")
        leave(WITH_PROBLEMS)
