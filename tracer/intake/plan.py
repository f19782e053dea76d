"""A mapping made ready for one file: fields to column numbers, people to their columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from tracer.errors import WrongUse
from tracer.intake.mapping import Kind, Mapping, Target, target
from tracer.intake.synonyms import header_key
from tracer.words import N_

# A column by its place from 0, or a constant's own text.
Source = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """The columns that speak of one person. ``addresses`` are groups to be read as one text each."""

    slot: str
    base: str
    filled_by: tuple[Source, ...]
    names: tuple[Source, ...]
    given: tuple[Source, ...]
    family: tuple[Source, ...]
    ids: tuple[Source, ...]
    id_scheme: Source | None
    born: tuple[Source, ...]
    phones: tuple[Source, ...]
    home_phones: tuple[Source, ...]
    work_phones: tuple[Source, ...]
    addresses: tuple[tuple[Source, ...], ...]
    work_addresses: tuple[Source, ...]
    employers: tuple[Source, ...]
    employee_ids: tuple[Source, ...]
    emails: tuple[Source, ...]
    relation: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to read from where, for one header."""

    kind: Kind
    region: str
    day_first: bool | None
    currency: str
    zone: ZoneInfo
    as_of: dt.date | None
    code_list: str
    columns: tuple[str, ...]
    case: dict[str, Source]
    notes: tuple[Source, ...]
    outcome: dict[str, Source]
    texts: tuple[Source, ...]
    people: tuple[SlotPlan, ...]
    role: Source | None
    missing: tuple[str, ...] = ()
    unmapped: tuple[str, ...] = ()
    stamp: str = field(default="", repr=False)


def make_plan(mapping: Mapping, columns: Sequence[str]) -> Plan:
    """Find the mapping's columns in a header; WrongUse when the one for the case is not there.

    Other columns that are missing are listed in the plan. A header that differs from the mapping only in
    spaces, case, width or marks counts as the same.
    """
    place: dict[str, int] = {}
    loose: dict[str, int] = {}
    for index, column in enumerate(columns):
        place.setdefault(column, index)
        loose.setdefault(header_key(column), index)
    targets: list[tuple[Target, Source]] = []
    missing: list[str] = []
    used: set[int] = set()
    for column, text in mapping.columns.items():
        squeezed = " ".join(column.split())
        found = place.get(squeezed)
        if found is None:
            found = loose.get(header_key(squeezed))
        if found is None:
            missing.append(column)
            continue
        used.add(found)
        targets.append((target(text), found))
    given = {each.text for each, _ in targets}
    targets += [
        (target(text), value) for text, value in mapping.constants.items() if target(text).text not in given
    ]
    if not any(each.group == "case" and each.field == "case" for each, _ in targets):
        raise WrongUse(
            N_("The file has none of the columns the mapping reads the case number from; they are {columns}"),
            N_("Correct [columns] in the mapping, or header_row if these are not the columns' names."),
            columns=", ".join(columns[:40]),
        )
    people: dict[str, list[tuple[str, Source]]] = {}
    case: dict[str, Source] = {}
    outcome: dict[str, Source] = {}
    notes: list[Source] = []
    texts: list[Source] = []
    for each, source in targets:
        if each.group == "person":
            people.setdefault(each.slot, []).append((each.field, source))
        elif each.group == "outcome":
            if each.field == "text":
                texts.append(source)
            else:
                outcome[each.field] = source
        elif each.field == "note":
            notes.append(source)
        else:
            case[each.field] = source
    debtor = dict(people.get("debtor", []))
    role = debtor.get("role", debtor.get("relation"))
    return Plan(
        kind=mapping.kind,
        region=mapping.region,
        day_first=mapping.day_first,
        currency=mapping.currency,
        zone=ZoneInfo(mapping.timezone),
        as_of=mapping.as_of,
        code_list=mapping.code_list,
        columns=tuple(columns),
        case=case,
        notes=tuple(notes),
        outcome=outcome,
        texts=tuple(texts),
        people=tuple(_slot(slot, people[slot], mapping.region) for slot in sorted(people, key=_order)),
        role=role,
        missing=tuple(missing),
        unmapped=tuple(column for index, column in enumerate(columns) if index not in used),
        stamp=mapping.model_dump_json(
            exclude={"encoding", "delimiter", "sheet", "header_row", "header_rows"}
        ),
    )


def _order(slot: str) -> tuple[int, str, int]:
    found = re.fullmatch(r"([a-z_]+?)(\d*)", slot)
    assert found is not None
    return (0 if slot == "debtor" else 1, found.group(1), int(found.group(2) or 0))


_PART = ("state", "city", "address", "address2", "postcode")
_PART_WEST = ("address", "address2", "city", "state", "postcode")
_FILLS = frozenset(
    [
        "name",
        "given_name",
        "family_name",
        "id",
        "phone",
        "mobile",
        "home_phone",
        "work_phone",
        "address",
        "home_address",
        "work_address",
        "registered_address",
        "mail_address",
        "email",
        "employer",
        "employee_id",
        "born",
    ]
)


def _slot(slot: str, fields: Sequence[tuple[str, Source]], region: str) -> SlotPlan:
    def of(*names: str) -> tuple[Source, ...]:
        return tuple(source for name in names for field, source in fields if field == name)

    parts = _PART if region in {"CN", "HK", "MO", "TW"} else _PART_WEST
    # Where city and state have columns of their own the first address column is put together with them.
    lines = of("address")
    pieces = {"address": lines[:1], **{part: of(part) for part in parts if part != "address"}}
    joined = tuple(source for part in parts for source in pieces[part])
    addresses = [joined] if joined else []
    addresses += [
        (source,) for source in (*lines[1:], *of("home_address", "registered_address", "mail_address"))
    ]
    scheme = of("id_scheme")
    related = of("relation")
    base = slot.rstrip("0123456789")
    return SlotPlan(
        slot=slot,
        base=base,
        filled_by=tuple(source for field, source in fields if field in _FILLS and isinstance(source, int)),
        names=of("name"),
        given=of("given_name", "middle_name"),
        family=of("family_name"),
        ids=of("id"),
        id_scheme=scheme[0] if scheme else None,
        born=of("born"),
        phones=of("mobile", "phone"),
        home_phones=of("home_phone"),
        work_phones=of("work_phone"),
        addresses=tuple(addresses),
        work_addresses=of("work_address"),
        employers=of("employer"),
        employee_ids=of("employee_id"),
        emails=of("email"),
        relation=related[0] if related and base != "debtor" else None,
    )
