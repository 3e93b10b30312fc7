"""Starts the program, asks when something stands in the way, switches accounts, ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from supportdesk import aio, logs
from supportdesk.assembly import House, OpenDesk, open_house
from supportdesk.errors import UserFacing
from supportdesk.paths import Paths
from supportdesk.practice.process import PracticeFailed, PracticeProcess
from supportdesk.secrets import SessionVault, Vault
from supportdesk.services.accounts import Account
from supportdesk.services.desk import Desk
from supportdesk.services.practice import Practice
from supportdesk.ui import text, theme
from supportdesk.ui.cards.tab import CardsTab
from supportdesk.ui.complaints.tab import ComplaintsTab
from supportdesk.ui.crash import BugReporter
from supportdesk.ui.disputes.tab import DisputesTab
from supportdesk.ui.focus import Focus
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.single import SingleInstance
from supportdesk.ui.start_window import CLOSE, StartWindow
from supportdesk.ui.text import tr

PRACTICE_SIZE = 400  # cardholders of the embedded practice programme
PRACTICE = "practice"  # instead of an account's ref: the embedded practice Stripe
LINGER = 0.6  # seconds without a window before it is said what is waited for
RETRY, THROW_AWAY = "retry", "throw_away"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to start.

    Attributes:
        data_dir: keep everything in this folder; None for the system's own folders.
        throw_away: keep nothing: a new folder and keys in memory, both gone at the end.
        practice: open the practice account whatever was open last.
        practice_arguments: further arguments of the embedded practice server.
        theme, agent: override the settings, when not empty.
        size: window size in pixels; None for the usual one.
    """

    data_dir: Path | None = None
    throw_away: bool = False
    practice: bool = False
    practice_arguments: Sequence[str] = ()
    theme: str = ""
    agent: str = ""
    size: tuple[int, int] | None = None


