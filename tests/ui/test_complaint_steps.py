"""The steps of a complaint in the window: handed over, received at an hour, redress paid."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
)

from supportdesk.ui.complaints.editors import Choice
from supportdesk.ui.complaints.told_words import field_words
from tests.ui.complaints_stage import DAY, NOV_5, Scene, Stage, staged
from tests.ui.conftest import Loop, until


def test_names_are_offered_when_it_is_handed_over(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.service.log(stage.quick(owner="S. Iyer"))
        made = await stage.service.log(stage.quick())
        stage.now += DAY
        await stage.open(made)
        owner = stage.tab.record.form.findChild(QComboBox, "complaint_owner_names")
        assert owner is not None
        await until(lambda: owner.findText("S. Iyer") >= 0)
        assert owner.currentText() == "M. Keller"
        menu = stage.tab.record.more.actions_by_name
        assert not menu["take_over"].isVisible()
        menu["hand_over"].trigger()
        await until(lambda: stage.page is stage.tab.step)
        names = stage.tab.step.findChild(QComboBox, "complaint_owner_names")
        line = stage.tab.step.findChild(QLineEdit, "complaint_owner")
        assert names is not None
        assert line is not None
        assert [names.itemText(at) for at in range(names.count())] == ["S. Iyer"]
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("owner") == "Say who takes it over.")
        line.setText("m. keller")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("owner") == "It is yours already.")
        assert line.text() == "m. keller"
        line.setText("s. iyer")
        completer = names.completer()
        assert completer is not None
        completer.setCompletionPrefix("iy")
        assert completer.currentCompletion() == "S. Iyer"
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.owner == "S. Iyer")
        menu["take_over"].trigger()
        await until(lambda: stage.tab.record.complaint.owner == "M. Keller")

    play(scene)


def _says(stage: Stage, wrong: str) -> bool:
    return wrong in stage.error("date_received")


def test_the_hour_of_receipt_is_typed_with_its_zone(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.fill()
        day = stage.widget(QLineEdit, "complaint_date_received")
        hour = stage.widget(QLineEdit, "complaint_date_received_time")
        assert (day.text(), hour.text()) == ("05/11/2026", "11:00")
        field = stage.tab.record.form.fields["date_received"]
        assert "Europe/Berlin" in "".join(words.text() for words in field.findChildren(QLabel))
        for typed, wrong in (("11:01", "future"), ("25:00", "no such time"), ("soon", "14:30")):
            hour.setText(typed)
            stage.click("complaint_save")
            await until(partial(_says, stage, wrong))
            assert hour.text() == typed
        day.setText("29/03/2026")
        hour.setText("02:30")
        stage.click("complaint_save")
        await until(lambda: "put forward" in stage.error("date_received"))
        day.setText("01/11/2026")
        hour.setText("23:59")
        stage.click("complaint_save")
        await until(lambda: stage.tab.record.complaint.number)
        kept = stage.tab.record.complaint
        assert kept.date_received == NOV_5 - 3 * DAY - 11 * 3_600 - 60
        assert kept.zone == "Europe/Berlin"
        assert min(clock.start for clock in kept.clocks if clock.start) == date(2026, 11, 1)
        assert not stage.tab.record.unsaved()
        # A minute later it is another day, and the clocks go by that.
        day.setText("02/11/2026")
        hour.setText("00:00")
        stage.click("complaint_save")
        await until(lambda: stage.tab.record.complaint.date_received == kept.date_received + 60)
        assert {clock.start for clock in stage.tab.record.complaint.clocks} == {date(2026, 11, 2)}

    play(scene)


EXECUTIVE: dict[str, object] = {
    "complaint_classification": "executive",
    "executive_basis": ("Threat of legal action",),
}


def test_a_step_may_tell_its_hour(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick(**EXECUTIVE))  # received at 11:00
        stage.now += 4 * 3_600
        stage.focus.complaint_requested.emit({"complaint_id": made.id})
        await until(lambda: stage.tab.record.complaint.id == made.id)
        stage.click("complaint_tell_stripe")
        await until(lambda: stage.page is stage.tab.step)
        day = stage.widget(QLineEdit, "complaint_stripe_notified_at")
        hour = stage.widget(QLineEdit, "complaint_stripe_notified_at_time")
        assert (day.text(), hour.text()) == ("05/11/2026", "")
        assert not stage.tab.step.unsaved()
        for typed, wrong in (("10:59", "before it can have been"), ("15:01", "future")):
            hour.setText(typed)
            stage.click("complaint_step_confirm")
            await until(lambda wrong=wrong: wrong in stage.error("stripe_notified_at"))  # type: ignore[misc]
        hour.setText("14:30")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.stripe_notified_at == NOV_5 + 3.5 * 3_600)

        # The day alone, told a day later, is not taken for the noon before Stripe was told.
        stage.now += DAY
        stage.click("complaint_clear_hold")
        await until(lambda: stage.page is stage.tab.step)
        stage.widget(QLineEdit, "complaint_stripe_cleared_at").setText("05/11/2026")
        stage.widget(QLineEdit, "complaint_stripe_cleared_by").setText("R. Diaz")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.stripe_cleared_at == NOV_5 + 3.5 * 3_600)

    play(scene)


def test_a_day_without_an_hour_is_told_as_a_day(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick())
        stage.now += 3 * DAY
        stage.focus.complaint_requested.emit({"complaint_id": made.id})
        await until(lambda: stage.tab.record.complaint.id == made.id)
        stage.click("complaint_acknowledge")
        await until(lambda: stage.page is stage.tab.step)
        stage.choose("complaint_acknowledged_medium", "E-mail")
        stage.widget(QLineEdit, "complaint_acknowledged_at").setText("06/11/2026")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.acknowledged_at == NOV_5 + DAY + 3_600)
        kept = stage.tab.record.complaint
        assert field_words(kept, "acknowledged_at") == "6 Nov 2026"
        assert "11:00" in field_words(kept, "date_received")

    play(scene)


def test_when_redress_was_paid_and_what_else_led_to_it(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick())
        stage.now += DAY
        await stage.open(made)
        await stage.begin_step("resolve")
        paid = stage.widget(QLineEdit, "complaint_redress_paid_at")
        assert not paid.isVisible()
        stage.choose("complaint_outcome", "Upheld")
        stage.choose("complaint_root_cause", "Courier")
        stage.click("complaint_redress_reqd_yes")
        assert paid.isVisible()
        assert paid.text() == ""
        stage.widget(QLineEdit, "complaint_redress_amount").setText("15.00")
        stage.type("complaint_description_of_corrective_action", "Goodwill credit.")
        paid.setText("01/11/2026")
        stage.widget(QCheckBox, "complaint_contributing_causes_5").setChecked(True)
        stage.click("complaint_step_confirm")
        await until(lambda: "twice" in stage.error("contributing_causes"))
        assert "before it was received" in stage.error("redress_paid_at")
        stage.widget(QCheckBox, "complaint_contributing_causes_5").setChecked(False)
        stage.widget(QCheckBox, "complaint_contributing_causes_8").setChecked(True)
        paid.setText("07/11/2026")
        stage.click("complaint_step_confirm")
        await until(lambda: "Not later" in stage.error("redress_paid_at"))
        paid.setText("06/11/2026")
        stage.click("complaint_step_confirm")
        await until(lambda: not stage.tab.record.complaint.open)
        kept = await stage.service.get(made.id)
        assert kept.redress_paid_at == stage.now
        assert kept.contributing_causes == ("Training",)
        shown = "\n".join(words.text() for words in stage.tab.record.findChildren(QLabel))
        assert "€15.00, paid 6 Nov" in shown
        assert "Contributed too: Training" in shown

    play(scene)


def test_what_was_begun_is_offered_after_a_crash(loop: Loop, tmp_path: Path) -> None:
    async def typed() -> None:
        async with staged(tmp_path) as stage:
            stage.focus.complaint_requested.emit({"cardholder_id": "ich_1"})
            await until(lambda: stage.page is stage.tab.record)
            stage.type("complaint_verbatim", "She waits since")
            name = "new:ich_1"
            async with asyncio.timeout(60):
                while not await stage.service.draft(name):  # noqa: ASYNC110  (kept by a timer)
                    await asyncio.sleep(0.01)
            assert not stage.tab.list.begun.isVisible()
            shutil.copytree(tmp_path, tmp_path.with_name("killed"))  # as a killed desk leaves it

    async def found() -> None:
        async with staged(tmp_path.with_name("killed")) as stage:
            await until(stage.tab.list.begun.isVisible)
            assert "is not logged" in stage.tab.list.begun.text()
            stage.tab.list.begun.findChildren(QAbstractButton)[0].click()
            await until(lambda: stage.page is stage.tab.record)
            note = stage.widget(QPlainTextEdit, "complaint_verbatim")
            await until(lambda: note.toPlainText() == "She waits since")
            assert stage.tab.record.complaint.cardholder_name == "Lena Hoffmann"
            await until(lambda: not stage.tab.list.begun.isVisible())
            stage.click("complaint_discard")
            await until(lambda: stage.page is not stage.tab.record)
            assert await stage.service.begun() == []

    loop.run(typed(), 40)
    loop.run(found(), 40)


def test_a_choice_that_does_not_fit_ends_with_an_ellipsis(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        stage.tab.resize(1024, 560)
        await stage.begin()
        stage.fill()
        long = "Transactions: amount, exchange rate or refund"
        stage.choose("complaint_complaint_sub_category", long)
        box = stage.widget(Choice, "complaint_complaint_sub_category")
        assert box.shown().endswith("…")
        assert box.toolTip() == long
        assert stage.widget(Choice, "complaint_complaint_channel").shown() == "Phone"

    play(scene)


def test_a_letter_stays_when_another_desk_made_it_executive(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick(cardholder_name="Lena Hoffmann"))
        await stage.open(made)
        await stage.begin_step("acknowledge")
        QGuiApplication.clipboard().setText("before")
        await stage.service.edit(
            replace(
                made,
                complaint_classification="executive",
                executive_basis=("Threat of legal action",),
            )
        )
        stage.click("complaint_letter_copy")
        await until(lambda: stage.tab.problem.isVisible())
        assert QGuiApplication.clipboard().text() == "before"
        assert (await stage.service.get(made.id)).replies == ()

    play(scene)
