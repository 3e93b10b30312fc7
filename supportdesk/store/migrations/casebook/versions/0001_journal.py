"""The journal of actions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Add the journal."""
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("flow_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_at", sa.Float(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id", name="uq_journal_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_journal_idempotency_key"),
    )
    op.create_index("ix_journal_account_state", "journal", ["account", "state"])
    op.create_index("ix_journal_object_id_seq", "journal", ["object_id", "seq"])


def downgrade() -> None:
    """Drop the journal."""
    op.drop_table("journal")
