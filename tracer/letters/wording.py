"""The words of a letter put together: by how, to whom and what is asked, in its own language.

They are documents, not messages of the program (a letter in Chinese goes out from an English screen), so they
stand in ``letters.toml`` in both languages and not in the catalogue.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sources.enquiry import Addressee, Asks, Kind
from tracer.letters.text import Style, Template

LANGUAGES = ("zh", "en")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "letters.toml").read_text(encoding="utf-8"))


def template(
    language: str, kind: Kind, addressee: Addressee, asks: Asks, *, abode: bool, number: bool, postal: bool
) -> Template:
    """Give the template of one enquiry.

    ``abode``, ``number`` and ``postal`` say whether the address we know, the id number (authorities only) and
    the addressee's own address stand in it. Raises ValueError for words that may not go out.
    """
    words = _words()[language]
    third = addressee.third_party
    who = words["who"]["numbered" if number and not third else "named"]
    # On the phone nothing can be handed over.
    words_of = "call" if kind is Kind.PHONE and asks is Asks.REACH else asks
    asked = [who if text == "{who}" else text for text in words[addressee][words_of]]
    if abode:
        asked.insert(1, words["abode"])
    body = [words["opening"][kind if third else Kind.LETTER], *asked]
    if third:
        body.append(words["free"])
        body += [words["if_asked"]] * (kind is not Kind.LETTER)
    head = list(words["head"])
    if postal:
        head.insert(1, "{postal}")
    return Template(
        (
            (Style.TITLE, words["title"][kind if third else "authority"]),
            *((Style.HEAD, text) for text in head),
            *((Style.BODY, text) for text in [*body, words["answer" if third else "answer_authority"]]),
            (Style.SIGN, "{sender}"),
        ),
        authority=not third,
    )
