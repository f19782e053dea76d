"""The people one row names: who each is to the debtor, what identifies him, and which numbers are claimed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from graph.clean.phone_cells import pieces
from graph.clean.relations import relation
from graph.clean.text import tidy
from graph.model import Claim, Name, Phone, Record, Role, StatedUser
from tracer.intake.cells import Cells
from tracer.intake.plan import Plan, SlotPlan, Source

T = TypeVar("T")

CASE_FILE, REFERENCES = "case_file", "references"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person a row names, with the numbers it claims for him.

    ``record.source`` is ``case_file`` for the debtor and those liable with him, ``references`` for others;
    ``record.record`` is his slot (``debtor``, ``spouse``, ``contact3``). ``named_by_debtor`` is True for the
    contacts and references a debtor gave. ``relation`` is what the file said he is, as received.
    ``work_addresses`` are kept apart from the record's, which are where he lives or is registered.
    ``employee_id`` is his number with his employer, as received.
    """

    record: Record
    claims: tuple[Claim, ...] = ()
    named_by_debtor: bool = False
    relation: str = field(default="", repr=False)
    work_addresses: tuple[str, ...] = field(default=(), repr=False)
    employee_id: str = field(default="", repr=False)

    def __repr__(self) -> str:
        return f"Named({self.record!r}, {len(self.claims)} claims)"


_ROLES = {
    "debtor": Role.DEBTOR,
    "spouse": Role.SPOUSE,
    "father": Role.PARENT,
    "mother": Role.PARENT,
    "parent": Role.PARENT,
    "child": Role.CHILD,
    "relative": Role.RELATIVE,
    "guarantor": Role.GUARANTOR,
    "co_debtor": Role.CO_DEBTOR,
    "colleague": Role.COLLEAGUE,
    "friend": Role.FRIEND,
    "contact": Role.REFERENCE,
    "reference": Role.REFERENCE,
}
_NAMED_BY_DEBTOR = frozenset({"contact", "reference", "colleague", "friend"})

# Whose number a number is, by who its person is to the debtor.
_USERS = {
    Role.DEBTOR: StatedUser.DEBTOR,
    Role.SPOUSE: StatedUser.HOUSEHOLD,
    Role.GUARANTOR: StatedUser.GUARANTOR,
    Role.CO_DEBTOR: StatedUser.GUARANTOR,
    Role.EMPLOYER: StatedUser.WORKPLACE,
    Role.REFERENCE: StatedUser.REFERENCE,
}


_NUMBER_INSIDE = re.compile(r"\+?\d[\d\-*() ]{5,}\d")


def read_people(
    cells: Cells, plan: Plan, case: str, seen_on: dt.date | None, digest: str
) -> tuple[Named, ...]:
    """Give everybody the row names, the debtor first."""
    people: list[Named] = []
    own: list[Claim] = []
    for slot in plan.people:
        named = _person(cells, slot, plan, case, seen_on, digest, own)
        if named is not None:
            people.append(named)
    return tuple(_with_claims(people, own, case, seen_on) if own else people)


def subject_role(cells: Cells, plan: Plan) -> Role:
    """Give who the row's own person is: the debtor, unless a column or the mapping says otherwise."""
    if plan.role is None:
        return Role.DEBTOR
    word = cells.text(plan.role)
    if not word:
        return Role.DEBTOR
    role = relation(word)
    if role is None:
        cells.note("relation.unknown", plan.role, shown=word)
        return Role.REFERENCE
    return role


