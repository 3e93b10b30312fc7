"""Figures: alone, on tiles, and in small tables that are all in view."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from supportdesk.ui import theme
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, frame

TILE = 9.5  # line heights: width of a figure that stands alone


def fill_tiles(
    place: QWidget, tiles: Sequence[tuple[str, str, str]], bad: Collection[str] = ()
) -> None:
    """Put figures in a flow: name, value and note each; those named in `bad` stand out."""
    layout = place.layout()
    assert layout is not None
    empty(layout)
    px = theme.current.measures.px
    for name, value, note in tiles:
        tile = frame("inset")
        column = QVBoxLayout(tile)
        column.setContentsMargins(px(0.7), px(0.5), px(0.7), px(0.5))
        column.setSpacing(px(0.1))
        said = label(value, "title", wrap=True)
        if name in bad:
            theme.mark(said, ink="bad")
        column.addWidget(label(name, "label", wrap=True))
        column.addWidget(said)
        column.addWidget(label(note, "small", wrap=True))
        column.addStretch(1)
        tile.setFixedWidth(px(TILE))
        tile.setMinimumHeight(px(5.4))
        tile.setAccessibleName(f"{name}: {value}, {note}")
        layout.addWidget(tile)


class Tallies(QTableWidget):
    """A small table, all of it in view.

    Signals:
        picked: number of a row that was clicked, or chosen with Enter.
    """

    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.cellClicked.connect(lambda row, _column: self.picked.emit(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses the row (Qt's interface)."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self.picked.emit(self.currentRow())
            return
        super().keyPressEvent(event)

    def set_rows(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows; the first column is wide, the others stand at the right."""
        self.setColumnCount(len(head))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(head))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for column in range(len(head)):
            if column and (title := self.horizontalHeaderItem(column)) is not None:
                title.setTextAlignment(right)
            elif (title := self.horizontalHeaderItem(column)) is not None:
                title.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = QTableWidgetItem(text)
                if column:
                    cell.setTextAlignment(right)
                self.setItem(at, column, cell)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme.current.measures.px(4.2))
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tall = self.verticalHeader().defaultSectionSize() * max(1, len(rows))
        self.setFixedHeight(header.sizeHint().height() + tall + 2 * self.frameWidth() + 2)
