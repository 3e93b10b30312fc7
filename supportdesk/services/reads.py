"""Requests that read: counted per day, and spread over the month.

Besides limits per second Stripe names an allowance of reads, at least 10,000 a month and account
(docs.stripe.com/rate-limits), which all desks share. What a person asks for is always read; what
the desk asks by itself is spread so that the desk's part lasts.
"""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway

NOTE = "reads"
WORKING = 0.3  # part of the hours of a month in which someone sits at the desk
FASTEST, SLOWEST = 10.0, 3600.0  # seconds between two looks
_KEPT_DAYS = 62


@dataclass(frozen=True, slots=True)
class Reads:
    """Requests that read, of this desk.

    Attributes:
        today, month: since midnight and since the first of the month (UTC).
        filling: how many of `month` filled the mirror; they do not slow the desk down.
        allowed: what the desk may read in a month.
    """

    today: int = 0
    month: int = 0
    filling: int = 0
    allowed: int = 0


def pause(now: float, reads: Reads, *, attended: bool) -> float:
    """Return the seconds between two looks for what is new.

    Half of what is left of the month is for slow looks; with a person in focus they come eight
    times as often, and the other half is for that and for what is asked by hand.

    Args:
        now: Unix seconds.
        attended: whether a person is in focus.
    """
    day = datetime.fromtimestamp(now, UTC)
    end = datetime(day.year, day.month, monthrange(day.year, day.month)[1], tzinfo=UTC)
    seconds = max(86_400.0, end.timestamp() + 86_400 - now) * WORKING
    left = reads.allowed - (reads.month - reads.filling)
    even = seconds / left if left > 0 else SLOWEST
    if attended:
        return min(max(even / 4, FASTEST), SLOWEST / 12)
    return min(max(even * 2, 12 * FASTEST), SLOWEST)


class Meter:
    """Counts what the gateway reads, kept in the mirror."""

    def __init__(
        self,
        gateway: Gateway,
        mirror: Mirror,
        allowed: Callable[[], int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._mirror = mirror
        self._allowed = allowed
        self._clock = clock
        self._settled = {True: 0, False: 0}
        self._days: dict[str, list[int]] | None = None

    async def settle(self) -> Reads:
        """Write down what was read since the last time; returns where the desk stands.

        Raises:
            UserFacing: the mirror cannot be written.
        """
        if self._days is None:
            kept: Any = await self._mirror.get_state(NOTE)
            self._days = kept if isinstance(kept, dict) else {}
        now = dict(self._gateway.reads)
        new = {patient: now[patient] - self._settled[patient] for patient in now}
        if any(new.values()):
            day = self._days.setdefault(self._day(), [0, 0])
            day[0] += new[False] + new[True]
            day[1] += new[True]
            for old in sorted(self._days)[:-_KEPT_DAYS]:
                del self._days[old]
            await self._mirror.set_state(NOTE, self._days)
            self._settled = now
        return self.reads()

    def reads(self) -> Reads:
        """Return where the desk stands, with what is not written down yet."""
        days = self._days or {}
        now = self._gateway.reads
        new, filling = (
            sum(now.values()) - sum(self._settled.values()),
            now[True] - self._settled[True],
        )
        today = self._day()
        month = [counts for day, counts in days.items() if day[:7] == today[:7]]
        return Reads(
            today=days.get(today, [0, 0])[0] + new,
            month=sum(all_ for all_, _ in month) + new,
            filling=sum(some for _, some in month) + filling,
            allowed=self._allowed(),
        )

    def _day(self) -> str:
        return datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
