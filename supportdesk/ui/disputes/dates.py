"""The law's refund clocks, from the day the cardholder told us, beside the networks' dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk.domain.clocks import Programme
from supportdesk.domain.disputes_checks import Deadline
from supportdesk.domain.refund_clocks import Refunds
from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, spoken, tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, inset

Row = tuple[str, date, str, str, Tone]  # what, by when, how it is left, source, tone
_SOON = 3  # calendar days


class DatesPanel(QWidget):
    """One line per date: what has to be done, by when, and whose rule it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_dates")
        px = theme.current.measures.px
        self._grid = QGridLayout(inset(self))
        self._grid.setContentsMargins(px(0.7), px(0.5), px(0.7), px(0.5))
        self._grid.setHorizontalSpacing(px(0.8))
        self._grid.setVerticalSpacing(px(0.15))
        self._grid.setColumnStretch(0, 1)
        self._rows: list[Row] = []
        self._note = ""

    def text(self) -> str:
        """Return everything it says."""
        return "\n".join([*(f"{row[0]}: {row[2]}" for row in self._rows), self._note])

    def show_dates(
        self, end: Deadline | None, law: Refunds, told: date | None, place: Programme, today: date
    ) -> None:
        """Show the network's last day and what the law asks.

        Args:
            told: the day the cardholder told us, None while it is open.
            place: the programme, for business days.
        """
        rows = [*_law(law, place, today)]
        if end is not None:
            shown = day(end.day, today=today)
            tone: Tone = "bad" if end.days_left < 0 else "warn" if end.days_left <= 14 else "good"
            rows.append((tr("Submit to the network"), end.day, shown, end.basis, tone))
        note = (
            "" if told else tr("Enter when the cardholder told us: the refund clocks start then.")
        )
        if told and not law.clocks:
            note = tr("No refund rule of your programme applies to this reason.")
        if (rows, note) == (self._rows, self._note):
            return
        self._rows, self._note = rows, note
        empty(self._grid)
        self._grid.addWidget(label(tr("Dates"), "heading"), 0, 0, 1, 2)
        for at, (what, _, shown, source, tone) in enumerate(rows, start=1):
            named, left = label(what, wrap=True), label(shown, "strong")
            theme.mark(left, ink=tone)
            for words in (named, left):
                words.setToolTip(source)
                words.setAccessibleDescription(source)
            self._grid.addWidget(named, at, 0)
            self._grid.addWidget(left, at, 1, Qt.AlignmentFlag.AlignRight)
        if note:
            self._grid.addWidget(label(note, "small", wrap=True), len(rows) + 1, 0, 1, 2)


def _law(law: Refunds, place: Programme, today: date) -> Iterator[Row]:
    for notice in law.notices:
        if not notice.in_time:
            text = tr("The cardholder told us late ({regime})", regime=regime(notice.regime))
            until = tr("until {day}", day=day(notice.last, today=today))
            yield text, notice.last, until, notice.source, "warn"
    for clock in law.clocks:
        what = f"{tr(clock.text)} ({regime(clock.regime)})"
        left = (clock.due - today).days
        business = place.calendar().between(today, clock.due)
        shown = day(clock.due, today=today)
        if left < 0:
            shown = tr("{day}, over", day=shown)
        elif left == 0:
            shown = tr("{day}, today", day=shown)
        elif clock.unit == "business_days":
            count = tr("1 business day") if business == 1 else tr("{n} business days", n=business)
            shown = f"{shown}, {count}"
        tone: Tone = "bad" if left < 0 else "warn" if left <= _SOON else "neutral"
        yield what, clock.due, shown, f"{clock.source}; {clock.calendar}", tone


def regime(name: str) -> str:
    """Whose rule it is."""
    words = {
        "eu_psd2": tr("EU, PSD2"),
        "uk_psrs": tr("UK, PSRs"),
        "us_reg_e": tr("US, Reg E"),
        "us_reg_z": tr("US, Reg Z"),
    }
    return spoken(name, words)
