"""An input with its label above and its message below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from supportdesk.domain.privacy import mask
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.card_guard import card_problem, mask_words
from supportdesk.ui.widgets.label import label


class Field(QWidget):
    """Label, editor, hint; `set_error` says under the input what is wrong with it.

    Attributes:
        editor: the input.
    """

    def __init__(
        self,
        name: str,
        editor: QWidget,
        hint: str = "",
        *,
        required: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.editor = editor
        self._name = name
        self._hint = hint
        self._error = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(0.2))
        top = QHBoxLayout()
        top.setSpacing(px(0.3))
        shown = tr("{name} · required", name=name) if required else name
        self._label = label(shown, "label")
        self._label.setBuddy(editor)
        self._side = label("", "small")
        top.addWidget(self._label)
        top.addWidget(self._side)
        top.addStretch(1)
        layout.addLayout(top)
        layout.addWidget(editor)
        self._message = label(hint, "small", wrap=True)
        layout.addWidget(self._message)
        self._message.setVisible(bool(hint))  # before it has a parent it would be a window
        self._mask: KeyButton | None = None
        layout.addStretch(1)
        self._name_editor(shown)

    def _name_editor(self, name: str) -> None:
        for widget in {self.editor, self.editor.focusProxy() or self.editor}:
            if not widget.accessibleName():
                widget.setAccessibleName(name)
            widget.setAccessibleDescription(self._hint)

    def hide_label(self) -> None:
        """Show the input without the line above it; a screen reader still says its name."""
        self._label.setVisible(False)
        self._side.setVisible(False)

    def set_side(self, text: str) -> None:
        """Write beside the label, for example how many characters are used."""
        self._side.setText(text)

    def side(self) -> QLabel:
        """Return the label beside the name."""
        return self._side

    def error(self) -> str:
        """Return what is said to be wrong, "" when nothing is."""
        return self._error

    def set_hint(self, text: str) -> None:
        """Change the words under the input that help to fill it."""
        self._hint = text
        if not self._error:
            self._say(text, "small", invalid=False)

    def set_error(self, text: str) -> None:
        """Say under the input what is wrong; "" is the same as clear_error()."""
        if not text:
            self.clear_error()
            return
        changed = text != self._error
        self._error = text
        self._say(text, "error", invalid=True)
        if changed:
            event = QAccessibleEvent(self._message, QAccessible.Event.Alert)
            QAccessible.updateAccessibility(event)

    def clear_error(self) -> None:
        """Show the hint again."""
        self._error = ""
        self._say(self._hint, "small", invalid=False)

    def _offer_mask(self, invalid: bool) -> None:
        """Offer to mask card data in a one-line input; longer texts have their own offer."""
        text = self.editor.text() if isinstance(self.editor, QLineEdit) else ""
        offered = invalid and bool(card_problem(text))
        if offered and self._mask is None:
            self._mask = KeyButton("")
            self._mask.clicked.connect(self.mask_numbers)
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            after = column.indexOf(self._message) + 1
            column.insertWidget(after, self._mask, 0, Qt.AlignmentFlag.AlignLeft)
        if self._mask is not None:
            self._mask.setText(mask_words(text))
            self._mask.setVisible(offered)

    def mask_numbers(self) -> None:
        """Leave of card data only the last four digits; undo does not bring it back."""
        if isinstance(self.editor, QLineEdit):
            self.editor.setText(mask(self.editor.text()))
            self.clear_error()
            self.editor.setFocus()

    def _say(self, text: str, role: str, *, invalid: bool) -> None:
        self._message.setText(text)
        self._message.setVisible(bool(text))
        theme.mark(self._message, role=role)
        self._offer_mask(invalid)
        for widget in {self.editor, self.editor.focusProxy() or self.editor}:
            theme.mark(widget, invalid=invalid)
            widget.setAccessibleDescription(text)
