"""The names of staff, which the log's entries hold as commitments only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracer.log.tables import STAFF_TRIGGERS

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_staff",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    for trigger in STAFF_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
