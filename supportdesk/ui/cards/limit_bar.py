"""How much of a spending limit is used: a sentence and a bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from supportdesk.domain.decline_texts import Texts
from supportdesk.domain.limit_words import basis, resets
from supportdesk.domain.limits import PER_PURCHASE, Use
from supportdesk.ui import text, theme, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label

MOST = 2  # limits of a card that are shown beside it
_NEARLY = 0.9  # part of a limit from which on the bar warns


def worth_showing(uses: Sequence[Use]) -> list[Use]:
    """Choose the limits nearest to their end; those per purchase have nothing used."""
    counted = [use for use in uses if use.limit.interval != PER_PURCHASE]
    rest = [use for use in uses if use.limit.interval == PER_PURCHASE]
    counted.sort(key=lambda use: use.left)
    return [*counted, *rest][:MOST]


def said(use: Use) -> str:
    """A limit and what is used of it, such as "€2,000.00 a month · about €1,312.40 used"."""
    limit = words.limit(use.limit, use.currency)
    if use.owner == "cardholder":
        limit = tr("{limit}, all cards", limit=limit)
    if use.limit.interval == PER_PURCHASE:
        return limit
    used = text.money(use.used, use.currency)
    about = tr("about {amount} used") if use.exact else tr("at least {amount} used")
    return f"{limit} · {about.format(amount=used)}"


class _Bar(QWidget):
    def __init__(self, part: float) -> None:
        super().__init__()
        self._part = min(1.0, max(0.0, part))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.current.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        px = theme.current.measures.px
        return QSize(px(5), max(4, px(0.28)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        round_ = whole.height() / 2
        painter.setBrush(theme.colour("border"))
        painter.drawRoundedRect(whole, round_, round_)
        if self._part > 0:
            whole.setWidth(max(whole.height(), whole.width() * self._part))
            ink = "accent" if self._part < _NEARLY else "dot_warn" if self._part < 1 else "dot_bad"
            painter.setBrush(theme.colour(ink))
            painter.drawRoundedRect(whole, round_, round_)


class LimitBar(QWidget):
    """One limit; the tooltip says what the figure rests on and when it begins anew."""

    def __init__(self, use: Use, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        words_ = said(use)
        line = label(words_, "muted", wrap=True)
        line.setObjectName("limit_words")
        column.addWidget(line)
        if use.limit.interval == PER_PURCHASE:
            return
        column.addWidget(_Bar(use.used / use.limit.amount if use.limit.amount else 1.0))
        left = tr("{amount} left", amount=text.money(use.left, use.currency))
        parts = (left, resets(use, texts, text.locale()), basis(use, texts, text.locale()))
        about = f"{words_}. {', '.join(parts[:2])}. {parts[2]}"
        self.setToolTip(about)
        self.setAccessibleName(about)
