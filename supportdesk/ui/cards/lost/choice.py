"""Which card is lost, when the person has several: one more key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from supportdesk.domain.records import Card
from supportdesk.ui.cards.rows import card_row
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList

_MOST = 9  # cards that have a digit


class CardChoice(Panel):
    """The person's living cards; a digit, or Enter on a row, freezes that card.

    Signals:
        chosen: id of the card.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Which card is lost or stolen?"), parent=parent)
        self.setObjectName("lost_choice")
        said = tr("Press its number: it is frozen at once, nothing is asked before. Esc leaves.")
        hint = label(said, "muted", wrap=True)
        hint.setContentsMargins(12, 8, 12, 8)
        self.body.addWidget(hint)
        self.list = RowList(tr("Cards of this person"))
        self.list.setObjectName("lost_choice_list")
        self.list.chosen.connect(self.chosen)
        self.body.addWidget(self.list, 1)
        self._cards: list[Card] = []
        for digit in range(1, _MOST + 1):
            keys = QShortcut(QKeySequence(str(digit)), self)
            keys.setAutoRepeat(False)
            keys.activated.connect(lambda digit=digit: self._pick(digit))

    def show_cards(self, cards: Sequence[Card], current: str) -> None:
        """Offer cards; `current` is the id of the one that Enter takes."""
        self._cards = list(cards)
        rows = [_row(at, card) for at, card in enumerate(self._cards, start=1)]
        self.list.set_rows(rows)
        ids = [card.id for card in self._cards]
        self.list.set_current(current if current in ids else ids[0])
        self.list.setFocus()

    def _pick(self, digit: int) -> None:
        if digit <= len(self._cards):
            self.chosen.emit(self._cards[digit - 1].id)


def _row(at: int, card: Card) -> Row:
    row = card_row(card, None)
    return replace(row, title=f"{at}  {row.title}") if at <= _MOST else row
