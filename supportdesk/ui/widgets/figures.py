"""What pages of figures have in common: a period, tiles, charts beside tables, a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.errors import UserFacing
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.chart import BarChart
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, empty
from supportdesk.ui.widgets.save_file import ask_path
from supportdesk.ui.widgets.tallies import Tallies, fill_tiles


class FiguresPanel(Panel):
    """Figures of a period; a page adds its charts and tables below the tiles.

    Signals:
        left: back to the list.
        export_wanted: "csv" or "xlsx": the figures in view as such a file.

    Args:
        back: words of the button that leads back.
        periods: what can be chosen, each with its words.
        chosen: the period to begin with.

    Attributes:
        column: the page's parts go in here.
    """

    left = Signal()
    export_wanted = Signal(str)

    def __init__(
        self,
        title: str,
        note: str,
        back: str,
        periods: Sequence[tuple[str, str]],
        chosen: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, note, parent=parent)
        for form, words in (("csv", tr("Export CSV…")), ("xlsx", tr("Export Excel…"))):
            button = KeyButton(words)
            button.setObjectName(f"figures_{form}")
            button.clicked.connect(lambda _on=False, form=form: self.export_wanted.emit(form))
            self.add_action(button)
        self.add_back(back, "figures_back", self.left)
        self.column = self.add_column(0.8)
        self.said = Banner()
        self.said.hide()
        self.period = Segmented(periods, tr("Period"), wrap=True)
        self.period.set_value(chosen)
        self._reading = label(tr("Reading the figures…"), "muted")
        self._reading.hide()
        self._tiles = QWidget()
        FlowLayout(self._tiles)
        for part in (self.said, self.period, self._reading, self._tiles):
            self.column.addWidget(part)

    def add_chart(self, table: Tallies, shares: tuple[int, int] = (1, 1)) -> QVBoxLayout:
        """Add a heading, and below it a place for a chart beside the table of its figures.

        Args:
            table: its name is the heading.
            shares: how chart and table share the width.

        Returns:
            The place for the chart; words stand there until `draw_in` puts one in.
        """
        self.column.addWidget(label(table.accessibleName(), "heading"))
        row = QHBoxLayout()
        row.setSpacing(theme.current.measures.px(0.8))
        around = QWidget()
        place = QVBoxLayout(around)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(label(tr("Drawing the chart…"), "muted"))
        row.addWidget(around, shares[0], Qt.AlignmentFlag.AlignTop)
        row.addWidget(table, shares[1], Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        return place

    @staticmethod
    def draw_in(place: QVBoxLayout, chart: BarChart) -> None:
        """Put a chart where until now words stood."""
        empty(place)
        place.addWidget(chart)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say that the figures are being read, as long as they are."""
        self._reading.show()
        try:
            yield
        finally:
            self._reading.hide()

    def show_tiles(self, tiles: Sequence[tuple[str, str, str]], bad: Collection[str] = ()) -> None:
        """Show figures that stand alone: name, value and note; those in `bad` stand out."""
        fill_tiles(self._tiles, tiles, bad)

    async def save(
        self, title: str, name: str, form: str, write: Callable[[Path], Awaitable[str]]
    ) -> None:
        """Ask where a file shall be, have it written and say so, or what was in the way.

        Args:
            name: offered file name, without its ending.
            form: "csv" or "xlsx".
            write: writes the file; returns the words for it, or raises UserFacing.
        """
        kinds = {"csv": tr("CSV file (*.csv)"), "xlsx": tr("Excel workbook (*.xlsx)")}
        path = await ask_path(self, title, f"{name}.{form}", kinds[form])
        if path is None:
            return
        try:
            said = await write(path)
        except UserFacing as problem:
            self.said.show_problem(problem)
        else:
            self.said.say(said, "good", closable=True)
