"""Stripe is away: what is to be sent says at once that nothing was and that nothing waits."""

from __future__ import annotations

import asyncio
from pathlib import Path

from supportdesk.practice.process import Ready
from tests.support.detour import Detour
from tests.support.practice_api import Api
from tests.ui.conftest import Loop, until
from tests.ui.on_the_phone import Agent, at_work, person
from tests.ui.test_card_pages import typed
from tests.ui.test_cards_tab import at_card
from tests.ui.test_lookup_fresh import refused

HELPERS = "/v1/test_helpers/issuing"


async def redirect(agent: Agent) -> None:
    """Try to send a card elsewhere."""
    await agent.click("shipment_redirect")
    for name, said in (
        ("address_line1", "Neue Gasse 1"),
        ("address_postal_code", "89073"),
        ("address_city", "Ulm"),
    ):
        await typed(agent, name, said)
    await agent.click("send_confirm")


def test_the_way_of_a_card_and_a_lost_card_without_stripe(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = person(api, "Ohne Netz")
    live = api.card(who)["id"]
    waits = api.physical(cardholder=who)["id"]
    back = api.physical(cardholder=who)["id"]
    for step in ("submit", "ship", "return"):
        api.post(f"{HELPERS}/cards/{back}/shipping/{step}")

    async def scenario(detour: Detour) -> None:
        async with at_work(tmp_path, api, detour.ready) as agent:
            await at_card(agent, who, back)
            await until(lambda: "Returned to sender" in agent.words())
            await at_card(agent, who, waits)
            at_stripe = api.get("/v1/issuing/cards", cardholder=who)["data"]
            detour.cut()
            await redirect(agent)
            await refused(agent)
            field = await agent.usable("address_city")
            assert field.property("text") == "Ulm"  # what was typed stays
            agent.press("Escape")
            agent.window.focus.set_card(back)
            await agent.click("shipment_resend")
            await agent.click("send_confirm")
            await refused(agent)
            agent.window.focus.set_card(live)
            await agent.click("detail_lost")
            await refused(agent)
            assert not agent.words_of("lost_state").startswith("Frozen at")
            while await agent.window.desk.actions.open_count() != (0, 0, 0):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert not [path for method, path in detour.asked if method == "POST"]
            assert api.get("/v1/issuing/cards", cardholder=who)["data"] == at_stripe

    with Detour(empty) as detour:
        loop.run(scenario(detour), 100)
