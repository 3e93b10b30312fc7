"""The journal of actions: what the desk was about to do at Stripe, and what came of it.

An entry stands on the disk before its action is sent, so that after a crash it is known what may
have happened. An entry without an answer is settled by asking Stripe, never by guessing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from uuid import uuid4

from sqlalchemy import JSON, CursorResult, Index, UniqueConstraint, update
from sqlmodel import Field, Session, col, select

from supportdesk.store.body import storable
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable

State = Literal["intended", "sent", "confirmed", "refused", "unknown"]
OPEN: tuple[State, ...] = ("intended", "sent", "unknown")


def _new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action. Instants are Unix seconds; `params` and `outcome` are what JSON can hold.

    Attributes:
        account: reference of the Stripe account it was for.
        action: what was done, such as `card.freeze`.
        object_id: the Stripe object it was done to.
        params: what was sent, and no more.
        state: intended (about to be sent), sent (no answer yet), confirmed or refused (Stripe
            said so), unknown (it may or may not have been done).
        request_id: Stripe's `req_...` of the answer.
    """

    account: str
    agent: str
    action: str
    object_id: str
    params: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=_new_id)
    at: float = field(default_factory=time.time)
    call_id: str = ""
    flow_id: str = ""
    step: int = 0
    idempotency_key: str = field(default_factory=_new_id)
    state: State = "intended"
    answered_at: float | None = None
    request_id: str = ""
    outcome: Mapping[str, Any] = field(default_factory=dict)


class JournalRow(CasebookTable, table=True):
    """An entry on disk; `seq` keeps the order in which entries were written."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("id"),
        UniqueConstraint("idempotency_key"),
        Index(None, "account", "state"),
        Index(None, "object_id", "seq"),
        Index(None, "call_id"),
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str
    at: float
    agent: str
    account: str
    call_id: str
    flow_id: str
    step: int
    object_id: str
    action: str
    params: dict[str, Any] = Field(sa_type=JSON)
    idempotency_key: str
    state: str
    answered_at: float | None
    request_id: str
    outcome: dict[str, Any] = Field(sa_type=JSON)


_FIELDS = tuple(Entry.__dataclass_fields__)


def _storable(value: Any) -> Any:
    """Return a text without half surrogate pairs, anything else as it is: JSON escapes them."""
    return storable(value) if isinstance(value, str) else value


def _entry(row: JournalRow) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _FIELDS})


class Journal:
    """The journal in a casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intend(self, entry: Entry) -> Entry:
        """Write what is about to be done; on return it is on the disk.

        Raises:
            UserFacing: it could not be written, so nothing may be sent.
        """
        row = JournalRow(**{name: _storable(getattr(entry, name)) for name in _FIELDS})
        row.state = "intended"
        await self._database.run(lambda session: session.add(row))
        return entry

    async def sent(self, entry_id: str) -> None:
        """Write that the action is on its way.

        Raises:
            ValueError: the entry is not there or was sent before.
        """
        await self._move(entry_id, ("intended",), {"state": "sent"})

    async def answered(
        self,
        entry_id: str,
        state: Literal["confirmed", "refused", "unknown"],
        request_id: str = "",
        outcome: Mapping[str, Any] | None = None,
        *,
        at: float | None = None,
    ) -> None:
        """Write what came of the action. What Stripe confirmed or refused stays so.

        Args:
            entry_id: the entry.
            state: what is certain now.
            request_id: Stripe's request id of the answer.
            outcome: what Stripe answered, and no more than is needed.
            at: when, in Unix seconds; now by default.

        Raises:
            ValueError: the entry is not there or was settled before.
        """
        values = {
            "state": state,
            "request_id": request_id,
            "outcome": dict(outcome or {}),
            "answered_at": time.time() if at is None else at,
        }
        await self._move(entry_id, OPEN, values)

    async def get(self, entry_id: str) -> Entry | None:
        """Return the entry, None if there is none."""

        def work(session: Session) -> Entry | None:
            row = session.exec(select(JournalRow).where(JournalRow.id == entry_id)).first()
            return _entry(row) if row else None

        return await self._database.read(work)

    async def recent(self, object_id: str = "", limit: int = 50, account: str = "") -> list[Entry]:
        """Return the last entries, newest first, of one object or account if given."""
        query = select(JournalRow).order_by(col(JournalRow.seq).desc()).limit(limit)
        if object_id:
            query = query.where(JournalRow.object_id == object_id)
        if account:
            query = query.where(JournalRow.account == account)
        return await self._database.read(lambda session: [_entry(r) for r in session.exec(query)])

    async def of_call(self, call_id: str) -> list[Entry]:
        """Return what was done in a call, oldest first."""
        query = select(JournalRow).where(JournalRow.call_id == call_id)
        query = query.order_by(col(JournalRow.seq))
        return await self._database.read(lambda session: [_entry(r) for r in session.exec(query)])

    async def open_entries(self, account: str) -> list[Entry]:
        """Return what has no sure answer yet, oldest first."""
        query = (
            select(JournalRow)
            .where(JournalRow.account == account, col(JournalRow.state).in_(OPEN))
            .order_by(col(JournalRow.seq))
        )
        return await self._database.read(lambda session: [_entry(r) for r in session.exec(query)])

    async def _move(self, entry_id: str, states: tuple[State, ...], values: dict[str, Any]) -> None:
        change = (
            update(JournalRow)
            .where(col(JournalRow.id) == entry_id, col(JournalRow.state).in_(states))
            .values(values)
        )

        def work(session: Session) -> None:
            if cast("CursorResult[Any]", session.execute(change)).rowcount != 1:
                raise ValueError(f"entry {entry_id} is not {' or '.join(states)}")

        await self._database.run(work)
