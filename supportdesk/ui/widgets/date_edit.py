"""A field for a date that is typed; a calendar is one key away."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QVBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.text import day as written
from supportdesk.ui.text import parse_day, tr, typed_day


class DateEdit(QLineEdit):
    """Takes a date as the locale writes it; what was typed is never changed.

    Up and Down move a day that can be read by one day, Alt+Down opens a calendar.

    Signals:
        changed: the text changed.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        earliest: date | None = None,
        latest: date | None = None,
        required: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.earliest = earliest
        self.latest = latest
        self.required = required
        self.setMaxLength(40)
        self.setPlaceholderText(typed_day(date(2026, 11, 23)))
        self._open = QAction(tr("Open a calendar"), self)
        self._open.triggered.connect(self._open_calendar)
        self.addAction(self._open, QLineEdit.ActionPosition.TrailingPosition)
        self._dress()
        theme.current.changed.connect(self._dress)
        self.textChanged.connect(self.changed)

    def _dress(self) -> None:
        self._open.setIcon(theme.icon("calendar", "muted"))

    def set_day(self, value: date | None) -> None:
        """Show a date, None for an empty field."""
        self.setText(typed_day(value) if value else "")

    def day(self) -> date | None:
        """Return the date, None when it is empty or cannot be used."""
        return None if self.problem() else self._read()

    def _read(self) -> date | None:
        try:
            return parse_day(self.text())
        except ValueError:
            return None

    def problem(self) -> str:
        """Return why the date cannot be used, "" when it can."""
        if not self.text().strip():
            return tr("Enter a date.") if self.required else ""
        try:
            value = parse_day(self.text())
        except ValueError as problem:
            return str(problem)
        if self.latest is not None and value > self.latest:
            if self.latest >= date.today():  # noqa: DTZ011  (the day on the person's wall)
                return tr("This day is in the future.")
            return tr("Not later than {day}.", day=written(self.latest))
        if self.earliest is not None and value < self.earliest:
            return tr("Not earlier than {day}.", day=written(self.earliest))
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by a day with Up and Down (Qt's interface)."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open_calendar()
            return
        value = self._read()
        if step and value is not None and date.min < value < date.max:
            self.set_day(value + timedelta(days=step))
            return
        super().keyPressEvent(event)

    def _open_calendar(self) -> None:
        popup = QWidget(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setAccessibleName(tr("Calendar"))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if self.earliest:
            calendar.setMinimumDate(_qt(self.earliest))
        if self.latest:
            calendar.setMaximumDate(_qt(self.latest))
        if (value := self._read()) is not None:
            calendar.setSelectedDate(_qt(value))

        def chosen(picked: QDate) -> None:
            self.set_day(date(picked.year(), picked.month(), picked.day()))
            popup.close()

        calendar.clicked.connect(chosen)
        calendar.activated.connect(chosen)
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(calendar)
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()
        calendar.setFocus()


def _qt(value: date) -> QDate:
    return QDate(value.year, value.month, value.day)
