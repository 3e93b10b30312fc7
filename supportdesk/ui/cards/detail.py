"""One card: drawn, its state and age, what can be done, where it is, what was done here."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain import cards
from supportdesk.domain.declines import Texts
from supportdesk.domain.records import Card, Cardholder, Seen, Shipping, Token
from supportdesk.store.journal import Entry
from supportdesk.ui import text, theme, words
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.cards import history as journal
from supportdesk.ui.cards.face import CardFace
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, frame, scroll

_AGE_MS = 5_000


class CardDetail(QWidget):
    """The card in focus.

    Signals:
        freeze, unfreeze, lost, replace: id of the card, the button of that name.
        reread: ask Stripe again.

    Attributes:
        activity: purchases with this card.
    """

    freeze = Signal(str)
    unfreeze = Signal(str)
    lost = Signal(str)
    replace = Signal(str)
    reread = Signal()

    def __init__(self, programme: str, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._programme = programme
        self._shown: object = None
        self._read_at = 0.0
        self._reading = False
        self._steps: QWidget | None = None
        self._busy: set[str] = set()  # cards with a step under way
        self._card: Card | None = None
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(px(0.6))
        self._panel = Panel()
        again = KeyButton(tr("Read again"), "F5")
        again.setObjectName("detail_reread")
        again.clicked.connect(self.reread)
        self._panel.add_action(again)
        self.activity = ActivityPanel(texts, tr("Activity of this card"), "")
        self.activity.setMinimumWidth(px(15))
        columns.addWidget(self._panel, 6)
        columns.addWidget(self.activity, 5)
        self._inner = QWidget()
        self._panel.body.addWidget(scroll(self._inner), 1)
        self._layout = QVBoxLayout(self._inner)
        self._layout.setContentsMargins(px(0.9), px(0.8), px(0.9), px(0.8))
        self._layout.setSpacing(px(0.8))
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._show_age)
        self._clock.start(_AGE_MS)

    def set_programme(self, name: str) -> None:
        """Draw the card with another name of the programme."""
        self._programme = name
        for face in self._inner.findChildren(CardFace):
            face.set_programme(name)

    def set_busy(self, card_id: str, busy: bool) -> None:
        """Offer no step with a card while one is under way."""
        (self._busy.add if busy else self._busy.discard)(card_id)
        self._allow_steps()

    def _allow_steps(self) -> None:
        if (steps := self._steps) is None or self._card is None:
            return
        busy = self._card.id in self._busy
        if busy and (at := QApplication.focusWidget()) and steps.isAncestorOf(at):
            self.activity.list.setFocus()  # or the keyboard would go to whatever comes next
        steps.setEnabled(not busy)

    def set_reading(self, reading: bool) -> None:
        """Say that Stripe is being asked."""
        self._reading = reading
        self._show_age()

    def _show_age(self) -> None:
        if isinstance(card := self._card, Card):
            name = words.card_name(card)
            age = time.time() - self._read_at
            self._panel.set_title(name, words.source(age, reading=self._reading))

    def show_card(
        self,
        seen: Seen[Card],
        cardholder: Cardholder,
        tokens: Sequence[Token],
        history: Sequence[Entry],
        others: Sequence[Card],
    ) -> None:
        """Show a card with everything known about it."""
        card = self._card = seen.record
        self._read_at = seen.read_at
        self._show_age()
        chain = _chain(card, others)
        shown = (card, cardholder, tuple(tokens), tuple(history), chain)
        if shown == self._shown:
            return  # nothing that a person is about to click or reads is built anew
        self._shown = shown
        had_focus = self._has_keyboard()
        while (item := self._layout.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        parts: list[QWidget | None] = [
            self._warning(card),
            self._top(card, cardholder, journal.frozen_here(card, history)),
            self._shipment(card.shipping),
            _section(tr("Limits"), _limits(card, cardholder)),
            _section(tr("Wallets"), [words.wallet(token) for token in tokens]),
            _section(tr("Chain of cards"), chain),
            _history(history),
        ]
        for part in parts:
            if part is not None:
                self._layout.addWidget(part)
        self._layout.addStretch(1)
        if had_focus:
            self.start_focus()

    def start_focus(self) -> None:
        """Put the keyboard to the card's first step, or to its purchases."""
        buttons = (b for b in self._inner.findChildren(KeyButton) if not b.isHidden())
        first = next((button for button in buttons if button.isEnabled()), None)
        (first or self.activity.list).setFocus()

    def _has_keyboard(self) -> bool:
        keyboard = QApplication.focusWidget()
        return keyboard is not None and self._inner.isAncestorOf(keyboard)

    def _warning(self, card: Card) -> QWidget | None:
        if not card.fraud_warning:
            return None
        since = f" ({text.when(card.fraud_warning_at)})" if card.fraud_warning_at else ""
        return Banner(
            words.fraud_warning(card.fraud_warning) + since,
            "bad",
            detail=tr("Stripe advises to cancel the card and issue a new one."),
        )

    def _top(self, card: Card, cardholder: Cardholder, frozen: str) -> QWidget:
        px = theme.current.measures.px
        box = QWidget()
        outer = QVBoxLayout(box)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(px(0.6))
        row = QHBoxLayout()
        row.setSpacing(px(1))
        row.addWidget(CardFace(card, self._programme), 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(px(0.4))
        chips = QWidget()
        flow = FlowLayout(chips)
        flow.addWidget(Chip(*words.card_state(card)))
        if cards.expires_soon(card, text.today()):
            flow.addWidget(Chip(tr("expires {date}", date=words.card_expiry(card)), "warn"))
        side.addWidget(chips)
        what = [card.brand, words.card_type(card), card.currency.upper()]
        side.addWidget(label(" · ".join(part for part in what if part), "muted", wrap=True))
        if card.status == "inactive":
            unsaid = tr("Stripe does not tell frozen from never activated.")
            side.addWidget(label(frozen or unsaid, "small", wrap=True))
        side.addStretch(1)
        row.addLayout(side, 1)
        outer.addLayout(row)
        self._steps = self._actions(card, cardholder)
        self._allow_steps()
        outer.addWidget(self._steps)
        return box

    def _actions(self, card: Card, cardholder: Cardholder) -> QWidget:
        box = QWidget()
        flow = FlowLayout(box)

        def add(name: str, button: KeyButton, signal: object, verdict: cards.Verdict) -> None:
            button.setObjectName(name)
            button.setEnabled(verdict.allowed)
            button.setToolTip(verdict.why)
            if verdict.why:
                button.setAccessibleDescription(verdict.why)
            button.clicked.connect(lambda: signal.emit(card.id))  # type: ignore[attr-defined]
            flow.addWidget(button)

        on = cards.may_activate(card, cardholder)
        if cards.may_freeze(card).allowed:
            add("detail_freeze", KeyButton(tr("Freeze"), "F", "primary"), self.freeze, cards.YES)
        elif card.status == "inactive":
            add("detail_unfreeze", KeyButton(tr("Switch on"), "F", "primary"), self.unfreeze, on)
        reasons = {r: cards.may_replace(card, r) for r in cards.REPLACE_REASONS}
        open_reasons = [r for r, verdict in reasons.items() if verdict.allowed]
        ends = any(r in cards.CANCEL_REASONS for r in open_reasons)
        if ends or cards.may_cancel(card).allowed:
            add("detail_lost", KeyButton(tr("Lost / stolen"), "L", "danger"), self.lost, cards.YES)
        if any(r not in cards.CANCEL_REASONS for r in open_reasons):
            add("detail_replace", KeyButton(tr("Replace"), "R"), self.replace, cards.YES)
        if not open_reasons:
            flow.addWidget(label(reasons["damaged"].why, "muted"))
        if card.status == "inactive" and on.why:
            flow.addWidget(label(on.why, "muted"))
        return box

    def _shipment(self, shipping: Shipping | None) -> QWidget | None:
        if shipping is None or not shipping.status:
            return None
        box, layout = _box(tr("Shipment"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current.measures.px(0.8))
        said, tone = words.shipment_state(shipping.status)
        top = QHBoxLayout()
        top.addWidget(Chip(said, tone))
        top.addWidget(label(words.delivery_service(shipping.service), "muted"))
        top.addStretch(1)
        layout.addLayout(top)
        rows = [
            (tr("To"), " · ".join([shipping.name, *words.address_lines(shipping.address)])),
            (tr("Carrier"), shipping.carrier.replace("_", " ").upper()),
            (tr("Tracking"), shipping.tracking_number),
            (tr("Expected"), text.when(shipping.eta) if shipping.eta else ""),
            (tr("Sent"), text.when(shipping.shipped_at) if shipping.shipped_at else ""),
            (tr("Delivered"), text.when(shipping.delivered_at) if shipping.delivered_at else ""),
            (tr("Address check"), words.address_check(shipping.validation_result)),
        ]
        for at, (name, value) in enumerate((n, v) for n, v in rows if v):
            grid.addWidget(label(name, "muted"), at, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(shown, at, 1)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        return box


def _box(title: str) -> tuple[QWidget, QVBoxLayout]:
    px = theme.current.measures.px
    box = frame("inset")
    layout = QVBoxLayout(box)
    layout.setContentsMargins(px(0.7), px(0.55), px(0.7), px(0.55))
    layout.setSpacing(px(0.25))
    layout.addWidget(label(title, "heading"))
    return box, layout


def _section(title: str, lines: Sequence[str]) -> QWidget | None:
    if not lines:
        return None
    box, layout = _box(title)
    for line in lines:
        layout.addWidget(label(line, wrap=True))
    return box


def _history(history: Sequence[Entry]) -> QWidget | None:
    if not history:
        return None
    box, layout = _box(tr("Done at this desk"))
    for entry in history:
        line = label(journal.told(entry), wrap=True)
        line.setToolTip(journal.whole(entry))
        line.setAccessibleDescription(journal.whole(entry))
        layout.addWidget(line)
    return box


def _limits(card: Card, cardholder: Cardholder) -> list[str]:
    said = []
    for controls, whose in (
        (card.spending_controls, ""),
        (cardholder.spending_controls, tr(" (all cards of this person)")),
    ):
        currency = controls.limits_currency or card.currency
        said += [words.limit(item, currency) + whose for item in controls.limits]
        for names, sentence in (
            (controls.allowed_categories, tr("Only: {names}")),
            (controls.blocked_categories, tr("Not: {names}")),
            (controls.allowed_merchant_countries, tr("Only shops in: {names}")),
            (controls.blocked_merchant_countries, tr("No shops in: {names}")),
            (controls.allowed_card_presences, tr("Only: {names}")),
            (controls.blocked_card_presences, tr("Not: {names}")),
        ):
            if names:
                told = ", ".join(
                    words.country(name) if len(name) == 2 else name.replace("_", " ")
                    for name in names
                )
                said.append(sentence.format(names=told) + whose)
    return said


def _chain(card: Card, others: Sequence[Card]) -> tuple[str, ...]:
    known = {other.id: other for other in others}
    said = []
    if card.replacement_for:
        old = known.get(card.replacement_for)
        name = words.card_name(old) if old else card.replacement_for
        reason = card.replacement_reason.replace("_", " ")
        said.append(tr("Replaces {card} ({reason})", card=name, reason=reason))
    if card.replaced_by:
        new = known.get(card.replaced_by)
        name = words.card_name(new) if new else card.replaced_by
        said.append(tr("Replaced by {card}", card=name))
    return tuple(said)
