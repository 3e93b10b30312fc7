"""Asks a second person what has to be changed before a dispute is submitted."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.dialog import dialog_column, foot
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.long_text import LongText


class SendBack(QDialog):
    """A text and two buttons. Use `await aio.ask(dialog)`.

    Signals:
        given: what has to be changed.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("send_back_dialog")
        outer = dialog_column(self, tr("What has to be changed?"))
        self.note = LongText(500, 3)
        self.note.setObjectName("send_back_note")
        self.field = Field(tr("For who asked you"), self.note, required=True)
        outer.addWidget(self.field)
        back = KeyButton(tr("Back"))
        back.clicked.connect(self.reject)
        confirm = KeyButton(tr("Send back"), "Ctrl+Return", "primary")
        confirm.setObjectName("send_back_confirm")
        confirm.clicked.connect(self._confirm)
        outer.addLayout(foot(back, None, confirm))
        self.resize(theme.current.measures.px(28), self.sizeHint().height())
        self.note.setFocus()

    def _confirm(self) -> None:
        if problem := self.note.problem():
            self.field.set_error(problem)
        elif not self.note.text().strip():
            self.field.set_error(tr("Say what has to be changed."))
        else:
            self.given.emit(self.note.text().strip())
            self.accept()
