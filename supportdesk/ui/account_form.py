"""Adding a Stripe account: paste the key, see what it is and may do, name it, keep it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from supportdesk.aio import Tasks
from supportdesk.errors import UserFacing
from supportdesk.services.accounts import Accounts, Examined
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.label import ElidedLabel, label
from supportdesk.ui.widgets.panel import Panel, empty
from supportdesk.ui.words import account_mode

_LONGEST = 400  # characters; more is no key and is not taken


class AccountForm(QWidget):
    """Key, what was found out about it, label, save.

    Signals:
        added: ref of the account that was added.
        problem: what went wrong and belongs to no field.
    """

    added = Signal(str)
    problem = Signal(object)

    def __init__(
        self,
        accounts: Accounts,
        tasks: Tasks,
        *,
        base_url: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`base_url` is where Stripe is, "" for Stripe itself."""
        super().__init__(parent)
        self._base_url = base_url
        self._accounts = accounts
        self._tasks = tasks
        self._examined: Examined | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        panel = Panel(tr("Add an account"))
        outer.addWidget(panel)
        self._body = panel.add_column(0.5)
        self._fill_body()
        foot = panel.add_footer()
        self.check = KeyButton(tr("Check the key"))
        self.check.setObjectName("account_check")
        self.check.clicked.connect(self._start_check)
        self.save = KeyButton(tr("Save"), "Ctrl+Return", "primary")
        self.save.setObjectName("account_save")
        self.save.clicked.connect(lambda: self._start_save(session_only=False))
        foot.addWidget(self.check)
        foot.addStretch(1)
        foot.addWidget(self.save)
        self._show()

    def _fill_body(self) -> None:
        self.key = QLineEdit()
        self.key.setObjectName("account_key")
        self.key.setMaxLength(_LONGEST)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        # The field forgets; so does Ctrl+Z, the input method and the list of past inputs.
        self.key.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.key.textChanged.connect(self._edited)
        self.key.returnPressed.connect(self._start_check)
        self._key_field = Field(
            tr("Stripe key"),
            self.key,
            tr("A restricted key (rk_…) with the permissions below is best; sk_… works too."),
            required=True,
        )
        self._body.addWidget(self._key_field)
        row = QHBoxLayout()
        self._mode = Chip()
        self._found = ElidedLabel("", "muted")
        row.addWidget(self._mode)
        row.addWidget(self._found, 1)
        self._body.addLayout(row)
        self.banner = Banner()
        self.banner.setVisible(False)
        self._body.addWidget(self.banner)
        self._permissions = QWidget()
        self._grid = QGridLayout(self._permissions)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._body.addWidget(self._permissions)
        self.name = QLineEdit()
        self.name.setObjectName("account_name")
        self.name.setMaxLength(80)
        self._name_field = Field(tr("What you call it"), self.name, tr("May stay empty."))
        self._body.addWidget(self._name_field)
        self.live = QCheckBox(tr("I mean real cards of real people"))
        self.live.setObjectName("account_live")
        self.live.toggled.connect(self._show)
        self._body.addWidget(self.live)
        self._body.addStretch(1)

    def clear(self) -> None:
        """Forget everything typed, the key first."""
        self.key.clear()
        self.name.clear()
        self.live.setChecked(False)
        self.banner.dismiss()

    # --- what the key is ---------------------------------------------------------------------

    def _edited(self) -> None:
        self._examined = None
        self.banner.dismiss()
        self._show()

    def _show(self) -> None:
        """Say what is known: by its looks at once, by Stripe once it was asked."""
        self._key_field.clear_error()
        usable = False
        live = False
        self._mode.set("", "neutral")
        self._found.setText("")
        if self.key.text().strip():
            try:
                kind = self._accounts.recognise(self.key.text())
            except UserFacing as wrong:
                self._key_field.set_error(" ".join(p for p in (wrong.title, wrong.remedy) if p))
            else:
                usable = True
                live = kind.mode == "live"
                self._mode.set(account_mode(kind.mode), "good" if live else "warn")
                restricted = tr("restricted key") if kind.restricted else tr("secret key")
                self._found.setText(restricted)
        checked = self._examined is not None
        self.live.setVisible(live)
        self._name_field.setVisible(checked)
        self._show_permissions()
        self.check.setEnabled(usable)
        ready = self._examined is not None and self._examined.usable
        self.save.setEnabled(ready and (not live or self.live.isChecked()))
        self.save.setVisible(checked)
        self.check.set_kind("plain" if checked else "primary")

    def _show_permissions(self) -> None:
        empty(self._grid)
        if self._examined is None:
            return
        if self._examined.account_id:
            self._found.setText(f"{self._found.text()} · {self._examined.account_id}")
        for at, permission in enumerate(self._examined.permissions):
            said: tuple[str, Tone] = (tr("when used"), "neutral")
            if permission.present is not None:
                said = (tr("present"), "good") if permission.present else (tr("missing"), "bad")
            chip = Chip(*said)
            words = label(f"{permission.needed_for} · {permission.name}", "small", wrap=True)
            self._grid.addWidget(chip, at, 0, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(words, at, 1)

    # --- asking and keeping ------------------------------------------------------------------

    def _start_check(self) -> None:
        if self.check.isEnabled():
            self._tasks.start(self._check(self.key.text()), only="account")

    async def _check(self, key: str) -> None:
        self.check.setEnabled(False)
        self.banner.set(tr("Asking Stripe what this key may do…"), "info")
        self.banner.setVisible(True)
        try:
            examined = await self._accounts.examine(key, base_url=self._base_url)
        except UserFacing as wrong:
            self._show()
            self.banner.show_problem(wrong)
            return
        if key != self.key.text():
            return
        self._examined = examined
        self.banner.dismiss()
        self._show()
        if not examined.usable:
            self.banner.say(
                tr("This key cannot see cardholders and cards."),
                "bad",
                detail=tr("Add the missing permissions in Stripe's dashboard, then check again."),
            )
        else:
            self.name.setFocus()

    def _start_save(self, *, session_only: bool) -> None:
        if self._examined is not None and self.save.isEnabled():
            self._tasks.start(self._save(self._examined, session_only), only="account")

    async def _save(self, examined: Examined, session_only: bool) -> None:
        self.save.setEnabled(False)
        try:
            account = await self._accounts.add(
                self.key.text(),
                examined,
                label=self.name.text(),
                base_url=self._base_url,
                live_confirmed=self.live.isChecked(),
                session_only=session_only,
            )
        except UserFacing as wrong:
            self._show()
            if wrong.code.startswith("keyring_"):
                self.banner.show_problem(
                    wrong,
                    [
                        (tr("Try again"), lambda: self._start_save(session_only=False)),
                        (
                            tr("Keep for this session only"),
                            lambda: self._start_save(session_only=True),
                        ),
                    ],
                )
            else:
                self.banner.show_problem(wrong)
            return
        self.clear()
        self.added.emit(account.ref)
