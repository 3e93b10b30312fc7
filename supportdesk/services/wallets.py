"""A card's wallet tokens: which telephones and watches can pay with it, and switching them off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from supportdesk.domain.records import Token
from supportdesk.errors import UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.services.keeping import keep
from supportdesk.services.verification import Guard, Unattended
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

Target = Literal["suspended", "active", "deleted"]
# How the journal calls it, and what it asks of the caller: suspending protects and can be undone,
# as freezing; deleting is for good, as cancelling.
_ACTS: dict[Target, tuple[str, str]] = {
    "suspended": ("token.suspend", "freeze"),
    "active": ("token.resume", "unfreeze"),
    "deleted": ("token.delete", "cancel"),
}


class Wallets:
    """Reads and changes wallet tokens of the open account.

    Args:
        guard: knows who is on the line.
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
        self._gateway = gateway
        self._mirror = mirror
        self._actions = actions
        self._changes = changes
        self._guard = guard or Unattended()
        self._clock = clock

    async def known(self, card_id: str) -> list[Token]:
        """Return a card's tokens as the mirror has them, newest first."""
        return [seen.record for seen in await self._mirror.tokens_of(card_id)]

    async def read(self, card_id: str) -> list[Token]:
        """Ask Stripe for a card's tokens, cancelled card or not.

        Raises:
            UserFacing: Stripe could not be reached or refused.
        """
        at = self._clock()
        page = await self._gateway.tokens(card_id)
        await keep(self._mirror, self._changes, page.records, at)
        return await self.known(card_id)

    async def change(self, token: Token, to: Target) -> Token:
        """Suspend, switch on or delete a token; deleted is final. Returns it as it is then.

        Raises:
            UserFacing: Stripe or the network refused, or `level_too_low`.
            OutcomeUnknown: it may or may not have been done.
        """
        action, asks = _ACTS[to]
        seen = await self._mirror.card(token.card_id)
        call_id = await self._guard.allow(asks, seen.record.cardholder_id if seen else "")
        params = {"status": to}
        at = self._clock()
        changed = await self._actions.perform(
            action,
            token.id,
            params,
            lambda key: self._gateway.update_token(token.id, params, key=key),
            call_id=call_id,
        )
        await keep(self._mirror, self._changes, [changed], at)
        try:
            at = self._clock()
            changed = await self._gateway.token(token.id)
        except UserFacing:
            return changed  # the answer itself is known; the next look reads it again
        await keep(self._mirror, self._changes, [changed], at)
        return changed
