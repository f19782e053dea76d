"""The versions of an entry's format, and how an unknown one is told from a known one.

Version 1 is the only one so far; docs/lookup-log.md says how a second would come. What an older version means
never changes: old entries verify for ever, byte for byte, or they do not verify at all.
"""

from __future__ import annotations

import json
import sqlite3

from tracer.errors import LogUnavailable
from tracer.log.entry import COLUMNS, VERSION, Row, canonical, entry_text
from tracer.log.tree import leaf_hash
from tracer.words import N_

KNOWN = frozenset({VERSION})
_KEYS = frozenset({"about", "actor", "at", "body", "case", "event", "outcome", "seq", "source", "v"})
_KNOWN_COLUMNS = frozenset(name.strip().strip('"') for name in COLUMNS.split(","))


class UnknownFormat(LogUnavailable):
    """Entries are written in a way that this program does not know, and it does not guess."""


def read_text(text: str) -> Row:
    """Give the columns of an entry from its canonical text: exported, in a receipt, in a backup.

    Raises UnknownFormat for a version that is not known, and for a text that is not the one this version
    writes for what it says: a key too many could say something that nobody would ever check.
    """
    try:
        # Whole numbers only: programs write the same fraction differently.
        said = json.loads(text, parse_float=_fraction, parse_constant=_fraction)
        version = said["v"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _not_ours() from None
    if isinstance(version, bool) or not isinstance(version, int):
        raise _not_ours()
    if version not in KNOWN:
        raise UnknownFormat(
            N_("This entry is written in version {version} of the format; this program knows {known}"),
            N_("Read it with a newer program. Nothing of it was taken for something else."),
            version=version,
            known=", ".join(str(one) for one in sorted(KNOWN)),
        )
    if said.keys() != _KEYS or not isinstance(said["body"], dict):
        raise _not_ours()
    columns = (
        said["seq"],
        said["at"],
        said["event"],
        said["about"],
        said["actor"],
        said["case"],
        said["source"],
        said["outcome"],
        canonical(said["body"]),
    )
    if entry_text(*columns) != text:
        raise _not_ours()
    return (*columns, leaf_hash(text.encode()))


def _fraction(_: str) -> int:
    raise ValueError


def _not_ours() -> UnknownFormat:
    return UnknownFormat(
        N_("This is no entry of a look-up log, or not as it was written"),
        N_("An entry is one line of JSON, byte for byte as it was hashed. Export it again."),
    )


def check_columns(connection: sqlite3.Connection) -> None:
    """Raise UnknownFormat when the log's entries have columns that no known version has.

    A newer program may have put part of what was hashed there; reading without it would misread.
    """
    found = {name for _, name, *_rest in connection.execute("PRAGMA table_info(log_entry)")}
    more = found - _KNOWN_COLUMNS
    if more:
        raise UnknownFormat(
            N_("The log's entries have columns that this program does not know: {columns}"),
            N_("It was written by a newer program: use that one. Nothing was read and nothing was changed."),
            columns=", ".join(sorted(more))[:200],
        )
