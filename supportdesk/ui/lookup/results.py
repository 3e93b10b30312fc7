"""The search results, or what stands there when nobody matches."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from supportdesk.domain.privacy import find_card_numbers, mask_email
from supportdesk.services.lookup import Match
from supportdesk.ui import text, theme, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState


def match_row(match: Match) -> Row:
    """A search result: name, state, masked contact and the cards' last digits."""
    person = match.cardholder
    said, tone = words.cardholder_state(person)
    digits = " ".join(f"•••• {last4}" for last4 in match.last4s[:2]) or tr("no card")
    return Row(
        key=person.id,
        title=person.name or person.id,
        chip=said,
        tone=tone,
        subtitle=mask_email(person.email),
        trailing_note=digits,  # in a narrow window the address gives way, not the card
    )


class ResultsPanel(Panel):
    """Who matches what was typed.

    Signals:
        ask: Stripe is to be asked for what was typed.

    Attributes:
        list: the people found.
    """

    ask = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Cardholders"), parent=parent)
        px = theme.current.measures.px
        self.setMinimumWidth(px(15))
        self.setMaximumWidth(px(22))
        self.list = RowList(tr("Search results"))
        self.list.setObjectName("lookup_results")
        self._none = EmptyState()
        self._none.setObjectName("lookup_none")
        self._none.setVisible(False)
        self._none.acted.connect(self.ask)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._none, 1)
        foot = self.add_footer()
        foot.addWidget(ElidedLabel(tr("Not here?"), "muted"))
        ask = KeyButton(tr("Ask Stripe"), kind="link")
        ask.setObjectName("lookup_ask_stripe")
        ask.setToolTip(tr("Looks for the exact e-mail, phone number, last four digits or id."))
        ask.clicked.connect(self.ask)
        foot.addWidget(ask)
        foot.addStretch(1)
        self._busy = label("", "small")
        foot.addWidget(self._busy)

    def show_matches(self, found: Sequence[Match], note: str) -> None:
        """Show who was found; the person in focus stays current if they are among them."""
        count = text.number(len(found))
        title = tr("1 match") if len(found) == 1 else tr("{count} matches", count=count)
        self.set_title(title, note)
        self.list.set_rows([match_row(match) for match in found])
        self.list.setVisible(bool(found))
        self._none.setVisible(not found)

    def show_nobody(self, typed: str) -> None:
        """Say that nobody matches, or, when nothing was typed, what to type."""
        self.show_matches((), "")
        if numbers := find_card_numbers(typed):
            self.say(
                tr("This looks like a full card number"),
                tr(
                    "It is neither searched for nor sent to Stripe. "
                    "Type only its last four digits, {last4}.",
                    last4=numbers[0].last4,
                ),
            )
        elif typed.strip():
            self.say(
                tr("Nobody matches"),
                tr("Stripe can be asked for an exact e-mail, phone, last four digits or id."),
                tr("Ask Stripe"),
            )
        else:
            self.set_title(tr("Cardholders"))
            self.say(
                tr("Who is calling?"),
                tr("A part of a name, an e-mail, a phone number, the last four digits or an id."),
            )

    def say(self, title: str, detail: str, action: str = "") -> None:
        """Say something where the results would be."""
        self.list.setVisible(False)
        self._none.setVisible(True)
        self._none.set(title, detail, action)

    def set_busy(self, words_: str) -> None:
        """Say at the foot what is under way, "" for nothing."""
        self._busy.setText(words_)
