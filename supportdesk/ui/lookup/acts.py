"""The steps a decline answer offers, carried out by the tab it stands in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from supportdesk.domain.declines import Act
from supportdesk.ui.cards.control import CardControl
from supportdesk.ui.tab import Tab


class DeclineActs(QObject):
    """Hands each step to whoever does it everywhere else.

    Signals:
        requirements: show what Stripe wants to know about the cardholder.
    """

    requirements = Signal()

    def __init__(self, tab: Tab, control: CardControl) -> None:
        super().__init__(tab)
        self._focus = tab.focus
        self._control = control

    def do(self, act: Act) -> None:
        """Carry a step out, or lead to where it is done."""
        if act.card_id and act.kind != "complaint":
            self._focus.set_card(act.card_id)
        if act.kind == "switch_on":
            self._control.switch_on(act.card_id)
        elif act.kind == "freeze":
            self._control.freeze_and_ask(act.card_id)
        elif act.kind == "replace":
            self._focus.replace_requested.emit(act.card_id, act.reason)
        elif act.kind == "lost":
            self._focus.replace_requested.emit(act.card_id, "stolen")
        elif act.kind == "limits":
            self._focus.limits_requested.emit(act.card_id, act.reason)
        elif act.kind == "requirements":
            self.requirements.emit()
        elif act.kind == "complaint":
            known = {"cardholder_id": self._focus.person, "card_id": act.card_id}
            self._focus.complaint_requested.emit({k: v for k, v in known.items() if v})
