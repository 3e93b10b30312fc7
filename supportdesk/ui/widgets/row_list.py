"""A list of rows with a title, a status chip and a second line, like search results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.widgets import paint
from supportdesk.ui.widgets.button import is_main_key

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    Attributes:
        key: what the signals name.
        short: what the second line says instead of `subtitle` where there is no room for that.
        trailing, trailing_note: right-hand side of the first and second line.
        chip_below: whether the chip starts the second line instead of ending the first.
        note: a paragraph below, for example why a payment was declined.
        tint: palette colour of the background, such as "bad_soft"; "" for none.
    """

    key: str
    title: str
    subtitle: str = ""
    short: str = ""
    chip: str = ""
    tone: Tone = "neutral"
    trailing: str = ""
    trailing_note: str = ""
    chip_below: bool = False
    note: str = ""
    tint: str = ""

    def spoken(self) -> str:
        """Return the row as a screen reader says it."""
        parts = (self.title, self.trailing, self.chip, self.subtitle, self.trailing_note, self.note)
        return ", ".join(part for part in parts if part)


class RowModel(QAbstractListModel):
    """The rows of a `RowList`."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's interface)
        """Return how many rows there are (Qt's interface)."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row holds (Qt's interface)."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken()
        return None


class _RowPainter(QStyledItemDelegate):
    def _wrapped(self, row: Row, width: int) -> int:
        if not row.note:
            return 0
        px = theme.current.measures.px
        room = QRect(0, 0, max(1, width - 2 * px(0.75)), 10_000)
        flags = Qt.TextFlag.TextWordWrap
        return QFontMetrics(theme.font()).boundingRect(room, flags, row.note).height() + px(0.3)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW)
        px = theme.current.measures.px
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else px(20)
        return QSize(px(8), px(2.2) + 2 * px(0.5) + self._wrapped(row, width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        box: QRect = option.rect
        state = option.state
        px = theme.current.measures.px
        painter.save()
        paint.row_ground(
            painter,
            box,
            selected=bool(state & QStyle.StateFlag.State_Selected),
            focused=bool(state & QStyle.StateFlag.State_HasFocus),
            tint=row.tint,
        )
        inner = box.adjusted(px(0.75), px(0.5), -px(0.75), -px(0.5))
        tall = px(1.1)
        first = QRect(inner.x(), inner.y(), inner.width(), tall)
        second = first.translated(0, tall)
        self._first(painter, row, first)
        self._second(painter, row, second)
        if row.note:
            below = inner.adjusted(0, 2 * tall + px(0.2), 0, 0)
            painter.setFont(theme.font())
            painter.setPen(theme.colour("text"))
            painter.drawText(below, int(Qt.TextFlag.TextWordWrap), row.note)
        painter.restore()

    def _first(self, painter: QPainter, row: Row, box: QRect) -> None:
        gap = theme.current.measures.px(0.5)
        right = 0
        if row.trailing:
            right = min(QFontMetrics(theme.font()).horizontalAdvance(row.trailing) + 2, box.width())
            side = QRect(box.right() - right + 1, box.y(), right, box.height())
            paint.line(painter, side, row.trailing, "text", theme.font(), right=True)
        elif row.chip and not row.chip_below:
            right = min(paint.chip_width(row.chip), box.width() * 2 // 3)
            at = QPoint(box.right() - right + 1, box.y())
            paint.chip(painter, at, box.height(), right, row.chip, row.tone)
        title = box.adjusted(0, 0, -right - gap if right else 0, 0)
        paint.line(painter, title, row.title, "text", theme.font(bold=True))

    def _second(self, painter: QPainter, row: Row, box: QRect) -> None:
        gap = theme.current.measures.px(0.5)
        left = 0
        if row.chip and (row.chip_below or row.trailing):
            # What follows is shortened rather than a chip, which says how things stand.
            most = box.width() // 2 if row.trailing_note else box.width()
            left = gap + paint.chip(painter, box.topLeft(), box.height(), most, row.chip, row.tone)
        room = box.adjusted(left, 0, 0, 0)
        metrics = QFontMetrics(theme.font())
        width = min(metrics.horizontalAdvance(row.trailing_note) + 2, room.width())
        if row.trailing_note:
            side = QRect(room.right() - width + 1, room.y(), width, room.height())
            paint.line(painter, side, row.trailing_note, "muted", theme.font(), right=True)
            room = room.adjusted(0, 0, -width - gap, 0)
        if row.subtitle and room.width() > 0:
            fits = metrics.horizontalAdvance(row.subtitle) <= room.width()
            said = row.subtitle if fits or not row.short else row.short
            paint.line(painter, room, said, "muted", theme.font())


class RowList(QListView):
    """Shows rows; arrows move, Enter or a double click chooses.

    Signals:
        current_changed: key of the row now current, "" for none; by keyboard, mouse or code.
        chosen: key of the row chosen with Enter or a double click.
    """

    current_changed = Signal(str)
    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._rows = RowModel()
        self.setModel(self._rows)
        self.setItemDelegate(_RowPainter(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(False)
        self.activated.connect(self._activated)
        self.selectionModel().currentChanged.connect(self._moved)
        theme.current.changed.connect(self.viewport().update)

    def rows(self) -> tuple[Row, ...]:
        """Return the rows shown."""
        return self._rows.rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows; the current row stays current if it is still there."""
        kept = self.current_key()
        blocked = self.selectionModel().blockSignals(True)
        self._rows.set_rows(rows)
        self.selectionModel().blockSignals(blocked)
        if kept and not self._point_at(kept, quiet=True):
            self.current_changed.emit("")

    def current_key(self) -> str:
        """Return the key of the current row, "" when there is none."""
        index = self.currentIndex()
        return self._rows.rows[index.row()].key if index.isValid() else ""

    def set_current(self, key: str) -> bool:
        """Make a row current; return whether it is there."""
        return self._point_at(key, quiet=False)

    def move_by(self, steps: int) -> None:
        """Move the current row, for a search field that keeps the keyboard."""
        if self._rows.rows:
            at = self.currentIndex().row() + steps
            at = min(max(at, 0), len(self._rows.rows) - 1)
            self.setCurrentIndex(self._rows.index(at))

    def _point_at(self, key: str, *, quiet: bool) -> bool:
        for at, row in enumerate(self._rows.rows):
            if row.key == key:
                blocked = self.selectionModel().blockSignals(quiet)
                self.setCurrentIndex(self._rows.index(at))
                self.selectionModel().blockSignals(blocked)
                self.viewport().update()
                return True
        return False

    def _moved(self, current: QModelIndex) -> None:
        self.current_changed.emit(self._rows.rows[current.row()].key if current.isValid() else "")

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self._rows.rows[index.row()].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Ctrl+Enter to the form or the call: it opens no row (Qt's interface)."""
        if is_main_key(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the rows again when the font changed (Qt's interface)."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()
