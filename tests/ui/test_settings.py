from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from supportdesk import config
from supportdesk.practice.process import Ready
from supportdesk.ui.lookup.tab import LookupTab
from supportdesk.ui.settings_page import SettingsPage
from supportdesk.ui.widgets.field import Field
from supportdesk.ui.widgets.read_back import ReadBack
from tests.ui.conftest import Loop, opened_window, until


def line(page: SettingsPage, name: str) -> QLineEdit:
    found = page.findChild(QLineEdit, f"settings_{name}")
    assert isinstance(found, QLineEdit)
    return found


def error(page: SettingsPage, name: str) -> str:
    return next(f.error() for f in page.findChildren(Field) if f.editor is line(page, name))


def test_settings_are_checked_beside_the_field_saved_and_announced(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice, tabs=[LookupTab]) as opened:
            window, page = opened.window, opened.window.settings
            window.show_settings()
            assert window.current_tab() is None
            line(page, "agent").setText("")
            line(page, "lock_minutes").setText("soon")
            line(page, "closing_days").setText("2026-12-24, tomorrow")
            assert "Enter the name" in error(page, "agent")
            assert "whole number" in error(page, "lock_minutes")
            assert "YYYY-MM-DD" in error(page, "closing_days")
            QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
            assert line(page, "agent").hasFocus()
            assert not (tmp_path / "data" / "settings.json").exists()
            assert line(page, "lock_minutes").text() == "soon"
            line(page, "agent").setText("M. Keller")
            line(page, "lock_minutes").setText("7")
            line(page, "closing_days").setText("2026-12-24")
            line(page, "rate_share").setText("30")
            line(page, "programme_name").setText("Acme Spend · EU")
            country = page.findChild(QComboBox, "settings_programme_country")
            assert isinstance(country, QComboBox)
            country.setCurrentIndex(country.findData("AT"))
            page.save.click()
            kept = config.read(tmp_path / "data" / "settings.json")
            assert (kept.agent, kept.lock_minutes, kept.rate_share) == ("M. Keller", 7, 0.3)
            assert (kept.closing_days, kept.programme_country) == (("2026-12-24",), "AT")
            assert opened.desk.settings == kept
            assert "Agent: M. Keller" in window.foot.words()
            assert "Locks in 7:00" in window.foot.words() or "Locks in 6:" in window.foot.words()
            assert page.said.text() == "Saved."

    loop.run(scenario(), 60)


def test_what_was_typed_survives_a_look_elsewhere(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path, practice, tabs=[LookupTab]) as opened:
            window, page = opened.window, opened.window.settings
            window.show_settings()
            line(page, "agent").setText("Half a na")
            QTest.keyClick(window, Qt.Key.Key_Escape)
            assert window.current_tab() is not None
            window.show_settings()
            assert line(page, "agent").text() == "Half a na"
            assert "not saved yet" in page.said.text()
            page.revert.click()
            assert line(page, "agent").text() == opened.desk.settings.agent

    loop.run(scenario(), 60)


def test_one_file_without_secrets_carries_the_settings(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    async def scenario() -> None:
        async with opened_window(tmp_path / "desk", practice, tabs=[LookupTab]) as opened:
            page = opened.window.settings
            opened.window.show_settings()
            file = tmp_path / "settings.json"
            await page.export_to(file)
            assert practice.key not in file.read_text("utf-8")
            content = json.loads(file.read_text("utf-8"))
            content["settings"]["programme_name"] = "Moved here"
            file.write_text(json.dumps(content), "utf-8")
            await page.import_from(file)
            assert line(page, "programme_name").text() == "Moved here"
            assert opened.desk.settings.programme_name != "Moved here"
            page.save.click()
            await until(lambda: opened.desk.settings.programme_name == "Moved here")
            file.write_text("<html>", "utf-8")
            await page.import_from(file)
            assert "not a settings file" in page.said.text()
            await page.export_to(tmp_path / "desk" / "data" / "casebook.db" / "x.json")
            assert "could not be saved" in page.said.text()

    loop.run(scenario(), 60)


def test_a_file_that_is_there_is_replaced_only_after_a_question(
    loop: Loop, tmp_path: Path, practice: Ready
) -> None:
    file = tmp_path / "settings.json"
    file.write_text("something else", "utf-8")

    async def scenario() -> None:
        async with opened_window(tmp_path / "desk", practice, tabs=[LookupTab]) as opened:
            page = opened.window.settings
            opened.window.show_settings()
            page.export.click()
            await until(lambda: page.findChild(QFileDialog, "save_file"))
            dialog = page.findChild(QFileDialog, "save_file")
            assert isinstance(dialog, QFileDialog)
            typed = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(typed, QLineEdit)
            typed.setText(str(file.with_suffix("")))
            dialog.accept()
            await until(lambda: page.findChild(ReadBack))
            assert file.read_text("utf-8") == "something else"
            asking = page.findChild(ReadBack)
            assert isinstance(asking, ReadBack)
            asking.confirm.click()
            await until(lambda: "Exported to settings.json" in page.said.text())
            assert config.read(file) == opened.desk.settings

    loop.run(scenario(), 60)
