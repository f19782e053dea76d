"""Did somebody look up his own family or neighbours? Compared here, shown nowhere.

Who works here is read from a file that the house keeps (actor, name, address); the people looked up are
opened case by case. What comes out is the numbers of entries: no name, no address, of either.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from graph.clean.addresses import read_address
from graph.clean.names import read_name
from graph.clean.text import simplified
from graph.frequency import OTHER_SURNAME, PINYIN_SURNAMES, SURNAMES
from graph.model import Address, Name, Record
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.log.columns import REVEAL, Columns, Ints
from tracer.log.flags import Flag, Strength, flag
from tracer.log.overuse import chance_of
from tracer.words import N_

CASES = 2_000  # opened for one person at most, the newest first …
IN_ALL = 20_000  # … and for all together: a third of a millisecond each
COLUMNS = ("actor", "name", "address")
_ALIKE = 1e9  # a gamma of this shape is a point: the chance is Poisson's
_UNLIKELY = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works here, as the house's own file has him."""

    actor: str
    surnames: frozenset[str] = field(repr=False)
    address: Address | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the comparison gave: flags, how many people and cases it covered, and what could not be opened."""

    flags: tuple[Flag, ...] = ()
    people: int = 0
    opened: int = 0
    unopened: int = 0


def read_staff(path: Path, country: str) -> tuple[Colleague, ...]:
    """Read the file of who works here; WrongUse when it cannot be read or lacks a column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = set(COLUMNS) - set(reader.fieldnames or ())
            rows = [] if missing else list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongUse(
            N_("The list of staff in {path} cannot be read ({why})"),
            N_("See review.staff in the configuration: a CSV file in UTF-8 with the columns {columns}."),
            path=path,
            why=type(error).__name__,
            columns=", ".join(COLUMNS),
        ) from error
    if missing:
        raise WrongUse(
            N_("The list of staff in {path} lacks the columns {missing}"),
            N_("Its first line names them: {columns}"),
            path=path,
            missing=", ".join(sorted(missing)),
            columns=", ".join(COLUMNS),
        )
    found = []
    for row in rows:
        name = read_name(row["name"] or "").value
        found.append(
            Colleague(
                actor=(row["actor"] or "").strip(),
                surnames=surnames(name) if name else frozenset(),
                address=read_address(row["address"] or "", country=country).value,
            )
        )
    return tuple(found)


def compare(office: Office, log: Columns) -> Compared:
    """Compare each of the staff with the debtors he looked up in these entries; nothing without the file."""
    path = office.config.review.staff
    if path is None:
        return Compared()
    staff = read_staff(path, office.config.region)
    flags: list[Flag] = []
    opened = unopened = 0
    done = (log.lookups() | log.of(REVEAL)) & (log.case > 0)
    most = min(CASES, IN_ALL // max(1, len(staff)))
    for one in staff:
        mine = np.flatnonzero(done & (log.actor == log.code(one.actor)))
        # The newest first, because there is a limit.
        _, firsts = np.unique(log.case[mine][::-1], return_index=True)
        cases = [int(log.case[mine[::-1][place]]) for place in np.sort(firsts)]
        alike: dict[str, list[int]] = {"same_surname": [], "same_address": []}
        expected = 0.0
        here = 0
        for case in cases[:most]:
            records = _debtors(office, log.words[case])
            if records is None:
                continue
            here += 1
            theirs = frozenset(key for record in records for name in record.names for key in surnames(name))
            expected += min(1.0, sum(_share(key) for key in one.surnames))
            if theirs & one.surnames:
                alike["same_surname"].append(case)
            if one.address and any(
                same_address(one.address, other) for record in records for other in record.addresses
            ):
                alike["same_address"].append(case)
        opened += here
        unopened += len(cases) - here
        flags += _flags(log, mine, alike, expected)
    return Compared(flags=tuple(flags), people=len(staff), opened=opened, unopened=unopened)


def _flags(log: Columns, mine: Ints, alike: dict[str, list[int]], expected: float) -> Iterator[Flag]:
    for pattern, cases in alike.items():
        if not cases:
            continue
        strength = Strength.STRONG
        if pattern == "same_surname":
            # One in fourteen is called Wang: that alone is nothing. More than chance gives is something.
            rare = chance_of(len(cases), max(expected, 1e-9), _ALIKE) < _UNLIKELY
            strength = Strength.MEDIUM if rare else Strength.WEAK
        where = mine[np.isin(log.case[mine], cases)]
        yield flag(log, where, pattern, strength, cases=len(cases), expected=f"{expected:.1f}")


def _debtors(office: Office, pseudonym: str) -> tuple[Record, ...] | None:
    """The people of a case who may be looked up; None when it cannot be opened any more."""
    case = office.store.cases.by_pseudonym(pseudonym)
    if case is None or case.key is None:
        return None
    return tuple(record for record, _ in office.store.evidence.people(case) if not record.role.third_party)


def surnames(name: Name) -> frozenset[str]:
    """Give the family name in simplified characters and in Latin letters, as far as each is known."""
    latin = name.romanised.split(" ")[0] if name.romanised else name.family.lower()
    family = simplified(name.family) if name.family and not name.family.isascii() else ""
    # Of two names in characters the characters decide: 张 and 章 are both zhang.
    return frozenset({family} if family else {latin} if latin else ())


def _share(surname: str) -> float:
    return SURNAMES.get(surname, PINYIN_SURNAMES.get(surname, OTHER_SURNAME))


def same_address(left: Address, right: Address) -> bool:
    """Tell whether two addresses are one down to the house: the street's text is the same, and nothing above
    it contradicts. An address without a number names a street, where thousands live."""
    streets = [simplified(one.street).replace(" ", "").lower() for one in (left, right)]
    if not streets[0] or streets[0] != streets[1] or not any(char.isdigit() for char in streets[0]):
        return False
    above = ((left.region, right.region), (left.city, right.city), (left.district, right.district))
    return all(not one or not other or simplified(one) == simplified(other) for one, other in above)
