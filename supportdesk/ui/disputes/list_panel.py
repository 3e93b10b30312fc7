"""The list of disputes with their next steps."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from supportdesk.aio import Tasks
from supportdesk.domain.disputes_list import LOCAL, Line, status_text
from supportdesk.services.dispute_list import Which
from supportdesk.services.disputes import Disputes
from supportdesk.ui.palette import TONES, Tone
from supportdesk.ui.text import day, money, tr
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.paged_model import Column
from supportdesk.ui.widgets.paged_table import PagedTable
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.words import merchant_name

SOON = 7  # days
BREATH = 150  # milliseconds between two readings of the list


class DisputeList(Panel):
    """Disputes that are open, ended, or all of them.

    Signals:
        opened: transaction id of the line now current.
        wanted_new: a new dispute shall be taken in.
        counted: how many lines need work here, and how many of them within a week.
    """

    opened = Signal(str)
    wanted_new = Signal()
    counted = Signal(int, int)

    def __init__(self, disputes: Disputes, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tr("Disputes"), parent=parent)
        self._disputes = disputes
        self._which: Which = "open"
        self.filter = Segmented(
            [("open", tr("Open")), ("all", tr("All")), ("ended", tr("Ended"))], tr("Which")
        )
        self.filter.setObjectName("disputes_filter")
        self.filter.set_value("open")
        self.filter.changed.connect(self._chosen)
        self.add_action(self.filter)
        self.new = KeyButton(tr("New dispute"), "N")
        self.new.setObjectName("dispute_new")
        self.new.clicked.connect(self.wanted_new)
        self.add_action(self.new)
        self.table = PagedTable(
            tr("Disputes"), self._columns(), lambda line: line.transaction_id, tasks, lines=2
        )
        self.table.view.setObjectName("disputes_list")
        self.table.current_changed.connect(self._moved)
        self.table.empty.acted.connect(self.wanted_new)
        self.body.addWidget(self.table)
        self._stale = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(BREATH)
        self._soon.timeout.connect(self._reload)
        self.table.model.state.connect(lambda _: self._reload_later())

    def _columns(self) -> list[Column[Line]]:
        rules = self._disputes.rules

        def tone(line: Line) -> Tone:
            named = status_text(line.status, rules).tone
            return next((known for known in TONES if known == named), "neutral")

        def amount(line: Line) -> str:
            return money(line.amount, line.currency) if line.amount and line.currency else "–"

        return [
            Column(title=tr("Next step"), text=lambda row: row.next, share=2.2, strong=True),
            Column(title=tr("By"), text=self._by, tone=self._by_tone, share=1.5),
            Column(title=tr("Cardholder"), text=lambda row: row.cardholder or "–", share=1.5),
            Column(
                title=tr("Merchant"),
                text=lambda row: merchant_name(row.merchant),
                share=1.5,
                least=35,
            ),
            Column(title=tr("Amount"), text=amount, share=1.4, right=True),
            Column(title=tr("Reason"), text=self._reason, share=1.3, muted=True, least=39),
            Column(
                title=tr("Status"),
                text=lambda row: status_text(row.status, rules).label,
                tone=tone,
                share=1.4,
            ),
        ]

    def _reason(self, line: Line) -> str:
        return tr(self._disputes.rules.reason_label(line.reason)) if line.reason else "–"

    def _by(self, line: Line) -> str:
        if line.due is None:
            return ""
        left = (line.due - self._disputes.today()).days
        if not line.firm or left > 30:
            return day(line.due, today=self._disputes.today())
        if left < 0:
            return tr("late")
        return {0: tr("today"), 1: tr("1 day")}.get(left, tr("{n} days", n=left))

    def _by_tone(self, line: Line) -> Tone | None:
        if line.due is None or not line.firm:
            return None
        left = (line.due - self._disputes.today()).days
        return "bad" if left <= 3 else "warn" if left <= 14 else None

    def _chosen(self, which: str) -> None:
        self._which = "ended" if which == "ended" else "all" if which == "all" else "open"
        self.load()

    def load(self) -> None:
        """Read the list from this desk."""
        title = tr("No dispute has ended yet") if self._which == "ended" else tr("No disputes")
        words = tr("Choose a purchase of the cardholder to begin one.")
        self.table.empty.set(title, words, tr("New dispute"))
        self.table.load(self._fetch)

    def reload(self) -> None:
        """Read the list again soon; the current line stays.

        While the mirror fills, changes come faster than the list can be read: one reading is
        always finished before the next.
        """
        self._stale = True
        self._reload_later()

    def _reload_later(self) -> None:
        loading = self.table.model.state_now in ("idle", "loading")
        if self._stale and not loading and not self._soon.isActive():
            self._soon.start()

    def _reload(self) -> None:
        self._stale = False
        self.table.reload()

    async def _fetch(self, after: Line | None) -> list[Line]:
        if after is not None:
            return []
        lines = await self._disputes.lines(self._which)
        if self._which != "ended":
            today = self._disputes.today()
            mine = [line for line in lines if line.status in (LOCAL, "unsubmitted")]
            soon = [m for m in mine if m.due is not None and (m.due - today).days <= SOON]
            self.counted.emit(len(mine), len(soon))
        return lines

    def _moved(self, line: Line | None) -> None:
        if line is not None:
            self.opened.emit(line.transaction_id)

    def take_focus(self) -> None:
        """Put the keyboard into the list, or where there is none to its filter."""
        (self.table if self.table.model.rows else self.filter).setFocus()
