"""Random flows at several desks of one account while drills strike and desks are killed."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from supportdesk.practice.process import PracticeProcess, Ready
from tests.faults import storm
from tests.faults.agent import Told
from tests.faults.truth import Truth
from tests.services.bench import bench
from tests.support.practice_api import Api

DESKS = 2  # each with its own folder, connection and allowance
#: Where a desk may die: the kind of step, how many of them a flow has, and seconds after it.
DEATHS = {
    "word": ("journal", 20, 0.0),
    "answer": ("reach", 40, 0.0),
    "later": ("journal", 20, 0.05),
}
ALIVE = ("", 0, 0.0)

Matter = tuple[int, str, str]


@dataclass
class Outcome:
    """How a run ended: contradictions between desks and Stripe, and what happened on the way."""

    contradictions: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    hits: dict[str, int] = field(default_factory=dict)
    entries: Counter[str] = field(default_factory=Counter)
    settled: int = 0
    killed: Counter[str] = field(default_factory=Counter)


def prepare(stripe: Api, flows: int) -> list[Matter]:
    """Give each flow a card and a purchase made with it."""
    holder = stripe.cardholder()["id"]
    made = []
    for number in range(flows):
        card = stripe.card(holder)["id"]
        made.append((number, card, stripe.purchase(card)["id"]))
    return made


@dataclass
class Life:
    """A desk from its first start to the one that is left to end by itself."""

    ready: Ready
    folder: Path
    left: list[Matter]
    kills: int
    rng: random.Random
    told: Told = field(default_factory=Told)
    killed: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def live(self) -> None:
        """Start it again and again until it ended by itself with everything settled."""
        while not self._once(*self._death()):
            if self.problems:
                return

    def _death(self) -> tuple[str, tuple[str, int, float]]:
        """Plan the next death, so that the kills that are left spread over the flows left."""
        kills = self.kills - self.killed.total()
        if not kills:
            return "", ALIVE
        how = self.rng.choice(list(DEATHS))
        where, per_flow, later = DEATHS[how]
        steps = self.rng.randint(1, max(per_flow, per_flow * len(self.left) // kills))
        return how, (where, steps, self.rng.uniform(0, later))

    def _once(self, how: str, death: tuple[str, int, float]) -> bool:
        task = {
            "folder": str(self.folder),
            "url": self.ready.url,
            "key": self.ready.key,
            "flows": self.left,
            "seed": self.rng.random(),
            "death": death,
        }
        settled, over = False, set[int]()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.desk", json.dumps(task)],
            stdout=subprocess.PIPE,
            text=True,
        ) as desk:
            assert desk.stdout is not None
            for line in desk.stdout:
                if not line.endswith("\n"):
                    break  # its last word was cut off
                what, *said = json.loads(line)
                if what == "flow":
                    over.add(said[0])
                elif what == "settled":
                    settled = True
                else:
                    self.told.hear(what, *said)
        self.left = [matter for matter in self.left if matter[0] not in over]
        if desk.returncode == -9:
            self.killed[how] += 1
            return False
        if desk.returncode or not settled:
            self.problems.append(f"{self.folder.name} ended with {desk.returncode}")
        return settled


def run(folder: Path, flows: int, seed: int, kills: int) -> Outcome:
    """Run the matrix against a practice Stripe of its own; `kills` per desk."""
    process = PracticeProcess(("--cardholders", "0"))
    try:
        ready = process.start()
        stripe = Api(ready)
        try:
            matters = prepare(stripe, flows)
            lives = [
                Life(ready, folder / str(n), matters[n::DESKS], kills, random.Random(f"{seed} {n}"))
                for n in range(DESKS)
            ]
            for life in lives:
                life.folder.mkdir()
            storm.begin(stripe, seed)
            with ThreadPoolExecutor(DESKS) as at_once:
                list(at_once.map(Life.live, lives))
            outcome = Outcome(hits=storm.end(stripe))
            asyncio.run(_compare(outcome, lives, stripe))
            return outcome
        finally:
            stripe.http.close()
    finally:
        process.stop()


async def _compare(outcome: Outcome, lives: Sequence[Life], stripe: Api) -> None:
    truth = await asyncio.to_thread(Truth, stripe)
    found = outcome.contradictions
    for life in lives:
        found += life.problems
        outcome.told.add(life.told)
        outcome.killed += life.killed
        async with bench(life.folder, life.ready.url, life.ready.key) as desk:
            known = [await desk.mirror.card(id) for id in truth.cards]
            found += truth.against_mirror([seen.record for seen in known if seen is not None])
            entries = (await desk.casebook.journal.recent(limit=1_000_000))[::-1]
            found += truth.against_journal(entries)
            found += [f"chain: {broken}" for broken in (await desk.casebook.chain.verify()).breaks]
        outcome.entries.update(entry.state for entry in entries)
        outcome.settled += sum(entry.outcome.get("by") == "settled" for entry in entries)
    found += truth.against(outcome.told)
