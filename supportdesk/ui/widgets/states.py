"""What stands in a view that has nothing to show: empty, loading, failed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.errors import UserFacing
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import details
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label


class EmptyState(QWidget):
    """A sentence where data would be, and the next step.

    Signals:
        acted: the next step was chosen.
    """

    acted = Signal()

    def __init__(
        self,
        title: str = "",
        text: str = "",
        action: str = "",
        *,
        shortcut: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1), px(1), px(1), px(1))
        layout.setSpacing(px(0.35))
        layout.addStretch(2)
        self._title = label("", "heading", wrap=True)
        self._text = label("", "muted", wrap=True)
        for words in (self._title, self._text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(words)
        self._button = KeyButton(action or " ", shortcut)
        self._button.clicked.connect(self.acted)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.set(title, text, action)

    def set(self, title: str, text: str = "", action: str = "") -> None:
        """Say something else; without `action` there is no button."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        if action:
            self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(f"{title} {text}".strip())

    def text(self) -> str:
        """Return everything it says."""
        return f"{self._title.text()}\n{self._text.text()}".strip()


class ErrorState(EmptyState):
    """A problem where data would be; `acted` means try again."""

    def set_problem(self, problem: UserFacing) -> None:
        """Say the problem whole and offer to try again."""
        self.set(problem.title, details(problem), tr("Try again"))
