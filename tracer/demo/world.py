"""A fictional market of two creditors, and the truth of it: who uses which number today.

northbank is a bank in China, harborcredit a lender in the United States. Their debtors live the stories told
in ``lives``; a placement shows what was known on the day of the loan, an employer's roster and an update file
show some of what came later. ``people`` says why no id or number in it can be a real person's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tracer.demo import cells
from tracer.demo.carrier import SandboxWorld
from tracer.demo.lives import Contact, Debtor, Lives, Story
from tracer.demo.people import Registry

NORTHBANK = "northbank"
HARBORCREDIT = "harborcredit"
COUNTRY = {NORTHBANK: "CN", HARBORCREDIT: "US"}

# Shares of cases, ours. The fictional US numbers (302 area codes of 100) bound the lender's portfolio.
_US_SHARE = 0.2
_AGAIN_SAME_CLIENT = 0.05
_AGAIN_OTHER_CLIENT = 0.02
_US_RESERVE = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCase:
    """One case as its creditor placed it: the cells as written, and what can be read from them.

    ``shown`` are the numbers that can be read whole from the placement; ``amount`` and ``monthly`` are minor
    units of money.
    """

    client: str
    number: str
    debtor: Debtor
    loan_on: dt.date
    placed_on: dt.date
    return_by: dt.date
    last_paid: dt.date | None
    overdue_days: int
    amount: int
    monthly: int
    name: str
    id: str
    phone: str
    work_phone: str
    spouse: tuple[str, str]
    contacts: tuple[tuple[str, str, str], ...]
    shown: frozenset[str]

    def __repr__(self) -> str:
        return f"PlacedCase({self.client}, {self.debtor!r})"

    @property
    def key(self) -> tuple[str, str]:
        """The client and the case number."""
        return self.client, self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """One row of an employer's roster: whom it employs and the number it has for him."""

    employee_id: str
    name: str
    phone: str
    employer: str
    updated: dt.date

    def __repr__(self) -> str:
        return "Employee(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One row of a creditor's update file: the balance now, and a new number where it has one."""

    client: str
    number: str
    amount: int
    phone: str
    updated: dt.date

    def __repr__(self) -> str:
        return f"Update({self.client})"


class World:
    """The market: cases, what the sources know, the operator's books and the truth. Made by :meth:`build`."""

    def __init__(self, *, seed: int, today: dt.date, lives: Lives, cases: tuple[PlacedCase, ...]) -> None:
        self.seed = seed
        self.today = today
        self.cases = cases
        self._lives = lives
        self.roster, self._rostered = _roster(lives, cases)
        self.updates = tuple(_updates(lives, cases))
        self.used: Mapping[tuple[str, str], frozenset[str]] = {
            case.key: frozenset(case.debtor.used) for case in cases
        }
        self.findable: Mapping[tuple[str, str], frozenset[str]] = self._findable()
        # The main number first: a second one counts only where the main one cannot be found.
        self.truth: Mapping[tuple[str, str], str | None] = {
            case.key: next((n for n in case.debtor.used if n in self.findable[case.key]), None)
            for case in cases
        }

    def __repr__(self) -> str:
        return f"World({len(self.cases)} cases, seed {self.seed})"

    @classmethod
    def build(cls, cases: int, seed: int, today: dt.date) -> World:
        """Make a market of ``cases`` cases on the day ``today``; equal arguments give an equal market."""
        registry = Registry(seed, today.year)
        lives = Lives(registry, today)
        return cls(seed=seed, today=today, lives=lives, cases=tuple(_place(lives, cases)))

    def sandbox(self) -> SandboxWorld:
        """Give the operator's books: what its carrier interfaces answer from."""
        return SandboxWorld(today=self.today, lines=self._lives.lines)

    def names(self) -> frozenset[str]:
        """Give every name of a person in clear, in each way a file writes it."""
        found = set()
        for person in self._lives.people:
            found |= {person.name, person.roman, person.nick}
        for case in self.cases:
            found |= {case.name, case.spouse[0]} | {contact[0] for contact in case.contacts}
        return frozenset(
            name for name in found if len(name) > 1 and "*" not in name and name not in cells.NOTHING
        )

    def phones(self) -> frozenset[str]:
        """Give every person's number in clear, in E.164 and as dialled at home."""
        numbers = set(self._lives.lines)
        for case in self.cases:
            numbers |= case.shown | set(case.debtor.used)
        return frozenset(numbers | {cells.national(number) for number in numbers})

    def ids(self) -> frozenset[str]:
        """Give every person's identity number in clear; US ones also without their dashes."""
        values = {person.id for person in self._lives.people}
        return frozenset(values | {value.replace("-", "") for value in values})

    def _findable(self) -> dict[tuple[str, str], frozenset[str]]:
        # What a look-up over the client's own cases, the roster and the update file can bring to light.
        by_debtor: dict[tuple[str, str], set[str]] = {}
        told = {(update.client, update.number): update.phone for update in self.updates if update.phone}
        for case in self.cases:
            shown = by_debtor.setdefault((case.client, case.debtor.person.id), set())
            shown |= case.shown
            if case.key in told:
                shown.add(told[case.key])
            if case.debtor.employee_id in self._rostered:
                shown.add(self._rostered[case.debtor.employee_id])
        return {case.key: frozenset(by_debtor[case.client, case.debtor.person.id]) for case in self.cases}


