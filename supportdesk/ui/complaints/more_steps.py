"""What is not wanted every day, in a menu behind one button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr


class MenuButton(QToolButton):
    """A button with a menu.

    Signals:
        step: name of the step wanted.

    Args:
        spoken: what a screen reader says in place of the text.
        room: what the object names of the steps begin with.
        steps: names of the steps, each with its words.

    Attributes:
        actions_by_name: the steps by their names.
    """

    step = Signal(str)

    def __init__(
        self,
        text: str,
        spoken: str,
        room: str,
        steps: Iterable[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(spoken)
        theme.mark(self, kind="plain")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.setMenu(menu)
        self.actions_by_name: dict[str, QAction] = {}
        for name, words in steps:
            action = menu.addAction(words)
            action.setObjectName(f"{room}_{name}")
            action.triggered.connect(lambda _=False, name=name: self.step.emit(name))
            self.actions_by_name[name] = action


class MoreSteps(MenuButton):
    """The steps of a complaint that are not wanted every day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        steps = (
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
        )
        super().__init__(tr("More…"), tr("More steps"), "complaint", steps, parent)
        self.setObjectName("complaint_more_steps")

    def offer(self, wanted: Mapping[str, bool]) -> None:
        """Show only these steps; without any, no button."""
        for name, action in self.actions_by_name.items():
            action.setVisible(wanted.get(name, False))
        self.setVisible(any(wanted.values()))
