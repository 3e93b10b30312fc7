"""A letter on its way out: prepared from a template, changed by a person, copied or printed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.complaint_replies import TO_CALLER, Letter, Purpose
from supportdesk.domain.complaints import Complaint
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints.editors import Choice, NoteInput
from supportdesk.ui.complaints.words import purpose
from supportdesk.ui.text import locale, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label


class ReplyBox(QWidget):
    """The letter of a step. What a person changed in it is not written over.

    Signals:
        edited: the person changed the letter.
        leaving: it is to leave the desk: "copied" or "pdf".
    """

    edited = Signal()
    leaving = Signal(str)

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._complaints = complaints
        self._complaint = Complaint()
        self._prepared = ""
        self._quiet = False
        self.letter: Letter | None = None
        px = theme.current.measures.px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(0.4))
        row = QHBoxLayout()
        row.setSpacing(px(0.5))
        self._purpose, self._language = Choice(), Choice()
        for name, box in (("purpose", self._purpose), ("language", self._language)):
            box.name(f"complaint_letter_{name}")
            box.edited.connect(self._chosen)
        self._purpose.setAccessibleName(tr("Kind of letter"))
        self._language.setAccessibleName(tr("Language of the letter"))
        self._copy = KeyButton(tr("Copy"))
        self._copy.setObjectName("complaint_letter_copy")
        self._print = KeyButton(tr("Save as PDF…"))
        self._print.setObjectName("complaint_letter_pdf")
        for medium, button in (("copied", self._copy), ("pdf", self._print)):
            button.clicked.connect(lambda _=False, medium=medium: self.leaving.emit(medium))
        for widget in (self._purpose, self._language, self._copy, self._print):
            row.addWidget(widget)
        row.addStretch(1)
        self._note = NoteInput(9)
        self._note.name("complaint_letter")
        self._note.edited.connect(self._typed)
        self.field = Field(tr("Letter, to be sent by you"), self._note)
        column.addWidget(self.field)
        column.addLayout(row)
        self._said = label("", "small", wrap=True)
        column.addWidget(self._said)

    def show_letter(self, complaint: Complaint, purposes: Sequence[Purpose]) -> None:
        """Prepare the first of these letters; without any the box is hidden."""
        self.setVisible(bool(purposes))
        self.letter = None
        if not purposes:
            return
        self._complaint = complaint
        self._quiet = True
        self._prepared = self._note.text()  # nothing of another complaint stays
        self._purpose.offer(purposes, [purpose(each) for each in purposes])
        self._purpose.show_text(purposes[0])
        self._purpose.setVisible(len(purposes) > 1)
        self._offer_languages(self._complaints.intake.language(complaint.verbatim))
        self._quiet = False
        self.field.clear_error()
        self._prepare()

    def update_complaint(self, complaint: Complaint) -> None:
        """Prepare it again from what is typed beside it, unless a person changed it."""
        self._complaint = complaint
        if self.letter is not None:
            self._prepare()

    def text(self) -> str:
        """Return the letter as it stands."""
        return self._note.text()

    def typed(self) -> str:
        """Return the letter when a person changed it, else ""."""
        return "" if self.letter is None or self.text() == self._prepared else self.text()

    def restore(self, text: str) -> None:
        """Show what a person had written."""
        if text and self.letter is not None:
            self._note.show_text(text)

    def show_problem(self, words: str) -> None:
        """Say why it cannot leave."""
        self.field.set_error(words)

    def say_left(self, medium: str) -> None:
        """Say that the letter left, and that it is the person who sends it."""
        copied = tr("Copied. Send it, then record that here.")
        self._said.setText(copied if medium == "copied" else tr("Saved. Send it, then record it."))

    def _offer_languages(self, wanted: str) -> None:
        from babel import Locale

        known = Locale.parse(locale()).languages
        codes = self._complaints.replies.languages(self._purpose_now())
        self._language.offer(codes, [known.get(code, code) for code in codes])
        self._language.show_text(wanted if wanted in codes else codes[0])
        self._language.setVisible(len(codes) > 1)

    def _purpose_now(self) -> Purpose:
        chosen: Purpose = self._purpose.text()  # type: ignore[assignment]
        return chosen

    def _chosen(self) -> None:
        if self._quiet or not self._purpose.text() or not self._language.text():
            return
        self._quiet = True
        self._offer_languages(self._language.text())
        self._quiet = False
        self._prepare()

    def _prepare(self) -> None:
        untouched = self.text() == self._prepared
        letter = self._complaints.replies.prepare(
            self._complaint, self._purpose_now(), self._language.text()
        )
        self.letter = letter
        if untouched:
            self._prepared = letter.body
            self._quiet = True
            self._note.show_text(letter.body)
            self._quiet = False
        self._say()

    def _typed(self) -> None:
        if not self._quiet:
            self.field.clear_error()
            self._say()
            self.edited.emit()

    def _say(self) -> None:
        letter = self.letter
        if letter is None:
            return
        said = [tr("Subject: {subject}", subject=letter.subject)]
        if "…" in self.text():
            said.append(tr("Fill what is marked with …"))
        promised = self._complaints.replies.warnings(self.text(), letter.language)
        if promised and letter.purpose in TO_CALLER:
            said.append(tr("Promises too much: {words}", words=", ".join(promised)))
        self._said.setText(" · ".join(said))
