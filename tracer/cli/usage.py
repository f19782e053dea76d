"""What typer says by itself, said our way: wrong use in one sentence with a remedy; help that wraps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer.rich_utils
from rich.columns import Columns
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

from tracer.words import N_, _

# How typer words it, and how we do. It speaks English only where these are concerned.
_SAID = (
    (r"Missing (?:argument|parameter|option) '(?P<name>[^']+)'.*", N_("{name} is missing")),
    (r"Missing command\.?", N_("A command is missing")),
    (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", N_("Too much stands behind it: {words}")),
    (r"No such option: (?P<name>\S+?)\.?(?: \(?(?:Possible|Did).*)?", N_("There is no option {name}")),
    (r"No such command '(?P<name>[^']*)'.*", N_("There is no command {name}")),
    (r"Option '(?P<name>[^']+)' requires an argument\.", N_("The option {name} needs a value")),
    (
        r"Invalid value for '(?P<name>[^']+)': (?:Value error, )?'(?P<value>[^']*)' is not one of "
        r"(?P<words>.*)\.",
        N_("{value} is no value for {name}. Use one of: {words}"),
    ),
    (
        r"Invalid value for '(?P<name>[^']+)': Input should be a valid integer.*",
        N_("{name} must be a whole number"),
    ),
    (
        r"Invalid value for '(?P<name>[^']+)': Input should be greater than or equal to (?P<least>.*)",
        N_("{name} must be {least} or more"),
    ),
    (
        r"Invalid value for '(?P<name>[^']+)': Input should be less than or equal to (?P<most>.*)",
        N_("{name} must be {most} or less"),
    ),
    (r"Invalid value(?: for '(?P<name>[^']+)')?: (?P<why>.*)", N_("{name}: {why}")),
)


def is_usage(error: BaseException) -> bool:
    """Tell whether this is typer's way to say that the command line is wrong."""
    return callable(getattr(error, "format_message", None))


def wants_help(error: BaseException) -> bool:
    """Tell whether a group of commands was called without anything: it shows its help then."""
    return type(error).__name__ == "NoArgsIsHelpError"


def sentence(error: Any) -> tuple[str, str]:
    """Give what is wrong with the command line, and the remedy."""
    text = " ".join(str(error.format_message()).split())
    remedy = _("See how with: {command} --help", command=error.ctx.command_path if error.ctx else "tracer")
    close = [str(one) for one in getattr(error, "possibilities", None) or ()]
    close = close or re.findall(r"'([^']+)'", text.partition("Did you mean")[2])
    if close:
        perhaps = _("Perhaps: {words}", words=", ".join(close))
        remedy = f"{perhaps}\n{remedy}"
    for pattern, said in _SAID:
        if found := re.fullmatch(pattern, text):
            values = {name: _value(name, value or "") for name, value in found.groupdict().items()}
            return _(said, **values).removeprefix(": "), remedy
    return text, remedy


def _value(name: str, value: str) -> str:
    if name == "words":
        return " ".join(shown(word) for word in value.replace("'", "").split())
    return shown(value) if name == "value" else value


def shown(word: str) -> str:
    """Give a word that was typed so that a message may repeat it: what may be a person is masked."""
    personal = sum(char.isdigit() for char in word) >= 7 or "@" in word or not word.isascii()
    if not personal:
        return word
    return f"{word[:1]}…{word[-1:]}" if len(word) > 4 else "…"


class _Folding(Table):
    """A table of help that breaks a long word: Chinese has no blanks, and typer's own table cuts it off."""

    def add_row(self, *cells: Any, **more: Any) -> None:
        super().add_row(*cells, **more)
        for column in self.columns:
            column.overflow = "fold"


class _FoldingColumns(Columns):
    """What typer puts in a cell of that table."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in super().__rich_console__(console, options):
            if isinstance(part, Table):
                for column in part.columns:
                    column.overflow = "fold"
            yield part


def speak_up(command: Any) -> None:
    """Give the built program all its help in the reader's language, also what typer writes in English."""
    vars(typer.rich_utils).update(Table=_Folding, Columns=_FoldingColumns)
    for one in walk(command):
        context = typer.Context(one, info_name=one.name, help_option_names=["--help", "-h"])
        asked = one.get_help_option(context)
        for option in [*([asked] if asked else []), *one.params]:
            # What several commands share is made on import: it is said here, once the language is known.
            told = _HELP.get(option.name or "") or option.help
            if told:
                option.help = _(told)


_HELP = {
    "help": N_("Show this message and exit."),
    "install_completion": N_("Install completion for the current shell."),
    "show_completion": N_("Print the completion script of the current shell."),
}


def walk(command: Any) -> Iterator[Any]:
    """Give a command and those below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from walk(below)
