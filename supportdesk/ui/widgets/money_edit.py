"""A field for an amount in one currency."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from supportdesk.domain.money import AmountProblem, format_amount, parse_amount
from supportdesk.ui.text import locale, money, tr

_MAX_TYPED = 200


class MoneyEdit(QLineEdit):
    """Takes an amount as the locale writes it; what was typed is never changed.

    Signals:
        changed: the text changed.
    """

    changed = Signal()

    def __init__(
        self, currency: str, *, most: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.currency = currency
        self.most = most
        self.setMaxLength(_MAX_TYPED)
        self.textChanged.connect(self.changed)

    def set_limit(self, currency: str, most: int | None) -> None:
        """Set currency and the largest amount (minor units) that makes sense."""
        self.currency = currency
        self.most = most
        self.changed.emit()

    def set_amount(self, amount: int) -> None:
        """Show an amount (minor units)."""
        self.setText(format_amount(amount, self.currency, locale()))

    def amount(self) -> int | None:
        """Return the amount in minor units, None when it cannot be used."""
        try:
            amount = parse_amount(self.text(), self.currency, locale())
        except AmountProblem:
            return None
        return amount if self.most is None or amount <= self.most else None

    def problem(self) -> str:
        """Return why the amount cannot be used, "" when it can."""
        try:
            amount = parse_amount(self.text(), self.currency, locale())
        except AmountProblem as problem:
            return str(problem)
        if self.most is not None and amount > self.most:
            return tr("At most {amount}.", amount=money(self.most, self.currency))
        return ""
