"""The activity list: what the caller means by "the purchase", newest first."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSizePolicy, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.disputes_rules import Rules
from supportdesk.domain.line_history import Disputable, disputable
from supportdesk.ui import text, theme, words
from supportdesk.ui.activity_feed import Shown
from supportdesk.ui.activity_rows import row
from supportdesk.ui.calls.closed import ClosedState
from supportdesk.ui.lookup.line_detail import LineDetail
from supportdesk.ui.marks import Marks
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.panel import Panel, scroll
from supportdesk.ui.widgets.row_list import RowList
from supportdesk.ui.widgets.states import EmptyState

ALL = "all"
_DAY = 86_400
_GROUPS = {
    "declined": ("declined",),
    "pending": ("pending",),
    "settled": (
        "settled",
        "part_refunded",
        "refunded",
        "refund",
        "refund_taken_back",
        "disputed",
    ),
    "refunds": ("part_refunded", "refunded", "refund", "refund_taken_back"),
    "disputed": ("disputed",),
}
Known = tuple[str, int, int, int, int]


def _known(line: Line) -> Known:
    return (line.state, line.amount, line.refunded, len(line.captures), line.held)


class ActivityPanel(Panel):
    """Purchases, refunds and attempts of the person, by kind, period and shop.

    Signals:
        current_changed: the line now current, None for none.
        chosen: the line chosen with Enter.
        acted: a step (Act) of a decline answer.
        dispute: the line to dispute.
        older: show older ones that are known here.
        ask_older: read older ones from Stripe.
    """

    current_changed = Signal(object)
    chosen = Signal(object)
    acted = Signal(object)
    dispute = Signal(object)
    older = Signal()
    ask_older = Signal()

    def __init__(self, rules: Rules, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._rules = rules
        self._shown = Shown()
        self._lines: dict[str, Line] = {}
        self._limits: dict[str, Disputable] = {}
        self._at = ""  # key of the row that was current last
        self._before: dict[str, Known] | None = None  # what was shown of the same owner last
        self._marks = Marks(self)
        self._marks.over.connect(self._fill)
        self._build_filters()
        self.list = RowList(tr("Activity"))
        self.list.setObjectName("activity_list")
        self.list.current_changed.connect(self._moved)
        self.list.chosen.connect(lambda key: self.chosen.emit(self.line(key)))
        # The row that is current already is opened again by a click or by Enter.
        self.list.clicked.connect(lambda _index: self._show_detail(opened=True))
        self.list.chosen.connect(lambda _key: self._show_detail(opened=True))
        self._empty = EmptyState(tr("Nothing here"))
        self.closed = ClosedState()
        self._open = True
        self._closed_area = scroll(self.closed)  # gives way to the questions in a small window
        self._closed_area.setVisible(False)
        self.body.addWidget(self._closed_area, 10)
        self._empty.acted.connect(self._show_everything)
        self.detail = LineDetail()
        self.detail.setVisible(False)
        self.detail.acted.connect(self.acted)
        self.detail.dispute.connect(lambda: self.dispute.emit(self.current()))
        self.detail.closed.connect(self.close_detail)
        self.body.addWidget(self.list, 10)
        self.body.addWidget(self._empty, 10)
        self.body.addWidget(self.detail, 13)
        self._build_foot()

    def _build_filters(self) -> None:
        px = theme.current.measures.px
        self._search = QLineEdit()
        self._search.setObjectName("activity_search")
        self._search.setPlaceholderText(tr("Shop"))
        self._search.setAccessibleName(tr("Find a shop in the list"))
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(px(3.5))
        self._search.setMaximumWidth(px(9))
        self._search.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._search.textChanged.connect(self._fill)
        self._filter = _choices(
            "activity_filter",
            tr("Show which activity"),
            (
                (ALL, tr("All")),
                ("declined", tr("Declined")),
                ("pending", tr("Pending")),
                ("settled", tr("Settled")),
                ("refunds", tr("Refunds")),
                ("disputed", tr("Disputed")),
            ),
        )
        days = ((n, tr("{n} days", n=n)) for n in (30, 90, 120))
        self._period = _choices(
            "activity_period", tr("Show which time"), ((0, tr("Any time")), *days)
        )
        for box in (self._filter, self._period):
            box.currentIndexChanged.connect(self._fill)
        self.header.addWidget(self._search, 6)
        for box in (self._filter, self._period):
            self.add_action(box)

    def _build_foot(self) -> None:
        foot = self.add_footer()
        self._reach = ElidedLabel("", "muted")
        self._reach.setObjectName("activity_reach")
        self._older = KeyButton(tr("Older"), kind="link")
        self._older.setObjectName("activity_older")
        self._older.clicked.connect(self.older)
        self._ask = KeyButton(tr("Read older from Stripe"), kind="link")
        self._ask.setObjectName("activity_ask_stripe")
        self._ask.clicked.connect(self.ask_older)
        foot.addWidget(self._reach, 1)
        foot.addWidget(self._older)
        foot.addWidget(self._ask)

    # --- what is shown -----------------------------------------------------------------------

    def line(self, key: str) -> Line | None:
        """Return the line of a row."""
        return self._lines.get(key)

    def current(self) -> Line | None:
        """Return the line now current."""
        return self.line(self.list.current_key())

    def show_activity(self, shown: Shown, *, open_: bool = True) -> None:
        """Show these lines; the current one stays current if it is still there.

        Unless `open_`, nothing of them is taken, and it says why.
        """
        if open_ is not self._open:
            self._before = None  # what appears with the proof is not news
            self._set_open(open_)
        if not open_:
            shown = Shown(owner=shown.owner)
        if shown == self._shown and self._before is not None:
            return  # nothing that a person reads is built anew
        if shown.owner != self._shown.owner:
            self._before, self._at = None, ""
            self._marks.clear()
            self.detail.setVisible(False)
        self._mark(shown.lines)
        self._shown = shown
        self._lines = {line.key: line for line in shown.lines}
        today = text.today()
        self._limits = {
            line.key: disputable(line, shown.cards.get(line.card_id), self._rules, today)
            for line in shown.lines
        }
        self._fill()

    def _set_open(self, open_: bool) -> None:
        self._open = open_
        keyboard = QApplication.focusWidget()
        had_keyboard = keyboard is not None and self.closed.isAncestorOf(keyboard)
        if had_keyboard and open_:
            self.setFocus()  # not on to whatever comes next
        self._closed_area.setVisible(not open_)
        for box in (self._search, self._filter, self._period):
            box.setEnabled(open_)
        if had_keyboard and open_:
            self.list.setFocus()

    def set_busy(self, said: str) -> None:
        """Say that older ones are being read."""
        self._ask.setEnabled(not said)
        self._ask.setText(said or tr("Read older from Stripe"))

    def _mark(self, lines: Iterable[Line]) -> None:
        """Remember for some seconds what is new or changed since the last time."""
        now = {line.key: _known(line) for line in lines}
        if before := self._before:
            oldest = min((li.at or 0 for li in self._lines.values()), default=0)
            for line in lines:
                old = before.get(line.key)
                if old is None and (line.at or 0) >= oldest:
                    self._marks.put(line.key, tr("new"))
                elif old not in (None, now[line.key]) and self._marks.said(line.key) != tr("new"):
                    self._marks.put(line.key, _changed(line, old))
        self._before = now

    def _fill(self) -> None:
        shown = [line for line in self._lines.values() if self._fits(line)]
        answers = self._shown.story.answers
        self.list.set_rows(
            [
                row(
                    line,
                    answers.get(line.key),
                    self._limits.get(line.key),
                    self._marks.said(line.key),
                )
                for line in shown
            ]
        )
        self.list.setVisible(bool(shown))
        self._empty.setVisible(not shown and self._open)
        if not shown:
            self._say_empty()
        self._show_reach()
        self._show_detail()

    def _fits(self, line: Line) -> bool:
        group, days = self._filter.currentData(), self._period.currentData()
        held = group == "pending" and line.held > 0
        if group != ALL and line.state not in _GROUPS[group] and not held:
            return False
        if days and line.at is not None and line.at < time.time() - days * _DAY:
            return False
        wanted = self._search.text().casefold().split()
        name = words.merchant_name(line.merchant).casefold()
        return all(part in name for part in wanted)

    def _say_empty(self) -> None:
        if self._lines:
            self._empty.set(
                tr("Nothing of this kind"),
                tr("Older purchases may not have been read yet."),
                tr("Show everything"),
            )
        else:
            asked = self._shown.story.complete_since is not None
            none, unread = (
                tr("Neither Stripe nor the mirror has any so far."),
                tr("None have been read from Stripe so far."),
            )
            self._empty.set(tr("No purchases known"), none if asked else unread)

    def _show_everything(self) -> None:
        self._search.clear()
        self._filter.setCurrentIndex(0)
        self._period.setCurrentIndex(0)

    def _show_reach(self) -> None:
        story, more = self._shown.story, self._shown.more
        times = [line.at for line in self._lines.values() if line.at is not None]
        said = ""
        if times:
            whole = not more and story.complete_since == 0
            said = (
                tr("nothing older") if whole else tr("back to {day}", day=words.on_day(min(times)))
            )
        self._reach.setText(said)
        self._older.setVisible(more)
        self._ask.setVisible(not more and story.stripe_has_older)

    # --- the line that is current ------------------------------------------------------------

    def _moved(self, key: str) -> None:
        # The first row becomes current when the keyboard comes to the list: nobody chose it.
        moved, self._at = bool(self._at), key
        self._show_detail(opened=bool(key) and moved)
        self.current_changed.emit(self.line(key))

    def _show_detail(self, *, opened: bool = False) -> None:
        line = self.current()
        if line is None:
            self.detail.setVisible(False)
        elif opened or not self.detail.isHidden():
            answer = self._shown.story.answers.get(line.key)
            self.detail.show_line(
                line, answer, self._limits.get(line.key), network_risk=self._shown.network_risk
            )
            self.detail.setVisible(True)
            self.list.scrollTo(self.list.currentIndex())

    def close_detail(self) -> bool:
        """Put the selected purchase away; return whether it was open."""
        if self.detail.isHidden():
            return False
        self.detail.setVisible(False)
        self.list.setFocus()
        return True


def _choices(name: str, spoken: str, choices: Iterable[tuple[object, str]]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(spoken)
    for value, words_ in choices:
        box.addItem(words_, value)
    return box


def _changed(line: Line, old: Known | None) -> str:
    if old is not None and old[0] == line.state:
        return tr("changed")
    return tr("now {state}", state=words.line_state(line)[0])
