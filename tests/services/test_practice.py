"""The trainer's service, and what the desk's services do under a drill it starts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.services.practice import LESSONS, OFTEN, WHERE, Practice
from tests.services.bench import bench
from tests.support.asking import ask
from tests.support.practice_api import Api

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _calm(api: Api) -> None:
    api.post("/_practice/drills/end")


def trainer(url: str, key: str, act: Callable[[Practice], Awaitable[T]]) -> T | UserFacing:
    said: T | UserFacing = ask(Practice(url, key), act)
    return said


@pytest.mark.parametrize(("where", "struck"), [("all", 429), ("cards", 429), ("disputes", 200)])
def test_a_drill_strikes_only_where_it_was_asked_to(api: Api, where: str, struck: int) -> None:
    card = api.card()["id"]

    async def act(practice: Practice) -> tuple[Any, Any]:
        drill = await practice.start("global-rate", "once", where)
        codes = [api.send("GET", path).status_code for path in (f"/v1/issuing/cards/{card}",)]
        await practice.end()
        return drill.path, codes

    path, codes = trainer(api.ready.url, api.key, act)  # type: ignore[misc]
    assert (path, codes) == (WHERE[where], [struck])


@pytest.mark.parametrize("often", list(OFTEN))
@pytest.mark.parametrize("lesson", list(LESSONS))
def test_each_lesson_runs_as_asked_and_can_be_ended(api: Api, lesson: str, often: str) -> None:
    async def act(practice: Practice) -> tuple[Any, Any, Any]:
        drill = await practice.start(lesson, often)
        return drill, await practice.standing(), await practice.end(drill.id)

    drill, standing, after = trainer(api.ready.url, api.key, act)  # type: ignore[misc]
    assert drill.kind == LESSONS[lesson]["kind"]
    assert drill.left == OFTEN[often].get("count")
    assert 0 < drill.ends_in <= OFTEN[often]["seconds"]
    assert [each.id for each in standing.drills] == [drill.id]
    assert after.drills == ()


def test_a_server_that_is_gone_and_one_that_refuses(api: Api) -> None:
    gone = trainer("http://127.0.0.1:9", api.key, lambda p: p.standing())
    assert isinstance(gone, UserFacing)
    assert gone.code == "practice_silent"
    stranger = trainer(api.ready.url, "sk_test_wrong", lambda p: p.forward(1))
    assert isinstance(stranger, UserFacing)
    assert stranger.code == "practice_refused"
    assert "sk_test_wrong" not in f"{stranger!r}"


def test_after_a_server_error_the_desk_says_unknown_and_knows_the_truth(
    api: Api, tmp_path: Path
) -> None:
    card = api.card()["id"]
    trainer(api.ready.url, api.key, lambda p: p.start("trouble", "once"))

    async def main() -> None:
        async with bench(tmp_path, api.ready.url, api.key) as desk:
            with pytest.raises(OutcomeUnknown):
                await desk.cards.freeze(card)
            seen = await desk.mirror.card(card)
            assert seen is not None
            assert seen.record.status == "inactive"  # read again: it was done
            [entry] = await desk.casebook.journal.recent(card)
            assert entry.state == "unknown"

    asyncio.run(main())
    assert api.get(f"/v1/issuing/cards/{card}")["status"] == "inactive"


def test_a_broken_line_costs_no_second_change(api: Api, tmp_path: Path) -> None:
    card = api.card()["id"]
    trainer(api.ready.url, api.key, lambda p: p.start("dropped", "once"))

    async def main() -> None:
        async with bench(tmp_path, api.ready.url, api.key) as desk:
            assert (await desk.cards.freeze(card)).status == "inactive"
            [entry] = await desk.casebook.journal.recent(card)
            assert entry.state == "confirmed"

    asyncio.run(main())
    assert api.events(card).count("issuing_card.updated") == 1
