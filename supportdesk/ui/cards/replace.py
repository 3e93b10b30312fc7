"""Order a replacement, or cancel a card that is lost or stolen."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain import cards
from supportdesk.domain.cards import ReplacementOrder, ReplaceReason
from supportdesk.domain.records import Card, Cardholder, Shipping
from supportdesk.errors import UserFacing
from supportdesk.ui import theme, words
from supportdesk.ui.cards.address import AddressForm, complete
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, frame, scroll

NONE = "none"
ON_FILE = "file"
_KINDS = ("physical", "virtual")


class ReplaceForm(Panel):
    """What happened, what kind of card, where to; and what it will mean.

    Signals:
        ordered: a ReplacementOrder to carry out.
        cancel_only: card id and reason: cancel, no new card.
        back: leave without doing anything.
    """

    ordered = Signal(object)
    cancel_only = Signal(str, str)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Replace a card"), parent=parent)
        px = theme.current.measures.px
        self._card = Card(id="")
        self._sent: set[str] = set()  # cards whose order is on its way
        self._state = Chip("", "warn")
        self._state.setObjectName("replace_state")
        self.add_action(self._state)
        self._cardholder = Cardholder(id="")
        self._inner = QWidget()
        form = QVBoxLayout(self._inner)
        form.setContentsMargins(px(0.9), px(0.8), px(0.9), px(0.8))
        form.setSpacing(px(0.7))
        self._add_choices(form)
        self._on_file = frame("inset")
        on_file = QVBoxLayout(self._on_file)
        self._address_text = label("", wrap=True)
        on_file.addWidget(self._address_text)
        form.addWidget(self._on_file)
        self._address = AddressForm()
        form.addWidget(self._address)
        self._means = Banner("", "warn")
        form.addWidget(self._means)
        form.addStretch(1)
        self.body.addWidget(scroll(self._inner), 1)
        self._footer()
        for choice in (self._reason, self._kind, self._where):
            choice.changed.connect(self._follow)

    def _add_choices(self, form: QVBoxLayout) -> None:
        self._reason = self._segmented(
            "replace_reason",
            tr("What happened"),
            (
                ("lost", tr("Lost")),
                ("stolen", tr("Stolen")),
                ("damaged", tr("Damaged")),
                ("expired", tr("Expiring")),
            ),
        )
        self._kind = self._segmented(
            "replace_type",
            tr("Replacement"),
            (("physical", tr("Physical")), ("virtual", tr("Virtual")), (NONE, tr("None"))),
        )
        self._where = self._segmented(
            "replace_where",
            tr("Send to"),
            ((ON_FILE, tr("Address on file")), ("other", tr("Another address"))),
        )
        self._service = QComboBox()
        self._service.setObjectName("replace_service")
        for service in cards.SERVICES:
            self._service.addItem(words.delivery_service(service), service)
        self._where_field = Field(tr("Send to"), self._where)
        self._service_field = Field(tr("Delivery"), self._service)
        for fields in (
            (Field(tr("What happened"), self._reason), Field(tr("Replacement"), self._kind)),
            (self._where_field, self._service_field),
        ):
            row = QHBoxLayout()
            row.setSpacing(theme.current.measures.px(1))
            for field in fields:
                row.addWidget(field)
            row.addStretch(1)
            form.addLayout(row)

    def _segmented(self, name: str, words_: str, choices: tuple[tuple[str, str], ...]) -> Segmented:
        made = Segmented(choices, words_)
        made.setObjectName(name)
        return made

    def _footer(self) -> None:
        foot = self.add_footer()
        back = KeyButton(tr("Back"))
        back.setObjectName("replace_back")
        back.clicked.connect(self.back)
        foot.addWidget(back)
        foot.addWidget(label(tr("Written to disk before it is sent."), "small"))
        foot.addStretch(1)
        self._do = KeyButton(tr("Order replacement"), "Ctrl+Return", "danger")
        self._do.setObjectName("replace_confirm")
        self._do.clicked.connect(self._submit)
        foot.addWidget(self._do)

    def start(self, card: Card, cardholder: Cardholder, reason: str) -> None:
        """Begin for a card; `reason` is chosen if the rules allow it."""
        self._card, self._cardholder = card, cardholder
        self.set_title(tr("Replace {card}", card=words.card_name(card)), cardholder.name)
        allowed = []
        alive = cards.may_cancel(card).allowed
        for choice in cards.REPLACE_REASONS:
            verdict = cards.may_replace(card, choice)
            # A card that was replaced already may still have to be cancelled.
            can = verdict.allowed or (choice in cards.CANCEL_REASONS and alive)
            self._reason.set_allowed(choice, can, verdict.why)
            if can:
                allowed.append(choice)
        first = reason if reason in allowed else next(iter(allowed), "")
        self._reason.set_value(first)
        self._kind.set_value("virtual" if card.type == "virtual" else "physical")
        known = complete(cardholder.billing)
        why = tr("There is no whole address on file.")
        self._where.set_allowed(ON_FILE, known, "" if known else why)
        self._where.set_value(ON_FILE if known else "other")
        self._service.setCurrentIndex(0)
        self._address.set_address(cardholder.billing)
        lines = [cardholder.name, *words.address_lines(cardholder.billing)]
        self._address_text.setText(" · ".join(part for part in lines if part))
        self._state.set("", "warn")
        self._follow()
        self._reason.setFocus()

    def say_freeze(self, words_: str, tone: Tone) -> None:
        """Say in the header how the freeze that came first went; "" for nothing."""
        self._state.set(words_, tone)

    @property
    def card_id(self) -> str:
        """The card that is to be replaced."""
        return self._card.id

    def set_busy(self, card_id: str, busy: bool) -> None:
        """Nothing can be sent twice, or changed, while Stripe is asked about a card."""
        (self._sent.add if busy else self._sent.discard)(card_id)
        self._follow()

    def show_problem(self, problem: UserFacing) -> None:
        """Say beside the field what Stripe has against it, if it is about a part of the address."""
        part = problem.field.removeprefix("shipping[address][").removesuffix("]")
        if self._address.isVisible():
            self._address.set_error(part, problem.detail or problem.title)

    def _follow(self) -> None:
        reason, kind = self._reason.value(), self._kind.value()
        cancels = reason in cards.CANCEL_REASONS
        can_skip = cancels and cards.may_cancel(self._card).allowed
        why = tr("Only a lost or stolen card is cancelled without a new one.")
        self._kind.set_allowed(NONE, can_skip, "" if can_skip else why)
        verdict = cards.may_replace(self._card, _reason(reason or "damaged"))
        replaceable = bool(reason) and verdict.allowed
        keeps = reason not in cards.CANCEL_REASONS  # the number, and with it the kind
        for made in _KINDS:
            fits = not keeps or made == self._card.type or self._card.type not in _KINDS
            unfit = "" if fits else tr("A card that keeps its number keeps its kind.")
            self._kind.set_allowed(made, replaceable and fits, verdict.why or unfit)
            if self._kind.value() == made and not fits:
                kind = self._card.type
                self._kind.set_value(kind)
        if not replaceable and can_skip:
            kind = NONE
            self._kind.set_value(kind)
        elif kind == NONE and not can_skip:
            kind = "virtual" if self._card.type == "virtual" else "physical"
            self._kind.set_value(kind)
        physical = kind == "physical"
        self._where_field.setVisible(physical)
        self._service_field.setVisible(physical)
        other = self._where.value() != ON_FILE
        self._on_file.setVisible(physical and not other)
        self._address.setVisible(physical and other)
        self._means.set(self._title_of_meaning(), "warn", detail=self._meaning(reason, kind))
        name = words.card_name(self._card)
        cancel_first = cancels and cards.may_cancel(self._card).allowed
        if kind == NONE:
            button = tr("Cancel {card}", card=name)
        elif cancel_first:
            button = tr("Cancel {card} and order replacement", card=name)
        else:
            button = tr("Order replacement")
        waits = self._card.id in self._sent
        self._do.setText(tr("Waiting for Stripe…") if waits else button)
        self._do.setEnabled(bool(reason) and not waits)
        self._inner.setEnabled(not waits)

    def _title_of_meaning(self) -> str:
        reason = self._reason.value()
        if not reason:
            return tr("This card cannot be replaced.")
        if reason in cards.CANCEL_REASONS and cards.may_cancel(self._card).allowed:
            return tr("This cannot be undone.")
        return tr("What this means")

    def _meaning(self, reason: str, kind: str) -> str:
        name = words.card_name(self._card)
        if not reason:
            return cards.may_replace(self._card, "damaged").why
        said = []
        if reason in cards.CANCEL_REASONS:
            if cards.may_cancel(self._card).allowed:
                how = tr("lost") if reason == "lost" else tr("stolen")
                said.append(tr("{card} is cancelled as {how} at once.", card=name, how=how))
            if kind != NONE:
                said.append(tr("The new card has a new number, so saved subscriptions stop."))
        else:
            said.append(
                tr("The new card keeps the number; the old one works until it is activated.")
            )
        if kind != NONE:
            said.append(tr("The new card has a new PIN and must be activated."))
        return " ".join(said)

    def _submit(self) -> None:
        reason, kind = self._reason.value(), self._kind.value()
        if not self._do.isEnabled() or not reason:
            return
        if kind == NONE:
            self.cancel_only.emit(self._card.id, reason)
            return
        shipping = None
        if kind == "physical":
            address = self._cardholder.billing
            if self._where.value() != ON_FILE:
                typed = self._address.address()
                if typed is None:
                    return
                address = typed
            shipping = Shipping(
                name=self._cardholder.name,
                address=address,
                service=self._service.currentData(),
                type="individual",
            )
        self.ordered.emit(
            ReplacementOrder(
                card_id=self._card.id,
                reason=_reason(reason),
                type=kind,
                shipping=shipping,
            )
        )


def _reason(value: str) -> ReplaceReason:
    return cast(ReplaceReason, value)
