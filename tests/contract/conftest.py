"""stripe-python, synchronous and asynchronous, on a recorded way to the practice Stripe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import stripe

from supportdesk.practice.process import Ready
from tests.contract.recorder import RecordingProxy

Params = dict[str, Any]


class Driver:
    """Calls a method of stripe-python's client, or its `_async` twin on an event loop."""

    def __init__(
        self,
        ready: Ready,
        client: stripe.StripeClient,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.ready = ready
        self.issuing = client.v1.issuing
        self.helpers = client.v1.test_helpers.issuing
        self.events = client.v1.events
        self.files = client.v1.files
        self._loop = loop

    def __call__(self, service: Any, method: str, *arguments: Any) -> Any:
        """Answer of `service.method(*arguments)`."""
        if self._loop is None:
            return getattr(service, method)(*arguments)
        return self._loop.run_until_complete(getattr(service, f"{method}_async")(*arguments))

    def told(self, object_id: str) -> list[str]:
        """Types of the latest events about an object, oldest first."""
        page = self(self.events, "list", {"limit": 40})
        about = [e.type for e in page.data if e.data.object.id == object_id]
        return about[::-1]

    def control(self, name: str, **params: str) -> None:
        """Have the practice Stripe do what only Stripe itself, or time, can do."""
        url = f"{self.ready.url}/_practice/{name}"
        headers = {"Authorization": f"Bearer {self.ready.key}"}
        answer = httpx.post(url, data=params, headers=headers, trust_env=False)
        answer.raise_for_status()

    def page(self, service: Any, **params: Any) -> list[Any]:
        """The first page of a list."""
        found: list[Any] = self(service, "list", {"limit": 100, **params}).data
        return found


@pytest.fixture(scope="module")
def proxy(practice: Ready) -> Iterator[RecordingProxy]:
    with RecordingProxy(practice.url) as proxy:
        yield proxy


@pytest.fixture(params=["sync", "async"])
def stripe_python(
    request: pytest.FixtureRequest, practice: Ready, proxy: RecordingProxy
) -> Iterator[Driver]:
    """Drive the practice Stripe; afterwards no exchange may break Stripe's description."""
    proxy.exchanges.clear()
    addresses: Any = {"api": proxy.url, "files": proxy.url}
    if request.param == "sync":
        plain = stripe.RequestsClient()
        yield Driver(
            practice,
            stripe.StripeClient(practice.key, base_addresses=addresses, http_client=plain),
        )
        plain.close()  # type: ignore[no-untyped-call]
    else:
        loop = asyncio.new_event_loop()
        http = stripe.HTTPXClient()
        yield Driver(
            practice,
            stripe.StripeClient(practice.key, base_addresses=addresses, http_client=http),
            loop,
        )
        loop.run_until_complete(http.close_async())  # type: ignore[no-untyped-call]
        loop.close()
    assert proxy.exchanges
    assert proxy.violations() == []
