"""The queue of disputes: opened, sorted, filtered, counted, beside one bare statement."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, get_args

from sqlmodel import Session

from supportdesk.config import Settings
from supportdesk.domain.dispute_queue import WHICH, Asked, SortBy
from supportdesk.domain.disputes_rules import load
from supportdesk.domain.records import (
    Authorization,
    BalanceEntry,
    Card,
    Cardholder,
    Dispute,
    Merchant,
    Record,
    Transaction,
)
from supportdesk.services.changes import Changes
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.dispute_words import read_steps
from supportdesk.store.casebook import Casebook
from supportdesk.store.database import Database
from supportdesk.store.mirror import Mirror
from supportdesk.stripe_gateway.client import Gateway
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.ground import KEY

ROUNDS = 12
RESOURCES = Path(__file__).parents[2] / "resources" / "disputes"
GOAL = "at most 100 ms, with 20,000 disputes"
_DAY = 86_400
_BATCH = 1000


def measure(size: int, rounds: int = ROUNDS) -> list[Figure]:
    """Fill a mirror with so many disputes and ask for the queue in every way."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder), size, rounds))


async def _measure(folder: Path, size: int, rounds: int) -> list[Figure]:
    database = await Database.open(folder / "mirror.db", KEY, "mirror")
    casebook = await Database.open(folder / "casebook.db", KEY, "casebook")
    gateway = Gateway("sk_test_" + "0" * 24, base_url="http://127.0.0.1:9")
    try:
        mirror = Mirror(database)
        steps, _ = read_steps(RESOURCES)
        queue = DisputeQueue(
            gateway,
            mirror,
            Casebook(casebook).dispute_cases,
            Changes(),
            rules=load(RESOURCES),
            steps=steps,
            settings=lambda: Settings(agent="Ann"),
            account="bench",
            locale=lambda: "en_GB",
        )
        made = _records(size)
        while batch := list(islice(made, _BATCH)):
            await mirror.put(batch, 1.0)
        began = time.perf_counter()
        while await queue.settle(200):
            pass
        rate = size / (time.perf_counter() - began)
        return [Figure("lines worked out", rate, "lines/s"), *await _ask(queue, database, rounds)]
    finally:
        await gateway.aclose()
        await database.close()
        await casebook.close()


async def _ask(queue: DisputeQueue, database: Database, rounds: int) -> list[Figure]:
    def asked(**more: Any) -> Asked:
        return Asked(today=queue.today(), agent="Ann", **more)

    ways: dict[str, list[Callable[[], Awaitable[object]]]] = {
        "opened or filtered": [_page(queue, asked(which=which)) for which in WHICH],
        "sorted": [
            _page(queue, asked(which=which, sort=sort, descending=down))
            for which in ("open", "all")
            for sort in get_args(SortBy)
            for down in (False, True)
        ],
        "by reason and merchant": [
            _page(queue, asked(which=which, reason=reason, merchant=merchant))
            for which in ("open", "ended")
            for reason in ("", "fraudulent")
            for merchant in ("shop 7", "no such shop")
        ],
        "counted": [lambda: queue.counts(asked())],
    }
    bare = percentile(await _times([lambda: database.read(_bare)], rounds), 0.5)
    found = []
    for name, calls in ways.items():
        times = await _times(calls, rounds)
        for part in (0.5, 0.99):
            figure = Figure(
                f"{name} p{round(100 * part)}",
                1000 * percentile(times, part),
                "ms",
                "counting all lines in SQL",
                1000 * bare,
                GOAL if part > 0.9 else "",
            )
            found.append(figure)
    return found


def _page(queue: DisputeQueue, asked: Asked) -> Callable[[], Awaitable[object]]:
    return lambda: queue.page(asked)


def _bare(session: Session) -> object:
    return session.connection().exec_driver_sql("SELECT sum(due > 0) FROM dispute_steps").one()


async def _times(calls: list[Callable[[], Awaitable[object]]], rounds: int) -> list[float]:
    found = []
    for _ in range(rounds):
        for call in calls:
            began = time.perf_counter()
            await call()
            found.append(time.perf_counter() - began)
    return found


def _records(size: int) -> Iterator[Record]:
    chance, now = random.Random(1), int(time.time())
    reasons = [known.reason for known in load(RESOURCES).reasons.reasons]
    for at in range(size // 4 + 1):
        yield Cardholder(id=f"ich_{at}", name=f"Person {at}", created=now)
        yield Card(id=f"ic_{at}", cardholder_id=f"ich_{at}", brand="Visa", created=now)
    for at in range(size):
        bought = now - chance.randrange(400 * _DAY)
        whose: dict[str, Any] = {"card_id": f"ic_{at // 4}", "cardholder_id": f"ich_{at // 4}"}
        paid = f"iauth_{at}"
        yield Authorization(id=paid, method="online", created=bought, **whose)
        yield Transaction(
            id=f"ipi_{at}",
            type="capture",
            amount=-chance.randrange(100, 99_999),
            currency="eur",
            merchant=Merchant(name=f"Shop {chance.randrange(3000)}"),
            authorization_id=paid,
            dispute_id=f"idp_{at}",
            created=bought,
            **whose,
        )
        yield _dispute(at, bought, chance, reasons)


def _dispute(at: int, bought: int, chance: random.Random, reasons: list[str]) -> Dispute:
    status = chance.choice(["unsubmitted", "submitted", "won", "won", "lost", "lost", "expired"])
    kinds = {"submitted": 1, "won": 3, "lost": 2}.get(status, 0)
    names = ("provisional_credit", "provisional_credit_reversal", "")
    balance = tuple(
        BalanceEntry(
            id=f"txn_{at}_{kind}",
            amount=-1000 if kind == 1 else 1000,
            currency="eur",
            type=f"issuing_dispute_{names[kind]}".rstrip("_"),
            created=bought + (5 if kind == 0 else 40) * _DAY,
        )
        for kind in range(kinds)
    )
    return Dispute(
        id=f"idp_{at}",
        transaction_id=f"ipi_{at}",
        amount=1000,
        currency="eur",
        status=status,
        reason=chance.choice(reasons),
        evidence={"explanation": "Took no part."},
        created=bought + 4 * _DAY,
        balance=balance,
    )
