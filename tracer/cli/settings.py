"""Setting up: the home, the demo, the keys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, leave, session
from tracer.desk import Desk
from tracer.errors import WrongUse
from tracer.words import N_, _

PANEL = N_("Begin")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    panel = _(PANEL)
    app.command(
        "demo",
        help=_("Run the whole main job on fictional people, with a carrier on this machine."),
        rich_help_panel=panel,
    )(demo)
    app.command(
        "init",
        help=_("Make a home: keys, store, log, and a configuration that allows nothing."),
        rich_help_panel=panel,
    )(init)
    keys = typer.Typer(no_args_is_help=True)
    keys.command(
        "rotate", help=_("Replace the master key and destroy the old one: old backups open no more.")
    )(keys_rotate)
    app.add_typer(keys, name="keys", help=_("The keys of the home."), rich_help_panel=panel)


def demo(
    context: typer.Context,
    cases: Annotated[
        int, typer.Option(min=1, max=100_000, help=_("How many cases the fictional market has."))
    ] = 60,
    seed: Annotated[
        int, typer.Option(help=_("Another seed makes another market; the same one the same."))
    ] = 7,
) -> None:
    here = session(context)
    # Here, not above: no other command needs the market, and it takes its time to load.
    from tracer.cli.demo import run_demo

    home = here.home if here.home_given else Path("demo-home")
    leave(DONE if run_demo(here, cases=cases, seed=seed, home=home) else WITH_PROBLEMS)


def init(context: typer.Context) -> None:
    here = session(context)
    Desk.init(here.home, here.actor)
    if here.json:
        show.as_json({"home": str(here.home), "config": str(here.home / "config.toml")})
    here.say(_("A home was made at {home}.", home=here.home))
    here.say(
        _(
            "Next: write your clients, agreements and sources into {config} (config.example.toml "
            "shows every key), "
            "then: tracer sources check. Keep a copy of the keys where the backups of the database are not.",
            config=here.home / "config.toml",
        )
    )


def keys_rotate(
    context: typer.Context,
    yes: Annotated[
        bool,
        typer.Option("--yes", help=_("Do not ask whether that is meant: backups made before open no more.")),
    ] = False,
) -> None:
    here = session(context)
    with here.desk() as desk:
        if not yes:
            here.err.print(_("Backups made before this will never open again; nor will what was returned."))
            if not sys.stdin.isatty():
                raise WrongUse(
                    N_("The old master key would be destroyed"), N_("Say that this is meant with --yes.")
                )
            if not typer.confirm(_("Is that meant?"), err=True):
                here.say(_("Nothing was changed."))
                return
        with here.progress(_("Wrapping keys")) as told:
            done = desk.rotate_keys(told)
    if here.json:
        show.as_json({"epoch": done.epoch, "keys": done.keys, "entry": done.entry})
    here.say(
        _(
            "{keys} keys are wrapped under master key {epoch}; the old one is destroyed (log entry {entry}). "
            "Make a backup now, and keep a copy of the new key elsewhere.",
            keys=done.keys,
            epoch=done.epoch,
            entry=done.entry,
        )
    )
