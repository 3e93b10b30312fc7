"""The figures of complaints: charts with their tables; a bar or row opens the complaints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk import aio
from supportdesk.domain.complaint_figures import Bar, Figures
from supportdesk.services.complaint_figures import ComplaintFigures
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints import figures_words as words
from supportdesk.ui.text import month, tr
from supportdesk.ui.widgets.chart import BarChart, Kind, load
from supportdesk.ui.widgets.figures import FiguresPanel
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.tallies import Tallies

_CAUSES = (
    Kind("0", "accent"),
    Kind("1", "dot_warn", Qt.BrushStyle.BDiagPattern),
    Kind("2", "dot_good", Qt.BrushStyle.Dense4Pattern),
    Kind("3", "muted", Qt.BrushStyle.NoBrush),
)
_SIGNS = "■▨▒□"
_MONTHS = {"6": 6, "12": 12, "24": 24}


class FiguresPage(FiguresPanel):
    """Figures of the last months.

    Signals:
        opened: a title and the ids of the complaints behind a bar.

    Attributes:
        shown: the figures in view, None before the first reading.
    """

    opened = Signal(str, object)

    def __init__(
        self,
        figures: ComplaintFigures,
        complaints: Complaints,
        tasks: aio.Tasks,
        parent: QWidget | None = None,
    ) -> None:
        periods = [(name, tr("{n} months", n=count)) for name, count in _MONTHS.items()]
        super().__init__(
            tr("Figures of complaints"),
            tr("by month of receipt"),
            tr("Back to the list"),
            [*periods, ("all", tr("All"))],
            "12",
            parent,
        )
        self._figures = figures
        self._complaints = complaints
        self._tasks = tasks
        self.shown: Figures | None = None
        self.charts: list[BarChart] = []
        self._causes: list[str] = []
        self._rows: dict[str, Sequence[Bar]] = {}
        self.tables: dict[str, Tallies] = {}
        self.period.changed.connect(lambda _: self.load())
        self.export_wanted.connect(lambda form: tasks.start(self.export(form), only="figures-file"))
        self._places = [self.add_chart(self._table(name)) for name in ("months", "over_time")]
        self.column.addLayout(self._grid())
        self.column.addStretch(1)

    def _table(self, name: str) -> Tallies:
        table = Tallies(words.title(name))
        table.setObjectName(f"figures_{name}")
        table.picked.connect(lambda row: self._pick(name, row))
        self.tables[name] = table
        return table

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.current.measures.px(1.2))
        self._merchants = label("", "small", wrap=True)
        for at, name in enumerate(words.LISTS):
            line, column = 3 * (at // 2), at % 2
            if name == "merchants":
                grid.addWidget(self._merchants, line + 2, column)
            grid.addWidget(label(words.title(name), "heading"), line, column)
            grid.addWidget(self._table(name), line + 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        return grid

    def first_day(self) -> date | None:
        """The first day of the period in view, None for all there is."""
        months = _MONTHS.get(self.period.value())
        if months is None:
            return None
        today = self._complaints.today()
        at = today.year * 12 + today.month - months  # zero-based month of the first one
        return date(at // 12, at % 12 + 1, 1)

    def load(self) -> None:
        """Read the figures again."""
        self._tasks.start(self.read(), only="figures")

    async def read(self) -> None:
        """Read the figures, then draw the charts.

        Raises:
            UserFacing: the casebook or the mirror cannot be read.
        """
        with self.reading():
            found = await self._figures.figures(self.first_day(), None)
        self.shown = found
        self.show_tiles(words.tiles(found), words.bad(found))
        self._fill(found)
        if not self.charts:
            library = await aio.in_thread(load)
            if not self.charts:
                self._make_charts(library)
        self._draw(found)

    def _fill(self, found: Figures) -> None:
        head, rows = words.months(found)
        self.tables["months"].set_rows(head, rows)
        self._rows = {"months": found.months, "over_time": found.months}
        self._causes = list(next(iter(found.causes_by_month.values()), {}))
        self.tables["over_time"].set_rows(
            (tr("Month"), *(f"{_SIGNS[at]} {name}" for at, name in enumerate(self._causes))),
            words.over_time(found),
        )
        self._merchants.setText(words.known_merchants(found))
        for name in words.LISTS:
            bars = self._rows[name] = words.bars(found, name)
            shown = [words.bar(name, bar) for bar in bars] or [(tr("none"), "")]
            self.tables[name].set_rows((words.head(name), tr("Complaints")), shown)

    async def export(self, form: str) -> None:
        """Write the figures in view as a file, where the person says."""
        shown = self.shown
        if shown is None:
            return

        async def write(path: Path) -> str:
            await self._figures.export(path, words.tables(shown))
            return tr("Figures written to {name}", name=path.name)

        name = f"complaint-figures-{self._complaints.today().isoformat()}"
        await self.save(tr("Export the figures"), name, form, write)

    def _make_charts(self, library: object) -> None:
        said = tr("the table beside them has the figures, Enter opens the complaints")
        for at, (kinds, legend) in enumerate(
            (((Kind("all", "accent"),), tr("■ received")), (_CAUSES, ""))
        ):
            name = ("months", "over_time")[at]
            spoken = tr("{what}: {note}", what=words.title(name), note=said)
            chart = BarChart(library, kinds, legend, spoken)
            chart.picked.connect(partial(self._pick, name))
            self.draw_in(self._places[at], chart)
            self.charts.append(chart)

    def _draw(self, found: Figures) -> None:
        names = [month(bar.name) for bar in found.months]
        self.charts[0].set_bars(names, {"all": [len(bar.ids) for bar in found.months]})
        by_cause = {
            str(at): [counts[cause] for counts in found.causes_by_month.values()]
            for at, cause in enumerate(self._causes)
        }
        signs = zip(_SIGNS, self._causes, strict=False)
        self.charts[1].set_legend("   ".join(f"{sign} {cause}" for sign, cause in signs))
        self.charts[1].set_bars(names, by_cause)

    def _pick(self, name: str, row: int, kind: str = "") -> None:
        """Open what is behind a row or bar; of causes over time, the one that was clicked."""
        bars = self._rows.get(name, ())
        if row >= len(bars) or not bars[row].ids:
            return
        title, ids = f"{words.head(name)}: {words.bar(name, bars[row])[0]}", bars[row].ids
        if self.shown is not None and kind.isdecimal() and int(kind) < len(self._causes):
            cause = self._causes[int(kind)]
            theirs = {id for bar in self.shown.causes if bar.name == cause for id in bar.ids}
            title, ids = f"{title} · {cause}", tuple(id for id in ids if id in theirs)
        self.opened.emit(title, ids)
