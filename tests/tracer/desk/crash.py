"""A program that takes a file in and kills itself in the middle: test_intake.py runs it.

Arguments: the home, the file, the moment (before, inside or after a chunk's transaction), and which chunk.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tracer.desk import intake
from tracer.desk.office import open_office
from tracer.store import batches


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(home: Path, path: Path, moment: str, chunk: int) -> None:
    apply, keep = batches.Batches.apply, batches._keep_problems
    calls = []

    def applied(self: batches.Batches, *args: Any, **more: Any) -> Any:
        calls.append(1)
        if moment == "before" and len(calls) == chunk:
            die()
        found = apply(self, *args, **more)
        if moment == "after" and len(calls) == chunk:
            die()
        return found

    def kept(*args: Any) -> None:
        # The rows of the chunk are written by now, how far the file is read is not.
        keep(*args)
        if moment == "inside" and len(calls) == chunk:
            die()

    batches.Batches.apply = applied  # type: ignore[method-assign]
    batches._keep_problems = kept
    intake.CHUNK = 5
    office = open_office(home, None, lambda: dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC), "li.ming")
    intake.import_file(office, path, "northbank")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
