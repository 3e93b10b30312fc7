"""The figures of disputes: what was filed, won, lost and recovered, and where."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk import aio
from supportdesk.domain.dispute_figures import PERIODS, Figures, Period
from supportdesk.services.dispute_figures import DisputeFigures
from supportdesk.services.dispute_queue import DisputeQueue
from supportdesk.services.workbook import Table
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue import chart, figures_words
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.chart import load
from supportdesk.ui.widgets.figures import FiguresPanel
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.tallies import Tallies


class FiguresPage(FiguresPanel):
    """Figures of a period, as tiles, a chart and tables.

    Attributes:
        shown: the figures in view, None while they are read.
    """

    def __init__(
        self,
        figures: DisputeFigures,
        queue: DisputeQueue,
        tasks: aio.Tasks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            tr("Figures of disputes"),
            tr("counted where submitted"),
            tr("Back to the queue"),
            [(name, figures_words.period(name)) for name in PERIODS],
            "quarter",
            parent,
        )
        self._figures = figures
        self._queue = queue
        self._tasks = tasks
        self.shown: Figures | None = None
        self._chart: chart.MonthChart | None = None
        self.period.changed.connect(lambda _: self.load())
        self.export_wanted.connect(lambda form: tasks.start(self.export(form), only="figures-file"))
        self.months = Tallies(tr("By month of submission"))
        self._place = self.add_chart(self.months, (3, 2))
        self.reasons = Tallies(tr("By reason"))
        self.methods = Tallies(tr("By how the purchase was made"))
        both = QGridLayout()
        both.setHorizontalSpacing(theme.current.measures.px(1.2))
        for column, table in enumerate((self.reasons, self.methods)):
            both.addWidget(label(table.accessibleName(), "heading"), 0, column)
            both.addWidget(table, 1, column, Qt.AlignmentFlag.AlignTop)
            both.setColumnStretch(column, 1)
        self.column.addLayout(both)
        self.column.addStretch(1)

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
        with self.reading():
            found = await self._figures.figures(self.chosen())
        self.shown = found
        unfiled = {tr("Expired without submission")} if found.unfiled else set()
        self.show_tiles(figures_words.tiles(found), unfiled)
        head = figures_words.head
        self.months.set_rows(head(tr("Month")), figures_words.months(found))
        self.reasons.set_rows(head(tr("Reason")), figures_words.reasons(found, self._queue.rules))
        self.methods.set_rows(head(tr("Paid by")), figures_words.methods(found))
        if self._chart is None:
            library = await aio.in_thread(load)
            if self._chart is None:
                self._chart = chart.MonthChart(library)
                self.draw_in(self._place, self._chart)
        self._chart.set_months(found.months)

    async def export(self, form: str) -> None:
        """Write the disputes of the period as a file, where the person says."""

        async def write(path: Path) -> str:
            count = await self._figures.export(path, self.chosen(), self._tables())
            many = tr("1 dispute") if count == 1 else tr("{n} disputes", n=number(count))
            return tr("{many} written to {name}", many=many, name=path.name)

        name = f"disputes-{self._queue.today().isoformat()}"
        await self.save(tr("Export the disputes"), name, form, write)

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
