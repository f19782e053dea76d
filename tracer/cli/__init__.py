"""The command line: thin. It parses, calls the desk, and shows."""

from __future__ import annotations

import gc
import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracer import words
from tracer.words import LANGUAGES, speak

if TYPE_CHECKING:
    import typer

    app: typer.Typer


def __getattr__(name: str) -> object:
    # Built when first asked for: help texts are in the language that main() has chosen by then.
    if name == "app":
        from tracer.cli.program import build

        return build()
    raise AttributeError(name)


def wanted_language(arguments: Sequence[str]) -> str:
    """Give the language asked for by ``--lang``, TRACER_LANG or the terminal, else English."""
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    for variable in ("TRACER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        found = os.environ.get(variable, "")[:2].lower()
        if found:
            return found if found in LANGUAGES else "en"
    return "en"


def main() -> None:
    """Run the program and leave with its exit code."""
    language = wanted_language(sys.argv[1:])
    if language in LANGUAGES:
        speak(language)
        # Typer asks the process's own catalogue for what it says itself: it is given ours.
        os.environ["LANGUAGE"] = language
        gettext.bindtextdomain("tracer", str(Path(words.__file__).parent / "locale"))
        gettext.textdomain("tracer")
    # What is loaded to begin with stays: looking through it for garbage takes an eighth of the start.
    gc.disable()
    from tracer.cli.program import run

    sys.exit(run())
