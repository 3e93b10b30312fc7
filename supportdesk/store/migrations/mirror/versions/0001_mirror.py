"""The copy of what Stripe told us, with its search index."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The index holds no text of its own, only which cardholder has which word: it is fed with the
# folded entry and the last four digits of the cardholder's cards. `search_words` answers whole
# words and their beginnings, `search_parts` every three letters in a row.
_INDEX = (
    "CREATE VIRTUAL TABLE search_words USING fts5(entry, content='', contentless_delete=1, "
    "detail=none, prefix='1 2 3 4', tokenize='ascii')",
    "CREATE VIRTUAL TABLE search_parts USING fts5(entry, content='', contentless_delete=1, "
    "detail=none, tokenize='trigram case_sensitive 1')",
)
# An entry is deleted before it is written anew: REPLACE does not do that inside a trigger when the
# statement that fired it has its own rule for conflicts.
_WORDS = (
    "DELETE FROM search_words WHERE rowid = (SELECT seq FROM cardholders WHERE id = new.{column}); "
    "INSERT INTO search_words(rowid, entry) "
    "SELECT h.seq, h.folded || coalesce((SELECT ' ' || group_concat(k.last4, ' ') FROM cards k "
    "WHERE k.cardholder_id = h.id), '') FROM cardholders h WHERE h.id = new.{column}"
)
_PARTS = (
    "DELETE FROM search_parts WHERE rowid = new.seq; "
    "INSERT INTO search_parts(rowid, entry) VALUES (new.seq, new.folded)"
)
_HOLDER = _WORDS.format(column="id") + "; " + _PARTS
_CARD = _WORDS.format(column="cardholder_id")
_TRIGGERS = (
    f"CREATE TRIGGER search_new_cardholder AFTER INSERT ON cardholders BEGIN {_HOLDER}; END",
    "CREATE TRIGGER search_changed_cardholder AFTER UPDATE OF folded ON cardholders "
    f"WHEN new.folded <> old.folded BEGIN {_HOLDER}; END",
    f"CREATE TRIGGER search_new_card AFTER INSERT ON cards BEGIN {_CARD}; END",
    "CREATE TRIGGER search_changed_card AFTER UPDATE OF last4, cardholder_id ON cards "
    "WHEN new.last4 <> old.last4 OR new.cardholder_id <> old.cardholder_id "
    f"BEGIN {_CARD}; END",
)


def _table(name: str, *own: sa.Column[str]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(), nullable=False),
        *own,
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.Float(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    """Add the tables, then the search index and the triggers that keep it true."""
    op.create_table(
        "cardholders",
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("id"),
        sa.Column("created", sa.Integer(), nullable=False),
        _text("email"),
        _text("folded"),
        sa.Column("read_at", sa.Float(), nullable=False),
        _text("body"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id", name="uq_cardholders_id"),
    )
    _index("cardholders", "email")
    _table("cards", _text("cardholder_id"), _text("last4"))
    _index("cards", "cardholder_id", "created")
    _table("authorizations", _text("cardholder_id"))
    _index("authorizations", "cardholder_id", "created", "id")
    _table("transactions", _text("cardholder_id"), _text("authorization_id"))
    _index("transactions", "cardholder_id", "created", "id")
    _index("transactions", "authorization_id")
    _table("disputes", _text("transaction_id"), _text("status"))
    _index("disputes", "transaction_id")
    _index("disputes", "status", "created", "id")
    _table("tokens", _text("card_id"))
    _index("tokens", "card_id", "created")
    op.create_table(
        "state",
        _text("name"),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    for statement in _INDEX + _TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Drop everything."""
    for trigger in ("new_cardholder", "changed_cardholder", "new_card", "changed_card"):
        op.execute(f"DROP TRIGGER search_{trigger}")
    for table in ("search_words", "search_parts", "state", "tokens", "disputes", "transactions"):
        op.drop_table(table)
    for table in ("authorizations", "cards", "cardholders"):
        op.drop_table(table)
