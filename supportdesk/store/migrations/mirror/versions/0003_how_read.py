"""How each row was read, and an index of what is open: cards on their way, holds of money."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = ("cardholders", "cards", "authorizations", "transactions", "disputes", "tokens")
_INDEXES = (
    (
        "ix_cards_on_its_way",
        "cards",
        "shipping IN ('pending', 'submitted', 'shipped')",
    ),
    ("ix_authorizations_pending", "authorizations", "status = 'pending'"),
)


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def upgrade() -> None:
    """Add the columns and fill them from the bodies."""
    for table in _TABLES:
        op.add_column(table, _text("how", "read"))
    op.add_column("cards", _text("shipping", ""))
    op.add_column("authorizations", _text("status", ""))
    op.execute("UPDATE cards SET shipping = coalesce(json_extract(body, '$.shipping.status'), '')")
    op.execute("UPDATE authorizations SET status = coalesce(json_extract(body, '$.status'), '')")
    for name, table, rows in _INDEXES:
        op.create_index(name, table, ["created"], sqlite_where=sa.text(rows))


def downgrade() -> None:
    """Drop them."""
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    for table in _TABLES:
        op.drop_column(table, "how")
    op.drop_column("cards", "shipping")
    op.drop_column("authorizations", "status")
