"""Fictional people: names, identity and telephone numbers, addresses, employers that belong to nobody.

Everything is drawn from one seeded generator, so the same seed gives the same market.

* Chinese mobiles start with 154 and 164, prefixes no operator was given; US numbers are 555-0100 … 555-0199,
  set aside for fiction (North American Numbering Plan).
* PRC identity numbers carry a sound check digit (GB 11643) and a county code such as 659999: the province
  exists, the county does not, in any edition of GB/T 2260, so nobody was ever given one.
* US social security numbers start with 9 and have a group of 01 to 49: never issued as one (SSA, FAQ on
  randomization: none begins with 9) nor as a taxpayer number (IRS: those have groups from 50).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracer.demo import names

T = TypeVar("T")

US_NUMBERS = len(names.AREAS) * 100
_CN_NUMBERS = 200_000_000

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citizen:
    """One fictional person. ``roman`` is the name in Latin letters, given name first."""

    country: str
    name: str
    family: str
    given: str
    roman: str
    sex: str
    born: dt.date
    id: str

    def __repr__(self) -> str:
        return f"Citizen({self.country})"

    @property
    def nick(self) -> str:
        """The name with the short form of the given name (Bob for Robert), or the name itself."""
        return f"{names.NICK[self.given]} {self.family}" if self.given in names.NICK else self.name


def prc_check(seventeen: str) -> str:
    """Give the eighteenth character of a PRC identity number (GB 11643: ISO 7064 MOD 11-2)."""
    total = 0
    for digit, weight in zip(seventeen, _WEIGHTS, strict=True):
        total += int(digit) * weight
    return _CHECKS[total % 11]


class Registry:
    """Makes people and numbers, each identity number and telephone number once."""

    def __init__(self, seed: int, year: int) -> None:
        self.random = random.Random(seed)
        self._year = year
        self._ids: set[str] = set()
        self._cn = self.random.randrange(_CN_NUMBERS)
        self._us = self.random.randrange(US_NUMBERS)
        self.us_left = US_NUMBERS

    def number(self, country: str) -> str:
        """Give a number nobody in this market has yet, in E.164.

        Raises:
            ValueError: the US numbers set aside for fiction (100 an area code) are used up.
        """
        if country == "US":
            if not self.us_left:
                raise ValueError("the fictional US numbers are used up; build a smaller world")
            self.us_left -= 1
            # Steps coprime to the range visit every number once, in an order that looks like none.
            self._us = (self._us + 7919) % US_NUMBERS
            return f"+1{names.AREAS[self._us // 100]}55501{self._us % 100:02d}"
        self._cn = (self._cn + 76_543_211) % _CN_NUMBERS
        return f"+861{5 + self._cn // 100_000_000}4{self._cn % 100_000_000:08d}"

    def forget(self) -> None:
        """Drop the list of identity numbers given out: a long stream need not hold them all."""
        self._ids.clear()

    def _one(self, choices: Sequence[T]) -> T:
        return choices[int(self.random.random() * len(choices))]

    def _born(self, age: tuple[int, int]) -> dt.date:
        first = dt.date(self._year - age[1], 1, 1).toordinal()
        return dt.date.fromordinal(first + int(self.random.random() * 365.2 * (age[1] - age[0])))

    def chinese(self, *, sex: str = "", age: tuple[int, int] = (21, 60), family: str = "") -> Citizen:
        """Make a Chinese person. ``family`` keeps a family name (a parent, a child)."""
        draw = self.random.random
        sex = sex or ("F" if draw() < 0.45 else "M")
        surname, surname_roman = names.FAMILY[int(draw() ** 2 * len(names.FAMILY))]
        if family and family != surname:
            surname, surname_roman = family, next(roman for zh, roman in names.FAMILY if zh == family)
        pool = names.GIVEN[sex]
        given, roman = pool[int(draw() * len(pool))]
        if draw() < 0.72:
            second, second_roman = pool[int(draw() * len(pool))]
            given, roman = given + second, roman + second_roman
        if draw() < 0.001:
            given, roman = names.RARE
        born = self._born(age)
        stem = f"{self._one(names.PROVINCES)[1]}9999{born:%Y%m%d}"
        while True:
            # The last of the three running digits is odd for men and even for women.
            body = f"{stem}{int(draw() * 99):02d}{int(draw() * 5) * 2 + (sex == 'M')}"
            if body not in self._ids:
                break
        self._ids.add(body)
        return Citizen(
            country="CN", name=surname + given, family=surname, given=given, sex=sex, born=born,
            roman=f"{roman.capitalize()} {surname_roman.capitalize()}", id=body + prc_check(body),
        )  # fmt: skip

    def american(self, *, sex: str = "", age: tuple[int, int] = (21, 66), family: str = "") -> Citizen:
        """Make an American. ``family`` keeps a family name."""
        draw = self.random.random
        sex = sex or ("F" if draw() < 0.5 else "M")
        pool = names.FIRST[sex]
        given = pool[int(draw() * len(pool))]
        last = family or self._one(names.LAST)
        born = self._born(age)
        while True:
            number = f"9{int(draw() * 100):02d}-{1 + int(draw() * 49):02d}-{1 + int(draw() * 9999):04d}"
            if number not in self._ids:
                break
        self._ids.add(number)
        name = f"{given} {last}"
        return Citizen(
            country="US", name=name, family=last, given=given, roman=name, sex=sex, born=born, id=number
        )

    def person(
        self, country: str, *, sex: str = "", age: tuple[int, int] = (21, 62), family: str = ""
    ) -> Citizen:
        """Make a person of either country."""
        make = self.american if country == "US" else self.chinese
        return make(sex=sex, age=age, family=family)

    def address(self, country: str) -> str:
        """Give an address in a town that does not exist."""
        draw = self.random.random
        if country == "US":
            city, state = self._one(names.US_CITIES)
            street = self._one(names.US_STREETS)
            # No place was given a postcode that starts with 002 or 003.
            return f"{1 + int(draw() * 980)} {street}, {city}, {state} 00{200 + int(draw() * 200)}"
        province = self._one(names.PROVINCES)[0]
        city = self._one(names.CITIES)
        district = self._one(names.DISTRICTS)
        road = self._one(names.ROADS)
        return (
            f"{province}{city}{district}{road}{1 + int(draw() * 300)}号"
            f"{1 + int(draw() * 20)}幢{1 + int(draw() * 28)}{int(draw() * 4) + 1:02d}室"
        )

    def company(self, country: str) -> str:
        """Give the name of an employer that does not exist."""
        if country == "US":
            brand, trade, legal = names.US_BRANDS, names.US_TRADES, names.US_LEGAL
            return f"{self._one(brand)} {self._one(trade)} {self._one(legal)}"
        city = self._one(names.CITIES)[:2]
        return f"{city}{self._one(names.BRANDS)}{self._one(names.TRADES)}{self._one(names.LEGAL)}"
