"""The desk's gateway reads the whole seeded programme, with requests as Stripe describes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from supportdesk.practice import seed
from supportdesk.practice.process import Ready
from supportdesk.stripe_gateway.client import Gateway
from tests.conftest import StartPractice
from tests.contract.recorder import RecordingProxy
from tests.contract.spec import check_request


@pytest.fixture(scope="module")
def ready(start_practice: StartPractice) -> Ready:
    return start_practice("--cardholders", str(seed.FULL), "--seed", "8")


async def whole(question: Callable[..., Any]) -> list[str]:
    """Ids of all pages of a list."""
    found: list[str] = []
    after, more = "", True
    while more:
        page = await question(starting_after=after)
        found += [record.id for record in page.records]
        after, more = found[-1], page.has_more
    return found


@pytest.mark.parametrize("kind", ["cardholder", "card", "authorization", "transaction", "dispute"])
def test_every_object_is_read(kind: str, ready: Ready) -> None:
    async def main(url: str) -> list[str]:
        gateway = Gateway(ready.key, base_url=url)
        try:
            return await whole(getattr(gateway, f"{kind}s"))
        finally:
            await gateway.aclose()

    with RecordingProxy(ready.url) as proxy:
        found = asyncio.run(main(proxy.url))
        for exchange in proxy.exchanges:
            assert check_request(exchange.method, exchange.path, exchange.pairs) == []
    counts = httpx.get(f"{ready.url}/_practice/info", trust_env=False).json()["counts"]
    assert len(found) == len(set(found)) == counts[kind]
