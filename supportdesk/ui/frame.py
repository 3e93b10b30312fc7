"""The frame of the window: search, tabs, foot. It is there before a desk is open in it.

What it imports is part of what a person waits for until the program shows itself: nothing that
reads databases or talks to Stripe belongs here.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.status_bar import StatusBar
from supportdesk.ui.tab_bar import TabBar, Titled
from supportdesk.ui.top_bar import TopBar
from supportdesk.ui.widgets.banner import Banner

SMALLEST = (1024, 640)
USUAL = (1360, 860)


class Frame(QWidget):
    """Top bar, tab bar, a place for messages, the pages, and the foot.

    Args:
        tabs: the titles in the tab bar.
    """

    def __init__(self, tabs: Sequence[Titled]) -> None:
        super().__init__()
        px = theme.current.measures.px
        self.top = TopBar()
        self.bar = TabBar(tabs)
        self.pages = QStackedWidget()
        self.notice = Banner()
        self.foot = StatusBar()
        above = QFrame()
        theme.mark(above, role="surface")
        row = QVBoxLayout(above)
        row.setContentsMargins(px(0.6), px(0.6), px(0.6), 0)
        row.addWidget(self.notice)
        above.setVisible(False)
        self.notice.shown.connect(above.setVisible)
        self.notice.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addWidget(self.bar)
        layout.addWidget(above)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.foot)

    def wait(self) -> None:
        """Offer nothing that needs a desk; the search field takes letters all the same."""
        self.top.set_open(False)
        self.bar.wait()
