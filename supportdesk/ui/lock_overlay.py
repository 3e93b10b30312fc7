"""After some idle minutes every window of the program hides what it shows."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label

_SIGNS_OF_LIFE = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    )
)


class _Cover(QFrame):
    """Stands in a window in place of its content."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        theme.mark(self, role="surface")
        self.setObjectName("lock_cover")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        lines = (
            ("title", tr("Hidden while you are away")),
            ("muted", tr("Press any key or click to go on. Nothing was closed or sent.")),
            (
                "small",
                tr(
                    "This keeps passers-by from reading. It is not a password: "
                    "lock the computer when you leave it."
                ),
            ),
        )
        for role, words in lines:
            made = label(words, role, wrap=True)
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(made)
        self.back = KeyButton(tr("Go on"), kind="primary")
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.setAccessibleName(lines[0][1])
        # What is covered is hidden, not only painted over: a screen reader must not read it.
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        self._hidden = [
            child
            for child in window.findChildren(QWidget, options=direct)
            if child is not self and not child.isHidden() and not child.isWindow()
        ]
        self._focus = window.focusWidget()
        size = window.size()
        for child in self._hidden:
            child.hide()
        window.resize(size)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()
        self.setFocus()

    def uncover(self) -> None:
        """Show again what was hidden."""
        for child in self._hidden:
            child.show()
        if self._focus is not None:
            self._focus.setFocus()
        self.hide()
        self.setParent(None)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grow with the window (Qt's interface)."""
        if isinstance(event, QResizeEvent) and watched is self.parentWidget():
            self.setGeometry(0, 0, event.size().width(), event.size().height())
        return False


class IdleLock(QObject):
    """Watches for signs of life and covers all windows when there were none for a while.

    Signals:
        ticked: once a second, seconds left until it locks, None for never.
        changed: whether the windows are hidden now.
    """

    ticked = Signal(object)
    changed = Signal(bool)

    def __init__(self, app: QApplication, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app = app
        self._minutes = minutes
        self._last = time.monotonic()
        self._covers: list[_Cover] = []
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        app.installEventFilter(self)

    @property
    def locked(self) -> bool:
        """Whether the windows are hidden."""
        return bool(self._covers)

    @property
    def idle(self) -> float:
        """Seconds since the last sign of life."""
        return time.monotonic() - self._last

    def set_minutes(self, minutes: int) -> None:
        """Lock after so many idle minutes; 0 for never."""
        self._minutes = minutes
        self.tick()

    def tick(self) -> None:
        """Lock if it is time to."""
        left = self._last + self._minutes * 60 - time.monotonic() if self._minutes else None
        self.ticked.emit(left)
        if left is not None and left <= 0:
            self.lock()

    def lock(self) -> None:
        """Hide the content of every window now."""
        if self._covers:
            return
        while (popup := self._app.activePopupWidget()) is not None:
            popup.close()
        windows = [w for w in self._app.topLevelWidgets() if w.isVisible() and w.isWindow()]
        self._covers = [_Cover(window) for window in windows]
        if self._covers:
            self.changed.emit(True)

    def unlock(self) -> None:
        """Show everything again."""
        covers, self._covers = self._covers, []
        self._last = time.monotonic()
        for cover in covers:
            cover.uncover()
        self.changed.emit(False)
        self.tick()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice signs of life; the one that unlocks does nothing else (Qt's interface)."""
        kind = event.type()
        if self._covers and kind == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut may act on what is hidden
            return True
        if kind not in _SIGNS_OF_LIFE:
            return False
        self._last = time.monotonic()
        if self._covers and kind in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self.unlock()
            return True
        return False

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._app.removeEventFilter(self)
