"""Templates of scripts, short messages and letters (``scripts.toml``), each of the type of who may hear it.

What anybody may hear comes as a :class:`~tracer.letters.text.Template`, which has no place for a debt and
takes no word of one; only :func:`to_debtor` gives one that has. A template that breaks this cannot be made,
so no screen ever shows it.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from tracer.letters.debtor import DebtorTemplate
from tracer.letters.text import Style, Template


class Part(StrEnum):
    """What anybody may hear or read."""

    TO_DEBTOR = "to_debtor"
    TO_OTHER = "to_other"
    CALL_BACK = "call_back"
    CHECK = "check"
    BORN = "born"
    ID = "id"
    SMS_DEBTOR = "sms_debtor"
    SMS_OTHER = "sms_other"
    LETTER_OTHER = "letter_other"


class DebtorPart(StrEnum):
    """What only the debtor hears or reads."""

    CALL = "call"
    LETTER = "letter"


class Hint(StrEnum):
    """What whoever calls keeps in mind. Nobody else hears it."""

    RECORDED = "recorded"
    IDENTITY = "identity"
    COMPARE_BORN = "compare_born"
    COMPARE_ID = "compare_id"
    NOTHING_TO_CHECK = "nothing_to_check"
    OTHERS = "others"
    STRANGER = "stranger"
    NO_WAIVER = "no_waiver"
    NO_GIFTS = "no_gifts"
    NO_LINES = "no_lines"
    SMS = "sms"
    LETTER = "letter"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "scripts.toml").read_text(encoding="utf-8"))


def _lines(language: str, audience: str, key: str) -> tuple[str, ...]:
    found = _words()[language][audience][key]
    return tuple(found) if isinstance(found, list) else (found,)


def to_anybody(language: str, *parts: Part) -> Template:
    """Give what anybody may hear, one line after the other. Raises ValueError for words that may not."""
    return Template(tuple((Style.BODY, line) for part in parts for line in _lines(language, "third", part)))


def to_debtor(language: str, part: DebtorPart, *, amount: bool) -> DebtorTemplate:
    """Give what the debtor hears once it is known that it is he; ``amount``: whether one is on file."""
    return DebtorTemplate(_lines(language, "debtor", part if amount else f"{part}_without_amount"))


def hint(language: str, name: Hint) -> str:
    """Give a note for whoever calls."""
    (line,) = _lines(language, "notes", name)
    return line
