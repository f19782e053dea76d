"""Whom a reviewer means, in the log's own names: a case, a pseudonym, or a number or id that he types.

What is typed is looked for with the store's blind indexes and never written down; that it was looked for is
an entry of the log, also when nobody was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.clean.ids import read_id
from graph.clean.phones import read_phones
from graph.model import Phone
from tracer.desk.numbers import one_number
from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.log.vocabulary import TOKEN
from tracer.store.cases import CaseFile, NoCase
from tracer.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """Cases by their pseudonyms (None: any), and pseudonyms that an entry must name (None: any)."""

    cases: tuple[CaseFile, ...] = field(default=(), repr=False)
    pseudonyms: tuple[str, ...] | None = field(default=None, repr=False)
    tokens: tuple[str, ...] | None = field(default=None, repr=False)


def persons(
    office: Office, *, case: str | None = None, subject: str | None = None, debtor: bool = False
) -> Persons:
    """Give what the log calls a case and a person.

    ``subject`` is a telephone number, an id, a pseudonym as the log shows it, or, with a case, the number's
    token on the screen. With ``debtor`` a number or id is looked for only among what is known of debtors
    themselves. Raises WrongUse for what is none of these.
    """
    file = office.case(case) if case else None
    ours = () if file is None else (file,)
    pseudonyms = None if file is None else (file.pseudonym,)
    if not subject:
        return Persons(cases=ours, pseudonyms=pseudonyms)
    if file is not None and subject.startswith("n_"):
        name = office.number_name(file, one_number(office, file, subject))
        return Persons(cases=ours, pseudonyms=pseudonyms, tokens=(name,))
    if TOKEN.fullmatch(subject) and not subject.startswith("n_"):
        if subject.startswith("case_"):
            return Persons(pseudonyms=(subject,))
        return Persons(cases=ours, pseudonyms=pseudonyms, tokens=(subject,))
    key, phone = _key(office, subject)
    found = tuple(
        one for one in office.store.evidence.having(key, debtor=debtor) if file is None or one.id == file.id
    )
    office.write(
        "log_read", body={"fields": ["phone" if phone else "id_number"], "counts": {"cases": len(found)}}
    )
    return Persons(
        cases=found,
        pseudonyms=tuple(one.pseudonym for one in found),
        tokens=tuple(office.number_name(one, phone) for one in found) if phone else None,
    )


def cases_of(office: Office, said: str) -> tuple[CaseFile, ...]:
    """Give the cases that somebody means: by number, client/number, pseudonym, telephone number or id.

    Looking for a person is an entry of the log. Raises WrongUse for what is none of these.
    """
    said = said.strip()
    if said.startswith("case_"):
        found = office.store.cases.by_pseudonym(said)
        return () if found is None else (found,)
    try:
        return (office.case(said),)
    except NoCase:
        return persons(office, subject=said).cases


def _key(office: Office, text: str) -> tuple[str, Phone | None]:
    phones = read_phones(text, office.config.region).value or ()
    if len(phones) == 1 and not phones[0].masked:
        return f"phone:{phones[0].key}", phones[0]
    found = read_id(text, region=office.config.region).value
    if found is not None and found.value and not found.masked and found.scheme != "other":
        return f"id:{found.scheme}:{found.value}", None
    raise WrongUse(
        N_("That is no whole telephone number, no id and no pseudonym of the log"),
        N_("A token of the screen (n_…) belongs to one case: name the case with --case."),
    )
