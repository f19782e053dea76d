"""What can be broken: each error says what happened, with which value, and what to do.

What can be expected (a refusal, nothing found, an unreadable row) is a value, not an exception.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from tracer.words import _

_PLACES = 6


class TracerError(Exception):
    """Something is broken or was asked wrongly. ``sentence`` and ``remedy`` are English with named places.

    They are translated when shown, and so are codes and clauses in the places that tracer.words names
    (``state``, ``role``, ``why``…): pass them as they are. ``values`` never hold a person.
    """

    exit_code = 2

    def __init__(self, sentence: str, remedy: str = "", /, **values: object) -> None:
        self.sentence = sentence
        self.remedy = remedy
        self.values = values
        super().__init__(sentence.format(**values) if values else sentence)

    def shown(self) -> str:
        """The error in the reader's language, the remedy on a line of its own."""
        said = _(self.sentence, **self.values)
        return f"{said}\n{_(self.remedy, **self.values)}" if self.remedy else said


class WrongUse(TracerError):
    """The command, file or configuration is wrong."""

    exit_code = 2


class NotThere(WrongUse):
    """What was named is not there, or not for whoever asks: both are said in the same words."""


class Refused(TracerError):
    """Policy said no to the whole command."""

    exit_code = 3


class LogUnavailable(TracerError):
    """The log or a key cannot be used: nothing is asked, nothing is shown."""

    exit_code = 4


class Broken(TracerError):
    """A source's credentials or contract are wrong."""

    exit_code = 5


def places(error: BaseException) -> str:
    """Give where a mistake happened, the innermost place first. Never its text, which may hold a person."""
    found = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return " < ".join(reversed(found[-_PLACES:]))
