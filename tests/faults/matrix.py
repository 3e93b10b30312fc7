"""Random flows at several desks of one account while random drills strike their requests.

As a program: `python -m tests.faults.matrix --flows 1000 --seed 3`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import sqlmodel  # noqa: F401  (before PySide6, whose import hook stumbles over half of pydantic)

from supportdesk.practice.process import PracticeProcess, Ready
from supportdesk.services.disputes import Disputes
from tests.faults.agent import Agent, Told
from tests.faults.truth import Truth
from tests.services.bench import Bench, bench
from tests.services.desk_at_practice import RULES
from tests.support.practice_api import Api

DESKS = 8  # each with its own folder, connection and allowance, so that one's waits stop it alone
AT_ONCE = 4  # agents at one desk


@dataclass
class Outcome:
    """How a run ended: contradictions between desks and Stripe, and what happened on the way."""

    contradictions: list[str]
    told: Told
    hits: dict[str, int]
    entries: dict[str, int] = field(default_factory=dict)


def prepare(stripe: Api, flows: int) -> list[tuple[str, str]]:
    """Give each flow a card and a purchase made with it."""
    holder = stripe.cardholder()["id"]
    made = []
    for _ in range(flows):
        card = stripe.card(holder)["id"]
        made.append((card, stripe.purchase(card)["id"]))
    return made


def service(desk: Bench) -> Disputes:
    """Return a desk's dispute service."""
    return Disputes(
        desk.gateway,
        desk.mirror,
        desk.casebook.disputes,
        desk.actions,
        desk.changes,
        rules=RULES,
        account="acct_1",
        agent=lambda: "M. Keller",
        locale=lambda: "de_DE",
    )


async def play(ready: Ready, stripe: Api, folder: Path, flows: int, seed: int) -> Outcome:
    """Run the flows and compare."""
    matters = await asyncio.to_thread(prepare, stripe, flows)
    told = Told()
    async with AsyncExitStack() as stack:
        desks = []
        for number in range(DESKS):
            place = folder / str(number)
            place.mkdir()
            desks.append(await stack.enter_async_context(bench(place, ready.url, ready.key)))
        places = [asyncio.Semaphore(AT_ONCE) for _ in desks]
        services = [service(desk) for desk in desks]

        async def flow(number: int) -> None:
            at, rng = number % DESKS, random.Random(f"{seed} {number}")
            agent = Agent(desks[at], services[at], stripe, *matters[number], rng, told)
            async with places[at]:
                await agent.work()

        async with asyncio.TaskGroup() as all_of_them:
            for number in range(flows):
                all_of_them.create_task(flow(number))
        return await _compare(desks, stripe, told)


async def _compare(desks: Sequence[Bench], stripe: Api, told: Told) -> Outcome:
    hits = (await asyncio.to_thread(stripe.post, "/_practice/drills/end"))["hits"]
    truth = await asyncio.to_thread(Truth, stripe)
    found = list(truth.against(told))
    outcome = Outcome(found, told, hits)
    for desk in desks:
        known = [await desk.mirror.card(id) for id in truth.cards]
        found += truth.against_mirror([seen.record for seen in known if seen is not None])
        entries = (await desk.casebook.journal.recent(limit=1_000_000))[::-1]
        found += truth.against_journal(entries)
        for entry in entries:
            outcome.entries[entry.state] = outcome.entries.get(entry.state, 0) + 1
    return outcome


def run(folder: Path, flows: int, seed: int) -> Outcome:
    """Run the matrix against a practice Stripe of its own."""
    process = PracticeProcess(("--cardholders", "0"))
    try:
        ready = process.start()
        stripe = Api(ready)
        try:
            return asyncio.run(play(ready, stripe, folder, flows, seed))
        finally:
            stripe.http.close()
    finally:
        process.stop()


def main() -> int:
    """Run as a program; exit status 1 when anything contradicts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(Path(folder), args.flows, args.seed)
    print(f"{args.flows} flows, seed {args.seed}, {time.monotonic() - began:.0f} s")
    print("requests struck:", outcome.hits)
    for name in ("done", "refused", "unknown"):
        print(f"{name}:", dict(getattr(outcome.told, name)))
    print("journal:", outcome.entries)
    print("contradictions:", len(outcome.contradictions))
    print(*outcome.contradictions, sep="\n")
    return 1 if outcome.contradictions else 0


if __name__ == "__main__":
    sys.exit(main())
