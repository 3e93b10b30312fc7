"""Calls and what happened in them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Add the tables of calls; find the journal's entries by call."""
    op.create_table(
        "calls",
        _text("id"),
        _text("account"),
        _text("agent"),
        _text("channel"),
        _text("cardholder_id"),
        sa.Column("started_at", sa.Float(), nullable=False),
        sa.Column("parked_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        _text("note"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_calls_account_ended_at", "calls", ["account", "ended_at"])
    op.create_table(
        "call_events",
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("call_id"),
        _text("account"),
        _text("cardholder_id"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("agent"),
        _text("kind"),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_events_call_id"),
    )
    op.create_index("ix_call_events_call_id", "call_events", ["call_id"])
    op.create_index(
        "ix_call_events_account_cardholder_id_kind_at",
        "call_events",
        ["account", "cardholder_id", "kind", "at"],
    )
    op.create_index("ix_journal_call_id", "journal", ["call_id"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER call_events_no_{change.lower()} BEFORE {change} ON call_events "
                "BEGIN SELECT RAISE(ABORT, 'call_events is append-only'); END"
            )


def downgrade() -> None:
    """Drop the tables of calls."""
    op.drop_index("ix_journal_call_id", "journal")
    op.drop_table("call_events")
    op.drop_table("calls")
