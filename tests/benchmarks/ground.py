"""What several benchmarks stand on: a practice Stripe, a mirror of any size."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from supportdesk.domain.records import Record
from supportdesk.practice.process import PracticeProcess, Ready
from supportdesk.practice.seed.crowd import Crowd
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.store.mirror_rows import rows_of
from supportdesk.stripe_gateway import convert, limiter

KEY = "5c" * 32
_BATCH = 1000


@contextmanager
def practice(cardholders: int, *arguments: str) -> Iterator[Ready]:
    """Run a practice Stripe."""
    process = PracticeProcess(("--cardholders", str(cardholders), *arguments))
    try:
        yield process.start(600)
    finally:
        process.stop()


def allow_live() -> None:
    """Give this process's gateways the allowance of a live account: practice keys are test keys."""
    limiter.SANDBOX_PER_SECOND = limiter.LIVE_PER_SECOND


def people(count: int) -> Iterator[Record]:
    """Make cardholders and, for three of ten, a second card."""
    now = datetime.datetime.now(datetime.UTC)
    crowd = Crowd(1, int(now.timestamp()), 0, count)
    for number, (card, holder) in enumerate(crowd.cards()):
        yield convert.cardholder(holder)
        yield convert.card(card)
        if number % 10 < 3:
            second = {**card, "id": f"{card['id']}b", "last4": f"{number % 10_000:04d}"}
            yield convert.card(second)


def fill(path: Path, count: int) -> None:
    """Make a mirror with so many cardholders, without a Stripe."""

    async def work() -> None:
        database = await Database.open(path, KEY, "mirror")
        mirror, made = Mirror(database), people(count)
        while batch := list(islice(made, _BATCH)):
            await mirror.put_rows(rows_of(batch, 1.0, "list"))
        await database.close()

    asyncio.run(work())
