"""One person, one page: who, which cards, what happened, what is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.decline_texts import Texts
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Card
from supportdesk.services.lookup import Person
from supportdesk.services.switched import Off
from supportdesk.ui import text, theme, words
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.activity_feed import Shown
from supportdesk.ui.cards.limit_bar import LimitBar, worth_showing
from supportdesk.ui.cards.summary import CardSummary
from supportdesk.ui.lookup.matters import Matters, rows
from supportdesk.ui.lookup.news import News
from supportdesk.ui.lookup.person import PersonHeader
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, empty, rule, scroll
from supportdesk.ui.widgets.row_list import Row, RowList

_MOST_MATTERS = 2  # in view at once; the cards need the room, more are scrolled to


class PersonPage(QWidget):
    """The person in focus.

    Signals:
        card_picked, freeze, unfreeze: id of a card.
        replace: id of a card, and the usual reason for it.
        matter_chosen: kind and id of an open matter, as in `matters.rows`.
    """

    card_picked = Signal(str)
    freeze = Signal(str)
    unfreeze = Signal(str)
    replace = Signal(str, str)
    matter_chosen = Signal(str, str)

    def __init__(
        self, programme: str, texts: Texts, rules: Rules, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self._programme = programme
        self._texts = texts
        self._shown = Shown()
        self._cards_shown: object = None
        self._busy: set[str] = set()  # cards with a step under way
        self._person = ""
        self._news = News(self)
        self._news.marks.over.connect(self._show_news)
        self._matters_now: Callable[[Callable[[str], str]], list[Row]] = lambda _mark: []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(px(0.6))
        self.header = PersonHeader()
        outer.addWidget(self.header)
        columns = QHBoxLayout()
        columns.setSpacing(px(0.6))
        outer.addLayout(columns, 1)
        self._cards = Panel(tr("Cards"))
        self._cards.setMinimumWidth(px(17))
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(px(0.3), px(0.3), px(0.3), px(0.3))
        self._list.setSpacing(px(0.2))
        self._cards.body.addWidget(scroll(inner), 1)
        self._matters_title = label(tr("Open matters"), "heading")
        self._matters_title.setContentsMargins(px(0.75), px(0.5), px(0.75), px(0.4))
        self._matters = RowList(tr("Open matters"))
        self._matters.setObjectName("person_matters")
        self._matters.chosen.connect(self._choose_matter)
        self._cards.body.addWidget(rule())
        self._cards.body.addWidget(self._matters_title)
        self._cards.body.addWidget(self._matters)
        columns.addWidget(self._cards, 10)
        self.activity = ActivityPanel(rules, tr("Activity"))
        columns.addWidget(self.activity, 11)

    def set_busy(self, card_id: str, busy: bool) -> None:
        """Offer no step with a card while one is under way."""
        (self._busy.add if busy else self._busy.discard)(card_id)
        if busy:
            self._news.expect(card_id)
        for summary in self._summaries():
            summary.set_busy(summary.card.id in self._busy)

    def _summaries(self) -> list[CardSummary]:
        return self._cards.findChildren(CardSummary)

    def set_programme(self, name: str) -> None:
        """Draw the cards with another name of the programme."""
        self._programme = name
        for summary in self._summaries():
            summary.set_programme(name)

    def show_person(
        self,
        person: Person,
        matters: Matters,
        card: str,
        off: Mapping[str, Off],
        shown: Shown,
        *,
        open_: bool,
    ) -> None:
        """Show all that is known, or what may be shown of it.

        Args:
            open_: whether the caller may be told about purchases, disputes and contact data.
            card: id of the card in focus, "" for none.
            off: by card id, why it is switched off.
            shown: the purchases, and what the desk can say about them.
        """
        self._shown = shown if open_ else Shown(owner=shown.owner)
        self.header.show_person(person.cardholder, card=bool(card), open_=open_)
        self._show_cards(person, card, off)
        self._person = person.cardholder.record.id
        self._news.look(person, self._busy, matters.mine, growing=matters.growing)
        self._matters_now = partial(rows, matters, person.disputes, open_=open_)
        self.activity.show_activity(shown, open_=open_)
        self._show_news()

    def _show_news(self) -> None:
        marks = self._news.marks
        self.header.set_news(marks.said(self._person))
        for summary in self._summaries():
            summary.set_news(marks.said(summary.card.id))
        self._show_matters(self._matters_now(marks.said))

    def start_focus(self) -> None:
        """Put the keyboard to the purchases: what most callers ask about."""
        lines, strip = self.activity.list, self.header.strip
        if lines.isHidden():
            (self.header if strip.isHidden() else strip).setFocus()
        else:
            lines.setFocus()

    def _show_cards(self, person: Person, in_focus: str, off: Mapping[str, Off]) -> None:
        cards = tuple(seen.record for seen in person.cards)
        facts = (dict(off), self._shown.story.uses)
        shown_now = (cards, person.cardholder.record, person.tokens, in_focus, facts)
        if shown_now == self._cards_shown:
            return  # nothing that a person is about to click is built anew
        self._cards_shown = shown_now
        keyboard = QApplication.focusWidget()
        had_focus = keyboard is not None and self._cards.isAncestorOf(keyboard)
        empty(self._list)
        self._cards.set_title(tr("Cards"), text.number(len(cards)))
        known = {card.id: card for card in cards}
        for card in cards:
            # The card that the keys act on is in view even when it is dead.
            if card.id == in_focus or card.status != "canceled":
                self._list.addWidget(self._summary(card, person, in_focus, off))
            else:
                self._list.addWidget(self._gone(card, known))
        if not person.cards:
            self._list.addWidget(label(tr("This person has no card."), "muted", wrap=True))
        self._list.addStretch(1)
        if had_focus:
            self.start_focus()

    def _summary(
        self, card: Card, person: Person, in_focus: str, off: Mapping[str, Off]
    ) -> CardSummary:
        made = CardSummary(
            card,
            person.cardholder.record,
            person.tokens.get(card.id, ()),
            self._programme,
            in_focus=in_focus == card.id,
            off=off.get(card.id),
            extra=self._limits(card),
        )
        made.set_busy(card.id in self._busy)
        made.picked.connect(self.card_picked)
        made.freeze.connect(self.freeze)
        made.unfreeze.connect(self.unfreeze)
        made.replace.connect(self.replace)
        return made

    def _limits(self, card: Card) -> list[QWidget]:
        """How much of the card's limits is used."""
        uses = worth_showing(self._shown.story.uses.get(card.id, ()))
        return [LimitBar(use, self._texts) for use in uses]

    def _gone(self, card: Card, known: dict[str, Card]) -> QWidget:
        parts = [words.card_name(card), words.card_state(card)[0]]
        if (successor := known.get(card.replaced_by)) is not None:
            parts.append(tr("replaced by {card}", card=words.card_name(successor)))
        made = label(" · ".join(parts), "muted", wrap=True)
        made.setContentsMargins(*(theme.current.measures.px(0.6), 2) * 2)
        return made

    def _show_matters(self, rows: Sequence[Row]) -> None:
        self._matters.set_rows(rows)
        row = self._matters.sizeHintForRow(0) if rows else 0
        self._matters.setFixedHeight(row * min(len(rows), _MOST_MATTERS))
        for widget in (self._matters, self._matters_title):
            widget.setVisible(bool(rows))

    def _choose_matter(self, key: str) -> None:
        kind, _, matter = key.partition(" ")
        self.matter_chosen.emit(kind, matter)
