"""The Complaints tab as a person works it: real widgets, a real casebook file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from tests.ui.complaints_stage import DAY, NOV_5, PAN, Scene, Stage, staged
from tests.ui.conftest import Loop, until


def shown(stage: Stage) -> list[str]:
    return [row.number for row in stage.tab.list.table.model.rows]


def test_a_complaint_is_logged_with_few_fields(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        assert "No open complaints" in stage.tab.list.table.empty.text()
        await stage.begin()
        stage.fill()
        stage.click("complaint_save")
        await until(lambda: shown(stage) == ["CMP-2026-0001"])
        await until(lambda: stage.tab.record.complaint.number == "CMP-2026-0001")
        kept = (await stage.service.page("open"))[0]
        assert kept.verbatim == "Refund took three weeks."
        assert kept.received_by == "M. Keller"
        assert stage.widget(QAbstractButton, "complaint_acknowledge").isVisible()
        assert not stage.widget(QAbstractButton, "complaint_save").isVisible()
        assert await stage.service.draft("new:") == {}

    play(scene)


def test_ctrl_enter_is_the_main_button(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.fill()
        box = stage.widget(QPlainTextEdit, "complaint_verbatim")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: shown(stage) == ["CMP-2026-0001"])

    play(scene)


def test_what_is_missing_is_said_beside_the_fields_and_nothing_typed_is_lost(
    play: Scene,
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.click("complaint_complaint_classification_executive")
        day = stage.widget(QLineEdit, "complaint_date_received")
        day.setText("31/12/2099")
        stage.click("complaint_save")
        await until(lambda: stage.error("verbatim"))
        for name in ("complaint_channel", "complaint_category", "executive_basis"):
            assert stage.error(name), name
        assert "Not later than 5 Nov" in stage.error("date_received")
        assert day.text() == "31/12/2099"
        day.setText("no date 😀 ‮שלום")
        stage.click("complaint_save")
        await until(lambda: "not a date" in stage.error("date_received"))
        assert await stage.service.page("open") == []

    play(scene)


def test_a_card_number_is_stopped_and_masked_with_one_click(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.fill()
        stage.type("complaint_verbatim", f" Card {PAN}.")
        stage.click("complaint_save")
        mask = next(
            button
            for button in stage.tab.record.form.editors["verbatim"].findChildren(QAbstractButton)  # type: ignore[attr-defined]
            if button.isVisible()
        )
        assert await stage.service.page("open") == []
        mask.click()
        assert PAN not in stage.widget(QPlainTextEdit, "complaint_verbatim").toPlainText()
        stage.click("complaint_save")
        await until(lambda: shown(stage))
        assert "•••• 4242" in (await stage.service.page("open"))[0].verbatim

    play(scene)


def test_an_unfinished_complaint_is_there_again(play: Scene, loop: Loop, tmp_path: Path) -> None:
    async def begin(stage: Stage) -> None:
        stage.focus.complaint_requested.emit({"cardholder_id": "ich_1", "card_id": "ic_1"})
        await until(lambda: stage.page is stage.tab.record)
        assert stage.gone == ["complaints"]
        stage.type("complaint_verbatim", "She waits")
        stage.choose("complaint_complaint_channel", "Chat")
        assert stage.tab.back()
        await until(lambda: stage.page is not stage.tab.record)
        stage.focus.complaint_requested.emit({"cardholder_id": "ich_1"})
        await until(lambda: stage.page is stage.tab.record)
        assert stage.widget(QPlainTextEdit, "complaint_verbatim").toPlainText() == "She waits"
        stage.type("complaint_verbatim", "!")

    async def again(stage: Stage) -> None:
        stage.focus.set_person("ich_1")
        await stage.begin()
        text = stage.widget(QPlainTextEdit, "complaint_verbatim").toPlainText()
        assert sorted(text) == sorted("She waits!")
        assert stage.widget(QComboBox, "complaint_complaint_channel").currentText() == "Chat"
        assert stage.tab.record.complaint.cardholder_name == "Lena Hoffmann"
        stage.click("complaint_discard")
        await until(lambda: stage.page is not stage.tab.record)
        assert await stage.service.draft("new:ich_1") == {}

    play(begin)
    play(again)


def test_the_list_puts_the_earliest_clock_first_and_opens_what_is_chosen(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.service.log(stage.quick())
        stage.now += 4 * DAY
        executive = stage.quick(
            complaint_classification="executive", executive_basis=("Threat of legal action",)
        )
        await stage.service.log(executive)
        await until(lambda: shown(stage) == ["CMP-2026-0002", "CMP-2026-0001"])
        await until(lambda: stage.badges[-1] == ("1 due", "bad"))
        view = stage.tab.list.table.view
        cells = [view.model().index(0, at).data() for at in range(7)]
        assert cells[0] == "0002"
        assert cells[4:6] == ["Tell Stripe · 1 BD", "tomorrow"]
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Down)
        await until(lambda: stage.tab.record.complaint.number)
        stage.click("complaints_filter_executive")
        await until(lambda: shown(stage) == ["CMP-2026-0002"])
        stage.click("complaints_filter_closed")
        await until(lambda: shown(stage) == [])

    play(scene)


def test_acknowledge_then_resolve_late(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick())
        stage.now += DAY
        await stage.open(made)
        await stage.begin_step("acknowledge")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("acknowledged_medium"))
        stage.choose("complaint_acknowledged_medium", "E-mail")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.tab.record.complaint.acknowledged_at == NOV_5 + DAY)

        stage.now = NOV_5 + 22 * DAY
        await stage.begin_step("resolve")
        stage.choose("complaint_outcome", "Upheld")
        stage.choose("complaint_root_cause", "Courier")
        stage.click("complaint_redress_reqd_yes")
        amount = stage.widget(QLineEdit, "complaint_redress_amount")
        amount.setText("15.001")
        stage.type("complaint_description_of_corrective_action", "Goodwill credit.")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("redress_amount"))
        assert amount.text() == "15.001"
        amount.setText("15.00")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("reason_exceeded_15_days"))
        assert stage.tab.back()
        await until(lambda: stage.page is stage.tab.record)
        await stage.begin_step("resolve")
        typed = stage.widget(QPlainTextEdit, "complaint_description_of_corrective_action")
        assert typed.toPlainText() == "Goodwill credit."
        stage.type("complaint_reason_exceeded_15_days", "Courier strike")
        stage.click("complaint_step_confirm")
        await until(lambda: not stage.tab.record.complaint.open)
        kept = await stage.service.get(made.id)
        assert (kept.redress_amount, kept.redress_currency) == (1500, "eur")
        assert kept.reason_exceeded_15_days == "Courier strike"
        await until(lambda: shown(stage) == [])

    play(scene)


def test_an_executive_complaint_waits_for_stripe(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.begin()
        stage.fill()
        stage.choose("complaint_complaint_category", "Legal or Regulatory")
        stage.choose("complaint_complaint_sub_category", "Threat of legal action")
        stage.click("complaint_executive_basis_3")
        stage.click("complaint_save")
        await until(lambda: stage.tab.record.complaint.number)
        assert stage.tab.record.complaint.executive_basis == ("Threat of legal action",)
        assert stage.widget(QWidget, "complaint_notice").isVisible()
        assert not stage.widget(QAbstractButton, "complaint_acknowledge").isVisible()
        assert not stage.widget(QAbstractButton, "complaint_resolve").isEnabled()
        await stage.begin_step("tell_stripe")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.page is stage.tab.record)
        stage.now += 60
        await stage.begin_step("clear_hold")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.error("stripe_cleared_by"))
        stage.widget(QLineEdit, "complaint_stripe_cleared_by").setText("Stripe compliance")
        stage.click("complaint_step_confirm")
        await until(lambda: stage.page is stage.tab.record)
        assert not stage.widget(QWidget, "complaint_notice").isVisible()
        stage.click("complaint_acknowledge")

    play(scene)


def test_an_edit_made_in_another_window_is_not_overwritten(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.service.log(stage.quick())
        await stage.open(made)
        stage.choose("complaint_complaint_channel", "Chat")
        await stage.service.edit(replace(made, owner="S. Iyer"))
        stage.click("complaint_save")
        await until(lambda: "another window" in stage.tab.problem.text())
        assert stage.widget(QComboBox, "complaint_complaint_channel").currentText() == "Chat"
        stage.click("complaint_save")
        await until(lambda: not stage.tab.record.unsaved())
        kept = await stage.service.get(made.id)
        assert (kept.owner, kept.complaint_channel) == ("S. Iyer", "Chat")

    play(scene)


@pytest.mark.parametrize("size", [(1360, 740), (1024, 520)])
def test_nothing_is_cut_off_and_every_control_has_a_name(
    loop: Loop, tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with staged(tmp_path, size=size) as stage:
            made = await stage.service.log(stage.quick())
            await stage.open(made)
            stage.click("complaint_more")
            area = stage.tab.record.area
            inner = area.widget()
            assert inner is not None
            await until(lambda: inner.width() <= area.viewport().width())
            look(stage)
            await stage.begin_step("resolve")
            stage.click("complaint_redress_reqd_yes")
            look(stage)

    def look(stage: Stage) -> None:
        tab = stage.tab
        assert (tab.width(), tab.height()) == size
        controls = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox)
        for kind in controls:
            for widget in tab.findChildren(kind):
                if not widget.isVisible() or not widget.objectName():
                    continue
                name = widget.objectName()
                left = widget.mapTo(tab, QPoint(0, 0)).x()
                assert left >= 0, name
                assert left + widget.width() <= tab.width(), name
                parent = widget.parentWidget()
                assert parent is not None
                assert widget.geometry().right() <= parent.width(), name
                if isinstance(widget, QAbstractButton):
                    assert widget.width() >= widget.minimumSizeHint().width(), name
                spoken = QAccessible.queryAccessibleInterface(widget)
                assert spoken.text(QAccessible.Text.Name), name
        inner = tab.record.area.widget()
        assert inner is not None
        assert inner.width() <= tab.record.area.viewport().width()

    loop.run(scene(), 40)
