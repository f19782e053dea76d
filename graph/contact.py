"""Persons, numbers, addresses, employers and relations → the contact graph, and the numbers worth ranking.

Two views of the same facts. ``contact_graph`` is for looking at: every edge says which source and log
entry it comes from. ``number_evidence`` is the in-use model's input: each candidate number of one case with
all that is known about it.

Whose number a claim says it is depends on whose record it stands on. A number on a record that was resolved
to the debtor is the debtor's own even where another case listed him as somebody's reference. A number of
another person of the case stays listed with what its source stated, so that the ranker can put it below. What
other cases say of other persons is never listed: it shows only as a count, ``shared_with``. From a third
party nothing leads on to his other cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from graph.forms import address_form, shared_digits
from graph.model import (
    Bar,
    Claim,
    LineFact,
    LineType,
    NumberEvidence,
    Outcome,
    Person,
    Phone,
    Record,
    Role,
    StatedUser,
)

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.MultiGraph["Node"]

_HOUSEHOLD = frozenset({Role.SPOUSE, Role.PARENT, Role.CHILD})
_T = TypeVar("_T", Claim, LineFact, Outcome)


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A node of the contact graph: ``kind`` is person, record, number, address or employer."""

    kind: str
    key: str

    def __repr__(self) -> str:
        return f"Node({self.kind})"


def contact_graph(
    records: Sequence[Record], persons: Sequence[Person], claims: Iterable[Claim] = ()
) -> Graph:
    """Give the contact graph of these records: nodes are ``Node``, every edge has ``kind``, ``source``,
    ``record``, ``entry`` and ``date`` (None where the source gave none).

    Edge kinds: ``said_of`` person–record, ``claimed`` person–number (with ``stated_user``), ``lives_at``
    person–address, ``works_at`` person–employer, ``relation`` debtor–other person of the same case (with
    ``role`` and ``case``). Number nodes have ``phone``, address nodes ``address``, employer nodes
    ``employer``, person nodes ``roles`` (pairs of case and role). Order of nodes and edges does not depend on
    the input's.
    """
    # Loaded only by who draws: a ranking needs none of it, and it takes a sixth of the program's start.
    import networkx as nx

    graph: Graph = nx.MultiGraph()
    people = _People(records, persons)
    for person in sorted(people.of.values()):
        graph.add_node(Node("person", person), roles=people.roles[person])
    for record in people.records:
        who = Node("person", people.of[record.ref])
        graph.add_node(Node("record", record.ref), role=record.role, case=record.case)
        _connect(graph, who, Node("record", record.ref), "said_of", record)
        for address in record.addresses:
            place = Node("address", address_form(address)[0] or address.text)
            graph.add_node(place, address=address)
            _connect(graph, who, place, "lives_at", record)
        for employer in record.employers:
            work = Node("employer", employer.key or employer.name)
            graph.add_node(work, employer=employer)
            _connect(graph, who, work, "works_at", record)
    for claim in sorted(people.all_claims(claims), key=_claim_order):
        whose = people.by_ref.get(_ref(claim))
        if whose is None:
            continue
        number = Node("number", claim.phone.key)
        graph.add_node(number, phone=claim.phone)
        graph.add_edge(
            Node("person", people.of[whose.ref]),
            number,
            kind="claimed",
            source=claim.source,
            record=claim.record,
            entry=claim.entry or whose.entry,
            date=claim.date,
            stated_user=claim.stated_user,
        )
    for case in sorted({record.case for record in people.records if record.case}):
        debtor = people.debtor(case)
        for record in people.records:
            if record.case == case and debtor and people.of[record.ref] != debtor:
                ends = Node("person", debtor), Node("person", people.of[record.ref])
                _connect(graph, *ends, "relation", record, role=record.role, case=case)
    return graph


