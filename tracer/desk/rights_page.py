"""A debtor's own copy: everything held of him, every look-up made, who was told; as JSON and as a page.

What is about others is left out and counted, and no member of staff is named (shared/reference/law.md §2.4).
The page brings everything with it: no address is asked when it is opened, and nothing in it runs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from graph.model import Claim, LineFact, Party, Record, Role, StatedUser
from tracer.desk import contacts, disputes, plain_page, rights
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.plain_page import Section
from tracer.desk.wording import ADVICE, BARS, EVENTS, FIELDS, HEARD, OUTCOMES, PARTIES, SOURCES, word
from tracer.intake.synonyms import case_field, person_field
from tracer.log.vocabulary import ASKED, ENDINGS
from tracer.store.cases import CaseFile
from tracer.store.rights import ACCESS, DONE, Wish
from tracer.words import N_, PURPOSES, _

# Entries that say his data went to somebody outside, or were shown to somebody here.
_SHOWN = ("export", "disclosed", "reveal")
_REMARKS = frozenset({"note", "prior_notes", "relation", "role"})
_KIND: Mapping[str, str] = {
    "phone": N_("telephone number"),
    "name": N_("name"),
    "born": N_("date of birth"),
    "id": N_("id number"),
    "address": N_("address"),
    "employer": N_("employer"),
    "email": N_("e-mail address"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What a person is given: the document, the request it answers, the entry that says so."""

    document: dict[str, object] = field(repr=False)
    wish: Wish
    entry: int


def access(
    office: Office, case: CaseFile, out: Path, *, identity: str, received_on: dt.date | None = None
) -> Copy:
    """Write the debtor's copy to ``out`` (.json or .html) and decide the request by it.

    An open request for access is answered; without one it is registered first. What is written is in the log
    before it is there. Raises WrongUse for a case that is gone and a file that cannot be written.
    """
    wish, found = _answering(office, case, identity=identity, received_on=received_on)
    text = page(found) if out.suffix.lower() in {".html", ".htm"} else _json(found)
    with whole(out) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
        entry = _answered(office, case, wish, text)
    return Copy(document=found, wish=rights.one(office, wish.id)[0], entry=entry)


def handed(office: Office, case: CaseFile, *, identity: str, received_on: dt.date | None = None) -> str:
    """Give the same as the text of a page, to be handed out without a file of ours in between.

    It is in the log before it is given.
    """
    wish, found = _answering(office, case, identity=identity, received_on=received_on)
    text = page(found)
    _answered(office, case, wish, text)
    return text


def _answering(
    office: Office, case: CaseFile, *, identity: str, received_on: dt.date | None
) -> tuple[Wish, dict[str, object]]:
    open_one = next((one for one in office.store.rights.of(case, kind=ACCESS) if one.state == "open"), None)
    wish = open_one or rights.register(office, case, ACCESS, identity=identity, received_on=received_on)
    return wish, document(office, case)


def _answered(office: Office, case: CaseFile, wish: Wish, text: str) -> int:
    return rights.finish(office, case, wish, DONE, file_digest=sha256(text.encode()).hexdigest())


def document(office: Office, case: CaseFile) -> dict[str, object]:
    """Give all that is held of the case's debtor, as a document of plain values."""
    seen = contacts.known(office, case)
    shown = contacts.contacts(office, case)
    own, others = _apart(seen.findings.records, case.pseudonym)
    placed = [record for record, _claims in office.store.evidence.people(case) if record.role is Role.DEBTOR]
    claims = [one for one in seen.findings.claims if one.stated_user is StatedUser.DEBTOR]
    numbers = {phone.key for record in (*own, *placed) for phone in record.phones}
    numbers |= {one.phone.key for one in claims}
    agreement = office.config.clients.get(case.client)
    return {
        "document": "tracer-access-1",
        "made_on": office.today().isoformat(),
        "creditor": agreement.name if agreement else case.client,
        "case": case.number,
        "agreement": agreement.agreement if agreement else "",
        "purposes": sorted(office.config.purposes & agreement.purposes) if agreement else [],
        "kept_until": agreement.until.isoformat() if agreement and agreement.until else None,
        "received": list(_received(office, case)),
        "held": [*_held((*placed, *own)), *map(_claim, claims)],
        "carrier_answers": [_fact(one) for one in seen.findings.facts if one.phone.key in numbers],
        "look_ups": list(_look_ups(office, case)),
        "numbers": [
            {
                "number": one.phone.key,
                "probability": round(one.ranked.p, 3),
                "advice": str(one.ranked.advice),
                "not_used_because": one.ranked.barred.code if one.ranked.barred else None,
            }
            for one in shown.numbers
            if one.phone.key in numbers
        ],
        "calls": [
            {
                "at": note.outcome.at.isoformat(timespec="minutes"),
                "number": note.outcome.phone.key,
                "line": str(note.outcome.line),
                "answered_by": str(note.outcome.party),
            }
            for note in office.store.notes.of(case)
            if note.outcome.phone.key in numbers and note.outcome.party is not Party.WRONG_PARTY
        ],
        "recipients": list(_recipients(office, case)),
        "requests": [
            {
                "kind": one.kind,
                "received_on": one.received_on.isoformat(),
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "rule": one.rule,
                "state": one.state,
            }
            for one in office.store.rights.of(case)
        ],
        "left_out": {"records_of_others": len(others), "staff": True},
    }


