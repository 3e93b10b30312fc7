"""All objects of the practice account: one in-memory SQLite database of Stripe's own documents.

A document is stored exactly as Stripe shapes the object, with every reference to another object
as a plain id; `render` puts whole objects where Stripe does. The columns that lists filter by are
generated from the document by SQLite, and each has an index ending in (created, seq), so a page of
any list is read without scanning.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from supportdesk.practice.clock import Clock
from supportdesk.practice.errors import missing
from supportdesk.practice.ids import Ids

Doc = dict[str, Any]

#: Programme balance per currency at the start, in minor units; `/_practice/balance` changes it.
OPENING_BALANCE = {"eur": 500_000_000, "gbp": 500_000_000, "usd": 500_000_000}

#: How far back, in seconds, the objects can be seen as they were.
MAX_STALE = 600


@dataclass(frozen=True)
class Kind:
    """One kind of object: id prefix, the noun of refusals, event prefix and filter columns.

    `columns` maps a column to its JSON path, the most selective first.
    """

    prefix: str
    noun: str
    event: str | None
    columns: dict[str, str]


def _columns(*names: str) -> dict[str, str]:
    return {name: f"$.{name}" for name in names}


KINDS: dict[str, Kind] = {
    "cardholder": Kind(
        "ich",
        "issuing cardholder",
        "issuing_cardholder",
        _columns("email", "phone_number", "status", "type"),
    ),
    "card": Kind(
        "ic",
        "issuing card",
        "issuing_card",
        _columns(
            "cardholder",
            "last4",
            "personalization_design",
            "exp_year",
            "exp_month",
            "status",
            "type",
        ),
    ),
    "authorization": Kind(
        "iauth",
        "issuing authorization",
        "issuing_authorization",
        _columns("card", "cardholder", "status"),
    ),
    "transaction": Kind(
        "ipi",
        "issuing transaction",
        "issuing_transaction",
        _columns("authorization", "card", "cardholder", "type"),
    ),
    "dispute": Kind("idp", "issuing dispute", "issuing_dispute", _columns("transaction", "status")),
    "token": Kind("intok", "issuing token", "issuing_token", _columns("card", "status")),
    "file": Kind("file", "file upload", "file", _columns("purpose")),
    "event": Kind("evt", "event", None, _columns("type")),
    "personalization_design": Kind(
        "ipcd",
        "issuing personalization design",
        "issuing_personalization_design",
        {
            **_columns("lookup_key", "status", "physical_bundle"),
            "is_default": "$.preferences.is_default",
            "is_platform_default": "$.preferences.is_platform_default",
        },
    ),
    "physical_bundle": Kind("ics", "issuing physical bundle", None, _columns("status", "type")),
    "settlement": Kind("ise", "issuing settlement", None, {}),
    "balance_transaction": Kind("txn", "balance transaction", None, {}),
}


class State:
    """The account's objects, balances and file contents."""

    def __init__(self, clock: Clock | None = None, seed: int = 1) -> None:
        self.clock = clock or Clock()
        self.seed = seed
        self.ids = Ids(random.Random())
        fixed = Ids(random.Random(f"account {seed}"))
        self.account = f"acct_1{fixed.token(15)}"
        self.secret_key = f"sk_test_51{fixed.token(32)}"
        #: By card id: reason and message that the next purchase is declined with.
        self.next_decline: dict[str, tuple[str, str]] = {}
        #: Set per request: what `event.request` tells.
        self.request: Doc = {"id": None, "idempotency_key": None}
        #: Since when parcels travel by the clock (Unix seconds); None leaves them to the helpers.
        self.travels_since: int | None = None
        self.db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for name, kind in KINDS.items():
            self.db.execute(_table(name, kind))
        self.db.execute("CREATE TABLE content (file TEXT PRIMARY KEY, bytes BLOB NOT NULL)")
        self.db.execute("CREATE TABLE balance (currency TEXT PRIMARY KEY, amount INTEGER NOT NULL)")
        self.db.execute(
            "CREATE TABLE past (seq INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL,"
            " id TEXT NOT NULL, doc TEXT)"
        )
        self.db.execute("CREATE INDEX past_at ON past (at)")
        self._remembers = True
        self.db.execute(
            "CREATE TABLE due (at INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
            " PRIMARY KEY (kind, id))"
        )
        self.db.executemany("INSERT INTO balance VALUES (?, ?)", OPENING_BALANCE.items())
        self._index()

    def _index(self) -> None:
        for name, kind in KINDS.items():
            for column in ("created", *kind.columns):
                parts = column if column == "created" else f'"{column}", created'
                self.db.execute(f"CREATE INDEX IF NOT EXISTS {name}_{column} ON {name}_({parts})")
        self.db.execute("CREATE INDEX IF NOT EXISTS due_at ON due (at)")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of one request, or none when it is refused."""
        self.db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    @contextmanager
    def as_of(self, seconds: float) -> Iterator[None]:
        """Show the objects as they were some seconds ago (at most `MAX_STALE`).

        Whatever is done meanwhile is undone.
        """
        since = self.clock.tick() - seconds
        self.db.execute("BEGIN")
        try:
            for kind, id, doc in self.db.execute(
                "SELECT kind, id, doc FROM past WHERE at > ? ORDER BY seq DESC", (since,)
            ).fetchall():
                if doc is None:
                    self.db.execute(f"DELETE FROM {kind}_ WHERE id = ?", (id,))
                else:
                    self.db.execute(f"UPDATE {kind}_ SET doc = ? WHERE id = ?", (doc, id))
            yield
        finally:
            self.db.execute("ROLLBACK")

    def _remember(self, kind: str, id: str) -> None:
        """Keep what an object is before it changes; nothing for a new one."""
        if not self._remembers:
            return
        now = self.clock.tick()
        self.db.execute("DELETE FROM past WHERE at < ?", (now - MAX_STALE,))
        row = self.db.execute(f"SELECT doc FROM {kind}_ WHERE id = ?", (id,)).fetchone()
        self.db.execute(
            "INSERT INTO past (at, kind, id, doc) VALUES (?, ?, ?, ?)",
            (now, kind, id, row[0] if row else None),
        )

    # --- objects -----------------------------------------------------------------------------

    def insert(self, kind: str, doc: Doc) -> Doc:
        """Store a new object; it becomes the newest of its second."""
        self._remember(kind, doc["id"])
        self.db.execute(f"INSERT INTO {kind}_ (id, doc) VALUES (?, ?)", (doc["id"], _dump(doc)))
        return doc

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Speed up bulk loading: the indexes are built once, at the end."""
        for name, kind in KINDS.items():
            for column in ("created", *kind.columns):
                self.db.execute(f"DROP INDEX IF EXISTS {name}_{column}")
        self._remembers = False
        with self.transaction():
            yield
        self._remembers = True
        self._index()

    def find(self, kind: str, id: str | None) -> Doc | None:
        """Return the object with this id, or None."""
        row = self.db.execute(f"SELECT doc FROM {kind}_ WHERE id = ?", (id,)).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, kind: str, id: str, param: str | None = None) -> Doc:
        """Return the object with this id; refuse as Stripe does when there is none.

        `param` names the parameter the id came in; None means it stood in the path.
        """
        doc = self.find(kind, id)
        if doc is None:
            raise missing(KINDS[kind].noun, id, param)
        return doc

    def update(self, kind: str, doc: Doc) -> Doc:
        """Store a changed object."""
        self._remember(kind, doc["id"])
        self.db.execute(f"UPDATE {kind}_ SET doc = ? WHERE id = ?", (_dump(doc), doc["id"]))
        return doc

    def where(self, kind: str, column: str, value: str) -> list[Doc]:
        """Return all objects whose filter column has this value, oldest first."""
        rows = self.db.execute(
            f"SELECT doc FROM {kind}_ INDEXED BY {kind}_{column}"
            f' WHERE "{column}" = ? ORDER BY created, seq',
            (value,),
        )
        return [json.loads(row[0]) for row in rows]

    def count(self, kind: str) -> int:
        """Return how many objects of this kind there are."""
        return int(self.db.execute(f"SELECT count(*) FROM {kind}_").fetchone()[0])

    def note_due(self, kind: str, id: str, at: int) -> None:
        """Note that something happens to an object by itself at a moment (Unix seconds)."""
        self.db.execute("INSERT OR REPLACE INTO due VALUES (?, ?, ?)", (at, kind, id))

    def forget_due(self, kind: str, id: str) -> None:
        """Nothing happens to the object by itself any more."""
        self.db.execute("DELETE FROM due WHERE kind = ? AND id = ?", (kind, id))

    # --- files and balances ------------------------------------------------------------------

    def put_file_content(self, file_id: str, content: bytes) -> None:
        """Keep the bytes of an uploaded file."""
        self.db.execute("INSERT OR REPLACE INTO content VALUES (?, ?)", (file_id, content))

    def file_content(self, file_id: str) -> bytes | None:
        """Return the bytes of a file, or None."""
        row = self.db.execute("SELECT bytes FROM content WHERE file = ?", (file_id,)).fetchone()
        return bytes(row[0]) if row else None

    def balance(self, currency: str) -> int:
        """Return what the programme may still spend, in minor units; holds are taken off."""
        row = self.db.execute(
            "SELECT amount FROM balance WHERE currency = ?", (currency,)
        ).fetchone()
        return int(row[0]) if row else 0

    def add_balance(self, currency: str, amount: int) -> None:
        """Change the programme balance by `amount` minor units."""
        self.db.execute(
            "INSERT INTO balance VALUES (?, ?) ON CONFLICT (currency)"
            " DO UPDATE SET amount = amount + excluded.amount",
            (currency, amount),
        )


def _table(name: str, kind: Kind) -> str:
    generated = "".join(
        f", \"{column}\" GENERATED ALWAYS AS (json_extract(doc, '{path}')) STORED"
        for column, path in kind.columns.items()
    )
    return (
        f"CREATE TABLE {name}_ (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
        " doc TEXT NOT NULL, created INTEGER GENERATED ALWAYS AS"
        f" (coalesce(json_extract(doc, '$.created'), 0)) STORED{generated})"
    )


def _dump(doc: Doc) -> str:
    return json.dumps(doc, ensure_ascii=False, separators=(",", ":"))
