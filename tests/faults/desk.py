"""A desk that is killed: it works through flows, and ends by `kill -9` wherever its death is set.

Reads one JSON task from its arguments and says one JSON list per line. On each start it does what
the program does: settle what is open, finish orders that were left, then go on.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlmodel  # noqa: F401  (before PySide6, whose import hook stumbles over half of pydantic)

from supportdesk.config import Settings
from supportdesk.errors import UserFacing
from supportdesk.services.disputes import Disputes
from supportdesk.services.settle import Settle
from tests.faults.agent import Agent, hear_of
from tests.services.bench import Bench, bench
from tests.services.desk_at_practice import RULES

AT_ONCE = 4  # agents at one desk
#: Seconds after which a request that nobody waits for has ended: the longest drill and more.
PATIENCE = 4.0
DEADLINE = 180.0  # seconds in which everything must be settled once the flows are over


def say(*what: object) -> None:
    """Tell the one who started this desk."""
    print(json.dumps(what), flush=True)


class Death:
    """Kills this process at a planned step, or a moment after it.

    Steps are words in the journal (`journal`, committed just now) and answers of Stripe (`reach`,
    not written down yet). A moment after a word in the journal (`later`), a request may be on its
    way, or an answer on its way back.
    """

    def __init__(self, where: str, steps: int, later: float) -> None:
        self._where, self._left, self._later = where, steps, later

    def step(self, where: str) -> None:
        """Count a step."""
        if where == self._where:
            self._left -= 1
            if self._left == 0 and self._later:
                asyncio.get_running_loop().call_later(self._later, self._end)
            elif self._left == 0:
                self._end()

    def arm(self, desk: Bench) -> None:
        """Watch a desk."""
        desk.casebook.chain.grew = lambda _head: self.step("journal")

    def _end(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def disputes(desk: Bench) -> Disputes:
    """Return the desk's dispute service."""
    return Disputes(
        desk.gateway,
        desk.mirror,
        desk.casebook,
        desk.actions,
        desk.changes,
        rules=RULES,
        account="acct_1",
        settings=lambda: Settings(agent="M. Keller"),
        locale=lambda: "de_DE",
        once=desk.once,
    )


async def tidy(desk: Bench, settle: Settle) -> None:
    """Settle once and finish what was left, as far as Stripe answers."""
    with suppress(UserFacing):
        await settle.all()
    for left in await desk.cards.unfinished():
        with suppress(UserFacing):
            made = await desk.cards.finish_order(left)
            hear_of(made, say)


async def main(task: dict[str, Any]) -> None:
    """Carry out a task: folder, url, key, flows (number, card, capture), seed and death."""
    death = Death(*task["death"])
    async with bench(
        Path(task["folder"]),
        task["url"],
        task["key"],
        patience=PATIENCE,
        on_reach=lambda _reach: death.step("reach"),
    ) as desk:
        death.arm(desk)
        settle = Settle(
            desk.gateway,
            desk.mirror,
            desk.casebook.journal,
            desk.actions,
            desk.changes,
            patience=PATIENCE,
        )
        await tidy(desk, settle)
        filing, places = disputes(desk), asyncio.Semaphore(AT_ONCE)

        async def flow(number: int, card: str, capture: str) -> None:
            rng = random.Random(f"{task['seed']} {number}")
            async with places:
                await Agent(desk, filing, card, capture, rng, say).work()
                say("flow", number)

        async with asyncio.TaskGroup() as all_of_them:
            for number, card, capture in task["flows"]:
                all_of_them.create_task(flow(number, card, capture))
        async with asyncio.timeout(DEADLINE):
            while await desk.actions.open_count() != (0, 0, 0):
                await tidy(desk, settle)
                await asyncio.sleep(0.2)
    say("settled")


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
