"""The soft panels everything stands in."""

from __future__ import annotations

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel


def frame(role: str) -> QFrame:
    """Make a frame dressed by the stylesheet: panel, inset, bar, foot, surface."""
    made = QFrame()
    theme.mark(made, role=role)
    return made


def rule() -> QFrame:
    """Make a thin horizontal line."""
    made = frame("rule")
    made.setFixedHeight(1)
    return made


def empty(layout: QLayout) -> None:
    """Let go of all widgets in a layout, at once out of sight."""
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()


def scroll(widget: QWidget) -> QScrollArea:
    """Put a widget where it can be scrolled up and down, never sideways."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


class Panel(QFrame):
    """A panel with an optional header; widgets go into `body`.

    Attributes:
        header: the header's layout, its free space is before the actions.
        body: vertical layout, no margins (`padded=True` gives it some).
    """

    def __init__(
        self,
        title: str = "",
        note: str = "",
        *,
        padded: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        theme.mark(self, role="panel")
        px = theme.current.measures.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self._head = frame("panel-header")
        self.header = QHBoxLayout(self._head)
        self.header.setContentsMargins(px(0.75), px(0.5), px(0.75), px(0.5))
        self.header.setSpacing(px(0.5))
        self._title = ElidedLabel(title, "heading")
        self._note = ElidedLabel(note, "muted")
        self.header.addWidget(self._title)
        self.header.addWidget(self._note)
        self.header.addStretch(1)
        outer.addWidget(self._head)
        self.body = QVBoxLayout()
        margin = px(0.9) if padded else 0
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(px(0.6) if padded else 0)
        outer.addLayout(self.body, 1)
        self.set_title(title, note)

    def set_title(self, title: str, note: str = "") -> None:
        """Name the panel; without title, note and actions it has no header."""
        self._title.setText(title)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._head.setVisible(bool(title or note))
        self.setAccessibleName(title)

    def add_action(self, widget: QWidget) -> None:
        """Put a button or chip at the right of the header."""
        self.header.addWidget(widget)
        self._head.setVisible(True)

    def add_back(self, words: str, name: str, left: SignalInstance) -> None:
        """Put the button at the right of the header that leads out of a page."""
        back = KeyButton(words)
        back.setObjectName(name)
        back.clicked.connect(left)
        self.add_action(back)

    def add_footer(self) -> QHBoxLayout:
        """Add a line under the body and return its layout."""
        px = theme.current.measures.px
        foot = frame("panel-footer")
        layout = QHBoxLayout(foot)
        layout.setContentsMargins(px(0.75), px(0.55), px(0.75), px(0.55))
        layout.setSpacing(px(0.5))
        outer = self.layout()
        if outer is not None:
            outer.addWidget(foot)
        return layout
