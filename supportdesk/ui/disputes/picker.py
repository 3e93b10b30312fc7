"""Choose which purchase of the person in focus is disputed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from supportdesk.domain.records import Authorization, Transaction
from supportdesk.ui.calls.closed import ClosedState
from supportdesk.ui.text import money, tr, when
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState
from supportdesk.ui.words import merchant_name


class PurchasePicker(QWidget):
    """The settled purchases of one person, newest first.

    Signals:
        chosen: transaction id.
        remind: a pending purchase (Authorization) to be disputed once it settles.
        lookup: there is nobody in focus, a cardholder has to be found first.
    """

    chosen = Signal(str)
    remind = Signal(object)
    lookup = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowList(tr("Purchases"))
        self.rows.setObjectName("dispute_purchases")
        self.rows.chosen.connect(self._choose)
        self.rows.clicked.connect(lambda _: self._choose(self.rows.current_key()))
        self._pending: dict[str, Authorization] = {}
        self._waited_for: frozenset[str] = frozenset()
        self.empty = EmptyState()
        self.empty.acted.connect(self.lookup)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.rows)
        self._stack.addWidget(self.empty)
        self.waiting = EmptyState()
        self.waiting.setObjectName("dispute_pending")
        self.waiting.acted.connect(self._remind)
        self._asked: Authorization | None = None
        self._stack.addWidget(self.waiting)
        self.closed = ClosedState()
        self._stack.addWidget(self.closed)
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

    def show_closed(self) -> None:
        """Show nothing: the caller has not proved who they are."""
        self.rows.set_rows([])
        self._stack.setCurrentWidget(self.closed)

    def _choose(self, key: str) -> None:
        purchase = self._pending.get(key)
        if purchase is None:
            self.chosen.emit(key)
            return
        self._asked = purchase
        amount = money(purchase.amount, purchase.currency)
        title = tr("Not settled yet: {shop}", shop=f"{merchant_name(purchase.merchant)} · {amount}")
        if key in self._waited_for:
            words = tr("The desk begins the dispute as soon as the purchase settles.")
            self.waiting.set(title, words)
        else:
            words = tr(
                "Only what the shop has taken can be disputed; a pending amount may fall away."
            )
            self.waiting.set(title, words, tr("Begin it when it settles"))
        self._stack.setCurrentWidget(self.waiting)

    def _remind(self) -> None:
        if self._asked is not None:
            self._waited_for |= {self._asked.id}
            self.remind.emit(self._asked)
            self._choose(self._asked.id)

    def show_purchases(
        self,
        purchases: Sequence[Transaction],
        pending: Sequence[Authorization] = (),
        waited_for: frozenset[str] = frozenset(),
    ) -> None:
        """List purchases, pending ones last; without any, say so.

        `waited_for` are the pending ones the desk already waits for.
        """
        self._pending = {purchase.id: purchase for purchase in pending}
        self._waited_for = waited_for
        if not purchases and not pending:
            self.empty.set(
                tr("No settled purchase"),
                tr("Only captured purchases can be disputed: a pending one has to settle first."),
                tr("Look at the activity"),
            )
            self._stack.setCurrentWidget(self.empty)
            return
        rows = [*map(_row, purchases), *map(_pending_row, pending)]
        self.rows.set_rows(rows)
        self._stack.setCurrentWidget(self.rows)
        self.rows.set_current(rows[0].key)
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


def _pending_row(purchase: Authorization) -> Row:
    return Row(
        key=purchase.id,
        title=merchant_name(purchase.merchant),
        subtitle=when(purchase.created) if purchase.created else "",
        trailing=money(purchase.amount, purchase.currency),
        chip=tr("pending"),
        tone="neutral",
        chip_below=True,
    )
