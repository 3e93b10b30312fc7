"""The rows of spending limits to type: how much, in which time, for what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from supportdesk.domain.limit_changes import Limits, doubled
from supportdesk.domain.limits import INTERVALS
from supportdesk.domain.records import SpendingLimit
from supportdesk.ui import theme, words
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.money_edit import MoneyEdit

MOST = 20  # limits; nobody can keep more in mind


class _Row(QWidget):
    """One limit; its categories are shown and kept."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, limit: SpendingLimit | None, currency: str) -> None:
        super().__init__()
        px = theme.current.measures.px
        self._categories = limit.categories if limit else ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(px(0.5))
        column.addLayout(row)
        self.amount = MoneyEdit(currency)
        self.amount.setObjectName("limit_amount")
        self.field = Field(tr("Limit in {currency}", currency=currency.upper()), self.amount)
        self.interval = QComboBox()
        self.interval.setObjectName("limit_interval")
        self.interval.setAccessibleName(tr("Time the limit counts for"))
        known = [*INTERVALS]
        if limit is not None and limit.interval not in known:
            known.append(limit.interval)  # one that Stripe added since is kept
        for name in known:
            self.interval.addItem(words.interval(name), name)
        self.remove = KeyButton(tr("Remove"))
        self.remove.setObjectName("limit_remove")
        row.addWidget(self.field, 3)
        row.addWidget(Field(tr("Counted"), self.interval), 2)
        row.addWidget(Field(" ", self.remove))
        if self._categories:
            names = ", ".join(c.replace("_", " ") for c in self._categories)
            column.addWidget(label(tr("Only for: {names}", names=names), "small", wrap=True))
        if limit is not None:
            self.amount.set_amount(limit.amount)
            self.interval.setCurrentIndex(self.interval.findData(limit.interval))
        else:
            self.interval.setCurrentIndex(self.interval.findData("monthly"))
        self.amount.changed.connect(self._typed)
        self.interval.currentIndexChanged.connect(self._typed)
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    def _typed(self) -> None:
        self.field.clear_error()
        self.changed.emit()

    def limit(self) -> SpendingLimit | None:
        """Return what was typed, None while it cannot be used."""
        amount = self.amount.amount()
        if amount is None:
            return None
        return SpendingLimit(
            amount=amount,
            interval=self.interval.currentData(),
            categories=self._categories,
        )


class LimitRows(QWidget):
    """All limits of a card or a cardholder.

    Signals:
        changed: something was typed, chosen, added or removed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._currency = ""
        self._rows: list[_Row] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(theme.current.measures.px(0.3))
        self._none = label(tr("No limit: everything the balance allows can be spent."), "muted")
        outer.addWidget(self._none)
        self._list = QVBoxLayout()
        outer.addLayout(self._list)
        self._more = KeyButton(tr("Add a limit"))
        self._more.setObjectName("limit_add")
        self._more.clicked.connect(self._add_empty)
        foot = QHBoxLayout()
        foot.addWidget(self._more)
        foot.addStretch(1)
        outer.addLayout(foot)

    def start(self, limits: Limits, currency: str) -> None:
        """Show other limits (minor units of `currency`)."""
        self._currency = currency
        for row in list(self._rows):
            self._take(row)
        for limit in limits:
            self._add(limit)
        self._follow()

    def limits(self) -> Limits | None:
        """Return what was typed, None while some of it cannot be used."""
        typed = [row.limit() for row in self._rows]
        whole = tuple(limit for limit in typed if limit is not None)
        return whole if len(whole) == len(typed) else None

    def check(self) -> bool:
        """Whether everything can be used; what cannot is said beside its field."""
        wrong: list[_Row] = []
        for row in self._rows:
            row.field.set_error(row.amount.problem())
            if row.amount.problem():
                wrong.append(row)
        typed = self.limits()
        if typed is not None and (place := doubled(typed)) is not None:
            row = self._rows[place]
            row.field.set_error(tr("There is a limit for this time above already."))
            wrong.append(row)
        if wrong:
            wrong[0].amount.setFocus()
        return not wrong

    def start_focus(self) -> None:
        """Put the keyboard to the first amount."""
        (self._rows[0].amount if self._rows else self._more).setFocus()

    def _add_empty(self) -> None:
        self._add(None).amount.setFocus()
        self._changed()

    def _add(self, limit: SpendingLimit | None) -> _Row:
        row = _Row(limit, self._currency)
        row.changed.connect(self.changed)
        row.removed.connect(self._remove)
        self._rows.append(row)
        self._list.addWidget(row)
        return row

    def _remove(self, row: _Row) -> None:
        self._take(row)
        self._more.setFocus()
        self._changed()

    def _take(self, row: _Row) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _changed(self) -> None:
        self._follow()
        self.changed.emit()

    def _follow(self) -> None:
        self._none.setVisible(not self._rows)
        self._more.setEnabled(len(self._rows) < MOST)