def _place(lives: Lives, count: int) -> Iterator[PlacedCase]:
    draw = lives.registry.random.random
    known: dict[str, list[Debtor]] = {NORTHBANK: [], HARBORCREDIT: []}
    for index in range(count):
        us = draw() < _US_SHARE and lives.registry.us_left > _US_RESERVE
        client = HARBORCREDIT if us else NORTHBANK
        debtors = known[client]
        roll = draw()
        loan_on: dt.date | None = None
        if debtors and roll < _AGAIN_SAME_CLIENT:
            debtor = debtors[int(draw() * len(debtors))]
            # Another loan of the same debtor, later: it may show a newer number.
            loan_on = min(
                debtor.loan_on + dt.timedelta(days=int(draw() * 700)), lives.today - dt.timedelta(days=200)
            )
        elif us and known[NORTHBANK] and roll < _AGAIN_SAME_CLIENT + _AGAIN_OTHER_CLIENT / _US_SHARE:
            # Somebody who moved abroad and borrowed there as well, under his name in Latin letters.
            debtor = known[NORTHBANK][int(draw() * len(known[NORTHBANK]))]
        else:
            debtor = lives.debtor(COUNTRY[client])
            debtors.append(debtor)
        yield _case(lives, client, index, debtor, loan_on or debtor.loan_on)


def _case(lives: Lives, client: str, index: int, debtor: Debtor, loan_on: dt.date) -> PlacedCase:
    draw = lives.registry.random.random
    country = COUNTRY[client]
    overdue = 60 + int(draw() * 120)
    placed_on = lives.today - dt.timedelta(days=12)
    number = f"NB{placed_on:%y%m}{index:06d}" if client == NORTHBANK else f"HC-{200000 + index}"
    stated = [debtor.stated(loan_on)]
    if debtor.known_to == "cell" and debtor.used and debtor.used[0] not in stated:
        stated.append(debtor.used[0])
    if debtor.story is Story.SECOND_SIM and debtor.known_to == "cell":
        stated = list(dict.fromkeys([*stated, *debtor.used]))
    phone, shown = cells.phones(draw, stated, country)
    work_phone, _ = (
        cells.phones(draw, [debtor.workplace.switchboard], country, debtor.extension)
        if debtor.workplace
        else (cells.nothing(draw), frozenset())
    )
    spouse, spouse_shown = _written(lives, debtor.spouse, country)
    contacts = []
    for contact in debtor.contacts:
        (name, text), readable = _written(lives, contact, country)
        contacts.append((name, contact.relation, text))
        shown |= readable
    monthly = 30_000 + int(draw() * 400_000)
    return PlacedCase(
        client=client,
        number=number,
        debtor=debtor,
        loan_on=loan_on,
        placed_on=placed_on,
        return_by=placed_on + dt.timedelta(days=90),
        last_paid=placed_on - dt.timedelta(days=overdue + int(draw() * 28)) if draw() < 0.9 else None,
        overdue_days=overdue,
        amount=monthly * (2 + int(draw() * 20)),
        monthly=monthly,
        name=cells.name(draw, debtor.person, country),
        id=cells.identity(draw, debtor.person),
        phone=phone,
        work_phone=work_phone,
        spouse=spouse,
        contacts=tuple(contacts),
        shown=shown | spouse_shown,
    )


def _written(lives: Lives, contact: Contact | None, country: str) -> tuple[tuple[str, str], frozenset[str]]:
    draw = lives.registry.random.random
    if contact is None:
        return (cells.nothing(draw), cells.nothing(draw)), frozenset()
    text, shown = cells.phones(draw, [contact.number], country)
    return (cells.name(draw, contact.person, country), text), shown


def _roster(lives: Lives, cases: tuple[PlacedCase, ...]) -> tuple[tuple[Employee, ...], dict[str, str]]:
    draw = lives.registry.random.random
    rows: list[Employee] = []
    phone_of: dict[str, str] = {}
    for case in cases:
        debtor = case.debtor
        if debtor.workplace is None or debtor.employee_id in phone_of:
            continue
        current = debtor.known_to == "roster" and bool(debtor.used)
        if not current and draw() > 0.45:
            continue
        phone = debtor.used[0] if current else debtor.own[0].number
        # Payroll systems stamp every row anew: an old number may carry a young date.
        updated = lives.today - dt.timedelta(days=int(draw() * (120 if current or draw() < 0.4 else 900)))
        phone_of[debtor.employee_id] = phone
        rows.append(
            Employee(
                employee_id=debtor.employee_id,
                name=debtor.person.name,
                phone=phone,
                employer=debtor.workplace.name,
                updated=updated,
            )
        )
    return tuple(rows), phone_of


def _updates(lives: Lives, cases: tuple[PlacedCase, ...]) -> Iterator[Update]:
    draw = lives.registry.random.random
    for case in cases:
        debtor = case.debtor
        told = debtor.known_to == "update" and bool(debtor.used)
        if told or draw() < 0.15:
            yield Update(
                client=case.client,
                number=case.number,
                amount=int(case.amount * (0.7 + 0.3 * draw())),
                phone=debtor.used[0] if told else "",
                updated=lives.today - dt.timedelta(days=2),
            )
