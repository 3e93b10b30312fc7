"""The row of tabs, each with its key and the count that needs action."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple, Protocol

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QWidget

from supportdesk.ui import theme
from supportdesk.ui.palette import Tone, tone_of
from supportdesk.ui.text import tr
from supportdesk.ui.widgets import paint
from supportdesk.ui.widgets.button import KeyButton


class Titled(Protocol):
    """What the bar needs to know of a tab."""

    @property
    def name(self) -> str:
        """What others call it by."""

    @property
    def title(self) -> str:
        """What the person reads."""

    @property
    def shortcut(self) -> str:
        """Its key."""


class Title(NamedTuple):
    """A tab that is not there yet."""

    name: str
    title: str
    shortcut: str


def titles() -> tuple[Title, ...]:
    """Return the tabs of the desk, in their order."""
    return (
        Title("lookup", tr("Lookup"), "F1"),
        Title("cards", tr("Cards"), "F2"),
        Title("disputes", tr("Disputes"), "F3"),
        Title("complaints", tr("Complaints"), "F4"),
    )


class TabButton(KeyButton):
    """A tab's title with its key and a chip."""

    def __init__(self, title: str, shortcut: str) -> None:
        super().__init__(title, shortcut, "tab")
        self._title = title
        self._badge = ""
        self._tone: Tone = "neutral"
        self.setCheckable(True)

    def set_badge(self, text: str, tone: str) -> None:
        """Show a count or a word in a chip, "" for none."""
        self._badge = text
        self._tone = tone_of(tone)
        gap = theme.current.measures.px(0.4)
        self._reserve = paint.chip_width(text) + gap if text else 0
        self.setAccessibleName(f"{self._title}, {text}" if text else self._title)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip after title and key."""
        super().paintEvent(event)
        if self._badge:
            px = theme.current.measures.px
            left = self.width() - px(0.9) - paint.chip_width(self._badge)
            painter = QPainter(self)
            at = QPoint(left, 0)
            paint.chip(painter, at, self.height() - 2, self.width(), self._badge, self._tone)
            painter.end()


class TabBar(QFrame):
    """The tabs of the window.

    Signals:
        chosen: name of the tab the person chose.
    """

    chosen = Signal(str)

    def __init__(self, tabs: Sequence[Titled], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.mark(self, role="bar")
        px = theme.current.measures.px
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(0.75), 0, px(0.75), 0)
        layout.setSpacing(px(0.15))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, TabButton] = {}
        self._coming: set[str] = set()
        self._current = ""
        self.wish = ""  # a tab that was chosen before it was there
        for tab in tabs:
            button = TabButton(tab.title, tab.shortcut)
            button.setObjectName(f"tab_{tab.name}")
            # A second press on the key of the tab in front starts its work anew.
            button.clicked.connect(partial(self._choose, tab.name))
            self._group.addButton(button)
            self._buttons[tab.name] = button
            layout.addWidget(button)
        layout.addStretch(1)

    def _choose(self, name: str, _checked: bool = False) -> None:
        if name in self._coming:
            self.set_current(self._current)
            self.wish = name
        else:
            self.wish = ""
            self.chosen.emit(name)

    def wait(self) -> None:
        """Take the choice of a tab as a wish until it is there."""
        self._coming = set(self._buttons)

    def set_there(self, name: str) -> None:
        """Let a tab be chosen."""
        self._coming.discard(name)

    def set_badge(self, name: str, text: str, tone: str) -> None:
        """Show a count or a word beside a tab's title, "" for none."""
        self._buttons[name].set_badge(text, tone)

    def current(self) -> str:
        """Return the name of the tab shown in front, "" for none."""
        return self._current

    def set_current(self, name: str) -> None:
        """Show which tab is in front; "" when another page is."""
        self._current = name
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known == name)
        self._group.setExclusive(True)
