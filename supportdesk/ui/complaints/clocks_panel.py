"""The clocks of a complaint: what is done, what runs, what leads, and why each day is that day."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from supportdesk.domain.clocks import Clock, met_on, standing
from supportdesk.domain.complaints import Complaint, leading_clock, milestones
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints import clock_words
from supportdesk.ui.complaints.clock_words import short_day
from supportdesk.ui.complaints.words import left
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import inset


class ClocksPanel(QWidget):
    """One line per clock, earliest first; one click says how each day was counted."""

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._complaints = complaints
        px = theme.current.measures.px
        self._grid = QGridLayout(inset(self))
        self._grid.setContentsMargins(px(0.75), px(0.6), px(0.75), px(0.6))
        self._grid.setHorizontalSpacing(px(0.75))
        self._grid.setVerticalSpacing(px(0.25))
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        self._heading = label("", "heading")
        self.explain = KeyButton(tr("Why these days?"), kind="link")
        self.explain.setObjectName("complaint_explain")
        self.explain.setCheckable(True)
        self.explain.toggled.connect(self._unfold)
        self._grid.addWidget(self._heading, 0, 0)
        self._grid.addWidget(self.explain, 0, 1, Qt.AlignmentFlag.AlignRight)
        self._lines: list[QWidget] = []
        self._reasons: list[QLabel] = []

    def show_complaint(self, complaint: Complaint) -> None:
        """Show the clocks as they were computed, with what was done since."""
        for old in (*self._lines, *self._reasons):
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._lines, self._reasons = [], []
        heading = tr("Clocks") if complaint.clocks else tr("No clock applies")
        self._heading.setText(heading)
        self.explain.setVisible(bool(complaint.clocks))
        leading = leading_clock(complaint)
        for at, clock in enumerate(complaint.clocks):
            what, state = self._line(complaint, clock, clock == leading)
            said = clock_words.explanation(clock, complaint)
            reason = label(f"{said}\n{clock_words.rest(clock)}", "small", wrap=True)
            reason.setObjectName(f"complaint_why_{clock.rule}")
            reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, words in enumerate((what, state)):
                words.setToolTip(said)
                words.setAccessibleDescription(said)
                self._grid.addWidget(words, 2 * at + 1, column, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(reason, 2 * at + 2, 0, 1, 2)
            self._lines += [what, state]
            self._reasons.append(reason)
        self._unfold(self.explain.isChecked())
        self.setAccessibleName(heading)

    def _unfold(self, on: bool) -> None:
        for reason in self._reasons:
            reason.setVisible(on)
        self.explain.setText(tr("Hide the reasons") if on else tr("Why these days?"))

    def _line(self, complaint: Complaint, clock: Clock, leads: bool) -> tuple[QLabel, QLabel]:
        reached = milestones(complaint)
        stand = standing(clock, reached)
        what = f"{clock.text}, {clock_words.basis(clock)} ({clock_words.regime(clock)})"
        if leads:
            what += " · " + tr("calendar {name}", name=clock.calendar)
        done = met_on(clock, reached)
        today = self._complaints.today()
        if done is not None and stand in ("met", "late"):
            words = clock_words.met_by(clock, complaint)
            if stand == "late":
                words = tr("late: {what}", what=words)
            mark = "✓" if stand == "met" else "!"
            return _words(f"{mark} {what}", words, "good" if stand == "met" else "bad")
        if stand == "waiting" or not complaint.open or clock.role == "apart":
            return _words(what, short_day(clock.due, today), "", "muted")
        said, tone = left(clock, today, self._complaints.left(clock))
        due = short_day(clock.due, today)
        words = due if said == due else f"{due} · {said}"
        return _words(what, words, tone if tone != "neutral" else "", "strong", plain_left=True)


def _words(
    what: str, state: str, ink: str, role: str = "", *, plain_left: bool = False
) -> tuple[QLabel, QLabel]:
    first, second = (
        label(what, "" if plain_left else role, wrap=True),
        label(state, role, wrap=True),
    )
    for words in (second,) if plain_left else (first, second):
        if ink:
            theme.mark(words, ink=ink)
    second.setAlignment(Qt.AlignmentFlag.AlignRight)
    return first, second
