"""What a debtor says is wrong: left out while it is looked into, replaced once he was found right.

PIPL article 46 and GDPR articles 16 and 18 ask for both. Nothing is rewritten: what was received stays as it
was received, sealed, and what counts is worked out from it and from what was decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graph.clean.addresses import read_address
from graph.clean.dates import read_date
from graph.clean.emails import read_email
from graph.clean.employers import read_employer
from graph.clean.ids import read_id
from graph.clean.names import read_name
from graph.clean.phones import read_phones
from graph.model import Claim, PartialDate, Record, Role, StatedUser
from tracer.store.evidence import Findings
from tracer.store.rights import CORRECT, DONE, REFUSED, Disputed, Wish

KINDS = ("phone", "name", "born", "id", "address", "employer", "email")
SOURCE = "correction"


def applied(findings: Findings, wishes: Iterable[Wish], case: str, region: str) -> Findings:
    """Give the findings as they count: without what is disputed or was corrected, with what was put right.

    A disputed number stays in sight, barred (``desk.barring``): whoever sees the case must see that it is not
    to be used. Corrected ones go.
    """
    open_ones = [one for one in wishes if one.kind == CORRECT and one.state != REFUSED]
    for wish in open_ones:
        settled = wish.state == DONE
        if wish.disputed.kind != "phone" or settled:
            findings = _without(findings, wish.disputed, case)
        if settled and wish.disputed.right:
            findings += put_right(wish, case, region)
    return findings


def shown(value: object) -> str:
    """Give a value of a record as a dispute names it."""
    if isinstance(value, PartialDate):
        return "-".join(f"{part:02d}" for part in (value.year, value.month, value.day) if part is not None)
    return str(getattr(value, "key", None) or getattr(value, "value", None) or getattr(value, "text", value))


def held(findings: Findings, kind: str, case: str) -> tuple[str, ...]:
    """Give the values of one kind that are held of the case's debtor."""
    found: dict[str, None] = {}
    for record in findings.records:
        if record.role is Role.DEBTOR and record.case == case:
            for value in _values(record, kind):
                found[shown(value)] = None
    if kind == "phone":
        found.update(
            (claim.phone.key, None) for claim in findings.claims if claim.stated_user is StatedUser.DEBTOR
        )
    return tuple(found)


def _values(record: Record, kind: str) -> tuple[object, ...]:
    return {
        "phone": record.phones,
        "name": record.names,
        "born": (record.born,) if record.born is not None else (),
        "id": record.ids,
        "address": record.addresses,
        "employer": record.employers,
        "email": record.emails,
    }[kind]


def _without(findings: Findings, wrong: Disputed, case: str) -> Findings:
    def kept(record: Record) -> Record:
        if record.role is not Role.DEBTOR or record.case != case:
            return record
        match wrong.kind:
            case "phone":
                return replace(
                    record, phones=tuple(one for one in record.phones if shown(one) != wrong.wrong)
                )
            case "name":
                return replace(record, names=tuple(one for one in record.names if shown(one) != wrong.wrong))
            case "born":
                return (
                    replace(record, born=None)
                    if record.born and shown(record.born) == wrong.wrong
                    else record
                )
            case "id":
                return replace(record, ids=tuple(one for one in record.ids if shown(one) != wrong.wrong))
            case "address":
                return replace(
                    record, addresses=tuple(one for one in record.addresses if shown(one) != wrong.wrong)
                )
            case "employer":
                return replace(
                    record, employers=tuple(one for one in record.employers if shown(one) != wrong.wrong)
                )
            case _:
                return replace(
                    record, emails=tuple(one for one in record.emails if shown(one) != wrong.wrong)
                )

    claims = findings.claims
    if wrong.kind == "phone":
        claims = tuple(
            one for one in claims if one.phone.key != wrong.wrong or one.stated_user is not StatedUser.DEBTOR
        )
    return replace(findings, records=tuple(map(kept, findings.records)), claims=claims)


def put_right(wish: Wish, case: str, region: str) -> Findings:
    """Give the debtor's own word as a finding of its own; without a value where it cannot be read."""
    text = wish.disputed.right
    name = f"{wish.id}"
    day = wish.decided_at.date() if wish.decided_at else wish.received_on
    record = Record(
        source=SOURCE, record=name, role=Role.DEBTOR, case=case, seen_on=day, entry=wish.decided_entry or 0
    )
    match wish.disputed.kind:
        case "phone":
            phones = read_phones(text, region).value or ()
            return Findings(
                records=(replace(record, phones=phones),),
                claims=tuple(
                    Claim(
                        phone=phone,
                        source=SOURCE,
                        record=name,
                        stated_user=StatedUser.DEBTOR,
                        date=day,
                        first_seen=day,
                        entry=wish.decided_entry or 0,
                    )
                    for phone in phones
                ),
            )
        case "name":
            found = read_name(text).value
            return Findings(records=(replace(record, names=(found,) if found else ()),))
        case "born":
            return Findings(records=(replace(record, born=read_date(text).value),))
        case "id":
            one = read_id(text, region=region).value
            return Findings(records=(replace(record, ids=(one,) if one else ()),))
        case "address":
            place = read_address(text, country=region).value
            return Findings(records=(replace(record, addresses=(place,) if place else ()),))
        case "employer":
            firm = read_employer(text).value
            return Findings(records=(replace(record, employers=(firm,) if firm else ()),))
        case _:
            mail = read_email(text).value
            return Findings(records=(replace(record, emails=(mail,) if mail else ()),))
