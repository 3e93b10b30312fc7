"""What an agent does with a card. Each change is read again from Stripe before it is shown."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from supportdesk.domain.cards import (
    CancelReason,
    ReplacementOrder,
    may_replace,
    must_cancel_first,
)
from supportdesk.domain.records import Card, Shipping, SpendingControls
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Replaced:
    """A replacement: the card that was replaced and the new one, as Stripe tells them."""

    old: Card
    new: Card


class Cards:
    """Changes to cards of the open account.

    A change runs to its end even if its caller goes away. Every method raises UserFacing when
    Stripe refused and nothing was done, and OutcomeUnknown when no sure answer came; then the
    card was read again if Stripe could be reached, so the mirror holds what is true now. All but
    freezing raise `level_too_low` when the caller has not proved enough; nothing was sent then.

    Args:
        guard: knows who is on the line; without one, what asks for proof is refused.
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
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._guard = guard or Unattended()
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._flows: set[asyncio.Task[Any]] = set()

    async def freeze(self, card_id: str, *, call_id: str = "") -> Card:
        """Switch a card off for the time being."""
        params = {"status": "inactive"}
        call_id = call_id or await self._allowed("freeze", card_id)
        return await self._to_the_end(self._update("card.freeze", card_id, params, call_id))

    async def unfreeze(self, card_id: str, *, call_id: str = "") -> Card:
        """Switch a frozen card on again."""
        params = {"status": "active"}
        call_id = await self._allowed("unfreeze", card_id) or call_id
        return await self._to_the_end(self._update("card.unfreeze", card_id, params, call_id))

    async def activate(self, card_id: str, *, call_id: str = "") -> Card:
        """Switch a card on for the first time.

        A damaged or expired card that it replaces is cancelled by Stripe at that moment.
        """
        call_id = await self._allowed("activate", card_id) or call_id
        return await self._to_the_end(self._activate(card_id, call_id))

    async def cancel(self, card_id: str, reason: CancelReason, *, call_id: str = "") -> Card:
        """Cancel a card for good."""
        params = {"status": "canceled", "cancellation_reason": reason}
        call_id = await self._allowed("cancel", card_id) or call_id
        return await self._to_the_end(self._update("card.cancel", card_id, params, call_id))

    async def change_shipping(self, card_id: str, shipping: Shipping, *, call_id: str = "") -> Card:
        """Send a card that is not on its way yet to another address."""
        call_id = await self._allowed("new_address", card_id) or call_id
        known = await self._mirror.card(card_id)
        params = {"shipping": shipping_params(shipping, known.record.shipping if known else None)}
        return await self._to_the_end(self._update("card.shipping", card_id, params, call_id))

    async def replace(self, order: ReplacementOrder, *, call_id: str = "") -> Replaced:
        """Order a replacement; a lost or stolen card that still lives is cancelled first.

        When the second of the two steps fails the old card stays cancelled; ordering again goes
        on from there.

        Raises:
            UserFacing: also `replacement_not_allowed`, judged by the card as it is now.
        """
        return await self._to_the_end(self._replace(order, call_id))

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

    async def _activate(self, card_id: str, call_id: str) -> Card:
        card = await self._update("card.activate", card_id, {"status": "active"}, call_id)
        if card.replacement_for:
            await self._look_again(card.replacement_for)
        return card

    async def _replace(self, order: ReplacementOrder, call_id: str) -> Replaced:
        async with self._locks[order.card_id]:
            flow_id = str(uuid.uuid4())
            old = await self.reread(order.card_id)
            elsewhere = await self._goes_elsewhere(order, old.cardholder_id)
            action = "new_address" if elsewhere else "replace"
            call_id = await self._guard.allow(action, old.cardholder_id) or call_id
            verdict = may_replace(old, order.reason)
            if not verdict.allowed:
                raise UserFacing(
                    "This card cannot be replaced.",
                    verdict.why,
                    "Look at the card as it is now.",
                    code="replacement_not_allowed",
                )
            if must_cancel_first(old, order.reason):
                params = {"status": "canceled", "cancellation_reason": order.reason}
                old = await self._update("card.cancel", old.id, params, call_id, flow_id, step=1)
            new = await self._create(order, old, call_id, flow_id)
            return Replaced(await self._look_again(old.id) or old, new)

    async def _create(self, order: ReplacementOrder, old: Card, call_id: str, flow_id: str) -> Card:
        params = replacement_params(order, old)
        return await self._change(
            "card.replace",
            old.id,
            params,
            lambda key: self._gateway.create_card(params, key=key),
            {"call_id": call_id, "flow_id": flow_id, "step": 2},
        )

    async def _update(
        self,
        action: str,
        card_id: str,
        params: Mapping[str, Any],
        call_id: str,
        flow_id: str = "",
        step: int = 0,
    ) -> Card:
        return await self._change(
            action,
            card_id,
            params,
            lambda key: self._gateway.update_card(card_id, params, key=key),
            {"call_id": call_id, "flow_id": flow_id, "step": step},
        )

    async def _change(
        self,
        action: str,
        card_id: str,
        params: Mapping[str, Any],
        send: Callable[[str], Awaitable[Any]],
        context: Mapping[str, Any],
    ) -> Card:
        """Send a change through the journal and return the card as it is afterwards."""
        at = self._clock()
        try:
            card: Card = await self._actions.perform(action, card_id, params, send, **context)
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


