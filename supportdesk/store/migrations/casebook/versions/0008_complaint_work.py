"""Complaints as they are worked: what lists are sorted by, files, and a sealed history.

What a change was about moves out of the history into what may be erased; its rows are sealed when
the casebook is opened: only then is the key at hand.
"""

import json
import secrets
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_OLD = (
    *("id", "account", "number", "version", "open", "executive", "next_due"),
    *("received_month", "row_hash", "reported_hash", "cardholder_id", "body"),
)
_PER_YEAR = 1_000_000


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _all(table: str, order: str) -> list[dict[str, object]]:
    query = sa.text(f"SELECT * FROM {table} ORDER BY {order}")
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _put(table: str, row: dict[str, object]) -> None:
    places = ", ".join(f":{name}" for name in row)
    op.get_bind().execute(sa.text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"), row)


def _guard(table: str) -> None:
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    """Make the tables anew, with what there is."""
    complaints, history = _all("complaints", "number"), _all("complaint_history", "id")
    op.drop_table("complaint_history")
    op.drop_table("complaints")
    _make_complaints()
    op.create_table(
        "complaint_history",
        _number("id"),
        _text("complaint_id"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("agent"),
        _text("action"),
        _text("record"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_complaint_history_complaint_id"
        ),
    )
    op.create_index("ix_complaint_history_complaint_id", "complaint_history", ["complaint_id"])
    op.create_table(
        "complaint_files",
        _text("id"),
        _text("complaint_id"),
        _text("sha256"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_complaint_files_complaint_id"
        ),
    )
    op.create_index("ix_complaint_files_complaint_id", "complaint_files", ["complaint_id"])
    for row in complaints:
        _put("complaints", _as_worked(row))
    for row in history:
        told = {"why": row.pop("why"), "fields": json.loads(str(row.pop("fields")))}
        _put("complaint_history", row | {"record": ""})
        private = {"kind": "complaint", "ref": row["id"], "salt": secrets.token_hex(16)}
        _put("chain_private", private | {"body": json.dumps(told)})
    _guard("complaint_history")
    op.execute("DROP TRIGGER call_events_no_delete")
    op.execute(
        "CREATE TRIGGER call_events_no_delete BEFORE DELETE ON call_events "
        "WHEN NOT EXISTS (SELECT 1 FROM chain_notes WHERE what = 'erased' "
        "AND about_kind = 'event' AND about_ref = OLD.seq) "
        "BEGIN SELECT RAISE(ABORT, 'call_events is append-only'); END"
    )


def _make_complaints() -> None:
    op.create_table(
        "complaints",
        _text("id"),
        _text("account"),
        _text("number"),
        _number("place"),
        _number("version"),
        _flag("open"),
        _flag("executive"),
        _text("state"),
        _text("owner"),
        _text("next_due"),
        _text("received_day"),
        _text("closed_day"),
        _flag("kept"),
        _text("received_month"),
        _text("row_hash"),
        _text("reported_hash"),
        _text("cardholder_id"),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "number", name="uq_complaints_account_number"),
    )
    rest = ("executive", "state", "owner", "received_day", "id")
    for name, columns in (
        ("ix_complaints_queue", ("account", "open", "next_due", "place", *rest)),
        ("ix_complaints_newest", ("account", "open", "place", "next_due", *rest)),
        ("ix_complaints_counts", ("account", "open", "executive", "next_due")),
    ):
        op.create_index(name, "complaints", list(columns))
    op.create_index(
        "ix_complaints_account_received_month", "complaints", ["account", "received_month"]
    )
    op.create_index("ix_complaints_account_closed_day", "complaints", ["account", "closed_day"])
    op.create_index("ix_complaints_cardholder_id", "complaints", ["cardholder_id"])


def _as_worked(row: dict[str, object]) -> dict[str, object]:
    """The row with the state that follows from what was recorded."""
    kept = json.loads(str(row["body"]))
    told, executed = kept.get("told_at"), kept.get("executed_at")
    resolved = max(told, executed) if told is not None and executed is not None else None
    status = "acknowledged" if kept.get("acknowledged_at") is not None else "received"
    if kept.get("stripe_notified_at") is not None and kept.get("stripe_cleared_at") is None:
        status = "waiting_stripe"
    kept["status"] = state = status
    closed = resolved
    if not kept.get("is_complaint", True):
        state, closed = "not_a_complaint", kept.get("date_input", 0.0)
    elif resolved is not None:
        state = "resolved"
    year, _, count = str(row["number"]).removeprefix("CMP-").partition("-")
    zone = kept.get("zone", "UTC")
    return row | {
        "place": int(year) * _PER_YEAR + int(count),
        "state": state,
        "owner": kept.get("owner", ""),
        "next_due": row["next_due"] or "9999",
        "received_day": _day(kept.get("date_received", 0.0), zone),
        "closed_day": _day(closed, zone) if closed is not None else "",
        "kept": False,
        "body": json.dumps(kept, ensure_ascii=False, separators=(",", ":")),
    }


def _day(instant: float, zone: str) -> str:
    return datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone)).date().isoformat()


