"""Finds at once which complaints were last changed before complaints were sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the index; it holds nothing once they are sealed."""
    op.create_index(
        "ix_complaint_history_unsealed",
        "complaint_history",
        ["complaint_id"],
        sqlite_where=sa.text("record = ''"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_complaint_history_unsealed", "complaint_history")
