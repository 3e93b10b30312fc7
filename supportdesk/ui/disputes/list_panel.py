"""The queue of disputes with their next steps."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from supportdesk.aio import Tasks
from supportdesk.domain.dispute_queue import Counts, Line, SortBy
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.ui.disputes.queue import words
from supportdesk.ui.disputes.queue.filters import QueueFilters
from supportdesk.ui.text import money, tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.paged_model import Column
from supportdesk.ui.widgets.paged_table import PagedTable
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.words import merchant_name

BREATH = 150  # milliseconds between two readings of the list


class DisputeList(Panel):
    """All disputes of the account, sorted by the day of what comes next.

    Signals:
        opened: transaction id of the line now current.
        wanted_new: a new dispute shall be taken in.
        wanted_figures: the figures shall be shown.
        counted: the `Counts` of the queue.
    """

    opened = Signal(str)
    wanted_new = Signal()
    wanted_figures = Signal()
    counted = Signal(object)

    def __init__(self, queue: DisputeQueue, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tr("Disputes"), words.sorted_by("due"), parent=parent)
        self._queue = queue
        self._tasks = tasks
        self.filters = QueueFilters(queue.rules)
        self.filter = self.filters.which
        self.filters.changed.connect(self.load)
        self.new = KeyButton(tr("New dispute"), "N")
        self.new.setObjectName("dispute_new")
        self.new.clicked.connect(self.wanted_new)
        self.add_action(self.new)
        self.table = PagedTable(
            tr("Disputes"), self._columns(), lambda line: line.transaction_id, tasks, lines=2
        )
        self.table.view.setObjectName("disputes_list")
        self.table.current_changed.connect(self._moved)
        self.table.sort_requested.connect(self._sort)
        self.table.empty.acted.connect(self._act_on_empty)
        self.body.addWidget(self.filters)
        self.body.addWidget(self.table, 1)
        foot = self.add_footer()
        self.summary = ElidedLabel("", "muted")
        self.summary.setObjectName("disputes_summary")
        self.figures = KeyButton(tr("Figures"), kind="link")
        self.figures.setObjectName("disputes_figures")
        self.figures.clicked.connect(self.wanted_figures)
        foot.addWidget(self.summary, 1)
        foot.addWidget(self.figures)
        self._stale = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(BREATH)
        self._soon.timeout.connect(self._reload)
        self.table.model.state.connect(lambda _: self._reload_later())

    def _columns(self) -> list[Column[Line]]:
        rules, steps, today = self._queue.rules, self._queue.steps, self._queue.today
        step = Column[Line](
            title=tr("Next step"),
            text=lambda row: words.step(row.step, rules, steps),
            share=2.2,
            strong=True,
        )
        by = Column[Line](
            title=tr("By"),
            text=lambda row: words.by(row.step, today()),
            tone=lambda row: words.by_tone(row.step, today()),
            share=1.3,
            sort="due",
        )
        status = Column[Line](
            title=tr("Status"),
            text=lambda row: words.status(row, rules)[0],
            tone=lambda row: words.status(row, rules)[1],
            share=1.4,
            sort="status",
        )
        return [step, by, *self._matter_columns(), status]

    def _matter_columns(self) -> list[Column[Line]]:
        def amount(line: Line) -> str:
            known = line.amount is not None and line.currency
            return money(line.amount or 0, line.currency) if known else "–"

        return [
            Column(
                title=tr("Cardholder"),
                text=lambda row: row.cardholder or "–",
                share=1.5,
                sort="cardholder",
            ),
            Column(
                title=tr("Merchant"),
                text=lambda row: merchant_name(row.merchant),
                share=1.5,
                least=35,
                sort="merchant",
            ),
            Column(title=tr("Amount"), text=amount, share=1.4, right=True, sort="amount"),
            Column(
                title=tr("Reason"),
                text=self._reason,
                share=1.5,
                muted=True,
                least=39,
                sort="reason",
            ),
        ]

    def _reason(self, line: Line) -> str:
        return tr(self._queue.rules.reason_label(line.reason)) if line.reason else "–"

    def _sort(self, name: str, descending: bool) -> None:
        known: tuple[SortBy, ...] = ("due", "amount", "merchant", "cardholder", "reason", "status")
        self.filters.sort = next((sort for sort in known if sort == name), "due")
        self.filters.descending = descending
        self.set_title(tr("Disputes"), words.sorted_by(self.filters.sort))
        self.load()

    def load(self) -> None:
        """Read the list from this desk."""
        titles = {
            "mine": tr("No dispute is yours"),
            "waiting": tr("Nothing waits for others"),
            "due": tr("Nothing is due"),
            "ended": tr("No dispute has ended yet"),
        }
        title = titles.get(self.filters.chosen(), tr("No disputes"))
        if self.filters.narrowed():
            hint = tr("None of this reason and merchant.")
            self.table.empty.set(title, hint, tr("Every reason and merchant"))
        else:
            hint = tr("Choose a purchase of the cardholder to begin one.")
            self.table.empty.set(title, hint, tr("New dispute"))
        self.table.load(self._fetch)

    def _act_on_empty(self) -> None:
        self.filters.widen() if self.filters.narrowed() else self.wanted_new.emit()

    def reload(self) -> None:
        """Read the list again soon; the current line stays.

        While the mirror fills, changes come faster than the list can be read: one reading is
        always finished before the next.
        """
        self._stale = True
        self._reload_later()

    def _reload_later(self) -> None:
        loading = self.table.model.state_now == "loading"
        if self._stale and not loading and not self._soon.isActive():
            self._soon.start()

    def _reload(self) -> None:
        self._stale = False
        if self.table.model.state_now == "idle":  # never shown yet: only the counts are
            self._tasks.start(self.count(), only="count")
        else:
            self.table.reload()

    async def _fetch(self, after: Line | None) -> list[Line]:
        asked = self.filters.asked(self._queue.agent(), self._queue.today())
        lines = await self._queue.page(asked, after)
        if after is None:
            await self.count()
        return lines

    async def count(self) -> Counts:
        """Count what each filter shows, and what is to be done here."""
        asked = self.filters.asked(self._queue.agent(), self._queue.today())
        counts = await self._queue.counts(asked)
        self.filters.set_counts(counts)
        self.filters.set_reasons(await self._queue.reasons())
        self.counted.emit(counts)
        return counts

    def _moved(self, line: Line | None) -> None:
        if line is not None:
            self.opened.emit(line.transaction_id)

    def take_focus(self) -> None:
        """Put the keyboard into the list, or where there is none to its filter."""
        (self.table if self.table.model.rows else self.filter).setFocus()
