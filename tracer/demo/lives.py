"""How fictional debtors came by their numbers and lost them: the stories the demo's files are cut from.

A story is a life, not a file: which numbers somebody held and when, what became of those he gave up, whom he
lives and works with. What a creditor knows of it depends on the day he was told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from tracer.demo.carrier import Contract, Holding, Line, LineState
from tracer.demo.people import Citizen, Registry


class Story(StrEnum):
    """What happened between the loan and today."""

    STEADY = "steady"  # the number he gave is still his
    MOVED_KNOWN = "moved_known"  # a new number, which some source has
    MOVED_LOST = "moved_lost"  # a new number nobody here has
    SUSPENDED = "suspended"  # his line is stopped for arrears
    SECOND_SIM = "second_sim"  # two lines, both in use
    HOUSEHOLD = "household"  # he gave his own up and shares the spouse's, who may be a debtor as well
    FALSE = "false"  # the number he gave was never his


# Shares of the stories. Ours, chosen so that about a fifth of the cases have no number in use among those
# that can be found (17 to 29 % in the simulated markets of shared/in-use.md, lesson 11).
SHARES: tuple[tuple[Story, float], ...] = (
    (Story.STEADY, 0.38),
    (Story.MOVED_KNOWN, 0.20),
    (Story.MOVED_LOST, 0.13),
    (Story.SUSPENDED, 0.09),
    (Story.SECOND_SIM, 0.08),
    (Story.HOUSEHOLD, 0.06),
    (Story.FALSE, 0.06),
)

# The new number of MOVED_KNOWN stands in one of these.
KNOWN_TO = ("cell", "roster", "update")

# Days between giving a number up and its next holder: at least 45 in the United States (FCC, 2020), in China
# about 90 frozen and a time of cleaning (shared/in-use.md §1).
AGEING = {"US": 45, "CN": 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A number the debtor held, from ``since`` up to ``until`` (None: still)."""

    number: str
    since: dt.date
    until: dt.date | None = None

    def __repr__(self) -> str:
        return "Own(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody the debtor named, and the number he gave. ``true`` False: it never was theirs."""

    person: Citizen
    relation: str
    number: str
    true: bool = True

    def __repr__(self) -> str:
        return f"Contact({self.relation})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """An employer and its switchboard."""

    name: str
    address: str
    switchboard: str

    def __repr__(self) -> str:
        return "Workplace(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A debtor's life.

    ``used`` are the numbers in use today, the main one first; ``known_to`` says where the new one stands;
    ``given`` is the false number of :attr:`Story.FALSE`, empty otherwise.
    """

    person: Citizen
    story: Story
    own: tuple[Own, ...]
    used: tuple[str, ...]
    loan_on: dt.date
    known_to: str = ""
    given: str = ""
    spouse: Contact | None = None
    contacts: tuple[Contact, ...] = ()
    address: str = ""
    workplace: Workplace | None = None
    employee_id: str = ""
    extension: str = ""

    def __repr__(self) -> str:
        return f"Debtor({self.story})"

    def stated(self, day: dt.date) -> str:
        """The number he stated as his own on ``day``."""
        if self.given:
            return self.given
        held = [own.number for own in self.own if own.since <= day and (own.until is None or day < own.until)]
        return held[0] if held else self.own[0].number


