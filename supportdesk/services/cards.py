"""What an agent does with a card. Each change is read again from Stripe before it is shown."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from supportdesk.domain import reasons
from supportdesk.domain.cards import CancelReason, ReplacementOrder
from supportdesk.domain.reasons import Reasons, Why
from supportdesk.domain.records import Card, Shipping
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.card_params import replacement_params as replacement_params
from supportdesk.services.card_params import shipping_params as shipping_params
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.services.limits import Limits
from supportdesk.services.once import Once
from supportdesk.services.replacement import Replaced, Replacements, Unfinished, local_time
from supportdesk.services.switched import NOTE, last_switch
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

T = TypeVar("T")


class Cards:
    """Changes to cards of the open account.

    A change runs to its end even if its caller goes away. Every method raises UserFacing when
    Stripe refused and nothing was done, and OutcomeUnknown when no sure answer came; then the
    card was read again if Stripe could be reached, so the mirror holds what is true now. All but
    freezing raise `level_too_low` when the caller has not proved enough; nothing was sent then.

    Args:
        guard: knows who is on the line; without one, what asks for proof is refused.
        once: sends what must not happen twice.
        reasons: what is offered to pick from; nothing by default.
        clock: Unix seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        actions: Actions,
        changes: Changes,
        *,
        guard: Guard | None = None,
        once: Once | None = None,
        reasons: Reasons | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.reasons = reasons or Reasons(version="")
        self._guard = guard or Unattended()
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._flows: set[asyncio.Task[Any]] = set()
        self.replacements = Replacements(
            gateway,
            actions,
            once or Once(actions, clock=clock),
            reread=self.reread,
            change=self._change,
        )
        self.limits = Limits(
            gateway,
            mirror,
            actions,
            changes,
            self._guard,
            reread=self.reread,
            change=self._change,
            run=self._to_the_end,
            clock=clock,
        )

    async def freeze(self, card_id: str, why: Why | None = None, *, call_id: str = "") -> Card:
        """Switch a card off for the time being; nothing is asked first, not even Stripe.

        A reason that is not known yet is given afterwards, to `say_why`.
        """
        params = {"status": "inactive"}
        call_id = call_id or await self._allowed("freeze", card_id)
        kept = why.kept() if why else None
        return await self._to_the_end(
            self._update("card.freeze", card_id, params, call_id, beside=kept)
        )

    async def say_why(self, card_id: str, why: Why) -> None:
        """Write why this desk froze a card; the latest reason counts, earlier ones stay.

        Raises:
            UserFacing: `reason_missing`; `not_frozen_here`: the last switch was no freeze.
        """
        said = reasons.demand(why)
        last = last_switch(await self._actions.history(card_id))
        if last is None or last.action != "card.freeze":
            raise UserFacing("This desk did not freeze the card last.", code="not_frozen_here")
        call_id = await self._allowed("freeze", card_id)
        await self._actions.note(NOTE, card_id, said.kept(), call_id=call_id, flow_id=last.id)

    async def unfreeze(self, card_id: str, why: Why, *, call_id: str = "") -> Card:
        """Switch a frozen card on again; raises as `cancel`, and `reason_missing`."""
        call_id = await self._allowed("unfreeze", card_id) or call_id
        kept = reasons.demand(why).kept()
        return await self._to_the_end(self._switch_on("card.unfreeze", card_id, call_id, kept))

    async def activate(self, card_id: str, why: Why | None = None, *, call_id: str = "") -> Card:
        """Switch a card on for the first time; raises as `cancel`.

        A damaged or expired card that it replaces is cancelled by Stripe at that moment.
        """
        call_id = await self._allowed("activate", card_id) or call_id
        kept = why.kept() if why else None
        return await self._to_the_end(self._switch_on("card.activate", card_id, call_id, kept))

    async def cancel(self, card_id: str, reason: CancelReason, *, call_id: str = "") -> Card:
        """Cancel a card for good.

        Raises:
            UserFacing: also `card_changed`: someone else was faster; nothing was sent.
        """
        params = {"status": "canceled", "cancellation_reason": reason}
        call_id = await self._allowed("cancel", card_id) or call_id
        return await self._to_the_end(self._alone("card.cancel", card_id, params, call_id))

    async def change_shipping(self, card_id: str, shipping: Shipping, *, call_id: str = "") -> Card:
        """Send a card that is not on its way yet to another address; raises as `cancel`."""
        call_id = await self._allowed("new_address", card_id) or call_id
        known = await self._mirror.card(card_id)
        params = {"shipping": shipping_params(shipping, known.record.shipping if known else None)}
        return await self._to_the_end(self._alone("card.shipping", card_id, params, call_id))

    async def replace(self, order: ReplacementOrder, *, call_id: str = "") -> Replaced:
        """Order a replacement; a lost or stolen card that still lives is cancelled first.

        When the second of the two steps fails the old card stays cancelled; ordering again goes
        on from there.

        Raises:
            UserFacing: also `replacement_not_allowed`, judged by the card as it is now.
        """
        return await self._to_the_end(self._replace(order, call_id))

    async def unfinished(self) -> list[Unfinished]:
        """Return orders that were left half done, when the desk ended or no answer came."""
        return await self.replacements.unfinished()

    async def finish_order(self, left: Unfinished) -> Replaced:
        """Finish an order that was left; what it asked for was allowed in its own call.

        Raises:
            UserFacing: as `replace`; `flow_over` when there is nothing left to finish.
        """

        async def flow() -> Replaced:
            async with self._locks[left.order.card_id]:
                return await self.replacements.finish(left.entry.id)

        return await self._to_the_end(flow())

    async def drop_order(self, left: Unfinished, agent: str) -> None:
        """Give up an order that was left; a card that was cancelled stays cancelled."""
        async with self._locks[left.order.card_id]:
            await self.replacements.drop(left.entry.id, agent)

    async def finish(self) -> None:
        """Wait until flows under way have ended; before the desk is closed."""
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def reread(self, card_id: str) -> Card:
        """Read a card from Stripe now."""
        at = self._clock()
        card = await self._gateway.card(card_id)
        await keep(self._mirror, self._changes, [card], at)
        return card

    async def _allowed(self, action: str, card_id: str) -> str:
        """Return the call an action on a card belongs to; raises `level_too_low`."""
        seen = await self._mirror.card(card_id)
        owner = seen.record.cardholder_id if seen else ""
        if seen is None and action != "freeze":  # which waits for nothing
            owner = (await self.reread(card_id)).cardholder_id
        return await self._guard.allow(action, owner)

    async def _goes_elsewhere(self, order: ReplacementOrder, cardholder_id: str) -> bool:
        """Whether a replacement is sent to another address than the one on file."""
        if order.type != "physical" or order.shipping is None:
            return False
        person = await self._mirror.cardholder(cardholder_id)
        return person is None or order.shipping.address != person.record.billing

    async def _to_the_end(self, flow: Coroutine[Any, Any, T]) -> T:
        """Run a flow that goes on when its caller goes away: what follows a change must follow."""
        task = asyncio.create_task(flow)
        self._flows.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._flows.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, UserFacing):
            logging.getLogger(__name__).error("a change to a card broke off", exc_info=error)

    async def _switch_on(
        self, action: str, card_id: str, call_id: str, kept: Mapping[str, str] | None
    ) -> Card:
        params = {"status": "active"}
        card = await self._alone(action, card_id, params, call_id, beside=kept)
        if card.replacement_for:  # which the first activation may have ended
            await self._look_again(card.replacement_for)
        return card

    async def _replace(self, order: ReplacementOrder, call_id: str) -> Replaced:
        async with self._locks[order.card_id]:
            old = await self.reread(order.card_id)
            elsewhere = await self._goes_elsewhere(order, old.cardholder_id)
            action = "new_address" if elsewhere else "replace"
            call_id = await self._guard.allow(action, old.cardholder_id) or call_id
            return await self.replacements.order(order, old, call_id)

    async def _alone(
        self,
        action: str,
        card_id: str,
        params: Mapping[str, Any],
        call_id: str,
        beside: Mapping[str, Any] | None = None,
    ) -> Card:
        """Change a card if it still is what this desk shows; else say what happened to it."""
        async with self._locks[card_id]:
            known = await self._mirror.card(card_id)
            now = await self.reread(card_id)
            if known is not None and (changed := _differs(known.record, now, action)):
                raise await self._changed_meanwhile(now, changed)
            return await self._update(action, card_id, params, call_id, beside=beside)

    async def _changed_meanwhile(self, now: Card, changed: str) -> UserFacing:
        """Say who changed a card since it was shown, as far as it can be known."""
        done = await self._actions.history(now.id, 1)
        who = "The change came from another desk or from Stripe's dashboard."
        if done and done[0].state == "confirmed" and done[0].outcome.get("status") == now.status:
            who = f"Done by {done[0].agent} at this desk, {local_time(done[0].at)}."
        return UserFacing(
            f"The card was changed meanwhile: {changed}",
            f"{who} Nothing was sent.",
            "Look at the card as it is now, then decide again.",
            code="card_changed",
        )

    async def _update(
        self,
        action: str,
        card_id: str,
        params: Mapping[str, Any],
        call_id: str,
        beside: Mapping[str, Any] | None = None,
    ) -> Card:
        return await self._change(
            action,
            card_id,
            params,
            lambda key: self._gateway.update_card(card_id, params, key=key),
            {"call_id": call_id, "beside": beside},
        )

    async def _change(
        self,
        action: str,
        card_id: str,
        params: Mapping[str, Any],
        send: Callable[..., Awaitable[Any]],
        context: Mapping[str, Any],
        perform: Callable[..., Awaitable[Card]] | None = None,
    ) -> Card:
        """Send a change through the journal and return the card as it is afterwards."""
        at = self._clock()
        perform = perform or self._actions.perform
        try:
            card: Card = await perform(action, card_id, params, send, **context)
        except OutcomeUnknown:
            await self._look_again(card_id)
            raise
        await keep(self._mirror, self._changes, [card], at)
        return await self._look_again(card.id) or card

    async def _look_again(self, card_id: str) -> Card | None:
        """Read a card after a change; None if Stripe cannot be asked at the moment."""
        try:
            return await self.reread(card_id)
        except UserFacing:
            return None


def _differs(known: Card, now: Card, action: str) -> str:
    """Say in what a card is no longer what an action was meant for, "" if in nothing."""
    if now.status != known.status:
        how = f" as {now.cancellation_reason}" if now.cancellation_reason else ""
        said = {"active": "it is active", "inactive": "it is switched off"}
        return said.get(now.status, f"it is cancelled{how}") + "."
    if now.replaced_by != known.replaced_by:
        return "a replacement was ordered."
    if action == "card.shipping" and (now.shipping != known.shipping):
        return "its shipment is not what it was."
    return ""
