"""The types of such text. A letter to a third party has no place for a debt, and takes no words of one.

Three locks, each alone enough against a careless hand:

1. Its places are a closed list (:class:`Place`) without amount, product, creditor or case number; a template
   with any other place cannot be made.
2. A template whose own words speak of a debt cannot be made.
3. What is put into a place must look like what the place is for, and must not speak of a debt either: names
   come from files that others filled in. The whole text is looked at once more when all is in place.

Honest limit: it is a list of words, not understanding. Whoever sends the paper reads it first.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from graph.clean.text import simplified
from tracer.errors import WrongUse
from tracer.words import N_


class Place(StrEnum):
    """All that a text for third parties can say beside its own words."""

    ADDRESSEE = "addressee"
    POSTAL = "postal"
    PERSON = "person"
    ABODE = "abode"
    SENDER = "sender"
    REPLY_TO = "reply_to"
    REPLY_PHONE = "reply_phone"
    REFERENCE = "reference"
    TODAY = "today"
    REPLY_BY = "reply_by"


class ForAuthority(StrEnum):
    """What a request to an authority can say besides: who is meant, and the right to ask."""

    ID_NUMBER = "id_number"
    BASIS = "basis"
    ORDER = "order"
    COURT = "court"


class Style(StrEnum):
    """How a line is set."""

    TITLE = "title"
    HEAD = "head"
    BODY = "body"
    SIGN = "sign"


class NotForThirdParties(WrongUse):
    """A text or value may not be shown to a third party. The message names the place, never the value."""


# Whole words, so that Owens, Billings and Kreditanstalt's neighbours are left alone.
_ENGLISH = re.compile(
    r"\b(?:debt(?:s|or|ors)?|indebted(?:ness)?|ow(?:e|es|ed|ing)|loans?|lend(?:er|ers|ing)?|borrow(?:ed|er|ers|ing)?"
    r"|credit(?:s|or|ors)?|collect(?:s|ed|ing|ion|ions|or|ors)?|overdue|past due|arrears"
    r"|default(?:s|ed|ing|er)?"
    r"|repay(?:s|ment|ments|ing)?|repaid|pay(?:s|ment|ments|able|ing)?|paid|unpaid|balance|amounts?|instal?ments?"
    r"|mortgage|recovery|bailiff)\b"
)
# Written apart (d e b t, d-e-b-t) it is the same word; short ones would be found by chance.
_SQUEEZED = ("debt", "creditor", "overdue", "arrears", "collectionagency", "debtcollect")
_CHINESE = re.compile(
    r"[债欠催]|逾期|借款|贷款|还款|借贷|网贷|车贷|房贷|信贷|信用卡|失信|老赖|违约|拖延付|未还|清偿|偿还|代偿|金额|本金|利息|罚息|追讨|讨要|小贷"
)
_MONEY = re.compile(
    r"[$€£¥₩₹]|\b(?:cny|rmb|usd|eur|gbp|hkd|yuan|dollars?)\b|人民币|[\d万千百]\s*(?:块钱|元|块|圆)|\d\s*万|\d{1,3}(?:,\d{3})+|\d+\.\d{2}(?!\d)"
)
_HIDDEN = {"Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp", "Mn", "Me"}


def speaks_of_debt(text: str) -> bool:
    """Tell whether a text speaks of a debt, a payment or an amount, in English or Chinese, however spaced."""
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char) not in _HIDDEN)
    # Chinese has no blanks: whatever stands between two characters of a word was put there to part them.
    han = "".join(char for char in plain if "\u3400" <= char <= "\u9fff")
    if _ENGLISH.search(plain) or _CHINESE.search(han) or _MONEY.search(plain):
        return True
    squeezed = "".join(char for char in plain if char.isascii() and char.isalpha())
    parted = re.search(r"(?:\b[a-z]\b[\W_]*){4,}", plain)
    return parted is not None and any(word in squeezed for word in _SQUEEZED)


@dataclass(frozen=True, slots=True)
class Template:
    """Words with named places, each line with its style. ``authority`` says that it is for an authority.

    Making one raises ValueError when it has a place that is not in the closed list, or speaks of a debt.
    """

    lines: tuple[tuple[Style, str], ...] = field(repr=False)
    authority: bool = False

    def __post_init__(self) -> None:
        known = {str(one) for one in Place} | (
            {str(one) for one in ForAuthority} if self.authority else set()
        )
        for _style, text in self.lines:
            for words, place, spec, conversion in string.Formatter().parse(text):
                if place is not None and (place not in known or spec or conversion):
                    raise ValueError(f"a text for others has no place called {place[:20]!r}")
                if speaks_of_debt(words):
                    raise ValueError("the words of a text for others speak of a debt")

    @property
    def places(self) -> frozenset[str]:
        """The places that must be filled."""
        return frozenset(
            place for _s, text in self.lines for _w, place, _f, _c in string.Formatter().parse(text) if place
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a letter."""

    style: Style
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it will be read: its language (``zh`` or ``en``) and its paragraphs."""

    language: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(line.text for line in self.lines)


def _words(most: int, digits: int) -> re.Pattern[str]:
    # Letters, blanks and what stands in names and addresses; no more than so many digits in a row.
    return re.compile(rf"(?!.*\d{{{digits + 1}}})[\w .,;:'’‘·•&()（）、，。\-–/#№号@+]{{1,{most}}}")


_LOOKS: Mapping[str, re.Pattern[str]] = {
    Place.ADDRESSEE: _words(80, 4),
    Place.POSTAL: _words(160, 6),
    Place.PERSON: re.compile(r"[^\W\d_](?:[^\W\d_]|[ .,'’·•\-]){0,59}"),
    Place.ABODE: _words(160, 6),
    Place.SENDER: _words(80, 4),
    Place.REPLY_TO: _words(160, 6),
    Place.REPLY_PHONE: re.compile(r"\+?[\d][\d ()\-]{4,24}(?:(?:转| ext\.? ?)\d{1,6})?"),
    Place.REFERENCE: re.compile(r"Q-[A-Z]{5}-[A-Z]{5}"),
    Place.TODAY: re.compile(r"\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日"),
    Place.REPLY_BY: re.compile(r"\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日"),
    ForAuthority.ID_NUMBER: re.compile(r"[0-9A-Za-z\-]{4,30}"),
    ForAuthority.BASIS: re.compile(r"(?!.*\d{5})[\w .,;:'’()（）《》〈〉、，·\-–/§]{4,120}"),
    ForAuthority.ORDER: re.compile(r"(?!.*\d{9})[\w .()（）〔〕\[\]\-–/第号字]{2,60}"),
    ForAuthority.COURT: _words(80, 4),
}


def _fits(place: str, value: str) -> bool:
    if not _LOOKS[place].fullmatch(value):
        return False
    # Raised, circled and foreign digits count as digits nobody asked for; 〇 is a character of names.
    if any(unicodedata.category(one).startswith("N") and not one.isascii() for one in value if one != "〇"):
        return False
    # Letters of other scripts look like Latin ones (Cyrillic е) and would hide a word from the list above.
    return all(
        unicodedata.name(char, "").startswith(("LATIN ", "CJK ", "FULLWIDTH LATIN"))
        for char in value
        if char.isalpha()
    )


@dataclass(frozen=True, slots=True)
class ThirdPartyText:
    """A text for a third party: a template and what stands in its places.

    Raises NotForThirdParties for a value that does not look like what its place is for or speaks of a debt,
    and when the whole does; ValueError for a place that is left empty or that the template does not have.
    """

    template: Template
    values: Mapping[Place, str] = field(repr=False)

    places: ClassVar[frozenset[str]] = frozenset(Place)

    def __post_init__(self) -> None:
        # Type hints bind nobody at run time; what was written for others than third parties stops here.
        if type(self.template) is not Template:
            raise TypeError("a text for third parties is made of a template for third parties")
        _check(self.template, self.values, self.places)
        if self.template.authority:
            raise ValueError("a template for an authority is none for third parties")

    def letter(self, language: str) -> Letter:
        """Give the letter."""
        return _filled(self.template, self.values, language)


@dataclass(frozen=True, slots=True)
class AuthorityText:
    """A request to an authority: the same, and it may say who is meant and by what right one asks."""

    template: Template
    values: Mapping[Place | ForAuthority, str] = field(repr=False)

    places: ClassVar[frozenset[str]] = frozenset([*Place, *ForAuthority])

    def __post_init__(self) -> None:
        _check(self.template, self.values, self.places)

    def letter(self, language: str) -> Letter:
        """Give the letter."""
        return _filled(self.template, self.values, language)


def _check(
    template: Template,
    values: Mapping[Place, str] | Mapping[Place | ForAuthority, str],
    places: frozenset[str],
) -> None:
    given: dict[str, str] = {str(place): value for place, value in values.items()}
    wrong = template.places ^ set(given)
    if wrong or not set(given) <= places:
        raise ValueError(f"not the template's places: {', '.join(sorted(wrong or set(given) - places))}")
    for place, value in given.items():
        if speaks_of_debt(value):
            raise NotForThirdParties(
                N_("What would stand as {place} speaks of a debt or an amount, which nobody else may read"),
                N_("Correct it in the case's file or the configuration; it cannot be sent like this."),
                place=place,
            )
        if not _fits(place, value):
            raise NotForThirdParties(
                N_("What would stand as {place} does not look like one"),
                N_(
                    "Only letters (Latin or Chinese), a name's or address's punctuation and few digits may "
                    "stand there; a name holds no digits."
                ),
                place=place,
            )
    whole = _filled(template, values, "").text
    # The parts said nothing; put together they might.
    if not template.authority and speaks_of_debt(whole):
        raise NotForThirdParties(
            N_("The text as a whole speaks of a debt or an amount, which nobody else may read"),
            N_("Correct the names in the case's file; it cannot be sent like this."),
        )


def _filled(
    template: Template, values: Mapping[Place, str] | Mapping[Place | ForAuthority, str], language: str
) -> Letter:
    given: dict[str, str] = {str(place): value for place, value in values.items()}
    return Letter(
        language=language,
        lines=tuple(Line(style=style, text=text.format_map(given)) for style, text in template.lines),
    )
