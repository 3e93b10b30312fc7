"""No change goes to Stripe that is not written down first, and no answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from supportdesk.domain.records import Answer, Card
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.actions import Actions
from supportdesk.services.changes import Changes
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.journal import Entry
from tests.support.store import sql

Scenario = Callable[[Actions, Casebook], Coroutine[Any, Any, None]]
FROZEN = Answer(Card(id="ic_1", status="inactive"), "req_1")


def play(tmp_path: Path, scenario: Scenario) -> None:
    async def whole() -> None:
        database = await Database.open(tmp_path / "casebook.db", "ab" * 32, "casebook")
        try:
            casebook = Casebook(database)
            actions = Actions(
                casebook.journal, Changes(), account="acct_1", agent=lambda: "M. Keller"
            )
            await scenario(actions, casebook)
        finally:
            await database.close()

    asyncio.run(whole())


async def entry(casebook: Casebook) -> Entry:
    (only,) = await casebook.journal.recent()
    return only


def test_the_intent_is_on_disk_before_anything_is_sent(tmp_path: Path) -> None:
    async def scenario(actions: Actions, casebook: Casebook) -> None:
        async def send(key: str) -> Answer[Card]:
            written = await entry(casebook)
            assert written.state == "sent"
            assert written.idempotency_key == key
            assert (written.agent, written.action) == ("M. Keller", "card.freeze")
            return FROZEN

        card = await actions.perform("card.freeze", "ic_1", {"status": "inactive"}, send)
        assert card.status == "inactive"
        closed = await entry(casebook)
        assert (closed.state, closed.request_id) == ("confirmed", "req_1")
        assert closed.outcome == {"id": "ic_1", "status": "inactive"}
        assert closed.answered_at is not None

    play(tmp_path, scenario)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UserFacing("No.", code="card_canceled", request_id="req_2"), "refused"),
        (OutcomeUnknown("Silence.", request_id="req_2"), "unknown"),
    ],
)
def test_refusals_and_silence_are_kept_apart(tmp_path: Path, error: UserFacing, state: str) -> None:
    async def scenario(actions: Actions, casebook: Casebook) -> None:
        async def send(key: str) -> Answer[Card]:
            raise error

        with pytest.raises(UserFacing) as caught:
            await actions.perform("card.freeze", "ic_1", {}, send)
        assert caught.value is error
        closed = await entry(casebook)
        assert (closed.state, closed.request_id) == (state, "req_2")
        open_entries = await casebook.journal.open_entries("acct_1")
        assert len(open_entries) == (state == "unknown")

    play(tmp_path, scenario)


def test_one_object_is_changed_by_one_action_at_a_time(tmp_path: Path) -> None:
    async def scenario(actions: Actions, casebook: Casebook) -> None:
        running: list[str] = []
        most: dict[str, int] = {"ic_1": 0, "any": 0}
        meet = asyncio.Event()

        def send_for(card: str) -> Callable[[str], Coroutine[Any, Any, Answer[Card]]]:
            async def send(key: str) -> Answer[Card]:
                running.append(card)
                most["ic_1"] = max(most["ic_1"], running.count("ic_1"))
                most["any"] = max(most["any"], len(running))
                if len(set(running)) == 2:
                    meet.set()
                await meet.wait()  # released once both cards are under way side by side
                running.remove(card)
                return FROZEN

            return send

        async with asyncio.timeout(20):
            await asyncio.gather(
                *(
                    actions.perform("card.freeze", card, {}, send_for(card))
                    for card in ("ic_1", "ic_1", "ic_2", "ic_1")
                )
            )
        assert most == {"ic_1": 1, "any": 2}

    play(tmp_path, scenario)


def test_a_view_that_goes_away_loses_no_answer(tmp_path: Path) -> None:
    async def scenario(actions: Actions, casebook: Casebook) -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def send(key: str) -> Answer[Card]:
            asked.set()
            await answer.wait()
            return FROZEN

        view = asyncio.ensure_future(actions.perform("card.freeze", "ic_1", {}, send))
        await asked.wait()
        view.cancel()
        with pytest.raises(asyncio.CancelledError):
            await view
        answer.set()
        await actions.finish()
        assert (await entry(casebook)).state == "confirmed"

    play(tmp_path, scenario)


@pytest.mark.parametrize("answered", [True, False])
def test_a_disk_that_fails_after_the_answer_does_not_turn_it_into_a_refusal(
    tmp_path: Path, answered: bool
) -> None:
    """What Stripe did is told; the entry stays open, to be settled by reading."""

    async def scenario(actions: Actions, casebook: Casebook) -> None:
        async def send(key: str) -> Answer[Card]:
            await casebook.database.run(sql("PRAGMA query_only = ON"))
            if answered:
                return FROZEN
            raise OutcomeUnknown("Silence.")

        freezing = actions.perform("card.freeze", "ic_1", {}, send)
        if answered:
            assert (await freezing).status == "inactive"
        else:
            with pytest.raises(OutcomeUnknown):
                await freezing
        left = await entry(casebook)
        assert (left.state, actions.under_way(left.id)) == ("sent", False)
        assert await actions.open_count() == (1, 0, 0)
        with pytest.raises(UserFacing) as caught:  # and nothing more is sent without being written
            await actions.perform("card.freeze", "ic_2", {}, send)
        assert caught.value.code == "db_read_only"
        assert (await entry(casebook)).id == left.id

    play(tmp_path, scenario)
