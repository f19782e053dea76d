"""What a source is: its terms, the question it is given, and the requests it describes.

A source holds no client, session or path. ``lookup`` is a generator: it yields :class:`HttpCall`,
:class:`Rows` or :class:`Later`, is sent a :class:`Reply`, and returns an :class:`Answer`. The gateway
decides, logs and asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from graph.model import Address, Claim, Identifier, LineFact, Name, PartialDate, Phone, Record, Role
from sources.virtual import Sealed


class Field(StrEnum):
    """The kinds of information a source may be told. The gateway removes all others from the question."""

    CASE = "case"
    PHONE = "phone"
    ANCHOR_DATE = "anchor_date"
    NAME = "name"
    ID_NUMBER = "id_number"
    BORN = "born"
    ADDRESS = "address"
    EMPLOYER = "employer"
    EMPLOYEE_ID = "employee_id"


class Subject(StrEnum):
    """What one look-up is about: the whole case, or one number of it.

    ``BY_HAND`` is a question that a person carries (a letter, a file): no run of look-ups ever puts it.
    """

    CASE = "case"
    NUMBER = "number"
    BY_HAND = "by_hand"


class Channel(StrEnum):
    """The lawful class a source belongs to, from least to most intrusive."""

    CREDITOR_FILE = "creditor_file"
    DEBTOR_STATEMENT = "debtor_statement"
    EMPLOYER_RECORD = "employer_record"
    PUBLIC_REGISTER = "public_register"
    CARRIER = "carrier"
    ENQUIRY = "enquiry"


class Outcome(StrEnum):
    """What happened to a look-up. Only ``ANSWERED`` may carry findings."""

    ANSWERED = "answered"
    NO_RECORD = "no_record"
    NOT_SERVED = "not_served"
    REFUSED_BY_CARRIER = "refused_by_carrier"
    CONSENT_MISSING = "consent_missing"
    PRECONDITION_FAILED = "precondition_failed"
    BAD_INPUT = "bad_input"
    AUTH_FAILED = "auth_failed"
    NOT_ENTITLED = "not_entitled"
    RATE_LIMITED = "rate_limited"
    NUMBER_COOLDOWN = "number_cooldown"
    QUOTA_EXHAUSTED = "quota_exhausted"
    UNAVAILABLE = "unavailable"
    PROTOCOL_ERROR = "protocol_error"
    # The vendor has the question and will answer later; the same look-up goes on from there.
    PENDING = "pending"
    # Said by the gateway, never by a source:
    REFUSED = "refused"  # policy said no; nothing was asked
    UNKNOWN = "unknown"  # asked, and nobody knows what came back (a crash, a time-out of a billed call)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a source may be told, about whom, for what, at which hosts, and what it costs.

    ``sends`` are the fields that leave for it; ``needs`` those without which it cannot be asked. ``hosts`` is
    left empty by sources whose host the configuration gives (``base_url``). ``intrusion`` runs from 0 (the
    debtor's own data) over 1 (a carrier's yes or no), 2 (a sealed call), 3 (a letter) to 4 (a third party).
    ``fresh_for`` is for how long an answer need not be asked again, ``cooldown`` how long the vendor wants to
    be left alone about one number whatever it answered. ``in_url`` is True when the vendor takes a person's
    data only in the address of a request; the configuration has to allow that (``person_in_url``).
    ``deferred`` is True when an answer may come later than the question: a look-up that was left
    ``PENDING`` is then taken up where it was, and never put anew.
    """

    channel: Channel
    subject: Subject
    roles: frozenset[Role]
    sends: frozenset[Field]
    needs: frozenset[Field]
    hosts: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    intrusion: int = 0
    billed_when: frozenset[Outcome] = frozenset()
    idempotent: bool = False
    fresh_for: dt.timedelta = dt.timedelta(days=30)
    cooldown: dt.timedelta = dt.timedelta(0)
    in_url: bool = False
    deferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The question a source is given: only what its terms and its authorisation let it know.

    ``region`` (ISO 3166 alpha-2) is whose way of writing numbers the case uses, "" when it is not known. It
    tells nothing of the person and is for reading what comes back. ``waiting`` is the vendor's own reference
    of this very question, put earlier and still open: it is not put again, its answer is fetched.
    """

    case: str
    purpose: str
    role: Role
    today: dt.date
    phone: Phone | None = None
    anchor_date: dt.date | None = None
    name: Name | None = None
    ids: tuple[Identifier, ...] = ()
    born: PartialDate | None = None
    address: Address | None = None
    employer: str = ""
    employee_id: str = ""
    region: str = ""
    waiting: str = ""

    def __repr__(self) -> str:
        return f"Ask({self.role}, {self.purpose})"


class AuthKind(StrEnum):
    """How a vendor knows who asks. The gateway does it; a source only says which."""

    NONE = "none"
    OAUTH2 = "oauth2-client-credentials"
    JWT_BEARER = "oauth2-jwt-bearer"  # a token in the number holder's name, by an assertion (RFC 7523)
    CIBA = "oauth2-ciba"  # a token the number's holder agrees to on the handset (OpenID CIBA, poll mode)
    BASIC = "basic"  # client id and secret, RFC 7617
    BEARER = "bearer"  # the secret itself is the token
    HEADER = "header"  # the secret in a header of its own
    QUERY = "query"  # id and secret in the address, where a vendor knows nothing better
    PATH = "path"  # the same, as places {auth.id} and {auth.secret} of the path
    BODY = "body"  # id and secret as properties of the body
    TC3 = "tc3-hmac-sha256"  # Tencent Cloud API 3.0
    ACS3 = "acs3-hmac-sha256"  # Alibaba Cloud OpenAPI, signature version 3
    HMAC = "hmac-sha256"  # key, time and signature in headers; the manifest says which


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """How one request is to be authenticated; names only, never a secret.

    ``header`` and ``prefix`` are for ``header`` (``Authorization`` / ``App ``) and ``hmac-sha256``,
    ``id_as`` and ``secret_as`` the names in ``body`` or ``query`` (headers of ``hmac-sha256``), ``time_as``
    the header that carries its time, ``service`` and ``region`` what a cloud signs for. ``subject`` is in
    whose name a token is wanted (``tel:+…``): it travels in the body of the token request, and nowhere else.
    """

    kind: AuthKind = AuthKind.NONE
    header: str = ""
    prefix: str = ""
    id_as: str = ""
    secret_as: str = ""
    time_as: str = ""
    service: str = ""
    region: str = ""
    subject: str = ""

    def __repr__(self) -> str:
        return f"Auth({self.kind})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One HTTP request, described. ``path`` is joined to the configured base address.

    Personal data travels in ``json`` or ``form``, never in ``path`` or ``query``. Where a vendor takes it in
    the address alone, path and query hold a place (``{phone.e164}``) and ``told`` what belongs there: the
    gateway writes it in, the log keeps the place. A place ``ref`` is the vendor's own reference of an earlier
    answer, and nobody's data.

    ``scope`` asks the gateway for an access token with that scope, ``auth`` for another way to say who asks;
    the source never sees a credential. ``wait`` is seconds to let pass before it is sent.
    """

    method: str
    path: str
    json: Mapping[str, object] | None = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    auth: Auth | None = None
    wait: float = 0.0

    def __repr__(self) -> str:
        return f"HttpCall({self.method} {self.path})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one table whose key columns have these values. There is no way to ask for a whole table."""

    table: str
    key: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.key or not all(self.key.values()):
            raise ValueError("rows are asked for by a key that is not empty")

    def __repr__(self) -> str:
        return f"Rows({self.table} by {', '.join(self.key)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The vendor took the question and answers later; ``ref`` is what it calls it, for ``life`` seconds.

    The gateway writes the reference down, sealed, before anything else happens: a crash loses neither the
    question nor what was paid for it. What is sent back is what the vendor delivered meanwhile (a callback,
    a line of a file), else an empty :class:`Reply` with status 0.
    """

    ref: str
    life: float = 86_400.0

    def __repr__(self) -> str:
        return f"Later({self.life:.0f} s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back: a status, headers (lower-case names) and body for HTTP; ``rows`` for a table.

    Rows of the tables ``case_file`` and ``references`` are a ``record`` (Record) and its ``claims`` (a tuple
    of Claim); rows of configured tables are text by column name, with ``_row`` naming the place
    (``roster.csv:17``).
    """

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    rows: tuple[Mapping[str, object], ...] = ()

    def __repr__(self) -> str:
        return f"Reply({self.status}, {len(self.body)} bytes, {len(self.rows)} rows)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a look-up showed. ``raw`` is the vendor's own code, never a value that names a person.

    ``sealed`` is what a source that never gives a number away says of one: a count, or a virtual number.
    """

    outcome: Outcome
    records: tuple[Record, ...] = ()
    claims: tuple[Claim, ...] = ()
    facts: tuple[LineFact, ...] = ()
    raw: str = ""
    retry_after: float | None = None
    billed: bool | None = None
    sealed: Sealed | None = None

    def __post_init__(self) -> None:
        found = self.records or self.claims or self.facts or self.sealed
        if self.outcome is not Outcome.ANSWERED and found:
            raise ValueError(f"an answer that is {self.outcome} cannot carry findings")

    def __repr__(self) -> str:
        return f"Answer({self.outcome}, {len(self.records)}+{len(self.claims)}+{len(self.facts)})"


Flow = Generator["HttpCall | Rows | Later", Reply, Answer]


class Source(Protocol):
    """A lawful source: a name, its terms, and how a question is put to it."""

    @property
    def name(self) -> str:
        """The name the configuration knows it by."""
        ...

    @property
    def terms(self) -> Terms:
        """What it may be told, about whom and at what price."""
        ...

    def lookup(self, ask: Ask) -> Flow:
        """Describe the requests that answer ``ask``; return what they showed."""
        ...


class SourceError(Exception):
    """This look-up failed; go on with the next. ``outcome`` says how."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(f"{outcome}: {detail}" if detail else str(outcome))
        self.outcome = outcome
        self.detail = detail


class SourceBroken(Exception):
    """Credentials or contract are wrong: stop asking this source until somebody has looked."""

    def __init__(self, outcome: Outcome, detail: str = "") -> None:
        super().__init__(f"{outcome}: {detail}" if detail else str(outcome))
        self.outcome = outcome
        self.detail = detail
