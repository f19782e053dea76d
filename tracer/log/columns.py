"""The log as columns of numbers: what patterns and samples are computed from, without a row loop.

A million entries are about 50 MB here and some seconds of reading; requests and replies, which say nothing
that the question they belong to does not, are left out. Words become small numbers with a table beside them.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracer.log.database import DAMAGE, connect, unavailable
from tracer.proof import STAFF

# What somebody did to a case or to the log. "case_placed" and "contact" are written by later rooms.
ASKED, REFUSED, REVEAL = "asked", "refused", "reveal"
ASSIGNED, PLACED, CLOSED, REOPENED, RETURNED = (
    "case_assigned",
    "case_placed",
    "case_closed",
    "case_reopened",
    "case_returned",
)
CALLS = ("outcome", "contact")
LOG_READ = "log_read"
READ_EVENTS = (ASKED, REFUSED, REVEAL, ASSIGNED, PLACED, CLOSED, REOPENED, RETURNED, *CALLS, LOG_READ)

_PAGE = 50_000
# One pass over each body, whatever is wanted of it: the words come as one list that few entries differ in.
_SAID = "json_extract(body, '$.session', '$.purpose', '$.client', '$.assigned_to', '$.rows')"
_QUERY = (
    "SELECT seq, substr(at, 1, 23), event, actor, \"case\", coalesce(source, ''), coalesce(about, 0), "  # noqa: S608
    f"{_SAID} FROM log_entry WHERE seq <= ? AND event IN ({', '.join('?' * len(READ_EVENTS))}) ORDER BY seq"
)

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Entries as columns of one length, in the order of the log.

    ``at`` is milliseconds since 1970 in UTC. ``event``, ``actor``, ``case``, ``source``, ``session``,
    ``purpose``, ``client`` and ``to`` (whom a case was assigned to) are places in ``words``, where 0 is the
    empty word; ``about`` is the number of another entry or 0; ``rows`` how many entries a reader was shown.
    """

    seq: Ints
    at: Ints
    event: Ints
    actor: Ints
    case: Ints
    source: Ints
    about: Ints
    session: Ints
    purpose: Ints
    client: Ints
    to: Ints
    rows: Ints
    words: tuple[str, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.seq)

    def code(self, word: str) -> int:
        """Give the place of a word; -1 (which no entry has) when none has it."""
        try:
            return self.words.index(word)
        except ValueError:
            return -1

    def of(self, *events: str) -> Flags:
        """Tell of each entry whether it is one of these events."""
        return np.isin(self.event, [self.code(event) for event in events])

    def lookups(self) -> Flags:
        """Tell of each entry whether it is a look-up: a question to a source that repeats none before it."""
        first: Flags = self.of(ASKED) & (self.about == 0)
        return first

    def picked(self, chosen: Flags | Ints) -> Columns:
        """Give some of the entries, with the same words."""
        return Columns(
            **{name: getattr(self, name)[chosen] for name in self.__slots__ if name != "words"},
            words=self.words,
        )


def load(
    database: Path,
    *,
    size: int,
    patience: float,
    name: Callable[[str], str] = str,
    progress: Callable[[int], None] | None = None,
) -> Columns:
    """Read the first ``size`` entries of the log in ``database``; LogUnavailable when that cannot be done.

    ``name`` gives who an actor of the log is; ``progress`` is told the number of the last entry read.
    """
    connection = connect(database, patience=patience)
    try:
        connection.execute("BEGIN")
        return _load(connection, size, name, progress)
    except (*DAMAGE, ValueError, TypeError) as error:
        raise unavailable(database, error) from error
    finally:
        connection.close()


def _load(
    connection: sqlite3.Connection,
    size: int,
    name: Callable[[str], str],
    progress: Callable[[int], None] | None,
) -> Columns:
    words: defaultdict[str, int] = defaultdict(count().__next__)
    said: defaultdict[str, int] = defaultdict(count().__next__)
    assert words[""] == 0
    pages: list[list[Ints]] = [[np.zeros(0, dtype=np.int64)] for _ in range(8)]
    cursor = connection.execute(_QUERY, (size, *READ_EVENTS))
    while rows := cursor.fetchmany(_PAGE):
        seq, at, event, actor, case, source, about, body = zip(*rows, strict=True)
        read = (
            np.array(seq, dtype=np.int64),
            np.array(at, dtype="datetime64[ms]").astype(np.int64),
            *(
                np.fromiter(map(words.__getitem__, column), np.int64, len(seq))
                for column in (event, actor, case, source)
            ),
            np.array(about, dtype=np.int64),
            np.fromiter(map(said.__getitem__, body), np.int64, len(seq)),
        )
        for pile, column in zip(pages, read, strict=True):
            pile.append(column)
        if progress is not None:
            progress(seq[-1])
    seqs, ats, events, actors, cases, sources, abouts, bodies = (np.concatenate(pile) for pile in pages)
    facts = np.zeros((max(1, len(said)), 5), dtype=np.int64)
    for text, place in said.items():
        *said_words, shown = json.loads(text)
        facts[place, :4] = [words[word if isinstance(word, str) else ""] for word in said_words]
        facts[place, 4] = shown if isinstance(shown, int) else 0
    # Who works here may stand in the log under several commitments: one person, one place.
    person = np.arange(len(words))
    for word, code in tuple(words.items()):
        if word.startswith(STAFF):
            person[code] = words[name(word)]
    session, purpose, client, to, shown_rows = (facts[:, column][bodies] for column in range(5))
    return Columns(
        seq=seqs,
        at=ats,
        event=events,
        actor=person[actors],
        case=cases,
        source=sources,
        about=abouts,
        session=session,
        purpose=purpose,
        client=client,
        to=person[to],
        rows=shown_rows,
        words=tuple(words),
    )
