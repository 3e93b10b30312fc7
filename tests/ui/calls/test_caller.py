"""Nothing of a person is told to a caller who did not prove enough; there is always a way on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from supportdesk.ui.calls.form import typed_birthday
from supportdesk.ui.text import today
from tests.ui.calls.conftest import CallStage, Play
from tests.ui.conftest import until


def shows(stage: CallStage, words: str) -> bool:
    return words in stage.labels()


def error(stage: CallStage, name: str) -> str:
    return stage.form().fields[name].error()


def test_purchases_and_contact_data_open_with_the_level(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        lena = stage.lena
        await stage.open(lena)
        await until(lambda: "Caller not verified" in stage.strip())
        assert "3 attempts left" in stage.strip()
        assert stage.sees("closed_verify")
        assert stage.lists() == 0
        for secret in (lena.email, lena.phone, lena.postal_code, lena.dob):
            assert secret not in stage.labels()
        stage.window.show_tab("cards")
        await until(lambda: stage.sees("closed_verify"))
        assert stage.lists() == 0
        stage.window.show_tab("lookup")
        await stage.verify(lena)
        await until(lambda: stage.lists() > 0)
        assert not stage.sees("closed_verify")
        assert lena.email in stage.labels()
        assert "To send to another address: call back" in stage.strip()
        assert stage.find(QLabel, "call_level").text() == "Verified · level 3"
        await stage.open(stage.other)
        await until(lambda: "No call with this person" in stage.strip())
        await until(lambda: stage.lists() == 0)
        assert stage.other.email not in stage.labels()

    play(scene)


def test_a_wrong_answer_is_not_told_apart_and_the_fields_are_empty_again(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await stage.ask()
        for wrong in ("dob", "postal_code"):
            right = {"dob": stage.lena.dob, "postal_code": stage.lena.postal_code}
            stage.say(**(right | {wrong: "1930-01-01" if wrong == "dob" else "XX1"}))
            stage.click("verify_check")
            left = 2 if wrong == "dob" else 1
            said = f"No match. {left} attempts left"
            await until(partial(shows, stage, said))
            assert [error(stage, name) for name in stage.form().fields] == [""] * 7
            typed = [f.editor for f in stage.form().fields.values()]
            assert [e.text() for e in typed if isinstance(e, QLineEdit)] == [""] * 5
        stage.say(phone_ending="0000", code="no")
        stage.click("verify_check")
        await until(lambda: "No attempts left today" in stage.strip())
        await until(lambda: not stage.form().check.isEnabled())
        assert not stage.sees("activity_list")

    play(scene)


def test_what_cannot_be_read_is_said_beside_its_field(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await stage.ask()
        stage.say(dob="the 30th", postal_code=stage.lena.postal_code)
        QTest.keyClick(stage.form().fields["dob"].editor, Qt.Key.Key_Return)
        await until(lambda: error(stage, "dob") != "")
        stage.say(dob="", phone_ending="12")
        stage.click("verify_check")
        await until(lambda: error(stage, "phone_ending") == "Four digits are needed.")
        assert "3 attempts left" in stage.strip()
        stage.form().clear()
        stage.click("verify_check")
        await until(lambda: "Type what the caller says." in stage.labels())

    play(scene)


def test_a_refused_action_leads_to_the_questions(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await until(lambda: stage.sees("card_freeze"))
        card = stage.window.focus.card
        stage.click("card_freeze")
        await until(lambda: "frozen, confirmed by Stripe" in stage.labels())
        await until(lambda: stage.sees("card_unfreeze"))
        stage.click("card_unfreeze")
        await until(lambda: "this needs level 3" in stage.labels())
        assert "Still needed:" in stage.labels()
        problem = stage.window.tabs["lookup"].problem
        ways = {b.text(): b for b in problem.findChildren(QWidget) if hasattr(b, "text")}
        QTest.mouseClick(ways["Verify the caller"], Qt.MouseButton.LeftButton)
        await until(lambda: stage.sees("verify_form"))
        assert stage.window.focus.card == card
        stage.say(dob=stage.lena.dob, postal_code=stage.lena.postal_code, code="yes")
        stage.click("verify_check")
        await until(lambda: "level 3" in stage.strip() and stage.sees("card_unfreeze"))
        stage.click("card_unfreeze")
        await stage.say_why("3")
        await until(lambda: stage.sees("card_freeze"))
        entries = await stage.desk.actions.history(card)
        assert [(e.action, e.call_id) for e in entries] == [
            ("card.unfreeze", stage.call().id),
            ("card.freeze", stage.call().id),
        ]

    play(scene)


def test_an_agent_with_a_reason_is_never_stuck(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await until(lambda: stage.sees("closed_anyway"))
        stage.click("closed_anyway")
        await until(lambda: stage.dialog("override_dialog"))
        stage.click("override_confirm")
        assert stage.dialog("override_dialog") is not None  # no reason, no way
        assert "Say why." in stage.labels()
        note = stage.find(QWidget, "override_reason").findChild(QPlainTextEdit)
        assert note is not None
        QTest.keyClicks(note, "Relay service for the deaf")
        stage.click("override_confirm")
        await until(lambda: stage.lists() > 0)
        await until(lambda: "Shown without verification" in stage.strip())
        assert "Relay service" in stage.strip()
        (entry,) = await stage.desk.actions.history(stage.lena.id)
        assert entry.params["reason"] == "Relay service for the deaf"
        await stage.ask()
        assert "postal_code" not in stage.form().fields  # it may be on the screen by now
        assert "you can see it by now" in stage.labels()

    play(scene)


def test_focus_does_not_wander_to_another_card(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await until(lambda: stage.window.focus.card != "")
        await stage.desk.lookup.refresh(stage.lena.id)
        card = stage.window.focus.card
        await stage.ask()
        stage.click("verify_close")
        await until(lambda: not stage.sees("verify_form"))
        assert stage.window.focus.card == card
        await stage.press("V")
        await until(lambda: stage.sees("verify_form"))
        await stage.press("Esc")
        await until(lambda: not stage.sees("verify_form"))
        await stage.verify(stage.lena)
        await until(lambda: stage.lists() > 0)
        assert stage.window.focus.card == card

    play(scene)


def test_a_programme_that_verifies_elsewhere_sees_everything(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        assert stage.lists() == 0
        stage.desk.save_settings(replace(stage.desk.settings, verification="off"))
        await until(lambda: stage.lists() > 0)
        await until(lambda: not stage.sees("verified_strip"))
        assert stage.lena.email in stage.labels()
        stage.desk.save_settings(replace(stage.desk.settings, verification="on"))
        await until(lambda: stage.lists() == 0)
        await until(lambda: stage.sees("verified_strip"))

    play(scene)


def test_addresses_are_hidden_on_the_way_to_a_replacement(play: Play) -> None:
    async def scene(stage: CallStage) -> None:
        await stage.open(stage.lena)
        await until(lambda: stage.window.focus.card != "")
        stage.window.focus.replace_requested.emit(stage.window.focus.card, "damaged")
        await until(lambda: stage.sees("replace_confirm"))
        person = await stage.desk.lookup.person(stage.lena.id)
        assert person is not None
        street = person.cardholder.record.billing.line1
        fields = [e.text() for e in stage.window.findChildren(QLineEdit) if e.isVisible()]
        everything = stage.labels() + repr(fields)
        assert street
        assert street not in everything
        assert stage.lena.postal_code not in everything

    play(scene)


def test_a_birthday_is_never_in_the_future() -> None:
    assert typed_birthday("31/12/84", today()) == "1984-12-31"
    assert typed_birthday("1984-12-31", today()) == "1984-12-31"
    assert typed_birthday("29/02/28", today().replace(year=2026, day=1)) == "1928-02-29"
    assert typed_birthday("soon", today()) == "soon"
