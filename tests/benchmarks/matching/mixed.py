"""mixed and historical: persons and small firms in one sparse table, and English persons of the past."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from tests.benchmarks.matching import names_en as names
from tests.benchmarks.matching.errors import DIGITS, Slips, words
from tests.benchmarks.matching.table import Table, shuffled
from tests.benchmarks.matching.western import Made, Phones

MIXED_COLUMNS = {
    "kind": "other.kind", "name": "name", "birth_date": "born", "phone_1": "phone", "phone_2": "phone",
    "email_1": "email", "email_2": "email", "address": "address", "ssn": "id.us_ssn", "licence": "id.licence",
    "website": "other.website", "employer": "employer",
}  # fmt: skip
MIXED_SHARES = {
    "organisation": 0.25, "relative": 0.15, "born": 0.5, "phone": 0.55, "second_phone": 0.15, "email": 0.45,
    "second_email": 0.08, "address": 0.6, "ssn": 0.2, "licence": 0.12, "employer": 0.2, "website": 0.3,
    "name_typo": 0.06, "nickname": 0.15, "initial": 0.04, "family_first": 0.12, "middle": 0.3, "born_wrong":
    0.04, "ssn_typo": 0.04, "legal_other": 0.5, "kind_missing": 0.4, "address_typo": 0.08, "phone_relative":
    0.1,
}  # fmt: skip
MIXED_RECORDS = (0.3, 0.3, 0.2, 0.12, 0.08)
_LEGAL = {"inc": "incorporated", "llc": "l.l.c.", "corp": "corporation", "co": "company", "ltd": "limited"}
_MAILBOXES = ("example.com", "example.org", "example.net")
_TRADES = words(
    """
    plumbing roofing bakery books florist catering taxi dental legal garage electric furniture
    """
)


@dataclass(slots=True)
class _Subject:
    organisation: bool
    given: str = ""
    middle: str = ""
    family: str = ""
    title: str = ""
    legal: str = ""
    born: dt.date | None = None
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    homes: list[str] = field(default_factory=list)
    ssn: str = ""
    licence: str = ""
    employer: str = ""


class _Book:
    def __init__(self, seed: int) -> None:
        self.slips = Slips(random.Random(seed))
        self.phones = Phones(self.slips.rng)

    def home(self) -> str:
        one, rng = self.slips.one, self.slips.rng
        city, region = one(names.CITIES)
        code = f"00{200 + int(rng.random() * 200)}"
        street = f"{1 + int(rng.random() * 980)} {one(names.STREETS)} {one(tuple(names.STREET_KINDS))}"
        return f"{street}, {city}, {region.upper()} {code}".title().replace(region.title(), region.upper())

    def person(self, home: str = "", family: str = "") -> _Subject:
        slips, rng = self.slips, self.slips.rng
        draw = names.GIVEN["M" if slips.chance(0.5) else "F"].draw
        made = _Subject(False, draw(rng), draw(rng), family or names.FAMILY.draw(rng))
        made.born = slips.day_between(1940, 2003)
        made.phones = [self.phones.take(), self.phones.take()]
        box = slips.one(
            (f"{made.given}.{made.family}", f"{made.given[0]}{made.family}", f"{made.family}{made.born:%y}")
        )
        made.emails = [
            f"{box}@{slips.one(_MAILBOXES)}",
            f"{made.given}{int(rng.random() * 9999)}@{slips.one(_MAILBOXES)}",
        ]
        made.homes = [home or self.home()]
        # Never issued as a social security number (first digit 9) nor as a taxpayer's (group below 50).
        area, group, serial = (
            int(rng.random() * 100),
            1 + int(rng.random() * 49),
            1 + int(rng.random() * 9999),
        )
        made.ssn = f"9{area:02d}-{group:02d}-{serial:04d}"
        made.licence = slips.one("ABCDEFGHJK") + "".join(slips.one(DIGITS) for _ in range(7))
        made.employer = f"{slips.one(names.EMPLOYER_NAMES)} {slips.one(names.EMPLOYER_KINDS)}".title()
        return made

    def organisation(self) -> _Subject:
        slips = self.slips
        stem = slips.one(names.RARE_LAST) if slips.chance(0.7) else slips.one(names.COMMON_LAST) + "'s"
        made = _Subject(True, title=f"{stem} {slips.one(_TRADES)}", legal=slips.one((*_LEGAL, "")))
        made.phones = [self.phones.take(), self.phones.take()]
        site = made.title.replace(" ", "").replace("'", "")
        made.emails = [f"info@{site}.example", f"office@{site}.example"]
        made.homes = [self.home()]
        return made

    def name(self, subject: _Subject) -> str:
        slips, shares = self.slips, MIXED_SHARES
        if subject.organisation:
            title = slips.typo(subject.title) if slips.chance(shares["name_typo"]) else subject.title
            legal = subject.legal
            if legal and slips.chance(shares["legal_other"]):
                legal = slips.one((_LEGAL[legal], "", legal.upper()))
            return f"{title} {legal}".strip().title()
        given = subject.given
        if given in names.NICKS and slips.chance(shares["nickname"]):
            given = slips.one(names.NICKS[given])
        elif slips.chance(shares["initial"]):
            given = given[0]
        if slips.chance(shares["middle"]):
            given += f" {subject.middle if slips.chance(0.3) else subject.middle[0]}"
        family = slips.typo(subject.family) if slips.chance(shares["name_typo"]) else subject.family
        whole = f"{family}, {given}" if slips.chance(shares["family_first"]) else f"{given} {family}"
        return whole.upper() if slips.chance(0.2) else whole.title()

    def record(self, subject: _Subject, relative: _Subject | None) -> tuple[str, ...]:
        slips, shares = self.slips, MIXED_SHARES
        row = dict.fromkeys(MIXED_COLUMNS, "")
        row["name"] = self.name(subject)
        if not slips.chance(shares["kind_missing"]):
            row["kind"] = "ORGANIZATION" if subject.organisation else "PERSON"
        while not any(
            row[name] for name in ("phone_1", "email_1", "address", "birth_date", "ssn", "licence")
        ):
            self._fill(row, subject, relative)
        return tuple(row.values())

    def _fill(self, row: dict[str, str], subject: _Subject, relative: _Subject | None) -> None:
        slips, shares = self.slips, MIXED_SHARES
        if slips.chance(shares["phone"]):
            owner = relative if relative and slips.chance(shares["phone_relative"]) else subject
            row["phone_1"] = self.phones.written(slips.one(owner.phones))
        if slips.chance(shares["second_phone"]):
            row["phone_2"] = self.phones.written(subject.phones[1])
        if slips.chance(shares["email"]):
            row["email_1"] = slips.one(subject.emails)
        if slips.chance(shares["second_email"]):
            row["email_2"] = subject.emails[1]
        if slips.chance(shares["address"]):
            home = slips.one(subject.homes)
            for whole, short in names.STREET_KINDS.items():
                home = home.replace(f" {whole.title()},", f" {short.title()},") if slips.chance(0.5) else home
            row["address"] = slips.typo(home) if slips.chance(shares["address_typo"]) else home
        if subject.organisation:
            if slips.chance(shares["website"]):
                row["website"] = "www." + subject.emails[0].partition("@")[2]
            return
        if subject.born and slips.chance(shares["born"]):
            born = slips.date(subject.born) if slips.chance(shares["born_wrong"]) else subject.born
            row["birth_date"] = f"{born:%m/%d/%Y}" if slips.chance(0.3) else born.isoformat()
        if slips.chance(shares["ssn"]):
            row["ssn"] = (
                slips.digit(subject.ssn, first=4) if slips.chance(shares["ssn_typo"]) else subject.ssn
            )
        if slips.chance(shares["licence"]):
            row["licence"] = subject.licence
        if slips.chance(shares["employer"]):
            row["employer"] = subject.employer


def _mixed(seed: int) -> Made:
    book, at = _Book(seed), 0
    slips, shares = book.slips, MIXED_SHARES
    while True:
        group = [book.organisation()] if slips.chance(shares["organisation"]) else [book.person()]
        if not group[0].organisation and slips.chance(shares["relative"]):
            group.append(book.person(group[0].homes[0], group[0].family))
        for subject in group:
            if slips.chance(0.2):
                subject.homes.append(book.home())
            relative = group[1] if len(group) == 2 and subject is group[0] else None
            for _ in range(slips.sizes(MIXED_RECORDS)):
                yield at, book.record(subject, relative)
            at += 1


def mixed(records: int, seed: int = 1) -> Table:
    """Give persons (three in four) and small organisations in one table of sparse columns.

    1–5 records each (30, 30, 20, 12, 8 %). A record has a name and at least one of: phone 55 % (a second 15
    %), e-mail 45 % (a second 8 %), address 60 %, and for persons birth date 50 %, SSN 20 %, licence 12 %,
    employer 20 %. Names of persons: nickname 15 % where there is one, initial 4 %, family name first 12 %,
    middle name 30 %, typing error 6 %; of organisations: another legal form half the time, typing error 6
    %. One person in eight has a relative at the same address with the same family name, whose phone stands
    in 10 % of the records. The kind of subject is missing in 40 %. Two records of one subject may share no
    field at all: such a pair can only be found through a third. Shares judged after public descriptions of
    sets of this type; none measured.
    """
    return shuffled(MIXED_COLUMNS, _mixed(seed), records, seed)


HISTORICAL_COLUMNS = {
    "full_name": "name", "dob": "born", "birth_place": "birthplace", "postcode": "address.postcode",
    "gender": "sex", "occupation": "occupation",
}  # fmt: skip
HISTORICAL_SHARES = {
    "name_typo": 0.12, "spelling": 0.06, "nickname": 0.12, "middle_left_out": 0.35, "title": 0.04,
    "initial": 0.03, "alias": 0.03, "born_wrong": 0.1, "year_only": 0.1, "born_missing": 0.12,
    "place_missing": 0.2, "place_other": 0.12, "postcode_missing": 0.25, "postcode_other": 0.2,
    "gender_missing": 0.06, "occupation_missing": 0.35, "occupation_other": 0.2,
}  # fmt: skip
HISTORICAL_RECORDS = (0.08, 0.08, 0.1, 0.1, 0.12, 0.12, 0.1, 0.1, 0.1, 0.1)
_PLACES = words(
    """
    london bristol leeds york bath exeter norwich oxford cambridge durham chester lincoln worcester
    gloucester derby leicester nottingham sheffield manchester liverpool birmingham coventry plymouth
    truro carlisle canterbury dover ipswich colchester reading winchester salisbury hereford shrewsbury
    stafford preston lancaster wells ripon hull
    """
)
_PARTS = ("", "", "", "borough of ", "city of ", "north ", "south ")
_TRADES_THEN = words(
    """
    politician writer painter clergyman architect physician engraver actor botanist engineer lawyer
    soldier sailor merchant composer historian poet cricketer banker judge surgeon photographer sculptor
    schoolmaster printer
    """
)
# Letters that spelling had not settled.
_SPELLINGS = (("i", "y"), ("y", "ie"), ("ph", "f"), ("ck", "k"), ("ll", "l"), ("tt", "t"), ("s", "z"),
("ey", "y"),
              ("e", ""), ("ow", "ou"))  # fmt: skip


def _spelt(word: str, slips: Slips) -> str:
    fits = [(old, new) for old, new in _SPELLINGS if old in word[1:]]
    if not fits:
        return word
    old, new = slips.one(fits)
    return word[0] + word[1:].replace(old, new, 1)


def _postcode(slips: Slips) -> str:
    outer, inner = slips.one("QVX") + slips.one(DIGITS), slips.one(DIGITS)
    return f"{outer} {inner}{slips.one('ABDEF')}{slips.one('GHJLN')}"


def _historical(seed: int) -> Made:
    slips, at, shares = Slips(random.Random(seed)), 0, HISTORICAL_SHARES
    while True:
        sex = "male" if slips.chance(0.85) else "female"
        draw = names.GIVEN["M" if sex == "male" else "F"].draw
        given, middle = draw(slips.rng), draw(slips.rng) if slips.chance(0.5) else ""
        family, alias = names.FAMILY.draw(slips.rng), names.FAMILY.draw(slips.rng)
        born = slips.day_between(1780, 1900)
        place, trade = slips.one(_PLACES), slips.one(_TRADES_THEN)
        codes = [_postcode(slips) for _ in range(3)]
        for _ in range(slips.sizes(HISTORICAL_RECORDS)):
            first, last = given, alias if slips.chance(shares["alias"]) else family
            if first in names.NICKS and slips.chance(shares["nickname"]):
                first = slips.one(names.NICKS[first])
            elif slips.chance(shares["initial"]):
                first = first[0]
            if slips.chance(shares["spelling"]):
                last = _spelt(last, slips)
            if slips.chance(shares["name_typo"]):
                first, last = (slips.typo(first), last) if slips.chance(0.4) else (first, slips.typo(last))
            parts = [first, "" if slips.chance(shares["middle_left_out"]) else middle, last]
            if slips.chance(shares["title"]):
                parts.insert(0, slips.one(("sir", "rev", "dr", "capt")))
            day = slips.date(born) if slips.chance(shares["born_wrong"]) else born
            written = f"{day.year}-01-01" if slips.chance(shares["year_only"]) else day.isoformat()
            where = slips.one(_PLACES) if slips.chance(shares["place_other"]) else slips.one(_PARTS) + place
            code = slips.one(codes) if slips.chance(shares["postcode_other"]) else codes[0]
            work = slips.one(_TRADES_THEN) if slips.chance(shares["occupation_other"]) else trade
            yield (
                at,
                (
                    " ".join(part for part in parts if part),
                    "" if slips.chance(shares["born_missing"]) else written,
                    "" if slips.chance(shares["place_missing"]) else where,
                    "" if slips.chance(shares["postcode_missing"]) else code,
                    "" if slips.chance(shares["gender_missing"]) else sex,
                    "" if slips.chance(shares["occupation_missing"]) else work,
                ),
            )
        at += 1


def historical(records: int, seed: int = 1) -> Table:
    """Give a table like those of English historical persons drawn from encyclopaedias: many records of each.

    1–10 records a person (8–12 % each size), births 1780–1900, 85 % men. Names: 12 % a typing error, 6 %
    another spelling of the family name (i/y, ph/f, ll/l …), 12 % a nickname where there is one, 35 % the
    middle name left out, 3 % an initial, 3 % another family name, 4 % a title. Birth date 12 % missing, 10
    % the first of January of its year, 10 % wrong; birthplace 20 % missing, 12 % another; postcode (of
    districts that do not exist) 25 % missing, 20 % one of three; occupation 35 % missing, 20 % another.
    Judged after Splink's public description of its historical set (several altered records of each of some
    five thousand persons); none measured.
    """
    return shuffled(HISTORICAL_COLUMNS, _historical(seed), records, seed)
