"""What the caller did not prove enough for never reaches Stripe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from supportdesk.config import Settings
from supportdesk.domain.answers import YES
from supportdesk.domain.cards import ReplacementOrder
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Address, Shipping
from supportdesk.domain.verification import built_in
from supportdesk.errors import UserFacing
from supportdesk.services.calls import Calls
from supportdesk.services.cards import Cards
from supportdesk.services.disputes import Disputes
from supportdesk.services.verification import Verification
from tests.services.bench import Bench, bench
from tests.services.desk_at_practice import RULES, Programme

WHY = Why("asked by the cardholder")

HOME = Address(line1="Lindenweg 1", city="Berlin", postal_code="10115", country="DE")
ELSEWHERE = replace(HOME, line1="Hintergasse 9")


def keller() -> str:
    """Return the agent."""
    return "M. Keller"


class Desk:
    """Services of a desk on which callers are verified."""

    def __init__(self, base: Bench, cardholder: str) -> None:
        self.base = base
        self.person = cardholder
        book, account = base.casebook, "acct_1"
        self.calls = Calls(book.calls, book.journal, base.changes, account=account, agent=keller)
        self.guard = Verification(
            self.calls, base.mirror, book.journal, built_in(), enabled=lambda: True, agent=keller
        )
        self.cards = Cards(base.gateway, base.mirror, base.actions, base.changes, guard=self.guard)
        self.disputes = Disputes(
            base.gateway,
            base.mirror,
            book,
            base.actions,
            base.changes,
            rules=RULES,
            account=account,
            settings=lambda: Settings(agent=keller()),
            locale=lambda: "en_GB",
            guard=self.guard,
        )

    async def refused(self, action: Awaitable[object]) -> str:
        with pytest.raises(UserFacing) as caught:
            await action
        assert caught.value.code == "level_too_low"
        return caught.value.field

    async def answer(self, **said: str) -> int:
        result = await self.guard.check(said)
        assert result.match
        return result.level


def order(card: str, address: Address) -> ReplacementOrder:
    shipping = Shipping(name="Lena Hoffmann", address=address, service="standard")
    return ReplacementOrder(card_id=card, reason="damaged", shipping=shipping)


def physical(stripe: Programme) -> str:
    made = stripe.post(
        "/v1/issuing/cards",
        cardholder=stripe.cardholder,
        currency="eur",
        type="physical",
        status="active",
        **{
            "shipping[name]": "Lena Hoffmann",
            "shipping[address][line1]": HOME.line1,
            "shipping[address][city]": HOME.city,
            "shipping[address][postal_code]": HOME.postal_code,
            "shipping[address][country]": HOME.country,
        },
    )
    return str(made["id"])


def test_each_action_waits_for_its_level_and_hangs_on_the_call(
    tmp_path: Path, stripe: Programme
) -> None:
    card, spare = physical(stripe), stripe.card()

    def status(of: str = card) -> str:
        return str(stripe.get(f"/v1/issuing/cards/{of}")["status"])

    async def whole() -> None:
        async with bench(tmp_path, stripe.url, stripe.key) as base:
            desk = Desk(base, stripe.cardholder)
            await base.lookup.refresh(stripe.cardholder)
            await desk.cards.freeze(card)  # no call at all: protecting waits for nothing
            assert status() == "inactive"
            assert await desk.refused(desk.cards.unfreeze(card, WHY)) == "unfreeze"
            await desk.calls.opened(stripe.cardholder)
            call = desk.calls.current
            assert call is not None
            assert await desk.refused(desk.cards.unfreeze(card, WHY)) == "unfreeze"
            assert await desk.refused(desk.cards.activate(card)) == "activate"
            assert await desk.refused(desk.cards.cancel(spare, "lost")) == "cancel"
            assert await desk.refused(desk.cards.replace(order(card, HOME))) == "replace"
            assert await desk.answer(postal_code="10115", code=YES) == 3
            assert (await desk.cards.unfreeze(card, WHY)).status == "active"
            assert await desk.refused(desk.cards.replace(order(card, ELSEWHERE))) == "new_address"
            shipping = Shipping(name="Lena", address=ELSEWHERE)
            assert await desk.refused(desk.cards.change_shipping(card, shipping)) == "new_address"
            assert len(stripe.get("/v1/issuing/cards", cardholder=desk.person)["data"]) == 2
            done = await desk.cards.replace(order(card, HOME))
            assert await desk.answer(callback=YES) == 3
            moved = await desk.cards.change_shipping(done.new.id, shipping)
            assert moved.shipping is not None
            assert moved.shipping.address.line1 == "Hintergasse 9"
            entries = await base.casebook.journal.of_call(call.id)
            assert [e.action for e in entries] == ["card.unfreeze", "card.replace", "card.shipping"]
            before = await base.casebook.journal.recent(card)
            assert [e.call_id for e in before if e.action == "card.freeze"] == [""]

    asyncio.run(whole())
    assert status(spare) == "active"


def test_a_dispute_in_a_call_asks_level_2_and_keeps_what_was_typed(
    tmp_path: Path, stripe: Programme
) -> None:
    bought = stripe.capture(24900)

    async def whole() -> None:
        async with bench(tmp_path, stripe.url, stripe.key) as base:
            desk = Desk(base, stripe.cardholder)
            await base.lookup.refresh(stripe.cardholder)
            assert await desk.refused(desk.disputes.purchases(stripe.cardholder)) == "read"
            await desk.calls.opened(stripe.cardholder)
            intake = await desk.disputes.open(bought)
            assert intake is not None
            said = {"explanation": "Took no part."}
            draft = replace(intake.draft, reason="fraudulent", evidence=said)
            assert await desk.refused(desk.disputes.save(draft)) == "dispute"
            assert await desk.refused(desk.disputes.submit(draft)) == "dispute"
            assert stripe.disputes(bought) == []
            again = await desk.disputes.open(bought)
            assert again is not None
            assert again.draft.evidence["explanation"] == "Took no part."
            assert await desk.answer(postal_code="10115", code=YES) == 3
            assert len(await desk.disputes.purchases(stripe.cardholder)) == 1
            made = await desk.disputes.save(draft)
            call = desk.calls.current
            assert call is not None
            entries = await base.casebook.journal.of_call(call.id)
            assert [(e.action, e.outcome["id"]) for e in entries] == [("dispute.create", made.id)]

    asyncio.run(whole())


def test_the_queue_of_disputes_is_worked_on_without_a_caller(
    tmp_path: Path, stripe: Programme
) -> None:
    bought = stripe.capture(9900)

    async def whole() -> None:
        async with bench(tmp_path, stripe.url, stripe.key) as base:
            desk = Desk(base, stripe.cardholder)
            await base.lookup.refresh(stripe.cardholder)
            intake = await desk.disputes.open(bought)
            assert intake is not None
            await desk.disputes.save(replace(intake.draft, reason="fraudulent"))
            (entry,) = await base.casebook.journal.recent(bought)
            assert entry.call_id == ""

    asyncio.run(whole())
    assert len(stripe.disputes(bought)) == 1


def test_cards_of_a_desk_without_a_guard_refuse_what_asks_for_proof(
    tmp_path: Path, stripe: Programme
) -> None:
    card = stripe.card()

    async def whole() -> None:
        async with bench(tmp_path, stripe.url, stripe.key) as base:
            cards = Cards(base.gateway, base.mirror, base.actions, base.changes)
            assert (await cards.freeze(card)).status == "inactive"
            with pytest.raises(UserFacing) as caught:
                await cards.unfreeze(card, WHY)
            assert caught.value.code == "level_too_low"

    asyncio.run(whole())
    assert stripe.get(f"/v1/issuing/cards/{card}")["status"] == "inactive"
