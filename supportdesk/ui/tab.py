"""What every tab of the window is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.aio import Tasks, report_bug
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import UserFacing
from supportdesk.ui.focus import Focus
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.page import page

if TYPE_CHECKING:
    from supportdesk.services.changes import Reach
    from supportdesk.services.desk import Desk

OUT_OF_REACH = "unreachable"


class Tab(QWidget):
    """One tab: fill `content` in the constructor, read data in `opened()`.

    Class attributes a tab sets: `name` (what Focus.go names), `shortcut` (F1 to F4),
    `complaint_key` (False where a button has the key C). `title` is set in the constructor, in the
    user's language.

    Signals:
        badge: text and tone of the count beside the tab's title; "" for none.
        unseen: a problem that came up while another tab was in front.
    """

    badge = Signal(str, str)
    unseen = Signal(object)

    name: ClassVar[str] = ""
    shortcut: ClassVar[str] = ""
    complaint_key: ClassVar[bool] = True
    title: str = ""

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.focus = focus
        self.tasks = Tasks(self)
        self.tasks.failed.connect(self.show_problem)
        outer, self.problem = page(self)
        self._cut_off = False  # whether the last problem was that Stripe cannot be reached
        desk.changes.reach.connect(self._reached)
        self.content = QVBoxLayout()
        self.content.setSpacing(outer.spacing())
        outer.addLayout(self.content, 1)
        if self.complaint_key:
            key = QShortcut(QKeySequence("C"), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.setAutoRepeat(False)
            key.activated.connect(lambda: self.focus.complaint_requested.emit(self.in_focus()))

    async def opened(self) -> None:
        """Read what the tab shows; called each time it comes to the front."""

    async def count(self) -> None:
        """Tell `badge` what needs action; called at start, before the tab is ever opened."""

    async def due(self) -> Sequence[Reminder]:
        """Return the steps that are due today or overdue, of all owners."""
        return ()

    def in_focus(self) -> dict[str, str]:
        """What a complaint begun here is about, by field."""
        known = {"cardholder_id": self.focus.person, "card_id": self.focus.card}
        return {name: value for name, value in known.items() if value}

    async def aclose(self) -> None:
        """End what still runs for this tab."""
        await self.tasks.aclose()

    def search_text(self, text: str) -> None:
        """Take what was typed in the search field; only Lookup listens."""

    def move_in_results(self, steps: int) -> None:
        """Move in the results with the arrow keys of the search field; only Lookup listens."""

    def open_current(self) -> None:
        """Open the current result (Enter in the search field); only Lookup listens."""

    def back(self) -> bool:
        """Go one step back in the tab (Esc); return whether there was one."""
        if not self.problem.isHidden():
            self.clear_problem()
            return True
        return False

    def show_problem(self, error: BaseException) -> None:
        """Say in place what went wrong; a bug is handed on and shown as a bug."""
        if isinstance(error, UserFacing):
            self.problem.show_problem(error, self.ways_on(error))
            self._cut_off = error.code == OUT_OF_REACH
            if not self.isVisible():
                self.unseen.emit(error)
        else:
            report_bug(error)

    def ways_on(self, error: UserFacing) -> list[tuple[str, Callable[[], object]]]:
        """Return what can be done about a problem: of a refusal, verify or say why not."""
        if error.code == "erasure_unfinished":
            empty = (tr("Empty the log"), lambda: self.tasks.start(self._scour(), only="scour"))
            return [empty]
        if error.code != "level_too_low":
            return []
        ways: list[tuple[str, Callable[[], object]]] = [
            (tr("Verify the caller"), self.focus.verify_requested.emit)
        ]
        if self.desk.verification.policy.need(error.field).override:
            ask = self.focus.override_requested.emit
            ways.append((tr("Allow without…"), lambda: ask(error.field)))
        return ways

    def _reached(self, reach: Reach) -> None:
        if not (reach.ok and self._cut_off):
            return
        self._cut_off = False
        if not self.problem.isHidden():
            said = tr("What could not be sent was not done, and is not sent by itself.")
            self.problem.set(tr("Stripe can be reached again."), "info", detail=said, closable=True)
        self.back_in_reach()

    def back_in_reach(self) -> None:
        """Read again what could not be read; called once Stripe answers again."""

    async def _scour(self) -> None:
        await self.desk.retention.scour()
        self.clear_problem()

    def clear_problem(self) -> None:
        """Take the message away, for example before the next try."""
        self.problem.dismiss()

    def start_focus(self) -> None:
        """Put the keyboard where work starts in this tab."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
