"""Freeze and switch on, the same from every tab: one at a time, said when Stripe has answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from supportdesk.domain.records import Card
from supportdesk.errors import UserFacing
from supportdesk.ui import text, words
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one card: how it is sent, the status it is to have then, and its words."""

    card_id: str
    send: Callable[[str], Awaitable[Card]]
    status: str
    did: str
    doing: str


class CardControl(QObject):
    """Sends a card's changes for a tab and says how they went.

    Signals:
        done: one sentence, after Stripe's answer.
        answered: the card as Stripe says it is now, and the time of day of the answer.
        busy: id of the card, and a sentence while something is under way with it, "" afterwards.
    """

    done = Signal(str)
    answered = Signal(object, str)
    busy = Signal(str, str)

    def __init__(self, tab: Tab) -> None:
        super().__init__(tab)
        self._tab = tab
        self._running: set[str] = set()

    def freeze(self, card_id: str) -> None:
        """Freeze at once; nothing is asked."""
        send = self._tab.desk.cards.freeze
        self._start(_Change(card_id, send, "inactive", tr("frozen"), tr("Freezing…")))

    def unfreeze(self, card_id: str) -> None:
        """Switch a card on."""
        send = self._tab.desk.cards.unfreeze
        self._start(_Change(card_id, send, "active", tr("switched on"), tr("Switching on…")))

    async def named(self, problem: UserFacing, person: str, card_id: str) -> UserFacing:
        """Return a problem, with its card named if that is not in view any more; look again.

        Args:
            person: id of the cardholder that was in focus when it began.
        """
        # What Stripe refuses is not what the desk believed: it is read anew, beside the message.
        self._tab.tasks.start(self._look_again(person), only="look again")
        if self._tab.focus.person == person:
            return problem
        known = await self._tab.desk.lookup.person(person)
        cards = known.cards if known is not None else ()
        name = next((words.card_name(s.record) for s in cards if s.record.id == card_id), card_id)
        title = tr("{card} of another person: {title}", card=name, title=problem.title)
        return replace(problem, title=title)

    async def _look_again(self, person: str) -> None:
        with suppress(UserFacing):  # what went wrong first is what is said
            await self._tab.desk.lookup.refresh(person)

    def _start(self, change: _Change) -> None:
        if change.card_id and change.card_id not in self._running:
            self._tab.tasks.start(self._do(change))

    async def _do(self, change: _Change) -> None:
        person = self._tab.focus.person
        self._running.add(change.card_id)
        self._tab.clear_problem()
        self.busy.emit(change.card_id, change.doing)
        try:
            card = await change.send(change.card_id)
        except UserFacing as problem:
            raise await self.named(problem, person, change.card_id) from problem
        else:
            self.answered.emit(card, text.now_clock())
            self.done.emit(_outcome(card, change, other=self._tab.focus.person != person))
        finally:
            self._running.discard(change.card_id)
            self.busy.emit(change.card_id, "")


def _outcome(card: Card, change: _Change, *, other: bool) -> str:
    """What Stripe said: done, or, when the card was changed again meanwhile, how it is now."""
    name, at = words.card_name(card), text.now_clock()
    if other:
        name = tr("{card} of another person", card=name)
    if card.status == change.status:
        return tr(
            "{card} {did}, confirmed by Stripe at {time}.", card=name, did=change.did, time=at
        )
    state = words.card_state(card)[0]
    return tr("{card}: Stripe says at {time} it is {state}.", card=name, time=at, state=state)
