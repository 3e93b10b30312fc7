"""Marks on what is new on the screen; they fade by themselves."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

SECONDS = 8.0  # long enough to be seen by someone who looks at the caller's words meanwhile


class Marks(QObject):
    """Remembers for some seconds what is new, by key.

    Signals:
        over: the time of some is over; show what is left.
    """

    over = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._marks: dict[str, tuple[str, float]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._end_old)

    def put(self, key: str, said: str) -> None:
        """Mark something, in words."""
        self._marks[key] = (said, time.monotonic() + SECONDS)
        self._timer.start(round(SECONDS * 1000) + 50)

    def said(self, key: str) -> str:
        """Return what a mark says, "" where there is none."""
        said, until = self._marks.get(key, ("", 0.0))
        return said if until > time.monotonic() else ""

    def clear(self, keys: Iterable[str] | None = None) -> None:
        """Take marks away, all of them by default."""
        for key in list(self._marks if keys is None else keys):
            self._marks.pop(key, None)

    def _end_old(self) -> None:
        self.clear([key for key in self._marks if not self.said(key)])
        self.over.emit()
