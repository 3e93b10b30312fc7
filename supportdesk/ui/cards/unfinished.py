"""Offers to finish an order that was left half done."""

from __future__ import annotations

from collections.abc import Callable

from supportdesk.services.lookup import Person
from supportdesk.services.replacement import Replaced, Unfinished
from supportdesk.ui import text, words
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner


class UnfinishedBanner(Banner):
    """Says which order of the person in focus was left, and goes on with it in its own call.

    Args:
        done: told what was ordered.
    """

    def __init__(self, tab: Tab, done: Callable[[Replaced], None]) -> None:
        super().__init__()
        self.setObjectName("cards_unfinished")
        self.setVisible(False)
        self._tab = tab
        self._done = done
        self._shown = ""

    def forget(self) -> None:
        """Show nothing: another person came into focus."""
        self._shown = ""
        self.setVisible(False)

    async def show_for(self, person: Person) -> None:
        """Show the oldest order left for a card of this person; nothing when there is none."""
        cards = {seen.record.id: seen.record for seen in person.cards}
        left = [u for u in await self._tab.desk.cards.unfinished() if u.order.card_id in cards]
        if person.cardholder.record.id != self._tab.focus.person:
            return
        if not left:
            self.forget()
            return
        first = left[0]
        card = cards[first.order.card_id]
        if card.status == "canceled":
            how = tr("It is cancelled; a new card is not ordered yet.")
        else:
            how = tr("It is neither cancelled nor replaced yet.")
        if self._shown == f"{first.entry.id} {card.status}":
            return  # nothing that a person is about to click is built anew
        self._shown = f"{first.entry.id} {card.status}"
        self.say(
            tr(
                "The replacement of {card} was begun {when} by {agent} and not finished.",
                card=words.card_name(card),
                when=text.when(first.entry.at),
                agent=first.entry.agent,
            ),
            "warn",
            [
                (tr("Finish it"), lambda: self._tab.tasks.start(self._finish(first))),
                (tr("Give it up"), lambda: self._tab.tasks.start(self._drop(first))),
            ],
            detail=how,
        )

    async def _finish(self, left: Unfinished) -> None:
        self.forget()
        done, problem = await self._tab.desk.lost.finish(left)
        self._done(done)
        if problem is not None:  # the card was ordered; only switching it on was not possible
            self._tab.show_problem(problem)

    async def _drop(self, left: Unfinished) -> None:
        await self._tab.desk.cards.drop_order(left, self._tab.desk.settings.agent)
