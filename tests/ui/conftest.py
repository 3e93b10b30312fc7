"""Real widgets on a real Qt loop, drawn off screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from supportdesk import aio
from supportdesk.ui import theme

T = TypeVar("T")


class Loop:
    """Runs scenarios on the window's loop; a bug that reached the loop fails the test."""

    def __init__(self, app: QApplication) -> None:
        self.bugs: list[BaseException] = []
        self.loop = aio.new_loop(app, self.bugs.append)

    def run(self, scenario: Coroutine[Any, Any, T], seconds: float = 20) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(seconds):
                return await scenario

        return self.loop.run_until_complete(bounded())


async def until(holds: Callable[[], object], seconds: float = 10) -> None:
    """Let the loop turn until `holds()`; fails after `seconds`."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (what a widget shows has no event to wait for)
            await asyncio.sleep(0.005)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[Loop]:
    """The window's event loop, dressed light."""
    theme.apply(qapp, "light")
    made = Loop(qapp)
    yield made
    made.loop.run_until_complete(made.loop.shutdown_default_executor())
    made.loop.close()
    assert made.bugs == []
