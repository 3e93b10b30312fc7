"""Opens one window, tells when it was painted and what memory it takes, and ends.

python -m tests.benchmarks.window_child BEGAN empty
python -m tests.benchmarks.window_child BEGAN desk FOLDER

The desk is the real program on a folder that `ground.desk_folder` made; its keyring's entries are
read from standard input.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTabWidget, QWidget

if TYPE_CHECKING:
    from supportdesk.app import Program

TYPED = "ann"


class Painted(QObject):
    """Notes when a widget was painted first since it was asked to watch."""

    def __init__(self, watched: QWidget, ready: Callable[[], object] = lambda: True) -> None:
        super().__init__(watched)
        self.at = 0.0
        self._ready = ready
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint (Qt's interface)."""
        if event.type() == QEvent.Type.Paint and not self.at and self._ready():
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


def press(field: QWidget, letters: str) -> None:
    """Type into a field."""
    for letter in letters:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.postEvent(field, event)


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds that has no event to wait for."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


def program(folder: Path, entries: dict[str, str]) -> Program:
    """Return the program on a folder; its keyring is in memory, loaded as the system's would be."""
    from supportdesk.app import Program
    from supportdesk.options import Options
    from supportdesk.secrets import SessionVault

    class Keyring(SessionVault):
        def get(self, name: str) -> str | None:
            import keyring.core  # noqa: F401

            return super().get(name)

    vault = Keyring()
    vault._entries.update(entries)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return Program(app, Options(data_dir=folder), vault)


def desk(began: float, folder: Path, entries: dict[str, str]) -> dict[str, float]:
    """Start the program, type a name as soon as it shows itself, wait for its rows."""
    from supportdesk.__main__ import _parser

    _parser().parse_args(["--data-dir", str(folder)])
    QApplication([])
    told: dict[str, float] = {}

    async def main() -> int:
        made = program(folder, entries)
        seen = Painted(made.shell)
        field = made.shell.frame.top.search
        made.shell.painted.connect(lambda: press(field, TYPED))
        opening = asyncio.ensure_future(made.open())
        await until(lambda: made.window or opening.done())
        assert made.window is not None
        results: Any = made.window.tabs["lookup"]
        rows = Painted(results.results.viewport(), results.results.model().rowCount)
        await until(lambda: rows.at)
        told.update(paint=seen.at - began, found=rows.at - began)
        assert await opening
        told["memory"] = memory()
        assert field.text() == TYPED
        await made.close()
        return 0

    from supportdesk import aio

    def fail(error: BaseException) -> None:
        raise error

    aio.run(QApplication.instance(), main, fail)  # type: ignore[arg-type]
    return told


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    started, which, *rest = sys.argv[1:]
    found = (
        empty(float(started))
        if which == "empty"
        else desk(float(started), Path(rest[0]), json.load(sys.stdin))
    )
    print(json.dumps(found))
