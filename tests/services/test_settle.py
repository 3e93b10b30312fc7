"""What had no answer is settled by asking Stripe, and agrees with it; nothing is sent twice."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.cards import BESIDE, ReplacementOrder
from supportdesk.domain.reasons import Why
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.once import derived_key
from supportdesk.services.settle import Settle
from supportdesk.store.journal import Entry
from tests.conftest import StartPractice
from tests.services.bench import Bench, bench
from tests.support.lossy import Fate, lossy
from tests.support.practice_api import Api

WHY = Why("asked by the cardholder")


def settle(desk: Bench, patience: float = 0.0) -> Settle:
    return Settle(
        desk.gateway,
        desk.mirror,
        desk.casebook.journal,
        desk.actions,
        desk.changes,
        patience=patience,
    )


@asynccontextmanager
async def losing(
    tmp_path: Path, api: Api, fate: Fate, where: str
) -> AsyncIterator[tuple[Bench, list[str]]]:
    """A desk that loses every change whose line has `where`, until the list is emptied."""
    lost = [where]

    def what(line: str) -> Fate:
        return fate if line.startswith("POST") and any(part in line for part in lost) else "pass"

    async with (
        lossy(api.ready.url, what) as url,
        bench(tmp_path, url, api.ready.key, deadline=2.0) as desk,
    ):
        yield desk, lost


async def entries(desk: Bench, card: str) -> list[Entry]:
    return (await desk.casebook.journal.recent(card))[::-1]


def card_at(api: Api, card: str) -> dict[str, Any]:
    return api.get(f"/v1/issuing/cards/{card}")


def siblings(api: Api, card: str) -> list[dict[str, Any]]:
    holder = card_at(api, card)["cardholder"]["id"]
    found: list[dict[str, Any]] = api.get("/v1/issuing/cards", cardholder=holder, limit=100)["data"]
    return found


def replacements(api: Api, card: str) -> list[dict[str, Any]]:
    return [made for made in siblings(api, card) if made["replacement_for"] == card]


def besides(api: Api, card: str) -> list[dict[str, Any]]:
    return [made for made in siblings(api, card) if made["metadata"].get(BESIDE) == card]


@pytest.mark.parametrize(
    ("fate", "state", "status"),
    [("lose answer", "confirmed", "inactive"), ("lose request", "refused", "active")],
)
def test_a_freeze_without_an_answer_is_settled_as_stripe_has_it(
    tmp_path: Path, api: Api, fate: Fate, state: str, status: str
) -> None:
    card = api.card()["id"]

    async def scenario() -> None:
        async with losing(tmp_path, api, fate, card) as (desk, _):
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze(card)
            assert (await desk.actions.open_count()) == (0, 1, 0)
            assert await settle(desk).all() == 1
            (entry,) = await entries(desk, card)
            assert (entry.state, card_at(api, card)["status"]) == (state, status)
            if state == "confirmed":
                assert entry.request_id.startswith("req_")  # told by Stripe's event
            seen = await desk.mirror.card(card)
            assert seen is not None
            assert seen.record.status == status
            assert (await desk.actions.open_count()) == (0, 0, 0)

    asyncio.run(scenario())


@pytest.mark.parametrize("leap", ["before", "after"])
def test_what_was_done_is_found_by_its_event_though_stripes_clock_is_another(
    tmp_path: Path, start_practice: StartPractice, leap: str
) -> None:
    """The object was changed again since, so only the event tells."""
    other = Api(start_practice("--cardholders", "0"))
    card = other.card()["id"]

    async def scenario() -> None:
        async with losing(tmp_path, other, "lose answer", card) as (desk, lost):
            if leap == "before":
                other.advance(20 * 86_400)
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze(card)
            if leap == "after":
                other.advance(20 * 86_400)
            lost.clear()
            other.post(f"/v1/issuing/cards/{card}", status="active")
            await settle(desk).all()
            assert [e.state for e in await entries(desk, card)] == ["confirmed"]

    try:
        asyncio.run(scenario())
    finally:
        other.http.close()


def test_finding_nothing_proves_nothing_while_the_request_may_still_run(
    tmp_path: Path, api: Api
) -> None:
    card = api.card()["id"]

    async def scenario() -> None:
        async with losing(tmp_path, api, "lose request", card) as (desk, _):
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze(card)
            assert await settle(desk, patience=60.0).all() == 0
            assert (await entries(desk, card))[0].state == "unknown"

    asyncio.run(scenario())


@pytest.mark.parametrize(("fate", "made"), [("lose answer", 1), ("lose request", 0)])
def test_a_flow_without_an_answer_is_finished_once(
    tmp_path: Path, api: Api, fate: Fate, made: int
) -> None:
    card = api.card()["id"]
    order = ReplacementOrder(card_id=card, reason="stolen", type="virtual")

    async def scenario() -> None:
        async with losing(tmp_path, api, fate, "/cards ") as (desk, lost):
            with pytest.raises(OutcomeUnknown):
                await desk.cards.replace(order, call_id="call-7")
            assert len(replacements(api, card)) == made
            (left,) = await desk.cards.unfinished()
            assert (left.order, left.entry.call_id) == (order, "call-7")
            lost.clear()
            await settle(desk).all()
            if not made:
                (left,) = await desk.cards.unfinished()
                assert (await desk.actions.open_count())[2] == 1
                await desk.cards.finish_order(left)
            assert await desk.cards.unfinished() == []
            (new,) = replacements(api, card)
            told = await entries(desk, card)
            assert {e.state for e in told} <= {"confirmed", "refused"}
            assert [e.outcome["id"] for e in told if e.action == "card.replacement"] == [new["id"]]
            assert {e.call_id for e in told} == {"call-7"}
            with pytest.raises(UserFacing) as caught:
                await desk.cards.replace(order)
            assert "M. Keller" in caught.value.detail or "another desk" in caught.value.detail

    asyncio.run(scenario())


def test_a_flow_given_up_is_not_offered_again(tmp_path: Path, api: Api) -> None:
    card = api.card()["id"]
    order = ReplacementOrder(card_id=card, reason="lost", type="virtual")

    async def scenario() -> None:
        async with losing(tmp_path, api, "lose request", "/cards ") as (desk, lost):
            with pytest.raises(OutcomeUnknown):
                await desk.cards.replace(order)
            lost.clear()
            (left,) = await desk.cards.unfinished()
            await desk.cards.drop_order(left, "A. Second")
            assert await desk.cards.unfinished() == []
            with pytest.raises(UserFacing) as caught:
                await desk.cards.finish_order(left)
            assert caught.value.code == "flow_over"
            assert replacements(api, card) == []

    asyncio.run(scenario())


def test_what_stripe_will_not_tell_holds_nothing_else_up(tmp_path: Path, api: Api) -> None:
    card = api.card()["id"]

    async def scenario() -> None:
        async with losing(tmp_path, api, "lose answer", "/cards/") as (desk, lost):
            for id in ("ic_of_another_account", card):
                with pytest.raises(OutcomeUnknown):
                    await desk.cards.freeze(id)
            lost.clear()
            with pytest.raises(UserFacing) as caught:
                await settle(desk).all()
            assert caught.value.request_id
            assert [e.state for e in await entries(desk, card)] == ["confirmed"]
            assert [e.state for e in await entries(desk, "ic_of_another_account")] == ["unknown"]

    asyncio.run(scenario())


def test_what_events_cannot_tell_stays_unknown(tmp_path: Path, api: Api) -> None:
    """A key that may not read events: a later change hides whether the first one was done."""
    card = api.card()["id"]
    key = api.post("/_practice/keys", permissions=["issuing_card_write"])["key"]

    async def scenario() -> None:
        lost = [card]

        def what(line: str) -> Fate:
            return "lose answer" if line.startswith("POST") and lost and card in line else "pass"

        async with (
            lossy(api.ready.url, what) as url,
            bench(tmp_path, url, key, deadline=2.0) as desk,
        ):
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze(card)
            lost.clear()
            await desk.cards.unfreeze(card, WHY)
            await settle(desk).all()
            first, second = await entries(desk, card)
            assert (first.state, second.state) == ("unknown", "confirmed")
            assert "changed again" in first.outcome["title"]
            assert "events" in first.outcome["detail"]

    asyncio.run(scenario())


DESK = """
import asyncio, os, sys
from pathlib import Path
from supportdesk.domain.cards import ReplacementOrder
from tests.services.bench import bench

