"""Four eyes: what waits for a second person, and his answer."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import session
from tracer.desk.approvals_desk import ApprovalsDesk
from tracer.desk.reasons import coded
from tracer.desk.wording_rights import APPROVALS, word_for
from tracer.words import N_, _

PANEL = N_("People's rights")
_NUMBER = Annotated[int, typer.Argument(metavar="NUMBER", help=N_("The approval's number."))]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list", help=_("What waits for a second person, and what was decided."))(list_)
    group.command("grant", help=_("Let it pass: once, for exactly that, within a day."))(grant)
    group.command("deny", help=_("Do not let it pass."))(deny)
    group.command("lookup", help=_("Ask that a look-up may pass which wants a second person."))(lookup)
    app.add_typer(group, name="approve", help=_("What wants a second person."), rich_help_panel=_(PANEL))


def list_(
    context: typer.Context,
    waiting: Annotated[bool, typer.Option("--waiting", help=_("Only those nobody decided yet."))] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = ApprovalsDesk(desk.office).listed("asked" if waiting else None)
    if here.json:
        show.as_json(
            {
                "approvals": [
                    {
                        "number": one.approval.id, "operation": one.approval.operation, "client": one.client,
                        "case": one.case, "rules": one.approval.rules, "asked_by": one.approval.asked_by,
                        "reason": one.approval.reason, "state": one.approval.state,
                        "decided_by": one.approval.decided_by or None, "until": one.approval.ends_at,
                    }
                    for one in found
                ]
            }
        )  # fmt: skip
        return
    if not found:
        here.say(_("Nothing waits."))
        return
    rows = [
        (
            str(one.approval.id),
            one.approval.operation,
            escape(f"{one.client}/{one.case}" if one.case else "—"),
            ", ".join(one.approval.rules),
            escape(f"{one.approval.asked_by}: {one.approval.reason}"),
            word_for(APPROVALS, one.approval.state),
        )
        for one in found
    ]
    headings = ("#", _("what"), _("case"), _("rules"), _("asked"), _("state"))
    show.table(here.out, headings, rows)


def grant(context: typer.Context, number: _NUMBER) -> None:
    here = session(context)
    with here.desk() as desk:
        found = ApprovalsDesk(desk.office).decide(number, grant=True)
    if here.json:
        show.as_json({"number": found.id, "state": found.state, "until": found.ends_at})
    here.say(_("Granted, once, until {until}.", until=show.moment(found.ends_at) if found.ends_at else "—"))


def deny(
    context: typer.Context,
    number: _NUMBER,
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = ApprovalsDesk(desk.office).decide(number, grant=False, reason=coded(reason, "--reason"))
    if here.json:
        show.as_json({"number": found.id, "state": found.state})
    here.say(_("Denied."))


def lookup(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("The case, by number or client/number."))],
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_("The source that is to be asked."))],
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word."))],
    rule: Annotated[list[str], typer.Option(help=_("A rule that wants it; tracer trace names them."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        wish = ApprovalsDesk(desk.office).lookup(case, source, rule, coded(reason, "--reason"))
    if here.json:
        show.as_json({"approval": wish.id, "rules": wish.rules})
    here.say(
        _("Asked: approval {number}. Somebody else grants it: tracer approve grant {number}", number=wish.id)
    )
