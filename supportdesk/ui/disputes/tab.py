"""The disputes tab: the list on the left, the matter in hand on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QSplitter, QStackedWidget, QWidget

from supportdesk.aio import ask
from supportdesk.domain import evidence_files
from supportdesk.domain.dispute_queue import Counts
from supportdesk.domain.disputes import Draft
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import OutcomeUnknown, UserFacing
from supportdesk.ui.disputes.list_panel import DisputeList
from supportdesk.ui.disputes.matter import Matter
from supportdesk.ui.disputes.queue import figures_words
from supportdesk.ui.disputes.queue.case_control import CaseControl
from supportdesk.ui.disputes.queue.figures_page import FiguresPage
from supportdesk.ui.disputes.said import read_back
from supportdesk.ui.disputes.settled import SettledBanner
from supportdesk.ui.focus import Focus
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import number, tr
from supportdesk.ui.theme import current
from supportdesk.ui.widgets.read_back import ReadBack

if TYPE_CHECKING:
    from supportdesk.services.desk import Desk


FORM = 25.5  # line heights that the form needs at least in the smallest window


class DisputesTab(Tab):
    """Take in, save, submit and follow disputes."""

    name = "disputes"
    shortcut = "F3"

    def __init__(self, desk: Desk, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(desk, focus, parent)
        self.title = tr("Disputes")
        self._disputes = desk.disputes
        self._asking = False
        self.list = DisputeList(desk.dispute_queue, self.tasks)
        self.matter = Matter(desk.disputes)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.matter)
        split.setHandleWidth(current.measures.px(0.6))
        split.setSizes([530, 470])
        self.matter.setMinimumWidth(current.measures.px(FORM))
        self.figures = FiguresPage(desk.dispute_figures, desk.dispute_queue, self.tasks)
        self.pages = QStackedWidget()
        self.pages.addWidget(split)
        self.pages.addWidget(self.figures)
        self.settled = SettledBanner(self)
        self.content.addWidget(self.settled)
        self.content.addWidget(self.pages, 1)
        self._connect()

        self.case = CaseControl(
            desk.dispute_cases,
            self.matter.detail,
            self.matter.notice,
            self.tasks,
            focus,
            lambda name: self._open(name),
        )

    def _connect(self) -> None:
        start = self.tasks.start
        self.list.opened.connect(lambda name: self._open(name))
        self.list.wanted_new.connect(lambda: start(self._choose_purchase(), only="open"))
        self.list.counted.connect(self._counted)
        self.list.wanted_figures.connect(self.show_figures)
        self.figures.left.connect(self.show_queue)
        self.matter.picker.chosen.connect(lambda name: self._open(name))
        self.matter.picker.lookup.connect(lambda: self.focus.go.emit("lookup"))
        self.matter.again.connect(lambda: self._open(self.matter.transaction_id, again=True))
        form = self.matter.form
        form.paused.connect(lambda draft: start(self._keep(draft)))
        form.offered.connect(lambda name, file: start(self._take_file(name, file)))
        form.save.connect(lambda: start(self._save()))
        form.submit.connect(lambda: start(self._submit()))
        form.discard.connect(lambda: start(self._discard()))
        self.focus.dispute_requested.connect(lambda ids: start(self.dispute(ids)))
        self.desk.changes.disputes.connect(self._changed)
        self.desk.changes.queue.connect(self._changed)

    def _changed(self, _ids: frozenset[str] = frozenset()) -> None:
        # A method, not a lambda: its connection ends with the tab when the account is switched.
        self.list.reload()
        self.tasks.start(self.case.again(), only="case")

    async def opened(self) -> None:
        """Show the list as this desk knows it, then as Stripe tells it."""
        self.list.load()
        self.settled.reload()
        try:
            await self._disputes.refresh_list()
        except UserFacing as problem:
            self.show_problem(problem)

    def in_focus(self) -> dict[str, str]:
        """The purchase in hand, else the person."""
        purchase = self.matter.transaction_id
        return {"transaction_id": purchase} if purchase else super().in_focus()

    async def aclose(self) -> None:
        """Keep what was typed last, then end."""
        if (draft := self.matter.form.flush()) is not None:
            await self._disputes.keep(draft)
        await super().aclose()

    def start_focus(self) -> None:
        """Put the keyboard into the form, else into the list."""
        self.matter.start_focus() if self.matter.transaction_id else self.list.take_focus()

    def back(self) -> bool:
        """Put a message away, else leave the matter in hand for the list."""
        if super().back():
            return True
        if self.pages.currentWidget() is self.figures:
            self.show_queue()
            return True
        if self.matter.notice.isVisible():
            self.matter.notice.dismiss()
            return True
        if not self.matter.isAncestorOf(self.focusWidget() or self):
            return False
        self.list.take_focus()
        return True

    def show_figures(self) -> None:
        """Show the figures in place of the queue; Esc leads back."""
        self.pages.setCurrentWidget(self.figures)
        self.figures.period.setFocus()
        self.figures.load()

    def show_queue(self) -> None:
        """Show the queue and the matter in hand."""
        self.pages.setCurrentIndex(0)
        self.list.take_focus()

    async def dispute(self, transaction_ids: tuple[str, ...]) -> None:
        """Take in a dispute for each purchase: the first now, the others wait in the list."""
        if not transaction_ids:
            return
        self.focus.go.emit(self.name)
        self.pages.setCurrentIndex(0)
        for waiting in transaction_ids[1:]:
            intake = await self._disputes.open(waiting)
            if intake is not None and intake.kept_at is None and intake.dispute is None:
                await self._disputes.keep(intake.draft)
        self.list.load()
        self._open(transaction_ids[0])

    def _open(self, transaction_id: str, *, again: bool = False) -> None:
        if transaction_id and (again or transaction_id != self.matter.transaction_id):
            self.tasks.start(self._show(transaction_id, focus=not again), only="open")

    async def _show(self, transaction_id: str, *, focus: bool = False) -> None:
        """Show a purchase at once from this desk, then as Stripe tells it."""
        await self._keep_typed()
        intake = await self._disputes.open(transaction_id)
        others = await self._disputes.captures(
            intake.case.transaction.cardholder_id if intake else ""
        )
        self.matter.begin(transaction_id, intake, others)
        if focus and intake is not None and not self.list.table.view.hasFocus():
            self.matter.start_focus()
        try:
            intake = await self._disputes.refresh(transaction_id)
        except UserFacing as problem:
            if transaction_id == self.matter.transaction_id:
                self.matter.show_old(problem)
            return
        if intake is not None and transaction_id == self.matter.transaction_id:
            others = await self._disputes.captures(intake.case.transaction.cardholder_id)
            self.matter.show_intake(intake, others)

    async def _choose_purchase(self) -> None:
        await self._keep_typed()
        person = self.focus.person
        self.matter.pick(await self._disputes.purchases(person) if person else None)

    async def _keep(self, draft: Draft) -> None:
        await self._disputes.keep(draft)
        self.matter.say_kept()
        self.list.reload()

    async def _keep_typed(self) -> None:
        if (draft := self.matter.form.flush()) is not None:
            await self._disputes.keep(draft)

    async def _take_file(self, name: str, file: Path | bytes) -> None:
        form, transaction_id = self.matter.form, self.matter.transaction_id
        form.file_checking(name)
        try:
            if isinstance(file, bytes):
                checked = evidence_files.check(tr("Pasted picture.png"), file, len(file))
                kept = await self._disputes.add_evidence(transaction_id, checked)
            else:
                kept = await self._disputes.add_file(transaction_id, file)
        except UserFacing as problem:
            if transaction_id == self.matter.transaction_id:
                form.file_refused(name, problem)
            return
        if transaction_id == self.matter.transaction_id:
            self.matter.add_file(name, kept)

    async def _save(self) -> None:
        form = self.matter.form
        if self.matter.busy or form.show_all_problems(final=False):
            return
        draft = form.draft()
        with self.matter.working(tr("Saving at Stripe…")):
            try:
                await self._disputes.save(draft)
            except UserFacing as problem:
                await self._failed(draft.transaction_id, problem)
                return
            await self._after(draft.transaction_id)
        self.matter.say_saved()

    async def _submit(self) -> None:
        form, intake = self.matter.form, self.matter.intake
        if self.matter.busy or self._asking or intake is None:
            return
        if form.show_all_problems(final=True):
            return
        draft = form.draft()
        if not await self._read_back(draft):
            return
        with self.matter.working(tr("Submitting…")):
            try:
                await self._disputes.submit(draft)
            except UserFacing as problem:
                await self._failed(draft.transaction_id, problem)
                return
            await self._after(draft.transaction_id)

    async def _read_back(self, draft: Draft) -> bool:
        intake = self.matter.intake
        assert intake is not None
        lines = read_back(intake, self.matter.form.reading(), draft.reason, self._disputes.rules)
        dialog = ReadBack(
            tr("Submit this dispute to the network?"),
            lines,
            tr("Submit, final"),
            warning=tr("Stripe takes one submission: no edits, no more files afterwards."),
            parent=self,
        )
        dialog.setObjectName("readback")
        dialog.resize(current.measures.px(34), current.measures.px(30))
        dialog.confirm.setObjectName("readback_confirm")
        dialog.cancel.setObjectName("readback_cancel")
        self._asking = True
        try:
            return await ask(dialog) == QDialog.DialogCode.Accepted
        finally:
            self._asking = False

    async def _after(self, transaction_id: str) -> None:
        intake = await self._disputes.open(transaction_id)
        if intake is None or transaction_id != self.matter.transaction_id:
            return
        self.matter.form.settled()
        others = await self._disputes.captures(intake.case.transaction.cardholder_id)
        self.matter.notice.dismiss()
        self.matter.show_intake(intake, others)
        self.list.reload()

    async def _failed(self, transaction_id: str, problem: UserFacing) -> None:
        """Show what came back beside its field, or in place; read again what is at Stripe."""
        intake = await self._disputes.open(transaction_id)
        if transaction_id != self.matter.transaction_id:
            self.show_problem(problem)
            return
        if intake is not None:
            others = await self._disputes.captures(intake.case.transaction.cardholder_id)
            self.matter.show_intake(intake, others)
        beside = not isinstance(problem, OutcomeUnknown)
        if not (beside and self.matter.form.show_refusal(problem)):
            check = (tr("Ask Stripe now"), lambda: self._open(transaction_id, again=True))
            self.matter.notice.show_problem(problem, self.ways_on(problem) or [check])

    async def _discard(self) -> None:
        draft = self.matter.form.draft()
        self.matter.form.flush()
        await self._disputes.discard(draft)
        self.matter.clear()

    def _counted(self, counts: Counts) -> None:
        tone = "bad" if counts.late else "warn" if counts.soon else "accent"
        self.badge.emit(number(counts.acting) if counts.acting else "", tone)
        self.tasks.start(self._sum_up(), only="sums")

    async def _sum_up(self) -> None:
        figures = await self.desk.dispute_figures.figures("quarter")
        self.list.summary.setText(figures_words.summary(figures))

    async def count(self) -> None:
        """Say beside the title how many disputes wait for this desk."""
        await self.list.count()

    async def due(self) -> Sequence[Reminder]:
        """Return the steps that are due today or overdue."""
        return await self.desk.dispute_queue.reminders()
