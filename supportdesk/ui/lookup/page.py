"""One person, one page: who, which cards, what happened, what is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.complaints import Complaint
from supportdesk.domain.decline_texts import Texts
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.records import Card, Dispute, Seen
from supportdesk.services.lookup import Person
from supportdesk.ui import text, theme, words
from supportdesk.ui.activity import ActivityPanel
from supportdesk.ui.activity_feed import Shown
from supportdesk.ui.cards.limit_bar import LimitBar, worth_showing
from supportdesk.ui.cards.summary import CardSummary
from supportdesk.ui.lookup.person import PersonHeader
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, rule, scroll
from supportdesk.ui.widgets.row_list import Row, RowList

_OPEN_DISPUTES = ("unsubmitted", "submitted")


class PersonPage(QWidget):
    """The person in focus.

    Signals:
        card_picked, freeze, unfreeze, replace: id of a card.
        matter_chosen: kind ("dispute" or "complaint") and id of an open matter.
    """

    card_picked = Signal(str)
    freeze = Signal(str)
    unfreeze = Signal(str)
    replace = Signal(str)
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
        self._matters.setFixedHeight(px(6.6))
        self._matters.chosen.connect(self._choose_matter)
        self._cards.body.addWidget(rule())
        self._cards.body.addWidget(self._matters_title)
        self._cards.body.addWidget(self._matters)
        columns.addWidget(self._cards, 10)
        self.activity = ActivityPanel(rules, tr("Activity"))
        columns.addWidget(self.activity, 11)

    def show_person(
        self, person: Person, complaints: Sequence[Complaint], card: str, shown: Shown
    ) -> None:
        """Show all that is known; `card` is the id of the card in focus."""
        self._shown = shown
        self.header.show_person(person.cardholder)
        self._show_cards(person, card)
        self.activity.show_activity(shown)
        self._show_matters(person.disputes, complaints)

    def start_focus(self) -> None:
        """Put the keyboard to the purchases: what most callers ask about."""
        lines = self.activity.list
        (self.header if lines.isHidden() else lines).setFocus()

    def _show_cards(self, person: Person, in_focus: str) -> None:
        cards = tuple(seen.record for seen in person.cards)
        story = self._shown.story
        limits = (story.uses, story.frozen)
        shown_now = (cards, person.cardholder.record, person.tokens, in_focus, limits)
        if shown_now == self._cards_shown:
            return  # nothing that a person is about to click is built anew
        self._cards_shown = shown_now
        keyboard = QApplication.focusWidget()
        had_focus = keyboard is not None and self._cards.isAncestorOf(keyboard)
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        living = [s.record for s in person.cards if s.record.status != "canceled"]
        dead = [s.record for s in person.cards if s.record.status == "canceled"]
        self._cards.set_title(tr("Cards"), text.number(len(person.cards)))
        shown = living or dead[:1]
        for card in shown:
            self._list.addWidget(self._summary(card, person, in_focus == card.id))
        known = {s.record.id: s.record for s in person.cards}
        for card in (c for c in dead if c not in shown):
            self._list.addWidget(self._gone(card, known))
        if not person.cards:
            self._list.addWidget(label(tr("This person has no card."), "muted", wrap=True))
        self._list.addStretch(1)
        if had_focus:
            self.start_focus()

    def _summary(self, card: Card, person: Person, in_focus: bool) -> CardSummary:
        made = CardSummary(
            card,
            person.cardholder.record,
            person.tokens.get(card.id, ()),
            self._programme,
            in_focus=in_focus,
            extra=self._extra(card),
        )
        made.picked.connect(self.card_picked)
        made.freeze.connect(self.freeze)
        made.unfreeze.connect(self.unfreeze)
        made.replace.connect(self.replace)
        return made

    def _extra(self, card: Card) -> list[QWidget]:
        """Who froze the card, and how much of its limits is used."""
        story, made = self._shown.story, list[QWidget]()
        if (frozen := story.frozen.get(card.id)) is not None:
            by = tr("frozen by {agent}, {when}", agent=frozen.agent, when=text.when(frozen.at))
            made.append(
                label(f"{by}{', “' + frozen.why + '”' if frozen.why else ''}", "muted", wrap=True)
            )
        uses = worth_showing(story.uses.get(card.id, ()))
        return [*made, *(LimitBar(use, self._texts) for use in uses)]

    def _gone(self, card: Card, known: dict[str, Card]) -> QWidget:
        parts = [words.card_name(card), words.card_state(card)[0]]
        if (successor := known.get(card.replaced_by)) is not None:
            parts.append(tr("replaced by {card}", card=words.card_name(successor)))
        made = label(" · ".join(parts), "muted", wrap=True)
        made.setContentsMargins(*(theme.current.measures.px(0.6), 2) * 2)
        return made

    def _show_matters(
        self, disputes: Sequence[Seen[Dispute]], complaints: Sequence[Complaint]
    ) -> None:
        rows = [_dispute_row(s.record) for s in disputes if s.record.status in _OPEN_DISPUTES]
        rows += [_complaint_row(complaint) for complaint in complaints if complaint.open]
        self._matters.set_rows(rows)
        for widget in (self._matters, self._matters_title):
            widget.setVisible(bool(rows))

    def _choose_matter(self, key: str) -> None:
        kind, _, matter = key.partition(" ")
        self.matter_chosen.emit(kind, matter)


def _dispute_row(dispute: Dispute) -> Row:
    amount = text.money(dispute.amount, dispute.currency)
    return Row(
        key=f"dispute {dispute.transaction_id}",
        title=tr("Dispute over {amount}", amount=amount),
        subtitle=dispute.reason.replace("_", " "),
        chip=tr("draft") if dispute.status == "unsubmitted" else tr("submitted"),
        tone="accent",
    )


def _complaint_row(complaint: Complaint) -> Row:
    return Row(
        key=f"complaint {complaint.id}",
        title=complaint.number,
        subtitle=complaint.complaint_sub_category,
        chip=tr("complaint"),
        tone="warn",
    )
