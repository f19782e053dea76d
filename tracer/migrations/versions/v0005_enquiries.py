"""Enquiries by letter, phone or visit, who was asked about whom, and their scanned papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _entry(name: str = "entry", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("log_entry.seq"), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("debt_case.id"), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("drafted_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        _entry(),
        _entry("sent_entry", nullable=True),
        _entry("end_entry", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_enquiry_case_id", "enquiry", ["case_id"])
    op.create_index("ix_enquiry_state", "enquiry", ["state"])
    op.create_table(
        "enquiry_party",
        sa.Column("enquiry_id", sa.Integer(), sa.ForeignKey("enquiry.id"), nullable=False),
        sa.Column("pair_blind", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("enquiry_id", "pair_blind"),
    )
    op.create_index("ix_enquiry_party_pair_blind", "enquiry_party", ["pair_blind"])
    op.create_table(
        "enquiry_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enquiry_id", sa.Integer(), sa.ForeignKey("enquiry.id"), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("paper_blind", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _entry(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_enquiry_paper_enquiry_id", "enquiry_paper", ["enquiry_id"])
    op.create_index("ix_enquiry_paper_paper_blind", "enquiry_paper", ["paper_blind"])


def downgrade() -> None:
    raise RuntimeError("the log is never taken down")
