"""The program's one window: what the start does, then the open desk in its place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from supportdesk.ui.frame import SMALLEST, USUAL, Frame
from supportdesk.ui.start_page import StartPage
from supportdesk.ui.tab_bar import titles


class Shell(QMainWindow):
    """Shows the frame at once and keeps it when the desk comes: typed letters stay in the search.

    Signals:
        painted: the person sees it for the first time.

    Attributes:
        page: says what the start does, and asks.
        frame: the frame shown while there is no desk.
        closed: the person closed the window while there was no desk in it.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Supportdesk")
        self.setObjectName("shell")
        self.page = StartPage()
        self.closed = False
        self._desk: QWidget | None = None
        self._searching = False
        self._seen = False
        self.wait()
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)

    def wait(self) -> None:
        """Show the frame without a desk in it; a desk that was shown is hidden."""
        gone = self.takeCentralWidget()
        if gone is not None:
            gone.hide()
        self._desk = None
        self.frame = Frame(titles())
        self.frame.wait()
        self.frame.pages.addWidget(self.page)
        self.page.show()
        self.setCentralWidget(self.frame)
        self.frame.top.search.setFocus()

    def lend_frame(self) -> Frame:
        """Hand over the frame that is shown, to build a desk into."""
        self._searching = self.frame.top.search.hasFocus()
        self.frame.pages.removeWidget(self.page)
        self.page.setParent(None)
        self.takeCentralWidget()
        return self.frame

    def show_desk(self, desk: QWidget) -> None:
        """Show an open desk, which was built into the frame."""
        self.setCentralWidget(desk)
        self._desk = desk
        if self._searching:  # a widget that moves loses the keyboard
            self.frame.top.search.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """What was closed before is open again (Qt's interface)."""
        self.closed = False
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first time (Qt's interface)."""
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """An open desk ends its work first; before that, closing gives up (Qt's interface)."""
        if self._desk is not None:
            event.ignore()
            self._desk.close()
            return
        self.closed = True
        self.page.give_up()
        event.accept()
