"""The desk's estimate of limits against the practice Stripe's own decisions."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.limits import Purchase, Spending, barriers
from supportdesk.services import coverage
from tests.services.activity_bench import Caller
from tests.services.bench import Bench, bench
from tests.support.practice_api import HELPERS, Api

CATEGORIES = ("bakeries", "drinking_places", "betting_casino_gambling")
COUNTRIES = ("DE", "FR", "JP")
INTERVALS = ("per_authorization", "daily", "weekly", "monthly", "yearly", "all_time")
STEPS = 45


async def stands_against(desk: Bench, caller: Caller, card: str, purchase: Purchase) -> list[str]:
    """Return the kinds of rules that the desk says stand against a purchase now."""
    person = await caller.person(desk)
    now = float(caller.api.http.get("/_practice/info").json()["now"])
    asked, moved = await desk.mirror.spent_since(caller.id, 0)
    notes = await coverage.held(desk.mirror, caller.id)
    spending = Spending(
        cards=tuple(seen.record for seen in person.cards),
        authorizations=tuple(asked),
        transactions=tuple(moved),
        complete_since=coverage.complete_since(notes),
    )
    record = next(seen.record for seen in person.cards if seen.record.id == card)
    found = barriers(purchase, record, person.cardholder.record, spending, now)
    assert spending.complete_since == 0
    assert all(b.use.complete for b in found if b.use)
    return [barrier.kind for barrier in found]


def random_controls(rng: random.Random) -> dict[str, Any]:
    limits = []
    for interval in rng.sample(INTERVALS, rng.randint(0, 3)):
        limit: dict[str, Any] = {"amount": rng.randint(1_000, 20_000), "interval": interval}
        if rng.random() < 0.4:
            limit["categories"] = rng.sample(CATEGORIES, 2)
        limits.append(limit)
    controls: dict[str, Any] = {"spending_limits": limits or ""}
    if rng.random() < 0.3:
        controls["blocked_categories"] = [rng.choice(CATEGORIES)]
    if rng.random() < 0.3:
        controls["allowed_merchant_countries"] = rng.sample(COUNTRIES, 2)
    if rng.random() < 0.2:
        controls["blocked_card_presences"] = [rng.choice(("present", "not_present"))]
    return controls


class World:
    """Things that happen to a caller's money, by chance."""

    def __init__(self, caller: Caller, rng: random.Random) -> None:
        self.caller, self.api, self.rng = caller, caller.api, rng
        self.cards = [caller.card, self.api.card(caller.id)["id"]]
        self.open: list[str] = []
        self.paid: list[str] = []

    def happen(self) -> None:
        """Let one thing happen."""
        rng, api = self.rng, self.api
        what = rng.choice(("time", "capture", "reverse", "refund", "unlinked", "forced", "replace"))
        if what == "time":
            api.advance(rng.choice((60, 20_000, 90_000, 700_000)))
            self.open = [id for id in self.open if self._pending(id)]  # others lapsed meanwhile
        elif what == "capture" and self.open:
            id = self.open.pop(rng.randrange(len(self.open)))
            partial = {"capture_amount": rng.randint(1, 6_000)} if rng.random() < 0.5 else {}
            close = rng.random() < 0.7
            self.paid.append(api.capture(id, close_authorization=close, **partial)["id"])
        elif what == "reverse" and self.open:
            id = self.open.pop(rng.randrange(len(self.open)))
            api.post(f"{HELPERS}/authorizations/{id}/{rng.choice(('reverse', 'expire'))}")
        elif what == "refund" and self.paid:
            id = self.paid.pop(rng.randrange(len(self.paid)))
            api.post(f"{HELPERS}/transactions/{id}/refund")
        elif what in ("unlinked", "forced"):
            path = {"unlinked": "create_unlinked_refund", "forced": "create_force_capture"}[what]
            card = rng.choice(self.cards)
            api.post(f"{HELPERS}/transactions/{path}", card=card, amount=rng.randint(1, 3_000))
        elif what == "replace" and len(self.cards) < 4:
            old = self.cards.pop(0)
            api.post(f"/v1/issuing/cards/{old}", status="canceled", cancellation_reason="stolen")
            made = api.card(self.caller.id, replacement_for=old, replacement_reason="stolen")
            self.cards.append(made["id"])
            self.caller.control(card=made["id"], **random_controls(rng))

    def _pending(self, id: str) -> bool:
        path = f"/v1/issuing/authorizations/{id}"
        return bool(self.api.get(path)["status"] == "pending")


@pytest.mark.parametrize("seed", range(4))
def test_the_desk_sees_a_rule_exactly_when_the_practice_stripe_does(
    api: Api, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(f"limits {seed}")
    decided: dict[str, int] = {}

    async def scenario(desk: Bench) -> None:
        caller = Caller(api)
        world = World(caller, rng)
        for step in range(STEPS):
            if step % 9 == 0:  # or one small limit would decide everything
                caller.control(card=rng.choice(world.cards), **random_controls(rng))
                caller.control_all(**random_controls(rng), spending_limits_currency="eur")
            for _ in range(rng.randint(0, 2)):
                world.happen()
            card, amount = rng.choice(world.cards), rng.randint(1, 7_000)
            shop = {"category": rng.choice(CATEGORIES), "country": rng.choice(COUNTRIES)}
            method = rng.choice(("chip", "online"))
            purchase = Purchase(
                amount=amount,
                currency="eur",
                category=shop["category"],
                country=shop["country"],
                presence="present" if method == "chip" else "not_present",
            )
            against = await stands_against(desk, caller, card, purchase)
            asked = api.buy(card, amount, merchant_data=shop, authorization_method=method)
            reason = asked["request_history"][-1]["reason"]
            decided[reason] = decided.get(reason, 0) + 1
            assert reason in ("card_active", "spending_controls")
            assert bool(against) is (reason == "spending_controls"), (against, asked)
            if asked["approved"]:
                world.open.append(asked["id"])

    async def whole() -> None:
        async with bench(tmp_path, api.ready.url, api.key) as desk:
            await scenario(desk)

    asyncio.run(whole())
    assert sum(decided.values()) == STEPS
    assert decided.get("spending_controls", 0) >= 3  # otherwise nothing was compared
    assert decided.get("card_active", 0) >= 3
