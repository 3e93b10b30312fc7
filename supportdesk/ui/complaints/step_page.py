"""A step in place of the complaint: a short form, Back, and the button that records it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from supportdesk.domain.complaint_check import Problem, check_resolution
from supportdesk.domain.complaint_replies import Purpose
from supportdesk.domain.complaints import Complaint
from supportdesk.services.complaints import Complaints
from supportdesk.ui.complaints.form import Form, keep_title
from supportdesk.ui.complaints.reply_box import ReplyBox
from supportdesk.ui.complaints.step_forms import CURRENCIES, LATER, steps
from supportdesk.ui.complaints.values import MOMENTS, texts_of, with_texts
from supportdesk.ui.complaints.words import about
from supportdesk.ui.text import tr, typed_day
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel


class StepPage(Panel):
    """One step of one complaint.

    Signals:
        edited: the person changed something.
        confirmed, left: the button of that name.
        leaving: the letter is to leave the desk: "copied" or "pdf".
    """

    edited = Signal()
    confirmed = Signal()
    left = Signal()
    leaving = Signal(str)

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        keep_title(self)
        self._complaints = complaints
        self.complaint = Complaint()
        self.step = ""
        self.form = Form()
        self._column = self.add_column()
        self._meaning = label("", wrap=True)
        self._column.addWidget(self._meaning)
        self._column.addWidget(self.form)
        self.reply = ReplyBox(complaints)
        self.reply.edited.connect(self.edited)
        self.reply.leaving.connect(self.leaving)
        self._column.addWidget(self.reply)
        self._column.addStretch(1)
        foot = self.add_footer("complaint_step_back", self.left)
        self.confirm = KeyButton(tr("Record"), "Ctrl+Return", "primary")
        self.confirm.setObjectName("complaint_step_confirm")
        self.confirm.clicked.connect(self.confirmed)
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
        self.form.edited.connect(self._changed)
        written = draft.pop("reply", "")
        self.form.show_texts(self._start() | draft)
        self.reply.show_letter(self.typed(), self._letters(step.letters))
        self.reply.restore(written)
        self.form.reveal(next(iter(self.form.fields)))

    def _letters(self, purposes: Sequence[Purpose]) -> list[Purpose]:
        """Which letters fit: a summary only while there is still the chance to send one."""
        chances = {"resolve" for c in self.complaint.clocks if c.role == "chance"}
        return [each for each in purposes if each != "summary" or chances]

    def _changed(self) -> None:
        self.reply.update_complaint(self.typed())
        self.edited.emit()

    def follow(self, complaint: Complaint) -> None:
        """Go on with the complaint as it was saved meanwhile."""
        self.complaint = complaint

    def _start(self) -> dict[str, str]:
        """What is kept; days not known yet are today, the currency is the likely one."""
        texts = texts_of(self.complaint, self.form.editors)
        today = typed_day(self._complaints.today())
        for name in self.form.editors:
            if texts[name] or name in LATER:
                continue
            if name in MOMENTS:
                texts[name] = f"{today}\n"
        if self.step == "hand_over":
            texts["owner"] = ""
        if not texts.get("redress_currency", "x"):
            texts["redress_currency"] = CURRENCIES[0].lower()
        return texts

    def unsaved(self) -> dict[str, str]:
        """What was typed."""
        start = self._start()
        typed = {name: text for name, text in self.form.texts().items() if text != start[name]}
        return typed | ({"reply": written} if (written := self.reply.typed()) else {})

    def typed(self) -> Complaint:
        """The complaint with what was typed."""
        return with_texts(self.complaint, self.form.texts(), self._complaints.instant)

    def problems(self, typed: Complaint) -> list[Problem]:
        """What keeps the step from being recorded."""
        if self.step in ("withdraw", "reopen"):  # these follow from more than what is typed
            return []
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
        steps, one, texts = self._complaints.steps, self.complaint, self.form.texts()
        acts: dict[str, Callable[[], Awaitable[Complaint]]] = {
            "acknowledge": lambda: steps.acknowledge(
                one, typed.acknowledged_at or 0.0, typed.acknowledged_medium
            ),
            "tell_stripe": lambda: steps.tell_stripe(
                one, typed.stripe_notified_at or 0.0, typed.stripe_reference
            ),
            "clear_hold": lambda: steps.clear_hold(
                one, typed.stripe_cleared_at or 0.0, typed.stripe_cleared_by
            ),
            "forward": lambda: steps.forward(one, typed.forwarded_at or 0.0),
            "hold": lambda: steps.hold(
                one, typed.holding_at or 0.0, typed.holding_reason, typed.holding_until
            ),
            "withdraw": lambda: steps.withdraw(
                replace(one, reason_exceeded_15_days=typed.reason_exceeded_15_days),
                typed.withdrawn_at or 0.0,
                typed.description_of_corrective_action,
            ),
            "reopen": lambda: steps.reopen(one, texts["why"]),
            "hand_over": lambda: steps.hand_over(one, typed.owner, texts["why"]),
            "credit": lambda: steps.credit(one, typed.provisional_credit_at or 0.0),
            "tell_credit": lambda: steps.tell_credit(one, typed.credit_told_at or 0.0),
            "resolve": lambda: steps.resolve(typed),
        }
        return await acts[self.step]()

    def set_busy(self, busy: bool) -> None:
        """Keep a second click from recording twice."""
        self.confirm.setEnabled(not busy)
