"""Which number a person means: a token of the screen, or the number itself as anybody writes it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.clean.phones import read_phones
from graph.model import Phone
from tracer.desk.office import Office
from tracer.errors import NotThere, WrongUse
from tracer.store.cases import CaseFile
from tracer.words import N_


def numbers_of(office: Office, case: CaseFile) -> dict[str, Phone]:
    """Give every number the case knows, by its token."""
    found = office.store.evidence.found(case)
    phones = [claim.phone for claim in found.claims]
    phones += [phone for record in found.records for phone in record.phones]
    phones += [fact.phone for fact in found.facts]
    phones += [phone for record, _ in office.store.evidence.people(case) for phone in record.phones]
    phones += [note.outcome.phone for note in office.store.notes.of(case)]
    return {office.store.notes.number_token(case, phone): phone for phone in _distinct(phones)}


def _distinct(phones: Iterable[Phone]) -> list[Phone]:
    return list({phone.key: phone for phone in phones}.values())


def one_number(office: Office, case: CaseFile, text: str) -> Phone:
    """Give the number meant by ``text``; WrongUse when it is neither a token of this case nor one number.

    A number that the case does not know is taken as it is: somebody called it, which is worth a note.
    """
    if text.startswith("n_"):
        known = numbers_of(office, case)
        if text in known:
            return known[text]
        raise NotThere(
            N_("The case has no number {token}"),
            N_("Tokens belong to one case. See this case's with: tracer contacts CASE"),
            token=text,
        )
    read = read_phones(text, office.config.region_of(case.client))
    phones = read.value or ()
    if len(phones) == 1 and not phones[0].masked:
        return phones[0]
    raise WrongUse(
        N_("That is not one whole telephone number"),
        N_("Give one number with its area code, or the token (n_…) that tracer contacts shows."),
    )
