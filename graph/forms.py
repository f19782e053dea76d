"""What a record's values come to as keys: the letters of a name, an address, what two ids say of persons."""

from __future__ import annotations

import re

from graph.clean.latin_names import folded, is_pinyin
from graph.clean.masks import compatible
from graph.clean.text import has_han, simplified
from graph.frequency import PINYIN_SURNAMES
from graph.model import Address, LineType, Name, PartialDate, Phone, Record, country_code

GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv"])
_WORD = re.compile(r"[^\W\d_*]+|\*+")
_NOT_TEXT = re.compile(r"[\W_]+")
_NUMBERS = re.compile(r"\d+")
_LEAST_MASKED_DIGITS = 6
_CHINESE_MOBILE = re.compile(r"\+861[3-9][\d*]{9}")

# Kinds of id that a person is given once in a life, so that two sound ones mean two persons.
LIFELONG = frozenset({"prc_id", "us_ssn"})
# Kinds whose check digit shows every single wrong character and every exchange of neighbours (ISO
# 7064 MOD 11-2).
SELF_CHECKING = frozenset({"prc_id"})


def name_key(name: Name) -> str:
    """Give the text that all ways of writing a name share, whatever their script and order; "" if masked."""
    if has_han(name.text):
        if name.masked or "*" in simplified(name.text):
            return ""
        words = [word for word in name.romanised.casefold().split() if "*" not in word]
        sound = tuple(words[:1]) + tuple(filter(None, ["".join(words[1:])]))
    else:
        text = _folded(name.text)
        if name.masked or "*" in text:
            return ""
        sound = _latin_sound(name, tuple(_WORD.findall(text)))
    if len(sound) < 2:
        return ""
    # 吕 is lv in dictionaries and LYU in passports.
    return "".join(sorted("".join(sound).replace("lyu", "lv").replace("nyu", "nv")))


def _latin_sound(name: Name, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Give family and given name in letters, without middle names but for Chinese ones."""
    if len(tokens) > 1 and tokens[-1] in GENERATIONS:
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
    return tuple(filter(None, sound))


def _folded(text: str) -> str:
    return folded(text).replace("'", "").replace("’", "")


def born_of(record: Record) -> PartialDate | None:
    """Give the date of birth, from the record itself or from a sound id that carries it."""
    if record.born is not None:
        return record.born
    return next((i.born for i in record.ids if i.born is not None and i.sound and not i.masked), None)


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


def shared_digits(a: Phone, b: Phone) -> float | None:
    """Give the share of national digits that both numbers show when they may be one number.

    None when they cannot be one; 0.0 when too few digits are known to say anything.
    """
    text_a, text_b = (phone.e164 or phone.pattern for phone in (a, b))
    if a.extension != b.extension or not compatible(text_a, text_b):
        return None
    code = len(country_code(text_a[1:])) + 1
    shown = sum("*" not in pair for pair in zip(text_a[code:], text_b[code:], strict=True))
    return shown / (len(text_a) - code) if shown >= _LEAST_MASKED_DIGITS else 0.0
