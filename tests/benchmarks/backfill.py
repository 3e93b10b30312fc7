"""Filling the mirror: objects per second and CPU per object."""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from pathlib import Path

import httpx
import stripe
from sqlcipher3 import dbapi2

from supportdesk.practice.process import Ready
from supportdesk.services.changes import Changes
from supportdesk.services.progress import Progress
from supportdesk.services.sync import Sync
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway
from supportdesk.stripe_gateway.limiter import ENDPOINT_PER_SECOND
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import KEY, allow_live, practice

LATENCY = 200  # milliseconds
STOCK_PAGES = 15
PEOPLE = ("cardholders", "cards")


def measure_rate(size: int) -> list[Figure]:
    """Fill with a slow Stripe; people and cards count, which are two of Stripe's endpoints."""
    allow_live()
    with practice(size, "--latency", str(LATENCY)) as ready:
        stock = _stock(ready)
        seconds, objects, _ = asyncio.run(_fill(ready))
    rate = objects / seconds
    allowed = 100.0 * ENDPOINT_PER_SECOND * len(PEOPLE)
    name = f"cardholders and cards, {LATENCY} ms latency"
    return [
        Figure(name, rate, "objects/s", "stripe-python auto_paging_iter", stock, "at least 8 x"),
        Figure(name, rate, "objects/s", "allowed by the limiter", allowed, "at least 0.8 x"),
    ]


def measure_cpu(size: int) -> list[Figure]:
    """Fill without latency; the whole process counts, the practice Stripe does not."""
    allow_live()
    with practice(size) as ready:
        bare = _bare(ready)
        _, objects, cpu = asyncio.run(_fill(ready))
    return [Figure("CPU per mirrored object", 1e6 * cpu / objects, "µs",
                   "httpx + json + executemany", 1e6 * bare, "at most 3 x")]  # fmt: skip


async def _fill(ready: Ready) -> tuple[float, int, float]:
    """Return seconds, objects and CPU seconds until all people and cards are there."""
    gc.disable()  # as the program does: it collects in the window's thread
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder, "mirror.db"), KEY, "mirror")
        gateway, changes = Gateway(ready.key, base_url=ready.url, share=1.0), Changes()
        sync = Sync(gateway, Mirror(database), changes)
        ended: dict[str, tuple[int, float, float]] = {}
        all_there = asyncio.Event()

        def note(progress: Progress) -> None:
            if progress.kind in PEOPLE and progress.done:
                ended[progress.kind] = progress.count, time.perf_counter(), time.process_time()
            if len(ended) == len(PEOPLE):
                all_there.set()

        changes.mirror.connect(note)
        began, cpu = time.perf_counter(), time.process_time()
        filling = asyncio.create_task(sync.fill())
        await all_there.wait()
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        await gateway.aclose()
        await database.close()
    gc.enable()
    counts, walls, cpus = zip(*ended.values(), strict=True)
    return max(walls) - began, sum(counts), max(cpus) - cpu


def _stock(ready: Ready) -> float:
    """Return objects per second of Stripe's own client, page after page."""
    client = stripe.StripeClient(ready.key, base_addresses={"api": ready.url})
    began, count = time.perf_counter(), 0
    for _ in client.v1.issuing.cardholders.list({"limit": 100}).auto_paging_iter():
        count += 1
        if count == 100 * STOCK_PAGES:
            break
    return count / (time.perf_counter() - began)


def _bare(ready: Ready) -> float:
    """Return CPU seconds per object of the shortest loop that keeps the same objects."""
    gc.disable()
    with tempfile.TemporaryDirectory() as folder:
        driver = dbapi2.connect(str(Path(folder, "bare.db")), isolation_level=None)
        driver.execute(f"PRAGMA key = \"x'{KEY}'\"")
        driver.execute("PRAGMA journal_mode = WAL")
        http = httpx.Client(base_url=ready.url, auth=(ready.key, ""), trust_env=False)
        began, count = time.process_time(), 0
        for kind in PEOPLE:
            driver.execute(f"CREATE TABLE {kind} (id PRIMARY KEY, created, body) WITHOUT ROWID")
            after: dict[str, str] = {}
            while True:
                got = http.get(f"/v1/issuing/{kind}", params={"limit": "100", **after})
                page = json.loads(got.content)
                rows = [(o["id"], o["created"], json.dumps(o)) for o in page["data"]]
                driver.execute("BEGIN")
                driver.executemany(f"INSERT OR REPLACE INTO {kind} VALUES (?, ?, ?)", rows)
                driver.execute("COMMIT")
                count += len(rows)
                if not page["has_more"]:
                    break
                after = {"starting_after": page["data"][-1]["id"]}
        spent = time.process_time() - began
        driver.close()
        http.close()
    gc.enable()
    return spent / count
