"""The filters above the queue: whose turn it is, the reason, the merchant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from supportdesk.domain.dispute_queue import WHICH, Asked, Counts, SortBy, Which
from supportdesk.domain.disputes_rules import Rules
from supportdesk.ui import theme
from supportdesk.ui.disputes.queue import words
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.button import Segmented

TYPING_MS = 180  # after the last key stroke in the merchant's name


class QueueFilters(QWidget):
    """Which disputes are listed, and in which order.

    Signals:
        changed: something else is wanted; ask `asked()`.

    Attributes:
        which: the segments; `sort`, `descending`: the order.
    """

    changed = Signal()

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        px = theme.current.measures.px
        self.sort: SortBy = "due"
        self.descending = False
        names = [(name, words.which(name)) for name in WHICH]
        self.which = Segmented(names, tr("Which disputes"), wrap=True)
        self.which.setObjectName("disputes_filter")
        for button in self.which.findChildren(QPushButton):
            button.setObjectName(f"disputes_filter_{button.property('value')}")
        self.which.set_value("open")
        self.which.changed.connect(lambda _value: self.changed.emit())
        self.reason = QComboBox()
        self.reason.setObjectName("disputes_reason")
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.reason.setMinimumContentsLength(4)
        self.set_reasons(())
        self.reason.activated.connect(lambda _at: self.changed.emit())
        self.merchant = QLineEdit()
        self.merchant.setObjectName("disputes_merchant")
        self.merchant.setAccessibleName(tr("Merchant"))
        self.merchant.setPlaceholderText(tr("Merchant"))
        self.merchant.setClearButtonEnabled(True)
        self.merchant.setMinimumWidth(px(4))
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self.changed)
        self.merchant.textChanged.connect(lambda _text: self._typing.start())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(0.75), px(0.45), px(0.75), px(0.45))
        layout.setSpacing(px(0.4))
        layout.addWidget(self.which)
        row = QHBoxLayout()
        row.setSpacing(px(0.4))
        row.addWidget(self.reason, 3)
        row.addWidget(self.merchant, 4)
        layout.addLayout(row)

    def asked(self, agent: str, today: date) -> Asked:
        """Return what is wanted now."""
        return Asked(
            which=self.chosen(),
            agent=agent,
            today=today,
            reason=str(self.reason.currentData() or ""),
            merchant=self.merchant.text(),
            sort=self.sort,
            descending=self.descending,
        )

    def chosen(self) -> Which:
        """Return the filter that is on."""
        return next((name for name in WHICH if name == self.which.value()), "open")

    def set_reasons(self, reasons: Sequence[str]) -> None:
        """Offer the reasons that occur; what was chosen stays chosen."""
        chosen = str(self.reason.currentData() or "")
        offered = sorted({*reasons, *([chosen] if chosen else [])}, key=self._label)
        if [self.reason.itemData(at) for at in range(self.reason.count())] == ["", *offered]:
            return
        self.reason.clear()
        self.reason.addItem(tr("Every reason"), "")
        for name in offered:
            self.reason.addItem(self._label(name), name)
        self.reason.setCurrentIndex(max(0, self.reason.findData(chosen)))

    def _label(self, reason: str) -> str:
        return tr(self._rules.reason_label(reason))

    def set_counts(self, counts: Counts) -> None:
        """Say how many disputes each filter shows."""
        for name in WHICH:
            many = getattr(counts, name)
            said = words.which(name)
            self.which.set_text(name, f"{said} {number(many)}" if many else said)

    def narrowed(self) -> bool:
        """Whether a reason or a merchant is asked for."""
        return bool(self.reason.currentData() or self.merchant.text().strip())

    def widen(self) -> None:
        """Ask for every reason and merchant."""
        self.reason.setCurrentIndex(0)
        self.merchant.clear()
        self._typing.stop()
        self.changed.emit()
