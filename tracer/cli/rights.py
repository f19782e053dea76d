"""What people ask by right (权利请求), and holds: register, decide, answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import WITH_PROBLEMS, Session, leave, session
from tracer.desk.reasons import coded
from tracer.desk.rights_desk import Wish
from tracer.desk.wording_rights import KINDS, STATES, word_for
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("People's rights")
_CASE = Annotated[str, typer.Argument(metavar="CASE", help=N_("The case, by number or client/number."))]
_IDENTITY = Annotated[
    str,
    typer.Option(
        "--identity",
        help=N_("How it was checked who asks, in one coded word, for example id_seen or call_back."),
    ),
]
_RECEIVED = Annotated[
    str | None, typer.Option("--received", help=N_("The day the request came in; else today."))
]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    group = typer.Typer(no_args_is_help=True)
    for name, what, told in (
        ("access", access, _("Write the debtor's own copy: all that is held, every look-up, who was told.")),
        ("correct", correct, _("Register that a value is wrong; it is not used from now on.")),
        ("object", object_, _("Register an objection: no look-up and no call from now on.")),
        ("erase", erase, _("Erase a case, prove that nothing is left, and certify it.")),
        (
            "wrong-person",
            wrong_person,
            _("Somebody else has the number now: bar it, and ask him nothing more."),
        ),
        ("notice", notice, _("A token for a letter, for whoever got it by mistake.")),
        ("list", list_, _("The requests, those due first.")),
        ("decide", decide, _("Accept a correction or objection, or refuse a request for a reason.")),
    ):
        group.command(name, help=told)(what)
    app.add_typer(group, name="rights", help=_("What people ask by right."), rich_help_panel=_(PANEL))
    app.command(
        "records",
        help=_("The records the law asks for, from the configuration: processing, assessment, sources."),
        rich_help_panel=_(PANEL),
    )(records)
    holds = typer.Typer(no_args_is_help=True)
    holds.command("set", help=_("Keep a case from being destroyed: a lawsuit, an order, an audit."))(hold_set)
    holds.command("release", help=_("Lift the holds on a case."))(hold_release)
    holds.command("list", help=_("The holds in force."))(hold_list)
    app.add_typer(holds, name="hold", help=_("What must not be destroyed for now."), rich_help_panel=_(PANEL))


def records(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=_("processing, assessment or sources."))],
    out: Annotated[Path, typer.Option(help=_("Where to write it: .html for a page, else JSON."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.record(kind, out)
    if here.json:
        show.as_json({"out": str(out), "entry": found.entry, **found.document})
    here.say(_("Written to {path}.", path=out))
    for gap in found.gaps:
        here.say(gap, "yellow")


def access(
    context: typer.Context,
    case: _CASE,
    out: Annotated[Path, typer.Option(help=_("Where to write it: .html for a page, else JSON."))],
    identity: _IDENTITY,
    received: _RECEIVED = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.access(
            case, out, identity=coded(identity, "--identity"), received_on=desk.day(received)
        )
    if here.json:
        show.as_json({"out": str(out), "entry": found.entry, "request": _json(found.wish), **found.document})
    here.say(_("The debtor's copy is in {path} (log entry {entry}).", path=out, entry=found.entry))


def correct(
    context: typer.Context,
    case: _CASE,
    field: Annotated[
        str, typer.Option(help=_("What is wrong: phone, name, born, id, address, employer or email."))
    ],
    value: Annotated[
        str, typer.Option(help=_("The wrong value as it is held; for a number its token (n_…) will do."))
    ],
    identity: _IDENTITY,
    to: Annotated[str, typer.Option(help=_("What should stand instead; nothing if it should just go."))] = "",
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word."))] = "",
    received: _RECEIVED = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        wish = desk.rights.correct(
            case,
            field,
            value,
            to,
            identity=coded(identity, "--identity"),
            reason=coded(reason, "--reason") if reason else "",
            received_on=desk.day(received),
        )
    _registered(here, wish, _("The value is set aside until somebody decides."))


def object_(
    context: typer.Context,
    case: _CASE,
    identity: _IDENTITY,
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word."))] = "",
    received: _RECEIVED = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        wish = desk.rights.object_to(
            case,
            identity=coded(identity, "--identity"),
            reason=coded(reason, "--reason") if reason else "",
            received_on=desk.day(received),
        )
    _registered(here, wish, _("Nothing is looked up for this case and nobody called until somebody decides."))


def erase(
    context: typer.Context,
    case: _CASE,
    identity: _IDENTITY,
    search: Annotated[
        list[Path] | None,
        typer.Option(help=_("Search this folder too, for example where exports are put. May be repeated.")),
    ] = None,
    backup: Annotated[
        list[Path] | None,
        typer.Option(help=_("A copy of the store taken before: is the case dead in it? May be repeated.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask whether that is meant."))] = False,
) -> None:
    here = session(context)
    coded(identity, "--identity")
    meant(here, yes, _("The case {case} will be destroyed for good: nobody can read it again.", case=case))
    with here.desk() as desk:
        found = desk.rights.erase(case, identity=identity, folders=search or (), backups=backup or ())
    if here.json:
        show.as_json(
            {
                "case": case,
                "proven": found.proven,
                "epoch": found.epoch,
                "searched": found.searched,
                "found": [{"file": str(hit.path), "kind": hit.kind} for hit in found.hits],
                "backups": [{"file": str(path), "opens": opens} for path, opens in found.backups],
                "entry": found.entry,
                "certificate": found.certificate.text if found.certificate else None,
            }
        )
    here.say(
        _(
            "Erased. {count} files were searched for its numbers, names, ids and key (log entry {entry}).",
            count=found.searched,
            entry=found.entry,
        )
    )
    for hit in found.hits:
        here.err.print(
            escape(_("{path} still holds something of it: {kind}. Delete it.", path=hit.path, kind=hit.kind)),
            style="bold red",
        )
    for path, opens in found.backups:
        here.say(
            _("In the backup {path} the case still opens.", path=path)
            if opens
            else _("In the backup {path} the case cannot be opened any more.", path=path),
            "bold red" if opens else "",
        )
    if found.epoch is None:
        here.say(
            _("The master key comes from outside: replace it where it is kept, or backups still open."),
            "yellow",
        )
    if not found.proven:
        leave(WITH_PROBLEMS)


def wrong_person(
    context: typer.Context,
    said: Annotated[
        str, typer.Argument(metavar="NUMBER", help=_("The number, or the token of a letter of ours."))
    ],
) -> None:
    here = session(context)
    with here.desk() as desk:
        told = desk.rights.wrong_person(said)
    if here.json:
        show.as_json({"barred": told.barred, "before": told.before, "entries": told.entries})
    here.say(
        _(
            "Barred now in {barred} cases, and barred before in {before}. It stays barred for these "
            "debtors in every later batch.",
            barred=told.barred,
            before=told.before,
        )
    )


def notice(
    context: typer.Context,
    case: _CASE,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=_("The number, or its token (n_…)."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        token = desk.rights.notice(case, number)
    if here.json:
        show.as_json({"token": token})
    here.say(token)
    here.say(_("Shown once. Whoever gives it back with tracer rights wrong-person is not the debtor."))


def list_(
    context: typer.Context,
    open_only: Annotated[bool, typer.Option("--open", help=_("Only those nobody decided yet."))] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.requests("open" if open_only else None)
        today = desk.office.today()
    if here.json:
        show.as_json(
            {"requests": [{"client": one.client, "case": one.case, **_json(one.wish)} for one in found]}
        )
        return
    if not found:
        here.say(_("There is no request."))
        return
    rows = [
        (
            str(one.wish.id),
            word_for(KINDS, one.wish.kind),
            escape(f"{one.client}/{one.case}" if one.case else "—"),
            one.wish.received_on.isoformat(),
            _due(one.wish, late=bool(one.wish.due_on and one.wish.due_on <= today)),
            word_for(STATES, one.wish.state),
        )
        for one in found
    ]
    show.table(here.out, ("#", _("request"), _("case"), _("received"), _("due"), _("state")), rows)


def decide(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("The request's number."))],
    accept: Annotated[bool, typer.Option("--accept", help=_("He is right."))] = False,
    refuse: Annotated[
        str, typer.Option(metavar="REASON", help=_("He is not, for this reason (coded)."))
    ] = "",
) -> None:
    here = session(context)
    if accept == bool(refuse):
        raise WrongUse(
            N_("A request is either accepted or refused"), N_("Give --accept, or --refuse REASON.")
        )
    with here.desk() as desk:
        wish = desk.rights.decide(number, accept=accept, reason=coded(refuse, "--refuse") if refuse else "")
    if here.json:
        show.as_json(_json(wish))
    here.say(_("Request {number}: {state}.", number=wish.id, state=word_for(STATES, wish.state)))


def hold_set(
    context: typer.Context,
    case: _CASE,
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word, for example lawsuit."))],
    until: Annotated[str | None, typer.Option(help=_("Until this day; else until it is lifted."))] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.hold(case, coded(reason, "--reason"), desk.day(until))
    if here.json:
        show.as_json({"case": case, "reason": found.reason, "until": found.until, "entry": found.entry})
    here.say(
        _("Held. Nothing of this case is destroyed until that ends (log entry {entry}).", entry=found.entry)
    )


def hold_release(
    context: typer.Context,
    case: _CASE,
    reason: Annotated[str, typer.Option(help=_("Why, in one coded word."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        count = desk.rights.release(case, coded(reason, "--reason"))
    if here.json:
        show.as_json({"case": case, "released": count})
    here.say(_("Holds lifted: {count}", count=count))


def hold_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.rights.holds()
    if here.json:
        show.as_json(
            {
                "holds": [
                    {
                        "client": one.client,
                        "case": one.case,
                        "reason": one.hold.reason,
                        "until": one.hold.until,
                        "entry": one.hold.entry,
                    }
                    for one in found
                ]
            }
        )
        return
    if not found:
        here.say(_("There is no hold."))
        return
    rows = [
        (
            escape(f"{one.client}/{one.case}"),
            escape(one.hold.reason),
            one.hold.until.isoformat() if one.hold.until else "—",
        )
        for one in found
    ]
    show.table(here.out, (_("case"), _("reason"), _("until")), rows)


def meant(here: Session, yes: bool, sentence: str) -> None:
    """Go on only if that is meant: said with ``--yes``, or answered where somebody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise WrongUse(N_("That cannot be undone"), N_("Say that it is meant with --yes."))
    here.err.print(escape(sentence))
    if not typer.confirm(_("Is that meant?"), err=True):
        raise typer.Abort


def _registered(here: Session, wish: Wish, effect: str) -> None:
    if here.json:
        show.as_json(_json(wish))
    here.say(_("Request {number} is registered. {effect}", number=wish.id, effect=effect))
    if wish.due_on:
        here.say(_("To be answered by {day} ({rule}).", day=wish.due_on.isoformat(), rule=wish.rule))


def _due(wish: Wish, *, late: bool) -> str:
    if wish.due_on is None:
        return "—"
    text = f"{wish.due_on.isoformat()} {wish.rule}"
    return f"[bold red]{text}[/]" if late and wish.state == "open" else text


def _json(wish: Wish) -> dict[str, object]:
    return {
        "number": wish.id,
        "kind": wish.kind,
        "state": wish.state,
        "received_on": wish.received_on,
        "due_on": wish.due_on,
        "rule": wish.rule or None,
        "field": wish.disputed.kind or None,
        "entry": wish.entry,
        "decided_entry": wish.decided_entry,
    }
