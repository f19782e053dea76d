"""Files taken in: placements, updates, recalls and call notes, in whole chunks, resumable at any row."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graph.model import Outcome
from graph.outcomes import bars_of
from tracer import intake
from tracer.config import Operation
from tracer.desk import hindsight
from tracer.desk.debtors import debtor_keys
from tracer.desk.office import Office
from tracer.desk.outcomes import CallNote, outcome_of
from tracer.errors import WrongUse
from tracer.intake import Inspection, Kind, OutcomeRow, Place, Placement, Problem, Progress
from tracer.policy import decide_operation
from tracer.store.batches import CHUNK, DONE, BatchFile
from tracer.store.cases import CaseFile
from tracer.store.notes import NewNote
from tracer.words import N_

# Cases of a chunk of call notes of which it is kept what was predicted before their calls.
PREDICTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of a file: rows by what they did, and its problems.

    ``counts``: new, updated, unchanged, rejected, problems, notes. ``resumed`` is the row an interrupted
    run had reached; ``seen_before`` that this very file was taken in already and nothing was read.
    """

    batch: int
    client: str
    file: str = field(repr=False)
    kind: str
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    resumed: int = 0
    seen_before: bool = False
    entry: int = 0


def preview(
    office: Office,
    path: Path,
    client: str,
    *,
    mapping: Path | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Inspection:
    """Look at a file without taking anything in: how it would be understood, and the first rows."""
    _readable(path)
    _known_client(office, client)
    return intake.inspect(
        path,
        sheet=sheet,
        encoding=encoding,
        mapping=intake.load(mapping) if mapping else None,
        region=office.config.region_of(client),
        today=office.today(),
    )


def import_file(
    office: Office,
    path: Path,
    client: str,
    *,
    mapping: Path | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    progress: Callable[[Progress], None] | None = None,
    keep_problems: int = 1000,
) -> ImportReport:
    """Take a file in. Good rows go in; the rest is explained, and kept as received under the batch's key.

    The same file again changes nothing; an interrupted one goes on where its last chunk was stored.
    Raises WrongUse for a file or mapping that cannot be used, Refused when the agreement does not cover it.
    """
    _readable(path)
    _known_client(office, client)
    office.require(Operation.IMPORT, client)
    look = preview(office, path, client, mapping=mapping, sheet=sheet, encoding=encoding)
    if look.missing:
        raise WrongUse(
            N_("These columns were not recognised in {file}: {missing}"),
            N_(
                "Write a mapping with: tracer import {file} --client {client} --preview, complete it, "
                "and give it with --mapping."
            ),
            file=path.name,
            missing=", ".join(look.missing),
            client=client,
        )
    if look.mapping.kind is Kind.OUTCOME:
        # Calls of cases closed since are taken in too: the bars they bring must not be lost.
        decision = decide_operation(Operation.OUTCOME, client, office.config, office.today(), case_open=True)
        if not decision.allowed:
            office.refused(Operation.OUTCOME, client, decision)
    digest = _digest(path)
    mapping_digest = hashlib.sha256(
        f"{look.mapping.model_dump_json()}|{look.sheet}|{look.encoding}".encode()
    ).hexdigest()
    batch = office.store.batches.find(client, digest, mapping_digest)
    if batch is not None and batch.state == DONE:
        return _report(batch, (), seen_before=True)
    resumed = batch.rows_done if batch else 0
    started = office.write(
        "import",
        body={
            "operation": "import",
            "client": client,
            "agreement": office.config.clients[client].agreement,
            "kind": str(look.mapping.kind),
            "file_digest": digest,
            "mapping_digest": mapping_digest,
            "format": look.format,
            "batch": batch.id if batch else None,
            "interrupted": batch is not None,
        },
    )
    number = (
        batch.id
        if batch
        else office.store.batches.begin(
            client=client,
            kind=str(look.mapping.kind),
            file_digest=digest,
            mapping_digest=mapping_digest,
            file_name=path.name,
            at=office.clock(),
            entry=started.seq,
        )
    )
    rows = intake.read(
        path,
        look.mapping,
        start_row=resumed,
        sheet=sheet,
        encoding=encoding,
        today=office.today(),
        progress=progress,
    )
    kept: list[Problem] = []
    with _seldom_collected():
        for chunk in _chunks(rows, CHUNK):
            found = _take(office, client, number, chunk, started.seq)
            kept.extend(found[: max(0, keep_problems - len(kept))])
    office.store.batches.finish(number, office.clock())
    done = office.store.batches.find(client, digest, mapping_digest)
    assert done is not None
    office.write(
        "import_ended",
        about=started.seq,
        body={"client": client, "batch": number, "counts": dict(done.counts)},
    )
    return _report(done, tuple(kept), resumed=resumed)


def _take(
    office: Office, client: str, batch: int, chunk: Sequence[Placement | OutcomeRow | Problem], entry: int
) -> list[Problem]:
    placements = [item for item in chunk if isinstance(item, Placement)]
    notes = [item for item in chunk if isinstance(item, OutcomeRow)]
    problems = [item for item in chunk if isinstance(item, Problem)]
    for placement in placements:
        problems.extend(placement.problems)
    for note in notes:
        problems.extend(note.problems)
    if notes:
        problems.extend(_notes(office, client, notes, entry))
    rejected = [(problem.row, problem.received) for problem in problems if problem.rejected]
    last = max((_row(item) for item in chunk), default=0)
    applied = office.store.batches.apply(
        batch, placements, problems, rejected, last, also={"notes": len(notes)} if notes else {}
    )
    return sorted([*problems, *applied.problems], key=_row)


def _notes(office: Office, client: str, rows: Sequence[OutcomeRow], entry: int) -> list[Problem]:
    """Store the call notes of one chunk, case by case; those of unknown cases become problems."""
    problems: list[Problem] = []
    noted: list[tuple[CaseFile, list[tuple[int, Outcome]]]] = []
    by_case: dict[str, list[OutcomeRow]] = {}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    for number, attempts in by_case.items():
        try:
            case = office.store.cases.find(f"{client}/{number}", [client])
        except WrongUse:
            problems.extend(row.problem("case.unknown", rejected=True) for row in attempts)
            continue
        if case.key is None:
            problems.extend(row.problem("case.returned", rejected=True) for row in attempts)
            continue
        new = []
        seen: set[int] = set()
        for row in attempts:
            if row.phone is None:
                problems.append(row.problem("outcome.no_number", rejected=True))
                continue
            note = _as_note(row)
            which = office.store.notes.note_blind(case, note)
            if which not in seen and not office.store.notes.has(case, note):
                new.append(note)
            seen.add(which)
        if new:
            bars = [(note.outcome.phone, bar.code) for note in new for bar in bars_of([note.outcome])]
            office.store.notes.add(case, new, entry, bars, debtor=debtor_keys(office, case))
            calls = [(office.store.notes.note_blind(case, note), note.outcome) for note in new]
            noted.append((case, calls))
    # To look back at every call would take longer than the import. Notes' indexes are keyed: a fair sample.
    for case, calls in sorted(noted, key=lambda one: one[1][0][0])[:PREDICTED]:
        hindsight.predict(office, case, calls, entry)
    return problems


def _as_note(row: OutcomeRow) -> NewNote:
    assert row.phone is not None
    call = CallNote(
        number="",
        code=row.code,
        at=row.at,
        party=row.party,
        identity=row.identity,
        person=row.party_name,
        relation=row.relation,
        text=row.note,
        promised_on=row.promise_on,
        promised_amount=row.promise_amount,
        follow_up_on=row.follow_up_on,
    )
    return NewNote(
        outcome=outcome_of(row.phone, call, row.coded),
        person=row.party_name,
        relation=row.relation,
        text=row.note,
        promised_on=row.promise_on,
        promised_amount=row.promise_amount,
        follow_up_on=row.follow_up_on,
    )


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for reference cycles seldom: a chunk is 200,000 values without one, and Python would search them
    every 700 new ones, which takes a fifth of the time of an import."""
    before = gc.get_threshold()
    gc.set_threshold(1_000_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _row(item: Placement | OutcomeRow | Problem) -> int:
    return item.row if isinstance(item, Problem) else item.place.row


def _chunks(
    rows: Iterator[Placement | OutcomeRow | Problem], size: int
) -> Iterator[list[Placement | OutcomeRow | Problem]]:
    ahead: list[Placement | OutcomeRow | Problem] = []
    while chunk := [*ahead, *islice(rows, size - len(ahead))]:
        ahead = []
        # What one row gave stays together: a restart goes on behind the last row that is stored.
        for item in rows:
            if _row(item) != _row(chunk[-1]):
                ahead = [item]
                break
            chunk.append(item)
        yield chunk


def _report(
    batch: BatchFile, problems: tuple[Problem, ...], *, resumed: int = 0, seen_before: bool = False
) -> ImportReport:
    return ImportReport(
        batch=batch.id,
        client=batch.client,
        file=batch.file_name,
        kind=batch.kind,
        counts=batch.counts,
        problems=problems,
        resumed=resumed,
        seen_before=seen_before,
        entry=batch.entry,
    )


def _known_client(office: Office, client: str) -> None:
    if client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_(
                "Known: {known}. A new one needs a section [clients.NAME] with its agreement: "
                "see config.example.toml."
            ),
            client=client,
            known=", ".join(sorted(office.config.clients)) or "—",
        )


def _readable(path: Path) -> None:
    if path.is_dir():
        raise WrongUse(
            N_("{path} is a folder"), N_("Name one of the files in it: each is a batch."), path=str(path)
        )
    if not path.is_file():
        raise WrongUse(
            N_("There is no file {path}"), N_("Check the name and the folder you are in."), path=str(path)
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def problems(office: Office, batch: int) -> Iterator[Problem]:
    """Give the problems of a batch, in the order of its file; values stay masked."""
    for row in office.store.batches.problems(batch):
        yield Problem(
            place=Place(file=f"#{batch}", sheet=row.sheet, row=row.row),
            code=row.code,
            column=row.column,
            shown=row.shown,
            params=tuple(json.loads(row.params).items()),
            rejected=row.rejected,
        )
