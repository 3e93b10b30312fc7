"""The conversation, the second person and pending purchases, with hands and eyes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QWidget

from supportdesk.config import Settings
from supportdesk.domain.disputes import Draft
from supportdesk.domain.records import Authorization
from supportdesk.ui import text
from supportdesk.ui.disputes import intake as form
from supportdesk.ui.disputes.send_back import SendBack
from tests.services.desk_at_practice import Programme
from tests.ui.conftest import Loop, until
from tests.ui.disputes.conftest import Play, Shown, shown


def explanation(seen: Shown) -> str:
    return str(seen.find(QWidget, "evidence_explanation").text())


def asked(seen: Shown, question: str) -> bool:
    """Whether the keyboard is on an answer of this question that can be seen."""
    at = seen.window.focusWidget()
    return at is not None and at.isVisible() and at.objectName().startswith(f"talk_{question}_")


def reason(seen: Shown) -> str:
    return str(seen.find(QComboBox, "dispute_reason").currentData())


def test_the_keyboard_alone_leads_to_the_reason_and_back(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(24900)

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        await until(seen.window.isActiveWindow)
        for question in ("part", "known", "possession", "details"):
            await until(partial(asked, seen, question))
            QTest.keyClicks(seen.window, "1")  # no; nobody; with the cardholder; no
        assert reason(seen) == "fraudulent"
        assert "does not know who made it" in explanation(seen)
        assert seen.tab.matter.form.conversation.asking is False
        why = [one.text() for one in seen.tab.findChildren(QLabel) if one.isVisible()]
        assert "The cardholder took no part and does not know who did: that is fraud." in why
        seen.press("talk_change_known")
        seen.press("talk_known_person")
        assert reason(seen) == "other"
        await seen.rest()
        kept = await seen.place.casebook.disputes.get("practice", bought)
        assert kept is not None
        assert kept.draft.reason == "other"
        assert kept.draft.answers["known"] == "person"

    play(scene)


def test_an_edited_explanation_stays_until_it_is_drafted_anew(
    play: Play, stripe: Programme
) -> None:
    bought = stripe.capture(24900)

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        for name in ("talk_part_yes", "talk_matter_not_arrived", "talk_arrived_goods"):
            seen.press(name)
        seen.type("evidence_product_description", "Black shoes.")
        await seen.rest()
        assert "What was bought: Black shoes." in explanation(seen)
        seen.write("My own words.")
        seen.press("talk_dated_no")
        await seen.rest()
        assert explanation(seen) == "My own words."
        seen.press("dispute_draft_anew")
        assert "The merchant gave no delivery date." in explanation(seen)
        assert "Black shoes" in explanation(seen)

    play(scene)


def test_what_is_typed_without_a_pause_is_kept_all_the_same(play: Play, stripe: Programme) -> None:
    bought = stripe.capture(24900)
    assert form.PAUSE < form.LATEST < 1_000  # milliseconds: nothing is lost beyond a second

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        seen.choose("fraudulent")
        await seen.rest()
        kept: list[Draft] = []
        seen.tab.matter.form.paused.connect(kept.append)
        editor = seen.find(QWidget, "evidence_explanation").findChild(QPlainTextEdit)
        assert editor is not None
        seen.tab.matter.form._pause.setInterval(3_600_000)  # keys keep coming, without a pause
        QTest.keyClicks(editor, "Half a sen")
        await until(lambda: kept)
        assert kept[0].evidence["explanation"] == "Half a sen"

    play(scene)


def test_a_live_card_is_one_click_from_lost_or_stolen(play: Play, stripe: Programme) -> None:
    bought = stripe.capture()

    async def scene(seen: Shown) -> None:
        await seen.dispute(bought)
        went: list[tuple[str, str]] = []
        seen.focus.replace_requested.connect(lambda card, why: went.append((card, why)))
        for name in ("talk_part_no", "talk_known_nobody", "talk_possession_lost"):
            seen.press(name)
        await seen.rest()
        seen.press("dispute_cancel_card")
        intake = seen.tab.matter.intake
        assert intake is not None
        assert went == [(intake.case.transaction.card_id, "lost")]
        assert seen.focus.card == intake.case.transaction.card_id

    play(scene)


def test_a_pending_purchase_says_so_and_is_remembered(play: Play, stripe: Programme) -> None:
    async def scene(seen: Shown) -> None:
        waiting = Authorization(
            id="iauth_pending",
            cardholder_id=stripe.cardholder,
            amount=500,
            currency="eur",
            approved=True,
            status="pending",
            created=1,
        )
        await seen.place.mirror.put([waiting], 1.0)
        seen.focus.set_person(stripe.cardholder)
        seen.press("dispute_new")
        picker = seen.tab.matter.picker
        await until(picker.rows.isVisible)
        picker.rows.set_current("iauth_pending")
        picker.rows.chosen.emit("iauth_pending")
        assert "Not settled yet" in picker.waiting.text()
        button = picker.waiting.findChild(QPushButton)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        await until(lambda: not seen.busy())
        [kept] = await seen.place.disputes.pending.waiting()
        assert kept.authorization_id == "iauth_pending"
        assert "as soon as" in picker.waiting.text()

    play(scene)


def test_two_people_one_submission(loop: Loop, tmp_path: Path, stripe: Programme) -> None:
    bought = stripe.capture(24900)
    desk = [Settings(agent="M. Keller", dispute_approval="on")]

    async def whole() -> None:
        async with shown(tmp_path, stripe, settings=lambda: desk[0]) as seen:
            await seen.dispute(bought)
            for name in ("part_no", "known_nobody", "possession_with", "details_no"):
                seen.press(f"talk_{name}")
            seen.press("dispute_told_today")
            await seen.rest()
            submit: QPushButton = seen.find(QPushButton, "dispute_submit")
            assert "ask for approval" in submit.text()
            seen.press("dispute_submit")
            await seen.confirm()
            await until(lambda: "Waiting" in submit.text())
            assert not submit.isEnabled()
            assert stripe.disputes(bought) == []
            desk[0] = replace(desk[0], agent="A. Ruiz")
            seen.tab.matter.again.emit()
            await until(lambda: "approve" in submit.text() and not seen.busy())
            assert "M. Keller asks you" in seen.tab.matter.form.foot.second.text()
            seen.press("dispute_send_back")
            await until(lambda: seen.tab.findChild(SendBack, "send_back_dialog"))
            dialog = seen.find(SendBack, "send_back_dialog")
            dialog.note.set_text("Add the police report.")
            button = dialog.findChild(QPushButton, "send_back_confirm")
            assert button is not None
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            await until(lambda: "sent back" in seen.tab.matter.form.foot.second.text())
            desk[0] = replace(desk[0], agent="M. Keller")
            seen.press("dispute_submit")
            await seen.confirm()
            await until(lambda: "Waiting" in submit.text())
            desk[0] = replace(desk[0], agent="A. Ruiz")
            seen.tab.matter.again.emit()
            await until(lambda: "approve" in submit.text() and not seen.busy())
            seen.press("dispute_submit")
            await seen.confirm()
            await until(lambda: seen.tab.matter.detail.isVisible())

    text.set_language("de")
    loop.run(whole(), seconds=90)
    [held] = stripe.disputes(bought)
    assert held["status"] == "submitted"


@pytest.mark.parametrize("size", [(1024, 640), (1920, 1080)])
def test_the_intake_fits_its_window_with_and_without_the_list(
    loop: Loop, tmp_path: Path, stripe: Programme, size: tuple[int, int]
) -> None:
    bought = stripe.capture(24900)

    async def whole() -> None:
        async with shown(tmp_path, stripe, size=size) as seen:
            await seen.dispute(bought)
            for name in ("part_yes", "matter_cancelled", "cancelled_order", "merchant_no"):
                seen.press(f"talk_{name}")
            await seen.rest()
            columns = seen.tab.matter.form.columns
            for _ in range(2):
                await until(lambda: columns.width() <= seen.tab.matter.form.width())
                for part in columns.findChildren(QWidget):
                    if part.isVisible():
                        right = part.mapTo(columns, part.rect().topRight()).x()
                        assert right <= columns.width(), part.objectName() or part
                seen.press("dispute_room")

    loop.run(whole(), seconds=60)
