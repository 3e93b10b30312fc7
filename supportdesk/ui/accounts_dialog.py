"""The Stripe accounts of this desk: open one, add one with its key, remove one."""

from __future__ import annotations

import asyncio

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from supportdesk.aio import Tasks, report_bug
from supportdesk.errors import UserFacing
from supportdesk.services.accounts import Account, Accounts
from supportdesk.ui import theme
from supportdesk.ui.account_form import AccountForm
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.row_list import Row, RowList
from supportdesk.ui.words import account_mode

_TONES: dict[str, Tone] = {"practice": "accent", "sandbox": "warn", "live": "good"}


class AccountsDialog(QDialog):
    """Accounts at the left, what can be done with them at the right; open it with `open()`.

    Signals:
        chosen: ref of the account to open.
        practice_chosen: open the practice account.
    """

    chosen = Signal(str)
    practice_chosen = Signal()

    def __init__(
        self,
        accounts: Accounts,
        current: str,
        parent: QWidget | None = None,
        *,
        base_url: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("accounts")
        self.setWindowTitle(tr("Stripe accounts"))
        self._accounts = accounts
        self._current = current
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self._show_problem)
        self._ending: asyncio.Task[None] | None = None
        self.finished.connect(self._end)
        px = theme.current.measures.px
        outer = QVBoxLayout(self)
        outer.setContentsMargins(px(0.8), px(0.8), px(0.8), px(0.8))
        outer.setSpacing(px(0.6))
        self.said = Banner()
        self.said.setVisible(False)
        outer.addWidget(self.said)
        row = QHBoxLayout()
        row.setSpacing(px(0.6))
        row.addWidget(self._list_panel(), 2)
        self._right = QStackedWidget()
        self.form = AccountForm(accounts, self.tasks, base_url=base_url)
        self.form.added.connect(self._added)
        self.form.problem.connect(self._show_problem)
        for page in (self._one_panel(), self.form):
            self._right.addWidget(page)
        row.addWidget(self._right, 3)
        outer.addLayout(row, 1)
        close = KeyButton(tr("Close"))
        close.clicked.connect(self.reject)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(px(50), px(32))
        self._fill(current)

    def _list_panel(self) -> QWidget:
        panel = Panel(tr("Accounts"))
        self.list = RowList(tr("Accounts"))
        self.list.current_changed.connect(self._show_one)
        self.list.chosen.connect(self._open)
        panel.body.addWidget(self.list)
        self.add = KeyButton(tr("Add an account"))
        self.add.setObjectName("accounts_add")
        self.add.clicked.connect(self.start_adding)
        panel.add_footer().addWidget(self.add)
        return panel

    def _one_panel(self) -> QWidget:
        panel = Panel(tr("Account"), padded=True)
        self._name = label("", "title", wrap=True)
        self._facts = label("", wrap=True)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        panel.body.addWidget(self._name)
        panel.body.addWidget(self._facts)
        self._sure = Banner()
        self._sure.setVisible(False)
        panel.body.addWidget(self._sure)
        panel.body.addStretch(1)
        foot = panel.add_footer()
        self.open_button = KeyButton(tr("Open"), kind="primary")
        self.open_button.clicked.connect(lambda: self._open(self.list.current_key()))
        self.remove = KeyButton(tr("Remove…"))
        self.remove.setObjectName("accounts_remove")
        self.remove.clicked.connect(self._ask_to_remove)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        foot.addWidget(self.open_button)
        return panel

    # --- list --------------------------------------------------------------------------------

    def _fill(self, pick: str) -> None:
        known = self._accounts.all()
        self.list.set_rows([self._row(account) for account in known])
        if not self.list.set_current(pick) and known:
            self.list.set_current(known[0].ref)
        if known:
            self._show_one(self.list.current_key())
        else:
            self.start_adding()

    def _row(self, account: Account) -> Row:
        return Row(
            key=account.ref,
            title=account.label,
            subtitle=_where(account, self._current),
            chip=account_mode(account.mode),
            tone=_TONES.get(account.mode, "neutral"),
        )

    def _show_one(self, ref: str) -> None:
        self._sure.dismiss()
        account = self._accounts.get(ref)
        if account is None:
            return
        self._right.setCurrentIndex(0)
        is_open = ref == self._current
        self._name.setText(account.label)
        kept = tr("Its key lies in the keyring of this computer.")
        passing = tr("Its key is kept for this session only and gone when the program ends.")
        lines = [
            tr("Mode: {mode}", mode=account_mode(account.mode)),
            tr("Stripe account: {id}", id=account.account_id or tr("not told by Stripe")),
            kept if account.kept else passing,
        ]
        if is_open:
            lines.append(tr("This account is open. Open another one before you remove it."))
        self._facts.setText("\n".join(lines))
        self.open_button.setEnabled(not is_open)
        self.remove.setEnabled(not is_open)

    def _open(self, ref: str) -> None:
        account = self._accounts.get(ref)
        if account is None or ref == self._current:
            return
        if account.mode == "practice":
            self.practice_chosen.emit()
        else:
            self.chosen.emit(ref)
        self.accept()

    # --- adding and removing -----------------------------------------------------------------

    def start_adding(self) -> None:
        """Show the form for a new key."""
        self.form.clear()
        self._right.setCurrentWidget(self.form)
        self.form.key.setFocus()

    def _added(self, ref: str) -> None:
        self.said.say(tr("The account was added."), "good", closable=True)
        self._fill(ref)

    def _ask_to_remove(self) -> None:
        account = self._accounts.get(self.list.current_key())
        if account is None:
            return
        self._sure.say(
            tr("Remove {name}?", name=account.label),
            "warn",
            [(tr("Remove it"), self._remove), (tr("Keep it"), self._sure.dismiss)],
            detail=tr(
                "Its key and the copy of its data leave this computer. At Stripe nothing changes. "
                "Complaints, drafts and the journal stay."
            ),
        )

    def _remove(self) -> None:
        self.tasks.start(self._remove_now(self.list.current_key()), only="remove")

    async def _remove_now(self, ref: str) -> None:
        await self._accounts.remove(ref)
        self._fill(self._current)
        self.said.say(tr("The account was removed from this computer."), "good", closable=True)

    # --- problems and the end ----------------------------------------------------------------

    def _show_problem(self, error: BaseException) -> None:
        if isinstance(error, UserFacing):
            self.said.show_problem(error)
        else:
            report_bug(error)

    def _end(self) -> None:
        self.form.clear()  # the key that was typed is forgotten at once
        self._ending = asyncio.get_running_loop().create_task(self._put_away())

    async def _put_away(self) -> None:
        """Go when what was begun has ended: a removal must not stop half way."""
        await self.tasks.finish()
        if shiboken6.isValid(self):  # the window may have taken it along meanwhile
            self.deleteLater()


def _where(account: Account, current: str) -> str:
    parts = [account.account_id] if account.account_id else []
    if account.ref == current:
        parts.insert(0, tr("open now"))
    if not account.kept:
        parts.append(tr("this session only"))
    return " · ".join(parts)
