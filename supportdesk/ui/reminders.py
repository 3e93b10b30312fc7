"""Says what is due: in the window and, without anything personal, as a system notification."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from supportdesk.aio import Tasks
from supportdesk.domain import reminders
from supportdesk.services.desk import Desk
from supportdesk.ui import text, theme
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.banner import Banner

LOOK_MS = 60_000  # between two looks at what has fallen due
SHOWN_MS = 12_000  # how long the system shows a notification, where it can be asked


class Reminders(QObject):
    """Asks every tab what is due, at start and as it falls due; what was said is not said again.

    Args:
        notice: where the window says it; a problem that stands there is not covered.

    Signals:
        chosen: name of the tab that the person wants to see.
    """

    chosen = Signal(str)

    def __init__(self, desk: Desk, notice: Banner, tasks: Tasks) -> None:
        super().__init__(notice)
        self._desk = desk
        self._tabs: tuple[Tab, ...] = ()
        self._notice = notice
        self._tasks = tasks
        self._said: dict[str, frozenset[tuple[str, bool]]] = {}
        self._last = ""
        self._tray: QSystemTrayIcon | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(lambda: tasks.start(self.look(), only="reminders"))

    async def start(self, tabs: Iterable[Tab]) -> None:
        """Count what needs action in every tab and look, then look every minute."""
        self._tabs = tuple(tabs)
        for tab in self._tabs:
            await tab.count()
        await self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more; the notification area is left."""
        self._timer.stop()
        if self._tray is not None:
            self._tray.hide()
            self._tray = None

    async def look(self) -> None:
        """Ask each tab and say what is new.

        Raises:
            UserFacing: the mirror or the casebook cannot be read.
        """
        new: list[tuple[str, str]] = []
        for tab in self._tabs:
            said = self._said.get(tab.name, frozenset())
            found = reminders.call(await tab.due(), self._desk.settings.agent, text.today(), said)
            if found.new:
                self._said[tab.name] = said | found.new
                new.append((tab.name, sentence(tab.title, found.due, found.overdue)))
        if new:
            self._say(new[0][0], " ".join(words for _, words in new))

    def _say(self, name: str, words: str) -> None:
        self._last = name
        if not self._notice.isVisible():
            show = (tr("Show"), lambda: self._show(name))
            self._notice.say(words, "info", [show], closable=True)
        if (tray := self._area()) is not None:
            tray.showMessage("Supportdesk", words, theme.icon("calendar"), SHOWN_MS)

    def _show(self, name: str) -> None:
        self._notice.dismiss()
        window = self._notice.window()
        window.showNormal() if window.isMinimized() else window.show()
        window.activateWindow()
        self.chosen.emit(name)

    def _area(self) -> QSystemTrayIcon | None:
        """Return the notification area, None where the system has none."""
        if self._tray is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(theme.icon("calendar"), self)
            self._tray.setToolTip("Supportdesk")
            self._tray.messageClicked.connect(lambda: self._show(self._last))
            self._tray.show()
        return self._tray


def sentence(title: str, due: int, overdue: int) -> str:
    """Say how much is due, with counts only: other people can see a notification."""
    parts = []
    if due:
        parts.append(
            tr("1 step is due today") if due == 1 else tr("{n} steps are due today", n=number(due))
        )
    if overdue:
        parts.append(
            tr("1 is overdue") if overdue == 1 else tr("{n} are overdue", n=number(overdue))
        )
    return f"{title}: {', '.join(parts)}."