def _person(
    cells: Cells,
    slot: SlotPlan,
    plan: Plan,
    case: str,
    seen_on: dt.date | None,
    digest: str,
    own_claims: list[Claim],
) -> Named | None:
    if not any(cells.raw(source) for source in slot.filled_by):
        return None
    role, base = _ROLES[slot.base], slot.base
    name = slot.slot
    said = ""
    if base == "debtor" and plan.role is not None:
        role = subject_role(cells, plan)
        if role is not Role.DEBTOR:
            # One row a person: several may hold a reference, so the row's digest tells them apart.
            said = cells.text(plan.role)
            name = f"{role}_{digest[:8]}"
    elif slot.relation is not None and (said := cells.text(slot.relation)):
        role = _related(cells, slot, role, said)
    third_party = role.third_party
    phones, claims = _numbers(cells, slot, role, base, name, seen_on)
    if base != "debtor" and role is Role.DEBTOR:
        if claims:
            cells.note("contact.is_debtor", slot.filled_by[0])
        own_claims.extend(claims)
        return None
    names = _names(cells, slot)
    scheme = "" if slot.id_scheme is None else cells.text(slot.id_scheme)
    # Most slots have few of these columns: a generator for each that is not there costs as much as a phone.
    ids = _listed(cells.identifier(source, scheme) for source in slot.ids) if slot.ids else ()
    addresses = (
        _listed(cells.address(*_joined(cells, group, plan.region)) for group in slot.addresses)
        if slot.addresses
        else ()
    )
    employers = _listed(cells.employer(source) for source in slot.employers) if slot.employers else ()
    emails = _listed(cells.email(source) for source in slot.emails) if slot.emails else ()
    born = (
        next((day for source in slot.born if (day := cells.born(source)) is not None), None)
        if slot.born
        else None
    )
    employee_id = next(filter(None, (cells.text(source)[:64] for source in slot.employee_ids)), "")
    if not (names or ids or phones or claims or addresses or employers or emails or born or employee_id):
        return None
    if not names and claims and base != "debtor":
        cells.note("contact.no_name", slot.filled_by[0])
    record = Record(
        source=REFERENCES if third_party else CASE_FILE,
        record=name,
        role=role,
        case=case,
        seen_on=seen_on,
        names=names,
        ids=ids,
        born=born,
        phones=phones,
        addresses=addresses,
        employers=employers,
        emails=emails,
    )
    return Named(
        record=record,
        claims=tuple(claims),
        named_by_debtor=third_party and (base in _NAMED_BY_DEBTOR or base == "debtor"),
        relation=said[:100],
        work_addresses=(
            _listed(cells.text(source)[:500] or None for source in slot.work_addresses)
            if slot.work_addresses
            else ()
        ),
        employee_id=employee_id,
    )


def _related(cells: Cells, slot: SlotPlan, role: Role, said: str) -> Role:
    """Give the role a relation cell names; liability comes from the mapping, never from a contact's cell."""
    assert slot.relation is not None
    if not role.third_party:
        return role
    found = relation(said)
    if found is None:
        cells.note("relation.unknown", slot.relation, shown=said)
        return role
    if found in {Role.GUARANTOR, Role.CO_DEBTOR}:
        cells.note("relation.liable", slot.relation)
        return role
    return role if found is Role.OTHER else found


def _names(cells: Cells, slot: SlotPlan) -> tuple[Name, ...]:
    names = [name for source in slot.names if (name := cells.person_name(source)) is not None]
    if not names and (slot.given or slot.family):
        given = " ".join(filter(None, (cells.text(source) for source in slot.given)))
        family = " ".join(filter(None, (cells.text(source) for source in slot.family)))
        if given or family:
            source = (slot.family or slot.given)[0]
            if (name := cells.person_name(source, given, family)) is not None:
                names.append(name)
    return tuple(names)