class Lives:
    """Makes debtors, one life after the other, and writes the operator's books while doing so."""

    def __init__(self, registry: Registry, today: dt.date) -> None:
        self.registry = registry
        self.today = today
        self.lines: dict[str, Line] = {}
        self.people: list[Citizen] = []
        self._draw = registry.random.random
        self._works: dict[str, list[Workplace]] = {"CN": [], "US": []}
        self._partner: dict[str, tuple[Citizen, Own, Contact]] = {}
        self._staff = 0

    def debtor(self, country: str) -> Debtor:
        """Make the next debtor of a country; a household's second debtor follows the first."""
        if country in self._partner:
            person, own, spouse = self._partner.pop(country)
            loan_on = max(own.since, self._ago(200, 900))
            life = _Life(own=(own,), used=(own.number,), story=Story.STEADY)
            return self._settle(country, person, life, spouse, loan_on)
        person = self._person(country)
        loan_on = self._ago(300, 1400)
        life = self._life(country, person, self._story(), loan_on)
        partner: Contact | None = None
        if life.story is Story.HOUSEHOLD or self._draw() < 0.4:
            partner, shared = self._spouse(country, person)
            if life.story is Story.HOUSEHOLD:
                life = replace(life, used=(shared.number,))
                if self._draw() < 0.5:
                    back = Contact(person=person, relation="spouse", number=life.own[0].number)
                    self._partner[country] = (partner.person, shared, back)
        return self._settle(country, person, life, partner, loan_on)

    def _story(self) -> Story:
        roll = self._draw()
        for story, share in SHARES:
            roll -= share
            if roll < 0:
                return story
        return Story.STEADY

    def _life(self, country: str, person: Citizen, story: Story, loan_on: dt.date) -> _Life:
        first = Own(
            number=self.registry.number(country), since=loan_on - dt.timedelta(days=self._days(30, 3000))
        )
        if story is Story.STEADY:
            self._hold(person, first)
            return _Life(own=(first,), used=(first.number,), story=story)
        if story is Story.FALSE:
            # A slip of the pen or a lie: somebody else's number, or nobody's.
            self._hold(person, first)
            given = self._slip(country, first.number)
            known_to = "roster" if self._draw() < 0.3 else ""
            return _Life(own=(first,), used=(first.number,), story=story, given=given, known_to=known_to)
        second_on = min(loan_on + dt.timedelta(days=self._days(40, 900)), self._ago(45, 60))
        if story is Story.SECOND_SIM:
            second = Own(number=self.registry.number(country), since=second_on)
            self._hold(person, first)
            self._hold(person, second)
            known_to = KNOWN_TO[int(self._draw() * 3)]
            used = (first.number, second.number) if self._draw() < 0.5 else (second.number, first.number)
            return _Life(own=(first, second), used=used, story=story, known_to=known_to)
        if story is Story.SUSPENDED:
            self._hold(person, first, status=LineState.SUSPENDED)
            if self._draw() < 0.5:
                return _Life(own=(first,), used=(), story=story)
            second = Own(number=self.registry.number(country), since=self._ago(60, 200))
            self._hold(person, second)
            known_to = KNOWN_TO[int(self._draw() * 3)]
            return _Life(own=(first, second), used=(second.number,), story=story, known_to=known_to)
        first = replace(first, until=second_on)
        self._give_up(country, person, first)
        if story is Story.HOUSEHOLD:
            return _Life(own=(first,), used=(), story=story)
        second = Own(number=self.registry.number(country), since=second_on)
        self._hold(person, second)
        known_to = KNOWN_TO[int(self._draw() * 3)] if story is Story.MOVED_KNOWN else ""
        return _Life(own=(first, second), used=(second.number,), story=story, known_to=known_to)

    def _settle(
        self, country: str, person: Citizen, life: _Life, spouse: Contact | None, loan_on: dt.date
    ) -> Debtor:
        workplace = self._workplace(country) if life.known_to == "roster" or self._draw() < 0.7 else None
        self._staff += 1
        return Debtor(
            person=person,
            story=life.story,
            own=life.own,
            used=life.used,
            known_to=life.known_to,
            given=life.given,
            spouse=spouse,
            contacts=tuple(
                self._contact(country, person, life.own) for _ in range(1 + int(self._draw() * 3))
            ),
            address=self.registry.address(country),
            workplace=workplace,
            employee_id=f"E{100000 + self._staff * 7}" if workplace else "",
            extension=str(8000 + int(self._draw() * 900)) if workplace and self._draw() < 0.4 else "",
            loan_on=loan_on,
        )

    def _person(
        self, country: str, *, sex: str = "", family: str = "", age: tuple[int, int] = (21, 62)
    ) -> Citizen:
        person = self.registry.person(country, sex=sex, family=family, age=age)
        self.people.append(person)
        return person

    def _spouse(self, country: str, person: Citizen) -> tuple[Contact, Own]:
        age = self.today.year - person.born.year
        sex = "F" if person.sex == "M" else "M"
        spouse = self._person(country, sex=sex, age=(max(20, age - 6), max(22, age + 5)))
        own = Own(number=self.registry.number(country), since=self._ago(500, 3000))
        self._hold(spouse, own)
        return Contact(person=spouse, relation="spouse", number=own.number), own

    def _contact(self, country: str, person: Citizen, own: tuple[Own, ...]) -> Contact:
        roll = self._draw()
        relation = (
            "parent"
            if roll < 0.35
            else "friend"
            if roll < 0.65
            else "colleague"
            if roll < 0.9
            else "relative"
        )
        age = (45, 85) if relation == "parent" else (21, 62)
        # Chinese women keep their family name: a father shares the debtor's, a mother need not.
        family = person.family if relation in {"parent", "relative"} and self._draw() < 0.6 else ""
        named = self._person(country, family=family, age=age)
        if self._draw() < 0.15:
            # False references (虚假通讯录): a stranger, or the debtor himself under a friend's name.
            if len(own) > 1 and self._draw() < 0.3:
                return Contact(person=named, relation="friend", number=own[-1].number, true=False)
            stranger = self._person(country)
            number = Own(number=self.registry.number(country), since=self._ago(400, 3000))
            if self._draw() < 0.6:
                self._hold(stranger, number)
            return Contact(person=named, relation=relation, number=number.number, true=False)
        number = Own(number=self.registry.number(country), since=self._ago(500, 4000))
        if self._draw() < 0.15:
            self._give_up(country, named, replace(number, until=self._ago(50, 450)))
        else:
            self._hold(named, number)
        return Contact(person=named, relation=relation, number=number.number)

    def _workplace(self, country: str) -> Workplace:
        works = self._works[country]
        if not works or self._draw() < 0.06:
            works.append(
                Workplace(
                    name=self.registry.company(country),
                    address=self.registry.address(country),
                    switchboard=self.registry.number(country),
                )
            )
        return works[int(self._draw() ** 2 * len(works))]

    def _slip(self, country: str, true: str) -> str:
        if country == "CN" and self._draw() < 0.5:
            at = 6 + int(self._draw() * 8)
            wrong = true[:at] + str((int(true[at]) + 1 + int(self._draw() * 9)) % 10) + true[at + 1 :]
            if wrong != true and wrong not in self.lines:
                return wrong
        number = self.registry.number(country)
        if self._draw() < 0.7:
            self._hold(self._person(country), Own(number=number, since=self._ago(600, 3000)))
        return number

    def _hold(self, person: Citizen, own: Own, *, status: LineState = LineState.ACTIVE) -> None:
        roll = self._draw()
        ported = roll < 0.05
        self.lines[own.number] = Line(
            operator_served=self._draw() < 0.8,
            # Tenure restarts when a number is ported in: later than the holder's first day.
            active_since=max(own.since, self._ago(30, 400)) if ported else own.since,
            holder_history=(_holding(person, own),),
            status=status,
            contract=Contract.PREPAID if roll > 0.6 else Contract.POSTPAID,
        )

    def _give_up(self, country: str, person: Citizen, own: Own) -> None:
        # A number given up is nobody's for a time, then often a stranger's.
        assert own.until is not None
        free_on = own.until + dt.timedelta(days=AGEING[country] + self._days(0, 200))
        history = [_holding(person, own)]
        status, since = LineState.CANCELLED, own.since
        if free_on < self.today and self._draw() < 0.7:
            stranger = self._person(country)
            history.append(_holding(stranger, Own(number=own.number, since=free_on)))
            status, since = LineState.ACTIVE, free_on
        self.lines[own.number] = Line(
            operator_served=self._draw() < 0.8,
            active_since=since,
            holder_history=tuple(history),
            status=status,
            contract=Contract.PREPAID,
        )

    def _days(self, low: int, high: int) -> int:
        return low + int(self._draw() * (high - low))

    def _ago(self, low: int, high: int) -> dt.date:
        return self.today - dt.timedelta(days=low + int(self._draw() * (high - low)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life:
    own: tuple[Own, ...]
    used: tuple[str, ...]
    story: Story
    known_to: str = ""
    given: str = ""

    def __repr__(self) -> str:
        return f"_Life({self.story})"


def _holding(person: Citizen, own: Own) -> Holding:
    return Holding(
        holder_name=person.name,
        holder_id=person.id,
        since=own.since,
        until=own.until,
        holder_born=person.born,
    )
