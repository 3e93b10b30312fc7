"""What an agent does with a card really happens at Stripe, is written down and read again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.cards import ReplacementOrder
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Address, Card, Shipping
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.practice.process import Ready
from supportdesk.store.journal import Entry
from tests.services.bench import Bench, Play, bench, player
from tests.support.faulty import HANG_UP, Faulty, answer, refusal
from tests.support.practice_api import Api

WHY = Why("asked by the cardholder")

HOME = Shipping(
    name="Jenny Rosen",
    address=Address(line1="Ackerstr. 12", city="Berlin", postal_code="10115", country="DE"),
    service="express",
)


@pytest.fixture
def play(tmp_path: Path, recorded: Ready) -> Play:
    return player(tmp_path, recorded)


def at_stripe(api: Api, card: str) -> dict[str, Any]:
    return api.get(f"/v1/issuing/cards/{card}")


async def journal(desk: Bench, card: str) -> list[Entry]:
    return (await desk.casebook.journal.recent(card))[::-1]


async def mirrored(desk: Bench, card: str) -> Card:
    seen = await desk.mirror.card(card)
    assert seen is not None
    return seen.record


def test_freeze_and_unfreeze(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        frozen = await desk.cards.freeze(card, call_id="call-1")
        assert (frozen.status, at_stripe(api, card)["status"]) == ("inactive", "inactive")
        assert (await mirrored(desk, card)).status == "inactive"
        assert desk.ids("cards") == {card}
        assert (await desk.cards.unfreeze(card, WHY)).status == "active"
        assert at_stripe(api, card)["status"] == "active"
        entries = await journal(desk, card)
        assert [(e.action, e.state) for e in entries] == [
            ("card.freeze", "confirmed"),
            ("card.unfreeze", "confirmed"),
        ]
        assert entries[0].call_id == "call-1"
        assert entries[0].request_id.startswith("req_")

    play(scenario)


def test_stripes_refusal_keeps_its_words_and_is_written_down(play: Play, api: Api) -> None:
    holder = api.cardholder()["id"]
    card = api.card(holder, status="inactive")["id"]
    api.post(f"/_practice/cardholders/{holder}", past_due=["individual.dob.day"])

    async def scenario(desk: Bench) -> None:
        with pytest.raises(UserFacing) as caught:
            await desk.cards.activate(card)
        assert not isinstance(caught.value, OutcomeUnknown)
        assert "outstanding requirements" in caught.value.detail
        assert caught.value.request_id.startswith("req_")
        (entry,) = await journal(desk, card)
        assert (entry.action, entry.state) == ("card.activate", "refused")
        assert at_stripe(api, card)["status"] == "inactive"

    play(scenario)


@pytest.mark.parametrize("reason", ["lost", "stolen"])
def test_a_lost_or_stolen_card_is_cancelled_and_then_replaced(
    play: Play, api: Api, reason: Any
) -> None:
    limits = {"spending_limits": [{"amount": 50000, "interval": "weekly"}]}
    card = api.physical(
        spending_controls={**limits, "blocked_categories": ["betting_casino_gambling"]}
    )["id"]

    async def scenario(desk: Bench) -> None:
        done = await desk.cards.replace(
            ReplacementOrder(card_id=card, reason=reason, shipping=HOME)
        )
        assert (done.old.id, done.old.status, done.old.replaced_by) == (
            card,
            "canceled",
            done.new.id,
        )
        new = at_stripe(api, done.new.id)
        assert (new["replacement_for"], new["replacement_reason"]) == (card, reason)
        assert new["shipping"]["address"]["line1"] == "Ackerstr. 12"
        assert new["shipping"]["service"] == "express"
        assert new["spending_controls"]["spending_limits"][0]["amount"] == 50000
        assert new["spending_controls"]["blocked_categories"] == ["betting_casino_gambling"]
        assert at_stripe(api, card)["cancellation_reason"] == reason
        entries = await journal(desk, card)
        assert [(e.action, e.step, e.state) for e in entries] == [
            ("card.replacement", 0, "confirmed"),
            ("card.cancel", 1, "confirmed"),
            ("card.replace", 2, "confirmed"),
        ]
        assert {e.flow_id for e in entries} == {entries[0].id}
        assert (await mirrored(desk, card)).replaced_by == done.new.id
        assert (await mirrored(desk, done.new.id)).status == "inactive"

    play(scenario)


def test_a_damaged_card_lives_until_its_replacement_is_activated(play: Play, api: Api) -> None:
    card = api.physical(status="active")["id"]

    async def scenario(desk: Bench) -> None:
        order = ReplacementOrder(card_id=card, reason="damaged", shipping=HOME)
        done = await desk.cards.replace(order)
        assert (done.old.status, done.new.last4) == ("active", done.old.last4)
        await desk.cards.activate(done.new.id)
        assert (await mirrored(desk, card)).status == "canceled"  # Stripe did that, and we looked

    play(scenario)


def test_a_stolen_plastic_card_can_become_a_virtual_one(play: Play, api: Api) -> None:
    card = api.physical(status="active")["id"]

    async def scenario(desk: Bench) -> None:
        order = ReplacementOrder(card_id=card, reason="stolen", type="virtual")
        done = await desk.cards.replace(order)
        assert (done.new.type, done.new.shipping) == ("virtual", None)

    play(scenario)


def test_two_orders_at_once_make_one_replacement(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        order = ReplacementOrder(card_id=card, reason="lost", type="virtual")
        first, second = await asyncio.gather(
            desk.cards.replace(order), desk.cards.replace(order), return_exceptions=True
        )
        assert not isinstance(first, BaseException)
        assert isinstance(second, UserFacing)
        assert second.code == "replacement_not_allowed"
        assert at_stripe(api, card)["replaced_by"] == first.new.id

    play(scenario)


def test_an_order_goes_on_from_where_it_broke_off(play: Play, api: Api) -> None:
    card = api.physical(status="active")["id"]
    nowhere = Shipping(name="Jenny Rosen", address=Address(line1="x", city="y", country="DE"))

    async def scenario(desk: Bench) -> None:
        with pytest.raises(UserFacing) as caught:
            await desk.cards.replace(
                ReplacementOrder(card_id=card, reason="lost", shipping=nowhere)
            )
        assert "postal_code" in caught.value.field
        assert (await mirrored(desk, card)).status == "canceled"
        order = ReplacementOrder(card_id=card, reason="lost", shipping=HOME)
        done = await desk.cards.replace(order)
        assert at_stripe(api, card)["replaced_by"] == done.new.id
        assert [(e.action, e.state) for e in await journal(desk, card)] == [
            ("card.replacement", "refused"),
            ("card.cancel", "confirmed"),
            ("card.replace", "refused"),
            ("card.replace", "confirmed"),
        ]

    play(scenario)


def test_a_flow_is_finished_though_its_window_is_gone(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        began = asyncio.Event()
        desk.changes.journal.connect(began.set)
        order = ReplacementOrder(card_id=card, reason="stolen", type="virtual")
        view = asyncio.create_task(desk.cards.replace(order))
        await began.wait()
        view.cancel()
        with pytest.raises(asyncio.CancelledError):
            await view
        await desk.cards.finish()
        assert at_stripe(api, card)["replaced_by"]
        assert (await mirrored(desk, card)).replaced_by == at_stripe(api, card)["replaced_by"]

    play(scenario)


def test_a_shipment_goes_elsewhere_and_old_lines_are_cleared(play: Play, api: Api) -> None:
    card = api.physical()["id"]
    floor = Address(
        line1="Weg 1", line2="3rd floor", city="Köln", postal_code="50667", country="DE"
    )

    async def scenario(desk: Bench) -> None:
        await desk.cards.change_shipping(card, Shipping(name="Jenny Rosen", address=floor))
        assert at_stripe(api, card)["shipping"]["address"]["line2"] == "3rd floor"
        await desk.cards.change_shipping(card, HOME)
        there = at_stripe(api, card)["shipping"]
        assert (there["address"]["city"], there["address"]["line2"]) == ("Berlin", None)

    play(scenario)


def test_cancelling_without_a_replacement(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        gone = await desk.cards.cancel(card, "stolen")
        assert (gone.status, gone.cancellation_reason) == ("canceled", "stolen")
        with pytest.raises(UserFacing) as caught:
            await desk.cards.replace(ReplacementOrder(card_id=card, reason="damaged"))
        assert caught.value.code == "replacement_not_allowed"

    play(scenario)


def test_after_silence_the_card_is_read_again(tmp_path: Path) -> None:
    frozen = answer(200, {"id": "ic_1", "status": "inactive"})
    silence = [HANG_UP, HANG_UP, HANG_UP, frozen]

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze("ic_1")
            assert (await mirrored(desk, "ic_1")).status == "inactive"
            (entry,) = await desk.casebook.journal.open_entries("acct_1")
            assert (entry.action, entry.state) == ("card.freeze", "unknown")

    with Faulty(silence) as stripe:
        asyncio.run(whole(stripe.url))
        assert stripe.requests[-1].line.startswith("GET /v1/issuing/cards/ic_1")


def test_stripe_failing_after_the_change_does_not_undo_its_answer(tmp_path: Path) -> None:
    frozen = answer(200, {"id": "ic_1", "status": "inactive"})

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, "sk_test_0123456789abcdef") as desk:
            assert (await desk.cards.freeze("ic_1")).status == "inactive"
            assert (await mirrored(desk, "ic_1")).status == "inactive"

    with Faulty([frozen, refusal(500)]) as stripe:
        asyncio.run(whole(stripe.url))
