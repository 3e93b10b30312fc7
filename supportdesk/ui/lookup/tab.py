"""The Lookup tab: type, choose, see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.declines import Texts
from supportdesk.domain.privacy import mask_email
from supportdesk.domain.records import Card
from supportdesk.errors import UserFacing
from supportdesk.services.desk import Desk
from supportdesk.services.lookup import Match
from supportdesk.ui import text, theme, words
from supportdesk.ui.cards.control import CardControl
from supportdesk.ui.focus import Focus
from supportdesk.ui.lookup.page import PersonPage
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState

_PAUSE = 0.01  # seconds after a key before the mirror is asked; a newer search stops an older one
_DWELL = 0.35  # seconds a row must stay current before Stripe is asked


def match_row(match: Match) -> Row:
    """A search result: name, state, masked contact and the cards' last digits."""
    person = match.cardholder
    said, tone = words.cardholder_state(person)
    digits = " ".join(f"•••• {last4}" for last4 in match.last4s[:3]) or tr("no card")
    return Row(
        key=person.id,
        title=person.name or person.id,
        chip=said,
        tone=tone,
        subtitle=" · ".join(part for part in (mask_email(person.email), digits) if part),
    )


class LookupTab(Tab):
    """Search results on the left, the person in focus on the right."""

    name: ClassVar[str] = "lookup"
    shortcut: ClassVar[str] = "F1"

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(desk, focus, parent)
        self.title = tr("Lookup")
        self._text = ""
        self._shown = ""
        self._arriving = False  # whether the keyboard goes to the person once they are shown
        self._offered = ""  # the card put in focus for want of a choice by the person
        px = theme.current.measures.px
        self._said = Banner()
        self._said.setVisible(False)
        self.content.addWidget(self._said)
        row = QHBoxLayout()
        row.setSpacing(px(0.6))
        self.content.addLayout(row, 1)
        row.addWidget(self._results(), 4)
        self._nobody = EmptyState(
            tr("Nobody in focus"),
            tr("Type a part of a name, an e-mail, a phone number or the last four digits."),
        )
        texts = desk.texts("declines")
        self.page = PersonPage(
            desk.settings.programme_name,
            Texts(reasons=texts["reasons"], checks=texts["checks"]),
        )
        row.addWidget(self._nobody, 13)
        row.addWidget(self.page, 13)
        self.page.setVisible(False)
        self._control = CardControl(self, desk.cards)
        self._connect()

    def _results(self) -> QWidget:
        px = theme.current.measures.px
        self._panel = Panel(tr("Cardholders"))
        self._panel.setMinimumWidth(px(15))
        self._panel.setMaximumWidth(px(22))
        self.results = RowList(tr("Search results"))
        self.results.setObjectName("lookup_results")
        self._none = EmptyState()
        self._none.setVisible(False)
        self._none.acted.connect(self._ask_stripe)
        self._panel.body.addWidget(self.results, 1)
        self._panel.body.addWidget(self._none, 1)
        foot = self._panel.add_footer()
        foot.addWidget(ElidedLabel(tr("Not here?"), "muted"))
        ask = KeyButton(tr("Ask Stripe"), kind="link")
        ask.setObjectName("lookup_ask_stripe")
        ask.setToolTip(tr("Looks for the exact e-mail, phone number, last four digits or id."))
        ask.clicked.connect(self._ask_stripe)
        foot.addWidget(ask)
        foot.addStretch(1)
        self._busy = label("", "small")
        foot.addWidget(self._busy)
        return self._panel

    def _connect(self) -> None:
        self.results.current_changed.connect(self._moved_to)
        self.results.chosen.connect(self._open_now)
        self.focus.person_changed.connect(self._person_changed)
        self.focus.card_changed.connect(lambda _card: self._reload())
        page, header = self.page, self.page.header
        page.card_picked.connect(self._pick_card)
        for acted, act in (
            (page.freeze, self._control.freeze),
            (page.unfreeze, self._control.unfreeze),
        ):
            # The card acted on stays in focus, whatever its new state sorts first.
            acted.connect(self._pick_card)
            acted.connect(act)
        page.replace.connect(lambda card: self.focus.replace_requested.emit(card, "damaged"))
        page.matter_chosen.connect(self._open_matter)
        page.activity.chosen.connect(self._choose_line)
        header.reread.connect(lambda: self.tasks.start(self._refresh(0), only="refresh"))
        header.lost_or_stolen.connect(self._lost_or_stolen)
        header.dispute.connect(self._dispute)
        header.complain.connect(self._complain)
        self._control.busy.connect(lambda _busy, words_: self._busy.setText(words_))
        self._control.done.connect(self._say)
        changes = self.desk.changes
        changes.cardholders.connect(self._changed_people)
        changes.activity.connect(self._changed_people)
        for signal in (changes.cards, changes.disputes, changes.complaints):
            signal.connect(lambda _ids: self._reload())
        changes.mirror.connect(lambda _progress: self._search(self._text, quiet=True))

    # --- searching ---------------------------------------------------------------------------

    async def opened(self) -> None:
        """Search again: the mirror may have grown meanwhile."""
        self._search(self._text, quiet=True)
        self._reload()

    def search_text(self, text_: str) -> None:
        """Search as the person types; the latest text wins."""
        self._said.setVisible(False)
        self._search(text_)

    def _search(self, text_: str, *, quiet: bool = False) -> None:
        self._text = text_
        self.tasks.start(self._find(text_, 0 if quiet else _PAUSE), only="search")

    async def _find(self, text_: str, pause: float) -> None:
        if pause:
            await asyncio.sleep(pause)
        began = time.perf_counter()
        found = await self.desk.lookup.search(text_)
        took = (time.perf_counter() - began) * 1000
        note = tr("{ms} ms · local mirror", ms=text.number(max(1, round(took))))
        self._show_matches(found, note)

    def _show_matches(self, found: Sequence[Match], note: str) -> None:
        self.results.set_rows([match_row(match) for match in found])
        self.results.setVisible(bool(found))
        self._none.setVisible(not found)
        count = text.number(len(found))
        title = tr("1 match") if len(found) == 1 else tr("{count} matches", count=count)
        if not self._text.strip():
            title, note = tr("Cardholders"), ""
        self._panel.set_title(title, note)
        if found:
            return
        if self._text.strip():
            self._none.set(
                tr("Nobody matches"),
                tr("Stripe can be asked for an exact e-mail, phone, last four digits or id."),
                tr("Ask Stripe"),
            )
        else:
            self._none.set(
                tr("Who is calling?"),
                tr("A part of a name, an e-mail, a phone number, the last four digits or an id."),
            )

    def _ask_stripe(self) -> None:
        self.tasks.start(self._find_at_stripe(self._text), only="search")

    async def _find_at_stripe(self, text_: str) -> None:
        self.clear_problem()
        self._busy.setText(tr("asking Stripe…"))
        try:
            found = await self.desk.lookup.ask_stripe(text_)
        finally:
            self._busy.setText("")
        if found:
            self._show_matches(found, tr("from Stripe, just now"))
        else:
            self._none.set(
                tr("Stripe knows nobody like that"),
                tr(
                    "It was asked for exactly “{typed}”. Names cannot be asked for.",
                    typed=text_[:60],
                ),
            )
            self.results.setVisible(False)
            self._none.setVisible(True)

    def move_in_results(self, steps: int) -> None:
        """Arrow keys of the search field move in the results."""
        self.results.move_by(steps)

    def open_current(self) -> None:
        """Enter in the search field: open the current result, or the only one."""
        if not self.results.current_key():
            self.results.move_by(1)
        self._open_now(self.results.current_key())

    # --- the person --------------------------------------------------------------------------

    def _moved_to(self, cardholder_id: str) -> None:
        # Other results do not take the person in focus away: the caller is still on the line.
        if cardholder_id:
            self.focus.set_person(cardholder_id)

    def _open_now(self, cardholder_id: str) -> None:
        if cardholder_id:
            self._arriving = True
            self.tasks.start(self.desk.lookup.opened(cardholder_id))
            self.focus.set_person(cardholder_id)
            self._reload()
            self.tasks.start(self._refresh(0), only="refresh")

    def _person_changed(self, cardholder_id: str) -> None:
        self._said.setVisible(False)
        self.clear_problem()
        self.page.setVisible(bool(cardholder_id))
        self._nobody.setVisible(not cardholder_id)
        if cardholder_id:
            self.results.set_current(cardholder_id)
            self._reload()
            self.tasks.start(self._refresh(_DWELL), only="refresh")

    def _changed_people(self, ids: frozenset[str]) -> None:
        if self.focus.person in ids:
            self._reload()

    def _reload(self) -> None:
        if self.focus.person:
            self.tasks.start(self._show(self.focus.person), only="show")

    async def _show(self, cardholder_id: str) -> None:
        person = await self.desk.lookup.person(cardholder_id)
        if person is None or cardholder_id != self.focus.person:
            return
        complaints = await self.desk.complaints.of_cardholder(cardholder_id)
        known = [seen.record for seen in person.cards]
        if self.focus.card in ("", self._offered) or self._gone(known):
            self._offered = known[0].id if known else ""
            self.focus.set_card(self._offered)
        self.page.show_person(person, complaints, self.focus.card)
        if self._shown != cardholder_id:
            self._shown = cardholder_id
            self.page.activity.list.scrollToTop()
        if self._arriving:
            self._arriving = False
            self.page.start_focus()

    def _pick_card(self, card_id: str) -> None:
        self._offered = ""
        self.focus.set_card(card_id)

    def _gone(self, known: Sequence[Card]) -> bool:
        return self.focus.card not in {card.id for card in known}

    async def _refresh(self, pause: float) -> None:
        await asyncio.sleep(pause)
        if not self.focus.person:
            return
        self.page.header.set_reading(True)
        try:
            person = await self.desk.lookup.refresh(self.focus.person)
            if self._offered and person.cardholder.record.id == self.focus.person:
                first = person.cards[0].record.id if person.cards else ""
                self._pick_card(first)
        except UserFacing as problem:
            # What the mirror knows stays on screen, with its age.
            self.show_problem(problem)
        finally:
            self.page.header.set_reading(False)

    # --- handing a matter on -----------------------------------------------------------------

    def _lost_or_stolen(self) -> None:
        if self.focus.card:
            self.focus.replace_requested.emit(self.focus.card, "lost")

    def _dispute(self) -> None:
        line = self.page.activity.current()
        ids = [t.id for t in line.captures] if line is not None else []
        self.focus.dispute_requested.emit(tuple(ids))

    def _choose_line(self, line: Line | None) -> None:
        if line is not None and line.captures:
            self.focus.dispute_requested.emit(tuple(t.id for t in line.captures))

    def _complain(self) -> None:
        known = {"cardholder_id": self.focus.person, "card_id": self.focus.card}
        line = self.page.activity.current()
        if line is not None and line.captures:
            known["transaction_id"] = line.captures[0].id
        self.focus.complaint_requested.emit({k: v for k, v in known.items() if v})

    def _open_matter(self, kind: str, matter: str) -> None:
        if kind == "dispute":
            self.focus.dispute_requested.emit((matter,))
        else:
            self.focus.complaint_requested.emit({"complaint_id": matter})

    def _say(self, sentence: str) -> None:
        self._said.set(sentence, "good", closable=True)
        self._said.appear()

    def start_focus(self) -> None:
        """Work starts in the results; the search field is the window's."""
        self.results.setFocus()
