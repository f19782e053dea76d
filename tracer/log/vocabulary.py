"""What may be written in the log: its events, the keys each may carry, and what a value may look like.

The log holds no person (shared/reference/law.md §2.2): field names, coded words, document references, counts
and keyed pseudonyms, never free text. A key that is not listed here, or a value that does not look like its
kind, is refused before anything is asked. To log something new, add its key to ``_KEYS`` and to its events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from sources.contract import Outcome

# The keyed pseudonyms and tokens of vault.py: a kind's prefix and letters that are never digits.
TOKEN = re.compile(r"[a-z]{1,12}_[bcdfghjklmnpqrst]{8,64}")
# Printed as it is into an entry's JSON: no quote, backslash or control; and no half of a surrogate pair.
ACTOR = re.compile(r"[^\s\"\\\x00-\x1f\x7f\ud800-\udfff]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+/@*-]{0,79}")
_ID = re.compile(r"[^\W_][\w .()/#:+-]{0,79}")
_PLACE = re.compile(r"[A-Za-z0-9/\[][A-Za-z0-9_.:/\[\]-]{0,119}")
_SEALED = re.compile(r"[bcdfghjklmnpqrst]{60,2400}")
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{16,64}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?")
_LONG_DIGITS = re.compile(r"\d{7}")  # law.md 2.2: runs of seven digits and more are refused
# Ten digits with nothing but separators between them are a telephone number written another way.
_SPREAD_DIGITS = re.compile(r"\d(?:[-_.:/+@*]*\d){9}")
# A document reference may hold long digits; one that is only a mobile number or a resident id is just that.
_SURELY_A_PERSON = re.compile(r"(?:\+?86)?1[3-9]\d{9}|\d{17}[\dXx]|\+\d{8,15}")
_MOST = 100_000_000  # counts and prices end below: nine digits could be a national id, ten a telephone number
_LIST_LIMIT = 200


class Kind(StrEnum):
    """What a value in the log may look like."""

    WORD = "word"  # a coded word: letters, digits (fewer than seven in a row) and . : _ + / @ * -
    PLACE = "place"  # a host, path or table: as a word, but dots and slashes may stand between digits
    ID = "id"  # a reference to a document or a configured thing, digits allowed
    TOKEN = "token"  # noqa: S105  a keyed pseudonym
    DIGEST = "digest"  # lower-case hexadecimal, 16 to 64 characters
    DAY = "day"  # ISO date
    TIME = "time"  # ISO date and time
    COUNT = "count"  # a whole number from 0 to below 100,000,000: counts, bytes, milliseconds, minor units
    SEQ = "seq"  # the number of another entry
    FLAG = "flag"  # true or false
    SEALED = "sealed"  # a vendor's reference, sealed under the case's key and spelled in letters


def loggable(text: str) -> bool:
    """Tell whether ``text`` is a coded word that the log takes: for words that come from outside."""
    return bool(_WORD.fullmatch(text)) and not _LONG_DIGITS.search(text) and not _SPREAD_DIGITS.search(text)


def _word(value: object) -> bool:
    return isinstance(value, str) and loggable(value)


def _place(value: object) -> bool:
    return isinstance(value, str) and bool(_PLACE.fullmatch(value)) and not _LONG_DIGITS.search(value)


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value < high


_LOOKS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.WORD: _word,
    Kind.PLACE: _place,
    Kind.ID: lambda value: _like(_ID)(value) and not _like(_SURELY_A_PERSON)(value),
    Kind.TOKEN: _like(TOKEN),
    Kind.DIGEST: _like(_DIGEST),
    Kind.DAY: _like(_DAY),
    Kind.TIME: _like(_TIME),
    Kind.COUNT: _whole(0, _MOST),
    Kind.SEQ: _whole(1, 2**53),
    Kind.SEALED: _like(_SEALED),
    Kind.FLAG: lambda value: isinstance(value, bool),
}

# Every key there is, and the kind of its value. A value may be None, one of the kind, a list of them, or a
# mapping from words to them (counts by name, verdict by rule).
_NAMES: Mapping[Kind, str] = {
    Kind.WORD: "source outcome operation role roles channel basis language version fields fields_sent "
    "fields_returned fields_removed columns kind key keys scope verdict judgement fired rules missing "
    "reason state advice bar bars line party identity code list priority answer method raw format changed "
    "timezone purposes cause witness conclusion pattern assurance tolerable enquiry",
    Kind.PLACE: "host path table",
    Kind.ID: "client other_client agreement authorisation consent notice assigned_to approver recipients use",
    Kind.TOKEN: "session device run subject number numbers record left right person other_case cases "
    "idempotency flag",
    Kind.DIGEST: "packs policy file file_digest mapping mapping_digest root config query model",
    Kind.DAY: "follow_up today as_of anchor_date from until due_on retain_until",
    Kind.TIME: "local_time at since expires",
    Kind.COUNT: "attempt attempts status bytes milliseconds price spent budget intrusion retry_after found "
    "hits rows records claims facts dropped batch counts problems size top shown epoch",
    Kind.SEQ: "entry entries first last undoes",
    Kind.FLAG: "billed promised interrupted broken",
    Kind.SEALED: "reference",
}
_KEYS: Mapping[str, Kind] = {key: kind for kind, keys in _NAMES.items() for key in keys.split()}

# What any entry may say.
_COMMON = (
    "source outcome operation client agreement authorisation role channel session device reason code kind "
    "state fields counts entry entries today local_time timezone version basis policy packs fired rules "
    "missing verdict cause"
)

_ENDING = (
    "raw billed price spent found hits rows records claims facts dropped fields_sent fields_returned "
    "fields_removed status bytes milliseconds attempt attempts retry_after subject number interrupted broken "
    "host table"
)

ENDINGS = frozenset(str(outcome) for outcome in Outcome)
ASKED = "asked"
UNKNOWN = str(Outcome.UNKNOWN)
PENDING = str(Outcome.PENDING)
CLOCK_CORRECTED = "clock_corrected"

# Every event there is, and the keys it may carry beside the common ones.
EVENTS: Mapping[str, frozenset[str]] = {
    event: frozenset(f"{_COMMON} {keys}".split())
    for event, keys in {
        ASKED: "run subject number roles fields_sent fields_removed intrusion price budget spent idempotency "
        "attempt anchor_date keys table host scope consent notice reference expires",
        # The vendor has the question and answers later; his reference of it, and until when he keeps it.
        "accepted": "attempt host expires reference",
        # The answer came by itself (a callback, a line of a file), not as the reply to a request.
        "delivered": "attempt bytes file_digest",
        "called": "attempt method host path scope table key keys subject number idempotency fields_sent",
        "replied": "attempt status bytes rows milliseconds retry_after host table",
        "retried": "attempt status retry_after milliseconds host",
        "bypass": "host path",
        # An earlier answer, still fresh and had for the same purpose, served instead of a question.
        "reused": "hits",
        # A vendor's invoice was held against the billed answers in this log.
        "invoice_checked": "file_digest rows found price spent",
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
        "key_destroyed": "cases batch retain_until",
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
        # what people ask by right, and what must not be contacted or destroyed
        "listed": "rows problems until file file_digest",
        "unlisted": "rows undoes",
        "rights_asked": "due_on number numbers",
        "rights_decided": "answer number numbers file_digest format",
        "held": "until",
        "released": "undoes",
        "notice_made": "number until",
        "erased": "rows found epoch",
        "purged": "",
        "record_made": "file_digest format",
        "certified": "first last size root file_digest",
        # people who work here, and what one asks another to allow
        "user_added": "assigned_to scope changed",
        "user_changed": "assigned_to scope changed",
        "token_made": "assigned_to scope until",
        "token_revoked": "assigned_to undoes",
        "approval_asked": "approver query number",
        "approval_granted": "approver query until",
        "approval_denied": "approver query",
        # the house itself
        "policy_signed": "",
        "policy_unsigned": "",
        "sign_in": "scope",
        "sign_in_failed": "scope",
        "sign_out": "",
        "config_changed": "config changed",
        "log_read": "first last rows columns number",
        "log_verified": "size root problems first",
        "witness_alarm": "witness size found",
        "review_drawn": "size root assurance tolerable first last rows found since",
        "reviewed": "conclusion pattern flag first last rows",
        "proved": "first last rows size root format file_digest dropped",
        # questions that a person carries: a letter, a call, a visit
        "enquiry_drafted": "enquiry subject fields_sent intrusion until",
        "enquiry_sent": "enquiry method",
        "enquiry_answered": "enquiry hits file_digest",
        "enquiry_refused": "enquiry",
        "enquiry_withdrawn": "enquiry",
        "paper_opened": "enquiry size top",
        # files of people for a vendor, and what came back
        "file_begun": "",
        "row_queued": "subject fields_sent intrusion price",
        "file_sent": "file_digest rows until format",
        "row_taken": "hits price raw",
        "file_taken": "file_digest rows",
        "log_exported": "first last rows size root format file_digest columns",
        # the in-use model: kept in the home, and ranking from then on
        "model_kept": "model rows size conclusion",
        "model_used": "model undoes",
        CLOCK_CORRECTED: "",
        "recovered": "first last found",
        "rotated": "keys found",
    }.items()
}

# Keys beside ``actor`` under which a member of staff is named: written as commitments (tracer.log.staff).
STAFF_KEYS = frozenset({"assigned_to", "approver"})


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
