"""The table of sealed contacts. Rows are built by tracer/store/sealed.py only."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary
from sqlmodel import Field, SQLModel

from tracer.tables import ENTRY


class SealedContactRow(SQLModel, table=True):
    """How many numbers a carrier has of a debtor, or one virtual number bound to a caller.

    ``sealed`` holds the vendor's reference, or the virtual number and its caller; no column, and no sealed
    value, ever holds the number itself.
    """

    __tablename__ = "sealed_contact"

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id", index=True)
    source: str
    count: int
    which: int | None = None
    actor: str
    until: dt.datetime | None = None
    at: dt.datetime
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entry: int = Field(sa_column=Column(Integer, ForeignKey(ENTRY), nullable=False))
