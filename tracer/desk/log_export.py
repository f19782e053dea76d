"""The log for an auditor: lines, a table, or a bundle that proves itself. However long, in little memory.

A checkpoint is signed first, and only entries it covers are given. The file is made whole, then its making is
written in the log with its digest, then it gets its name: nobody has a file that the log does not know of.

What is handed out is the text that was hashed, so staff appear as commitments. With ``names`` a table shows
who they are, and a bundle has the names with the salts that prove them.
"""

from __future__ import annotations

import csv
import json
from array import array
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from hashlib import file_digest
from importlib.resources import files
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tracer.desk import witnessing
from tracer.desk.export import safe_cell
from tracer.desk.office import Office
from tracer.desk.outfile import whole
from tracer.desk.receipts import checkable
from tracer.errors import WrongUse
from tracer.log import Entry, Kept, Query
from tracer.proof import CHECKPOINT_FILE, ENTRIES_FILE, KEY_FILE, STAFF_FILE, TREE_FILE, Key, Note
from tracer.words import LANGUAGES, N_, _, speak

FORMATS = (".jsonl", ".csv", ".zip")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a zip file knows: equal input, equal bytes
_SAID = ("client", "agreement", "authorisation", "role", "verdict", "fired", "fields_sent", "fields_returned")
_COLUMNS = (
    *("seq", "at", "event", "about", "actor", "purpose", "case", "source", "outcome"),
    *_SAID,
    *("body", "leaf"),
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExport:
    """What was written: how many entries, the checkpoint they are proved against, the entry that says so."""

    rows: int
    size: int
    root: bytes
    entry: int


def export(
    office: Office,
    query: Query,
    out: Path,
    *,
    filters: Sequence[str] = (),
    names: bool = False,
    progress: Progress | None = None,
) -> LogExport:
    """Write the entries that ``query`` wants to ``out``, whole or not at all; ``filters`` names its parts.

    Raises WrongUse for a format that is not known or a place that cannot be written, LogUnavailable.
    """
    suffix = out.suffix.lower()
    if suffix not in FORMATS:
        raise WrongUse(
            N_("{suffix} is no format for an export"),
            N_("Name a file that ends with one of: {known}"),
            suffix=out.suffix or "?",
            known=", ".join(FORMATS),
        )
    if names and suffix == ".jsonl":
        raise WrongUse(
            N_("Lines are the texts that were hashed, and those hold no name"),
            N_("Write a table (.csv) or a bundle (.zip) to have the names of staff."),
        )
    checkpoint = office.log.checkpoint()
    size = checkpoint.checkpoint.size
    seen = array("q")

    def entries() -> Iterator[Entry]:
        for entry in office.log.search(query):
            if entry.seq > size:
                return
            seen.append(entry.seq - 1)
            if progress and len(seen) % 1000 == 0:
                progress(entry.seq, size)
            yield entry

    with whole(out) as draft:
        if suffix == ".zip":
            _bundle(office, draft, entries(), seen, checkpoint, filters, names)
        elif suffix == ".csv":
            _table(draft, entries(), names)
        else:
            with draft.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{entry.text}\n" for entry in entries())
        with draft.open("rb") as done:
            digest = file_digest(done, "sha256").hexdigest()
        entry = office.write(
            "log_exported",
            body={
                "format": suffix[1:],
                "fields": [*filters, *(["names"] if names else [])],
                "rows": len(seen),
                "first": seen[0] + 1 if seen else None,
                "last": seen[-1] + 1 if seen else None,
                "size": size,
                "root": checkpoint.checkpoint.root.hex(),
                "file_digest": digest,
            },
        )
    return LogExport(rows=len(seen), size=size, root=checkpoint.checkpoint.root, entry=entry.seq)


def _table(path: Path, entries: Iterable[Entry], names: bool) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for entry in entries:
            said = json.loads(entry.text)
            body = said["body"]
            shown = {**said, **{key: body.get(key) for key in ("purpose", *_SAID)}}
            shown |= {"body": json.dumps(body, ensure_ascii=False, sort_keys=True), "leaf": entry.leaf.hex()}
            if names:
                shown["actor"] = entry.actor
            writer.writerow([safe_cell(_cell(shown[column])) for column in _COLUMNS])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bundle(
    office: Office,
    path: Path,
    entries: Iterator[Entry],
    seen: array[int],
    checkpoint: Kept,
    filters: Sequence[str],
    names: bool,
) -> None:
    note, keys = checkable(office, witnessing.signed(office, checkpoint))
    size = checkpoint.checkpoint.size
    with ZipFile(path, "w") as archive:
        with _file(archive, ENTRIES_FILE) as file:
            for entry in entries:
                file.write(f"{entry.text}\n".encode())
        with _file(archive, TREE_FILE) as file:
            for found in office.log.uncovered(seen, size):
                file.write(b64encode(found) + b"\n")
        _whole_text(archive, CHECKPOINT_FILE, str(note))
        _whole_text(archive, KEY_FILE, "".join(f"{key}\n" for key in keys))
        if names:
            openings = office.log.staff.openings()
            lines = (
                json.dumps([token, name, salt.hex()], ensure_ascii=False) for token, name, salt in openings
            )
            _whole_text(archive, STAFF_FILE, "".join(f"{line}\n" for line in lines))
        for language in LANGUAGES:
            text = copy_context().run(_readme, language, len(seen), note, keys, filters, names, size)
            _whole_text(archive, f"README.{language}.txt", text)
        _whole_text(archive, "proof.py", files("tracer").joinpath("proof.py").read_text(encoding="utf-8"))


def _file(archive: ZipFile, name: str) -> IO[bytes]:
    info = ZipInfo(name, _FIRST_DAY)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3  # Unix, wherever it is made
    info.external_attr = 0o100600 << 16
    return archive.open(info, "w", force_zip64=True)


def _whole_text(archive: ZipFile, name: str, text: str) -> None:
    with _file(archive, name) as file:
        file.write(text.encode())


def _readme(
    language: str, rows: int, note: Note, keys: Sequence[Key], filters: Sequence[str], names: bool, size: int
) -> str:
    speak(language)
    said = [
        _("Entries of a look-up log, with the proof that they are in it"),
        "",
        _(
            "{rows} entries of the {size} that the log had when its checkpoint was signed. No name, "
            "telephone number or id of a person looked for is in them: cases, people and numbers appear as "
            "pseudonyms.",
            rows=rows,
            size=size,
        ),
        _("Chosen by: {filters}.", filters=", ".join(filters)) if filters else _("Nothing was left out."),
        "",
        _("{file}: the entries, one JSON text a line, each as it was hashed.", file=ENTRIES_FILE),
        _("{file}: the hashes of the parts of the log that are not here, left to right.", file=TREE_FILE),
        _("{file}: what the log committed to, signed.", file=CHECKPOINT_FILE),
        _("{file}: the public keys of those who signed.", file=KEY_FILE),
    ]
    if names:
        said.append(_("{file}: members of staff: commitment, name, salt.", file=STAFF_FILE))
    said += [
        "",
        _("To check it you need Python 3.11 and its package cryptography, and nothing of ours:"),
        "",
        "    pip install cryptography",
        '    python proof.py BUNDLE.zip --checkpoint KEPT.txt --key "NAME+HASH+KEY"',
        "",
        _(
            "Take the checkpoint and the key from somebody who does not depend on whoever gave you this: a "
            "witness, or your own files. Without them it is shown only that the bundle agrees with itself. "
            "Read proof.py before you run it, or take it from elsewhere."
        ),
    ]
    if filters:
        said.append(
            _(
                "It is proved that every entry here is in the log and what it says. That no other entry "
                "would have fitted the choice cannot be proved this way: ask for the whole log."
            )
        )
    said.append(
        _(
            "How it works: RFC 6962 (trees), c2sp.org/signed-note, c2sp.org/tlog-checkpoint, "
            "c2sp.org/tlog-cosignature"
        )
    )
    return "\n".join(said) + "\n"
