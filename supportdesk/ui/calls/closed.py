"""What stands where something is hidden until the caller is verified."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.states import EmptyState


class ClosedState(EmptyState):
    """Says what is hidden and why; there is always a way on.

    Signals:
        acted: verify the caller.
        anyway: show it without, with a reason.
    """

    anyway = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Hidden until the caller is verified"),
            tr("Purchases, disputes and contact data open at level 2."),
            tr("Verify the caller"),
            parent=parent,
        )
        self._button.setObjectName("closed_verify")
        self._anyway = KeyButton(tr("Show without verification…"), kind="link")
        self._anyway.setObjectName("closed_anyway")
        self._anyway.clicked.connect(self.anyway)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        at = layout.indexOf(self._button)
        layout.insertWidget(at + 1, self._anyway, 0, Qt.AlignmentFlag.AlignHCenter)
