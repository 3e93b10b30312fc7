"""The window: stalls while the mirror is filled, start, memory."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.ground import allow_live, desk_folder, mirror_of, practice, when_full

STARTS = 3
STILL = 3.0  # seconds of rest to compare with
TICK = 0.005  # seconds


def measure_stalls(size: int, still: float = STILL) -> list[Figure]:
    """Count how late the window's loop is, filling at the whole live allowance and at rest."""
    from PySide6.QtWidgets import QApplication

    from supportdesk import aio

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    allow_live()
    late: dict[str, list[float]] = {"filling": [], "at rest": []}

    async def main() -> int:
        await _watch(Path(folder), entries, late, still)
        return 0

    with tempfile.TemporaryDirectory() as folder, practice(size, "--latency", "50") as ready:
        entries = desk_folder(Path(folder), ready)
        status = aio.run(app, main, _raise)
    assert status == 0
    figures = []
    for name, of, goal in (
        ("longest stall of the window while filling", max, "at most 50 ms"),
        ("p99 stall of the window while filling", lambda v: percentile(v, 0.99), "below 16 ms"),
    ):
        value, rest = (1000 * of(late[when]) for when in late)
        figures.append(Figure(name, value, "ms", "at rest", rest, goal))
    return figures


def _raise(error: BaseException) -> None:
    raise error


async def _watch(
    folder: Path, entries: dict[str, str], late: dict[str, list[float]], still: float
) -> None:
    from tests.benchmarks.window_child import program

    desk = program(folder, entries)
    assert await desk.open()
    filled = when_full(desk.house.changes)
    for name, ends in (("filling", filled.wait), ("at rest", lambda: asyncio.sleep(still))):
        await _count(late[name], ends)
    await desk.close()


async def _count(late: list[float], ends: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    ending = asyncio.ensure_future(ends())
    while not ending.done():
        due = time.perf_counter() + TICK
        await asyncio.sleep(TICK)
        late.append(max(0.0, time.perf_counter() - due))


def measure_start(size: int, starts: int = STARTS) -> list[Figure]:
    """Start with an existing mirror, several times, beside an empty window with four tabs."""
    runs = _starts(size, starts)
    first, found, empty = (min(run[name] for run in runs) for name in ("paint", "found", "empty"))
    return [
        Figure("start to first paint", first, "s", "empty window", empty, "at most 2.5 x"),
        Figure("start to first search result", found, "s", "empty window", empty,
               "at most 1.5 s at 100,000"),
    ]  # fmt: skip


def measure_memory(size: int) -> list[Figure]:
    """Measure the memory of the same two programs."""
    runs = _starts(size, 1)
    used, empty = runs[0]["memory"], runs[0]["memory_empty"]
    return [Figure(f"memory with {size:,} cardholders", used, "MB", "empty window", empty,
                   "at most 150 MB more, at 1,000,000")]  # fmt: skip


@cache  # start and memory look at the same programs where one process measures both
def _starts(size: int, times: int) -> list[dict[str, float]]:
    runs = []
    mirror = mirror_of(size)
    with tempfile.TemporaryDirectory() as folder, practice(60) as ready:
        entries = json.dumps(desk_folder(Path(folder), ready, mirror))
        for _ in range(times):
            empty = _child("", "empty")
            desk = _child(entries, "desk", folder)
            runs.append({**desk, "empty": empty["paint"], "memory_empty": empty["memory"]})
    return runs


def _child(told: str, *arguments: str) -> dict[str, float]:
    # Compiled modules are kept, as they are wherever the program was started before.
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    began = time.time()
    program = [sys.executable, "-m", "tests.benchmarks.window_child", str(began), *arguments]
    said = subprocess.run(
        program, stdout=subprocess.PIPE, check=True, text=True, input=told, env=kept
    ).stdout
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found
