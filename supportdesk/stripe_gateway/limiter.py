"""Staying below Stripe's rate limits, which all agents of a company share.

Stripe counts requests per second: 100 per account in live mode and 25 in a sandbox, of these at
most 25 per endpoint (a method and a path pattern, all ids together) and 20 uploads
(docs.stripe.com/rate-limits). The desk takes a share of that.
"""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIVE_PER_SECOND = 100
SANDBOX_PER_SECOND = 25
ENDPOINT_PER_SECOND = 25
UPLOADS_PER_SECOND = 20
_BURST = 3  # starts that a patient one may catch up on after its thread was busy
_SLOWEST = 0.1  # of the usual pace, however often Stripe says it is too much
_SLOWER = 0.7  # of the pace, each time it does
_FASTER = 0.05  # of the usual pace, won back each second


class QueueTooLong(Exception):
    """No place came free within the time allowed; nothing was sent."""


class _Window:
    """At most `per_second` starts within any second (one at least)."""

    def __init__(self, per_second: float) -> None:
        self._most = max(1, int(per_second))
        self._starts: deque[float] = deque(maxlen=self._most)
        self._due = 0.0  # when a patient one may start next, were they evenly spaced
        self._pace = 1.0
        self._pace_at = 0.0
        self.not_before = 0.0

    def next_start(self, now: float) -> float:
        full = len(self._starts) == self._starts.maxlen
        return max(now, self.not_before, self._starts[0] + 1.0 if full else now)

    def next_paced(self, now: float) -> float:
        return max(self.next_start(now), self._due)

    def take(self, at: float) -> None:
        self._starts.append(at)

    def take_paced(self, at: float) -> None:
        self.take(at)
        self._pace = min(1.0, self._pace + _FASTER * (at - self._pace_at))
        self._pace_at = at
        step = 1.0 / (self._most * self._pace)
        self._due = max(self._due, at - _BURST * step) + step

    def slow_down(self, now: float, until: float) -> None:
        self.not_before = max(self.not_before, until)
        self._pace, self._pace_at = max(_SLOWEST, self._pace * _SLOWER), now


class Allowance:
    """What one account may ask per second; shared by its gateways, whatever thread they are on.

    Attributes:
        reads: requests that read, since the start, by whether they were patient ones.
    """

    def __init__(self, *, live: bool, share: float) -> None:
        """Take `share` (above 0, at most 1) of the account's limits."""
        self._share = share
        self._overall = _Window((LIVE_PER_SECOND if live else SANDBOX_PER_SECOND) * share)
        self._endpoints: dict[str, _Window] = {}
        self._lock = threading.Lock()
        self.reads = {True: 0, False: 0}

    def reserve(self, endpoint: str, now: float, until: float) -> float:
        """Take the next place, at `until` the latest; returns its instant.

        Raises:
            QueueTooLong: it would come later.
        """
        with self._lock:
            windows = (self._overall, self._endpoint(endpoint))
            start = max(window.next_start(now) for window in windows)
            if start > until:
                raise QueueTooLong
            for window in windows:
                window.take(start)
            self._count(endpoint, patient=False)
            return start

    def claim(self, endpoint: str, now: float) -> float:
        """Take a place that is free now and return 0, or the seconds after which to ask again.

        Places taken so are spread evenly, and whoever reserves goes first.
        """
        with self._lock:
            windows = (self._overall, self._endpoint(endpoint))
            start = max(window.next_paced(now) for window in windows)
            if start > now:
                return start - now
            for window in windows:
                window.take_paced(now)
            self._count(endpoint, patient=True)
            return 0.0

    def hold(self, endpoint: str | None, now: float, until: float) -> None:
        """Give out no place before `until` for this endpoint, or for any, and fewer afterwards."""
        with self._lock:
            window = self._overall if endpoint is None else self._endpoint(endpoint)
            window.slow_down(now, until)

    def _endpoint(self, endpoint: str) -> _Window:
        window = self._endpoints.get(endpoint)
        if window is None:
            upload = endpoint == "POST /v1/files"
            limit = UPLOADS_PER_SECOND if upload else ENDPOINT_PER_SECOND
            window = self._endpoints[endpoint] = _Window(limit * self._share)
        return window

    def _count(self, endpoint: str, *, patient: bool) -> None:
        if endpoint.startswith("GET "):
            self.reads[patient] += 1


class Limiter:
    """Places in the queue to Stripe for the requests of one event loop."""

    def __init__(
        self,
        *,
        live: bool = True,
        share: float = 1.0,
        concurrent: int,
        allowance: Allowance | None = None,
        patient: bool = False,
    ) -> None:
        """Give out places of `allowance`, or of a new one; patient ones let all others go first."""
        self.allowance = allowance or Allowance(live=live, share=share)
        self._patient = patient
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._running = asyncio.Semaphore(concurrent)

    @asynccontextmanager
    async def place(self, endpoint: str, until: float) -> AsyncIterator[None]:
        """Wait for a turn, hold it for the body; `until` is an instant of the loop's clock.

        Raises:
            QueueTooLong: the turn would come after `until`.
        """
        try:
            async with asyncio.timeout_at(until):
                await self._running.acquire()
        except TimeoutError:
            raise QueueTooLong from None
        try:
            if self._patient:
                await self._wait_patiently(endpoint, until)
            else:
                now = asyncio.get_running_loop().time()
                await asyncio.sleep(self.allowance.reserve(endpoint, now, until) - now)
            yield
        finally:
            self._running.release()

    async def _wait_patiently(self, endpoint: str, until: float) -> None:
        loop = asyncio.get_running_loop()
        async with self._turns[endpoint]:
            while wait := self.allowance.claim(endpoint, loop.time()):
                if loop.time() + wait > until:
                    raise QueueTooLong
                await asyncio.sleep(wait)

    def hold(self, endpoint: str | None, seconds: float) -> None:
        """Send nothing for `seconds` to this endpoint, or to any: Stripe said it is too much."""
        now = asyncio.get_running_loop().time()
        self.allowance.hold(endpoint, now, now + seconds)