def _numbers(
    cells: Cells, slot: SlotPlan, role: Role, base: str, record: str, seen_on: dt.date | None
) -> tuple[tuple[Phone, ...], list[Claim]]:
    """Read a person's numbers: those that are his own (for matching), and the claims on all of them."""
    own: dict[str, Phone] = {}
    claims: dict[str, Claim] = {}
    source_name = REFERENCES if role.third_party else CASE_FILE
    user = _USERS.get(role, StatedUser.REFERENCE if base in _NAMED_BY_DEBTOR else StatedUser.CONTACT)

    def claim(phone: Phone, stated: StatedUser) -> None:
        if phone.key not in claims:
            claims[phone.key] = Claim(
                phone=phone, source=source_name, record=record, stated_user=stated, date=seen_on
            )

    for source in slot.phones:
        for phone, said in _said_of(cells, source):
            if said is None or said is role:
                own.setdefault(phone.key, phone)
                claim(phone, user)
            else:
                claim(phone, _USERS.get(said, StatedUser.CONTACT))
    for source in slot.home_phones:
        for phone in cells.phones(source):
            own.setdefault(phone.key, phone)
            claim(phone, StatedUser.HOUSEHOLD if role is Role.DEBTOR else user)
    for source in slot.work_phones:
        for phone in cells.phones(source, shared=True):
            # A colleague answers there too: the number is claimed, and no sign of who somebody is.
            claim(phone, StatedUser.WORKPLACE if role is Role.DEBTOR else StatedUser.CONTACT)
    if not claims and base != "debtor":
        # 联系人1 "张三 15400000000": the number stands in the name's cell.
        for source in slot.names:
            if inside := _NUMBER_INSIDE.search(cells.raw(source)):
                for phone in cells.phones(inside.group()):
                    own.setdefault(phone.key, phone)
                    claim(phone, user)
    return tuple(own.values()), list(claims.values())


def _said_of(cells: Cells, source: Source) -> list[tuple[Phone, Role | None]]:
    """Read numbers with the remark beside each: "154…(父亲) / 154…" are his father's and his own."""
    before = len(cells.problems)
    phones = cells.phones(source)
    noted = [
        dict(problem.params).get("relation", "")
        for problem in cells.problems[before:]
        if problem.code == "phone.annotation"
    ]
    if not noted:
        return [(phone, None) for phone in phones]
    if len(phones) == 1:
        return [(phones[0], Role(noted[0]))]
    said: dict[str, Role] = {}
    quiet = len(cells.problems)
    for piece in pieces(tidy(cells.raw(source))):
        found = cells.phones(piece)
        roles = [
            dict(each.params).get("relation", "")
            for each in cells.problems[quiet:]
            if each.code == "phone.annotation"
        ]
        del cells.problems[quiet:]
        if roles:
            said.update({phone.key: Role(roles[0]) for phone in found})
    return [(phone, said.get(phone.key)) for phone in phones]


def _joined(cells: Cells, group: Sequence[Source], region: str) -> tuple[str, Source]:
    if len(group) == 1:
        return cells.raw(group[0]), group[0]
    texts = [text for source in group if (text := cells.text(source))]
    if region in {"CN", "HK", "MO", "TW"}:
        joined = ""
        for text in texts:
            # 省 and 市 columns often repeat what the address begins with.
            joined = text if text.startswith(joined) else joined + text
        return joined, group[-1]
    return ", ".join(dict.fromkeys(texts)), group[-1]


def _listed(values: Iterable[T | None]) -> tuple[T, ...]:
    found = [value for value in values if value is not None]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _with_claims(people: list[Named], extra: list[Claim], case: str, seen_on: dt.date | None) -> list[Named]:
    """Give numbers that stood under a contact called 本人 to the debtor."""
    own = [
        Claim(
            phone=claim.phone,
            source=CASE_FILE,
            record="debtor",
            stated_user=StatedUser.DEBTOR,
            date=claim.date,
        )
        for claim in extra
    ]
    for index, named in enumerate(people):
        if named.record.role is Role.DEBTOR:
            record = named.record
            known = {claim.phone.key for claim in named.claims}
            fresh = [claim for claim in own if claim.phone.key not in known]
            phones = tuple(
                {phone.key: phone for phone in (*record.phones, *(claim.phone for claim in fresh))}.values()
            )
            people[index] = _replaced(named, phones, (*named.claims, *fresh))
            return people
    record = Record(
        source=CASE_FILE,
        record="debtor",
        role=Role.DEBTOR,
        case=case,
        seen_on=seen_on,
        phones=tuple(c.phone for c in own),
    )
    return [Named(record=record, claims=tuple(own)), *people]


def _replaced(named: Named, phones: tuple[Phone, ...], claims: tuple[Claim, ...]) -> Named:
    return replace(named, record=replace(named.record, phones=phones), claims=claims)
