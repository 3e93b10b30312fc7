"""What the gateway makes of each drill at the practice Stripe: tried again, or said honestly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.stripe_gateway import retry
from supportdesk.stripe_gateway.client import Gateway
from tests.conftest import StartPractice
from tests.support.practice_api import Api, Json

REASONS = (
    "global-rate",
    "endpoint-rate",
    "global-concurrency",
    "endpoint-concurrency",
    "resource-specific",
)


@pytest.fixture(scope="module")
def stripe(start_practice: StartPractice) -> Iterator[Api]:
    client = Api(start_practice("--cardholders", "0"))
    yield client
    client.http.close()


@pytest.fixture(autouse=True)
def _calm(stripe: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    stripe.post("/_practice/drills/end")
    monkeypatch.setattr(retry, "LIMIT_SECONDS", dict.fromkeys(retry.LIMIT_SECONDS, 0.05))


def order(stripe: Api, old: Json, deadline: float = 5.0) -> Any:
    """Order a replacement of a damaged card through the gateway; a problem is returned."""
    params = {
        "cardholder": old["cardholder"]["id"],
        "currency": "eur",
        "type": "virtual",
        "replacement_for": old["id"],
        "replacement_reason": "damaged",
    }

    async def main() -> Any:
        gateway = Gateway(
            stripe.key, base_url=stripe.ready.url, deadline=deadline, first_pause=0.01
        )
        try:
            return (await gateway.create_card(params, key=f"order-{old['id']}")).record
        except UserFacing as problem:
            return problem
        finally:
            await gateway.aclose()

    return asyncio.run(main())


def made(stripe: Api, old: Json) -> list[str]:
    """Return the replacements of a card at Stripe."""
    cards = stripe.get("/v1/issuing/cards", cardholder=old["cardholder"]["id"])["data"]
    return [card["id"] for card in cards if card["replacement_for"] == old["id"]]


def throw(stripe: Api, kind: str, count: int, **params: Any) -> None:
    stripe.post("/_practice/drills", kind=kind, method="POST", count=count, **params)


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
    stripe: Api, kind: str, params: Json
) -> None:
    old = stripe.card()
    throw(stripe, kind, 1, **params)
    answer = order(stripe, old)
    assert made(stripe, old) == [answer.id]
    assert stripe.get("/_practice/drills")["ended"][0]["hits"] == 1


@pytest.mark.parametrize("done", [True, False])
def test_a_500_is_of_unknown_outcome_and_not_tried_with_another_key(
    stripe: Api, done: bool
) -> None:
    old = stripe.card()
    throw(stripe, "error", 1, done=done)
    assert isinstance(order(stripe, old), OutcomeUnknown)
    assert len(made(stripe, old)) == int(done)
    # Stripe keeps the 500: the same key brings it back, nothing is done a second time.
    assert isinstance(order(stripe, old), OutcomeUnknown)
    assert len(made(stripe, old)) == int(done)


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
    stripe: Api, kind: str, params: Json, cards: int
) -> None:
    old = stripe.card()
    throw(stripe, kind, 100, **params)
    assert isinstance(order(stripe, old, deadline=1.0), OutcomeUnknown)
    stripe.post("/_practice/drills/end")
    assert len(made(stripe, old)) == cards
    answer = order(stripe, old)
    assert made(stripe, old) == [answer.id]


@pytest.mark.parametrize(
    ("kind", "params"), [("rate_limit", {"reason": "endpoint-concurrency"}), ("lock_timeout", {})]
)
def test_a_limit_that_goes_on_means_surely_not_done(stripe: Api, kind: str, params: Json) -> None:
    old = stripe.card()
    throw(stripe, kind, 100, **params)
    problem = order(stripe, old, deadline=60.0)  # given up after eight tries, not by the clock
    assert isinstance(problem, UserFacing)
    assert not isinstance(problem, OutcomeUnknown)
    assert problem.retry
    assert made(stripe, old) == []


def test_a_stale_list_does_not_hide_what_the_object_itself_says(stripe: Api) -> None:
    old = stripe.card()
    new = order(stripe, old)
    stripe.post("/_practice/drills", kind="stale_list", age=300, count=1)

    async def main() -> tuple[list[str], str]:
        gateway = Gateway(stripe.key, base_url=stripe.ready.url)
        try:
            page = await gateway.cards(cardholder=old["cardholder"]["id"])
            return [card.id for card in page.records], (await gateway.card(old["id"])).replaced_by
        finally:
            await gateway.aclose()

    listed, replaced_by = asyncio.run(main())
    assert new.id not in listed
    assert replaced_by == new.id
