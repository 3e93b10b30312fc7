"""The Cards tab: freeze, report lost, replace, follow the shipment."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.cards import CANCEL_REASONS, ReplacementOrder, usual_reason
from supportdesk.domain.lost import Outcome
from supportdesk.domain.records import Card, Seen
from supportdesk.errors import UserFacing
from supportdesk.services.desk import Desk
from supportdesk.services.lookup import Person
from supportdesk.services.replacement import Replaced
from supportdesk.ui import text, theme, words
from supportdesk.ui.activity_feed import ActivityFeed
from supportdesk.ui.cards import history
from supportdesk.ui.cards.control import CardControl
from supportdesk.ui.cards.detail import CardDetail, CardView
from supportdesk.ui.cards.lost.pages import LostPages
from supportdesk.ui.cards.order import steady
from supportdesk.ui.cards.pages import CardPages
from supportdesk.ui.cards.replace import ReplaceForm
from supportdesk.ui.cards.rows import card_row
from supportdesk.ui.cards.shipment import Place
from supportdesk.ui.cards.unfinished import UnfinishedBanner
from supportdesk.ui.focus import Focus
from supportdesk.ui.lookup.acts import DeclineActs
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState


class CardsTab(Tab):
    """The person's cards on the left; the card in focus, or its replacement, on the right."""

    name: ClassVar[str] = "cards"
    shortcut: ClassVar[str] = "F2"

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(desk, focus, parent)
        self.title = tr("Cards")
        self._person: Person | None = None
        self._card_shown = ""
        self._open = False  # whether purchases and addresses may be shown
        self._order: list[str] = []  # card ids in the order they are shown in
        px = theme.current.measures.px
        self._said = Banner()
        self._said.setVisible(False)
        self.content.addWidget(self._said)
        self._unfinished = UnfinishedBanner(self, self._replaced)
        self.content.addWidget(self._unfinished)
        row = QHBoxLayout()
        row.setSpacing(px(0.6))
        self.content.addLayout(row, 1)
        self._panel = Panel(tr("Cards"))
        self._panel.setMinimumWidth(px(14))
        self._panel.setMaximumWidth(px(18))
        self.list = RowList(tr("Cards of this person"))
        self.list.setObjectName("cards_list")
        self._panel.body.addWidget(self.list, 1)
        row.addWidget(self._panel, 3)
        self._stack = QStackedWidget()
        row.addWidget(self._stack, 11)
        self.detail = CardDetail(desk.settings.programme_name, desk.disputes.rules, self._place)
        self._feed = ActivityFeed(self, desk.activity)
        self.form = ReplaceForm()
        self._reading = EmptyState(
            tr("Asking Stripe…"), tr("The mirror does not know this person's cards yet.")
        )
        self._none = EmptyState(
            tr("No card"), tr("Stripe issues cards in its dashboard; none is known of this person.")
        )
        for page in (self._reading, self._none, self.detail, self.form):
            self._stack.addWidget(page)
        self._control = CardControl(self)
        self.lost = LostPages(self, self._stack, self._control.named)
        self.content.insertWidget(self.content.indexOf(self._unfinished) + 1, self.lost.reported)
        self.pages = CardPages(self, self._stack, self._control, self._replaced)
        expiring = KeyButton(tr("Expiring cards"), "X")
        expiring.setObjectName("cards_expiring")
        expiring.clicked.connect(self.pages.open_expiring)
        self._panel.add_footer().addWidget(expiring)
        self._connect()
        self._person_changed(focus.person)

    def _connect(self) -> None:
        focus = self.focus
        focus.person_changed.connect(self._person_changed)
        focus.card_changed.connect(self._card_changed)
        focus.replace_requested.connect(self._start_replacement)
        focus.lost_requested.connect(lambda: self._start_replacement("", "lost"))
        focus.report_requested.connect(self.lost.resume)
        self.list.current_changed.connect(self._picked)
        self.detail.freeze.connect(self._control.freeze_and_ask)
        self.detail.unfreeze.connect(self._control.switch_on)
        self.detail.why.connect(self._control.ask_why)
        self.detail.picked.connect(focus.set_card)
        self.detail.limits.connect(self.pages.open_limits)
        self.detail.redirect.connect(lambda card: self.pages.open_send(card, again=False))
        self.detail.resend.connect(lambda card: self.pages.open_send(card, again=True))
        self.pages.left.connect(self._leave_page)
        self.pages.done.connect(self._say)
        self.detail.activity.chosen.connect(self._dispute)
        closed = self.detail.activity.closed
        closed.acted.connect(self.focus.verify_requested)
        closed.anyway.connect(lambda: self.focus.override_requested.emit("read"))
        self.detail.activity.dispute.connect(self._dispute)
        self.detail.activity.older.connect(self._feed.show_older)
        self.detail.activity.ask_older.connect(self._feed.ask_stripe)
        self._feed.changed.connect(self._reload)
        self._feed.busy.connect(self.detail.activity.set_busy)
        self._acts = DeclineActs(self, self._control)
        self._acts.requirements.connect(lambda: focus.go.emit("lookup"))
        self.detail.activity.acted.connect(self._acts.do)
        self.detail.lost.connect(lambda card: self._start_replacement(card, "lost"))
        self.detail.replace.connect(self._replace_usual)
        self.detail.reread.connect(lambda: self.tasks.start(self._refresh(), only="refresh"))
        self.form.back.connect(self._leave_form)
        self.form.ordered.connect(lambda order: self.tasks.start(self._replace(order)))
        self.lost.chosen.connect(lambda card: self._start_replacement(card, "lost"))
        self.lost.front.connect(self._put_up)
        self.lost.left.connect(self._lost_left)
        self._control.done.connect(self._told)
        self._control.busy.connect(self._busy)
        changes = self.desk.changes
        changes.cards.connect(self._reload)
        changes.cardholders.connect(self._reload)
        changes.journal.connect(self._reload)
        changes.activity.connect(self._moved)
        changes.reports.connect(self._moved)
        changes.calls.connect(self._reload)
        changes.settings.connect(self._dress)
        changes.settings.connect(self._reload)

    async def opened(self) -> None:
        """Show what the mirror knows now."""
        if not self.focus.person:
            self.pages.open_expiring()
        self._reload()

    def back(self) -> bool:
        """Go back in the form in hand first, and leave it."""
        if super().back() or self.lost.back():
            return True
        if self._stack.currentWidget() is self.form:
            self._leave_form()
            return True
        return bool(self.focus.person) and self.pages.leave()

    def start_focus(self) -> None:
        """Work starts at the list of cards, or goes on in the flow."""
        if self.lost.shows(self.lost.flow):
            self.lost.flow.start_focus()
        elif self.pages.shows(self.pages.expiring):
            self.pages.expiring.start_focus()
        elif self._panel.isHidden():
            super().start_focus()
        else:
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    async def aclose(self) -> None:
        """Keep what was typed last, then end."""
        await self.lost.aclose()
        await super().aclose()

    # --- showing -----------------------------------------------------------------------------

    def _dress(self) -> None:
        self.detail.set_programme(self.desk.settings.programme_name)

    def _person_changed(self, cardholder_id: str) -> None:
        self._said.setVisible(False)
        self.clear_problem()
        self._hold_keyboard()
        self.lost.forget()
        self._panel.setVisible(False)
        self._unfinished.forget()
        # Nothing of another person stays in reach of a key.
        self._person, self._order = None, []
        self.pages.know(None, open_=False)
        self._stack.setCurrentWidget(self._reading if cardholder_id else self.pages.expiring)
        if not cardholder_id and self.isVisible():
            self.pages.open_expiring()
        self._reload()

    def _card_changed(self, card_id: str) -> None:
        if card_id and card_id != self._card_of_form():
            self._leave_form()
        self.pages.card_changed(card_id)
        if card_id != self._card_shown and self._stack.currentWidget() is self.detail:
            self._hold_keyboard()
            self.detail.setEnabled(False)  # until it shows the card in focus
        self._reload()

    def _card_of_form(self) -> str:
        """Id of the card that the form in hand is about, "" when there is none."""
        if self.lost.shows(self.lost.flow):
            return self.lost.flow.card.id
        return self.form.card_id if self._stack.currentWidget() is self.form else ""

    def _moved(self, ids: frozenset[str]) -> None:
        if self.focus.person in ids:
            self._reload()

    def _hold_keyboard(self) -> None:
        """Keep the keyboard here: from what is hidden it would go to the search field."""
        at = QApplication.focusWidget()
        if at is not None and self._stack.isAncestorOf(at):
            self.setFocus()

    def _picked(self, card_id: str) -> None:
        if card_id and card_id != self.focus.card:
            self.focus.set_card(card_id)

    def _reload(self) -> None:
        if self.focus.person:
            self.tasks.start(self._show(self.focus.person), only="show")

    async def _show(self, cardholder_id: str) -> None:
        person = await self.desk.lookup.person(cardholder_id)
        if person is None or cardholder_id != self.focus.person:
            return
        cards = steady(self._order, person.cards)
        if self.isVisible():
            self._order = [seen.record.id for seen in cards]
        self._person = person = replace(person, cards=tuple(cards))
        self._panel.setVisible(not self.lost.shows(self.lost.flow))
        if self._stack.currentWidget() in (self._reading, self._none):
            self._stack.setCurrentWidget(self.detail if cards else self._none)
        offs = await history.offs(self.desk.actions, person)
        if cardholder_id != self.focus.person:
            return
        rows = [card_row(seen.record, offs.get(seen.record.id)) for seen in person.cards]
        self.list.set_rows(rows)
        await self._unfinished.show_for(person)
        self._panel.set_title(person.cardholder.record.name, text.number(len(person.cards)))
        if (seen := self._seen(self.focus.card)) is None:
            if person.cards:
                self.focus.set_card(person.cards[0].record.id)
            return
        self.list.set_current(seen.record.id)
        await self.lost.show_for(seen.record)
        done = await history.of_card(self.desk.actions, seen.record)
        self._open = (await self.desk.verification.state(cardholder_id)).allows("read")
        self.form.show_address(open_=self._open)
        shown = await self._feed.read(person)
        if self.focus.card == seen.record.id:
            view = CardView(
                card=seen.record,
                cardholder=person.cardholder.record,
                tokens=person.tokens.get(seen.record.id, ()),
                history=tuple(done),
                others=tuple(other.record for other in person.cards),
                offs=offs,
                open_=self._open,
            )
            self.pages.know(person, open_=self._open)
            self.detail.show_card(seen, view)
            card = self._card_shown = seen.record.id
            self.detail.activity.show_activity(shown.of_card(card), open_=self._open)
            self.detail.setEnabled(True)

    async def _refresh(self) -> None:
        self.detail.set_reading(True)
        self.clear_problem()
        try:
            await self.desk.lookup.refresh(self.focus.person)
        finally:
            self.detail.set_reading(False)

    def _seen(self, card_id: str) -> Seen[Card] | None:
        cards = self._person.cards if self._person is not None else ()
        return next((seen for seen in cards if seen.record.id == card_id), None)

    def _place(self) -> Place:
        complaints = self.desk.complaints
        return Place(complaints.today(), complaints.programme().calendar())

    def _leave_page(self) -> None:
        has_cards = self._person is not None and bool(self._person.cards)
        self._stack.setCurrentWidget(self.detail if has_cards else self._none)
        self.list.setFocus()

    # --- replacing ---------------------------------------------------------------------------

    def _replace_usual(self, card_id: str) -> None:
        if (seen := self._seen(card_id)) is not None:
            self._start_replacement(card_id, usual_reason(seen.record, text.today()))

    def _start_replacement(self, card_id: str, reason: str) -> None:
        self.focus.go.emit(self.name)
        self.tasks.start(self._open_form(card_id, reason), only="form")

    async def _open_form(self, card_id: str, reason: str) -> None:
        person = await self.desk.lookup.person(self.focus.person)
        if person is None or person.cardholder.record.id != self.focus.person:
            return
        cards = steady(self._order, person.cards)
        self._person = replace(person, cards=tuple(cards))
        self._said.setVisible(False)
        if reason in CANCEL_REASONS:
            said: Outcome = "stolen" if reason == "stolen" else ""
            self.lost.report([one.record for one in cards], card_id, said)
        elif (seen := self._seen(card_id)) is not None:
            self.focus.set_card(card_id)
            self.clear_problem()
            self.form.start(seen.record, person.cardholder.record, reason, open_=self._open)
            self._put_up(self.form)

    def _put_up(self, what: QWidget) -> None:
        self._stack.setCurrentWidget(what)
        self._panel.setVisible(what is not self.lost.flow)

    def _lost_left(self, said: str, card: str) -> None:
        if self.lost.shows():
            self._put_up(self.detail)
            self.list.setFocus()
        if said:
            self._say(said)
        if card and self._seen(card) is not None:
            self.focus.set_card(card)
        self._reload()

    def _dispute(self, line: Line | None) -> None:
        if line is not None and line.captures:
            self.focus.dispute_requested.emit(tuple(t.id for t in line.captures))

    def _leave_form(self) -> None:
        self.lost.leave()
        if self._stack.currentWidget() is self.form:
            self._put_up(self.detail)
            self.list.setFocus()

    async def _replace(self, order: ReplacementOrder) -> None:
        """Order, and wait for Stripe's answer; the form can do nothing else meanwhile."""
        person, card_id = self.focus.person, order.card_id
        self.form.set_busy(card_id, True)
        self.clear_problem()
        try:
            done = await self.desk.cards.replace(order)
        except UserFacing as problem:
            self.form.set_busy(card_id, False)
            if self.form.card_id == card_id:
                self.form.show_problem(problem)
            raise await self._control.named(problem, person, card_id) from problem
        finally:
            self.form.set_busy(card_id, False)
            self._reload()
        if self.form.card_id == card_id:
            self._leave_form()
        self._replaced(done)

    def _replaced(self, done: Replaced) -> None:
        new = done.new
        if self.focus.card == done.old.id:
            self.focus.set_card(new.id)
        self._say(
            tr(
                "{old} is replaced: the new card {new} was ordered at {time}.",
                old=self._name(done.old),
                new=words.card_name(new),
                time=text.now_clock(),
            ),
            tr("It has a new PIN and must be activated.")
            if new.status != "active"
            else tr("It has a new PIN."),
        )

    def _name(self, card: Card) -> str:
        name = words.card_name(card)
        if card.cardholder_id == self.focus.person:
            return name
        return tr("{card} of another person", card=name)

    def _told(self, sentence: str) -> None:
        if self._stack.currentWidget() is not self.form and not self.lost.shows():
            self._say(sentence)

    def _busy(self, card_id: str, words_: str) -> None:
        self.detail.set_busy(card_id, bool(words_))
        if words_:
            self._said.setVisible(False)

    def _say(self, sentence: str, detail: str = "") -> None:
        self._said.say(sentence, "good", detail=detail, closable=True)
