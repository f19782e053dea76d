"""The tables of learning: models, which was in use when, and what was predicted before calls.

Nothing here is about a person: a model is numbers (tracer/desk/models.py refuses one that is more), and a
prediction names its number by a token of the case, which nobody can follow once the case's key is gone.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Column, ForeignKey, Index, Integer
from sqlmodel import Field, SQLModel

from tracer.tables import ENTRY


def _entry() -> Column[int]:
    return Column(Integer, ForeignKey(ENTRY), nullable=False)


class ModelRow(SQLModel, table=True):
    """One model kept in the home. ``digest`` is the SHA-256 of ``body``; the log entry holds it as well."""

    __tablename__ = "in_use_model"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    version: str
    fitted_on: int
    digest: str
    body: str  # JSON of graph.model_file
    report: str  # JSON of how it did when it was learned; {} when nobody says
    at: dt.datetime
    entry: int = Field(sa_column=_entry())


class ModelUse(SQLModel, table=True):
    """From when on a model ranks; NULL is the shipped one. ``back`` takes back the use before."""

    __tablename__ = "in_use_model_use"

    id: int | None = Field(default=None, primary_key=True)
    model_id: int | None = Field(default=None, foreign_key="in_use_model.id")
    back: bool
    at: dt.datetime
    entry: int = Field(sa_column=_entry())


class PredictionRow(SQLModel, table=True):
    """What was said of a number before a call to it, from what was in hand then.

    ``p`` is the model's in use, ``shipped`` the shipped one's; ``place`` counts from 0 among ``others`` more.
    ``explore`` is the share of cases in which chance said which number was first, ``chance`` how likely this
    one was to be it, ``first`` whether it was. ``note_blind`` is that of the call note.
    """

    __tablename__ = "prediction"
    __table_args__ = (Index("ix_prediction_note", "case_id", "note_blind"),)

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="debt_case.id")
    note_blind: int
    number: str  # the number's token
    model_id: int | None = Field(default=None, foreign_key="in_use_model.id")
    as_of: dt.date
    p: float
    shipped: float
    place: int
    others: int
    explore: float
    chance: float
    first: bool
    at: dt.datetime
    entry: int = Field(sa_column=_entry())
