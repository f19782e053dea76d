"""Setting up: the home, the demo, the sources, the keys."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from tracer.cli import show
from tracer.cli.session import DONE, WITH_PROBLEMS, leave, session
from tracer.desk import Desk
from tracer.desk.channels import SourceLine, installed
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
    sources = typer.Typer(no_args_is_help=True)
    sources.command("list", help=_("The configured sources."))(sources_list)
    sources.command("check", help=_("What keeps sources from being asked. Asks nothing about anybody."))(
        sources_check
    )
    sources.command("show", help=_("What one source is told, about whom, for what, and at what price."))(
        sources_show
    )
    app.add_typer(
        sources,
        name="sources",
        help=_("Whom this house may ask, and what each may be told."),
        rich_help_panel=panel,
    )
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


def sources_list(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.sources()
    if here.json:
        show.as_json({"sources": [_source_json(line) for line in lines], "installed": installed()})
        return
    rows = [
        (
            escape(line.settings.id),
            escape(str(line.terms.channel)) if line.terms else "",
            escape(line.settings.authorisation),
            str(line.settings.until or ""),
            show.price(line.settings.price),
            _("not ready") if line.faults else _("ready"),
        )
        for line in lines
    ]
    show.table(
        here.out,
        (_("source"), _("channel"), _("authorisation"), _("until"), _("price"), _("state")),
        rows,
        whole=(_("source"), _("until")),
    )
    if any(line.faults for line in lines):
        here.say(_("See why with: tracer sources check"))
    unused = sorted(set(installed()) - {line.settings.use for line in lines})
    if unused:
        here.say(_("Installed, but not in the configuration: {names}", names=", ".join(unused)))


def sources_check(context: typer.Context) -> None:
    here = session(context)
    with here.desk() as desk:
        lines = desk.sources()
    faulty = [line for line in lines if line.faults]
    if here.json:
        show.as_json({"sources": [_source_json(line) for line in lines]})
    elif not lines:
        here.say(_("No source is configured, so nothing may be asked. See config.example.toml."))
    else:
        for line in lines:
            here.out.print(
                f"[{'red' if line.faults else 'green'}]{'✗' if line.faults else '✓'}[/] "
                f"{escape(line.settings.id)}"
            )
            for fault in line.faults:
                here.say(f"    {fault.sentence}\n    → {fault.remedy}")
        here.say(_("Nobody was asked anything."))
    leave(WITH_PROBLEMS if faulty else 0)


def sources_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The source's id in the configuration."))],
) -> None:
    here = session(context)
    with here.desk() as desk:
        line = desk.source(name)
    if here.json:
        show.as_json(_source_json(line))
        return
    settings, terms = line.settings, line.terms
    rows = [
        (_("source"), settings.use),
        (_("authorisation"), f"{settings.authorisation} ({settings.from_ or '?'} – {settings.until or '?'})"),
        (_("purposes"), ", ".join(sorted(settings.purposes))),
        (_("may be asked about"), ", ".join(sorted(settings.roles))),
        (_("may be told"), ", ".join(sorted(settings.fields))),
    ]
    if terms:
        rows += [
            (_("is told"), ", ".join(sorted(settings.fields & terms.sends))),
            (_("cannot do without"), ", ".join(sorted(terms.needs))),
            (_("channel"), str(terms.channel)),
            (_("intrusion"), _("{level} of 4", level=terms.intrusion)),
            (_("an answer is good for"), _("{days} days", days=terms.fresh_for.days)),
        ]
    rows += [
        (_("address"), settings.base_url or ", ".join(terms.hosts if terms else ())),
        (
            _("limits"),
            _(
                "{rate} a second, {concurrency} at once, {daily} a day",
                rate=settings.rate,
                concurrency=settings.concurrency,
                daily=settings.budget or "∞",
            ),
        ),
        (_("price"), show.price(settings.price)),
    ]
    show.table(here.out, ("", escape(settings.id)), [(key, escape(value)) for key, value in rows if value])
    for fault in line.faults:
        here.say(f"✗ {fault.sentence}\n  → {fault.remedy}", "red")


def _source_json(line: SourceLine) -> dict[str, object]:
    settings, terms = line.settings, line.terms
    return {
        "id": settings.id,
        "use": settings.use,
        "authorisation": settings.authorisation,
        "from": settings.from_,
        "until": settings.until,
        "purposes": sorted(settings.purposes),
        "roles": sorted(settings.roles),
        "fields": sorted(settings.fields),
        "price": settings.price,
        "rate": settings.rate,
        "concurrency": settings.concurrency,
        "daily": settings.budget,
        "terms": {
            "channel": str(terms.channel),
            "subject": str(terms.subject),
            "sends": sorted(terms.sends),
            "needs": sorted(terms.needs),
            "intrusion": terms.intrusion,
            "fresh_for_days": terms.fresh_for.days,
        }
        if terms
        else None,
        "faults": [{"problem": fault.sentence, "remedy": fault.remedy} for fault in line.faults],
        "ready": not line.faults,
    }


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
