"""The steps of a complaint in the window: handed over, received at an hour, redress paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from tests.ui.complaints_stage import DAY, Scene, Stage, play_on
from tests.ui.conftest import Loop, until


@pytest.fixture
def play(loop: Loop, tmp_path: Path) -> Scene:
    return play_on(loop, tmp_path)


def test_names_are_offered_when_it_is_handed_over(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        await stage.service.log(stage.quick(owner="S. Iyer"))
        made = await stage.service.log(stage.quick())
        stage.now += DAY
        stage.focus.complaint_requested.emit({"complaint_id": made.id})
        await until(lambda: stage.tab.record.complaint.id == made.id)
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
