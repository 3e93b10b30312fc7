"""The purchase that is selected in the activity list: its answer, its steps, its facts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.activity import Line
from supportdesk.domain.declines import Answer
from supportdesk.domain.line_history import Disputable, events
from supportdesk.ui import theme, words
from supportdesk.ui.lookup import line_words
from supportdesk.ui.lookup.decline import DeclineAnswer
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import rule, scroll


class LineDetail(QFrame):
    """Below the list, for the line that is current.

    Signals:
        acted: the step (Act) of a decline answer that was chosen.
        dispute: dispute the purchase.
        closed: put it away.
    """

    acted = Signal(object)
    dispute = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.setObjectName("line_detail")
        self._now: object = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(rule())
        head = QHBoxLayout()
        head.setContentsMargins(px(0.75), px(0.3), px(0.4), px(0.1))
        head.setSpacing(px(0.4))
        self._title = ElidedLabel("", "heading")
        self._state = Chip("", "neutral")
        close = KeyButton(tr("Close"), kind="link")
        close.setObjectName("line_close")
        close.clicked.connect(self.closed)
        head.addWidget(self._title)
        head.addWidget(self._state)
        head.addStretch(1)
        head.addWidget(close)
        outer.addLayout(head)
        self._area = scroll(QWidget())
        outer.addWidget(self._area, 1)

    def show_line(
        self, line: Line, answer: Answer | None, limit: Disputable | None, *, network_risk: bool
    ) -> None:
        """Show a purchase; what is shown already is not built anew."""
        now = (line, answer, limit, network_risk)
        if now == self._now:
            return
        self._now = now
        px = theme.current.measures.px
        shop = words.merchant_name(line.merchant)
        self._title.setText(shop)
        self._state.set(*words.line_state(line))
        self.setAccessibleName(tr("Purchase at {shop}", shop=shop))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(0.75), px(0.2), px(0.75), px(0.6))
        column.setSpacing(px(0.5))
        if answer is not None:
            said = DeclineAnswer(answer)
            said.acted.connect(self.acted)
            column.addWidget(said)
        column.addWidget(_steps(line))
        if answer is None or line.captures:
            column.addLayout(self._disputable(line, limit))
        column.addWidget(_facts(line, network_risk))
        column.addStretch(1)
        self._area.setWidget(inner)

    def _disputable(self, line: Line, limit: Disputable | None) -> QHBoxLayout:
        row = QHBoxLayout()
        if limit is not None:
            said = label(tr("Dispute: {words}", words=line_words.disputable(limit)), wrap=True)
            said.setObjectName("line_disputable")
            row.addWidget(said, 1)
            if limit.until is not None:
                button = KeyButton(tr("Dispute it"))
                button.setObjectName("line_dispute")
                button.clicked.connect(self.dispute)
                row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _grid(pairs: list[tuple[str, str]], name: str) -> QWidget:
    px = theme.current.measures.px
    made = QWidget()
    made.setObjectName(name)
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(0.7))
    grid.setVerticalSpacing(px(0.12))
    grid.setColumnStretch(1, 1)
    for at, (left, right) in enumerate(pairs):
        grid.addWidget(label(left, "muted"), at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(right, wrap=True), at, 1)
    return made


def _steps(line: Line) -> QWidget:
    steps = [(line_words.event_time(step), line_words.event(step)) for step in events(line)]
    made = _grid(steps, "line_steps")
    made.setAccessibleName(tr("What happened"))
    return made


def _facts(line: Line, network_risk: bool) -> QWidget:
    made = _grid(list(line_words.facts(line, network_risk=network_risk)), "line_facts")
    made.setAccessibleName(tr("How it was bought"))
    return made
