"""The call in the top bar: how long, who, how sure, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from supportdesk.ui import theme
from supportdesk.ui.calls import words
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, StatusDot
from supportdesk.ui.widgets.label import ElidedLabel, label

if TYPE_CHECKING:
    from supportdesk.store.calls import Call, Channel

# Ctrl+Enter wraps up as well, but only while no form in view has it for its main button (order,
# submit, save): Qt obeys none of two that claim a key. This one always does.
WRAP_UP_KEY = "Ctrl+Shift+Return"
CHANNELS: tuple[Channel, ...] = ("phone", "email", "chat")


class CallArea(QWidget):
    """Dot, running time, person, level, wrap up, and a menu for the rest.

    Signals:
        started, parked, wrapped_up: begin another call, put this one aside, end it.
        resumed: id of a parked call.
        channel_chosen: phone, email or chat.
    """

    started = Signal()
    parked = Signal()
    wrapped_up = Signal()
    resumed = Signal(str)
    channel_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current.measures.px
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(0.45))
        self._dot = StatusDot("good")
        self.time = label("", "strong")
        self.time.setObjectName("call_time")
        self.person = ElidedLabel("", "heading")
        self.person.setObjectName("person_in_focus")
        self.person.setMaximumWidth(px(11))
        self.chip = Chip("", "neutral")
        self.chip.setObjectName("call_level")
        self.new = KeyButton(tr("New call"), "Ctrl+N")
        self.new.setObjectName("call_new")
        self.new.clicked.connect(self.started)
        self.wrap_up = KeyButton(tr("Wrap up"), WRAP_UP_KEY)
        self.wrap_up.setObjectName("call_wrap_up")
        self.wrap_up.clicked.connect(self.wrapped_up)
        for widget in (self._dot, self.time, self.person, self.chip, self.new, self.wrap_up):
            row.addWidget(widget)
        row.addWidget(self._more())
        self._call: Call | None = None
        self.show_call(None, "", ("", "neutral"), ())

    def _more(self) -> QToolButton:
        self.menu = QMenu(self)
        self.more = QToolButton()
        self.more.setObjectName("call_more")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self._another = self._item(tr("New call"), "Ctrl+Shift+N", self.started.emit)
        self._another.setToolTip(tr("The call going on is parked."))
        self._park = self._item(tr("Park this call"), "Ctrl+P", self.parked.emit)
        self._channels = QActionGroup(self)
        for name in CHANNELS:
            item = self._channels.addAction(words.channel(name).capitalize())
            item.setCheckable(True)
            item.setData(name)
        self._channels.triggered.connect(lambda item: self.channel_chosen.emit(item.data()))
        return self.more

    def _item(self, title: str, keys: str, act: Callable[[], object]) -> QAction:
        item = QAction(title, self)
        item.setShortcut(QKeySequence(keys))
        item.triggered.connect(lambda: act())
        self.addAction(item)  # its key works while the menu is closed
        return item

    def show_call(
        self,
        call: Call | None,
        elsewhere: str,
        level: tuple[str, Tone],
        parked: Sequence[tuple[str, str]],
    ) -> None:
        """Show the call going on.

        Args:
            elsewhere: name of the call's person if somebody else is in view, else "".
            level: words and tone of the chip.
            parked: id and words of each call that waits.
        """
        self._call = call
        self._elsewhere = elsewhere
        for widget in (self._dot, self.time, self.wrap_up):
            widget.setVisible(call is not None)
        self.new.setVisible(call is None)
        self._another.setEnabled(call is not None)
        self._park.setEnabled(call is not None)
        self.chip.set(*level)
        self._fill_menu(call, parked)

    def _fill_menu(self, call: Call | None, parked: Sequence[tuple[str, str]]) -> None:
        self.menu.clear()
        if call is not None:
            self.menu.addActions([self._another, self._park])
            self.menu.addSection(tr("By"))
            for item in self._channels.actions():
                item.setChecked(item.data() == call.channel)
                self.menu.addAction(item)
        if parked:
            self.menu.addSection(tr("Parked"))
        for call_id, said in parked:
            item = self.menu.addAction(said)
            item.setObjectName(f"resume_{call_id}")
            item.triggered.connect(lambda _on=False, id=call_id: self.resumed.emit(id))
        count = len(parked)
        self.more.setText(tr("{count} parked", count=count) if count else "…")
        self.more.setAccessibleName(
            tr("More about calls, {count} parked", count=count) if count else tr("More about calls")
        )
        self.more.setToolTip(tr("Park, go on with a parked call, channel"))
        self.more.setVisible(call is not None or bool(parked))

    def tick(self, now: float) -> None:
        """Write the running time again; `now` in Unix seconds."""
        if self._call is None:
            return
        time = words.running(now - self._call.started_at)
        said = tr("Call {time}", time=time)
        if self._elsewhere:
            said = tr("Call {time} with {name}", time=time, name=self._elsewhere)
        self.time.setText(said)

    def set_person(self, name: str) -> None:
        """Name the person in view, "" for nobody."""
        self.person.setText(name)
        self.person.setVisible(bool(name))
