"""Suppression lists, what people ask by right, holds, notice tokens, certificates of destruction."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _entry(name: str = "entry", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("log_entry.seq"), nullable=nullable)


def _case() -> sa.Column[int]:
    return sa.Column("case_id", sa.Integer(), sa.ForeignKey("debt_case.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "listed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value_blind", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        _entry("undone_by", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_listed_value", "listed", ["value_blind"], unique=False)
    op.create_index("ix_listed_entry", "listed", ["entry"], unique=False)
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Integer(), nullable=False),
        _case(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        _entry(),
        _entry("decided_entry", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_rights_request_case_id", "rights_request", ["case_id"], unique=False)
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        _case(),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        _entry("lifted_by", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_legal_hold_case_id", "legal_hold", ["case_id"], unique=False)
    op.create_table(
        "notice_token",
        sa.Column("token_blind", sa.Integer(), autoincrement=False, nullable=False),
        _case(),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        _entry(),
        _entry("used_by", nullable=True),
        sa.PrimaryKeyConstraint("token_blind"),
    )
    op.create_index("ix_notice_token_case_id", "notice_token", ["case_id"], unique=False)
    op.create_table(
        "destruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
