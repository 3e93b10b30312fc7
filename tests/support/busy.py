"""A programme that goes on while the desk reads it."""

from __future__ import annotations

import random
from threading import Event

from supportdesk.errors import UserFacing
from supportdesk.practice.process import Ready
from tests.services.bench import Bench
from tests.support.practice_api import Api


def live_on(ready: Ready, cardholders: list[str], over: Event) -> None:
    """Change what is at Stripe until it is over, as a busy programme does."""
    api, chance = Api(ready), random.Random(2)
    while not over.is_set():
        holder = chance.choice(cardholders)
        api.post(f"/v1/issuing/cardholders/{holder}", email=f"{chance.random()}@mail.example")
        card = api.card(holder, currency="eur")
        api.purchase(card["id"], 100 + chance.randrange(900))
        api.post(f"/v1/issuing/cards/{card['id']}", status="inactive")
        over.wait(0.05)
    api.http.close()


def past_due(ready: Ready, id: str) -> bool:
    api = Api(ready)
    holder = api.get(f"/v1/issuing/cardholders/{id}")
    api.http.close()
    return bool(holder["requirements"]["past_due"] or holder["requirements"]["disabled_reason"])


async def refreshed(desk: Bench) -> None:
    """Read what is new, again when a read was spoilt: as the desk does by itself."""
    while True:
        try:
            await desk.sync.refresh()
        except UserFacing as problem:
            if not problem.retry:
                raise
        else:
            return
