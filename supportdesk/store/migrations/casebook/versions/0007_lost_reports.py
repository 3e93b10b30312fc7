"""Reports of lost and stolen cards, kept as proof that the cardholder told us."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the reports and their numbers."""
    op.create_table(
        "lost_reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("card_id", sa.String(), nullable=False),
        sa.Column("cardholder_id", sa.String(), nullable=False),
        sa.Column("reported_at", sa.Float(), nullable=False),
        sa.Column("closed_at", sa.Float(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "number", name="uq_lost_reports_account_number"),
    )
    op.create_index("ix_lost_reports_account_card_id", "lost_reports", ["account", "card_id"])
    op.create_index(
        "ix_lost_reports_account_cardholder_id", "lost_reports", ["account", "cardholder_id"]
    )
    op.create_table(
        "lost_report_numbers",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "year"),
    )


def downgrade() -> None:
    """Drop the reports and their numbers."""
    op.drop_table("lost_report_numbers")
    op.drop_table("lost_reports")
