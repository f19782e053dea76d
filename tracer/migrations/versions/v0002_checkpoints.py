"""Checkpoints of the log, and which witness took which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracer.log.tables import CHECKPOINT_TRIGGERS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    op.create_table(
        "log_witnessed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_checkpoint.size"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for trigger in CHECKPOINT_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
