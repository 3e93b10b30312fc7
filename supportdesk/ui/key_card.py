"""The key card: all keys of the window on one page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import KeyHint
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import scroll


class KeyCard(QDialog):
    """Shows the keys; open it with `open()`."""

    def __init__(self, tabs: Sequence[Tab], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("key_card")
        self.setWindowTitle(tr("Keys"))
        px = theme.current.measures.px
        everywhere = [
            *[(tab.shortcut, tab.title) for tab in tabs],
            ("Ctrl+K", tr("Search")),
            ("Ctrl+Return", tr("The main button; with none in view, wrap up")),
            ("Ctrl+N", tr("New call")),
            ("Ctrl+P", tr("Park the call")),
            ("Ctrl+Shift+Return", tr("Wrap up the call")),
            ("C", tr("Log a complaint")),
            ("Esc", tr("Back")),
            ("Ctrl+J", tr("Journal of actions")),
            ("Ctrl+,", tr("Settings")),
            ("Ctrl+Shift+L", tr("Hide the screen now")),
            ("?", tr("This card")),
        ]
        person = [
            ("V", tr("Verify the caller")),
            ("F", tr("Freeze or unfreeze the card")),
            ("L", tr("Lost or stolen")),
            ("R", tr("Replace the card")),
            ("D", tr("Dispute a purchase")),
            ("T", tr("Take a dispute, or give it back")),
            ("1", tr("Choose a reason, up to 9")),
            ("X", tr("Expiring cards")),
            ("Up", tr("Row above")),
            ("Down", tr("Row below")),
            ("Return", tr("Open the row")),
        ]
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(1.2), px(1), px(1.2), px(1))
        outer.setSpacing(px(0.8))
        outer.addWidget(label(tr("Keys"), "title"))
        columns = QWidget()
        row = QHBoxLayout(columns)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(2))
        row.addLayout(_column(tr("Everywhere"), everywhere))
        row.addLayout(_column(tr("With a person in focus"), person))
        outer.addWidget(scroll(columns), 1)
        note = tr("Single letters work while no text field has the keyboard.")
        outer.addWidget(label(note, "muted", wrap=True))
        close = KeyButton(tr("Close"))
        close.clicked.connect(self.accept)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(px(38), px(32))  # all of it, and still within the smallest window


def _column(title: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
    px = theme.current.measures.px
    grid = QGridLayout()
    grid.setHorizontalSpacing(px(0.8))
    grid.setVerticalSpacing(px(0.4))
    grid.addWidget(label(title, "heading"), 0, 0, 1, 2)
    for at, (key, words) in enumerate(keys, start=1):
        grid.addWidget(KeyHint(key), at, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(words), at, 1)
    grid.setColumnStretch(1, 1)
    grid.setRowStretch(len(keys) + 1, 1)
    return grid
