"""The look-up log, as a reviewer reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tracer.cli import proofs, reviews, show, witnesses
from tracer.cli.session import DONE, UNAVAILABLE, WITH_PROBLEMS, leave, session
from tracer.desk import shapes
from tracer.desk.logbook import Line, Wanted
from tracer.desk.wording import EVENTS, OUTCOMES, word
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Compliance")

_FAULTS = {
    "changed": N_("the entry is not what was written"),
    "gap": N_("entries are missing"),
    "clock": N_("the time runs back"),
    "about": N_("it points at no earlier entry"),
    "subtree": N_("a stored hash does not fit the entries below it"),
    "missing_subtree": N_("a stored hash is missing"),
    "extra": N_("hashes that belong to no tree of this size"),
    "staff": N_("who did it cannot be told any more: a name kept beside the log was changed or is gone"),
    "guard": N_("the trigger that refuses changes is missing or not ours"),
    "unreadable": N_("the file is damaged here"),
    "head": N_("it is not the log whose earlier head was kept"),
    "checkpoint": N_("a signed checkpoint kept beside the log does not fit it"),
    "signature": N_("a checkpoint or cosignature kept beside the log has not its right signature"),
    "origin": N_("a checkpoint kept elsewhere is of another log, or was signed with another key"),
    "witness": N_("the file of a witness is damaged or gone"),
}


# Faults that only a changed history or another log explains: the log cannot be relied on.
_ACCUSING = frozenset({"head", "origin"})

# Fields of an entry's body that have a line of their own above it.
_ABOVE = frozenset({"actor", "source", "purpose"})


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    log = typer.Typer(no_args_is_help=True)
    log.command("list", help=_("Entries, the newest last. Reading the log is an entry too."))(list_)
    log.command("show", help=_("One entry whole, with the entries about it."))(show_)
    log.command("head", help=_("The log's size and root: keep them where nobody here can write."))(head)
    log.command("verify", help=_("Recompute the whole log from its bytes."))(verify)
    log.command("unfinished", help=_("Look-ups without an ending: a crash, or one being asked right now."))(
        unfinished
    )
    log.command("recover", help=_("Close what a crash left open as unknown. Nothing is asked again."))(
        recover
    )
    log.command("clock", help=_("Let the log go on after the machine's clock was set back."))(clock)
    reviews.register(log)
    proofs.register(log)
    witnesses.register(log)
    app.add_typer(
        log,
        name="log",
        help=_("The look-up log: every look-up decided, durable before it was made."),
        rich_help_panel=_(PANEL),
    )


def list_(
    context: typer.Context,
    event: Annotated[
        str | None, typer.Option(help=_("Only this event, for example asked, refused, reveal."))
    ] = None,
    case: Annotated[str | None, typer.Option(help=_("Only this case, by number or client/number."))] = None,
    who: Annotated[str | None, typer.Option(help=_("Only what this person did."))] = None,
    source: Annotated[str | None, typer.Option(help=_("Only this source."))] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            help=_(
                "Only what is about this person: a telephone number, an id, a pseudonym of the log, or "
                "with --case the token of a number. Looking for a person is an entry too."
            )
        ),
    ] = None,
    client: Annotated[str | None, typer.Option(help=_("Only for this client."))] = None,
    purpose: Annotated[str | None, typer.Option(help=_("Only for this purpose."))] = None,
    outcome: Annotated[
        str | None, typer.Option(help=_("Only with this outcome, for example answered."))
    ] = None,
    verdict: Annotated[
        str | None, typer.Option(help=_("Only with this verdict of policy: allow or deny."))
    ] = None,
    rule: Annotated[str | None, typer.Option(help=_("Only where this rule said no."))] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help=_("Only from this day or time on: 2026-11-01, 2026-11-01T09:00.")),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help=_("Only up to this day, which is included, or this time."))
    ] = None,
    after: Annotated[int, typer.Option(min=0, help=_("Only entries behind this one."))] = 0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=_("How many to show at most."))] = 50,
) -> None:
    here = session(context)
    wanted = Wanted(
        event=event, case=case, subject=subject, actor=who, client=client, source=source, purpose=purpose,
        outcome=outcome, verdict=verdict, rule=rule, since=since, until=until,
    )  # fmt: skip
    if event is not None and event not in EVENTS:
        raise WrongUse(
            N_("There is no event {event}"),
            N_("Use one of: {names}"),
            event=event,
            names=", ".join(EVENTS),
        )
    with here.desk() as desk:
        lines = desk.log_list(wanted, after=after, limit=limit)
    if here.json:
        show.as_json({"entries": [shapes.log_line(line) for line in lines]})
        return
    if lines:
        log_lines(here.out, lines)
    else:
        here.say(_("No entry fits."))


def show_(
    context: typer.Context,
    seq: Annotated[int, typer.Argument(metavar="SEQ", min=1, help=_("The entry's number."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.log_show(seq)
    if here.json:
        show.as_json({"entries": [shapes.log_line(line) for line in lines]})
        return
    log_entry(here.out, lines)


def head(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        size, root = desk.log_head()
        health = desk.log_health()
    if here.json:
        show.as_json({"size": size, "root": root, "unwitnessed": witnesses.window_json(health)})
    here.say(f"{size} {root}")
    if not here.json:
        here.err.print(_("Seen by no witness: {window}", window=witnesses.window(health)), soft_wrap=True)


def verify(
    context: typer.Context,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(help=_("A file with checkpoints that somebody else kept; may be given several times.")),
    ] = None,
    since: Annotated[
        str, typer.Option(help=_("Only what came after this checkpoint: its file, or its size."))
    ] = "",
    receipt: Annotated[
        Path | None,
        typer.Option(help=_("Check this receipt or bundle instead of the log: needs no home and no key.")),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help=_("With --receipt: a verifier key that must have signed it."))
    ] = None,
) -> None:
    here = session(context)
    if receipt is not None:
        proofs.check(here, receipt, checkpoint or (), key or ())
    with here.desk() as desk, here.progress(_("Verifying")) as told:
        found = desk.log_verify(told, checkpoints=checkpoint or (), since=since)
    if here.json:
        show.as_json(
            {
                "ok": found.ok,
                "size": found.size,
                "root": found.root.hex(),
                "faults": [{"code": one.code, "seq": one.seq, "last": one.last} for one in found.faults],
                "since": found.since,
                "checkpoints": found.checkpoints,
                "signed": found.signed,
                "compared": found.earlier,
                "anchored": found.anchored,
            }
        )
    elif found.ok:
        here.say(
            _("The log is whole: {size} entries, root {root}", size=found.size, root=found.root.hex()),
            "green",
        )
        if found.since:
            here.say(
                _("Read were the entries behind {size}; what is older fits the checkpoint.", size=found.since)
            )
        if found.earlier:
            here.say(
                _(
                    "It holds all {count} checkpoints kept elsewhere, the last of {size} entries. The {rest} "
                    "entries behind that nobody outside has seen.",
                    count=found.earlier,
                    size=found.anchored,
                    rest=found.size - found.anchored,
                )
            )
        else:
            here.say(
                _(
                    "It was compared with nothing kept elsewhere: whoever can write the database and has "
                    "the signing key could rewrite the whole log. Configure a witness, or give a checkpoint "
                    "with --checkpoint."
                )
            )
    else:
        here.say(
            _(
                "The log is not whole: {count} faults in {size} entries",
                count=len(found.faults),
                size=found.size,
            ),
            "bold red",
        )
        rows = [
            (
                str(one.seq) if one.last <= one.seq else f"{one.seq}–{one.last}",
                one.code,
                escape(_(_FAULTS[one.code]) if one.code in _FAULTS else one.code),
            )
            for one in found.faults[:50]
        ]
        show.table(here.out, (_("entry"), _("code"), _("what was wrong")), rows)
        here.say(
            _("Stop working on this home, keep a copy of it as it is, and compare with your last backup.")
        )
    if any(one.code in _ACCUSING for one in found.faults):
        leave(UNAVAILABLE)
    leave(DONE if found.ok else WITH_PROBLEMS)


def unfinished(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.log_unfinished()
    if here.json:
        show.as_json({"entries": [shapes.log_line(line) for line in lines]})
        return
    if not lines:
        here.say(_("Every look-up has its ending."))
        return
    log_lines(here.out, lines)
    here.say(_("If nothing is running, close them as unknown with: tracer log recover"))


def recover(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        count = desk.log_recover()
    if here.json:
        show.as_json({"closed": count})
    here.say(_("{count} look-ups were closed as unknown. None was asked again.", count=count))


def clock(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        desk.log_clock_corrected()
    if here.json:
        show.as_json({"corrected": True})
    here.say(_("The log goes on, and says that the clock was corrected."))


def log_lines(console: Console, lines: Iterable[Line]) -> None:
    """Print entries of the log."""
    rows = [
        (
            str(line.seq),
            show.moment(line.at, seconds=True),
            word(EVENTS, line.event),
            str(line.about or ""),
            escape(line.actor),
            escape(line.source),
            word(OUTCOMES, line.outcome),
            line.purpose,
        )
        for line in lines
    ]
    headings = ("#", _("time"), _("event"), _("about"), _("who"), _("source"), _("outcome"), _("purpose"))
    show.table(console, headings, rows)


def log_entry(console: Console, lines: Sequence[Line]) -> None:
    """Print one entry whole, and those about it."""
    for line in lines:
        rows = [
            (_("time"), show.moment(line.at, seconds=True)),
            (_("who"), line.actor),
            (_("about"), str(line.about or "")),
            (_("source"), line.source),
            (_("purpose"), line.purpose),
            *((key, _plainly(value)) for key, value in sorted(line.body.items()) if key not in _ABOVE),
            (_("leaf"), line.leaf),
        ]
        title = f"#{line.seq} {word(EVENTS, line.event)}"
        show.table(
            console, ("", escape(title)), [(escape(key), escape(value)) for key, value in rows if value]
        )


def _plainly(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=shapes.plain)
