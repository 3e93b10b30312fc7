"""Kills an intake at random moments, starts again and compares everything with Stripe.

As a program: `python -m tests.faults.intake_kills --kills 200 --seed 3`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlmodel  # noqa: F401  (before PySide6, whose import hook stumbles over half of pydantic)

from supportdesk.domain.days import format_day
from supportdesk.errors import UserFacing
from supportdesk.services.settle import Settle
from tests.faults.intake_child import FILE, WORDS
from tests.services.desk_at_practice import Place, Programme, place, programme
from tests.support.evidence import picture

PHASES = ("typed", "adding", "added", "saving", "saved", "submitting", "submitted")


@dataclass
class Outcome:
    """What was found. `wrong` has to be empty; `killed` counts kills by the last word said."""

    killed: Counter[str] = field(default_factory=Counter)
    submitted_before: int = 0
    wrong: list[str] = field(default_factory=list)


def _today() -> str:
    return format_day(date.today(), "de_DE")  # noqa: DTZ011  (the day at the desk)


def _child(folder: Path, stripe: Programme, bought: str, evidence: Path) -> list[str]:
    words = [str(folder), stripe.url, stripe.key, bought, str(evidence), _today()]
    return [sys.executable, "-m", "tests.faults.intake_child", *words]


def killed_at(command: list[str], where: str, count: int, delay: float) -> list[str]:
    """Run a child, kill it `delay` seconds after its `count`-th word `where`; return its words."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said: list[str] = []
    with child.stdout as words:
        for line in words:
            said.append(line.strip())
            if line.split()[0] == where:
                count -= 1
            if count == 0:
                time.sleep(delay)  # a moment inside the step that began with this word
                child.kill()
                said += [rest.strip() for rest in words]
                break
    child.wait()
    return said


async def look(desk: Place, stripe: Programme, bought: str, said: list[str], out: Outcome) -> None:
    """Start again after a kill: settle, compare, then finish what was begun."""
    typed = [int(line.split()[1]) for line in said if line.startswith("kept")]
    await Settle(
        desk.gateway,
        desk.mirror,
        desk.casebook.journal,
        desk.actions,
        desk.changes,
        patience=0.0,
    ).all()
    held = await asyncio.to_thread(stripe.disputes, bought)
    states = [dispute["status"] for dispute in held]
    intake = await desk.disputes.refresh(bought)
    assert intake is not None
    text = intake.draft.evidence.get("explanation", "").ljust(max(typed, default=0))
    if typed and not text.startswith(WORDS[: typed[-1]].strip()):
        out.wrong.append(f"{bought}: kept {typed[-1]} characters, found {len(text.strip())}")
    if "added" in said and not intake.draft.evidence.get(FILE):
        out.wrong.append(f"{bought}: the file is lost")
    believed = intake.draft.submitted_at is not None or not intake.editable
    if (believed or "submitted" in said) and states != ["submitted"]:
        out.wrong.append(f"{bought}: believed submitted, Stripe says {states}")
    left = [e for e in await desk.casebook.journal.open_entries("practice") if e.state != "unknown"]
    out.wrong += [f"{bought}: {entry.action} was left {entry.state}" for entry in left]
    out.submitted_before += states == ["submitted"]
    await finish(desk, intake.draft.transaction_id, out)


async def finish(desk: Place, bought: str, out: Outcome) -> None:
    """Submit what is still open, as an agent who goes on."""
    intake = await desk.disputes.open(bought)
    assert intake is not None
    if not intake.editable:
        return
    draft = intake.draft.typed("told_us_on", _today()).typed("explanation", WORDS.strip())
    with suppress(UserFacing):
        await desk.disputes.submit(draft.typed("reason", "fraudulent"))
        return
    again = await desk.disputes.refresh(bought)
    assert again is not None
    if again.editable:
        out.wrong.append(f"{bought}: could not be finished")


def against(stripe: Programme, purchases: list[str]) -> Iterator[str]:
    """Yield what is at Stripe twice or not at all in the end."""
    for bought in purchases:
        held = stripe.disputes(bought)
        if len(held) != 1 or held[0]["status"] != "submitted":
            yield f"{bought}: {[dispute['status'] for dispute in held]}"
            continue
        told = stripe.events("issuing_dispute.submitted", held[0]["id"])
        if told > 1:
            yield f"{bought}: submitted {told} times"


def play(stripe: Programme, folder: Path, kills: int, seed: int) -> Outcome:
    """Kill that many intakes, each at another moment."""
    rng, out, purchases = random.Random(seed), Outcome(), []
    evidence = folder / "receipt.png"
    for number in range(kills):
        bought = stripe.capture(1000 + number)
        purchases.append(bought)
        evidence.write_bytes(picture(size=(900, 1200 + number)))  # another file each time
        where = rng.choice(PHASES)
        count = rng.randint(1, len(WORDS)) if where == "typed" else 1
        delay = rng.choice((0.0, rng.uniform(0, 0.05), rng.uniform(0, 0.4)))
        said = killed_at(_child(folder, stripe, bought, evidence), where, count, delay)
        out.killed[said[-1].split()[0] if said else "nothing"] += 1

        async def again(bought: str = bought, said: list[str] = said) -> None:
            async with place(folder, stripe) as desk:
                await look(desk, stripe, bought, said, out)

        asyncio.run(again())
    out.wrong += against(stripe, purchases)
    files = len(stripe.get("/v1/files", limit="100")["data"])
    if kills <= 100 and files > kills:
        out.wrong.append(f"{files} files were uploaded for {kills} disputes")
    return out


def main() -> int:
    """Run as a program; returns 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with programme() as stripe, tempfile.TemporaryDirectory() as folder:
        out = play(stripe, Path(folder), args.kills, args.seed)
    print(f"killed after: {dict(out.killed)}; {out.submitted_before} were submitted before")
    print("\n".join(out.wrong) or "nothing lost, nothing twice")
    return bool(out.wrong)


if __name__ == "__main__":
    sys.exit(main())
