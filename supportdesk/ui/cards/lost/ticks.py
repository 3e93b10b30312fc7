"""Purchases with ticks: arrows move, Space ticks what was not the cardholder's."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from supportdesk.domain.activity import Line
from supportdesk.ui import text, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.row_list import Row, RowList

_TICKED, _FREE = "☑", "☐"


class TickList(RowList):
    """The recent purchases of a card, newest first.

    Signals:
        ticked: keys of the lines that are ticked now, after the person changed it.
    """

    ticked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Recent purchases; Space ticks what was not theirs"), parent)
        self._lines: list[Line] = []
        self._keys: set[str] = set()
        self._locked = False
        self.clicked.connect(lambda _index: self.toggle(self.current_key()))

    def show_lines(self, lines: Sequence[Line], keys: set[str], *, locked: bool) -> None:
        """Show purchases; those of `keys` are ticked. `locked`: nothing can be changed."""
        self._lines, self._keys, self._locked = list(lines), set(keys), locked
        self.set_rows([self._row(line) for line in self._lines])
        if not self.current_key() and self._lines:
            self.set_current(self._lines[0].key)

    def keys(self) -> set[str]:
        """Return the keys of the ticked lines."""
        return set(self._keys)

    def toggle(self, key: str) -> None:
        """Tick a line or take its tick away."""
        if not key or self._locked:
            return
        self._keys ^= {key}
        self.set_rows([self._row(line) for line in self._lines])
        self.ticked.emit(self.keys())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the current line (Qt's interface)."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.toggle(self.current_key())
            return
        super().keyPressEvent(event)

    def _row(self, line: Line) -> Row:
        on = line.key in self._keys
        state = words.line_state(line)[0]
        when = text.when(line.at) if line.at is not None else tr("time unknown")
        return Row(
            key=line.key,
            title=f"{_TICKED if on else _FREE}  {words.merchant_name(line.merchant)}",
            chip=tr("not theirs") if on else tr("theirs"),
            tone="bad" if on else "neutral",
            chip_below=True,
            subtitle=state,
            trailing=text.money(line.amount, line.currency),
            trailing_note=" · ".join(part for part in (when, words.how(line)) if part),
            tint="bad_wash" if on else "",
        )
