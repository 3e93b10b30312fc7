"""Purchases taken in together, pages and merged files of evidence, approvals, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _instant(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=nullable)


def upgrade() -> None:
    """Add what intake learned to keep; what is there has none of it."""
    op.add_column("dispute_drafts", _text("intake"))
    op.create_index("ix_dispute_drafts_intake", "dispute_drafts", ["intake"])
    op.add_column("dispute_evidence", _text("parts"))
    op.add_column("dispute_evidence", _text("notes"))
    op.add_column(
        "dispute_evidence", sa.Column("pages", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "dispute_approvals",
        _text("account"),
        _text("transaction_id"),
        _text("asked_by"),
        _instant("asked_at"),
        _text("asked_for"),
        _text("note"),
        sa.PrimaryKeyConstraint("account", "transaction_id"),
    )
    op.create_table(
        "dispute_reminders",
        _text("account"),
        _text("authorization_id"),
        _text("cardholder_id"),
        _text("agent"),
        _instant("asked_at"),
        _instant("settled_at", nullable=True),
        sa.PrimaryKeyConstraint("account", "authorization_id"),
    )


def downgrade() -> None:
    """Take it away again; purchases that were taken in together stand alone."""
    op.drop_table("dispute_reminders")
    op.drop_table("dispute_approvals")
    for column in ("pages", "notes", "parts"):
        op.drop_column("dispute_evidence", column)
    op.drop_index("ix_dispute_drafts_intake", "dispute_drafts")
    op.drop_column("dispute_drafts", "intake")
