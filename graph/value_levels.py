"""Two ids, dates of birth or phones → a level of agreement, and how much of a masked value both show."""

from __future__ import annotations

import math

from graph.clean.masks import compatible
from graph.forms import LIFELONG, SELF_CHECKING, exchanged_or_one_off, personal
from graph.model import Identifier, PartialDate, Phone, country_code

Score = tuple[int, float]

BORN = [
    "born.exact",
    "born.month",
    "born.year",
    "born.swapped",
    "born.digit",
    "born.conflict",
    "born.generation",
]
ID = [
    "id.exact",
    "id.exact_unsound",
    "id.masked",
    "id.typo",
    "id.masked_near",
    "id.other",
    "id.masked_conflict",
    "id.conflict",
]
PHONE = ["phone.mobile", "phone.masked", "phone.line", "phone.none"]

_B = {code.removeprefix("born."): place + 1 for place, code in enumerate(BORN)}
_I = {code.removeprefix("id."): place + 1 for place, code in enumerate(ID)}
_P = {code.removeprefix("phone."): place + 1 for place, code in enumerate(PHONE)}

_GENERATION_YEARS = 15
_BITS_PER_DIGIT = math.log2(10)
# Of an 18-character PRC id: a digit of the region says 1 bit (portfolios are local), year 5.3, month 3.6 and
# day 4.9 bits over their digits, sequence and check digit 3.3 each. Judged from the format.
PRC_BITS = (1.0,) * 6 + (0.2, 0.8, 1.1, 3.2) + (0.9, 2.7) + (1.7, 3.2) + (3.3,) * 4
_NEAR_KNOWN = 8
_LEAST_MASKED_DIGITS = 6


def id_score(a: Identifier, b: Identifier) -> Score:
    """Compare two ids of one scheme; the rarity of a masked one is that of the characters both show."""
    if a.masked or b.masked:
        return _masked_ids(a, b)
    if a.value == b.value:
        return _I["exact" if a.sound and b.sound else "exact_unsound"], 0.0
    slip = exchanged_or_one_off(a.value, b.value)
    both = a.sound and b.sound
    if slip and not (both and a.scheme in SELF_CHECKING):
        return _I["typo"], 0.0
    return _I["conflict" if both and a.scheme in LIFELONG else "other"], 0.0


def _masked_ids(a: Identifier, b: Identifier) -> Score:
    if len(a.value) != len(b.value):
        # A mask of another length may be a style of masking: nothing can be said position by position.
        return 0, 0.0
    shown = [place for place, (x, y) in enumerate(zip(a.value, b.value, strict=True)) if "*" not in (x, y)]
    if not shown:
        return 0, 0.0
    wrong = sum(a.value[place] != b.value[place] for place in shown)
    if wrong == 0:
        long = a.scheme == "prc_id" and len(a.value) == len(PRC_BITS)
        return _I["masked"], sum(PRC_BITS[place] if long else _BITS_PER_DIGIT for place in shown)
    return _I["masked_near" if wrong == 1 and len(shown) >= _NEAR_KNOWN else "masked_conflict"], 0.0


def born_score(a: PartialDate, b: PartialDate) -> Score:
    """Compare two dates of birth as far as both are known."""
    whole_a, whole_b = (None not in (d.month, d.day) for d in (a, b))
    if a.year == b.year and (a.month is None or b.month is None):
        return _B["year"], 0.0
    if a.year == b.year and a.month == b.month:
        if not (whole_a and whole_b):
            return _B["month"], 0.0
        if a.day == b.day:
            return _B["year" if (a.month, a.day) == (1, 1) else "exact"], 0.0
    if whole_a and whole_b:
        if a.year == b.year and (a.month, a.day) == (b.day, b.month):
            return _B["swapped"], 0.0
        if exchanged_or_one_off(_digits(a), _digits(b)) and abs(a.year - b.year) < _GENERATION_YEARS:
            return _B["digit"], 0.0
    return _B["generation" if abs(a.year - b.year) >= _GENERATION_YEARS else "conflict"], 0.0


def _digits(date: PartialDate) -> str:
    return f"{date.year:04d}{date.month or 0:02d}{date.day or 0:02d}"


def phone_score(a: Phone, b: Phone) -> Score:
    """Compare two numbers; for masked ones the rarity is the share of digits that both show."""
    if a.masked or b.masked:
        share = shared_digits(a, b)
        return (_P["masked"], share) if share else (_P["none"], 0.0) if share is None else (0, 0.0)
    if a.key == b.key:
        return _P["mobile" if personal(a) or personal(b) else "line"], 0.0
    return _P["none"], 0.0


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
