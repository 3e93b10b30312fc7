"""The frame of a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.label import label


def dialog_column(dialog: QDialog, title: str) -> QVBoxLayout:
    """Name a dialog and let it go once it is closed; returns the column below its title."""
    px = theme.current.measures.px
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(px(1), px(1), px(1), px(1))
    column.setSpacing(px(0.6))
    column.addWidget(label(title, "title", wrap=True))
    return column


def foot(*parts: QWidget | None) -> QHBoxLayout:
    """Put buttons beside each other; None is the free space between them."""
    row = QHBoxLayout()
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
