"""The clocks of a complaint: what is done, what runs, what leads, and why each day is that day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from supportdesk.domain.clocks import Clock, met_on, standing
from supportdesk.domain.complaints import Complaint, leading_clock, milestones
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints.words import left, regime
from supportdesk.ui.text import day, tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import frame


class ClocksPanel(QWidget):
    """One line per clock, earliest first."""

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._complaints = complaints
        px = theme.current.measures.px
        box = frame("inset")
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box)
        self._grid = QGridLayout(box)
        self._grid.setContentsMargins(px(0.75), px(0.6), px(0.75), px(0.6))
        self._grid.setHorizontalSpacing(px(0.75))
        self._grid.setVerticalSpacing(px(0.25))
        self._grid.setColumnStretch(0, 1)

    def show_complaint(self, complaint: Complaint) -> None:
        """Show the clocks as they were computed, with what was done since."""
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        heading = tr("Clocks") if complaint.clocks else tr("No clock applies")
        self._grid.addWidget(label(heading, "heading"), 0, 0)
        leading = leading_clock(complaint)
        for at, clock in enumerate(complaint.clocks, 1):
            what, state = self._line(complaint, clock, clock == leading)
            tip = self._explained(complaint, clock)
            for column, words in enumerate((what, state)):
                words.setToolTip(tip)
                words.setAccessibleDescription(tip)
                self._grid.addWidget(words, at, column, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(heading)

    def _line(self, complaint: Complaint, clock: Clock, leads: bool) -> tuple[QLabel, QLabel]:
        reached = milestones(complaint)
        stand = standing(clock, reached)
        what = f"{clock.text}, {clock.basis} ({regime(clock)})"
        if leads:
            what += " · " + tr("calendar {name}", name=clock.calendar)
        done = met_on(clock, reached)
        today = self._complaints.today()
        if done is not None:
            mark = "✓" if stand == "met" else "!"
            words = tr("done {day}", day=_day(done, today))
            if stand == "late":
                words = tr("late, {day}", day=_day(done, today))
            return _words(f"{mark} {what}", words, "good" if stand == "met" else "bad")
        if stand == "waiting" or not complaint.open:
            return _words(what, _day(clock.due, today), "", "muted")
        said, tone = left(clock, today, self._complaints.left(clock))
        due = _day(clock.due, today)
        words = due if said == due else f"{due} · {said}"
        return _words(what, words, tone if tone != "neutral" else "", "strong", plain_left=True)

    def _explained(self, complaint: Complaint, clock: Clock) -> str:
        received = day(complaint.day(complaint.date_received))
        return "\n".join(
            (
                tr(
                    "{basis} after {day}, the day after counts as 1.",
                    basis=clock.basis,
                    day=received,
                ),
                tr("Calendar {name} ({version})", name=clock.calendar, version=clock.version),
                clock.source,
            )
        )


def _day(value: date, today: date) -> str:
    return day(value, today=today)


def _words(
    what: str, state: str, ink: str, role: str = "", *, plain_left: bool = False
) -> tuple[QLabel, QLabel]:
    first, second = label(what, "" if plain_left else role, wrap=True), label(state, role)
    for words in (second,) if plain_left else (first, second):
        if ink:
            theme.mark(words, ink=ink)
    second.setAlignment(Qt.AlignmentFlag.AlignRight)
    return first, second
