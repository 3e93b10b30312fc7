"""Filling the mirror, killed again and again, then through trouble and changes: all is there."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Event, Thread

from supportdesk.practice.process import Ready
from supportdesk.services import backfill
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import allow_live, practice
from tests.services.bench import bench
from tests.support.busy import live_on, past_due, refreshed
from tests.support.killing import killed
from tests.support.practice_api import Api
from tests.support.same import at_stripe, differences
from tests.support.unruly import Unruly

KILLS = 20
BUSY = 80  # cardholders something happens to while the mirror is filled


def measure(size: int, kills: int = KILLS) -> list[Figure]:
    """Kill the filling all along its way, let it end at an unruly Stripe, compare every field."""
    allow_live()
    backfill.PAUSE_SECONDS = 0.05
    with tempfile.TemporaryDirectory() as name, practice(size) as ready:
        folder, began = Path(name), time.time()
        shares = [100 * share for share in killed(folder, ready, kills, random.Random(20))]
        differing, spoilt, took = _to_the_end(folder, ready, began)
    return [
        Figure(f"kills survived on the way to {size:,} cardholders", len(shares), "kills"),
        Figure("the mirror was full at the first kill", min(shares), "%"),
        Figure("the mirror was full at a kill, median", median(shares), "%"),
        Figure("the mirror was full at the last kill", max(shares), "%"),
        Figure("429s, 500s and dropped connections afterwards", spoilt, "answers"),
        Figure("filled and up to date after", took, "s"),
        Figure("objects that differ from Stripe", differing, "objects", goal="0"),
    ]


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
