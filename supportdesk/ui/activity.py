"""The activity list: what the caller means by "the purchase", newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.declines import Explanation, Texts, explain
from supportdesk.ui import text, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState

ALL = "all"
_GROUPS = {
    "declined": ("declined",),
    "pending": ("pending",),
    "settled": ("settled", "part_refunded", "refunded", "refund", "disputed"),
}


def amount(line: Line) -> str:
    """The amount as a person reads it: money that came back has a plus."""
    sign = "+" if line.state == "refund" else ""
    shown = sign + text.money(line.amount, line.currency)
    if line.merchant_currency and line.merchant_currency != line.currency:
        shown += f" ({text.money(line.merchant_amount, line.merchant_currency)})"
    return shown


def explained(found: Explanation) -> str:
    """A decline in words: what happened, what may be said, what not."""
    parts = [found.what, *found.failed_checks]
    if found.say:
        parts.append(tr("Say: “{words}”", words=found.say))
    if found.never_say:
        parts.append(found.never_say)
    return " ".join(parts)


def row(line: Line, texts: Texts) -> Row:
    """One line of the list."""
    said, tone = words.line_state(line)
    note = ""
    if line.authorization is not None and line.state == "declined":
        found = explain(line.authorization, texts)
        note = explained(found) if found is not None else ""
    elif line.refunded and line.state != "refund":
        note = tr("{amount} came back", amount=text.money(line.refunded, line.currency))
    when = text.when(line.at) if line.at is not None else tr("time unknown")
    return Row(
        key=line.key,
        title=words.merchant_name(line.merchant),
        chip=said,
        tone=tone,
        chip_below=True,
        trailing=amount(line),
        trailing_note=" · ".join(part for part in (when, words.how(line)) if part),
        note=note,
        tint="bad_wash" if line.state == "declined" else "",
    )


class ActivityPanel(Panel):
    """Purchases, refunds and attempts of the person, filtered by state.

    Signals:
        current_changed: the line now current, None for none.
        chosen: the line chosen with Enter.
    """

    current_changed = Signal(object)
    chosen = Signal(object)

    def __init__(self, texts: Texts, title: str, note: str, parent: QWidget | None = None) -> None:
        super().__init__(title, note, parent=parent)
        self._texts = texts
        self._lines: dict[str, Line] = {}
        self._filled = False
        self._filter = QComboBox()
        self._filter.setObjectName("activity_filter")
        self._filter.setAccessibleName(tr("Show which activity"))
        for value, name in (
            (ALL, tr("All")),
            ("declined", tr("Declined")),
            ("pending", tr("Pending")),
            ("settled", tr("Settled")),
        ):
            self._filter.addItem(name, value)
        self._filter.currentIndexChanged.connect(self._fill)
        self.add_action(self._filter)
        self.list = RowList(tr("Activity"))
        self.list.setObjectName("activity_list")
        self.list.current_changed.connect(lambda key: self.current_changed.emit(self.line(key)))
        self.list.chosen.connect(lambda key: self.chosen.emit(self.line(key)))
        self._empty = EmptyState(tr("Nothing here"))
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._empty, 1)

    def line(self, key: str) -> Line | None:
        """Return the line of a row."""
        return self._lines.get(key)

    def current(self) -> Line | None:
        """Return the line now current."""
        return self.line(self.list.current_key())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines; the current one stays current if it is still there."""
        shown = {line.key: line for line in lines}
        if shown != self._lines or not self._filled:
            self._lines = shown
            self._fill()

    def _fill(self) -> None:
        self._filled = True
        group = self._filter.currentData()
        shown = [
            line for line in self._lines.values() if group == ALL or line.state in _GROUPS[group]
        ]
        self.list.set_rows([row(line, self._texts) for line in shown])
        self.list.setVisible(bool(shown))
        self._empty.setVisible(not shown)
        if self._lines and not shown:
            self._empty.set(tr("Nothing of this kind"), tr("Choose All to see everything."))
        elif not shown:
            self._empty.set(
                tr("No purchases known"),
                tr("Neither Stripe nor the mirror has any in the last 120 days."),
            )
