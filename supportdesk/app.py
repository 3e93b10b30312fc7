"""Starts the program, asks when something stands in the way, switches accounts, ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from supportdesk import aio, config, heavy, logs
from supportdesk.config import Settings
from supportdesk.errors import UserFacing
from supportdesk.options import Options
from supportdesk.paths import Paths
from supportdesk.practice.process import PracticeFailed, PracticeProcess
from supportdesk.services import account_list
from supportdesk.ui import text, theme
from supportdesk.ui.crash import BugReporter
from supportdesk.ui.shell import Shell
from supportdesk.ui.single import SingleInstance
from supportdesk.ui.start_page import CLOSE
from supportdesk.ui.text import tr

if TYPE_CHECKING:  # imported by `heavy.load` once the window is painted
    from supportdesk.assembly import House, OpenDesk
    from supportdesk.secrets import Vault
    from supportdesk.services.account_list import Account
    from supportdesk.services.practice import Practice
    from supportdesk.ui.main_window import MainWindow

PRACTICE_SIZE = 400  # cardholders of the embedded practice programme
PRACTICE = "practice"  # instead of an account's ref: the embedded practice Stripe
SEEN = 2.0  # seconds to wait for the first paint; a window that starts minimised has none
LINGER = 0.6  # seconds without a window before it is said what is waited for
RETRY, THROW_AWAY = "retry", "throw_away"


class Program:
    """The running program: one house, one open desk, one window.

    Args:
        vault: where keys are kept, instead of the system's keyring.

    Attributes:
        shell: the window on the screen.
        start: the page in it while no desk is open.
        window: the open desk in it, None before and between.
        server: the embedded practice Stripe.
    """

    def __init__(self, app: QApplication, options: Options, vault: Vault | None = None) -> None:
        self._app = app
        self._options = options
        self._vault = vault
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
        # Dressed before it is built: what is built takes its sizes from the font.
        self._settings, _ = config.load(self._standard.data / "settings.json")
        self._dress(self._settings)
        self.shell = Shell()
        self.start = self.shell.page
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
        self._house = await self._open_house()
        if self._house is None or self.shell.closed:
            return False
        self._dress(self.house.settings)
        self.house.changes.settings.connect(lambda: self._dress(self.house.settings))
        last = None if self._options.practice else self.house.accounts.last
        return await self._open_account(last.ref if last is not None else PRACTICE)

    async def _show(self) -> None:
        """Show the window as it will look, then import what a desk is made of beside it."""
        if self.shell.isVisible():  # when the house is tried again
            return
        fresh = self._options.practice or self._options.throw_away
        last = None if fresh else account_list.last(self._standard.data / "accounts.json")
        self._name(self._settings, last)
        if self._options.size:
            self.shell.resize(*self._options.size)
        painted = asyncio.get_running_loop().create_future()
        self.shell.painted.connect(lambda: painted.set_result(None))
        self.shell.show()
        await asyncio.wait({painted}, timeout=SEEN)
        await aio.in_thread(heavy.load)

    def _name(self, settings: Settings, account: Account | None) -> None:
        """Say in the frame what is being opened; without an account that is the practice desk."""
        top = self.shell.frame.top
        top.set_programme(settings.programme_name)
        top.set_account(account.mode if account else PRACTICE, account.label if account else "")

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
            paths = self._standard
            try:
                if throw_away:
                    self._thrown = self._thrown or _throw_away_folder(self._options.data_dir)
                    paths = Paths.in_dir(self._thrown)
                elif not await self._claim():
                    return None
                self.start.say(tr("Opening the desk…"))
                await self._show()
                if self.shell.closed:
                    return None
                house = await self._house_in(paths, kept=not throw_away)
            except UserFacing as problem:
                await self._show()
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

    async def _house_in(self, paths: Paths, *, kept: bool) -> House:
        from supportdesk.assembly import open_house
        from supportdesk.secrets import SessionVault, Vault

        self._vault = self._vault or Vault()
        return await open_house(paths, self._vault if kept else SessionVault(), kept=kept)

    async def _open_account(self, ref: str) -> bool:
        """Open an account, asking when it cannot be; False when the person gave up."""
        while True:
            self._name(self.house.settings, self.house.accounts.get(ref))
            self.start.say(
                tr("Starting the practice Stripe…")
                if ref == PRACTICE
                else tr("Opening the account…")
            )
            try:
                account = await self._account(ref)
                if self.shell.closed:
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
        from supportdesk.assembly import OpenDesk, window_of
        from supportdesk.services.practice import Practice

        desk_on = OpenDesk(self.house, account)
        desk = await desk_on.open()
        self._desk = desk_on
        if account.mode == "practice" and self.server.ready is not None:
            desk.practice = self._trainer = Practice(self.server.ready.url, self.server.ready.key)
        try:
            if account.kept:
                await self.house.accounts.set_last(account.ref)
        except UserFacing as unwritten:  # the desk is open all the same
            self.house.problems.append(unwritten)
        self.window = window = window_of(desk, self.shell.lend_frame())
        window.close_requested.connect(self._end)
        window.account_chosen.connect(self._switch)
        window.practice_chosen.connect(lambda: self._switch(PRACTICE))
        window.practice_afresh.connect(self._start_afresh)
        self.shell.show_desk(window)
        await window.opened()
        desk_on.begin(desk)
        await aio.in_thread(aio.give_back)
        for problem in self.house.problems:
            window.show_problem(problem)
        self.house.problems.clear()

    # --- while it runs -----------------------------------------------------------------------

    def _dress(self, settings: Settings) -> None:
        theme.apply(self._app, self._options.theme or settings.theme)
        text.set_language(settings.language)

    def _raise(self) -> None:
        self.shell.showNormal() if self.shell.isMinimized() else self.shell.show()
        self.shell.raise_()
        self.shell.activateWindow()

    def _switch(self, ref: str) -> None:
        if not len(self._tasks):
            self._tasks.start(self._move_to(ref))

    async def _move_to(self, ref: str) -> None:
        self.start.say(tr("Closing the account…"))
        await self._close_desk()
        if not await self._open_account(ref):
            self._end()

    def _start_afresh(self) -> None:
        if not len(self._tasks):
            self._tasks.start(self._afresh())

    async def _afresh(self) -> None:
        """End the practice Stripe and all that was read from it, then open a new one."""
        self.start.say(tr("Starting the practice Stripe…"))
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
            self.shell.wait()
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
            self.shell.show()
        await closing

    async def close(self) -> None:
        """End in order: window, reading, actions under way, files, practice server."""
        await self._tasks.aclose()
        self.shell.hide()
        await self._close_desk()
        if self._house is not None:
            await self._house.casebook.database.close()
            self._house = None
        await aio.in_thread(self.server.stop)
        self.shell.close()
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
