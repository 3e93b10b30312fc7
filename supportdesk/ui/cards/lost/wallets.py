"""The telephones and watches that can pay with the card."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from supportdesk.domain.lost import Report
from supportdesk.domain.records import Token
from supportdesk.errors import UserFacing
from supportdesk.ui import text, words
from supportdesk.ui.cards.lost.page import StepPage
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.widgets.states import EmptyState, ErrorState


class WalletsPage(StepPage):
    """The fifth step.

    Signals:
        change: a token, and what it is to be: suspended, active or deleted.
        again: ask Stripe for the tokens again.
    """

    change = Signal(object, str)
    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: dict[str, Token] = {}
        self._locked = False
        self._hint = label("", "muted", wrap=True)
        self.column.addWidget(self._hint)
        self.list = RowList(tr("Wallets with this card"))
        self.list.setObjectName("lost_wallets")
        self.list.current_changed.connect(lambda _key: self._follow())
        self._wait = EmptyState(tr("Asking Stripe…"), tr("Which wallets have this card?"))
        self._none = EmptyState(tr("Not in any wallet"), tr("Nothing to switch off: go on."))
        self.failed = ErrorState()
        self.failed.acted.connect(self.again)
        self._stack = QStackedWidget()
        self._unsure: QWidget = self._wait  # in view while Stripe has not named any wallet
        for what in (self.list, self._none, self._wait, self.failed):
            self._stack.addWidget(what)
        self.column.addWidget(self._stack, 1)
        self._suspend = self._button("lost_token_suspend", tr("Suspend"), "S", "suspended")
        self._resume = self._button("lost_token_resume", tr("Switch on"), "O", "active")
        self._delete = self._button("lost_token_delete", tr("Delete for good"), "X", "deleted")
        row = QHBoxLayout()
        for button in (self._suspend, self._resume, self._delete):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)

    def _button(self, name: str, words_: str, key: str, to: str) -> KeyButton:
        made = KeyButton(words_, key)
        made.setObjectName(name)
        made.clicked.connect(lambda: self._act(to))
        return made

    def _act(self, to: str) -> None:
        token = self._tokens.get(self.list.current_key())
        if token is not None:
            self.change.emit(token, to)

    def expect(self) -> None:
        """Stripe is asked for the wallets of a card; before it answers nothing is claimed."""
        self._unsure = self._wait

    def answered(self) -> None:
        """Stripe has answered."""
        self._unsure = self._none

    def show_tokens(self, tokens: Sequence[Token], report: Report) -> None:
        """Show the wallets as Stripe tells them."""
        self._tokens = {token.id: token for token in tokens}
        self._locked = not report.open
        lost = tr("The phone is lost as well: switch its wallet off.")
        kept = tr("A wallet pays without the card. Switch off what they do not have any more.")
        self._hint.setText(lost if report.phone == "yes" else kept)
        self.list.set_rows([_row(token) for token in tokens])
        self._stack.setCurrentWidget(self.list if tokens else self._unsure)
        if tokens and not self.list.current_key():
            self.list.set_current(tokens[0].id)
        self._follow()

    def show_failure(self, problem: UserFacing) -> None:
        """Say that Stripe could not be asked for the wallets; what is known stays in view."""
        self.failed.set_problem(problem)
        self._unsure = self.failed
        if not self._tokens:
            self._stack.setCurrentWidget(self.failed)

    @property
    def nothing(self) -> bool:
        """Whether Stripe said that the card is in no wallet."""
        return self._stack.currentWidget() is self._none

    def _follow(self) -> None:
        token = self._tokens.get(self.list.current_key())
        status = token.status if token is not None else ""
        may = {
            self._suspend: status == "active",
            self._resume: status == "suspended",
            self._delete: status in ("active", "suspended"),
        }
        for button, allowed in may.items():
            button.setVisible(bool(self._tokens) and not self._locked)
            button.setEnabled(allowed)

    def start_focus(self) -> None:
        """Begin with the list."""
        (self.list if self._stack.currentWidget() is self.list else self).setFocus()


def _row(token: Token) -> Row:
    state, tone = words.token_state(token)
    device = " · ".join(p for p in (token.device_name, token.device_type.replace("_", " ")) if p)
    since = tr("since {when}", when=words.on_day(token.created)) if token.created else ""
    changed = token.network_updated_at
    return Row(
        key=token.id,
        title=words.way(token.wallet_provider) if token.wallet_provider else tr("card on file"),
        chip=state,
        tone=tone,
        subtitle=" · ".join(part for part in (device or tr("device unknown"), since) if part),
        trailing_note=tr("changed {when}", when=text.when(changed)) if changed else "",
    )
