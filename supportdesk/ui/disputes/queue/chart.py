"""Bars by month: won, lost, open, one above the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from supportdesk.domain.dispute_figures import Tally
from supportdesk.ui.text import month, tr
from supportdesk.ui.widgets.chart import BarChart, Kind

_KINDS = (
    Kind("won", "dot_good"),
    Kind("lost", "dot_bad", Qt.BrushStyle.BDiagPattern),
    Kind("open", "muted", Qt.BrushStyle.NoBrush),
)
_MOST = 24  # months that fit


class MonthChart(BarChart):
    """The chart of disputes."""

    def __init__(self, library: Any, parent: QWidget | None = None) -> None:
        name = tr("Bars by month; the table beside them has the figures")
        super().__init__(library, _KINDS, tr("■ won   ▨ lost   □ open"), name, parent)

    def set_months(self, months: Mapping[str, Tally]) -> None:
        """Show the latest months."""
        latest = list(months.items())[-_MOST:]
        self.set_bars(
            [month(name) for name, _ in latest],
            {kind.name: [getattr(tally, kind.name) for _, tally in latest] for kind in _KINDS},
        )
