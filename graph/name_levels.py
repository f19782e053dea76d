"""Two names → a level of agreement and the rarity of what agrees, in bits.

Levels from the strongest agreement to the strongest conflict; level 0 means that nothing could be compared.
"""

from __future__ import annotations

from collections.abc import Callable

from graph import frequency
from graph.clean.masks import compatible
from graph.forms import NameForm, orders
from graph.frequency import Frequencies

Score = tuple[int, float]
Close = Callable[[str, str], bool]

NAME = [
    "name.exact",
    "name.any_order",
    "name.pinyin",
    "name.partial",
    "name.nickname",
    "name.variant",
    "name.initial",
    "name.masked",
    "name.given_only",
    "name.one_character",
    "name.family_only",
    "name.generation",
    "name.different",
]
_N = {code.removeprefix("name."): place + 1 for place, code in enumerate(NAME)}

_NEIGHBOURS = 2.0
"""Bits a slip costs beside the name's rarity: a handful of other names are one slip away (judged)."""
_GENERATION_UNSAID = 2.0
"""Bits lost where one record says Jr or Sr and the other nothing (judged)."""


def name_score(a: NameForm, b: NameForm, frequencies: Frequencies, close: Close) -> Score:
    """Give the level (place in ``NAME`` + 1, or 0) and the rarity. ``close`` tells a slip of the finger."""
    if a.masked or b.masked:
        return _masked_names(a, b)
    if a.han and b.han:
        return _han_names(a, b, frequencies)
    if a.han or b.han:
        return _across_scripts(*((a, b) if a.han else (b, a)))
    if not a.tokens or not b.tokens:
        return 0, 0.0
    return _latin_names(a, b, frequencies, close)


def _masked_names(a: NameForm, b: NameForm) -> Score:
    """A mask agrees or not; what it leaves visible in both names is worth its rarity."""
    text_a, text_b = (form.han or " ".join(form.tokens) for form in (a, b))
    if bool(a.han) != bool(b.han) or not text_a or not text_b:
        return 0, 0.0
    if not any(char not in "* " for char in text_a) or not any(char not in "* " for char in text_b):
        return 0, 0.0
    if not compatible(text_a, text_b, loose=True):
        return _N["different"], 0.0
    if a.masked and b.masked:
        seen = "".join(x if x == y else "*" for x, y in zip(text_a, text_b, strict=False))
    else:
        seen = text_a if a.masked else text_b
    if not seen.strip("* "):
        return 0, 0.0
    if not a.han:
        # One letter in twelve for an initial; whole words left visible count as a family name at most.
        return _N["masked"], frequency.bits(frequency.INITIAL)
    bits = 0.0
    for place, char in enumerate(seen):
        if char != "*":
            bits += frequency.surname_bits(char) if place == 0 else frequency.character_bits()
    return _N["masked"], bits


def _han_names(a: NameForm, b: NameForm, frequencies: Frequencies) -> Score:
    if a.han == b.han:
        return _N["exact"], frequencies.rarity(a.han, frequency.published_han(a.family, a.given))
    if a.sound and a.sound == b.sound:
        return _N["variant"], frequency.bits(frequency.published_pinyin(*_two(a.sound)))
    if a.family == b.family:
        slip = len(a.han) == len(b.han) > 2 and sum(x != y for x, y in zip(a.han, b.han, strict=True)) == 1
        return _N["one_character" if slip else "family_only"], 0.0
    return _N["different"], 0.0


def _two(sound: tuple[str, ...]) -> tuple[str, str]:
    return sound[0], "".join(sound[1:])


def _across_scripts(han: NameForm, latin: NameForm) -> Score:
    if not han.sound or not latin.tokens:
        return 0, 0.0
    rarity = frequency.bits(frequency.published_pinyin(*_two(han.sound)))
    joined = "".join(han.sound)
    if joined in orders(latin.tokens):
        return _N["pinyin"], rarity
    if han.sound[0] in latin.tokens and han.sound[0] in frequency.PINYIN_SURNAMES:
        # "David Wang" may be 王伟's own English name: nothing is known of the given name.
        return 0, 0.0
    return _N["different"], 0.0


def _latin_names(a: NameForm, b: NameForm, frequencies: Frequencies, close: Close) -> Score:
    if sorted(a.tokens) == sorted(b.tokens) or "".join(a.tokens) in orders(b.tokens):
        if a.generation and b.generation and a.generation != b.generation:
            return _N["generation"], 0.0
        rarity = frequencies.rarity(a.key, frequency.published_latin(a.family, _first(a.given)))
        # Whichever order is the commoner name decides: the order of the words may be the mistake.
        rarity = min(rarity, frequencies.rarity(b.key, frequency.published_latin(b.family, _first(b.given))))
        if a.generation != b.generation:
            rarity -= _GENERATION_UNSAID
        return _N["exact" if a.tokens == b.tokens else "any_order"], rarity
    common = set(a.tokens) & set(b.tokens)
    longer = max(len(a.tokens), len(b.tokens))
    whole = [token for token in common if len(token) > 1]
    if len(whole) >= 2 and len(common) == min(len(a.tokens), len(b.tokens)) < longer:
        if a.generation and b.generation and a.generation != b.generation:
            return _N["generation"], 0.0
        return _N["partial"], _latin_rarity(a, b)
    same_family = bool(a.family) and a.family == b.family
    if same_family:
        return _same_family(a, b, close)
    joined_a, joined_b = " ".join(sorted(a.tokens)), " ".join(sorted(b.tokens))
    if close(joined_a, joined_b) and close(a.family, b.family):
        return _N["variant"], _latin_rarity(a, b) - _NEIGHBOURS
    if _first(a.given) and _first(a.given) == _first(b.given) and len(_first(a.given)) > 1:
        return _N["given_only"], 0.0
    return _N["different"], 0.0


def _same_family(a: NameForm, b: NameForm, close: Close) -> Score:
    first_a, first_b = _first(a.given), _first(b.given)
    family = frequency.latin_surname_bits(a.family)
    if not first_a or not first_b:
        return 0, 0.0
    if first_a == first_b:
        # The middle names differ, or one is an initial of the other.
        return _N["partial"], _latin_rarity(a, b) - _NEIGHBOURS
    short, long = sorted((first_a, first_b), key=len)
    if len(short) == 1:
        if long.startswith(short):
            return _N["initial"], family + frequency.bits(frequency.INITIAL)
        return _N["family_only"], 0.0
    # name_keys folds nicknames: what the keys share beyond the family name is one given name.
    if (a.keys & b.keys) - (set(a.tokens) & set(b.tokens)) - {a.family}:
        return _N["nickname"], family + frequency.bits(frequency.LATIN_GIVEN_COMMON)
    if close(first_a, first_b):
        return _N["variant"], _latin_rarity(a, b) - _NEIGHBOURS
    return _N["family_only"], 0.0


def _latin_rarity(a: NameForm, b: NameForm) -> float:
    return min(
        frequency.bits(frequency.published_latin(a.family, _first(a.given))),
        frequency.bits(frequency.published_latin(b.family, _first(b.given))),
    )


def _first(given: str) -> str:
    return given.partition(" ")[0]
