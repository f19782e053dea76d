"""Data files: what was sent to a vendor under which token, and which files came back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _entry(name: str = "entry", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("log_entry.seq"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "sent_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        _entry(),
        _entry("sent_entry", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sent_file_source", "sent_file", ["source"])
    op.create_table(
        "sent_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), sa.ForeignKey("sent_file.id"), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("debt_case.id"), nullable=False),
        sa.Column("token_blind", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _entry(),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        _entry("taken_entry", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_blind"),
    )
    op.create_index("ix_sent_person_file_id", "sent_person", ["file_id"])
    op.create_index("ix_sent_person_case_id", "sent_person", ["case_id"])
    op.create_table(
        "taken_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file_blind", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("file_blind"),
    )


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
