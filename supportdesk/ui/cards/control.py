"""Freeze and switch on, the same from every tab: one at a time, said when Stripe has answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal

from supportdesk.domain.records import Card
from supportdesk.services.cards import Cards
from supportdesk.ui import text, words
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr


class CardControl(QObject):
    """Sends a card's changes for a tab and says how they went.

    Signals:
        done: one sentence, after Stripe's answer.
        answered: the card as Stripe says it is now, and the time of day of the answer.
        busy: whether something is under way, with a sentence.
    """

    done = Signal(str)
    answered = Signal(object, str)
    busy = Signal(bool, str)

    def __init__(self, tab: Tab, cards: Cards) -> None:
        super().__init__(tab)
        self._tab = tab
        self._cards = cards
        self._running: set[str] = set()

    def freeze(self, card_id: str) -> None:
        """Freeze at once; nothing is asked."""
        self._start(card_id, self._cards.freeze, tr("frozen"), tr("Freezing…"))

    def unfreeze(self, card_id: str) -> None:
        """Switch a card on."""
        self._start(card_id, self._cards.unfreeze, tr("switched on"), tr("Switching on…"))

    def _start(
        self,
        card_id: str,
        send: Callable[[str], Awaitable[Card]],
        did: str,
        doing: str,
    ) -> None:
        if card_id and card_id not in self._running:
            self._tab.tasks.start(self._do(card_id, send, did, doing))

    async def _do(
        self, card_id: str, send: Callable[[str], Awaitable[Card]], did: str, doing: str
    ) -> None:
        self._running.add(card_id)
        self._tab.clear_problem()
        self.busy.emit(True, doing)
        try:
            card = await send(card_id)
            self.answered.emit(card, text.now_clock())
            self.done.emit(
                tr(
                    "{card} {did}, confirmed by Stripe at {time}.",
                    card=words.card_name(card),
                    did=did,
                    time=text.now_clock(),
                )
            )
        finally:
            self._running.discard(card_id)
            self.busy.emit(False, "")
