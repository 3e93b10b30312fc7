"""How far long work is: a bar, a rate in words, and a way to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label


class ProgressLine(QWidget):
    """Hidden while nothing runs.

    Signals:
        cancelled: the work shall stop.
    """

    cancelled = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(name)
        self.bar.setTextVisible(False)
        self.said = label("", "muted")
        self.cancel = KeyButton(tr("Cancel"))
        self.cancel.setObjectName("progress_cancel")
        self.cancel.clicked.connect(self.cancelled)
        row.addWidget(self.bar, 1)
        row.addWidget(self.said)
        row.addWidget(self.cancel)
        self._began = 0.0
        self.hide()

    def begin(self, whole: int) -> None:
        """Show the line for work of so many rows."""
        self._began = time.monotonic()
        self.bar.setRange(0, max(1, whole))
        self.tell(0)
        self.show()

    def tell(self, count: int) -> None:
        """Show how many rows are done."""
        self.bar.setValue(count)
        spent = time.monotonic() - self._began
        rate = tr("{n} a second", n=number(round(count / spent))) if spent > 1 and count else ""
        whole = number(self.bar.maximum())
        done = tr("{n} of {whole}", n=number(count), whole=whole)
        self.said.setText(" · ".join(part for part in (done, rate) if part))
