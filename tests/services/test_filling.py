"""Filling the mirror under blows: afterwards it equals Stripe in every object and field."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
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
    chance, began, ended = random.Random(8), time.time(), False
    program = [sys.executable, "-m", "tests.services.fill_once", str(tmp_path), crowd.url]
    furthest: list[int] = []
    for kill in range(KILLS + 1):
        running = subprocess.Popen([*program, crowd.key], stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        after = chance.randrange(1, 8) if kill < KILLS else None
        counts = []
        for line in running.stdout:
            counts.append(int(line.split()[1]))
            if line.startswith("done"):
                ended = True
            if len(counts) == after:
                running.kill()
                break
        running.communicate()
        furthest.append(max(counts, default=0))
    assert ended, furthest

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
