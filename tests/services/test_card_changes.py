"""Reasons, limits, addresses and new cards for lost ones: done at Stripe and written down."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.cards import expires_on
from supportdesk.domain.limit_changes import Change, Limits
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card, Cardholder, SpendingLimit
from supportdesk.errors import UserFacing
from supportdesk.services.cards import Cards
from supportdesk.services.expiring import PAGE, ExpiringCards
from supportdesk.services.limits import told
from supportdesk.services.settle import Settle
from supportdesk.services.switched import why_off
from tests.services.bench import Bench, Play, player
from tests.support.practice_api import Api

WHY = Why("travel", "two weeks in Peru")
MORE: Limits = (
    SpendingLimit(amount=300_000, interval="monthly"),
    SpendingLimit(amount=5_000, interval="daily", categories=("bakeries",)),
)


@pytest.fixture
def play(tmp_path: Path, api: Api) -> Play:
    return player(tmp_path, api.ready)


async def shown(desk: Bench, card: str) -> Card:
    return await desk.cards.reread(card)


async def owner(desk: Bench, cardholder: str) -> Cardholder:
    return (await desk.lookup.refresh(cardholder)).cardholder.record


def test_why_a_card_is_frozen_is_kept_and_said(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        await desk.cards.freeze(card)
        with pytest.raises(UserFacing) as caught:
            await desk.cards.say_why(card, Why("", "?"))
        assert caught.value.code == "reason_missing"
        await desk.cards.say_why(card, Why("unknown purchase"))
        off = why_off(await shown(desk, card), await desk.actions.history(card))
        assert off is not None
        assert (off.kind, off.agent, off.why.words) == (
            "frozen_here",
            "M. Keller",
            "unknown purchase",
        )
        with pytest.raises(UserFacing) as caught:
            await desk.cards.unfreeze(card, Why())
        assert caught.value.code == "reason_missing"
        assert api.get(f"/v1/issuing/cards/{card}")["status"] == "inactive"
        await desk.cards.unfreeze(card, Why("", "She found it again"))
        last = (await desk.actions.history(card))[0]
        assert (last.asked, last.beside) == ({"status": "active"}, {"note": "She found it again"})
        with pytest.raises(UserFacing) as caught:
            await desk.cards.say_why(card, WHY)
        assert caught.value.code == "not_frozen_here"
        assert await desk.actions.open_entries() == []

    play(scenario)


def test_a_reason_beside_what_was_sent_is_not_compared_with_stripe(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        await desk.cards.freeze(card, WHY)
        (entry,) = await desk.actions.history(card)
        journal = desk.casebook.journal
        left = type(entry)(**{**_fields(entry), "id": "left", "idempotency_key": "unseen"})
        await journal.intend(left)
        await journal.sent("left")
        settle = Settle(
            desk.gateway, desk.mirror, journal, desk.actions, desk.changes, patience=0.0
        )
        assert await settle.one("left") == "confirmed"

    play(scenario)


def _fields(entry: Any) -> dict[str, Any]:
    names = ("account", "agent", "action", "object_id", "params", "at")
    return {name: getattr(entry, name) for name in names}


def test_limits_of_a_card_are_replaced_whole_and_all_else_stays(play: Play, api: Api) -> None:
    rules = {"blocked_categories": ["betting_casino_gambling"]}
    limit = {"amount": 100_000, "interval": "weekly"}
    card = api.card(spending_controls={**rules, "spending_limits": [limit]})["id"]

    async def scenario(desk: Bench) -> None:
        before = await shown(desk, card)
        changed = await desk.cards.limits.of_card(before, MORE, WHY)
        assert changed.spending_controls.limits == MORE
        now = api.get(f"/v1/issuing/cards/{card}")["spending_controls"]
        assert now["blocked_categories"] == ["betting_casino_gambling"]
        assert [one["amount"] for one in now["spending_limits"]] == [300_000, 5_000]
        (entry,) = await desk.actions.history(card)
        assert (entry.action, entry.state) == ("card.limits", "confirmed")
        assert entry.beside == {**WHY.kept(), "before": [limit], "currency": "eur"}
        weekly = SpendingLimit(amount=100_000, interval="weekly")
        wanted = [Change(None, MORE[0]), Change(None, MORE[1]), Change(weekly, None)]
        assert told(entry) == (wanted, "eur")
        # Another desk showed the old ones: it is told instead of overwriting.
        with pytest.raises(UserFacing) as caught:
            await desk.cards.limits.of_card(before, (), WHY)
        assert caught.value.code == "limits_changed"
        gone = await desk.cards.limits.of_card(await shown(desk, card), (), WHY)
        assert gone.spending_controls.limits == ()
        assert gone.spending_controls.blocked_categories == ("betting_casino_gambling",)

    play(scenario)


def test_limits_of_all_cards_have_a_currency(play: Play, api: Api) -> None:
    holder = api.cardholder()["id"]

    async def scenario(desk: Bench) -> None:
        person = await owner(desk, holder)
        changed = await desk.cards.limits.of_cardholder(person, MORE, "eur", WHY)
        assert changed.spending_controls.limits == MORE
        now = api.get(f"/v1/issuing/cardholders/{holder}")["spending_controls"]
        assert now["spending_limits_currency"] == "eur"
        assert desk.ids("cardholders") == {holder}
        seen = await desk.mirror.cardholder(holder)
        assert seen is not None
        assert seen.record.spending_controls.limits == MORE
        (entry,) = await desk.actions.history(holder)
        assert (entry.action, entry.beside["before"]) == ("cardholder.limits", [])
        with pytest.raises(UserFacing) as caught:
            await desk.cards.limits.of_cardholder(person, (), "eur", WHY)
        assert caught.value.code == "limits_changed"

    play(scenario)


def test_limits_ask_for_proof_and_a_reason(play: Play, api: Api) -> None:
    card = api.card()["id"]

    async def scenario(desk: Bench) -> None:
        now = await shown(desk, card)
        with pytest.raises(UserFacing) as caught:
            await desk.cards.limits.of_card(now, MORE, Why())
        assert caught.value.code == "reason_missing"
        unattended = Cards(desk.gateway, desk.mirror, desk.actions, desk.changes)
        for change in (
            unattended.limits.of_card(now, MORE, WHY),
            unattended.limits.of_cardholder(await owner(desk, now.cardholder_id), MORE, "eur", WHY),
        ):
            with pytest.raises(UserFacing) as caught:
                await change
            assert (caught.value.code, caught.value.field) == ("level_too_low", "limits")
        assert await desk.actions.history(card) == []

    play(scenario)


def test_the_old_card_ends_when_the_one_of_the_same_number_is_activated(
    play: Play, api: Api
) -> None:
    old = api.physical(status="active")
    params = {"replacement_for": old["id"], "replacement_reason": "damaged"}
    new = api.physical(cardholder=old["cardholder"]["id"], **params)["id"]

    async def scenario(desk: Bench) -> None:
        await shown(desk, old["id"])
        await shown(desk, new)
        assert (await desk.cards.activate(new, WHY)).status == "active"
        seen = await desk.mirror.card(old["id"])
        assert seen is not None
        assert seen.record.status == "canceled"  # and this desk knows
        assert (await desk.actions.history(new))[0].beside == WHY.kept()

    play(scenario)


def test_expiring_cards_are_paged_by_their_end(play: Play, api: Api) -> None:
    async def scenario(desk: Bench) -> None:
        today = date(2026, 11, 23)
        ends = ((10, 2026), (11, 2026), (12, 2026), (1, 2027), (2, 2027))
        made = [
            Card(id=f"ic_{month:02}{number:03}", exp_month=month, exp_year=year, status="active")
            for month, year in ends
            for number in range(60)
        ]
        dead = Card(id="ic_dead", exp_month=12, exp_year=2026, status="canceled")
        done = Card(id="ic_done", exp_month=12, exp_year=2026, replaced_by="ic_x")
        await desk.mirror.put([*made, dead, done], 1.0)
        expiring = ExpiringCards(desk.mirror)
        found = []
        page = await expiring.page("soon", today)
        while page:
            assert len(page) <= PAGE
            found += [row.card for row in page]
            page = await expiring.page("soon", today, page[-1])
        # 60 days from the 23rd of November: January ends after the 22nd.
        wanted = [c for c in made if expires_on(c) in (date(2026, 11, 30), date(2026, 12, 31))]
        assert [c.id for c in found] == [c.id for c in wanted]
        assert await expiring.count("soon", today) == 120
        assert await expiring.count("over", today) == 60

    play(scenario)
