"""The soft panels everything stands in."""

from __future__ import annotations

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
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


def page_column(on: QWidget | None = None, gap: float = 0.6) -> QVBoxLayout:
    """Make a column with the margins of a page.

    Args:
        on: the widget it lays out; None for a column that goes into another layout.
        gap: between two parts of the page, in line heights.
    """
    px = theme.current.measures.px
    made = QVBoxLayout() if on is None else QVBoxLayout(on)
    made.setContentsMargins(px(0.9), px(0.7), px(0.9), px(0.7))
    made.setSpacing(px(gap))
    return made


def inset(on: QWidget) -> QFrame:
    """Fill a widget with an inset and return it."""
    made = frame("inset")
    around = QVBoxLayout(on)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(made)
    return made


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

    def add_column(self, gap: float = 0.6) -> QVBoxLayout:
        """Fill the panel with a column (see `page_column`) that can be scrolled; returns it."""
        inner = QWidget()
        made = page_column(inner, gap)
        self.body.addWidget(scroll(inner), 1)
        return made

    def add_back(self, words: str, name: str, left: SignalInstance) -> None:
        """Put the button at the right of the header that leads out of a page."""
        self.add_action(_way_out(words, name, left))

    def add_footer(self, name: str = "", left: SignalInstance | None = None) -> QHBoxLayout:
        """Add a line under the body and return its layout.

        Args:
            name: object name of the Back button at its left.
            left: the signal that button gives; None for no such button.
        """
        px = theme.current.measures.px
        foot = frame("panel-footer")
        layout = QHBoxLayout(foot)
        layout.setContentsMargins(px(0.75), px(0.55), px(0.75), px(0.55))
        layout.setSpacing(px(0.5))
        outer = self.layout()
        if outer is not None:
            outer.addWidget(foot)
        if left is not None:
            layout.addWidget(_way_out(tr("Back"), name, left))
        return layout


def _way_out(words: str, name: str, left: SignalInstance) -> KeyButton:
    made = KeyButton(words)
    made.setObjectName(name)
    made.clicked.connect(left)
    return made
