"""Staying below Stripe's rate limits, which all agents of a company share.

Stripe counts requests per second: 100 per account in live mode and 25 in a sandbox, of these at
most 25 per endpoint (a method and a path pattern, all ids together) and 20 uploads
(docs.stripe.com/rate-limits). The desk takes a share of that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIVE_PER_SECOND = 100
SANDBOX_PER_SECOND = 25
ENDPOINT_PER_SECOND = 25
UPLOADS_PER_SECOND = 20


class QueueTooLong(Exception):
    """No place came free within the time allowed; nothing was sent."""


class _Window:
    """At most `per_second` starts within any second (one at least)."""

    def __init__(self, per_second: float) -> None:
        self._starts: deque[float] = deque(maxlen=max(1, int(per_second)))
        self.not_before = 0.0

    def next_start(self, now: float) -> float:
        full = len(self._starts) == self._starts.maxlen
        return max(now, self.not_before, self._starts[0] + 1.0 if full else now)

    def take(self, at: float) -> None:
        self._starts.append(at)


class Limiter:
    """Places in the queue to Stripe; one limiter per account, on one event loop."""

    def __init__(self, *, live: bool, share: float, concurrent: int) -> None:
        """Take `share` (above 0, at most 1) of the account's limits."""
        self._share = share
        self._overall = _Window((LIVE_PER_SECOND if live else SANDBOX_PER_SECOND) * share)
        self._endpoints: dict[str, _Window] = {}
        self._running = asyncio.Semaphore(concurrent)

    def _endpoint(self, endpoint: str) -> _Window:
        window = self._endpoints.get(endpoint)
        if window is None:
            upload = endpoint == "POST /v1/files"
            limit = UPLOADS_PER_SECOND if upload else ENDPOINT_PER_SECOND
            window = self._endpoints[endpoint] = _Window(limit * self._share)
        return window

    @asynccontextmanager
    async def place(self, endpoint: str, until: float) -> AsyncIterator[None]:
        """Wait for a turn, hold it for the body; `until` is an instant of the loop's clock.

        Raises:
            QueueTooLong: the turn would come after `until`.
        """
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(until):
                await self._running.acquire()
        except TimeoutError:
            raise QueueTooLong from None
        try:
            windows = (self._overall, self._endpoint(endpoint))
            start = max(window.next_start(loop.time()) for window in windows)
            if start > until:
                raise QueueTooLong
            for window in windows:
                window.take(start)
            await asyncio.sleep(start - loop.time())
            yield
        finally:
            self._running.release()

    def hold(self, endpoint: str | None, seconds: float) -> None:
        """Send nothing for `seconds` to this endpoint, or to any: Stripe said it is too much."""
        window = self._overall if endpoint is None else self._endpoint(endpoint)
        until = asyncio.get_running_loop().time() + seconds
        window.not_before = max(window.not_before, until)
