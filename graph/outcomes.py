"""Read outcome codes: one code, three facts, and the bar it may put on the number."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graph.model import Bar, Identity, Outcome, Party
from graph.outcome_codes import (
    BAR_CEASED,
    BAR_OPTED_OUT,
    BAR_REPRESENTED,
    BAR_THIRD_PARTY_REFUSED,
    BAR_WRONG_PARTY,
    BY_NAME_ONLY,
    CODES,
    DIALLED_OTHERS,
    PERMANENT_BARS,
    US_ACTIONS,
    US_RESULTS,
    Coded,
)

__all__ = [
    "BAR_CEASED",
    "BAR_OPTED_OUT",
    "BAR_REPRESENTED",
    "BAR_THIRD_PARTY_REFUSED",
    "BAR_WRONG_PARTY",
    "CODES",
    "PERMANENT_BARS",
    "Coded",
    "bars_of",
    "lists_of",
    "read_code",
    "utc",
]


def utc(at: dt.datetime) -> dt.datetime:
    """Give a time as UTC; one without a zone is taken to be UTC, so that times can always be compared."""
    if at.tzinfo is dt.UTC:
        return at
    return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)


def lists_of(code: str) -> tuple[str, ...]:
    """Give the names of the lists that know ``code`` when no list is named, in the order of :data:`CODES`."""
    return tuple(name for name in CODES if name not in BY_NAME_ONLY and _find(code, name) is not None)


def read_code(code: str, list_name: str | None = None) -> Coded | None:
    """Read one outcome code; None when no list knows it.

    Case, full-width forms, blanks and hyphens do not matter. ``us_latitude`` also reads an action with its
    result (``TR/TT``, ``3P TT``). Without ``list_name`` a code that two lists read differently is None too:
    :func:`lists_of` says which, and the caller has to name one, or write ``us_latitude:WN``. An unknown
    ``list_name`` raises ValueError.
    """
    prefix, colon, rest = code.partition(":")
    if list_name is None and colon and prefix in CODES:
        list_name, code = prefix, rest
    if list_name is not None:
        if list_name not in CODES:
            raise ValueError(f"code list {list_name!r} is not one of {', '.join(CODES)}")
        return _find(code, list_name)
    found = [read for name in lists_of(code) if (read := _find(code, name)) is not None]
    return found[0] if len({read.facts() for read in found}) == 1 else None


def bars_of(outcomes: Iterable[Outcome]) -> tuple[Bar, ...]:
    """Give the bars that outcomes put on their number, oldest first, one per kind.

    A wrong party bars by who answered, whatever the code says. The first of a kind counts: it is the one the
    agency has known of since. Unknown codes bar nothing.
    """
    first: dict[str, Bar] = {}
    for outcome in sorted(outcomes, key=lambda one: (utc(one.at), one.entry, one.code)):
        read = read_code(outcome.code) if outcome.code else None
        bar = read.bar if read is not None else ""
        if not bar and outcome.party is Party.WRONG_PARTY:
            bar = BAR_WRONG_PARTY
        if bar and bar not in first:
            first[bar] = Bar(code=bar, at=outcome.at, entry=outcome.entry)
    return tuple(first.values())


def _find(code: str, list_name: str) -> Coded | None:
    table = CODES[list_name]
    text = _tidy(code)
    if text in table:
        return table[text]
    if text.isdigit() and (text.lstrip("0") or "0") in table:
        # Spreadsheets pad and un-pad: 03 is 3.
        return table[text.lstrip("0") or "0"]
    return _pair(text, table) if list_name == "us_latitude" else None


def _tidy(code: str) -> str:
    text = unicodedata.normalize("NFKC", code).strip().upper()
    text = text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text
    return "_".join(text.replace("-", " ").replace("/", " ").replace("_", " ").split())


def _pair(text: str, table: Mapping[str, Coded]) -> Coded | None:
    parts = text.split("_")
    if len(parts) != 2 or parts[0] not in US_ACTIONS or parts[1] not in US_RESULTS:
        return None
    action, result = (table[part] for part in parts)
    party, line, identity = result.party, result.line, result.identity
    if parts[0] in DIALLED_OTHERS and party is Party.SELF:
        party, identity = Party.THIRD_PARTY, Identity.NOT_CHECKED
    if action.party is Party.SELF and party is Party.UNKNOWN:
        party, line, identity = action.party, action.line, action.identity
    bar = action.bar or (result.bar if party is Party.WRONG_PARTY else "")
    return replace(result, code="/".join(parts), line=line, party=party, identity=identity, bar=bar)
