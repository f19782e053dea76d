"""A cell with phone numbers as pieces, and a piece as digits: separators, labels, extensions, masks, damage.

What the digits mean in a country's numbering plan is ``phones``'s business; here is only how people write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from graph.clean.fault import Fault
from graph.clean.masks import mask_value, starred
from graph.clean.relations import relation
from graph.clean.text import dashed
from graph.model import Role

_HARD = re.compile(r"[/、;，,|\n\\&]+|(?<=\d)\s*(?:或者?|和|及|以及|与|\bor\b|\band\b)\s*(?=[\d+(])")
_GROUPED_BY_COMMAS = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.0+)?")
_SCIENTIFIC = re.compile(r"([+-]?)(\d(?:\.\d*)?)[eE]\+?(\d{1,3})")
_FLOAT_TAIL = re.compile(r"(\d{5,})\.0+")
_EXTENSION = re.compile(
    r"(?<=[\d*)])[\s,.;\-(]*(?:转接?|分机号?|内线|;?ext(?:ension|n)?(?![a-z])|extension|x|#)[\s:.=号]*(\d{1,8})\)?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[(\[{【<][^()\[\]{}【】<>\d*]*[)\]}】>]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+[:.]?")
_LATIN_RUN = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z\-]*(?:['.]s)?[:.]?")
_LABELS = frozenset(
    {
        "tel",
        "telephone",
        "phone",
        "ph",
        "mobile",
        "mob",
        "cell",
        "cellular",
        "cellphone",
        "home",
        "no",
        "number",
    }
    | {
        "fax",
        "hp",
        "landline",
        "land",
        "t",
        "m",
        "h",
        "w",
        "c",
        "p",
        "d",
        "direct",
        "main",
        "day",
        "evening",
        "res",
    }
)
_PUNCTUATION = re.compile(r"[\s\-().·_:~'\"\[\]{}【】<>=]+")
_DIGITS = re.compile(r"\+?[\d*]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One number as written: digits with ``*`` for masked ones, and what stood around them.

    ``plus`` says that a country code is written. ``groups`` are the digits as dashes group them.
    """

    digits: str = field(repr=False)
    plus: bool = False
    extension: str = field(default="", repr=False)
    groups: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[Fault, ...] = ()


def pieces(cell: str) -> list[str]:
    """Split a tidied cell at the signs that always separate numbers. Spaces and dashes are left inside."""
    if _GROUPED_BY_COMMAS.fullmatch(cell):
        return [cell.replace(",", "")]
    return [piece for part in _HARD.split(cell) if (piece := part.strip(" .:-_#'\""))]


def written(piece: str) -> Written | Fault:
    """Give the digits of one piece, or the fault that makes it no number (letters, Excel's notation)."""
    scientific = _SCIENTIFIC.fullmatch(piece)
    if scientific:
        return _unfold(scientific)
    notes: list[Fault] = []
    text = starred(dashed(piece))
    tail = _FLOAT_TAIL.fullmatch(text)
    if tail:
        text = tail[1]
        notes.append(Fault("phone.float_tail"))
    extension = ""
    found = _EXTENSION.search(text)
    if found:
        extension, text = found[1], text[: found.start()]
    asides: list[str] = []

    def take(match: re.Match[str]) -> str:
        asides.append(match[0].strip("()[]{}【】<> :."))
        return " "

    text = _ASIDE.sub(take, text)
    if not text.isascii():
        text = _HAN_RUN.sub(take, text)
    if re.search("[A-Za-z]", text):
        text = _LATIN_RUN.sub(lambda match: take(match) if _is_label(match[0]) else match[0], text)
        if re.search("[A-Za-z]", text):
            return Fault("phone.letters", (("shown", mask_value(piece)),), lost=True)
    notes.extend(_aside_notes(asides))
    text = text.strip()
    digits = _PUNCTUATION.sub("", text)
    if not _DIGITS.fullmatch(digits) or not any(char.isdigit() or char == "*" for char in digits):
        return Fault("phone.invalid", (("shown", mask_value(piece)),), lost=True)
    plus = digits.startswith("+")
    return Written(
        digits=digits.lstrip("+"),
        plus=plus,
        extension=extension,
        groups=tuple(group for part in text.split("-") if (group := _PUNCTUATION.sub("", part))),
        notes=tuple(notes),
    )


def _is_label(run: str) -> bool:
    word = run.strip(".:-").lower().removesuffix("'s")
    return word in _LABELS or relation(word) is not None


def _aside_notes(asides: list[str]) -> list[Fault]:
    """Whose number the words beside it say it is; plain labels (手机, Tel) are worth no note."""
    roles: list[Role] = []
    for aside in asides:
        role = relation(aside)
        if role is not None and role not in roles:
            roles.append(role)
    return [Fault("phone.annotation", (("relation", str(role)),)) for role in roles]


def _unfold(scientific: re.Match[str]) -> Written | Fault:
    """Undo Excel's 1.5412345678E+10 where every digit is still there; 1.54E+10 has lost the rest for good."""
    kept = len(scientific[2].replace(".", ""))
    of = int(scientific[3]) + 1
    if kept < of or scientific[1] == "-":
        return Fault("phone.scientific", (("kept", str(kept)), ("of", str(of))), lost=True)
    number = Decimal(scientific[2]).scaleb(int(scientific[3]))
    return Written(digits=str(int(number)), notes=(Fault("phone.scientific_restored"),))
