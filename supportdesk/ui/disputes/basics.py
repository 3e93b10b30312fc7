"""The reason of a dispute and why; how much is disputed and when we were told."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.dispute_talk import Talk
from supportdesk.domain.disputes import Draft
from supportdesk.domain.disputes_rules import Rules
from supportdesk.ui import theme
from supportdesk.ui.disputes.editors import DayEditor, LineEditor
from supportdesk.ui.text import money, today, tr, typed_day
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.money_edit import MoneyEdit

_LONGEST = 500  # characters of a reason for choosing otherwise


class ReasonBox(QWidget):
    """What the conversation led to, and the way to choose otherwise with a word why.

    Signals:
        chosen: another reason was chosen by hand.
        edited: the words why were changed.
    """

    chosen = Signal(str)
    edited = Signal()

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        px = theme.current.measures.px
        self.reason = QComboBox()
        self.reason.setObjectName("dispute_reason")
        self.reason.addItem(tr("The questions lead to it, or choose"), "")
        for entry in rules.reasons.reasons:
            self.reason.addItem(tr(entry.label), entry.reason)
        self.reason.setMinimumContentsLength(12)
        self.reason.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.reason.currentIndexChanged.connect(self._chosen)
        self.field = Field(tr("Reason"), self.reason, required=True)
        self.why = LineEditor(_LONGEST)
        self.why.setObjectName("dispute_overruled")
        self.why.edited.connect(self.edited)
        hint = tr("The answers lead to another reason. Your words stay with the dispute here.")
        self.why_field = Field(tr("Why another reason"), self.why, hint, required=True, parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(0.6))
        layout.addWidget(self.field)
        layout.addWidget(self.why_field)
        self.why_field.hide()

    def show_draft(self, draft: Draft, talk: Talk) -> None:
        """Show the reason, why the answers lead to it, or why it was chosen otherwise."""
        blocked = self.reason.blockSignals(True)
        self.reason.setCurrentIndex(max(0, self.reason.findData(draft.reason)))
        self.reason.blockSignals(blocked)
        overruled = bool(draft.reason and talk.reason and talk.reason != draft.reason)
        known = self._rules.reason(draft.reason)
        if talk.why and not overruled:
            hint = " ".join(tr(why) for why in talk.why)
        else:
            hint = tr(known.ask) if known else ""
        self.field.set_hint(hint)
        self.why.put(draft.overruled)
        self.why_field.setVisible(overruled)

    def _chosen(self) -> None:
        self.chosen.emit(str(self.reason.currentData() or ""))


class AmountBox(QWidget):
    """How much is disputed of what can be, and the day the cardholder told us.

    Signals:
        edited: name of the field that was changed: "amount" or "told_us_on".
    """

    edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        self.amount = MoneyEdit("eur")
        self.amount.setObjectName("dispute_amount")
        self.amount.changed.connect(lambda: self.edited.emit("amount"))
        self.amount_field = Field(tr("Disputed amount"), self.amount, required=True)
        self.told = DayEditor()
        self.told.setObjectName("dispute_told_us_on")
        self.told.edited.connect(lambda: self.edited.emit("told_us_on"))
        now = KeyButton(tr("Today"), kind="link")
        now.setObjectName("dispute_told_today")
        now.clicked.connect(lambda: self.told.setText(typed_day(today())))
        told = QWidget()
        line = QHBoxLayout(told)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(0.2))
        line.addWidget(self.told, 1)
        line.addWidget(now)
        told.setFocusProxy(self.told)
        asked = tr("When did the cardholder tell us?")
        self.told_field = Field(tr("Told us on"), told, asked, required=True)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(0.6))
        self._row.addWidget(self.amount_field, 1)
        self._row.addWidget(self.told_field, 1)

    def show_draft(self, draft: Draft, currency: str, left: int) -> None:
        """Show what was typed; `left` is the most that can be disputed (minor units)."""
        self.amount.set_limit(currency, left)
        if self.amount.text() != draft.amount:
            self.amount.setText(draft.amount)
        self.amount_field.set_side(tr("of {amount}", amount=money(left, currency)))
        self.told.put(draft.told_us_on)
