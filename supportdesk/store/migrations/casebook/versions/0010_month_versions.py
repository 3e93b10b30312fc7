"""Months: corrections beside what was sent before, and which kind of file was written."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the two columns; what is there are first versions, written as CSV."""
    op.add_column(
        "complaint_months", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "complaint_months", sa.Column("form", sa.String(), nullable=False, server_default="csv")
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("complaint_months", "form")
    op.drop_column("complaint_months", "version")
