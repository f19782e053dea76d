"""What look-ups have cost, and vendors' invoices held against it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tracer.cli import show
from tracer.cli.session import WITH_PROBLEMS, leave, session
from tracer.words import N_, _

_FOUND = {
    "right": N_("right"),
    "wrong_price": N_("another price than ours"),
    "double": N_("charged twice"),
    "not_billable": N_("charged although nothing was to be paid"),
    "settled": N_("charged, which we did not know"),
    "not_ours": N_("not ours, or of a case that was returned"),
    "unreadable": N_("not readable"),
    "missing": N_("billed by our ledger, missing on the invoice"),
}


PANEL = N_("Look-ups")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command("spend", help=_("What look-ups have cost, from the log."), rich_help_panel=panel)(spend)
    invoices = typer.Typer(no_args_is_help=True)
    invoices.command("check", help=_("Hold a vendor's invoice against our own ledger of billed answers."))(
        invoices_check
    )
    app.add_typer(invoices, name="invoices", help=_("Vendors' invoices."), rich_help_panel=panel)


_SINCE = Annotated[str | None, typer.Option(help=N_("From this day, included: 2026-11-01."))]
_UNTIL = Annotated[str | None, typer.Option(help=N_("To this day, included."))]


def spend(
    context: typer.Context,
    by: Annotated[str, typer.Option(help=_("Sum by source, client, month or outcome."))] = "source",
    source: Annotated[str, typer.Option(help=_("Only this source."))] = "",
    client: Annotated[str, typer.Option(help=_("Only this client."))] = "",
    since: _SINCE = None,
    until: _UNTIL = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.money.spent(
            by=by, source=source, client=client, since=desk.day(since), until=desk.day(until)
        )
    if here.json:
        show.as_json(
            {
                "by": by,
                "lines": [
                    {
                        "key": one.key,
                        "asked": one.asked,
                        "answered": one.answered,
                        "billed": one.billed,
                        "unknown": one.unknown,
                        "price": one.price,
                    }
                    for one in lines
                ],
                "price": sum(one.price for one in lines),
                "unknown": sum(one.unknown for one in lines),
            }
        )
        return
    rows = [
        (one.key, str(one.asked), str(one.answered), str(one.billed), str(one.unknown), show.price(one.price))
        for one in lines
    ]
    head = (_(by), _("asked"), _("answered"), _("billed"), _("perhaps billed"), _("price"))
    show.table(here.out, head, rows)
    here.say(_("In all: {price}", price=show.price(sum(one.price for one in lines)) or "0.00"))


def invoices_check(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_("The source's id in the configuration."))],
    invoice: Annotated[Path, typer.Argument(metavar="INVOICE", help=_("The vendor's invoice (CSV)."))],
    since: _SINCE = None,
    until: _UNTIL = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help=_("A column by another name: number=Mobile; or reference, at, amount, quantity.")),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=_("Write the report to this file (XLSX)."))] = None,
) -> None:
    here = session(context)
    columns = dict(one.partition("=")[::2] for one in column or ())
    unknown = sorted(set(columns) - {"number", "reference", "at", "amount", "quantity"})
    if unknown or not all(columns.values()):
        raise typer.BadParameter(_("--column takes number=…, reference=…, at=…, amount=… or quantity=…"))
    with here.desk() as desk:
        found = desk.money.check(
            source, invoice, columns=columns, since=desk.day(since), until=desk.day(until)
        )
        if out is not None:
            desk.money.save(found, out)
    if here.json:
        show.as_json(
            {
                "source": found.source,
                "since": found.since,
                "until": found.until,
                "charged": found.charged,
                "ours": found.ours,
                "clean": found.clean,
                "counts": dict(found.counts),
                "lines": [
                    {
                        "finding": str(one.verdict),
                        "row": one.row or None,
                        "entry": one.entry or None,
                        "charged": one.charged,
                        "ours": one.ours,
                    }
                    for one in found.lines
                    if one.verdict != "right"
                ],
            }
        )
    else:
        rows = [(_(_FOUND[verdict]), str(count)) for verdict, count in found.counts.items()]
        show.table(here.out, (_("finding"), _("lines")), rows)
        here.say(
            _(
                "Charged {charged}, by our ledger {ours}.",
                charged=show.price(found.charged) or "0.00",
                ours=show.price(found.ours) or "0.00",
            )
        )
        for one in [each for each in found.lines if each.verdict not in ("right", "settled")][:20]:
            place = _("row {row}", row=one.row) if one.row else _("entry {entry}", entry=one.entry)
            here.say(f"  {place}: {_(_FOUND[one.verdict])}")
        if out is not None:
            here.say(_("The report is in {file}.", file=out))
    leave(0 if found.clean else WITH_PROBLEMS)
