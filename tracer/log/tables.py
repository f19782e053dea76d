"""The log's tables, which only grow: triggers refuse every UPDATE and DELETE.

Nothing is stored twice: an entry's columns together are its content (see entry.py), so no column can be
changed without changing the leaf hash. Level 0 of the tree is ``log_entry.leaf``; ``log_node`` is the rest.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

_HAS_ABOUT = text("about IS NOT NULL")
_HAS_CASE = text("\"case\" != ''")
_HAS_SOURCE = text("source IS NOT NULL")


class LogEntry(SQLModel, table=True):
    """One line of the log. ``at`` is UTC to the millisecond as ISO text; ``body`` canonical JSON."""

    __tablename__ = "log_entry"
    __table_args__ = (
        # Partial where many entries have none: those are read by equality only.
        Index("ix_log_entry_about", "about", "event", sqlite_where=_HAS_ABOUT, postgresql_where=_HAS_ABOUT),
        Index("ix_log_entry_case", "case", "seq", sqlite_where=_HAS_CASE, postgresql_where=_HAS_CASE),
        Index("ix_log_entry_source", "source", "seq", sqlite_where=_HAS_SOURCE, postgresql_where=_HAS_SOURCE),
        Index("ix_log_entry_event", "event", "seq"),
    )

    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: str = Field(sa_column=Column(Text, nullable=False))
    event: str = Field(sa_column=Column(Text, nullable=False))
    about: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("log_entry.seq"), nullable=True)
    )
    actor: str = Field(sa_column=Column(Text, nullable=False))
    case: str = Field(sa_column=Column(Text, nullable=False))
    source: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    outcome: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    body: str = Field(sa_column=Column(Text, nullable=False))
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LogNode(SQLModel, table=True):
    """A perfect subtree of the Merkle tree: over leaves ``idx * 2**level`` up to ``(idx + 1) * 2**level``."""

    __tablename__ = "log_node"
    # On SQLite the key is the row: a third less on disk.
    __table_args__ = {"sqlite_with_rowid": False}

    level: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    idx: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LogCheckpoint(SQLModel, table=True):
    """What the log committed to under its signature: the first ``size`` entries, as a C2SP signed note."""

    __tablename__ = "log_checkpoint"

    size: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: str = Field(sa_column=Column(Text, nullable=False))
    note: str = Field(sa_column=Column(Text, nullable=False))


class LogWitnessed(SQLModel, table=True):
    """A witness took a checkpoint; ``line`` is its cosignature, or empty."""

    __tablename__ = "log_witnessed"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True))
    witness: str = Field(sa_column=Column(Text, nullable=False))
    size: int = Field(sa_column=Column(Integer, ForeignKey("log_checkpoint.size"), nullable=False))
    at: str = Field(sa_column=Column(Text, nullable=False))
    line: str = Field(sa_column=Column(Text, nullable=False))


class LogStaff(SQLModel, table=True):
    """Who is behind a commitment of the log: with the salt it proves the name (tracer.log.staff)."""

    __tablename__ = "log_staff"

    token: str = Field(sa_column=Column(Text, primary_key=True))
    name: str = Field(sa_column=Column(Text, nullable=False))
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


TABLES = (
    LogEntry.__table__,  # type: ignore[attr-defined]
    LogNode.__table__,  # type: ignore[attr-defined]
    LogCheckpoint.__table__,  # type: ignore[attr-defined]
    LogWitnessed.__table__,  # type: ignore[attr-defined]
    LogStaff.__table__,  # type: ignore[attr-defined]
)


def _refusing(*tables: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
        for table in tables
        for action in ("UPDATE", "DELETE")
    )


def _irreplaceable(table: str, *key: str) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        "BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
    )


# INSERT OR REPLACE deletes without firing a delete trigger (recursive_triggers is off): hence the last ones.
# The first schema's, and those that came with checkpoints: a migration makes its own and no later one's.
FIRST_TRIGGERS = (
    *_refusing("log_entry", "log_node"),
    _irreplaceable("log_entry", "seq"),
    _irreplaceable("log_node", "level", "idx"),
)
CHECKPOINT_TRIGGERS = (
    *_refusing("log_checkpoint", "log_witnessed"),
    _irreplaceable("log_checkpoint", "size"),
    _irreplaceable("log_witnessed", "id"),
)
STAFF_TRIGGERS = (*_refusing("log_staff"), _irreplaceable("log_staff", "token"))
TRIGGERS = FIRST_TRIGGERS + CHECKPOINT_TRIGGERS + STAFF_TRIGGERS
TRIGGER_NAMES = tuple(trigger.split()[5] for trigger in TRIGGERS)
