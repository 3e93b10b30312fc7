"""The disputes tab: the list on the left, the matter in hand on the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from supportdesk.domain.dispute_queue import Counts
from supportdesk.domain.disputes import Draft
from supportdesk.domain.reminders import Reminder
from supportdesk.errors import UserFacing
from supportdesk.services.disputes import Intake
from supportdesk.ui.disputes.list_panel import DisputeList
from supportdesk.ui.disputes.matter import Matter
from supportdesk.ui.disputes.queue import figures_words
from supportdesk.ui.disputes.queue.case_control import CaseControl
from supportdesk.ui.disputes.queue.figures_page import FiguresPage
from supportdesk.ui.disputes.sending import Sending
from supportdesk.ui.disputes.settled import SettledBanner
from supportdesk.ui.focus import Focus
from supportdesk.ui.tab import Tab
from supportdesk.ui.text import number, tr
from supportdesk.ui.theme import current

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
        self.list = DisputeList(desk.dispute_queue, self.tasks)
        self.matter = Matter(desk.disputes)
        self.sending = Sending(
            desk.disputes,
            self.matter,
            self,
            shown=self._sent,
            failed=self.show_problem,
            ways_on=self.ways_on,
        )
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(self.matter)
        split.setHandleWidth(current.measures.px(0.6))
        split.setSizes([530, 470])
        self.matter.setMinimumWidth(current.measures.px(FORM))
        self.pages = QStackedWidget()
        self.pages.addWidget(split)
        self.settled = SettledBanner(self)
        self.content.addWidget(self.settled)
        self.content.addWidget(self.pages, 1)
        self._offered = ("", False)  # whose purchases can be chosen, and whether they are shown
        self._connect()

        self.case = CaseControl(
            desk.dispute_cases,
            self.matter.detail,
            self.matter.notice,
            self.tasks,
            focus,
            lambda name: self._open(name),
        )

    @cached_property
    def figures(self) -> FiguresPage:
        """The page with the figures, made when it is wanted first."""
        page = FiguresPage(self.desk.dispute_figures, self.desk.dispute_queue, self.tasks)
        page.left.connect(self.show_queue)
        self.pages.addWidget(page)
        return page

    def _connect(self) -> None:
        start = self.tasks.start
        self.list.opened.connect(lambda name: self._open(name))
        self.list.wanted_new.connect(lambda: start(self._choose_purchase(), only="open"))
        self.list.counted.connect(self._counted)
        self.list.wanted_figures.connect(self.show_figures)
        self.matter.picker.chosen.connect(self._picked)
        self.matter.picker.lookup.connect(lambda: self.focus.go.emit("lookup"))
        self.matter.picker.closed.acted.connect(self.focus.verify_requested)
        self.matter.picker.closed.anyway.connect(lambda: self.focus.override_requested.emit("read"))
        self.focus.person_changed.connect(self._look_again)
        self.desk.changes.calls.connect(self._look_again)
        self.desk.changes.settings.connect(self._look_again)
        self.matter.again.connect(lambda: self._open(self.matter.transaction_id, again=True))
        self.matter.picker.remind.connect(lambda one: start(self._disputes.pending.remind(one)))
        self.matter.wide.connect(self._set_wide)
        form, sending = self.matter.form, self.sending
        form.paused.connect(lambda draft: start(self._keep(draft)))
        form.paused.connect(lambda _: start(sending.weigh()))
        form.offered.connect(lambda name, files: start(sending.take_files(name, files)))
        form.evidence.look.connect(lambda name: start(sending.look(name)))
        form.columns.another.connect(lambda name: self._open(name))
        form.checks.act.connect(lambda _: self._cancel_card())
        form.foot.save.connect(lambda: start(sending.save()))
        form.foot.submit.connect(lambda: start(sending.submit()))
        form.foot.send_back.connect(lambda: start(sending.send_back()))
        form.foot.discard.connect(lambda: start(self._discard()))
        self.focus.complaint_disputed.connect(
            lambda ids, complaint: start(self.dispute(ids, complaint_id=complaint))
        )
        self.focus.dispute_requested.connect(lambda ids: start(self.dispute(ids)))
        self.desk.changes.disputes.connect(self._changed)
        self.desk.changes.queue.connect(self._changed)
        self.desk.changes.activity.connect(self._moved)

    def _changed(self, _ids: frozenset[str] = frozenset()) -> None:
        # A method, not a lambda: its connection ends with the tab when the account is switched.
        self.list.reload()
        self.tasks.start(self.case.again(), only="case")

    def _moved(self, _cardholders: frozenset[str]) -> None:
        """Begin what was waited for, once it has settled."""
        self.tasks.start(self._disputes.begin_settled(), only="begun")

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
        if isinstance(self.pages.currentWidget(), FiguresPage):
            self.show_queue()
            return True
        if self.matter.notice.isVisible():
            self.matter.notice.dismiss()
            return True
        if not self.matter.isAncestorOf(self.focusWidget() or self):
            return False
        self._set_wide(False)
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

    async def dispute(self, transaction_ids: tuple[str, ...], *, complaint_id: str = "") -> None:
        """Take in a dispute for each purchase, several with shared answers."""
        if not transaction_ids:
            return
        self.focus.go.emit(self.name)
        self.pages.setCurrentIndex(0)
        await self._keep_typed()
        if len(transaction_ids) > 1 or complaint_id:
            try:
                await self._disputes.start(transaction_ids, complaint_id=complaint_id)
            except UserFacing as problem:  # the first is shown all the same, as far as it is known
                self.show_problem(problem)
        self.list.load()
        self._set_wide(True)
        self._open(transaction_ids[0], again=len(transaction_ids) > 1)

    def _picked(self, transaction_id: str) -> None:
        self._set_wide(True)
        self._open(transaction_id)

    def _sent(self) -> None:
        """Show the list again; what was submitted alone needs no more room."""
        self.list.reload()
        intake = self.matter.intake
        if intake is not None and not intake.editable:
            self._set_wide(False)
            self.tasks.start(self._offer_next(intake))

    async def _offer_next(self, done: Intake) -> None:
        """Offer what is left of the purchases that were taken in together."""
        left = []
        for purchase in done.together:
            intake = await self._disputes.open(purchase.id)
            if intake is not None and intake.editable:
                left.append(purchase.id)
        if left and done.draft.transaction_id == self.matter.transaction_id:
            at, many = done.place
            count = len(left)
            words = tr("{n} of {many} is submitted.", n=at, many=many) + " "
            words += tr("1 purchase of this intake is left.") if count == 1 else ""
            words += tr("{n} purchases of this intake are left.", n=count) if count > 1 else ""
            go = (tr("Next purchase"), lambda: self._picked(left[0]))
            self.matter.notice.say(words, "info", [go], closable=True)

    def _set_wide(self, wide: bool) -> None:
        """Give the matter in hand the whole tab, or put the list back beside it."""
        self.list.setVisible(not wide)
        self.matter.set_wide(wide=wide)

    def _cancel_card(self) -> None:
        """Go to lost or stolen with the card of the purchase in hand."""
        intake = self.matter.intake
        if intake is not None and intake.case.card is not None:
            card = intake.case.card
            self.focus.set_person(card.cardholder_id)
            self.focus.set_card(card.id)
            lost = self.matter.form.draft().answers.get("possession") == "lost"
            self.focus.replace_requested.emit(card.id, "lost" if lost else "stolen")

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
        await self._stand(intake)
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
            await self._stand(intake)
            await self.sending.weigh()

    async def _stand(self, intake: Intake | None) -> None:
        """Show where a second person's approval stands."""
        if intake is not None and intake.editable:
            standing = await self._disputes.standing(intake)
            if intake.draft.transaction_id == self.matter.transaction_id:
                self.matter.form.foot.show_standing(*standing)

    def _look_again(self) -> None:
        """What may be chosen from hangs on who is in focus and what they proved."""
        if self.matter.picks():
            self.tasks.start(self._choose_again(), only="choose again")

    async def _choose_again(self) -> None:
        person = self.focus.person
        open_ = bool(person) and await self._may_see(person)
        if self.matter.picks() and (person, open_) != self._offered:
            await self._choose_purchase()

    async def _may_see(self, person: str) -> bool:
        return (await self.desk.verification.state(person)).allows("read")

    async def _choose_purchase(self) -> None:
        await self._keep_typed()
        person = self.focus.person
        open_ = bool(person) and await self._may_see(person)
        if not person:
            self.matter.pick(None)
        elif not open_:
            self.matter.pick_later()
        else:
            purchases, pending = (
                await self._disputes.purchases(person),
                await self._disputes.pending.of(person),
            )
            waiting = await self._disputes.pending.waiting()
            if person != self.focus.person or not await self._may_see(person):
                await self._choose_purchase()  # somebody else's by now, or closed again
                return
            self.matter.pick(purchases, pending, frozenset(one.authorization_id for one in waiting))
        self._offered = (person, open_)  # not before: what is broken off was not shown

    async def _keep(self, draft: Draft) -> None:
        await self._disputes.keep(draft)
        self.matter.say_kept()
        if self._disputes.approvals.wanted and self.matter.intake is not None:
            await self._stand(await self._disputes.open(draft.transaction_id))
        self.list.reload()

    async def _keep_typed(self) -> None:
        if (draft := self.matter.form.flush()) is not None:
            await self._disputes.keep(draft)

    async def _discard(self) -> None:
        draft = self.matter.form.draft()
        self.matter.form.flush()
        await self._disputes.discard(draft)
        self.matter.clear()
        self._set_wide(False)

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
