"""What only the debtor hears or reads, once it is known that it is he. No other text can be made of it.

The types keep the two apart: a :class:`DebtorTemplate` is no :class:`~tracer.letters.text.Template`, and
a text for third parties takes nothing else, whatever stands in it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tracer.errors import WrongUse
from tracer.letters.text import Place
from tracer.words import N_


class ForDebtor(StrEnum):
    """What the debtor is told besides: for whom, and how much, as the creditor placed it."""

    CREDITOR = "creditor"
    AMOUNT = "amount"


_PLACES = frozenset([*(str(one) for one in Place), *(str(one) for one in ForDebtor)])
_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]{1,160}")
_AMOUNT = re.compile(r"[A-Z]{3} \d{1,3}(?:,\d{3})*(?:\.\d{2,3})?")


@dataclass(frozen=True, slots=True)
class DebtorTemplate:
    """Words with named places for the debtor alone. Raises ValueError for a place outside the closed list."""

    lines: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        for _words, place, spec, conversion in self._parsed():
            if place is not None and (place not in _PLACES or spec or conversion):
                raise ValueError(f"a text for the debtor has no place called {place[:20]!r}")

    def _parsed(self) -> list[tuple[str, str | None, str | None, str | None]]:
        return [part for text in self.lines for part in string.Formatter().parse(text)]

    @property
    def places(self) -> frozenset[str]:
        """The places that must be filled."""
        return frozenset(place for _w, place, _f, _c in self._parsed() if place)


@dataclass(frozen=True, slots=True)
class DebtorText:
    """A text for the debtor: a template and what stands in its places.

    Raises WrongUse for a value that is no line of text, or an amount that is not written as one; ValueError
    for a place that is left empty or that the template does not have.
    """

    template: DebtorTemplate
    values: Mapping[Place | ForDebtor, str] = field(repr=False)

    def __post_init__(self) -> None:
        given = {str(place): value for place, value in self.values.items()}
        wrong = self.template.places ^ set(given)
        if wrong:
            raise ValueError(f"not the template's places: {', '.join(sorted(wrong))}")
        for place, value in given.items():
            if not (_AMOUNT if place == ForDebtor.AMOUNT else _LINE).fullmatch(value):
                raise WrongUse(
                    N_("What would stand as {place} does not look like one"),
                    N_("Correct it in the case's file or the configuration."),
                    place=place,
                )

    @property
    def text(self) -> str:
        """All of it as plain text, one line a paragraph."""
        given = {str(place): value for place, value in self.values.items()}
        return "\n".join(line.format_map(given) for line in self.template.lines)
