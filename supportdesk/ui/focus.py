"""Whom and what the tabs are about right now; how one tab hands a matter to another."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Focus(QObject):
    """The person and the card in focus, the same in every tab.

    Signals:
        person_changed: cardholder id, "" for nobody.
        card_changed: card id, "" for none.
        go: name of the tab to show.
        dispute_requested: tuple of transaction ids to dispute.
        complaint_disputed: tuple of transaction ids to dispute, and id of the complaint.
        complaint_requested: what is already known of a complaint, by field.
        verify_requested: ask the person in focus to prove who they are.
        override_requested: action that is to be allowed without that, with a reason.
        replace_requested: card id and reason (lost, stolen, damaged, expired).
        limits_requested: card id and whose limits are to be changed (card, cardholder).
        lost_requested: a card of the person in focus is lost or stolen; which one may be asked.
        report_requested: id of a report of a lost card to go on with.
    """

    person_changed = Signal(str)
    card_changed = Signal(str)
    go = Signal(str)
    dispute_requested = Signal(object)
    complaint_disputed = Signal(object, str)
    complaint_requested = Signal(object)
    verify_requested = Signal()
    override_requested = Signal(str)
    replace_requested = Signal(str, str)
    limits_requested = Signal(str, str)
    lost_requested = Signal()
    report_requested = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._person = ""
        self._card = ""

    @property
    def person(self) -> str:
        """Id of the cardholder in focus, "" for nobody."""
        return self._person

    @property
    def card(self) -> str:
        """Id of the card in focus, "" for none."""
        return self._card

    def set_person(self, cardholder_id: str) -> None:
        """Put a cardholder in focus; another person's card leaves it."""
        if cardholder_id == self._person:
            return
        self.set_card("")
        self._person = cardholder_id
        self.person_changed.emit(cardholder_id)

    def set_card(self, card_id: str) -> None:
        """Put a card in focus."""
        if card_id != self._card:
            self._card = card_id
            self.card_changed.emit(card_id)
