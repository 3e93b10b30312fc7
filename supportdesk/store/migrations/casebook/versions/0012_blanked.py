"""Lets what names a person's objects in the journal be emptied, once a sealed note says so."""

from alembic import op

revision = "0012"
down_revision = "0011"

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END"


def upgrade() -> None:
    """Let an update pass that a note of the chain announces; the chain holds what it left."""
    op.execute("DROP TRIGGER journal_no_update")
    op.execute(
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal "
        "WHEN NOT EXISTS (SELECT 1 FROM chain_notes WHERE what = 'blanked' "
        f"AND about_kind = 'entry' AND about_ref = OLD.seq) {_REFUSED}"
    )


def downgrade() -> None:
    """Refuse every update again."""
    op.execute("DROP TRIGGER journal_no_update")
    op.execute(f"CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal {_REFUSED}")
