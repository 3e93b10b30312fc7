"""Kills the filling of a mirror at points of its progress, however slow the machine is."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from pathlib import Path

from supportdesk.practice.process import Ready
from tests.services.bench import bench
from tests.support.same import KINDS, expected

FURTHEST = 0.95  # of all objects: what comes after is too little to be killed in
_WITHIN = 0.02  # seconds after a word of the filling in which it dies


def killed(folder: Path, ready: Ready, kills: int, chance: random.Random) -> list[float]:
    """Start the filling and kill it, again and again, spread evenly over all there is to read.

    Returns how full the mirror was after each kill, from 0 to 1.
    """
    began = time.time()
    objects = sum(len(expected(ready, kind, began)) for kind in KINDS)
    shares = []
    for kill in range(kills):
        aim = FURTHEST * (kill + chance.random()) / kills
        if not _killed_at(folder, ready, round(aim * objects), chance.uniform(0, _WITHIN)):
            break
        shares.append(asyncio.run(_held(folder, ready)) / objects)
    return shares


def program(folder: Path, ready: Ready) -> list[str]:
    """Return the command that fills the mirror in a folder from where it stopped."""
    return [sys.executable, "-m", "tests.services.fill_once", str(folder), ready.url, ready.key]


def _killed_at(folder: Path, ready: Ready, count: int, after: float) -> bool:
    """Fill until so many objects are held, and kill; False when it had ended by then."""
    with subprocess.Popen(program(folder, ready), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            kind, held = line.split()
            if kind != "done" and int(held) >= count:
                time.sleep(after)  # inside whatever it does next
                running.kill()
                return True
    return False


async def _held(folder: Path, ready: Ready) -> int:
    async with bench(folder, ready.url, ready.key) as desk:
        return sum((await desk.mirror.counts()).values())
