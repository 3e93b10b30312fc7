"""The buttons of a card: what can be done with it now, and why not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from supportdesk.domain import cards
from supportdesk.domain.cards import Verdict
from supportdesk.domain.records import Card, Cardholder
from supportdesk.services.switched import Off
from supportdesk.ui.cards import off as switched
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, Kind
from supportdesk.ui.widgets.chip import FlowLayout
from supportdesk.ui.widgets.label import label


class CardSteps(QWidget):
    """A row of buttons that wraps.

    Signals:
        freeze, unfreeze, lost, replace, limits: the button of that name.
    """

    freeze = Signal()
    unfreeze = Signal()
    lost = Signal()
    replace = Signal()
    limits = Signal()

    def __init__(
        self, card: Card, cardholder: Cardholder, off: Off | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self)
        on = cards.may_activate(card, cardholder)
        if cards.may_freeze(card).allowed:
            self._add("freeze", tr("Freeze"), "F", "primary", self.freeze)
        elif card.status == "inactive":
            self._add("unfreeze", switched.switch_on(off), "F", "primary", self.unfreeze, on)
        reasons = {r: cards.may_replace(card, r) for r in cards.REPLACE_REASONS}
        open_reasons = [r for r, verdict in reasons.items() if verdict.allowed]
        ends = any(r in cards.CANCEL_REASONS for r in open_reasons)
        if ends or cards.may_cancel(card).allowed:
            self._add("lost", tr("Lost / stolen"), "L", "danger", self.lost)
        if any(r not in cards.CANCEL_REASONS for r in open_reasons):
            self._add("replace", tr("Replace"), "R", "plain", self.replace)
        if card.status != "canceled":
            self._add("limits", tr("Change limits"), "", "plain", self.limits)
        if not open_reasons:
            self._flow.addWidget(label(reasons["damaged"].why, "muted"))
        if card.status == "inactive" and on.why:
            self._flow.addWidget(label(on.why, "muted"))

    def _add(
        self,
        name: str,
        said: str,
        key: str,
        kind: Kind,
        signal: object,
        verdict: Verdict = cards.YES,
    ) -> None:
        button = KeyButton(said, key, kind)
        button.setObjectName(f"detail_{name}")
        button.setEnabled(verdict.allowed)
        button.setToolTip(verdict.why)
        if verdict.why:
            button.setAccessibleDescription(verdict.why)
        button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        self._flow.addWidget(button)
