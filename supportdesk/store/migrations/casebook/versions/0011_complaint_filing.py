"""Lists of complaints by channel, category and root cause, answered from their index as well.

The three are read out of the body: as columns they would change what the seals of old rows cover.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_LISTED = "executive, state, owner, received_day, id"
_FILED = ", ".join(
    f"json_extract(body, '$.{name}')"
    for name in ("complaint_channel", "complaint_category", "root_cause")
)
_ORDERS = {"queue": "next_due, place", "newest": "place, next_due"}


def upgrade() -> None:
    """Make the two indexes of the lists anew, with the three."""
    for name, order in _ORDERS.items():
        op.drop_index(f"ix_complaints_{name}", "complaints")
        op.execute(
            f"CREATE INDEX ix_complaints_{name} ON complaints"
            f" (account, open, {order}, {_LISTED}, {_FILED})"
        )


def downgrade() -> None:
    """Make them as they were."""
    for name, order in _ORDERS.items():
        op.drop_index(f"ix_complaints_{name}", "complaints")
        columns = f"account, open, {order}, {_LISTED}".split(", ")
        op.create_index(f"ix_complaints_{name}", "complaints", columns)
