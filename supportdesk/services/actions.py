"""Every change sent to Stripe goes through here: written down first, closed with the answer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar

from supportdesk.domain.records import Answer
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.changes import Changes
from supportdesk.store.journal import BESIDE, Entry, Journal

T = TypeVar("T")
_log = logging.getLogger(__name__)
FLOW = "card.replacement"  # an entry of this action stands for a flow whose steps have their own
Settled = Literal["confirmed", "refused", "unknown"]


class Actions:
    """Sends changes through the journal, one at a time per object.

    Args:
        journal: where intent and answer are kept.
        changes: told about each step.
        account: ref of the open account, written into each entry.
        agent: name of the agent at the time of the action.
        clock: Unix seconds.
    """

    def __init__(
        self,
        journal: Journal,
        changes: Changes,
        *,
        account: str,
        agent: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._journal = journal
        self._changes = changes
        self._account = account
        self._agent = agent
        self._clock = clock
        self._locks: dict[str, asyncio.Lock] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._under_way: set[str] = set()  # ids of entries that this program is at work on

    async def perform(
        self,
        action: str,
        object_id: str,
        params: Mapping[str, Any],
        send: Callable[[str], Awaitable[Answer[T]]],
        *,
        call_id: str = "",
        flow_id: str = "",
        step: int = 0,
        key: str = "",
        beside: Mapping[str, Any] | None = None,
    ) -> T:
        """Write down, send, write down the answer; returns the record Stripe answered with.

        Once intended, the step runs to its end even if the caller goes away: a closed view
        must not leave an entry whose answer nobody kept.

        Args:
            action: what is done, such as "card.freeze".
            object_id: the Stripe object that is changed (the old card for a replacement).
            params: what is sent; no personal data beyond it is kept.
            send: sends with the idempotency key it is given.
            key: the idempotency key, a new one by default.
            beside: what is kept in the entry but not sent, such as a reason.

        Raises:
            UserFacing: Stripe refused, nothing was done.
            OutcomeUnknown: it may or may not have been done.
        """
        lock = self._locks.setdefault(object_id, asyncio.Lock())
        kept = {**params, BESIDE: dict(beside)} if beside else params

        async def whole() -> T:
            async with lock:
                entry = self._entry(action, object_id, kept, call_id)
                key_ = key or entry.idempotency_key
                entry = replace(entry, flow_id=flow_id, step=step, idempotency_key=key_)
                self._under_way.add(entry.id)
                try:
                    await self._journal.intend(entry)
                    return await self._send(entry, send)
                finally:
                    self._under_way.discard(entry.id)

        task = asyncio.create_task(whole())
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def note(
        self,
        action: str,
        object_id: str,
        beside: Mapping[str, Any],
        *,
        call_id: str = "",
        flow_id: str = "",
    ) -> None:
        """Add words of the desk to the journal; nothing is sent to Stripe.

        Args:
            flow_id: the entry that they are about.
        """
        entry = self._entry(action, object_id, {BESIDE: dict(beside)}, call_id)
        entry = replace(entry, flow_id=flow_id)
        self._under_way.add(entry.id)
        try:
            await self._journal.intend(entry)
            await self._journal.sent(entry.id, at=entry.at)
            await self._close(entry, "confirmed", "", {})
        finally:
            self._under_way.discard(entry.id)

    async def begin_flow(
        self, action: str, object_id: str, params: Mapping[str, Any], call_id: str
    ) -> Entry:
        """Write down a flow of several steps, so that it can be finished if the desk ends."""
        entry = self._entry(action, object_id, params, call_id)
        entry = replace(entry, flow_id=entry.id)
        self._under_way.add(entry.id)
        await self._journal.intend(entry)
        self._changes.journal.emit()
        return entry

    async def end_flow(self, entry: Entry, state: Settled, outcome: Mapping[str, Any]) -> None:
        """Write how a flow ended; `unknown` leaves it to be finished or dropped later."""
        try:
            await self._close(entry, state, "", outcome)
        finally:
            self._under_way.discard(entry.id)

    def take_up(self, entry: Entry) -> None:
        """Note that this program is at work on a flow that was left."""
        self._under_way.add(entry.id)

    def put_down(self, entry: Entry) -> None:
        """Note that this program is no longer at work on a flow; it stays to be finished."""
        self._under_way.discard(entry.id)

    def under_way(self, entry_id: str) -> bool:
        """Whether this program is at work on an entry now."""
        return entry_id in self._under_way

    def _entry(self, action: str, object_id: str, params: Mapping[str, Any], call_id: str) -> Entry:
        return Entry(
            at=self._clock(),
            agent=self._agent(),
            account=self._account,
            call_id=call_id,
            object_id=object_id,
            action=action,
            params=dict(params),
        )

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        # The caller may be gone; a refusal is in the journal, a bug must not vanish.
        if error is not None and not isinstance(error, UserFacing):
            _log.error("an action broke off", exc_info=error)

    async def history(self, object_id: str, limit: int = 20) -> list[Entry]:
        """What this desk did to an object, newest first."""
        return await self._journal.recent(object_id, limit, self._account)

    async def recent(self, limit: int = 100) -> list[Entry]:
        """What this desk did on the open account, newest first."""
        return await self._journal.recent("", limit, self._account)

    async def open_entries(self) -> list[Entry]:
        """What has no sure answer yet, oldest first; flows to finish among them."""
        return await self._journal.open_entries(self._account)

    async def open_count(self) -> tuple[int, int, int]:
        """How many actions wait for an answer, ended without a sure one, and flows to finish."""
        entries = await self.open_entries()
        flows = sum(e.action == FLOW and not self.under_way(e.id) for e in entries)
        steps = [entry for entry in entries if entry.action != FLOW]
        unknown = sum(entry.state == "unknown" for entry in steps)
        return len(steps) - unknown, unknown, flows

    async def finish(self) -> None:
        """Wait until everything under way has its answer; before the casebook is closed."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _send(self, entry: Entry, send: Callable[[str], Awaitable[Answer[T]]]) -> T:
        await self._journal.sent(entry.id, at=self._clock())
        self._changes.journal.emit()
        try:
            answer = await send(entry.idempotency_key)
        except OutcomeUnknown as error:
            await self._close(entry, "unknown", error.request_id, _told(error))
            raise
        except UserFacing as error:
            await self._close(entry, "refused", error.request_id, _told(error))
            raise
        outcome = {"id": getattr(answer.record, "id", "")}
        if status := getattr(answer.record, "status", ""):
            outcome["status"] = status
        if answer.replayed:
            outcome["by"] = "an equal request before this one"
        await self._close(entry, "confirmed", answer.request_id, outcome)
        return answer.record

    async def _close(
        self, entry: Entry, state: Settled, request_id: str, outcome: Mapping[str, Any]
    ) -> None:
        """Write what came of it; if that fails, the entry stays open and is settled by reading.

        What Stripe said is certain all the same, so the caller is told that and not of the disk.
        """
        try:
            await self._journal.answered(
                entry.id, state, at=self._clock(), request_id=request_id, outcome=dict(outcome)
            )
        except UserFacing as problem:
            _log.error("an answer could not be written to the journal: %s", problem.code)
        self._changes.journal.emit()


def _told(error: UserFacing) -> dict[str, Any]:
    """What is kept of a problem."""
    told: dict[str, Any] = {"code": error.code, "title": error.title, "detail": error.detail}
    return told | {"replayed": True} if error.replayed else told
