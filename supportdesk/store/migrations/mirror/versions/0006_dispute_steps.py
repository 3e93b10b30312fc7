"""The queue of disputes, one line each with its next step; triggers tell which lines are old."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MARK = (
    "INSERT INTO dispute_stale (transaction_id, mark) SELECT {what}, 1 {source} "
    "ON CONFLICT (transaction_id) DO UPDATE SET mark = mark + 1; "
)
_OF_DISPUTE = _MARK.format(what="new.transaction_id", source="WHERE new.transaction_id <> ''")
_LINES = "FROM dispute_steps WHERE {column} = new.{of} AND {column} <> ''"


def _of(column: str, of: str) -> str:
    return _MARK.format(what="transaction_id", source=_LINES.format(column=column, of=of))


# Also one whose line is being worked out for the first time, and that is no line yet.
_IN_WORK = "UPDATE dispute_stale SET mark = mark + 1 WHERE transaction_id = new.id; "
_OF_PURCHASE = _IN_WORK + _of("transaction_id", "id") + _of("authorization_id", "authorization_id")
_CHANGED = "WHEN new.body <> old.body"
_ENDED = "('won', 'lost', 'expired')"
_TRIGGERS = {
    "dispute_steps_dispute": f"AFTER INSERT ON disputes BEGIN {_OF_DISPUTE}END",
    "dispute_steps_dispute_changed": (
        f"AFTER UPDATE OF body ON disputes {_CHANGED} BEGIN {_OF_DISPUTE}END"
    ),
    "dispute_steps_ended": (
        "AFTER UPDATE OF status ON disputes "
        f"WHEN new.status IN {_ENDED} AND old.status NOT IN {_ENDED} BEGIN "
        "INSERT OR IGNORE INTO dispute_ends (dispute_id, at) VALUES (new.id, new.read_at); END"
    ),
    "dispute_steps_purchase": f"AFTER INSERT ON transactions BEGIN {_OF_PURCHASE}END",
    "dispute_steps_purchase_changed": (
        f"AFTER UPDATE OF body ON transactions {_CHANGED} BEGIN {_OF_PURCHASE}END"
    ),
    "dispute_steps_card": f"AFTER INSERT ON cards BEGIN {_of('card_id', 'id')}END",
    "dispute_steps_authorization": (
        f"AFTER INSERT ON authorizations BEGIN {_of('authorization_id', 'id')}END"
    ),
    "dispute_steps_cardholder": (
        f"AFTER INSERT ON cardholders BEGIN {_of('cardholder_id', 'id')}END"
    ),
    "dispute_steps_cardholder_changed": (
        "AFTER UPDATE OF folded ON cardholders WHEN new.folded <> old.folded "
        f"BEGIN {_of('cardholder_id', 'id')}END"
    ),
}
_TEXTS = (
    *("transaction_id", "dispute_id", "authorization_id", "card_id", "cardholder_id"),
    *("cardholder", "cardholder_key", "merchant", "merchant_key", "status", "reason"),
    *("loss_reason", "currency", "method", "recovered_currency", "owner", "kind", "turn"),
    "detail",
)
_NUMBERS = (
    *("amount", "created", "newest", "filed", "ended", "recovered"),
    *("due", "last_day", "again"),
)
_INDEXES = (
    ("due", "newest", "transaction_id"),
    ("again",),
    ("authorization_id",),
    ("card_id",),
    ("cardholder_id",),
)


def upgrade() -> None:
    """Make the tables and have every dispute worked out."""
    op.create_table(
        "dispute_steps",
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _NUMBERS),
        sa.Column("draft_at", sa.Float(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    for columns in _INDEXES:
        op.create_index(f"ix_dispute_steps_{'_'.join(columns)}", "dispute_steps", list(columns))
    op.create_table(
        "dispute_stale",
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id"),
    )
    op.create_table(
        "dispute_ends",
        sa.Column("dispute_id", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("dispute_id"),
    )
    for name, body in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")
    op.execute(
        "INSERT INTO dispute_stale (transaction_id, mark) "
        "SELECT DISTINCT transaction_id, 1 FROM disputes WHERE transaction_id <> ''"
    )
    # Read them all again: the older ones too, and each with what moved on the balance.
    op.execute("DELETE FROM state WHERE name = 'backfill:disputes'")


def downgrade() -> None:
    """Drop them."""
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    for table in ("dispute_ends", "dispute_stale", "dispute_steps"):
        op.drop_table(table)
