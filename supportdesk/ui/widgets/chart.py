"""Bars, one kind above the other; a table beside them says the same in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.widgets.label import label

_WIDTH = 0.62


class Kind(NamedTuple):
    """How bars of a kind look: palette colour, and pattern as no colour is the only sign."""

    name: str
    ink: str
    pattern: Qt.BrushStyle = Qt.BrushStyle.SolidPattern


def load() -> Any:
    """Import the chart library, which takes a while: call it beside the window."""
    import pyqtgraph

    pyqtgraph.setConfigOption("exitCleanup", False)
    return pyqtgraph


class BarChart(QWidget):
    """The chart.

    Signals:
        picked: number of the bar that was clicked, and the kind of it, "" above all of them.
    """

    picked = Signal(int, str)

    def __init__(
        self,
        library: Any,
        kinds: Sequence[Kind],
        legend: str,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._kinds = tuple(kinds)
        self._names: list[str] = []
        self._heights: Mapping[str, Sequence[float]] = {}
        self._plot = library.PlotWidget()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._legend = label(legend, "small", wrap=True)
        layout.addWidget(self._legend)
        layout.addWidget(self._plot)
        self.setFixedHeight(theme.current.measures.px(12))
        self.setAccessibleName(name)
        theme.current.changed.connect(self._draw)

    def set_bars(self, names: Sequence[str], heights: Mapping[str, Sequence[float]]) -> None:
        """Show other bars: their names, and for each kind their heights."""
        self._names, self._heights = list(names), heights
        self._draw()

    def set_legend(self, text: str) -> None:
        """Say what the patterns stand for."""
        self._legend.setText(text)

    def _clicked(self, event: Any) -> None:
        place = self._plot.getPlotItem().vb.mapSceneToView(event.scenePos())
        at = round(place.x())
        if 0 <= at < len(self._names) and abs(place.x() - at) <= _WIDTH / 2:
            self.picked.emit(at, self._kind_at(at, place.y()))

    def _kind_at(self, bar: int, height: float) -> str:
        """Return the name of the kind that stands at a height of a bar."""
        top = 0.0
        for kind in self._kinds:
            top += self._heights[kind.name][bar] if kind.name in self._heights else 0
            if 0 <= height < top:
                return kind.name
        return ""

    def _draw(self, _scheme: str = "") -> None:
        library, plot = self._library, self._plot
        plot.clear()
        plot.setBackground(theme.colour("panel"))
        base = [0.0] * len(self._names)
        for kind in self._kinds:
            heights = self._heights.get(kind.name, base)
            colour = theme.colour(kind.ink)
            bars = library.BarGraphItem(
                x=list(range(len(self._names))),
                y0=list(base),
                height=list(heights),
                width=_WIDTH,
                brush=QBrush(colour, kind.pattern),
                pen=library.mkPen(colour),
            )
            plot.addItem(bars)
            base = [low + height for low, height in zip(base, heights, strict=True)]
        self._dress_axes(max(base, default=0))

    def _dress_axes(self, highest: float) -> None:
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(theme.colour("edge"))
            axis.setTextPen(theme.colour("muted"))
            axis.setStyle(tickFont=theme.font(0.8))
        step = max(1, len(self._names) // 12)
        marks = [(at, name) for at, name in enumerate(self._names) if at % step == 0]
        self._plot.getAxis("bottom").setTicks([marks])
        high = max(1, round(highest))
        every = max(1, high // 4)
        self._plot.getAxis("left").setTicks([[(n, str(n)) for n in range(0, high + 1, every)]])
        self._plot.setYRange(0, high * 1.1, padding=0)
        self._plot.setXRange(-0.6, max(len(self._names), 6) - 0.4, padding=0)
