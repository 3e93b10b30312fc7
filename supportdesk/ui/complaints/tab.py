"""The Complaints tab: the list and the month on the left, one complaint on the right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from supportdesk.domain.complaint_check import Problem
from supportdesk.domain.complaints import Complaint
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import UserFacing
from supportdesk.services.complaint_replies import Medium
from supportdesk.ui import theme
from supportdesk.ui.complaints.exits import Exits
from supportdesk.ui.complaints.list_panel import ComplaintList
from supportdesk.ui.complaints.month_panel import MonthPanel
from supportdesk.ui.complaints.record_page import RecordPage
from supportdesk.ui.complaints.step_page import StepPage
from supportdesk.ui.complaints.team_pages import TeamPages
from supportdesk.ui.focus import Focus
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import number, tr
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk

AUTOSAVE = 600  # milliseconds after the last keystroke


class ComplaintsTab(Tab):
    """Log, watch the clocks, resolve, report the month."""

    name: ClassVar[str] = "complaints"
    shortcut: ClassVar[str] = "F4"

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(desk, focus, parent)
        self.title = tr("Complaints")
        self._service = desk.complaints
        self._opening = ""
        px = theme.current.measures.px
        self.list = ComplaintList(desk.complaints, self.tasks)
        self.month = MonthPanel(desk.month_pack, desk.complaints, self.tasks)
        self.record = RecordPage(desk.complaints)
        self.step = StepPage(desk.complaints)
        self._exits = Exits(desk, focus, self)
        self._nothing = Panel()
        self._empty = EmptyState(
            tr("No complaint chosen"),
            tr("Choose one on the left, or log what the caller says."),
            tr("Log a complaint"),
        )
        self._nothing.body.addWidget(self._empty)
        self.right = QStackedWidget()
        for page in (self._nothing, self.record, self.step):
            self.right.addWidget(page)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.list)
        left.addWidget(self.month)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.addWidget(left)
        self.sides.addWidget(self.right)
        for splitter, shares in ((self.sides, (55, 45)), (left, (56, 44))):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(px(0.6))
            splitter.setSizes([share * 100 for share in shares])
        self.team = TeamPages(desk, focus, self.tasks, self.list, self.sides, self._exits)
        self.content.addWidget(self.team.pages, 1)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(AUTOSAVE)
        self._connect(desk, focus)

    def _connect(self, desk: Desk, focus: Focus) -> None:
        self.list.opened.connect(self._chosen)
        self.list.wanted_new.connect(self._log_new)
        self.list.go_on.connect(self._go_on)
        self._empty.acted.connect(self._log_new)
        self.month.wanted.connect(self._correct)
        self.record.edited.connect(self._autosave.start)
        self.step.edited.connect(self._autosave.start)
        self._autosave.timeout.connect(lambda: self._start(self._keep(), "draft"))
        self.record.save.connect(lambda: self._start(self._save(), "save"))
        self.record.discard.connect(lambda: self._start(self._discard(), "open"))
        self.record.step.connect(lambda name: self._start(self._open_step(name), "open"))
        self.record.dispute.connect(self._dispute)
        self.record.unlinked.connect(lambda: self._start(self._new({}), "open"))
        self.record.files.given.connect(lambda paths: self._start(self._attach(paths), "save"))
        self.record.files.picture.connect(
            lambda png: self._start(self._attach_picture(png), "save")
        )
        self.record.files.wanted.connect(lambda file: self._start(self._copy_out(file), "copy"))
        self.step.leaving.connect(lambda medium: self._start(self._letter(medium), "save"))
        self.step.confirmed.connect(lambda: self._start(self._record_step(), "save"))
        self.step.left.connect(self._leave_step)
        focus.complaint_requested.connect(self._requested)
        desk.changes.complaints.connect(self._changed)
        desk.changes.settings.connect(self._refresh)

    def _start(self, work: Coroutine[Any, Any, None], only: str) -> None:
        # A save that has begun must run to its end; a second click finds the button disabled.
        self.tasks.start(work, only="" if only == "save" else only)

    # --- the frame's wishes

    async def opened(self) -> None:
        """Read list, counts and month."""
        self._refresh()

    def back(self) -> bool:
        """Leave a step, or put a new complaint aside: its draft is kept."""
        if super().back() or self.team.back():
            return True
        if self.right.currentWidget() is self.step:
            self._leave_step()
            return True
        if self.right.currentWidget() is self.record and not self.record.complaint.id:
            self._start(self._put_aside(), "open")
            return True
        return False

    async def aclose(self) -> None:
        """Keep what is typed, then end."""
        await self._flush()
        await super().aclose()

    def start_focus(self) -> None:
        """Work starts in the list."""
        self.list.table.setFocus()

    # --- reading

    def _refresh(self) -> None:
        self.list.refresh()
        self.month.refresh()
        self.tasks.start(self.count(), only="count")

    async def count(self) -> None:
        """Write the numbers on filters and tab: what is due within two business days or over."""
        counts = await self._service.counts()
        self.list.show_counts(counts)
        self.list.narrow.show_owners(await self._service.owners())
        self.record.form.offer_agents(await self._service.agents())
        self.badge.emit(tr("{n} due", n=number(counts.due)) if counts.due else "", "bad")
        new = self.right.currentWidget() is self.record and not self.record.complaint.id
        self.list.show_begun([] if new else await self._service.begun())

    async def due(self) -> Sequence[Reminder]:
        """Return what is due today or overdue."""
        return await self._service.due()

    def _changed(self, ids: frozenset[str]) -> None:
        self._refresh()
        shown = self.record.complaint.id
        if shown in ids and self.right.currentWidget() is self.record and not self.record.unsaved():
            self._start(self._open(shown), "open")

    def _chosen(self, complaint_id: str) -> None:
        shown = self.right.currentWidget() is not self._nothing
        if complaint_id and not (shown and complaint_id == self.record.complaint.id):
            self._open_soon(complaint_id)

    def _open_soon(self, complaint_id: str, problems: Sequence[Problem] = ()) -> None:
        """Open a complaint; the list naming it meanwhile does not start over."""
        if complaint_id != self._opening or problems:
            self._opening = complaint_id
            self._start(self._open(complaint_id, problems), "open")

    def _requested(self, known: Mapping[str, str]) -> None:
        self.team.back()
        self.focus.go.emit(self.name)
        if wanted := known.get("complaint_id", ""):
            self._open_soon(wanted)
            self.list.table.set_current(wanted)
        else:
            self._start(self._new(known), "open")

    def _log_new(self) -> None:
        self._start(self._new(self.in_focus()), "open")

    def _go_on(self, person: str) -> None:
        self._start(self._new({"cardholder_id": person} if person else {}), "open")

    async def _new(self, known: Mapping[str, str]) -> None:
        self._opening = ""
        await self._flush()
        made = await self._service.start(known)
        draft = await self._service.draft(_new_draft(made))
        self.list.table.view.setCurrentIndex(QModelIndex())
        self._show(made, [], draft)
        self.record.form.reveal("verbatim")

    async def _open(self, complaint_id: str, problems: Sequence[Problem] = ()) -> None:
        await self._flush()
        try:
            one = await self._service.get(complaint_id)
            history = await self._service.history(complaint_id)
            draft = await self._service.draft(f"edit:{complaint_id}")
        except UserFacing:
            self._opening = ""
            raise
        self._opening = ""
        self._show(one, history, draft)
        if problems:
            self.record.show_problems(problems)

    def _show(self, one: Complaint, history: Sequence[Any], draft: dict[str, str]) -> None:
        self.clear_problem()
        self.record.show_complaint(one, history, draft)
        self.right.setCurrentWidget(self.record)
        self._start(self._look_back(one), "contacts")
        self._start(self.count(), "count")

    async def _look_back(self, one: Complaint) -> None:
        contacts = await self._service.intake.contacts(one)
        if one is self.record.complaint:
            self.record.show_contacts(contacts)

    def _correct(self, complaint_id: str, problems: Sequence[Problem]) -> None:
        self._open_soon(complaint_id, problems)
        self.list.table.set_current(complaint_id)

    # --- drafts

    def _draft_name(self) -> str:
        if self.right.currentWidget() is self.step:
            return f"{self.step.step}:{self.step.complaint.id}"
        one = self.record.complaint
        return f"edit:{one.id}" if one.id else _new_draft(one)

    async def _keep(self) -> None:
        page = self.step if self.right.currentWidget() is self.step else self.record
        await self._service.keep_draft(self._draft_name(), page.unsaved())

    async def _flush(self) -> None:
        if self._autosave.isActive():
            self._autosave.stop()
            await self._keep()

    async def _forget(self) -> None:
        self._autosave.stop()
        await self._service.keep_draft(self._draft_name(), {})

    async def _discard(self) -> None:
        await self._forget()
        if self.record.complaint.id:
            await self._open(self.record.complaint.id)
        else:
            self.right.setCurrentWidget(self._nothing)
            await self.count()

    async def _put_aside(self) -> None:
        await self._flush()
        self.right.setCurrentWidget(self._nothing)
        self.list.table.setFocus()
        await self.count()

    # --- saving

    def _dispute(self) -> None:
        one = self.record.complaint
        self.focus.go.emit("disputes")
        self.focus.complaint_disputed.emit((one.transaction_id,), one.id)

    async def _save(self) -> None:
        page = self.record
        new, typed = not page.complaint.id, page.typed()
        before = None if new else page.complaint
        if not self._fits(page, self._service.problems(typed, before)):
            return
        await self._keep_typed(page, self._service.log if new else self._service.edit, typed)

    async def _open_step(self, name: str) -> None:
        await self._flush()
        one = self.record.complaint
        steps = self._service.steps
        at_once: dict[str, Callable[[], Awaitable[Complaint | None]]] = {
            "investigate": lambda: steps.investigate(one),
            "take_over": lambda: steps.take_over(one),
            "watch": lambda: steps.watch(one, True),
            "unwatch": lambda: steps.watch(one, False),
            "erase": lambda: self._exits.erase(one),
            "erase_person": lambda: self._erase_person(one),
            "case_file": lambda: self.team.case_file(one, self),
        }
        if name in at_once:
            if (saved := await at_once[name]()) is not None:
                await self._done(saved)
            return
        draft = await self._service.draft(f"{name}:{one.id}")
        if name == "hand_over":
            await self._service.agents()
        self.step.show_step(name, one, draft)
        self.right.setCurrentWidget(self.step)

    async def _erase_person(self, one: Complaint) -> Complaint | None:
        said = await self._exits.erase_person(one.cardholder_id)
        if not said:
            return None
        self.list.say(said)
        return await self._service.get(one.id)

    async def _letter(self, medium: Medium) -> None:
        page = self.step
        await self._keep()
        try:
            saved = await self._exits.letter(page.reply, page.complaint, medium)
        except UserFacing as problem:
            if problem.field != "reply":
                raise
            page.reply.show_problem(problem.title)
            return
        if saved is not None:
            page.follow(saved)
            page.reply.say_left(medium)

    async def _attach(self, paths: Sequence[Path]) -> None:
        await self._done(await self._exits.attach(self.record.complaint, paths))

    async def _attach_picture(self, png: bytes) -> None:
        name = tr("Pasted picture") + ".png"
        one = self.record.complaint
        await self._done(await self._service.steps.attach(one, name, "image/png", png))

    async def _copy_out(self, file_id: str) -> None:
        await self._exits.copy_out(self.record.complaint, file_id)

    def _leave_step(self) -> None:
        self._start(self._open(self.step.complaint.id), "open")

    async def _record_step(self) -> None:
        page = self.step
        typed = page.typed()
        if not self._fits(page, page.problems(typed)):
            return
        await self._keep_typed(page, page.record, typed)

    async def _keep_typed(
        self,
        page: RecordPage | StepPage,
        keep: Callable[[Complaint], Awaitable[Complaint]],
        typed: Complaint,
    ) -> None:
        """Have what was typed kept, once; a refusal is said on its page."""
        page.set_busy(True)
        try:
            saved = await keep(typed)
        except UserFacing as problem:
            await self._refused(page, problem)
            return
        finally:
            page.set_busy(False)
        await self._forget()
        await self._done(saved)

    def _fits(self, page: RecordPage | StepPage, problems: Sequence[Problem]) -> bool:
        """Whether it can be saved; if not, it is said beside the fields."""
        wrong = bool(problems) or bool(page.form.own_problems())
        rest = page.show_problems(problems)
        if rest:
            self.show_problem(UserFacing(rest[0].text, code="complaint_invalid"))
        return not wrong

    async def _done(self, saved: Complaint) -> None:
        await self._open(saved.id)
        self.list.table.set_current(saved.id)
        focused = self.window().focusWidget()
        if self.isVisible() and (focused is None or not self.isAncestorOf(focused)):
            self.list.table.setFocus()  # the step that had the keyboard is gone

    async def _refused(self, page: RecordPage | StepPage, problem: UserFacing) -> None:
        if problem.field in page.form.fields:
            page.show_problems([Problem(problem.field, problem.title)])
            return
        if problem.code == "complaint_changed_elsewhere":
            # What is typed stays, now on top of what the other window saved.
            one = await self._service.get(page.complaint.id)
            history = await self._service.history(one.id)
            kept = page.unsaved()
            if page is self.record:
                self.record.show_complaint(one, history, kept)
            else:
                self.step.show_step(self.step.step, one, kept)
        self.show_problem(problem)


def _new_draft(complaint: Complaint) -> str:
    return f"new:{complaint.cardholder_id}"
