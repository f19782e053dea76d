"""A record's values as comparison sees them: names split and folded, dates with their origin, address keys.

Built once per record and thrown away with the call: nothing here outlives it, so nothing here is a cache of
persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations

from graph.clean.latin_names import folded, is_pinyin
from graph.clean.names import name_keys
from graph.clean.text import has_han, simplified
from graph.frequency import PINYIN_SURNAMES
from graph.model import Address, Identifier, LineType, Name, PartialDate, Phone, Record

GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv"])
_WORD = re.compile(r"[^\W\d_*]+|\*+")
_NOT_TEXT = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")
_MOST_TOKENS = 4
_CHINESE_MOBILE = re.compile(r"\+861[3-9][\d*]{9}")

# Kinds of id that a person is given once in a life, so that two sound ones mean two persons.
LIFELONG = frozenset({"prc_id", "us_ssn"})
# Kinds whose check digit shows every single wrong character and every exchange of neighbours (ISO
# 7064 MOD 11-2).
SELF_CHECKING = frozenset({"prc_id"})
_PRC_BORN = slice(6, 14)
_PRC_LENGTH = 18
_BORN_KNOWN = 4


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name ready to be compared. ``han`` is in simplified characters; ``tokens`` are lower-case letters.

    ``family`` and ``given`` are in the script of the name; ``sound`` is the family name and the given name in
    letters (all of it in pinyin for Chinese, without middle names for others), empty where it is not known.
    ``keys`` are ``name_keys`` of a name in letters: its words with diminutives as formal names.
    """

    han: str
    tokens: tuple[str, ...]
    family: str
    given: str
    sound: tuple[str, ...]
    generation: str
    masked: bool
    keys: frozenset[str]

    @property
    def key(self) -> str:
        """The text that two ways of writing one name share, whatever their script and order; "" if masked."""
        if self.masked or len(self.sound) < 2:
            return ""
        # 吕 is lv in dictionaries and LYU in passports.
        sound = "".join(self.sound).replace("lyu", "lv").replace("nyu", "nv")
        return "".join(sorted(sound))

    def __repr__(self) -> str:
        return f"NameForm(…{len(self.han or self.tokens)})"


def name_form(name: Name) -> NameForm:
    """Give the name as comparison sees it."""
    if has_han(name.text):
        return _han_form(name)
    text = _folded(name.text)
    tokens = tuple(_WORD.findall(text))
    masked = name.masked or "*" in text
    generation = tokens[-1] if len(tokens) > 1 and tokens[-1] in GENERATIONS else ""
    if generation:
        tokens = tokens[:-1]
    family = "".join(_WORD.findall(_folded(name.family)))
    given = " ".join(_WORD.findall(_folded(name.given)))
    if not family and len(tokens) > 1:
        first = tokens[0] in PINYIN_SURNAMES and tokens[-1] not in PINYIN_SURNAMES
        family, *rest = tokens if first else (tokens[-1], *tokens[:-1])
        given = " ".join(rest)
    if is_pinyin(tokens):
        sound = (family, given.replace(" ", ""))
    else:
        sound = (family, next((word for word in given.split() if len(word) > 1), given[:1]))
    keys = frozenset() if masked else name_keys(name)
    return NameForm("", tokens, family, given, tuple(filter(None, sound)), generation, masked, keys)


def _han_form(name: Name) -> NameForm:
    han = "".join(_WORD.findall(simplified(name.text).casefold()))
    masked = name.masked or "*" in han
    family = simplified(name.family)
    if not family or not han.startswith(family):
        family = han[:1] if len(han) > 1 else ""
    words = [word for word in name.romanised.casefold().split() if "*" not in word]
    sound = (words[0], "".join(words[1:])) if len(words) > 1 else ()
    return NameForm(han, (), family, han[len(family) :], sound, "", masked, frozenset())


def _folded(text: str) -> str:
    return folded(text).replace("'", "").replace("’", "")


def orders(tokens: tuple[str, ...]) -> frozenset[str]:
    """Give the name in every word order, without spaces: ``weizhang`` and ``zhangwei``."""
    return frozenset("".join(order) for order in permutations(tokens[:_MOST_TOKENS]))


def born_of(record: Record) -> PartialDate | None:
    """Give the date of birth, from the record itself or from a sound id that carries it."""
    if record.born is not None:
        return record.born
    return next((i.born for i in record.ids if i.born is not None and i.sound and not i.masked), None)


def id_born(record: Record) -> PartialDate | None:
    """Give the date of birth that an id of the record carries."""
    return next((i.born for i in record.ids if i.born is not None), None)


def dated(identifier: Identifier) -> bool:
    """Tell whether the id shows a date of birth, or most of one under its mask."""
    if identifier.born is not None:
        return True
    value = identifier.value
    if not identifier.masked or identifier.scheme != "prc_id" or len(value) != _PRC_LENGTH:
        return False
    return sum(char != "*" for char in value[_PRC_BORN]) >= _BORN_KNOWN


def personal(phone: Phone) -> bool:
    """Tell whether one person carries the line: a mobile without a desk's extension."""
    if phone.extension or phone.line_type in {LineType.LANDLINE, LineType.VOIP, LineType.VIRTUAL}:
        return False
    return (
        phone.line_type is LineType.MOBILE
        or _CHINESE_MOBILE.fullmatch(phone.e164 or phone.pattern) is not None
    )


def address_form(address: Address) -> tuple[str, tuple[str, ...]]:
    """Give an address as its letters and characters without spaces, and its numbers in order."""
    text = simplified(address.text).casefold()
    if "*" in text:
        return "", ()
    return _NOT_TEXT.sub("", text), tuple(number.lstrip("0") for number in _NUMBERS.findall(text))


def sound_ids(record: Record) -> dict[str, frozenset[str]]:
    """Give the whole and sound ids of kinds that are given once in a life, by scheme."""
    found: dict[str, set[str]] = {}
    for identifier in record.ids:
        if identifier.scheme in LIFELONG and identifier.sound and not identifier.masked:
            found.setdefault(identifier.scheme, set()).add(identifier.value)
    return {scheme: frozenset(values) for scheme, values in found.items()}


def exchanged_or_one_off(left: str, right: str) -> bool:
    """Tell whether two texts of one length differ in one character or in one exchange of neighbours."""
    if len(left) != len(right):
        return False
    differ = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if len(differ) == 2 and differ[1] == differ[0] + 1:
        first, second = differ
        return left[first] == right[second] and left[second] == right[first]
    return len(differ) == 1


def two_persons(left: dict[str, frozenset[str]], right: dict[str, frozenset[str]]) -> bool:
    """Tell whether two records' sound lifelong ids (``sound_ids``) cannot belong to one person.

    One scheme on which they agree clears them. A kind without a check digit may hold a slip of the finger, so
    there one character off is no proof.
    """
    differ = False
    for scheme, values in left.items():
        others = right.get(scheme)
        if not others:
            continue
        if values & others:
            return False
        slip = scheme not in SELF_CHECKING and any(exchanged_or_one_off(a, b) for a in values for b in others)
        differ = differ or not slip
    return differ
