"""The boxes a card's page is made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import frame


def box(title: str) -> tuple[QWidget, QVBoxLayout]:
    """Make a box with a title and return it with its layout."""
    px = theme.current.measures.px
    made = frame("inset")
    layout = QVBoxLayout(made)
    layout.setContentsMargins(px(0.7), px(0.55), px(0.7), px(0.55))
    layout.setSpacing(px(0.25))
    layout.addWidget(label(title, "heading"))
    return made, layout


def section(title: str, lines: Sequence[str]) -> QWidget | None:
    """Make a box of lines, None when there are none."""
    if not lines:
        return None
    made, layout = box(title)
    for line in lines:
        layout.addWidget(label(line, wrap=True))
    return made
