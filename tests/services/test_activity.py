"""Purchases page by page, how far back they are known, and what Stripe has before that."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from supportdesk.domain.activity import Line
from supportdesk.services import coverage
from supportdesk.services.activity import OLDER, Activity
from supportdesk.services.lookup import RECENT
from supportdesk.services.stretch import stretch
from tests.services.activity_bench import Caller, Play, player
from tests.services.bench import Bench
from tests.support.practice_api import HELPERS, Api


@pytest.fixture
def play(api: Api, tmp_path: Path) -> Play:
    return player(tmp_path, api)


def test_pages_follow_each_other_without_gap_or_double_and_tear_no_purchase(
    api: Api, play: Play
) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        for n in range(9):
            paid = api.purchase(lena.card, 1_000 + n)
            if n % 3 == 0:
                api.post(f"{HELPERS}/transactions/{paid['id']}/refund", refund_amount=100)
            if n % 4 == 0:
                path = f"{HELPERS}/transactions/create_force_capture"
                api.post(path, card=lena.card, amount=50)
        whole = (await lena.person(desk)).lines
        assert len(whole) == 12
        for limit in (1, 2, 5, 12, 50):
            got: list[Line] = []
            before = None
            while True:
                page = await stretch(desk.mirror, lena.id, limit, before)
                got += page.lines
                assert len(page.lines) <= limit
                if (before := page.older) is None:
                    break
            assert got == list(whole)

    play(scenario)


def test_what_the_mirror_lacks_is_read_from_stripe_to_the_end(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        lena.limit(10_000_000, "all_time")
        total = RECENT + OLDER + 5
        for _ in range(total):
            last = api.buy(lena.card, 100)["created"]
        # What was bought in the second of a reading may be missed by it, and is said to be.
        while time.time() < last + 1:  # noqa: ASYNC110  (a clock has no event to wait for)
            await asyncio.sleep(0.02)
        person = await lena.person(desk)
        assert len(person.lines) == RECENT
        story = await activity.story(person)
        (use,) = story.uses[lena.card]
        assert story.stripe_has_older
        assert (use.used, use.complete) == (RECENT * 100, False)
        assert await activity.read_older(lena.id)
        assert not await activity.read_older(lena.id)
        assert not await activity.read_older(lena.id)  # nothing left to ask for
        again = await lena.person(desk)  # reading the newest anew forgets nothing
        story = await activity.story(again)
        (use,) = story.uses[lena.card]
        assert story.complete_since == 0
        assert not story.stripe_has_older
        assert (use.used, use.complete) == (total * 100, True)

    play(scenario)


def test_a_gap_after_a_long_pause_is_known(api: Api, play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        api.purchase(lena.card, 100)
        await lena.person(desk)
        notes = await coverage.held(desk.mirror, lena.id)
        assert coverage.complete_since(notes) == 0
        api.advance(86_400)
        for _ in range(RECENT + 3):
            api.purchase(lena.card, 100)
        await lena.person(desk)
        notes = await coverage.held(desk.mirror, lena.id)
        since = coverage.complete_since(notes)
        assert since is not None
        assert since > 0
        assert not notes["authorizations"].whole

    play(scenario)


def test_nothing_is_known_of_a_person_never_read(play: Play) -> None:
    async def scenario(desk: Bench, activity: Activity, lena: Caller) -> None:
        assert coverage.complete_since(await coverage.held(desk.mirror, lena.id)) is None
        await desk.mirror.set_state(f"activity:{lena.id}:authorizations", ["of another shape"])
        assert await coverage.held(desk.mirror, lena.id) == {}

    play(scenario)
