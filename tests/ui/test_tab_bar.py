"""Tabs and Enter that are pressed before the desk is there are kept as wishes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from supportdesk.ui.frame import Frame
from supportdesk.ui.tab_bar import titles
from tests.ui.conftest import Loop


def test_a_tab_chosen_early_is_a_wish_and_later_a_choice(loop: Loop) -> None:
    frame = Frame(titles())
    frame.wait()
    chosen: list[str] = []
    frame.bar.chosen.connect(chosen.append)
    disputes = frame.bar.findChild(QPushButton, "tab_disputes")
    assert disputes is not None
    disputes.click()
    assert (chosen, frame.bar.wish, disputes.isChecked()) == ([], "disputes", False)
    frame.bar.set_there("disputes")
    disputes.click()
    assert (chosen, frame.bar.wish) == (["disputes"], "")
    frame.deleteLater()


def test_enter_counts_for_the_text_it_was_pressed_on(loop: Loop) -> None:
    frame = Frame(titles())
    field = frame.top.search
    QTest.keyClicks(field, "lena")
    assert not field.entered
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.entered
    QTest.keyClicks(field, " h")
    assert not field.entered
    frame.deleteLater()
