"""The list of what to know before filing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from supportdesk.domain.disputes_preflight import CANCEL_CARD, Check, Level
from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, inset

_SIGNS: dict[Level, tuple[str, Tone, str]] = {
    "ok": ("✓", "good", "All right"),
    "warn": ("!", "warn", "Mind"),
    "refuse": ("✕", "bad", "Stripe will refuse"),
}


class ChecksList(QWidget):
    """One line per check: a sign, never only a colour, a sentence, and what to do.

    Signals:
        act: what a check offers to do at once was chosen (domain.disputes_preflight.CANCEL_CARD).
    """

    act = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_checks")
        px = theme.current.measures.px
        self._grid = QGridLayout(inset(self))
        self._grid.setContentsMargins(px(0.7), px(0.5), px(0.7), px(0.5))
        self._grid.setHorizontalSpacing(px(0.4))
        self._grid.setVerticalSpacing(px(0.15))
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Check, ...] = ()

    def shown(self) -> tuple[Check, ...]:
        """Return the checks that are listed."""
        return self._shown

    def set_checks(self, checks: Sequence[Check]) -> None:
        """List other checks."""
        if tuple(checks) == self._shown:
            return
        self._shown = tuple(checks)
        empty(self._grid)
        self._grid.addWidget(label(tr("Checks"), "heading"), 0, 0, 1, 2)
        for row, check in enumerate(checks, start=1):
            sign, tone, _ = _SIGNS[check.level]
            mark = label(sign, "strong")
            theme.mark(mark, ink=tone)
            self._grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._words(check), row, 1)

    def _words(self, check: Check) -> QWidget:
        _, tone, spoken = _SIGNS[check.level]
        facts = {n: tr(v) if isinstance(v, str) else v for n, v in check.facts.items()}
        text = tr(check.words, **facts)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        said = label(text, wrap=True)
        said.setAccessibleName(f"{tr(spoken)}: {text}")
        theme.mark(said, ink=tone)
        column.addWidget(said)
        if check.do:
            column.addWidget(label(tr(check.do, **facts), "small", wrap=True))
        if check.act == CANCEL_CARD:
            button = KeyButton(tr("Report the card lost or stolen…"), kind="link")
            button.setObjectName("dispute_cancel_card")
            button.clicked.connect(lambda: self.act.emit(check.act))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return made
