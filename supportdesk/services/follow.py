"""What changed at Stripe since the last look, by its events.

An event is a hint. The list of events is in no strict order and the latest may be missing for some
seconds, so each look goes back a little further than the last one ended and knows by their ids
which events it has seen. What an event carries is kept only where the mirror surely holds
something older; where that is not sure, the object itself is read.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from supportdesk.domain.records import (
    Authorization,
    Card,
    Cardholder,
    Dispute,
    Event,
    How,
    Record,
    Token,
    Transaction,
)
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep, keep_each
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway, Span

LAG_SECONDS = 15  # an event may show in the list this much later than others
OVERLAP_SECONDS = 600
SKEW_SECONDS = 300  # this computer's clock and Stripe's may differ by so much
GAP_SECONDS = 29 * 86_400  # events are kept for 30 days
NOTE = "events"
TYPES = (
    *(f"issuing_{kind}.{what}" for kind in ("authorization", "card", "cardholder", "token",
      "transaction") for what in ("created", "updated")),
    "issuing_transaction.purchase_details_receipt_updated",
    *(f"issuing_dispute.{what}" for what in ("created", "updated", "submitted", "closed",
      "funds_reinstated", "funds_rescinded")),
)  # fmt: skip
_GONE = "resource_missing"


class TooOld(Exception):
    """There are no events for all of the time since the last look: read everything again."""


class Follow:
    """Brings the mirror up to date, one look at a time.

    Args:
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        changes: Changes,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._changes = changes
        self._clock = clock
        self._reads: dict[type[Record], Callable[[str], Awaitable[Record]]] = {
            Cardholder: gateway.cardholder,
            Card: gateway.card,
            Authorization: gateway.authorization,
            Transaction: gateway.transaction,
            Dispute: gateway.dispute,
            Token: gateway.token,
        }

    async def upto(self) -> float | None:
        """Return the instant (Unix seconds) up to which all changes are known; None if never."""
        state = await self._mirror.get_state(NOTE)
        return float(state["upto"]) if isinstance(state, dict) else None

    async def look(self, began: int) -> int:
        """Read and apply what is new; returns how many events that were.

        Args:
            began: where to begin if there was no look yet, Unix seconds.

        Raises:
            TooOld: Stripe does not keep events for as long as there was no look.
            UserFacing: Stripe cannot be asked, or the mirror cannot be written. The next look
                begins where this one did.
        """
        state = await self._mirror.get_state(NOTE) or {"upto": began, "seen": {}}
        asked = self._clock()
        if asked - state["upto"] > GAP_SECONDS:
            raise TooOld
        since = int(state["upto"]) - OVERLAP_SECONDS
        seen: dict[str, list[Any]] = dict(state["seen"])
        newest = _newest(seen)
        count, after, more = 0, "", True
        while more:
            try:
                page = await self._gateway.events(
                    TYPES, created=Span(since=since), starting_after=after
                )
            except UserFacing as problem:
                if after and problem.code == _GONE:
                    raise TooOld from None
                raise
            new = [event for event in page.records if event.id not in seen]
            await self._mirror.note_contact_changes(contact_changes(new))
            await self._apply(new, newest, asked)
            seen |= {event.id: [event.object_id, event.created] for event in new}
            count += len(new)
            after, more = page.last_id, page.has_more
        upto = max(state["upto"], asked - LAG_SECONDS)
        kept = {id: told for id, told in seen.items() if told[1] >= upto - OVERLAP_SECONDS}
        await self._mirror.set_state(NOTE, {"upto": upto, "seen": kept})
        return count

    async def start_at(self, began: int) -> None:
        """Forget how far the looks came: everything is read again from `began` on."""
        await self._mirror.set_state(NOTE, {"upto": began, "seen": {}})

    async def _apply(self, events: Sequence[Event], newest: dict[str, int], asked: float) -> None:
        """Apply the newest event of each object; `newest` is told which have been."""
        wanted: dict[str, Event] = {}
        for event in events:
            last = newest.get(event.object_id)
            if event.record is None or (last is not None and event.created < last):
                continue
            # Two in one second, in whichever order: only the object itself can tell.
            tie = event.created == last
            wanted[event.object_id] = replace(event, api_version="") if tie else event
            newest[event.object_id] = event.created
        by_kind: dict[type[Record], list[Event]] = {}
        for event in wanted.values():
            by_kind.setdefault(type(event.record), []).append(event)  # type: ignore[arg-type]
        for kind, some in by_kind.items():
            await self._apply_to(kind, some, asked)

    async def _apply_to(self, kind: type[Record], events: Sequence[Event], asked: float) -> None:
        known = await self._mirror.read_of(kind, [event.object_id for event in events])
        doubtful: list[str] = []
        told: list[tuple[Record, float]] = []
        for event in events:
            verdict = judge(event, known.get(event.object_id), self._gateway.api_version)
            if verdict == "keep" and event.record is not None:
                # An instant in this computer's future would keep its own next reading out.
                told.append((event.record, min(float(event.created), asked)))
            elif verdict == "read":
                doubtful.append(event.object_id)
        await keep_each(self._mirror, self._changes, told, "event")
        await self.read_again(kind, doubtful)

    async def read_again(self, kind: type[Record], ids: Sequence[str]) -> None:
        """Read objects one by one; one that Stripe does not know is passed over.

        Raises:
            UserFacing: Stripe cannot be asked, or the mirror cannot be written.
        """

        async def one(id: str) -> None:
            at = self._clock()
            try:
                record = await self._reads[kind](id)
            except UserFacing as problem:
                if problem.code != _GONE:
                    raise
            else:
                await keep(self._mirror, self._changes, [record], at)

        await asyncio.gather(*(one(id) for id in ids))


def contact_changes(events: Iterable[Event]) -> list[tuple[str, str, float]]:
    """Return which contact data events tell to have changed: cardholder id, data, Unix seconds."""
    return [(e.object_id, data, float(e.created)) for e in events for data in e.changed]


def judge(event: Event, known: tuple[float, How] | None, api_version: str) -> str:
    """Tell what to do about an event: "keep" what it carries, "read" the object, or "pass".

    Args:
        known: when and how what the mirror holds of the object was read; None if it holds none.
        api_version: the one this desk reads in; what comes in another is not kept.
    """
    if known is not None:
        at, how = known
        margin = 0 if how == "event" else SKEW_SECONDS
        if event.created < at - margin:
            return "pass"
        if event.created <= at + margin:
            return "read"
    # The snapshot of a dispute lacks its balance entries.
    whole = not isinstance(event.record, Dispute) and event.api_version == api_version
    return "keep" if whole else "read"


def _newest(seen: dict[str, list[Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for object_id, created in seen.values():
        found[object_id] = max(created, found.get(object_id, 0))
    return found