def _apart(records: Iterable[Record], case: str) -> tuple[list[Record], list[Record]]:
    own: list[Record] = []
    others: list[Record] = []
    for record in records:
        (own if record.role is Role.DEBTOR and record.case == case else others).append(record)
    return own, others


def _received(office: Office, case: CaseFile) -> Iterator[dict[str, object]]:
    """The cells of the creditor's files that are about the debt or the debtor; remarks may name anybody."""
    for row in office.store.cases.received(case):
        if any(
            value.strip() and person_field(header)[1] == "role" and not _debtor(value)
            for header, value in row
        ):
            continue
        for header, value in row:
            slot, kind = person_field(header)[:2]
            about = case_field(header) if not kind else (kind if slot in {"", "debtor"} else "")
            if value.strip() and about and about not in _REMARKS:
                yield {"field": header, "value": value}


def _debtor(role: str) -> bool:
    return any(
        one in role.casefold() for one in ("本人", "借款人", "债务人", "debtor", "borrower", "primary")
    )


def _held(records: Iterable[Record]) -> Iterator[dict[str, object]]:
    told: set[tuple[str, str, str]] = set()
    for record in records:
        values = {
            "name": record.names, "born": (record.born,) if record.born else (), "id": record.ids,
            "phone": record.phones, "address": record.addresses, "employer": record.employers,
            "email": record.emails,
        }  # fmt: skip
        for kind, each in values.items():
            for value in each:
                line = (kind, disputes.shown(value), record.source)
                if line in told:
                    continue
                told.add(line)
                yield {
                    "kind": kind,
                    "value": line[1],
                    "source": record.source,
                    "as_of": record.seen_on.isoformat() if record.seen_on else None,
                    "entry": record.entry or None,
                }


def _claim(claim: Claim) -> dict[str, object]:
    return {
        "kind": "phone",
        "value": claim.phone.key,
        "source": claim.source,
        "as_of": claim.date.isoformat() if claim.date else None,
        "entry": claim.entry or None,
    }


def _fact(fact: LineFact) -> dict[str, object]:
    return {
        "number": fact.phone.key,
        "kind": str(fact.kind),
        "value": str(fact.value),
        "source": fact.source,
        "as_of": fact.as_of.isoformat() if fact.as_of else None,
        "entry": fact.entry or None,
    }


def _look_ups(office: Office, case: CaseFile) -> Iterator[dict[str, object]]:
    """Each question that was put to a source about him, in the words of the log: never what it answered."""
    endings = {
        entry.about: entry for entry in office.log.entries(case=case.pseudonym) if entry.event in ENDINGS
    }
    for entry in office.log.entries(event=ASKED, case=case.pseudonym):
        ending = endings.get(entry.seq)
        yield {
            "at": entry.at.isoformat(timespec="minutes"),
            "source": str(entry.body.get("source") or ""),
            "purpose": entry.purpose,
            "told_the_source": entry.body.get("fields_sent") or [],
            "ended": ending.event if ending else "unknown",
            "entry": entry.seq,
        }


