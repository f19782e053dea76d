"""Suppression lists (禁呼名单): taken in, listed, taken back. Whom a list knows is barred in every case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from tracer.desk.office import Office
from tracer.errors import WrongUse
from tracer.intake.lists import ListedRow, read_list
from tracer.intake.problems import Problem
from tracer.log import Entry
from tracer.store.listed import PHONE, List, person_key
from tracer.words import N_

LISTS = (
    "do_not_call", "ceased", "represented", "deceased", "bankrupt", "litigious", "military", "complaint",
    "minor",
)  # fmt: skip
"""What a list may be: each is the code of the bar it brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a list: its entry (0: taken in before), rows that named somebody, keys kept."""

    entry: int
    rows: int
    values: int
    problems: tuple[Problem, ...] = field(repr=False)


def load(
    office: Office,
    path: Path,
    code: str,
    *,
    client: str = "",
    until: dt.date | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Loaded:
    """Take a list in, whole or not at all; what it bars counts from the next question on.

    ``client`` empty: for every client. ``until`` ends every entry that names no earlier end. Nothing of the
    file is kept but keyed indexes. Raises WrongUse for an unknown list or client, and a file of no use.
    """
    if code not in LISTS:
        raise WrongUse(
            N_("There is no list {name}"), N_("Lists: {known}"), name=code[:40], known=", ".join(LISTS)
        )
    if client and client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Known: {known}"),
            client=client,
            known=", ".join(sorted(office.config.clients)) or "—",
        )
    region = office.config.region_of(client) if client else office.config.region
    values: list[tuple[str, dt.date | None]] = []
    problems: list[Problem] = []
    rows = 0
    for item in read_list(path, region=region, sheet=sheet, encoding=encoding, today=office.today()):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        rows += 1
        problems += item.problems
        ends = min((day for day in (item.until, until) if day is not None), default=None)
        values += [(text, ends) for text in _texts(item)]
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if any(
        entry.body.get("file_digest") == digest and entry.body.get("code") == code
        for entry in _standing(office, code, client)
    ):
        return Loaded(
            entry=0, rows=rows, values=len({text for text, _day in values}), problems=tuple(problems)
        )
    entry = office.write(
        "listed",
        body={
            "code": code,
            "client": client or None,
            "rows": rows,
            "problems": len(problems),
            "until": until.isoformat() if until else None,
            "file_digest": digest,
        },
    )
    kept = office.store.lists.add(values, code=code, client=client, at=office.clock(), entry=entry.seq)
    return Loaded(entry=entry.seq, rows=rows, values=kept, problems=tuple(problems))


def lists(office: Office) -> tuple[List, ...]:
    """Give the lists that stand."""
    return office.store.lists.lists(office.today())


def take_off(office: Office, entry: int, reason: str) -> int:
    """Take a whole loading back; gives how many keys it had. Raises WrongUse when there is none such."""
    found = next((one for one in lists(office) if one.entry == entry), None)
    if found is None:
        raise WrongUse(
            N_("No list was taken in under entry {entry}, or it was taken back"),
            N_("See them with: tracer suppress list"),
            entry=entry,
        )
    done = office.write(
        "unlisted",
        about=entry,
        body={"code": found.code, "rows": found.values, "undoes": entry, "reason": reason},
    )
    return office.store.lists.take_off(entry, done.seq)


def _texts(row: ListedRow) -> Iterator[str]:
    for phone in row.phones:
        yield f"{PHONE}{phone.key}"
    for one in row.ids:
        yield f"id:{one.scheme}:{one.value}"
    if row.name is not None and row.born is not None and (text := person_key(row.name, row.born)):
        yield text


def _standing(office: Office, code: str, client: str) -> Iterator[Entry]:
    for one in lists(office):
        if one.code == code and one.client == client and (entry := office.log.entry(one.entry)) is not None:
            yield entry
