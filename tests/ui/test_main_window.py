from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from supportdesk.errors import UserFacing
from supportdesk.practice.process import Ready
from supportdesk.services.changes import Reach
from supportdesk.services.sync import Progress
from supportdesk.ui.key_card import KeyCard
from supportdesk.ui.main_window import MainWindow
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import ElidedLabel
from supportdesk.ui.widgets.row_list import RowList
from tests.ui.conftest import Loop, opened_window, until

CTRL = Qt.KeyboardModifier.ControlModifier

FILLING = ("pause", "go_on", "stop")


def front(window: MainWindow) -> str:
    tab = window.current_tab()
    return tab.name if tab is not None else ""


def dialogs(kind: type[QDialog]) -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def least(window: MainWindow) -> QSize:
    """Smallest size in which nothing is cut off."""
    body = window.centralWidget()
    layout = body.layout() if body is not None else None
    assert layout is not None
    return layout.minimumSize()


async def search(window: MainWindow, typed: str) -> None:
    """Type into the search field and wait for the result to be in the list."""
    results = window.findChild(RowList, "lookup_results")
    QTest.keyClick(window, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(window.top.search, typed)
    await until(lambda: results and any(typed in row.title for row in results.rows()))


def test_a_person_is_found_by_keyboard_and_stays_in_view(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            await opened.read()
            name = (await opened.desk.lookup.search("an"))[0].cardholder.name
            window.show_tab("disputes")
            await search(window, name)
            assert front(window) == "lookup"
            QTest.keyClick(window.top.search, Qt.Key.Key_Down)
            QTest.keyClick(window.top.search, Qt.Key.Key_Return)
            await until(lambda: window.top.person() == name)
            for key, tab in (
                (Qt.Key.Key_F2, "cards"),
                (Qt.Key.Key_F3, "disputes"),
                (Qt.Key.Key_F4, "complaints"),
                (Qt.Key.Key_F1, "lookup"),
            ):
                QTest.keyClick(window, key)
                assert front(window) == tab
                assert window.top.person() == name
            window.focus.set_person("")
            assert window.top.person() == ""

    loop.run(scenario(), 60)


def test_letters_in_the_search_are_text_and_esc_leads_out(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            QTest.keyClick(window, Qt.Key.Key_K, CTRL)
            QTest.keyClicks(window.top.search, "f?l")
            assert window.top.search.text() == "f?l"
            assert dialogs(KeyCard) == []
            QTest.keyClick(window.top.search, Qt.Key.Key_Escape)
            assert window.top.search.text() == ""
            QTest.keyClick(window.top.search, Qt.Key.Key_Escape)
            assert not window.top.search.hasFocus()
            QTest.keyClick(window, Qt.Key.Key_Question)
            await until(lambda: dialogs(KeyCard))
            dialogs(KeyCard)[0].close()

    loop.run(scenario(), 60)


def test_the_foot_says_what_is_certain(loop: Loop, tmp_path: Path, practice: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window, changes = opened.window, opened.desk.changes
            await opened.read()
            held = await opened.desk.sync.held()
            assert held >= 60
            await until(lambda: f"{held} cardholders · up to date" in window.foot.words())
            assert "Stripe reachable · " in window.foot.words()
            assert "0 pending · 0 unknown" in window.foot.words()
            assert "Locks in 10:00" in window.foot.words() or "Locks in 9:" in window.foot.words()
            changes.reach.emit(Reach(False, None, 1_700_000_000.0, "Stripe does not answer."))
            assert "Stripe not reachable" in window.foot.words()
            opened.desk.sync.progress = Progress("cards", 1200)
            changes.mirror.emit(opened.desk.sync.progress)
            assert "reading from Stripe, so far 1,200 cards" in window.foot.words()
            stuck = Progress("cards", 1200, problem=UserFacing("Stripe does not answer."))
            opened.desk.sync.progress = stuck
            changes.mirror.emit(stuck)
            assert "Stripe does not answer." in window.foot.words()

    loop.run(scenario(), 60)


def test_matters_are_handed_to_their_tab(loop: Loop, tmp_path: Path, practice: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            focus, window = opened.window.focus, opened.window
            focus.dispute_requested.emit(())
            assert front(window) == "disputes"
            focus.complaint_requested.emit({})
            assert front(window) == "complaints"
            focus.go.emit("lookup")
            assert front(window) == "lookup"
            focus.go.emit("no such tab")
            assert front(window) == "lookup"
            window.tabs["disputes"].badge.emit("7", "accent")
            await asyncio.sleep(0)
            button = window.bar._buttons["disputes"]
            assert button.accessibleName() == "Disputes, 7"

    loop.run(scenario(), 60)


def test_a_problem_is_said_in_place_and_a_bug_reaches_the_loop(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def fail(error: Exception) -> None:
        raise error

    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            problem = UserFacing("Stripe refused.", "Card is canceled.", request_id="req_1")
            window.tasks.start(fail(problem))
            await until(window.notice.isVisible)
            assert (
                "Stripe refused.\nCard is canceled.\nStripe request req_1" in window.notice.text()
            )
            window.back()
            assert not window.notice.isVisible()
            tab = window.tabs["lookup"]
            tab.tasks.start(fail(problem))
            await until(tab.problem.isVisible)
            bug = ValueError("x")
            tab.tasks.start(fail(bug))
            await until(lambda: loop.bugs == [bug])
            loop.bugs.clear()

    loop.run(scenario(), 60)


def test_closing_asks_first(loop: Loop, tmp_path: Path, practice: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            asked: list[bool] = []
            opened.window.close_requested.connect(lambda: asked.append(True))
            opened.window.close()
            assert asked == [True]
            assert opened.window.isVisible()

    loop.run(scenario(), 60)


def test_idle_minutes_hide_every_window(loop: Loop, tmp_path: Path, practice: Ready) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            dialog = window.show_accounts()
            hidden = dialog.list
            assert hidden.isVisible()
            window.lock._last -= 11 * 60
            window.lock.tick()
            assert window.lock.locked
            assert not hidden.isVisible()
            assert not window.top.isVisible()
            assert front(window) == "lookup"
            QTest.keyClick(dialog, Qt.Key.Key_F2)
            assert not window.lock.locked
            assert hidden.isVisible()
            assert window.top.isVisible()
            assert front(window) == "lookup"  # the key that unlocks does nothing else
            dialog.close()
            opened.desk.save_settings(replace(opened.desk.settings, lock_minutes=0))
            window.lock._last -= 11 * 60
            window.lock.tick()
            assert not window.lock.locked
            assert "Never locks" in window.foot.words()

    loop.run(scenario(), 60)


@pytest.mark.parametrize("name", ["system", "de"])
def test_nothing_needs_more_room_than_the_smallest_window(
    loop: Loop, tmp_path: Path, practice: Ready, name: str
) -> None:
    from supportdesk.ui import text

    async def scenario() -> None:
        text.set_language(name)
        async with opened_window(tmp_path, practice) as opened:
            window = opened.window
            window.top.set_programme("Bundesweites Mitarbeiterkartenprogramm Nordwest GmbH")
            window.top.set_person("Wolfeschlegelsteinhausenbergerdorff, Maximiliana Theodora")
            window.resize(1024, 640)
            for tab in window.tabs:
                window.show_tab(tab)
                await asyncio.sleep(0.05)
                need = least(window)
                assert (need.width() <= 1024, need.height() <= 640) == (True, True), (tab, need)
            window.show_settings()
            assert least(window).width() <= 1024
            assert window.top.search.width() >= window.width() // 6

    loop.run(scenario(), 60)


def test_the_foot_tells_of_the_filling_and_takes_orders(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice) as opened:
            foot, sync = opened.window.foot, opened.desk.sync
            buttons = {
                n: cast(KeyButton, foot.findChild(KeyButton, f"status_{n}")) for n in FILLING
            }

            def offered() -> set[str]:
                return {name for name, button in buttons.items() if button.isVisible()}

            await opened.read()
            await until(lambda: not offered())
            counts = {"cardholders": 12_300, "cards": 15_000}
            sync.progress = Progress(
                "cards", 15_000, counts=counts, rate=2_400.0, left=181.0, state="running"
            )
            opened.desk.changes.mirror.emit(sync.progress)
            said = foot.words()
            assert "reading from Stripe, so far 12,300 cardholders, 15,000 cards" in said
            assert "2,400 a second · about 3 min left" in said
            assert offered() == {"pause", "stop"}
            buttons["pause"].click()
            assert "is paused" in foot.words()
            assert offered() == {"go_on", "stop"}
            buttons["go_on"].click()
            assert offered() == {"pause", "stop"}
            tip = cast(ElidedLabel, foot.findChild(ElidedLabel, "status_stripe")).toolTip()
            assert "Read from Stripe today: " in tip
            assert "while a person is open, else every" in tip
            assert "of 10,000" in tip

    loop.run(scenario())
