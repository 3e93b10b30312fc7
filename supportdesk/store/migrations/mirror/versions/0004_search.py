"""Search for a million: telephone numbers and last four digits by ordinary indexes, a vocabulary.

The full-text index no longer needs to be written when a card is, keeps no sizes and no marks of
what was deleted. A table of the words in names finds what a typing error was meant to be.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

revision = "0004"
down_revision = "0003"

_BATCH = 2000  # cardholders rewritten at a time

_WORDS = "CREATE VIRTUAL TABLE search_words USING fts5(entry, content='', "
_PARTS = "CREATE VIRTUAL TABLE search_parts USING fts5(entry, content='', "
_NEW_INDEX = (
    f"{_WORDS}columnsize=0, detail=none, prefix='1 2 3 4', tokenize='ascii')",
    f"{_PARTS}columnsize=0, detail=none, tokenize='trigram case_sensitive 1')",
)
_OLD_INDEX = (
    f"{_WORDS}contentless_delete=1, detail=none, prefix='1 2 3 4', tokenize='ascii')",
    f"{_PARTS}contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')",
)

_ADD = "INSERT INTO {index}(rowid, entry) VALUES (new.seq, new.folded); "
_REMOVE = "INSERT INTO {index}({index}, rowid, entry) VALUES ('delete', old.seq, old.folded); "
_INDEXES = ("search_words", "search_parts")
_ADDED = "".join(_ADD.format(index=index) for index in _INDEXES)
_REMOVED = "".join(_REMOVE.format(index=index) for index in _INDEXES)
_NEW_TRIGGERS = (
    f"CREATE TRIGGER search_new_cardholder AFTER INSERT ON cardholders BEGIN {_ADDED}END",
    "CREATE TRIGGER search_changed_cardholder AFTER UPDATE OF folded ON cardholders "
    f"WHEN new.folded <> old.folded BEGIN {_REMOVED}{_ADDED}END",
    f"CREATE TRIGGER search_gone_cardholder AFTER DELETE ON cardholders BEGIN {_REMOVED}END",
)

_OLD_WORDS = (
    "DELETE FROM search_words WHERE rowid = (SELECT seq FROM cardholders WHERE id = new.{column}); "
    "INSERT INTO search_words(rowid, entry) "
    "SELECT h.seq, h.folded || coalesce((SELECT ' ' || group_concat(k.last4, ' ') FROM cards k "
    "WHERE k.cardholder_id = h.id), '') FROM cardholders h WHERE h.id = new.{column}"
)
_OLD_PARTS = (
    "DELETE FROM search_parts WHERE rowid = new.seq; "
    "INSERT INTO search_parts(rowid, entry) VALUES (new.seq, new.folded)"
)
_OLD_HOLDER = _OLD_WORDS.format(column="id") + "; " + _OLD_PARTS
_OLD_CARD = _OLD_WORDS.format(column="cardholder_id")
_OLD_TRIGGERS = (
    f"CREATE TRIGGER search_new_cardholder AFTER INSERT ON cardholders BEGIN {_OLD_HOLDER}; END",
    "CREATE TRIGGER search_changed_cardholder AFTER UPDATE OF folded ON cardholders "
    f"WHEN new.folded <> old.folded BEGIN {_OLD_HOLDER}; END",
    f"CREATE TRIGGER search_new_card AFTER INSERT ON cards BEGIN {_OLD_CARD}; END",
    "CREATE TRIGGER search_changed_card AFTER UPDATE OF last4, cardholder_id ON cards "
    "WHEN new.last4 <> old.last4 OR new.cardholder_id <> old.cardholder_id "
    f"BEGIN {_OLD_CARD}; END",
)


def _drop_index(*triggers: str) -> None:
    for trigger in triggers:
        op.execute(f"DROP TRIGGER search_{trigger}")
    for index in _INDEXES:
        op.execute(f"DROP TABLE {index}")


def _national(number: str) -> str:
    """Return the digits of a number in E.164 without the country code and leading zeros."""
    plain = re.sub(r"\D", "", number).lstrip("0")
    if not number.strip().startswith("+"):
        return plain
    for length in (1, 2, 3):
        start = plain[:length]
        if start.isascii() and start.isdecimal() and int(start) in COUNTRY_CODE_TO_REGION_CODE:
            return plain[length:].lstrip("0")
    return plain


def _rows(connection: sa.Connection) -> Iterator[list[Any]]:
    """Yield number, search entry and body of the cardholders, some at a time."""
    question = sa.text(
        "SELECT seq, folded, body FROM cardholders WHERE seq > :after ORDER BY seq LIMIT :limit"
    )
    after = 0
    while rows := connection.execute(question, {"after": after, "limit": _BATCH}).all():
        yield list(rows)
        after = rows[-1][0]


def _fill(connection: sa.Connection) -> None:
    """Give every cardholder both forms of their telephone number, and the names their words."""
    for rows in _rows(connection):
        changed: list[dict[str, object]] = []
        words: set[str] = set()
        for seq, folded, body in rows:
            names, emails, said = folded.split("\n")
            phone = (said.split() or [""])[0]
            short = _national(str(json.loads(body).get("phone_number", ""))) if phone else ""
            numbers = dict.fromkeys(word for word in (phone, short) if word)
            line = "".join(f" {word}" for word in numbers)
            entry = f"{names}\n{emails}\n{line}"
            changed.append({"seq": seq, "phone": phone, "short": short, "entry": entry})
            words.update(names.split())
        connection.execute(
            sa.text(
                "UPDATE cardholders SET phone = :phone, national = :short, folded = :entry "
                "WHERE seq = :seq"
            ),
            changed,
        )
        _remember(connection, words)


def _remember(connection: sa.Connection, words: Iterable[str]) -> None:
    known = [{"word": word, "back": word[::-1]} for word in sorted(words)]
    if known:
        connection.execute(
            sa.text("INSERT OR IGNORE INTO name_words (word, back) VALUES (:word, :back)"), known
        )


def _index_all() -> None:
    for index in _INDEXES:
        op.execute(f"INSERT INTO {index}(rowid, entry) SELECT seq, folded FROM cardholders")


def upgrade() -> None:
    """Add the columns, indexes and tables, fill them, then build the new full-text index."""
    _drop_index("new_cardholder", "changed_cardholder", "new_card", "changed_card")
    for name in ("phone", "national"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("cardholders", column)
    op.create_table(
        "name_words",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("back", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("word"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opened",
        sa.Column("cardholder_id", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("cardholder_id"),
    )
    _fill(op.get_bind())
    op.create_index("ix_name_words_back", "name_words", ["back"])
    op.create_index("ix_cardholders_phone", "cardholders", ["phone"])
    op.create_index("ix_cardholders_national", "cardholders", ["national"])
    op.create_index("ix_cards_last4_cardholder_id", "cards", ["last4", "cardholder_id"])
    for statement in _NEW_INDEX:
        op.execute(statement)
    _index_all()
    for statement in _NEW_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Go back to one index that knows the cards as well."""
    _drop_index("new_cardholder", "changed_cardholder", "gone_cardholder")
    op.drop_index("ix_cards_last4_cardholder_id", "cards")
    for name in ("phone", "national"):
        op.drop_index(f"ix_cardholders_{name}", "cardholders")
        op.drop_column("cardholders", name)
    op.drop_table("opened")
    op.drop_table("name_words")
    for statement in _OLD_INDEX:
        op.execute(statement)
    op.execute(
        "INSERT INTO search_words(rowid, entry) SELECT h.seq, h.folded || coalesce((SELECT ' ' || "
        "group_concat(k.last4, ' ') FROM cards k WHERE k.cardholder_id = h.id), '') "
        "FROM cardholders h"
    )
    op.execute("INSERT INTO search_parts(rowid, entry) SELECT seq, folded FROM cardholders")
    for statement in _OLD_TRIGGERS:
        op.execute(statement)
