"""Sealed contact: count a debtor's numbers at the carriers, bind a virtual number to a caller."""

from __future__ import annotations

from typing import Annotated

import typer

from tracer.cli import show
from tracer.cli.session import UNAVAILABLE, leave, session
from tracer.desk.reasons import coded
from tracer.desk.sealed import Callable
from tracer.desk.wording import word
from tracer.words import N_, OUTCOMES, _

PANEL = N_("Look-ups")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    group = typer.Typer(no_args_is_help=True)
    group.command(
        "count", help=_("Ask how many numbers the carriers have of the debtor: no number is told.")
    )(count)
    group.command(
        "bind", help=_("Have a virtual number that rings one of them, for one caller and some hours.")
    )(bind)
    app.add_typer(
        group,
        name="sealed",
        help=_("Carrier repair in which the number itself is never told (隐私号)."),
        rich_help_panel=_(PANEL),
    )


def count(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    purpose: Annotated[str, typer.Option(help=_("What for, where more than one purpose is allowed."))] = "",
) -> None:
    here = session(context)
    with here.desk() as desk:
        asked = desk.sealed.count(case, purpose)
    if here.json:
        show.as_json({"case": case, "outcome": asked.outcome, "count": asked.count, "entry": asked.entry})
    elif asked.count:
        here.say(
            _(
                "The carriers have {count} numbers of him (log entry {entry}). To call one: "
                "tracer sealed bind",
                count=asked.count,
                entry=asked.entry,
            )
        )
    else:
        here.say(
            _(
                "No number: {outcome} (log entry {entry})",
                outcome=word(OUTCOMES, asked.outcome),
                entry=asked.entry,
            )
        )
    if str(asked.outcome) not in {"answered", "no_record"}:
        leave(UNAVAILABLE)


def bind(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    caller: Annotated[str, typer.Option(help=_("The line of this house that will call."))],
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word: it goes into the log."))],
    which: Annotated[int, typer.Option(min=1, help=_("Which of the numbers counted, from 1."))] = 1,
    hours: Annotated[int, typer.Option(min=1, max=168, help=_("For how many hours."))] = 24,
    purpose: Annotated[str, typer.Option(help=_("What for, where more than one purpose is allowed."))] = "",
) -> None:
    here = session(context)
    with here.desk() as desk:
        asked = desk.sealed.bind(case, which, caller, hours, coded(reason, "--reason"), purpose)
    if here.json:
        show.as_json(
            {
                "case": case,
                "outcome": asked.outcome,
                "number": asked.number,
                "until": asked.until,
                "entry": asked.entry,
            }
        )
    elif asked.number and asked.until:
        here.say(
            _(
                "Callable through {number}, from that line only, until {until}.",
                number=asked.number,
                until=show.moment(asked.until),
            )
        )
    else:
        here.say(
            _(
                "No number was bound: {outcome} (log entry {entry})",
                outcome=word(OUTCOMES, asked.outcome),
                entry=asked.entry,
            )
        )
    if asked.number is None:
        leave(UNAVAILABLE)


def lines(found: Callable) -> list[str]:
    """What tracer contacts says of sealed contacts: never a number, virtual or not."""
    said = [
        _(
            "Sealed at {source}: {count} numbers of his, counted {at}.",
            source=one.source,
            count=one.sealed.count,
            at=show.moment(one.at),
        )
        for one in found.counts
    ]
    said += [
        _(
            "Callable through a virtual number (number {which} of those counted), until {until}, "
            "bound by {actor}.",
            which=one.which,
            until=show.moment(one.sealed.until),
            actor=one.actor,
        )
        for one in found.bound
    ]
    return said
