"""Models learned from outcomes, which was in use when, and what was predicted before calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _entry() -> sa.Column[int]:
    return sa.Column("entry", sa.Integer(), sa.ForeignKey("log_entry.seq"), nullable=False)


def _model() -> sa.Column[int]:
    return sa.Column("model_id", sa.Integer(), sa.ForeignKey("in_use_model.id"), nullable=True)


def upgrade() -> None:
    op.create_table(
        "in_use_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("fitted_on", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "in_use_model_use",
        sa.Column("id", sa.Integer(), nullable=False),
        _model(),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "prediction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("debt_case.id"), nullable=False),
        sa.Column("note_blind", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        _model(),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("shipped", sa.Float(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("explore", sa.Float(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_prediction_note", "prediction", ["case_id", "note_blind"])


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
