"""Who must not be contacted (suppression lists), what is due to go (purge), certificates of destruction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.files import print_problems
from tracer.cli.rights import PANEL, meant
from tracer.cli.session import DONE, WITH_PROBLEMS, leave, session
from tracer.desk import shapes
from tracer.desk.reasons import coded
from tracer.desk.rights_desk import Certificate, RightsDesk
from tracer.desk.wording import BARS, word
from tracer.desk.wording_rights import DUE, word_for
from tracer.errors import WrongUse
from tracer.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    lists = typer.Typer(no_args_is_help=True)
    lists.command(
        "load", help=_("Take a list in: CSV, XLSX, Parquet or JSON lines; matched by keyed index.")
    )(load)
    lists.command("list", help=_("The lists that stand."))(list_)
    lists.command("drop", help=_("Take a whole list back."))(drop)
    app.add_typer(lists, name="suppress", help=_("Suppression lists (禁呼名单)."), rich_help_panel=_(PANEL))
    app.command(
        "purge",
        help=_("Cases that some rule wants gone: list them, or destroy them."),
        rich_help_panel=_(PANEL),
    )(purge)
    certificate = typer.Typer(no_args_is_help=True)
    certificate.command("list", help=_("The certificates of destruction."))(certificates)
    certificate.command("show", help=_("One certificate as it was signed."))(certificate_show)
    certificate.command("check", help=_("Check a certificate without this home."))(certificate_check)
    app.add_typer(
        certificate, name="certificate", help=_("Certificates of destruction."), rich_help_panel=_(PANEL)
    )


def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The list."))],
    kind: Annotated[
        str,
        typer.Option(
            "--list",
            help=_(
                "What it is: do_not_call, ceased, represented, deceased, bankrupt, litigious, military, "
                "complaint or minor."
            ),
        ),
    ],
    client: Annotated[str, typer.Option(help=_("It counts for this client only; else for all."))] = "",
    until: Annotated[str | None, typer.Option(help=_("It counts until this day at most."))] = None,
    sheet: Annotated[str | None, typer.Option(help=_("The sheet of a workbook."))] = None,
    encoding: Annotated[
        str | None, typer.Option(help=_("The encoding of a text file; else it is recognised."))
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.suppress(
            file, kind, client=client, until=desk.day(until), sheet=sheet, encoding=encoding
        )
    if here.json:
        show.as_json(
            {
                "entry": found.entry or None,
                "rows": found.rows,
                "keys": found.values,
                "problems": [shapes.problem(one) for one in found.problems],
            }
        )
    elif not found.entry:
        here.say(_("This list was taken in before; nothing was changed."))
    else:
        here.say(
            _(
                "{rows} rows, {keys} numbers, ids and persons are on the list now (log entry {entry}).",
                rows=found.rows,
                keys=found.values,
                entry=found.entry,
            )
        )
    if not here.json:
        print_problems(here.out, found.problems)
    leave(WITH_PROBLEMS if any(one.lost or one.rejected for one in found.problems) else DONE)


def list_(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.lists()
    if here.json:
        show.as_json(
            {
                "lists": [
                    {
                        "entry": one.entry,
                        "list": one.code,
                        "client": one.client or None,
                        "keys": one.values,
                        "ended": one.ended,
                        "at": one.at,
                    }
                    for one in found
                ]
            }
        )
        return
    if not found:
        here.say(_("No list was taken in."))
        return
    rows = [
        (
            str(one.entry),
            f"{word(BARS, one.code)} ({one.code})",
            escape(one.client or _("all")),
            str(one.values),
            str(one.ended),
            show.moment(one.at),
        )
        for one in found
    ]
    headings = (_("entry"), _("list"), _("client"), _("keys"), _("of them ended"), _("taken in"))
    show.table(here.out, headings, rows)


def drop(
    context: typer.Context,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help=_("The entry under which it was taken in."))],
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word: it goes into the log."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        count = desk.rights.take_off(entry, coded(reason, "--reason"))
    if here.json:
        show.as_json({"entry": entry, "keys": count})
    here.say(_("Taken back: {count} keys.", count=count))


def purge(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only list them."))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask whether that is meant."))] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.purge(really=False)
        going = sum(not one.held for one in found.due)
        if going and not dry_run:
            meant(here, yes, _("{count} cases will be destroyed for good.", count=going))
            with here.progress(_("Destroying")) as told:
                found = desk.rights.purge(really=True, progress=told)
    if here.json:
        show.as_json(
            {
                "due": [
                    {
                        "client": one.case.client,
                        "case": one.case.number,
                        "since": one.since,
                        "rule": one.rule,
                        "held": one.held,
                    }
                    for one in found.due
                ],
                "destroyed": found.done.cases if found.done else 0,
                "certificate": found.done.certificate.text if found.done and found.done.certificate else None,
                "log_until": {
                    client: {"day": day, "rule": rule} for client, (day, rule) in found.log_until.items()
                },
            }
        )
        return
    for rule, count in found.rules.items():
        here.say(_("{count} cases: {why}", count=count, why=word_for(DUE, rule)))
    held = sum(one.held for one in found.due)
    if held:
        here.say(_("{count} of them are under a hold and stay.", count=held), "yellow")
    if not found.due:
        here.say(_("No case is due to go."))
    for client, (day, rule) in found.log_until.items():
        here.say(
            _("The log about {client} must be kept until {day} ({rule}).", client=client, day=day, rule=rule)
        )
    if found.done:
        here.say(_("Cases destroyed: {count}", count=found.done.cases))
        certified(here.say, found.done.certificate)


def certificates(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.certificates()
    if here.json:
        show.as_json(
            {
                "certificates": [
                    {
                        "number": one.id,
                        "cases": one.cases,
                        "at": one.at,
                        "entry": one.entry,
                        "digest": one.digest,
                    }
                    for one in found
                ]
            }
        )
        return
    if not found:
        here.say(_("Nothing was destroyed yet."))
        return
    rows = [
        (str(one.id), show.moment(one.at), str(one.cases), str(one.entry), one.digest[:16]) for one in found
    ]
    show.table(here.out, ("#", _("time"), _("cases"), _("entry"), "SHA-256"), rows)


def certificate_show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("The certificate's number."))],
    out: Annotated[Path | None, typer.Option(help=_("Write it to this file instead."))] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = next((one for one in desk.rights.certificates() if one.id == number), None)
        if found is None:
            raise WrongUse(
                N_("There is no certificate {number}"), N_("See: tracer certificate list"), number=number
            )
        if out is not None:
            desk.rights.write_certificate(found, out)
    if here.json:
        show.as_json({"number": found.id, "text": found.text, "digest": found.digest})
        return
    if out is not None:
        here.say(_("Written to {path}.", path=out))
        return
    here.out.print(escape(found.text), soft_wrap=True, end="")


def certificate_check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The certificate as it was written."))],
    key: Annotated[
        list[str] | None,
        typer.Option(help=_("A verifier key that must have signed it (tracer log head shows ours).")),
    ] = None,
) -> None:
    here = session(context)
    said = RightsDesk.check_certificate(file, key or ())
    if here.json:
        show.as_json({"ok": True, "key": bool(key), **said})
        return
    for name, value in said.items():
        here.say(f"{name}: {value}")
    here.say(
        _("The certificate holds: signed by the key you gave.")
        if key
        else _("The certificate is well formed; give --key to see who signed it."),
        "green" if key else "yellow",
    )


def certified(say: Callable[[str], None], certificate: Certificate | None) -> None:
    """Name the certificate, if there is one."""
    if certificate is not None:
        say(
            _(
                "Certificate {number} (log entry {entry}): tracer certificate show {number}",
                number=certificate.id,
                entry=certificate.entry,
            )
        )
