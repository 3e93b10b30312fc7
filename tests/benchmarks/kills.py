"""Filling the mirror, killed again and again, then through trouble and changes: all is there."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

from supportdesk.practice.process import Ready
from supportdesk.services import backfill
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import allow_live, practice
from tests.services.bench import bench
from tests.support.busy import live_on, past_due, refreshed
from tests.support.practice_api import Api
from tests.support.same import at_stripe, differences
from tests.support.unruly import Unruly

KILLS = 20
LONGEST = 4.0  # seconds between two kills
BUSY = 80  # cardholders something happens to while the mirror is filled


def measure(size: int) -> list[Figure]:
    """Kill the filling at random moments, let it end at an unruly Stripe, compare every field."""
    allow_live()
    backfill.PAUSE_SECONDS = 0.05
    with tempfile.TemporaryDirectory() as name, practice(size) as ready:
        folder, began = Path(name), time.time()
        held = _killed(folder, ready)
        differing, spoilt, took = _to_the_end(folder, ready, began)
    return [
        Figure(f"kills survived on the way to {size:,} cardholders", KILLS, "kills"),
        Figure("objects held after the last kill", held, "objects"),
        Figure("429s, 500s and dropped connections afterwards", spoilt, "answers"),
        Figure("filled and up to date after", took, "s"),
        Figure("objects that differ from Stripe", differing, "objects", goal="0"),
    ]


def _killed(folder: Path, ready: Ready) -> int:
    """Start the filling and kill it, again and again; returns how many objects there are then."""
    chance = random.Random(20)
    program = [sys.executable, "-m", "tests.services.fill_once", str(folder), ready.url, ready.key]
    for _ in range(KILLS):
        running = subprocess.Popen(program, stdout=subprocess.PIPE)
        assert running.stdout is not None
        running.stdout.readline()  # it has begun to read: on a busy machine its start takes longer
        try:
            running.communicate(timeout=chance.random() * LONGEST)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()

    async def count() -> int:
        async with bench(folder, ready.url, ready.key) as desk:
            return sum((await desk.mirror.counts()).values())

    return asyncio.run(count())


def _to_the_end(folder: Path, ready: Ready, began: float) -> tuple[int, int, float]:
    """Return how many objects differ in the end, how many answers were spoilt, the seconds."""
    holders = [o["id"] for o in at_stripe(ready, "cardholders") if o["status"] == "active"][-BUSY:]
    api = Api(ready)
    api.post("/_practice/balance", currency="eur", amount=10**9)
    api.http.close()
    clean = [id for id in holders if not past_due(ready, id)]
    over, start = Event(), time.perf_counter()
    changing = Thread(target=live_on, args=(ready, clean, over))

    async def whole(url: str) -> int:
        async with bench(folder, url, ready.key, deadline=60) as desk:
            changing.start()
            try:
                await desk.sync.follow()
            finally:
                over.set()
                changing.join()
            await refreshed(desk)
            found = await differences(desk.mirror, ready, began)
            return sum(len(ids) for ids in found.values())

    with Unruly(ready.url, one_in=40) as stripe:
        differing = asyncio.run(whole(stripe.url))
        return differing, len(stripe.spoilt), time.perf_counter() - start
