"""Steps of ``tracer link`` that are finished, kept beside its result until it is written.

Whoever starts the same work on the same files again, after a power cut or ``kill -9``, goes on where it was
broken off. The steps hold codes, levels and row numbers, no value of a person; other work's steps are
removed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np

from graph.link.kept import Columns

_FORM = "1"
"""Counts up when what is kept changes."""
_PIECE = 1 << 20


class Steps:
    """Finished steps of one work in a folder of its own."""

    def __init__(self, folder: Path, work: str) -> None:
        self.folder = folder
        self.work = work

    def get(self, step: str) -> Columns | None:
        """Give the columns of a step of this very work; None where it is not finished."""
        try:
            with self._path(step).open("rb") as file, np.load(file, allow_pickle=False) as held:
                return {name: held[name] for name in held.files}
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None

    def put(self, step: str, columns: Columns) -> None:
        """Keep a step; it is there whole or not at all. Without room the work goes on and keeps nothing."""
        path = self._path(step)
        draft = path.with_suffix(".part")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            for other in self.folder.iterdir():
                if not other.name.startswith(self.work):
                    other.unlink()
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                np.savez(file, **columns)  # type: ignore[arg-type]
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()

    def _path(self, step: str) -> Path:
        return self.folder / f"{self.work}-{step}.npz"


def beside(out: Path) -> Path:
    """Give the folder where the steps to a result are kept."""
    return out.with_name(f".{out.name}.steps")


def forget(folder: Path) -> None:
    """Remove the steps: the result is written."""
    shutil.rmtree(folder, ignore_errors=True)


def work_of(files: Iterable[Path], said: Sequence[object]) -> str:
    """Name a work by the bytes of its files, what was said about them, and the program's version."""
    digest = hashlib.blake2b(digest_size=12)
    digest.update(repr((_FORM, version("lost-contact-tracer"), tuple(said))).encode())
    for path in files:
        digest.update(b"\x00file\x00")
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()
