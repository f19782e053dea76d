"""Files for others: whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracer.errors import WrongUse
from tracer.words import N_


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give a path to write to; it becomes ``out`` when all went well, and is gone otherwise.

    Raises WrongUse when it cannot be written. What happens before the end happens before ``out`` is there.
    """
    draft = out.with_name(f".{out.name}.part")
    try:
        # Made first and closed to others first: what is in it is never there for everybody to read.
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield draft
        os.replace(draft, out)
    except OSError as error:
        raise WrongUse(
            N_("{path} cannot be written: {why}"),
            N_("Nothing was left behind; name another place and run it again."),
            path=str(out),
            why=os.strerror(error.errno) if error.errno else type(error).__name__,
        ) from error
    finally:
        draft.unlink(missing_ok=True)
