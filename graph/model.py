"""The types everything speaks: persons, numbers, evidence, and what we concluded from it.

All are frozen values. Nothing here shows a person in its repr: a traceback or a log line that prints one of
these says what kind of thing it is and which source said it, never who.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is in a case. Only the debtor and those liable with him may be looked up."""

    DEBTOR = "debtor"
    GUARANTOR = "guarantor"
    CO_DEBTOR = "co_debtor"
    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    RELATIVE = "relative"
    COLLEAGUE = "colleague"
    FRIEND = "friend"
    REFERENCE = "reference"
    EMPLOYER = "employer"
    OTHER = "other"

    @property
    def third_party(self) -> bool:
        """True for everyone who owes nothing (not debtor, guarantor or co-debtor)."""
        return self not in {Role.DEBTOR, Role.GUARANTOR, Role.CO_DEBTOR}


class LineType(StrEnum):
    """What kind of line a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    VIRTUAL = "virtual"
    UNKNOWN = "unknown"


class StatedUser(StrEnum):
    """Whose number a source says it is (not who uses it)."""

    DEBTOR = "debtor"
    HOUSEHOLD = "household"
    WORKPLACE = "workplace"
    REFERENCE = "reference"
    CONTACT = "contact"
    GUARANTOR = "guarantor"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A number in E.164, or a masked one that says which digits it knows.

    Exactly one of ``e164`` (``+`` and digits) and ``pattern`` (the same with ``*`` for each unknown digit) is
    set. ``extension`` is the digits dialled after a switchboard answers; it belongs to a desk's identity.
    """

    e164: str = ""
    pattern: str = ""
    extension: str = ""
    line_type: LineType = field(default=LineType.UNKNOWN, compare=False)

    def __post_init__(self) -> None:
        if bool(self.e164) == bool(self.pattern):
            raise ValueError("a Phone is either whole (e164) or masked (pattern)")

    @property
    def masked(self) -> bool:
        """True when some digits are unknown."""
        return bool(self.pattern)

    @property
    def key(self) -> str:
        """The text two equal numbers share: E.164 or pattern, with the extension behind ``;ext=``."""
        base = self.e164 or self.pattern
        return f"{base};ext={self.extension}" if self.extension else base

    @property
    def shown(self) -> str:
        """The number as a screen may show it: ``+86 138****1234``; a short one keeps its last two digits."""
        body = (self.e164 or self.pattern)[1:]
        code = country_code(body)
        national = body[len(code) :]
        keep = 4 if len(national) >= 9 else 2
        head = national[:3] if len(national) >= 10 else ""
        stars = "*" * (len(national) - len(head) - keep)
        extension = f" ext {'*' * len(self.extension)}" if self.extension else ""
        return f"+{code} {head}{stars}{national[-keep:]}{extension}"

    def __repr__(self) -> str:
        body = (self.e164 or self.pattern)[1:]
        return f"Phone(+{country_code(body)}…{body[-2:]})"


# One- and two-digit country codes; every other code has three digits (ITU-T E.164 list of assigned codes).
_ONE = frozenset("17")
_TWO_DIGITS = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
    "81 82 84 86 90 91 92 93 94 95 98"
)
_TWO = frozenset(_TWO_DIGITS.split())


