"""The two dialogs of a call: why without verification, and the wrap-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QWidget

from supportdesk.services.calls import LONGEST_NOTE, Summary
from supportdesk.services.complaint_intake import Hint
from supportdesk.ui import theme
from supportdesk.ui.calls import words
from supportdesk.ui.hints import Hints
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.dialog import dialog_column, foot
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.long_text import LongText

_PAUSE_MS = 400  # after a key before the note is kept


class ReasonDialog(QDialog):
    """Asks why something is done without verification.

    Signals:
        given: the reason.
    """

    given = Signal(str)

    def __init__(self, action: str, needed: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("override_dialog")
        outer = dialog_column(self, tr("Go on without verification?"))
        what = tr("To {what} asks {needed}.", what=words.action(action), needed=needed)
        detail = tr("Your name and the reason are written into the journal and the call.")
        outer.addWidget(Banner(what, "warn", detail=detail))
        self.reason = LongText(500, 3)
        self.reason.setObjectName("override_reason")
        self.field = Field(tr("Reason"), self.reason, required=True)
        outer.addWidget(self.field)
        back = KeyButton(tr("Back"))
        back.clicked.connect(self.reject)
        self.confirm = KeyButton(tr("Go on without"), "Ctrl+Return", "danger")
        self.confirm.setObjectName("override_confirm")
        self.confirm.clicked.connect(self._confirm)
        outer.addLayout(foot(back, None, self.confirm))
        self.resize(theme.current.measures.px(28), self.sizeHint().height())
        self.reason.setFocus()

    def _confirm(self) -> None:
        if problem := self.reason.problem():
            self.field.set_error(problem)
        elif sum(sign.isalnum() for sign in self.reason.text()) < 5:
            self.field.set_error(tr("Say why."))
        else:
            self.given.emit(self.reason.text())
            self.accept()


class WrapUp(QDialog):
    """The summary that wrote itself, a note, and the end of the call.

    Signals:
        noted: what the note says now.
        decided: what was decided about words in it, by signal and words.
        complained: log what the note says as a complaint.
        ended: end the call.

    Args:
        find: finds words that may matter in the note.
        before: what was decided about them before.
    """

    noted = Signal(str)
    decided = Signal(object)
    complained = Signal(str)
    ended = Signal()

    def __init__(
        self,
        told: Summary,
        now: float,
        find: Callable[[str], Sequence[Hint]] = lambda _: (),
        before: Mapping[tuple[str, str], bool] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("wrap_up")
        self._told = told
        self._now = now
        outer = dialog_column(self, tr("Wrap up the call"))
        self.summary = QPlainTextEdit()
        self.summary.setObjectName("wrap_up_summary")
        self.summary.setReadOnly(True)
        self.summary.setTabChangesFocus(True)
        self.summary.setAccessibleName(tr("Summary of the call"))
        outer.addWidget(self.summary, 1)
        self.note = LongText(LONGEST_NOTE, 3, tr("What was agreed, what the caller was told"))
        self.note.setObjectName("wrap_up_note")
        self.note.set_text(told.call.note)
        self.field = Field(tr("Note"), self.note)
        self.field.setMaximumHeight(theme.current.measures.px(8))
        outer.addWidget(self.field)
        self.hints = Hints(self.note, find)
        self.hints.show_decisions(before or {})
        self.hints.edited.connect(self._decided)
        outer.addWidget(self.hints)
        self.complain = KeyButton(tr("Log this as a complaint"))
        self.complain.setObjectName("wrap_up_complain")
        self.complain.clicked.connect(self._complain)
        self.complain.setVisible(any(self.hints.decisions().values()))
        outer.addWidget(self.complain)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.keep)
        self.note.changed.connect(self._typed)
        outer.addLayout(self._foot())
        self.resize(theme.current.measures.px(36), theme.current.measures.px(28))
        self._typed()
        self.note.setFocus()

    def _foot(self) -> QHBoxLayout:
        back = KeyButton(tr("Back to the call"))
        back.setObjectName("wrap_up_back")
        back.clicked.connect(self.reject)
        self.copy = KeyButton(tr("Copy for the ticket"), "Ctrl+Shift+C")
        self.copy.setObjectName("wrap_up_copy")
        self.copy.clicked.connect(self._copy)
        self._copied = label("", "small")
        self.end = KeyButton(tr("End the call"), "Ctrl+Return", "primary")
        self.end.setObjectName("wrap_up_end")
        self.end.clicked.connect(self._end)
        QShortcut(QKeySequence("Ctrl+Shift+Return"), self, self.end.click)
        return foot(back, None, self._copied, self.copy, self.end)

    def _decided(self) -> None:
        self.complain.setVisible(any(self.hints.decisions().values()))
        self.decided.emit(self.hints.decisions())

    def _complain(self) -> None:
        if self._good():
            note = self.note.text()
            self.reject()
            self.complained.emit(note)

    def text(self) -> str:
        """Return the summary as it is copied."""
        return words.summary(self._told, self.note.text(), self._now)

    def keep(self) -> None:
        """Hand on what was typed."""
        self._pause.stop()
        if not self.note.problem():
            self.noted.emit(self.note.text())

    def reject(self) -> None:
        """Back to the call; the note stays."""
        self.keep()
        super().reject()

    def _typed(self) -> None:
        self._copied.setText("")
        self.field.clear_error()
        if not self.note.problem():
            self.summary.setPlainText(self.text())
            self._pause.start()

    def _good(self) -> bool:
        problem = self.note.problem()
        self.field.set_error(problem)
        return not problem

    def _copy(self) -> None:
        if self._good():
            QGuiApplication.clipboard().setText(self.text())
            self._copied.setText(tr("Copied."))

    def _end(self) -> None:
        if self._good():
            self.keep()
            self.ended.emit()
            self.accept()
