"""The two columns of an intake: what happened and what to know; what is sent."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from supportdesk.domain.disputes_rules import Rules
from supportdesk.services.disputes import Intake
from supportdesk.ui import theme
from supportdesk.ui.disputes.basics import AmountBox, ReasonBox
from supportdesk.ui.disputes.checks import ChecksList
from supportdesk.ui.disputes.conversation import ConversationPanel
from supportdesk.ui.disputes.dates import DatesPanel
from supportdesk.ui.disputes.evidence_form import EvidenceForm
from supportdesk.ui.text import money, tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import empty, page_column
from supportdesk.ui.words import merchant_name

_TWO_COLUMNS = 56  # widths of a letter
_TWO_FIELDS = 32


class Columns(QWidget):
    """Conversation, checks and dates beside the form; below each other where it is narrow.

    Signals:
        another: id of another purchase of the same intake.
    """

    another = Signal(str)

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        px = theme.current.measures.px
        self.conversation = ConversationPanel()
        self.reason = ReasonBox(rules)
        self.checks = ChecksList()
        self.dates = DatesPanel()
        self.basics = AmountBox()
        self.evidence = EvidenceForm(rules)
        self.helps = label("", "small", wrap=True)
        self.helps.setObjectName("dispute_helps")
        self.draft_anew = KeyButton(tr("Draft the explanation from the answers again"), kind="link")
        self.draft_anew.setObjectName("dispute_draft_anew")
        final = tr("Stripe takes one submission: no edits, no more files afterwards.")
        self._left = self._column(self.conversation, self.reason, self.checks, self.dates)
        self.open = label(
            tr("The fields, the explanation and the evidence follow from the answers."),
            "muted",
            wrap=True,
        )
        self._right = self._column(
            self.basics,
            self.open,
            self.helps,
            self.draft_anew,
            self.evidence,
            Banner(final, "warn"),
        )
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(px(0.9))
        self._sides.addLayout(self._left, 1)
        self._sides.addLayout(self._right, 1)
        for side in (self._left, self._right):
            side.addStretch(1)
        outer = page_column(self)
        self._top = QVBoxLayout()
        self._together: Segmented | None = None
        self._place: QLabel | None = None
        self._shown: tuple[tuple[str, str], ...] = ()
        outer.addLayout(self._top)
        outer.addLayout(self._sides)
        outer.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        """Leave the height to the width: words that wrap ask for too much (Qt's interface)."""
        return QSize(super().minimumSizeHint().width(), 0)

    def _column(self, *parts: QWidget) -> QVBoxLayout:
        made = QVBoxLayout()
        made.setSpacing(theme.current.measures.px(0.6))
        for part in parts:
            if isinstance(part, KeyButton):
                made.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                made.addWidget(part)
        return made

    def set_width(self, width: int) -> None:
        """Arrange for a width in pixels."""
        px = theme.current.measures.px
        wide = width >= px(_TWO_COLUMNS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._sides.setDirection(across if wide else down)
        for at in (0, 1):
            self._sides.setStretch(at, 1 if wide else 0)
        half = width // 2 if wide else width
        self.evidence.set_columns(2 if half >= px(_TWO_FIELDS) else 1)

    def show_together(self, intake: Intake) -> None:
        """Offer the other purchases of the same intake."""
        choices = tuple(
            (t.id, f"{merchant_name(t.merchant)} · {money(-t.amount, t.currency)}")
            for t in intake.together
        )
        if choices != self._shown:
            self._shown = choices
            empty(self._top)
            self._together = self._place = None
            if choices:
                self._place = label("", "small", wrap=True)
                self._top.addWidget(self._place)
                self._together = Segmented(choices, tr("Purchases"), wrap=True)
                self._together.setObjectName("dispute_together")
                self._together.changed.connect(self.another)
                self._top.addWidget(self._together)
        if self._together is not None and self._place is not None:
            self._together.set_value(intake.case.transaction.id)
            at, many = intake.place
            words = tr("Purchase {n} of {many}: shared answers, one dispute each", n=at, many=many)
            self._place.setText(words)

    def show_helps(self, reason: str, *, drafted: bool) -> None:
        """Say what makes a case of this reason stronger."""
        known = self._rules.reason(reason)
        lines = [f"• {tr(text)}" for text in known.helps] if known else []
        self.helps.setText("\n".join([tr("What helps:"), *lines]) if lines else "")
        self.helps.setVisible(bool(lines))
        self.open.setVisible(known is None)
        self.draft_anew.setVisible(bool(reason) and drafted)

    def fields(self) -> dict[str, Field]:
        """Return the fields beside the evidence, by name."""
        return {
            "reason": self.reason.field,
            "overruled": self.reason.why_field,
            "amount": self.basics.amount_field,
            "told_us_on": self.basics.told_field,
        }
