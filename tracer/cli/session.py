"""What the global options say, and how a command opens the desk and ends."""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from tracer.errors import WrongUse
from tracer.words import N_, _

if TYPE_CHECKING:
    # Loaded when a desk is opened: a command that needs none starts in a third of the time.
    from tracer.desk import Desk
    from tracer.desk.witnessing import Testimony

DONE, WITH_PROBLEMS, WRONG_USE, REFUSED, UNAVAILABLE, BROKEN = range(6)
INTERNAL = 70  # sysexits.h EX_SOFTWARE: a mistake of the program's own
# Set when a witness accused the log: whatever else came of the command, it ends with UNAVAILABLE.
ACCUSED: ContextVar[bool] = ContextVar("accused", default=False)
_STOP = N_(
    "Stop working on this home, keep a copy of it as it is and of what the witness holds, and run: "
    "tracer log verify."
)
INTERRUPTED = 130  # the shell's code for Ctrl-C


@dataclass(slots=True)
class Session:
    """The global options of one call."""

    home: Path
    home_given: bool
    config: Path | None
    given_actor: str
    json: bool
    out: Console
    err: Console

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """An open desk, closed at the end whatever happens."""
        from tracer.cli import show
        from tracer.desk import Desk

        with Desk.open(self.home, self.actor, config=self.config) as desk:
            show.ZONE.set(desk.office.config.zone)
            yield desk
        self._heard(desk.watch.heard.values())

    def _heard(self, said: Iterable[Testimony]) -> None:
        """Say on stderr what went wrong with a witness; one that accuses the log decides the exit code."""
        from tracer.desk.health import WRONG

        for one in said:
            if not one.taken:
                sentence = _(WRONG[str(one.said)], witness=one.witness, why=one.why or "—")
                style = "bold red" if one.alarm else "yellow"
                self.err.print(escape(sentence), style=style, soft_wrap=True)
            if one.alarm:
                ACCUSED.set(True)
                self.err.print(escape(_(_STOP)), soft_wrap=True)

    @property
    def actor(self) -> str:
        """Who is acting; WrongUse when that is not known or no name the log takes."""
        if not re.fullmatch(r"[^\s\"\\\x00-\x1f\x7f]{1,64}", self.given_actor):
            raise WrongUse(
                N_("It is not known who is acting"),
                N_(
                    "Say who with --actor NAME or TRACER_ACTOR: 1 to 64 characters without "
                    "blanks. It goes into the log."
                ),
            )
        return self.given_actor

    def say(self, text: str, style: str = "") -> None:
        """Say something on the side: stdout for people, nowhere under ``--json``."""
        self.out.print(escape(text), style=style or None, soft_wrap=True)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Show how far a long work is, with the time left, on stderr; nothing where nobody looks."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            task = bar.add_task(what, total=None)

            def told(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            yield told


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)


def session(context: typer.Context) -> Session:
    """Give the global options of the command being run."""
    found = context.obj
    assert isinstance(found, Session)
    return found


def wanted_actor(given: str | None) -> str:
    """Give who is acting: ``--actor``, TRACER_ACTOR, or the name of the login; "" when none is known."""
    try:
        return given or os.environ.get("TRACER_ACTOR") or getpass.getuser()
    except (KeyError, OSError):
        return ""


def home_path(given: Path | None) -> Path:
    """Give the home: ``--home``, TRACER_HOME, or ``.tracer`` here."""
    return given or Path(os.environ.get("TRACER_HOME") or ".tracer")


def consoles(as_json: bool) -> tuple[Console, Console]:
    """Give the consoles for results (stdout) and for everything else (stderr)."""
    width = None if sys.stdout.isatty() else 120
    return Console(quiet=as_json, width=width, highlight=False, soft_wrap=False), Console(
        stderr=True, highlight=False
    )
