"""The journal of actions: what the desk was about to do at Stripe, and what came of it.

An entry stands on the disk before its action is sent, so that after a crash it is known what may
have happened. An entry without an answer is settled by asking Stripe, never by guessing. Nothing
is ever changed: what becomes of an entry is added, and all of it is sealed in the casebook's chain.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Index, UniqueConstraint, and_, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from supportdesk.store.body import storable
from supportdesk.store.chain import Chain, PrivateRow, kind
from supportdesk.store.database import Database
from supportdesk.store.tables import CasebookTable

State = Literal["intended", "sent", "confirmed", "refused", "unknown"]
BESIDE = "_desk"  # no parameter of Stripe's
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
        params: what was sent, and under BESIDE what the desk keeps of it, and no more.
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

    @property
    def asked(self) -> Mapping[str, Any]:
        """What was sent to Stripe."""
        return {name: value for name, value in self.params.items() if name != BESIDE}

    @property
    def beside(self) -> Mapping[str, Any]:
        """What the desk keeps beside what was sent, such as the reason."""
        kept = self.params.get(BESIDE)
        return kept if isinstance(kept, Mapping) else {}


class JournalRow(CasebookTable, table=True):
    """What was about to be done; `seq` keeps the order in which entries were written."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("id"),
        Index(None, "account", "seq"),
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
    idempotency_key: str


class StateRow(CasebookTable, table=True):
    """What was known of an entry from an instant on; the last one counts."""

    __tablename__ = "journal_states"
    __table_args__ = (Index(None, "entry", "seq"),)

    seq: int | None = Field(default=None, primary_key=True)
    entry: int = Field(foreign_key="journal.seq")
    at: float
    state: str
    request_id: str


ENTRIES = kind("entry", JournalRow)
STATES = kind("state", StateRow)
_FIELDS = tuple(name for name in JournalRow.model_fields if name != "seq")
_Params, _Outcome = aliased(PrivateRow), aliased(PrivateRow)


def _storable(value: Any) -> Any:
    """Return a text without half surrogate pairs, anything else as it is."""
    return storable(value) if isinstance(value, str) else value


def _latest() -> Any:
    """The last state row of an entry, for a join."""
    newest = (
        select(func.max(StateRow.seq))
        .where(StateRow.entry == JournalRow.seq)
        .correlate(JournalRow)
        .scalar_subquery()
    )
    return col(StateRow.seq) == newest


def _whole() -> Any:
    """Entries with what is known of them and with what may be erased."""
    return (
        select(JournalRow, StateRow, _Params.body, _Outcome.body)
        .outerjoin(StateRow, _latest())
        .outerjoin(
            _Params,
            and_(col(_Params.kind) == ENTRIES.name, col(_Params.ref) == col(JournalRow.seq)),
        )
        .outerjoin(
            _Outcome,
            and_(col(_Outcome.kind) == STATES.name, col(_Outcome.ref) == col(StateRow.seq)),
        )
    )


def _entries(session: Session, query: Any) -> list[Entry]:
    return [_entry(*found) for found in session.execute(query)]


def _entry(row: JournalRow, state: StateRow | None, params: str | None, told: str | None) -> Entry:
    values: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    values |= {"at": _number(row.at), "step": int(_number(row.step)), "params": _mapping(params)}
    if state is not None:
        values |= {
            "state": state.state,
            "answered_at": None if state.state == "sent" else _number(state.at),
            "request_id": state.request_id,
            "outcome": _mapping(told),
        }
    return Entry(**values)


def _number(value: object) -> float:
    """Return a number of the file; 0 for what somebody wrote there instead."""
    return value if isinstance(value, float | int) else 0.0


