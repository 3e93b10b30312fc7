"""Cards that expire soon, for a team to work through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from supportdesk.aio import Tasks
from supportdesk.domain.cards import EXPIRES_SOON_DAYS, expires_on
from supportdesk.services.expiring import Expiring, ExpiringCards, Which
from supportdesk.ui import text, words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.paged_model import Column
from supportdesk.ui.widgets.paged_table import PagedTable
from supportdesk.ui.widgets.panel import Panel

_SOON = 30  # days from which on a new card may come too late


class ExpiringPanel(Panel):
    """Living cards that end and that no new card was ordered for, those that end first on top.

    Signals:
        chosen: cardholder id and card id of the row that was chosen.
        lookup: find a person instead.

    Attributes:
        today: tells the day of the programme.
    """

    chosen = Signal(str, str)
    lookup = Signal()

    def __init__(
        self,
        expiring: ExpiringCards,
        today: Callable[[], date],
        tasks: Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Expiring cards"), parent=parent)
        self._expiring = expiring
        self.today = today
        self._tasks = tasks
        self._which: Which = "soon"
        self.filter = Segmented(
            [
                ("soon", tr("Within {days} days", days=EXPIRES_SOON_DAYS)),
                ("over", tr("Expired already")),
            ],
            tr("Which"),
        )
        self.filter.setObjectName("expiring_filter")
        self.filter.set_value("soon")
        self.filter.changed.connect(self._choose)
        self.add_action(self.filter)
        find = KeyButton(tr("Go to Lookup"))
        find.clicked.connect(self.lookup)
        self.add_action(find)
        self.table = PagedTable(
            tr("Expiring cards"), self._columns(), lambda row: row.card.id, tasks
        )
        self.table.view.setObjectName("expiring_list")
        self.table.chosen.connect(self._chosen)
        self.table.empty.acted.connect(self.lookup)
        self.body.addWidget(self.table)
        self._loaded = False

    def _columns(self) -> list[Column[Expiring]]:
        return [
            Column(title=tr("Works until"), text=self._until, tone=self._tone, share=1.6),
            Column(title=tr("Card"), text=lambda row: words.card_name(row.card), strong=True),
            Column(title=tr("Cardholder"), text=_owner, share=2),
            Column(title=tr("Kind"), text=lambda row: words.card_type(row.card), least=30),
            Column(
                title=tr("State"),
                text=lambda row: words.card_state(row.card)[0],
                tone=lambda row: words.card_state(row.card)[1],
                share=1.1,
            ),
        ]

    def _until(self, row: Expiring) -> str:
        last = expires_on(row.card)
        if last is None:
            return "–"
        left = (last - self.today()).days
        when = text.day(last, today=self.today())
        if left < 0:
            return when
        return (
            tr("{day} · {n} days", day=when, n=left) if left != 1 else tr("{day} · 1 day", day=when)
        )

    def _tone(self, row: Expiring) -> Tone | None:
        last = expires_on(row.card)
        if last is None:
            return None
        return (
            "bad"
            if last < self.today()
            else "warn"
            if (last - self.today()).days <= _SOON
            else None
        )

    def load(self) -> None:
        """Read the list from the mirror, from its beginning."""
        self._loaded = True
        if self._which == "soon":
            title = tr("No card expires within {days} days", days=EXPIRES_SOON_DAYS)
        else:
            title = tr("No expired card is waiting")
        told = tr("Cards whose replacement was ordered are not listed.")
        self.table.empty.set(title, told, tr("Go to Lookup"))
        self.table.load(self._fetch)
        self._tasks.start(self._count(), only="expiring")

    def reload(self) -> None:
        """Read the rows again if they were read before; the current one stays."""
        if self._loaded and self.isVisible():
            self.table.reload()
            self._tasks.start(self._count(), only="expiring")

    def start_focus(self) -> None:
        """Put the keyboard into the list, or to its filter when it is empty."""
        (self.table if self.table.model.rows else self.filter).setFocus()

    async def _fetch(self, after: Expiring | None) -> list[Expiring]:
        return await self._expiring.page(self._which, self.today(), after)

    async def _count(self) -> None:
        number = await self._expiring.count(self._which, self.today())
        self.set_title(tr("Expiring cards"), text.number(number))

    def _choose(self, which: str) -> None:
        self._which = "over" if which == "over" else "soon"
        self.load()

    def _chosen(self, row: Expiring) -> None:
        self.chosen.emit(row.card.cardholder_id, row.card.id)


def _owner(row: Expiring) -> str:
    if row.cardholder is not None and row.cardholder.name:
        return row.cardholder.name
    return words.short_id(row.card.cardholder_id)
