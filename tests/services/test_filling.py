"""Filling the mirror under blows: afterwards it equals Stripe in every object and field."""

from __future__ import annotations

import asyncio
import random
import subprocess
import time
from pathlib import Path
from threading import Event, Thread

import pytest

from supportdesk.practice.process import Ready
from supportdesk.services.progress import Progress
from supportdesk.stripe_gateway import retry
from tests.conftest import StartPractice
from tests.services.bench import bench
from tests.support.busy import live_on, past_due, refreshed
from tests.support.killing import killed, program
from tests.support.practice_api import Api
from tests.support.same import at_stripe, differences
from tests.support.unruly import Unruly

KILLS = 4


@pytest.fixture(scope="module")
def crowd(start_practice: StartPractice) -> Ready:
    return start_practice("--cardholders", "220", "--seed", "4")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("supportdesk.services.backfill.PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(retry, "LIMIT_SECONDS", dict.fromkeys(retry.LIMIT_SECONDS, 0.05))


def test_killed_at_any_moment_it_goes_on_and_nothing_is_missing(
    crowd: Ready, tmp_path: Path
) -> None:
    began = time.time()
    shares = killed(tmp_path, crowd, KILLS, random.Random(8))
    assert len(shares) == KILLS
    assert shares == sorted(shares), "nothing that was written is read again"
    assert shares[0] < 0.5 < shares[-1]
    ending = subprocess.run(program(tmp_path, crowd), stdout=subprocess.PIPE, text=True, check=True)
    assert ending.stdout.splitlines()[-1].startswith("done")

    async def compare() -> None:
        async with bench(tmp_path, crowd.url, crowd.key) as desk:
            assert await differences(desk.mirror, crowd, began) == {}
            before = dict(desk.gateway.reads)
            await desk.sync.fill()
            assert desk.gateway.reads == before, "nothing was left to be read"

    asyncio.run(compare())


def test_through_trouble_and_changes_it_ends_equal_to_stripe(crowd: Ready, tmp_path: Path) -> None:
    holders = [o["id"] for o in at_stripe(crowd, "cardholders") if o["status"] == "active"][-80:]
    api = Api(crowd)
    api.post("/_practice/balance", currency="eur", amount=10**9)
    api.http.close()
    clean = [id for id in holders if not past_due(crowd, id)]
    over, began = Event(), time.time()
    changing = Thread(target=live_on, args=(crowd, clean, over))

    async def whole(url: str) -> None:
        async with bench(tmp_path, url, crowd.key, deadline=60) as desk:
            changing.start()
            try:
                async with asyncio.timeout(50):
                    await desk.sync.follow()
            finally:
                over.set()
                changing.join()
            await refreshed(desk)
            assert await differences(desk.mirror, crowd, began) == {}

    with Unruly(crowd.url, one_in=8) as stripe:
        asyncio.run(whole(stripe.url))
        assert {"429", "500", "drop"} <= set(stripe.spoilt)


def test_paused_stopped_and_gone_on_with(crowd: Ready, tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path, crowd.url, crowd.key, deadline=60) as desk:
            states: list[str] = []
            moved = asyncio.Event()

            def note(progress: Progress) -> None:
                states.append(progress.state)
                moved.set()

            desk.changes.mirror.connect(note)
            filling = asyncio.create_task(desk.sync.follow())
            await moved.wait()
            desk.sync.pause(True)
            held = await desk.mirror.counts()
            await desk.sync.stop()
            assert not filling.done()
            assert states[-2:] == ["paused", "stopped"]
            desk.sync.go_on()
            await filling
            assert held != await desk.mirror.counts(), "there was more to read"
            assert desk.sync.progress == Progress("", done=True)
            assert await differences(desk.mirror, crowd, time.time()) == {}

    asyncio.run(whole())
