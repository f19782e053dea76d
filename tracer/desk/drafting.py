"""What an enquiry says: whom it may go to, what fits together, and the letter put together from its type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.clean.employers import read_employer
from graph.clean.text import simplified, tidy
from graph.model import Role
from sources.contract import Field
from sources.enquiry import ASKS, Addressee, Asks, Kind
from tracer.desk.enquiring import Judged
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.letters.text import AuthorityText, ForAuthority, Letter, Place, ThirdPartyText
from tracer.letters.wording import LANGUAGES, template
from tracer.store.cases import CaseFile
from tracer.words import N_

_ENDS = re.compile(r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|委员会)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to enquire: how, of whom, what; for an authority also by what right."""

    kind: Kind
    to: Addressee
    asks: Asks | None = None
    name: str = field(default="", repr=False)
    postal: str = field(default="", repr=False)
    language: str = ""
    purpose: str = ""
    basis: str = field(default="", repr=False)
    order: str = field(default="", repr=False)
    court: str = field(default="", repr=False)
    order_until: dt.date | None = None
    said: Mapping[str, bool] = field(default_factory=dict)


def fits(wanted: Wanted, asks: Asks) -> None:
    """Raise WrongUse for a question that is not asked there, or a right that is lacking or too much."""
    if asks not in ASKS[wanted.to]:
        raise WrongUse(
            N_("{asks} is not asked of this addressee ({to})"),
            N_("Ask for one of: {known}"),
            to=str(wanted.to),
            asks=str(asks),
            known=", ".join(ASKS[wanted.to]),
        )
    if wanted.language and wanted.language not in LANGUAGES:
        raise WrongUse(
            N_("No letters are written in {language}"), N_("Use zh or en."), language=wanted.language[:10]
        )
    given = [name for name in ("basis", "order", "court", "order_until") if getattr(wanted, name)]
    needed = {
        Addressee.REGISTRY: ["basis"],
        Addressee.COURT_ORDER: ["basis", "order", "court", "order_until"],
    }.get(wanted.to, [])
    if sorted(given) != sorted(needed):
        raise WrongUse(
            N_("An enquiry to this addressee ({to}) takes these and no others: {needed}"),
            N_("A third party is told no legal basis; an authority is asked only on one."),
            to=str(wanted.to),
            needed=", ".join(f"--{name.replace('_', '-')}" for name in needed) or "—",
        )


def addressee_of(office: Office, case: CaseFile, wanted: Wanted) -> tuple[str, str]:
    """Give whom it goes to, and the key by which he is known again.

    An employer is one the case knows: who is typed freely could be anybody, or the same one spelt
    otherwise to be asked twice.
    """
    if wanted.to is not Addressee.EMPLOYER:
        name = tidy(wanted.name)
        if not name:
            raise WrongUse(
                N_("It is not said who is asked"),
                N_("Name the committee, registry or holder with --name."),
            )
        plain = "".join(char for char in simplified(name).casefold() if char.isalnum())
        return name, f"{wanted.to}:{_ENDS.sub('', plain) or plain}"
    known = [
        employer
        for record, _claims in office.store.evidence.people(case)
        if record.role is Role.DEBTOR
        for employer in record.employers
    ]
    known += [
        employer
        for record in office.store.evidence.found(case).records
        if record.role is Role.DEBTOR
        for employer in record.employers
    ]
    by_key = {one.key or one.name: one for one in known}
    if wanted.name:
        read = read_employer(wanted.name).value
        by_key = (
            {read.key or read.name: by_key[read.key or read.name]}
            if read and (read.key or read.name) in by_key
            else {}
        )
    if len(by_key) != 1:
        raise WrongUse(
            N_("The case knows {count} employers that fit, and one must be meant"),
            N_("Name one that the case file or an answer names: --name. Others are not asked."),
            count=len(by_key),
        )
    key, one = next(iter(by_key.items()))
    return one.name, f"{wanted.to}:{key}"


def letter_of(
    office: Office,
    wanted: Wanted,
    asks: Asks,
    name: str,
    verdict: Judged,
    language: str,
    reference: str,
    expires: dt.date,
) -> Letter:
    """Give the letter; raises NotForThirdParties for a value that may not go out, WrongUse for no sender."""
    subject, fields = verdict.subject, verdict.fields
    ours = office.config.enquiry
    lacking = [key for key in ("sender", "reply_to", "phone") if not getattr(ours, key)]
    if lacking:
        raise WrongUse(
            N_("It is not said who writes: {keys} is missing"),
            N_("Fill in the section [enquiry] of the configuration; what stands there goes out as it is."),
            keys=", ".join(lacking),
        )
    assert subject.name is not None  # policy demanded it
    third = wanted.to.third_party
    abode = third and Field.ADDRESS in fields and subject.address is not None
    number = next(iter(subject.ids), None) if Field.ID_NUMBER in fields and not third else None
    values: dict[Place | ForAuthority, str] = {
        Place.ADDRESSEE: name,
        Place.PERSON: subject.name.text,
        Place.SENDER: ours.sender,
        Place.REPLY_TO: ours.reply_to,
        Place.REPLY_PHONE: ours.phone,
        Place.REFERENCE: reference,
        Place.TODAY: _day(office.today(), language),
        Place.REPLY_BY: _day(expires, language),
    }
    if wanted.postal:
        values[Place.POSTAL] = wanted.postal
    if abode and subject.address is not None:
        values[Place.ABODE] = subject.address.text
    form = template(
        language,
        wanted.kind,
        wanted.to,
        asks,
        abode=abode,
        number=number is not None,
        postal=bool(wanted.postal),
    )
    if third:
        return ThirdPartyText(form, {Place(place): value for place, value in values.items()}).letter(language)
    values[ForAuthority.BASIS] = wanted.basis
    if wanted.to is Addressee.COURT_ORDER:
        values |= {ForAuthority.ORDER: wanted.order, ForAuthority.COURT: wanted.court}
    if number is not None:
        values[ForAuthority.ID_NUMBER] = number.value
    return AuthorityText(form, values).letter(language)


def _day(day: dt.date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()
