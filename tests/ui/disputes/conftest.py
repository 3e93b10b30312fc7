"""The disputes tab in a window, with hands and eyes, against the practice Stripe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from supportdesk.config import Settings
from supportdesk.domain.verification import built_in
from supportdesk.services.calls import Calls
from supportdesk.services.desk import Desk
from supportdesk.services.verification import Verification
from supportdesk.ui import text
from supportdesk.ui.disputes.tab import DisputesTab
from supportdesk.ui.focus import Focus
from supportdesk.ui.widgets.drop_zone import DropZone
from supportdesk.ui.widgets.read_back import ReadBack
from tests.services.desk_at_practice import Place, Programme, place
from tests.ui.conftest import Loop, until


@pytest.fixture(autouse=True)
def german(loop: Loop) -> Iterator[None]:
    text.set_language("de")
    yield
    text.set_language("en")


def _verification(desk: Place) -> Verification:
    """Callers are verified elsewhere: what is open when is tested in tests/ui/calls."""
    book = desk.casebook
    calls = Calls(
        book.calls, book.journal, desk.changes, account="practice", agent=lambda: "M. Keller"
    )
    return Verification(
        calls,
        desk.mirror,
        book.journal,
        built_in(),
        enabled=lambda: False,
        agent=lambda: "M. Keller",
    )


class Shown:
    """A tab in a window, with hands and eyes."""

    def __init__(self, desk: Place, size: tuple[int, int]) -> None:
        self.place = desk
        self.focus = Focus()
        made = SimpleNamespace(
            disputes=desk.disputes,
            dispute_queue=desk.queue,
            dispute_cases=desk.cases,
            dispute_figures=desk.figures,
            lost=desk.lost,
            changes=desk.changes,
            verification=_verification(desk),
        )
        self.tab = DisputesTab(cast(Desk, made), self.focus)
        self.window = QMainWindow()
        self.focus.setParent(self.window)  # as in the program
        self.window.setCentralWidget(self.tab)
        self.window.resize(*size)
        self.window.show()
        self.window.activateWindow()
        self.badges: list[tuple[str, str]] = []
        self.tab.badge.connect(lambda words, tone: self.badges.append((words, tone)))

    def find(self, kind: type[Any], name: str) -> Any:
        found = self.tab.findChild(kind, name)
        assert found is not None, name
        return found

    async def dispute(self, *transaction_ids: str) -> None:
        self.focus.dispute_requested.emit(transaction_ids)
        await until(lambda: self.tab.matter.transaction_id == transaction_ids[0])
        await until(lambda: self.tab.matter.intake is not None and not self.busy())

    def busy(self) -> bool:
        return len(self.tab.tasks) > 0

    async def rest(self) -> None:
        """Wait until what was typed is kept and nothing runs."""
        form = self.tab.matter.form
        await until(lambda: not form._pause.isActive() and not self.busy())

    def choose(self, reason: str) -> None:
        box: QComboBox = self.find(QComboBox, "dispute_reason")
        box.setCurrentIndex(box.findData(reason))

    def type(self, name: str, words: str) -> None:
        line: QLineEdit = self.find(QLineEdit, name)
        line.selectAll()
        QTest.keyClicks(line, words)

    def write(self, words: str) -> QPlainTextEdit:
        editor = self.find(QWidget, "evidence_explanation").findChild(QPlainTextEdit)
        assert editor is not None
        editor.setPlainText(words)
        return cast(QPlainTextEdit, editor)

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def press_in(self, name: str, value: str) -> None:
        """Press the button of a value in a row of choices."""
        for button in self.find(QWidget, name).findChildren(QPushButton):
            if button.property("value") == value:
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                return
        raise AssertionError(value)

    def drop(self, path: Path, name: str = "dispute_drop") -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        assert self.find(DropZone, name).take(data)

    def error(self, name: str) -> str:
        shown = self.tab.matter.form._field(name)
        assert shown is not None
        return shown.error()

    def fill_fraud(self, explanation: str = "Took no part.") -> None:
        self.choose("fraudulent")
        self.press("dispute_told_today")
        self.write(explanation)

    async def confirm(self) -> ReadBack:
        await until(lambda: self.tab.findChild(ReadBack, "readback"))
        dialog: ReadBack = self.find(ReadBack, "readback")
        button = dialog.findChild(QPushButton, "readback_confirm")
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        return dialog


@asynccontextmanager
async def shown(
    folder: Path,
    stripe: Programme,
    *,
    url: str = "",
    size: tuple[int, int] = (1360, 860),
    settings: Callable[[], Settings] | None = None,
) -> AsyncIterator[Shown]:
    async with place(folder, stripe, url=url, locale=text.locale(), settings=settings) as desk:
        made = Shown(desk, size)
        try:
            yield made
        finally:
            await made.tab.aclose()
            made.window.close()
            made.window.deleteLater()  # here and now: never by the collector, in some thread
            await until(lambda: not shiboken6.isValid(made.window))


Scene = Callable[[Shown], Any]


@pytest.fixture
def play(loop: Loop, tmp_path: Path, stripe: Programme) -> Callable[[Scene], None]:
    def run(scene: Scene) -> None:
        async def whole() -> None:
            async with shown(tmp_path, stripe) as seen:
                await scene(seen)

        loop.run(whole(), seconds=60)

    return run


Play = Callable[[Scene], None]
