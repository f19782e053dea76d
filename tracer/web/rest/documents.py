"""What REST answers, described: the documents of tracer.desk.shapes, field by field. A test compares them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from graph.model import Advice, Identity, Line, LineType, Party, StatedUser
from graph.reach import Reach
from tracer.policy import Ruling


class Document(BaseModel):
    """A document has the fields described and no other."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """What went wrong (RFC 9457). ``title`` says it, ``detail`` what to do; no value of a person is in it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = Field(default=[], description="Where a request is not as described.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "There is no case …",
                "status": 404,
                "detail": "Your cases are listed on the first page.",
            }
        }
    )


class Case(Document):
    """A case: no field of it says who the debtor is."""

    case: str = Field(description="The client's number of it; its pseudonym for compliance.")
    ref: str = Field(description="Its pseudonym: the same everywhere, and safe in an address.")
    client: str
    state: str
    reach: Reach
    assigned_to: str | None
    placed_on: dt.date | None
    return_by: dt.date | None
    currency: str
    amount_due: int | None = Field(description="In minor units of the currency (分, cents).")
    lookups: int
    attempts: int

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "case": "NB000001",
                "ref": "case_bcdfghjkbcdfghjkbcdfghjk",
                "client": "northbank",
                "state": "open",
                "reach": "semi_lost",
                "assigned_to": "wang.fang",
                "placed_on": "2026-11-10",
                "return_by": "2027-02-10",
                "currency": "CNY",
                "amount_due": 1200050,
                "lookups": 4,
                "attempts": 2,
            }
        },
    )


class Cases(Document):
    """A page of cases."""

    cases: list[Case]
    next: str | None = Field(description="Give it as `after` for the next page; null on the last.")


class Reason(Document):
    """One piece of evidence, in bits for (+) or against (-)."""

    code: str
    bits: float
    detail: str
    source: str | None
    as_of: dt.date | None
    entry: int | None


class MayNow(Document):
    """Whether a number may be called at this moment."""

    verdict: Ruling
    rules: list[str]
    missing: list[str]
    next_lawful: dt.datetime | None


class Number(Document):
    """A ranked number, masked."""

    token: str
    masked: str
    kind: LineType
    p: float = Field(ge=0, le=1, description="How likely the debtor uses it today; calibrated.")
    low: float
    high: float
    reachable: float
    worth: float
    verdict: Advice
    barred: str | None
    stated_user: StatedUser
    person: str | None
    reasons: list[Reason]
    may_contact_now: MayNow | None = None


class Model(Document):
    """The model that ranked."""

    name: str
    version: str
    fitted_on: int


class First(Document):
    """The number that chance put first, and how likely that was."""

    token: str
    chance: float


class Pair(Document):
    """A source and a number."""

    source: str
    number: str


class Step(Document):
    """A look-up worth its price."""

    source: str
    number: str
    gain: float
    cost: float
    intrusion: int
    together: list[Pair]


class Stop(Document):
    """Why nothing is worth asking, and what to do then."""

    why: str
    then: str


class Conflict(Document):
    """Two records that contradict each other."""

    code: str
    left: str
    right: str


class Mistrace(Conflict):
    """Somebody else who may be the debtor."""

    bits: float
    detail: str


class SealedCount(Document):
    """How many numbers a carrier has of the debtor, which nobody is told."""

    source: str
    count: int
    at: dt.datetime
    entry: int


class SealedLine(Document):
    """A virtual number that may be called from one line."""

    source: str
    which: int
    until: dt.datetime
    bound_by: str
    entry: int


class Sealed(Document):
    """Contacts that carriers keep sealed."""

    counts: list[SealedCount]
    callable: list[SealedLine]


class Contacts(Document):
    """The numbers of a case in order, masked, with the reasons; what is worth asking next."""

    case: str
    client: str
    as_of: dt.date
    model: Model
    numbers: list[Number]
    nobody: float = Field(description="How likely none of them is in use by the debtor.")
    first: First | None
    next: list[Step]
    next_stop: Stop | None = None
    conflicts: list[Conflict]
    mistrace: list[Mistrace]
    third_parties_touched: int
    untraced: bool
    entries: list[int]
    sealed: Sealed


class Revealed(Document):
    """One number, whole."""

    case: str
    token: str
    number: str = Field(description="E.164.", examples=["+8615400000001"])


class Node(Document):
    """A person (as roles), a number (masked), an address or an employer (by a neutral name)."""

    id: str
    kind: str
    label: str


class Edge(Document):
    """What connects two of them, and where that is from."""

    left: str
    right: str
    kind: str
    source: str | None
    entry: int | None
    date: str | None


class Graph(Document):
    """The contact graph of a case."""

    case: str
    nodes: list[Node]
    edges: list[Edge]


