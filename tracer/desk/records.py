"""The records the law asks for, made from what is configured and nothing typed twice.

*Processing* is GDPR article 30(1) and (2) and the record of PIPL articles 21 and 56; *assessment* is GDPR
article 35(7) and PIPL article 56 as a form, filled in as far as the configuration tells; *sources* is the
register of sources with the documents that allow them. What is missing is said in each of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from tracer.config import Client
from tracer.desk import channels, retention
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.plain_page import Section, page
from tracer.desk.rights import packs_of
from tracer.desk.wording import FIELDS, SOURCES, word
from tracer.errors import WrongUse
from tracer.words import N_, PURPOSES, ROLES, _

SOON = dt.timedelta(days=60)
KINDS = ("processing", "assessment", "sources")
_MEASURES = (
    N_(
        "Everything that identifies a person is sealed with AES-256-GCM under a key of its case; "
        "the keys lie outside the database."
    ),
    N_(
        "A return, an erasure and a purge destroy the case's key; the master key can be replaced, "
        "so that backups open no more."
    ),
    N_("Every look-up is decided by policy and written in a tamper-evident log before it is made."),
    N_("Numbers are masked; showing one whole takes a reason and is an entry of the log."),
    N_(
        "Five roles; nobody who manages the system sees people; sign-in takes a password and a second factor."
    ),
    N_(
        "Values that must be found are found by keyed blind indexes, truncated so that a thief of the "
        "database learns little."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as it was written: its document, its gaps, and the entry that says so."""

    document: dict[str, object] = field(repr=False)
    gaps: tuple[str, ...] = field(repr=False)
    entry: int


def write(office: Office, kind: str, out: Path) -> Record:
    """Write a record to ``out`` (.html for a page, else JSON). Raises WrongUse for a kind that is none."""
    made: Mapping[str, Callable[[Office], tuple[dict[str, object], list[Section]]]] = {
        "processing": processing,
        "assessment": assessment,
        "sources": sources,
    }
    if kind not in made:
        raise WrongUse(
            N_("There is no record {kind}"), N_("Records: {known}"), kind=kind[:40], known=", ".join(KINDS)
        )
    document, sections = made[kind](office)
    gaps = tuple(missing(office))
    document["gaps"] = list(gaps)
    sections.append(
        Section(title=_("What is missing"), lines=gaps or (_("Nothing that the program can see."),))
    )
    if out.suffix.lower() in {".html", ".htm"}:
        text = page(_(_TITLES[kind]), sections)
    else:
        text = json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
    with whole(out) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
        entry = office.write(
            "record_made", body={"kind": kind, "file_digest": sha256(text.encode()).hexdigest()}
        )
    return Record(document=document, gaps=gaps, entry=entry.seq)


_TITLES = {
    "processing": N_("Record of processing"),
    "assessment": N_("Impact assessment"),
    "sources": N_("Register of sources"),
}


def processing(office: Office) -> tuple[dict[str, object], list[Section]]:
    """Give the record of processing, one part a client."""
    house = office.config.house
    document: dict[str, object] = {
        "document": "tracer-processing-record-1",
        "made_on": office.today(),
        "house": house.model_dump(),
        "clients": [_client(office, name, client) for name, client in sorted(office.config.clients.items())],
        "recipients": [_recipient(line) for line in channels.listed(office)],
        "measures": [_(one) for one in _MEASURES],
    }
    sections = [
        Section(
            title=_("Who"),
            rows=(
                (_("house"), house.name or "—"),
                (_("address"), house.address or "—"),
                (_("officer for personal information"), house.officer or "—"),
                (_("contact"), house.contact or "—"),
                (_("representative"), house.representative or "—"),
            ),
        )
    ]
    for name, client in sorted(office.config.clients.items()):
        sections.append(
            Section(title=f"{client.name} ({name})", rows=tuple(_client_rows(office, name, client)))
        )
    sections.append(
        Section(
            title=_("Recipients and what they are told"),
            heads=(_("source"), _("told"), _("where"), _("allowed by"), _("until")),
            rows=tuple(
                (
                    word(SOURCES, line.settings.id),
                    ", ".join(word(FIELDS, str(one)) for one in sorted(line.settings.fields)) or "—",
                    ", ".join(sorted(line.terms.hosts))
                    if line.terms and line.terms.hosts
                    else _("stays here"),
                    line.settings.authorisation or "—",
                    str(line.settings.until or "—"),
                )
                for line in channels.listed(office)
            ),
        )
    )
    sections.append(Section(title=_("Measures of security"), lines=tuple(_(one) for one in _MEASURES)))
    return document, sections


def assessment(office: Office) -> tuple[dict[str, object], list[Section]]:
    """Give the impact assessment as far as the configuration tells; what people must write is left open."""
    document, sections = processing(office)
    questions = (
        _("Why is the look-up needed, and why is nothing milder enough? (per purpose)"),
        _(
            "What could go wrong for debtors: a wrong number called, a debt disclosed, a rank taken "
            "for truth?"
        ),
        _(
            "What could go wrong for people who owe nothing: relatives, colleagues, holders of recycled "
            "numbers?"
        ),
        _("Who was heard: the officer, the works council, debtors' counsel?"),
        _("What remains, who accepts it, and when is this looked at again?"),
    )
    document |= {
        "document": "tracer-impact-assessment-1",
        "people": [word(ROLES, role) for role in _roles(office)] + [_("holders of recycled numbers")],
        "open_questions": list(questions),
    }
    sections.insert(
        0,
        Section(
            title=_("Whose data"),
            lines=(*(word(ROLES, role) for role in _roles(office)), _("holders of recycled numbers")),
        ),
    )
    sections.append(
        Section(title=_("To be answered by people, and signed"), rows=tuple((one, " ") for one in questions))
    )
    return document, sections


