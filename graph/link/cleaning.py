"""Texts of a column → their normal forms, by the cleaners of ``graph.clean`` and by whole columns where the
shapes are the usual ones (``graph.link.lanes``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.clean.emails import read_email
from graph.clean.employers import employer_key
from graph.clean.ids import read_id
from graph.clean.latin_names import folded
from graph.clean.names import generation, read_name
from graph.clean.phones import read_phones
from graph.clean.surnames import PINYIN
from graph.clean.text import blank, has_han, simplified, tidy
from graph.forms import GENERATIONS, SELF_CHECKING
from graph.frequency import PINYIN_SURNAMES
from graph.link import lanes
from graph.link.dates import date_text, day_comes_first
from graph.link.kinds import NAME_PARTS, Raw, Style, style
from graph.link.texts import Arrow, Texts, mask, or_else
from graph.model import Name

_WORDS = re.compile(r"[^\W_*]+|\*+")
_PLAIN_NAME = re.compile(r"[a-z]+(?: [a-z]+){1,2}")
_DIGITS = re.compile(r"\d+")
_NATIONAL_DIGITS = 7
_FIRM = re.compile(
    r"\b(?:inc|llc|ltd|limited|corp|co|company|corporation|incorporated|plc|gmbh)\b\.?", re.IGNORECASE
)
_FIRMS_WITH_ONE_END = 3
_TITLE = re.compile(r"^(?:sir|mr|mrs|ms|miss|dr|rev|capt|col|prof|lady|lord)\.? ")
_STREET_KINDS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "boulevard": "blvd", "circuit": "cct", "crescent": "cres", "highway": "hwy",
    "square": "sq", "terrace": "ter", "parkway": "pkwy", "circle": "cir", "trail": "trl", "close": "cl",
    "north": "n",
    "south": "s", "east": "e", "west": "w", "apartment": "apt", "suite": "ste", "building": "bldg",
}  # fmt: skip


def cleaned(raw: Raw, region: str) -> dict[str, Arrow]:
    """Give for each comparison that the column feeds the normal form of its texts ("" or a gap for none)."""
    texts = Texts.of(raw.values)
    if raw.kind == "name":
        return _whole_names(texts)
    if raw.kind in NAME_PARTS:
        return {name: Texts.of(parts).arrow for name, parts in _name_parts(raw.kind, texts).items()}
    if raw.kind == "born":
        return {raw.kind: or_else(lanes.dates(texts), texts, _Dates(texts))}
    if raw.kind == "phone":
        return {raw.kind: or_else(lanes.phones(texts, region), texts, lambda text: _phone(text, region))}
    if style(raw.kind) is Style.ID:
        scheme = raw.kind.partition(".")[2]
        return {raw.kind: or_else(lanes.ids(texts, scheme), texts, lambda text: _id(text, scheme))}
    clean = _CLEANERS.get(raw.kind, _text)
    done = lanes.addresses(texts) if clean in _OF_WORDS else pa.nulls(len(texts), pa.string())
    return {raw.kind: or_else(done, texts, clean)}


class _Dates:
    """Cleans dates of a column; whether days come first is asked only where a date leaves it open."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.first: bool | None = None

    def __call__(self, text: str) -> str:
        if self.first is None:
            self.first = day_comes_first(self.texts)
        return date_text(text, self.first)


def _whole_names(texts: Texts) -> dict[str, Arrow]:
    """Take names in one column apart."""
    names = ("name.given", "name.middle", "name.family", "name.generation", "name.firm")
    given, family = lanes.han_names(texts)
    gaps = pc.is_null(family)
    rest = texts.at(np.flatnonzero(mask(gaps)))
    trades = _trades(rest)
    parts = [_whole_name(text, trades) for text in rest]
    lane = {"name.given": given, "name.family": family}
    nothing = pa.nulls(len(texts), pa.string())
    return {
        name: pc.replace_with_mask(
            lane.get(name, nothing), gaps, Texts.of([part[place] for part in parts]).arrow
        )
        for place, name in enumerate(names)
    }


def _name_parts(kind: str, texts: Texts) -> dict[str, list[str]]:
    two = [_name_part(text) for text in texts]
    if kind != "name.given":
        return {kind: [part for part, _g in two], "name.generation": [g for _part, g in two]}
    # Initials behind a first name are middle names.
    split = [_initials_off(part) for part, _g in two]
    return {
        kind: [first for first, _rest in split],
        "name.middle": [rest for _first, rest in split],
        "name.generation": [g for _part, g in two],
    }


def letters(text: str) -> str:
    """Give the words of a text in lower case and ASCII, Chinese characters simplified and joined."""
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower().replace("'", "")))
    if has_han(text):
        return "".join(_WORDS.findall(simplified(tidy(text)).casefold()))
    return " ".join(_WORDS.findall(folded(tidy(text)).replace("'", "").replace("’", "")))


def _text(text: str) -> str:
    return "" if blank(text, zero=False) else letters(text)