class Note(Document):
    """A call note (催记). ``person``, ``relation`` and ``text`` are null for compliance."""

    note: int
    number: str
    at: dt.datetime
    code: str | None
    line: Line
    party: Party
    identity: Identity
    promised_on: dt.date | None
    promised_amount: int | None
    follow_up_on: dt.date | None
    person: str | None
    relation: str | None
    text: str | None
    entry: int


class Notes(Document):
    """A page of call notes, oldest first."""

    case: str
    notes: list[Note]
    next: str | None


class Noted(Document):
    """What became of a call note. ``seen_before``: it was noted already and nothing changed."""

    case: str
    number: str
    line: Line
    party: Party
    identity: Identity
    bars: list[str]
    new_number: bool
    entry: int | None
    seen_before: bool


class Undone(Document):
    """The note that was taken back."""

    case: str
    undone: int
    number: str


class Hit(Document):
    """A rule that fired."""

    rule: str
    verdict: Ruling
    says: str | None
    citation: str
    tier: str
    pack: str
    sentence: str
    remedy: str
    until: dt.datetime | None
    also: list[str]
    needs_legal_review: bool


class PackUsed(Document):
    """The edition of a pack."""

    id: str
    version: str
    sha256: str


class MayContact(Document):
    """May the number be called at that time? ``entry`` is its reservation's, where one was asked for."""

    case: str
    number: str
    masked: str
    at: dt.datetime
    verdict: Ruling
    rules: list[str]
    fired: list[Hit]
    missing: list[str]
    checklist: list[str]
    next_lawful: dt.datetime | None
    packs: list[PackUsed]
    entry: int | None


class Request(Document):
    """A collector's wish for refreshed contacts, and the answer."""

    request: int
    case: str
    reason: str
    priority: str
    due_on: dt.date | None
    requested_by: str
    requested_at: dt.datetime
    state: str
    answer: str | None
    answered_by: str | None
    answered_at: dt.datetime | None
    entry: int
    answer_entry: int | None


class Requests(Document):
    """A page of requests, oldest first."""

    requests: list[Request]
    next: str | None


class Entry(Document):
    """One entry of the log. ``leaf`` is its hash in the tree."""

    seq: int
    at: dt.datetime
    event: str
    about: int | None
    leaf: str
    body: dict[str, Any]


class Entries(Document):
    """Entries of the log in their order."""

    entries: list[Entry]
    next: str | None = Field(default=None, description="The last entry shown, where there may be more.")


class Checkpoint(Document):
    """The last signed head of the log: keep ``note`` where nobody of the house can write."""

    size: int
    root: str
    at: dt.datetime
    note: str = Field(
        description="The checkpoint with its signature and cosignatures (C2SP tlog-checkpoint)."
    )
    key: str = Field(description="The log's public key.")


class Pack(Document):
    """A pack of law."""

    id: str
    title: str
    version: str
    sha256: str
    places: list[str]
    licences: list[str]
    collectors: list[str]
    signed_off_by: str | None
    signed_off_on: str | None
    rules: list[str]
    enforced: int
    part: int
    listed: int


class Packs(Document):
    """The packs of law that are in force here."""

    packs: list[Pack]


class Clause(Document):
    """One part of a rule."""

    rule: str
    pack: str
    pack_version: str
    pack_sha256: str
    text: str
    text_zh: str | None
    citation: str
    source: str
    tier: str
    needs_legal_review: bool
    reviewed_by: str | None
    reviewed_on: str | None
    operations: list[str]
    verdict: Ruling
    severity: Ruling
    standing: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    predicate: str | None
    parameters: dict[str, Any]
    when: dict[str, list[str]]
    unless: list[str]
    undecidable: str | None
    how: str | None
    instead: str | None
    part_of: list[str] | None
    repeats: str | None
    house_rule: str | None


class Rule(Document):
    """A rule with all its parts."""

    rule: str
    parts: list[Clause]


class FileProblem(Document):
    """What was wrong with a cell or row; ``value`` is masked."""

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    code: str
    value: str | None
    problem: str
    remedy: str | None
    rejected: bool


class Imported(Document):
    """What came of a file. ``seen_before``: this very file was taken in already, nothing changed."""

    batch: int
    client: str
    file: str
    kind: str
    counts: dict[str, int]
    resumed: int | None
    seen_before: bool
    entry: int
    problems: list[FileProblem]


class Batch(Document):
    """A file that was taken in, and a page of what was wrong with it."""

    batch: int
    client: str
    file: str | None
    kind: str
    state: str
    rows: int
    counts: dict[str, int]
    started_at: dt.datetime
    finished_at: dt.datetime | None
    entry: int
    problems: list[FileProblem]
    next: str | None
