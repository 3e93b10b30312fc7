"""The flow of a replacement: cancel first if the card is lost or stolen, then create, once.

A virtual card that is wanted besides is the third step of the same flow, sent once as well.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from supportdesk.domain.cards import ReplacementOrder, may_replace, must_cancel_first
from supportdesk.domain.records import Card
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import FLOW, Actions
from supportdesk.services.card_params import beside_params, replacement_params
from supportdesk.services.once import AlreadyThere, Once
from supportdesk.store.body import dump, load
from supportdesk.store.journal import Entry
from supportdesk.stripe_gateway.client import Gateway


@dataclass(frozen=True, slots=True)
class Replaced:
    """A replacement: the card that was replaced and the new one, as Stripe tells them.

    `beside`: the virtual card that was ordered with it, if one was.
    """

    old: Card
    new: Card
    beside: Card | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A flow that was left: by whom, when and in which call stands in `entry`."""

    entry: Entry
    order: ReplacementOrder


Change = Callable[..., Awaitable[Card]]


class Replacements:
    """Orders replacements and finishes orders that were left.

    Args:
        reread: reads a card from Stripe into the mirror.
        change: `Cards.changed`: keeps what a change brought and reads it again.
    """

    def __init__(
        self,
        gateway: Gateway,
        actions: Actions,
        once: Once,
        *,
        reread: Callable[[str], Awaitable[Card]],
        change: Change,
    ) -> None:
        self._gateway = gateway
        self._actions = actions
        self._once = once
        self._reread = reread
        self._change = change

    async def order(self, order: ReplacementOrder, old: Card, call_id: str) -> Replaced:
        """Carry out an order, judged by the card as it was just read."""
        if not await self._only_besides(order, old):
            await self._may(old, order)
            if not must_cancel_first(old, order.reason) and not order.also_virtual:
                return await self._create(order, old, call_id, "")
        flow = await self._actions.begin_flow(FLOW, old.id, json.loads(dump(order)), call_id)
        return await self._run(flow, order, old)

    async def unfinished(self) -> list[Unfinished]:
        """Return the flows nobody is at work on, oldest first."""
        return [
            Unfinished(entry, load(ReplacementOrder, json.dumps(dict(entry.params))))
            for entry in await self._actions.open_entries()
            if entry.action == FLOW and entry.params and not self._actions.under_way(entry.id)
        ]

    async def finish(self, entry_id: str) -> Replaced:
        """Go on with a flow that was left, from where the card stands now, in the same call.

        Raises:
            UserFacing: also `flow_over`: it is finished, dropped or under way.
        """
        left = await self._left(entry_id)
        self._actions.take_up(left.entry)
        try:
            old = await self._reread(left.order.card_id)
        except UserFacing:
            self._actions.put_down(left.entry)
            raise
        if old.replaced_by and not await self._only_besides(left.order, old):
            await self._actions.end_flow(left.entry, "confirmed", {"id": old.replaced_by})
            raise await self._elsewhere(old)
        return await self._run(left.entry, left.order, old)

    async def drop(self, entry_id: str, agent: str) -> None:
        """Give up a flow that was left; what was done of it stays."""
        left = await self._left(entry_id)
        told = {"code": "dropped", "title": f"Given up by {agent}."}
        await self._actions.end_flow(left.entry, "refused", told)

    async def _left(self, entry_id: str) -> Unfinished:
        for left in await self.unfinished():
            if left.entry.id == entry_id:
                return left
        raise UserFacing("This order is finished, given up or under way.", code="flow_over")

    async def _run(self, flow: Entry, order: ReplacementOrder, old: Card) -> Replaced:
        """Do what is still to do of a flow and write how it ended."""
        try:
            done = await self._steps(flow, order, old)
        except OutcomeUnknown as problem:
            await self._actions.end_flow(flow, "unknown", {"title": problem.title})
            raise
        except UserFacing as problem:
            told = {"code": problem.code, "title": problem.title, "detail": problem.detail}
            await self._actions.end_flow(flow, "refused", told)
            raise
        await self._actions.end_flow(flow, "confirmed", {"id": done.new.id})
        return done

    async def _steps(self, flow: Entry, order: ReplacementOrder, old: Card) -> Replaced:
        if await self._only_besides(order, old):
            done = Replaced(old, await self._reread(old.replaced_by))
        else:
            await self._may(old, order)
            if must_cancel_first(old, order.reason):
                old = await self._cancel(flow, order)
            done = await self._create(order, old, flow.call_id, flow.flow_id)
        if order.also_virtual:
            done = replace(done, beside=await self._beside(flow, old))
        return done

    async def _only_besides(self, order: ReplacementOrder, old: Card) -> bool:
        """Whether the replacement was made at this desk and only the card besides is lacking."""
        if not order.also_virtual or not old.replaced_by:
            return False
        return await self._own(old, settled=True) is not None

    async def _beside(self, flow: Entry, old: Card) -> Card:
        """Order the virtual card besides the replacement; one, whatever desk asks."""

        async def send(key: str, params: Mapping[str, Any]) -> Any:
            return await self._gateway.create_card(params, key=key)

        async def find() -> Card | None:
            return await self.beside(old)

        async def perform(
            action: str, object_id: str, params: Mapping[str, Any], _send: object, **context: Any
        ) -> Card:
            return await self._once.perform(action, object_id, params, send, find, **context)

        if (there := await find()) is not None:
            return there
        context = {"call_id": flow.call_id, "flow_id": flow.flow_id, "step": 3}
        try:
            return await self._change(
                "card.beside", old.id, beside_params(old), send, context, perform
            )
        except AlreadyThere as other:
            made: Card = other.record
            return made

    async def beside(self, old: Card) -> Card | None:
        """Ask Stripe for the virtual card that was ordered besides a card's replacement."""
        cards = await self._gateway.cards(cardholder=old.cardholder_id, limit=100)
        return next((card for card in cards.records if card.beside == old.id), None)

    async def _cancel(self, flow: Entry, order: ReplacementOrder) -> Card:
        params = {"status": "canceled", "cancellation_reason": order.reason}
        try:
            return await self._change(
                "card.cancel",
                order.card_id,
                params,
                lambda key: self._gateway.update_card(order.card_id, params, key=key),
                {"call_id": flow.call_id, "flow_id": flow.flow_id, "step": 1},
            )
        except UserFacing:
            # Another desk may have been faster, or only the answer was lost: Stripe knows.
            now = await self._reread(order.card_id)
            if (now.status, now.cancellation_reason) != ("canceled", order.reason):
                raise
            return now

    async def _create(
        self, order: ReplacementOrder, old: Card, call_id: str, flow_id: str
    ) -> Replaced:
        params = replacement_params(order, old)

        async def send(key: str, params: Mapping[str, Any]) -> Any:
            return await self._gateway.create_card(params, key=key)

        async def find() -> Card | None:
            now = await self._reread(old.id)
            return await self._gateway.card(now.replaced_by) if now.replaced_by else None

        async def perform(
            action: str, object_id: str, params: Mapping[str, Any], _send: object, **context: Any
        ) -> Card:
            return await self._once.perform(action, object_id, params, send, find, **context)

        context = {"call_id": call_id, "flow_id": flow_id, "step": 2}
        try:
            new = await self._change("card.replace", old.id, params, send, context, perform)
        except AlreadyThere:
            raise await self._elsewhere(await self._reread(old.id)) from None
        try:
            return Replaced(await self._reread(old.id), new)
        except UserFacing:
            return Replaced(old, new)

    async def _may(self, old: Card, order: ReplacementOrder) -> None:
        if old.replaced_by:
            raise await self._elsewhere(old)
        verdict = may_replace(old, order.reason)
        if not verdict.allowed:
            raise UserFacing(
                "This card cannot be replaced.",
                verdict.why,
                "Look at the card as it is now.",
                code="replacement_not_allowed",
            )

    async def _elsewhere(self, old: Card) -> UserFacing:
        """Say that a card was replaced, by whom and when as far as it can be known."""
        own = await self._own(old)
        if own is not None:
            who = f"Ordered by {own.agent} at this desk, {local_time(own.at)}."
        else:
            who = await self._at_stripe(old.replaced_by)
        return UserFacing(
            "This card has been replaced already.",
            f"{who} No second card was ordered.",
            "Look at the new card.",
            code="replacement_not_allowed",
        )

    async def _own(self, old: Card, *, settled: bool = False) -> Entry | None:
        """Return the entry of this desk's order that made a card's replacement, if it did.

        With `settled` also one whose answer was lost: another desk may have sent the same key.
        """
        for entry in await self._actions.history(old.id, 200):
            if entry.action != "card.replace" or entry.state != "confirmed":
                continue
            by = entry.outcome.get("by")
            if (by is None or (settled and by == "settled")) and entry.outcome.get(
                "id"
            ) == old.replaced_by:
                return entry
        return None

    async def _at_stripe(self, card_id: str) -> str:
        try:
            new = await self._reread(card_id)
        except UserFacing:
            return "Not from this desk."
        when = f", {local_time(new.created)}" if new.created else ""
        return f"Ordered at another desk or in Stripe's dashboard{when}: card ending {new.last4}."


def local_time(unix: float) -> str:
    """An instant in local time; words of an error are not put into the user's locale."""
    return datetime.fromtimestamp(unix).astimezone().strftime("%Y-%m-%d %H:%M:%S")
