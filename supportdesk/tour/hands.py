"""Hands and eyes of the tour: the widgets a person sees, keys and mouse, pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QListView,
    QPushButton,
    QWidget,
)

from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.row_list import RowList

PATIENCE = 30.0  # seconds until something that should happen is said not to have happened
W = TypeVar("W", bound=QWidget)


class Missed(Exception):
    """Something a person would have seen did not appear in time."""


async def until(happened: Callable[[], bool], what: str) -> None:
    """Wait until `happened()`; raises Missed after PATIENCE seconds."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110  (a widget has no event to wait for)
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise Missed(what) from None


class Hands:
    """Works the window like a person: only what is visible and enabled can be used."""

    def __init__(self, window: MainWindow, out: Path) -> None:
        self.window = window
        self._out = out
        self._pictures = 0

    def seen(self, name: str, kind: type[W]) -> W | None:
        """Return the visible widget of that object name, in the front window."""
        for top in reversed(QApplication.topLevelWidgets()):
            for widget in top.findChildren(kind, name):
                if widget.isVisible():
                    return widget
        return None

    async def find(self, name: str) -> QWidget:
        """Wait for a widget to be visible and enabled."""
        return await self.find_as(name, QWidget)

    async def find_as(self, name: str, kind: type[W]) -> W:
        """Wait for a widget of this kind to be visible and enabled."""

        def usable() -> bool:
            widget = self.seen(name, kind)
            return widget is not None and widget.isEnabled()

        await until(usable, f"{name} to be usable")
        found = self.seen(name, kind)
        assert found is not None
        return found

    async def click(self, name: str) -> None:
        """Click the middle of a widget."""
        widget = await self.find(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    async def type(self, name: str, text: str, *, clear: bool = True) -> None:
        """Type into a field, in place of what it held."""
        widget = await self.find(name)
        widget = widget.focusProxy() or widget
        widget.setFocus()
        if clear:
            QTest.keySequence(widget, QKeySequence(QKeySequence.StandardKey.SelectAll))
            QTest.keyClick(widget, Qt.Key.Key_Delete)
        QTest.keyClicks(widget, text)

    async def type_into(self, widget: QWidget, text: str, *, clear: bool = False) -> None:
        """Type into a widget that was found already, with `clear` in place of what it held."""
        widget.setFocus()
        if clear:
            QTest.keySequence(widget, QKeySequence(QKeySequence.StandardKey.SelectAll))
        QTest.keyClicks(widget, text)

    async def find_text(self, text: str) -> None:
        """Wait until a label with this text can be seen."""

        def there() -> bool:
            labels = self.window.findChildren(QLabel)
            return any(text in label.text() and label.isVisible() for label in labels)

        await until(there, f"the words {text!r}")

    async def rest(self) -> None:
        """Give the program time between two looks."""
        await asyncio.sleep(0.05)

    async def press(self, keys: str) -> None:
        """Press a key where the keyboard is."""
        if QApplication.activeModalWidget() is None and not self.window.isActiveWindow():
            self.window.activateWindow()  # what a desktop does when a dialog has closed
            await until(self.window.isActiveWindow, "the window to be in front")
        target = QApplication.focusWidget() or self.window
        QTest.keySequence(target, QKeySequence(keys))

    async def choose_row(self, name: str, wanted: Callable[[str], bool], what: str) -> None:
        """Click the row of a list whose spoken text fits."""
        rows = await self.find_as(name, RowList)

        def place() -> int:
            texts = [row.spoken() for row in rows.rows()]
            return next((at for at, text in enumerate(texts) if wanted(text)), -1)

        await until(lambda: place() >= 0, f"a row with {what} in {name}")
        await self.click_at(rows, place())

    async def click_at(self, rows: QListView, place: int) -> None:
        """Click a row of a list, scrolled into view."""
        index = rows.model().index(place, 0)
        rows.scrollTo(index)
        await asyncio.sleep(0)
        at: QPoint = rows.visualRect(index).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)

    async def choose(self, name: str, value: str) -> None:
        """Choose a value of a drop-down list with the arrow keys."""
        box = await self.find_as(name, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.count()):
            if box.currentData() == value:
                return
            QTest.keyClick(box, Qt.Key.Key_Down)
        if box.currentData() != value:
            raise Missed(f"{value} in {name}")

    async def choose_first(self, name: str) -> None:
        """Choose the first real value of a drop-down list."""
        box = await self.find_as(name, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        if not box.currentData():
            QTest.keyClick(box, Qt.Key.Key_Down)

    async def answer_file_dialog(self, folder: Path) -> None:
        """Go to a folder in the file dialog that is open, and accept the name it offers."""

        def dialog() -> QFileDialog | None:
            tops = QApplication.topLevelWidgets()
            found = [top for top in tops if isinstance(top, QFileDialog) and top.isVisible()]
            return found[0] if found else None

        await until(lambda: dialog() is not None, "the file dialog")
        opened = dialog()
        assert opened is not None
        opened.setDirectory(str(folder))
        opened.accept()

    async def segment(self, name: str, value: str) -> None:
        """Click one of a row of choices."""
        row = await self.find_as(name, Segmented)
        button = next(b for b in row.findChildren(QPushButton) if b.property("value") == value)
        await until(button.isEnabled, f"{value} of {name} to be allowed")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def arrow_to(self, name: str, value: str) -> None:
        """Choose one of a row of choices with Tab and the arrow keys."""
        row = await self.find_as(name, Segmented)
        for _ in range(40):
            at = QApplication.focusWidget()
            if at is not None and row.isAncestorOf(at):
                break
            await self.press("Tab")
        else:
            raise Missed(f"{name} to be reached with the Tab key")
        await self.press("Space")
        for _ in row.findChildren(QPushButton):
            if row.value() == value:
                return
            await self.press("Right")
        if row.value() != value:
            raise Missed(f"{value} in {name}")

    async def drop(self, name: str, path: Path) -> None:
        """Drop a file onto a widget."""
        widget = await self.find(name)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(
            QPointF(widget.rect().center()),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        # QApplication delivers a drop only within a drag that the system began.
        widget.event(event)

    async def picture(self, title: str) -> None:
        """Save what the window shows, with a dialog that stands over it."""
        for _ in range(3):  # let layouts and delegates settle
            await asyncio.sleep(0.02)
        self._pictures += 1
        self._out.mkdir(parents=True, exist_ok=True)
        pixmap = self.window.grab()
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            pixmap = _with_dialog(self.window, dialog)
        name = self._out / f"{self._pictures:02d}-{title}.png"
        if not pixmap.save(str(name)):
            raise Missed(f"{name.name} could not be written")

    @property
    def pictures(self) -> int:
        """How many pictures were taken."""
        return self._pictures


def _with_dialog(window: MainWindow, dialog: QWidget) -> QPixmap:
    """The window dimmed, the dialog over its middle."""
    ground = window.grab()
    front = dialog.grab()
    painter = QPainter(ground)
    painter.fillRect(window.rect(), QColor(0, 0, 0, 90))
    at = window.rect().center() - dialog.rect().center()
    painter.drawPixmap(at, front)
    painter.end()
    return ground
