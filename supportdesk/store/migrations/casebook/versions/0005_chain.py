"""The journal is only ever added to, and sealed in a chain.

What came of an entry moves into rows of its own; what may have to be erased moves out of the
sealed rows. Existing rows are sealed when the casebook is opened: only then is the key at hand.
"""

import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SEALED = ("journal", "journal_states", "chain", "chain_notes")
_ENTRY = (
    *("seq", "id", "at", "agent", "account", "call_id", "flow_id", "step"),
    *("object_id", "action", "idempotency_key"),
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=nullable)


def _private(connection: sa.Connection, kind: str, ref: int, body: object) -> None:
    connection.execute(
        sa.text("INSERT INTO chain_private (kind, ref, salt, body) VALUES (:k, :r, :s, :b)"),
        {"k": kind, "r": ref, "s": secrets.token_hex(16), "b": json.dumps(body)},
    )


def upgrade() -> None:
    """Make the tables, move what there is, and let nothing be changed from now on."""
    _make_chain()
    old = op.get_bind().execute(sa.text("SELECT * FROM journal ORDER BY seq")).mappings().all()
    op.drop_table("journal")
    op.create_table(
        "journal",
        _number("seq"),
        _text("id"),
        _instant("at"),
        _text("agent"),
        _text("account"),
        _text("call_id"),
        _text("flow_id"),
        _number("step"),
        _text("object_id"),
        _text("action"),
        _text("idempotency_key"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id", name="uq_journal_id"),
    )
    op.create_index("ix_journal_account_seq", "journal", ["account", "seq"])
    op.create_index("ix_journal_object_id_seq", "journal", ["object_id", "seq"])
    op.create_index("ix_journal_call_id", "journal", ["call_id"])
    op.create_table(
        "journal_states",
        _number("seq"),
        _number("entry"),
        _instant("at"),
        _text("state"),
        _text("request_id"),
        sa.PrimaryKeyConstraint("seq"),
        sa.ForeignKeyConstraint(["entry"], ["journal.seq"], name="fk_journal_states_entry"),
    )
    op.create_index("ix_journal_states_entry_seq", "journal_states", ["entry", "seq"])
    for row in old:
        _move(op.get_bind(), row)
    for table in _SEALED:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    op.execute(
        "CREATE TRIGGER chain_private_no_update BEFORE UPDATE ON chain_private "
        "BEGIN SELECT RAISE(ABORT, 'chain_private is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER chain_private_no_delete BEFORE DELETE ON chain_private "
        "WHEN NOT EXISTS (SELECT 1 FROM chain_notes WHERE what = 'erased' "
        "AND about_kind = OLD.kind AND about_ref = OLD.ref) "
        "BEGIN SELECT RAISE(ABORT, 'an erasure is written first'); END"
    )


def _make_chain() -> None:
    op.create_table(
        "chain",
        _number("seq"),
        _text("kind"),
        _number("ref"),
        _text("content"),
        _text("private"),
        _text("key_id"),
        _text("mac"),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("kind", "ref", name="uq_chain_kind_ref"),
    )
    op.create_table(
        "chain_private",
        _text("kind"),
        _number("ref"),
        _text("salt"),
        _text("body"),
        sa.PrimaryKeyConstraint("kind", "ref"),
    )
    op.create_table(
        "chain_notes",
        _number("seq"),
        _text("what"),
        _text("about_kind"),
        _number("about_ref"),
        _instant("at"),
        _text("detail"),
        sa.PrimaryKeyConstraint("seq"),
    )


def _move(connection: sa.Connection, row: sa.RowMapping) -> None:
    names = ", ".join(_ENTRY)
    places = ", ".join(f":{name}" for name in _ENTRY)
    values = {name: row[name] for name in _ENTRY}
    connection.execute(sa.text(f"INSERT INTO journal ({names}) VALUES ({places})"), values)
    _private(connection, "entry", row["seq"], json.loads(row["params"]))
    if row["state"] == "intended":
        return
    at = row["at"] if row["answered_at"] is None else row["answered_at"]
    new = connection.execute(
        sa.text(
            "INSERT INTO journal_states (entry, at, state, request_id)"
            " VALUES (:entry, :at, :state, :request_id) RETURNING seq"
        ),
        {
            "entry": row["seq"],
            "at": at,
            "state": row["state"],
            "request_id": row["request_id"],
        },
    ).scalar_one()
    _private(connection, "state", new, json.loads(row["outcome"]))


def downgrade() -> None:
    """Put entry and answer into one row again; the chain is dropped."""
    connection = op.get_bind()
    rows = (
        connection.execute(
            sa.text(
                "SELECT j.*, s.state, s.at AS answered_at, s.request_id, p.body AS params,"
                " o.body AS outcome FROM journal j"
                " LEFT JOIN journal_states s ON s.seq = (SELECT max(seq) FROM journal_states"
                " WHERE entry = j.seq)"
                " LEFT JOIN chain_private p ON p.kind = 'entry' AND p.ref = j.seq"
                " LEFT JOIN chain_private o ON o.kind = 'state' AND o.ref = s.seq ORDER BY j.seq"
            )
        )
        .mappings()
        .all()
    )
    for table in ("journal_states", "journal", "chain", "chain_private", "chain_notes"):
        op.drop_table(table)
    op.create_table(
        "journal",
        _number("seq"),
        _text("id"),
        _instant("at"),
        _text("agent"),
        _text("account"),
        _text("call_id"),
        _text("flow_id"),
        _number("step"),
        _text("object_id"),
        _text("action"),
        sa.Column("params", sa.JSON(), nullable=False),
        _text("idempotency_key"),
        _text("state"),
        _instant("answered_at", nullable=True),
        _text("request_id"),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id", name="uq_journal_id"),
        sa.UniqueConstraint("idempotency_key", name="uq_journal_idempotency_key"),
    )
    op.create_index("ix_journal_account_state", "journal", ["account", "state"])
    op.create_index("ix_journal_object_id_seq", "journal", ["object_id", "seq"])
    op.create_index("ix_journal_call_id", "journal", ["call_id"])
    used: set[str] = set()
    for row in rows:
        values = _one_row(row)
        key = str(values["idempotency_key"])
        if key in used:  # derived keys may come back, old ones could not
            values["idempotency_key"] = f"{key} {values['id']}"
        used.add(key)
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        connection.execute(sa.text(f"INSERT INTO journal ({names}) VALUES ({places})"), values)


def _one_row(row: sa.RowMapping) -> dict[str, object]:
    state = row["state"] or "intended"
    answered = state not in ("intended", "sent")
    return {
        **{name: row[name] for name in _ENTRY},
        "params": row["params"] or "{}",
        "state": state,
        "answered_at": row["answered_at"] if answered else None,
        "request_id": row["request_id"] or "",
        "outcome": row["outcome"] or "{}",
    }
