"""Calls in the casebook, and an append-only list of what happened in each."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import JSON, Index, func
from sqlmodel import Field, Session, col, select

from supportdesk.store.body import storable
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable

Channel = Literal["phone", "email", "chat"]
EventKind = Literal[
    "view",
    "verification",
    "override",
    "unasked",
    "lapsed",
    "channel",
    "parked",
    "resumed",
    "complaint",
    "hint",
]


class CallRow(CasebookTable, table=True):
    """A call; instants are Unix seconds, `ended_at` is None while it goes on."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "account", "ended_at"),)

    id: str = Field(primary_key=True)
    account: str
    agent: str
    channel: str
    cardholder_id: str
    started_at: float
    parked_at: float | None
    ended_at: float | None
    note: str


class CallEventRow(CasebookTable, table=True):
    """Something that happened in a call; never changed afterwards."""

    __tablename__ = "call_events"
    __table_args__ = (Index(None, "account", "cardholder_id", "kind", "at"),)

    seq: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="calls.id", index=True)
    account: str
    cardholder_id: str
    at: float
    agent: str
    kind: str
    details: dict[str, Any] = Field(sa_type=JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call.

    Attributes:
        cardholder_id: whom it is about, "" while that is not known.
        parked_at: since when it waits, None when it does not.
    """

    account: str
    agent: str
    channel: Channel = "phone"
    cardholder_id: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    started_at: float = field(default_factory=time.time)
    parked_at: float | None = None
    ended_at: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened in a call; `details` hold kinds and results, never an answer."""

    kind: EventKind
    cardholder_id: str
    at: float
    agent: str
    details: Mapping[str, Any] = field(default_factory=dict)


_FIELDS = tuple(Call.__dataclass_fields__)
_EVENT_FIELDS = tuple(Event.__dataclass_fields__)


def _call(row: CallRow) -> Call:
    return Call(**{name: getattr(row, name) for name in _FIELDS})


class Calls:
    """The calls in a casebook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, call: Call, *events: Event) -> None:
        """Write a call as it is now, with what just happened, in one piece.

        A call that ended is not opened again.

        Raises:
            UserFacing: it could not be written.
            ValueError: the call ended before.
        """

        def work(session: Session) -> None:
            old = session.get(CallRow, call.id)
            if old is not None and old.ended_at is not None:
                raise ValueError(f"call {call.id} has ended")
            values = {name: storable(getattr(call, name)) for name in _FIELDS}
            session.merge(CallRow(**values))
            session.flush()  # the events refer to it
            for event in events:
                session.add(_event_row(call, event))

        await self._database.run(work)

    async def add(self, call: Call, event: Event) -> None:
        """Write what happened; on return it is on the disk."""
        await self._database.run(lambda session: session.add(_event_row(call, event)))

    async def get(self, call_id: str) -> Call | None:
        """Return a call, None if there is none."""

        def work(session: Session) -> Call | None:
            row = session.get(CallRow, call_id)
            return _call(row) if row else None

        return await self._database.read(work)

    async def open(self, account: str) -> list[Call]:
        """Return the calls that have not ended, oldest first."""
        query = select(CallRow).where(CallRow.account == account, col(CallRow.ended_at).is_(None))
        query = query.order_by(col(CallRow.started_at), col(CallRow.id))
        return await self._database.read(lambda session: [_call(r) for r in session.exec(query)])

    async def events(self, call_id: str) -> list[Event]:
        """Return what happened in a call, in order."""
        query = select(CallEventRow).where(CallEventRow.call_id == call_id)
        query = query.order_by(col(CallEventRow.seq))
        return await self._database.read(
            lambda session: [
                Event(**{name: getattr(row, name) for name in _EVENT_FIELDS})
                for row in session.exec(query)
            ]
        )

    async def count(self, account: str, cardholder_id: str, since: float, without: str) -> int:
        """Count the calls with a person that began since an instant; `without` names one not to."""
        query = (
            select(func.count())
            .select_from(CallRow)
            .where(
                CallRow.account == account,
                CallRow.cardholder_id == cardholder_id,
                col(CallRow.started_at) >= since,
                CallRow.id != without,
            )
        )
        return await self._database.read(lambda session: session.exec(query).one())

    async def failures(self, account: str, cardholder_id: str, since: float) -> int:
        """Count failed attempts to verify as a person since an instant, over all calls."""
        query = (
            select(func.count())
            .select_from(CallEventRow)
            .where(
                CallEventRow.account == account,
                CallEventRow.cardholder_id == cardholder_id,
                CallEventRow.kind == "verification",
                CallEventRow.at >= since,
                col(CallEventRow.details)["match"].as_boolean().is_(False),
            )
        )
        return await self._database.read(lambda session: session.exec(query).one())


def _event_row(call: Call, event: Event) -> CallEventRow:
    values = {name: storable(getattr(event, name)) for name in _EVENT_FIELDS}
    return CallEventRow(call_id=call.id, account=call.account, **values)
