"""Freeze and switch on, the same from every tab: one at a time, said when Stripe has answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from supportdesk.domain.reasons import Why
from supportdesk.domain.records import Card
from supportdesk.errors import UserFacing
from supportdesk.services.switched import NEW, Off
from supportdesk.services.verification import refuse
from supportdesk.ui import text, words
from supportdesk.ui.cards import history
from supportdesk.ui.cards.reason_bar import ReasonBar
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of one card: how it is sent, the status it is to have then, and its words."""

    card_id: str
    send: Callable[[], Awaitable[Card]]
    status: str
    did: str
    doing: str
    then: Callable[[Card, str], bool] = lambda _card, _said: False  # whether it said it itself


class CardControl(QObject):
    """Sends a card's changes for a tab, asks why, and says how they went.

    Freezing waits for nothing: its reason is asked for once Stripe has answered. A frozen card is
    switched on only with a reason.

    Attributes:
        asks_elsewhere: whether something else is being asked; no reason is asked for then.

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
        self.asks_elsewhere: Callable[[], bool] = lambda: False
        self.bar = ReasonBar()
        tab.content.insertWidget(0, self.bar)
        tab.focus.person_changed.connect(self.bar.dismiss)
        tab.focus.card_changed.connect(self._card_changed)

    def freeze(self, card_id: str) -> None:
        """Freeze at once; nothing is asked."""
        self._freeze(card_id, lambda _card, _said: False)

    def freeze_and_ask(self, card_id: str) -> None:
        """Freeze at once, and ask why once it is frozen."""
        self._freeze(card_id, self._ask_once_frozen)

    def ask_why(self, card_id: str) -> None:
        """Ask why a card was frozen from here."""
        self._tab.tasks.start(self._ask_of(card_id), only="why")

    def switch_on(self, card_id: str) -> None:
        """Unfreeze or activate a card, whichever it needs; asks why first where that is due."""
        if card_id and card_id not in self._running:
            self._tab.tasks.start(self._switch_on(card_id), only="switch on")

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

    # --- freezing ----------------------------------------------------------------------------

    def _freeze(self, card_id: str, then: Callable[[Card, str], bool]) -> None:
        send = self._tab.desk.cards.freeze
        self._start(
            _Change(
                card_id,
                lambda: send(card_id),
                "inactive",
                tr("frozen"),
                tr("Freezing…"),
                then,
            )
        )

    async def _ask_of(self, card_id: str) -> None:
        if (found := await self._known(card_id)) is not None and found[0].status == "inactive":
            card = found[0]
            why = tr("Why was {card} frozen?", card=words.card_name(card))
            self._ask_why_frozen(card, why, focus=True)

    def _ask_once_frozen(self, card: Card, said: str) -> bool:
        """Ask for the reason under what Stripe said: a small window has no room for both."""
        elsewhere = card.cardholder_id != self._tab.focus.person or self.asks_elsewhere()
        if elsewhere or card.status != "inactive":
            return False
        self._ask_why_frozen(card, tr("{said} Why was it frozen?", said=said), focus=False)
        return True

    def _ask_why_frozen(self, card: Card, title: str, *, focus: bool) -> None:
        desk = self._tab.desk
        self.bar.ask(
            card.id,
            title,
            desk.cards.reasons.of("freeze"),
            tr("Write it down"),
            lambda why: self._tab.tasks.start(self._say_why(card, why)),
            later=tr("Later"),
            focus=focus,
        )

    async def _say_why(self, card: Card, why: Why) -> None:
        await self._tab.desk.cards.say_why(card.id, why)
        self.done.emit(tr("Why {card} was frozen is in the journal.", card=words.card_name(card)))

    # --- switching on ------------------------------------------------------------------------

    async def _switch_on(self, card_id: str) -> None:
        found = await self._known(card_id)
        if found is None:
            return
        card, off = found
        new = off is not None and off.kind in NEW
        action = "activate" if new else "unfreeze"
        state = await self._tab.desk.verification.state(card.cardholder_id)
        if not state.allows(action):  # before anyone writes a reason for nothing
            refuse(self._tab.desk.verification.policy, state.proof.matched, action)
        arrived = card.shipping is None or card.shipping.status in ("", "delivered")
        if new and arrived:
            self._activate(card, None)
        else:
            self._ask_before(card, off, new=new)

    def _ask_before(self, card: Card, off: Off | None, *, new: bool) -> None:
        name = words.card_name(card)
        detail = ""
        if new and card.shipping is not None:
            how = words.shipment_state(card.shipping.status)[0]
            detail = tr("Stripe says of its shipment: {how}. Ask whether it is there.", how=how)
        elif off is not None and off.why.given:
            detail = tr("Frozen by {agent}: {why}", agent=off.agent, why=off.why.words)
        self.bar.ask(
            card.id,
            tr("Why activate {card}?", card=name)
            if new
            else tr("Why switch {card} on?", card=name),
            self._tab.desk.cards.reasons.of("activate" if new else "unfreeze"),
            tr("Activate") if new else tr("Switch on"),
            lambda why: self._activate(card, why) if new else self._unfreeze(card, why),
            detail=detail,
            focus=True,
        )

    def _unfreeze(self, card: Card, why: Why) -> None:
        send = self._tab.desk.cards.unfreeze
        self._start(
            _Change(
                card.id,
                lambda: send(card.id, why),
                "active",
                tr("switched on"),
                tr("Switching on…"),
            )
        )

    def _activate(self, card: Card, why: Why | None) -> None:
        send = self._tab.desk.cards.activate
        self._start(
            _Change(
                card.id, lambda: send(card.id, why), "active", tr("activated"), tr("Activating…")
            )
        )

    async def _known(self, card_id: str) -> tuple[Card, Off | None] | None:
        """Return a card of the person in focus, and why it is off; None when it is gone."""
        desk, owner = self._tab.desk, self._tab.focus.person
        person = await desk.lookup.person(owner) if owner else None
        cards = [seen.record for seen in person.cards] if person else []
        card = next((card for card in cards if card.id == card_id), None)
        if card is None or person is None or owner != self._tab.focus.person:
            return None
        done = await history.of_card(desk.actions, card)
        return card, history.off(card, done, person.lines)

    # --- sending -----------------------------------------------------------------------------

    def _card_changed(self, card_id: str) -> None:
        if card_id != self.bar.card_id:
            self.bar.dismiss()

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
        self.bar.dismiss()
        self.busy.emit(change.card_id, change.doing)
        try:
            card = await change.send()
        except UserFacing as problem:
            raise await self.named(problem, person, change.card_id) from problem
        else:
            self.answered.emit(card, text.now_clock())
            said = _outcome(card, change, other=self._tab.focus.person != person)
            if not change.then(card, said):
                self.done.emit(said)
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
