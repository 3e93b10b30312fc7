"""The whole program, started, switched, closed and started again, on the practice Stripe."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from supportdesk.app import Program
from supportdesk.config import Settings
from supportdesk.errors import UserFacing
from supportdesk.options import Options
from supportdesk.practice.process import Ready
from supportdesk.secrets import SessionVault, Vault
from supportdesk.services.accounts import Account
from supportdesk.ui.start_page import StartPage
from supportdesk.ui.widgets.row_list import RowList
from tests.support.detour import Detour
from tests.support.faulty import SILENCE
from tests.support.practice_api import Api
from tests.ui.conftest import Loop, empty, loop, until

__all__ = ["empty", "loop"]  # fixtures

FEW = ("--cardholders", "12")


class NoKeyring(Vault):
    """A system without a keyring."""

    def get(self, name: str) -> str | None:
        raise UserFacing("There is no keyring in this session.", code="keyring_missing")


def made(folder: Path, vault: Vault | None = None, **options: Any) -> Program:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    options.setdefault("practice_arguments", FEW)
    given = Options(data_dir=folder, practice=True, **options)
    return Program(app, given, vault or SessionVault())


@asynccontextmanager
async def opened(program: Program) -> AsyncIterator[Program]:
    try:
        assert await program.open()
        yield program
    finally:
        await program.close()


def said(window: StartPage) -> str:
    labels = window.findChildren(QLabel)
    return "\n".join(found.text() for found in labels if found.isVisible())


async def answer(window: StartPage, name: str) -> None:
    """Click a choice of the start window."""

    def button() -> QPushButton | None:
        found = window.findChildren(QPushButton, f"start_{name}")
        return next((one for one in found if one.isVisible()), None)

    await until(button)
    found = button()
    assert found is not None
    asked = window._answer
    found.click()
    await until(lambda: window._answer is not asked)


def on_disk(folder: Path) -> dict[Path, bytes]:
    """Every file that keeps something, with its content."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path: path.read_bytes() for path in files}


