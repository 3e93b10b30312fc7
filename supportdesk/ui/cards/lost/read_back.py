"""What is read to the caller at the end, and the proof that they told us."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QWidget

from supportdesk.domain.lost import Report, kept_until
from supportdesk.domain.lost_texts import Texts
from supportdesk.ui import text, theme
from supportdesk.ui.cards.lost.page import StepPage, in_a_row
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label


class ReadBackPage(StepPage):
    """The last step; it can be shown again as long as the proof can be asked for.

    Signals:
        language: the code of the language that was chosen.
        proof: make the proof of notification.
    """

    language = Signal(str)
    proof = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = label("", "title")
        self._number.setObjectName("lost_number")
        self._kept = label("", "muted", wrap=True)
        self.column.addWidget(self._number)
        self.column.addWidget(self._kept)
        self._language = QComboBox()
        self._language.setObjectName("lost_language")
        for code, words in texts.languages.items():
            self._language.addItem(words.title, code)
        self._language.activated.connect(
            lambda _at: self.language.emit(str(self._language.currentData()))
        )
        self.text = QPlainTextEdit()
        self.text.setObjectName("lost_text")
        self.text.setReadOnly(True)
        theme.mark(self.text, role="reading")  # it is read aloud
        self.text.setTabChangesFocus(True)
        self._language.setMinimumContentsLength(16)
        self.column.addLayout(in_a_row([Field(tr("Read it to them in"), self._language)]))
        self.text.setAccessibleName(tr("What is read to the caller"))
        self.column.addWidget(self.text, 1)
        self._copied = label("", "muted")
        self._copied.setObjectName("lost_copied")
        copy = KeyButton(tr("Copy the text"), "Ctrl+Shift+C")
        copy.setObjectName("lost_copy")
        copy.clicked.connect(self._copy)
        proof = KeyButton(tr("Proof as PDF…"), "Ctrl+E")
        proof.setObjectName("lost_proof")
        proof.clicked.connect(self.proof)
        row = QHBoxLayout()
        for part in (copy, proof, self._copied):
            row.addWidget(part)
        row.addStretch(1)
        self.column.addLayout(row)

    def show_text(self, report: Report, language: str, said: str) -> None:
        """Show the text in a language."""
        self._number.setText(report.number)
        self._kept.setText(
            tr(
                "Told us {when}, taken by {agent}. The proof can be made again until {day}, from"
                " the card's page.",
                when=text.moment(report.reported_at),
                agent=report.agent,
                day=text.typed_day(kept_until(report.reported_at)),
            )
        )
        self._language.setCurrentIndex(max(0, self._language.findData(language)))
        if self.text.toPlainText() != said:
            self.text.setPlainText(said)
            self._copied.setText("")

    def say(self, words: str) -> None:
        """Say beside the buttons what was done."""
        self._copied.setText(words)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._copied.setText(tr("Copied."))

    def start_focus(self) -> None:
        """Begin with the text."""
        self.text.setFocus()
