"""Finds out what became of actions without an answer: asks Stripe, never sends anything again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from supportdesk.domain.records import Card, Dispute, Record
from supportdesk.domain.settling import Traces, Verdict, holds
from supportdesk.errors import UserFacing
from supportdesk.services.actions import FLOW, Actions
from supportdesk.services.changes import Changes, Reach
from supportdesk.services.keeping import keep
from supportdesk.services.once import PATIENCE
from supportdesk.store.journal import OPEN, Entry, Journal
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway import proof
from supportdesk.stripe_gateway.client import Gateway

EVERY = 60.0  # seconds between two looks at what is open
_TYPES = {
    "dispute.create": "issuing_dispute.*",
    "dispute.evidence": "file.created",
    "card.": "issuing_card.*",
    "cardholder.": "issuing_cardholder.*",
    "dispute.": "issuing_dispute.*",
    "token.": "issuing_token.*",
}
NEVER_SENT = Verdict(
    "refused",
    "It was never sent.",
    "The desk ended before it could send this, so nothing was done.",
    {"code": "never_sent"},
)


class Settle:
    """Settles what is open on an account: on start, when Stripe is back, and every minute.

    Args:
        patience: seconds after which a request that nobody waits for has ended at Stripe; before
            that, finding nothing proves nothing.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        journal: Journal,
        actions: Actions,
        changes: Changes,
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._journal = journal
        self._actions = actions
        self._changes = changes
        self._patience = patience
        self._clock = clock
        self._lock = asyncio.Lock()
        self._back = asyncio.Event()
        self._reached = True

    async def follow(self) -> None:
        """Settle again and again, until cancelled; without Stripe it waits for the next turn."""
        self._changes.reach.connect(self._reach)
        try:
            while True:
                self._back.clear()
                with suppress(UserFacing):
                    await self.all()
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY):
                        await self._back.wait()
        finally:
            self._changes.reach.disconnect(self._reach)

    async def all(self) -> int:
        """Ask Stripe about everything that is open; returns how many were settled.

        Raises:
            UserFacing: Stripe could not be reached; the rest stays open. What Stripe refuses to
                tell about one entry is raised after the others had their turn.
        """
        settled = 0
        refused: UserFacing | None = None
        for entry in await self._left():
            try:
                settled += await self.one(entry.id) not in OPEN
            except UserFacing as problem:
                if not problem.request_id:
                    raise
                refused = problem
        if refused is not None:
            raise refused
        return settled

    async def one(self, entry_id: str) -> str:
        """Ask Stripe about an action that is open; returns its state afterwards.

        Raises:
            UserFacing: Stripe could not be reached.
        """
        async with self._lock:
            entry = next((e for e in await self._left() if e.id == entry_id), None)
            if entry is None:
                known = await self._journal.get(entry_id)
                return known.state if known else ""
            verdict = await self._judge(entry)
            if verdict is None:
                return entry.state
            return await self._write(entry, verdict)

    def _reach(self, reach: Reach) -> None:
        if reach.ok and not self._reached:
            self._back.set()
        self._reached = reach.ok

    async def _left(self) -> list[Entry]:
        """Return what is open and not under way in this program, steps before their flow."""
        entries = await self._actions.open_entries()
        left = [entry for entry in entries if not self._actions.under_way(entry.id)]
        return sorted(left, key=lambda entry: entry.action == FLOW)

    async def _write(self, entry: Entry, verdict: Verdict) -> str:
        told: dict[str, Any] = {"title": verdict.title, "detail": verdict.detail}
        told |= {"by": "settled", **verdict.outcome}
        if entry.outcome.get("replayed"):
            told["replayed"] = True
        if (verdict.state, told) == (entry.state, dict(entry.outcome)):
            return entry.state  # nothing more is known than before
        await self._journal.answered(
            entry.id,
            verdict.state,
            verdict.request_id or entry.request_id,
            told,
            at=self._clock(),
        )
        self._changes.journal.emit()
        return verdict.state

    async def _judge(self, entry: Entry) -> Verdict | None:
        """Return what can be said of an action now, None when it is too early to say."""
        if entry.action == FLOW:
            return await self._flow(entry)
        if entry.state == "intended":
            return NEVER_SENT
        types = next((t for start, t in _TYPES.items() if entry.action.startswith(start)), "")
        if not types:  # nothing of Stripe's
            return Verdict("refused", "The desk ended before this was complete.")
        traces = await proof.traces(self._gateway, types, entry.at, entry.idempotency_key)
        found = traces.by_key(entry.idempotency_key)
        if found is not None:
            await self._look(entry)
            told = "Stripe's event names this very request."
            done = {"id": found.object_id}
            return Verdict("confirmed", "It was done.", told, done, found.request_id)
        by_action: dict[str, Callable[[Entry, Traces], Awaitable[Verdict]]] = {
            "card.replace": self._replaced,
            "card.beside": self._besides,
            "dispute.create": self._disputed,
            "dispute.submit": self._submitted,
            "dispute.evidence": self._uploaded,
        }
        verdict = await by_action.get(entry.action, self._changed)(entry, traces)
        early = self._clock() - (entry.answered_at or entry.at) < self._patience
        return None if early and verdict.state != "confirmed" else verdict

    async def _flow(self, flow: Entry) -> Verdict | None:
        """A flow is over once the card is replaced; else it stays to be finished or dropped."""
        with suppress(UserFacing):
            card = await self._card(flow.object_id)
            lacks = flow.params.get("also_virtual") and await self._beside(card) is None
            if card.replaced_by and not lacks:
                return Verdict("confirmed", "The card is replaced.", "", {"id": card.replaced_by})
        return None

    async def _replaced(self, entry: Entry, traces: Traces) -> Verdict:
        old = await self._card(entry.object_id)
        new = old.replaced_by
        if not new:
            cards = await self._gateway.cards(cardholder=old.cardholder_id, limit=100)
            new = next((c.id for c in cards.records if c.replacement_for == old.id), "")
        if not new:
            return Verdict("refused", "Stripe has no replacement for this card.")
        return _made(entry, traces, await self._card(new), "The replacement exists.")

    async def _besides(self, entry: Entry, traces: Traces) -> Verdict:
        made = await self._beside(await self._card(entry.object_id))
        if made is None:
            return Verdict("refused", "Stripe has no card that was ordered besides.")
        return _made(entry, traces, made, "The card exists.")

    async def _beside(self, old: Card) -> Card | None:
        """Return the card that was ordered besides a replacement, None if there is none."""
        at = self._clock()
        cards = await self._gateway.cards(cardholder=old.cardholder_id, limit=100)
        found = [card for card in cards.records if card.beside == old.id]
        await keep(self._mirror, self._changes, found, at)
        return found[0] if found else None

    async def _disputed(self, entry: Entry, traces: Traces) -> Verdict:
        at = self._clock()
        page = await self._gateway.disputes(transaction=entry.object_id, limit=10)
        await keep(self._mirror, self._changes, page.records, at)
        if not page.records:
            return Verdict("refused", "Stripe has no dispute for this purchase.")
        return _made(entry, traces, page.records[0], "The dispute exists.")

    async def _submitted(self, entry: Entry, traces: Traces) -> Verdict:
        at = self._clock()
        dispute = await self._gateway.dispute(entry.object_id)
        await keep(self._mirror, self._changes, [dispute], at)
        if dispute.status == "unsubmitted":
            return Verdict("refused", "The dispute is not submitted.")
        return Verdict("confirmed", "The dispute is submitted.", "", {"status": dispute.status})

    async def _uploaded(self, entry: Entry, traces: Traces) -> Verdict:
        if traces.complete:
            return Verdict("refused", "No file arrived at Stripe.")
        return Verdict(
            "unknown",
            "Whether the file arrived cannot be found out.",
            "This key may not read Stripe's events. A file that is not attached does nothing.",
        )

    async def _changed(self, entry: Entry, traces: Traces) -> Verdict:
        """Compare an object with what was sent to it."""
        body = await proof.as_it_is(self._gateway, entry.object_id)
        await self._look(entry)
        if body is None or not entry.asked:
            return Verdict("unknown", "There is nothing to compare.", "What was sent is not kept.")
        status = {"status": body["status"]} if isinstance(body.get("status"), str) else {}
        if holds(body, entry.asked):
            told = "Stripe's object is as this wanted it."
            return Verdict("confirmed", "It is done.", told, {"id": entry.object_id, **status})
        if traces.complete or not await self._later(entry):
            told = "Stripe's object is not as this wanted it."
            return Verdict("refused", "It is not done.", told, status)
        return Verdict(
            "unknown",
            "The object was changed again since.",
            "How it is now does not tell whether this was done before. This key may not read"
            " Stripe's events, or there are too many.",
            status,
        )

    async def _later(self, entry: Entry) -> bool:
        """Whether this desk worked on the same object afterwards."""
        for other in await self._actions.history(entry.object_id, 200):
            if other.id == entry.id:
                return False
            if other.state != "refused":
                return True
        return True

    async def _look(self, entry: Entry) -> None:
        """Read a card that was acted on into the mirror."""
        if proof.path_of(entry.object_id).endswith("/cards"):
            await self._card(entry.object_id)

    async def _card(self, card_id: str) -> Card:
        at = self._clock()
        card = await self._gateway.card(card_id)
        found: list[Record] = [card]
        await keep(self._mirror, self._changes, found, at)
        return card


def _made(entry: Entry, traces: Traces, made: Card | Dispute, title: str) -> Verdict:
    """Judge by the object that exists; its own event may say that another request made it."""
    outcome: Mapping[str, Any] = {"id": made.id}
    if not traces.made_by(entry.idempotency_key, made.id, made.created):
        return Verdict("refused", title, "Another request than this one made it.", outcome)
    return Verdict("confirmed", title, "There is one, and this asked for one.", outcome)
