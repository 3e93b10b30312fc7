from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from supportdesk.ui import theme
from supportdesk.ui.widgets.row_list import Row, RowList, RowModel

ROWS = [
    Row(key="a", title="Lena Hoffmann", subtitle="l•••@muster.example", chip="active"),
    Row(key="b", title="Lena Hofer", chip="inactive", tone="warn"),
    Row(key="c", title="Elektro Nord", trailing="€312.40", note="Monthly limit.", chip="declined"),
]


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot) -> RowList:
    theme.apply(qapp, "light")
    made = RowList("Matches")
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.set_rows(ROWS)
    made.show()
    return made


def test_keyboard_moves_and_chooses(shown: RowList, qtbot: QtBot) -> None:
    moved: list[str] = []
    chosen: list[str] = []
    shown.current_changed.connect(moved.append)
    shown.chosen.connect(chosen.append)
    shown.setFocus()
    QTest.keyClick(shown, Qt.Key.Key_Down)
    QTest.keyClick(shown, Qt.Key.Key_Return)
    assert moved[-1] == "b"
    assert chosen == ["b"]


def test_the_current_row_survives_new_rows_silently(shown: RowList) -> None:
    shown.set_current("b")
    moved: list[str] = []
    shown.current_changed.connect(moved.append)
    shown.set_rows(list(reversed(ROWS)))
    assert shown.current_key() == "b"
    assert moved == []
    shown.set_rows(ROWS[:1])
    assert shown.current_key() == ""
    assert moved == [""]


def test_moving_stops_at_both_ends(shown: RowList) -> None:
    shown.move_by(-1)
    assert shown.current_key() == "a"
    shown.move_by(50)
    assert shown.current_key() == "c"


def test_a_screen_reader_gets_the_whole_row(shown: RowList) -> None:
    spoken = shown.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Elektro Nord, €312.40, declined, Monthly limit."
    interface = QAccessible.queryAccessibleInterface(shown)
    assert interface.text(QAccessible.Text.Name) == "Matches"


def test_the_model_keeps_qts_rules(qtmodeltester: object) -> None:
    model = RowModel()
    model.set_rows(ROWS)
    qtmodeltester.check(model)  # type: ignore[attr-defined]