def _name_part(text: str) -> tuple[str, str]:
    """Give a given, family or middle name, and the generation (Jr, III) that stood behind it."""
    if blank(text):
        return "", ""
    words = letters(text).split(" ")
    if len(words) > 1 and words[-1] in GENERATIONS:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _initials_off(given: str) -> tuple[str, str]:
    first, _space, rest = given.partition(" ")
    if rest and not has_han(given) and all(len(word) == 1 for word in rest.split(" ")):
        return first, rest
    return given, ""


def _trades(values: Sequence[str]) -> frozenset[str]:
    """Give the last words of names that are firms' by their legal form: where a word ends many firms' names a
    name that ends in it is a firm's, with or without the form."""
    ends: dict[str, int] = {}
    for text in values:
        if _FIRM.search(text) and not has_han(text):
            words = [word for word in letters(text).split(" ") if not _FIRM.search(word)]
            if len(words) > 1:
                ends[words[-1]] = ends.get(words[-1], 0) + 1
    return frozenset(word for word, times in ends.items() if times >= _FIRMS_WITH_ONE_END)


def _whole_name(text: str, trades: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Give the given, middle and family name and the generation of a name in one cell, or, behind
    them, the name of a firm."""
    lower = text.lower().strip()
    if trades and (_FIRM.search(lower) or lower.rpartition(" ")[2] in trades):
        return "", "", "", "", employer_key(text)
    lower = _TITLE.sub("", lower)
    if _PLAIN_NAME.fullmatch(lower):
        words = lower.split(" ")
        if words[-1] not in GENERATIONS:
            if words[0] in PINYIN_SURNAMES and words[-1] not in PINYIN_SURNAMES:
                return "".join(words[1:]), "", words[0], "", ""
            if words[-1] in PINYIN_SURNAMES and all(map(PINYIN.fullmatch, words[:-1])):
                return "".join(words[:-1]), "", words[-1], "", ""
            return words[0], " ".join(words[1:-1]), words[-1], "", ""
    if blank(text):
        return "", "", "", "", ""
    name = read_name(text).value
    if name is None:
        # A firm among persons, or nothing that we can take apart.
        return "", "", "", "", employer_key(text)
    return (*name_parts(name), "")


def name_parts(name: Name) -> tuple[str, str, str, str]:
    """Give the given, middle and family name and the generation of a name."""
    if name.text.startswith("*") and has_han(name.text):
        return letters(name.text).lstrip("*"), "", "*", ""
    if not name.family:
        words = letters(name.text).split(" ")
        if has_han(name.text) or not 1 < len(words) < 4:
            return "", "", " ".join(words), ""
        return words[0], " ".join(words[1:-1]), words[-1], ""
    last = generation(name).lower()
    if has_han(name.text):
        family = simplified(name.family)
        whole = letters(name.text)
        return whole.removeprefix(family), "", family, last
    family = letters(name.family)
    words = [word for word in letters(name.given).split(" ") if word not in GENERATIONS]
    if len(words) > 1 and family in PINYIN_SURNAMES and all(map(PINYIN.fullmatch, words)):
        return "".join(words), "", family, last
    return "".join(words[:1]), " ".join(words[1:]), family, last


def _phone(text: str, region: str) -> str:
    phones = read_phones(text, region).value
    if phones:
        return phones[0].key
    digits = "".join(_DIGITS.findall(text))
    return digits if len(digits) >= _NATIONAL_DIGITS and digits.strip("0") else ""


def _id(text: str, scheme: str) -> str:
    """Give an id; those of kinds with a check digit carry ``!`` when it is right."""
    if blank(text):
        return ""
    if scheme in {"prc_id", "us_ssn"} or (not scheme and len(text) in {15, 18}):
        found = read_id(text, scheme).value
        if found is not None:
            checked = found.sound and not found.masked and found.scheme in SELF_CHECKING
            return found.value + ("!" if checked else "")
    return "".join(re.findall(r"[^\W_]|\*", tidy(text).upper()))


def _email(text: str) -> str:
    read = read_email(text).value
    return (read or "").casefold()


def _sex(text: str) -> str:
    word = "" if blank(text) else simplified(tidy(text)).casefold()
    return {"男": "m", "女": "f", "1": "m", "2": "f"}.get(word, word[:1])


def _number(text: str) -> str:
    return "".join(_text(text).split(" ")).lstrip("0")


def _street(text: str) -> str:
    """Give a street with its kind in short (USPS Publication 28, appendix C, and Australia Post's)."""
    words = _text(text).split(" ")
    return " ".join([*words[:1], *(_STREET_KINDS.get(word, word) for word in words[1:])])


def address_text(text: str) -> str:
    """Give an address as its words, the kinds of streets in short; "" for a masked one."""
    return "" if blank(text) or "*" in text else _street(text)


_CLEANERS: dict[str, Callable[[str], str]] = {
    "address.street": _street,
    "email": _email,
    "sex": _sex,
    "address": address_text,
    "address.number": _number,
    "address.postcode": _number,
    "employer": lambda text: "" if blank(text) else employer_key(text),
}
_OF_WORDS = (_text, address_text, _street)
"""Cleaners that leave Chinese text as its words joined."""
