"""Buttons that show their key, and rows of choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.chip import FlowLayout, key_text

Kind = Literal["plain", "primary", "danger", "link", "tab", "segment"]

MAIN_KEY = "Ctrl+Return"  # presses the main button of the form in front


def is_main_key(event: QKeyEvent) -> bool:
    """Whether it is Ctrl+Enter, on whichever of the two keys: what lists and texts leave alone."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class KeyButton(QPushButton):
    """A button with its shortcut drawn as a key cap.

    A single letter works only when no text field has the focus: text fields take it first.

    Attributes:
        main: whether it is the main button of a form.
    """

    def __init__(
        self, text: str, shortcut: str = "", kind: Kind = "plain", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._cap = key_text(shortcut) if shortcut else ""
        self.main = shortcut == MAIN_KEY
        self._reserve = 0  # pixels kept free at the right for who draws more
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.mark(self, kind=kind)
        self.setText(text)
        if shortcut:
            self._listen(shortcut)

    def _listen(self, shortcut: str) -> None:
        # A button's own shortcut waits 100 ms, and is forgotten with the next text.
        keys = QShortcut(QKeySequence(shortcut), self)
        keys.setAutoRepeat(False)
        keys.activated.connect(self.click)
        keys.activatedAmbiguously.connect(self.setFocus)
        self.setAccessibleDescription(tr("Key: {key}", key=self._cap))

    def setText(self, text: str) -> None:
        """Change the text; an ampersand stays one."""
        super().setText(text.replace("&", "&&"))
        self._words = text
        self.setAccessibleName(text)

    def set_kind(self, kind: Kind) -> None:
        """Change how it is dressed."""
        theme.mark(self, kind=kind)

    def _cap_font_width(self) -> int:
        if not self._cap:
            return 0
        px = theme.current.measures.px
        self._cap_font = theme.font(0.8)
        width = QFontMetrics(self._cap_font).horizontalAdvance(self._cap)
        return max(width + px(0.5), px(0.9))

    def sizeHint(self) -> QSize:
        """Return the room for text and key cap."""
        hint = super().sizeHint()
        cap = self._cap_font_width()
        return QSize(
            hint.width() + (cap + theme.current.measures.px(0.35) if cap else 0) + self._reserve,
            hint.height(),
        )

    def minimumSizeHint(self) -> QSize:
        """Text is never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button as the style does, then move the text to make room for the cap."""
        if not self._cap:
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        text = option.text
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        option.text = text
        cap, gap = self._cap_font_width(), theme.current.measures.px(0.35)
        inner = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        width = self.fontMetrics().horizontalAdvance(self._words)
        spare = inner.width() - self._reserve - width - gap - cap
        left = inner.x() + max(0, spare // 2)
        option.rect = QRect(left, self.rect().y(), width + 2, self.rect().height())
        ink = self._ink()
        painter.setPen(theme.colour(ink))
        painter.setFont(self.font())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(option.rect, flags, self._words)
        self._draw_cap(painter, left + width + gap, cap, ink)

    def _ink(self) -> str:
        filled = self.property("kind") in ("primary", "danger")
        if not self.isEnabled():
            return "muted" if filled else "faint"
        if self.property("kind") == "tab":
            return "link" if self.isChecked() else "muted"
        return "on_fill" if filled or (self.isCheckable() and self.isChecked()) else "text"

    def _draw_cap(self, painter: QPainter, left: int, width: int, ink: str) -> None:
        px = theme.current.measures.px
        height = px(0.86)
        box = QRect(left, (self.height() - height) // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on_fill = ink == "on_fill"
        painter.setPen(theme.colour("on_fill" if on_fill else "edge"))
        painter.setBrush(theme.colour("on_fill" if on_fill else "header"))
        painter.drawRoundedRect(box, px(0.2), px(0.2))
        kind = "danger" if self.property("kind") == "danger" else "accent"
        painter.setPen(theme.colour(kind if on_fill else "muted" if self.isEnabled() else "faint"))
        painter.setFont(self._cap_font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._cap)


class Segmented(QWidget):
    """One of a few values, all of them in view; arrow keys move between them.

    With `keys` the figures 1 to 9 choose as well.

    Signals:
        changed: the value that was chosen by the person.
    """

    changed = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        name: str = "",
        *,
        wrap: bool = False,
        keys: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        layout = FlowLayout(self) if wrap else QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.current.measures.px(0.4))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, KeyButton] = {}
        for place, (value, text) in enumerate(choices, 1):
            button = KeyButton(text, str(place) if keys and place < 10 else "", "segment")
            button.setCheckable(True)
            button.setProperty("value", value)
            self._group.addButton(button)
            self._buttons[value] = button
            layout.addWidget(button)
        if isinstance(layout, QHBoxLayout):
            layout.addStretch(1)
        self._group.buttonClicked.connect(self._clicked)
        if choices:
            self.setFocusProxy(self._buttons[choices[0][0]])

    def _clicked(self) -> None:
        self.changed.emit(self.value())

    def value(self) -> str:
        """Return the value chosen, "" when none is."""
        button = self._group.checkedButton()
        return str(button.property("value")) if button is not None else ""

    def set_value(self, value: str) -> None:
        """Choose without telling; an unknown value chooses none."""
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known == value)
        self._group.setExclusive(True)
        if value in self._buttons:
            self.setFocusProxy(self._buttons[value])
        self._keep_reachable()

    def set_text(self, value: str, text: str) -> None:
        """Rename a choice, for example with a count."""
        self._buttons[value].setText(text)

    def set_allowed(self, value: str, allowed: bool, why: str = "") -> None:
        """Allow a choice or not; `why` is said in its tooltip."""
        self._buttons[value].setEnabled(allowed)
        self._buttons[value].setToolTip("" if allowed else why)
        self._buttons[value].setAccessibleDescription("" if allowed else why)
        self._keep_reachable()

    def _keep_reachable(self) -> None:
        """Let Tab in where the value chosen is not allowed any more: Qt stops only at that one."""
        chosen = self._group.checkedButton()
        # Each by itself: for a while the whole row may be switched off.
        free = next((button for button in self._buttons.values() if button.isEnabledTo(self)), None)
        if chosen is not None and not chosen.isEnabledTo(self) and free is not None:
            free.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setFocusProxy(free)
