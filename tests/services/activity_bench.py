"""A person at the practice Stripe and the desk's account of their purchases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from supportdesk.domain.declines import Answer
from supportdesk.paths import resources
from supportdesk.services.activity import Activity, Story
from supportdesk.services.decline_words import read_words
from supportdesk.services.lookup import Person
from tests.services.bench import Bench, bench
from tests.support.practice_api import Api


class Caller:
    """A cardholder with one card."""

    def __init__(self, api: Api, **holder: object) -> None:
        self.api = api
        self.id = str(api.cardholder(**holder)["id"])
        self.card = str(api.card(self.id)["id"])

    def limit(self, amount: int, interval: str, *categories: str, card: str = "") -> None:
        """Give the card, or another, one spending limit."""
        entry: dict[str, object] = {"amount": amount, "interval": interval}
        if categories:
            entry["categories"] = list(categories)
        self.control(card=card, spending_limits=[entry])

    def control(self, card: str = "", **controls: object) -> None:
        """Set spending controls of the card."""
        path = f"/v1/issuing/cards/{card or self.card}"
        self.api.post(path, spending_controls=controls)

    def control_all(self, **controls: object) -> None:
        """Set spending controls of the cardholder."""
        self.api.post(f"/v1/issuing/cardholders/{self.id}", spending_controls=controls)

    async def person(self, desk: Bench) -> Person:
        """Read the person from Stripe."""
        return await desk.lookup.refresh(self.id)

    async def story(self, desk: Bench, activity: Activity) -> Story:
        """Read the person and explain."""
        return await activity.story(await self.person(desk))

    async def answer(self, desk: Bench, activity: Activity, authorization: str) -> Answer:
        """Return why a purchase was declined."""
        return (await self.story(desk, activity)).answers[authorization]


Scenario = Callable[[Bench, Activity, Caller], Awaitable[None]]
Play = Callable[[Scenario], None]


def player(folder: Path, api: Api) -> Play:
    """Return what runs a scenario with a new caller and an empty mirror, at Stripe's own time."""
    texts, problem = read_words(resources(), None)
    assert problem is None

    async def whole(scenario: Scenario) -> None:
        async with bench(folder, api.ready.url, api.key) as desk:
            activity = Activity(
                desk.gateway,
                desk.mirror,
                desk.actions,
                desk.changes,
                texts=texts,
                locale=lambda: "en_GB",
                clock=lambda: float(api.http.get("/_practice/info").json()["now"]),
            )
            await scenario(desk, activity, Caller(api))

    return lambda scenario: asyncio.run(whole(scenario))