def country_code(digits: str) -> str:
    """Give the country calling code at the front of an E.164 number without its plus."""
    if digits[:1] in _ONE:
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO else digits[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person's name: the text as cleaned, its parts where they could be told, and its comparison keys.

    ``text`` is in the script it came in. ``masked`` names keep ``*`` for each unknown character (``张*``).
    ``romanised`` is lower-case Latin, family name first (pinyin for Chinese), for comparing across scripts.
    """

    text: str
    family: str = ""
    given: str = ""
    romanised: str = ""
    masked: bool = False

    def __repr__(self) -> str:
        return f"Name(…{len(self.text)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A number that stands for one person: ``scheme`` (``prc_id``, ``us_ssn``, ``passport``…) and ``value``.

    Masked values keep ``*`` for each unknown character. ``born`` and ``region`` are what the id itself says.
    ``sound`` is False when its check digit or embedded date is wrong: evidence still, but weaker.
    """

    scheme: str
    value: str
    masked: bool = False
    sound: bool = True
    born: PartialDate | None = None
    region: str = ""

    def __repr__(self) -> str:
        return f"Identifier({self.scheme})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date of which the day, or the day and the month, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    def __repr__(self) -> str:
        return "PartialDate(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address: its cleaned text and what parts could be told. ``country`` is ISO 3166 alpha-2."""

    text: str
    country: str = ""
    region: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    postcode: str = ""

    def __repr__(self) -> str:
        return f"Address({self.country or '?'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """A place of work: its name as cleaned, and ``key``, the name without legal form, for comparing."""

    name: str
    key: str = ""

    def __repr__(self) -> str:
        return "Employer(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one source said of one person.

    ``record`` is unique within ``source``; ``entry`` is the log entry under which it was obtained.
    """

    source: str
    record: str
    role: Role
    case: str
    seen_on: dt.date | None = None
    names: tuple[Name, ...] = ()
    ids: tuple[Identifier, ...] = ()
    born: PartialDate | None = None
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    employers: tuple[Employer, ...] = ()
    emails: tuple[str, ...] = ()
    entry: int = 0

    @property
    def ref(self) -> str:
        """The record's name everywhere: ``source:record``."""
        return f"{self.source}:{self.record}"

    def __repr__(self) -> str:
        return f"Record({self.ref})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A source says a number is somebody's.

    ``date`` is when the source says it was current (it may be re-stamped); ``first_seen`` when the source
    first had it; ``upstream`` the record it was copied from. ``name_match`` (0..1) is how well the name the
    source attached fits the debtor; None when it attached none.
    """

    phone: Phone
    source: str
    record: str
    stated_user: StatedUser
    date: dt.date | None = None
    first_seen: dt.date | None = None
    upstream: str = ""
    name_match: float | None = None
    entry: int = 0

    def __repr__(self) -> str:
        return f"Claim({self.source}, {self.stated_user}, {self.phone!r})"


class FactKind(StrEnum):
    """What a carrier's answer is about (one vocabulary for all carriers)."""

    LINE_STATUS = "line_status"
    REACHABILITY = "reachability"
    TENURE = "tenure"
    TENURE_SINCE = "tenure_since"
    HOLDER_CHANGED_SINCE = "holder_changed_since"
    DISCONNECTED_SINCE = "disconnected_since"
    ATTRIBUTE_MATCH = "attribute_match"
    LINE_TYPE = "line_type"
    PORTED = "ported"
    CARRIER = "carrier"
    CONTRACT = "contract"
    SIM_CHANGED_SINCE = "sim_changed_since"
    DEVICE_CHANGED_SINCE = "device_changed_since"
    CALL_FORWARDING = "call_forwarding"
    NUMBER_REGION = "number_region"
    NUMBER_FORMAT = "number_format"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact:
    """What a carrier answered about a number.

    ``anchor`` is the date the value is about (``holder_changed_since`` 2024-03-01); ``as_of`` when it was
    observed. ``attribute`` names what was compared for ``attribute_match`` (``name``, ``id``, ``name+id``).
    Values: ``line_status`` active, suspended, partly_suspended, cancelled, not_assigned,
    suspected_not_assigned, off_network, on_network_unusable, inactive, unknown; ``reachability`` reachable,
    powered_off, suspected_off, busy, absent, unreachable, barred, unknown; ``*_since`` yes, no, unknown;
    ``tenure`` months as ``[min,max)``; ``attribute_match`` exact, high, partial, none, no_data, mixed.
    """

    kind: FactKind
    value: str
    phone: Phone
    source: str
    as_of: dt.date | None
    anchor: dt.date | None = None
    attribute: str = ""
    score: float | None = None
    raw: str = ""
    billed: bool | None = None
    entry: int = 0

    def __repr__(self) -> str:
        return f"LineFact({self.source}, {self.kind}={self.value}, {self.phone!r})"


class Line(StrEnum):
    """What the line did when it was dialled."""

    CONNECTED = "connected"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    VOICEMAIL = "voicemail"
    POWERED_OFF = "powered_off"
    UNREACHABLE = "unreachable"
    SUSPENDED = "suspended"
    VACANT = "vacant"
    BARRED = "barred"
    NUMBER_CHANGED = "number_changed"
    FAX = "fax"
    UNKNOWN = "unknown"


class Party(StrEnum):
    """Who answered."""

    SELF = "self"
    THIRD_PARTY = "third_party"
    WRONG_PARTY = "wrong_party"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Identity(StrEnum):
    """How the identity of the one who answered was checked."""

    VERIFIED = "verified"
    STATED = "stated"
    UNVERIFIED = "unverified"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One contact attempt: what the line did, who answered, how identity was checked. Three separate facts.

    ``strength`` (0..1) replaces the words of ``identity`` where a number is known. ``inbound``: they
    called us.
    """

    phone: Phone
    at: dt.datetime
    line: Line
    party: Party
    identity: Identity
    code: str = ""
    strength: float | None = None
    entry: int = 0
    inbound: bool = False

    def __repr__(self) -> str:
        return f"Outcome({self.line}, {self.party}, {self.phone!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence, in bits. ``params`` fill the sentence that a screen keeps for ``code``."""

    code: str
    bits: float
    params: tuple[tuple[str, str], ...] = ()
    source: str = ""
    as_of: dt.date | None = None
    entry: int = 0


class Judgement(StrEnum):
    """What a person said of two records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A person's decision on two records. It outranks every score; a later one supersedes it."""

    left: str
    right: str
    judgement: Judgement
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Are two records one person? The reasons (prior included) add up to ``bits`` = log2 odds."""

    left: str
    right: str
    reasons: tuple[Reason, ...]

    @property
    def bits(self) -> float:
        """The sum of the reasons: log2 of the odds that both are one person."""
        return math.fsum(reason.bits for reason in self.reasons)

    @property
    def p(self) -> float:
        """The probability that both are one person."""
        return probability(self.bits)


def probability(bits: float) -> float:
    """Turn log2 odds into a probability, without overflow at either end."""
    if bits >= 0:
        return 1.0 / (1.0 + math.exp2(-bits))
    odds = math.exp2(bits)
    return odds / (1.0 + odds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Records judged to be one person. ``id`` is the smallest record ref, so it does not depend on order."""

    id: str
    records: tuple[str, ...]


class Advice(StrEnum):
    """What to do with a number."""

    SEND = "send"
    REVIEW = "review"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Why a number must not be used: a filter with a reason, never a low weight."""

    code: str
    at: dt.datetime | None = None
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberEvidence:
    """All that is known about one number in one case: the in-use model's input.

    ``shared_with`` is how many other persons of the portfolio the number is linked to.
    """

    phone: Phone
    claims: tuple[Claim, ...] = ()
    facts: tuple[LineFact, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    bars: tuple[Bar, ...] = ()
    shared_with: int = 0
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A number in order. The bits of ``reasons`` (prior included) add up to log2(p / (1 - p)).

    ``reachable`` is the probability that the debtor can be reached on it now: his own number in a drawer or
    suspended is his, but of no use today. ``worth`` is what one call is expected to bring, in the unit of the
    model's costs: the advice is its sign.
    """

    phone: Phone
    person: str
    p: float
    low: float
    high: float
    reachable: float
    reasons: tuple[Reason, ...]
    advice: Advice
    stated_user: StatedUser
    barred: Bar | None = None
    worth: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The numbers of one case in order, and the probability that none of them is in the debtor's use."""

    numbers: tuple[Ranked, ...]
    nobody: float