def number_evidence(
    case: str,
    records: Sequence[Record],
    persons: Sequence[Person],
    claims: Iterable[Claim],
    facts: Iterable[LineFact] = (),
    outcomes: Iterable[Outcome] = (),
    bars: Mapping[str, Sequence[Bar]] | None = None,
) -> tuple[NumberEvidence, ...]:
    """Give every candidate number of ``case`` with what is known about it, sorted by number.

    ``records`` are the case's own and those of other cases that share a key with them; ``claims`` belong to
    those records (one whose record is not among them is taken for this case's own). ``outcomes`` are this
    case's contact attempts; an attempted number is a candidate even without a claim. ``facts`` and ``bars``
    (by ``Phone.key``) may speak of more numbers than the case has; the others are left out.

    ``stated_user`` of each claim is from this debtor's point of view. ``person`` is the debtor's person id
    where any of his records lists the number (as his own, his home's or his firm's); otherwise the other
    person's. ``shared_with`` counts the persons, neither the debtor nor among those whose claim is listed
    here, whose records hold the number too: a listed claim already says whose the number is.

    A masked number is merged into a whole one when exactly one whole number of the case fits it; its claims
    keep the pattern they came with.
    """
    people = _People(records, persons)
    debtor = people.debtor(case)
    listed: dict[Phone, list[tuple[str, Claim]]] = defaultdict(list)
    holders: dict[str, set[str]] = defaultdict(set)
    kinds: dict[Phone, set[LineType]] = defaultdict(set)
    for claim in people.all_claims(claims):
        record = people.by_ref.get(_ref(claim))
        person = people.of[record.ref] if record is not None else debtor
        holders[claim.phone.key].add(person)
        kinds[claim.phone].add(claim.phone.line_type)
        seen = claim if record is None else _from_here(claim, record, case, person, debtor)
        if seen is not None:
            listed[claim.phone].append((person, seen))
    by_phone_facts, by_phone_outcomes = _by_phone(facts), _by_phone(outcomes)
    candidates = set(listed) | set(by_phone_outcomes)
    whole = _merged(candidates)
    groups: dict[Phone, list[Phone]] = defaultdict(list)
    for phone in sorted(candidates, key=lambda phone: phone.key):
        groups[whole[phone]].append(phone)
    found = []
    for phone in sorted(groups, key=lambda phone: phone.key):
        same = groups[phone]
        told = [item for one in same for item in listed.get(one, ())]
        told.sort(key=lambda item: _claim_order(item[1]))
        named = {person for person, _ in told} | {debtor}
        others = set().union(*(holders.get(one.key, set()) for one in same)) - named
        found.append(
            NumberEvidence(
                phone=_typed(phone, kinds[phone]),
                claims=tuple(claim for _, claim in told),
                facts=_sorted_facts(f for one in same for f in by_phone_facts.get(one, ())),
                outcomes=_sorted_outcomes(o for one in same for o in by_phone_outcomes.get(one, ())),
                bars=tuple(dict.fromkeys(bar for one in same for bar in (bars or {}).get(one.key, ()))),
                shared_with=len(others),
                person=_holder(told, debtor),
            )
        )
    return tuple(found)


class _People:
    """Who each record was resolved to. A record in no person is a person of its own."""

    def __init__(self, records: Sequence[Record], persons: Sequence[Person]) -> None:
        self.records = sorted(records, key=lambda record: record.ref)
        self.by_ref = {record.ref: record for record in self.records}
        resolved = {ref: person.id for person in persons for ref in person.records}
        self.of = {ref: resolved.get(ref, ref) for ref in self.by_ref}
        roles: dict[str, set[tuple[str, Role]]] = defaultdict(set)
        for record in self.records:
            roles[self.of[record.ref]].add((record.case, record.role))
        self.roles = {person: tuple(sorted(of)) for person, of in roles.items()}

    def debtor(self, case: str) -> str:
        """Give the person the case is about: of those with a debtor record in it, the one with the most such
        records, then the smallest id; "" without any."""
        counts: dict[str, int] = defaultdict(int)
        for record in self.records:
            if record.case == case and record.role is Role.DEBTOR:
                counts[self.of[record.ref]] += 1
        return min(counts, key=lambda person: (-counts[person], person), default="")

    def all_claims(self, claims: Iterable[Claim]) -> list[Claim]:
        """Give the claims, each once, and one for each number that a record holds without a claim."""
        found = list(dict.fromkeys(claims))
        claimed = {(_ref(claim), claim.phone) for claim in found}
        for record in self.records:
            found.extend(
                Claim(
                    phone=phone,
                    source=record.source,
                    record=record.record,
                    stated_user=_stated(record.role),
                    date=record.seen_on,
                    entry=record.entry,
                )
                for phone in dict.fromkeys(record.phones)
                if (record.ref, phone) not in claimed
            )
        return found


