"""When Stripe cannot be reached a change is refused at once; reads find out when it is back."""

from __future__ import annotations

import asyncio
import socket

import pytest

from supportdesk.errors import UserFacing
from supportdesk.stripe_gateway.client import Gateway, Reach
from tests.support.faulty import Faulty, answer

CARD = answer(200, {"object": "issuing.card", "id": "ic_1", "status": "inactive"})


def test_nothing_is_tried_nor_queued_until_a_read_gets_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    tries: list[Reach] = []

    async def whole() -> None:
        gateway = Gateway(
            "sk_test_0123456789abcdef", base_url=f"http://127.0.0.1:{port}",
            deadline=5, first_pause=0.01, on_reach=tries.append,
        )  # fmt: skip
        with pytest.raises(UserFacing, match="cannot be reached"):
            await gateway.card("ic_1")
        vain = len(tries)
        with pytest.raises(UserFacing) as refused:
            await gateway.update_card("ic_1", {"status": "inactive"}, key="k1")
        assert refused.value.code == "unreachable"
        assert "nothing was sent" in refused.value.detail
        assert len(tries) == vain, "it was not even tried"
        with Faulty([CARD], port=port) as stripe:
            assert (await gateway.card("ic_1")).status == "inactive"
            await gateway.update_card("ic_1", {"status": "inactive"}, key="k2")
            assert len(stripe.requests) == 2, "the refused change was never sent"
        await gateway.aclose()

    asyncio.run(whole())
