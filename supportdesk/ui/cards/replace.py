"""Order a replacement of a card that is damaged or about to expire: it keeps its number."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain import cards
from supportdesk.domain.cards import ReplacementOrder, ReplaceReason
from supportdesk.domain.records import Address, Card, Cardholder, Shipping
from supportdesk.errors import UserFacing
from supportdesk.ui import theme, words
from supportdesk.ui.cards.address import AddressForm, complete
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, frame, page_column, scroll

ON_FILE = "file"
# A lost or stolen card has a flow of its own: it is frozen first, and the report is kept.
REASONS: tuple[ReplaceReason, ...] = ("damaged", "expired")


class ReplaceForm(Panel):
    """What happened, where to; and what it will mean.

    Signals:
        ordered: a ReplacementOrder to carry out.
        back: leave without doing anything.
    """

    ordered = Signal(object)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Replace a card"), parent=parent)
        self._card = Card(id="")
        self._sent: set[str] = set()  # cards whose order is on its way
        self._cardholder = Cardholder(id="")
        self._inner = QWidget()
        form = page_column(self._inner, 0.7)
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
        for choice in (self._reason, self._where):
            choice.changed.connect(self._follow)

    def _add_choices(self, form: QVBoxLayout) -> None:
        self._reason = self._segmented(
            "replace_reason",
            tr("What happened"),
            (("damaged", tr("Damaged")), ("expired", tr("Expiring"))),
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
            (Field(tr("What happened"), self._reason),),
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
        foot = self.add_footer("replace_back", self.back)
        foot.addWidget(label(tr("Written to disk before it is sent."), "small"))
        foot.addStretch(1)
        self._do = KeyButton(tr("Order replacement"), "Ctrl+Return", "danger")
        self._do.setObjectName("replace_confirm")
        self._do.clicked.connect(self._submit)
        foot.addWidget(self._do)

    def start(self, card: Card, cardholder: Cardholder, reason: str, *, open_: bool = True) -> None:
        """Begin for a card; `reason` is chosen if the rules allow it.

        The address on file is shown only if `open_`.
        """
        self._card, self._cardholder = card, cardholder
        self.set_title(tr("Replace {card}", card=words.card_name(card)), cardholder.name)
        allowed = []
        for choice in REASONS:
            verdict = cards.may_replace(card, choice)
            self._reason.set_allowed(choice, verdict.allowed, verdict.why)
            if verdict.allowed:
                allowed.append(choice)
        self._reason.set_value(reason if reason in allowed else next(iter(allowed), ""))
        known = complete(cardholder.billing)
        why = tr("There is no whole address on file.")
        self._where.set_allowed(ON_FILE, known, "" if known else why)
        self._where.set_value(ON_FILE if known else "other")
        self._service.setCurrentIndex(0)
        country = Address(country=cardholder.billing.country)
        self._address.set_address(cardholder.billing if open_ else country)
        self.show_address(open_=open_)
        self._follow()
        self._reason.setFocus()

    def show_address(self, *, open_: bool) -> None:
        """Show the address on file, or that it is hidden."""
        lines = [self._cardholder.name, *words.address_lines(self._cardholder.billing)]
        hidden = tr("The address on file; hidden until the caller is verified.")
        shown = " · ".join(part for part in lines if part)
        self._address_text.setText(shown if open_ else hidden)

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
        self._address.show_problem(problem)

    def _follow(self) -> None:
        reason = self._reason.value()
        posted = self._card.type != "virtual"
        self._where_field.setVisible(posted)
        self._service_field.setVisible(posted)
        other = self._where.value() != ON_FILE
        self._on_file.setVisible(posted and not other)
        self._address.setVisible(posted and other)
        title = tr("What this means") if reason else tr("This card cannot be replaced.")
        self._means.set(title, "warn", detail=self._meaning(reason))
        waits = self._card.id in self._sent
        self._do.setText(tr("Waiting for Stripe…") if waits else tr("Order replacement"))
        self._do.setEnabled(bool(reason) and not waits)
        self._inner.setEnabled(not waits)

    def _meaning(self, reason: str) -> str:
        if not reason:
            return cards.may_replace(self._card, "damaged").why
        keeps = tr("The new card keeps the number; the old one works until it is activated.")
        return f"{keeps} {tr('The new card has a new PIN and must be activated.')}"

    def _submit(self) -> None:
        reason = self._reason.value()
        if not self._do.isEnabled() or not reason:
            return
        kind = "virtual" if self._card.type == "virtual" else "physical"
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
                reason=cast(ReplaceReason, reason),
                type=kind,
                shipping=shipping,
            )
        )
