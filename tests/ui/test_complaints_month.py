"""The month of complaints, from its check to the file that Stripe gets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QLineEdit,
)

from supportdesk.domain.complaint_report import COLUMNS
from supportdesk.ui.widgets.read_back import ReadBack
from tests.ui.complaints_stage import DAY, NOV_5, Scene, Stage
from tests.ui.conftest import until


async def save_as(stage: Stage, path: Path, *, before: Callable[[], None] = lambda: None) -> None:
    await until(lambda: stage.tab.findChild(QFileDialog, "save_file"))
    dialog = stage.widget(QFileDialog, "save_file")
    typed = dialog.findChild(QLineEdit, "fileNameEdit")
    assert typed is not None
    typed.setText(str(path))
    before()
    dialog.accept()


async def confirm(stage: Stage) -> None:
    def dialogs() -> list[ReadBack]:
        return [one for one in stage.tab.findChildren(ReadBack) if one.isVisible()]

    await until(dialogs)
    dialogs()[0].confirm.click()


def test_the_month_is_checked_corrected_exported_and_submitted(play: Scene, tmp_path: Path) -> None:
    target = tmp_path / "november.csv"

    async def scene(stage: Stage) -> None:
        await stage.service.log(stage.quick(user_stage=""))
        stage.choose_month("November 2026")
        await until(lambda: "1 incomplete" in stage.tab.month.summary.text())
        stage.click("month_check")
        await until(lambda: stage.tab.month.list.current_key())
        QTest.keyClick(stage.tab.month.list, Qt.Key.Key_Return)
        await until(lambda: stage.page is stage.tab.record and stage.error("user_stage"))
        stage.choose("complaint_user_stage", "Active")
        stage.click("complaint_save")
        await until(lambda: "every row is complete" in stage.tab.month.summary.text())

        stage.click("month_export")
        await save_as(stage, target)
        await until(target.exists)
        header, row = csv.reader(io.StringIO(target.read_text(encoding="utf-8"), newline=""))
        assert tuple(header) == COLUMNS
        assert row[12] == "Active"
        await until(lambda: "november.csv" in stage.tab.month.said.text())
        assert not stage.widget(QAbstractButton, "month_submit").isVisible()

        stage.now = NOV_5 + 27 * DAY
        stage.tab.month.refresh()
        await until(lambda: stage.widget(QAbstractButton, "month_submit").isVisible())
        stage.widget(QLineEdit, "month_submitted_on").setText("02/12/2026")
        stage.click("month_submit")
        await confirm(stage)
        await until(lambda: "Submitted by M. Keller" in stage.tab.month.summary.text())
        assert not stage.widget(QAbstractButton, "month_submit").isVisible()

        before = target.read_bytes()
        stage.click("month_export")
        await save_as(stage, target)
        await confirm(stage)
        await until(lambda: "1 row exported" in stage.tab.month.said.text())
        assert target.read_bytes() == before

    play(scene)


def test_a_month_without_complaints_is_attested(play: Scene) -> None:
    async def scene(stage: Stage) -> None:
        assert stage.tab.month.month == "2026-10"
        assert "No complaints received" in stage.tab.month.summary.text()
        stage.click("month_attest")
        await confirm(stage)
        await until(lambda: "Attested by M. Keller" in stage.tab.month.said.text())
        closed = (await stage.months.pack("2026-10")).closed
        assert closed is not None
        stage.choose_month("November 2026")
        await until(lambda: stage.tab.month.pack and stage.tab.month.pack.month == "2026-11")

    play(scene)


def test_a_folder_that_refuses_is_said_in_place(play: Scene, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.click("month_export")
        folder = tmp_path / "gone"
        folder.mkdir()
        await save_as(stage, folder / "month.csv", before=folder.rmdir)
        await until(lambda: "could not be written" in stage.tab.month.said.text())

    play(scene)
