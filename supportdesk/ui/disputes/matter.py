"""The right-hand side: a purchase to choose, an intake, or a dispute that has run its course."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from supportdesk.domain.disputes_list import LOCAL, status_text
from supportdesk.domain.records import Authorization, Transaction
from supportdesk.errors import UserFacing
from supportdesk.services.disputes import Disputes, Intake
from supportdesk.store.dispute_drafts import Kept
from supportdesk.ui import theme
from supportdesk.ui.disputes.detail import DisputeDetail
from supportdesk.ui.disputes.intake import IntakeForm
from supportdesk.ui.disputes.picker import PurchasePicker
from supportdesk.ui.disputes.said import purchase
from supportdesk.ui.palette import tone_of
from supportdesk.ui.text import age, tr, when
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip
from supportdesk.ui.widgets.panel import Panel
from supportdesk.ui.widgets.states import EmptyState, ErrorState

_ROOMY = 32  # line heights of width from which on the header says more than the purchase
AGING = 5_000  # milliseconds between two looks how old it is what is shown


class Matter(Panel):
    """What is worked on.

    Signals:
        again: Stripe shall be asked again.
        wide: the list shall make room (True) or come back.

    Attributes:
        transaction_id: the purchase in hand, "" for none.
        intake: what is known about it.
        busy: whether something is being sent.
    """

    again = Signal()
    wide = Signal(bool)

    def __init__(self, disputes: Disputes, parent: QWidget | None = None) -> None:
        super().__init__(tr("Dispute"), parent=parent)
        self._disputes = disputes
        self.transaction_id = ""
        self.intake: Intake | None = None
        self.busy = False
        self.room = KeyButton(tr("Show the list"), "Ctrl+B", kind="link")
        self.room.setObjectName("dispute_room")
        self._wide = False
        self.room.clicked.connect(lambda: self.wide.emit(not self._wide))
        self._narrow = False
        self.set_wide(wide=False)
        self.add_action(self.room)
        self.status = Chip()
        self.status.setObjectName("dispute_status")
        self.add_action(self.status)
        px = theme.current.measures.px
        self.notice = Banner()
        self.notice.setObjectName("dispute_notice")
        self.notice.setVisible(False)
        place = QVBoxLayout()
        place.setContentsMargins(px(0.9), px(0.5), px(0.9), 0)
        place.addWidget(self.notice)
        self.body.addLayout(place)
        self.form = IntakeForm(disputes)
        self.detail = DisputeDetail(disputes.rules)
        self.picker = PurchasePicker()
        self.nothing = EmptyState(
            tr("Nothing chosen"),
            tr("Choose a dispute on the left, or begin one for the cardholder in focus."),
        )
        self.failed = ErrorState()
        self.failed.acted.connect(self.again)
        self.waiting = EmptyState(tr("Asking Stripe about this purchase…"))
        self.form.foot.whole.connect(lambda: self._show_whole(True))
        self.detail.form_wanted.connect(lambda: self._show_whole(False))
        self._whole = False  # whether an intake's case is shown in place of its form
        self._stack = QStackedWidget()
        pages = (self.nothing, self.form, self.detail, self.picker, self.failed, self.waiting)
        for page in pages:
            self._stack.addWidget(page)
        self.body.addWidget(self._stack, 1)
        self._aging = QTimer(self)
        self._aging.setInterval(AGING)
        self._aging.timeout.connect(self._say_age)
        self._aging.start()

    def set_wide(self, *, wide: bool) -> None:
        """Name the button after what it does now."""
        self._wide = wide
        short = tr("Wider") if self._narrow else tr("More room")
        self.room.setText(tr("Show the list") if wide else short)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, only name the purchase at the top (Qt's interface)."""
        super().resizeEvent(event)
        narrow = self.width() < theme.current.measures.px(_ROOMY)
        if narrow != self._narrow:
            self._narrow = narrow
            self.set_wide(wide=self._wide)
            self._say_age()

    def clear(self) -> None:
        """Have nothing in hand."""
        self.transaction_id, self.intake = "", None
        self.notice.dismiss()
        self.set_title(tr("Dispute"))
        self.status.set("", "neutral")
        self._stack.setCurrentWidget(self.nothing)

    def picks(self) -> bool:
        """Whether a purchase is being chosen."""
        return self._stack.currentWidget() is self.picker

    def pick_later(self) -> None:
        """Offer no purchase before the caller has proved who they are."""
        self.clear()
        self.set_title(tr("New dispute"), tr("which purchase?"))
        self.picker.show_closed()
        self._stack.setCurrentWidget(self.picker)

    def pick(
        self,
        purchases: Sequence[Transaction] | None,
        pending: Sequence[Authorization] = (),
        waited_for: frozenset[str] = frozenset(),
    ) -> None:
        """Offer purchases to choose from; None when there is nobody in focus.

        `waited_for` are the pending ones somebody asked to be reminded of.
        """
        self.clear()
        self.set_title(tr("New dispute"), tr("which purchase?"))
        if purchases is None:
            self.picker.show_nobody()
        else:
            self.picker.show_purchases(purchases, pending, waited_for)
        self._stack.setCurrentWidget(self.picker)

    def begin(
        self, transaction_id: str, intake: Intake | None, purchases: Sequence[Transaction]
    ) -> None:
        """Take up a purchase; without an intake Stripe is being asked."""
        if transaction_id != self.transaction_id:
            self.notice.dismiss()
            self._whole = False
        self.transaction_id = transaction_id
        if intake is not None:
            self.show_intake(intake, purchases)
        else:
            self.intake = None
            self.set_title(tr("Dispute"))
            self.status.set("", "neutral")
            self._stack.setCurrentWidget(self.waiting)

    def show_intake(self, intake: Intake, purchases: Sequence[Transaction]) -> None:
        """Show what is known about the purchase in hand."""
        self.intake = intake
        dispute = intake.dispute
        self._say_age()
        words = status_text(dispute.status if dispute else LOCAL, self._disputes.rules)
        label = tr(words.label) if dispute else tr("not at Stripe yet")
        self.status.set(label, tone_of(words.tone))
        if self._whole or not intake.editable:
            self.detail.show_intake(intake)
            self._stack.setCurrentWidget(self.detail)
        if not intake.editable:
            return
        self.form.show_intake(intake, purchases)
        if not self.busy:
            self._say_state(intake)
        if not self._whole:
            self._stack.setCurrentWidget(self.form)

    def _show_whole(self, whole: bool) -> None:
        """Show everything known of an intake, or its form again; what is typed stays there."""
        self._whole = whole
        if self.intake is not None and whole:
            self.detail.show_intake(self.intake)
        page = self.detail if whole else self.form
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def _say_age(self) -> None:
        if self.intake is not None:
            seen = age(max(0.0, time.time() - self.intake.read_at))
            bought, read = self.intake.case.transaction, tr("Stripe, {age}", age=seen)
            if self._narrow:  # the page below names the day and Stripe
                self.set_title(purchase(bought, short=True), seen)
            else:
                self.set_title(purchase(bought), read)
            self.status.setToolTip(read)

    def add_file(self, name: str, kept: Kept) -> None:
        """Show a file that was kept just now."""
        if self.intake is not None:
            files = (*(f for f in self.intake.files if f.id != kept.id), kept)
            self.intake = replace(self.intake, files=files)
        self.form.file_taken(name, kept)

    def _say_state(self, intake: Intake) -> None:
        parts = []
        if intake.kept_at is not None:
            parts.append(tr("kept on this desk {when}", when=when(intake.kept_at)))
        if intake.dispute is not None:
            parts.append(tr("saved at Stripe"))
        self.form.state.setText(" · ".join(parts))

    def say_kept(self) -> None:
        """Say that what was typed is in the casebook."""
        if not self.busy:
            at_stripe = self.intake is not None and self.intake.dispute is not None
            rest = (
                tr(" · not yet at Stripe") if not at_stripe else tr(" · Stripe has the last save")
            )
            self.form.state.setText(tr("kept on this desk") + rest)

    def say_saved(self) -> None:
        """Say that Stripe has it."""
        self.form.state.setText(tr("saved on this desk and at Stripe"))

    def show_old(self, problem: UserFacing) -> None:
        """Say that Stripe could not be asked, and from when what is shown is."""
        if self.intake is None:
            self.failed.set_problem(problem)
            self._stack.setCurrentWidget(self.failed)
            return
        seen = age(max(0.0, time.time() - self.intake.read_at))
        self.notice.say(
            problem.title,
            "warn",
            [(tr("Try again"), self.again.emit)],
            detail=tr("What is shown was read {age}.", age=seen),
            closable=True,
        )

    def start_focus(self) -> None:
        """Put the keyboard into the form."""
        if self._stack.currentWidget() is self.form:
            self.form.start_focus()

    @contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Say what is being sent; meanwhile nothing can be sent twice."""
        self.busy = True
        self.form.foot.set_busy(words)
        try:
            yield
        finally:
            self.busy = False
            self.form.foot.set_busy("")
            if self.intake is not None and self.intake.editable:
                self._say_state(self.intake)
