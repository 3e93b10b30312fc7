"""The window: frame around the tabs, keys that work everywhere, and what the foot says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow

from supportdesk.aio import Tasks, report_bug
from supportdesk.errors import UserFacing
from supportdesk.services.changes import Reach
from supportdesk.services.desk import Desk
from supportdesk.services.sync import Progress
from supportdesk.ui import sync_words
from supportdesk.ui.about import About
from supportdesk.ui.accounts_dialog import AccountsDialog
from supportdesk.ui.calls.control import CallControl
from supportdesk.ui.focus import Focus
from supportdesk.ui.frame import SMALLEST, USUAL, Frame
from supportdesk.ui.journal.page import JournalPage
from supportdesk.ui.key_card import KeyCard
from supportdesk.ui.lock_overlay import IdleLock
from supportdesk.ui.practice.page import PracticePage
from supportdesk.ui.reminders import Reminders
from supportdesk.ui.settings_page import SettingsPage
from supportdesk.ui.tab import Tab

P = TypeVar("P", SettingsPage, JournalPage)

_BREATH = 0.1  # seconds between the making of two tabs: what was typed is found meanwhile
_FIRST = 1.0  # seconds that the first search may take before the other tabs are made
_LONG_IDLE = 900.0  # seconds after which nobody seems to be at the desk, lock or not


class MainWindow(QMainWindow):
    """The window of an open desk, or what stands in the program's window (`Shell`) for it.

    Args:
        tabs: those that are there from the beginning, the first of them in front.
        frame: the frame that the person has before them already, one of its own if None.
        later: makes the other tabs, once the first can be worked with.

    Signals:
        close_requested: the person wants to close; end the work, then call `close_for_good`.
        account_chosen: ref of the account to open in place of this one.
        practice_chosen: open the practice account in place of this one.
        practice_afresh: start the practice Stripe anew and open it.
    """

    close_requested = Signal()
    account_chosen = Signal(str)
    practice_chosen = Signal()
    practice_afresh = Signal()

    def __init__(
        self,
        desk: Desk,
        focus: Focus,
        tabs: Sequence[Tab],
        frame: Frame | None = None,
        later: Sequence[Callable[[Desk, Focus], Tab]] = (),
    ) -> None:
        super().__init__()
        self.setWindowTitle("Supportdesk")
        self.desk = desk
        self.focus = focus
        self.tabs: dict[str, Tab] = {}
        self._later = later
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self.show_problem)
        self._over = False
        self._dialogs: list[Tasks] = []  # work of dialogs, which may outlive them
        self._cardholders: int | None = None
        self._read_until: float | None = None
        self._build(tabs, frame or Frame(tabs))
        self._set_keys()
        self._connect()
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)

    # --- building ----------------------------------------------------------------------------

    def _build(self, tabs: Sequence[Tab], frame: Frame) -> None:
        self.top, self.bar, self.pages = frame.top, frame.bar, frame.pages
        self.notice, self.foot = frame.notice, frame.foot
        self.top.set_account(self.desk.account.mode, self.desk.account.label)
        self.top.set_programme(self.desk.settings.programme_name)
        for tab in tabs:
            self._add(tab)
        self.practice = self._practice_page()
        self.setCentralWidget(frame)
        self.addActions(self.top.fill_menu(self._menu))  # their keys work while it is closed
        self.top.set_open(True)

    def _add(self, tab: Tab) -> None:
        self.tabs[tab.name] = tab
        self.pages.addWidget(tab)
        tab.badge.connect(partial(self.bar.set_badge, tab.name))
        tab.unseen.connect(self.show_problem)
        self.bar.set_there(tab.name)

    @cached_property
    def settings(self) -> SettingsPage:
        """The page with the settings, made when it is wanted first."""
        return self._page(SettingsPage(self.desk, self.tasks))

    @cached_property
    def journal(self) -> JournalPage:
        """The page with the journal of actions, made when it is wanted first."""
        return self._page(JournalPage(self.desk, self.tasks))

    def _page(self, page: P) -> P:
        page.left.connect(self.back)
        self.pages.addWidget(page)
        return page

    def _practice_page(self) -> PracticePage | None:
        """Make the trainer's page, on a practice account only."""
        if self.desk.practice is None:
            return None
        page = PracticePage(self.desk, self.desk.practice, self.focus)
        page.afresh.connect(self.practice_afresh)
        page.drills.connect(lambda words: self.foot.set_drill(words))
        self.pages.addWidget(page)
        return page

    def _set_keys(self) -> None:
        for keys, act in (
            ("Ctrl+K", self.focus_search),
            ("Esc", self.back),
            ("?", lambda: KeyCard(tuple(self.tabs.values()), self).open()),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _connect(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.lock = IdleLock(app, self.desk.settings.lock_minutes, self)
        self.lock.ticked.connect(self.foot.set_lock)
        self.lock.tick()
        self.bar.chosen.connect(self.show_tab)
        sync = self.desk.sync
        self.foot.pause_asked.connect(lambda: sync.pause(True))
        self.foot.go_on_asked.connect(sync.go_on)
        self.foot.stop_asked.connect(lambda: self.tasks.start(sync.stop(), only="stop"))
        search = self.top.search
        search.textEdited.connect(self._searched)
        search.moved.connect(lambda steps: self._lookup().move_in_results(steps))
        search.opened.connect(lambda: self._lookup().open_current())
        focus = self.focus
        focus.go.connect(self.show_tab)
        focus.dispute_requested.connect(lambda _ids: self.show_tab("disputes"))
        focus.complaint_disputed.connect(lambda _ids, _complaint: self.show_tab("disputes"))
        focus.complaint_requested.connect(lambda _known: self.show_tab("complaints"))
        focus.replace_requested.connect(lambda _card, _reason: self.show_tab("cards"))
        focus.lost_requested.connect(lambda: self.show_tab("cards"))
        focus.report_requested.connect(lambda _report: self.show_tab("cards"))
        focus.person_changed.connect(self._person_changed)
        self.calls = CallControl(self.desk, focus, self.top.call, self.tasks, self)
        self.calls.cleared.connect(self._clear)
        changes = self.desk.changes
        changes.reach.connect(self._reached)
        changes.mirror.connect(self._mirror_moved)
        changes.journal.connect(self._journal_grew)
        changes.audit.connect(self._audited)
        self.foot.actions_chosen.connect(self.show_journal)
        changes.cardholders.connect(self._cardholders_changed)
        changes.settings.connect(self._settings_changed)
        self.reminders = Reminders(self.desk, self.notice, self.tasks)
        self.reminders.chosen.connect(self.show_tab)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    # --- life --------------------------------------------------------------------------------

    async def opened(self) -> None:
        """Fill the frame and open the first tab; call it once, after `show()`."""
        self.foot.set_agent(self.desk.settings.agent)
        self.show_tab(next(iter(self.tabs)))
        search = self.top.search
        if search.text():  # before there was a desk to search in
            self._lookup().search_text(search.text())
            if search.entered:
                self._lookup().open_current()
        await self._lookup().tasks.finish(_FIRST)  # what was typed is answered first
        for kind in self._later:
            await asyncio.sleep(_BREATH)
            self._add(tab := kind(self.desk, self.focus))
            if self.bar.wish == tab.name:
                self.bar.wish = ""
                self.show_tab(tab.name)
        await self._count_actions()
        await self._count_mirror()
        await self.reminders.start(self.tabs.values())

    async def aclose(self) -> None:
        """End the work of the window and of all tabs."""
        self._clock.stop()
        self.reminders.stop()
        self.lock.stop()
        for tab in self.tabs.values():
            await tab.aclose()
        if self.practice is not None:
            await self.practice.aclose()
        for work in self._dialogs:
            await work.finish()
        await self.tasks.aclose()

    def close_for_good(self) -> None:
        """Close without asking again."""
        self._over = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask to end the work first (Qt's interface)."""
        if self._over:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key that nobody in front wanted (Qt's interface)."""
        if not self.calls.take_key(event):
            super().keyPressEvent(event)

    # --- moving about ------------------------------------------------------------------------

    def current_tab(self) -> Tab | None:
        """Return the tab in front, None when another page is."""
        return next((t for t in self.tabs.values() if t is self.pages.currentWidget()), None)

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front and let it read its data; an unknown name does nothing."""
        tab = self.tabs.get(name)
        if tab is None:
            return
        moved = self.pages.currentWidget() is not tab or self.bar.current() != name
        # Asked before the other page is hidden: Qt then moves its keyboard to what comes next.
        searching = self.top.search.hasFocus() and tab is self._lookup()
        self.pages.setCurrentWidget(tab)
        self.bar.set_current(name)
        if moved and not searching:
            tab.start_focus()
        tab.tasks.start(tab.opened(), only="opened")

    def show_settings(self) -> None:
        """Show the settings in place of the tabs; Esc leads back, what was typed stays."""
        self._show_page(self.settings)

    def show_practice(self) -> None:
        """Show the trainer's page; on another account, open the practice one."""
        if self.practice is None:
            self.practice_chosen.emit()
        else:
            self._show_page(self.practice)

    def show_journal(self) -> None:
        """Show the journal of actions in place of the tabs; Esc leads back."""
        self._show_page(self.journal)

    def _show_page(self, page: SettingsPage | PracticePage | JournalPage) -> None:
        self.pages.setCurrentWidget(page)
        self.bar.set_current("")
        page.opened()

    def show_accounts(self) -> AccountsDialog:
        """Open the dialog with the Stripe accounts."""
        dialog = AccountsDialog(self.desk.accounts, self.desk.account.ref, self)
        dialog.chosen.connect(self.account_chosen)
        dialog.practice_chosen.connect(self.practice_chosen)
        self._dialogs.append(dialog.tasks)
        dialog.open()
        return dialog

    def back(self) -> None:
        """Esc: one step back in the tab, out of another page, out of the search."""
        tab = self.current_tab()
        if self.notice.isVisible():
            self.notice.dismiss()
        elif tab is None:
            self.show_tab(next(iter(self.tabs)))
        elif self.top.search.hasFocus():
            if self.top.search.text():
                self.top.search.clear()
                self._lookup().search_text("")
            else:
                tab.start_focus()
                if self.top.search.hasFocus():  # nothing there that could take the keyboard
                    self.pages.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            tab.back()

    def focus_search(self) -> None:
        """Ctrl+K: put the keyboard into the search field."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def _clear(self) -> None:
        """Nothing of an ended call stays in view; the next one begins with the search."""
        self.top.search.clear()
        self._lookup().search_text("")
        self.show_tab(self._lookup().name)
        self.focus_search()

    def _lookup(self) -> Tab:
        return self.tabs.get("lookup") or next(iter(self.tabs.values()))

    def _searched(self, text: str) -> None:
        self.bar.wish = ""
        lookup = self._lookup()
        if self.current_tab() is not lookup:
            self.show_tab(lookup.name)
        lookup.search_text(text)

    def _menu(self, name: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "settings": self.show_settings,
            "journal": self.show_journal,
            "accounts": self.show_accounts,
            "practice": self.show_practice,
            "keys": lambda: KeyCard(tuple(self.tabs.values()), self).open(),
            "lock": self.lock.lock,
            "about": lambda: About(self).open(),
            "quit": self.close,
        }
        acts[name]()

    # --- what is said ------------------------------------------------------------------------

    def show_problem(self, error: BaseException) -> None:
        """Say above the tabs what went wrong; a bug is handed on and shown as a bug."""
        if isinstance(error, UserFacing):
            self.notice.show_problem(error)
        else:
            report_bug(error)

    def _person_changed(self, cardholder_id: str) -> None:
        self.top.set_person("")
        if cardholder_id:
            self.tasks.start(self._name_person(cardholder_id), only="person")

    def _cardholders_changed(self, ids: frozenset[str]) -> None:
        if self.focus.person in ids:
            self.tasks.start(self._name_person(self.focus.person), only="person")

    async def _name_person(self, cardholder_id: str) -> None:
        person = await self.desk.lookup.person(cardholder_id)
        if person is not None and cardholder_id == self.focus.person:
            self.top.set_person(person.cardholder.record.name or cardholder_id)

    def _reached(self, reach: Reach) -> None:
        self.foot.set_reach(reach.ok, reach.latency, reach.at, reach.title)

    def _journal_grew(self) -> None:
        self.tasks.start(self._count_actions(), only="actions")

    async def _count_actions(self) -> None:
        self.foot.set_actions(*await self.desk.actions.open_count())

    def _audited(self) -> None:
        self.journal.warn(self.notice, self.show_journal)

    async def _count_mirror(self) -> None:
        self._cardholders = await self.desk.sync.held()
        self._read_until = await self.desk.sync.read_until()
        self._say_mirror()

    def _mirror_moved(self, progress: Progress) -> None:
        if progress.kind == "cardholders":
            self._cardholders = max(self._cardholders or 0, progress.count)
        if progress.done:
            self.tasks.start(self._count_mirror(), only="mirror")
        self._say_mirror()

    def _say_mirror(self) -> None:
        sync = self.desk.sync
        old = max(0.0, time.time() - self._read_until) if self._read_until is not None else None
        told = (*sync_words.filling(sync.progress, old), sync_words.filling_in_short(sync.progress))
        self.foot.set_mirror(self._cardholders, *told)
        self.foot.set_filling(sync.progress.state)
        self.foot.set_reads(sync_words.reads(sync.reads(), time.time()))

    def _settings_changed(self) -> None:
        self.top.set_programme((settings := self.desk.settings).programme_name)
        self.foot.set_agent(settings.agent)
        self.lock.set_minutes(settings.lock_minutes)

    def _tick(self) -> None:
        self.calls.tick()
        self._say_mirror()
        awake = not self.lock.locked and self.lock.idle < _LONG_IDLE
        self.desk.sync.attend(self.focus.person, awake=awake)
