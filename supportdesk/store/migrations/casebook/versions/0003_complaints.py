"""Complaints, their history and numbers, drafts, and the months reported to Stripe."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("complaint_history", "complaint_months")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    """Add the tables of complaints."""
    _add_complaints()
    _add_numbers_and_drafts()
    _add_months()
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )


def _add_complaints() -> None:
    op.create_table(
        "complaints",
        _text("id"),
        _text("account"),
        _text("number"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("executive", sa.Boolean(), nullable=False),
        _text("next_due", nullable=True),
        _text("received_month"),
        _text("row_hash"),
        _text("reported_hash"),
        _text("cardholder_id"),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "number", name="uq_complaints_account_number"),
    )
    op.create_index(
        "ix_complaints_account_open_next_due_number",
        "complaints",
        ["account", "open", "next_due", "number"],
    )
    op.create_index(
        "ix_complaints_account_received_month", "complaints", ["account", "received_month"]
    )
    op.create_index("ix_complaints_cardholder_id", "complaints", ["cardholder_id"])
    op.create_table(
        "complaint_history",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("complaint_id"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("agent"),
        _text("action"),
        _text("why"),
        _text("fields"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_complaint_history_complaint_id"
        ),
    )
    op.create_index("ix_complaint_history_complaint_id", "complaint_history", ["complaint_id"])


def _add_numbers_and_drafts() -> None:
    op.create_table(
        "complaint_numbers",
        _text("account"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account", "year"),
    )
    op.create_table(
        "complaint_drafts",
        _text("account"),
        _text("name"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("account", "name"),
    )


def _add_months() -> None:
    op.create_table(
        "complaint_months",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("account"),
        _text("month"),
        _text("kind"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("agent"),
        sa.Column("closes", sa.Boolean(), nullable=False),
        _text("submitted_on"),
        _text("sha256"),
        _text("content"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_complaint_months_account_month", "complaint_months", ["account", "month"])


def downgrade() -> None:
    """Drop the tables of complaints."""
    for table in (
        "complaint_months",
        "complaint_drafts",
        "complaint_numbers",
        "complaint_history",
        "complaints",
    ):
        op.drop_table(table)
