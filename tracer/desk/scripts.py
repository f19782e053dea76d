"""What to say when somebody answers: one script for one number, by who may answer, in either language.

Whatever anybody may hear is a text for third parties by its type (tracer/letters); only ``if_debtor``
may name the debt, and it begins with the questions by which he is known. One number at a time, never a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.model import Phone, Role
from tracer.desk import lawful
from tracer.desk.choosing import about_case
from tracer.desk.numbers import one_number
from tracer.desk.office import Office
from tracer.errors import Refused, WrongUse
from tracer.letters import DebtorText, ForDebtor, Place, ThirdPartyText
from tracer.letters.scripts import DebtorPart, Hint, Part, hint, to_anybody, to_debtor
from tracer.letters.wording import LANGUAGES
from tracer.lookups import SubjectFacts
from tracer.policy import Ruling
from tracer.policy.contact import UNKNOWN
from tracer.store.cases import CaseFile
from tracer.words import N_


class How(StrEnum):
    """How it is said."""

    CALL = "call"
    SMS = "sms"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to say. ``opening`` and ``if_other`` may be heard by anybody; ``if_debtor`` is said only after its
    questions were answered rightly, and is empty when nothing is on file to know him by. ``notes`` are for
    whoever calls. A message or letter is all ``opening``.
    """

    number: str
    phone: Phone
    role: Role | None
    language: str
    how: How
    opening: str = field(repr=False)
    if_debtor: str = field(default="", repr=False)
    if_other: str = field(default="", repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)


def script(office: Office, case: CaseFile, token: str, language: str, how: How = How.CALL) -> Script:
    """Give the script for one number of a case. Nothing is written; the call itself is judged and reserved.

    Raises WrongUse for an unknown number, language or sender; Refused for a barred number, and for a third
    party who may not be approached (the debtor is not out of reach, they were asked before, they refused);
    NotForThirdParties when a name in the file carries what nobody else may hear.
    """
    if language not in LANGUAGES:
        raise WrongUse(
            N_("No scripts are written in {language}"), N_("Use zh or en."), language=language[:10]
        )
    phone = one_number(office, case, token)
    found = lawful.may_contact(office, case, token, office.clock(), lawful.Asked(channel=_CHANNEL[how]))
    role = Role(found.facts.word("role")) if found.facts.known("role") else None
    approachable(found)
    subject = about_case(office, case)
    if subject.name is None:
        raise WrongUse(
            N_("The case does not know the debtor's whole name, so nobody can be asked for"),
            N_("Ask the client for it."),
        )
    speech = _Speech(language=language, values=_values(office, subject.name.text))
    own = role in (None, Role.DEBTOR)
    if how is How.CALL:
        opening = speech.anybody(Part.TO_DEBTOR if own else Part.TO_OTHER)
        if_debtor, known_by = _to_debtor(office, case, subject, speech)
        if_other = speech.anybody(Part.CALL_BACK)
        notes = (Hint.RECORDED, Hint.IDENTITY, Hint.OTHERS, Hint.STRANGER, *_CONDUCT)
        hints = [*(hint(language, one) for one in notes), *known_by]
    else:
        if_debtor = if_other = ""
        if how is How.SMS:
            opening = speech.anybody(Part.SMS_DEBTOR if own else Part.SMS_OTHER)
        else:
            opening = (
                speech.debtor(DebtorPart.LETTER, office, case) if own else speech.anybody(Part.LETTER_OTHER)
            )
        hints = [hint(language, Hint.SMS if how is How.SMS else Hint.LETTER)]
    return Script(
        number=found.token,
        phone=phone,
        role=role,
        language=language,
        how=how,
        opening=opening,
        if_debtor=if_debtor,
        if_other=if_other,
        notes=tuple(hints),
    )


