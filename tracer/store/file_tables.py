"""Tables of data files that were sent to a vendor and what came back. Rows are built by tracer/store only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from tracer.tables import ENTRY


def _entry() -> Column[int]:
    return Column(Integer, ForeignKey(ENTRY), nullable=False)


class SentFileRow(SQLModel, table=True):
    """One file of people made for a vendor: being made, or sent."""

    __tablename__ = "sent_file"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    state: str  # making, sent
    actor: str
    begun_at: dt.datetime
    sent_at: dt.datetime | None = None
    expires_on: dt.date
    entry: int = Field(sa_column=_entry())
    sent_entry: int | None = Field(default=None, foreign_key=ENTRY)


class SentPersonRow(SQLModel, table=True):
    """One row of such a file: its random token (as a blind index), its case, and the row itself, sealed."""

    __tablename__ = "sent_person"

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(foreign_key="sent_file.id", index=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    token_blind: int = Field(unique=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entry: int = Field(sa_column=_entry())
    taken_at: dt.datetime | None = None
    taken_entry: int | None = Field(default=None, foreign_key=ENTRY)


class TakenFileRow(SQLModel, table=True):
    """A file that came back and was taken to its end: the same one again is refused."""

    __tablename__ = "taken_file"

    id: int | None = Field(default=None, primary_key=True)
    source: str
    file_blind: int = Field(unique=True)
    at: dt.datetime
    entry: int = Field(sa_column=_entry())
