"""Fraud drafts for what settled; what is pending waits."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from supportdesk.domain.lost import Claimed, Report
from supportdesk.ui import text, words
from supportdesk.ui.cards.lost.page import StepPage
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState


class ClaimsPage(StepPage):
    """The fourth step.

    Signals:
        open_drafts: go on with the drafts in the Disputes tab.
    """

    open_drafts = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        said = tr(
            "A fraud draft is kept for each settled purchase that was not theirs; it is submitted"
            " in the Disputes tab. Pending ones are offered there again once they have settled."
        )
        self.column.addWidget(label(said, "muted", wrap=True))
        self.list = RowList(tr("Purchases that were not theirs"))
        self.list.setObjectName("lost_claims")
        self._none = EmptyState(
            tr("No purchase was named"), tr("Tick what was not theirs in step 2, or go on.")
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._none)
        self.column.addWidget(self._stack, 1)
        self._open = KeyButton(tr("Open the drafts in Disputes"), "D")
        self._open.setObjectName("lost_open_drafts")
        self._open.clicked.connect(self.open_drafts)
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addStretch(1)
        self.column.addLayout(row)

    def show_claims(
        self, report: Report, pending: Collection[str], prepared: Collection[str]
    ) -> None:
        """Show what became of each claim; both name them by key."""
        self.list.set_rows([_row(c, pending, prepared) for c in report.claimed])
        self._stack.setCurrentWidget(self.list if report.claimed else self._none)
        if report.claimed and not self.list.current_key():
            self.list.set_current(report.claimed[0].key)
        self._open.setVisible(bool(prepared))

    def start_focus(self) -> None:
        """Begin with the list."""
        (self.list if self._stack.currentWidget() is self.list else self).setFocus()


def _row(claim: Claimed, pending: Collection[str], prepared: Collection[str]) -> Row:
    when = text.when(claim.at) if claim.at is not None else tr("time unknown")
    how = " · ".join(words.way(word) for word in claim.how)
    if claim.key in prepared:
        chip, tone = tr("draft kept"), "good"
    elif claim.key in pending:
        chip, tone = tr("pending, offered again"), "warn"
    else:
        chip, tone = tr("settled, no draft yet"), "neutral"
    return Row(
        key=claim.key,
        title=words.merchant_name(claim.merchant),
        chip=chip,
        tone=tone,  # type: ignore[arg-type]
        chip_below=True,
        trailing=text.money(claim.amount, claim.currency),
        trailing_note=" · ".join(part for part in (when, how) if part),
    )
