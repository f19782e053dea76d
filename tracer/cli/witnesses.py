"""The log's checkpoints and its witnesses, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import ACCUSED, DONE, WITH_PROBLEMS, leave, session
from tracer.desk.health import Health
from tracer.desk.witnessing import Testimony
from tracer.errors import WrongUse
from tracer.words import N_, _

_SAID: Mapping[str, str] = {
    "": N_("good"),
    "taken": N_("taken"),
    "held": N_("held already"),
    "down": N_("not reached"),
    "refused": N_("refused"),
    "unsigned": N_("not cosigned"),
    "forged": N_("signature not good"),
    "split": N_("HOLDS ANOTHER HISTORY"),
    "rollback": N_("HOLDS MORE THAN THE LOG HAS"),
    "other_log": N_("HOLDS ANOTHER LOG"),
    "forgotten": N_("HOLDS NOTHING ANY MORE"),
}


def register(log: typer.Typer) -> None:
    """Add the commands to those of the log."""
    log.command(
        "checkpoint", help=_("Sign the log now, hand the checkpoint to every witness, and print it.")
    )(checkpoint)
    log.command("health", help=_("What no witness has seen yet, since when, and what is wrong with whom."))(
        health
    )
    log.command("key", help=_("The public key that the log's checkpoints are signed with."))(key)


def checkpoint(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help=_("Write it into this file too; keep it where nobody here can write."))
    ] = None,
) -> None:
    here = session(context)
    with here.desk() as desk:
        note, said = desk.log_checkpoint()
    if out is not None:
        try:
            out.write_text(note, encoding="utf-8")
        except OSError as error:
            raise WrongUse(
                N_("{file} cannot be written ({why})."),
                N_("Name a file you may write."),
                file=out,
                why=type(error).__name__,
            ) from error
    if here.json:
        show.as_json({"checkpoint": note, "out": out, "witnesses": [_testimony(one) for one in said]})
    else:
        here.out.print(escape(note), soft_wrap=True, end="")
        if said:
            rows = [(escape(one.witness), _(_SAID[str(one.said)]), one.why) for one in said]
            show.table(here.err, (_("witness"), _("what it said"), _("why")), rows)
    leave(DONE if all(one.taken for one in said) else WITH_PROBLEMS)


def health(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.log_health()
    if any(one.accuses for one in found.witnesses):
        ACCUSED.set(True)
    if here.json:
        show.as_json(health_json(found))
    else:
        rows = [
            (_("entries"), str(found.size)),
            (_("signed up to"), _upto(found.signed, show.moment(found.signed_at) if found.signed_at else "")),
            (_("witnessed up to"), str(found.witnessed)),
            (_("seen by no witness"), window(found)),
        ]
        show.table(here.out, ("", _("look-up log")), [(escape(one), escape(other)) for one, other in rows])
        if found.witnesses:
            _witnesses(here.out, found)
        for caution in found.warnings:
            here.say(caution.sentence, "yellow")
    leave(WITH_PROBLEMS if found.warnings else DONE)


def key(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        found = desk.log_key()
    if here.json:
        show.as_json({"key": found})
    here.say(found)


def window(found: Health) -> str:
    """Say how many entries no witness has seen, and how old the oldest is."""
    if not found.unwitnessed:
        return _("0 entries")
    return _(
        "{count} entries, the oldest {seconds} seconds old",
        count=found.unwitnessed,
        seconds=int(found.seconds),
    )


def window_json(found: Health) -> dict[str, object]:
    """The window no witness has seen, as JSON."""
    return {"witnessed": found.witnessed, "entries": found.unwitnessed, "seconds": round(found.seconds, 3)}


def health_json(found: Health) -> dict[str, object]:
    """The log's health as JSON."""
    return {
        "size": found.size,
        "signed": found.signed,
        "signed_at": found.signed_at,
        "unwitnessed": window_json(found),
        "witnesses": [
            {
                "name": one.name,
                "kind": one.kind,
                "size": one.size,
                "at": one.at,
                "cosigned": one.cosigned,
                "wrong": one.wrong or None,
            }
            for one in found.witnesses
        ],
        "warnings": [{"code": one.code, "text": one.sentence} for one in found.warnings],
    }


def _witnesses(console: Console, found: Health) -> None:
    rows = [
        (
            escape(one.name),
            one.kind,
            _upto(one.size, show.moment(one.at) if one.at else ""),
            _("yes") if one.cosigned else "",
            _(_SAID[one.wrong]) if one.wrong or one.size else _("nothing yet"),
        )
        for one in found.witnesses
    ]
    headings = (_("witness"), _("kind"), _("holds"), _("cosigned"), _("state"))
    show.table(console, headings, rows)


def _upto(size: int, at: str) -> str:
    return f"{size} ({at})" if at else str(size)


def _testimony(one: Testimony) -> dict[str, object]:
    return {
        "name": one.witness,
        "said": str(one.said),
        "size": one.size,
        "held": one.held,
        "cosigned": bool(one.lines),
        "why": one.why or None,
    }
