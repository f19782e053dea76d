"""The store's tables. Rows are built from checked values by tracer/store and by nobody else.

Whatever identifies a person is in a ``sealed`` column, under the data key of its case; what stays in clear is
what a query must filter by and what names nobody. ``*_blind`` columns are keyed blind indexes (vault.blind):
equal values give equal integers, and nothing else can be told without the key.

A ``table=True`` class validates nothing when it is made (SQLModel 0.0.50): that is why nobody else makes one.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracer.log.tables import LogEntry

ENTRY = f"{LogEntry.__tablename__}.seq"


def _entry() -> Column[int]:
    # Every fact hangs on the log entry under which it was obtained: NOT NULL, and the entry must exist.
    return Column(Integer, ForeignKey(ENTRY), nullable=False)


class Batch(SQLModel, table=True):
    """One file taken in (来案批次). ``rows_done`` is how far it is safely stored: where a restart goes on."""

    __tablename__ = "batch"

    id: int | None = Field(default=None, primary_key=True)
    client: str = Field(index=True)
    kind: str
    file_digest: str = Field(index=True)
    mapping_digest: str
    state: str
    rows_done: int
    counts: str  # JSON object of counts by name
    started_at: dt.datetime
    finished_at: dt.datetime | None = None
    wrapped_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # the file's name as given
    entry: int = Field(sa_column=_entry())


class Case(SQLModel, table=True):
    """One debtor's debt placed by one client. ``wrapped_key`` is NULL once the case is returned: shredded."""

    __tablename__ = "debt_case"
    __table_args__ = (
        UniqueConstraint("client", "number_blind"),
        Index("ix_debt_case_state", "client", "state"),
        Index("ix_debt_case_load", "state", "client", "assigned_to"),
    )

    id: int | None = Field(default=None, primary_key=True)
    client: str
    number_blind: int
    pseudonym: str = Field(index=True)
    state: str  # open, closed, returned
    batch: int = Field(foreign_key="batch.id")
    assigned_to: str | None = Field(default=None, index=True)
    placed_on: dt.date | None = None
    return_by: dt.date | None = None
    opened_on: dt.date | None = None
    currency: str = ""
    amount_due: int | None = None  # minor units
    wrapped_key: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    sealed: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary, nullable=True)
    )  # number, product


