"""Verifies the caller on the person's page: strip, form, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from supportdesk.errors import UserFacing
from supportdesk.services.verification import State
from supportdesk.ui.calls.form import VerifyForm
from supportdesk.ui.calls.strip import VerifiedStrip
from supportdesk.ui.tab import Tab


class Caller(QObject):
    """Joins strip and form of a tab to the services.

    Signals:
        asking: the questions to the caller open.
    """

    asking = Signal()

    def __init__(self, tab: Tab, strip: VerifiedStrip, form: VerifyForm) -> None:
        super().__init__(tab)
        self._tab = tab
        self._strip = strip
        self._form = form
        self._busy = False
        form.setVisible(False)
        strip.verify.connect(self.ask)
        form.checked.connect(lambda said: tab.tasks.start(self._check(said)))
        form.closed.connect(self._close)
        tab.focus.verify_requested.connect(self._requested)
        tab.focus.person_changed.connect(self._person_changed)

    def show_state(self, state: State) -> None:
        """Show who is on the line."""
        self._strip.show_state(state)
        self._form.show_state(state)
        if state.call is None or not state.enabled or not state.short:
            self._close()

    def asks(self) -> bool:
        """Whether the questions to the caller are open."""
        return not self._form.isHidden()

    def ask(self) -> None:
        """Open the form; begins a call when there is none with this person."""
        self._tab.tasks.start(self._open(), only="ask the caller")

    def back(self) -> bool:
        """Put the form away; return whether it was open."""
        was_open = self.asks()
        self._close()
        return was_open

    def _requested(self) -> None:
        self._tab.focus.go.emit(self._tab.name)
        self.ask()

    def _person_changed(self) -> None:
        self._form.forget()
        self._close()

    async def _open(self) -> None:
        person = self._tab.focus.person
        if not person:
            return
        state = await self._tab.desk.verification.state(person)
        if state.call is None:
            await self._tab.desk.calls.opened(person)
            state = await self._tab.desk.verification.state(person)
        if state.call is None:  # the call going on is with someone else, and goes on
            await self._tab.desk.calls.start(person)
            state = await self._tab.desk.verification.state(person)
        if person != self._tab.focus.person:
            return
        self.show_state(state)
        if state.enabled and state.short:
            self.asking.emit()
            self._form.setVisible(True)
            self._form.start_focus()

    async def _check(self, said: Mapping[str, str]) -> None:
        person = self._tab.focus.person
        call = self._tab.desk.calls.current
        if self._busy or call is None or call.cardholder_id != person:
            return
        self._busy = True
        try:
            result = await self._tab.desk.verification.check(said)
        except UserFacing as problem:
            if not (problem.field and self._form.show_error(problem.field, problem.title)):
                raise
            return
        finally:
            self._busy = False
        state = await self._tab.desk.verification.state(person)
        if person != self._tab.focus.person:
            return
        self._strip.show_state(state)  # at once: it must not count otherwise than the form
        self._form.show_result(result)
        if result.match and result.level >= 2:
            self._close()
        else:
            self._form.start_focus()

    def _close(self) -> None:
        self._form.clear()
        self._form.said.setText("")
        keyboard = QApplication.focusWidget()
        if keyboard is not None and self._form.isAncestorOf(keyboard):
            # Left to itself Qt goes on to the next card, and puts that one in focus.
            self._strip.setFocus()
        self._form.setVisible(False)
