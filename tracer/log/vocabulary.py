"""What may be written in the log: which events there are, which keys each may carry, what a value may look like.

The log holds no person (law.md 2.2): field names, coded words, document references, counts and keyed pseudonyms,
never free text. A key that is not listed here, or a value that does not look like its kind, is refused before
anything is asked. To log something new, add its key to ``_KEYS`` and to the events that need it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from sources.contract import Outcome

# The keyed pseudonyms and tokens of vault.py: a kind's prefix and letters that are never digits.
TOKEN = re.compile(r"[a-z]{1,12}_[bcdfghjklmnpqrst]{8,64}")
ACTOR = re.compile(r"[^\s\"\\\x00-\x1f\x7f]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+/@*-]{0,79}")
_ID = re.compile(r"[^\W_][\w .()/#:+-]{0,79}")
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{16,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?")
_LONG_DIGITS = re.compile(r"\d{7}")  # law.md 2.2: runs of seven digits and more are refused
# A document reference may hold long digits, but one that is nothing but a mobile number or a resident id is one.
_SURELY_A_PERSON = re.compile(r"(?:\+?86)?1[3-9]\d{9}|\d{17}[\dXx]|\+\d{8,15}")
_MOST = 100_000_000  # counts and prices end below: nine digits could be a national id, ten a telephone number
_LIST_LIMIT = 200


class Kind(StrEnum):
    """What a value in the log may look like."""

    WORD = "word"  # a coded word: letters, digits (fewer than seven in a row) and . : _ + / @ * -
    ID = "id"  # a reference to a document or a configured thing, digits allowed
    TOKEN = "token"  # noqa: S105  a keyed pseudonym
    DIGEST = "digest"  # lower-case hexadecimal, 16 to 64 characters
    DAY = "day"  # ISO date
    TIME = "time"  # ISO date and time
    COUNT = "count"  # a whole number from 0 to below 100,000,000: counts, bytes, milliseconds, minor units
    SEQ = "seq"  # the number of another entry
    FLAG = "flag"  # true or false


def _word(value: object) -> bool:
    return isinstance(value, str) and bool(_WORD.fullmatch(value)) and not _LONG_DIGITS.search(value)


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value < high


_LOOKS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.WORD: _word,
    Kind.ID: lambda value: _like(_ID)(value) and not _like(_SURELY_A_PERSON)(value),
    Kind.TOKEN: _like(TOKEN),
    Kind.DIGEST: _like(_DIGEST),
    Kind.DAY: _like(_DAY),
    Kind.TIME: _like(_TIME),
    Kind.COUNT: _whole(0, _MOST),
    Kind.SEQ: _whole(1, 2**53),
    Kind.FLAG: lambda value: isinstance(value, bool),
}

_W, _I, _T, _H, _D, _N, _S, _F = (
    Kind.WORD,
    Kind.ID,
    Kind.TOKEN,
    Kind.DIGEST,
    Kind.DAY,
    Kind.COUNT,
    Kind.SEQ,
    Kind.FLAG,
)

# Every key there is, and the kind of its value. A value may be None, one of the kind, a list of them, or a
# mapping from words to them (counts by name, verdict by rule).
_KEYS: Mapping[str, Kind] = {
    # who, for whom, on what ground
    "source": _W, "outcome": _W, "operation": _W, "client": _I, "agreement": _I, "authorisation": _I,
    "role": _W, "roles": _W, "channel": _W, "session": _T, "device": _T, "run": _T, "assigned_to": _I, "approver": _I,
    "basis": _W, "consent": _I, "notice": _I, "language": _W, "version": _W,
    # what it is about
    "subject": _T, "number": _T, "numbers": _T, "record": _T, "left": _T, "right": _T, "person": _T,
    "other_case": _T, "cases": _T, "fields": _W, "fields_sent": _W, "fields_returned": _W, "fields_removed": _W,
    "columns": _W, "kind": _W, "table": _W, "key": _W, "keys": _W, "scope": _W,
    # what was decided
    "verdict": _W, "judgement": _W, "fired": _W, "rules": _W, "missing": _W, "packs": _H, "policy": _H,
    "reason": _W, "state": _W, "advice": _W, "bar": _W, "bars": _W, "line": _W, "party": _W, "identity": _W,
    "code": _W, "list": _W, "promised": _F, "follow_up": _D, "priority": _W, "answer": _W,
    # how it went
    "attempt": _N, "attempts": _N, "method": _W, "host": _W, "path": _W, "status": _N, "bytes": _N,
    "milliseconds": _N, "raw": _W, "billed": _F, "price": _N, "intrusion": _N, "retry_after": _N,
    "idempotency": _T, "found": _N, "hits": _N, "rows": _N, "records": _N, "claims": _N, "facts": _N,
    "spent": _N, "budget": _N, "interrupted": _F,
    # files and batches
    "batch": _N, "file": _H, "file_digest": _H, "mapping": _H, "mapping_digest": _H, "format": _W, "counts": _N,
    "problems": _N, "size": _N, "root": _H, "config": _H, "changed": _W, "recipients": _I, "top": _N,
    # time and place
    "today": _D, "as_of": _D, "anchor_date": _D, "from": _D, "until": _D, "local_time": Kind.TIME,
    "timezone": _W, "due_on": _D, "retain_until": _D, "at": Kind.TIME,
    # other entries
    "entry": _S, "entries": _S, "first": _S, "last": _S, "undoes": _S,
}  # fmt: skip

# What any entry may say.
_COMMON = frozenset(
    "source outcome operation client agreement authorisation role channel session device reason code kind state "
    "fields counts entry entries today local_time timezone version basis policy packs fired rules missing verdict".split()
)

_ENDING = (
    "raw billed price found hits rows records claims facts fields_sent fields_returned fields_removed status bytes "
    "milliseconds attempt attempts retry_after subject number interrupted host table"
)

ENDINGS = frozenset(str(outcome) for outcome in Outcome)
ASKED = "asked"
UNKNOWN = str(Outcome.UNKNOWN)
CLOCK_CORRECTED = "clock_corrected"

# Every event there is, and the keys it may carry beside the common ones.
EVENTS: Mapping[str, frozenset[str]] = {
    event: _COMMON | frozenset(keys.split())
    for event, keys in {
        ASKED: "run subject number roles fields_sent fields_removed intrusion price budget spent idempotency attempt "
        "anchor_date keys table host scope consent notice",
        "called": "attempt method host path scope table key keys subject number idempotency fields_sent",
        "replied": "attempt status bytes rows milliseconds retry_after host table",
        "retried": "attempt status retry_after milliseconds host",
        "bypass": "host path",
        **dict.fromkeys(sorted(ENDINGS), _ENDING),
        # intake and the life of a case
        "init": "config format",
        "import": "batch file file_digest mapping mapping_digest format rows cases problems size interrupted",
        "import_ended": "batch file file_digest rows problems cases interrupted",
        "case_placed": "batch file",
        "case_assigned": "assigned_to cases until",
        "case_closed": "cases batch",
        "case_reopened": "cases",
        "case_returned": "cases batch file",
        "key_destroyed": "cases retain_until",
        "overlap": "other_case cases numbers hits found",
        # numbers and people
        "ranked": "numbers as_of top found",
        "disclosed": "number numbers columns recipients format rows top size file",
        "reveal": "number numbers",
        "export": "columns recipients format rows top size file file_digest cases",
        "contact": "number line party identity list",
        "outcome": "number line party identity list promised follow_up batch file file_digest rows problems",
        "outcome_undone": "number undoes",
        "barred": "number bar bars until",
        "unbarred": "number bar bars undoes",
        "verdict": "left right judgement undoes",
        "refresh_requested": "priority due_on number",
        "refresh_answered": "answer number numbers",
        # the house itself
        "sign_in": "scope",
        "sign_in_failed": "scope",
        "sign_out": "",
        "config_changed": "config changed",
        "log_read": "first last rows columns number",
        "log_verified": "size root problems",
        CLOCK_CORRECTED: "",
        "recovered": "first last found",
        "rotated": "keys found",
    }.items()
}


def wrong(event: str, body: Mapping[str, object]) -> tuple[str, Kind | None] | None:
    """Give the first key that may not be in the log and the kind its value should have (None: no such key).

    None when all is well. The value is never given: it may be a person's.
    """
    allowed = EVENTS[event]
    for key, value in body.items():
        if key not in allowed:
            return key, None
        kind = _KEYS[key]
        if value is not None and not _fits(_LOOKS[kind], value):
            return key, kind
    return None


def _fits(looks: Callable[[object], bool], value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return len(value) <= _LIST_LIMIT and all(looks(item) for item in value)
    if isinstance(value, dict):
        return len(value) <= _LIST_LIMIT and all(_word(name) and looks(item) for name, item in value.items())
    return looks(value)
