"""The wrong person: somebody else has the number now. His word is enough; nothing more is asked of him."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from graph.clean.phones import read_phones
from graph.model import Identity, Line, Party, Phone, Role, StatedUser
from tracer.desk import contacts
from tracer.desk.numbers import numbers_of, one_number
from tracer.desk.office import Office
from tracer.desk.outcomes import CallNote, store
from tracer.errors import WrongUse
from tracer.store.cases import RETURNED, CaseFile
from tracer.words import N_

# Twenty letters that nobody mixes up, read aloud over a bad line: 10 of them are 43 bits.
_LETTERS = "ABCDEFGHJKMNPQRTUVWY"
_TOKEN = 10
_GOOD_FOR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of a stranger's word: in how many cases the number is now barred, and where it was before."""

    barred: int
    before: int
    entries: tuple[int, ...]


def notice(office: Office, case: CaseFile, number: str) -> str:
    """Give a token for a letter or message about a number: whoever is not the debtor gives it back.

    It is shown once and kept as a blind index only. It says nothing about the debtor, and is good for a year.
    """
    phone = one_number(office, case, number)
    until = office.today() + _GOOD_FOR
    token = "".join(secrets.choice(_LETTERS) for _ in range(_TOKEN))
    entry = office.write(
        "notice_made",
        case=case,
        body={"number": office.number_name(case, phone), "until": until.isoformat()},
    )
    office.store.rights.give_notice(
        case, office.store.notes.number_token(case, phone), token, until, entry.seq
    )
    return token


def wrong_person(office: Office, said: str) -> Told:
    """Bar a number for every debtor it was held to be of, on the word of whoever has it now.

    ``said`` is the number itself, or a notice token. Nothing else is asked of him and nothing about him is
    kept. It counts in every open case that holds the number as its debtor's, and in every later batch of any
    client that names the same debtor with it. Raises WrongUse for what is neither, and a token used before.
    """
    token = "".join(said.upper().split()).replace("-", "")
    if len(token) == _TOKEN and set(token) <= set(_LETTERS):
        return _by_token(office, token)
    phones = read_phones(said, office.config.region).value or ()
    if len(phones) != 1 or phones[0].masked:
        raise WrongUse(
            N_("That is neither one whole telephone number nor a token of a letter of ours"),
            N_("A number needs its area code; a token has {length} letters."),
            length=_TOKEN,
        )
    return _everywhere(office, phones[0])


def _by_token(office: Office, token: str) -> Told:
    found = office.store.rights.notice(token)
    if found is None or found.until < office.today():
        raise WrongUse(
            N_("No letter of ours carries that token, or it is too old"),
            N_("Take the number itself instead; nothing more is needed."),
        )
    case = office.store.cases.get(found.case_id)
    if case.key is None:
        # The debtor's data are gone, and with them the number: there is nothing left to bar.
        return Told(barred=0, before=0, entries=())
    phone = numbers_of(office, case).get(found.number)
    if phone is None:
        return Told(barred=0, before=0, entries=())
    told = _everywhere(office, phone)
    if not found.used and told.entries:
        office.store.rights.use_notice(token, told.entries[-1])
    return told


def _everywhere(office: Office, phone: Phone) -> Told:
    barred, before, entries = 0, 0, []
    for case in office.store.evidence.perhaps_having(f"phone:{phone.key}"):
        if case.state == RETURNED or not _as_debtors(office, case, phone):
            continue
        standing = office.store.notes.bars(case, [phone]).get(phone.key, ())
        if any(bar.code == "wrong_party" for bar in standing):
            before += 1
            continue
        noted = store(
            office,
            case,
            phone,
            CallNote(
                number=phone.key,
                code="",
                at=office.clock(),
                line=Line.CONNECTED,
                party=Party.WRONG_PARTY,
                identity=Identity.NOT_CHECKED,
            ),
        )
        barred += 1
        entries.append(noted.entry)
    return Told(barred=barred, before=before, entries=tuple(entries))


def _as_debtors(office: Office, case: CaseFile, phone: Phone) -> bool:
    """Whether the case holds the number as its debtor's, or called it: a colleague's own is left to him.

    Linked cases speak for themselves: there he may be the debtor, here a contact.
    """
    seen = contacts.known(office, case)
    records = [one for one in seen.findings.records if one.case == case.pseudonym]
    records += [record for record, _ in office.store.evidence.people(case)]
    others = {one.ref for one in seen.findings.records if one.case != case.pseudonym}
    found = {one.key for record in records if record.role is Role.DEBTOR for one in record.phones}
    found |= {
        one.phone.key
        for one in seen.findings.claims
        if one.stated_user is StatedUser.DEBTOR and f"{one.source}:{one.record}" not in others
    }
    theirs = {one.key for record in records if record.role.third_party for one in record.phones}
    found |= {one.phone.key for one in seen.outcomes} - theirs
    return phone.key in found
