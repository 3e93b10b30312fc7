"""The list of complaints: what is due first stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QWidget

from supportdesk.aio import Tasks
from supportdesk.domain.complaints import Complaint, Counts, Which, leading_clock
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints import words
from supportdesk.ui.complaints.form import keep_title
from supportdesk.ui.complaints.list_filter import ListFilter
from supportdesk.ui.palette import Tone
from supportdesk.ui.text import day, number, tr, when
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton, Segmented
from supportdesk.ui.widgets.paged_model import Column
from supportdesk.ui.widgets.paged_table import PagedTable
from supportdesk.ui.widgets.panel import Panel

NARROW = 44  # line heights: below this owner and day of receipt leave the others no room
NOTED = 44  # and below this the note beside the title


class ComplaintList(Panel):
    """Open, executive or closed complaints.

    Signals:
        opened: id of the complaint now current, "" for none.
        wanted_new: a complaint shall be logged.
        go_on: a begun one shall be gone on with; id of its cardholder, "" for nobody.
    """

    opened = Signal(str)
    wanted_new = Signal()
    go_on = Signal(str)

    def __init__(self, complaints: Complaints, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(tr("Complaints"), tr("earliest clock first"), parent=parent)
        keep_title(self)
        self._complaints = complaints
        self._which: Which = "open"
        self.filter = Segmented(
            [("open", tr("Open")), ("executive", tr("Executive")), ("closed", tr("Closed"))],
            tr("Which complaints"),
        )
        self.filter.setObjectName("complaints_filter")
        for button in self.filter.findChildren(QPushButton):
            button.setObjectName(f"complaints_filter_{button.property('value')}")
        self.filter.set_value("open")
        self.filter.changed.connect(self._filtered)
        self.add_action(self.filter)
        self.new = KeyButton(tr("New"), "N")
        self.new.setObjectName("complaint_new")
        self.new.setAccessibleDescription(tr("Log a new complaint"))
        self.new.clicked.connect(self.wanted_new)
        self.add_action(self.new)
        self.table = PagedTable(
            tr("Complaints"), self._columns(), lambda row: row.id, tasks, lines=2
        )
        self.table.view.setObjectName("complaints_list")
        self.table.current_changed.connect(lambda row: self.opened.emit(row.id if row else ""))
        self.table.chosen.connect(lambda row: self.opened.emit(row.id))
        self.table.empty.acted.connect(self.wanted_new)
        self.narrow = ListFilter(complaints)
        self.narrow.changed.connect(self._narrowed)
        self._sort: tuple[str, bool] = ("", False)
        self.table.sort_requested.connect(self._sorted)
        self._only: tuple[str, ...] | None = None
        self.part = Banner()
        self.part.setObjectName("complaints_part")
        self.part.hide()
        self.begun = Banner()
        self.begun.setObjectName("complaints_begun")
        self.begun.hide()
        self.body.addWidget(self.begun)
        self.body.addWidget(self.part)
        self.body.addWidget(self.narrow)
        self.body.addWidget(self.table, 1)

    def _columns(self) -> list[Column[Complaint]]:
        return [
            Column(
                title=tr("No."), text=words.short_number, share=1.05, strong=True, sort="number"
            ),
            Column(
                title=tr("Received"),
                text=self._received,
                share=1.45,
                least=NARROW,
                sort="received",
            ),
            Column(title=tr("Subject"), text=words.subject, share=2.7),
            Column(
                title=tr("Class"),
                text=lambda row: words.class_chip(row)[0],
                tone=lambda row: words.class_chip(row)[1],
                share=1.8,
            ),
            Column(title=tr("Next clock"), text=self._next, share=1.95),
            Column(title=tr("Left"), text=self._left, tone=self._tone, share=1.65, sort="due"),
            Column(
                title=tr("Owner"),
                text=lambda row: row.owner or "–",
                share=1.1,
                muted=True,
                least=NARROW,
                sort="owner",
            ),
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the note where there is no room (Qt's interface)."""
        super().resizeEvent(event)
        self._name()

    def _name(self) -> None:
        note = tr("newest first") if self._which == "closed" else tr("earliest clock first")
        if self._sort[0]:
            note = ""  # the column's arrow says it
        narrow = self.width() < theme.current.measures.px(NOTED)
        self.set_title(tr("Complaints"), "" if narrow else note)

    def _received(self, row: Complaint) -> str:
        received = day(row.day(row.date_received), today=self._complaints.today())
        if not row.open:
            return received
        return tr("{day}\n{n} BD", day=received, n=self._complaints.age(row))

    def _next(self, row: Complaint) -> str:
        clock = leading_clock(row)
        if clock is not None:
            return words.clock_name(clock)
        if row.date_resolved is not None:
            resolved = day(row.day(row.date_resolved), today=self._complaints.today())
            return tr("resolved {day}", day=resolved)
        return tr("none") if row.is_complaint else tr("an inquiry")

    def _said(self, row: Complaint) -> tuple[str, Tone]:
        clock = leading_clock(row)
        if clock is None:
            return "", "neutral"
        return words.left(clock, self._complaints.today(), self._complaints.left(clock))

    def _left(self, row: Complaint) -> str:
        return self._said(row)[0]

    def _tone(self, row: Complaint) -> Tone:
        return self._said(row)[1]

    async def _page(self, after: Complaint | None) -> Sequence[Complaint]:
        wanted = self.narrow.wanted(self._sort)
        if self._only is not None:
            wanted = replace(wanted, only=self._only)
            return await self._complaints.page("all", after, wanted)
        return await self._complaints.page(self._which, after, wanted)

    def show_only(self, title: str, ids: tuple[str, ...]) -> None:
        """Show these complaints, open and closed, until another part is chosen."""
        self.narrow.clear()
        self.filter.set_value("")
        self._only = ids
        ways = [(tr("Show the open ones"), lambda: self.choose("open"))]
        self.part.say(f"{title} · {words.many(len(ids))}", "info", actions=ways)
        self.table.load(self._page)

    def show_begun(self, begun: Sequence[tuple[str, float]]) -> None:
        """Offer to go on with complaints that were not logged yet: (cardholder, Unix seconds)."""
        self.begun.setVisible(bool(begun))
        if not begun:
            return
        person, at = begun[0]
        said = tr("A complaint was begun {when} and is not logged", when=when(at))
        if len(begun) > 1:
            said = tr("{n} complaints were begun and are not logged", n=number(len(begun)))
        go_on = (tr("Go on"), lambda: self.go_on.emit(person))
        self.begun.set(said, "warn", [go_on])

    def say(self, said: str) -> None:
        """Say above the list that something was done."""
        self.part.say(said, "good", closable=True)

    def _sorted(self, column: str, descending: bool) -> None:
        self._sort = (column, descending)
        self._name()
        self.table.load(self._page)

    def _narrowed(self) -> None:
        self._say_empty()
        self.table.load(self._page)

    def _filtered(self, which: str) -> None:
        self.choose(cast(Which, which))

    def choose(self, which: Which) -> None:
        """Show another part of the complaints."""
        self._which, self._only = which, None
        self.part.hide()
        self.filter.set_value(which)
        self.narrow.for_closed(which == "closed")
        self._say_empty()
        self._name()
        self.table.load(self._page)

    def _say_empty(self) -> None:
        empty = {
            "open": (tr("No open complaints"), tr("None waits for an answer.")),
            "executive": (tr("No executive complaints"), tr("None of the open ones is.")),
            "closed": (
                tr("Nothing closed yet"),
                tr("Resolved complaints and inquiries come here."),
            ),
        }[self._which]
        if self.narrow.narrowed():
            empty = (tr("None of these"), tr("Show all to see the others."))
        self.table.empty.set(*empty, tr("Log a complaint"))

    def refresh(self) -> None:
        """Read the rows again."""
        if self.table.model.rows:
            self.table.reload()
        else:
            self.choose(self._which)

    def show_counts(self, counts: Counts) -> None:
        """Write the numbers on the filters."""
        self.filter.set_text("open", tr("Open {n}", n=number(counts.open)))
        self.filter.set_text("executive", tr("Executive {n}", n=number(counts.executive)))
