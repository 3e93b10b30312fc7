"""Rows that are fetched page by page when the view gets near their end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from supportdesk.aio import Tasks
from supportdesk.errors import UserFacing
from supportdesk.ui.palette import Tone
from supportdesk.ui.widgets.row_list import ROW, Index

R = TypeVar("R")
#: Gives the rows after the one named (None: the first ones); an empty answer is the end.
Fetch = Callable[[Any], Awaitable[Sequence[Any]]]
State = Literal["idle", "loading", "ready", "empty", "failed"]

_MOST_AT_ONCE = 1_000  # rows a reload fetches again to keep the place in the list


@dataclass(frozen=True, kw_only=True)
class Column(Generic[R]):
    """One column.

    Attributes:
        text: what stands in it.
        tone: if it gives a tone for a row, the text is drawn as a chip of that tone.
        share: how much of the width it gets, against the other columns.
        right: whether it stands at the right, as amounts do.
        strong, muted: how the text is drawn.
        least: the column is left out when the table is narrower than this many line heights.
        sort: what `sort_requested` names; "" for a column that cannot be sorted by.
    """

    title: str
    text: Callable[[R], str]
    tone: Callable[[R], Tone | None] | None = None
    share: float = 1.0
    right: bool = False
    strong: bool = False
    muted: bool = False
    least: float = 0.0
    sort: str = ""


class PagedModel(QAbstractTableModel, Generic[R]):
    """Rows of any kind behind columns.

    Signals:
        state: the state changed; read `state_now` and `failure`.
    """

    state = Signal(str)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], str],
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[R] = []
        self.state_now: State = "idle"
        self.failure: UserFacing | None = None
        self._key = key
        self._tasks = tasks
        self._fetch: Fetch | None = None
        self._generation = 0
        self._more = False
        self._loading = False

    def load(self, fetch: Fetch) -> None:
        """Show what `fetch` gives; the old rows stay until the first page is there."""
        self._fetch = fetch
        self._begin(1)

    def reload(self) -> None:
        """Fetch again as many rows as there are now."""
        if self._fetch is not None:
            self._begin(min(len(self.rows), _MOST_AT_ONCE))

    def place_of(self, key: str) -> int:
        """Return the row with this key among those fetched, -1 if it is not there."""
        return next((at for at, row in enumerate(self.rows) if self._key(row) == key), -1)

    def key_at(self, at: int) -> str:
        """Return the key of a row."""
        return self._key(self.rows[at])

    def _begin(self, wanted: int) -> None:
        self._generation += 1
        self._more = False
        self._loading = True
        self._set_state("loading")
        self._tasks.start(self._first(self._generation, max(1, wanted)), only=f"page-{id(self)}")

    async def _first(self, generation: int, wanted: int) -> None:
        rows: list[R] = []
        more = True
        try:
            while more and len(rows) < wanted:
                page = await self._page(rows)
                rows.extend(page)
                more = bool(page)
        except UserFacing as problem:
            self._fail(generation, problem)
            return
        if generation != self._generation:
            return
        self.beginResetModel()
        self.rows, self._more, self._loading = rows, more, False
        self.endResetModel()
        self._set_state("ready" if rows else "empty")

    async def _page(self, rows: list[R]) -> Sequence[R]:
        assert self._fetch is not None
        return await self._fetch(rows[-1] if rows else None)

    async def _next(self, generation: int) -> None:
        try:
            page = await self._page(self.rows)
        except UserFacing as problem:
            self._fail(generation, problem)
            return
        if generation != self._generation:
            return  # a late page of what was shown before
        self._loading = False
        self._more = bool(page)
        if page:
            at = len(self.rows)
            self.beginInsertRows(QModelIndex(), at, at + len(page) - 1)
            self.rows.extend(page)
            self.endInsertRows()
        self._set_state("ready")

    def _fail(self, generation: int, problem: UserFacing) -> None:
        if generation == self._generation:
            self.failure = problem
            self._loading = self._more = False
            self._set_state("failed")

    def _set_state(self, state: State) -> None:
        self.state_now = state
        if state != "failed":
            self.failure = None
        self.state.emit(state)

    def retry(self) -> None:
        """After a failure: fetch the next page again, or the first if there is none."""
        if self.rows:
            self._more = True
            self.fetchMore()
        else:
            self.reload()

    def canFetchMore(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        """Whether another page may follow (Qt's interface)."""
        return not parent.isValid() and self._more and not self._loading

    def fetchMore(self, parent: Index = QModelIndex()) -> None:  # noqa: B008
        """Fetch the next page (Qt's interface)."""
        if self.canFetchMore(parent):
            self._loading = True
            self._set_state("loading")
            self._tasks.start(self._next(self._generation), only=f"page-{id(self)}")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows were fetched (Qt's interface)."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are (Qt's interface)."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return a column's title (Qt's interface)."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if self.columns[section].right:
                side = Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell holds (Qt's interface)."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row)}"
        return None