def _stated(role: Role) -> StatedUser:
    """Whose number one on a record with this role is, as the debtor of its case sees it."""
    if role is Role.DEBTOR:
        return StatedUser.DEBTOR
    if role in _HOUSEHOLD:
        return StatedUser.HOUSEHOLD
    if role in {Role.GUARANTOR, Role.CO_DEBTOR}:
        return StatedUser.GUARANTOR
    return StatedUser.WORKPLACE if role is Role.EMPLOYER else StatedUser.REFERENCE


def _from_here(claim: Claim, record: Record, case: str, person: str, debtor: str) -> Claim | None:
    """Give the claim as the debtor of ``case`` sees it, or None when it is no business of this case."""
    if person == debtor:
        if record.role is Role.DEBTOR or claim.stated_user is StatedUser.WORKPLACE:
            return claim
        # Another case, or another line of this one, knows our debtor as somebody's contact. What stands among
        # the record's own numbers is his; what is only claimed beside them is a number near him.
        own = not record.phones or claim.phone in record.phones
        return replace(claim, stated_user=StatedUser.DEBTOR if own else StatedUser.CONTACT)
    if record.case != case:
        return None
    if claim.stated_user is StatedUser.DEBTOR:
        # The source meant the debtor, but the record was resolved to somebody else: not the debtor's word.
        stated = StatedUser.UNKNOWN if record.role is Role.DEBTOR else _stated(record.role)
        return replace(claim, stated_user=stated)
    return claim


def _holder(told: Sequence[tuple[str, Claim]], debtor: str) -> str:
    """The debtor where any claim on his own record lists the number; else the first other person by id."""
    people = sorted({person for person, _ in told})
    return debtor if debtor in people or not people else people[0]


def _merged(phones: Iterable[Phone]) -> dict[Phone, Phone]:
    """Give for each number the one it is listed under: a masked one under the only whole one that fits."""
    known = set(phones)
    whole = [phone for phone in known if not phone.masked]
    answer = {}
    for phone in known:
        fits = [other for other in whole if shared_digits(phone, other)] if phone.masked else []
        answer[phone] = fits[0] if len(fits) == 1 else phone
    return answer


def _typed(phone: Phone, kinds: Iterable[LineType]) -> Phone:
    """The number with the line type its sightings give it; the first by name where they differ."""
    known = sorted(set(kinds) - {LineType.UNKNOWN})
    return replace(phone, line_type=known[0]) if known else phone


def _by_phone(items: Iterable[_T]) -> dict[Phone, list[_T]]:
    found: dict[Phone, list[_T]] = defaultdict(list)
    for item in items:
        found[item.phone].append(item)
    return found


def _sorted_facts(facts: Iterable[LineFact]) -> tuple[LineFact, ...]:
    return tuple(
        sorted(
            dict.fromkeys(facts),
            key=lambda f: (str(f.as_of or ""), f.source, f.kind, f.value, str(f.anchor or ""), f.entry),
        )
    )


def _sorted_outcomes(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return tuple(sorted(dict.fromkeys(outcomes), key=lambda o: (o.at, o.line, o.party, o.code, o.entry)))


def _claim_order(claim: Claim) -> tuple[str, ...]:
    return (
        claim.phone.key,
        str(claim.date or ""),
        claim.source,
        claim.record,
        claim.stated_user,
        str(claim.first_seen or ""),
        f"{claim.entry:020d}",
    )


def _ref(claim: Claim) -> str:
    return f"{claim.source}:{claim.record}"


def _connect(graph: Graph, left: Node, right: Node, kind: str, record: Record, **more: object) -> None:
    graph.add_edge(
        left,
        right,
        kind=kind,
        source=record.source,
        record=record.record,
        entry=record.entry,
        date=record.seen_on,
        **more,
    )
