"""Dispute intake and its evidence files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the intakes and their files."""
    op.create_table(
        "dispute_drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("dispute_id", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "account", "transaction_id", name="uq_dispute_drafts_account_transaction_id"
        ),
    )
    op.create_index("ix_dispute_drafts_dispute_id", "dispute_drafts", ["dispute_id"])
    op.create_table(
        "dispute_evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_at", sa.Float(), nullable=False),
        sa.Column("stripe_file_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["dispute_drafts.id"], name="fk_dispute_evidence_draft_id"
        ),
    )
    op.create_index("ix_dispute_evidence_draft_id", "dispute_evidence", ["draft_id"])


def downgrade() -> None:
    """Drop the intakes and their files."""
    op.drop_table("dispute_evidence")
    op.drop_table("dispute_drafts")
