"""Rows about a person read: cleaned, compared with whom was asked about, and made records and claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph.clean.addresses import read_address
from graph.clean.dates import read_date, read_day
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.ids import read_id
from graph.clean.masks import compatible, known
from graph.clean.names import read_name
from graph.clean.phones import read_phones
from graph.clean.text import blank, tidy
from graph.model import Claim, Identifier, Name, PartialDate, Phone, Record, Role, StatedUser
from sources.contract import Ask
from sources.employer import same_name
from sources.persons.form import Reads

# What a spreadsheet would calculate, and longer than any name or address: no value of a person.
_FORMULA = ("=", "@", "\t", "\r")
_LONGEST = 300
# A masked document that shows so many characters says as much as a birthday.
_TELLING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row, cleaned."""

    ref: str = field(repr=False)
    name: Name | None = None
    ident: Identifier | None = None
    born: PartialDate | None = None
    own: tuple[Phone, ...] = ()
    work: tuple[Phone, ...] = ()
    address: str = field(default="", repr=False)
    employer: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    seen_on: dt.date | None = None
    spoiled: int = 0

    @property
    def something(self) -> bool:
        """True when the row says anything of how the person is reached."""
        return bool(self.own or self.work or self.address or self.employer or self.email)


def cleaned(cells: Mapping[str, str], reads: Reads, *, ref: str, region: str, today: dt.date) -> PersonRow:
    """Clean one row. What cannot be read is left out; ``spoiled`` counts values no person would have."""
    spoiled = 0

    def text(column: str | None) -> str:
        nonlocal spoiled
        value = tidy(cells.get(column, "")) if column else ""
        if value.startswith(_FORMULA) or len(value) > _LONGEST or "\n" in value:
            spoiled += 1
            return ""
        return "" if blank(value) else value

    def phones(columns: tuple[str, ...]) -> tuple[Phone, ...]:
        found = (phone for column in columns for phone in read_phones(text(column), region).value or ())
        return tuple(dict.fromkeys(found))

    born = read_date(text(reads.born), today=today).value
    if born is None and reads.born_year:
        year, month = text(reads.born_year), text(reads.born_month)
        if year.isdigit() and 1900 <= int(year) <= today.year:
            in_year = int(month) if month.isdigit() and 1 <= int(month) <= 12 else None
            born = PartialDate(year=int(year), month=in_year)
    seen = read_day(text(reads.seen_on), today=today).value
    number = text(reads.id_number)
    employer = read_employer(text(reads.employer)).value
    return PersonRow(
        ref=ref,
        name=read_name(text(reads.name)).value,
        ident=read_id(number, region=region or "CN").value if number else None,
        born=born,
        own=phones(reads.phones),
        work=phones(reads.work_phones),
        address=text(reads.address),
        employer=employer.name if employer else "",
        email=read_email(text(reads.email)).value or "",
        seen_on=seen if seen is not None and seen <= today else None,
        spoiled=spoiled,
    )


def contradicts(row: PersonRow, ask: Ask) -> bool:
    """Tell whether a row says it is about somebody else: another name, document or birthday."""
    if (
        row.name is not None
        and ask.name is not None
        and not row.name.masked
        and not same_name(row.name, ask.name)
    ):
        return True
    if row.ident is not None and any(
        row.ident.scheme == one.scheme and not compatible(row.ident.value, one.value) for one in ask.ids
    ):
        return True
    known_days = [one for one in (ask.born, *(one.born for one in ask.ids)) if one is not None]
    said = [one for one in (row.born, row.ident.born if row.ident else None) if one is not None]
    return any(not _may_be(ours, theirs) for ours in known_days for theirs in said)


def surely(row: PersonRow, ask: Ask) -> bool:
    """Tell whether a row says twice that it is about the person: the name, and something else of his."""
    if row.name is None or row.name.masked or ask.name is None or contradicts(row, ask):
        return False
    days = [one for one in (ask.born, *(one.born for one in ask.ids)) if one is not None]
    return (
        any(
            row.ident is not None and row.ident.scheme == one.scheme and known(row.ident.value) >= _TELLING
            for one in ask.ids
        )
        or any(row.born is not None and row.born.month is not None and _may_be(row.born, one) for one in days)
        or bool(row.employer and ask.employer and _same_house(row.employer, ask.employer))
    )


def people(row: PersonRow) -> tuple[object, ...]:
    """What tells the people of two rows apart: the document, else the birthday, else the row itself."""
    if row.ident is not None:
        return ("id", row.ident.scheme, row.ident.value)
    return ("born", row.born) if row.born is not None else ("row", row.ref)


def record_of(row: PersonRow, ask: Ask, source: str) -> tuple[Record, tuple[Claim, ...]]:
    """Give the record and the claims of a row that is his."""
    address = read_address(row.address, country=ask.region or "CN").value if row.address else None
    employer = read_employer(row.employer).value
    record = Record(
        source=source,
        record=row.ref,
        role=ask.role if ask.role else Role.DEBTOR,
        case=ask.case,
        seen_on=row.seen_on,
        names=(row.name,) if row.name else (),
        ids=(row.ident,) if row.ident else (),
        born=row.born,
        phones=tuple(dict.fromkeys((*row.own, *row.work))),
        addresses=(address,) if address else (),
        employers=(employer,) if employer else (),
        emails=(row.email,) if row.email else (),
    )
    return record, tuple(_claims(row, source))


def _claims(row: PersonRow, source: str) -> Iterator[Claim]:
    for user, phones in ((StatedUser.DEBTOR, row.own), (StatedUser.WORKPLACE, row.work)):
        for phone in phones:
            yield Claim(
                phone=phone,
                source=source,
                record=row.ref,
                stated_user=user,
                date=row.seen_on,
                name_match=1.0 if row.name is not None else None,
            )


def _same_house(left: str, right: str) -> bool:
    ours, theirs = read_employer(left).value, read_employer(right).value
    return bool(ours and theirs and ours.key and ours.key == theirs.key)


def _may_be(left: PartialDate, right: PartialDate) -> bool:
    pairs = ((left.year, right.year), (left.month, right.month), (left.day, right.day))
    return all(one is None or other is None or one == other for one, other in pairs)
