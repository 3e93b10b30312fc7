"""A card in a list of few: drawn, its state in words, and the next steps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain import cards
from supportdesk.domain.records import Card, Cardholder, Token
from supportdesk.services.switched import Off
from supportdesk.ui import text, theme, words
from supportdesk.ui.cards import off as switched
from supportdesk.ui.cards.face import CardFace
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.label import ElidedLabel, label


def facts(card: Card, tokens: Sequence[Token]) -> list[str]:
    """What matters about a card, a line each: shipment, wallets."""
    said = []
    if (shipping := card.shipping) is not None and shipping.status:
        at = shipping.delivered_at or shipping.shipped_at
        day = f" · {words.on_day(at)}" if at else ""
        said.append(words.shipment_state(shipping.status)[0] + day)
    said += [words.wallet(token) for token in tokens if token.status in ("active", "suspended")][:2]
    return said


class CardSummary(QFrame):
    """One card. Only the card in focus reacts to the single-letter keys.

    Signals:
        picked: id of the card that the person put in focus.
        freeze, unfreeze: id of the card, the button of that name.
        replace: id of the card, and the usual reason for it.
    """

    picked = Signal(str)
    freeze = Signal(str)
    unfreeze = Signal(str)
    replace = Signal(str, str)

    def __init__(
        self,
        card: Card,
        cardholder: Cardholder,
        tokens: Sequence[Token],
        programme: str,
        *,
        in_focus: bool,
        off: Off | None = None,
        extra: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.card = card
        self.setObjectName(f"card_{card.id}")
        theme.mark(self, role="choice", on=in_focus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{words.card_name(card)}, {switched.chip(card, off)[0]}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(0.6), px(0.5), px(0.6), px(0.5))
        outer.setSpacing(px(0.4))
        row = QHBoxLayout()
        row.setSpacing(px(0.7))
        self._face = CardFace(card, programme, lines=9.2, off=off)
        row.addWidget(self._face, 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(px(0.2))
        top = QWidget()
        FlowLayout(top)
        self._chips(top, card, off)
        side.addWidget(top)
        if card.fraud_warning and card.status != "canceled":
            advice = tr("Stripe advises: cancel this card and issue a new one.")
            side.addWidget(label(advice, "strong", wrap=True))
        if why := switched.said(off):
            side.addWidget(label(why, "muted", wrap=True))
        for fact in facts(card, tokens):
            side.addWidget(ElidedLabel(fact, "muted"))
        for widget in extra:
            side.addWidget(widget)
        side.addStretch(1)
        row.addLayout(side, 1)
        outer.addLayout(row)
        self._steps = self._buttons(card, cardholder, off, in_focus)
        outer.addWidget(self._steps)

    def set_busy(self, busy: bool) -> None:
        """Offer no step while one is under way."""
        if busy and (at := QApplication.focusWidget()) and self._steps.isAncestorOf(at):
            self.setFocus()  # or the keyboard would go to whatever comes next
        self._steps.setEnabled(not busy)

    def set_news(self, said: str) -> None:
        """Mark what is new about the card, "" for nothing."""
        self._news.set(said, "info")

    def set_programme(self, name: str) -> None:
        """Draw the card with another name of the programme."""
        self._face.set_programme(name)

    def _chips(self, box: QWidget, card: Card, off: Off | None) -> None:
        layout = box.layout()
        assert layout is not None
        layout.addWidget(Chip(*switched.chip(card, off)))
        self._news = Chip("", "info")
        self._news.setObjectName("card_news")
        layout.addWidget(self._news)
        if card.fraud_warning:
            layout.addWidget(Chip(tr("fraud warning"), "bad"))
        if (ends := switched.ending(card)) is not None:
            layout.addWidget(Chip(*ends))

    def _buttons(
        self, card: Card, cardholder: Cardholder, off: Off | None, in_focus: bool
    ) -> QWidget:
        box = QWidget()
        layout = FlowLayout(box)
        keys = {"F": "F", "R": "R"} if in_focus else {}
        if cards.may_freeze(card).allowed:
            freeze = KeyButton(tr("Freeze"), keys.get("F", ""), "primary")
            freeze.setObjectName("card_freeze" if in_focus else "")
            freeze.clicked.connect(lambda: self.freeze.emit(card.id))
            layout.addWidget(freeze)
        elif card.status == "inactive":
            verdict = cards.may_activate(card, cardholder)
            unfreeze = KeyButton(switched.switch_on(off), keys.get("F", ""))
            unfreeze.setObjectName("card_unfreeze" if in_focus else "")
            unfreeze.setEnabled(verdict.allowed)
            unfreeze.setToolTip(verdict.why)
            if verdict.why:
                unfreeze.setAccessibleDescription(verdict.why)
            unfreeze.clicked.connect(lambda: self.unfreeze.emit(card.id))
            layout.addWidget(unfreeze)
        if any(cards.may_replace(card, reason).allowed for reason in cards.REPLACE_REASONS):
            replace = KeyButton(tr("Replace"), keys.get("R", ""))
            replace.setObjectName("card_replace" if in_focus else "")
            reason = cards.usual_reason(card, text.today())
            replace.clicked.connect(lambda: self.replace.emit(card.id, reason))
            layout.addWidget(replace)
        elif card.replaced_by:
            layout.addWidget(label(tr("replaced"), "muted"))
        return box

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click puts the card in focus."""
        self.picked.emit(self.card.id)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The tab key puts the card in focus as well."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.picked.emit(self.card.id)
