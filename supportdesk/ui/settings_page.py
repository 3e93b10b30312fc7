"""The settings: who works here, which programme it is, how the desk behaves."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from supportdesk import config
from supportdesk.aio import Tasks, in_thread
from supportdesk.config import Settings
from supportdesk.errors import UserFacing
from supportdesk.services.desk import Desk
from supportdesk.ui.settings_form import SettingsForm
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.page import page
from supportdesk.ui.widgets.panel import Panel, scroll
from supportdesk.ui.widgets.save_file import ask_file, ask_path

_NAME = "supportdesk-settings.json"


class SettingsPage(QWidget):
    """Shows the settings, checks what is typed beside each field, saves, exports and imports.

    Signals:
        left: the person goes back to work.
    """

    left = Signal()

    def __init__(self, desk: Desk, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Settings | None = None
        outer, self.said = page(self)
        panel = Panel(tr("Settings"), tr("kept on this computer, without any key"))
        self.export = KeyButton(tr("Export…"))
        self.import_ = KeyButton(tr("Import…"))
        panel.add_action(self.export)
        panel.add_action(self.import_)
        self.form = SettingsForm()
        panel.body.addWidget(scroll(self.form))
        outer.addWidget(panel, 1)
        self._fill_foot(panel.add_footer("settings_back", self.left))
        self.form.changed.connect(self._edited)
        self.export.clicked.connect(lambda: tasks.start(self._export(), only="settings-file"))
        self.import_.clicked.connect(lambda: tasks.start(self._import(), only="settings-file"))

    def _fill_foot(self, foot: QHBoxLayout) -> None:
        self.revert = KeyButton(tr("Undo changes"))
        self.revert.clicked.connect(self._revert)
        self.save = KeyButton(tr("Save"), "Ctrl+Return", "primary")
        self.save.setObjectName("settings_save")
        self.save.clicked.connect(self._save)
        foot.addWidget(self.revert)
        foot.addStretch(1)
        foot.addWidget(self.save)

    def opened(self) -> None:
        """Show the settings in force; what was typed and not saved yet stays."""
        if self._shown is None or self.form.settings(self._shown) == self._shown:
            self._show(self._desk.settings)
        else:
            self.say(tr("These changes are not saved yet."), "warn")
        self.form.start_focus()

    def say(self, words: str, tone: str = "good") -> None:
        """Say something above the form."""
        self.said.say(words, "warn" if tone == "warn" else "good", closable=True)

    def _show(self, settings: Settings) -> None:
        self._shown = settings
        self.form.set_settings(settings)
        self._edited()

    def _edited(self) -> None:
        assert self._shown is not None
        typed = self.form.settings(self._shown)
        self.revert.setEnabled(typed != self._shown or bool(self.form.unreadable()))
        wrong = {**typed.validate(), **self.form.unreadable()}
        self.form.show_errors(wrong)

    def _revert(self) -> None:
        self.said.dismiss()
        self._show(self._desk.settings)

    def _save(self) -> None:
        assert self._shown is not None
        typed = self.form.settings(self._shown)
        wrong = {**typed.validate(), **self.form.unreadable()}
        if wrong:
            self.form.show_errors(wrong)
            self.form.go_to(next(f.name for f in fields(Settings) if f.name in wrong))
            return
        try:
            self._desk.save_settings(typed)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        self._show(typed)
        self.say(tr("Saved."))

    # --- one file without secrets ------------------------------------------------------------

    async def _export(self) -> None:
        path = await ask_path(self, tr("Export settings"), _NAME, _kinds())
        if path is not None:
            await self.export_to(path)

    async def _import(self) -> None:
        path = await ask_file(self, tr("Import settings"), _kinds(), "settings_file")
        if path is not None:
            await self.import_from(path)

    async def export_to(self, path: Path) -> None:
        """Write the saved settings to a file."""
        try:
            await in_thread(config.write, self._desk.settings, path)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        self.say(tr("Exported to {file}. The file holds no key.", file=path.name))

    async def import_from(self, path: Path) -> None:
        """Show the settings of a file; they count once they are saved."""
        try:
            settings = await in_thread(config.read, path)
        except UserFacing as problem:
            self.said.show_problem(problem)
            return
        self._shown = self._desk.settings
        self.form.set_settings(settings)
        self._edited()
        self.say(tr("Read from {file}. Check them, then save.", file=path.name), "warn")


def _kinds() -> str:
    return ";;".join((tr("Settings (*.json)"), tr("All files (*)")))
