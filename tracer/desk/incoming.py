"""Files that come over the network: kept in the home while they are read, and nowhere else."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tracer.desk.office import Office

FOLDER = "incoming"
_BLOCK = 1 << 20
_STALE_SECONDS = 86_400


def folder(home: Path) -> Path:
    """Give the folder of the home for files that are on their way, made if need be; nobody else reads it."""
    found = home / FOLDER
    found.mkdir(mode=0o700, exist_ok=True)
    return found


@contextmanager
def held(office: Office, name: str, content: IO[bytes]) -> Iterator[Path]:
    """Give a copy of ``content`` under its own name, readable by us only; it is gone afterwards.

    What a crash left behind is swept a day later.
    """
    sweep(office)
    place = folder(office.home) / secrets.token_hex(8)
    place.mkdir(mode=0o700)
    try:
        path = place / plain_name(name)
        path.touch(mode=0o600)
        with path.open("wb") as out:
            shutil.copyfileobj(content, out, _BLOCK)
        yield path
    finally:
        shutil.rmtree(place, ignore_errors=True)


def plain_name(name: str) -> str:
    """Give a file name without folders and without what a file system or a screen takes amiss."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    # 255 bytes is what a file system takes; a Chinese character is three.
    return f"{stem[:60]}{dot}{ending[:12]}" if stem else kept[:60] or "file"


def sweep(office: Office) -> None:
    """Throw away what has lain here for a day."""
    before = office.clock().timestamp() - _STALE_SECONDS
    for place in folder(office.home).iterdir():
        if place.is_dir() and place.stat().st_mtime < before:
            shutil.rmtree(place, ignore_errors=True)
