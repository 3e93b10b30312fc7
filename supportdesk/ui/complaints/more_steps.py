"""The steps of a complaint that are not wanted every day, behind one button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr


class MoreSteps(QToolButton):
    """A menu of steps.

    Signals:
        step: name of the step wanted.
    """

    step = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("complaint_more_steps")
        self.setText(tr("More…"))
        self.setAccessibleName(tr("More steps"))
        theme.mark(self, kind="plain")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.setMenu(menu)
        self.actions_by_name: dict[str, QAction] = {}
        for name, words in (
            ("investigate", tr("Begin to investigate")),
            ("hold", tr("Holding reply…")),
            ("credit", tr("Provisional credit…")),
            ("tell_credit", tr("Told of the credit…")),
            ("dispute", tr("Dispute the purchase")),
            ("hand_over", tr("Hand over…")),
            ("take_over", tr("Take it over")),
            ("watch", tr("Watch it")),
            ("unwatch", tr("Watch it no longer")),
            ("withdraw", tr("Withdrawn…")),
            ("reopen", tr("Reopen…")),
            ("case_file", tr("Case file (PDF)…")),
            ("erase", tr("Erase…")),
            ("erase_person", tr("Erase the person…")),
        ):
            action = menu.addAction(words)
            action.setObjectName(f"complaint_{name}")
            action.triggered.connect(lambda _=False, name=name: self.step.emit(name))
            self.actions_by_name[name] = action

    def offer(self, wanted: Mapping[str, bool]) -> None:
        """Show only these steps; without any, no button."""
        for name, action in self.actions_by_name.items():
            action.setVisible(wanted.get(name, False))
        self.setVisible(any(wanted.values()))
