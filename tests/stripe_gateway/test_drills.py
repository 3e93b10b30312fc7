"""What the gateway makes of each drill at the practice Stripe: tried again, or said honestly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from supportdesk.domain.records import Card
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.stripe_gateway import retry
from supportdesk.stripe_gateway.client import Gateway
from tests.support.asking import ask
from tests.support.practice_api import Api, Json

REASONS = (
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
)


@pytest.fixture(autouse=True)
def _calm(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.post("/_practice/drills/end")
    monkeypatch.setattr(retry, "LIMIT_SECONDS", dict.fromkeys(retry.LIMIT_SECONDS, 0.05))


def order(api: Api, old: Json, deadline: float = 5.0) -> Any:
    """Order a replacement of a damaged card through the gateway; a problem is returned."""
    params = {
        "cardholder": old["cardholder"]["id"],
        "currency": "eur",
        "type": "virtual",
        "replacement_for": old["id"],
        "replacement_reason": "damaged",
    }

    async def create(gateway: Gateway) -> Card:
        return (await gateway.create_card(params, key=f"order-{old['id']}")).record

    gateway = Gateway(api.key, base_url=api.ready.url, deadline=deadline, first_pause=0.01)
    return ask(gateway, create)


def made(api: Api, old: Json) -> list[str]:
    """Return the replacements of a card at Stripe."""
    cards = api.get("/v1/issuing/cards", cardholder=old["cardholder"]["id"])["data"]
    return [card["id"] for card in cards if card["replacement_for"] == old["id"]]


def throw(api: Api, kind: str, count: int, **params: Any) -> None:
    api.post("/_practice/drills", kind=kind, method="POST", count=count, **params)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("timeout", {"ms": 50}),
        ("drop", {}),
        ("in_use", {}),
        ("lock_timeout", {}),
        ("slow", {"ms": 200}),
        ("wrong_json", {"shape": "truncated"}),
        ("wrong_json", {"shape": "html"}),
        *[("rate_limit", {"reason": reason}) for reason in REASONS],
    ],
)
def test_a_passing_drill_leaves_one_card_and_a_sure_answer(
    api: Api, kind: str, params: Json
) -> None:
    old = api.card()
    throw(api, kind, 1, **params)
    answer = order(api, old)
    assert made(api, old) == [answer.id]
    assert api.get("/_practice/drills")["ended"][0]["hits"] == 1


@pytest.mark.parametrize("done", [True, False])
def test_a_500_is_of_unknown_outcome_and_not_tried_with_another_key(api: Api, done: bool) -> None:
    old = api.card()
    throw(api, "error", 1, done=done)
    assert isinstance(order(api, old), OutcomeUnknown)
    assert len(made(api, old)) == int(done)
    # Stripe keeps the 500: the same key brings it back, nothing is done a second time.
    assert isinstance(order(api, old), OutcomeUnknown)
    assert len(made(api, old)) == int(done)


@pytest.mark.parametrize(
    ("kind", "params", "cards"),
    [
        ("timeout", {"ms": 50}, 0),
        ("drop", {}, 1),
        ("wrong_json", {"shape": "html"}, 1),
        ("in_use", {}, 0),
    ],
)
def test_a_drill_that_goes_on_is_of_unknown_outcome_and_the_same_key_settles_it(
    api: Api, kind: str, params: Json, cards: int
) -> None:
    old = api.card()
    throw(api, kind, 100, **params)
    assert isinstance(order(api, old, deadline=1.0), OutcomeUnknown)
    api.post("/_practice/drills/end")
    assert len(made(api, old)) == cards
    answer = order(api, old)
    assert made(api, old) == [answer.id]


@pytest.mark.parametrize(
    ("kind", "params"), [("rate_limit", {"reason": "endpoint-concurrency"}), ("lock_timeout", {})]
)
def test_a_limit_that_goes_on_means_surely_not_done(api: Api, kind: str, params: Json) -> None:
    old = api.card()
    throw(api, kind, 100, **params)
    problem = order(api, old, deadline=60.0)  # given up after eight tries, not by the clock
    assert isinstance(problem, UserFacing)
    assert not isinstance(problem, OutcomeUnknown)
    assert problem.retry
    assert made(api, old) == []


def test_a_stale_list_does_not_hide_what_the_object_itself_says(api: Api) -> None:
    old = api.card()
    new = order(api, old)
    api.post("/_practice/drills", kind="stale_list", age=300, count=1)

    async def main() -> tuple[list[str], str]:
        gateway = Gateway(api.key, base_url=api.ready.url)
        try:
            page = await gateway.cards(cardholder=old["cardholder"]["id"])
            return [card.id for card in page.records], (await gateway.card(old["id"])).replaced_by
        finally:
            await gateway.aclose()

    listed, replaced_by = asyncio.run(main())
    assert new.id not in listed
    assert replaced_by == new.id
