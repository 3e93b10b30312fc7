"""Change how much a card, or all cards of a cardholder, may spend."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from supportdesk.domain import reasons
from supportdesk.domain.limit_changes import Change, changes
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card, Cardholder, SpendingControls, SpendingLimit
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.card_params import controls_params
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.services.verification import Guard
from supportdesk.store.journal import Entry
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

ACTION = "limits"  # in the verification table


class Limits:
    """Replaces the list of limits; every other control is sent again as it is.

    Whether Stripe keeps the controls an update leaves out is not documented, so none is left out.
    Both methods raise UserFacing `level_too_low`, `reason_missing`, `limits_changed` (someone else
    was faster) when nothing was sent, Stripe's own refusal, and OutcomeUnknown.

    Args:
        reread: reads a card from Stripe into the mirror.
        change: `Cards._change`: sends, keeps and reads a card again.
        run: lets a change run to its end even if its caller goes away.
    """

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        actions: Actions,
        changes: Changes,
        guard: Guard,
        *,
        reread: Callable[[str], Awaitable[Card]],
        change: Callable[..., Awaitable[Card]],
        run: Callable[..., Awaitable[Any]],
        clock: Callable[[], float],
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._guard = guard
        self._reread = reread
        self._change = change
        self._run = run
        self._clock = clock
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of_card(
        self, card: Card, limits: Sequence[SpendingLimit], why: Why, *, call_id: str = ""
    ) -> Card:
        """Give a card other limits (minor units of its currency).

        Args:
            card: the card as it was shown: when it has other limits by now, nothing is sent.
        """
        call_id = await self._guard.allow(ACTION, card.cardholder_id) or call_id
        said = reasons.demand(why)

        async def flow() -> Card:
            async with self._locks[card.id]:
                now = await self._reread(card.id)
                _unchanged(card.spending_controls, now.spending_controls)
                params = _params(now.spending_controls, limits)
                return await self._change(
                    "card.limits",
                    card.id,
                    params,
                    lambda key: self._gateway.update_card(card.id, params, key=key),
                    {
                        "call_id": call_id,
                        "beside": _beside(said, now.spending_controls, now.currency),
                    },
                )

        changed: Card = await self._run(flow())
        return changed

    async def of_cardholder(
        self,
        cardholder: Cardholder,
        limits: Sequence[SpendingLimit],
        currency: str,
        why: Why,
        *,
        call_id: str = "",
    ) -> Cardholder:
        """Give all cards of a cardholder together other limits (minor units of `currency`)."""
        call_id = await self._guard.allow(ACTION, cardholder.id) or call_id
        said = reasons.demand(why)

        async def flow() -> Cardholder:
            async with self._locks[cardholder.id]:
                now = await self._read(cardholder.id)
                _unchanged(cardholder.spending_controls, now.spending_controls)
                params = _params(now.spending_controls, limits)
                if limits:
                    params["spending_controls"]["spending_limits_currency"] = currency
                beside = _beside(said, now.spending_controls, currency)
                return await self._send(cardholder.id, params, call_id, beside)

        changed: Cardholder = await self._run(flow())
        return changed

    async def _send(
        self, id: str, params: Mapping[str, Any], call_id: str, beside: Mapping[str, Any]
    ) -> Cardholder:
        at = self._clock()
        try:
            changed = await self._actions.perform(
                "cardholder.limits",
                id,
                params,
                lambda key: self._gateway.update_cardholder(id, params, key=key),
                call_id=call_id,
                beside=beside,
            )
        except OutcomeUnknown:
            await self._look_again(id)
            raise
        await keep(self._mirror, self._changes, [changed], at)
        return await self._look_again(id) or changed

    async def _read(self, id: str) -> Cardholder:
        at = self._clock()
        cardholder = await self._gateway.cardholder(id)
        await keep(self._mirror, self._changes, [cardholder], at)
        return cardholder

    async def _look_again(self, id: str) -> Cardholder | None:
        """Read a cardholder after a change; None if Stripe cannot be asked at the moment."""
        try:
            return await self._read(id)
        except UserFacing:
            return None


def _params(now: SpendingControls, limits: Sequence[SpendingLimit]) -> dict[str, Any]:
    sent = controls_params(replace(now, limits=tuple(limits)))
    sent.setdefault("spending_limits", [])  # an empty list takes the last limit away
    return {"spending_controls": sent}


def _beside(why: Why, before: SpendingControls, currency: str) -> dict[str, Any]:
    """What the journal keeps: the reason, the limits that were replaced, their currency."""
    was = controls_params(SpendingControls(limits=before.limits))
    return {
        **why.kept(),
        "before": was.get("spending_limits", []),
        "currency": currency,
    }


def told(entry: Entry) -> tuple[list[Change], str] | None:
    """Return what an entry changed of limits and their currency, None if it is about others.

    Written by an older or newer release it may be of another shape: then nothing is told.
    """
    sent = entry.asked.get("spending_controls")
    if entry.action not in ("card.limits", "cardholder.limits") or not isinstance(sent, Mapping):
        return None
    try:
        before = [_limit(one) for one in entry.beside["before"]]
        after = [_limit(one) for one in sent["spending_limits"]]
        return changes(before, after), str(entry.beside["currency"])
    except (KeyError, TypeError, ValueError):
        return None


def _limit(kept: Mapping[str, Any]) -> SpendingLimit:
    return SpendingLimit(
        amount=int(kept["amount"]),
        interval=str(kept["interval"]),
        categories=tuple(kept.get("categories", ())),
    )


def _unchanged(shown: SpendingControls, now: SpendingControls) -> None:
    if (shown.limits, shown.limits_currency) != (now.limits, now.limits_currency):
        raise UserFacing(
            "The limits were changed meanwhile.",
            "They are not what this desk showed. Nothing was sent.",
            "Look at the limits as they are now, then decide again.",
            code="limits_changed",
        )
