"""When contact data of a cardholder was seen changing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_PLACES = {
    "dob": ("dob",),
    "email": ("email",),
    "phone": ("phone_number",),
    "address": (
        *("billing.line1", "billing.line2", "billing.city"),
        *("billing.postal_code", "billing.state", "billing.country"),
    ),
}


def _trigger(data: str, places: tuple[str, ...]) -> str:
    differs = " OR ".join(
        f"coalesce(old.body ->> '$.{place}', '') <> coalesce(new.body ->> '$.{place}', '')"
        for place in places
    )
    # Not REPLACE: the rule for conflicts of the statement that fired would win over it.
    return (
        f"CREATE TRIGGER contact_{data} AFTER UPDATE OF body ON cardholders "
        f"WHEN new.body <> old.body AND ({differs}) BEGIN "
        f"DELETE FROM contact_changes WHERE cardholder_id = new.id AND data = '{data}'; "
        f"INSERT INTO contact_changes VALUES (new.id, '{data}', new.read_at); END"
    )


def upgrade() -> None:
    """Add the table and the triggers that fill it."""
    op.create_table(
        "contact_changes",
        sa.Column("cardholder_id", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("cardholder_id", "data"),
    )
    for data, places in _PLACES.items():
        op.execute(_trigger(data, places))


def downgrade() -> None:
    """Drop them."""
    for data in _PLACES:
        op.execute(f"DROP TRIGGER contact_{data}")
    op.drop_table("contact_changes")
