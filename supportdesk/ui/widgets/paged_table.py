"""A table over rows that are fetched page by page; says in place when there is nothing to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from supportdesk.aio import Tasks
from supportdesk.ui import theme
from supportdesk.ui.text import tr
from supportdesk.ui.widgets import paint
from supportdesk.ui.widgets.button import KeyButton, is_main_key
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.paged_model import Column, Fetch, PagedModel
from supportdesk.ui.widgets.row_list import ROW, Index
from supportdesk.ui.widgets.states import EmptyState, ErrorState

_SLOW_MS = 300  # from then on words say that rows are being read


class _CellPainter(QStyledItemDelegate):
    def __init__(self, columns: Sequence[Column[Any]], lines: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._lines = lines

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        px = theme.current.measures.px
        return QSize(px(4), px(1.1) * self._lines + px(0.8))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = self._columns[index.column()]
        row = index.data(ROW)
        box: QRect = option.rect
        state = option.state
        px = theme.current.measures.px
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        paint.row_ground(painter, box, selected=selected, focused=True, tint="")
        if selected and index.column():  # the bar stands before the row, not before each cell
            painter.fillRect(box.adjusted(0, 0, 0, -1), theme.colour("selected"))
        inner = box.adjusted(px(0.5), 0, -px(0.5), 0)
        text = column.text(row)
        tone = column.tone(row) if column.tone is not None and text else None
        if tone is not None:
            paint.chip(painter, inner.topLeft(), inner.height(), inner.width(), text, tone)
        else:
            self._words(painter, inner, text, column)
        painter.restore()

    def _words(self, painter: QPainter, box: QRect, text: str, column: Column[Any]) -> None:
        font = theme.font(bold=column.strong)
        ink = "muted" if column.muted else "text"
        metrics = QFontMetrics(font)
        if self._lines == 1 or metrics.horizontalAdvance(text) <= box.width():
            paint.line(painter, box, text, ink, font, right=column.right)
            return
        tall = metrics.lineSpacing() * self._lines
        room = QRect(box.x(), box.y() + (box.height() - tall) // 2, box.width(), tall)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
        # A word that is wider than the cell would be cut without a sign of it.
        mode = Qt.TextElideMode.ElideRight
        words = " ".join(metrics.elidedText(word, mode, box.width()) for word in text.split(" "))
        if metrics.boundingRect(room, int(flags), words).height() > tall:
            most = box.width() * self._lines - metrics.averageCharWidth() * 6
            words = metrics.elidedText(words, mode, most)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        painter.setClipRect(box)  # not the lines alone: an accent makes one of them taller
        painter.drawText(room, int(flags | Qt.TextFlag.TextDontClip), words)


class _View(QTableView):
    """A table whose columns share the width and whose rows have one fixed height."""

    def __init__(self, columns: Sequence[Column[Any]], lines: int) -> None:
        super().__init__()
        px = theme.current.measures.px
        self._columns = columns
        self.setItemDelegate(_CellPainter(columns, lines, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(px(1.1) * lines + px(0.8))
        rows.hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(px(1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns there is room for (Qt's interface)."""
        super().resizeEvent(event)
        width = self.viewport().width()
        least = theme.current.measures.px
        hidden = [column.least > 0 and width < least(column.least) for column in self._columns]
        shares = [0.0 if hide else c.share for c, hide in zip(self._columns, hidden, strict=True)]
        whole = sum(shares) or 1
        at = 0.0
        for place, share in enumerate(shares):
            self.setColumnHidden(place, hidden[place])
            if hidden[place]:
                continue
            following = at + width * share / whole
            self.setColumnWidth(place, round(following) - round(at))
            at = following

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses; letters and Ctrl+Enter are left to shortcuts (Qt's interface)."""
        if is_main_key(event):
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().isValid():
                self.activated.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class PagedTable(QWidget):
    """Table, and in its place the words for loading, empty and failed.

    Signals:
        current_changed: the row (any object) now current, None for none.
        chosen: the row chosen with Enter or a double click.
        sort_requested: `sort` of the column clicked, and whether it shall descend.
    """

    current_changed = Signal(object)
    chosen = Signal(object)
    sort_requested = Signal(str, bool)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        key: Callable[[Any], str],
        tasks: Tasks,
        *,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model: PagedModel[Any] = PagedModel(columns, key, tasks, self)
        self.view = _View(columns, lines)
        self.view.setModel(self.model)
        self.view.setAccessibleName(name)
        self.view.horizontalHeader().setAccessibleName(tr("Columns of {name}", name=name))
        self.empty = EmptyState(tr("Nothing here"))
        self.failed = ErrorState()
        self.failed.acted.connect(self.model.retry)
        self._wait = EmptyState(tr("Reading…"))
        self._stack = QStackedWidget()
        for page in (self.view, self.empty, self.failed, self._wait):
            self._stack.addWidget(page)
        self._foot = self._make_foot()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot)
        self.setFocusProxy(self.view)
        self._wanted = ""
        self._slow = QTimer(self, interval=_SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self._show_slow)
        self.model.state.connect(self._show_state)
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._point_again)
        self.view.activated.connect(self._activated)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self._set_up_sorting(columns)
        theme.current.changed.connect(self.view.viewport().update)

    def _make_foot(self) -> QWidget:
        px = theme.current.measures.px
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(px(0.75), px(0.3), px(0.75), px(0.3))
        self._said = label("", "small", wrap=True)
        self._again = KeyButton(tr("Try again"), kind="link")
        self._again.clicked.connect(self.model.retry)
        row.addWidget(self._said, 1)
        row.addWidget(self._again)
        foot.hide()
        return foot

    def _set_up_sorting(self, columns: Sequence[Column[Any]]) -> None:
        self._sort: tuple[str, bool] = ("", False)
        header = self.view.horizontalHeader()
        header.setSectionsClickable(any(column.sort for column in columns))
        header.sectionClicked.connect(self._sort_by)

    def _sort_by(self, section: int) -> None:
        name = self.model.columns[section].sort
        if not name:
            return
        self._sort = (name, name == self._sort[0] and not self._sort[1])
        order = Qt.SortOrder.DescendingOrder if self._sort[1] else Qt.SortOrder.AscendingOrder
        self.view.horizontalHeader().setSortIndicatorShown(True)
        self.view.horizontalHeader().setSortIndicator(section, order)
        self.sort_requested.emit(*self._sort)

    def load(self, fetch: Fetch) -> None:
        """Show what `fetch(last row or None)` gives; an empty answer is the end."""
        self.model.load(fetch)

    def reload(self) -> None:
        """Read the rows again; the current one stays current."""
        self.model.reload()

    def current(self) -> Any:
        """Return the current row, None when there is none."""
        index = self.view.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def set_current(self, key: str) -> bool:
        """Make the row with this key current; return whether it was fetched yet."""
        at = self.model.place_of(key)
        if at >= 0:
            self.view.setCurrentIndex(self.model.index(at, 0))
        else:
            self._wanted = key
        return at >= 0

    def _remember(self) -> None:
        index = self.view.currentIndex()
        if index.isValid() and not self._wanted:
            self._wanted = self.model.key_at(index.row())

    def _point_again(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted and self.set_current(wanted):
            return
        self._wanted = ""
        if wanted:
            self.current_changed.emit(None)

    def _moved(self, current: QModelIndex) -> None:
        self.current_changed.emit(self.model.rows[current.row()] if current.isValid() else None)

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.rows[index.row()])

    def _show_state(self, state: str) -> None:
        problem = self.model.failure
        if self.model.rows:
            self._stack.setCurrentWidget(self.view)
        elif problem is not None:
            self.failed.set_problem(problem)
            self._stack.setCurrentWidget(self.failed)
        else:
            self._stack.setCurrentWidget(self.empty if state == "empty" else self._wait)
        self._again.setVisible(problem is not None)
        self._said.setText(problem.title if problem is not None else tr("Reading…"))
        self._foot.setVisible(bool(self.model.rows) and problem is not None)
        # A page that comes at once must not make the list jump.
        if state == "loading":
            self._slow.start()
        else:
            self._slow.stop()

    def _show_slow(self) -> None:
        self._foot.setVisible(bool(self.model.rows))
