"""households_us and names_dob: census-like households, and a table of nothing but names and birth dates."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.benchmarks.matching import names_en as names
from tests.benchmarks.matching.errors import Slips
from tests.benchmarks.matching.table import Table, shuffled
from tracer.demo.names import AREAS

US_PHONES = len(AREAS) * 100
"""All numbers that the numbering plan sets aside for fiction: 100 in each area code."""

Made = Iterator[tuple[int, tuple[str, ...]]]


class Phones:
    """Fictional US numbers; when all are given out they are given out again, as numbers are in life."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._at = rng, int(rng.random() * US_PHONES)

    def take(self) -> str:
        """Give the next number, ten digits."""
        self._at = (self._at + 7919) % US_PHONES
        return f"{AREAS[self._at // 100]}55501{self._at % 100:02d}"

    def written(self, phone: str) -> str:
        """Give a number in one of the ways it is written."""
        one, kind = phone, self._rng.random()
        if kind < 0.4:
            return f"{one[:3]}-{one[3:6]}-{one[6:]}"
        if kind < 0.6:
            return f"({one[:3]}) {one[3:6]}-{one[6:]}"
        return one if kind < 0.8 else f"+1{one}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A fictional person; ``suffix`` is jr or sr where father and son bear one name."""

    given: str
    middle: str
    family: str
    suffix: str
    sex: str
    born: dt.date
    birthplace: str
    occupation: str
    employer: str
    phone: str


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling, and the line everybody in it answers."""

    number: str
    street: str
    city: str
    region: str
    postcode: str
    phone: str


HOUSEHOLD_SHARES = {
    "couple": 0.6, "children": 0.55, "twins": 0.06, "junior": 0.12, "grandparent": 0.06, "moved": 0.12,
    "married_name": 0.03, "second_wave": 0.8, "third_record": 0.08, "nickname": 0.08, "initial": 0.04,
    "given_typo": 0.06, "family_typo": 0.06, "born_wrong": 0.05, "born_missing": 0.08, "middle_missing": 0.5,
    "suffix_missing": 0.5, "phone_missing": 0.25, "phone_own": 0.3, "street_typo": 0.06, "number_wrong": 0.03,
    "occupation_changed": 0.2, "occupation_missing": 0.25, "postcode_wrong": 0.04, "employer_missing": 0.35,
}  # fmt: skip
HOUSEHOLD_COLUMNS = {
    "first_name": "name.given", "middle_name": "name.middle", "last_name": "name.family", "sex": "sex",
    "birth_date": "born", "birthplace": "birthplace", "house_number": "address.number", "street":
    "address.street", "city": "address.city", "state": "address.region", "zip": "address.postcode", "phone":
    "phone", "occupation": "occupation", "employer": "employer",
}  # fmt: skip


class _Town:
    """Makes homes, people and households, and what a census taker writes of them."""

    def __init__(self, seed: int) -> None:
        self.slips = Slips(random.Random(seed))
        self.phones = Phones(self.slips.rng)

    def home(self) -> Home:
        one, rng = self.slips.one, self.slips.rng
        city, region = one(names.CITIES)
        street = f"{one(names.STREETS)} {one(tuple(names.STREET_KINDS))}"
        # No place was given a postcode that starts with 002 or 003.
        code = f"00{200 + 16 * names.CITIES.index((city, region)) + int(rng.random() * 16)}"
        return Home(str(1 + int(rng.random() * 980)), street, city, region, code, self.phones.take())

    def employer(self) -> str:
        one = self.slips.one
        return f"{one(names.EMPLOYER_NAMES)} {one(names.EMPLOYER_KINDS)} {one(names.LEGAL)}".strip()

    def person(self, *, sex: str, family: str, first: int, last: int) -> Person:
        draw, rng = names.GIVEN[sex].draw, self.slips.rng
        return Person(
            given=draw(rng), middle=draw(rng), family=family, suffix="", sex=sex,
            born=self.slips.day_between(first, last), birthplace=self.slips.one(names.CITIES)[1],
            occupation=self.slips.one(names.OCCUPATIONS), employer=self.employer(), phone=self.phones.take(),
        )  # fmt: skip

    def household(self) -> list[Person]:
        chance, family = self.slips.chance, names.FAMILY.draw(self.slips.rng)
        head = self.person(sex="M" if chance(0.65) else "F", family=family, first=1930, last=1975)
        people, year = [head], head.born.year
        if chance(HOUSEHOLD_SHARES["couple"]):
            other = "F" if head.sex == "M" else "M"
            people.append(self.person(sex=other, family=family, first=year - 4, last=year + 6))
        if chance(HOUSEHOLD_SHARES["children"]):
            for _ in range(self.slips.sizes((0.4, 0.38, 0.15, 0.07))):
                child = self.person(
                    sex="M" if chance(0.5) else "F", family=family, first=year + 20, last=year + 38
                )
                people.append(child)
                if chance(HOUSEHOLD_SHARES["twins"]):
                    twin = self.person(sex=child.sex, family=family, first=year, last=year)
                    people.append(
                        replace(
                            twin,
                            given=self._twin(child.given, child.sex),
                            born=child.born,
                            birthplace=child.birthplace,
                        )
                    )
            sons = [at for at, child in enumerate(people) if child.sex == "M" and child.born.year > year + 15]
            if head.sex == "M" and sons and chance(HOUSEHOLD_SHARES["junior"]):
                people[0] = replace(head, suffix="sr")
                people[sons[0]] = replace(people[sons[0]], given=head.given, middle=head.middle, suffix="jr")
        if chance(HOUSEHOLD_SHARES["grandparent"]):
            people.append(self.person(sex="F", family=family, first=year - 35, last=year - 20))
        return people

    def _twin(self, given: str, sex: str) -> str:
        # Parents of twins like names that begin alike; a half of ours do.
        alike = [name for name in names.GIVEN[sex].values if name[0] == given[0] and name != given]
        if alike and self.slips.chance(0.5):
            return self.slips.one(alike)
        other = given
        while other == given:
            other = names.GIVEN[sex].draw(self.slips.rng)
        return other

    def given(self, name: str, shares: dict[str, float]) -> str:
        """Give a given name as written: short form, initial, typing error, or as it is."""
        if name in names.NICKS and self.slips.chance(shares["nickname"]):
            return self.slips.one(names.NICKS[name])
        if self.slips.chance(shares["initial"]):
            return name[0]
        return self.slips.typo(name) if self.slips.chance(shares["given_typo"]) else name

    def record(self, person: Person, home: Home) -> tuple[str, ...]:
        chance, shares, slips = self.slips.chance, HOUSEHOLD_SHARES, self.slips
        family = slips.typo(person.family) if chance(shares["family_typo"]) else person.family
        if person.suffix and not chance(shares["suffix_missing"]):
            family = f"{family} {person.suffix}"
        middle = "" if chance(shares["middle_missing"]) else person.middle
        middle = middle[:1] if chance(0.6) else middle
        born = slips.date(person.born) if chance(shares["born_wrong"]) else person.born
        street = slips.typo(home.street) if chance(shares["street_typo"]) else home.street
        if chance(0.4):
            word, kind = home.street.rsplit(" ", 1)
            street = f"{word} {names.STREET_KINDS[kind]}"
        phone = person.phone if chance(shares["phone_own"]) else home.phone
        return (
            self.given(person.given, shares), middle, family, person.sex if not chance(0.02) else "",
            "" if chance(shares["born_missing"]) else born.isoformat(), person.birthplace,
            slips.digit(home.number) if chance(shares["number_wrong"]) else home.number, street, home.city,
            home.region, slips.digit(home.postcode, first=3) if chance(shares["postcode_wrong"]) else
            home.postcode, "" if chance(shares["phone_missing"]) else self.phones.written(phone), "" if
            chance(shares["occupation_missing"]) else person.occupation, "" if
            chance(shares["employer_missing"]) else person.employer,
        )  # fmt: skip

    def later(self, person: Person) -> Person:
        """Give the person as the second wave finds them."""
        if person.sex == "F" and self.slips.chance(HOUSEHOLD_SHARES["married_name"]):
            person = replace(person, family=names.FAMILY.draw(self.slips.rng))
        if self.slips.chance(HOUSEHOLD_SHARES["occupation_changed"]):
            return replace(person, occupation=self.slips.one(names.OCCUPATIONS), employer=self.employer())
        return person


def _households(seed: int) -> Made:
    town, at = _Town(seed), 0
    while True:
        home, people = town.home(), town.household()
        later = town.home() if town.slips.chance(HOUSEHOLD_SHARES["moved"]) else home
        for person in people:
            yield at, town.record(person, home)
            if town.slips.chance(HOUSEHOLD_SHARES["second_wave"]):
                yield at, town.record(town.later(person), later)
            if town.slips.chance(HOUSEHOLD_SHARES["third_record"]):
                yield at, town.record(person, home)
            at += 1


def households_us(records: int, seed: int = 1) -> Table:
    """Give a table like two waves of a census with telephones: what one household shares is the trap.

    A household is a head, a partner (60 %), children (55 % have 1–4: 40, 38, 15, 7 %), twins (6 % of
    children, born the same day, half of them with names that begin alike), a son who bears his father's and
    father's middle name (12 % of families with sons; "jr"/"sr" is written half the time) and a grandmother
    (6 %). They share address, line (70 % of phones written) and family name. 80 % are seen in the second
    wave, 8 % once more; 12 % of households moved between, 3 % of women changed their name, 20 % their work.
    Errors: given and family name 6 % a typing error each, 8 % a nickname where there is one, 4 % an
    initial, birth date 5 % wrong and 8 % missing, phone 25 % missing, street 6 %, house number 3 %,
    postcode 4 % wrong. All shares judged after what shared/matching.md says such tables do to EM (lesson
    2); none is measured. Only 29,300 US numbers are set aside for fiction, so beyond some 12,000 records
    strangers share numbers too.
    """
    return shuffled(HOUSEHOLD_COLUMNS, _households(seed), records, seed)


NAME_SHARES = {"nickname": 0.1, "initial": 0.03, "given_typo": 0.08, "family_typo": 0.08, "born_wrong": 0.06,
               "swapped": 0.02, "married_name": 0.02, "born_missing": 0.01, "middle": 0.3}  # fmt: skip
NAME_RECORDS = (0.45, 0.3, 0.15, 0.07, 0.03)
NAME_COLUMNS = {"first": "name.given", "last": "name.family", "dob": "born"}


def _names(seed: int) -> Made:
    town, at = _Town(seed), 0
    slips, shares = town.slips, NAME_SHARES
    while True:
        sex = "M" if slips.chance(0.5) else "F"
        person = town.person(sex=sex, family=names.FAMILY.draw(slips.rng), first=1940, last=2005)
        for _ in range(slips.sizes(NAME_RECORDS)):
            given = town.given(person.given, shares)
            if slips.chance(shares["middle"]):
                given = f"{given} {person.middle[0]}"
            family = slips.typo(person.family) if slips.chance(shares["family_typo"]) else person.family
            if sex == "F" and slips.chance(shares["married_name"]):
                family = names.FAMILY.draw(slips.rng)
            if slips.chance(shares["swapped"]):
                given, family = family, given
            born = slips.date(person.born) if slips.chance(shares["born_wrong"]) else person.born
            yield at, (given, family, "" if slips.chance(shares["born_missing"]) else born.isoformat())
        at += 1


def names_dob(records: int, seed: int = 1) -> Table:
    """Give a table of given name, family name and birth date only: nothing else can say who is who.

    1–5 records a person (45, 30, 15, 7, 3 %), births 1940–2005. Given name: 10 % a nickname where there is
    one, 3 % an initial, 8 % a typing error, 30 % with a middle initial; family name 8 % a typing error, 2 %
    of women's another name; 2 % of records have given and family name exchanged; birth date 6 % wrong (day
    and month exchanged, a part off), 1 % missing. Judged, within what published sets of names show (febrl
    and RL-type tables: one to three errors a record).
    """
    return shuffled(NAME_COLUMNS, _names(seed), records, seed)


MAKE: dict[str, Callable[[int, int], Table]] = {"households_us": households_us, "names_dob": names_dob}
