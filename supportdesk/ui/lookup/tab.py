"""The Lookup tab: type, choose, see."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from supportdesk.domain.activity import Line
from supportdesk.errors import UserFacing
from supportdesk.services.desk import Desk
from supportdesk.ui import theme
from supportdesk.ui.activity_feed import ActivityFeed
from supportdesk.ui.calls.caller import Caller
from supportdesk.ui.cards import history
from supportdesk.ui.cards.control import CardControl
from supportdesk.ui.cards.order import steady
from supportdesk.ui.focus import Focus
from supportdesk.ui.lookup.acts import DeclineActs
from supportdesk.ui.lookup.matters import OpenMatters
from supportdesk.ui.lookup.page import PersonPage
from supportdesk.ui.lookup.results import ResultsPanel
from supportdesk.ui.lookup.searching import Searching
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.states import EmptyState

_DWELL = 0.35  # seconds a row must stay current before Stripe is asked


class LookupTab(Tab):
    """Search results on the left, the person in focus on the right."""

    name: ClassVar[str] = "lookup"
    shortcut: ClassVar[str] = "F1"
    complaint_key = False  # on a button of the person's page

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(desk, focus, parent)
        self.title = tr("Lookup")
        self._shown = ""
        self._reads = 0  # how many live reads are under way
        self._arriving = False  # whether the keyboard goes to the person once they are shown
        # The first of the cards is in focus until Stripe has answered or the person at the desk
        # did something; then card and order stay, so that no key meets another card.
        self._settled = False
        self._offered = ""
        self._order: list[str] = []  # card ids in the order they are shown in
        px = theme.current.measures.px
        self._said = Banner()
        self._said.setVisible(False)
        self.content.addWidget(self._said)
        row = QHBoxLayout()
        row.setSpacing(px(0.6))
        self.content.addLayout(row, 1)
        self._panel = ResultsPanel()
        self.results = self._panel.list
        self._searching = Searching(self, self._panel)
        row.addWidget(self._panel, 4)
        self._nobody = EmptyState(
            tr("Nobody in focus"),
            tr("Type a part of a name, an e-mail, a phone number or the last four digits."),
        )
        self._unread = EmptyState()
        self.page = PersonPage(
            desk.settings.programme_name, desk.activity.texts, desk.disputes.rules
        )
        self._feed = ActivityFeed(self, desk.activity)
        for right in (self._nobody, self._unread, self.page):
            row.addWidget(right, 13)
        self._show_right(self._nobody)
        self._control = CardControl(self)
        self._matters = OpenMatters(self)
        self._caller = Caller(self, self.page.header.strip, self.page.header.form)
        # One question at a time: both would share Ctrl+Enter, and a small window has no room.
        self._caller.asking.connect(self._control.bar.dismiss)
        self._control.asks_elsewhere = self._caller.asks
        self._connect()

    def _connect(self) -> None:
        self.results.current_changed.connect(self._moved_to)
        self._searching.chosen.connect(self._open_now)
        self._unread.acted.connect(self._reread)
        self.focus.person_changed.connect(self._person_changed)
        self.focus.card_changed.connect(self._card_changed)
        page, header = self.page, self.page.header
        page.card_picked.connect(self._pick_card)
        for acted, act in (
            (page.freeze, self._control.freeze_and_ask),
            (page.unfreeze, self._control.switch_on),
            (page.replace, self._replace),
        ):
            # The card acted on stays in focus, whatever its new state sorts first.
            acted.connect(self._pick_card)
            acted.connect(act)
        page.matter_chosen.connect(self._matters.open)
        page.activity.chosen.connect(self._choose_line)
        page.activity.closed.acted.connect(self._caller.ask)
        page.activity.closed.anyway.connect(lambda: self.focus.override_requested.emit("read"))
        page.activity.dispute.connect(self._choose_line)
        page.activity.older.connect(self._feed.show_older)
        page.activity.ask_older.connect(self._feed.ask_stripe)
        self._feed.changed.connect(self._reload)
        self._feed.busy.connect(page.activity.set_busy)
        acts = DeclineActs(self, self._control)
        acts.requirements.connect(header.point_out)
        page.activity.acted.connect(acts.do)
        header.reread.connect(self._reread)
        header.lost_or_stolen.connect(self._lost_or_stolen)
        header.dispute.connect(self._dispute)
        header.complain.connect(self._complain)
        self._control.busy.connect(self._show_busy)
        self._control.done.connect(self._say)
        # Methods, no lambdas: what outlives this tab must not call it when it is gone.
        changes = self.desk.changes
        changes.cardholders.connect(self._changed_people)
        changes.activity.connect(self._changed_people)
        changes.reports.connect(self._changed_people)
        for signal in (changes.cards, changes.disputes, changes.complaints):
            signal.connect(self._reload)
        changes.calls.connect(self._reload)
        changes.settings.connect(self._reload)
        changes.mirror.connect(self._searching.again)
        changes.settings.connect(self._dress)

    def _dress(self) -> None:
        self.page.set_programme(self.desk.settings.programme_name)

    # --- searching ---------------------------------------------------------------------------

    async def opened(self) -> None:
        """Search again: the mirror may have grown meanwhile."""
        self._searching.again()
        self._reload()

    def search_text(self, text_: str) -> None:
        """Search as the person types; the latest text wins."""
        self._said.setVisible(False)
        self._searching.typed(text_)

    def back(self) -> bool:
        """Put a message or the questions away."""
        return super().back() or self._caller.back() or self.page.activity.close_detail()

    def move_in_results(self, steps: int) -> None:
        """Arrow keys of the search field move in the results."""
        self.results.move_by(steps)

    def open_current(self) -> None:
        """Enter in the search field: open the current result, or the first one."""
        self._searching.open_current()

    # --- the person --------------------------------------------------------------------------

    def _moved_to(self, cardholder_id: str) -> None:
        # Other results do not take the person in focus away: the caller is still on the line.
        if cardholder_id:
            self.focus.set_person(cardholder_id)

    def _open_now(self, cardholder_id: str) -> None:
        if cardholder_id:
            self._arriving = True
            self.tasks.start(self.desk.lookup.opened(cardholder_id))
            self.focus.set_person(cardholder_id)
            self._reload()
            self._reread()

    def _person_changed(self, cardholder_id: str) -> None:
        self._said.setVisible(False)
        self.clear_problem()
        self._settled, self._order = False, []
        if not cardholder_id:
            self._show_right(self._nobody)
            return
        # Nothing of another person stays in reach of a key; what is drawn stays until then.
        self.page.setUpdatesEnabled(False)
        self._hold_keyboard()
        self.page.setEnabled(False)
        self.results.set_current(cardholder_id)
        self._reload()
        self.tasks.start(self._refresh(_DWELL), only="refresh")

    def _card_changed(self, card_id: str) -> None:
        if card_id and card_id != self._offered:
            self._settled = True
        self._reload()

    def _changed_people(self, ids: frozenset[str]) -> None:
        if self.focus.person in ids:
            self._reload()

    def _reload(self) -> None:
        if self.focus.person:
            self.tasks.start(self._show(self.focus.person), only="show")

    async def _show(self, cardholder_id: str) -> None:
        try:
            person = await self.desk.lookup.person(cardholder_id)
            matters = await self._matters.read(cardholder_id)
        except UserFacing as problem:
            self.show_problem(problem)
            person = None
        if cardholder_id != self.focus.person:
            return
        if person is None:
            self._show_unread()
            return
        cards = steady(self._order if self._settled else (), person.cards)
        self._offer([seen.record.id for seen in cards])
        off, state, shown = await asyncio.gather(
            history.offs(self.desk.actions, person),
            self.desk.verification.state(cardholder_id),
            self._feed.read(person),
        )
        if cardholder_id != self.focus.person:
            return
        ordered = replace(person, cards=tuple(cards))
        may_see = state.allows("read")
        self.page.show_person(ordered, matters, self.focus.card, off, shown, open_=may_see)
        self._caller.show_state(state)
        self._show_right(self.page)
        if self._shown != cardholder_id:
            self._shown = cardholder_id
            self.page.activity.list.scrollToTop()
        if self._arriving:
            self._arriving = False
            self.page.start_focus()

    def _offer(self, cards: list[str]) -> None:
        """Put the first card in focus where nobody chose one and nothing was done yet."""
        self._order = cards
        open_ = not self._settled and self.isVisible()
        if open_ or self.focus.card not in cards:
            self._offered = cards[0] if cards else ""
            self.focus.set_card(self._offered)

    def _hold_keyboard(self) -> None:
        """Keep the keyboard here: from what is hidden it would go to the search field."""
        at = QApplication.focusWidget()
        if at is not None and self.page.isAncestorOf(at):
            self.setFocus()

    def _show_right(self, what: QWidget) -> None:
        if what is not self.page:
            self._hold_keyboard()
        for right in (self._nobody, self._unread, self.page):
            right.setVisible(right is what)
        self.page.setEnabled(True)
        self.page.setUpdatesEnabled(True)

    def _show_unread(self) -> None:
        """The mirror lacks the person: say that Stripe is asked, or offer to ask again."""
        if self.problem.isHidden():
            self._unread.set(tr("Asking Stripe…"), tr("The mirror does not know this person yet."))
        else:
            self._unread.set(tr("Nothing is known of this person yet"), "", tr("Ask Stripe again"))
        self._show_right(self._unread)

    def _pick_card(self, card_id: str) -> None:
        self._settled = True
        self.focus.set_card(card_id)

    def back_in_reach(self) -> None:
        """The person in focus is read once Stripe answers again."""
        self._reread()

    def _reread(self) -> None:
        self.tasks.start(self._refresh(0), only="refresh")

    async def _refresh(self, pause: float) -> None:
        await asyncio.sleep(pause)
        if not (person := self.focus.person):
            return
        await self.desk.calls.opened(person)
        self._reads += 1
        self.page.header.set_reading(True)
        try:
            await self.desk.lookup.refresh(person)
        except UserFacing as problem:
            # What the mirror knows stays on screen, with its age.
            if person == self.focus.person:
                self.show_problem(problem)
        finally:
            self._reads -= 1
            self.page.header.set_reading(self._reads > 0)
        await self._show(person)
        if person == self.focus.person:
            self._settled = True

    # --- handing a matter on -----------------------------------------------------------------

    def _lost_or_stolen(self) -> None:
        if self.focus.card:
            self._settled = True
            self.focus.lost_requested.emit()

    def _replace(self, card_id: str, reason: str) -> None:
        self.focus.replace_requested.emit(card_id, reason)

    def _dispute(self) -> None:
        line = self.page.activity.current()
        ids = [t.id for t in line.captures] if line is not None else []
        self.focus.dispute_requested.emit(tuple(ids))

    def _choose_line(self, line: Line | None) -> None:
        if line is not None and line.captures:
            self.focus.dispute_requested.emit(tuple(t.id for t in line.captures))

    def _complain(self) -> None:
        known = {"cardholder_id": self.focus.person, "card_id": self.focus.card}
        line = self.page.activity.current()
        if line is not None and line.captures:
            known["transaction_id"] = line.captures[0].id
        self.focus.complaint_requested.emit({k: v for k, v in known.items() if v})

    def _show_busy(self, card_id: str, words_: str) -> None:
        self._panel.set_busy(words_)
        self.page.set_busy(card_id, bool(words_))
        if words_:
            self._said.setVisible(False)

    def _say(self, sentence: str) -> None:
        self._said.say(sentence, "good", closable=True)

    def start_focus(self) -> None:
        """Work starts in the results, or with the person; the search field is the window's."""
        if not self.results.isHidden():
            self.results.setFocus()
        elif not self.page.isHidden():
            self.page.start_focus()
        else:
            super().start_focus()