class Program:
    """The running program: one house, one open desk, one window.

    Args:
        vault: where keys are kept, instead of the system's keyring.

    Attributes:
        window: the window of the open desk, None before and between.
        server: the embedded practice Stripe.
    """

    def __init__(self, app: QApplication, options: Options, vault: Vault | None = None) -> None:
        self._app = app
        self._options = options
        self._vault = vault or Vault()
        self._handed_over = False  # to a desk that is open on the folder already
        self._standard = Paths.in_dir(options.data_dir) if options.data_dir else Paths.standard()
        self._house: House | None = None
        self._desk: OpenDesk | None = None
        self._trainer: Practice | None = None
        self._thrown: Path | None = None
        self._instance: SingleInstance | None = None
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._tasks = aio.Tasks()
        self._tasks.failed.connect(self._problem)
        self.start = StartWindow()
        self.server = PracticeProcess(("--cardholders", str(PRACTICE_SIZE)))
        self.window: MainWindow | None = None

    @property
    def house(self) -> House:
        """The open house."""
        assert self._house is not None
        return self._house

    async def run(self) -> int:
        """Open the desk, wait until the person closes it; returns the exit status."""
        try:
            if not await self.open():
                return 0 if self._handed_over else 1
            return await self._ended
        finally:
            await self.close()

    # --- opening -----------------------------------------------------------------------------

    async def open(self) -> bool:
        """Open house, account and window; False when the person gave up or another desk runs."""
        theme.apply(self._app, self._options.theme or "system")
        self._house = await self._open_house()
        if self._house is None or self.start.closed:
            return False
        self._dress()
        self.house.changes.settings.connect(self._dress)
        last = None if self._options.practice else self.house.accounts.last
        return await self._open_account(last.ref if last is not None else PRACTICE)

    async def _claim(self) -> bool:
        """Hold the data folder; False when an open desk holds it and was brought to the front.

        Raises:
            UserFacing: `folder_unusable`, or `desk_silent` when the open desk does not answer.
        """
        if self._instance is not None:
            return True
        await aio.in_thread(self._standard.make)
        instance = SingleInstance(self._standard.data)
        if instance.claim():
            instance.raised.connect(self._raise)
            self._instance = instance
            return True
        self._handed_over = instance.answered
        if not instance.answered:
            raise UserFacing(
                tr("Supportdesk is open already and does not answer."),
                tr("Two desks cannot use one folder; the files are untouched."),
                tr("Wait until it has ended, or end it, then try again."),
                retry=True,
                code="desk_silent",
            )
        return False

    async def _open_house(self) -> House | None:
        """Open the house, asking when folder, keyring or casebook stand in the way."""
        throw_away = self._options.throw_away
        while True:
            paths, vault = self._standard, self._vault
            try:
                if throw_away:
                    self._thrown = self._thrown or _throw_away_folder(self._options.data_dir)
                    paths, vault = Paths.in_dir(self._thrown), SessionVault()
                elif not await self._claim():
                    return None
                self.start.say(tr("Opening the desk…"))
                self.start.show()
                house = await open_house(paths, vault, kept=not throw_away)
            except UserFacing as problem:
                answer = await self.start.ask(
                    problem,
                    (
                        (RETRY, tr("Try again")),
                        (THROW_AWAY, tr("Practise without keeping anything")),
                        (CLOSE, tr("Close")),
                    ),
                )
                if answer == CLOSE:
                    return None
                throw_away = answer == THROW_AWAY
            else:
                logs.start(paths.log)
                if self._options.agent:
                    house.settings = replace(house.settings, agent=self._options.agent)
                return house

    async def _open_account(self, ref: str) -> bool:
        """Open an account, asking when it cannot be; False when the person gave up."""
        while True:
            self.start.say(
                tr("Starting the practice Stripe…")
                if ref == PRACTICE
                else tr("Opening the account…")
            )
            try:
                account = await self._account(ref)
                if self.start.closed:
                    return False
                await self._open_desk(account)
            except UserFacing as problem:
                await self._close_desk()
                choices = [(RETRY, tr("Try again"))]
                if ref != PRACTICE:
                    choices.append((PRACTICE, tr("Open the practice desk")))
                answer = await self.start.ask(problem, (*choices, (CLOSE, tr("Close"))))
                if answer == CLOSE:
                    return False
                ref = PRACTICE if answer == PRACTICE else ref
            else:
                return True

    async def _account(self, ref: str) -> Account:
        if ref == PRACTICE:
            return await self._practice_account()
        account = self.house.accounts.get(ref)
        if account is None:
            raise UserFacing(tr("This account is not known to the desk."), code="account_unknown")
        if account.mode == "practice" and not self.server.running:
            return await self._practice_account()
        return account

    async def _practice_account(self) -> Account:
        """The embedded practice Stripe's account, started if it does not run.

        Raises:
            UserFacing: `practice_failed`.
        """
        accounts = self.house.accounts
        if self.server.running:
            running = [account for account in accounts.all() if account.mode == "practice"]
            if running:
                return running[0]
        self.server = PracticeProcess(
            (
                *("--cardholders", str(PRACTICE_SIZE), "--automatic-shipping"),
                *self._options.practice_arguments,
            )
        )
        try:
            ready = await aio.in_thread(self.server.start)
        except (PracticeFailed, OSError) as error:
            raise UserFacing(
                tr("The practice Stripe did not start."),
                detail=str(error)[-600:],
                retry=True,
                code="practice_failed",
            ) from error
        examined = await accounts.examine(ready.key, base_url=ready.url)
        return await accounts.add(
            ready.key,
            examined,
            label=tr("Practice"),
            base_url=ready.url,
            session_only=True,
            practice=True,
        )

    async def _open_desk(self, account: Account) -> None:
        desk_on = OpenDesk(self.house, account)
        desk = await desk_on.open()
        self._desk = desk_on
        if account.mode == "practice" and self.server.ready is not None:
            desk.practice = self._trainer = Practice(self.server.ready.url, self.server.ready.key)
        if account.kept:
            try:
                await self.house.accounts.set_last(account.ref)
            except UserFacing as unwritten:  # the desk is open all the same
                self.house.problems.append(unwritten)
        self.window = window = self._window(desk)
        window.show()
        self.start.hide()
        await window.opened()
        for problem in self.house.problems:
            window.show_problem(problem)
        self.house.problems.clear()

    def _window(self, desk: Desk) -> MainWindow:
        focus = Focus()
        tabs = [kind(desk, focus) for kind in (LookupTab, CardsTab, DisputesTab, ComplaintsTab)]
        window = MainWindow(desk, focus, tabs)
        focus.setParent(window)
        if self._options.size:
            window.resize(*self._options.size)
        window.close_requested.connect(self._end)
        window.account_chosen.connect(self._switch)
        window.practice_chosen.connect(lambda: self._switch(PRACTICE))
        window.practice_afresh.connect(self._start_afresh)
        return window

    # --- while it runs -----------------------------------------------------------------------

    def _dress(self) -> None:
        settings = self.house.settings
        theme.apply(self._app, self._options.theme or settings.theme)
        text.set_language(settings.language)

    def _raise(self) -> None:
        window = self.window or self.start
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()

    def _switch(self, ref: str) -> None:
        if not len(self._tasks):
            self._tasks.start(self._move_to(ref))

    async def _move_to(self, ref: str) -> None:
        self.start.say(tr("Closing the account…"))
        self.start.show()
        await self._close_desk()
        if not await self._open_account(ref):
            self._end()

    def _start_afresh(self) -> None:
        if not len(self._tasks):
            self._tasks.start(self._afresh())

    async def _afresh(self) -> None:
        """End the practice Stripe and all that was read from it, then open a new one."""
        self.start.say(tr("Starting the practice Stripe…"))
        self.start.show()
        await self._close_desk()
        await aio.in_thread(self.server.stop)
        for account in [each for each in self.house.accounts.all() if each.mode == "practice"]:
            await self.house.accounts.remove(account.ref)
        if not await self._open_account(PRACTICE):
            self._end()

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(0)

    def _problem(self, error: BaseException) -> None:
        if isinstance(error, UserFacing) and self.window is not None:
            self.window.show_problem(error)
        else:
            aio.report_bug(error)

    # --- closing -----------------------------------------------------------------------------

    async def _close_desk(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            await window.aclose()
            window.close_for_good()
            window.deleteLater()
        trainer, self._trainer = self._trainer, None
        if trainer is not None:
            await trainer.aclose()
        desk, self._desk = self._desk, None
        if desk is None:
            return
        closing = asyncio.ensure_future(desk.close())
        await asyncio.wait({closing}, timeout=LINGER)
        if not closing.done():
            self.start.say(tr("Waiting for Stripe's last answers…"))
            self.start.show()
        await closing

    async def close(self) -> None:
        """End in order: window, reading, actions under way, files, practice server."""
        await self._tasks.aclose()
        await self._close_desk()
        if self._house is not None:
            await self._house.casebook.database.close()
            self._house = None
        await aio.in_thread(self.server.stop)
        self.start.close()
        if self._instance is not None:
            self._instance.release()
        logs.stop()
        if self._thrown is not None:
            await aio.in_thread(shutil.rmtree, self._thrown, True)


def _throw_away_folder(within: Path | None) -> Path:
    """Make a folder for what nobody keeps: in the one named on the command line, if that can be."""
    if within is not None:
        with contextlib.suppress(OSError):
            within.mkdir(parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix="supportdesk-", dir=within))
    return Path(tempfile.mkdtemp(prefix="supportdesk-"))


def run(options: Options) -> int:
    """Run the program in this process; returns its exit status."""
    app = QApplication([])
    app.setApplicationName("Supportdesk")
    reporter = BugReporter()
    reporter.install()

    async def main() -> int:
        return await Program(app, options).run()

    return aio.run(app, main, reporter.show)
