"""What Stripe's answer changed about the person on the page, for the eye."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QObject

from supportdesk.domain import news
from supportdesk.services.lookup import Person
from supportdesk.ui import words
from supportdesk.ui.marks import Marks
from supportdesk.ui.text import tr


def _changed(names: Sequence[str]) -> str:
    said = {
        "status": tr("state"),
        "name": tr("name"),
        "email": tr("e-mail"),
        "phone": tr("phone"),
        "address": tr("address"),
        "birthday": tr("date of birth"),
        "requirements": tr("what Stripe asks for"),
        "limits": tr("limits"),
        "fraud_warning": tr("fraud warning"),
        "shipment": tr("shipment"),
        "replacement": tr("replacement"),
        "expiry": tr("expiry date"),
        "wallets": tr("wallets"),
    }
    return tr("changed: {what}", what=", ".join(said.get(name, name) for name in names))


class News(QObject):
    """Marks what differs from what was shown of the same person before.

    Attributes:
        marks: by id of the person, of their cards and disputes.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.marks = Marks(self)
        self._before: Person | None = None
        self._own: set[str] = set()

    def expect(self, card_id: str) -> None:
        """A step with a card was begun here: what comes of it is no news."""
        self._own.add(card_id)

    def look(
        self, person: Person, busy: Iterable[str], mine: Collection[str], *, growing: bool
    ) -> None:
        """Compare with the last look.

        Args:
            busy: ids of the cards with a step under way.
            mine: ids of the disputes that were saved or submitted here just now.
            growing: whether the mirror is still being filled.
        """
        before, self._before = self._before, person
        holder = person.cardholder.record
        if before is None or before.cardholder.record.id != holder.id:
            self.marks.clear()
            self._own.clear()
            return
        if names := news.of_person(before.cardholder.record, holder):
            self.marks.put(holder.id, _changed(names))
        self._look_at_disputes(before, person, mine, growing or not before.cards)
        # Of somebody known from long lists only, wallets are read now for the first time.
        listed = before.cardholder.how == "list"
        known = {seen.record.id: seen.record for seen in before.cards}
        for card in (seen.record for seen in person.cards):
            old = known.get(card.id)
            if old is None:
                if known:  # of somebody of whom no card was known none is news
                    self.marks.put(card.id, tr("new"))
                continue
            wallets = person.tokens.get(card.id, ())
            before_that = wallets if listed else before.tokens.get(card.id, ())
            if not (names := news.of_card(old, card, before_that, wallets)):
                continue
            if card.id not in self._own:
                self.marks.put(card.id, _changed(names))
            elif card.id not in busy:
                self._own.discard(card.id)

    def _look_at_disputes(
        self, before: Person, now: Person, mine: Collection[str], growing: bool
    ) -> None:
        """Mark what moved on; while the mirror grows, what comes into it need not be new."""
        old, new = ([seen.record for seen in one.disputes] for one in (before, now))
        for id, what in news.of_disputes(old, new, mine).items():
            said = tr("now {state}", state=words.dispute_state(what)[0])
            if not (growing and what == "new"):
                self.marks.put(id, tr("new") if what == "new" else said)
