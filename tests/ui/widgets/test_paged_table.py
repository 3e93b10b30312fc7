from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from supportdesk.aio import Tasks
from supportdesk.errors import UserFacing
from supportdesk.ui.widgets.paged_model import Column, PagedModel
from supportdesk.ui.widgets.paged_table import PagedTable
from tests.ui.conftest import Loop, until

COLUMNS = [
    Column[int](title="No.", text=str, strong=True, sort="no"),
    Column[int](title="Status", text=lambda _: "open", tone=lambda _: "good"),
]


class Book:
    """Numbers below `size`, in pages of 50; remembers what was asked; can fail or wait."""

    def __init__(self, size: int, first: int = 0) -> None:
        self.numbers = range(first, first + size)
        self.asked: list[int | None] = []
        self.problem: UserFacing | None = None
        self.gate: asyncio.Event | None = None

    async def fetch(self, after: int | None) -> list[int]:
        self.asked.append(after)
        if self.gate is not None:
            await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        start = 0 if after is None else self.numbers.index(after) + 1
        return list(self.numbers[start : start + 50])


Make = Callable[[], PagedTable]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def made() -> PagedTable:
        table = PagedTable("Numbers", COLUMNS, str, Tasks())
        qtbot.addWidget(table)
        table.resize(600, 300)
        table.show()
        return table

    return made


def test_only_the_first_page_is_read_until_someone_scrolls(loop: Loop, make: Make) -> None:
    async def scenario() -> None:
        table, book = make(), Book(170)
        table.load(book.fetch)
        await until(lambda: len(table.model.rows) == 50)
        await asyncio.sleep(0)
        assert book.asked == [None]
        for rows in (100, 150, 170):
            table.view.scrollToBottom()
            await until(lambda rows=rows: len(table.model.rows) == rows)  # type: ignore[misc]
        table.view.scrollToBottom()
        await until(lambda: not table.model.canFetchMore())
        assert table.model.rows == list(range(170))

    loop.run(scenario())


def test_a_late_page_of_an_old_search_is_dropped(loop: Loop, make: Make) -> None:
    async def scenario() -> None:
        table, slow, fast = make(), Book(10), Book(5, first=100)
        slow.gate = asyncio.Event()
        table.load(slow.fetch)
        await until(lambda: slow.asked)
        table.load(fast.fetch)
        slow.gate.set()
        await until(lambda: table.model.state_now == "ready")
        assert table.model.rows == [100, 101, 102, 103, 104]

    loop.run(scenario())


def test_empty_and_failed_are_said_in_place_and_can_be_tried_again(loop: Loop, make: Make) -> None:
    async def scenario() -> None:
        table, book = make(), Book(3)
        table.empty.set("No matches", "Try another spelling.")
        table.load(Book(0).fetch)
        await until(lambda: table.empty.isVisible())
        assert "No matches" in table.empty.text()
        book.problem = UserFacing("The mirror cannot be read.", remedy="Rebuild it.")
        table.load(book.fetch)
        await until(lambda: table.failed.isVisible())
        assert "The mirror cannot be read." in table.failed.text()
        assert "Rebuild it." in table.failed.text()
        book.problem = None
        table.failed.acted.emit()
        await until(lambda: table.view.isVisible())
        assert table.model.rows == [0, 1, 2]

    loop.run(scenario())


def test_a_page_that_fails_keeps_the_rows_that_are_there(loop: Loop, make: Make) -> None:
    async def scenario() -> None:
        table, book = make(), Book(80)
        table.load(book.fetch)
        await until(lambda: len(table.model.rows) == 50)
        book.problem = UserFacing("Stripe does not answer.")
        table.model.fetchMore()
        await until(lambda: table.model.state_now == "failed")
        assert table.view.isVisible()
        assert len(table.model.rows) == 50
        book.problem = None
        table.model.retry()
        await until(lambda: len(table.model.rows) == 80)

    loop.run(scenario())


def test_a_reload_keeps_the_current_row_and_the_place(loop: Loop, make: Make) -> None:
    async def scenario() -> None:
        table, book = make(), Book(170)
        table.load(book.fetch)
        await until(lambda: len(table.model.rows) == 50)
        table.model.fetchMore()
        await until(lambda: len(table.model.rows) == 100)
        assert table.set_current("77")
        told: list[object] = []
        table.current_changed.connect(told.append)
        book.numbers = range(10, 180)
        table.reload()
        await until(lambda: table.model.rows[:1] == [10])
        assert table.current() == 77
        book.numbers = range(78, 90)
        table.reload()
        await until(lambda: table.model.rows[:1] == [78])
        assert table.current() is None
        assert told[-1] is None

    loop.run(scenario())


def test_enter_chooses_and_a_header_asks_for_its_order(
    loop: Loop, make: Make, qtbot: QtBot
) -> None:
    async def scenario() -> None:
        table = make()
        chosen: list[object] = []
        sorts: list[tuple[str, bool]] = []
        table.chosen.connect(chosen.append)
        table.sort_requested.connect(lambda name, down: sorts.append((name, down)))
        table.load(Book(5).fetch)
        await until(lambda: table.view.isVisible())
        table.view.setFocus()  # Qt makes the first row current
        QTest.keyClick(table.view, Qt.Key.Key_Down)
        QTest.keyClick(table.view, Qt.Key.Key_Return)
        assert chosen == [1]
        header = table.view.horizontalHeader()
        for _ in range(2):
            header.sectionClicked.emit(0)
        header.sectionClicked.emit(1)
        assert sorts == [("no", False), ("no", True)]
        spoken = table.model.data(table.model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole)
        assert spoken == "Status: open"

    loop.run(scenario())


def test_the_model_keeps_qts_rules(loop: Loop, qtmodeltester: object) -> None:
    async def scenario() -> None:
        model: PagedModel[int] = PagedModel(COLUMNS, str, Tasks())
        qtmodeltester.check(model)  # type: ignore[attr-defined]
        model.load(Book(120).fetch)
        await until(lambda: len(model.rows) == 120 or model.canFetchMore())
        while model.canFetchMore():
            model.fetchMore()
            await until(lambda: model.state_now == "ready")
        assert len(model.rows) == 120

    loop.run(scenario())
