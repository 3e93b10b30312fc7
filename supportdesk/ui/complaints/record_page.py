"""One complaint: its clocks, its fields, what was done, and the next step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from supportdesk.domain.complaint_check import Problem
from supportdesk.domain.complaints import EXECUTIVE, Change, Complaint
from supportdesk.services.complaint_intake import REPEAT, Contacts, Hint
from supportdesk.services.complaints import Complaints
from supportdesk.ui.complaints.clocks_panel import ClocksPanel
from supportdesk.ui.complaints.files_panel import FilesPanel
from supportdesk.ui.complaints.form import keep_title
from supportdesk.ui.complaints.more_steps import MoreSteps
from supportdesk.ui.complaints.record_form import RecordForm
from supportdesk.ui.complaints.summary import history_lines, resolution_lines
from supportdesk.ui.complaints.values import texts_of, with_texts
from supportdesk.ui.complaints.words import about, class_chip, state_chip
from supportdesk.ui.text import tr
from supportdesk.ui.widgets.banner import Banner
from supportdesk.ui.widgets.button import KeyButton
from supportdesk.ui.widgets.chip import Chip, FlowLayout
from supportdesk.ui.widgets.label import label
from supportdesk.ui.widgets.panel import Panel, page_column, scroll


class RecordPage(Panel):
    """A new complaint, or one as it stands; edited in place.

    Signals:
        edited: the person changed something that is not saved yet.
        save, discard: the button of that name.
        step: name of the step wanted (see step_forms.steps).
        unlinked: the new complaint is not about the person in focus.
        dispute: its purchase shall be disputed.
    """

    edited = Signal()
    save = Signal()
    discard = Signal()
    step = Signal(str)
    unlinked = Signal()
    dispute = Signal()

    def __init__(self, complaints: Complaints, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        keep_title(self)
        self._complaints = complaints
        self.complaint = Complaint()
        self._chip, self._state = Chip("", "neutral"), Chip("", "neutral")
        self.header.insertWidget(1, self._chip)
        self.header.insertWidget(2, self._state)
        self.unlink = KeyButton(tr("Not about them"), kind="link")
        self.unlink.setObjectName("complaint_unlink")
        self.unlink.clicked.connect(self.unlinked)
        self.add_action(self.unlink)
        inner = QWidget()
        parts = page_column(inner)
        self.notice = Banner()
        self.notice.setObjectName("complaint_notice")
        self.clocks = ClocksPanel(complaints)
        self.form = RecordForm(complaints)
        self.form.edited.connect(self._changed)
        self.files = FilesPanel()
        self._resolution = label("", wrap=True)
        self._history = label("", "small", wrap=True)
        for part in (
            *(self.notice, self.clocks, self._resolution, self.form),
            *(self.files, self._history),
        ):
            parts.addWidget(part)
        parts.addStretch(1)
        self.area = scroll(inner)
        self.body.addWidget(self.area)
        self._make_buttons()

    def _make_buttons(self) -> None:
        foot = self.add_footer()
        left = QWidget()
        flow = FlowLayout(left)
        foot.addWidget(left, 1)
        self.steps: dict[str, KeyButton] = {}
        for name, words in (
            ("tell_stripe", tr("Tell Stripe…")),
            ("clear_hold", tr("Stripe cleared…")),
            ("forward", tr("Forward…")),
            ("acknowledge", tr("Acknowledge…")),
            ("hold", tr("Holding reply…")),
        ):
            self.steps[name] = KeyButton(words)
            flow.addWidget(self.steps[name])
        self.more = MoreSteps()
        self.more.step.connect(self._further)
        flow.addWidget(self.more)
        self.discard_button = KeyButton(tr("Discard"))
        self.discard_button.setObjectName("complaint_discard")
        self.discard_button.clicked.connect(self.discard)
        flow.addWidget(self.discard_button)
        self.steps["resolve"] = KeyButton(tr("Resolve…"), "Ctrl+Return", "primary")
        self.save_button = KeyButton(tr("Save"), "Ctrl+Return", "primary")
        self.save_button.setObjectName("complaint_save")
        self.save_button.clicked.connect(self.save)
        for name, button in self.steps.items():
            button.setObjectName(f"complaint_{name}")
            button.clicked.connect(lambda _=False, name=name: self.step.emit(name))
        foot.addWidget(self.steps["resolve"])
        foot.addWidget(self.save_button)

    # --- showing

    def show_complaint(
        self, complaint: Complaint, history: Sequence[Change], draft: dict[str, str]
    ) -> None:
        """Show a complaint (one without id is new) with the changes not saved yet."""
        another = complaint.id != self.complaint.id
        self.complaint = complaint
        new = not complaint.id
        self.set_title(complaint.number or tr("New complaint"), about(complaint))
        chip, tone = class_chip(complaint)
        self._chip.set("" if new else chip, tone)
        state, tone = state_chip(complaint)
        self._state.set("" if new or not complaint.is_complaint else state, tone)
        self.files.setVisible(not new and complaint.erased_at is None)
        self.files.show_complaint(complaint)
        self.unlink.setVisible(new and bool(complaint.cardholder_id))
        self.clocks.setVisible(not new)
        self.clocks.show_complaint(complaint)
        resolution = resolution_lines(complaint)
        self._resolution.setText(resolution)
        self._resolution.setVisible(bool(resolution))
        self._history.setText(history_lines(history, complaint.zone))
        self._history.setVisible(bool(history))
        self.form.set_today(self._complaints.today())
        self.form.set_zone(complaint.zone)
        self.form.show_texts(texts_of(complaint, self.form.editors) | draft)
        if another:
            self.form.hints.add(())
        self.form.hints.sleep(not new and not complaint.open)
        self._notice(complaint)
        self.show_buttons()
        if another:
            self.area.verticalScrollBar().setValue(0)

    def _notice(self, complaint: Complaint) -> None:
        if complaint.open and complaint.id and complaint.on_hold:
            told = complaint.stripe_notified_at is not None
            text = tr("Do not contact the caller until Stripe has reviewed this.")
            detail = tr("Stripe was told; record when it clears the contact.")
            if not told:
                detail = tr("Tell Stripe within one business day and record it here.")
            self.notice.set(text, "warn", detail=detail)
            self.notice.show()
        else:
            self.notice.hide()

    def show_contacts(self, contacts: Contacts) -> None:
        """Hint at earlier contact about the same matter."""
        count = contacts.calls + len(contacts.numbers)
        if not count:
            return
        calls = tr("1 call") if contacts.calls == 1 else tr("{n} calls", n=contacts.calls)
        parts = [*([calls] if contacts.calls else []), *contacts.numbers[:3]]
        said = tr("Earlier contact about this") + f" ({', '.join(parts)})"
        why = tr("repeated contact is itself a complaint signal")
        self.form.hints.add([Hint(id=REPEAT, kind="complaint", text=said, why=why)])

    def unsaved(self) -> dict[str, str]:
        """What is typed and differs from what is kept."""
        kept = texts_of(self.complaint, self.form.editors)
        return {name: text for name, text in self.form.texts().items() if text != kept[name]}

    def typed(self) -> Complaint:
        """The complaint with what is typed."""
        return with_texts(self.complaint, self.unsaved(), self._complaints.instant)

    def show_problems(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Say what is wrong beside the fields; returns what no field here stands for."""
        return self.form.show_problems(problems)

    def _further(self, name: str) -> None:
        if name == "dispute":
            self.dispute.emit()
        else:
            self.step.emit(name)

    def _changed(self) -> None:
        self.show_buttons()
        self.edited.emit()

    def show_buttons(self) -> None:
        """Offer what can be done now."""
        one, new = self.complaint, not self.complaint.id
        dirty = bool(self.unsaved())
        act = not new and not dirty and one.open
        executive = one.complaint_classification == EXECUTIVE
        free = act and not one.on_hold
        offered = {
            "tell_stripe": act and executive and one.stripe_notified_at is None,
            "clear_hold": act and one.on_hold and one.stripe_notified_at is not None,
            "forward": act and one.forwarded_at is None and self._owes("forward"),
            "acknowledge": free and one.acknowledged_at is None,
            "hold": free and one.acknowledged_at is not None and self._owes("holding_reply"),
            "resolve": not new and not dirty and one.is_complaint and one.withdrawn_at is None,
        }
        settled = not new and not dirty and one.erased_at is None
        over = settled and not one.open
        watches = self._complaints.agent() in one.watchers
        self.more.offer(
            {
                "investigate": act and one.state != "investigating",
                "hold": free and not offered["hold"],
                "credit": act
                and one.provisional_credit_at is None
                and self._owes("provisional_credit"),
                "tell_credit": free and one.provisional_credit_at is not None,
                "hand_over": act,
                "take_over": act and one.owner != self._complaints.agent(),
                "watch": act and not watches,
                "unwatch": act and watches,
                "withdraw": act,
                "reopen": settled and one.state in ("resolved", "withdrawn"),
                "case_file": not new and not dirty,
                "erase": over,
                "erase_person": over and bool(one.cardholder_id),
                "dispute": settled and bool(one.transaction_id),
            }
        )
        for name, button in self.steps.items():
            button.setVisible(offered[name])
        resolve = self.steps["resolve"]
        resolve.setText(tr("Resolve…") if one.open else tr("Change resolution…"))
        resolve.setEnabled(not one.on_hold and one.erased_at is None)
        why = tr("Stripe has not cleared contact with the caller yet.")
        resolve.setToolTip(why if one.on_hold else "")
        self.save_button.setText(tr("Log complaint") if new else tr("Save changes"))
        self.save_button.setVisible(new or dirty)
        self.discard_button.setVisible(dirty)

    def _owes(self, milestone: str) -> bool:
        return any(milestone in clock.met_by for clock in self.complaint.clocks)

    def set_busy(self, busy: bool) -> None:
        """Keep a second click from saving twice."""
        self.save_button.setEnabled(not busy)