def replacement_params(order: ReplacementOrder, old: Card) -> dict[str, Any]:
    """Return what is sent to create a replacement.

    The old card's own limits are sent along: Stripe does not say that it copies them, and a
    replacement must not allow more than the card it replaces.
    """
    params: dict[str, Any] = {
        "cardholder": old.cardholder_id,
        "currency": old.currency,
        "type": order.type,
        "replacement_for": old.id,
        "replacement_reason": order.reason,
    }
    if order.type == "physical":
        design = order.personalization_design or old.personalization_design
        params |= {"personalization_design": design} if design else {}
        params |= {"second_line": order.second_line} if order.second_line else {}
        if order.shipping is not None:
            params["shipping"] = shipping_params(order.shipping)
    if controls := _controls_params(old.spending_controls):
        params["spending_controls"] = controls
    return params


def shipping_params(shipping: Shipping, before: Shipping | None = None) -> dict[str, Any]:
    """Return what is sent of a shipment; what was filled `before` and is empty now is cleared."""
    address, past = shipping.address, before.address if before else None
    sent: dict[str, Any] = {
        "name": shipping.name,
        "phone_number": shipping.phone_number or _clear(before.phone_number if before else ""),
        "service": shipping.service or None,
        "type": shipping.type or None,
        "address": _filled(
            {
                "line1": address.line1,
                "line2": address.line2 or _clear(past.line2 if past else ""),
                "city": address.city,
                "postal_code": address.postal_code,
                "state": address.state or _clear(past.state if past else ""),
                "country": address.country,
            }
        ),
    }
    if shipping.validation_mode:
        sent["address_validation"] = {"mode": shipping.validation_mode}
    return _filled(sent)


def _clear(before: str) -> str | None:
    return "" if before else None


def _filled(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _controls_params(controls: SpendingControls) -> dict[str, Any]:
    sent: dict[str, Any] = {
        name: list(getattr(controls, name))
        for name in (
            "allowed_categories",
            "blocked_categories",
            "allowed_merchant_countries",
            "blocked_merchant_countries",
            "allowed_card_presences",
            "blocked_card_presences",
        )
        if getattr(controls, name)
    }
    if controls.limits:
        sent["spending_limits"] = [
            {"amount": limit.amount, "interval": limit.interval}
            | ({"categories": list(limit.categories)} if limit.categories else {})
            for limit in controls.limits
        ]
    return sent