def downgrade() -> None:
    """Make the tables as they were; files and the seals of the history are dropped."""
    connection = op.get_bind()
    complaints = _all("complaints", "place")
    history = [
        dict(row)
        for row in connection.execute(
            sa.text(
                "SELECT h.*, p.body FROM complaint_history h LEFT JOIN chain_private p"
                " ON p.kind = 'complaint' AND p.ref = h.id ORDER BY h.id"
            )
        ).mappings()
    ]
    for table in ("complaint_files", "complaint_history", "complaints"):
        op.drop_table(table)
    _make_old()
    for row in complaints:
        due = None if row["next_due"] == "9999" else row["next_due"]
        _put("complaints", {name: row[name] for name in _OLD} | {"next_due": due})
    for row in history:
        told = json.loads(str(row.pop("body") or '{"why": "", "fields": {}}'))
        row.pop("record")
        _put(
            "complaint_history",
            row | {"why": told["why"], "fields": json.dumps(told["fields"])},
        )
    _guard("complaint_history")
    op.execute("DROP TRIGGER call_events_no_delete")
    op.execute(
        "CREATE TRIGGER call_events_no_delete BEFORE DELETE ON call_events "
        "BEGIN SELECT RAISE(ABORT, 'call_events is append-only'); END"
    )
    # Sealed rows can only be unsealed together with the whole chain; it begins anew.
    for table in ("chain", "chain_private"):
        op.execute(f"DROP TRIGGER {table}_no_delete")
    op.execute("DELETE FROM chain_private WHERE kind = 'complaint'")
    op.execute("DELETE FROM chain")
    op.execute(
        "CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain "
        "BEGIN SELECT RAISE(ABORT, 'chain is append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER chain_private_no_delete BEFORE DELETE ON chain_private "
        "WHEN NOT EXISTS (SELECT 1 FROM chain_notes WHERE what = 'erased' "
        "AND about_kind = OLD.kind AND about_ref = OLD.ref) "
        "BEGIN SELECT RAISE(ABORT, 'an erasure is written first'); END"
    )


def _make_old() -> None:
    op.create_table(
        "complaints",
        _text("id"),
        _text("account"),
        _text("number"),
        _number("version"),
        _flag("open"),
        _flag("executive"),
        _text("next_due", nullable=True),
        _text("received_month"),
        _text("row_hash"),
        _text("reported_hash"),
        _text("cardholder_id"),
        _text("body"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account", "number", name="uq_complaints_account_number"),
    )
    op.create_index(
        "ix_complaints_account_open_next_due_number",
        "complaints",
        ["account", "open", "next_due", "number"],
    )
    op.create_index(
        "ix_complaints_account_received_month", "complaints", ["account", "received_month"]
    )
    op.create_index("ix_complaints_cardholder_id", "complaints", ["cardholder_id"])
    op.create_table(
        "complaint_history",
        _number("id"),
        _text("complaint_id"),
        sa.Column("at", sa.Float(), nullable=False),
        _text("agent"),
        _text("action"),
        _text("why"),
        _text("fields"),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaints.id"], name="fk_complaint_history_complaint_id"
        ),
    )
    op.create_index("ix_complaint_history_complaint_id", "complaint_history", ["complaint_id"])
