"""Erasure by right, with proof: the keys are destroyed, then everything that might still know is searched.

What is searched for are the very bytes: the wrapped key, and every number, id, name and address of the case
in the encodings a file may have. They live in memory for the length of the search and nowhere else. The log
keeps its entries (its own minimum times run), keyed to nobody.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.model import Record
from tracer.desk import destroying, disputes, keys, rights
from tracer.desk.office import Office
from tracer.errors import LogUnavailable, WrongUse
from tracer.store.cases import CaseFile
from tracer.store.rights import DONE, ERASE, OPEN, Certificate, Wish
from tracer.store.shredding import key_in_backup
from tracer.words import N_

# Shorter texts stand in files by chance: a two-character name, a house number.
_SHORTEST = 6
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A file that still holds something of the erased case, and what kind of thing: never the thing."""

    path: Path
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did. ``epoch`` is None where the master key is not ours to replace; ``backups`` says of
    each backup given whether the case's key can still be opened in it."""

    wish: Wish
    certificate: Certificate | None = field(repr=False)
    epoch: int | None
    searched: int
    hits: tuple[Hit, ...]
    backups: tuple[tuple[Path, bool], ...]
    entry: int

    @property
    def proven(self) -> bool:
        """True when nothing was found and no backup opens."""
        return not self.hits and self.epoch is not None and not any(opens for _path, opens in self.backups)


def erase(
    office: Office,
    case: CaseFile,
    *,
    identity: str,
    folders: Sequence[Path] = (),
    backups: Sequence[Path] = (),
) -> Erased:
    """Erase a case: decide the request, destroy the keys, replace the master key, search, certify.

    ``folders`` are searched beside the home (where exports are put, say); ``backups`` are copies of the store
    taken before. A crash at any step leaves a case that is erased by running the same again, or by
    ``tracer keys rotate`` where only the last steps are missing. Raises Refused under a hold.
    """
    for backup in backups:
        if not backup.is_file():
            raise WrongUse(
                N_("There is no file {path}"), N_("Name the backup of the store itself."), path=str(backup)
            )
    destroying.to_destroy(office, case)
    needles = dict(_needles(office, case))
    wish = next(
        (one for one in office.store.rights.of(case, kind=ERASE) if one.state == OPEN), None
    ) or rights.register(office, case, ERASE, identity=identity)
    done = destroying.destroy(office, [case], "erased")
    rights.finish(office, case, wish, DONE)
    epoch = _replaced(office)
    files = sorted(
        {*_files(office.home, skip=office.home / "keys"), *(one for each in folders for one in _files(each))}
    )
    hits = tuple(hit for path in files for hit in _search(path, needles))
    opened = tuple((backup, _opens(office, backup, case.pseudonym)) for backup in backups)
    entry = office.write(
        "erased",
        case=case,
        about=wish.entry,
        body={
            "counts": {"cases": 1},
            "rows": len(files),
            "found": len(hits) + sum(opens for _path, opens in opened),
            **({"epoch": epoch} if epoch is not None else {}),
        },
    )
    return Erased(
        wish=rights.one(office, wish.id)[0],
        certificate=done.certificate,
        epoch=epoch,
        searched=len(files),
        hits=hits,
        backups=opened,
        entry=entry.seq,
    )


def _replaced(office: Office) -> int | None:
    """Replace the master key, so that copies of the wrapped key are dead too; None where it is not ours."""
    try:
        return keys.rotate(office).epoch
    except LogUnavailable:
        return None


def _needles(office: Office, case: CaseFile) -> Iterator[tuple[bytes, str]]:
    yield case.unsealed.wrapped, "key"
    records: list[Record] = [record for record, _claims in office.store.evidence.people(case)]
    records += office.store.evidence.found(case).records
    for record in records:
        for kind, values in (
            ("name", record.names), ("id", record.ids), ("phone", record.phones), ("email", record.emails),
            ("address", record.addresses),
        ):  # fmt: skip
            for value in values:
                text = disputes.shown(value)
                for one in (
                    {text, text.removeprefix("+86"), text.removeprefix("+1")} if kind == "phone" else {text}
                ):
                    yield from _encoded(one, kind)
    yield from _encoded(case.number, "case")


def _encoded(text: str, kind: str) -> Iterator[tuple[bytes, str]]:
    for encoding in _ENCODINGS:
        try:
            found = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if len(found) >= _SHORTEST and (len(text) >= _SHORTEST or not text.isascii()):
            yield found, kind


def _files(folder: Path, *, skip: Path | None = None) -> Iterator[Path]:
    for path in folder.rglob("*") if folder.is_dir() else [folder]:
        if path.is_file() and not path.is_symlink() and (skip is None or skip not in path.parents):
            yield path


def _search(path: Path, needles: dict[bytes, str]) -> Iterator[Hit]:
    """Look for every needle in a file, whatever its size; a file that cannot be read counts as a hit."""
    try:
        if path.stat().st_size == 0:
            return
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for kind in sorted({kind for needle, kind in needles.items() if content.find(needle) >= 0}):
                yield Hit(path=path, kind=kind)
    except (OSError, ValueError):
        yield Hit(path=path, kind="unreadable")


def _opens(office: Office, backup: Path, pseudonym: str) -> bool:
    """Whether the case's key in a backup still opens under any master key this home has."""
    wrapped = key_in_backup(backup, pseudonym)
    if wrapped is None:
        return False
    try:
        office.vault.case_key(wrapped)
    except LogUnavailable:
        return False
    return True
