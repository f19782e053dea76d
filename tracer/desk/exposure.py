"""The exposure meter: people who owe nothing and were touched all the same, per case, client, day, collector.

A person is touched when his number was dialled or written to, when he answered at a number held to be the
debtor's, and when a letter, call or visit went to his employer or committee. One person with two numbers is
one; somebody named in two cases is counted in each, because cases keep their people apart.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.model import Outcome, Party, Record, Role
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.enquiries import Enquired

# The ceiling is per case and week: today and the six days before it.
WEEK = 7
_OTHERS = {Party.THIRD_PARTY, Party.WRONG_PARTY}
# A reservation and the note of its call are one touch (as in lawful).
_NOTED_WITHIN = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One time somebody who owes nothing was touched. ``person`` tells people of one case apart."""

    person: str = field(repr=False)
    at: dt.datetime
    collector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """People and touches of one case, client, day or collector."""

    name: str = field(repr=False)
    people: int
    touches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The meter: people and touches in all, and the same by case, client, day and collector, most first.

    A returned case stands under its client with no number of its own. ``over`` are cases in which more people
    than the ceiling were touched within one week.
    """

    people: int
    touches: int
    ceiling: int
    cases: tuple[Exposed, ...]
    clients: tuple[Exposed, ...]
    days: tuple[Exposed, ...]
    collectors: tuple[Exposed, ...]
    over: tuple[Exposed, ...]


def others(records: Iterable[Record]) -> dict[str, frozenset[str]]:
    """Give, for every number of somebody who owes nothing, all numbers of that person.

    Two records that share a number are one person here; a number that is the debtor's too is nobody else's.
    """
    known = list(records)
    own = {phone.key for one in known if not one.role.third_party for phone in one.phones}
    found: dict[str, set[str]] = {}
    for record in known:
        keys = {phone.key for phone in record.phones} - own if record.role.third_party else set()
        group = keys.union(*(found.get(key, set()) for key in keys))
        for key in group:
            found[key] = group
    return {key: frozenset(group) for key, group in found.items()}


def touches(
    outcomes: Iterable[Outcome], theirs: Mapping[str, frozenset[str]], enquiries: Iterable[Enquired]
) -> Iterator[tuple[str, dt.datetime, int]]:
    """Give each touch of a case: the person, the time, and the log entry (0: an enquiry)."""
    for one in outcomes:
        key = one.phone.key
        # Whoever calls of his own accord was not touched by us.
        if not one.inbound and (key in theirs or one.party in _OTHERS):
            yield min(theirs.get(key, frozenset({key}))), one.at, one.entry
    for sent in enquiries:
        if sent.sent_at is not None and sent.addressee.third_party:
            yield f"{sent.addressee}:{sent.id}", sent.sent_at, 0


def within_a_week(touched: Iterable[tuple[str, dt.datetime]], at: dt.datetime) -> frozenset[str]:
    """Give who was touched on the day of ``at`` or the six before it, in the zone of ``at``."""
    last = at.date()
    return frozenset(
        person for person, when in touched if 0 <= (last - when.astimezone(at.tzinfo).date()).days < WEEK
    )


def exposure(office: Office, *, client: str | None = None, since: dt.date | None = None) -> Exposure:
    """Measure exposure, of one client or all, from a day on. Reads every case; nothing is written."""
    zone, ceiling = office.config.zone, office.config.policy.exposure_ceiling
    actors: dict[int, str] = {}
    by: dict[str, dict[str, list[tuple[str, Touch]]]] = {"case": {}, "client": {}, "day": {}, "collector": {}}
    over = []
    for case in office.store.cases.listed(client=client):
        seen = [
            one
            for one in (_of(office, case, actors) if case.key is not None else _from_the_log(office, case))
            if since is None or one.at.astimezone(zone).date() >= since
        ]
        name = f"{case.client}/{case.number or '—'}"
        for one in seen:
            day = one.at.astimezone(zone).date().isoformat()
            for what, key in (
                ("case", name), ("client", case.client), ("day", day), ("collector", one.collector),
            ):  # fmt: skip
                by[what].setdefault(key, []).append((case.pseudonym, one))
        most = max((len(_week_until(seen, one.at.astimezone(zone))) for one in seen), default=0)
        if most > ceiling:
            over.append(Exposed(name=name, people=most, touches=len(seen)))
    whole = [pair for pairs in by["case"].values() for pair in pairs]
    return Exposure(
        people=_people(whole),
        touches=len(whole),
        ceiling=ceiling,
        cases=_lines(by["case"]),
        clients=_lines(by["client"]),
        days=tuple(sorted(_lines(by["day"]), key=lambda one: one.name)),
        collectors=_lines(by["collector"]),
        over=tuple(over),
    )


def _people(pairs: Sequence[tuple[str, Touch]]) -> int:
    return len({(case, one.person) for case, one in pairs})


def _lines(groups: Mapping[str, Sequence[tuple[str, Touch]]]) -> tuple[Exposed, ...]:
    found = [Exposed(name=name, people=_people(pairs), touches=len(pairs)) for name, pairs in groups.items()]
    return tuple(sorted(found, key=lambda one: (-one.people, -one.touches, one.name)))


def _week_until(seen: Iterable[Touch], at: dt.datetime) -> frozenset[str]:
    return within_a_week(((one.person, one.at) for one in seen), at)


def _of(office: Office, case: CaseFile, actors: dict[int, str]) -> Iterator[Touch]:
    outcomes = [note.outcome for note in office.store.notes.of(case)]
    enquiries = office.store.enquiries.of(case)
    reserved = [one for one in office.log.entries(event="contact", case=case.pseudonym) if _third(one.body)]
    if not (outcomes or enquiries or reserved):
        return
    records = [record for record, _claims in office.store.evidence.people(case)]
    records += office.store.evidence.found(case).records
    theirs = others(records)
    sent = {one.sent_at: one.actor for one in enquiries}
    for person, at, entry in touches(outcomes, theirs, enquiries):
        if entry and entry not in actors:
            found = office.log.entry(entry)
            actors[entry] = found.actor if found else ""
        yield Touch(person=person, at=at, collector=actors[entry] if entry else sent.get(at, ""))
    phones = {phone.key: phone for record in records for phone in record.phones}
    names = {office.number_name(case, phone): key for key, phone in phones.items()}
    for one in reserved:
        key = names.get(str(one.body.get("number")), str(one.body.get("number")))
        if not any(note.phone.key == key and abs(note.at - one.at) <= _NOTED_WITHIN for note in outcomes):
            yield Touch(person=min(theirs.get(key, frozenset({key}))), at=one.at, collector=one.actor)


def _third(body: Mapping[str, object]) -> bool:
    role = str(body.get("role") or "")
    return role in set(Role) and Role(role).third_party


def _from_the_log(office: Office, case: CaseFile) -> Iterator[Touch]:
    """What the log alone still says of a returned case: who answered, and whom a reserved call was for."""
    heard: Counter[str] = Counter()
    for entry in office.log.entries(event="outcome", case=case.pseudonym):
        if entry.body.get("party") in _OTHERS:
            heard[str(entry.body.get("number"))] += 1
            yield Touch(person=str(entry.body.get("number")), at=entry.at, collector=entry.actor)
    for entry in office.log.entries(event="contact", case=case.pseudonym):
        if _third(entry.body) and not heard[str(entry.body.get("number"))]:
            yield Touch(person=str(entry.body.get("number")), at=entry.at, collector=entry.actor)
