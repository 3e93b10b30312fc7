"""Search in the window, from the last key to painted rows, against the bare statement."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from sqlcipher3 import dbapi2

from supportdesk.domain import folding
from supportdesk.domain.records import Cardholder
from tests.benchmarks.figures import Figure, percentile
from tests.benchmarks.ground import KEY, desk_folder, mirror_of, people, practice

if TYPE_CHECKING:
    from supportdesk.ui.tab import Tab

QUERIES = 240
KEY_EVERY = 0.03  # seconds between two keys: faster than anybody types
_ROWS = "SELECT h.id, h.folded FROM ({0}) found JOIN cardholders h ON h.seq = found.rowid"
_INDEX = "SELECT rowid FROM {0} WHERE {0} MATCH ? LIMIT 50"
_LAST4 = (
    "SELECT h.id, h.folded FROM (SELECT DISTINCT cardholder_id FROM cards WHERE last4 = ? "
    "LIMIT 50) found JOIN cardholders h ON h.id = found.cardholder_id"
)


def measure(size: int, queries: int = QUERIES) -> list[Figure]:
    """Type a realistic mix of questions into the search field of the program."""
    from supportdesk import aio

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    mirror = mirror_of(size)
    took: dict[str, list[float]] = {"window": [], "mirror": [], "bare": []}

    async def main() -> int:
        await _ask(Path(folder), entries, _questions(size, queries), took)
        return 0

    def fail(error: BaseException) -> None:
        raise error

    with tempfile.TemporaryDirectory() as folder, practice(60) as ready:
        entries = desk_folder(Path(folder), ready, mirror)
        aio.run(app, main, fail)
    figures = []
    for part in (0.5, 0.99):
        bare = 1000 * percentile(took["bare"], part)
        for name, goal in (("window", "p99 at most 50 ms"), ("mirror", "p99 at most 3 x")):
            what = {"window": "last key to painted rows", "mirror": "search in the mirror"}[name]
            value = 1000 * percentile(took[name], part)
            goal = goal if part > 0.9 else ""
            figures.append(Figure(f"{what}, p{part * 100:.0f}, {size:,} cardholders", value, "ms",
                                  "bare SQL statement", bare, goal))  # fmt: skip
    return figures


def _questions(size: int, queries: int) -> list[str]:
    """One to three words, beginnings, parts, misses, last digits with 130 owners at a million."""
    chance = random.Random(5)
    names = [one.name for one in people(min(size, 2000)) if isinstance(one, Cardholder)]
    made = []
    for at in range(queries):
        name = chance.choice(names)
        first, last = name.split()[0], name.split()[-1]
        four = f"{chance.randrange(10_000):04d}"
        kinds = (name, f"{last} {first}", last, first[:3], f"{first[:2]} {last[:4]}", four,
                 f"{last}qx", last[1:5], f"{first} {last[:3]} {four}", f"{first} {last} qx",
                 first, last[:2])  # fmt: skip
        made.append(kinds[at % len(kinds)])
    return made


async def _ask(
    folder: Path, entries: dict[str, str], questions: list[str], took: dict[str, list[float]]
) -> None:
    from tests.benchmarks.window_child import press, program, until

    desk = program(folder, entries)
    assert await desk.open()
    assert desk.window is not None
    lookup = desk.window.desk.lookup
    desk.window.desk.sync.pause(True)
    account = desk.window.desk.account
    bare = _connect(desk.house.accounts.mirror_path(account))
    field, tab = desk.window.top.search, desk.window.tabs["lookup"]
    answer = _Answer(tab)
    for question in questions:
        field.clear()
        for letter in question[:-1]:
            press(field, letter)
            await asyncio.sleep(KEY_EVERY)
        answer.begin(question)
        began = time.perf_counter()
        press(field, question[-1])
        await until(lambda: answer.at)
        took["window"].append(answer.at - began)
        began = time.perf_counter()
        await lookup.search(question)
        took["mirror"].append(time.perf_counter() - began)
        began = time.perf_counter()
        bare.execute(*_statement(question)).fetchall()
        took["bare"].append(time.perf_counter() - began)
    bare.close()
    await desk.close()


class _Answer(QObject):
    """Notes when the list of results, or what stands in its place, was painted for a question."""

    def __init__(self, tab: Tab) -> None:
        from supportdesk.ui.lookup.results import ResultsPanel
        from supportdesk.ui.lookup.searching import Searching

        super().__init__(tab)
        self.begin("")
        panel, searching = tab.findChild(ResultsPanel), tab.findChild(Searching)
        assert panel is not None
        assert searching is not None
        self._panel = panel
        for part in panel.findChildren(QWidget):
            part.installEventFilter(self)
        searching.answered.connect(self._answered)

    def begin(self, question: str) -> None:
        """Wait for the answer to a question whose last letter is yet to be typed."""
        self._question, self._told, self.at = question, False, 0.0

    def _answered(self, text: str) -> None:
        self._told = text == self._question
        self._panel.update()  # nobody again looks the same, and would not be painted

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint after the answer (Qt's interface)."""
        if event.type() == QEvent.Type.Paint and self._told and not self.at:
            self.at = time.perf_counter()
        return False


def _connect(path: Path) -> Any:
    driver = dbapi2.connect(str(path), isolation_level=None)
    for pragma in (f"key = \"x'{KEY}'\"", "cache_size = -8192", "temp_store = MEMORY"):
        driver.execute(f"PRAGMA {pragma}")
    return driver


def _statement(question: str) -> tuple[str, tuple[str]]:
    """Return the shortest SQL that finds some of those who are meant."""
    words = [word[0] for word in folding.words(question)]
    if len(words) == 1 and words[0].isdecimal():
        return _LAST4, (words[0],)
    asked = " AND ".join(f'"{word}"*' for word in words)
    return _ROWS.format(_INDEX.format("search_words")), (asked,)
