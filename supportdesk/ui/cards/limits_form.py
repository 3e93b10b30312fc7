"""Change spending limits: of one card or of all cards of the person, before and after in view."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.limit_changes import Limits, changes
from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card, Cardholder, SpendingControls
from supportdesk.ui import words
from supportdesk.ui.cards import limits_view
from supportdesk.ui.cards.limit_rows import LimitRows
from supportdesk.ui.cards.reason_bar import WhyFields
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, page_column, scroll

CARD, PERSON = "card", "person"


@dataclass(frozen=True, slots=True)
class LimitOrder:
    """New limits (minor units of `currency`) for a card, or for all cards if `whose` is person.

    `card` and `cardholder` are as they were shown.
    """

    whose: str
    card: Card
    cardholder: Cardholder
    limits: Limits
    currency: str
    why: Why


class LimitsForm(Panel):
    """The limits to type, what that changes, and why.

    Signals:
        ordered: a LimitOrder to carry out.
        back: leave without doing anything.
    """

    ordered = Signal(object)
    back = Signal()

    def __init__(self, picks: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(tr("Spending limits"), parent=parent)
        self._card, self._cardholder = Card(id=""), Cardholder(id="")
        self._sent = False
        self._inner = QWidget()
        form = page_column(self._inner)
        self._whose = Segmented(
            [(CARD, tr("This card")), (PERSON, tr("All cards of this person"))], tr("Limits of")
        )
        self._whose.setObjectName("limits_whose")
        self._whose.changed.connect(lambda _: self._begin())
        form.addWidget(Field(tr("Limits of"), self._whose))
        self.rows = LimitRows()
        self.rows.changed.connect(self._follow)
        form.addWidget(self.rows)
        self._rules = label("", "muted", wrap=True)
        form.addWidget(self._rules)
        self._changes = Banner("", "info")
        self._changes.setObjectName("limits_changes")
        form.addWidget(self._changes)
        self._picks = picks
        form.addWidget(label(tr("Why"), "heading"))
        self._why_place = QVBoxLayout()
        form.addLayout(self._why_place)
        self._why = WhyFields(picks)
        self._why_place.addWidget(self._why)
        form.addStretch(1)
        self.body.addWidget(scroll(self._inner), 1)
        foot = self.add_footer("limits_back", self.back)
        foot.addStretch(1)
        self._do = KeyButton(tr("Change the limits"), "Ctrl+Return", "primary")
        self._do.setObjectName("limits_confirm")
        self._do.clicked.connect(self._submit)
        foot.addWidget(self._do)

    @property
    def card_id(self) -> str:
        """The card whose limits are in view."""
        return self._card.id

    def start(self, card: Card, cardholder: Cardholder, whose: str = CARD) -> None:
        """Begin with a card's own limits, or with those of all cards of the person."""
        self._card, self._cardholder = card, cardholder
        self.set_title(tr("Limits of {card}", card=words.card_name(card)), cardholder.name)
        self._whose.set_value(whose)
        fresh = WhyFields(self._picks)
        self._why_place.replaceWidget(self._why, fresh)
        self._why.hide()
        self._why.deleteLater()
        self._why = fresh
        self._sent = False
        self._begin()
        self.rows.start_focus()

    def set_busy(self, busy: bool) -> None:
        """Nothing can be changed while Stripe is asked."""
        self._sent = busy
        self._inner.setEnabled(not busy)
        self._follow()

    def _controls(self) -> SpendingControls:
        owner = self._card if self._whose.value() == CARD else self._cardholder
        return owner.spending_controls

    @property
    def currency(self) -> str:
        """Currency of the limits in view: theirs, or the card's where none was set."""
        return self._controls().limits_currency or self._card.currency

    def _begin(self) -> None:
        controls = self._controls()
        self.rows.start(controls.limits, self.currency)
        kept = limits_view.rules(controls)
        self._rules.setText(tr("Stays as it is: {rules}", rules="; ".join(kept)) if kept else "")
        self._rules.setVisible(bool(kept))
        self._follow()

    def _follow(self) -> None:
        typed = self.rows.limits()
        waits = tr("Waiting for Stripe…")
        self._do.setText(waits if self._sent else tr("Change the limits"))
        if typed is None:
            self._changes.set(tr("Type the amounts; what changes is told here."), "info")
            self._do.setEnabled(not self._sent)
            return
        found = changes(self._controls().limits, typed)
        more = any(one.allows_more for one in found)
        title = tr("What changes") if found else tr("Nothing is changed yet.")
        if more:
            title = tr("What changes; more can be spent afterwards")
        told = limits_view.changes(found, self.currency) if found else ""
        self._changes.set(title, "warn" if more else "info", detail=told)
        self._do.setEnabled(bool(found) and not self._sent)

    def _submit(self) -> None:
        if not self._do.isEnabled() or not self.rows.check() or self._why.wanting():
            return
        typed = self.rows.limits()
        assert typed is not None  # check() said so
        self.ordered.emit(
            LimitOrder(
                whose=self._whose.value(),
                card=self._card,
                cardholder=self._cardholder,
                limits=typed,
                currency=self.currency,
                why=self._why.why(),
            )
        )
