"""Purchases page by page, how far back they are known, and what Stripe has before that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from supportdesk.domain.activity import Line
from supportdesk.paths import resources
from supportdesk.services import coverage
from supportdesk.services.activity import OLDER, Activity
from supportdesk.services.decline_words import read_words
from supportdesk.services.lookup import RECENT
from supportdesk.services.stretch import stretch
from tests.conftest import StartPractice
from tests.services.activity_bench import Caller
from tests.services.bench import Bench, bench
from tests.support.practice_api import HELPERS, Api

Scenario = Callable[[Bench, Activity, Caller], Awaitable[None]]
Play = Callable[[Scenario], None]


@pytest.fixture(scope="module")
def api(start_practice: StartPractice) -> Iterator[Api]:
    client = Api(start_practice("--cardholders", "0"))
    yield client
    client.http.close()


@pytest.fixture
def play(api: Api, tmp_path: Path) -> Play:
    def run(scenario: Scenario) -> None:
        async def whole() -> None:
            async with bench(tmp_path, api.ready.url, api.key) as desk:
                activity = Activity(
                    desk.gateway,
                    desk.mirror,
                    desk.actions,
                    desk.changes,
                    texts=read_words(resources(), None)[0],
                    locale=lambda: "en_GB",
                )
                await scenario(desk, activity, Caller(api))

        asyncio.run(whole())

    return run


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
