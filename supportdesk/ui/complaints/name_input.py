"""An agent's name: those known from the log are offered, another can be typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter

from supportdesk.domain.complaint_check import SHORT
from supportdesk.ui.text import tr


class NameInput(QComboBox):
    """A line for a name with the names known behind its arrow and while typing."""

    edited = QtSignal()

    def __init__(self, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(7)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        line = self.lineEdit()
        assert line is not None
        line.setMaxLength(SHORT)
        line.setPlaceholderText(tr("Choose or type a name"))
        self.offer(names)
        self.editTextChanged.connect(self.edited)

    def offer(self, names: Sequence[str]) -> None:
        """Offer other names; what is typed stays."""
        if list(names) == [self.itemText(at) for at in range(self.count())]:
            return  # whoever is choosing is not disturbed
        typed, blocked = self.currentText(), self.blockSignals(True)
        self.clear()
        self.addItems(list(names))
        self.setCurrentIndex(-1)
        self.setEditText(typed)
        self.blockSignals(blocked)
        completer = QCompleter(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)

    def text(self) -> str:
        """Return the name."""
        return self.currentText()

    def show_text(self, text: str) -> None:
        """Show a name."""
        if text != self.currentText():
            self.setEditText(text)

    def problem(self) -> str:
        """Nothing that is not checked with the whole complaint."""
        return ""

    def name(self, name: str) -> None:
        """Name the line inside, and after it the box with the arrow."""
        line = self.lineEdit()
        assert line is not None
        line.setObjectName(name)
        line.setAccessibleName(self.accessibleName())  # it is the line that has the keyboard
        self.setObjectName(f"{name}_names")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form, not the value (Qt's interface)."""
        event.ignore()
