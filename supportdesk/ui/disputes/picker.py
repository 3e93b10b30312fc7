"""Choose which purchase of the person in focus is disputed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from supportdesk.domain.records import Transaction
from supportdesk.ui.text import money, tr, when
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState
from supportdesk.ui.words import merchant_name


class PurchasePicker(QWidget):
    """The settled purchases of one person, newest first.

    Signals:
        chosen: transaction id.
        lookup: there is nobody in focus, a cardholder has to be found first.
    """

    chosen = Signal(str)
    lookup = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowList(tr("Purchases"))
        self.rows.setObjectName("dispute_purchases")
        self.rows.chosen.connect(self.chosen)
        self.rows.clicked.connect(lambda _: self.chosen.emit(self.rows.current_key()))
        self.empty = EmptyState()
        self.empty.acted.connect(self.lookup)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.rows)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def show_nobody(self) -> None:
        """Ask to find the cardholder first."""
        self.empty.set(
            tr("Whose purchase is it?"),
            tr("Find the cardholder first, then choose the purchase."),
            tr("Find a cardholder"),
        )
        self._stack.setCurrentWidget(self.empty)

    def show_purchases(self, purchases: Sequence[Transaction]) -> None:
        """List purchases; without any, say so."""
        if not purchases:
            self.empty.set(
                tr("No settled purchase"),
                tr("Only captured purchases can be disputed: a pending one has to settle first."),
                tr("Look at the activity"),
            )
            self._stack.setCurrentWidget(self.empty)
            return
        self.rows.set_rows([_row(purchase) for purchase in purchases])
        self._stack.setCurrentWidget(self.rows)
        self.rows.set_current(purchases[0].id)
        self.rows.setFocus()


def _row(purchase: Transaction) -> Row:
    return Row(
        key=purchase.id,
        title=merchant_name(purchase.merchant),
        subtitle=when(purchase.created) if purchase.created else "",
        trailing=money(-purchase.amount, purchase.currency),
        chip=tr("disputed") if purchase.dispute_id else "",
        tone="accent",
        chip_below=bool(purchase.dispute_id),
    )