def _mapping(body: object) -> dict[str, Any]:
    """Return an object of the file; empty when it was erased or spoilt by hand."""
    try:
        found = json.loads(body) if isinstance(body, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Journal:
    """The journal in a casebook."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._chain = chain
        chain.join(ENTRIES)
        chain.join(STATES)

    async def intend(self, entry: Entry) -> Entry:
        """Write what is about to be done; on return it is on the disk.

        Raises:
            UserFacing: it could not be written, so nothing may be sent.
        """

        def work(session: Session) -> None:
            row = JournalRow(**{name: _storable(getattr(entry, name)) for name in _FIELDS})
            session.add(row)
            session.flush()
            assert row.seq is not None
            self._chain.append(session, ENTRIES, row.seq, dict(entry.params))

        await self._chain.write(work)
        return entry

    async def sent(self, entry_id: str, *, at: float | None = None) -> None:
        """Write that the action is on its way; `at` in Unix seconds, now by default.

        Raises:
            ValueError: the entry is not there or was sent before.
        """
        await self._move(entry_id, ("intended",), "sent", time.time() if at is None else at)

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
        when = time.time() if at is None else at
        await self._move(entry_id, OPEN, state, when, request_id, dict(outcome or {}))

    async def get(self, entry_id: str) -> Entry | None:
        """Return the entry, None if there is none."""

        query = _whole().where(JournalRow.id == entry_id)
        found = await self._database.read(lambda session: _entries(session, query))
        return found[0] if found else None

    async def recent(self, object_id: str = "", limit: int = 50, account: str = "") -> list[Entry]:
        """Return the last entries, newest first, of one object or account if given."""
        query = _whole().order_by(col(JournalRow.seq).desc()).limit(limit)
        if object_id:
            query = query.where(JournalRow.object_id == object_id)
        if account:
            query = query.where(JournalRow.account == account)
        return await self._database.read(lambda session: _entries(session, query))

    async def of_call(self, call_id: str) -> list[Entry]:
        """Return what was done in a call, oldest first."""
        query = _whole().where(JournalRow.call_id == call_id).order_by(col(JournalRow.seq))
        return await self._database.read(lambda session: _entries(session, query))

    async def at_place(self, kind: str, ref: int) -> Entry | None:
        """Return the entry that a link of the chain is about."""
        which: Any = JournalRow.seq == ref
        if kind == STATES.name:
            which = col(JournalRow.seq).in_(select(StateRow.entry).where(StateRow.seq == ref))
        elif kind != ENTRIES.name:
            return None
        query = _whole().where(which)
        found = await self._database.read(lambda session: _entries(session, query))
        return found[0] if found else None

    async def open_entries(self, account: str) -> list[Entry]:
        """Return what has no sure answer yet, oldest first."""
        settled = select(StateRow.seq).where(
            StateRow.entry == JournalRow.seq, col(StateRow.state).in_(("confirmed", "refused"))
        )
        query = _whole().where(
            JournalRow.account == account, ~exists(settled.correlate(JournalRow))
        )
        query = query.order_by(col(JournalRow.seq))
        return await self._database.read(lambda session: _entries(session, query))

    async def erase(self, entry_id: str, *, at: float, why: str) -> None:
        """Erase what was sent and answered; who did what when stays, and so does the chain."""

        def work(session: Session) -> tuple[int | None, list[int | None]]:
            row = session.exec(select(JournalRow.seq).where(JournalRow.id == entry_id)).one()
            states = session.exec(select(StateRow.seq).where(StateRow.entry == row))
            return row, list(states)

        entry, states = await self._database.read(work)
        for which, refs in ((ENTRIES, [entry]), (STATES, states)):
            for ref in refs:
                assert ref is not None
                await self._chain.erase(which, ref, at=at, why=why)

    async def _move(
        self,
        entry_id: str,
        before: tuple[State, ...],
        state: State,
        at: float,
        request_id: str = "",
        outcome: Mapping[str, Any] | None = None,
    ) -> None:
        find = (
            select(JournalRow.seq, StateRow.state)
            .outerjoin(StateRow, _latest())
            .where(JournalRow.id == entry_id)
        )

        def work(session: Session) -> None:
            found = session.execute(find).first()
            if found is None or (found[1] or "intended") not in before:
                raise ValueError(f"entry {entry_id} is not {' or '.join(before)}")
            row = StateRow(entry=found[0], at=at, state=state, request_id=_storable(request_id))
            session.add(row)
            session.flush()
            assert row.seq is not None
            self._chain.append(session, STATES, row.seq, outcome or None)

        await self._chain.write(work)
