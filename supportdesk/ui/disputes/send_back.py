"""Asks a second person what has to be changed before a dispute is submitted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.long_text import LongText


class SendBack(QDialog):
    """A text and two buttons. Use `await aio.ask(dialog)`.

    Signals:
        given: what has to be changed.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.setObjectName("send_back_dialog")
        title = tr("What has to be changed?")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(1), px(1), px(1), px(1))
        outer.setSpacing(px(0.6))
        outer.addWidget(label(title, "title", wrap=True))
        self.note = LongText(500, 3)
        self.note.setObjectName("send_back_note")
        self.field = Field(tr("For who asked you"), self.note, required=True)
        outer.addWidget(self.field)
        row = QHBoxLayout()
        back = KeyButton(tr("Back"))
        back.clicked.connect(self.reject)
        confirm = KeyButton(tr("Send back"), "Ctrl+Return", "primary")
        confirm.setObjectName("send_back_confirm")
        confirm.clicked.connect(self._confirm)
        row.addWidget(back)
        row.addStretch(1)
        row.addWidget(confirm)
        outer.addLayout(row)
        self.resize(px(28), self.sizeHint().height())
        self.note.setFocus()

    def _confirm(self) -> None:
        if problem := self.note.problem():
            self.field.set_error(problem)
        elif not self.note.text().strip():
            self.field.set_error(tr("Say what has to be changed."))
        else:
            self.given.emit(self.note.text().strip())
            self.accept()
