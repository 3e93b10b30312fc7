"""Where a card is sent: another address while it waits, or a new card for one that is lost."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.cards import SERVICES, ReplacementOrder
from supportdesk.domain.records import Address, Card, Cardholder, Shipping
from supportdesk.errors import UserFacing
from supportdesk.ui import words
from supportdesk.ui.cards.address import AddressForm, complete
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, frame, page_column, scroll

ON_FILE, OTHER = "file", "other"
_CHECK = "validation_and_normalization"  # Stripe checks a typed address and says what it thinks


class SendForm(Panel):
    """An address, a delivery service, and what will happen.

    Signals:
        redirect: card id and the new Shipping.
        resend: a ReplacementOrder.
        back: leave without doing anything.
    """

    redirect = Signal(str, object)
    resend = Signal(object)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Where to"), parent=parent)
        self._card, self._cardholder = Card(id=""), Cardholder(id="")
        self._again = False
        self._sent = False
        self._inner = QWidget()
        form = page_column(self._inner)
        self._means = Banner("", "warn")
        form.addWidget(self._means)
        self._where = Segmented(
            [(ON_FILE, tr("Address on file")), (OTHER, tr("Another address"))], tr("Send to")
        )
        self._where.setObjectName("send_where")
        self._where.changed.connect(lambda _: self._follow())
        form.addWidget(Field(tr("Send to"), self._where))
        self._on_file = frame("inset")
        inside = QVBoxLayout(self._on_file)
        self._lines = label("", wrap=True)
        inside.addWidget(self._lines)
        form.addWidget(self._on_file)
        self.address = AddressForm()
        form.addWidget(self.address)
        self._service = QComboBox()
        self._service.setObjectName("send_service")
        for service in SERVICES:
            self._service.addItem(words.delivery_service(service), service)
        row = QHBoxLayout()
        row.addWidget(Field(tr("Delivery"), self._service))
        row.addStretch(1)
        form.addLayout(row)
        form.addStretch(1)
        self.body.addWidget(scroll(self._inner), 1)
        foot = self.add_footer("send_back", self.back)
        foot.addStretch(1)
        self._do = KeyButton(" ", "Ctrl+Return", "primary")
        self._do.setObjectName("send_confirm")
        self._do.clicked.connect(self._submit)
        foot.addWidget(self._do)

    @property
    def card_id(self) -> str:
        """The card that is sent elsewhere or again."""
        return self._card.id

    def start(self, card: Card, cardholder: Cardholder, *, again: bool, open_: bool) -> None:
        """Begin for a card.

        Args:
            again: order a new card; else only the address changes.
            open_: whether the address on file may be shown.
        """
        self._card, self._cardholder, self._again, self._sent = card, cardholder, again, False
        name = words.card_name(card)
        title = tr("Send a new card for {card}") if again else tr("Another address for {card}")
        self.set_title(title.format(card=name), cardholder.name)
        known = complete(cardholder.billing)
        self._where.set_allowed(ON_FILE, known, tr("There is no whole address on file."))
        self._where.set_value(ON_FILE if again and known else OTHER)
        self.address.set_address(Address(country=cardholder.billing.country))
        self.show_address(open_=open_)
        used = card.shipping.service if card.shipping else ""
        self._service.setCurrentIndex(max(0, self._service.findData(used)))
        self._follow()
        self._where.setFocus()

    def show_address(self, *, open_: bool) -> None:
        """Show the address on file, or that it is hidden."""
        parts = [self._cardholder.name, *words.address_lines(self._cardholder.billing)]
        hidden = tr("The address on file; hidden until the caller is verified.")
        goes = self._card.shipping.address if self._card.shipping and not self._again else None
        now = ", ".join(words.address_lines(goes)) if goes is not None and open_ else ""
        said, tone = _meaning(self._card, again=self._again)
        self._means.set(
            said, tone, detail=tr("So far it goes to: {place}", place=now) if now else ""
        )
        self._lines.setText(" · ".join(part for part in parts if part) if open_ else hidden)

    def set_busy(self, busy: bool) -> None:
        """Nothing can be sent twice, or changed, while Stripe is asked."""
        self._sent = busy
        self._inner.setEnabled(not busy)
        self._follow()

    def show_problem(self, problem: UserFacing) -> None:
        """Say beside the field what Stripe has against it, if it is about a part of the address."""
        self.address.show_problem(problem)

    def _follow(self) -> None:
        other = self._where.value() == OTHER
        self._on_file.setVisible(not other)
        self.address.setVisible(other)
        said = tr("Order the new card") if self._again else tr("Change the address")
        if self._again and self._card.status != "canceled":
            name = words.card_name(self._card)
            said = tr("Cancel {card} and order the new card", card=name)
        self._do.setText(tr("Waiting for Stripe…") if self._sent else said)
        self._do.setEnabled(not self._sent)

    def _submit(self) -> None:
        if not self._do.isEnabled():
            return
        on_file = self._where.value() == ON_FILE
        address = self._cardholder.billing if on_file else self.address.address()
        if address is None:
            return
        before = self._card.shipping or Shipping(name=self._cardholder.name, type="individual")
        parcel = Shipping(
            name=before.name or self._cardholder.name,
            phone_number=before.phone_number,
            type=before.type or "individual",
            address=address,
            service=self._service.currentData(),
            validation_mode=_CHECK,
        )
        if self._again:
            parcel = replace(parcel, name=self._cardholder.name or parcel.name, type="individual")
            self.resend.emit(
                ReplacementOrder(
                    card_id=self._card.id,
                    reason="lost",
                    type="physical",
                    shipping=parcel,
                )
            )
        else:
            self.redirect.emit(self._card.id, parcel)


def _meaning(card: Card, *, again: bool) -> tuple[str, Tone]:
    name = words.card_name(card)
    if not again:
        return tr("{card} is not in production yet: its address can change.", card=name), "info"
    if card.status == "canceled":
        return tr("The new card has a new number and a new PIN."), "warn"
    said = tr(
        "It did not reach its owner, so {card} is cancelled as lost at once. The new card has a"
        " new number and a new PIN and must be activated; what was saved in shops and telephones"
        " stops.",
        card=name,
    )
    return said, "warn"
