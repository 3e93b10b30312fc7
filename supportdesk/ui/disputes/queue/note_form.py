"""Writes down what was said or done about a dispute."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from supportdesk.domain.dispute_case import MEDIA, NOTE_KINDS, Note, NoteKind
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue import case_words
from supportdesk.ui.text import today, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.card_guard import card_problem
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.field import Field

LONGEST = 2_000  # characters
_TOLD = ("told", "notice_filed", "notice_ended", "acknowledged")  # somebody was reached


class NoteForm(QWidget):
    """Kind, way, day and words of a note.

    Signals:
        written: the `Note` to be kept; call `clear` once it is.
    """

    written = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.kind = QComboBox()
        self.kind.setObjectName("dispute_note_kind")
        for kind in NOTE_KINDS:
            self.kind.addItem(case_words.note_kind(kind), kind)
        self.medium = QComboBox()
        self.medium.setObjectName("dispute_note_medium")
        for name in ("", *MEDIA):
            self.medium.addItem(case_words.medium(name) if name else "–", name)
        for box in (self.kind, self.medium):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(6)
        self.on = DateEdit(latest=today())
        self.on.setObjectName("dispute_note_on")
        self.text = QLineEdit()
        self.text.setObjectName("dispute_note_text")
        self.text.setMaxLength(LONGEST)
        self.save = KeyButton(tr("Write down"))
        self.save.setObjectName("dispute_note_save")
        self._fields = {
            "kind": Field(tr("What"), self.kind),
            "medium": Field(tr("How"), self.medium),
            "on": Field(tr("Day"), self.on),
            "text": Field(tr("Words"), self.text),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(0.5))
        grid.setVerticalSpacing(px(0.35))
        grid.addWidget(self._fields["kind"], 0, 0)
        grid.addWidget(self._fields["medium"], 0, 1)
        grid.addWidget(self._fields["on"], 0, 2)
        grid.addWidget(self._fields["text"], 1, 0, 1, 3)
        grid.addWidget(self.save, 2, 0, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 4)
        self.kind.currentIndexChanged.connect(lambda _at: self._suit())
        self.save.clicked.connect(lambda: self._write())
        self.text.returnPressed.connect(lambda: self._write())
        self.clear()

    def clear(self) -> None:
        """Be ready for another note."""
        self.kind.setCurrentIndex(0)
        self.medium.setCurrentIndex(0)
        self.text.clear()
        self.on.latest = today()
        self.on.set_day(today())
        for field in self._fields.values():
            field.clear_error()
        self._suit()

    def begin(self, kind: NoteKind) -> None:
        """Offer to write down this kind."""
        self.kind.setCurrentIndex(self.kind.findData(kind))
        if kind in _TOLD and not self.medium.currentData():
            self.medium.setCurrentIndex(self.medium.findData("phone"))
        self.text.setFocus()

    def unsaved(self) -> bool:
        """Whether something was typed."""
        return bool(self.text.text().strip())

    def _suit(self) -> None:
        self.medium.setEnabled(self.kind.currentData() in (*_TOLD, "note"))

    def _write(self) -> None:
        note = Note(
            kind=self.kind.currentData(),
            text=self.text.text().strip(),
            medium=str(self.medium.currentData() or "") if self.medium.isEnabled() else "",
            on=self._day(),
        )
        wrong = {
            "on": self.on.problem(),
            "medium": tr("Say how.") if note.kind in _TOLD and not note.medium else "",
            "text": self._wrong_words(note),
        }
        for name, said in wrong.items():
            self._fields[name].set_error(said)
        first = next((name for name, said in wrong.items() if said), "")
        if first:
            self._fields[first].editor.setFocus()
        else:
            self.written.emit(note)

    def _day(self) -> str:
        day: date | None = self.on.day()
        return day.isoformat() if day else ""

    def _wrong_words(self, note: Note) -> str:
        if note.kind in ("note", "not_owed") and not note.text:
            return tr("Write what it is about.")
        return card_problem(note.text)
