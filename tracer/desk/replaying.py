"""Past contacts judged again under today's packs, from the log: what would change, what it lacks.

The log holds no number and no person, so an old event is judged by the facts its entry kept: when, how, to
whom by role, in which zones, and every earlier attempt of the case. A fact it did not keep is named, and the
rules that need it are left open rather than guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.model import Line, Party
from tracer.desk.lawful import NOT_REACHED
from tracer.desk.office import Office
from tracer.desk.outcomes import INBOUND
from tracer.errors import WrongUse
from tracer.log import Entry
from tracer.policy import Ruling
from tracer.policy.areas import within
from tracer.policy.contact import UNKNOWN, judge, worst
from tracer.policy.facts import Contact, Facts
from tracer.policy.pack import Pack, PackError, read_pack
from tracer.words import N_

_EVENTS = ("contact", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One past contact: what was decided then (None: nothing was asked) and now, as far as facts go."""

    entry: int
    event: str
    at: dt.datetime
    then: str | None
    now: Ruling
    rules: tuple[str, ...]
    lacks: tuple[str, ...]
    packs_then: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """True when it would not be decided as it was; what was never asked about counts as allowed."""
        was = self.then or str(Ruling.ALLOW)
        return (was in {"allow", "warn"}) != (self.now in {Ruling.ALLOW, Ruling.WARN})


def packs_with(office: Office, path: Path | None) -> tuple[Pack, ...]:
    """Give the home's packs, with one from a file in the place of that of its id, or beside them."""
    if path is None:
        return office.packs
    try:
        other = read_pack(path.read_bytes())
    except (OSError, PackError) as error:
        raise WrongUse(
            N_("{file} is no pack: {why}"),
            N_("See tracer/policy/packs for what one looks like."),
            file=str(path),
            why=str(error)[:200],
        ) from error
    return (*(pack for pack in office.packs if pack.id != other.id), other)


def replay(office: Office, *, since: dt.date | None = None, pack: Path | None = None) -> Iterator[Replayed]:
    """Judge every past contact and noted call again, oldest first."""
    packs = packs_with(office, pack)
    clients = {case.pseudonym: case.client for case in office.store.cases.listed()}
    earlier: dict[str, list[Contact]] = {}
    undone = {entry.body.get("undoes") for entry in office.log.entries(event="outcome_undone")}
    entries = sorted(
        (entry for event in _EVENTS for entry in office.log.entries(event=event) if entry.seq not in undone),
        key=lambda entry: entry.seq,
    )
    for entry in entries:
        case = entry.case
        before = earlier.setdefault(case, [])
        # Nothing was decided when they called; that they talked counts for what came after.
        asked = entry.body.get("kind") != INBOUND
        if asked and (since is None or entry.at.astimezone(office.config.zone).date() >= since):
            yield _again(office, entry, clients.get(case, ""), tuple(before), packs)
        before.append(_contact(entry))


def _again(
    office: Office, entry: Entry, client: str, before: tuple[Contact, ...], packs: tuple[Pack, ...]
) -> Replayed:
    settings, body = office.config.policy, entry.body
    places: set[str] = set()
    lives = settings.residence.get(client) or ({office.config.region_of(client)} if client else set())
    for place in (*lives, settings.seat, settings.client_seats.get(client)):
        if place:
            places |= within(place)
    zones = body.get("timezone")
    role = body.get("role")
    licence = settings.licences.get(client)
    facts = Facts(
        {
            "at": entry.at.astimezone(office.config.zone),
            "contacts": before,
            "zones": frozenset(str(one) for one in zones) if isinstance(zones, list) and zones else None,
            "places": frozenset(places),
            "role": str(role) if role else None,
            "channel": str(body.get("channel") or "voice"),
            "number": str(body.get("number") or ""),
            "person": "debtor" if role == "debtor" else None,
            "licence": str(licence) if licence else None,
            "collector_kind": str(settings.collector) if settings.collector else None,
        }
    )
    opinion = judge(facts, packs)
    told = [hit for hit in opinion.hits if hit.rule != UNKNOWN and "rules" not in dict(hit.params)]
    lacks = {fact for hit in opinion.hits for name, fact in hit.params if name == "fact" and hit not in told}
    packs_then = body.get("packs")
    verdict = body.get("verdict")
    return Replayed(
        entry=entry.seq,
        event=entry.event,
        at=entry.at,
        then=str(verdict) if verdict else None,
        now=worst(hit.verdict for hit in told),
        rules=tuple(hit.rule for hit in told),
        lacks=tuple(sorted(lacks)),
        packs_then=tuple(sorted(packs_then)) if isinstance(packs_then, dict) else (),
    )


def _contact(entry: Entry) -> Contact:
    body = entry.body
    line, party = str(body.get("line") or ""), str(body.get("party") or "")
    spoke = party in {Party.SELF, Party.THIRD_PARTY, Party.WRONG_PARTY}
    answered: bool | None = None
    if spoke or line == Line.CONNECTED:
        answered = True
    elif line and line != Line.UNKNOWN:
        answered = False
    return Contact(
        at=entry.at,
        channel=str(body.get("channel") or "voice"),
        reached=spoke or line not in NOT_REACHED,
        answered=answered,
        conversation=party == Party.SELF,
        inbound=body.get("kind") == INBOUND,
        number=str(body.get("number") or ""),
    )
