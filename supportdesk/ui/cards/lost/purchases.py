"""Which purchases were not theirs; when and where it was noticed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.lost import LONGEST_WHERE, Report
from supportdesk.ui import theme
from supportdesk.ui.calls.closed import ClosedState
from supportdesk.ui.cards.lost.page import StepPage, choices, in_a_row
from supportdesk.ui.cards.lost.ticks import TickList
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import Segmented
from supportdesk.ui.widgets.date_edit import DateEdit
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.states import EmptyState


class PurchasesPage(StepPage):
    """The second step.

    Attributes:
        list: the purchases with their ticks.
        closed: stands in their place until the caller is verified.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        ask = tr("Which of these were not theirs? Pending ones count as well. Space ticks.")
        self.column.addWidget(label(ask, "strong", wrap=True))
        self.list = TickList()
        self.list.setObjectName("lost_purchases")
        self.list.setMinimumHeight(px(6))
        self.closed = ClosedState()
        self._none = EmptyState(tr("No purchase with this card"), tr("Nothing to tick: go on."))
        self._stack = QStackedWidget()
        for what in (self.list, self.closed, self._none):
            self._stack.addWidget(what)
        self.column.addWidget(self._stack, 1)
        self._circumstances()

    def _circumstances(self) -> None:
        px = theme.current.measures.px
        self._on = DateEdit(required=False)
        self._on.setObjectName("lost_noticed_on")
        self._on.setMinimumWidth(px(8))
        self._on.textEdited.connect(lambda: self.tell("noticed_on", self._on.text()))
        self._on.changed.connect(lambda: self._moved())
        self._at = self._line("lost_noticed_at", "08:40", 12, "noticed_at")
        self._at.setMaximumWidth(px(5))
        self._where = self._line(
            "lost_where", tr("for example on the tram"), LONGEST_WHERE, "where"
        )
        self._pin = choices(
            "lost_pin",
            tr("PIN known to anyone?"),
            (("no", tr("No")), ("yes", tr("Yes")), ("unsure", tr("Unsure"))),
        )
        self._phone = choices(
            "lost_phone", tr("Phone lost too?"), (("no", tr("No")), ("yes", tr("Yes")))
        )
        self._pin.changed.connect(lambda value: self.tell("pin", value))
        self._phone.changed.connect(lambda value: self.tell("phone", value))
        self.fields = {
            "noticed_on": Field(tr("Noticed on"), self._on),
            "noticed_at": Field(tr("At"), self._at),
            "where": Field(tr("Where"), self._where),
            "pin": Field(tr("PIN known to anyone?"), self._pin),
            "phone": Field(tr("Phone lost too?"), self._phone),
        }
        first = [self.fields[name] for name in ("noticed_on", "noticed_at", "where")]
        self.column.addLayout(in_a_row(first, (3, 0, 7)))
        self.column.addLayout(in_a_row([self.fields["pin"], self.fields["phone"]]))

    def _line(self, name: str, hint: str, most: int, field: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(most + 200)  # what is too long stays and is said to be
        made.textEdited.connect(lambda text: self.tell(field, text))
        return made

    def _moved(self) -> None:
        """A day that the arrows or the calendar chose was not typed, but counts the same."""
        if not self._showing:
            self.tell("noticed_on", self._on.text())

    _showing = False

    def show_report(self, report: Report) -> None:
        """Show what was typed; a field that has the keyboard is left alone."""
        self._showing = True
        for editor, value in (
            (self._on, report.noticed_on),
            (self._at, report.noticed_at),
            (self._where, report.where),
        ):
            if not editor.hasFocus() and editor.text() != value:
                editor.setText(value)
        self._showing = False
        rows: tuple[tuple[Segmented, str], ...] = (
            (self._pin, report.pin),
            (self._phone, report.phone),
        )
        for row, value in rows:
            row.set_value(value)

    def show_lines(self, lines: Sequence[Line] | None, report: Report) -> None:
        """Show the purchases; None while they are hidden from a caller who is not verified."""
        if lines is None:
            self._stack.setCurrentWidget(self.closed)
            return
        self.list.show_lines(lines, {c.key for c in report.claimed}, locked=not report.open)
        came = bool(lines) and self._stack.currentWidget() is not self.list
        self._stack.setCurrentWidget(self.list if lines else self._none)
        if came and self._on.hasFocus() and not self._on.text():
            self.list.setFocus()  # the keyboard waited in the first field for the purchases

    def start_focus(self) -> None:
        """Begin with the list."""
        current = self._stack.currentWidget()
        (self.list if current is self.list else self._on).setFocus()
