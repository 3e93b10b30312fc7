"""The inputs of complaint forms: each has a text, can show one, and tells when it was edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from supportdesk.domain.complaint_check import EARLIEST, TYPED
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.long_text import LongText
from supportdesk.ui.widgets.money_edit import MoneyEdit

_EDGE = 2  # pixels a style keeps free around the words in a box
_TYPED = 5_000  # characters a one-line field takes; what is too long to keep is said beside it


class Editor(Protocol):
    """What a form needs of an input."""

    edited: SignalInstance

    def text(self) -> str:
        """The value as text, "" for none."""

    def show_text(self, text: str) -> None:
        """Show a value."""

    def problem(self) -> str:
        """Why the value cannot be used, "" when it can."""

    def name(self, name: str) -> None:
        """Give the input that takes the keyboard its object name."""


class LineInput(QLineEdit):
    """A short text."""

    edited = QtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setMaxLength(_TYPED)
        self.textChanged.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show a text."""
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def problem(self) -> str:
        """Nothing that is not checked with the whole complaint."""
        return ""

    def name(self, name: str) -> None:
        """Give it its object name."""
        self.setObjectName(name)


class NoteInput(LongText):
    """A long text with counter and the guard against card numbers."""

    edited = QtSignal()

    def __init__(self, lines: int = 3) -> None:
        super().__init__(TYPED, lines=lines)
        self.editor.setMaximumHeight(self.editor.minimumHeight())
        self.changed.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show a text; the cursor stays when nothing changes. What was kept so long may stay."""
        if text != self.text():
            self.limit = max(TYPED, len(text))
            super().set_text(text)

    def name(self, name: str) -> None:
        """Name the text field inside."""
        self.editor.setObjectName(name)


class DayInput(DateEdit):
    """A date as typed; never in the future."""

    edited = QtSignal()

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(earliest=EARLIEST, required=required)
        self.changed.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show what was typed."""
        if text != self.text():
            self.setText(text)

    def name(self, name: str) -> None:
        """Give it its object name."""
        self.setObjectName(name)


class AmountInput(MoneyEdit):
    """An amount as typed; empty is allowed."""

    edited = QtSignal()

    def __init__(self) -> None:
        super().__init__("eur")
        self.changed.connect(self.edited)

    def show_text(self, text: str) -> None:
        """Show what was typed."""
        if text != self.text():
            self.setText(text)

    def problem(self) -> str:
        """Why it is not an amount; nothing for an empty one."""
        return super().problem() if self.text().strip() else ""

    def name(self, name: str) -> None:
        """Give it its object name."""
        self.setObjectName(name)


class Choice(QComboBox):
    """One entry of a list that a company may change."""

    edited = QtSignal()

    def __init__(
        self, values: Sequence[str] = (), labels: Sequence[str] = (), *, none: str = ""
    ) -> None:
        super().__init__()
        self._none = none or tr("Choose…")
        self.setMinimumContentsLength(7)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.offer(values, labels)
        self.currentIndexChanged.connect(self.edited)
        self.currentTextChanged.connect(self._tell_whole)

    def offer(self, values: Sequence[str], labels: Sequence[str] = ()) -> None:
        """Offer other values; the one chosen stays when it is among them."""
        chosen = self.text()
        blocked = self.blockSignals(True)
        self.clear()
        self.addItem(self._none, "")
        for value, words in zip(values, labels or values, strict=True):
            self.addItem(words, value)
            self.setItemData(self.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(blocked)
        if self.text() != chosen:
            self.edited.emit()

    def text(self) -> str:
        """Return the value chosen, "" for none."""
        return str(self.currentData() or "")

    def show_text(self, text: str) -> None:
        """Choose a value; one that left the list is still shown."""
        if text and self.findData(text) < 0:
            self.addItem(tr("{value} (no longer offered)", value=text), text)
        self.setCurrentIndex(max(0, self.findData(text)))

    def problem(self) -> str:
        """Nothing: only offered values can be chosen."""
        return ""

    def name(self, name: str) -> None:
        """Give it its object name."""
        self.setObjectName(name)

    def shown(self) -> str:
        """Return the chosen words as they fit into the box, cut with an ellipsis."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        right = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(self.currentText(), right, room.width() - _EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box; words that do not fit end with an ellipsis (Qt's interface)."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _tell_whole(self) -> None:
        self.setToolTip(self.currentText() if self.text() else "")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the form, not the value (Qt's interface)."""
        event.ignore()


class OneOf(Segmented):
    """One of a few answers, all in view."""

    edited = QtSignal()

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__(choices, name, wrap=True)
        self.changed.connect(self.edited)

    def text(self) -> str:
        """Return the answer, "" for none."""
        return self.value()

    def show_text(self, text: str) -> None:
        """Choose an answer."""
        if text != self.value():
            self.set_value(text)
            self.edited.emit()

    def problem(self) -> str:
        """Nothing: only offered answers can be chosen."""
        return ""

    def name(self, name: str) -> None:
        """Name the row and each of its buttons: name_value."""
        self.setObjectName(name)
        for button in self.findChildren(QPushButton):
            button.setObjectName(f"{name}_{button.property('value')}")


def yes_no(name: str) -> OneOf:
    """An input for yes or no; at first neither."""
    return OneOf([("yes", tr("Yes")), ("no", tr("No"))], name)


class Several(QWidget):
    """Any number of entries of a list; as text they stand in lines."""

    edited = QtSignal()

    def __init__(
        self, values: Sequence[str], labels: Sequence[str] = (), *, flowing: bool = False
    ) -> None:
        super().__init__()
        self._words = dict(zip(values, labels, strict=True)) if labels else {}
        self._layout: QLayout = FlowLayout(self) if flowing else QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.current.measures.px(0.55 if flowing else 0.25))
        self._boxes: dict[str, QCheckBox] = {}
        self._name = ""
        for value in values:
            self._add(value)

    def _add(self, value: str) -> None:
        box = QCheckBox(self._words.get(value, value).replace("&", "&&"))
        box.toggled.connect(self.edited)
        self._boxes[value] = box
        self._layout.addWidget(box)
        if len(self._boxes) == 1:
            self.setFocusProxy(box)

    def text(self) -> str:
        """Return the entries that are ticked, one a line."""
        return "\n".join(value for value, box in self._boxes.items() if box.isChecked())

    def show_text(self, text: str) -> None:
        """Tick entries; one that left the list is still shown."""
        wanted = set(text.splitlines())
        for value in sorted(wanted - set(self._boxes)):
            self._add(value)
        for value, box in self._boxes.items():
            box.setChecked(value in wanted)
        self.name(self._name)

    def problem(self) -> str:
        """Nothing: only offered entries can be ticked."""
        return ""

    def name(self, name: str) -> None:
        """Name it and number its boxes."""
        self._name = name
        self.setObjectName(name)
        for place, box in enumerate(self._boxes.values()):
            box.setObjectName(f"{name}_{place}")
