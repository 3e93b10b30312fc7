"""Lists of complaints by channel, category and root cause, answered from their index as well.

The three follow from the body: as columns of their own the seals of old rows would not cover them.
A body that is no JSON any more is found by the seals, so it must not stop anything here.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_LISTED = ("executive", "state", "owner", "received_day", "id")
_FILED = ("complaint_channel", "complaint_category", "root_cause")
_ORDERS = {"queue": ("next_due", "place"), "newest": ("place", "next_due")}


def _indexes(more: tuple[str, ...]) -> None:
    for name, order in _ORDERS.items():
        op.drop_index(f"ix_complaints_{name}", "complaints")
        columns = ["account", "open", *order, *_LISTED, *more]
        op.create_index(f"ix_complaints_{name}", "complaints", columns)


def upgrade() -> None:
    """Add the three, and put them into the two indexes of the lists."""
    for name in _FILED:
        told = f"CASE WHEN json_valid(body) THEN json_extract(body, '$.{name}') END"
        column = sa.Column(name, sa.String(), sa.Computed(told, persisted=False))
        op.add_column("complaints", column)
    _indexes(_FILED)


def downgrade() -> None:
    """Take them away again."""
    _indexes(())
    for name in reversed(_FILED):
        op.drop_column("complaints", name)
