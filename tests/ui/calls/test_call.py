"""The call in the top bar: it begins, waits, goes on, is wrapped up and leaves nothing behind."""

from __future__ import annotations

import asyncio
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from tests.ui.calls.conftest import CallStage, Play
from tests.ui.conftest import TABS, until


def text(stage: CallStage, name: str) -> str:
    return stage.find(QPlainTextEdit, name).toPlainText()


def note(stage: CallStage) -> QPlainTextEdit:
    editor = stage.find(QWidget, "wrap_up_note").findChild(QPlainTextEdit)
    assert editor is not None
    return editor


async def wrap_up(stage: CallStage) -> None:
    await until(lambda: stage.sees("call_wrap_up"))
    await stage.press("Ctrl+Shift+Return")
    await until(lambda: stage.dialog("wrap_up"))


def test_it_begins_with_the_person_and_its_time_runs(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        assert stage.sees("call_new")
        assert not stage.sees("call_wrap_up")
        await stage.open(stage.lena)
        await until(lambda: stage.sees("call_wrap_up"))
        assert not stage.sees("call_new")
        assert re.fullmatch(r"Call 00:\d\d", stage.find(QLabel, "call_time").text())
        assert stage.window.top.person() == stage.lena.name
        await until(lambda: stage.find(QLabel, "call_level").text() == "Not verified")

    play(scene)


def test_the_wrap_up_writes_itself_and_names_no_one(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        lena = stage.lena
        await stage.open(lena)
        await until(lambda: stage.sees("card_freeze"))
        await stage.press("F")
        await until(lambda: "frozen, confirmed by Stripe" in stage.labels())
        await until(lambda: stage.sees("card_unfreeze"))
        await stage.verify(lena)
        await stage.press("F")
        await stage.say_why("3")
        await until(lambda: "switched on, confirmed by Stripe" in stage.labels())
        await wrap_up(stage)
        QTest.keyClicks(note(stage), "New PIN by post. 4242424242424242")
        stage.click("wrap_up_end")
        assert stage.dialog("wrap_up") is not None  # not with a card number in it
        note(stage).setPlainText("New PIN by post.")
        stage.click("wrap_up_copy")
        copied = QGuiApplication.clipboard().text()
        assert copied == text(stage, "wrap_up_summary")
        for part in (
            f"Cardholder: {lena.id}",
            "matched: date of birth · postal code · code",
            "froze the card",
            "protective, caller not verified",
            "switched the card on",
            "agent",
            "Note: New PIN by post.",
        ):
            assert part in copied, part
        for secret in (lena.name, lena.email, lena.phone, lena.dob, lena.postal_code):
            assert secret not in copied
        ended = stage.call().id
        stage.click("wrap_up_end")
        await until(lambda: stage.desk.calls.current is None and not stage.dialog("wrap_up"))
        await until(lambda: stage.window.focus.person == "")
        await until(lambda: lena.name not in stage.labels())
        assert stage.lists() == 0 or not stage.sees("activity_list")
        assert stage.window.top.search.text() == ""
        stage.window.activateWindow()  # what a desktop does when a dialog has closed
        await until(stage.window.top.search.hasFocus)
        kept = await stage.opened.house.casebook.calls.get(ended)
        assert kept is not None
        assert kept.note == "New PIN by post."
        assert kept.ended_at is not None
        await stage.open(lena)
        await until(lambda: "Caller not verified" in stage.strip())

    play(scene, TABS)


def test_a_note_stays_when_the_agent_goes_back_to_the_call(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await wrap_up(stage)
        QTest.keyClicks(note(stage), "half a note")
        stage.click("wrap_up_back")
        await until(lambda: not stage.dialog("wrap_up") and stage.call().note == "half a note")
        await wrap_up(stage)
        assert note(stage).toPlainText() == "half a note"
        QTest.keyClick(note(stage), Qt.Key.Key_Escape)
        await until(lambda: not stage.dialog("wrap_up"))

    play(scene)


def test_words_in_the_note_become_a_complaint(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await wrap_up(stage)
        QTest.keyClicks(note(stage), "She still waits and is angry")
        await until(lambda: stage.sees("hint_keep_0"))
        assert not stage.sees("wrap_up_complain")
        stage.click("hint_keep_0")
        await until(lambda: stage.sees("wrap_up_complain"))
        stage.click("wrap_up_complain")
        await until(lambda: not stage.dialog("wrap_up"))
        await until(lambda: stage.window.bar.current() == "complaints")
        await until(lambda: stage.sees("complaint_verbatim"))
        said = stage.find(QPlainTextEdit, "complaint_verbatim")
        await until(lambda: said.toPlainText() == "She still waits and is angry")
        decided = await stage.desk.calls.decided(stage.call().id)
        assert decided == {("repeat", "still"): True}
        # What was decided in the call is decided in the complaint, the rest is asked there.
        await until(lambda: stage.sees("hint_again") and stage.sees("hint_dismiss_0"))
        await until(lambda: stage.call().note == "She still waits and is angry")

    play(scene, TABS)


def test_a_second_caller_parks_the_first_and_back(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await stage.verify(stage.lena)
        first = stage.call().id
        await stage.press("Ctrl+Shift+N")  # the screen is clear for the next one
        await until(lambda: stage.desk.calls.current and stage.call().id != first)
        await until(lambda: stage.window.focus.person == "")
        assert stage.lena.name not in stage.labels()
        await stage.open(stage.other)
        await until(lambda: stage.call().cardholder_id == stage.other.id)
        await until(lambda: "Caller not verified" in stage.strip())
        second = stage.call().id
        menu = stage.window.top.call.menu
        await until(lambda: any(a.objectName() == f"resume_{first}" for a in menu.actions()))
        assert "1 parked" in stage.window.top.call.more.text()
        item = next(a for a in menu.actions() if a.objectName() == f"resume_{first}")
        assert stage.lena.name in item.text()
        item.trigger()
        await until(lambda: stage.call().id == first)
        await until(lambda: "Caller verified (level 3)" in stage.strip())
        assert [c.id for c in stage.desk.calls.parked] == [second]
        await stage.press("Ctrl+P")
        await until(lambda: stage.desk.calls.current is None)
        await until(lambda: stage.window.focus.person == "")
        await until(lambda: "2 parked" in stage.window.top.call.more.text())

    play(scene)


def test_someone_else_in_view_is_not_the_caller(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await stage.verify(stage.lena)
        await stage.open(stage.other)
        await until(lambda: stage.lena.name in stage.find(QLabel, "call_time").text())
        await until(lambda: "The call going on is with someone else" in stage.strip())
        assert stage.call().cardholder_id == stage.lena.id
        stage.click("caller_verify")  # a second call, with this one
        await until(lambda: stage.call().cardholder_id == stage.other.id)
        assert len(stage.desk.calls.parked) == 1

    play(scene)


def test_the_channel_is_chosen_in_the_menu(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        menu = stage.window.top.call.menu
        await until(lambda: any(a.data() == "chat" for a in menu.actions()))
        next(a for a in menu.actions() if a.data() == "chat").trigger()
        await until(lambda: stage.call().channel == "chat")

    play(scene)


def test_ctrl_enter_wraps_up_unless_a_form_in_view_has_it(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await until(lambda: stage.sees("call_wrap_up"))
        await stage.ask()
        await stage.press("Ctrl+Return")  # checks what the caller said, which is nothing yet
        check = stage.form().check
        check.setEnabled(False)
        await stage.press("Ctrl+Return")  # the form keeps its key while it waits
        await asyncio.sleep(0)
        assert not stage.dialog("wrap_up")
        check.setEnabled(True)
        await stage.press("Esc")
        await until(lambda: not stage.sees("verify_form"))
        stage.window.tabs["lookup"].setFocus()
        await stage.press("Ctrl+Return")
        await until(lambda: stage.dialog("wrap_up"))
        stage.click("wrap_up_back")

    play(scene)
