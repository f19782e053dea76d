"""The program's sentences in the reader's language: gettext catalogues, chosen once at the start.

Sentences are written in English where they are said, with named places: ``_("Case {case} is closed")``.
``N_`` marks one that is looked up later (a table of messages). Chinese is in locale/zh/LC_MESSAGES.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from pathlib import Path

LANGUAGES = ("en", "zh")

_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=gettext.NullTranslations())  # noqa: B039
_language: ContextVar[str] = ContextVar("language", default="en")


def speak(language: str) -> None:
    """Choose the language of everything said from here on (``en`` or ``zh``)."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    found: gettext.NullTranslations = gettext.NullTranslations()
    if language != "en":
        found = gettext.translation("tracer", Path(__file__).parent / "locale", [language])
    _catalogue.set(found)
    _language.set(language)


def language() -> str:
    """The language being spoken."""
    return _language.get()


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogue without translating it yet."""
    return sentence


def _(sentence: str, **values: object) -> str:
    """Give the sentence in the reader's language with its places filled in."""
    text = _catalogue.get().gettext(sentence)
    return text.format(**values) if values else text