class Placed(SQLModel, table=True):
    """One row of a placement or update file: as received, and the people it names, both sealed."""

    __tablename__ = "placed"
    __table_args__ = (UniqueConstraint("case_id", "row_blind"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id")
    batch: int = Field(foreign_key="batch.id", index=True)
    row: int
    row_blind: int
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class RejectedRow(SQLModel, table=True):
    """A row that could not go in, kept as received under its batch's key so that nothing is lost."""

    __tablename__ = "rejected_row"

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(foreign_key="batch.id", index=True)
    row: int
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ProblemRow(SQLModel, table=True):
    """One cell or row that was wrong. ``shown`` is at most the first and last character of the value."""

    __tablename__ = "problem"

    id: int | None = Field(default=None, primary_key=True)
    batch: int = Field(foreign_key="batch.id", index=True)
    sheet: str
    row: int
    column: str
    code: str
    shown: str
    params: str  # JSON object
    rejected: bool


class CaseKey(SQLModel, table=True):
    """Blind index of the keys (phone, id, name and birth) of a case's people: which cases share one.

    ``shelf`` is ``case_id >> 16``: the keys of new cases come at random, and in one heap they would touch
    every page of it. On a shelf of their own they touch few, so that an import stays as quick as it began.
    """

    __tablename__ = "case_key"
    # WITHOUT ROWID: the rows are the index itself, half as much to write of the most numerous rows.
    __table_args__ = (Index("ix_case_key_case", "case_id"), {"sqlite_with_rowid": False})

    shelf: int = Field(primary_key=True)
    value: int = Field(primary_key=True)
    case_id: int = Field(primary_key=True, foreign_key="debt_case.id")


class Link(SQLModel, table=True):
    """Another case whose records this case may use: found by the overlap check (碰案), allowed and logged."""

    __tablename__ = "case_link"

    case_id: int = Field(primary_key=True, foreign_key="debt_case.id")
    other_id: int = Field(primary_key=True, foreign_key="debt_case.id", index=True)
    entry: int = Field(sa_column=_entry())


class LookupRow(SQLModel, table=True):
    """One look-up and what it showed. ``subject`` is the number's token, or empty for the whole case."""

    __tablename__ = "lookup"
    __table_args__ = (Index("ix_lookup_case", "case_id", "source", "subject"),)

    entry: int = Field(sa_column=Column(Integer, ForeignKey(ENTRY), primary_key=True, autoincrement=False))
    case_id: int = Field(foreign_key="debt_case.id")
    source: str
    subject: str
    outcome: str
    at: dt.datetime
    price: int  # minor units billed
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class OutcomeRow(SQLModel, table=True):
    """One contact attempt (催记). Who was spoken to, the relation and the note are sealed."""

    __tablename__ = "contact_outcome"
    __table_args__ = (Index("ix_contact_outcome_case", "case_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id")
    number: str  # the number's token
    at: dt.datetime
    line: str
    party: str
    identity: str
    code: str
    promised_on: dt.date | None = None
    promised_amount: int | None = None
    follow_up_on: dt.date | None = None
    note_blind: int  # the same note entered twice is one note
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entry: int = Field(sa_column=_entry())
    undone_by: int | None = Field(default=None, foreign_key=ENTRY)


class BarRow(SQLModel, table=True):
    """A number of one case, or (``number`` empty) the whole case, that must not be used, and why."""

    __tablename__ = "bar"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    number: str
    code: str
    at: dt.datetime
    entry: int = Field(sa_column=_entry())
    undone_by: int | None = Field(default=None, foreign_key=ENTRY)


class Suppression(SQLModel, table=True):
    """A number whose holder told us he is not this debtor: barred for this debtor in every batch, for ever.

    ``pair_blind`` is the blind index of number and debtor together; the same number may well be the right one
    of somebody else.
    """

    __tablename__ = "suppression"

    id: int | None = Field(default=None, primary_key=True)
    pair_blind: int = Field(index=True)
    code: str
    at: dt.datetime
    entry: int = Field(sa_column=_entry())
    undone_by: int | None = Field(default=None, foreign_key=ENTRY)


class VerdictRow(SQLModel, table=True):
    """A person's decision on two records. The newest of a pair counts; older ones stay."""

    __tablename__ = "verdict"
    __table_args__ = (Index("ix_verdict_pair", "left_ref", "right_ref"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    left_ref: str
    right_ref: str
    judgement: str
    actor: str
    at: dt.datetime
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # the reason given
    entry: int = Field(sa_column=_entry())


class RefreshRequest(SQLModel, table=True):
    """A collector asks for refreshed contacts; a specialist answers (product.md §6.6)."""

    __tablename__ = "refresh_request"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    requested_by: str
    reason: str
    priority: str
    due_on: dt.date | None = None
    requested_at: dt.datetime
    state: str  # open, answered
    answer: str = ""  # FOUND, CONFIRMED, NOT_FOUND, REFUSED, ABSTAIN, PARTIAL
    answered_by: str = ""
    answered_at: dt.datetime | None = None
    entry: int = Field(sa_column=_entry())
    answer_entry: int | None = Field(default=None, foreign_key=ENTRY)


class ListedRow(SQLModel, table=True):
    """One number, id or person of a suppression list. ``entry`` is the loading of the list it came with.

    ``value_blind`` is a whole keyed index, so that nobody is barred by chance; nothing of the value is kept.
    ``client`` is empty where the list counts for every client.
    """

    __tablename__ = "listed"
    __table_args__ = (Index("ix_listed_value", "value_blind"),)

    id: int | None = Field(default=None, primary_key=True)
    value_blind: int
    code: str
    client: str = ""
    until: dt.date | None = None
    at: dt.datetime
    entry: int = Field(sa_column=Column(Integer, ForeignKey(ENTRY), nullable=False, index=True))
    undone_by: int | None = Field(default=None, foreign_key=ENTRY)


class RightsRequest(SQLModel, table=True):
    """What a person asked for by right: access, correction, objection, erasure, wrong person (PIPL, GDPR).

    ``sealed`` holds what is disputed and what should stand instead, under the case's key.
    """

    __tablename__ = "rights_request"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    kind: str
    state: str  # open, done, refused
    received_on: dt.date
    due_on: dt.date | None = None
    rule: str = ""
    reason: str = ""
    asked_by: str
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    entry: int = Field(sa_column=_entry())
    decided_entry: int | None = Field(default=None, foreign_key=ENTRY)


class HoldRow(SQLModel, table=True):
    """A reason not to destroy a case for now: a lawsuit, an order, an audit. It wins over every deadline."""

    __tablename__ = "legal_hold"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    reason: str
    until: dt.date | None = None
    at: dt.datetime
    entry: int = Field(sa_column=_entry())
    lifted_by: int | None = Field(default=None, foreign_key=ENTRY)


class NoticeToken(SQLModel, table=True):
    """A token that a letter or message carries: whoever got it by mistake gives it back and nothing else."""

    __tablename__ = "notice_token"

    token_blind: int = Field(primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    number: str  # the number's token in the case
    until: dt.date
    entry: int = Field(sa_column=_entry())
    used_by: int | None = Field(default=None, foreign_key=ENTRY)


class Destruction(SQLModel, table=True):
    """A certificate that keys were destroyed, as it was signed. It names counts and entries, no person."""

    __tablename__ = "destruction"

    id: int | None = Field(default=None, primary_key=True)
    digest: str
    text: str
    cases: int
    at: dt.datetime
    entry: int = Field(sa_column=_entry())


class EnquiryRow(SQLModel, table=True):
    """One enquiry by letter, phone or visit. Who is asked, what was written and what came back are sealed.

    ``reference`` is random and stands on the paper; ``state`` is drafted, sent, answered, refused or
    withdrawn (that nothing came, or that it was not sent in time, is told by ``expires_on``).
    """

    __tablename__ = "enquiry"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    reference: str = Field(unique=True)
    source: str
    kind: str
    addressee: str
    asks: str
    language: str
    state: str = Field(index=True)
    actor: str
    drafted_at: dt.datetime
    sent_at: dt.datetime | None = None
    due_on: dt.date
    expires_on: dt.date
    ended_at: dt.datetime | None = None
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    told: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    entry: int = Field(sa_column=_entry())
    sent_entry: int | None = Field(default=None, foreign_key=ENTRY)
    end_entry: int | None = Field(default=None, foreign_key=ENTRY)


class EnquiryParty(SQLModel, table=True):
    """Who was asked about whom: the blind index of addressee and debtor together, one for each of his keys.

    It outlives the case: a refusal is for ever, and nobody is asked twice about one debtor.
    """

    __tablename__ = "enquiry_party"

    enquiry_id: int = Field(primary_key=True, foreign_key="enquiry.id")
    pair_blind: int = Field(primary_key=True, index=True)


class EnquiryPaper(SQLModel, table=True):
    """A scanned paper that answers an enquiry, sealed under its case's key."""

    __tablename__ = "enquiry_paper"

    id: int | None = Field(default=None, primary_key=True)
    enquiry_id: int = Field(foreign_key="enquiry.id", index=True)
    media: str
    size: int  # bytes before sealing
    paper_blind: int = Field(index=True)  # the same scan filed twice is noticed
    at: dt.datetime
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entry: int = Field(sa_column=_entry())


class UserRow(SQLModel, table=True):
    """A person who signs in. ``name`` is what the log calls the actor. No password is kept, only its hash."""

    __tablename__ = "staff_user"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str
    clients: str = ""  # of a specialist: the clients whose cases he may open, separated by blanks
    team: str = ""
    active: bool = True
    password: str = ""  # argon2id, in its own format; empty until one was chosen
    totp: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # sealed
    subject_blind: int | None = Field(default=None, index=True)  # of the sign-in service's name for him
    failures: int = 0
    locked_until: dt.datetime | None = None
    created_at: dt.datetime
    entry: int = Field(sa_column=_entry())


class SessionRow(SQLModel, table=True):
    """Somebody who is signed in. The cookie's token is kept as a hash only."""

    __tablename__ = "web_session"

    token: str = Field(primary_key=True)  # SHA-256, hexadecimal
    user: int = Field(foreign_key="staff_user.id", index=True)
    csrf: str
    language: str = ""
    made_at: dt.datetime
    seen_at: dt.datetime
    ends_at: dt.datetime


class LinkRow(SQLModel, table=True):
    """A sign-in link, good once: for the first user, and for whoever forgot his password."""

    __tablename__ = "sign_in_link"

    token: str = Field(primary_key=True)
    user: int = Field(foreign_key="staff_user.id", index=True)
    ends_at: dt.datetime
    used_at: dt.datetime | None = None


class TokenRow(SQLModel, table=True):
    """A token for the REST interface: hashed, scoped, ending, and acting for its user."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    user: int = Field(foreign_key="staff_user.id", index=True)
    prefix: str
    token: str = Field(unique=True)  # SHA-256, hexadecimal
    scopes: str
    made_at: dt.datetime
    ends_on: dt.date
    seen_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    entry: int = Field(sa_column=_entry())


class RepeatRow(SQLModel, table=True):
    """What a write was answered, by its idempotency key: asked again, it is answered so and not done again.

    ``answer`` is sealed under the vault's own key: it may show a masked number.
    """

    __tablename__ = "api_repeat"

    key: str = Field(primary_key=True)  # SHA-256 over user, method, path and key
    request: str  # SHA-256 over the body
    status: int | None = None
    answer: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    at: dt.datetime


class ApprovalRow(SQLModel, table=True):
    """What one person asks to be allowed and another allows: bound to the request, once, and for a time."""

    __tablename__ = "approval"

    id: int | None = Field(default=None, primary_key=True)
    request: str = Field(index=True)  # SHA-256 over what is to be done
    operation: str
    case_id: int | None = Field(default=None, foreign_key="debt_case.id", index=True)
    rules: str
    asked_by: str
    reason: str
    asked_at: dt.datetime
    state: str  # asked, granted, denied, used
    decided_by: str = ""
    decided_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    entry: int = Field(sa_column=_entry())
    decided_entry: int | None = Field(default=None, foreign_key=ENTRY)
    used_entry: int | None = Field(default=None, foreign_key=ENTRY)
