"""What must not be used, from wherever it comes: call notes, suppression lists, disputes and objections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from graph.model import Bar, Phone, Record, Role
from graph.outcome_codes import BAR_THIRD_PARTY_REFUSED
from tracer.desk.debtors import keys_among
from tracer.desk.office import Office
from tracer.store.cases import CaseFile
from tracer.store.listed import PHONE, keys_of
from tracer.store.rights import CORRECT, OBJECT, OPEN, REFUSED

OBJECTION, DISPUTED = "objection", "disputed"
# These are about the person, whatever his number: who may not be contacted at all is not looked for either.
# A do-not-call entry, a litigious or serving debtor forbids or restricts calls, not the search itself.
STOPS_LOOKUPS = frozenset({"ceased", "represented", "deceased", "bankrupt", "minor", "complaint", OBJECTION})


def bars(
    office: Office,
    case: CaseFile,
    records: Sequence[Record],
    phones: Iterable[Phone],
    placed: Sequence[Record],
) -> dict[str, tuple[Bar, ...]]:
    """Give every bar on the case's numbers by ``phone.key``, and those on the debtor himself under "".

    ``placed`` are the people the case's file names. A list that knows a third party by id or name bars the
    numbers he is named with.
    """
    own = list(phones)
    found = {key: list(each) for key, each in office.store.notes.bars(case, own, keys_among(placed)).items()}
    named = {f"{PHONE}{phone.key}": phone.key for phone in own if not phone.masked}
    debtors = [record for record in placed if record.role is Role.DEBTOR]
    people = [(record, keys_of(record)) for record in (*records, *debtors)]
    texts = {*named, *(text for _record, keys in people for text in keys)}
    hits = office.store.lists.bars(sorted(texts), case.client, office.today())
    for text, key in named.items():
        _add(found, key, hits.get(text, ()))
    for record, keys in people:
        whole = [bar for text in sorted(keys) if not text.startswith(PHONE) for bar in hits.get(text, ())]
        if not whole:
            continue
        if record.role is Role.DEBTOR:
            _add(found, "", whole)
        else:
            for phone in record.phones:
                _add(found, phone.key, whole)
    _whoever_refused(found, records, placed)
    for key, bar in _by_right(office, case):
        _add(found, key, (bar,))
    return {key: tuple(each) for key, each in found.items()}


def _whoever_refused(found: dict[str, list[Bar]], *groups: Sequence[Record]) -> None:
    """A third party who refused on one of his numbers has refused on all of them: another is no other man."""
    for record in (one for group in groups for one in group if one.role.third_party):
        refused = [
            bar
            for phone in record.phones
            for bar in found.get(phone.key, ())
            if bar.code == BAR_THIRD_PARTY_REFUSED
        ]
        for phone in record.phones if refused else ():
            _add(found, phone.key, refused)


def stopped(office: Office, case: CaseFile) -> frozenset[str]:
    """Give why nothing may be looked up for the case's debtor; empty when nothing forbids it."""
    if case.key is None:
        return frozenset()
    keys = {
        text
        for record, _claims in office.store.evidence.people(case)
        if record.role is Role.DEBTOR
        for text in keys_of(record)
        if not text.startswith(PHONE)
    }
    hits = office.store.lists.bars(sorted(keys), case.client, office.today())
    found = {bar.code for each in hits.values() for bar in each}
    found |= {bar.code for key, bar in _by_right(office, case) if not key}
    return frozenset(found & STOPS_LOOKUPS)


def _by_right(office: Office, case: CaseFile) -> list[tuple[str, Bar]]:
    """An objection bars the whole case until it is turned down; a disputed number until that is settled."""
    found = []
    for wish in office.store.rights.of(case):
        at = dt.datetime.combine(wish.received_on, dt.time(), dt.UTC)
        if wish.kind == OBJECT and wish.state != REFUSED:
            found.append(("", Bar(code=OBJECTION, at=at, entry=wish.entry)))
        elif wish.kind == CORRECT and wish.state == OPEN and wish.disputed.kind == "phone":
            found.append((wish.disputed.wrong, Bar(code=DISPUTED, at=at, entry=wish.entry)))
    return found


def _add(found: dict[str, list[Bar]], key: str, more: Iterable[Bar]) -> None:
    known = found.setdefault(key, [])
    known += [bar for bar in more if bar not in known]
    if not known:
        del found[key]
