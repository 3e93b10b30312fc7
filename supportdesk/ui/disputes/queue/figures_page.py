"""The figures of disputes: what was filed, won, lost and recovered, and where."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk import aio
from supportdesk.domain.dispute_figures import PERIODS, Figures, Period
from supportdesk.errors import UserFacing
from supportdesk.services.dispute_figures import DisputeFigures
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.workbook import Table
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue import chart, figures_words
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.chart import load
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.save_file import ask_path
from supportdesk.ui.widgets.tallies import Tallies, fill_tiles


class FiguresPage(Panel):
    """Figures of a period, as tiles, a chart and tables.

    Signals:
        left: back to the queue.

    Attributes:
        shown: the figures in view, None while they are read.
    """

    left = Signal()

    def __init__(
        self,
        figures: DisputeFigures,
        queue: DisputeQueue,
        tasks: aio.Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Figures of disputes"), tr("counted where submitted"), parent=parent)
        self._figures = figures
        self._queue = queue
        self._tasks = tasks
        self.shown: Figures | None = None
        self._chart: chart.MonthChart | None = None
        for name, words in (("csv", tr("Export CSV")), ("xlsx", tr("Export Excel"))):
            button = KeyButton(words)
            button.setObjectName(f"figures_{name}")
            button.clicked.connect(lambda _on=False, name=name: tasks.start(self.export(name)))
            self.add_action(button)
        self.add_back(tr("Back to the queue"), "figures_back", self.left)
        layout = self.add_column(0.8)
        self.said = Banner()
        self.said.setVisible(False)
        layout.addWidget(self.said)
        names = [(name, figures_words.period(name)) for name in PERIODS]
        self.period = Segmented(names, tr("Period"), wrap=True)
        self.period.set_value("quarter")
        self.period.changed.connect(lambda _value: self.load())
        layout.addWidget(self.period)
        self._tiles = QWidget()
        FlowLayout(self._tiles)
        layout.addWidget(self._tiles)
        self._add_tables(layout)
        layout.addStretch(1)

    def _add_tables(self, layout: QVBoxLayout) -> None:
        px = theme.current.measures.px
        layout.addWidget(label(tr("By month of submission"), "heading"))
        self._months = QHBoxLayout()
        self._months.setSpacing(px(0.8))
        self.months = Tallies(tr("By month of submission"))
        self._place = label(tr("Drawing the chart…"), "muted")
        self._months.addWidget(self._place, 3, Qt.AlignmentFlag.AlignTop)
        self._months.addWidget(self.months, 2, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._months)
        self.reasons = Tallies(tr("By reason"))
        self.methods = Tallies(tr("By how the purchase was made"))
        both = QGridLayout()
        both.setHorizontalSpacing(px(1.2))
        for column, table in enumerate((self.reasons, self.methods)):
            both.addWidget(label(table.accessibleName(), "heading"), 0, column)
            both.addWidget(table, 1, column, Qt.AlignmentFlag.AlignTop)
            both.setColumnStretch(column, 1)
        layout.addLayout(both)

    def chosen(self) -> Period:
        """Return the period in view."""
        return next((name for name in PERIODS if name == self.period.value()), "quarter")

    def load(self) -> None:
        """Read the figures again."""
        self._tasks.start(self.read(), only="figures")

    async def read(self) -> None:
        """Read the figures, then draw the chart.

        Raises:
            UserFacing: the mirror cannot be read.
        """
        found = await self._figures.figures(self.chosen())
        self.shown = found
        self._show_tiles(found)
        head = figures_words.head
        self.months.set_rows(head(tr("Month")), figures_words.months(found))
        self.reasons.set_rows(head(tr("Reason")), figures_words.reasons(found, self._queue.rules))
        self.methods.set_rows(head(tr("Paid by")), figures_words.methods(found))
        if self._chart is None:
            library = await aio.in_thread(load)
            if self._chart is None:
                self._chart = chart.MonthChart(library)
                self._months.replaceWidget(self._place, self._chart)
                self._place.hide()
        self._chart.set_months(found.months)

    def _show_tiles(self, found: Figures) -> None:
        unfiled = tr("Expired without submission")
        made = figures_words.tiles(found)
        fill_tiles(self._tiles, made, {unfiled} if found.unfiled else set())

    async def export(self, kind: str) -> None:
        """Write the disputes of the period as a file, where the person says."""
        kinds = {"csv": tr("CSV file (*.csv)"), "xlsx": tr("Excel workbook (*.xlsx)")}
        name = f"disputes-{self._queue.today().isoformat()}.{kind}"
        path = await ask_path(self, tr("Export the disputes"), name, kinds[kind])
        if path is None:
            return
        try:
            count = await self._figures.export(path, self.chosen(), self._tables())
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        many = tr("1 dispute") if count == 1 else tr("{n} disputes", n=number(count))
        self.said.set(
            tr("{many} written to {name}", many=many, name=path.name), "good", closable=True
        )
        self.said.appear()

    def _tables(self) -> list[Table]:
        if self.shown is None:
            return []
        found, head = self.shown, figures_words.head
        tiles = [(name, value, note) for name, value, note in figures_words.tiles(found)]
        rules = self._queue.rules
        return [
            (tr("Figures"), (figures_words.period(self.chosen()), "", ""), tiles),
            (tr("By reason"), head(tr("Reason")), figures_words.reasons(found, rules)),
            (tr("By payment"), head(tr("Paid by")), figures_words.methods(found)),
            (tr("By month"), head(tr("Month")), figures_words.months(found)),
        ]
