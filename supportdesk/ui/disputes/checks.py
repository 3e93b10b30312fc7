"""The list of what to know before filing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from supportdesk.domain.disputes_checks import Check, Level
from supportdesk.ui import theme
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import frame

_SIGNS: dict[Level, tuple[str, Tone, str]] = {
    "ok": ("✓", "good", "All right"),
    "warn": ("!", "warn", "Mind"),
    "refuse": ("✕", "bad", "Not possible"),
}


class ChecksList(QWidget):
    """One line per check: a sign, never only a colour, and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_checks")
        px = theme.current.measures.px
        inset = frame("inset")
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(inset)
        self._grid = QGridLayout(inset)
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
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._grid.addWidget(label(tr("Checks"), "heading"), 0, 0, 1, 2)
        for row, check in enumerate(checks, start=1):
            sign, tone, spoken = _SIGNS[check.level]
            mark = label(sign, "strong")
            words = label(check.text, wrap=True)
            words.setAccessibleName(f"{tr(spoken)}: {check.text}")
            for part in (mark, words):
                theme.mark(part, ink=tone)
            self._grid.addWidget(mark, row, 0)
            self._grid.addWidget(words, row, 1)