def sources(office: Office) -> tuple[dict[str, object], list[Section]]:
    """Give the register of sources with their documents and when they end."""
    today = office.today()
    rows = []
    for line in channels.listed(office):
        settings = line.settings
        ends = settings.until
        state = (
            _("no dates")
            if ends is None
            else _("ended")
            if ends < today
            else _("ends soon")
            if ends - today <= SOON
            else _("in force")
        )
        rows.append(
            {
                "source": settings.id,
                "authorisation": settings.authorisation,
                "from": settings.from_,
                "until": ends,
                "state": state,
                "purposes": sorted(settings.purposes),
                "about": sorted(str(role) for role in settings.roles),
                "told": sorted(str(one) for one in settings.fields),
                "hosts": sorted(line.terms.hosts) if line.terms else [],
                "faults": [one.sentence for one in line.faults],
            }
        )
    section = Section(
        title=_("Sources"),
        heads=(_("source"), _("allowed by"), _("until"), _("state"), _("about whom"), _("told"), _("faults")),
        rows=tuple(
            (
                word(SOURCES, str(row["source"])),
                str(row["authorisation"] or "—"),
                str(row["until"] or "—"),
                str(row["state"]),
                ", ".join(word(ROLES, str(one)) for one in _strings(row["about"])),
                ", ".join(word(FIELDS, str(one)) for one in _strings(row["told"])) or "—",
                " ".join(_strings(row["faults"])) or "—",
            )
            for row in rows
        ),
    )
    return {"document": "tracer-source-register-1", "made_on": today, "sources": rows}, [section]


def missing(office: Office) -> Iterator[str]:
    """Say what the records lack, as far as a program can see."""
    house, today = office.config.house, office.today()
    if not house.name:
        yield _("The house has no name: write [house] name in the configuration.")
    if not house.officer:
        yield _("No officer for personal information is named (PIPL article 52, GDPR article 37).")
    if not office.config.witnesses:
        yield _("No witness keeps the log's checkpoints: a rewritten log would not be noticed.")
    for name, client in sorted(office.config.clients.items()):
        if not client.agreement:
            yield _("Client {client} has no agreement (PIPL article 21).", client=name)
        elif client.until is None:
            yield _("The agreement with {client} has no end.", client=name)
        elif client.until - today <= SOON:
            yield _("The agreement with {client} ends on {day}.", client=name, day=client.until.isoformat())
    for settings in office.config.sources:
        if not settings.authorisation:
            yield _("Source {source} names no document that allows it.", source=settings.id)
        elif settings.until is not None and settings.until - today <= SOON:
            yield _(
                "The authorisation of {source} ends on {day}.",
                source=settings.id,
                day=settings.until.isoformat(),
            )


def _client(office: Office, name: str, client: Client) -> dict[str, object]:
    return {
        "controller": client.name,
        "client": name,
        "agreement": client.agreement,
        "from": client.from_,
        "until": client.until,
        "purposes": sorted(client.purposes & office.config.purposes),
        "operations": sorted(str(one) for one in client.operations),
        "people": _roles(office),
        "data": sorted({str(one) for settings in office.config.sources for one in settings.fields}),
        "erasure": [{"rule": rule, "days": days} for rule, days in retention.limits(office, name)],
        "log_kept_until": retention.log_until(office).get(name, (None, ""))[0],
        "packs": [pack.id for pack in packs_of(office, name)],
    }


def _client_rows(office: Office, name: str, client: Client) -> Iterator[tuple[str, str]]:
    yield _("controller"), client.name
    yield _("agreement"), client.agreement or "—"
    yield _("in force"), f"{client.from_ or '—'} – {client.until or '—'}"
    yield _("purposes"), ", ".join(word(PURPOSES, one) for one in sorted(client.purposes)) or "—"
    yield _("whose data"), ", ".join(word(ROLES, role) for role in _roles(office)) or "—"
    told = sorted({str(one) for settings in office.config.sources for one in settings.fields})
    yield _("kinds of data"), ", ".join(word(FIELDS, one) for one in told) or "—"
    yield (
        _("erased"),
        _("the day after the mandate ends")
        + "".join(f"; {rule}: {days} d" for rule, days in retention.limits(office, name)),
    )
    kept = retention.log_until(office).get(name)
    yield _("log kept until at least"), f"{kept[0].isoformat()} ({kept[1]})" if kept else "—"
    yield _("packs of law"), ", ".join(pack.id for pack in packs_of(office, name)) or "—"


def _recipient(line: channels.SourceLine) -> dict[str, object]:
    return {
        "source": line.settings.id,
        "told": sorted(str(one) for one in line.settings.fields),
        "hosts": sorted(line.terms.hosts) if line.terms else [],
        "authorisation": line.settings.authorisation,
        "until": line.settings.until,
    }


def _roles(office: Office) -> list[str]:
    found = {str(role) for settings in office.config.sources for role in settings.roles}
    return sorted(found | {"debtor", "reference"})


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
