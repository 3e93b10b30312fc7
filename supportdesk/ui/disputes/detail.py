"""A dispute that can no longer be changed: what became of it, what was sent."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from supportdesk.domain.days import from_unix
from supportdesk.domain.disputes_list import status_text
from supportdesk.domain.disputes_rules import Rules
from supportdesk.services.disputes import Intake
from supportdesk.ui import theme
from supportdesk.ui.disputes.said import evidence
from supportdesk.ui.palette import TONES, Tone
from supportdesk.ui.text import money, tr, typed_day, when
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import scroll


class DisputeDetail(QWidget):
    """Status in plain words, then amount, reason and evidence as Stripe holds them."""

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dispute_detail")
        self._rules = rules
        px = theme.current.measures.px
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(px(0.9), px(0.7), px(0.9), px(0.7))
        layout.setSpacing(px(0.7))
        self.outcome = Banner()
        self.outcome.setObjectName("dispute_outcome")
        layout.addWidget(self.outcome)
        self._lines = QWidget()
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(1))
        self._grid.setVerticalSpacing(px(0.45))
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, px(9))
        layout.addWidget(self._lines)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll(inner))

    def show_intake(self, intake: Intake) -> None:
        """Show the dispute of an intake."""
        dispute = intake.dispute
        assert dispute is not None
        words = status_text(dispute.status, self._rules)
        sentences = [self._rules.outcomes.meaning.get(dispute.status, "")]
        if dispute.loss_reason:
            known = self._rules.outcomes.loss_reasons.get(dispute.loss_reason)
            why = known or dispute.loss_reason.replace("_", " ")
            sentences.append(f"Why it was lost: {why}")
        tone: Tone = next((known for known in TONES if known == words.tone), "neutral")
        self.outcome.set(
            tr(words.next or words.label), tone, detail="\n".join(tr(s) for s in sentences)
        )
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        draft = intake.draft
        lines = [
            (tr("Cardholder"), intake.cardholder.name if intake.cardholder else ""),
            (tr("Disputed amount"), money(dispute.amount, dispute.currency)),
            (tr("Reason"), self._reason(dispute.reason)),
            (tr("Told us on"), draft.told_us_on),
            (tr("Begun"), when(dispute.created) if dispute.created else ""),
            (tr("Submitted here"), when(draft.submitted_at) if draft.submitted_at else ""),
            *evidence(dispute.reason, dispute.evidence, self._rules, intake.files),
            (tr("At Stripe"), dispute.id),
        ]
        for entry in dispute.balance or ():
            on = f" · {typed_day(from_unix(entry.created))}" if entry.created else ""
            lines.append((tr("Balance"), money(entry.amount, entry.currency) + on))
        for row, (name, value) in enumerate(line for line in lines if line[1]):
            said = label(value, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            named = label(name, "label", wrap=True)
            named.setMaximumWidth(theme.current.measures.px(11))
            self._grid.addWidget(named, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, row, 1)

    def _reason(self, reason: str) -> str:
        known = self._rules.reason(reason)
        return tr(known.label) if known else reason
