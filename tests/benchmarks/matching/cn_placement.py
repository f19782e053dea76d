"""cn_placement: fictional Chinese placement records, as several creditors and agencies send them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.benchmarks.matching.errors import Reservoir, Slips
from tests.benchmarks.matching.names_cn import Han, Names
from tests.benchmarks.matching.table import Table, shuffled
from tracer.demo.names import BRANDS, CITIES, DISTRICTS, LEGAL, ROADS, TRADES
from tracer.demo.people import prc_check

COLUMNS = {
    "姓名": "name",
    "身份证号": "id",
    "手机号": "phone",
    "备用电话": "phone",
    "出生日期": "born",
    "家庭住址": "address",
    "工作单位": "employer",
}
# First two digits of the province and its name (GB/T 2260); the county is 9999, which no place has.
PROVINCES = {
    "11": "北京市", "13": "河北省", "14": "山西省", "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "61": "陕西省", "62": "甘肃省",
    "65": "新疆维吾尔自治区",
}  # fmt: skip
_CODES = tuple(PROVINCES)
_PHONES = 200_000_000

RECORDS_A_PERSON = (0.52, 0.27, 0.12, 0.06, 0.03)
HOUSEHOLD_OF = (0.62, 0.2, 0.12, 0.06)
SHARES = {
    "masked": 0.12, "roman": 0.03, "traditional": 0.03, "homophone": 0.025, "look_alike": 0.01,
    "one_character": 0.012, "title": 0.01, "id_missing": 0.08, "id_fifteen": 0.02, "id_typo": 0.015,
    "id_wrong_person": 0.001, "phone_missing": 0.05, "phone_of_household": 0.06, "phone_typo": 0.01,
    "phone_recycled": 0.02, "second_phone": 0.3, "born": 0.2, "born_without_id": 0.7,
    "born_wrong": 0.03, "address_missing": 0.25,
    "address_moved": 0.15, "address_short": 0.3, "employer_missing": 0.45, "employer_changed": 0.25,
    "stranger": 0.01, "household_one_family": 0.7, "phone_written": 0.25,
}  # fmt: skip


@dataclass(slots=True)
class _Person:
    name: Han
    id: str
    born: dt.date
    phones: list[str]
    homes: list[tuple[str, ...]]
    jobs: list[str] = field(default_factory=list)


class _Maker:
    def __init__(self, seed: int) -> None:
        self.slips = Slips(random.Random(seed))
        self.names = Names(self.slips)
        self._given_out: set[int] = set()
        self._given_up: Reservoir[str] = Reservoir()
        self._earlier: Reservoir[tuple[Han, int]] = Reservoir(100_000)
        self._issued: set[str] = set()

    def phone(self) -> str:
        if self.slips.chance(SHARES["phone_recycled"]):
            again = self._given_up.draw(self.slips.rng)
            if again:
                return again
        number = int(self.slips.rng.random() * _PHONES)
        while number in self._given_out:
            number = int(self.slips.rng.random() * _PHONES)
        self._given_out.add(number)
        return f"1{5 + number // 100_000_000}4{number % 100_000_000:08d}"

    def identity(self, born: dt.date, region: str) -> str:
        rng = self.slips.rng
        while True:
            body = f"{region}9999{born:%Y%m%d}{int(rng.random() * 1000):03d}"
            if body not in self._issued:
                break
            # Born on one day in one fictional county: at a million people the running numbers run out.
            born = self.slips.day_between(born.year, born.year)
        self._issued.add(body)
        return body + prc_check(body)

    def home(self) -> tuple[str, ...]:
        one, rng = self.slips.one, self.slips.rng
        return (
            PROVINCES[one(_CODES)], one(CITIES), one(DISTRICTS),
            f"{one(ROADS)}{1 + int(rng.random() * 300)}号", f"{1 + int(rng.random() * 20)}幢",
            f"{1 + int(rng.random() * 28)}{1 + int(rng.random() * 4):02d}室",
        )  # fmt: skip

    def job(self) -> str:
        one = self.slips.one
        return one(CITIES)[:2] + one(BRANDS) + one(TRADES) + one(LEGAL)

    def person(self, home: tuple[str, ...], family: str, region: str) -> _Person:
        stranger = self._earlier.draw(self.slips.rng) if self.slips.chance(SHARES["stranger"]) else None
        if stranger:
            name, year = stranger
        else:
            name, year = self.names.person(family), 1960 + int(self.slips.rng.random() * 45)
            self._earlier.add((name, year))
        number = self.identity(self.slips.day_between(year, year), region)
        born = dt.datetime.strptime(number[6:14], "%Y%m%d").date()
        return _Person(name, number, born, [self.phone()], [home], [self.job()])

    def household(self) -> list[_Person]:
        home, region = self.home(), self.slips.one(_CODES)
        family = self.names.person().family
        members = []
        for _ in range(self.slips.sizes(HOUSEHOLD_OF)):
            kept = family if self.slips.chance(SHARES["household_one_family"]) else ""
            members.append(self.person(home, kept, region))
        return members

    def move(self, person: _Person) -> None:
        """Between two placements a person may change number, home and employer."""
        if self.slips.chance(0.25):
            self._given_up.add(person.phones[-1])
            person.phones.append(self.phone())
        if self.slips.chance(SHARES["address_moved"]):
            person.homes.append(self.home())
        if self.slips.chance(SHARES["employer_changed"]):
            person.jobs.append(self.job())

    def record(self, person: _Person, household: list[_Person]) -> tuple[str, ...]:
        chance = self.slips.chance
        if chance(SHARES["masked"]):
            return self._masked(person)
        has_id = not chance(SHARES["id_missing"])
        number = self._written_id(person, household) if has_id else ""
        phone = "" if chance(SHARES["phone_missing"]) and has_id else self._written_phone(person, household)
        second = ""
        if chance(SHARES["second_phone"]):
            second = self.slips.one(self.slips.one(household).phones if chance(0.5) else person.phones)
        born = (
            self._written_born(person)
            if chance(SHARES["born"] if has_id else SHARES["born_without_id"])
            else ""
        )
        address = "" if chance(SHARES["address_missing"]) and has_id else self._written_home(person)
        employer = "" if chance(SHARES["employer_missing"]) else person.jobs[-1]
        return self._written_name(person.name), number, phone, second, born, address, employer

    def _masked(self, person: _Person) -> tuple[str, ...]:
        number = person.id
        kind = self.slips.rng.random()
        if kind < 0.6:
            number = number[:6] + "********" + number[14:]
        elif kind < 0.9:
            number = number[:14] + "****"
        else:
            number = number[:3] + "***********" + number[14:]
        phone = person.phones[-1]
        phone = f"{phone[:3]}****{phone[7:]}"
        address = "".join(person.homes[-1][:3]) + "****" if self.slips.chance(0.5) else ""
        return self.names.masked(person.name), number, phone, "", "", address, ""

    def _written_name(self, name: Han) -> str:
        kind = self.slips.rng.random()
        for way, make in (
            ("roman", self.names.roman),
            ("traditional", self.names.traditional),
            ("homophone", lambda had: self.names.homophone(had).full),
            ("look_alike", lambda had: self.names.look_alike(had).full),
            ("one_character", lambda had: self.names.one_character(had).full),
            ("title", lambda had: had.full + self.slips.one(("先生", "女士"))),
        ):
            kind -= SHARES[way]
            if kind < 0:
                return make(name)
        return name.full

    def _written_id(self, person: _Person, household: list[_Person]) -> str:
        number = person.id
        kind = self.slips.rng.random()
        if kind < SHARES["id_wrong_person"]:
            return self.slips.one(household).id
        kind -= SHARES["id_wrong_person"]
        if kind < SHARES["id_fifteen"] and person.born.year < 1999:
            return number[:6] + number[8:17]
        if SHARES["id_fifteen"] <= kind < SHARES["id_fifteen"] + SHARES["id_typo"]:
            # The region stays: a wrong one could make a number that exists.
            return self.slips.digit(number, first=6)
        return number.lower() if self.slips.chance(0.3) else number

    def _written_phone(self, person: _Person, household: list[_Person]) -> str:
        phone = person.phones[-1]
        if self.slips.chance(SHARES["phone_of_household"]):
            phone = self.slips.one(household).phones[-1]
        if self.slips.chance(SHARES["phone_typo"]):
            phone = self.slips.digit(phone, first=3)
        if self.slips.chance(SHARES["phone_written"]):
            return self.slips.one((f"+86 {phone}", f"86{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
                                   f"{phone[:3]} {phone[3:7]} {phone[7:]}"))  # fmt: skip
        return phone

    def _written_born(self, person: _Person) -> str:
        born = self.slips.date(person.born) if self.slips.chance(SHARES["born_wrong"]) else person.born
        kind = self.slips.rng.random()
        if kind < 0.7:
            return born.isoformat()
        return f"{born:%Y%m%d}" if kind < 0.85 else f"{born.year}年{born.month}月{born.day}日"

    def _written_home(self, person: _Person) -> str:
        province, city, district, road, building, room = person.homes[-1]
        kind = self.slips.rng.random()
        if kind < SHARES["address_short"]:
            return self.slips.one((
                f"{city}{district}{road}{building}{room}", f"{district}{road}{building}{room}",
                f"{province}{city}{district}{road}", f"{city[:-1]}{road}{building[:-1]}-{room[:-1]}",
            ))  # fmt: skip
        return f"{province}{city}{district}{road}{building}{room}"


def _people(seed: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    maker = _Maker(seed)
    person_at = 0
    while True:
        household = maker.household()
        for person in household:
            for placement in range(maker.slips.sizes(RECORDS_A_PERSON)):
                if placement:
                    maker.move(person)
                yield person_at, maker.record(person, household)
            person_at += 1


def make(records: int, seed: int = 1) -> Table:
    """Give ``records`` fictional placement records.

    Where the figures come from (SHARES, RECORDS_A_PERSON, HOUSEHOLD_OF hold them all):

    * Names: family names by the published shares of graph/frequency.py [MPS 2007, 2019, 2020], given names so
      that the commonest full names are as common as published (张伟 near 2e-4); the rest judged.
    * A person has 1–5 placements (52, 27, 12, 6, 3 %), a household 1–4 people (62, 20, 12, 6 %) who share an
      address, mostly (70 %) a family name, a region of birth and at times (6 %, and half of second numbers) a
      telephone. One per cent of people bear the name and birth year of an earlier one. All judged.
    * Between placements 25 % change number, 15 % address, 25 % employer; 2 % of new numbers were somebody
      else's before (one number in ten changes hands a year in shared/in-use.md, and most go to people who
      are in no file). A number once given back is issued again by ``phone_recycled``.
    * 12 % of records come masked (name 张*, 张*伟, *伟, 张某; id 6+4, first 14 or 3+4 characters; phone 3+4).
      Names else: 3 % in letters (any order, Wade-Giles and Cantonese now and then), 3 % traditional,
      2.5 % homophone, 1 % look-alike, 1.2 % another slip, 1 % with a title. All judged: nothing is published.
    * Ids: 8 % missing (a birth date then stands in 70 %, else in 20 %), 2 % in the old form of 15 digits,
      1.5 % a typing error (Splink's and febrl's sets have one to three a field), 0.1 % another household
      member's. Phones 5 % missing (then an id is there), 1 % mistyped; addresses 25 % missing (then an id
      is there), 30 % shortened; employers 45 % missing.

    Every id is of county 9999 (nobody's, tracer/demo/people.py) and every number starts with 154 or 164
    (no operator's). The fictional ids have 25 regions where real ones have some 2,900, so a masked id says
    about seven bits less than a real one: the set is harder than life there.
    """
    return shuffled(COLUMNS, _people(seed), records, seed)
