"""Bars by month: won, lost, open, one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.dispute_figures import Tally
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue.figures_words import month
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label

# Colour and pattern: no colour is the only sign.
_KINDS = (
    ("won", "dot_good", Qt.BrushStyle.SolidPattern),
    ("lost", "dot_bad", Qt.BrushStyle.BDiagPattern),
    ("open", "muted", Qt.BrushStyle.NoBrush),
)
_WIDTH = 0.62
_MOST = 24  # months that fit


def load() -> Any:
    """Import the chart library, which takes a while: call it beside the window."""
    import pyqtgraph

    pyqtgraph.setConfigOption("exitCleanup", False)
    return pyqtgraph


class MonthChart(QWidget):
    """The chart; the table beside it says the same in figures."""

    def __init__(self, library: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._months: Mapping[str, Tally] = {}
        self._plot = library.PlotWidget()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label(tr("■ won   ▨ lost   □ open"), "small"))
        layout.addWidget(self._plot)
        self.setFixedHeight(theme.current.measures.px(12))
        name = tr("Bars by month; the table beside them has the figures")
        self.setAccessibleName(name)
        theme.current.changed.connect(self._draw)

    def set_months(self, months: Mapping[str, Tally]) -> None:
        """Show the latest months."""
        self._months = dict(list(months.items())[-_MOST:])
        self._draw()

    def _draw(self, _scheme: str = "") -> None:
        library, plot = self._library, self._plot
        plot.clear()
        plot.setBackground(theme.colour("panel"))
        names = list(self._months)
        base = [0.0] * len(names)
        for kind, ink, pattern in _KINDS:
            heights = [getattr(self._months[name], kind) for name in names]
            colour = theme.colour(ink)
            bars = library.BarGraphItem(
                x=list(range(len(names))),
                y0=list(base),
                height=heights,
                width=_WIDTH,
                brush=QBrush(colour, pattern),
                pen=library.mkPen(colour),
            )
            plot.addItem(bars)
            base = [low + height for low, height in zip(base, heights, strict=True)]
        self._dress_axes(names, max(base, default=0))

    def _dress_axes(self, names: list[str], highest: float) -> None:
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(theme.colour("edge"))
            axis.setTextPen(theme.colour("muted"))
            axis.setStyle(tickFont=theme.font(0.8))
        step = max(1, len(names) // 12)
        marks = [(at, month(name)) for at, name in enumerate(names) if at % step == 0]
        self._plot.getAxis("bottom").setTicks([marks])
        high = max(1, round(highest))
        every = max(1, high // 4)
        self._plot.getAxis("left").setTicks([[(n, str(n)) for n in range(0, high + 1, every)]])
        self._plot.setYRange(0, high * 1.1, padding=0)
        self._plot.setXRange(-0.6, max(len(names), 6) - 0.4, padding=0)
