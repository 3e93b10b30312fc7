"""In which month a living card ends that nothing follows, for the list of expiring cards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ENDS = """
UPDATE cards SET ends = json_extract(body, '$.exp_year') * 12 + json_extract(body, '$.exp_month')
WHERE json_extract(body, '$.exp_year') BETWEEN 1 AND 9998
AND json_extract(body, '$.exp_month') BETWEEN 1 AND 12
AND coalesce(json_extract(body, '$.status'), '') <> 'canceled'
AND coalesce(json_extract(body, '$.replaced_by'), '') = ''
"""


def upgrade() -> None:
    """Add the column and fill it from the bodies."""
    column = sa.Column("ends", sa.Integer(), nullable=False, server_default="0")
    op.add_column("cards", column)
    op.execute(_ENDS)
    op.create_index("ix_cards_ends", "cards", ["ends", "id"], sqlite_where=sa.text("ends > 0"))


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_cards_ends", "cards")
    op.drop_column("cards", "ends")