def _recipients(office: Office, case: CaseFile) -> Iterator[dict[str, object]]:
    for event in _SHOWN:
        for entry in office.log.entries(event=event, case=case.pseudonym):
            yield {
                "at": entry.at.isoformat(timespec="minutes"),
                "what": event,
                "to": entry.body.get("client") or entry.body.get("recipients") or "staff",
                "columns": entry.body.get("columns") or [],
                "entry": entry.seq,
            }
    # A file for the creditor holds many cases and names none: it concerns him if it was written meanwhile.
    for entry in office.log.entries(event="export"):
        if not entry.case and entry.body.get("client") == case.client:
            yield {
                "at": entry.at.isoformat(timespec="minutes"),
                "what": "export",
                "to": case.client,
                "columns": entry.body.get("columns") or [],
                "entry": entry.seq,
            }


def _json(found: Mapping[str, object]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


# The page


def page(found: Mapping[str, object]) -> str:
    """Give the document as a page in the language being spoken; every value escaped, nothing from outside."""
    return plain_page.page(
        _("What is held of you, and what was done with it"),
        list(_sections(found)),
        before=_(
            "Made on {day} for the case {case} of {creditor}. You may ask for a correction, object, or "
            "ask for erasure; whoever gave you this page takes it down and has to answer.",
            day=found["made_on"],
            case=found["case"],
            creditor=found["creditor"],
        ),
        after=_(
            "Left out: {count} records about other people, and the names of members of staff.",
            count=_count(found),
        ),
    )


def _sections(found: Mapping[str, object]) -> Iterator[Section]:
    nothing = _("Nothing.")
    yield Section(
        title=_("Your data, and where each piece came from"),
        heads=(_("what"), _("value"), _("source"), _("as of")),
        rows=[
            (
                word(_KIND, str(one["kind"])),
                _t(one["value"]),
                word(SOURCES, str(one["source"])),
                _t(one["as_of"]),
            )
            for one in _rows(found, "held")
        ],
        empty=nothing,
    )
    yield Section(
        title=_("What the creditor's files say of you and the debt"),
        heads=(_("column"), _("value")),
        rows=[(_t(one["field"]), _t(one["value"])) for one in _rows(found, "received")],
        empty=nothing,
    )
    yield Section(
        title=_("Look-ups made about you"),
        heads=(_("when"), _("source"), _("purpose"), _("what the source was told"), _("how it ended")),
        rows=[
            (
                _t(one["at"]),
                word(SOURCES, str(one["source"])),
                word(PURPOSES, str(one["purpose"])),
                ", ".join(word(FIELDS, str(each)) for each in _list(one["told_the_source"])),
                word(OUTCOMES, str(one["ended"])),
            )
            for one in _rows(found, "look_ups")
        ],
        empty=nothing,
    )
    yield Section(
        title=_("Answers of carriers"),
        heads=(_("number"), _("kind"), _("answer"), _("as of")),
        rows=[
            (_t(one["number"]), _t(one["kind"]), _t(one["value"]), _t(one["as_of"]))
            for one in _rows(found, "carrier_answers")
        ],
        empty=nothing,
    )
    yield Section(
        title=_("Your numbers, and how likely it is that you use each today"),
        heads=(_("number"), _("probability"), _("advice"), _("not used because")),
        rows=[
            (
                _t(one["number"]),
                _t(one["probability"]),
                word(ADVICE, str(one["advice"])),
                word(BARS, str(one["not_used_because"])) if one["not_used_because"] else "",
            )
            for one in _rows(found, "numbers")
        ],
        empty=nothing,
    )
    yield Section(
        title=_("Calls"),
        heads=(_("when"), _("number"), _("line"), _("who answered")),
        rows=[
            (
                _t(one["at"]),
                _t(one["number"]),
                word(HEARD, str(one["line"])),
                word(PARTIES, str(one["answered_by"])),
            )
            for one in _rows(found, "calls")
        ],
        empty=nothing,
    )
    yield Section(
        title=_("Who was shown or given your data"),
        heads=(_("when"), _("what"), _("to whom")),
        rows=[
            (_t(one["at"]), word(EVENTS, str(one["what"])), ", ".join(map(str, _list(one["to"]))))
            for one in _rows(found, "recipients")
        ],
        empty=nothing,
    )


def _rows(found: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    rows = found[name]
    return list(rows) if isinstance(rows, list) else []


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _count(found: Mapping[str, object]) -> object:
    left = found["left_out"]
    return left["records_of_others"] if isinstance(left, dict) else 0


def _t(value: object) -> str:
    return "" if value is None else str(value)
