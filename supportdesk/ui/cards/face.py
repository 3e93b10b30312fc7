"""The drawn card: brand, last four digits, expiry, frozen or dead at a glance."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from supportdesk.domain.records import Card
from supportdesk.ui import theme, words
from supportdesk.ui.text import tr

RATIO = 85.60 / 53.98  # ISO/IEC 7810 ID-1


class CardFace(QWidget):
    """Draws a card, `lines` of text wide, in the proportions of a real one."""

    def __init__(
        self, card: Card, programme: str, lines: float = 10.4, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._card = card
        self._programme = programme
        self._lines = lines
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setAccessibleName(
            tr(
                "{brand} {type} card ending {last4}, {state}, expires {expiry}",
                brand=card.brand,
                type=words.card_type(card),
                last4=card.last4,
                state=words.card_state(card)[0],
                expiry=words.card_expiry(card),
            )
        )

    def set_programme(self, name: str) -> None:
        """Print another name of the programme on it."""
        self._programme = name
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as so many lines are high, so that it grows with the system's font."""
        width = theme.current.measures.px(self._lines)
        return QSize(width, round(width / RATIO))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the colours of the scheme in force."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        self._ground(painter, area)
        ink = theme.colour("on_fill")
        painter.setPen(ink)
        pad = area.height() * 0.12
        inner = area.adjusted(pad, pad, -pad, -pad)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        kind = words.card_type(self._card)
        painter.setFont(theme.font(0.88))
        painter.drawText(inner, right | top, kind)
        used = painter.fontMetrics().horizontalAdvance(kind)
        painter.setFont(theme.font(0.95, bold=True))
        name = painter.fontMetrics().elidedText(
            self._programme, Qt.TextElideMode.ElideRight, int(inner.width() - used - pad / 2)
        )
        painter.drawText(inner, left | top, name)
        painter.drawText(inner, right | bottom, self._card.brand.upper())
        painter.setFont(theme.font(1.0))
        painter.drawText(inner, left | bottom, words.card_expiry(self._card))
        painter.setFont(theme.font(1.25))
        number = f"••••  {self._card.last4}"
        painter.drawText(inner, left | Qt.AlignmentFlag.AlignVCenter, number)
        painter.end()

    def _ground(self, painter: QPainter, area: QRectF) -> None:
        works = self._card.status == "active"
        gradient = QLinearGradient(area.topLeft(), area.bottomRight())
        gradient.setColorAt(0, theme.colour("card" if works else "card_off"))
        gradient.setColorAt(1, theme.colour("card_end" if works else "card_off_end"))
        shape = QPainterPath()
        radius = area.height() * 0.08
        shape.addRoundedRect(area, radius, radius)
        painter.fillPath(shape, gradient)
        if self._card.status == "canceled":
            # A struck-through card reads as dead without colour as well.
            painter.setClipPath(shape)
            pen = QPen(theme.colour("on_fill"), area.height() * 0.012)
            painter.setOpacity(0.45)
            painter.setPen(pen)
            painter.drawLine(QPointF(area.left(), area.bottom()), QPointF(area.right(), area.top()))
            painter.setOpacity(1.0)
            painter.setClipping(False)
