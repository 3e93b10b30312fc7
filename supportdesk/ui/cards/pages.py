"""The pages of the Cards tab besides the card: limits, where a card is sent, the expiring ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from supportdesk.domain.cards import ReplacementOrder
from supportdesk.domain.records import Card, Shipping
from supportdesk.errors import UserFacing
from supportdesk.services.lookup import Person
from supportdesk.services.replacement import Replaced
from supportdesk.ui import text, words
from supportdesk.ui.cards.control import CardControl
from supportdesk.ui.cards.expiring import ExpiringPanel
from supportdesk.ui.cards.limits_form import CARD, PERSON, LimitOrder, LimitsForm
from supportdesk.ui.cards.send_form import SendForm
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr

T = TypeVar("T")


class CardPages(QObject):
    """Opens the pages in a stack, carries out what they ask for, and leaves them again.

    Signals:
        left: a page was left: show the card, or nobody.
        done: one sentence, after Stripe's answer.

    Args:
        replaced: told when a new card was ordered.
    """

    left = Signal()
    done = Signal(str)

    def __init__(
        self,
        tab: Tab,
        stack: QStackedWidget,
        control: CardControl,
        replaced: Callable[[Replaced], object],
    ) -> None:
        super().__init__(tab)
        desk = tab.desk
        self._tab, self._stack = tab, stack
        self._control, self._replaced = control, replaced
        self._person: Person | None = None
        self._open = False
        self.expiring = ExpiringPanel(desk.expiring, desk.complaints.today, tab.tasks)
        stack.addWidget(self.expiring)
        self.expiring.chosen.connect(self._choose)
        self.expiring.lookup.connect(lambda: tab.focus.go.emit("lookup"))
        tab.focus.limits_requested.connect(self._asked_for_limits)
        for signal in (desk.changes.cards, desk.changes.cardholders):
            signal.connect(self.expiring.reload)

    @cached_property
    def limits(self) -> LimitsForm:
        """The form with a card's limits, made when it is wanted first."""
        form = LimitsForm(self._tab.desk.cards.reasons.of("limits"))
        form.back.connect(self.leave)
        form.ordered.connect(lambda order: self._tab.tasks.start(self._change_limits(order)))
        self._stack.addWidget(form)
        return form

    @cached_property
    def send(self) -> SendForm:
        """The form with a card's way, made when it is wanted first."""
        form, start = SendForm(), self._tab.tasks.start
        form.back.connect(self.leave)
        form.redirect.connect(lambda card, to: start(self._redirect(card, to)))
        form.resend.connect(lambda order: start(self._resend(order)))
        self._stack.addWidget(form)
        return form

    def know(self, person: Person | None, *, open_: bool) -> None:
        """Take over what the tab shows; `open_`: whether addresses may be shown."""
        self._person, self._open = person, open_
        if isinstance(at := self._stack.currentWidget(), SendForm):
            at.show_address(open_=open_)

    def shows(self, page: QWidget | None = None) -> bool:
        """Whether one of the pages, or the one named, is in front."""
        at = self._stack.currentWidget()
        if page is not None:
            return at is page
        return at is self.expiring or isinstance(at, LimitsForm | SendForm)

    def open_limits(self, card_id: str, whose: str = CARD) -> None:
        """Show the limits of a card, or of all cards of the person, to be changed."""
        card = self._card(card_id)
        if card is not None and self._person is not None:
            self._front(self.limits)
            self.limits.start(card, self._person.cardholder.record, whose)

    def _asked_for_limits(self, card_id: str, owner: str) -> None:
        """Lead here from another tab, with the person as the mirror knows them now."""
        self._tab.focus.go.emit(self._tab.name)
        self._tab.tasks.start(self._read_limits(card_id, owner), only="form")

    async def _read_limits(self, card_id: str, owner: str) -> None:
        person = await self._tab.desk.lookup.person(self._tab.focus.person)
        if person is not None and person.cardholder.record.id == self._tab.focus.person:
            self._person = person
            self._tab.focus.set_card(card_id)
            self.open_limits(card_id, CARD if owner == CARD else PERSON)

    def open_send(self, card_id: str, *, again: bool) -> None:
        """Ask where a card goes instead, or where the new one goes."""
        card = self._card(card_id)
        if card is not None and self._person is not None:
            self._front(self.send)
            holder = self._person.cardholder.record
            self.send.start(card, holder, again=again, open_=self._open)

    def open_expiring(self) -> None:
        """Show the cards that expire soon."""
        self._front(self.expiring)
        self.expiring.load()
        self.expiring.start_focus()

    def leave(self) -> bool:
        """Leave the page in front; return whether there was one."""
        if not self.shows():
            return False
        self.left.emit()
        return True

    def card_changed(self, card_id: str) -> None:
        """Another card came into focus: what was about this one only is left."""
        at = self._stack.currentWidget()
        if isinstance(at, LimitsForm | SendForm) and at.card_id != card_id:
            self.left.emit()

    def _front(self, page: QWidget) -> None:
        self._tab.clear_problem()
        self._control.bar.dismiss()
        self._stack.setCurrentWidget(page)

    def _card(self, card_id: str) -> Card | None:
        cards = self._person.cards if self._person is not None else ()
        return next((seen.record for seen in cards if seen.record.id == card_id), None)

    def _choose(self, cardholder_id: str, card_id: str) -> None:
        focus = self._tab.focus
        if focus.person == cardholder_id:
            self.left.emit()
        focus.set_person(cardholder_id)
        focus.set_card(card_id)

    async def _wait(
        self, page: LimitsForm | SendForm, card_id: str, change: Callable[[], Awaitable[T]]
    ) -> T:
        """Wait for Stripe's answer; the page keeps what it has and does nothing meanwhile."""
        person = self._tab.focus.person
        self._tab.clear_problem()
        page.set_busy(True)
        try:
            done = await change()
        except UserFacing as problem:
            if isinstance(page, SendForm):
                page.set_busy(False)
                page.show_problem(problem)
            raise await self._control.named(problem, person, card_id) from problem
        finally:
            page.set_busy(False)
        if self.shows(page) and page.card_id == card_id:
            self.left.emit()
        return done

    async def _change_limits(self, order: LimitOrder) -> None:
        limits = self._tab.desk.cards.limits

        async def change() -> None:
            if order.whose == CARD:
                await limits.of_card(order.card, order.limits, order.why)
            else:
                await limits.of_cardholder(
                    order.cardholder, order.limits, order.currency, order.why
                )

        await self._wait(self.limits, order.card.id, change)
        who = words.card_name(order.card)
        if order.whose != CARD:
            who = tr("all cards of {name}", name=order.cardholder.name)
        self.done.emit(
            tr(
                "Limits of {who} changed, confirmed by Stripe at {time}.",
                who=who,
                time=text.now_clock(),
            )
        )

    async def _redirect(self, card_id: str, to: Shipping) -> None:
        cards = self._tab.desk.cards
        card = await self._wait(self.send, card_id, lambda: cards.change_shipping(card_id, to))
        checked = words.address_check(card.shipping.validation_result if card.shipping else "")
        said = tr(
            "{card} goes to the new address, confirmed by Stripe at {time}.",
            card=words.card_name(card),
            time=text.now_clock(),
        )
        self.done.emit(
            f"{said} {tr('Address check: {result}.', result=checked)}" if checked else said
        )

    async def _resend(self, order: ReplacementOrder) -> None:
        cards = self._tab.desk.cards
        self._replaced(await self._wait(self.send, order.card_id, lambda: cards.replace(order)))