def nothing_left() -> None:
    """No task of the program runs any more."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    names = [repr(task) for task in others if "bounded" not in repr(task)]
    assert names == []


def test_the_first_start_opens_the_practice_desk_and_closes_clean(
    loop: Loop, tmp_path: Path
) -> None:
    async def scenario() -> None:
        program = made(tmp_path)
        running = asyncio.ensure_future(program.run())
        await until(lambda: program.window is not None and program.window.isVisible(), 30)
        assert program.window is not None
        assert program.window.findChild(QLabel, "mode").text() == "PRACTICE"  # type: ignore[union-attr]
        assert not program.start.isVisible()
        program.window.close()  # while the mirror is still being filled
        assert await running == 0
        assert not program.server.running
        nothing_left()

    loop.run(scenario(), 60)


def test_a_tab_chosen_before_it_is_there_comes_to_the_front(loop: Loop, tmp_path: Path) -> None:
    async def scenario() -> None:
        program = made(tmp_path)
        running = asyncio.ensure_future(program.run())
        await until(program.shell.isActiveWindow)  # one turn of the loop after it is visible
        QTest.keyClick(program.shell, Qt.Key.Key_F3)
        bar = program.shell.frame.bar
        await until(lambda: bar.current() == "disputes", 30)
        assert program.window is not None
        program.window.close()
        assert await running == 0

    loop.run(scenario(), 60)


def test_what_is_typed_before_the_desk_is_there_is_searched_for_once_it_is(
    loop: Loop, tmp_path: Path
) -> None:
    async def scenario() -> None:
        program = made(tmp_path)
        running = asyncio.ensure_future(program.run())
        await until(program.shell.isActiveWindow)
        assert program.window is None  # nothing is open yet
        bar, top = program.shell.frame.bar, program.shell.frame.top
        before = {button.objectName(): button.text() for button in bar.findChildren(QPushButton)}
        field = QApplication.focusWidget()
        assert field is top.search
        QTest.keyClicks(field, "le")
        QTest.keyClick(field, Qt.Key.Key_Return)  # on a text that then grows
        QTest.keyClick(program.shell, Qt.Key.Key_F4)  # a wish that typing on takes back
        await until(lambda: program.window is not None, 30)
        QTest.keyClicks(field, "na")  # while the same window opens the desk
        window = program.window
        assert window is not None
        assert QApplication.focusWidget() is field is window.top.search
        assert field.text() == "lena"
        results = window.findChild(RowList, "lookup_results")
        await until(lambda: results and any("Lena" in row.title for row in results.rows()), 30)
        await until(lambda: len(window.tabs) == len(before), 30)
        after = {tab.title: tab.shortcut for tab in window.tabs.values()}
        assert list(after) == list(before.values())
        assert window.bar.current() == "lookup"
        assert not window.focus.person
        window.close()
        assert await running == 0

    loop.run(scenario(), 60)


def test_closing_does_not_wait_for_a_silent_stripe(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    who = api.cardholder()["id"]

    async def scenario(detour: Detour) -> None:
        async with opened(made(tmp_path)) as program:
            accounts = program.house.accounts
            examined = await accounts.examine(empty.key, base_url=detour.ready.url)
            account = await accounts.add(
                empty.key, examined, base_url=detour.ready.url, session_only=True
            )
            before = program.window
            assert before is not None
            before.account_chosen.emit(account.ref)
            await until(lambda: program.window not in (None, before), 30)
            assert program.window is not None
            assert program.window.desk.account == account
            await program.window.desk.lookup.ask_stripe(who)
            detour.twist = lambda *_: SILENCE
            asked = len(detour.asked)
            program.window.focus.set_person(who)
            await until(lambda: len(detour.asked) > asked)
            async with asyncio.timeout(10):
                await program.close()
            nothing_left()

    with Detour(empty) as detour:
        loop.run(scenario(detour), 60)


def test_without_a_keyring_it_is_said_and_practising_is_possible(
    loop: Loop, tmp_path: Path
) -> None:
    async def scenario() -> None:
        program = made(tmp_path, NoKeyring())
        running = asyncio.ensure_future(program.run())
        for choice in ("retry", "throw_away"):
            await until(lambda: "There is no keyring in this session." in said(program.start))
            await answer(program.start, choice)
        await until(lambda: program.window is not None and program.window.isVisible(), 30)
        assert program.window is not None
        assert not program.window.desk.kept
        program.window.close()
        assert await running == 0
        assert on_disk(tmp_path) == {}
        again = made(tmp_path, NoKeyring())
        running = asyncio.ensure_future(again.run())
        await answer(again.start, "close")
        assert await running == 1
        nothing_left()

    loop.run(scenario(), 60)


@pytest.mark.parametrize("lost", ["missing", "wrong"])
def test_a_casebook_that_cannot_be_read_is_left_as_it_is(
    loop: Loop, tmp_path: Path, lost: str
) -> None:
    vault, other = SessionVault(), SessionVault()

    async def scenario() -> None:
        from supportdesk.assembly import open_house
        from supportdesk.paths import Paths

        house = await open_house(Paths.in_dir(tmp_path), vault, kept=True)
        await house.casebook.database.close()
        casebook = tmp_path / "data" / "casebook.db"
        before = casebook.read_bytes()
        if lost == "wrong":
            other.set("database-key:casebook", "0" * 64)
        program = made(tmp_path, other)
        running = asyncio.ensure_future(program.run())
        await answer(program.start, "retry")
        await until(lambda: program.start.findChildren(QPushButton, "start_close"))
        assert "key" in said(program.start)
        await answer(program.start, "close")
        assert await running == 1
        assert casebook.read_bytes() == before

    loop.run(scenario(), 60)


def test_a_broken_mirror_is_made_anew_and_broken_settings_are_told(
    loop: Loop, tmp_path: Path, empty: Ready, api: Api
) -> None:
    vault = SessionVault()
    api.cardholder(name="Wieder Da")
    settings = tmp_path / "data" / "settings.json"

    async def add(program: Program) -> Account:
        accounts = program.house.accounts
        examined = await accounts.examine(empty.key, base_url=empty.url)
        return await accounts.add(empty.key, examined, base_url=empty.url)

    async def use(program: Program, ref: str) -> None:
        before = program.window
        assert before is not None
        before.account_chosen.emit(ref)
        await until(lambda: program.window not in (None, before), 30)
        assert program.window is not None
        desk = program.window.desk
        await until(lambda: desk.sync.progress.done and not desk.sync.progress.kind, 30)
        assert [m.cardholder.name for m in await desk.lookup.search("wieder")] == ["Wieder Da"]

    async def scenario() -> None:
        async with opened(made(tmp_path, vault)) as program:
            account = await add(program)
            await use(program, account.ref)
            mirror = program.house.accounts.mirror_path(account)
        mirror.write_bytes(b"not a database " * 999)
        settings.write_text('{"format": "damaged')
        async with opened(made(tmp_path, vault)) as program:
            assert program.window is not None
            assert "settings file" in program.window.notice.text()
            assert program.house.settings.programme_name == Settings().programme_name
            assert settings.read_text() == '{"format": "damaged'
            await use(program, account.ref)
            vault.set(f"database-key:mirror-{account.ref}", "1" * 64)
        async with opened(made(tmp_path, vault)) as program:
            await use(program, account.ref)

    loop.run(scenario(), 90)


def test_a_practice_stripe_that_does_not_start_is_told(loop: Loop, tmp_path: Path) -> None:
    async def scenario() -> None:
        program = made(tmp_path, practice_arguments=("--no-such-option",))
        running = asyncio.ensure_future(program.run())
        for choice in ("retry", "close"):
            await until(lambda: "did not start" in said(program.start), 30)
            assert "--no-such-option" in said(program.start)
            await answer(program.start, choice)
        assert await running == 1
        nothing_left()

    loop.run(scenario(), 60)


def test_a_second_start_raises_the_first_window(loop: Loop, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(made(tmp_path)) as program:
            program.shell.showMinimized()
            command = [sys.executable, "-m", "supportdesk", "--data-dir", str(tmp_path)]
            environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
            second = await asyncio.to_thread(
                subprocess.run, command, env=environment, timeout=30, check=False
            )
            assert second.returncode == 0
            await until(lambda: not program.shell.isMinimized())

    loop.run(scenario(), 60)


def test_what_lies_on_the_disk_names_nobody(loop: Loop, tmp_path: Path, empty: Ready) -> None:
    vault = SessionVault()
    beside = Api(empty)
    mail, name = "klartext.person@mailbox.example", "Klartext Person"
    card = beside.card(beside.cardholder(name=name, email=mail)["id"])
    beside.http.close()
    found: dict[Path, bytes] = {}

    async def scenario() -> None:
        async with opened(made(tmp_path, vault)) as program:
            accounts = program.house.accounts
            examined = await accounts.examine(empty.key, base_url=empty.url)
            account = await accounts.add(empty.key, examined, base_url=empty.url)
            before = program.window
            assert before is not None
            before.account_chosen.emit(account.ref)
            await until(lambda: program.window not in (None, before), 30)
            assert program.window is not None
            desk = program.window.desk
            await until(lambda: desk.sync.progress.done and not desk.sync.progress.kind, 30)
            assert len(await desk.lookup.search("klartext")) == 1
            await desk.cards.freeze(card["id"])
            desk.save_settings(desk.settings)
            found.update(on_disk(tmp_path))
        found.update(on_disk(tmp_path))

    loop.run(scenario(), 60)
    names = {path.name for path in found}
    assert {"casebook.db", "casebook.db-wal", "settings.json", "accounts.json"} <= names
    keys = list(vault._entries.values())
    assert len(keys) == 5
    for secret in (name, "Klartext", mail, "mailbox.example", *keys):
        for text in (secret.encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be")):
            assert [path.name for path, content in found.items() if text in content] == []
    for key in keys:
        if all(digit in "0123456789abcdef" for digit in key):
            raw = bytes.fromhex(key)
            assert [path.name for path, content in found.items() if raw in content] == []
