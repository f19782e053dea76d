"""Answers that come later: send a file of questions, take a file of answers, take callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from tracer.cli import show
from tracer.cli.session import WITH_PROBLEMS, Session, leave, session
from tracer.desk.listening import listen
from tracer.desk.receiving import Arrived
from tracer.words import N_, OUTCOMES, _

_UNFIT = {
    "too_large": N_("too large"),
    "unsigned": N_("not signed by the vendor"),
    "too_old": N_("too old"),
    "not_json": N_("not JSON"),
    "no_reference": N_("without a reference"),
}


def register(sources: typer.Typer) -> None:
    """Add the commands of this room to those about sources."""
    sources.command("waiting", help=_("How many look-ups wait for an answer that comes later."))(
        sources_waiting
    )
    sources.command(
        "send", help=_("Write the questions of a source that takes files. The log says so first.")
    )(sources_send)
    sources.command("receive", help=_("Take answers that came by themselves: a file, or callbacks."))(
        sources_receive
    )


_NAME = Annotated[str, typer.Argument(metavar="NAME", help=N_("The source's id in the configuration."))]


def sources_waiting(context: typer.Context, name: _NAME) -> None:
    here = session(context)
    with here.desk() as desk:
        desk.receiving.source(name)
        count = sum(1 for _one in desk.receiving.waiting(name))
    if here.json:
        show.as_json({"source": name, "waiting": count})
        return
    here.say(_("{count} look-ups wait for an answer of source {name}.", count=count, name=name))


def sources_send(
    context: typer.Context,
    name: _NAME,
    out: Annotated[Path, typer.Argument(metavar="FILE", help=_("Where to write the file of questions."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        sent = desk.receiving.send(name, out)
    if here.json:
        show.as_json({"source": name, "lines": sent.lines, "left": sent.left, "file": str(sent.file)})
        return
    here.say(_("{lines} questions were written to {file}.", lines=sent.lines, file=sent.file))
    if sent.left:
        here.say(_("{left} are left for another file.", left=sent.left))
    here.say(_("Answers: tracer sources receive {name} FILE", name=name))


def sources_receive(
    context: typer.Context,
    name: _NAME,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE…", help=_("A file of answers, or callbacks that were put into files.")),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--listen", help=_("Take callbacks on this port of this machine, until Ctrl-C.")),
    ] = None,
) -> None:
    here = session(context)
    if bool(files) == (port is not None):
        raise typer.BadParameter(_("Name files, or a port to listen on."))
    with here.desk() as desk:
        receiving = desk.receiving
        _settings, _source, manifest = receiving.source(name)
        if port is not None:

            def take(headers: Mapping[str, str], body: bytes) -> bool:
                arrived = receiving.receive_callbacks(name, [(headers, body)])
                _said(here, arrived)
                return not arrived.unfit

            here.say(_("Listening on 127.0.0.1. Ctrl-C ends it."))
            asyncio.run(listen(port, take))
            return
        if manifest.file is not None:
            several = [receiving.receive_file(name, path) for path in files or ()]
        else:
            dropped = [receiving.dropped(path) for path in files or ()]
            several = [receiving.receive_callbacks(name, dropped)]
    arrived = Arrived()
    for one in several:
        arrived.outcomes += one.outcomes
        arrived.unfit += one.unfit
        arrived.strangers += one.strangers
        arrived.doubled += one.doubled
    if here.json:
        show.as_json(
            {
                "source": name,
                "taken": arrived.taken,
                "outcomes": dict(sorted(arrived.outcomes.items())),
                "strangers": arrived.strangers,
                "doubled": arrived.doubled,
                "unfit": dict(sorted(arrived.unfit.items())),
            }
        )
    else:
        _said(here, arrived)
    leave(WITH_PROBLEMS if arrived.unfit or arrived.doubled else 0)


def _said(here: Session, arrived: Arrived) -> None:
    for outcome, count in sorted(arrived.outcomes.items()):
        here.say(f"{_(OUTCOMES[outcome])}: {count}")
    if arrived.strangers:
        here.say(_("Nobody waits for {count} of them: nothing is kept of those.", count=arrived.strangers))
    if arrived.doubled:
        here.say(
            _("{count} were answered twice, differently: none of those was taken.", count=arrived.doubled)
        )
    for why, count in sorted(arrived.unfit.items()):
        here.say(_("Not taken ({why}): {count}", why=_(_UNFIT[why]), count=count))
