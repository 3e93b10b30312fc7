"""A step in place of the complaint: a short form, Back, and the button that records it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from supportdesk.domain.complaint_check import Problem, check_resolution
from supportdesk.domain.complaints import Complaint
from supportdesk.services.complaints import Complaints
from supportdesk.ui import theme
from supportdesk.ui.complaints.form import Form, keep_title
from supportdesk.ui.complaints.step_forms import CURRENCIES, steps
from supportdesk.ui.complaints.values import texts_of, with_texts
from supportdesk.ui.complaints.words import about
from supportdesk.ui.text import tr, typed_day
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, scroll


class StepPage(Panel):
    """One step of one complaint.

    Signals:
        edited: the person changed something.
        confirmed, left: the button of that name.
    """

    edited = Signal()
    confirmed = Signal()
    left = Signal()

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        keep_title(self)
        self._complaints = complaints
        self.complaint = Complaint()
        self.step = ""
        self.form = Form()
        px = theme.current.measures.px
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(px(0.8), px(0.7), px(0.8), px(0.7))
        self._column.setSpacing(px(0.6))
        self._meaning = label("", wrap=True)
        self._column.addWidget(self._meaning)
        self._column.addWidget(self.form)
        self._column.addStretch(1)
        self.body.addWidget(scroll(inner))
        foot = self.add_footer()
        self.back_button = KeyButton(tr("Back"))
        self.back_button.setObjectName("complaint_step_back")
        self.back_button.clicked.connect(self.left)
        self.confirm = KeyButton(tr("Record"), "Ctrl+Return", "primary")
        self.confirm.setObjectName("complaint_step_confirm")
        self.confirm.clicked.connect(self.confirmed)
        foot.addWidget(self.back_button)
        foot.addStretch(1)
        foot.addWidget(self.confirm)

    def show_step(self, name: str, complaint: Complaint, draft: dict[str, str]) -> None:
        """Open step `name` of a complaint, with what was typed before."""
        step = steps()[name]
        self.step, self.complaint = name, complaint
        self.set_title(f"{step.title} · {complaint.number}", about(complaint))
        self._meaning.setText(step.meaning)
        self.confirm.setText(step.button)
        old, self.form = (
            self.form,
            step.form(self._complaints.basis.lists, self._complaints, complaint),
        )
        self._column.replaceWidget(old, self.form)
        old.hide()
        old.deleteLater()
        self.form.edited.connect(self.edited)
        self.form.show_texts(self._start() | draft)
        self.form.reveal(next(iter(self.form.fields)))

    def _start(self) -> dict[str, str]:
        """What is kept; days not known yet are today, the currency is the likely one."""
        texts = texts_of(self.complaint, self.form.editors)
        today = typed_day(self._complaints.today())
        for name in ("acknowledged_at", "stripe_notified_at", "stripe_cleared_at",
                     "forwarded_at", "told_at", "executed_at"):  # fmt: skip
            if name in texts and not texts[name]:
                texts[name] = today
        if not texts.get("redress_currency", "x"):
            texts["redress_currency"] = CURRENCIES[0].lower()
        return texts

    def unsaved(self) -> dict[str, str]:
        """What was typed."""
        start = self._start()
        return {name: text for name, text in self.form.texts().items() if text != start[name]}

    def typed(self) -> Complaint:
        """The complaint with what was typed."""
        return with_texts(self.complaint, self.form.texts(), self._complaints.instant)

    def problems(self, typed: Complaint) -> list[Problem]:
        """What keeps the step from being recorded."""
        found = check_resolution(typed) if self.step == "resolve" else []
        return found + self._complaints.problems(typed, self.complaint)

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Say what is wrong beside the fields; returns what no field here stands for."""
        return self.form.show_problems(problems)

    async def record(self, typed: Complaint) -> Complaint:
        """Record the step.

        Raises:
            UserFacing: it was refused; nothing was recorded.
        """
        service, one = self._complaints, self.complaint
        if self.step == "acknowledge":
            at = typed.acknowledged_at or 0.0
            return await service.steps.acknowledge(one, at, typed.acknowledged_medium)
        if self.step == "tell_stripe":
            return await service.steps.tell_stripe(one, typed.stripe_notified_at or 0.0)
        if self.step == "clear_hold":
            at = typed.stripe_cleared_at or 0.0
            return await service.steps.clear_hold(one, at, typed.stripe_cleared_by)
        if self.step == "forward":
            return await service.steps.forward(one, typed.forwarded_at or 0.0)
        return await service.steps.resolve(typed)

    def set_busy(self, busy: bool) -> None:
        """Keep a second click from recording twice."""
        self.confirm.setEnabled(not busy)
