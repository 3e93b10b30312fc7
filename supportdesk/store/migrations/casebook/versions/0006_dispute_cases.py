"""Who owns a dispute, and what was said and done about it beside Stripe."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Add the owners and the notes."""
    op.create_table(
        "dispute_cases",
        _text("account"),
        _text("transaction_id"),
        _text("owner"),
        sa.Column("assigned_at", sa.Float(), nullable=False),
        _text("assigned_by"),
        sa.PrimaryKeyConstraint("account", "transaction_id"),
    )
    op.create_table(
        "dispute_notes",
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("account"),
        _text("transaction_id"),
        _text("kind"),
        _text("text"),
        _text("medium"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("on"),
        _text("agent"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index(
        "ix_dispute_notes_account_transaction_id_seq",
        "dispute_notes",
        ["account", "transaction_id", "seq"],
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("dispute_notes")
    op.drop_table("dispute_cases")
