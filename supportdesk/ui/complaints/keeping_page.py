"""The end of retention: what need not be kept any more, and the person in view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from supportdesk import aio
from supportdesk.domain.complaints import Complaint
from supportdesk.services.retention import Person
from supportdesk.ui.complaints.exits import Exits
from supportdesk.ui.complaints.keeping_words import held, kept_because
from supportdesk.ui.complaints.perhaps_list import PerhapsList
from supportdesk.ui.complaints.words import about
from supportdesk.ui.text import day, number, tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, page_column
from supportdesk.ui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk
    from supportdesk.ui.focus import Focus

SHOWN = 500  # complaints listed at once; those erased make room for others


class KeepingPage(Panel):
    """Complaints past their retention, and whoever is in focus, each to be erased.

    Signals:
        left: back to where the person was.
    """

    left = Signal()

    def __init__(
        self,
        desk: Desk,
        focus: Focus,
        tasks: aio.Tasks,
        exits: Exits,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("End of retention"), parent=parent)
        self._desk = desk
        self._focus = focus
        self._tasks = tasks
        self._exits = exits
        self._expired: dict[str, Complaint] = {}
        self._person: Person | None = None
        self.add_back(tr("Back"), "keeping_back", self.left)
        self._inner = page_column()
        self.body.addLayout(self._inner)
        self.said = Banner()
        self.said.setObjectName("keeping_said")
        self.said.hide()
        self._rule = label("", wrap=True)
        self._inner.addWidget(self.said)
        self._inner.addWidget(self._rule)
        self._make_person()
        self._make_list()

    def _make_person(self) -> None:
        self._who = label("", "heading", wrap=True)
        self._what = label("", "muted", wrap=True)
        self._what.setObjectName("keeping_person")
        self.erase_person = self._button("keeping_erase_person", tr("Erase this person…"))
        self.erase_person.clicked.connect(lambda: self._start(self._erase_focused))
        self.perhaps = PerhapsList()
        self._inner.addWidget(self._who)
        self._inner.addWidget(self._what)
        self._inner.addWidget(self.perhaps)
        self._inner.addLayout(_beside(self.erase_person))

    def _make_list(self) -> None:
        self._heading = label("", "heading", wrap=True)
        self.rows = RowList(tr("Complaints that need not be kept any more"))
        self.rows.setObjectName("keeping_rows")
        self.rows.current_changed.connect(lambda _key: self._choose())
        self.erase = self._button("keeping_erase", tr("Erase the complaint…"))
        self.erase.clicked.connect(lambda: self._start(self._erase_complaint))
        self.erase_whole = self._button("keeping_erase_whole", tr("Erase its person…"))
        self.erase_whole.clicked.connect(lambda: self._start(self._erase_its_person))
        self._inner.addWidget(self._heading)
        self._inner.addWidget(self.rows, 1)
        self._inner.addLayout(_beside(self.erase, self.erase_whole))
        self._inner.addStretch(0)  # takes the room while there is no list

    def _button(self, name: str, words: str) -> KeyButton:
        button = KeyButton(words)
        button.setObjectName(name)
        return button

    def load(self) -> None:
        """Read what need not be kept, and what there is of the person in focus."""
        self._tasks.start(self._read(), only="keeping")

    async def _read(self) -> None:
        retention = self._desk.retention
        years = self._desk.complaints.settings().retention_years
        self._rule.setText(
            tr(
                "Your settings keep closed complaints, calls and disputes for {n} years; a legal "
                "hold keeps them longer. What is erased here is gone for good.",
                n=years,
            )
        )
        expired = await retention.expired()
        self._expired = {one.id: one for one in expired[:SHOWN]}
        focused = self._focus.person
        self._person = await retention.person(focused) if focused else None
        self._show_person()
        self.rows.set_rows([self._row(one) for one in self._expired.values()])
        many = number(len(expired))
        if not expired:
            self._heading.setText(tr("No complaint is past its retention."))
        else:
            self._heading.setText(tr("Past their retention: {n}", n=many))
        self.rows.setVisible(bool(expired))
        self._choose()

    def _row(self, one: Complaint) -> Row:
        until = self._desk.retention.kept_until(one)
        kept = tr("kept until {day}", day=day(until)) if until is not None else ""
        return Row(key=one.id, title=one.number, subtitle=about(one), trailing=kept)

    def _show_person(self) -> None:
        person = self._person
        if person is None:
            self._who.setText(tr("Nobody is in view."))
            self._what.setText(tr("Open a person in Lookup to see what is kept of them."))
        else:
            self._who.setText(tr("In view: {name}", name=person.name or person.id))
            reasons = "\n".join(kept_because(person))
            self._what.setText(f"{held(person)}\n{reasons}".strip())
        perhaps = person.perhaps if person is not None else ()
        self.perhaps.show_perhaps(self._focus.person, perhaps)
        self.erase_person.setVisible(person is not None and not person.kept)

    def _choose(self) -> None:
        one = self._expired.get(self.rows.current_key())
        self.erase.setVisible(bool(self._expired))
        self.erase_whole.setVisible(bool(self._expired))
        self.erase.setEnabled(one is not None)
        self.erase_whole.setEnabled(one is not None and bool(one.cardholder_id))

    # --- erasing

    def _start(self, work: Callable[[], Awaitable[str]]) -> None:
        async def whole() -> None:
            try:
                said = await work()
            finally:
                self.load()
            if said:
                self.said.say(said, "good", closable=True)

        self._tasks.start(whole())

    async def _erase_focused(self) -> str:
        return await self._exits.erase_person(self._focus.person, self.perhaps.chosen())

    async def _erase_its_person(self) -> str:
        return await self._exits.erase_person(self._expired[self.rows.current_key()].cardholder_id)

    async def _erase_complaint(self) -> str:
        left = await self._exits.erase(self._expired[self.rows.current_key()])
        return tr("{number} was erased.", number=left.number) if left is not None else ""


def _beside(*buttons: KeyButton) -> QHBoxLayout:
    row = QHBoxLayout()
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
