"""Files taken in from a page: kept in the home while somebody corrects how they are understood.

An upload is a folder under ``incoming`` with a name that cannot be guessed: the file, ``state.json`` (whose
it is and how far), and ``mapping.toml`` once a column was corrected. The file goes when it was taken in
without a problem, when its owner throws it away, and after a day. All of its state is on the disk of the
home, so that any process that serves the home can answer for it.
"""

from __future__ import annotations

import csv
import json
import re
import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from tracer import intake
from tracer.desk.export import safe_cell
from tracer.desk.incoming import folder, plain_name, sweep
from tracer.desk.intake import import_file, preview
from tracer.desk.office import Office
from tracer.errors import NotThere, TracerError, WrongUse
from tracer.intake import Inspection, OutcomeRow, Placement, Problem, Progress, synonyms
from tracer.words import N_

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
_TOKEN = re.compile(r"^[0-9a-f]{32}$")
_STATE, _MAPPING = "state.json", "mapping.toml"
_BLOCK = 1 << 20
_TELL_SECONDS = 0.5  # how often somebody who waits is told how far it is
_OTHERS = ("spouse", "contact1", "contact2", "contact3", "guarantor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way. ``done`` of ``size`` is how far it was read, ``said`` why it failed."""

    token: str
    file: Path = field(repr=False)
    client: str
    by: str = field(repr=False)
    state: str = WAITING
    done: int = 0
    size: int = 0
    batch: int = 0
    said: str = field(default="", repr=False)

    @property
    def mapping(self) -> Path | None:
        """The corrected mapping, when there is one."""
        path = self.file.parent / _MAPPING
        return path if path.is_file() else None


def keep(office: Office, client: str, name: str, content: IO[bytes]) -> Upload:
    """Keep an upload; nothing is taken in. Raises WrongUse for a client that is not there."""
    if client not in office.config.clients:
        raise WrongUse(
            N_("There is no client {client} in the configuration"),
            N_("Choose one of the list."),
            client=client[:40],
        )
    sweep(office)
    token = secrets.token_hex(16)
    place = folder(office.home) / token
    place.mkdir(mode=0o700)
    path = place / plain_name(name)
    if path.name in {_STATE, _MAPPING}:
        path = place / f"file-{path.name}"
    path.touch(mode=0o600)
    with path.open("wb") as out:
        shutil.copyfileobj(content, out, _BLOCK)
    made = Upload(token=token, file=path, client=client, by=office.actor)
    _write(made)
    return made


def found(office: Office, token: str) -> Upload:
    """Give an upload of the one who asks; NotThere for anybody else's, and for one that is gone."""
    path = folder(office.home) / token / _STATE
    if not _TOKEN.match(token) or not path.is_file():
        raise _gone()
    said = json.loads(path.read_text(encoding="utf-8"))
    if said["by"] != office.actor:
        raise _gone()
    return Upload(token=token, file=path.parent / said.pop("file"), **said)


def look(office: Office, upload: Upload) -> Inspection:
    """Say how the file would be understood, with its first rows and what is wrong with them."""
    return preview(office, upload.file, upload.client, mapping=upload.mapping)


def correct(office: Office, upload: Upload, columns: Mapping[str, str]) -> None:
    """Write down which column is which field; an empty one is only kept as received. Raises WrongUse."""
    seen = look(office, upload)
    chosen = {name: field_ for name, field_ in columns.items() if field_}
    try:
        mapping = intake.Mapping.model_validate(seen.mapping.model_dump() | {"columns": chosen})
    except ValidationError as error:
        raise WrongUse(
            N_("The columns cannot be understood that way: {reason}"),
            N_("Give each field to one column, and one column to the case number."),
            reason=error.errors()[0]["msg"].removeprefix("Value error, ")[:300],
        ) from error
    _rewrite(upload.file.parent / _MAPPING, mapping.toml())


def start(office: Office, upload: Upload) -> None:
    """Take the file in, in a thread; :func:`found` says how far it is. A second start does nothing."""
    if upload.state != WAITING:
        return
    look(office, upload)
    _write(_changed(upload, state=RUNNING))
    threading.Thread(target=_take, args=(office, upload), daemon=True).start()


def _take(office: Office, upload: Upload) -> None:
    told = 0.0

    def heard(now: Progress) -> None:
        nonlocal told
        if time.monotonic() - told < _TELL_SECONDS:
            return
        told = time.monotonic()
        _write(_changed(upload, state=RUNNING, done=now.done, size=now.size))

    try:
        report = import_file(office, upload.file, upload.client, mapping=upload.mapping, progress=heard)
    except TracerError as error:
        _write(_changed(upload, state=FAILED, said=error.shown()))
    except Exception:
        # What it was may hold a cell of the file; the thread says only that it failed.
        _write(_changed(upload, state=FAILED, said=""))
    else:
        _write(_changed(upload, state=DONE, batch=report.batch))
        if not report.counts.get("problems"):
            upload.file.unlink(missing_ok=True)


def drop(upload: Upload) -> None:
    """Throw an upload away."""
    shutil.rmtree(upload.file.parent, ignore_errors=True)


def with_reasons(office: Office, upload: Upload, out: Path, column: str, said: Mapping[int, str]) -> None:
    """Write the file again as CSV with a column of reasons, no cell of which a spreadsheet evaluates.

    ``said`` gives the reasons by row, as the reader counts them.
    """
    seen = look(office, upload)
    names = [*seen.header.columns]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*map(safe_cell, names), column])
        for number, cells in intake.raw_rows(upload.file, seen):
            padded = [*cells, *[""] * (len(names) - len(cells))]
            writer.writerow([*map(safe_cell, padded), safe_cell(said.get(number, ""))])


def fields(seen: Inspection) -> tuple[str, ...]:
    """Give the fields a column may be, those proposed first."""
    own = [*synonyms.CASE_FIELDS, *synonyms.PERSON_FIELDS]
    if seen.mapping.kind is intake.Kind.OUTCOME:
        own += [f"outcome.{name}" for name in synonyms.OUTCOME_FIELDS]
    others = [f"{slot}.{name}" for slot in _OTHERS for name in ("name", "mobile", "relation")]
    return tuple(dict.fromkeys([*seen.mapping.columns.values(), *own, *others]))


def first_problems(seen: Inspection) -> tuple[Problem, ...]:
    """Give what is wrong with a file and its first rows."""
    rows = [one for each in seen.preview for one in ((each,) if isinstance(each, Problem) else each.problems)]
    return (*seen.problems, *rows)


def understood(seen: Inspection) -> int:
    """Give how many of the first rows would be taken in."""
    return sum(isinstance(one, Placement | OutcomeRow) for one in seen.preview)


def _changed(upload: Upload, **new: str | int) -> Upload:
    kept = {name: getattr(upload, name) for name in ("token", "file", "client", "by", "state", "batch")}
    return Upload(**(kept | new))


def _write(upload: Upload) -> None:
    content = {
        "file": upload.file.name,
        "client": upload.client,
        "by": upload.by,
        "state": upload.state,
        "done": upload.done,
        "size": upload.size,
        "batch": upload.batch,
        "said": upload.said,
    }
    _rewrite(upload.file.parent / _STATE, json.dumps(content, ensure_ascii=False))


def _rewrite(path: Path, text: str) -> None:
    """Write a small file whole or not at all: somebody reads it at the same time."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _gone() -> NotThere:
    return NotThere(
        N_("This upload is not there any more"), N_("Choose the file again; it is kept for a day.")
    )
