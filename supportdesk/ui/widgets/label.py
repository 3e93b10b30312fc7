"""Texts: titles, muted notes, and labels that shorten themselves instead of being cut off."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from supportdesk.ui import theme


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Make a plain-text label; roles: title, heading, strong, muted, small, label, error."""
    made = QLabel(text)
    # Texts from Stripe and from callers must never be read as markup.
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if role:
        theme.mark(made, role=role)
    return made


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where there is no room; the tooltip has it whole.

    Attributes:
        short: what to say instead where there is no room for all of it; "" for nothing shorter.
        least: the width, in lines of text, that it keeps if it has that much to say.
    """

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.short = ""
        self.least = 3.0
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            theme.mark(self, role=role)

    def minimumSizeHint(self) -> QSize:
        """Return the size of what it keeps."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), theme.current.measures.px(self.least)), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        room = self.contentsRect()
        elide = Qt.TextElideMode.ElideRight
        whole = self.fontMetrics().horizontalAdvance(self.text()) <= room.width()
        words = self.text() if whole or not self.short else self.short
        shown = self.fontMetrics().elidedText(words, elide, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(room, self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
