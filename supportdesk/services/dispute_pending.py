"""Purchases that have not settled: they cannot be disputed yet, but the desk can remember them."""

from __future__ import annotations

import time
from collections.abc import Callable

from supportdesk.domain.records import Authorization
from supportdesk.services.dispute_intake import RELATED
from supportdesk.store.dispute_reminders import DisputeReminders, Reminder
from supportdesk.store.mirror import Mirror

_GONE = ("reversed", "expired", "closed")  # without a capture there is nothing left to dispute


class Pending:
    """Pending purchases of the open account.

    Args:
        account: ref of the open account.
        agent: name of the agent now.
        clock: Unix seconds.
    """

    def __init__(
        self,
        mirror: Mirror,
        reminders: DisputeReminders,
        *,
        account: str,
        agent: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._mirror = mirror
        self._reminders = reminders
        self._account = account
        self._agent = agent
        self._clock = clock

    async def of(self, cardholder_id: str) -> list[Authorization]:
        """Return a person's purchases that the mirror knows as pending, newest first."""
        seen = await self._mirror.authorizations_of(cardholder_id, limit=RELATED)
        return [s.record for s in seen if s.record.status == "pending" and s.record.approved]

    async def waiting(self) -> list[Reminder]:
        """Return the purchases somebody waits for."""
        return await self._reminders.waiting(self._account)

    async def remind(self, purchase: Authorization) -> None:
        """Begin a dispute once this purchase settles."""
        reminder = Reminder(
            authorization_id=purchase.id,
            cardholder_id=purchase.cardholder_id,
            agent=self._agent(),
            asked_at=self._clock(),
        )
        await self._reminders.put(self._account, reminder)

    async def settled(self) -> list[list[str]]:
        """Return the captures of each purchase whose wait is over now, and end the wait.

        A purchase that was given up without a capture is no longer waited for.
        """
        found = []
        for reminder in await self.waiting():
            under = await self._mirror.transactions_under(reminder.authorization_id)
            captures = [s.record.id for s in under if s.record.type == "capture"]
            seen = await self._mirror.authorization(reminder.authorization_id)
            gone = seen is not None and seen.record.status in _GONE
            if captures:
                found.append(captures)
            if captures or gone:
                at = self._clock()
                await self._reminders.settled(self._account, reminder.authorization_id, at=at)
        return found
