"""One card: drawn, its state and age, what can be done, where it is, what was done here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Card, Cardholder, How, Seen, Token
from supportdesk.services.switched import Off
from supportdesk.store.journal import Entry
from supportdesk.ui import theme, words
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.cards import history as journal
from supportdesk.ui.cards import limits_view, notices
from supportdesk.ui.cards import off as switched
from supportdesk.ui.cards.chain import chain_box
from supportdesk.ui.cards.face import CardFace
from supportdesk.ui.cards.parts import box, section
from supportdesk.ui.cards.shipment import Place, shipment_box
from supportdesk.ui.cards.steps import CardSteps
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, empty, page_column, scroll

_AGE_MS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """All that is shown of a card.

    Attributes:
        history: what this desk did to it, newest first.
        others: the person's cards.
        offs: of each of their cards that is switched off, why.
        open_: whether its address may be shown.
    """

    card: Card
    cardholder: Cardholder
    tokens: tuple[Token, ...] = ()
    history: tuple[Entry, ...] = ()
    others: tuple[Card, ...] = ()
    offs: Mapping[str, Off] = field(default_factory=dict)
    open_: bool = True

    @property
    def off(self) -> Off | None:
        """Why the card is switched off, None for one that is not."""
        return self.offs.get(self.card.id)


class CardDetail(QWidget):
    """The card in focus.

    Signals:
        freeze, unfreeze, lost, replace, limits: id of the card, the button of that name.
        why: id of a card frozen from here without a reason: ask for it.
        redirect, resend: id of a card that goes to another address, or is sent again.
        picked: id of another card of its chain.
        reread: ask Stripe again.

    Args:
        place: tells where the programme stands now.

    Attributes:
        activity: purchases with this card.
    """

    freeze = Signal(str)
    unfreeze = Signal(str)
    lost = Signal(str)
    replace = Signal(str)
    limits = Signal(str)
    why = Signal(str)
    redirect = Signal(str)
    resend = Signal(str)
    picked = Signal(str)
    reread = Signal()

    def __init__(
        self,
        programme: str,
        rules: Rules,
        place: Callable[[], Place],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._programme = programme
        self._place = place
        self._shown: object = None
        self._read_at = 0.0
        self._how: How = "read"
        self._reading = False
        self._steps: list[QWidget] = []
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
        self.activity = ActivityPanel(rules, tr("Activity"))
        self.activity.setMinimumWidth(px(15))
        columns.addWidget(self._panel, 13)
        columns.addWidget(self.activity, 12)
        self._inner = QWidget()
        self._panel.body.addWidget(scroll(self._inner), 1)
        self._layout = page_column(self._inner, 0.8)
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
        if self._card is None:
            return
        busy = self._card.id in self._busy
        at = QApplication.focusWidget()
        for steps in self._steps:
            if busy and at is not None and steps.isAncestorOf(at):
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
            self._panel.set_title(name, words.source(age, self._how, reading=self._reading))

    def show_card(self, seen: Seen[Card], view: CardView) -> None:
        """Show a card with everything known about it."""
        card = self._card = seen.record
        self._read_at, self._how = seen.read_at, seen.how
        self._show_age()
        place = self._place()
        if (view, place) == self._shown:
            return  # nothing that a person is about to click or reads is built anew
        self._shown = view, place
        had_focus = self._has_keyboard()
        empty(self._layout)
        warning = notices.fraud(card, lambda: self.lost.emit(card.id))
        shipment = shipment_box(
            card,
            place,
            open_=view.open_,
            redirect=lambda: self.redirect.emit(card.id),
            resend=lambda: self.resend.emit(card.id),
        )
        top, steps = self._top(view)
        self._steps = [part for part in (steps, warning, shipment) if part is not None]
        self._allow_steps()
        tokens = [words.wallet(token) for token in view.tokens]
        for part in (
            warning,
            notices.requirements(view.cardholder),
            top,
            shipment,
            chain_box(card, view.others, view.offs, self.picked.emit),
            section(tr("Limits"), limits_view.lines(card, view.cardholder)),
            section(tr("Wallets"), tokens),
            _history(view.history),
        ):
            if part is not None:
                self._layout.addWidget(part)
        self._layout.addStretch(1)
        if had_focus:
            self.start_focus()

    def start_focus(self) -> None:
        """Put the keyboard to the card's first step, or to its purchases."""
        steps = [s for s in self._steps if isinstance(s, CardSteps)]
        buttons = [b for s in steps for b in s.findChildren(KeyButton) if not b.isHidden()]
        first = next((button for button in buttons if button.isEnabled()), None)
        (first or self.activity.list).setFocus()

    def _has_keyboard(self) -> bool:
        keyboard = QApplication.focusWidget()
        return keyboard is not None and self._inner.isAncestorOf(keyboard)

    def _top(self, view: CardView) -> tuple[QWidget, CardSteps]:
        px = theme.current.measures.px
        card = view.card
        made = QWidget()
        outer = QVBoxLayout(made)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(px(0.6))
        row = QHBoxLayout()
        row.setSpacing(px(1))
        face = CardFace(card, self._programme, off=view.off)
        row.addWidget(face, 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(px(0.4))
        chips = QWidget()
        flow = FlowLayout(chips)
        flow.addWidget(Chip(*switched.chip(card, view.off)))
        if (ends := switched.ending(card)) is not None:
            flow.addWidget(Chip(*ends))
        side.addWidget(chips)
        what = [card.brand_name, words.card_type(card), card.currency.upper()]
        side.addWidget(label(" · ".join(part for part in what if part), "muted", wrap=True))
        if said := switched.said(view.off):
            told = label(said, "small", wrap=True)
            told.setObjectName("detail_off")
            side.addWidget(told)
        if view.off is not None and view.off.kind == "frozen_here" and not view.off.why.given:
            why = KeyButton(tr("Say why"), "", "link")
            why.setObjectName("detail_why")
            why.clicked.connect(lambda: self.why.emit(card.id))
            side.addWidget(why, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        row.addLayout(side, 1)
        outer.addLayout(row)
        steps = self._actions(view)
        outer.addWidget(steps)
        return made, steps

    def _actions(self, view: CardView) -> CardSteps:
        card = view.card
        steps = CardSteps(card, view.cardholder, view.off)
        for button, signal in (
            (steps.freeze, self.freeze),
            (steps.unfreeze, self.unfreeze),
            (steps.lost, self.lost),
            (steps.replace, self.replace),
            (steps.limits, self.limits),
        ):
            button.connect(lambda signal=signal: signal.emit(card.id))
        return steps


def _history(history: Sequence[Entry]) -> QWidget | None:
    if not history:
        return None
    made, layout = box(tr("Done at this desk"))
    for entry in journal.shown(history):
        line = label(journal.told(entry, history), wrap=True)
        line.setToolTip(journal.whole(entry))
        line.setAccessibleDescription(journal.whole(entry))
        layout.addWidget(line)
    return made
