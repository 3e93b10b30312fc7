"""Real widgets on a real Qt loop, drawn off screen."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication

from supportdesk import aio
from supportdesk.assembly import House, OpenDesk, open_house
from supportdesk.paths import Paths
from supportdesk.practice.process import Ready
from supportdesk.secrets import SessionVault
from supportdesk.services.desk import Desk
from supportdesk.services.practice import Practice
from supportdesk.services.sync import Progress
from supportdesk.ui import text, theme
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.complaints.tab import ComplaintsTab
from supportdesk.ui.disputes.tab import DisputesTab
from supportdesk.ui.focus import Focus
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.tab import Tab
from tests.support.practice_api import Api

if TYPE_CHECKING:
    from tests.ui.complaints_stage import Scene

T = TypeVar("T")
PATIENCE = 180.0  # seconds: a guard against hanging; no test is about how fast a machine is
#: Limits are for a quiet machine; a busy one may be so many times slower before a test gives up.
SLOWER = 5
TABS: tuple[type[Tab], ...] = (LookupTab, CardsTab, DisputesTab, ComplaintsTab)


class Loop:
    """Runs scenarios on the window's loop; a bug that reached the loop fails the test."""

    def __init__(self, app: QApplication) -> None:
        self.bugs: list[BaseException] = []
        self.loop = aio.new_loop(app, self.bugs.append)

    def run(self, scenario: Coroutine[Any, Any, T], seconds: float = 20) -> T:
        async def bounded() -> T:
            try:
                async with asyncio.timeout(seconds * SLOWER):
                    return await scenario
            finally:
                await _end_all()  # left open, it would fail tests that follow

        return self.loop.run_until_complete(bounded())


async def _end_all() -> None:
    """End what still runs, as `asyncio.run` does: Qt would go on with it where no loop runs."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=PATIENCE)


async def until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Let the loop turn until `holds()`; fails after `seconds` of a quiet machine."""
    async with asyncio.timeout(seconds * SLOWER):
        while not holds():  # noqa: ASYNC110  (what a widget shows has no event to wait for)
            await asyncio.sleep(0.005)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[Loop]:
    """The window's event loop, dressed light."""
    # Timers and widgets must end in this thread, as in the program: a database's thread, which
    # collects when it allocates, would crash on them. So it stays off from now on, and what the
    # tests leave is collected between them (tests/conftest.py).
    gc.disable()
    gc.freeze()  # the modules are half a million objects; only what a test made is looked through
    theme.apply(qapp, "light")
    text.set_language("en")
    made = Loop(qapp)
    yield made
    made.loop.run_until_complete(made.loop.shutdown_default_executor())
    made.loop.close()
    bugs = list(made.bugs)
    gc.collect()
    gc.unfreeze()
    assert bugs == []


@dataclass
class Opened:
    """A real desk on the practice Stripe, in a window."""

    desk: Desk
    window: MainWindow
    house: House

    async def read(self) -> None:
        """Wait until the mirror is filled."""
        await until(lambda: self.desk.sync.progress == Progress("", done=True), seconds=30)


@asynccontextmanager
async def opened_window(
    folder: Path, practice: Ready, *, trainer: bool = False, tabs: Sequence[type[Tab]] = TABS
) -> AsyncIterator[Opened]:
    """Open house, practice account and window; close all of it in order.

    With `trainer` the window also has the practice page, as in the program. Making a tab takes up
    to half a second: who is sure to stay in some of `tabs` leaves the others out.
    """
    async with AsyncExitStack() as stack:
        house = await open_house(Paths.in_dir(folder), SessionVault(), kept=False)
        stack.push_async_callback(house.casebook.database.close)
        examined = await house.accounts.examine(practice.key, base_url=practice.url)
        account = await house.accounts.add(
            practice.key, examined, base_url=practice.url, session_only=True, practice=True
        )
        open_desk = OpenDesk(house, account)
        desk = await open_desk.open()
        open_desk.begin(desk)
        stack.push_async_callback(open_desk.close)
        if trainer:
            desk.practice = Practice(practice.url, practice.key)
            stack.push_async_callback(desk.practice.aclose)
        focus = Focus()
        window = MainWindow(desk, focus, [kind(desk, focus) for kind in tabs])
        focus.setParent(window)  # as in the program: its signals would keep what the window was
        stack.callback(window.deleteLater)
        stack.callback(window.close_for_good)
        stack.push_async_callback(window.aclose)
        window.show()
        window.activateWindow()
        await window.opened()
        yield Opened(desk, window, house)


@pytest.fixture(scope="module")
def empty(api: Api) -> Ready:
    """A practice Stripe on which each test puts its own people."""
    return api.ready


@pytest.fixture
def play(loop: Loop, tmp_path: Path) -> Scene:
    """Play scenes on a Complaints tab; other rooms of the window have a `play` of their own."""
    from tests.ui.complaints_stage import play_on  # it stands on this file

    return play_on(loop, tmp_path)
