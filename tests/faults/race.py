"""Two desks on two machines press replace for the same card at the same moment.

Each desk is a process of its own with its own casebook and mirror; all they share is the account at
Stripe. As a desk: reads a card's id and a second line per line, orders, says what it was told.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlmodel  # noqa: F401  (before PySide6, whose import hook stumbles over half of pydantic)

from supportdesk.domain.cards import ReplacementOrder
from supportdesk.errors import UserFacing
from supportdesk.practice.process import Ready
from tests.services.bench import bench
from tests.support.practice_api import Api, Json


@dataclass(frozen=True)
class Heard:
    """What one agent was told: the new card, or why there is none from this desk."""

    made: str = ""
    code: str = ""
    why: str = ""


@dataclass(frozen=True)
class Round:
    """One card for which both pressed, and what Stripe holds of it."""

    card: str
    heard: tuple[Heard, ...]
    replacements: tuple[str, ...]

    def contradictions(self) -> Iterator[str]:
        """Yield what is not as it must be: one card, and a reason for the other agent."""
        made = [heard.made for heard in self.heard if heard.made]
        if len(self.replacements) != 1:
            yield f"{self.card} has {len(self.replacements)} replacements"
        if tuple(made) != self.replacements:
            yield f"{self.card}: the agents were told of {made}, Stripe has {self.replacements}"
        for heard in self.heard:
            if not heard.made and "another desk" not in heard.why.lower():
                yield f"{self.card}: the second agent read {heard.code}: {heard.why}"


def race(folder: Path, ready: Ready, stripe: Api, rounds: int) -> list[Round]:
    """Play so many rounds; in every second one the desks order different things."""
    holder = stripe.cardholder()["id"]
    cards = [stripe.card(holder)["id"] for _ in range(rounds)]
    heard: list[tuple[Heard, ...]] = []
    with ExitStack() as stack:
        desks = [stack.enter_context(_desk(folder / name, ready)) for name in ("a", "b")]
        for desk in desks:
            assert _pipe(desk.stdout).readline() == "ready\n"
        for number, card in enumerate(cards):
            for desk, line in zip(desks, ("", "B" if number % 2 else ""), strict=True):
                _pipe(desk.stdin).write(f"{json.dumps([card, line])}\n")
                _pipe(desk.stdin).flush()
            heard.append(tuple(Heard(**json.loads(_pipe(d.stdout).readline())) for d in desks))
        for desk in desks:
            _pipe(desk.stdin).close()
    made = _replacements(stripe, holder)
    return [
        Round(card, told, tuple(new["id"] for new in made if new["replacement_for"] == card))
        for card, told in zip(cards, heard, strict=True)
    ]


def _desk(folder: Path, ready: Ready) -> subprocess.Popen[str]:
    folder.mkdir()
    program = [sys.executable, "-m", "tests.faults.race", str(folder), ready.url, ready.key]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _replacements(stripe: Api, holder: str) -> list[Json]:
    found: list[Json] = []
    after: dict[str, str] = {}
    while True:
        page = stripe.get("/v1/issuing/cards", cardholder=holder, limit=100, **after)
        found += page["data"]
        if not page["has_more"]:
            return found
        after = {"starting_after": found[-1]["id"]}


async def order_as_told(folder: Path, url: str, key: str) -> None:
    """Be one of the desks until there are no more lines."""
    async with bench(folder, url, key, deadline=15.0) as desk:
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            card, second_line = json.loads(line)
            order = ReplacementOrder(
                card_id=card, reason="stolen", type="virtual", second_line=second_line
            )
            try:
                told = {"made": (await desk.cards.replace(order)).new.id}
            except UserFacing as problem:
                told = {"code": problem.code, "why": f"{problem.title} {problem.detail}"}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(order_as_told(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))
