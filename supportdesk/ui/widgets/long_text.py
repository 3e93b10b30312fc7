"""A text field for notes: counts, refuses what is too long, finds card data."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from supportdesk.domain.privacy import clean, mask
from supportdesk.ui import theme
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.button import KeyButton, is_main_key
from supportdesk.ui.widgets.card_guard import card_problem, mask_words
from supportdesk.ui.widgets.label import label

_SLACK = 2_000  # characters over the limit that may still be typed or pasted, to be shortened


class _Editor(QPlainTextEdit):
    """Takes clean text only, and no paste that would never fit.

    Signals:
        refused: a paste of so many characters was not taken.
    """

    refused = Signal(int)

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit
        self.setTabChangesFocus(True)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert pasted or dropped text (Qt's interface)."""
        text = source.text()
        kept = len(self.toPlainText()) - len(self.textCursor().selectedText())
        if kept + len(text) > self._limit + _SLACK:
            self.refused.emit(len(text))
            return
        self.textCursor().insertText(clean(text))
        self.ensureCursorVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Ctrl+Enter to the main button of the form."""
        if is_main_key(event):
            event.ignore()
        else:
            super().keyPressEvent(event)


class LongText(QWidget):
    """Free text of at most `limit` characters that must not hold a full card number, CVC or PIN.

    Put it into a `Field`. What was typed is never taken away: a text that is too long or holds
    card data stays and `problem()` says why it cannot be saved.

    Signals:
        changed: the text changed.
    """

    changed = Signal()

    def __init__(
        self, limit: int = 1_500, lines: int = 4, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.limit = limit
        self._refused = 0
        px = theme.current.measures.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(0.15))
        self.editor = _Editor(limit)
        self.editor.setPlaceholderText(hint)
        line = QFontMetricsF(self.editor.font()).lineSpacing()
        self.editor.setMinimumHeight(round(line * lines) + px(1))
        self.setFocusProxy(self.editor)
        layout.addWidget(self.editor, 1)
        row = QHBoxLayout()
        self._message = label("", "error", wrap=True)
        self._mask = KeyButton("")
        self._counter = label("", "small")
        row.addWidget(self._message, 1)
        row.addWidget(self._mask, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(0)
        row.addWidget(self._counter, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(row)
        self._mask.clicked.connect(self.mask_numbers)
        self.editor.textChanged.connect(self._edited)
        self.editor.refused.connect(self._too_much)
        self._show()

    def text(self) -> str:
        """Return the text, cleaned of control characters."""
        return clean(self.editor.toPlainText())

    def set_text(self, text: str) -> None:
        """Show a text, for example a draft."""
        self.editor.setPlainText(clean(text))

    def problem(self) -> str:
        """Return why the text cannot be saved, "" when it can."""
        text = self.editor.toPlainText()
        if len(text) > self.limit:
            return tr(
                "Too long by {n} characters: please shorten it.", n=number(len(text) - self.limit)
            )
        return card_problem(text)

    def mask_numbers(self) -> None:
        """Replace each full card number by its last four digits, each code by nothing."""
        masked = mask(self.editor.toPlainText())
        cursor = self.editor.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(masked)
        # Undo would bring the number back.
        self.editor.document().clearUndoRedoStacks()
        self.editor.setFocus()

    def _edited(self) -> None:
        self._refused = 0
        self._show()
        self.changed.emit()

    def _too_much(self, size: int) -> None:
        self._refused = size
        self._show()

    def _show(self) -> None:
        text = self.editor.toPlainText()
        problem = self.problem()
        if self._refused:
            problem = tr(
                "Nothing was pasted: {n} characters, at most {limit} fit here.",
                n=number(self._refused),
                limit=number(self.limit),
            )
        self._counter.setText(f"{number(len(text))} / {number(self.limit)}")
        said = self._message.text()
        self._message.setText(problem)
        self._message.setVisible(bool(problem))
        offered = len(text) <= self.limit and bool(card_problem(text))
        self._mask.setText(mask_words(text) if offered else "")
        self._mask.setVisible(offered)
        theme.mark(self.editor, invalid=bool(problem))
        self.editor.setAccessibleDescription(problem)
        if problem and problem != said:
            event = QAccessibleEvent(self._message, QAccessible.Event.Alert)
            QAccessible.updateAccessibility(event)