async def main(folder, url, key, card, where, count, both):
    async with bench(Path(folder), url, key) as desk:
        left = [int(count)]
        def step(*_):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), 9)
        if where == "journal":
            desk.changes.journal.connect(step)
        else:
            desk.gateway._wire._on_reach = step
        order = ReplacementOrder(
            card_id=card, reason="lost", type="virtual", also_virtual=both == "both"
        )
        await desk.cards.replace(order, call_id="the call")

asyncio.run(main(*sys.argv[1:]))
"""
# After a word in the journal, and after cancelling (2) and creating (4) before a word of it; with a
# virtual card besides, before it is asked for (5) and after it is made (8). The fault matrix kills
# desks at every step.
STEPS = [
    *(("journal", 1, ""), ("journal", 4, ""), ("reach", 2, ""), ("reach", 4, "")),
    *(("journal", 5, "both"), ("reach", 8, "both")),
]


def test_killed_at_any_step_the_next_start_agrees_with_stripe(tmp_path: Path, api: Api) -> None:
    ready = api.ready
    killed = []
    for where, count, both in STEPS:
        card, folder = api.card()["id"], tmp_path / f"{where}-{count}-{both}"
        folder.mkdir()
        arguments = [str(folder), ready.url, ready.key, card, where, str(count), both]
        desk = subprocess.Popen([sys.executable, "-c", DESK, *arguments], stderr=subprocess.PIPE)
        killed.append((desk, card, folder, both))

    async def next_start(card: str, folder: Path, both: str) -> None:
        async with bench(folder, ready.url, ready.key) as desk:
            await settle(desk).all()
            for left in await desk.cards.unfinished():
                assert left.entry.call_id == "the call"
                await desk.cards.finish_order(left)
            told = await entries(desk, card)
            assert {e.state for e in told} <= {"confirmed", "refused"}
            assert await desk.actions.open_count() == (0, 0, 0)
            (new,) = replacements(api, card)
            now = card_at(api, card)
            assert (now["status"], now["cancellation_reason"]) == ("canceled", "lost")
            done = {e.action: e for e in told if e.state == "confirmed"}
            asked = {"card.replacement", "card.cancel", "card.replace"}
            assert set(done) == asked | ({"card.beside"} if both else set())
            assert [made["id"] for made in besides(api, card)] == [
                entry.outcome["id"] for action, entry in done.items() if action == "card.beside"
            ]
            assert done["card.replacement"].outcome["id"] == new["id"]
            assert done["card.replace"].outcome["id"] == new["id"]

    for desk, card, folder, both in killed:
        _, said = desk.communicate(timeout=120)
        assert desk.returncode in (-9, 9), said.decode()
        asyncio.run(next_start(card, folder, both))


def test_a_changed_card_is_told_instead_of_overwritten(tmp_path: Path, api: Api) -> None:
    card = api.card()["id"]

    async def scenario() -> None:
        async with bench(tmp_path, api.ready.url, api.ready.key) as desk:
            await desk.cards.freeze(card)
            api.post(f"/v1/issuing/cards/{card}", status="canceled", cancellation_reason="stolen")
            with pytest.raises(UserFacing) as caught:
                await desk.cards.unfreeze(card, WHY)
            assert caught.value.code == "card_changed"
            assert "cancelled as stolen" in caught.value.title
            assert [e.action for e in await entries(desk, card)] == ["card.freeze"]

    asyncio.run(scenario())


def test_keys_are_the_objects_own() -> None:
    keys = [
        derived_key(action, card, attempt)
        for action, card, attempt in itertools.product(
            ("card.replace", "dispute.create"), ("ic_1", "ic_11"), (1, 2, 11)
        )
    ]
    assert len(set(keys)) == len(keys)
    assert derived_key("card.replace", "ic_1", 1) == keys[0]
