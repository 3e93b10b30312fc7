"""The frame of what fills the window below its tabs."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.banner import Banner


def page(on: QWidget) -> tuple[QVBoxLayout, Banner]:
    """Lay out a page: on top a place for what is to be said, out of sight until then.

    Returns:
        The layout in which the parts of the page follow, and the banner on top.
    """
    gap = theme.current.measures.px(0.6)
    parts = QVBoxLayout(on)
    parts.setContentsMargins(gap, gap, gap, gap)
    parts.setSpacing(gap)
    said = Banner()
    said.setVisible(False)
    parts.addWidget(said)
    return parts, said
