"""Receipts, bundles and exports of the log, on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, Session, leave, session
from tracer.desk.logbook import Wanted
from tracer.desk.receipts import LEFT_OUT, Proved, checked
from tracer.words import _


def register(log: typer.Typer) -> None:
    """Add the commands to those of the log."""
    log.command(
        "prove",
        help=_("A receipt: entries with the proof that they are in the log. Making it is an entry too."),
    )(prove)
    log.command("export", help=_("The log for an auditor: lines, a table, or a bundle that proves itself."))(
        export
    )


def prove(
    context: typer.Context,
    seq: Annotated[int | None, typer.Argument(min=1, help=_("The entry's number."))] = None,
    case: Annotated[str | None, typer.Option(help=_("All entries about the debtor of this case."))] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            help=_(
                "All entries about this debtor: a telephone number, an id, a pseudonym of the log, or with "
                "--case the token of a number. Looking for a person is an entry too."
            )
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=_("The file to write the receipt to (.json)."))] = None,
    pdf: Annotated[
        Path | None, typer.Option(help=_("A page a person can read; the receipt is written beside it."))
    ] = None,
    font: Annotated[
        Path | None, typer.Option(help=_("A TrueType font with Chinese characters to embed in the page."))
    ] = None,
    size: Annotated[
        int | None, typer.Option(min=1, help=_("Prove it against the checkpoint of so many entries."))
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help=_("Prove it against this checkpoint, which somebody else kept."))
    ] = None,
) -> None:
    here = session(context)
    target = out or (pdf.with_suffix(".json") if pdf else None)
    with here.desk() as desk:
        made = desk.log_prove(seq, case=case, subject=subject, size=size, checkpoint=checkpoint)
        if target is not None:
            embedded = desk.log_save(made, target, pdf, font)
    if target is None:
        # Without a file the receipt itself is what is printed, for people and for --json alike.
        typer.echo(made.text, nl=False)
        return
    if not embedded:
        here.err.print(
            _(
                "The page brings no font for Chinese: a reader whose machine has none sees blanks. Name a "
                "TrueType font with --font, or install fonts-wqy-microhei."
            ),
            soft_wrap=True,
        )
    if here.json:
        show.as_json(_made(made, target, pdf))
        return
    here.say(
        _(
            "{count} entries are proved against the checkpoint of {size}: {path}",
            count=len(made.entries),
            size=made.size,
            path=target,
        ),
        "green",
    )
    for why, count in sorted(made.left_out.items()):
        here.say(_("{count} entries were left out: {why}", count=count, why=_(LEFT_OUT[why])))
    here.say(_("Who gets it checks it with: tracer log verify --receipt {path}", path=target))


def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help=_("The file to write: .jsonl, .csv, or .zip for a bundle."))],
    event: Annotated[
        str | None, typer.Option(help=_("Only this event, for example asked, refused, reveal."))
    ] = None,
    case: Annotated[str | None, typer.Option(help=_("Only this case, by number or client/number."))] = None,
    subject: Annotated[
        str | None,
        typer.Option(
            help=_(
                "Only what is about this person: a telephone number, an id, a pseudonym of the log, or "
                "with --case the token of a number. Looking for a person is an entry too."
            )
        ),
    ] = None,
    who: Annotated[str | None, typer.Option(help=_("Only what this person did."))] = None,
    client: Annotated[str | None, typer.Option(help=_("Only for this client."))] = None,
    source: Annotated[str | None, typer.Option(help=_("Only this source."))] = None,
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
    names: Annotated[
        bool, typer.Option("--names", help=_("With the names of staff, and what proves them."))
    ] = False,
) -> None:
    here = session(context)
    wanted = Wanted(
        event=event, case=case, subject=subject, actor=who, client=client, source=source, purpose=purpose,
        outcome=outcome, verdict=verdict, rule=rule, since=since, until=until,
    )  # fmt: skip
    with here.desk() as desk, here.progress(_("Exporting")) as told:
        made = desk.log_export(wanted, out, names=names, progress=told)
    if here.json:
        show.as_json(
            {"out": out, "rows": made.rows, "size": made.size, "root": made.root.hex(), "entry": made.entry}
        )
        return
    here.say(
        _(
            "{rows} entries written to {path}; entry {entry} says so",
            rows=made.rows,
            path=out,
            entry=made.entry,
        )
    )


def check(here: Session, receipt: Path, checkpoints: Sequence[Path], keys: Sequence[str]) -> NoReturn:
    """Check a receipt or bundle, say what came of it, and end."""
    found = checked(receipt, checkpoints, keys)
    finding = found.finding
    if here.json:
        show.as_json(
            {
                "ok": finding is not None,
                "why": found.why,
                "origin": finding.checkpoint.origin if finding else "",
                "size": finding.checkpoint.size if finding else 0,
                "root": finding.checkpoint.root.hex() if finding else "",
                "entries": finding.entries if finding else 0,
                "signers": list(finding.signers) if finding else [],
                "anchored": finding.anchored if finding else False,
            }
        )
    elif finding is None:
        here.say(_("Not proved: {why}", why=found.why), "bold red")
    else:
        here.say(
            _(
                "Proved: {count} entries are in the log {origin}, as it was with {size} entries",
                count=finding.entries,
                origin=finding.checkpoint.origin,
                size=finding.checkpoint.size,
            ),
            "green",
        )
        here.say(
            _("Signed by: {names}", names=", ".join(finding.signers))
            if finding.signers
            else _("No key was given (--key): who signed it was not checked against anything from elsewhere.")
        )
        here.say(
            _("It is the log whose checkpoint was kept.")
            if finding.anchored
            else _("No checkpoint was given (--checkpoint): it is shown only that it agrees with itself.")
        )
    leave(DONE if finding is not None else WITH_PROBLEMS)


def _made(made: Proved, out: Path, pdf: Path | None) -> dict[str, object]:
    return {
        "out": out,
        "pdf": pdf,
        "entries": [entry.seq for entry in made.entries],
        "left_out": dict(made.left_out),
        "size": made.size,
        "digest": made.digest,
        "entry": made.entry,
    }
