"""Small signs: status chips, the mode badge, key caps, dots and rows that wrap."""

from __future__ import annotations

import sys

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QSizePolicy, QWidget

from supportdesk.ui import theme
from supportdesk.ui.palette import Tone


class Chip(QLabel):
    """A word in a rounded field; the tone only supports the word."""

    def __init__(self, text: str = "", tone: Tone = "neutral", parent: QWidget | None = None):
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        theme.mark(self, role="chip", tone=tone)
        self.set(text, tone)

    def set(self, text: str, tone: Tone) -> None:
        """Show another word; an empty one hides the chip."""
        self.setText(text)
        theme.mark(self, tone=tone)
        self.updateGeometry()
        if not text or self.parent() is not None:
            self.setVisible(bool(text))


class ModeBadge(QLabel):
    """PRACTICE, SANDBOX or LIVE: always a word, never only a colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.mark(self, role="mode")

    def set(self, mode: str, text: str) -> None:
        """Show a mode; hidden while it is "", not known yet."""
        self.setText(text)
        theme.mark(self, mode=mode)
        self.setVisible(bool(mode))


def key_text(sequence: str) -> str:
    """Write a shortcut as on a key cap: "Ctrl+Return" is "Ctrl ↵" (macOS "⌘↵")."""
    text = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
    for word, sign in (("Return", "↵"), ("Enter", "↵"), ("Escape", "Esc")):
        text = text.replace(word, sign)
    return text if sys.platform == "darwin" or len(text) == 1 else text.replace("+", " ")


class KeyHint(QLabel):
    """A key cap that reminds of a shortcut; decoration for the eye, not for a screen reader."""

    def __init__(self, sequence: str, parent: QWidget | None = None) -> None:
        super().__init__(key_text(sequence), parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.mark(self, role="key")


class StatusDot(QWidget):
    """A coloured dot; the words beside it say the same."""

    def __init__(self, tone: str = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        size = theme.current.measures.px(0.5)
        self.setFixedSize(size, size)
        theme.current.changed.connect(self.update)

    def set_tone(self, tone: str) -> None:
        """Change the colour: good, warn, bad or neutral."""
        self._tone = tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        name = f"dot_{self._tone}" if self._tone in ("good", "warn", "bad") else "muted"
        painter.setBrush(theme.colour(name))
        painter.drawEllipse(self.rect())


class FlowLayout(QLayout):
    """Puts its items in rows and starts a new row where one would be cut off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.current.measures.px(0.4))

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item (Qt's interface)."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are (Qt's interface)."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item or None (Qt's interface)."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Hand an item back (Qt's interface)."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Rows depend on the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height all rows need at `width` pixels."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of one long row."""
        hints = [item.sizeHint() for item in self._shown()]
        gaps = self.spacing() * max(0, len(hints) - 1)
        return QSize(sum(h.width() for h in hints) + gaps, max([h.height() for h in hints] or [0]))

    def minimumSize(self) -> QSize:
        """Return the size of the largest item."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, move: bool) -> int:
        at, row_height = QPoint(rect.topLeft()), 0
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(rect.width(), item.sizeHint().height()))
            if at.x() > rect.x() and at.x() + size.width() > rect.right() + 1:
                at = QPoint(rect.x(), at.y() + row_height + self.spacing())
                row_height = 0
            if move:
                item.setGeometry(QRect(at, size))
            at.setX(at.x() + size.width() + self.spacing())
            row_height = max(row_height, size.height())
        return at.y() + row_height - rect.y()
