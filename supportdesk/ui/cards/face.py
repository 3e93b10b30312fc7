"""The drawn card: brand, last four digits, expiry, kind, and at a glance whether it works."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from supportdesk.domain import cards
from supportdesk.domain.records import Card
from supportdesk.services.switched import FROZEN, Off
from supportdesk.ui import text, theme, words
from supportdesk.ui.cards import off as switched
from supportdesk.ui.text import tr

RATIO = 85.60 / 53.98  # ISO/IEC 7810 ID-1
_LEAST = 8  # pixels: smaller letters are not drawn
_SMALL = 80  # pixels of height below which only what tells cards apart is drawn
_left, _right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_top, _bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom


class CardFace(QWidget):
    """Draws a card as large as the proportions of a real one allow; `lines` of text wide at best.

    Args:
        off: why it is switched off, None for a card that is not.
    """

    def __init__(
        self,
        card: Card,
        programme: str,
        lines: float = 10.4,
        off: Off | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._card = card
        self._programme = programme
        self._lines = lines
        self._off = off
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setAccessibleName(spoken(card, off))

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
        draw(painter, _fitting(QRectF(self.rect())), self._card, self._programme, self._off)
        painter.end()


def spoken(card: Card, off: Off | None) -> str:
    """The whole drawing in words, for a screen reader."""
    state = switched.said(off) or switched.chip(card, off)[0]
    return tr(
        "{brand} {type} card ending {last4}, expires {expiry}. {state}",
        brand=card.brand_name or tr("unbranded"),
        type=words.card_type(card),
        last4=card.last4,
        expiry=words.card_expiry(card),
        state=state,
    )


def draw(painter: QPainter, area: QRectF, card: Card, programme: str, off: Off | None) -> None:
    """Draw a card into an area of any size; letters follow its height.

    A very small one keeps kind, last four digits, and its expiry or why it cannot be paid with.
    """
    _ground(painter, area, card)
    painter.setPen(theme.colour("on_fill"))
    high = area.height()
    pad = high * 0.11
    inner = area.adjusted(pad, pad, -pad, -pad)
    small = high < _SMALL
    kind = words.card_type(card)
    painter.setFont(_font(high * (0.14 if small else 0.105)))
    painter.drawText(inner, _right | _top, kind)
    if not small:
        used = QFontMetricsF(painter.font()).horizontalAdvance(kind)
        room = inner.adjusted(0, 0, -used - pad / 2, 0)
        _line(painter, room, programme, high * 0.12, _left | _top)
        if card.type == "physical":
            _chip(painter, QRectF(inner.left(), area.top() + high * 0.36, high * 0.2, high * 0.15))
        painter.setFont(_font(high * 0.115, bold=True))
        painter.drawText(inner, _right | _bottom, card.brand.upper())
    number = QRectF(
        inner.left(), area.top() + high * (0.36 if small else 0.54), inner.width(), high
    )
    number.setHeight(high * (0.26 if small else 0.18))
    painter.setFont(_font(high * (0.2 if small else 0.15)))
    painter.drawText(number, _left | Qt.AlignmentFlag.AlignVCenter, f"••••  {card.last4}")
    said = stamp(card, off)
    if not small or not said:
        painter.setFont(_font(high * (0.15 if small else 0.115)))
        painter.drawText(inner, _left | _bottom, words.card_expiry(card))
    if said:
        _stamp(painter, area, said, small=small, frozen=_frozen(card, off))


def _fitting(room: QRectF) -> QRectF:
    """The largest card in the middle of a room."""
    room = room.adjusted(0.5, 0.5, -0.5, -0.5)
    width = min(room.width(), room.height() * RATIO)
    card = QRectF(0, 0, width, width / RATIO)
    card.moveCenter(room.center())
    return card


def _font(pixels: float, *, bold: bool = False) -> QFont:
    made = theme.font(bold=bold)
    made.setPixelSize(max(_LEAST, round(pixels)))
    return made


def _line(
    painter: QPainter, room: QRectF, words_: str, pixels: float, where: Qt.AlignmentFlag
) -> None:
    painter.setFont(_font(pixels, bold=True))
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(
        room, where, painter.fontMetrics().elidedText(words_, elide, int(room.width()))
    )


def _ground(painter: QPainter, area: QRectF, card: Card) -> None:
    works = card.status == "active"
    gradient = QLinearGradient(area.topLeft(), area.bottomRight())
    gradient.setColorAt(0, theme.colour("card" if works else "card_off"))
    gradient.setColorAt(1, theme.colour("card_end" if works else "card_off_end"))
    shape = QPainterPath()
    radius = area.height() * 0.08
    shape.addRoundedRect(area, radius, radius)
    painter.fillPath(shape, gradient)
    if card.type == "virtual":
        # No plastic: a dashed edge, so that the kind is seen without reading.
        pen = QPen(theme.colour("on_fill"), max(1.0, area.height() * 0.012))
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setOpacity(0.55)
        edge = area.height() * 0.04
        painter.drawRoundedRect(area.adjusted(edge, edge, -edge, -edge), radius, radius)
        painter.setOpacity(1.0)
    if card.status == "canceled":
        # A struck-through card reads as dead without colour as well.
        painter.save()
        painter.setClipPath(shape)
        painter.setOpacity(0.45)
        painter.setPen(QPen(theme.colour("on_fill"), area.height() * 0.012))
        painter.drawLine(QLineF(area.bottomLeft(), area.topRight()))
        painter.restore()


def _chip(painter: QPainter, box: QRectF) -> None:
    """The contacts of a plastic card."""
    painter.save()
    painter.setOpacity(0.8)
    painter.setPen(QPen(theme.colour("on_fill"), max(1.0, box.height() * 0.07)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, box.height() * 0.2, box.height() * 0.2)
    middle = box.center()
    painter.drawLine(QLineF(box.left(), middle.y(), box.right(), middle.y()))
    for part in (0.33, 0.67):
        x = box.left() + box.width() * part
        painter.drawLine(QLineF(x, box.top(), x, box.bottom()))
    painter.restore()


def stamp(card: Card, off: Off | None) -> str:
    """The word across a card that cannot be paid with; "" for one that can."""
    if card.status == "canceled":
        return tr("cancelled")
    last = cards.expires_on(card)
    if last is not None and last < text.today():
        return tr("expired")
    return switched.chip(card, off)[0] if card.status != "active" else ""


def _frozen(card: Card, off: Off | None) -> bool:
    return off is not None and off.kind in FROZEN and card.status == "inactive"


def _stamp(painter: QPainter, area: QRectF, said: str, *, small: bool, frozen: bool) -> None:
    high = area.height()
    painter.setFont(_font(high * (0.15 if small else 0.1), bold=True))
    metrics = QFontMetricsF(painter.font())
    flake = high * 0.13 if frozen else 0.0
    wide = metrics.horizontalAdvance(said) + high * 0.16 + flake
    tall = max(high * 0.18, metrics.height() * 1.1)
    box = QRectF(0, 0, min(wide, area.width() * (0.9 if small else 0.75)), tall)
    if small:
        box.moveBottomLeft(QPointF(area.left() + high * 0.08, area.bottom() - high * 0.06))
    else:
        box.moveTopRight(QPointF(area.right() - high * 0.11, area.top() + high * 0.34))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("on_fill"))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    ink = QColor(theme.colour("card_off"))
    if frozen:
        _flake(painter, QPointF(box.left() + high * 0.11, box.center().y()), high * 0.05, ink)
    painter.setPen(ink)
    painter.drawText(box.adjusted(flake, 0, 0, 0), Qt.AlignmentFlag.AlignCenter, said)


def _flake(painter: QPainter, middle: QPointF, arm: float, ink: QColor) -> None:
    painter.save()
    painter.setPen(QPen(ink, max(1.0, arm * 0.28)))
    painter.translate(middle)
    for _ in range(3):
        painter.drawLine(QLineF(-arm, 0, arm, 0))
        painter.rotate(60)
    painter.restore()
