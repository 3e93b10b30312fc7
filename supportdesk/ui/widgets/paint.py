"""Drawing shared by lists and tables."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from supportdesk.ui import theme
from supportdesk.ui.palette import Tone, ground_of, ink_of


def chip_font() -> QFont:
    """Return the font of chips."""
    return theme.font(0.84, bold=True)


def chip_width(text: str) -> int:
    """Return how wide a chip with `text` is, in device-independent pixels."""
    return QFontMetrics(chip_font()).horizontalAdvance(text) + 2 * theme.current.measures.px(0.45)


def chip(painter: QPainter, at: QPoint, height: int, room: int, text: str, tone: Tone) -> int:
    """Draw a chip at the left of a line of `height`, at most `room` wide; return its width."""
    px = theme.current.measures.px
    width = min(chip_width(text), room)
    tall = round(QFontMetrics(chip_font()).height() + px(0.12))
    box = QRect(at.x(), at.y() + (height - tall) // 2, width, tall)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(ground_of(tone)))
    painter.drawRoundedRect(box, px(0.5), px(0.5))
    painter.setPen(theme.colour(ink_of(tone)))
    painter.setFont(chip_font())
    inner = box.adjusted(px(0.3), 0, -px(0.3), 0)
    words = QFontMetrics(chip_font()).elidedText(
        text, Qt.TextElideMode.ElideRight, inner.width() + px(0.3)
    )
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
    return width


def line(
    painter: QPainter, box: QRect, text: str, ink: str, font: QFont, *, right: bool = False
) -> None:
    """Draw one line of text, shortened with an ellipsis where it does not fit."""
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    metrics = QFontMetrics(font)
    words = text
    if metrics.horizontalAdvance(text) > box.width():
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)


def row_ground(painter: QPainter, box: QRect, *, selected: bool, focused: bool, tint: str) -> None:
    """Draw a row's background; the selected one has a bar at its left as well as a tint."""
    painter.fillRect(box, theme.colour("selected" if selected else tint or "panel"))
    if selected:
        width = theme.current.measures.px(0.18) if focused else theme.current.measures.px(0.1)
        painter.fillRect(QRect(box.x(), box.y(), width, box.height()), theme.colour("accent"))
    below = QRect(box.x(), box.bottom(), box.width(), 1)
    painter.fillRect(below, theme.colour("line"))
