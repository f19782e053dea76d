"""Chinese characters → pinyin without tones, one reading per character, surnames read as surnames.

The dictionary is pypinyin's character table; it is loaded on first use (a fifth of a second).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from graph.clean.surnames import READING
from graph.clean.text import simplified


@cache
def _table() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    table: dict[int, str] = pinyin_dict
    return table


@cache
def syllable(char: str) -> str:
    """Give one character's commonest reading (``吕`` → ``lv``); "" for a character that has none."""
    readings = _table().get(ord(char), "") or _table().get(ord(simplified(char)[:1] or char), "")
    marked = unicodedata.normalize("NFD", readings.partition(",")[0]).replace("u\u0308", "v")
    return "".join(letter for letter in marked if "a" <= letter <= "z")


def syllables(text: str) -> str:
    """Give the readings of the characters of a text, joined; what is no Chinese character is left out."""
    return "".join([syllable(char) for char in text])


def surname(text: str) -> str:
    """Give the reading of a surname, as a surname, joined (``尉迟`` → ``yuchi``)."""
    reading = READING.get(text)
    return syllables(text) if reading is None else reading
