"""The program: its commands gathered, its global options, and the one place where an exit code is chosen."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.main
import typer.rich_utils
from rich.markup import escape

from tracer import guard
from tracer.cli import usage
from tracer.cli.session import (
    ACCUSED,
    DONE,
    INTERNAL,
    INTERRUPTED,
    UNAVAILABLE,
    WITH_PROBLEMS,
    WRONG_USE,
    Session,
    consoles,
    home_path,
    wanted_actor,
)
from tracer.cli.show import as_json
from tracer.errors import TracerError, places
from tracer.words import N_, _

# Headings that typer writes itself; main() makes our catalogue the process's own, and there it finds them.
TYPER_SAYS = (
    N_("Options"), N_("Arguments"), N_("Commands"), N_("Error"), N_("[required]"), N_("[default: {}]"),
    N_("(dynamic)"),  N_("Try [blue]'{command_path} {help_option}'[/] for help."),
)  # fmt: skip

# Options of the program as a whole; people write them before the command or behind it.
_TAKES_VALUE = ("--home", "--config", "--actor", "--lang")
_FLAGS = ("--json",)
# Each module registers its commands; help shows them in this order.
_ROOMS = (
    "settings", "sources", "policies", "files", "cases", "numbers", "judging", "plans", "fits",
    "models", "charts", "link", "calls", "scripts", "datafiles", "money", "sealed", "enquiries", "rights",
    "retention", "approvals", "serve", "logs",
)  # fmt: skip
# Commands that need no home: nothing else is loaded for them, which would take longer than small tables.
_ALONE = {"link": ("link",)}


def build(command: str = "") -> typer.Typer:
    """Make the program in the language being spoken: whole, or for one command that stands for itself."""
    app = typer.Typer(
        name="tracer",
        help=_(
            "Find which number a lost-contact debtor uses today, from lawful sources only, and prove every "
            "look-up.\n\nA first day: [bold]tracer demo[/] shows the whole job on fictional people. Then "
            "[bold]tracer init[/], write clients and sources into the configuration, "
            "[bold]tracer import[/] a "
            "placement file, [bold]tracer trace[/] its cases, and read [bold]tracer contacts[/]."
        ),
        epilog=_("The global options may stand behind the command too: tracer contacts NB-1042 --json"),
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        pretty_exceptions_show_locals=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_global)
    for room in _ALONE.get(command, _ROOMS):
        importlib.import_module(f"tracer.cli.{room}").register(app)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tracer {version('lost-contact-tracer')}")
        raise typer.Exit


def _global(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help=_("Where the program keeps everything; else TRACER_HOME, else .tracer here.")),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help=_("Another configuration than the one in the home."))
    ] = None,
    actor: Annotated[
        str | None,
        typer.Option(help=_("Who is acting: it goes into the log. Else TRACER_ACTOR, else the login name.")),
    ] = None,
    lang: Annotated[
        str | None, typer.Option(help=_("en or zh; else TRACER_LANG, else the terminal's language."))
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=_("Print one JSON document on stdout and nothing else."))
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help=_("Print the version and leave.")
        ),
    ] = False,
) -> None:
    if lang not in (None, "en", "zh"):
        raise typer.BadParameter(_("{lang} is not a language spoken here: en or zh", lang=lang))
    out, err = consoles(json)
    context.obj = Session(
        home=home_path(home),
        home_given=home is not None,
        config=config,
        given_actor=wanted_actor(actor),
        json=json,
        out=out,
        err=err,
    )


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Give the arguments with the global options in front, wherever they stood (but not behind ``--``)."""
    ahead: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _FLAGS or word.startswith(tuple(f"{name}=" for name in _TAKES_VALUE)):
            ahead.append(word)
        elif word in _TAKES_VALUE:
            ahead += [word, *[value for value in [next(words, None)] if value is not None]]
        else:
            rest.append(word)
    return [*ahead, *rest]


def _command(words: Sequence[str]) -> str:
    """Give the command among hoisted arguments; "" where there is none."""
    values = False
    for word in words:
        if not values and not word.startswith("-"):
            return word
        values = word in _TAKES_VALUE
    return ""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; errors are said on stderr, or as JSON if that was asked."""
    guard.install()
    words = hoisted(sys.argv[1:] if arguments is None else arguments)
    out_json = "--json" in words
    command: Any = typer.main.get_command(build(_command(words)))
    usage.speak_up(command)
    if not gc.isenabled():
        # main() began without: all that is loaded now stays.
        gc.freeze()
        gc.enable()
    ACCUSED.set(False)
    try:
        code = command.main(args=words, prog_name="tracer", standalone_mode=False)
    except SystemExit as ended:
        # The reader of a pipe went away; or a shell asked for completions.
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except typer.Abort:
        _say(_("Nothing was changed."))
        return WRONG_USE
    except TracerError as error:
        _say_error(error, out_json)
        return error.exit_code
    except Exception as error:
        if usage.is_usage(error):
            return _say_usage(error, out_json)
        _say_broken(error, out_json)
        return INTERNAL
    if code == INTERRUPTED:
        _say(_("Stopped. What was done is kept; run the same command again to go on."))
    if ACCUSED.get() and code in (None, DONE, WITH_PROBLEMS):
        return UNAVAILABLE
    return code if isinstance(code, int) else 0


def _say_usage(error: Exception, out_json: bool) -> int:
    if usage.wants_help(error) and not out_json:
        typer.rich_utils.rich_format_error(error)  # type: ignore[arg-type]
        return WRONG_USE
    sentence, remedy = usage.sentence(error)
    if out_json:
        as_json({"error": sentence, "remedy": remedy, "exit_code": WRONG_USE})
    else:
        _say(sentence, "bold red")
        _say(remedy)
    return WRONG_USE


def _say(text: str, style: str = "") -> None:
    _out, err = consoles(False)
    err.print(escape(text), style=style or None, soft_wrap=True)


def _say_error(error: TracerError, out_json: bool) -> None:
    sentence, _newline, remedy = error.shown().partition("\n")
    if out_json:
        as_json({"error": sentence, "remedy": remedy or None, "exit_code": error.exit_code})
        return
    _say(sentence, "bold red")
    if remedy:
        _say(remedy)


def _say_broken(error: BaseException, out_json: bool) -> None:
    """A mistake of ours: where it happened, and never its text, which may hold a person's data."""
    sentence = _(
        "The program made a mistake: {kind}. Nothing half-written was kept.", kind=type(error).__name__
    )
    remedy = _(
        "Please report it with these places (they hold no person's data): {places}",
        places=places(error),
    )
    if out_json:
        as_json({"error": sentence, "remedy": remedy, "exit_code": INTERNAL})
        return
    _say(sentence, "bold red")
    _say(remedy)