_CONDUCT = (Hint.NO_WAIVER, Hint.NO_GIFTS, Hint.NO_LINES)
# These stop a script whoever answers and whatever time would mend: tomorrow is soon enough to read one.
_NEVER_MIND_WHEN = {"TRADE-BARRED", "TRADE-STRANGER", "TRADE-3P-LOST", "CN-CBA26-LOST"}
_STOPS = {Ruling.DENY, Ruling.APPROVE}
# Four characters of a shorter number would be most of it.
_LONG_ENOUGH = 8
_CHANNEL = {How.CALL: "voice", How.SMS: "sms", How.LETTER: "post"}


def approachable(found: lawful.MayContact) -> None:
    """Raise Refused for a number nobody may call and a third party nobody may approach.

    Hours and facts to be supplied are another matter: a script is read before the hour has come.
    """
    role = Role(found.facts.word("role")) if found.facts.known("role") else None
    third = role is not None and role.third_party
    against = tuple(
        hit
        for hit in found.opinion.hits
        if (third and hit.until is None and hit.rule != UNKNOWN and hit.verdict in _STOPS)
        or hit.rule in _NEVER_MIND_WHEN
    )
    if against:
        raise Refused(
            N_("There is no script for this number: nobody may call it.\n{reasons}"),
            reasons="\n".join(f"{hit.rule}: {hit.fired.shown()}" for hit in against),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speech:
    """The words of one language with what stands in their places."""

    language: str
    values: Mapping[Place, str] = field(repr=False)

    def anybody(self, *parts: Part) -> str:
        template = to_anybody(self.language, *parts)
        used = {place: text for place, text in self.values.items() if place in template.places}
        return ThirdPartyText(template, used).letter(self.language).text

    def debtor(self, part: DebtorPart, office: Office, case: CaseFile) -> str:
        template = to_debtor(self.language, part, amount=case.amount_due is not None and bool(case.currency))
        client = office.config.clients.get(case.client)
        values: dict[Place | ForDebtor, str] = dict(self.values.items())
        values[ForDebtor.CREDITOR] = (client.name if client else "") or case.client
        # Never more than the debt as the creditor placed it: there is no way to give another figure.
        values[ForDebtor.AMOUNT] = f"{case.currency} {(case.amount_due or 0) / 100:,.2f}"
        used = {place: text for place, text in values.items() if place in template.places}
        return DebtorText(template, used).text


def _to_debtor(
    office: Office, case: CaseFile, subject: SubjectFacts, speech: _Speech
) -> tuple[str, tuple[str, ...]]:
    """Give what is said to the debtor, the questions first, and what his answers are held against."""
    checks = list(_checks(subject, speech.language))
    if not checks:
        return "", (hint(speech.language, Hint.NOTHING_TO_CHECK),)
    asked = speech.anybody(Part.CHECK, *(part for part, _ in checks))
    told = speech.debtor(DebtorPart.CALL, office, case)
    return f"{asked}\n\n{told}", tuple(line for _, line in checks)


def _checks(subject: SubjectFacts, language: str) -> Iterator[tuple[Part, str]]:
    if subject.born is not None:
        yield Part.BORN, hint(language, Hint.COMPARE_BORN).format(year=subject.born.year)
    for one in subject.ids[:1]:
        if len(one.value) >= _LONG_ENOUGH:
            yield Part.ID, hint(language, Hint.COMPARE_ID).format(end=f"…{one.value[-4:]}")


def unsaid(office: Office) -> tuple[str, ...]:
    """Give the keys of the configuration's section enquiry that a script needs and that say nothing yet."""
    return tuple(key for key in ("sender", "reply_to", "phone") if not getattr(office.config.enquiry, key))


def _values(office: Office, person: str) -> dict[Place, str]:
    ours = office.config.enquiry
    if lacking := unsaid(office):
        raise WrongUse(
            N_("It is not said who calls: {keys} is missing"),
            N_("Fill in the section [enquiry] of the configuration; what stands there is said as it is."),
            keys=", ".join(lacking),
        )
    return {
        Place.SENDER: ours.sender,
        Place.REPLY_TO: ours.reply_to,
        Place.REPLY_PHONE: ours.phone,
        Place.PERSON: person,
    }
