"""Opens one window, tells when it was painted and what memory it takes, and ends.

python -m tests.benchmarks.window_child BEGAN empty
python -m tests.benchmarks.window_child BEGAN desk MIRROR URL KEY
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTabWidget, QWidget

KEY = "5c" * 32


class Painted(QObject):
    """Notes when a window was first painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.at = 0.0
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint (Qt's interface)."""
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = time.time()
        return False


def memory() -> float:
    """Return the memory in use, in MB; the most ever used where the system tells no more."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 2**10)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def empty(began: float) -> dict[str, float]:
    """Show the shortest window with four tabs."""
    app = QApplication([])
    window, tabs = QMainWindow(), QTabWidget()
    for name in ("Lookup", "Cards", "Disputes", "Complaints"):
        tabs.addTab(QLabel(name), name)
    window.setCentralWidget(tabs)
    window.resize(1360, 860)
    painted = Painted(window)
    window.show()
    while not painted.at:
        app.processEvents()
    return {"paint": painted.at - began, "memory": memory()}


def _window(desk: Any) -> Any:
    from supportdesk.ui.cards.tab import CardsTab
    from supportdesk.ui.complaints.tab import ComplaintsTab
    from supportdesk.ui.disputes.tab import DisputesTab
    from supportdesk.ui.focus import Focus
    from supportdesk.ui.lookup.tab import LookupTab
    from supportdesk.ui.main_window import MainWindow

    focus = Focus()
    tabs = [kind(desk, focus) for kind in (LookupTab, CardsTab, DisputesTab, ComplaintsTab)]
    return MainWindow(desk, focus, tabs)


@asynccontextmanager
async def open_window(
    folder: Path, url: str, key: str, *, share: float = 0.5, mirror: Path | None = None
) -> AsyncIterator[tuple[Any, Any]]:
    """Open a desk with its window in a folder; `mirror` is taken as the account's own."""
    from supportdesk.assembly import CASEBOOK_KEY, OpenDesk, open_house
    from supportdesk.config import Settings
    from supportdesk.paths import Paths
    from supportdesk.secrets import SessionVault
    from supportdesk.services.accounts import Examined, mirror_key_name
    from supportdesk.ui import theme

    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    paths, vault = Paths.in_dir(folder), SessionVault()
    if mirror is not None:  # a desk that was open before
        paths.make()
        vault.set(CASEBOOK_KEY, KEY)
        shutil.copyfile(mirror.with_name("casebook.db"), paths.data / "casebook.db")
    house = await open_house(paths, vault, kept=False)
    house.settings = Settings(agent="M. Keller", rate_share=share)
    account = await house.accounts.add(
        key,
        Examined("sandbox", True, "acct_1bench", ()),
        base_url=url,
        session_only=True,
        practice=True,
    )
    if mirror is not None:
        house.accounts.vault_of(account).set(mirror_key_name(account.ref), KEY)
        shutil.copyfile(mirror, house.accounts.mirror_path(account))
    opened = OpenDesk(house, account)
    desk = await opened.open()
    window = _window(desk)
    try:
        window.painted = Painted(window)
        window.show()
        await window.opened()
        yield desk, window
    finally:
        await window.aclose()
        window.close_for_good()
        await opened.close()
        await house.casebook.database.close()


async def _until(holds: Callable[[], object]) -> None:
    while not holds():  # noqa: ASYNC110  (what a widget shows has no event to wait for)
        await asyncio.sleep(0.001)


def desk(began: float, mirror: Path, url: str, key: str) -> dict[str, float]:
    """Open a desk on an existing mirror, type a name, wait for its row."""
    app = QApplication([])
    told: dict[str, float] = {}

    async def main() -> int:
        with tempfile.TemporaryDirectory() as folder:
            async with open_window(Path(folder), url, key, mirror=mirror) as (opened, window):
                opened.sync.pause(True)
                await _until(lambda: window.painted.at)
                window.focus_search()
                window.top.search.setText("ann")
                window.top.search.textEdited.emit("ann")
                results = window.tabs["lookup"].results.model()
                await _until(results.rowCount)
                told.update(paint=window.painted.at - began, found=time.time() - began)
                told["memory"] = memory()
        return 0

    from supportdesk import aio

    def fail(error: BaseException) -> None:
        raise error

    aio.run(app, main, fail)
    return told


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    started, which, *rest = sys.argv[1:]
    found = empty(float(started)) if which == "empty" else desk(
        float(started), Path(rest[0]), rest[1], rest[2])  # fmt: skip
    print(json.dumps(found))
