"""Rate and concurrency limits, as Stripe's rate-limit page gives them."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable

from supportdesk.practice.errors import Refusal

#: Requests per second over everything, by mode.
GLOBAL_RATE = {"live": 100, "sandbox": 25}
#: Requests per second of one method and path pattern.
ENDPOINT_RATE = 25
#: Files have their own: 20 reads and 20 writes per second.
FILES_RATE = 20
#: Requests under way at once. Stripe gives no numbers: not documented.
CONCURRENT = {"live": 100, "sandbox": 50}
ENDPOINT_CONCURRENT = 25


class Limits:
    """Counts requests per second and under way; refuses with 429 and the reason."""

    def __init__(self, mode: str, clock: Callable[[], float]) -> None:
        self._mode = mode
        self._clock = clock
        self._seen: defaultdict[str, deque[float]] = defaultdict(deque)
        self._running: Counter[str] = Counter()

    def enter(self, endpoint: str) -> None:
        """Count one request to an endpoint (method and pattern), or refuse it."""
        if self._mode == "off":
            return
        rate = FILES_RATE if "/v1/files" in endpoint else ENDPOINT_RATE
        self._rate("", GLOBAL_RATE[self._mode], "global-rate")
        self._rate(endpoint, rate, "endpoint-rate")
        if self._running.total() >= CONCURRENT[self._mode]:
            raise limited("global-concurrency")
        if self._running[endpoint] >= ENDPOINT_CONCURRENT:
            raise limited("endpoint-concurrency")
        now = self._clock()
        self._seen[""].append(now)
        self._seen[endpoint].append(now)
        self._running[endpoint] += 1

    def leave(self, endpoint: str) -> None:
        """Tell that a request that entered is answered."""
        if self._mode != "off":
            self._running[endpoint] -= 1

    def _rate(self, name: str, limit: int, reason: str) -> None:
        seen = self._seen[name]
        horizon = self._clock() - 1.0
        while seen and seen[0] <= horizon:
            seen.popleft()
        if len(seen) >= limit:
            raise limited(reason)


def limited(reason: str) -> Refusal:
    """Return the refusal of a request beyond the limit that `reason` names."""
    return Refusal(
        "Request rate limit exceeded. Learn more about rate limits here"
        " https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
        headers={"Stripe-Rate-Limited-Reason": reason},
    )
