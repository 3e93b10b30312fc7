"""The call in the window: begin, park, go on, wrap up, and go on without verification."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from supportdesk.aio import Tasks
from supportdesk.services.desk import Desk
from supportdesk.store.calls import Call, Channel
from supportdesk.ui.calls import words
from supportdesk.ui.calls.area import CHANNELS, CallArea
from supportdesk.ui.calls.dialogs import ReasonDialog, WrapUp
from supportdesk.ui.focus import Focus
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton, is_main_key


class CallControl(QObject):
    """Joins the call area to the services.

    Signals:
        cleared: the call ended; the screen is to show nothing of it.
    """

    cleared = Signal()

    def __init__(
        self, desk: Desk, focus: Focus, area: CallArea, tasks: Tasks, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk = desk
        self._focus = focus
        self._area = area
        self._tasks = tasks
        self._window = window
        area.started.connect(lambda: tasks.start(self.start()))
        area.parked.connect(lambda: tasks.start(self._park()))
        area.resumed.connect(lambda id: tasks.start(self._resume(id)))
        area.wrapped_up.connect(lambda: tasks.start(self.wrap_up(), only="wrap up"))
        area.channel_chosen.connect(lambda name: tasks.start(self._set_channel(name)))
        focus.override_requested.connect(lambda action: tasks.start(self._ask_reason(action)))
        focus.person_changed.connect(self.refresh)
        desk.changes.calls.connect(self.refresh)
        desk.changes.settings.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the calls again."""
        try:
            self._tasks.start(self._show(), only="calls")
        except RuntimeError:  # no loop yet: the window reads when it opens
            return

    def tick(self) -> None:
        """Write the running time again."""
        self._area.tick(time.time())

    def take_key(self, event: QKeyEvent) -> bool:
        """Wrap up on Ctrl+Enter where no form is in view that has it; tell whether it was that.

        A form whose main button cannot be pressed now keeps the key all the same: pressed twice
        it must not end a call.
        """
        if not is_main_key(event):
            return False
        forms = (b for b in self._window.findChildren(KeyButton) if b.main and b.isVisible())
        if not event.isAutoRepeat() and next(forms, None) is None:
            self._tasks.start(self.wrap_up(), only="wrap up")
        return True

    async def start(self) -> None:
        """Ctrl+N: begin a call with the person in view, or with nobody yet on a clear screen."""
        current, person = self._desk.calls.current, self._focus.person
        if current is not None and current.cardholder_id in ("", person):
            self._focus.set_person("")
            person = ""
            self.cleared.emit()
        await self._desk.calls.start(person)

    async def wrap_up(self) -> None:
        """Show the summary; nothing ends yet."""
        call = self._desk.calls.current
        if call is None or self._window.findChild(WrapUp) is not None:
            return
        told = await self._desk.calls.summary(call.id)
        calls, find = self._desk.calls, self._desk.complaints.intake.hints
        before = await calls.decided(call.id)
        dialog = WrapUp(told, calls.now(), find, before, self._window)
        keep = calls.keep_note
        dialog.decided.connect(
            lambda decided: self._tasks.start(calls.hints_decided(call.id, decided))
        )
        dialog.complained.connect(lambda note: self._complain(call, note))
        dialog.noted.connect(lambda note: self._tasks.start(keep(call.id, note)))
        dialog.ended.connect(lambda: self._tasks.start(self._end(call.id)))
        dialog.open()

    def _complain(self, call: Call, note: str) -> None:
        known = {"cardholder_id": call.cardholder_id, "verbatim": note}
        self._focus.complaint_requested.emit({k: v for k, v in known.items() if v})

    async def _end(self, call_id: str) -> None:
        await self._desk.calls.end(call_id)
        self._focus.set_person("")
        self.cleared.emit()

    async def _park(self) -> None:
        await self._desk.calls.park()
        self._focus.set_person("")
        self.cleared.emit()

    async def _resume(self, call_id: str) -> None:
        call = await self._desk.calls.resume(call_id)
        self._focus.set_person(call.cardholder_id)

    async def _set_channel(self, name: str) -> None:
        channel: Channel = next((known for known in CHANNELS if known == name), CHANNELS[0])
        await self._desk.calls.set_channel(channel)

    async def _ask_reason(self, action: str) -> None:
        person = self._focus.person
        if not person:
            return
        state = await self._desk.verification.state(person)
        short = state.short.get(action)
        if short is None:
            return
        dialog = ReasonDialog(action, words.needed(short), self._window)
        dialog.given.connect(lambda why: self._tasks.start(self._override(person, action, why)))
        dialog.open()

    async def _override(self, person: str, action: str, reason: str) -> None:
        call = self._desk.calls.current
        if call is None or call.cardholder_id != person:
            await self._desk.calls.opened(person)
        call = self._desk.calls.current
        if call is None or call.cardholder_id != person:
            await self._desk.calls.start(person)
        await self._desk.verification.override(action, reason)

    async def _show(self) -> None:
        calls = self._desk.calls
        call, person = calls.current, self._focus.person
        elsewhere, level = "", words.level(await self._desk.verification.state(""))
        if call is not None:
            state = await self._desk.verification.state(call.cardholder_id)
            level = words.level(state)
            if call.cardholder_id and call.cardholder_id != person:
                elsewhere = await self._name(call)
        parked = [(other.id, await self._parked(other)) for other in calls.parked]
        self._area.show_call(calls.current, elsewhere, level, parked)
        self.tick()

    async def _parked(self, call: Call) -> str:
        name = await self._name(call) or tr("nobody yet")
        time_ = words.running(self._desk.calls.now() - call.started_at)
        return tr(
            "{name} · {channel} · {time}",
            name=name,
            channel=words.channel(call.channel),
            time=time_,
        )

    async def _name(self, call: Call) -> str:
        if not call.cardholder_id:
            return ""
        person = await self._desk.lookup.person(call.cardholder_id)
        return person.cardholder.record.name if person is not None else call.cardholder_id
