"""A day with its time of day, in the zone where the complaint's days are counted."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from supportdesk.domain.moments import TimeProblem, instant_of, parse_time
from supportdesk.ui import theme
from supportdesk.ui.complaints.editors import DayInput
from supportdesk.ui.text import parse_day, tr

_LONGEST = 12  # characters of a time
_WIDTH = 4.6  # line heights


def split(text: str) -> tuple[str, str]:
    """The day and the time of what such an input holds; "" for what was not typed."""
    day, _, at = text.partition("\n")
    return day, at


class MomentInput(QWidget):
    """Two lines, for the day and for the time; its text has a line for each.

    Without a time the day alone counts; see `Complaints.instant`.

    Attributes:
        now: the time in Unix seconds; zone: IANA zone the time is meant in.
        since: an instant (Unix seconds) that what is typed must not precede; None for none.
    """

    edited = QtSignal()

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.zone = "UTC"
        self.since: float | None = None
        self.now = now
        self.day = DayInput()
        self.at = QLineEdit()
        self.at.setMaxLength(_LONGEST)
        self.at.setPlaceholderText("14:30")
        self.at.setAccessibleName(tr("Time of day"))
        self.at.setMaximumWidth(theme.current.measures.px(_WIDTH))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current.measures.px(0.3))
        row.addWidget(self.day, 1)
        row.addWidget(self.at)
        self.setFocusProxy(self.day)
        self.day.edited.connect(self.edited)
        self.at.textChanged.connect(self.edited)

    def text(self) -> str:
        """Return what was typed, day and time."""
        return f"{self.day.text()}\n{self.at.text()}"

    def show_text(self, text: str) -> None:
        """Show what was typed."""
        day, at = split(text)
        self.day.show_text(day)
        if at != self.at.text():
            self.at.setText(at)

    def problem(self) -> str:
        """Why it cannot be used: no day or time, none there was, or one still to come."""
        if found := self.day.problem():
            return found
        if not self.at.text().strip():
            return ""
        try:
            chosen = parse_time(self.at.text())
            instant = instant_of(parse_day(self.day.text()), chosen, self.zone)
        except TimeProblem as problem:
            return str(problem)
        if self.since is not None and instant < self.since:
            return tr("This is before it can have been.")
        return tr("This lies in the future.") if instant > self.now() else ""

    def name(self, name: str) -> None:
        """Name both lines."""
        self.day.setObjectName(name)
        self.at.setObjectName(f"{name}_time")
