"""What the window's menu opens: settings, accounts, the practice desk, about."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from supportdesk.services.desk import Desk
from supportdesk.ui.about import About
from supportdesk.ui.accounts_dialog import AccountsDialog
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.settings_page import SettingsPage


class Menu(QObject):
    """Answers the menu of a window.

    Signals:
        account_chosen: ref of the account to open.
        practice_chosen: open the practice account.
    """

    account_chosen = Signal(str)
    practice_chosen = Signal()

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        window.menu_chosen.connect(self._open)

    def _open(self, name: str) -> None:
        match name:
            case "settings":
                page = SettingsPage(self._desk, self._window.tasks)
                page.setObjectName("settings")
                page.left.connect(self._window.back)
                page.opened()
                self._window.show_page(page)
            case "accounts":
                dialog = AccountsDialog(self._desk.accounts, self._desk.account.ref, self._window)
                dialog.chosen.connect(self.account_chosen)
                dialog.practice_chosen.connect(self.practice_chosen)
                dialog.open()
            case "practice":
                self.practice_chosen.emit()
            case "about":
                About(self._window).open()
